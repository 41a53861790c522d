//! A small API with every kind of parameter, body and page, for tests of commands that are operations.

use std::sync::OnceLock;

use openapi_client_mock::{MockedApi, Server};
use openapi_client_runtime::{__private as rt, Environment};

use crate::{
    catalog::{Catalog, Loaded},
    program::{App, Program, Settings},
    test_service,
};

const SERVICE: rt::Service = rt::Service {
    name: "depot",
    environments: &[
        Environment {
            name: "production",
            servers: &["https://depot.invalid/v1", "https://files.invalid/v1"],
        },
        Environment { name: "sandbox", servers: &["https://sandbox.invalid/v1", "https://files.invalid/v1"] },
    ],
    api_key_variable: "DEPOT_API_KEY",
    base_url_variable: Some("DEPOT_BASE_URL"),
    environment_variable: Some("DEPOT_ENVIRONMENT"),
    version_header: Some(("Depot-Version", "2026-01-01")),
    ..test_service::SERVICE
};

/// The client.
#[derive(Clone, Debug)]
pub(crate) struct Client;

impl From<rt::Core> for Client {
    fn from(_: rt::Core) -> Self {
        Self
    }
}

impl rt::GeneratedClient for Client {
    const SERVICE: &'static rt::Service = &SERVICE;
}

/// The API.
pub(crate) struct Depot;

impl MockedApi for Depot {
    type Client = Client;
    const DESCRIPTION: &'static str = include_str!("test_depot/description.json");
}

impl Program for Depot {
    type Api = Self;
    const DOCS: &'static str = include_str!("test_depot/docs.json");
    const SETTINGS: Settings = Settings {
        name: "depot",
        key_page: None,
        home_page: None,
        account_parameters: &["owner_id"],
        identity: None,
        columns: &[],
    };
}

/// The program of the API.
pub(crate) fn app() -> &'static App {
    static APP: OnceLock<App> = OnceLock::new();
    APP.get_or_init(|| App::new::<Depot>(None))
}

/// An operation of the API.
pub(crate) fn load(group: &str, command: &str) -> &'static Loaded {
    let catalog = Catalog::new(app()).unwrap();
    catalog.load(catalog.find_command(group, command).unwrap()).unwrap()
}

/// A mock of the API.
pub(crate) type DepotServer = Server<Depot>;
