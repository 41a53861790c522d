//! A small API, written by hand as the generator would emit it.

use std::time::Duration;

use openapi_client_runtime::{__private as rt, ClientBuilder, Environment, StandardRetry};

pub(crate) const SERVICE: rt::Service = rt::Service {
    name: "shop",
    version: "1.2.3",
    environments: &[
        Environment { name: "production", servers: &["https://api.invalid/v1", "https://vault.invalid/v1"] },
        Environment {
            name: "sandbox",
            servers: &["https://sandbox.invalid/v1", "https://sandbox-vault.invalid/v1"],
        },
    ],
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
        in_use_codes: &["still_running"],
    },
    idempotent_methods: &[rt::Method::Patch, rt::Method::Delete],
    retry: rt::RetryDefaults {
        attempts: 3,
        total_ms: 120_000,
        initial_backoff_ms: 500,
        max_backoff_ms: 8_000,
        // Those of the API that this repository generates a client for, which a test compares.
        statuses: &[
            408, 429, 500, 501, 502, 503, 504, 505, 506, 507, 508, 510, 511, 520, 521, 522, 523, 524, 525,
            526, 527, 530,
        ],
        wait_patterns: &["Try again in {seconds} seconds"],
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
pub(crate) struct Client(pub(crate) rt::Core);

impl From<rt::Core> for Client {
    fn from(core: rt::Core) -> Self {
        Self(core)
    }
}

impl rt::GeneratedClient for Client {
    const SERVICE: &'static rt::Service = &SERVICE;
}

/// The API key of all tests. No output may contain it.
pub(crate) const KEY: &str = "sk_test_MARKER_4f9a";

/// A builder with an API key, and without delays between attempts.
pub(crate) fn builder() -> ClientBuilder<Client> {
    ClientBuilder::new()
        .api_key(KEY)
        .retry_policy(StandardRetry::new().initial_backoff(Duration::ZERO))
        .timeout(Duration::from_secs(5))
}

/// A client of the server at this URL.
pub(crate) fn client(url: &str) -> Client {
    builder().base_url(url).build().unwrap()
}

/// A payment.
#[derive(Debug)]
pub(crate) struct Payment {
    pub(crate) id: String,
    pub(crate) amount: Option<rust_decimal::Decimal>,
    pub(crate) extra_fields: openapi_client_runtime::json::ExtraFields,
}
rt::model!(Payment { id: required("id"), amount: optional("amount") });

/// The page information.
#[derive(Clone, Debug)]
pub(crate) struct Cursors {
    start_cursor: Option<String>,
    end_cursor: Option<String>,
    has_next_page: bool,
    has_previous_page: bool,
    extra_fields: openapi_client_runtime::json::ExtraFields,
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

/// The marker types of required fields.
#[allow(non_camel_case_types, dead_code, missing_debug_implementations)]
pub(crate) mod fields {
    pub(crate) enum amount {}
    pub(crate) enum currency {}
}

static CREATE: rt::Operation =
    rt::Operation::new("createPayment", rt::Method::Post, "/payments").body(rt::BodyEncoding::Json);
static RETRIEVE: rt::Operation = rt::Operation::new("retrievePayment", rt::Method::Get, "/payments/{id}");
static LIST: rt::Operation = rt::Operation::new("listPayments", rt::Method::Get, "/payments");
static UPDATE: rt::Operation =
    rt::Operation::new("updatePayment", rt::Method::Patch, "/payments/{id}").body(rt::BodyEncoding::Json);
static DELETE: rt::Operation = rt::Operation::new("deletePayment", rt::Method::Delete, "/payments/{id}");
static REFUND: rt::Operation = rt::Operation::new("refundPayment", rt::Method::Post, "/payments/{id}/refund");
static VAULT: rt::Operation = rt::Operation::new("directPayment", rt::Method::Post, "/payments/direct")
    .server(1)
    .body(rt::BodyEncoding::Json)
    .without_idempotency_key();
static DOWNLOAD: rt::Operation =
    rt::Operation::new("downloadReceipt", rt::Method::Get, "/payments/{id}/receipt")
        .accept("application/pdf");
static UPLOAD: rt::Operation =
    rt::Operation::new("uploadEvidence", rt::Method::Post, "/evidence").body(rt::BodyEncoding::Multipart);

macro_rules! request {
    ($name:ident $operation:ident) => {
        pub(crate) struct $name<S = ()>(rt::Builder<S>);

        impl $name {
            fn new(core: &rt::Core) -> Self {
                Self(rt::Builder::new(core, &$operation))
            }
        }
    };
}

request!(Retrieve RETRIEVE);
rt::request!(Retrieve => Payment);
request!(Update UPDATE);
rt::request!(Update => Payment);
request!(Delete DELETE);
rt::request!(Delete => bool);
request!(Refund REFUND);
rt::request!(Refund => Payment);
request!(Vault VAULT);
rt::request!(Vault => Payment);
request!(Download DOWNLOAD);
rt::request!(Download => rt::ByteStream);
request!(Upload UPLOAD);
rt::request!(Upload => ());
request!(List LIST);
rt::list_request!(List => Payment, Cursors);

/// The request builder of a payment, with two required fields.
pub(crate) struct Create<S = (rt::Missing<fields::amount>, (rt::Missing<fields::currency>, ()))>(
    rt::Builder<S>,
);
rt::request!(Create => Payment);

impl Create {
    fn new(core: &rt::Core) -> Self {
        Self(rt::Builder::new(core, &CREATE))
    }
}

impl<B> Create<(rt::Missing<fields::amount>, B)> {
    pub(crate) fn amount(self, amount: rust_decimal::Decimal) -> Create<(rt::Set, B)> {
        Create(self.0.body("amount", amount))
    }
}

impl<A> Create<(A, (rt::Missing<fields::currency>, ()))> {
    pub(crate) fn currency(self, currency: impl Into<String>) -> Create<(A, (rt::Set, ()))> {
        Create(self.0.body("currency", currency.into()))
    }
}

impl<S> Create<S> {
    pub(crate) fn note(self, note: impl Into<String>) -> Self {
        Self(self.0.body("note", note.into()))
    }

    pub(crate) fn rate(self, rate: f64) -> Self {
        Self(self.0.body("rate", rate))
    }
}

impl Update {
    pub(crate) fn note(self, note: impl Into<String>) -> Self {
        Self(self.0.body("note", note.into()))
    }
}

impl List {
    pub(crate) fn first(self, first: i64) -> Self {
        Self(self.0.query("first", first))
    }

    pub(crate) fn last(self, last: i64) -> Self {
        Self(self.0.query("last", last))
    }

    pub(crate) fn after(self, after: impl Into<String>) -> Self {
        Self(self.0.query("after", after.into()))
    }

    pub(crate) fn search(self, search: impl Into<String>) -> Self {
        Self(self.0.query("search", search.into()))
    }

    pub(crate) fn trace(self, trace: impl Into<String>) -> Self {
        Self(self.0.header("X-Trace", trace.into()))
    }
}

impl Upload {
    pub(crate) fn file(self, file: impl Into<rt::FilePart>) -> Self {
        Self(self.0.file("file", file))
    }

    pub(crate) fn note(self, note: impl Into<String>) -> Self {
        Self(self.0.body("note", note.into()))
    }
}

impl Client {
    pub(crate) fn create(&self) -> Create {
        Create::new(&self.0)
    }

    /// A complete request for a payment.
    pub(crate) fn pay(&self) -> Create<(rt::Set, (rt::Set, ()))> {
        self.create().amount(rust_decimal::Decimal::new(1010, 2)).currency("usd")
    }

    pub(crate) fn retrieve(&self, id: impl Into<String>) -> Retrieve {
        let request = Retrieve::new(&self.0);
        Retrieve(request.0.path("id", id.into()))
    }

    pub(crate) fn update(&self, id: impl Into<String>) -> Update {
        let request = Update::new(&self.0);
        Update(request.0.path("id", id.into()))
    }

    pub(crate) fn delete(&self, id: impl Into<String>) -> Delete {
        let request = Delete::new(&self.0);
        Delete(request.0.path("id", id.into()))
    }

    pub(crate) fn refund(&self, id: impl Into<String>) -> Refund {
        let request = Refund::new(&self.0);
        Refund(request.0.path("id", id.into()))
    }

    pub(crate) fn download(&self, id: impl Into<String>) -> Download {
        let request = Download::new(&self.0);
        Download(request.0.path("id", id.into()))
    }

    pub(crate) fn vault(&self) -> Vault {
        Vault::new(&self.0)
    }

    pub(crate) fn upload(&self) -> Upload {
        Upload::new(&self.0)
    }

    pub(crate) fn list(&self) -> List {
        List::new(&self.0)
    }
}
