//! What a generated crate states about its program, and its entry points.

use std::{marker::PhantomData, process::ExitCode, sync::Arc, time::Duration};

use openapi_client_mock::{MockedApi, MockedWebhooks};
use openapi_client_runtime::{
    __private::{BoxFuture, Core, GeneratedClient, ServerTemplate, Service},
    Body, ClientBuilder, Environment, Error, Secret, Transport, TransportError,
    webhooks::{Events, WebhookError, WebhookScheme, WebhookSigner},
};

use crate::{
    error::CliError,
    mock::server::{MockOptions, RunningMock, start_mock},
};

/// The command line of an API. A generated crate implements it.
pub trait Program: 'static {
    /// The API with its client and its description.
    type Api: MockedApi;

    /// The texts of the description for people as JSON, which the generator wrote.
    const DOCS: &'static str;

    /// What the configuration of the generator states.
    const SETTINGS: Settings;
}

/// What the configuration of the generator states about a program, the section `[cli]`.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// The name of the program.
    pub name: &'static str,
    /// The page on which a person makes an API key.
    pub key_page: Option<&'static str>,
    /// The page that `open` opens.
    pub home_page: Option<&'static str>,
    /// The names of parameters and fields that the account of the profile fills, if an operation requires one.
    pub account_parameters: &'static [&'static str],
    /// The `operationId` of the operation that tells whose credential it is.
    pub identity: Option<&'static str>,
    /// The properties that tables show first, in this order.
    pub columns: &'static [&'static str],
}

/// Runs the command of the process.
#[must_use]
pub fn run<P: Program>() -> ExitCode {
    App::new::<P>(None).run_process()
}

/// Runs the command of the process, for an API with webhooks.
#[must_use]
pub fn run_with_webhooks<P: Program>() -> ExitCode
where
    P::Api: MockedWebhooks<Event: Send + Sync>,
{
    App::new::<P>(Some(Webhooks::new::<P::Api>())).run_process()
}

/// A program without type parameters, so that the rest of this crate is compiled once.
pub(crate) struct App {
    pub(crate) settings: &'static Settings,
    pub(crate) service: &'static Service,
    /// The environment variables of the credentials by index, if there are several.
    pub(crate) credential_variables: &'static [&'static str],
    pub(crate) description: &'static str,
    pub(crate) docs: &'static str,
    pub(crate) connect: fn(Connection) -> Result<Core, Error>,
    pub(crate) webhooks: Option<Webhooks>,
    pub(crate) start_mock: fn(MockOptions) -> Result<RunningMock, CliError>,
}

/// The webhooks of an API.
#[derive(Clone, Copy)]
pub(crate) struct Webhooks {
    pub(crate) scheme: &'static WebhookScheme,
    pub(crate) sign: SignDelivery,
    #[cfg(any(feature = "inbox-postgres", feature = "inbox-sqlite"))]
    pub(crate) connect_inbox: crate::inbox::store::ConnectInbox,
}

/// The headers of a delivery: secret, message id, time in Unix seconds, and body.
pub(crate) type SignDelivery =
    fn(&Secret, &str, u64, &[u8]) -> Result<[(&'static str, String); 3], WebhookError>;

impl Webhooks {
    pub(crate) fn new<A: MockedWebhooks<Event: Send + Sync>>() -> Self {
        Self {
            scheme: A::Event::SCHEME,
            #[cfg(any(feature = "inbox-postgres", feature = "inbox-sqlite"))]
            connect_inbox: crate::inbox::store::connect_inbox::<A::Event>,
            sign: |secret, id, timestamp, body| {
                Ok(WebhookSigner::<A::Event>::new(secret.expose())?.sign(id, timestamp, body))
            },
        }
    }
}

/// What a client is built from.
#[derive(Clone, Default)]
pub(crate) struct Connection {
    /// The credentials by their index among those of the API.
    pub(crate) credentials: Vec<(usize, Secret)>,
    pub(crate) environment: Option<Environment>,
    /// Replaces the URL of the first server.
    pub(crate) base_url: Option<String>,
    /// The URLs of the other servers, by their index.
    pub(crate) server_urls: Vec<(usize, String)>,
    pub(crate) api_version: Option<String>,
    /// For each attempt.
    pub(crate) timeout: Option<Duration>,
    pub(crate) user_agent: Option<String>,
    /// Takes the requests instead of the network, for a preview.
    pub(crate) transport: Option<Arc<dyn Transport>>,
}

impl App {
    pub(crate) fn new<P: Program>(webhooks: Option<Webhooks>) -> Self {
        type Client<P> = <<P as Program>::Api as MockedApi>::Client;
        Self {
            settings: const { &P::SETTINGS },
            service: Client::<P>::SERVICE,
            credential_variables: Client::<P>::CREDENTIAL_VARIABLES,
            description: P::Api::DESCRIPTION,
            docs: P::DOCS,
            connect: connect::<Client<P>>,
            webhooks,
            start_mock: start_mock::<P::Api>,
        }
    }
}

/// The core of a client, which sends the requests of any operation.
struct CoreOf<C>(Core, PhantomData<fn() -> C>);

impl<C> From<Core> for CoreOf<C> {
    fn from(core: Core) -> Self {
        Self(core, PhantomData)
    }
}

impl<C: GeneratedClient> GeneratedClient for CoreOf<C> {
    const SERVICE: &'static Service = C::SERVICE;
    const SERVER_TEMPLATES: &'static [ServerTemplate] = C::SERVER_TEMPLATES;
    const CREDENTIAL_VARIABLES: &'static [&'static str] = C::CREDENTIAL_VARIABLES;
}

fn connect<C: GeneratedClient>(connection: Connection) -> Result<Core, Error> {
    let mut builder = ClientBuilder::<CoreOf<C>>::new();
    if connection.credentials.is_empty() {
        builder = builder.without_credentials();
    }
    for (index, secret) in connection.credentials {
        if let Some(scheme) = C::SERVICE.credentials.get(index) {
            builder = builder.credential(scheme.name, secret);
        }
    }
    if let Some(environment) = connection.environment {
        builder = builder.environment(environment);
    }
    if let Some(url) = connection.base_url {
        builder = builder.base_url(url);
    }
    for (index, url) in connection.server_urls {
        builder = builder.server_url(index, url);
    }
    if let Some(version) = connection.api_version {
        builder = builder.api_version(version);
    }
    if let Some(timeout) = connection.timeout {
        builder = builder.timeout(timeout);
    }
    if let Some(application) = connection.user_agent {
        builder = builder.user_agent(application);
    }
    if let Some(transport) = connection.transport {
        builder = builder.transport(SharedTransport(transport));
    }
    Ok(builder.build()?.0)
}

/// A transport that the caller keeps a handle of.
#[derive(Debug)]
struct SharedTransport(Arc<dyn Transport>);

impl Transport for SharedTransport {
    fn send(
        &self,
        request: http::Request<Body>,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        self.0.send(request)
    }
}
