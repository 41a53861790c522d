//! Emits the manifest of the generated crate, with a feature for each tag.

use std::fmt::Write as _;

use super::package_files::{Dependencies, Layout, Placement};
use super::{Context, EVENTS, api, command_line, inbox, mock, money, user_token};
use crate::ident::kebab_case;
use crate::ir::Success;

/// Features that enable those of the runtime, and whether they are on by default.
const RUNTIME: [(&str, bool); 9] = [
    ("rustls", true),
    ("native-tls", false),
    ("reqwest", false),
    ("http2", true),
    ("gzip", true),
    ("blocking", false),
    ("tracing", false),
    ("rate-limit", false),
    ("tower", false),
];

/// The features of the runtime, and whether they are on by default: that for money if the configuration says what is money.
fn runtime_features(cx: &Context<'_>) -> impl Iterator<Item = (&'static str, bool)> {
    RUNTIME.into_iter().chain([(money::FEATURE, cx.config.money.is_some())])
}

/// What a published package has, as patterns of cargo.
const PUBLISHED: [&str; 4] = ["/src", "/examples", "/README.md", "/LICENSE*"];

/// What a published package with a program has besides.
const FOR_AGENTS: [&str; 2] = ["/llms.txt", "/SKILL.md"];

/// What the published package of this crate has.
fn list_published(cx: &Context<'_>) -> Vec<&'static str> {
    let agents = command_line::program_name(cx).map_or(&[][..], |_| &FOR_AGENTS);
    PUBLISHED.iter().chain(agents).copied().collect()
}

/// How docs.rs builds the documentation, which has items of the runtime. They have a flag of their own for it: with `docsrs`, other
/// dependencies use features of the compiler that it may no longer have.
const DOCS_RS: &str = r#"
[package.metadata.docs.rs]
all-features = true
rustc-args = ["--cfg", "openapi_client_docs"]
rustdoc-args = ["--cfg", "docsrs"]
"#;

/// The features of the runtime that the inbox has too.
const INBOX: [&str; 3] = ["axum", "tower", "tracing"];

/// The features that the command line needs.
const CLI: [&str; 4] = [mock::FEATURE, "rustls", "http2", "gzip"];

/// The feature of the runtime for servers that verify webhooks or user tokens.
const SERVERS: &str = "axum";

/// `Cargo.toml`.
pub(super) fn emit_manifest(cx: &Context<'_>, banner: &str, placement: &Placement) -> String {
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
    line("description", &description.chars().filter(|c| super::docs::is_printable(*c)).collect::<String>());
    line("edition", "2024");
    line("rust-version", "1.90");
    package.license.iter().for_each(|license| line("license", license));
    package.repository.iter().for_each(|repository| line("repository", repository));
    package.documentation_url.iter().for_each(|url| line("documentation", url));
    package.homepage.iter().for_each(|url| line("homepage", url));
    for (key, items) in [("keywords", &package.keywords), ("categories", &package.categories)] {
        if !items.is_empty() {
            let items: Vec<&str> = items.iter().map(String::as_str).collect();
            let _ = writeln!(text, "{key} = {}", string_array(&items));
        }
    }
    // The records of the generator and the configuration of rustfmt are for those who maintain the crate.
    let _ = writeln!(text, "include = {}", string_array(&list_published(cx)));
    text.push_str(&features_section(cx));
    text.push_str(&dependencies_section(cx, &placement.dependencies));
    text.push_str(&program_section(cx));
    // A crate elsewhere does not have the programs that the configuration lists.
    if placement.layout == Layout::Member {
        text.push_str(&example_sections(cx));
    }
    text.push_str(DOCS_RS);
    if placement.layout == Layout::Standalone {
        text.push_str("\n[workspace]\n");
    }
    text
}

/// The runtime; the others as optional dependencies, so that they are not downloaded without their features.
fn dependencies_section(cx: &Context<'_>, dependencies: &Dependencies) -> String {
    let mut text = String::from("\n[dependencies]\n");
    if command_line::program_name(cx).is_some() {
        let source = describe_source(dependencies, "cli");
        let _ = writeln!(text, "openapi-client-cli = {{ {source}, optional = true }}");
    }
    if has_verification(cx) {
        let source = describe_source(dependencies, "inbox");
        let _ = writeln!(
            text,
            "openapi-client-inbox = {{ {source}, default-features = false, optional = true }}"
        );
    }
    if has_mock(cx) {
        let source = describe_source(dependencies, "mock");
        let _ = writeln!(text, "openapi-client-mock = {{ {source}, optional = true }}");
    }
    let source = describe_source(dependencies, "runtime");
    let features = if has_streams(cx) { ", features = [\"event-stream\"]" } else { "" };
    let _ = writeln!(text, "openapi-client-runtime = {{ {source}, default-features = false{features} }}");
    text
}

/// The program of the command line.
fn program_section(cx: &Context<'_>) -> String {
    let Some(name) = command_line::program_name(cx) else { return String::new() };
    let path = toml::Value::from(command_line::program_path(name));
    let (name, features) = (toml::Value::from(name), string_array(&[command_line::FEATURE]));
    format!("\n[[bin]]\nname = {name}\npath = {path}\nrequired-features = {features}\n")
}

/// The source of a crate of this project and its version, as keys of a dependency.
fn describe_source(dependencies: &Dependencies, folder: &str) -> String {
    let value = |text: &str| toml::Value::from(text);
    let source = match dependencies {
        Dependencies::Registry => String::new(),
        Dependencies::Folder(path) => format!("path = {}, ", value(&format!("{path}/{folder}"))),
        Dependencies::Git { url, revision: None } => format!("git = {}, ", value(url)),
        Dependencies::Git { url, revision: Some(revision) } => {
            format!("git = {}, rev = {}, ", value(url), value(revision))
        }
    };
    format!("{source}version = \"{}\"", env!("CARGO_PKG_VERSION"))
}

/// Whether a response is a stream of events or of JSON values, for which the runtime has a feature.
fn has_streams(cx: &Context<'_>) -> bool {
    cx.api.operations.iter().any(|operation| {
        let alternatives = operation.alternatives.iter().map(|alternative| &alternative.success);
        std::iter::once(&operation.success).chain(alternatives).any(Success::is_stream)
    })
}

/// Whether the crate has a mock server: if there are operations.
fn has_mock(cx: &Context<'_>) -> bool {
    !cx.api.operations.is_empty()
}

/// The features that select parts of the API: one for each tag, and one for the events. Sorted.
pub fn tag_features<'a>(cx: &'a Context<'_>) -> Vec<&'a str> {
    let names = api::used_tags(cx).filter_map(|tag| cx.names.tags.get(tag));
    let mut features: Vec<&str> = names.map(|names| names.feature.as_str()).collect();
    if !cx.api.webhooks.is_empty() {
        features.push(EVENTS);
    }
    features.sort_unstable();
    features.dedup();
    features
}

fn features_section(cx: &Context<'_>) -> String {
    let tags = tag_features(cx);
    let on = runtime_features(cx).filter(|(_, on)| *on).map(|(name, _)| name);
    let default: Vec<&str> = std::iter::once("full").chain(on).collect();
    let mut text = String::from("\n[features]\n");
    let _ = writeln!(text, "default = {}", string_array(&default));
    let _ = writeln!(text, "# A feature for each tag of the document.\nfull = [");
    for tag in &tags {
        let _ = writeln!(text, "    {},", toml::Value::from(*tag));
    }
    text.push_str("]\n");
    for tag in &tags {
        // Events are useful only with the verification of their signatures.
        let verified = *tag == EVENTS && has_verification(cx);
        let on = if verified { forwarded_feature(cx, EVENTS) } else { Vec::new() };
        let on: Vec<&str> = on.iter().map(String::as_str).collect();
        let _ = writeln!(text, "{} = {}", toml::Value::from(*tag), string_array(&on));
    }
    for (old, tag) in old_features(cx, &tags) {
        let _ = writeln!(
            text,
            "# The old name of `{tag}`.\n{} = {}",
            toml::Value::from(old),
            string_array(&[tag])
        );
    }
    text.push_str("# Features of the runtime.\n");
    let mut feature = |name: &str, on: &[String]| {
        let on: Vec<&str> = on.iter().map(String::as_str).collect();
        let _ = writeln!(text, "{name} = {}", string_array(&on));
    };
    let users = cx.config.user_tokens.is_some();
    let servers = (has_verification(cx) || users).then_some(SERVERS);
    let own = runtime_features(cx).map(|(name, _)| name);
    for name in own.chain(servers) {
        let inbox = has_verification(cx) && INBOX.contains(&name);
        let inbox = inbox.then(|| format!("openapi-client-inbox?/{name}"));
        let on: Vec<String> =
            std::iter::once(format!("openapi-client-runtime/{name}")).chain(inbox).collect();
        feature(name, &on);
    }
    if users {
        feature(user_token::FEATURE, &forwarded_feature(cx, user_token::FEATURE));
    }
    if has_mock(cx) {
        feature(mock::FEATURE, &["dep:openapi-client-mock".to_owned()]);
    }
    if command_line::program_name(cx).is_some() {
        let events = has_verification(cx).then_some(EVENTS);
        let needed = CLI.into_iter().chain(events).chain(["dep:openapi-client-cli"]);
        text.push_str("# The command line.\n");
        let needed: Vec<&str> = needed.collect();
        let _ = writeln!(text, "{} = {}", command_line::FEATURE, string_array(&needed));
    }
    if has_verification(cx) {
        text.push_str(&inbox_features(cx));
    }
    text
}

/// The features of the inbox: all databases, each alone, and the encryption of what any of them stores.
fn inbox_features(cx: &Context<'_>) -> String {
    let mut text = String::from("# A durable inbox of webhook deliveries in a database.\n");
    let databases = inbox::DATABASES.map(|(feature, _)| feature);
    let _ = writeln!(text, "{} = {}", inbox::FEATURE, string_array(&databases));
    let (encryption, own) = inbox::ENCRYPTION;
    // It is a property of the inbox, which a database enables.
    let _ = writeln!(text, "{encryption} = [\"openapi-client-inbox?/{own}\"]");
    for (feature, own) in inbox::DATABASES {
        let dependency = format!("openapi-client-inbox/{own}");
        let program = command_line::program_name(cx).map(|_| format!("openapi-client-cli?/{feature}"));
        let needed = inbox::needed_features(cx);
        let on = needed.into_iter().chain(["dep:openapi-client-inbox", dependency.as_str()]);
        let on: Vec<&str> = on.chain(program.as_deref()).collect();
        let _ = writeln!(text, "{feature} = {}", string_array(&on));
    }
    text
}

/// The old names of the features of tags, each with the feature. One that is a feature now is left out.
fn old_features<'a>(cx: &'a Context<'_>, tags: &[&str]) -> Vec<(String, &'a str)> {
    let old = api::used_tags(cx).filter_map(|tag| Some((tag, cx.names.tags.get(tag)?.feature.as_str())));
    let old = old.flat_map(|(tag, feature)| {
        let aliases = cx.names.aliases.find_item(&cx.names.tag_path(tag)).iter();
        aliases.map(move |alias| (kebab_case(&alias.name), feature))
    });
    old.filter(|(old, _)| !tags.contains(&old.as_str())).collect()
}

/// A feature that enables the same feature of the runtime, and of the mock if the mock is enabled.
fn forwarded_feature(cx: &Context<'_>, feature: &str) -> Vec<String> {
    let mock = has_mock(cx).then(|| format!("openapi-client-mock?/{feature}"));
    std::iter::once(format!("openapi-client-runtime/{feature}")).chain(mock).collect()
}

/// The programs under `examples/` and their dependencies.
fn example_sections(cx: &Context<'_>) -> String {
    let package = &cx.config.package;
    let mut text = String::new();
    if !package.dev_dependencies.is_empty() {
        text.push_str("\n[dev-dependencies]\n");
    }
    for (name, source) in &package.dev_dependencies {
        let _ = writeln!(text, "{} = {}", toml::Value::from(name.as_str()), inline_value(source));
    }
    for example in &package.examples {
        let features: Vec<&str> = example.features.iter().map(String::as_str).collect();
        let name = toml::Value::from(example.name.as_str());
        let _ =
            write!(text, "\n[[example]]\nname = {name}\nrequired-features = {}\n", string_array(&features));
    }
    text
}

/// A TOML value on one line.
fn inline_value(value: &toml::Value) -> String {
    match value {
        toml::Value::Table(members) => {
            let members = members.iter();
            let members: Vec<String> = members
                .map(|(name, value)| {
                    format!("{} = {}", toml::Value::from(name.as_str()), inline_value(value))
                })
                .collect();
            format!("{{ {} }}", members.join(", "))
        }
        other => other.to_string(),
    }
}

/// Whether the crate verifies webhooks: if there are events and the configuration says how they are signed.
pub(super) fn has_verification(cx: &Context<'_>) -> bool {
    cx.config.webhooks.is_some() && !cx.api.webhooks.is_empty()
}

fn string_array(items: &[&str]) -> String {
    let items: Vec<String> = items.iter().map(|item| toml::Value::from(*item).to_string()).collect();
    format!("[{}]", items.join(", "))
}
