//! Decodes the body of an error whose fields are partly missing.

use crate::{
    error::Error,
    json::{Decode, DecodeError, Lossy, decode_lossy},
};

impl Error {
    /// Decodes the body of a successful response that could not be decoded: fields that are missing, `null` or of another
    /// type are filled with neutral values, and their paths are listed. [`decode_lossy`](crate::json::decode_lossy) says
    /// which values. Money is never filled.
    ///
    /// [`ClientBuilder::on_missing_field`](crate::ClientBuilder::on_missing_field) does the same for every call.
    ///
    /// ```
    /// # use openapi_client_runtime::Error;
    /// # type Payment = std::collections::BTreeMap<String, String>;
    /// # fn handle(error: Error) -> Result<Payment, Error> {
    /// let Ok(payment) = error.decode_lossy::<Payment>() else { return Err(error) };
    /// eprintln!("the response lacks {}", payment.filled.join(", "));
    /// # Ok(payment.value)
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`DecodeError`] with the path of the first value that cannot be filled. An error keeps at most one mebibyte of a body;
    /// a longer one cannot be decoded.
    pub fn decode_lossy<T: Decode>(&self) -> Result<Lossy<T>, DecodeError> {
        decode_lossy(&String::from_utf8_lossy(self.body()))
    }
}
