//! A small API with two environments and an operation that tells whose key it is, for tests of credentials and profiles.

use std::sync::OnceLock;

use openapi_client_mock::{MockedApi, Server};
use openapi_client_runtime::{__private as rt, Environment};

use crate::{
    catalog::Catalog,
    io::Io,
    program::{App, Program, Settings},
    session::{GlobalOptions, Session},
    test_service,
};

pub(crate) const PRODUCTION: Environment =
    Environment { name: "production", servers: &["http://bank.invalid", "http://files.invalid"] };
pub(crate) const SANDBOX: Environment = Environment { name: "sandbox", servers: &["http://sandbox.invalid"] };

const SERVICE: rt::Service = rt::Service {
    name: "bank",
    environments: &[PRODUCTION, SANDBOX],
    api_key_variable: "BANK_API_KEY",
    base_url_variable: Some("BANK_BASE_URL"),
    environment_variable: Some("BANK_ENVIRONMENT"),
    version_header: Some(("Bank-Version", "2026-01-01")),
    version_variable: Some("BANK_API_VERSION"),
    idempotency: rt::Idempotency { header: None, methods: &[], max_length: 255, in_use_codes: &[] },
    idempotent_methods: &[],
    request_id_headers: &[],
    replayed_header: None,
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
pub(crate) struct Bank;

impl MockedApi for Bank {
    type Client = Client;
    const DESCRIPTION: &'static str = r#"{
        "rejections":{"missing_credential":{"status":401,"message":"Wrong key"}},
        "operations":[
            {"id":"getMe","method":"GET","path":"/me","response":{"json":"Me"}},
            {"id":"listTransfers","method":"GET","path":"/transfers","response":{"json":"Me"},
             "parameters":{"query":{"account_id":"string","status":{"optional":"Status"}}}}
        ],
        "types":{
            "Me":{"object":{"fields":{"id":"MeId","status":"Status"}}},
            "MeId":{"identifier":["me_"]},
            "Status":{"enum":["open","done"]}
        }
    }"#;
}

impl Program for Bank {
    type Api = Self;
    const DOCS: &'static str = r#"{
        "title":"Bank","version":"1",
        "tags":{"Me":{"module":"me"},"Transfers":{"module":"transfers","description":"Money that moves."}},
        "operations":{
            "getMe":{"tag":"Me","method":"get","summary":"Get me"},
            "listTransfers":{"tag":"Transfers","method":"list","summary":"List transfers"}
        }
    }"#;
    const SETTINGS: Settings = Settings {
        name: "bank",
        key_page: Some("https://bank.invalid/keys"),
        home_page: Some("https://bank.invalid"),
        account_parameters: &["account_id"],
        identity: Some("getMe"),
        columns: &["id", "status"],
    };
}

/// The program of the API.
pub(crate) fn app() -> &'static App {
    static APP: OnceLock<App> = OnceLock::new();
    APP.get_or_init(|| App::new::<Bank>(None))
}

/// A mock of the API.
pub(crate) type BankServer = Server<Bank>;

/// What a command of the program gets.
pub(crate) fn session(io: &mut Io, globals: GlobalOptions) -> Session<'_> {
    Session::new(app(), Catalog::new(app()).unwrap(), globals, io)
}
