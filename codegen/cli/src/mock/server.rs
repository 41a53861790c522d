//! The mock server of an API, without the command that runs it.

use std::any::Any;

use openapi_client_mock::{MockedApi, Server, UnknownIds};
use openapi_client_runtime::__private::GeneratedClient as _;
use tokio::sync::mpsc;

use crate::error::{CliError, Exit};

/// The settings of a mock server.
pub(crate) struct MockOptions {
    pub(crate) port: u16,
    pub(crate) seed: u64,
    pub(crate) items: usize,
    pub(crate) is_strict: bool,
    pub(crate) unknown_ids: UnknownIds,
    pub(crate) log: mpsc::UnboundedSender<String>,
}

/// A server that stops when it is dropped.
pub(crate) struct RunningMock {
    /// The URLs of the servers of the API.
    pub(crate) base_urls: Vec<String>,
    _server: Box<dyn Any>,
}

/// Starts the mock of one API. `App` has a pointer to it, so that the rest of this crate has no type parameters.
pub(crate) fn start_mock<A: MockedApi>(options: MockOptions) -> Result<RunningMock, CliError> {
    let log = options.log;
    let server = Server::<A>::builder()
        .port(options.port)
        .seed(options.seed)
        .initial_items(options.items)
        .strict_version(options.is_strict)
        .unknown_ids(options.unknown_ids)
        // The receiver has gone only when the command ends.
        .log(move |line| drop(log.send(line.to_owned())))
        .start_blocking()
        .map_err(|error| {
            CliError::new(Exit::Io, format!("cannot start the mock server: {error}"))
                .hint("another program may use the port; `--port 0` takes a free one")
        })?;
    // Invalid requests get an error response and are logged. No test owns this server, so it must not panic on drop.
    server.skip_verification_on_drop();
    let count = A::Client::SERVICE.environments.first().map_or(1, |environment| environment.servers.len());
    let base_urls = (0..count.max(1)).map(|index| server.base_url(index)).collect();
    Ok(RunningMock { base_urls, _server: Box::new(server) })
}
