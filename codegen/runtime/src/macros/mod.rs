//! Macros for the methods that every request builder has, such as `send`.
//!
//! The bound `S: Complete` is on each method instead of the `impl`, because only then does the compiler report which field
//! is missing. All methods are `#[inline]`, so that an operation that is not called adds no code to a program.

mod money;

/// Implements the methods of a request: `with_options`, `send`, `send_raw`, `send_bytes`, their blocking variants, and `Debug`.
#[doc(hidden)]
#[macro_export]
macro_rules! __request {
    ($name:ident => $output:ty) => {
        $crate::__request_common!($name => $output);

        impl<S> $name<S> {
            /// Sends the request.
            ///
            /// # Errors
            /// [`Error`]($crate::Error), see [`Error::kind`]($crate::Error::kind).
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

/// Implements the methods of a request for a list: those of `__request`, `pages`, and `stream`.
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
            /// [`Error`]($crate::Error), see [`Error::kind`]($crate::Error::kind).
            #[inline]
            pub fn send(self) -> $crate::__private::SendingPage<$item, $info>
            where
                S: $crate::__private::Complete,
            {
                self.0.send_page()
            }

            /// Streams all pages, starting with the one that the request selects. Each page is requested when it is needed.
            #[inline]
            pub fn pages(self) -> $crate::Pages<$item, $info>
            where
                S: $crate::__private::Complete,
            {
                self.0.pages()
            }

            /// Streams the items of all pages. Each page is requested when it is needed.
            #[inline]
            pub fn stream(self) -> $crate::Items<$item, $info>
            where
                S: $crate::__private::Complete,
            {
                self.0.stream()
            }

            /// Decodes the items one by one: each is a `Result`, so that one that cannot be decoded does not lose its page.
            /// The returned request has `send`, `pages` and `stream`.
            #[inline]
            pub fn items_as_results(self) -> $crate::__private::ItemResults<S, $item, $info>
            where
                S: $crate::__private::Complete,
            {
                self.0.items_as_results()
            }
        }
    };
}

/// Implements the methods that requests for lists and for single values have in common.
#[doc(hidden)]
#[macro_export]
macro_rules! __request_common {
    ($name:ident => $output:ty) => {
        $crate::__request_blocking!($name => $output);

        impl<S> $name<S> {
            /// Sets options of this call, such as timeouts, retries, headers and the idempotency key.
            #[inline]
            #[must_use]
            pub fn with_options(self, options: $crate::CallOptions) -> Self {
                Self(self.0.with_options(options))
            }

            /// Sends the request and returns the value with status, headers and body.
            ///
            /// # Errors
            /// [`Error`]($crate::Error), see [`Error::kind`]($crate::Error::kind).
            #[inline]
            pub fn send_raw(self) -> $crate::__private::SendingRaw<$output>
            where
                S: $crate::__private::Complete,
            {
                self.0.send_raw()
            }

            /// Sends the request and returns the body as the server sent it, of whatever media type, with status and headers.
            ///
            /// # Errors
            /// [`Error`]($crate::Error), see [`Error::kind`]($crate::Error::kind); none of kind `Decode`.
            #[inline]
            pub fn send_bytes(self) -> $crate::__private::SendingRaw<$crate::__private::Bytes>
            where
                S: $crate::__private::Complete,
            {
                self.0.send_raw()
            }
        }

        impl<S> ::core::fmt::Debug for $name<S> {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                self.0.fmt_request(::core::stringify!($name), f)
            }
        }
    };
}

// A `cfg` in a macro is evaluated in the crate that uses it, whose features differ. Each macro below is therefore defined
// twice, with the `cfg` of this crate.

/// Implements the blocking variants of `send`, `send_raw` and `send_bytes`.
#[cfg(all(feature = "blocking", not(target_arch = "wasm32")))]
#[doc(hidden)]
#[macro_export]
macro_rules! __request_blocking {
    ($name:ident => $output:ty) => {
        #[cfg_attr(docsrs, doc(cfg(feature = "blocking")))]
        impl<S> $name<S> {
            /// Sends the request and blocks the thread until the response is complete.
            ///
            /// # Errors
            /// The errors of `send`, and one of kind `Config` inside an async task, which must not block its thread.
            #[inline]
            pub fn send_blocking(self) -> ::core::result::Result<$output, $crate::Error>
            where
                S: $crate::__private::Complete,
            {
                self.send().wait()
            }

            /// Like `send_blocking`, but returns the value with status, headers and body.
            ///
            /// # Errors
            /// The errors of `send_blocking`.
            #[inline]
            pub fn send_raw_blocking(self) -> ::core::result::Result<$crate::Response<$output>, $crate::Error>
            where
                S: $crate::__private::Complete,
            {
                self.send_raw().wait()
            }

            /// Like `send_blocking`, but returns the body as the server sent it, of whatever media type, with status and headers.
            ///
            /// # Errors
            /// The errors of `send_blocking`, but none of kind `Decode`.
            #[inline]
            pub fn send_bytes_blocking(
                self,
            ) -> ::core::result::Result<$crate::Response<$crate::__private::Bytes>, $crate::Error>
            where
                S: $crate::__private::Complete,
            {
                self.send_bytes().wait()
            }
        }
    };
}

/// Implements the blocking variants of `pages` and `stream`.
#[cfg(all(feature = "blocking", not(target_arch = "wasm32")))]
#[doc(hidden)]
#[macro_export]
macro_rules! __list_request_blocking {
    ($name:ident => $item:ty, $info:ty) => {
        #[cfg_attr(docsrs, doc(cfg(feature = "blocking")))]
        impl<S> $name<S> {
            /// Iterates over all pages and blocks the thread for each.
            #[inline]
            pub fn pages_blocking(self) -> $crate::__private::BlockingPages<$item, $info>
            where
                S: $crate::__private::Complete,
            {
                self.pages().wait()
            }

            /// Iterates over the items of all pages and blocks the thread for each page.
            #[inline]
            pub fn iter_blocking(self) -> $crate::__private::BlockingItems<$item, $info>
            where
                S: $crate::__private::Complete,
            {
                self.stream().wait()
            }
        }
    };
}

/// Empty without the feature `blocking`.
#[cfg(not(all(feature = "blocking", not(target_arch = "wasm32"))))]
#[doc(hidden)]
#[macro_export]
macro_rules! __request_blocking {
    ($($tokens:tt)*) => {};
}

/// Empty without the feature `blocking`.
#[cfg(not(all(feature = "blocking", not(target_arch = "wasm32"))))]
#[doc(hidden)]
#[macro_export]
macro_rules! __list_request_blocking {
    ($($tokens:tt)*) => {};
}

/// Declares private modules and re-exports their items. A module is compiled if one of the features after its name is
/// enabled; without features it is always compiled.
///
/// Generated types have short pages. For rustdoc, unless it runs for docs.rs, they are hidden where they are defined, and `#[doc(inline)]`
/// shows them where they are re-exported: of such a type, rustdoc does not list the implementations of traits, which are nine
/// tenths of its page.
#[doc(hidden)]
#[macro_export]
macro_rules! __modules {
    ($($name:ident $(: $($feature:literal)|+)?,)*) => {
        $(
            $(#[cfg(any($(feature = $feature),+))])?
            mod $name;
            $(#[cfg(any($(feature = $feature),+))])?
            #[doc(inline)]
            pub use $name::*;
        )*
    };
}

/// The state of a builder whose required fields are all missing: a nested list of pairs, in the order of the setters. `fields`
/// is the module of markers of the crate that invokes it.
#[doc(hidden)]
#[macro_export]
macro_rules! __missing {
    () => { () };
    ($first:ident $(, $rest:ident)* $(,)?) => {
        ($crate::__private::Missing<fields::$first>, $crate::__missing!($($rest),*))
    };
}
