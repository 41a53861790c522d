//! The client and the mock of a small API, as the generator would emit them.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use openapi_client_mock::{self as mock, Endpoint, MockedApi, RecordedRequest};
use openapi_client_runtime::{
    __private as rt, Environment,
    json::{Encode, ExtraFields},
};

pub(crate) const SERVICE: rt::Service = rt::Service {
    name: "shop",
    version: "1.2.3",
    environments: &[Environment {
        name: "production",
        servers: &["http://api.invalid/api/v1", "http://files.invalid/api/v1"],
    }],
    api_key_variable: "SHOP_TEST_API_KEY",
    base_url_variable: None,
    environment_variable: None,
    credentials: &[rt::SecurityScheme { name: "apiKey", authentication: rt::Authentication::Bearer }],
    security: &[&[&[0]]],
    headers: &[],
    version_header: Some(("Api-Version-Date", "2025-01-01")),
    version_variable: None,
    idempotency: rt::Idempotency {
        header: Some("Idempotency-Key"),
        methods: &[rt::Method::Post],
        max_length: 255,
        in_use_codes: &[],
    },
    idempotent_methods: &[rt::Method::Delete],
    retry: rt::RetryDefaults {
        attempts: 3,
        total_ms: 120_000,
        initial_backoff_ms: 500,
        max_backoff_ms: 8_000,
        statuses: &[408, 429, 500, 502, 503, 504],
        wait_patterns: &["Try again in {seconds} second"],
    },
    request_id_headers: &["x-request-id"],
    replayed_header: Some("Idempotent-Replayed"),
    error: rt::ErrorEnvelope {
        root: &["error"],
        r#type: Some("type"),
        code: Some("code"),
        message: Some("message"),
        param: Some("param"),
    },
    rate_limit: None,
    log: rt::LogDefaults { variable: None, secrets: &["pin"] },
};

/// The client.
#[derive(Clone, Debug)]
pub(crate) struct Client(rt::Core);

impl From<rt::Core> for Client {
    fn from(core: rt::Core) -> Self {
        Self(core)
    }
}

impl AsRef<rt::Core> for Client {
    fn as_ref(&self) -> &rt::Core {
        &self.0
    }
}

impl rt::GeneratedClient for Client {
    const SERVICE: &'static rt::Service = &SERVICE;
}

/// A thing.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Thing {
    pub(crate) id: String,
    pub(crate) owner_id: String,
    pub(crate) amount: rt::Decimal,
    pub(crate) note: Option<String>,
    pub(crate) extra_fields: ExtraFields,
}
rt::model!(Thing {
    id: required("id"),
    owner_id: required("owner_id"),
    amount: required("amount"),
    note: optional("note"),
});

/// The cursors of a page.
#[derive(Clone, Debug)]
pub(crate) struct Cursors {
    start_cursor: Option<String>,
    end_cursor: Option<String>,
    has_next_page: bool,
    has_previous_page: bool,
    extra_fields: ExtraFields,
}
rt::model!(Cursors {
    start_cursor: optional("start_cursor"),
    end_cursor: optional("end_cursor"),
    has_next_page: required("has_next_page"),
    has_previous_page: required("has_previous_page"),
});

rt::page_info!(Cursors {
    has_next_page: has_next_page flag,
    has_previous_page: has_previous_page flag,
    end_cursor: end_cursor optional_text,
    start_cursor: start_cursor optional_text,
});

static CREATE: rt::Operation =
    rt::Operation::new("createThing", rt::Method::Post, "/things").body(rt::BodyEncoding::Json);
static RETRIEVE: rt::Operation = rt::Operation::new("retrieveThing", rt::Method::Get, "/things/{id}");
static LIST: rt::Operation = rt::Operation::new("listThings", rt::Method::Get, "/things");
static DELETE: rt::Operation = rt::Operation::new("deleteThing", rt::Method::Delete, "/things/{id}");
static LABEL: rt::Operation =
    rt::Operation::new("labelThing", rt::Method::Get, "/things/{id}/label").accept("text/plain");
static PICTURE: rt::Operation =
    rt::Operation::new("pictureThing", rt::Method::Get, "/things/{id}/picture").accept("image/png").server(1);

/// The request types of the operations, as the mock decodes them.
pub(crate) mod requests {
    use super::{ExtraFields, rt};

    /// The request of `createThing`.
    #[derive(Clone, Debug, PartialEq)]
    pub(crate) struct Create {
        pub(crate) owner_id: String,
        pub(crate) amount: rt::Decimal,
        pub(crate) note: Option<String>,
        pub(crate) extra_fields: ExtraFields,
    }
    rt::model!(Create { owner_id: required("owner_id"), amount: required("amount"), note: optional("note") });

    /// The request of an operation on one thing.
    #[derive(Clone, Debug, PartialEq)]
    pub(crate) struct ThingById {
        pub(crate) id: String,
        pub(crate) extra_fields: ExtraFields,
    }
    rt::model!(ThingById { id: required("id") });

    /// The request of `listThings`.
    #[derive(Clone, Debug, PartialEq)]
    pub(crate) struct List {
        pub(crate) first: Option<i64>,
        pub(crate) after: Option<String>,
        pub(crate) owner_id: Option<String>,
        pub(crate) extra_fields: ExtraFields,
    }
    rt::model!(List { first: optional("first"), after: optional("after"), owner_id: optional("owner_id") });
}

pub(crate) const CREATE_THING: Endpoint<requests::Create, Thing> = Endpoint::json("createThing");
pub(crate) const RETRIEVE_THING: Endpoint<requests::ThingById, Thing> = Endpoint::json("retrieveThing");
pub(crate) const LIST_THINGS: Endpoint<requests::List, openapi_client_runtime::Page<Thing, Cursors>> =
    Endpoint::page("listThings");
pub(crate) const DELETE_THING: Endpoint<requests::ThingById, ()> = Endpoint::empty("deleteThing");
pub(crate) const LABEL_THING: Endpoint<requests::ThingById, rt::Text> = Endpoint::text("labelThing");
pub(crate) const PICTURE_THING: Endpoint<requests::ThingById, bytes::Bytes> = Endpoint::bytes("pictureThing");

/// The API.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Api;

impl MockedApi for Api {
    type Client = Client;
    const DESCRIPTION: &'static str = include_str!("description.json");
}

/// A mock server of the API.
pub(crate) type Server = mock::Server<Api>;

macro_rules! request {
    ($name:ident $operation:ident) => {
        pub(crate) struct $name<S = ()>(rt::Builder<S>);

        impl $name {
            fn new(core: &rt::Core) -> Self {
                Self(rt::Builder::new(core, &$operation))
            }

            #[allow(dead_code)]
            pub(crate) fn field(self, name: &'static str, value: impl Encode) -> Self {
                Self(self.0.body(name, value))
            }

            #[allow(dead_code)]
            pub(crate) fn parameter(self, name: &'static str, value: impl rt::ToParameter) -> Self {
                Self(self.0.query(name, value))
            }
        }
    };
}

request!(Create CREATE);
rt::request!(Create => Thing);
request!(Retrieve RETRIEVE);
rt::request!(Retrieve => Thing);
request!(List LIST);
rt::list_request!(List => Thing, Cursors);
request!(Delete DELETE);
rt::request!(Delete => ());
request!(Label LABEL);
rt::request!(Label => rt::Text);
request!(Picture PICTURE);
rt::request!(Picture => rt::ByteStream);

impl Client {
    /// A request with all required fields.
    pub(crate) fn create(&self) -> Create {
        Create::new(&self.0).field("owner_id", "own_1".to_owned()).field("amount", rt::Decimal::new(1010, 2))
    }

    pub(crate) fn create_without_fields(&self) -> Create {
        Create::new(&self.0)
    }

    pub(crate) fn retrieve(&self, id: &str) -> Retrieve {
        Retrieve(Retrieve::new(&self.0).0.path("id", id.to_owned()))
    }

    pub(crate) fn list(&self) -> List {
        List::new(&self.0)
    }

    pub(crate) fn delete(&self, id: &str) -> Delete {
        Delete(Delete::new(&self.0).0.path("id", id.to_owned()))
    }

    pub(crate) fn label(&self, id: &str) -> Label {
        Label(Label::new(&self.0).0.path("id", id.to_owned()))
    }

    pub(crate) fn picture(&self, id: &str) -> Picture {
        Picture(Picture::new(&self.0).0.path("id", id.to_owned()))
    }
}

/// A thing with this id and amount.
pub(crate) fn thing(id: &str, cents: i64) -> Thing {
    Thing {
        id: id.to_owned(),
        owner_id: "own_1".to_owned(),
        amount: rt::Decimal::new(cents, 2),
        note: None,
        extra_fields: ExtraFields::new(),
    }
}

/// The idempotency key of each request.
pub(crate) fn idempotency_keys(requests: &[RecordedRequest]) -> Vec<Option<&str>> {
    requests.iter().map(|request| request.header("idempotency-key")).collect()
}

/// The message of a panic.
pub(crate) fn panic_message(panic: Box<dyn std::any::Any + Send>) -> String {
    panic.downcast::<String>().map(|text| *text).unwrap_or_default()
}

/// Sends the bytes of a request and returns the bytes of the response.
pub(crate) fn send_raw(server: &Server, request: &str) -> String {
    use std::io::{Read, Write};
    let address = server.url().replace("http://", "");
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut response = Vec::new();
    // A connection reset ends the response like a regular close.
    let _ = stream.read_to_end(&mut response);
    String::from_utf8_lossy(&response).into_owned()
}

/// Collects the lines of the access log.
#[derive(Clone, Default)]
pub(crate) struct LogLines(Arc<Mutex<Vec<String>>>);

impl LogLines {
    pub(crate) fn push(&self, line: &str) {
        self.0.lock().unwrap().push(line.to_owned());
    }

    pub(crate) fn collected(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}
