//! The macro that implements the methods of a generated upload builder, so that a generated module contains only its own
//! setters.

/// Implements the options, `send` and `Debug` of an upload builder.
#[doc(hidden)]
#[macro_export]
macro_rules! __upload {
    ($name:ident => $output:ty) => {
        $crate::__upload_blocking!($name => $output);

        impl $name {
            /// Sets a callback with the number of bytes passed to the connection and the total. The number only increases, even
            /// if the bytes are sent again, and reaches the total at the end. The callback must not block.
            #[inline]
            #[must_use]
            pub fn on_progress(
                self,
                report: impl ::core::ops::FnMut(u64, u64) + $crate::MaybeSend + 'static,
            ) -> Self {
                Self(self.0.on_progress(report))
            }

            /// Sets the media type of the bytes. It is ignored if the API names one.
            #[inline]
            #[must_use]
            pub fn content_type(self, media_type: impl ::core::convert::Into<::std::string::String>) -> Self {
                Self(self.0.content_type(media_type))
            }

            /// Sets the interval between two requests for the file's status.
            #[inline]
            #[must_use]
            pub fn poll_every(self, interval: ::core::time::Duration) -> Self {
                Self(self.0.poll_every(interval))
            }

            /// Sets how long to wait until the file is ready after its bytes were sent: no status request starts after this
            /// time.
            #[inline]
            #[must_use]
            pub fn wait_at_most(self, timeout: ::core::time::Duration) -> Self {
                Self(self.0.wait_at_most(timeout))
            }

            /// Sets the timeout of one attempt to send the bytes.
            #[inline]
            #[must_use]
            pub fn put_timeout(self, timeout: ::core::time::Duration) -> Self {
                Self(self.0.put_timeout(timeout))
            }

            /// Sets options that override the client's for the calls of the API. The request that sends the bytes uses only the
            /// number of attempts and the retry policy.
            #[inline]
            #[must_use]
            pub fn with_options(self, options: $crate::CallOptions) -> Self {
                Self(self.0.with_options(options))
            }

            /// Uploads the file and waits until it is ready. Dropping the future cancels the upload.
            ///
            /// # Errors
            /// [`UploadError`]($crate::upload::UploadError), which says which step failed and has the file's id.
            #[inline]
            pub fn send(self) -> $crate::upload::UploadFuture<$output> {
                self.0.send()
            }
        }

        impl ::core::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                self.0.fmt_request(::core::stringify!($name), f)
            }
        }
    };
}

/// Implements the blocking form of `send`.
#[cfg(all(feature = "blocking", not(target_arch = "wasm32")))]
#[doc(hidden)]
#[macro_export]
macro_rules! __upload_blocking {
    ($name:ident => $output:ty) => {
        impl $name {
            /// Like `send`, but blocks the current thread.
            ///
            /// # Errors
            /// The same as `send`, and an error of the kind `Config` inside an async task.
            #[inline]
            pub fn send_blocking(self) -> ::core::result::Result<$output, $crate::upload::UploadError> {
                self.send().wait()
            }
        }
    };
}

/// Expands to nothing without the feature `blocking`.
#[cfg(not(all(feature = "blocking", not(target_arch = "wasm32"))))]
#[doc(hidden)]
#[macro_export]
macro_rules! __upload_blocking {
    ($($tokens:tt)*) => {};
}
