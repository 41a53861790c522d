//! The futures of `send` and `send_raw`.
//!
//! The call itself does not depend on the type of the value; only the last step, decoding, is compiled per type.

use std::{
    fmt,
    marker::PhantomData,
    pin::Pin,
    task::{Context, Poll, ready},
};

use crate::{
    call::draft::Draft,
    call::execute::execute,
    error::Error,
    response::decoded::{Output, Response},
    response::parts::ResponseParts,
    wire::body::BoxFuture,
};

pub(crate) type InFlight = BoxFuture<'static, Result<ResponseParts, Error>>;

macro_rules! sending {
    ($(#[$attribute:meta])* $name:ident => $output:ty, $finish:expr) => {
        $(#[$attribute])*
        #[must_use = "a request is sent when its future is awaited"]
        pub struct $name<T> {
            call: InFlight,
            value: PhantomData<fn() -> T>,
        }

        impl<T: Output> $name<T> {
            #[inline]
            pub(crate) fn new(draft: Box<Draft>) -> Self {
                Self { call: execute(draft, T::STREAMED), value: PhantomData }
            }
        }

        impl<T: Output> Future for $name<T> {
            type Output = Result<$output, Error>;

            #[inline]
            fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
                let parts = ready!(self.call.as_mut().poll(cx));
                Poll::Ready(parts.and_then($finish))
            }
        }

        #[cfg(all(feature = "blocking", not(target_arch = "wasm32")))]
        #[cfg_attr(openapi_client_docs, doc(cfg(feature = "blocking")))]
        impl<T: Output> $name<T> {
            /// Blocks the thread until the response is complete.
            ///
            /// # Errors
            /// The errors of awaiting the future, and [`ErrorKind::Config`](crate::ErrorKind::Config) inside an async runtime.
            #[inline]
            pub fn wait(self) -> Result<$output, Error> {
                crate::call::blocking::block_on(self.call)?.and_then($finish)
            }
        }

        impl<T> fmt::Debug for $name<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(stringify!($name))
            }
        }
    };
}

sending!(
    /// The future of a call. Dropping it cancels the request.
    Sending => T, |mut parts: ResponseParts| T::from_response(&mut parts)
);

sending!(
    /// The future of a call that returns the value with its response. Dropping it cancels the request.
    SendingRaw => Response<T>, |mut parts: ResponseParts| {
        let body = parts.body.clone();
        T::from_response(&mut parts).map(|value| Response::new(value, body, parts))
    }
);
