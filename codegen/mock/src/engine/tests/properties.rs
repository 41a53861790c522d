//! Properties of samples and of request validation, on random values.

use openapi_client_description::{BodyContent, Type};
use proptest::prelude::*;

use super::*;
use crate::engine::sampler::Sampler;
use openapi_client_description::check::{Direction, TypeChecker};

/// All named types of the description, and the types of all responses.
fn types(description: &Description) -> Vec<(Direction, Type)> {
    let responses = description.operations.iter().filter_map(|operation| match &operation.response {
        Some(ResponseBody::Json(ty)) => Some((Direction::Response, ty.clone())),
        _ => None,
    });
    let named = description.types.keys().map(|name| (Direction::Request, Type::Named(name.clone())));
    responses.chain(named).collect()
}

/// Any JSON, with numbers of any length.
fn json() -> impl Strategy<Value = JsonValue> {
    let scalar = prop_oneof![
        Just(JsonValue::Null),
        any::<bool>().prop_map(JsonValue::Bool),
        any::<i64>().prop_map(JsonValue::number),
        Just(JsonValue::number("1e999")),
        Just(JsonValue::number("123456789012345678901234567890.5")),
        "[a-z_ é]{0,12}".prop_map(JsonValue::String),
        prop_oneof!["circle", "box", "2026-01-31", "2026-01-31T09:30:00Z", "round"]
            .prop_map(JsonValue::String),
    ];
    let names = "(name|id|owner|shape|form|radius|inside|parts|kind|data|price|size|owner_id|[a-z]{1,3})";
    scalar.prop_recursive(4, 24, 6, move |inner| {
        let properties = prop::collection::btree_map(names, inner.clone(), 0..6);
        prop_oneof![
            prop::collection::vec(inner, 0..4).prop_map(JsonValue::List),
            properties.prop_map(|properties| JsonValue::Object(properties.into_iter().collect())),
        ]
    })
}

proptest! {
    /// A sample of a type is valid for that type, whatever its source holds.
    #[test]
    fn samples_are_valid(seed in any::<u64>(), source in json()) {
        let description = Description::from_json(DESCRIPTION).unwrap();
        for (direction, ty) in types(&description) {
            for source in [None, Some(&source)] {
                let value = Sampler::new(&description, direction, seed).sample(&ty, source, "key");
                let mut checker = TypeChecker::new(&description, direction);
                checker.check_value(&ty, None, &value, "");
                let violations = checker.into_violations();
                prop_assert!(violations.is_empty(), "{:?} of {:?}: {}", violations, ty, value);
            }
        }
    }

    /// A sample of a request body is valid.
    #[test]
    fn sampled_bodies_are_valid(seed in any::<u64>()) {
        let engine = engine();
        let description = &engine.description;
        for body in description.operations.iter().filter_map(|operation| operation.body.as_ref()) {
            let BodyContent::Variants(variants) = &body.content else { continue };
            for variant in variants {
                let mut sampler = Sampler::new(description, Direction::Request, seed);
                let body = sampler.sample_object(&variant.object, None, "body").unwrap();
                let mut checker = TypeChecker::new(description, Direction::Request);
                checker.check_object(&variant.object, &body, "");
                prop_assert_eq!(checker.into_violations(), Vec::new());
            }
        }
    }

    /// No request causes a panic, and every valid request has a response.
    #[test]
    fn requests_never_panic(body in json(), query in "[a-z=&%\\[\\]|+0-9]{0,40}") {
        let engine = engine();
        let text = body.to_string();
        for line in ["POST /things", "PATCH /things/a", "PUT /things/a/labels", "POST /things/a/notes"] {
            let line = format!("{line}?{query}");
            if let Ok((route, arguments)) = request(&line, &text).read(&engine) {
                prop_assert!(engine.respond(&route, &arguments, "http://mock.test", "").is_ok());
            }
        }
        let _ = request(&format!("GET /things?{query}"), "").respond(&engine);
    }
}
