//! The messages of the examples for missing or invalid settings.

use whop_tests::program::Program;

#[test]
fn without_a_key_an_example_says_what_to_set() {
    for name in [
        "account_links",
        "checkout",
        "connected_accounts",
        "embedded_components",
        "gated_route",
        "payments",
        "upload_file",
    ] {
        let (success, text) = Program::start(name, &[], &[]).wait_for_end();
        assert!(!success, "{name}:\n{text}");
        assert!(text.contains("WHOP_API_KEY") && text.contains("--local"), "{name}:\n{text}");
    }
}

#[test]
fn a_missing_setting_is_named() {
    let environment =
        [("WHOP_API_KEY", "some_key_that_nobody_may_see"), ("WHOP_BASE_URL", "http://127.0.0.1:9")];
    let (success, text) = Program::start("payments", &[], &environment).wait_for_end();
    assert!(!success && text.contains("WHOP_ACCOUNT_ID"), "{text}");
    assert!(!text.contains("nobody_may_see"), "{text}");
}

#[test]
fn mock_server_names_the_invalid_option() {
    for (arguments, message) in [
        (["--port", "x"].as_slice(), "--port x"),
        (&["--port"], "--port needs a value"),
        (&["--prot=1"], "unknown argument `--prot`"),
        (&["4010"], "unknown argument `4010`"),
        (&["--strict-version=no"], "--strict-version takes no value, found `no`"),
        (&["--unknown-ids", "none"], "--unknown-ids needs `generate` or `not-found`, found none"),
    ] {
        let (success, text) = Program::start("mock_server", arguments, &[]).wait_for_end();
        assert!(!success && text.contains(message), "{text}");
    }
    let (success, text) = Program::start("mock_server", &["--help"], &[]).wait_for_end();
    assert!(success && text.contains("--strict-version") && text.contains("--unknown-ids"), "{text}");
}
