//! The server for agents, driven by the official Python client of the Model Context Protocol.

use std::process::Command;

use whop_tests::print_uncaptured;

use crate::Shop;

/// The exit status of the script if the client cannot be installed.
const CANNOT_INSTALL: i32 = 3;

/// With `REQUIRE_OFFICIAL_SDKS` the test fails where pip or its registry cannot be reached.
#[test]
fn a_client_of_another_project_uses_the_tools() {
    let shop = Shop::open();
    let script = whop_tests::workspace_root().join("tests/mcp/drive.py");
    let out =
        std::path::Path::new(env!("CARGO_BIN_EXE_whop-cli")).ancestors().nth(2).unwrap().join("mcp-client");
    let output = Command::new("python3")
        .arg(script)
        .arg("--out")
        .arg(out)
        .arg("--")
        .args([env!("CARGO_BIN_EXE_whop-cli"), "mcp"])
        .env("WHOP_API_KEY", "test_key")
        .env("WHOP_BASE_URL", shop.server.base_url(0))
        .output();
    let problem = match &output {
        Err(error) => format!("python3: {error}"),
        Ok(output) if output.status.code() == Some(CANNOT_INSTALL) => {
            String::from_utf8_lossy(&output.stderr).into_owned()
        }
        Ok(output) => {
            let text = String::from_utf8_lossy(&output.stdout);
            assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
            return print_uncaptured(text.trim());
        }
    };
    assert!(std::env::var_os("REQUIRE_OFFICIAL_SDKS").is_none(), "REQUIRE_OFFICIAL_SDKS is set: {problem}");
    print_uncaptured(&format!("the tools for agents were not called: {problem}"));
}
