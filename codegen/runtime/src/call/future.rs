//! A request on its way: the futures that `send` gives. What depends on the type of the value is the last step only.

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
        impl<T: Output> $name<T> {
            /// Waits for the answer on this thread.
            ///
            /// # Errors
            /// As awaiting it, and [`ErrorKind::Config`](crate::ErrorKind::Config) inside an async runtime.
            #[inline]
            pub fn wait(self) -> Result<$output, Error> {
                crate::call::blocking::wait(self.call)?.and_then($finish)
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
    /// A request on its way; its future gives the value. Dropping it ends the request.
    Sending => T, |mut parts: ResponseParts| T::from_response(&mut parts)
);

sending!(
    /// A request on its way; its future gives the value and the answer it came in. Dropping it ends the request.
    SendingRaw => Response<T>, |mut parts: ResponseParts| {
        let body = parts.body.clone();
        T::from_response(&mut parts).map(|value| Response::new(value, body, parts))
    }
);
