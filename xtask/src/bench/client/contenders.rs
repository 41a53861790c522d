//! Who takes part: the programs in `xtask/programs`, with what they depend on.

use super::program::Program;
use crate::bench::figure::Who;
use crate::workspace::Workspace;

/// A contender.
#[derive(Debug)]
pub(in crate::bench) struct Contender {
    pub(in crate::bench) name: &'static str,
    pub(in crate::bench) who: Who,
    /// The program that is measured.
    pub(super) program: Program,
    /// The source of the program that makes one call.
    one: Files,
    /// The name of that program, which stands beside the measured one too.
    pub(in crate::bench) one_name: &'static str,
    /// What that program depends on.
    own: String,
}

impl Contender {
    /// Whether it comes from elsewhere, and may be missing.
    pub(in crate::bench) fn is_peer(&self) -> bool {
        self.who == Who::Peer
    }
}

type Files = &'static [(&'static str, &'static str)];

macro_rules! source {
    ($name:literal) => {
        include_str!(concat!("../../../programs/", $name))
    };
}

/// What the harness needs.
const HARNESS: &str = "nix = { version = \"0.31\", default-features = false, features = [\"time\"] }\n";
const TOKIO: &str =
    "tokio = { version = \"1\", default-features = false, features = [\"rt\", \"net\", \"time\"] }\n";
/// The HTTP stack of the crate `whop`, asked for as that crate asks for it.
const STACK: &str = "\
chrono = { version = \"0.4\", default-features = false, features = [\"std\", \"serde\"] }
reqwest = { version = \"0.13\", default-features = false, features = [\"rustls-no-provider\", \"http2\", \"gzip\", \"json\", \"query\"] }
rustls = { version = \"0.23\", default-features = false, features = [\"ring\", \"std\", \"tls12\"] }
rustls-platform-verifier = \"0.7\"
serde = { version = \"1\", features = [\"derive\"] }
serde_json = { version = \"1\", features = [\"raw_value\"] }
uuid = { version = \"1\", features = [\"v4\"] }
";
/// What those need that have pages, and do not depend on it otherwise.
const SERDE_JSON: &str = "serde_json = \"1\"\n";
/// What the payments by hand need besides: the program of one call has no numbers.
const PAYMENTS: &str = "rust_decimal = { version = \"1\", default-features = false, features = [\"std\"] }\n";
/// The version of the official crate.
const PEER: &str = "whop_sdk = \"=1.1.5\"\n";
/// How many operations that version covers.
pub(in crate::bench) const PEER_OPERATIONS: usize = 409;

pub(in crate::bench) fn contenders(workspace: &Workspace, peers: bool) -> Vec<Contender> {
    let whop = |tags| whop(workspace, tags);
    let mut all = vec![
        Contender {
            name: "hand",
            who: Who::Hand,
            program: Program {
                name: "bench-hand",
                dependencies: format!("{HARNESS}{TOKIO}{STACK}{PAYMENTS}"),
                profile: String::new(),
                files: &[
                    ("main.rs", source!("hand.rs")),
                    ("choices.rs", source!("choices.rs")),
                    ("measure.rs", source!("measure.rs")),
                    ("payments.rs", source!("payments.rs")),
                    ("bin/one-hand.rs", source!("one_hand.rs")),
                ],
            },
            one: &[("main.rs", source!("one_hand.rs"))],
            one_name: "one-hand",
            own: STACK.to_owned(),
        },
        Contender {
            name: "whop",
            who: Who::Ours,
            program: Program {
                name: "bench-whop",
                dependencies: format!(
                    "{HARNESS}{TOKIO}{SERDE_JSON}{}",
                    whop(&["account-links", "payments", "http2", "gzip"])
                ),
                profile: String::new(),
                files: &[
                    ("main.rs", source!("whop.rs")),
                    ("measure.rs", source!("measure.rs")),
                    ("bin/one-whop.rs", source!("one_whop.rs")),
                ],
            },
            one: &[("main.rs", source!("one_whop.rs"))],
            one_name: "one-whop",
            own: whop(&["account-links", "http2", "gzip"]),
        },
    ];
    if peers {
        all.push(Contender {
            name: "whop_sdk",
            who: Who::Peer,
            program: Program {
                name: "bench-whop_sdk",
                dependencies: format!("{HARNESS}{TOKIO}{SERDE_JSON}{PEER}"),
                profile: String::new(),
                files: &[
                    ("main.rs", source!("whop_sdk.rs")),
                    ("measure.rs", source!("measure.rs")),
                    ("bin/one-whop_sdk.rs", source!("one_whop_sdk.rs")),
                ],
            },
            one: &[("main.rs", source!("one_whop_sdk.rs"))],
            one_name: "one-whop_sdk",
            own: PEER.to_owned(),
        });
    }
    all
}

/// The crate of this repository with the tags that are called, and TLS.
fn whop(workspace: &Workspace, tags: &[&str]) -> String {
    let path = workspace.path("generated");
    let path = toml::Value::from(path.display().to_string());
    let features = [tags, &["rustls"]].concat();
    format!("whop = {{ path = {path}, default-features = false, features = {features:?} }}\n")
}

/// Dependencies from the registry are never compiled incrementally, and ours would be, because it is in a folder.
const AS_FROM_THE_REGISTRY: &str = "\n[profile.dev.package.\"*\"]\nincremental = false\n";

/// A crate for the program that makes one call and prints what came, with nothing else beside it.
pub(in crate::bench) fn one_call(contender: &Contender) -> Program {
    Program {
        name: contender.one_name,
        dependencies: format!("{TOKIO}{}", contender.own),
        profile: AS_FROM_THE_REGISTRY.to_owned(),
        files: contender.one,
    }
}

/// Built in less time than a release: the code of others is optimised less, but for what is named. One unit for each crate, so
/// that the counts do not depend on where a crate was cut.
fn render_gate_profile(optimised: &[&str]) -> String {
    let mut text =
        "\n[profile.release]\ncodegen-units = 1\n\n[profile.release.package.\"*\"]\nopt-level = 1\n"
            .to_owned();
    for name in optimised {
        text.push_str(&format!("\n[profile.release.package.{name}]\nopt-level = 3\n"));
    }
    text
}

/// Ours, and what reads and writes JSON.
const GATE_WHOP: [&str; 8] = [
    "chrono",
    "itoa",
    "memchr",
    "openapi-client-runtime",
    "rust_decimal",
    "serde_core",
    "serde_json",
    "whop",
];

/// The program of the crate `whop` that the gate counts.
pub(in crate::bench) fn gate_whop(workspace: &Workspace) -> Program {
    Program {
        name: "gate-whop",
        dependencies: format!(
            "{HARNESS}{TOKIO}{SERDE_JSON}{}",
            whop(workspace, &["account-links", "payments"])
        ),
        profile: render_gate_profile(&GATE_WHOP),
        files: &[("main.rs", source!("whop.rs")), ("measure.rs", source!("measure.rs"))],
    }
}

/// The program of the generator that the gate counts.
pub(in crate::bench) fn gate_generator(workspace: &Workspace) -> Program {
    let path = toml::Value::from(workspace.path("codegen").display().to_string());
    Program {
        name: "gate-generate",
        dependencies: format!("whop-codegen = {{ path = {path} }}\n"),
        // Not even ours: it takes two minutes of one core.
        profile: render_gate_profile(&[]),
        files: &[("main.rs", source!("generate.rs"))],
    }
}

/// The first program of the README, with the features that are on by default, and with those of tokio that the README names.
pub(in crate::bench) fn quick_start(workspace: &Workspace) -> Program {
    let path = toml::Value::from(workspace.path("generated").display().to_string());
    Program {
        name: "quick-start",
        dependencies: format!(
            "whop = {{ path = {path} }}\ntokio = {{ version = \"1\", features = [\"macros\", \"rt-multi-thread\"] }}\n"
        ),
        profile: AS_FROM_THE_REGISTRY.to_owned(),
        files: &[("main.rs", source!("quick_start.rs"))],
    }
}
