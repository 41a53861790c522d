//! Valid values without a server.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

#[cfg(feature = "webhooks")]
use openapi_client_runtime::__private::Bytes;
use openapi_client_runtime::{
    __private::GeneratedClient,
    json::{self, Decode},
};

#[cfg(feature = "webhooks")]
use crate::MockedWebhooks;
use crate::{
    Endpoint, MockedApi,
    codec::Content,
    engine::{Engine, protocol::Options},
    server::verification::fail_test,
};

/// The engines of the APIs of the program, by the address of their descriptions: reading one takes longer than a test should.
static ENGINES: Mutex<BTreeMap<usize, Arc<Engine>>> = Mutex::new(BTreeMap::new());

#[track_caller]
fn find_engine<A: MockedApi>() -> Arc<Engine> {
    let mut engines = ENGINES.lock().unwrap_or_else(PoisonError::into_inner);
    let address = A::DESCRIPTION.as_ptr().addr();
    if let Some(engine) = engines.get(&address) {
        return Arc::clone(engine);
    }
    match Engine::new(A::Client::SERVICE, A::DESCRIPTION, Options::default()) {
        Ok(engine) => Arc::clone(engines.entry(address).or_insert(Arc::new(engine))),
        Err(error) => fail_test(error),
    }
}

/// A valid value of the type with this name. For the macro `samples!`.
///
/// # Panics
/// If the description has no such type.
#[doc(hidden)]
#[must_use]
#[track_caller]
pub fn sample_type<A: MockedApi, T: Decode>(name: &str, seed: u64) -> T {
    let value = find_engine::<A>().sample_type(name, seed);
    decode_sample(name, value.and_then(|value| json::from_str(&value.to_string()).ok()))
}

/// A valid response of an operation, such as a page.
///
/// # Panics
/// If the API does not have the operation.
#[doc(hidden)]
#[must_use]
#[track_caller]
pub fn sample_response<A: MockedApi, Q, R>(endpoint: Endpoint<Q, R>, seed: u64) -> R {
    let engine = find_engine::<A>();
    let operation = engine.find_operation(endpoint.id());
    let value = operation.map(|operation| engine.sample_response_with(operation, seed));
    let content = value.map(|value| Content::from_example(&value, endpoint.codec.is_plain));
    decode_sample(endpoint.id(), content.and_then(|content| (endpoint.codec.decode)(content).ok()))
}

/// A valid event of this name.
///
/// # Panics
/// If the API has no event of this name.
#[cfg(feature = "webhooks")]
#[doc(hidden)]
#[must_use]
#[track_caller]
pub fn sample_event<A: MockedWebhooks>(name: &str, seed: u64) -> A::Event {
    use openapi_client_runtime::webhooks::Events;

    let Some(value) = find_engine::<A>().sample_event(name, A::Event::SCHEME, seed) else {
        fail_test(format_args!("this API has no webhook event named `{}`", name.escape_debug()))
    };
    decode_sample(name, json::from_str(&value.to_string()).ok())
}

#[track_caller]
fn decode_sample<T>(name: &str, value: Option<T>) -> T {
    match value {
        Some(value) => value,
        None => fail_test(format_args!("the API's description has no values of `{}`", name.escape_debug())),
    }
}

/// The request with which the API delivers an event now, signed with a secret: a test can pass it to a router without a server.
///
/// # Errors
/// The secret is empty, or the event cannot be encoded.
#[cfg(feature = "webhooks")]
#[cfg_attr(openapi_client_docs, doc(cfg(feature = "webhooks")))]
pub fn sign_event<E>(
    event: &E,
    secret: impl AsRef<str>,
) -> Result<http::Request<Bytes>, openapi_client_runtime::Error>
where
    E: openapi_client_runtime::webhooks::Events + json::Encode,
{
    use std::time::{SystemTime, UNIX_EPOCH};

    use openapi_client_runtime::{Error, ErrorKind, webhooks::WebhookSigner};

    let invalid = |error: String| Error::new(ErrorKind::Config, format!("cannot sign the event: {error}"));
    let signer = WebhookSigner::<E>::new(secret).map_err(Error::from)?;
    let body = json::to_vec(event).map_err(|error| invalid(error.to_string()))?;
    let fields: serde_json::Value = serde_json::from_slice(&body).unwrap_or_default();
    let id = fields.get("id").and_then(serde_json::Value::as_str).filter(|id| !id.is_empty());
    let id = id.map_or_else(|| format!("{}sample", E::SCHEME.id_prefix), str::to_owned);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let headers = signer.sign(&id, now, &body);
    let request = http::Request::post("/").header(http::header::CONTENT_TYPE, "application/json");
    let request = headers.into_iter().fold(request, |request, (name, value)| request.header(name, value));
    request.body(body.into()).map_err(|error| invalid(error.to_string()))
}

/// Implements `sample` and its like for types of the crate that invokes it: the module, and the names of the types with the features
/// of which any compiles the type.
#[doc(hidden)]
#[macro_export]
#[allow(clippy::crate_in_macro_def, reason = "the types are those of the crate that invokes the macro")]
macro_rules! __samples {
    (@type $module:ident, $name:ident $(, $($feature:literal)|+)?) => {
        $(#[cfg(any($(feature = $feature),+))])?
        impl crate::$module::$name {
            /// A valid value for tests, the same each time.
            #[must_use]
            pub fn sample() -> Self {
                Self::sample_with_seed(0)
            }

            /// A valid value for tests: another one for each seed, and the same each time.
            #[must_use]
            pub fn sample_with_seed(seed: u64) -> Self {
                $crate::__private::sample_type::<crate::mock::Api, Self>(::core::stringify!($name), seed)
            }

            /// A valid value for tests, with the changes that the test is about.
            #[must_use]
            pub fn sample_with(change: impl ::core::ops::FnOnce(&mut Self)) -> Self {
                let mut value = Self::sample();
                change(&mut value);
                value
            }
        }
    };
    ($module:ident, $($name:ident $(: $($feature:literal)|+)?),* $(,)?) => {
        $($crate::__samples!(@type $module, $name $(, $($feature)|+)?);)*
    };
}

/// Implements `sample` and its like for the events of an API.
#[doc(hidden)]
#[macro_export]
macro_rules! __event_samples {
    ($api:path: $event:path) => {
        impl $event {
            /// A valid event of this name for tests, such as those that a server delivers, the same each time.
            ///
            /// # Panics
            /// If the API has no event of this name.
            #[must_use]
            #[track_caller]
            pub fn sample(name: &str) -> Self {
                Self::sample_with_seed(name, 0)
            }

            /// A valid event of this name for tests: another one for each seed, and the same each time.
            ///
            /// # Panics
            /// If the API has no event of this name.
            #[must_use]
            #[track_caller]
            pub fn sample_with_seed(name: &str, seed: u64) -> Self {
                $crate::__private::sample_event::<$api>(name, seed)
            }
        }
    };
}
