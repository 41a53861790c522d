//! What the generated calls are made of: the table's entry, the end of a call, and values that need a parser.

use std::future::Future;
use std::pin::Pin;

use serde::Serialize;

/// The value of a call encoded to JSON again, on its way.
pub type Answer = Pin<Box<dyn Future<Output = whop::Result<String>>>>;

/// A call with everything set.
#[derive(Clone, Copy, Debug)]
pub struct Call {
    /// The `operationId`.
    pub operation: &'static str,
    /// The form of the body; empty if it has one only.
    pub form: &'static str,
    /// Makes the call.
    pub run: fn(&whop::Client) -> Answer,
}

impl Call {
    /// An entry of the table.
    #[must_use]
    pub const fn new(operation: &'static str, form: &'static str, run: fn(&whop::Client) -> Answer) -> Self {
        Self { operation, form, run }
    }
}

/// The JSON of a value.
pub fn value<T: Serialize + 'static>(call: impl Future<Output = whop::Result<T>> + 'static) -> Answer {
    Box::pin(async move { call.await.map(|value| encode(&value)) })
}

/// The JSON of a page: pages themselves are never written.
pub fn page<T, I>(call: impl Future<Output = whop::Result<whop::Page<T, I>>> + 'static) -> Answer
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

/// The JSON of an answer that is octets: their text.
pub fn bytes(call: impl Future<Output = whop::Result<whop::ByteStream>> + 'static) -> Answer {
    Box::pin(async move {
        let octets = call.await?.collect(1 << 20).await?;
        Ok(encode(&String::from_utf8_lossy(&octets)))
    })
}

fn encode(value: &(impl Serialize + ?Sized)) -> String {
    serde_json::to_string(value).expect("a value that came as JSON goes as JSON")
}

/// An exact number.
#[must_use]
pub fn decimal(text: &str) -> whop::Decimal {
    text.parse().expect("a decimal")
}

/// A date and time.
#[must_use]
pub fn instant(text: &str) -> whop::DateTime {
    text.parse().expect("a date and time")
}

/// A date.
#[must_use]
pub fn date(text: &str) -> whop::Date {
    text.parse().expect("a date")
}
