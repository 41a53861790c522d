//! A small API with webhooks, as the generator would describe it, for tests of commands over real HTTP.

use std::sync::OnceLock;

use openapi_client_mock::{MockedApi, MockedWebhooks, Server};
use openapi_client_runtime::{
    __private as rt, Environment,
    json::{Decode, Encode},
    webhooks::{Events, WebhookScheme},
};
use serde_json::Value;

use crate::{
    catalog::Catalog,
    io::Io,
    program::{App, Program, Settings, Webhooks},
    session::{GlobalOptions, Session},
    test_service,
};

const SERVICE: rt::Service = rt::Service {
    name: "shop",
    environments: &[
        Environment { name: "production", servers: &["http://api.invalid/v1", "http://files.invalid/v1"] },
        Environment { name: "sandbox", servers: &["http://sandbox.invalid/v1", "http://files.invalid/v1"] },
    ],
    api_key_variable: "SHOP_API_KEY",
    base_url_variable: Some("SHOP_BASE_URL"),
    environment_variable: Some("SHOP_ENVIRONMENT"),
    log: rt::LogDefaults { variable: None, secrets: &["pin"] },
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
pub(crate) struct Shop;

impl MockedApi for Shop {
    type Client = Client;
    const DESCRIPTION: &'static str = include_str!("test_shop/description.json");
}

/// An event as its JSON.
#[derive(Clone, Debug)]
pub(crate) struct Event(pub(crate) Value);

impl Decode for Event {
    fn blank() -> Self {
        Self(Value::Null)
    }

    fn decode<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        serde::Deserialize::deserialize(deserializer).map(Self)
    }
}

impl Encode for Event {
    fn encode<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serde::Serialize::serialize(&self.0, serializer)
    }
}

impl Events for Event {
    const SCHEME: &'static WebhookScheme = &WebhookScheme {
        id_header: "hook-id",
        timestamp_header: "hook-time",
        signature_header: "hook-signature",
        signature_version: "v1",
        tolerance_seconds: 300,
        retry_seconds: &[1, 2],
        id_prefix: "msg_",
        secret_variable: "SHOP_WEBHOOK_SECRET",
        api_version: None,
        version_property: None,
    };

    fn unknown(value: Value) -> Self {
        Self(value)
    }

    fn is_unknown(&self) -> bool {
        false
    }
}

impl MockedWebhooks for Shop {
    type Event = Event;
}

impl Program for Shop {
    type Api = Self;
    const DOCS: &'static str = include_str!("test_shop/docs.json");
    const SETTINGS: Settings = Settings {
        name: "shop",
        key_page: None,
        home_page: None,
        account_parameters: &[],
        identity: None,
        columns: &[],
    };
}

/// The program of the API.
pub(crate) fn app() -> &'static App {
    static APP: OnceLock<App> = OnceLock::new();
    APP.get_or_init(|| App::new::<Shop>(Some(Webhooks::new::<Shop>())))
}

/// What a command gets without global options.
pub(crate) fn session(io: &mut Io) -> Session<'_> {
    let catalog = Catalog::new(app()).unwrap();
    Session::new(app(), catalog, GlobalOptions::default(), io)
}

/// A mock of the API.
pub(crate) type ShopServer = Server<Shop>;
