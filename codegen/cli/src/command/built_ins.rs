//! The commands that are no operations of the API.

use super::{api, built_in::BuiltIn};
use crate::{
    credentials, llms,
    manual::{completions, docs, man, open},
    mcp, mock, profiles,
    program::App,
    webhooks::{deliveries, listen, trigger},
};

macro_rules! built_in {
    ($name:literal, $build:path, $run:path) => {
        BuiltIn { name: $name, build: $build, run: |session, matches| Box::pin($run(session, matches)) }
    };
}

/// All of them that the program has, in the order of the help.
pub(crate) fn built_ins(app: &App) -> Vec<BuiltIn> {
    let mut all = vec![
        built_in!("login", credentials::build_login, credentials::run_login),
        built_in!("logout", credentials::build_logout, credentials::run_logout),
        built_in!("whoami", credentials::build_whoami, credentials::run_whoami),
        built_in!("profile", profiles::build_command, profiles::run),
    ];
    if app.webhooks.is_some() {
        all.extend([
            built_in!("listen", listen::build_command, listen::run),
            built_in!("trigger", trigger::build_command, trigger::run),
            built_in!("deliveries", deliveries::build_command, deliveries::run),
        ]);
        #[cfg(any(feature = "inbox-postgres", feature = "inbox-sqlite"))]
        all.push(built_in!("inbox", crate::inbox::build_command, crate::inbox::run));
    }
    all.extend([
        built_in!("mock", mock::build_command, mock::run),
        built_in!("api", api::build_command, api::run),
        built_in!("mcp", mcp::build_command, mcp::run),
        BuiltIn {
            name: llms::NAME,
            build: llms::build_command,
            run: |session, matches| Box::pin(llms::run(session, matches, built_ins)),
        },
        built_in!("docs", docs::build_command, docs::run),
        built_in!("open", open::build_command, open::run),
        BuiltIn {
            name: "man",
            build: man::build_command,
            run: |session, matches| Box::pin(man::run(session, matches, built_ins)),
        },
        built_in!("completions", completions::build_command, completions::run),
    ]);
    all
}

/// The command with this name.
pub(crate) fn find_built_in(app: &App, name: &str) -> Option<BuiltIn> {
    built_ins(app).into_iter().find(|built_in| built_in.name == name)
}
