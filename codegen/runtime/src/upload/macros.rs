//! The methods of every generated upload, emitted by macro so that a generated module holds only what is its own.

/// Implements an upload: its options, `send`, and `Debug`.
#[doc(hidden)]
#[macro_export]
macro_rules! __upload {
    ($name:ident => $output:ty) => {
        $crate::__upload_blocking!($name => $output);

        impl $name {
            /// Calls this with the number of bytes that were handed to the connection, and the number of all. It never goes
            /// back, even if the bytes have to be sent again, and ends with all; it must not block.
            #[inline]
            #[must_use]
            pub fn on_progress(
                self,
                report: impl ::core::ops::FnMut(u64, u64) + $crate::MaybeSend + 'static,
            ) -> Self {
                Self(self.0.on_progress(report))
            }

            /// The media type of the bytes; it is not sent where the API asks for another.
            #[inline]
            #[must_use]
            pub fn content_type(self, media_type: impl ::core::convert::Into<::std::string::String>) -> Self {
                Self(self.0.content_type(media_type))
            }

            /// How long to wait from one look at the file's status to the next.
            #[inline]
            #[must_use]
            pub fn poll_every(self, interval: ::core::time::Duration) -> Self {
                Self(self.0.poll_every(interval))
            }

            /// How long to wait until the file is ready, once its bytes are sent: no look at its status begins after this.
            #[inline]
            #[must_use]
            pub fn wait_at_most(self, limit: ::core::time::Duration) -> Self {
                Self(self.0.wait_at_most(limit))
            }

            /// The longest that sending the bytes may take, each time that they are sent.
            #[inline]
            #[must_use]
            pub fn put_timeout(self, timeout: ::core::time::Duration) -> Self {
                Self(self.0.put_timeout(timeout))
            }

            /// Sets what the calls of the API do differently from their client. Of all this, sending the bytes heeds the number
            /// of attempts and the policy for them alone.
            #[inline]
            #[must_use]
            pub fn with_options(self, options: $crate::CallOptions) -> Self {
                Self(self.0.with_options(options))
            }

            /// Uploads the file, and gives it when it is ready. Dropping the future ends the upload.
            ///
            /// # Errors
            /// [`UploadError`]($crate::upload::UploadError), which tells the steps apart and holds the id of the file.
            #[inline]
            pub fn send(self) -> $crate::upload::UploadFuture<$output> {
                self.0.send()
            }
        }

        impl ::core::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                self.0.show(::core::stringify!($name), f)
            }
        }
    };
}

/// The blocking twin of `send`.
#[cfg(all(feature = "blocking", not(target_arch = "wasm32")))]
#[doc(hidden)]
#[macro_export]
macro_rules! __upload_blocking {
    ($name:ident => $output:ty) => {
        impl $name {
            /// Uploads the file, waiting on this thread.
            ///
            /// # Errors
            /// As `send`, and an error of the kind `Config` inside an async runtime.
            #[inline]
            pub fn send_blocking(self) -> ::core::result::Result<$output, $crate::upload::UploadError> {
                self.send().wait()
            }
        }
    };
}

/// Nothing: the feature `blocking` is off.
#[cfg(not(all(feature = "blocking", not(target_arch = "wasm32"))))]
#[doc(hidden)]
#[macro_export]
macro_rules! __upload_blocking {
    ($($tokens:tt)*) => {};
}
