//! How calls are sent, and by which client.

use openapi_client_runtime::__private::Core;

use crate::{
    error::CliError,
    program::{App, Connection},
};

/// What differs from call to call.
#[derive(Clone, Debug, Default)]
pub(crate) struct CallSettings {
    pub(crate) idempotency_key: Option<String>,
    pub(crate) max_attempts: Option<u32>,
}

/// Makes clients, for requests that are sent and for those that are only shown.
#[derive(Clone)]
pub(crate) struct Connector {
    pub(crate) app: &'static App,
    pub(crate) connection: Connection,
}

impl Connector {
    /// The client. Keep it: a new one has new connections.
    pub(crate) fn core(&self) -> Result<Core, CliError> {
        (self.app.connect)(self.connection.clone()).map_err(CliError::from)
    }
}
