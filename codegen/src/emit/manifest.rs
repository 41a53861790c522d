//! The manifest of the written crate: a feature for each tag, and nothing it does not need.

use std::fmt::Write as _;

use super::{Context, EVENTS, api, mock, user_token};

/// Features that pass through to the runtime, and whether they are on by default.
const RUNTIME: [(&str, bool); 6] = [
    ("rustls", true),
    ("native-tls", false),
    ("http2", true),
    ("gzip", true),
    ("blocking", false),
    ("tracing", false),
];

/// Features of the runtime for servers, of use where there is something to verify, and whether users' tokens are enough.
const SERVERS: [(&str, bool); 2] = [("axum", true), ("tower", false)];

/// `Cargo.toml`. `crates` is the path of the folder that holds the crates which the written one depends on; a crate outside
/// any workspace is a workspace of its own.
#[must_use]
pub fn manifest(cx: &Context<'_>, banner: &str, crates: &str, standalone: bool) -> String {
    let package = &cx.config.package;
    let mut text = format!("# {banner}\n\n[package]\n");
    let mut line = |key: &str, value: &str| {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{key} = {}", toml::Value::from(value));
    };
    line("name", &cx.names.package);
    line("version", &package.version);
    let default = format!("A client for {}.", cx.api.title);
    let description = package.description.as_deref().unwrap_or(&default);
    line("description", &description.chars().filter(|c| super::shown(*c)).collect::<String>());
    line("edition", "2024");
    line("rust-version", "1.90");
    package.license.iter().for_each(|license| line("license", license));
    package.repository.iter().for_each(|repository| line("repository", repository));
    text.push_str(&features(cx));
    text.push_str(&dependencies(cx, crates));
    // The programs stand beside this workspace's crate, and nowhere else.
    if !standalone {
        text.push_str(&examples(cx));
    }
    let _ = write!(text, "\n[package.metadata.docs.rs]\nall-features = true\n");
    if standalone {
        text.push_str("\n[workspace]\n");
    }
    text
}

/// The runtime, and the mock where there is something to mock: optional, so that nobody else downloads it.
fn dependencies(cx: &Context<'_>, crates: &str) -> String {
    let version = env!("CARGO_PKG_VERSION");
    let path = |name: &str| toml::Value::from(format!("{crates}/{name}"));
    let mut text = String::from("\n[dependencies]\n");
    if has_mock(cx) {
        let path = path("mock");
        let _ = writeln!(
            text,
            "openapi-client-mock = {{ path = {path}, version = \"{version}\", optional = true }}"
        );
    }
    let path = path("runtime");
    let _ = writeln!(
        text,
        "openapi-client-runtime = {{ path = {path}, version = \"{version}\", default-features = false }}"
    );
    text
}

/// Whether there is something to mock.
fn has_mock(cx: &Context<'_>) -> bool {
    !cx.api.operations.is_empty()
}

fn features(cx: &Context<'_>) -> String {
    let mut tags: Vec<&str> =
        api::used(cx).filter_map(|tag| cx.names.tags.get(tag)).map(|names| names.feature.as_str()).collect();
    if !cx.api.webhooks.is_empty() {
        tags.push(EVENTS);
    }
    tags.sort_unstable();
    tags.dedup();
    let on = RUNTIME.iter().filter(|(_, on)| *on).map(|(name, _)| *name);
    let default: Vec<&str> = std::iter::once("full").chain(on).collect();
    let mut text = String::from("\n[features]\n");
    let _ = writeln!(text, "default = {}", array(&default));
    let _ = writeln!(text, "# One for each tag of the document.\nfull = [");
    for tag in &tags {
        let _ = writeln!(text, "    {},", toml::Value::from(*tag));
    }
    text.push_str("]\n");
    for tag in &tags {
        // Events are of no use to who cannot tell that they are genuine.
        let verified = *tag == EVENTS && verifies(cx);
        let on = if verified { passed_on(cx, EVENTS) } else { Vec::new() };
        let on: Vec<&str> = on.iter().map(String::as_str).collect();
        let _ = writeln!(text, "{} = {}", toml::Value::from(*tag), array(&on));
    }
    text.push_str("# Of the runtime.\n");
    let mut feature = |name: &str, on: &[String]| {
        let on: Vec<&str> = on.iter().map(String::as_str).collect();
        let _ = writeln!(text, "{name} = {}", array(&on));
    };
    let users = cx.config.user_tokens.is_some();
    let servers =
        SERVERS.iter().filter(|(_, for_users)| verifies(cx) || users && *for_users).map(|(name, _)| *name);
    let own = RUNTIME.iter().map(|(name, _)| *name);
    for name in own.chain(servers) {
        feature(name, &[format!("openapi-client-runtime/{name}")]);
    }
    if users {
        feature(user_token::FEATURE, &passed_on(cx, user_token::FEATURE));
    }
    if has_mock(cx) {
        feature(mock::FEATURE, &["dep:openapi-client-mock".to_owned()]);
    }
    text
}

/// A feature of the runtime that the mock has a part for.
fn passed_on(cx: &Context<'_>, feature: &str) -> Vec<String> {
    let mock = has_mock(cx).then(|| format!("openapi-client-mock?/{feature}"));
    std::iter::once(format!("openapi-client-runtime/{feature}")).chain(mock).collect()
}

/// The programs under `examples/` and what they need.
fn examples(cx: &Context<'_>) -> String {
    let package = &cx.config.package;
    let mut text = String::new();
    if !package.dev_dependencies.is_empty() {
        text.push_str("\n[dev-dependencies]\n");
    }
    for (name, source) in &package.dev_dependencies {
        let _ = writeln!(text, "{} = {}", toml::Value::from(name.as_str()), inline(source));
    }
    for example in &package.examples {
        let features: Vec<&str> = example.features.iter().map(String::as_str).collect();
        let name = toml::Value::from(example.name.as_str());
        let _ = write!(text, "\n[[example]]\nname = {name}\nrequired-features = {}\n", array(&features));
    }
    text
}

/// A value on one line.
fn inline(value: &toml::Value) -> String {
    match value {
        toml::Value::Table(members) => {
            let members = members.iter();
            let members: Vec<String> = members
                .map(|(name, value)| format!("{} = {}", toml::Value::from(name.as_str()), inline(value)))
                .collect();
            format!("{{ {} }}", members.join(", "))
        }
        other => other.to_string(),
    }
}

/// Whether there is something to verify: events, and how they are signed.
pub(super) fn verifies(cx: &Context<'_>) -> bool {
    cx.config.webhooks.is_some() && !cx.api.webhooks.is_empty()
}

fn array(items: &[&str]) -> String {
    let items: Vec<String> = items.iter().map(|item| toml::Value::from(*item).to_string()).collect();
    format!("[{}]", items.join(", "))
}
