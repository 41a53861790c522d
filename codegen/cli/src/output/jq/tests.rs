//! What expressions give, and how they end.

use super::{program::MAX_ERROR, *};

fn apply(expression: &str, input: &str) -> Result<String, String> {
    let filter = JqFilter::compile(expression).map_err(|error| error.message)?;
    let mut outputs = Vec::new();
    let applied = filter.apply(&JsonValue::parse(input).unwrap(), |output| {
        outputs.push(output.to_string());
        // Endless expressions end where their reader ends.
        if outputs.len() < 1000 { Ok(()) } else { Err(CliError::usage("enough")) }
    });
    applied.map(|()| outputs.join(" ")).map_err(|error| error.message)
}

#[test]
fn selected_numbers_keep_their_digits() {
    let input = r#"{"z":12.30,"a":[123456789012345678901234567890,0.1000,1e3,-0,-0.0,1E+2]}"#;
    assert_eq!(apply(".", input).unwrap(), input);
    assert_eq!(
        apply(".a[], {z}, [.a[] | {v: .}][3]", input).unwrap(),
        r#"123456789012345678901234567890 0.1000 1e3 -0 -0.0 1E+2 {"z":12.30} {"v":-0}"#
    );
    assert_eq!(
        apply("map(select(.x > 1)) | sort_by(.x) | .[].x", r#"[{"x":2.50},{"x":1.10}]"#).unwrap(),
        "1.10 2.50"
    );
    assert_eq!(
        apply(".[0] + .[1], .[2] * 2, (.[0] | tostring)", "[12.30,0.2,1.5]").unwrap(),
        "12.5 3 \"12.30\""
    );
}

#[test]
fn values_without_json_become_those_of_jq() {
    assert_eq!(
        apply("nan, infinite, -infinite, [nan]", "null").unwrap(),
        "null 1.7976931348623157e308 -1.7976931348623157e308 [null]"
    );
    assert_eq!(apply("1, halt, 2", "null").unwrap(), "1");
    assert_eq!(apply("debug, stderr", "1").unwrap(), "1 1");
}

#[test]
fn endless_outputs_end_with_their_reader() {
    assert_eq!(apply("repeat(1)", "null").unwrap_err(), "enough");
}

#[test]
fn the_environment_is_not_readable() {
    for expression in ["env", "env.PATH", "$ENV", "$ENV.PATH"] {
        let error = apply(expression, "null").unwrap_err();
        assert!(error.starts_with("--jq: undefined"), "{error}");
    }
}

#[test]
fn errors_say_where() {
    let cases = [
        (".a |", "--jq: expected term at the end (column 5)"),
        (".a[", "--jq: expected closing bracket at the end (column 4)"),
        ("foo(.)", "--jq: undefined filter `foo` at `foo(.)` (column 1)"),
        (".a\n| $x", "--jq: undefined variable `$x` at `$x` (line 2, column 3)"),
        ("\"é\" | \u{1b}", "--jq: expected token at `\\u{1b}` (column 7)"),
        ("import \"a\" as a; .", "--jq: modules cannot be imported at `a\" as a; .` (column 9)"),
    ];
    for (expression, expected) in cases {
        assert_eq!(apply(expression, "null").unwrap_err(), expected);
    }
    assert_eq!(apply(".a", "[1]").unwrap_err(), "--jq: cannot index [1] with \"a\"");
    let long = apply("error", &format!("\"{}\"", "x".repeat(1000))).unwrap_err();
    assert_eq!(long.len(), "--jq: ".len() + MAX_ERROR);
}

#[test]
fn what_is_nested_too_deep_is_an_error() {
    let build = "reduce range(300000) as $i (null; [.])";
    assert_eq!(apply(build, "null").unwrap_err(), "--jq: a result is nested more than 500 levels deep");
    let object = "reduce range(501) as $i (null; {a: .})";
    assert_eq!(apply(object, "null").unwrap_err(), "--jq: a result is nested more than 500 levels deep");
    assert_eq!(apply("reduce range(500) as $i (null; [.])", "null").unwrap().len(), 1004);
    // Values within an expression may be deep.
    assert_eq!(apply(&format!("{build} | length, (. == .)"), "null").unwrap(), "1 true");
    assert_eq!(apply(&format!("{build} | tojson | length"), "null").unwrap(), "600004");
    assert_eq!(apply("[reduce range(3000) as $i (null; [.]) | ..] | length", "null").unwrap(), "3001");
    let text = "(\"[\" * 300000) + (\"]\" * 300000) | fromjson";
    assert_eq!(apply(text, "null").unwrap_err(), "--jq: \"the text is nested more than 10000 levels deep\"");
    assert_eq!(apply("(\"[\" * 9000) + (\"]\" * 9000) | fromjson | length", "null").unwrap(), "1");
    assert_eq!(apply("\"[1.50,{}]\" | fromjson", "null").unwrap(), "[1.50,{}]");
}

#[test]
fn endless_recursion_is_an_error() {
    for expression in [
        "def f: [f]; f",
        "def f: 1 + f; f",
        "def f: {a: f}; f",
        "def f(g): [f(g | g)]; f(.)",
        "path(def f: f | .a; f)",
        "try (def f: [f]; f) catch .",
    ] {
        assert_eq!(apply(expression, "null").unwrap_err(), "--jq: the expression calls itself too often");
    }
    // Calls at the end of a filter need no stack.
    assert_eq!(apply("def f: if . < 300000 then . + 1 | f else . end; f", "0").unwrap(), "300000");
    assert_eq!(
        apply("def f: if . < 1000 then [. + 1 | f] else . end; f | tojson | length", "0").unwrap(),
        "2004"
    );
}

#[test]
fn expressions_that_are_nested_deep_do_not_overflow_the_stack() {
    let nested = |open: &str, close: &str| format!("{}1{}", open.repeat(30_000), close.repeat(30_000));
    assert_eq!(apply(&nested("(", ")"), "null").unwrap(), "1");
    assert_eq!(apply(&nested("-", ""), "null").unwrap_err(), "--jq: the expression calls itself too often");
    let list = format!("{}1{}", "[".repeat(1000), "]".repeat(1000));
    assert_eq!(apply(&list, "null").unwrap_err(), "--jq: a result is nested more than 500 levels deep");
    assert!(apply(&nested("[", ""), "null").unwrap_err().starts_with("--jq: expected"));
}
