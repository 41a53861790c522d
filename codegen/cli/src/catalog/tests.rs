//! Reading a part of the description gives what reading all of it gives.

use openapi_client_description::Type;

use super::{Catalog, find_nearest, to_kebab_case};
use crate::test_depot::app;

#[test]
fn a_part_is_the_same_as_in_the_whole() {
    let catalog = Catalog::new(app()).unwrap();
    let (description, docs) = catalog.load_all().unwrap();
    assert_eq!(catalog.operations().len(), description.operations.len());
    for (summary, operation) in catalog.operations().iter().zip(&description.operations) {
        let loaded = catalog.load(summary).unwrap();
        assert_eq!((&loaded.operation, Some(&loaded.docs)), (operation, docs.operations.get(&operation.id)));
        assert_eq!(catalog.find_command(&summary.group, &summary.command).unwrap().id, operation.id);
        assert_eq!(catalog.find_operation(&operation.id).unwrap().command, summary.command);
        for (name, definition) in &loaded.description.types {
            assert_eq!(Some(definition), description.types.get(name));
            assert_eq!(loaded.types.get(name), docs.types.get(name));
            // All that is reached is there.
            let inner = definition.types().into_iter().filter_map(Type::referenced_name);
            inner.for_each(|name| assert!(loaded.description.types.contains_key(name), "{name}"));
        }
    }
    let create = catalog.load(catalog.find_operation("createCrate").unwrap()).unwrap();
    assert!(
        create.description.types.contains_key("Point") && !create.description.types.contains_key("CratePage")
    );
}

#[test]
fn groups_are_found_by_each_of_their_names_and_empty_ones_are_left_out() {
    let catalog = Catalog::new(app()).unwrap();
    let names: Vec<&str> = catalog.groups().map(|group| group.name.as_str()).collect();
    assert_eq!(names, ["crates", "market-places"]);
    for (group, command) in [
        ("market-places", "replace-layout"),
        ("market_places", "replace_layout"),
        ("marketPlaces", "replaceLayout"),
    ] {
        assert_eq!(catalog.find_command(group, command).unwrap().id, "replaceLayout");
    }
    assert!(catalog.find_command("crates", "replace-layout").is_none());
}

#[test]
fn names_become_kebab_case() {
    for (name, expected) in [
        ("account_links", "account-links"),
        ("accountLinks", "account-links"),
        ("HTTPServer2Go", "http-server2-go"),
        ("r#type", "type"),
        ("expand[]", "expand"),
        ("filter[status]", "filter-status"),
        ("X-Ads-Platform", "x-ads-platform"),
        ("a.b", "a.b"),
        ("[]", "[]"),
    ] {
        assert_eq!(to_kebab_case(name), expected);
    }
}

#[test]
fn near_names_are_suggested() {
    let known = ["payments", "payouts", "plans", "get", "x"];
    for (typed, expected) in [
        ("payment", Some("payments")),
        ("paymnets", Some("payments")),
        ("plan", Some("plans")),
        ("gte", Some("get")),
        ("completely", None),
        ("y", None),
    ] {
        assert_eq!(find_nearest(typed, known.into_iter()), expected, "{typed}");
    }
}
