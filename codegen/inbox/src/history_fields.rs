//! Reads past deliveries from lists of the API, by the names of their properties.

use std::{
    collections::BTreeMap,
    pin::Pin,
    task::{Context, Poll, ready},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use futures_core::Stream;
use openapi_client_runtime::{
    __private::{DateTime, ItemText, Items, PageInfo},
    Error, ErrorKind, json,
};
use serde_json::{Value, value::RawValue};

use crate::history::{PastDeliveries, PastDelivery};

/// Where the facts about deliveries are in the lists of an API. A generated client has one.
#[derive(Clone, Copy, Debug)]
pub struct HistoryFields {
    /// The property of an endpoint with its id.
    pub endpoint_id: &'static str,
    /// The property of a delivery with its time.
    pub sent_at: &'static str,
    /// The property of a delivery with its body; `None` if the delivery is the body.
    pub body: Option<&'static str>,
    /// The JSON Pointer of the message id in the body.
    pub message_id: &'static str,
}

impl HistoryFields {
    /// The ids of all endpoints of a list.
    ///
    /// # Errors
    /// The errors of the requests, and [`ErrorKind::Decode`] if an endpoint has no id.
    pub async fn endpoints<I: PageInfo>(&self, mut list: Items<ItemText, I>) -> Result<Vec<String>, Error> {
        let mut ids = Vec::new();
        while let Some(ItemText(item)) = list.try_next().await? {
            let endpoint = parse_item(&item)?;
            let id = endpoint.get(self.endpoint_id).and_then(|id| json::from_str::<String>(id.get()).ok());
            ids.push(id.ok_or_else(|| unreadable("an endpoint", self.endpoint_id, "a string"))?);
        }
        Ok(ids)
    }

    /// The deliveries of a list.
    pub fn deliveries<I: PageInfo + Send + 'static>(&self, list: Items<ItemText, I>) -> PastDeliveries {
        PastDeliveries::new(Reading { fields: *self, list })
    }

    /// Reads an item. The body keeps its bytes, so that no number of it is rounded. What the item does not have is left out: one
    /// odd delivery must not hide all the others.
    fn read_delivery(&self, text: &str) -> PastDelivery {
        let item = parse_item(text).unwrap_or_default();
        let time = item.get(self.sent_at).and_then(|time| parse_time(time.get()));
        let body = match self.body {
            Some(name) => item.get(name).map_or("null", |body| body.get()),
            None => text,
        };
        PastDelivery::new(find_id(body, self.message_id), time, body)
    }
}

/// The id in a body. The rest of the body is not decoded, so that it may be anything that the API sends.
fn find_id(body: &str, pointer: &str) -> Option<String> {
    let mut value: &RawValue = serde_json::from_str(body).ok()?;
    for token in pointer.split('/').skip(1) {
        let token = token.replace("~1", "/").replace("~0", "~");
        value = match serde_json::from_str::<BTreeMap<String, &RawValue>>(value.get()) {
            Ok(properties) => properties.get(&token).copied()?,
            Err(_) => {
                let items: Vec<&RawValue> = serde_json::from_str(value.get()).ok()?;
                items.get(token.parse::<usize>().ok()?).copied()?
            }
        };
    }
    match serde_json::from_str(value.get()).ok()? {
        Value::String(id) if !id.is_empty() => Some(id),
        Value::Number(id) => Some(id.to_string()),
        _ => None,
    }
}

/// The stream of the deliveries of a list.
struct Reading<I> {
    fields: HistoryFields,
    list: Items<ItemText, I>,
}

impl<I: PageInfo> Stream for Reading<I> {
    type Item = Result<PastDelivery, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let item = ready!(Pin::new(&mut self.list).poll_next(cx));
        Poll::Ready(item.map(|item| item.map(|item| self.fields.read_delivery(&item.0))))
    }
}

fn parse_item(text: &str) -> Result<BTreeMap<String, &RawValue>, Error> {
    serde_json::from_str(text).map_err(|error| decode_error(error.to_string()))
}

/// A time as RFC 3339 writes it, or in Unix seconds.
fn parse_time(text: &str) -> Option<SystemTime> {
    let time = json::from_str::<DateTime>(text).ok()?;
    let nanos = Duration::from_nanos(u64::from(time.timestamp_subsec_nanos()));
    at_seconds(time.timestamp())?.checked_add(nanos)
}

fn at_seconds(seconds: i64) -> Option<SystemTime> {
    let distance = Duration::from_secs(seconds.unsigned_abs());
    if seconds < 0 { UNIX_EPOCH.checked_sub(distance) } else { UNIX_EPOCH.checked_add(distance) }
}

fn unreadable(item: &str, property: &str, kind: &str) -> Error {
    decode_error(format!("the property `{property}` of {item} is not {kind}"))
}

fn decode_error(message: String) -> Error {
    Error::new(ErrorKind::Decode, format!("cannot read the list of past deliveries: {message}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELDS: HistoryFields =
        HistoryFields { endpoint_id: "id", sent_at: "at", body: Some("body"), message_id: "/meta/id" };

    #[test]
    fn a_delivery_is_read_by_the_names_of_its_properties() {
        let item = r#"{"at":"2026-01-01T00:00:00.5+01:00","body":{"z":1, "meta":{"id":"m_1"},"n":0.1000000000000000055}}"#;
        let delivery = FIELDS.read_delivery(item);
        assert_eq!(delivery.id.as_deref(), Some("m_1"));
        assert_eq!(delivery.sent_at, Some(UNIX_EPOCH + Duration::from_millis(1_767_222_000_500)));
        // The text is unchanged: the order, the spaces and all digits.
        assert_eq!(delivery.body, r#"{"z":1, "meta":{"id":"m_1"},"n":0.1000000000000000055}"#);
    }

    #[test]
    fn an_item_can_be_the_body_and_have_a_time_in_seconds() {
        let fields = HistoryFields { body: None, message_id: "/id", ..FIELDS };
        let item = r#"{"at":1767225600,"id":7}"#;
        let delivery = fields.read_delivery(item);
        assert_eq!((delivery.id.as_deref(), delivery.body.as_str()), (Some("7"), item));
        assert_eq!(delivery.sent_at, Some(UNIX_EPOCH + Duration::from_secs(1_767_225_600)));
    }

    #[test]
    fn a_body_without_an_id_has_none() {
        for body in ["null", "{}", r#"{"meta":{"id":""}}"#, r#"{"meta":{"id":null}}"#, "[1]"] {
            let item = format!(r#"{{"at":"2026-01-01T00:00:00Z","body":{body}}}"#);
            assert_eq!(FIELDS.read_delivery(&item).id, None, "{body}");
        }
        assert_eq!(FIELDS.read_delivery(r#"{"at":"2026-01-01T00:00:00Z"}"#).body, "null");
    }

    #[test]
    fn the_id_of_a_body_that_is_not_unicode_is_read() {
        let body = r#"{"text":"\ud83d","list":[{"a/b":"m_1"}],"meta":{"id":"m_2"}}"#;
        assert_eq!(find_id(body, "/meta/id").as_deref(), Some("m_2"));
        assert_eq!(find_id(body, "/list/0/a~1b").as_deref(), Some("m_1"));
        for pointer in ["/list/1", "/list/x", "/text", "/text/x", "/list/0", "/none"] {
            assert_eq!(find_id(body, pointer), None, "{pointer}");
        }
        assert_eq!(find_id("{", "/id"), None);
    }

    #[test]
    fn a_delivery_without_a_time_has_none() {
        for item in [r#"{"at":null,"body":{}}"#, r#"{"body":{}}"#, r#"{"at":"yesterday","body":{}}"#, "[]"] {
            assert_eq!(FIELDS.read_delivery(item).sent_at, None, "{item}");
        }
    }
}
