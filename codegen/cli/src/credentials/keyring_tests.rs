//! `login`, `whoami` and `logout` with a real keyring: that of GNOME, on a bus of its own.

use std::{
    fs,
    io::Write as _,
    process::{Command, Stdio},
    sync::Arc,
};

use super::{build_login, build_logout, build_whoami, keyring::OsKeyring, run_login, run_logout, run_whoami};
use crate::{
    error::{CliError, Exit},
    private_file::write_private,
    session::{GlobalOptions, block_on},
    test_bank::{BankServer, app, session},
    test_io::{TestFolder, TestIo},
};

/// Starts an unlocked keyring, and then the program.
const SCRIPT: &str = "printf password | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1 && exec \"$0\" \"$@\"";

/// With `REQUIRE_KEYRING` the test fails where the programs are missing.
#[test]
fn a_key_is_stored_in_a_real_keyring_and_deleted() {
    let has = |name: &str| {
        let found = Command::new(name).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
        found.is_ok_and(|status| status.success())
    };
    if let Some(missing) = ["dbus-run-session", "gnome-keyring-daemon"].into_iter().find(|name| !has(name)) {
        let is_required = std::env::var_os("REQUIRE_KEYRING").is_some();
        assert!(!is_required, "REQUIRE_KEYRING is set: there is no {missing}");
        // Not `eprintln!`, which the test harness keeps to itself.
        let _ = writeln!(std::io::stderr(), "skipped the test of the keyring: there is no {missing}");
        return;
    }
    let home = TestFolder::new();
    let name = format!("{}::keep_key", module_path!().split_once("::").unwrap().1);
    let output = Command::new("dbus-run-session")
        .args(["--", "sh", "-c", SCRIPT])
        .arg(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", &name])
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", &home.0)
        .env("XDG_RUNTIME_DIR", &home.0)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && printed.contains("1 passed"), "{output:?}");
}

#[test]
#[ignore = "what the other test runs with a keyring"]
fn keep_key() {
    let server = BankServer::builder().api_key("key_good").start_blocking().unwrap();
    let folder = TestFolder::new();
    let config = folder.0.join("bank");
    let text = format!("[profiles.default]\nbase_url = \"{}\"\n", server.base_url(0));
    write_private(&config.join("config.toml"), &text).unwrap();
    let run = |command: &str| -> (Result<(), CliError>, String) {
        let (mut io, captured) = TestIo::new().config_folder(config.clone()).stdin("key_good\n").build();
        io.keyring = Arc::new(OsKeyring::of_process());
        let mut session = session(&mut io, GlobalOptions::default());
        let words = [command];
        let result = block_on(async {
            match command {
                "login" => run_login(&mut session, &build_login(app()).get_matches_from(words)).await,
                "logout" => run_logout(&mut session, &build_logout(app()).get_matches_from(words)).await,
                _ => run_whoami(&mut session, &build_whoami(app()).get_matches_from(words)).await,
            }
        });
        (result, captured.stdout() + &captured.stderr())
    };
    for command in ["login", "whoami"] {
        let (result, printed) = run(command);
        result.unwrap();
        assert!(printed.contains("keyring") && !printed.contains("key_good"), "{printed}");
    }
    // No file has it, and after `logout` nothing does.
    assert_eq!(fs::read_dir(&config).unwrap().count(), 1);
    run("logout").0.unwrap();
    assert_eq!(run("whoami").0.unwrap_err().exit, Exit::NotAuthenticated);
}
