//! The methods that end a request builder, the same for every operation: emitted by macro so that a generated module
//! holds only what is its own.
//!
//! The bound that a request is complete stands on each method, not on the `impl`: only there does the compiler print
//! the message that names the missing field. Everything is `#[inline]`, so that an operation that is not called costs
//! its user's program nothing.

/// Implements the end of a request: `with_options`, `send`, `send_raw`, and `Debug`.
#[doc(hidden)]
#[macro_export]
macro_rules! __request {
    ($name:ident => $output:ty) => {
        $crate::__request_common!($name => $output);

        impl<S> $name<S> {
            /// Sends the request.
            ///
            /// # Errors
            /// [`Error`]($crate::Error), whose `kind` says what went wrong.
            #[inline]
            pub fn send(self) -> $crate::__private::Sending<$output>
            where
                S: $crate::__private::Complete,
            {
                self.0.send()
            }
        }
    };
}

/// Implements the end of a request for a list: `with_options`, `send`, `send_raw`, `pages`, `stream`, and `Debug`.
#[doc(hidden)]
#[macro_export]
macro_rules! __list_request {
    ($name:ident => $item:ty, $info:ty $(,)?) => {
        $crate::__request_common!($name => $crate::Page<$item, $info>);
        $crate::__list_request_blocking!($name => $item, $info);

        impl<S> $name<S> {
            /// Sends the request for one page.
            ///
            /// # Errors
            /// [`Error`]($crate::Error), whose `kind` says what went wrong.
            #[inline]
            pub fn send(self) -> $crate::__private::SendingPage<$item, $info>
            where
                S: $crate::__private::Complete,
            {
                self.0.send_page()
            }

            /// All pages from here on, each asked for when it is wanted.
            #[inline]
            pub fn pages(self) -> $crate::Pages<$item, $info>
            where
                S: $crate::__private::Complete,
            {
                self.0.pages()
            }

            /// The items of all pages from here on, each page asked for when it is wanted.
            #[inline]
            pub fn stream(self) -> $crate::Items<$item, $info>
            where
                S: $crate::__private::Complete,
            {
                self.0.stream()
            }
        }
    };
}

/// What all requests end with.
#[doc(hidden)]
#[macro_export]
macro_rules! __request_common {
    ($name:ident => $output:ty) => {
        $crate::__request_blocking!($name => $output);

        impl<S> $name<S> {
            /// Sets what this call does differently from its client: timeouts, retries, headers, the idempotency key.
            #[inline]
            #[must_use]
            pub fn with_options(self, options: $crate::CallOptions) -> Self {
                Self(self.0.with_options(options))
            }

            /// Sends the request and gives status, headers and bytes beside the value.
            ///
            /// # Errors
            /// [`Error`]($crate::Error), whose `kind` says what went wrong.
            #[inline]
            pub fn send_raw(self) -> $crate::__private::SendingRaw<$output>
            where
                S: $crate::__private::Complete,
            {
                self.0.send_raw()
            }
        }

        impl<S> ::core::fmt::Debug for $name<S> {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                self.0.show(::core::stringify!($name), f)
            }
        }
    };
}

// Features of this crate are not those of the crate that a macro expands in, hence two definitions of each.

/// The blocking twins of `send` and `send_raw`.
#[cfg(all(feature = "blocking", not(target_arch = "wasm32")))]
#[doc(hidden)]
#[macro_export]
macro_rules! __request_blocking {
    ($name:ident => $output:ty) => {
        impl<S> $name<S> {
            /// Sends the request and waits for the answer on this thread.
            ///
            /// # Errors
            /// As `send`, and one of kind `Config` inside an async runtime, where waiting would stop everything.
            #[inline]
            pub fn send_blocking(self) -> ::core::result::Result<$output, $crate::Error>
            where
                S: $crate::__private::Complete,
            {
                self.send().wait()
            }

            /// As `send_blocking`, with status, headers and bytes beside the value.
            ///
            /// # Errors
            /// As `send_blocking`.
            #[inline]
            pub fn send_raw_blocking(self) -> ::core::result::Result<$crate::Response<$output>, $crate::Error>
            where
                S: $crate::__private::Complete,
            {
                self.send_raw().wait()
            }
        }
    };
}

/// The blocking twins of `pages` and `stream`.
#[cfg(all(feature = "blocking", not(target_arch = "wasm32")))]
#[doc(hidden)]
#[macro_export]
macro_rules! __list_request_blocking {
    ($name:ident => $item:ty, $info:ty) => {
        impl<S> $name<S> {
            /// All pages from here on, waiting for each on this thread.
            #[inline]
            pub fn pages_blocking(
                self,
            ) -> impl ::core::iter::Iterator<
                Item = ::core::result::Result<$crate::Page<$item, $info>, $crate::Error>,
            >
            where
                S: $crate::__private::Complete,
            {
                self.pages().wait()
            }

            /// The items of all pages from here on, waiting for each page on this thread.
            #[inline]
            pub fn iter_blocking(
                self,
            ) -> impl ::core::iter::Iterator<Item = ::core::result::Result<$item, $crate::Error>>
            where
                S: $crate::__private::Complete,
            {
                self.stream().wait()
            }
        }
    };
}

/// Nothing: the feature `blocking` is off.
#[cfg(not(all(feature = "blocking", not(target_arch = "wasm32"))))]
#[doc(hidden)]
#[macro_export]
macro_rules! __request_blocking {
    ($($tokens:tt)*) => {};
}

/// Nothing: the feature `blocking` is off.
#[cfg(not(all(feature = "blocking", not(target_arch = "wasm32"))))]
#[doc(hidden)]
#[macro_export]
macro_rules! __list_request_blocking {
    ($($tokens:tt)*) => {};
}

/// Declares private modules and exports their items. The features behind a name are those that need it; without any, the
/// module is always compiled.
#[doc(hidden)]
#[macro_export]
macro_rules! __modules {
    ($($name:ident $(: $($feature:literal)|+)?,)*) => {
        $(
            $(#[cfg(any($(feature = $feature),+))])?
            mod $name;
            $(#[cfg(any($(feature = $feature),+))])?
            pub use $name::*;
        )*
    };
}
