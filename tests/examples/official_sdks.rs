//! Runs Whop's official Python SDK against the program `mock_server`, if it can be installed.

use std::process::Command;

use whop_tests::print_uncaptured;
use whop_tests::program::example_path;

/// The exit status of the script if the SDK cannot be installed.
const CANNOT_INSTALL: i32 = 3;

/// Every operation of the SDK, with arguments from its own signatures. With `REQUIRE_OFFICIAL_SDKS` the test fails where pip or
/// its registry cannot be reached.
#[test]
fn the_mock_serves_every_operation_of_the_official_python_sdk() {
    let mock = example_path("mock_server");
    let out = mock.ancestors().nth(3).unwrap().join("official-sdks");
    let script = whop_tests::workspace_root().join("tests/official_sdks/run.py");
    let output = Command::new("python3")
        .arg(script)
        .args(["python", "--seeds", "0", "--mock"])
        .arg(&mock)
        .arg("--out")
        .arg(&out)
        .output();
    // Some systems have a program `python3` that only says how to install one.
    let usable = Command::new("python3").args(["-c", "import venv, ensurepip"]).output();
    let is_usable = usable.is_ok_and(|output| output.status.success());
    let problem = match &output {
        Err(error) => format!("python3: {error}"),
        Ok(_) if !is_usable => "python3 cannot create virtual environments".to_owned(),
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
    print_uncaptured(&format!("the official SDK was not called: {problem}"));
}
