//! A small API with texts of every kind, hostile ones too, for tests of what explains a program.

use std::sync::OnceLock;

use openapi_client_mock::MockedApi;

use crate::{
    command,
    error::CliError,
    io::Io,
    program::{App, Program, Settings},
    test_bank::Client,
};

/// The API. Its environments are those of the bank.
pub(crate) struct Library;

impl MockedApi for Library {
    type Client = Client;
    const DESCRIPTION: &'static str = include_str!("test_library/description.json");
}

impl Program for Library {
    type Api = Self;
    const DOCS: &'static str = include_str!("test_library/docs.json");
    const SETTINGS: Settings = Settings {
        name: "library",
        key_page: None,
        home_page: Some("https://library.invalid/home"),
        account_parameters: &[],
        identity: None,
        columns: &[],
    };
}

/// The program of the API.
pub(crate) fn app() -> &'static App {
    static APP: OnceLock<App> = OnceLock::new();
    APP.get_or_init(|| App::new::<Library>(None))
}

/// Runs a command of the program.
pub(crate) fn run_command(io: &mut Io, words: &[&str]) -> Result<(), CliError> {
    command::run(app(), io, words.iter().map(|word| (*word).to_owned()).collect())
}
