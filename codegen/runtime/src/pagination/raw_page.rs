//! Pages whose items stay JSON text, for tools that read the description of an API while they run.

use std::fmt;

use bytes::Bytes;
use serde_json::value::RawValue;

use crate::{
    call::builder::Builder,
    call::draft::Draft,
    call::execute::execute,
    error::{Error, ErrorKind},
    json::{DecodeError, raw_at, scalar_text},
    pagination::{
        page::{Direction, request_with_names},
        page_info::PageNames,
        step::{NO_CURSOR, Received, Step},
    },
    response::{decoded::Response, parts::ResponseParts},
};

/// A page of a list.
#[derive(Debug)]
pub struct RawPage {
    /// The items.
    pub items: Vec<Box<RawValue>>,
    /// The response.
    pub response: Response<Bytes>,
    /// What selects the next page, such as its cursor; `None` on the last one.
    pub next_cursor: Option<String>,
    /// The request of the next page, or why it is not known; `None` on the last one.
    pub next: Result<Option<RawPageRequest>, Error>,
}

/// The request of a page.
pub struct RawPageRequest {
    draft: Box<Draft>,
    /// Where the items are in the body.
    list: &'static [&'static str],
    /// The field with the cursors, if the operation does not say how its pages are requested.
    info: &'static str,
}

impl<S> Builder<S> {
    /// The request of a page whose body has its items at the path `list`, and, unless the operation says how its pages are
    /// requested, its cursors in the field `info`.
    pub fn raw_page(self, list: &'static [&'static str], info: &'static str) -> RawPageRequest {
        RawPageRequest { draft: self.into_draft(), list, info }
    }
}

impl RawPageRequest {
    /// Requests the page.
    ///
    /// # Errors
    /// The errors of the request, and [`ErrorKind::Decode`] if the response is not a page.
    pub async fn send(self) -> Result<RawPage, Error> {
        let request = self.draft.duplicate();
        let mut parts = execute(self.draft, false).await?;
        let items = match find_items(&parts, &request, self.list, self.info) {
            Ok(items) => items,
            Err(message) => {
                return Err(parts.decode_error(DecodeError { path: self.list.join("."), message }));
            }
        };
        let step = find_next(&parts, &request, &items, self.list, self.info);
        let next_cursor = step.as_ref().ok().and_then(|step| Some(step.as_ref()?.text().to_owned()));
        let next = match step {
            Ok(None) => Ok(None),
            Ok(Some(step)) => request_with_names(&request, &PageNames::DEFAULT, Direction::Forward, &step)
                .map(|draft| Some(Self { draft, list: self.list, info: self.info })),
            Err(text) => Err(Error::new(ErrorKind::Decode, text)),
        };
        let body = parts.body.clone();
        Ok(RawPage { items, response: Response::new(body.clone(), body, parts), next_cursor, next })
    }
}

impl fmt::Debug for RawPageRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.draft.fmt_request("RawPageRequest", f)
    }
}

/// The items. A page without any may lack the list.
fn find_items(
    parts: &ResponseParts,
    request: &Draft,
    list: &[&str],
    info: &str,
) -> Result<Vec<Box<RawValue>>, String> {
    let body = parts.text().map_err(|error| error.to_string())?;
    let is_page = || match request.operation.paging {
        Some(_) => body.trim_start().starts_with('{'),
        None => raw_at(body, &[info]).is_some(),
    };
    match raw_at(body, list).as_deref() {
        Some("null") | None if is_page() => Ok(Vec::new()),
        None => Err("expected a page of a list".to_owned()),
        Some(list) => serde_json::from_str(list).map_err(|error| error.to_string()),
    }
}

fn find_next(
    parts: &ResponseParts,
    request: &Draft,
    items: &[Box<RawValue>],
    list: &'static [&'static str],
    info: &str,
) -> Result<Option<Step>, String> {
    let body = parts.text().unwrap_or_default();
    if let Some(paging) = request.operation.paging {
        let (headers, credentials) = (&parts.headers, &parts.credentials);
        let received = Received { body, headers, list, count: items.len(), request, credentials };
        return received.find_step(paging, Direction::Forward);
    }
    let value = |name: &str| raw_at(body, &[info, name]).filter(|text| text != "null");
    let cursor = value("end_cursor").and_then(|text| scalar_text(&text)).filter(|text| !text.is_empty());
    match (value("has_next_page").as_deref(), cursor) {
        (Some("true"), Some(cursor)) => Ok(Some(Step::cursor(&cursor))),
        (Some("true"), None) => Err(NO_CURSOR.to_owned()),
        (None, Some(_)) => Err("the server does not say whether there are more pages".to_owned()),
        _ => Ok(None),
    }
}
