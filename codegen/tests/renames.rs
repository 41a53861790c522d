//! The file of renames: what is an alias, and which entries are reported.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use support::{Fixture, fixtures};
use whop_codegen::document::Source;
use whop_codegen::{Generated, Options};

fn fixture() -> Fixture {
    fixtures().into_iter().find(|fixture| fixture.name == "renames").unwrap()
}

/// The crate of the fixture with this file of renames.
fn generate_with(renames: &str, options: &Options) -> Generated {
    let fixture = fixture();
    let mut inputs = fixture.inputs(fixture.document.clone(), "../..");
    inputs.renames = Some(Source { name: "renames.toml".to_owned(), text: renames.to_owned() });
    whop_codegen::generate(inputs, options)
}

fn report(renames: &str) -> String {
    let generated = generate_with(renames, &Options::default());
    assert!(generated.failed, "{renames} was accepted");
    generated.messages.to_string()
}

#[test]
fn new_names_must_exist() {
    for (table, entry, line) in [
        ("tags", "packages = \"boxes\"", 2),
        ("methods", "\"client.parcels().fetch()\" = \"load\"", 2),
        ("methods", "\"client.boxes().fetch()\" = \"retrieve\"", 2),
        ("methods", "\"renames::api::routes::Create.with_spot()\" = \"with_point\"", 2),
        // Its methods choose a variant, so it cannot replace the choice.
        ("methods", "\"renames::api::routes::Create.with_spot()\" = \"self\"", 2),
        ("types", "\"renames::models::Box\" = \"Carton\"", 2),
        ("types", "\"renames::ids::OwnerId\" = \"HolderId\"", 2),
        ("variants", "\"renames::models::State::Arrived\" = \"Here\"", 2),
        ("setters", "\"renames::api::parcels::Create.kind\" = \"sort\"", 2),
        ("setters", "holder_id = \"keeper_id\"", 2),
        ("fields", "\"renames::models::Parcel.kind\" = \"sort\"", 2),
    ] {
        let text = format!("[\"0.2.0\".{table}]\n{entry}\n");
        let messages = report(&text);
        assert!(messages.contains("error[dead-rename]"), "{text}\n{messages}");
        assert!(messages.contains(&format!("renames.toml:{line}:1")), "{text}\n{messages}");
        let tried = generate_with(&text, &Options { allow_dead: true, ..Options::default() });
        assert!(!tried.failed && tried.messages.to_string().contains("warning[dead-rename]"), "{text}");
    }
}

#[test]
fn old_names_must_be_free_and_written_as_before() {
    for (table, entry, message) in [
        ("tags", "routes = \"parcels\"", "the old name `routes` is in use"),
        ("methods", "\"client.parcels().create()\" = \"retrieve\"", "is in use"),
        ("methods", "\"client.parcels().clone()\" = \"retrieve\"", "is in use"),
        ("methods", "\"parcels.fetch\" = \"retrieve\"", "is not written like `client.tag().old_method()`"),
        ("types", "\"renames::models::Goods\" = \"Label\"", "is in use"),
        ("types", "Sticker = \"Label\"", "is not written like `library::models::OldType`"),
        ("variants", "\"renames::models::State::Waiting\" = \"Delivered\"", "is in use"),
        ("setters", "\"renames::api::parcels::Create.send\" = \"weight\"", "is in use"),
        ("setters", "\"renames::api::parcels::Create.label\" = \"weight\"", "is in use"),
        ("setters", "\"renames::api::parcels::Create.not a name\" = \"weight\"", "is not written like"),
        ("fields", "\"renames::models::Parcel.state\" = \"id\"", "is in use"),
    ] {
        let text = format!("[\"0.2.0\".{table}]\n{entry}\n");
        let messages = report(&text);
        assert!(messages.contains("error[rename]") && messages.contains(message), "{text}\n{messages}");
        assert!(messages.contains("renames.toml:2:1"), "{text}\n{messages}");
    }
    let twice = "[\"0.2.0\".types]\n\"renames::models::Sticker\" = \"Label\"\n[\"0.3.0\".types]\n\"renames::models::Sticker\" = \"Goods\"\n";
    assert!(report(twice).contains("`renames::models::Sticker` is renamed twice"));
}

#[test]
fn a_setter_of_all_builders_leaves_real_setters_alone() {
    let generated = generate_with("[\"0.2.0\".setters]\nweight = \"account_id\"\n", &Options::default());
    assert!(!generated.failed, "{}", generated.messages);
    let file = |path: &str| &generated.files.iter().find(|file| file.path == path).unwrap().contents;
    // `Create` has a setter `weight`, `List` has none.
    assert_eq!(file("src/api/parcels/operations.rs").matches("#[deprecated").count(), 1);
    assert_eq!(file("src/models/label.rs").matches("#[deprecated").count(), 1);
}

#[test]
fn renames_change_no_other_name() {
    let fixture = fixture();
    let names = |generated: Generated| {
        generated.files.into_iter().find(|file| file.path == "names.txt").unwrap().contents
    };
    let with = fixture.generate(fixture.document.clone(), "../..");
    assert_eq!(names(with), names(generate_with("", &Options::default())));
}
