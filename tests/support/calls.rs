//! Helpers for the generated contract calls: the type of a table row, and functions that turn results and literals into
//! the values a call needs.

use std::future::Future;
use std::pin::Pin;

use serde::Serialize;

/// A running call. Its output is the decoded response, encoded as JSON.
pub type CallFuture = Pin<Box<dyn Future<Output = whop::Result<String>>>>;

/// A call that sets every parameter and every field.
#[derive(Clone, Copy, Debug)]
pub struct Call {
    /// The `operationId`.
    pub operation: &'static str,
    /// The variant of the request body; empty if the operation has one body only.
    pub variant: &'static str,
    /// Starts the call.
    pub run: fn(&whop::Client) -> CallFuture,
}

impl Call {
    /// A row of the table.
    #[must_use]
    pub const fn new(
        operation: &'static str,
        variant: &'static str,
        run: fn(&whop::Client) -> CallFuture,
    ) -> Self {
        Self { operation, variant, run }
    }
}

/// Encodes the value that a call returns.
pub fn encode_value<T: Serialize + 'static>(
    call: impl Future<Output = whop::Result<T>> + 'static,
) -> CallFuture {
    Box::pin(async move { call.await.map(|value| encode(&value)) })
}

/// Encodes the page that a call returns. `Page` does not implement `Serialize`, so its fields are encoded one by one.
pub fn encode_page<T, I>(call: impl Future<Output = whop::Result<whop::Page<T, I>>> + 'static) -> CallFuture
where
    T: Serialize + 'static,
    I: Serialize + 'static,
{
    Box::pin(async move {
        let page = call.await?;
        let mut text = format!(r#"{{"data":{},"page_info":{}"#, encode(&page.data), encode(&page.page_info));
        for name in page.extra_fields.names() {
            let value = page.extra_fields.get_raw(name).unwrap_or("null");
            text.push_str(&format!(",{}:{value}", encode(&name)));
        }
        text.push('}');
        Ok(text)
    })
}

/// Reads a binary response and encodes it as a JSON string.
pub fn encode_bytes(call: impl Future<Output = whop::Result<whop::ByteStream>> + 'static) -> CallFuture {
    Box::pin(async move {
        let bytes = call.await?.collect(1 << 20).await?;
        Ok(encode(&String::from_utf8_lossy(&bytes)))
    })
}

/// Encodes the body of a call that returns it as it came as a JSON string.
pub fn encode_whole_bytes<T: AsRef<[u8]> + 'static>(
    call: impl Future<Output = whop::Result<whop::Response<T>>> + 'static,
) -> CallFuture {
    Box::pin(async move { Ok(encode(&String::from_utf8_lossy(call.await?.value.as_ref()))) })
}

fn encode(value: &(impl Serialize + ?Sized)) -> String {
    serde_json::to_string(value).expect("a value decoded from JSON encodes to JSON")
}

/// Parses an exact number.
#[must_use]
pub fn parse_decimal(text: &str) -> whop::Decimal {
    text.parse().expect("a decimal")
}

/// Parses a date and time.
#[must_use]
pub fn parse_date_time(text: &str) -> whop::DateTime {
    text.parse().expect("a date and time")
}

/// Parses a date.
#[must_use]
pub fn parse_date(text: &str) -> whop::Date {
    text.parse().expect("a date")
}
