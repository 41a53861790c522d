//! Users pay for what they enable: the inbox with its databases, and the command line, are dependencies of their features alone.

use std::collections::BTreeSet;

use super::packages::run_cargo;

/// The names of the packages that the client depends on with these features.
fn list_dependencies(features: &[&str]) -> BTreeSet<String> {
    let tree = ["tree", "--package", "whop", "--edges", "normal,build", "--prefix", "none", "--offline"];
    let output = run_cargo(&[tree.as_slice(), features].concat());
    output.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
}

/// The packages of an inbox among the dependencies.
fn list_inbox(dependencies: &BTreeSet<String>) -> Vec<&str> {
    let names = dependencies.iter().map(String::as_str);
    let is_inbox = |name: &&str| {
        name.starts_with("sqlx")
            || ["openapi-client-inbox", "libsqlite3-sys", "chacha20poly1305"].contains(name)
    };
    names.filter(is_inbox).collect()
}

#[test]
fn nobody_pays_for_the_inbox_without_its_features() {
    let default = list_dependencies(&[]);
    assert!(default.contains("openapi-client-runtime"));
    assert_eq!(list_inbox(&default), [""; 0]);
    // Features that the inbox has too do not enable it.
    let others = "axum,blocking,inbox-encryption,mock,native-tls,rate-limit,reqwest,tower,tracing,user-token";
    assert_eq!(list_inbox(&list_dependencies(&["--features", others])), [""; 0]);
    // What the default features have, the inbox leaves as it is.
    let all = list_dependencies(&["--features", "inbox,inbox-encryption"]);
    assert!(default.is_subset(&all));
    assert!(list_inbox(&all).contains(&"chacha20poly1305"));
}

#[test]
fn each_database_comes_without_the_other() {
    let without_default = |feature| list_dependencies(&["--no-default-features", "--features", feature]);
    let sqlite = without_default("inbox-sqlite");
    assert_eq!(
        list_inbox(&sqlite),
        ["libsqlite3-sys", "openapi-client-inbox", "sqlx", "sqlx-core", "sqlx-sqlite"]
    );
    // A file needs no TLS.
    assert!(!sqlite.contains("rustls"));
    let postgres = without_default("inbox-postgres");
    assert_eq!(list_inbox(&postgres), ["openapi-client-inbox", "sqlx", "sqlx-core", "sqlx-postgres"]);
}

#[test]
fn nobody_pays_for_reqwest_without_its_feature() {
    let default = list_dependencies(&[]);
    // What only reqwest needs.
    for name in ["reqwest", "tower-http", "url", "idna", "futures-util"] {
        assert!(!default.contains(name), "{name}");
    }
    assert!(["hyper", "rustls"].iter().all(|name| default.contains(*name)));
    assert!(list_dependencies(&["--features", "reqwest"]).contains("reqwest"));
}

#[test]
fn nobody_pays_for_the_command_line_without_its_feature() {
    let others =
        "axum,blocking,inbox,inbox-encryption,mock,native-tls,rate-limit,reqwest,tower,tracing,user-token";
    for features in [&[] as &[&str], &["--features", others]] {
        let dependencies = list_dependencies(features);
        for name in ["openapi-client-cli", "clap", "jaq-core", "keyring", "rmcp"] {
            assert!(!dependencies.contains(name), "{name} with {features:?}");
        }
    }
    let program = list_dependencies(&["--no-default-features", "--features", "cli"]);
    assert!(
        ["openapi-client-cli", "openapi-client-mock", "rustls"].iter().all(|name| program.contains(*name))
    );
    // Its commands for an inbox come with a database only.
    assert_eq!(list_inbox(&program), [""; 0]);
}
