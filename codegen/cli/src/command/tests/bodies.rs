//! The bytes of bodies.

use super::{only_request, run_against, run_with, sent_body, start};
use crate::{
    error::Exit,
    test_io::{TestFolder, TestIo},
};

const REQUIRED: [&str; 6] = ["crates", "create", "--owner-id", "own_1", "--amount", "1.50"];

/// The fields after the required ones, as they are sent.
fn fields(words: &[&str]) -> String {
    let words: Vec<&str> = REQUIRED.iter().chain(words).copied().collect();
    let body = sent_body(&words);
    let rest = body.strip_prefix(r#"{"owner_id":"own_1","amount":1.50"#).unwrap_or(&body);
    let rest = rest.replace(r#","version":"v7""#, "");
    rest.strip_suffix('}').unwrap_or(&rest).trim_start_matches(',').to_owned()
}

#[test]
fn each_kind_of_flag_becomes_its_value() {
    for (words, expected) in [
        (&["--count=-3"][..], r#""count":-3"#),
        (&["--count", "-3"], r#""count":-3"#),
        (&["--note", "@name"], r#""note":"@name""#),
        (&["--note", "17"], r#""note":"17""#),
        (&["--note", ""], r#""note":"""#),
        (&["--kind", "steel"], r#""kind":"steel""#),
        (&["--sealed"], r#""sealed":true"#),
        (&["--sealed=false"], r#""sealed":false"#),
        (&["--opened-at", "2026-01-31T09:30:00Z"], r#""opened_at":"2026-01-31T09:30:00Z""#),
        (&["--opened_at", "2026-01-31T09:30:00Z"], r#""opened_at":"2026-01-31T09:30:00Z""#),
        (&["--tags", "a,b", "--tags", "@c"], r#""tags":["a,b","@c"]"#),
        (&["--tags", r#"["a","b"]"#], r#""tags":["a","b"]"#),
        (&["--sizes", "1.0", "--sizes", "2e3"], r#""sizes":[1.0,2e3]"#),
        (&["--items", r#"{"name":"n","price":1.10}"#], r#""items":[{"name":"n","price":1.10}]"#),
        (
            &[
                "--place.zip",
                "0100",
                "--place.street-name",
                "S",
                "--place.point.x",
                "1",
                "--place.point.y",
                "2.0",
            ],
            r#""place":{"street_name":"S","zip":"0100","point":{"x":1,"y":2.0}}"#,
        ),
        (&["--place.street_name", "S"], r#""place":{"street_name":"S"}"#),
        (
            &["--place", r#"{"street_name":"S"}"#, "--place.zip", "1"],
            r#""place":{"street_name":"S","zip":"1"}"#,
        ),
        (&["--labels", "a=1", "--labels.b", "2", "--labels.c=3"], r#""labels":{"a":1,"b":2,"c":3}"#),
        (
            &["--metadata", "a=1", "--metadata", "b:=1", "--metadata.c.d", "x"],
            r#""metadata":{"a":"1","b":1,"c.d":"x"}"#,
        ),
        (&["--metadata", r#"{"a":[1.0]}"#], r#""metadata":{"a":[1.0]}"#),
        (&["--any", "1.50"], r#""any":1.50"#),
        (&["--any", "text"], r#""any":"text""#),
        (&["--mark", "7"], r#""mark":7"#),
        (&["--mark", "seven"], r#""mark":"seven""#),
        (&["--mark", r#"{"x":1,"y":2}"#], r#""mark":{"x":1,"y":2}"#),
        (&["--mark.x", "1", "--mark.y", "2"], r#""mark":{"x":1,"y":2}"#),
        (&["--field-timeout", "4"], r#""timeout":4"#),
        (&["--null", "note"], r#""note":null"#),
        (&["--null", "metadata"], r#""metadata":null"#),
        (&["--set", "count=4"], r#""count":4"#),
        (&["--set", "note=4"], r#""note":"4""#),
        (&["--set", "place.street-name=4"], r#""place":{"street_name":"4"}"#),
        (&["--set", "items[0].name=n", "--set", "items[0].price=2"], r#""items":[{"name":"n","price":2}]"#),
        (&["--set", r#"metadata["a.b"]=x"#, "--set", "metadata.c:=[1]"], r#""metadata":{"a.b":"x","c":[1]}"#),
        (&["--set", "place={\"street_name\":\"S\"}"], r#""place":{"street_name":"S"}"#),
    ] {
        assert_eq!(fields(words), expected, "{words:?}");
    }
}

#[test]
fn numbers_keep_their_digits() {
    let digits = "100000000000000000.0000000001";
    let body = sent_body(&["crates", "create", "--owner-id", "own_1", "--amount", digits]);
    assert!(body.contains(&format!("\"amount\":{digits}")), "{body}");
}

#[test]
fn flags_replace_the_fields_of_a_whole_body() {
    let folder = TestFolder::new();
    let path = folder.0.join("body.json");
    std::fs::write(&path, r#"{"amount":2,"owner_id":"own_1","place":{"street_name":"S"},"version":"v1"}"#)
        .unwrap();
    let file = format!("@{}", path.display());
    let expected = r#"{"owner_id":"own_2","amount":2,"place":{"street_name":"S","zip":"9"},"version":"v1"}"#;
    let flags = ["--owner-id", "own_2", "--place.zip", "9"];
    let words: Vec<&str> = ["crates", "create", "--body", &file].into_iter().chain(flags).collect();
    assert_eq!(sent_body(&words), expected);
    let text = std::fs::read_to_string(&path).unwrap();
    for body in [text.as_str(), "-", "@-"] {
        let server = start();
        let words: Vec<&str> = ["crates", "create", "--body", body].into_iter().chain(flags).collect();
        let ran = run_with(TestIo::new().stdin(&text), &server, &words);
        assert_eq!(ran.exit, None, "{}", ran.stderr);
        assert_eq!(only_request(&server).body, expected.as_bytes());
    }
}

#[test]
fn a_body_that_is_no_object_is_given_as_a_whole_or_by_paths() {
    let layout = r#"[{"street_name":"S"}]"#;
    assert_eq!(sent_body(&["market-places", "replace-layout", "--body", layout]), layout);
    assert_eq!(sent_body(&["market-places", "replace-layout", "--set", "[0].street_name=S"]), layout);
}

#[test]
fn forms_and_files_are_sent_as_the_generated_client_does() {
    let body =
        sent_body(&["crates", "rate", "crt_1", "--stars", "5", "--reasons", "a b", "--reasons", "c&d"]);
    assert_eq!(body, "stars=5&reasons=a%20b&reasons=c%26d");

    let folder = TestFolder::new();
    let path = folder.0.join("p.bin");
    std::fs::write(&path, "\u{1}bytes").unwrap();
    let file = format!("@{}", path.display());
    let words =
        ["crates", "attach-picture", "crt_1", "--picture", &file, "--others", &file, "--others", &file];
    let words: Vec<&str> = words.into_iter().chain(["--caption", "@home"]).collect();
    let body = sent_body(&words);
    assert_eq!(body.matches("\u{1}bytes").count(), 3, "{body}");
    assert_eq!(body.matches("filename=\"p.bin\"").count(), 3, "{body}");
    assert!(body.contains("name=\"picture\"") && body.contains("\r\n\r\n@home\r\n"), "{body}");
}

#[test]
fn a_raw_body_is_sent_as_it_is() {
    let server = start();
    let ran = run_with(TestIo::new().stdin("a,b\n"), &server, &["crates", "import", "--body", "-"]);
    assert_eq!(ran.exit, None, "{}", ran.stderr);
    let request = only_request(&server);
    assert_eq!((&*request.body, request.header("content-type")), (b"a,b\n".as_slice(), Some("text/csv")));
}

#[test]
fn a_file_that_cannot_be_read_sends_nothing() {
    let server = start();
    for words in [
        &["crates", "attach-picture", "crt_1", "--picture", "@/no/such/file"][..],
        &["crates", "create", "--body", "@/no/such/file"],
        &["crates", "create", "--body", "{"],
        &["crates", "create", "--metadata", "key"],
        &["crates", "create", "--items", "{"],
        &["crates", "create", "--set", "items[1].name=x"],
        &["crates", "create", "--set", "items[=x"],
        &["crates", "create", "--note", "a", "--note", "b"],
    ] {
        let ran = run_against(&server, words);
        assert_eq!(ran.exit, Some(Exit::Usage), "{words:?}");
        assert_eq!(
            ran.stderr.lines().next().map(|line| line.starts_with("error: ")),
            Some(true),
            "{}",
            ran.stderr
        );
    }
    assert!(server.requests().is_empty());
}
