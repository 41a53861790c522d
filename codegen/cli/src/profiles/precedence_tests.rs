//! Which environment, base URL, version and account a command uses.

use std::fs;

use super::profile::{Profile, load_profile};
use crate::{
    error::{CliError, Exit},
    profiles,
    session::{GlobalOptions, block_on},
    test_bank::{PRODUCTION, SANDBOX, app, session},
    test_io::{TestFolder, TestIo},
};

const CONFIG: &str = "\
profile = \"work\"
[profiles.work]
environment = \"sandbox\"
base_url = \"https://work.example/v1/\"
api_version = \"2026-02-02\"
account = \"acc_work\"
server_urls = { 1 = \"https://files.example\" }
[profiles.sandbox]
account = \"acc_sandbox\"
";

fn load(config: &str, variables: &[(&str, &str)], globals: &GlobalOptions) -> Result<Profile, CliError> {
    let folder = TestFolder::new();
    fs::write(folder.0.join("config.toml"), config).unwrap();
    let test = TestIo::new().config_folder(folder.0.clone());
    let test = variables.iter().fold(test, |test, (name, value)| test.variable(name, value));
    load_profile(app(), &test.build().0, globals)
}

#[test]
fn flags_precede_variables_and_these_the_profile() {
    let none = GlobalOptions::default();
    let profile = load(CONFIG, &[], &none).unwrap();
    assert_eq!(
        profile,
        Profile {
            name: "work".to_owned(),
            environment: Some(SANDBOX),
            base_url: Some("https://work.example/v1".to_owned()),
            replaced_url: None,
            server_urls: vec![(1, "https://files.example".to_owned())],
            api_version: Some("2026-02-02".to_owned()),
            account: Some("acc_work".to_owned()),
            account_is_explicit: false,
        }
    );
    let variables = [
        ("BANK_ENVIRONMENT", "Production"),
        ("BANK_API_VERSION", "2026-03-03"),
        ("BANK_BASE_URL", "http://localhost:1"),
    ];
    let profile = load(CONFIG, &variables, &none).unwrap();
    assert_eq!(profile.environment, Some(PRODUCTION));
    assert_eq!(profile.base_url.as_deref(), Some("http://localhost:1"));
    assert_eq!(profile.api_version.as_deref(), Some("2026-03-03"));
    let flags = GlobalOptions {
        environment: Some(SANDBOX),
        base_url: Some("http://localhost:2".to_owned()),
        api_version: Some("2026-04-04".to_owned()),
        account: Some("acc_flag".to_owned()),
        ..none.clone()
    };
    let profile = load(CONFIG, &variables, &flags).unwrap();
    assert_eq!(profile.environment, Some(SANDBOX));
    assert_eq!(profile.base_url.as_deref(), Some("http://localhost:2"));
    assert_eq!(profile.api_version.as_deref(), Some("2026-04-04"));
    assert_eq!((profile.account.as_deref(), profile.account_is_explicit), (Some("acc_flag"), true));
}

#[test]
fn a_selected_environment_discards_the_base_url_of_another() {
    let none = GlobalOptions::default();
    let by_variable = load(CONFIG, &[("BANK_ENVIRONMENT", "production")], &none).unwrap();
    assert_eq!((by_variable.environment, by_variable.base_url), (Some(PRODUCTION), None));
    assert_eq!(by_variable.server_urls, []);
    let flag = GlobalOptions { environment: Some(PRODUCTION), ..none };
    let by_flag = load(CONFIG, &[("BANK_BASE_URL", "http://localhost:1")], &flag).unwrap();
    assert_eq!((by_flag.environment, by_flag.base_url), (Some(PRODUCTION), None));
}

#[test]
fn urls_that_lead_to_the_same_place_replace_nothing() {
    let replaced = |config: &str, index: usize, url: &str| {
        let globals =
            GlobalOptions { server_urls: vec![(index, url.to_owned())], ..GlobalOptions::default() };
        load(config, &[], &globals).unwrap().replaced_url
    };
    for own in ["http://files.invalid", "HTTP://Files.Invalid:80/", "http://files.invalid/"] {
        assert_eq!(replaced("", 1, own), None, "{own}");
    }
    for own in ["https://files.example", "https://FILES.example:443/"] {
        assert_eq!(replaced(CONFIG, 1, own), None, "{own}");
    }
    for other in [
        "https://files.invalid",
        "http://files.invalid:81",
        "http://files.invalid/v2",
        "http://files.invalid.example",
        "http://user@files.invalid",
        "http://bank.invalid",
    ] {
        assert_eq!(replaced("", 1, other), Some("--server-url"), "{other}");
    }
    // That of the environment, where the profile has another one.
    assert_eq!(replaced(CONFIG, 1, "http://files.invalid"), Some("--server-url"));
    let base = |url: &str| {
        let globals = GlobalOptions { base_url: Some(url.to_owned()), ..GlobalOptions::default() };
        load("", &[], &globals).unwrap().replaced_url
    };
    assert_eq!(base("http://Bank.invalid:80/"), None);
    assert_eq!(base("http://bank.invalid/v1"), Some("--base-url"));
}

#[test]
fn the_account_of_a_profile_stays_in_its_environment() {
    let find = |config: &str, variables: &[(&str, &str)], environment| {
        let globals = GlobalOptions { environment, ..GlobalOptions::default() };
        load(config, variables, &globals).unwrap().account
    };
    let own = Some("acc_work".to_owned());
    assert_eq!(find(CONFIG, &[("BANK_ENVIRONMENT", "production")], None), None);
    assert_eq!(find(CONFIG, &[], Some(PRODUCTION)), None);
    assert_eq!(find(CONFIG, &[("BANK_ENVIRONMENT", "sandbox")], None), own);
    assert_eq!(find(CONFIG, &[], Some(SANDBOX)), own);
    // A profile that states no environment is one of the first.
    let config = "[profiles.default]\naccount = \"acc_work\"\n";
    assert_eq!(find(config, &[], Some(SANDBOX)), None);
    assert_eq!(find(config, &[], Some(PRODUCTION)), own);
    assert_eq!(find(config, &[], None), own);
}

#[test]
fn environments_are_profiles() {
    let named = |name: &str| GlobalOptions { profile: Some(name.to_owned()), ..GlobalOptions::default() };
    let profile = load("", &[], &named("sandbox")).unwrap();
    assert_eq!((profile.environment, profile.account), (Some(SANDBOX), None));
    let profile = load(CONFIG, &[("BANK_PROFILE", "sandbox")], &GlobalOptions::default()).unwrap();
    assert_eq!((profile.environment, profile.account.as_deref()), (Some(SANDBOX), Some("acc_sandbox")));
    let profile = load("", &[], &GlobalOptions::default()).unwrap();
    assert_eq!((profile.name.as_str(), profile.environment), ("default", Some(PRODUCTION)));
}

#[test]
fn wrong_profiles_are_usage_errors() {
    let named = |name: &str| GlobalOptions { profile: Some(name.to_owned()), ..GlobalOptions::default() };
    let cases = [
        (
            load(CONFIG, &[], &named("wrok")),
            "--profile: there is no profile `wrok`",
            Some("Did you mean `work`?"),
        ),
        (load("", &[("BANK_PROFILE", "x")], &named("default")), "", None),
        (
            load("", &[("BANK_PROFILE", "xyz")], &GlobalOptions::default()),
            "BANK_PROFILE: there is no profile `xyz`",
            None,
        ),
        (
            load("", &[("BANK_ENVIRONMENT", "x")], &named("default")),
            "BANK_ENVIRONMENT: unknown environment `x`",
            Some("The environments are: production, sandbox"),
        ),
        (load("", &[("BANK_BASE_URL", "nowhere")], &named("default")), "BANK_BASE_URL: the base URL", None),
        (load("profil = \"x\"", &[], &named("default")), "config.toml:1:1: unknown field `profil`", None),
        (
            load("\n[profiles.a]\nkey = \"x\"", &[], &named("default")),
            "config.toml:3:1: unknown field `key`",
            None,
        ),
        (load("[profiles.a\n", &[], &named("default")), "config.toml:1:", None),
    ];
    for (result, expected, hint) in cases {
        if expected.is_empty() {
            assert!(result.is_ok());
            continue;
        }
        let error = result.unwrap_err();
        assert!(error.message.contains(expected), "{} <> {expected}", error.message);
        assert_eq!(error.exit, Exit::Usage);
        if hint.is_some() {
            assert_eq!(error.hint.as_deref(), hint);
        }
    }
}

/// Runs `profile …`, and returns standard output and standard error.
fn run(folder: &TestFolder, arguments: &[&str]) -> Result<(String, String), CliError> {
    let (mut io, captured) = TestIo::new().config_folder(folder.0.clone()).build();
    let matches = profiles::build_command(app()).get_matches_from([&["profile"], arguments].concat());
    block_on(async { profiles::run(&mut session(&mut io, GlobalOptions::default()), &matches).await })?;
    Ok((captured.stdout(), captured.stderr()))
}

#[test]
fn profiles_are_set_used_and_deleted() {
    let folder = TestFolder::new();
    run(&folder, &["set", "work", "environment=SANDBOX", "account=acc_1", "base-url=https://x.example/"])
        .unwrap();
    run(&folder, &["set", "work", "account=acc_2", "base_url="]).unwrap();
    assert_eq!(run(&folder, &["use", "work"]).unwrap().1, "Commands now use the profile `work`.\n");
    let path = folder.0.join("config.toml");
    assert_eq!(
        fs::read_to_string(&path).unwrap(),
        "profile = \"work\"\n\n[profiles.work]\nenvironment = \"sandbox\"\naccount = \"acc_2\"\n"
    );
    assert_eq!(run(&folder, &["current"]).unwrap().0, "work\n");
    assert_eq!(
        run(&folder, &["show"]).unwrap().0,
        "{\"name\":\"work\",\"environment\":\"sandbox\",\"base_url\":null,\"api_version\":null,\"account\":\"acc_2\"}\n"
    );
    let list = run(&folder, &["list"]).unwrap().0;
    for name in
        ["\"default\",\"current\":false", "\"production\"", "\"sandbox\"", "\"work\",\"current\":true"]
    {
        assert!(list.contains(name), "{list}");
    }
    run(&folder, &["delete", "work"]).unwrap();
    assert_eq!(run(&folder, &["current"]).unwrap().0, "default\n");
    run(&folder, &["set", "files", "server_urls.1=https://x.example"]).unwrap();
    assert!(run(&folder, &["show", "files"]).unwrap().0.contains(r#""server_urls.1":"https://x.example""#));
    run(&folder, &["set", "files", "server-urls.1="]).unwrap();
    run(&folder, &["delete", "files"]).unwrap();
    let cases: [(&[&str], &str); 8] = [
        (&["set", "a", "server_urls.2=https://x.example"], "one other server, with the index 1"),
        (&["set", "a", "server_urls.1=x"], "server_urls.1: the base URL"),
        (&["use", "work"], "there is no profile `work`"),
        (&["delete", "sandbox"], "it always exists"),
        (&["set", "a b"], "the name of a profile"),
        (&["set", "a", "acount=x"], "a profile has no value `acount`"),
        (&["set", "a", "account"], "is not KEY=VALUE"),
        (&["set", "a", "environment=moon"], "unknown environment `moon`"),
    ];
    for (arguments, expected) in cases {
        let error = run(&folder, arguments).unwrap_err();
        assert!(error.message.contains(expected), "{}", error.message);
    }
    // Nothing of the rejected changes was written.
    assert_eq!(fs::read_to_string(&path).unwrap(), "");
}

#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_cannot_be_written_is_an_error() {
    let folder = TestFolder::new();
    run(&folder, &["set", "work", "account=acc_1"]).unwrap();
    let before = fs::read_to_string(folder.0.join("config.toml")).unwrap();
    // A folder in place of the temporary file fails also for root, whom permissions do not stop.
    fs::create_dir(folder.0.join(format!(".config.toml.{}", std::process::id()))).unwrap();
    let error = run(&folder, &["set", "work", "account=acc_2"]).unwrap_err();
    assert_eq!(error.exit, Exit::Io);
    assert!(
        error.message.starts_with("cannot write `") && error.message.contains("config.toml"),
        "{}",
        error.message
    );
    assert_eq!(fs::read_to_string(folder.0.join("config.toml")).unwrap(), before);
}
