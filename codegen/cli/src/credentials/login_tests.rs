//! `login`, `logout`, `whoami`, and which credential a command uses.

use std::{fs, sync::Arc, sync::atomic::Ordering};

use openapi_client_runtime::Environment;

use super::{
    build_login, build_logout, build_whoami, lookup::find_credentials, run_login, run_logout, run_whoami,
};
use crate::{
    error::{CliError, Exit},
    private_file::write_private,
    profiles::profile::load_profile,
    session::{GlobalOptions, block_on},
    test_bank::{BankServer, SANDBOX, app, session},
    test_io::{Captured, TestFolder, TestIo, TestKeyring},
};

/// A machine: its keyring, folder, and server.
struct Machine {
    keyring: Arc<TestKeyring>,
    folder: TestFolder,
    server: BankServer,
}

impl Machine {
    fn new(keyring: Arc<TestKeyring>) -> Self {
        let machine = Self {
            keyring,
            folder: TestFolder::new(),
            server: BankServer::builder().api_key("key_good").start_blocking().unwrap(),
        };
        machine.set_base_url(&machine.server.base_url(0));
        machine
    }

    /// The base URL of the profile `default`.
    fn set_base_url(&self, url: &str) {
        let text = format!("[profiles.default]\nbase_url = \"{url}\"\n");
        write_private(&self.folder.0.join("bank/config.toml"), &text).unwrap();
    }

    fn io(&self) -> TestIo {
        TestIo::new().keyring(&self.keyring).config_folder(self.folder.0.join("bank"))
    }

    fn globals(&self, environment: Option<Environment>) -> GlobalOptions {
        GlobalOptions { environment, ..GlobalOptions::default() }
    }

    /// Runs `login`, `logout` or `whoami`.
    fn run(
        &self,
        test: TestIo,
        globals: GlobalOptions,
        arguments: &[&str],
    ) -> (Result<(), CliError>, Captured) {
        let (mut io, captured) = test.build();
        let mut session = session(&mut io, globals);
        let result = block_on(async {
            match arguments[0] {
                "login" => run_login(&mut session, &build_login(app()).get_matches_from(arguments)).await,
                "logout" => run_logout(&mut session, &build_logout(app()).get_matches_from(arguments)).await,
                _ => run_whoami(&mut session, &build_whoami(app()).get_matches_from(arguments)).await,
            }
        });
        (result, captured)
    }

    fn login(&self, key: &str, arguments: &[&str]) -> (Result<(), CliError>, Captured) {
        self.run(self.io().stdin(key), self.globals(None), &[&["login"], arguments].concat())
    }

    /// The credential that a command uses.
    fn find(&self, test: TestIo, globals: &GlobalOptions) -> Result<String, CliError> {
        let (io, _) = test.build();
        let profile = load_profile(app(), &io, globals)?;
        let found = find_credentials(app(), &io, &profile)?;
        Ok(found.iter().map(|(index, secret)| format!("{index}:{}", secret.expose())).collect())
    }
}

#[test]
fn a_key_is_checked_and_stored_in_the_keyring() {
    let machine = Machine::new(Arc::default());
    let key = machine.server.api_key().to_owned();
    let (result, captured) = machine.login(&format!("{key}\n"), &[]);
    result.unwrap();
    let shown = captured.stderr();
    assert!(
        shown.starts_with("Logged in to production as me_")
            && shown.ends_with("The key is in the keyring.\n"),
        "{shown}"
    );
    assert!(!shown.contains(&key) && captured.stdout().is_empty());
    assert_eq!(machine.find(machine.io(), &GlobalOptions::default()).unwrap(), format!("0:{key}"));
    // Another environment and another profile have keys of their own.
    let sandbox = GlobalOptions { environment: Some(SANDBOX), ..GlobalOptions::default() };
    let error = machine.find(machine.io(), &sandbox).unwrap_err();
    assert_eq!(error.exit, Exit::NotAuthenticated);
    assert_eq!(
        error.hint.as_deref().unwrap().lines().next().unwrap(),
        "Store it in the keyring with `bank login --sandbox`, in a file with `bank login --sandbox --file`, or set BANK_API_KEY"
    );

    let (result, captured) = machine.run(machine.io(), machine.globals(None), &["whoami"]);
    result.unwrap();
    let shown = captured.stdout();
    assert!(
        shown.contains("\"credential\":\"the keyring\"") && shown.contains("\"identity\":{\"id\":\"me_"),
        "{shown}"
    );
    assert!(!shown.contains(&key) && !captured.stderr().contains(&key));

    let (result, captured) = machine.run(machine.io(), machine.globals(None), &["logout"]);
    result.unwrap();
    assert_eq!(captured.stderr(), "The key of production (profile `default`) is deleted from the keyring.\n");
    assert!(machine.find(machine.io(), &GlobalOptions::default()).is_err());
    let (_, captured) = machine.run(machine.io(), machine.globals(None), &["logout"]);
    assert_eq!(captured.stderr(), "No key of production (profile `default`) was stored.\n");
}

#[test]
fn a_wrong_key_is_not_stored() {
    let machine = Machine::new(Arc::default());
    machine.server.skip_verification_on_drop();
    let (result, captured) = machine.login("wrong_key\n", &[]);
    let error = result.unwrap_err();
    assert_eq!(error.exit, Exit::NotAuthenticated);
    assert_eq!(error.message, "production does not accept this key; nothing was stored: Wrong key");
    assert_eq!(
        error.hint.as_deref(),
        Some("Copy the whole key. Keys of other environments need `--sandbox`")
    );
    assert!(!format!("{error:?}{}", captured.stderr()).contains("wrong_key"));
    assert!(machine.find(machine.io(), &GlobalOptions::default()).is_err());
    let (result, captured) = machine.login("wrong_key\n", &["--no-check"]);
    result.unwrap();
    assert!(captured.stderr().contains("(the key was not checked)"));
    machine.set_base_url("http://127.0.0.1:9");
    let (result, _) = machine.login("key\n", &[]);
    let error = result.unwrap_err();
    assert_eq!(
        (error.exit, error.hint.as_deref()),
        (Exit::Network, Some("`--no-check` stores it without a request"))
    );
}

#[test]
fn a_refused_key_is_explained() {
    let machine = Machine::new(Arc::default());
    machine.server.skip_verification_on_drop();
    machine.login("old_key\n", &["--no-check"]).0.unwrap();
    let whoami = |test: TestIo| machine.run(test, machine.globals(None), &["whoami"]).0.unwrap_err();
    let error = whoami(machine.io());
    assert_eq!((error.exit, error.message.as_str()), (Exit::NotAuthenticated, "Wrong key"));
    assert_eq!(
        error.hint.as_deref(),
        Some("The key for production is from the keyring; `bank login` replaces it")
    );
    assert_eq!(
        whoami(machine.io().variable("BANK_API_KEY", "old")).hint.as_deref(),
        Some(
            "The key for production is from the environment variable BANK_API_KEY; correct or unset BANK_API_KEY"
        )
    );
    let (result, _) = machine.login("", &[]);
    let error = result.unwrap_err();
    assert_eq!((error.exit, error.message.as_str()), (Exit::Usage, "the secret is empty"));
    assert!(error.hint.unwrap().ends_with("`bank login < FILE`"));
}

#[test]
fn variables_precede_the_keyring_and_it_the_file() {
    let machine = Machine::new(Arc::default());
    let globals = GlobalOptions::default();
    machine.login("key_file\n", &["--no-check", "--file"]).0.unwrap();
    assert_eq!(machine.find(machine.io(), &globals).unwrap(), "0:key_file");
    // The key in the keyring replaces that in the file, and the other way round.
    machine.login("key_ring\n", &["--no-check"]).0.unwrap();
    assert_eq!(machine.find(machine.io(), &globals).unwrap(), "0:key_ring");
    assert!(
        !fs::read_to_string(machine.folder.0.join("bank/credentials.toml")).unwrap().contains("key_file")
    );
    machine.login("key_file\n", &["--no-check", "--file"]).0.unwrap();
    assert_eq!(machine.find(machine.io(), &globals).unwrap(), "0:key_file");
    // With a variable, the keyring is not asked: it may be slow, or ask the person.
    let before = machine.keyring.requests.load(Ordering::Relaxed);
    let with_variable = machine.io().variable("BANK_API_KEY", " key_variable\n");
    assert_eq!(machine.find(with_variable, &globals).unwrap(), "0:key_variable");
    assert_eq!(machine.keyring.requests.load(Ordering::Relaxed), before);
    let (_, captured) = machine.run(
        machine.io().stdin("key\n").variable("BANK_API_KEY", "x"),
        machine.globals(None),
        &["login", "--no-check"],
    );
    assert!(captured.stderr().contains("Note: BANK_API_KEY is set"), "{}", captured.stderr());
}

#[test]
fn a_stored_key_goes_only_to_the_url_it_was_stored_for() {
    let own = "http://work.invalid";
    for arguments in [&["--no-check"][..], &["--no-check", "--file"]] {
        let machine = Machine::new(Arc::default());
        machine.server.skip_verification_on_drop();
        machine.set_base_url(own);
        machine.login("key_stored\n", arguments).0.unwrap();
        let with_url =
            |url: &str| GlobalOptions { base_url: Some(url.to_owned()), ..GlobalOptions::default() };
        let with_server = GlobalOptions {
            server_urls: vec![(1, "http://other.invalid".to_owned())],
            ..GlobalOptions::default()
        };
        let by_variable = machine.io().variable("BANK_BASE_URL", "http://other.invalid");
        for (test, globals, place) in [
            (machine.io(), with_url("http://other.invalid"), "--base-url"),
            (machine.io(), with_url("http://bank.invalid"), "--base-url"),
            (by_variable, GlobalOptions::default(), "BANK_BASE_URL"),
            (machine.io(), with_server, "--server-url"),
        ] {
            let error = machine.find(test, &globals).unwrap_err();
            assert_eq!(error.exit, Exit::NotAuthenticated);
            assert!(error.message.contains(&format!("`{place}`: stored keys are not sent to it")), "{error}");
            assert!(error.hint.unwrap().starts_with("Set BANK_API_KEY, or "));
        }
        let variable = machine.io().variable("BANK_API_KEY", "key_variable");
        assert_eq!(machine.find(variable, &with_url("http://other.invalid")).unwrap(), "0:key_variable");
        // The URL of the profile may be given again.
        assert_eq!(machine.find(machine.io(), &with_url(&format!("{own}/"))).unwrap(), "0:key_stored");

        let url = machine.server.base_url(0);
        let (result, captured) = machine.run(machine.io(), with_url(&url), &["whoami"]);
        assert_eq!(result.unwrap_err().exit, Exit::NotAuthenticated);
        assert!(machine.server.requests().is_empty() && !captured.stderr().contains("key_stored"));
        let login = [&["login"], arguments].concat();
        let (result, _) = machine.run(machine.io().stdin("key_new\n"), with_url(&url), &login);
        let error = result.unwrap_err();
        assert_eq!(
            (error.exit, error.message.as_str()),
            (Exit::Usage, "`--base-url` replaces the URL of the profile, for which a key is stored")
        );
        assert!(error.hint.unwrap().starts_with("Leave out `--base-url`, or "));
        assert_eq!(machine.find(machine.io(), &GlobalOptions::default()).unwrap(), "0:key_stored");
        // A key is deleted whatever the URL is.
        machine.run(machine.io(), with_url(&url), &["logout"]).0.unwrap();
        assert!(machine.find(machine.io(), &GlobalOptions::default()).is_err());
    }
}

#[test]
fn without_a_keyring_the_file_is_used() {
    let machine = Machine::new(TestKeyring::missing());
    let (result, captured) = machine.login("key_1\n", &["--no-check"]);
    result.unwrap();
    assert!(captured.stderr().starts_with("Note: the keyring was not used: there is no keyring.\n"));
    let path = machine.folder.0.join("bank/credentials.toml");
    assert!(captured.stderr().contains(&format!("The key is in the file {}.", path.display())));
    let globals = GlobalOptions::default();
    assert_eq!(machine.find(machine.io(), &globals).unwrap(), "0:key_1");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        let error = machine.find(machine.io(), &globals).unwrap_err();
        assert!(error.hint.unwrap().contains(&format!("chmod 600 '{}'", path.display())));
    }
    let other = Machine::new(TestKeyring::missing());
    let error = other.find(other.io(), &globals).unwrap_err();
    assert!(error.hint.unwrap().ends_with("The keyring was not read: there is no keyring"));
}

#[test]
fn a_locked_keyring_is_not_taken_for_an_empty_one() {
    let machine = Machine::new(TestKeyring::locked());
    let (result, captured) = machine.login("key_1\n", &["--no-check", "--file"]);
    result.unwrap();
    assert!(captured.stderr().starts_with("Note: if the keyring has an older key, it is used before"));
    assert_eq!(machine.find(machine.io(), &GlobalOptions::default()).unwrap(), "0:key_1");
    // The key in the file is deleted, and that of the keyring may not be.
    let (result, captured) = machine.run(machine.io(), machine.globals(None), &["logout"]);
    let error = result.unwrap_err();
    assert_eq!((error.exit, captured.stderr().as_str()), (Exit::Io, ""));
    assert_eq!(error.message, "cannot delete the key from the keyring: the keyring is locked");
    assert!(machine.find(machine.io(), &GlobalOptions::default()).is_err());
}

#[test]
fn a_terminal_hides_the_key() {
    let machine = Machine::new(Arc::default());
    let test = machine.io().terminal(80).hidden_input("key_typed");
    let (result, captured) = machine.run(test, machine.globals(Some(SANDBOX)), &["login", "--no-check"]);
    result.unwrap();
    assert_eq!(
        captured.stderr(),
        "Keys are made on https://bank.invalid/keys\nAPI key for sandbox, which is not shown: \n\
         Logged in to sandbox (the key was not checked), profile `default`. The key is in the keyring.\n"
    );
    // The profile of the environment is the same as its flag.
    let sandbox = GlobalOptions { profile: Some("sandbox".to_owned()), ..GlobalOptions::default() };
    assert_eq!(machine.find(machine.io(), &sandbox).unwrap(), "0:key_typed");
}

#[test]
fn two_logins_at_once_keep_both_keys() {
    let machine = Machine::new(TestKeyring::missing());
    std::thread::scope(|scope| {
        for environment in [None, Some(SANDBOX)] {
            let name = environment.map_or("production", |environment| environment.name);
            let machine = &machine;
            scope.spawn(move || {
                let test = machine.io().stdin(&format!("key_{name}\n"));
                machine.run(test, machine.globals(environment), &["login", "--no-check"]).0.unwrap();
            });
        }
    });
    let sandbox = GlobalOptions { environment: Some(SANDBOX), ..GlobalOptions::default() };
    assert_eq!(machine.find(machine.io(), &GlobalOptions::default()).unwrap(), "0:key_production");
    assert_eq!(machine.find(machine.io(), &sandbox).unwrap(), "0:key_sandbox");
}
