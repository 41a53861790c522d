//! What is taken out of requests and responses.

use super::*;
use crate::{
    call::{FileContent, RawBody},
    catalog::Catalog,
    test_shop::app,
};

fn clean(types: &str, response: &str, body: &str) -> (String, Vec<String>) {
    let operation = format!(r#"{{"id":"a","method":"GET","path":"/a","response":{{"json":{response}}}}}"#);
    let description: Description =
        serde_json::from_str(&format!(r#"{{"operations":[{operation}],"types":{types}}}"#)).unwrap();
    let filter = SecretFilter::new(&["pin"], vec![Secret::new("key-of-this-process")]);
    let cleaned =
        filter.clean_response(&description.operations[0], &description, JsonValue::parse(body).unwrap());
    (cleaned.value.to_string(), cleaned.removed)
}

#[test]
fn secrets_of_requests_are_found_by_type_in_all_bodies() {
    let catalog = Catalog::new(app()).unwrap();
    let loaded = catalog.load(catalog.find_command("orders", "pay").unwrap()).unwrap();
    let body = || JsonValue::parse(r#"{"amount":5,"pin":"s","note":"n"}"#).unwrap();
    let expected = r#"{"amount":5,"pin":"***","note":"n"}"#;
    let filter = SecretFilter::for_display(&[]);
    let (cleaned, removed) = filter.split_body(Some(loaded), body());
    assert_eq!((cleaned.to_string().as_str(), removed), (expected, vec!["pin".to_owned()]));
    // Without an operation only names tell.
    assert_eq!(filter.split_body(None, body()).0.to_string(), expected);

    let mut call = Call::new(loaded);
    call.body = Some(body());
    assert_eq!(filter.clean_call(&call).body.unwrap().to_string(), expected);
    call.body = None;
    let content = body().to_string().into_bytes().into();
    call.raw_body = Some(RawBody { media_type: None, content });
    assert_eq!(filter.clean_call(&call).raw_body.unwrap().content, expected.as_bytes());
    call.raw_body = None;
    call.arguments.insert("pin".to_owned(), JsonValue::string("s"));
    assert_eq!(filter.clean_call(&call).arguments["pin"], JsonValue::string("***"));
}

#[test]
fn what_is_wrong_with_a_secret_does_not_show_it() {
    let catalog = Catalog::new(app()).unwrap();
    let loaded = catalog.load(catalog.find_command("orders", "pay").unwrap()).unwrap();
    let mut call = Call::new(loaded);
    call.arguments.insert("pin".to_owned(), JsonValue::string("hidden"));
    call.arguments.insert("amount".to_owned(), JsonValue::number(0));
    let cases = [
        ("pin", "expected one of 1, 2, found \"hidden\"", "expected one of 1, 2; the value is not shown"),
        ("pin[0]", "expected at least 3, found 2", "expected at least 3; the value is not shown"),
        ("pin", "expected a string, found a number", "expected a string, found a number"),
        ("pin", "missing; expected a string", "missing; expected a string"),
        ("amount", "expected at least 1, found 0", "expected at least 1, found 0"),
        ("pinned", "expected 1, found 2", "expected 1, found 2"),
    ];
    let problem = |path: &str, reason: &str| Problem { path: path.to_owned(), reason: reason.to_owned() };
    let problems = cases.map(|(path, reason, _)| problem(path, reason)).to_vec();
    let cleaned = SecretFilter::for_display(&[]).clean_problems(&call, problems);
    assert_eq!(cleaned, cases.map(|(path, _, expected)| problem(path, expected)).to_vec());
}

#[test]
fn the_content_of_a_secret_file_and_the_fields_of_a_form_are_hidden() {
    let catalog = Catalog::new(app()).unwrap();
    let loaded = catalog.load(catalog.find_command("orders", "pay").unwrap()).unwrap();
    let filter = SecretFilter::for_display(&[]);
    let mut call = Call::new(loaded);
    call.arguments.insert("pin".to_owned(), JsonValue::string("pin.txt"));
    call.files.insert("pin".to_owned(), FileContent { name: None, content: "hidden".into() });
    call.files.insert("pinned".to_owned(), FileContent { name: None, content: "shown".into() });
    assert_eq!(filter.clean_call(&call).files.into_keys().collect::<Vec<_>>(), ["pinned"]);
    let mut call = Call::new(loaded);
    let media_type = Some("application/x-www-form-urlencoded".to_owned());
    call.raw_body = Some(RawBody { media_type, content: "pin=hidden&amount=5".into() });
    let (cleaned, removed) = filter.split_call(&call);
    assert_eq!(cleaned.raw_body.unwrap().content, "pin=***&amount=5".as_bytes());
    assert_eq!(removed, ["pin"]);
}

#[test]
fn secrets_are_found_by_type_by_name_and_by_value() {
    let types = r#"{
        "Key":{"object":{"fields":{"id":"string","value":"secret","next":{"nullable":"Key"}}}},
        "Token":{"alias":"secret"},
        "Holder":{"object":{"fields":{"tokens":{"list":"Token"},"by_name":{"map":"Key"}}}},
        "Either":{"union":[{"name":"Key","type":"Key"},{"name":"Holder","type":"Holder"}]}
    }"#;
    for (response, body, expected, removed) in [
        (
            r#""Key""#,
            r#"{"id":"a","value":"s","next":{"id":"b","value":"t","next":null}}"#,
            r#"{"id":"a","value":"*","next":{"id":"b","value":"*","next":null}}"#,
            &["value", "next.value"][..],
        ),
        (
            r#"{"list":"Key"}"#,
            r#"[{"value":"s"},{"value":null}]"#,
            r#"[{"value":"*"},{"value":null}]"#,
            &["[0].value"],
        ),
        (
            r#""Either""#,
            r#"{"tokens":["a","b"],"by_name":{"x":{"value":["s"]}}}"#,
            r#"{"tokens":["*","*"],"by_name":{"x":{"value":"*"}}}"#,
            &["tokens[0]", "tokens[1]", "by_name.x.value"],
        ),
        (r#""json""#, r#"{"deep":{"PIN":1234,"pins":1}}"#, r#"{"deep":{"PIN":"*","pins":1}}"#, &["deep.PIN"]),
        (r#""json""#, r#"["is key-of-this-process."]"#, r#"["is *."]"#, &[]),
    ] {
        let (cleaned, paths) = clean(types, response, body);
        assert_eq!(cleaned, expected.replace('*', REMOVED), "{body}");
        assert_eq!(paths, removed, "{body}");
    }
}
