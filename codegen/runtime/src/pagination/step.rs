//! Finds what selects the next page: from the response to the page before, and from its request.

use http::HeaderMap;

use crate::{
    call::draft::Draft,
    client::selection::Few,
    json::{raw_at, raw_items, scalar_text},
    pagination::{
        link::find_link,
        next_url::resolve_target,
        page::Direction,
        paging::{Paging, PagingKind, Path},
    },
    secret::Secret,
};

/// What selects a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// The value of a parameter: its text, and the value as JSON.
    Value { text: String, json: String },
    /// The number of a page, and that of the first one.
    Number { text: String, first: i64 },
    /// The path and the query of a URL.
    Target(String),
}

impl Step {
    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Value { text, .. } | Self::Number { text, .. } => text,
            Self::Target(target) => target,
        }
    }

    pub(crate) fn cursor(text: &str) -> Self {
        Self::Value { text: text.to_owned(), json: String::new() }
    }

    fn number(value: i64, first: i64) -> Self {
        Self::Number { text: value.to_string(), first }
    }
}

/// A page as it was received.
pub(crate) struct Received<'a> {
    pub(crate) body: &'a str,
    pub(crate) headers: &'a HeaderMap,
    /// Where the items are in the body.
    pub(crate) list: Path,
    /// The number of items.
    pub(crate) count: usize,
    pub(crate) request: &'a Draft,
    /// The credentials of the request, which a URL of the server may repeat.
    pub(crate) credentials: &'a Few<Secret>,
}

pub(super) const NO_CURSOR: &str = "the server says that there are more pages, but sent no cursor";
const NO_WAY_BACK: &str = "the pages of this list can only be requested forward";

impl Received<'_> {
    /// What selects the adjacent page; `None` after the last one.
    pub(crate) fn find_step(&self, paging: &Paging, direction: Direction) -> Result<Option<Step>, String> {
        match direction {
            Direction::Forward => self.find_next(paging),
            Direction::Backward => self.find_previous(paging),
        }
    }

    fn find_next(&self, paging: &Paging) -> Result<Option<Step>, String> {
        let has_more = self.flag(paging.more).or_else(|| self.flag(paging.last).map(|is_last| !is_last));
        if has_more == Some(false) {
            return Ok(None);
        }
        match paging.kind {
            PagingKind::Cursor(path) => match self.value(path) {
                Some(url) if url.starts_with("https://") || url.starts_with("http://") => {
                    self.follow(&url).map(Some)
                }
                Some(text) => {
                    let json = raw_at(self.body, path).unwrap_or_default();
                    // Where a cursor must be a number, 0 marks the end as an empty text does.
                    let is_end = has_more.is_none() && json.parse() == Ok(0.0);
                    Ok((!is_end).then_some(Step::Value { text, json }))
                }
                None if has_more == Some(true) => Err(NO_CURSOR.to_owned()),
                None => Ok(None),
            },
            PagingKind::LastItem(field) => match (has_more, self.last_item(field)) {
                (Some(true), Some(json)) => Ok(scalar_text(&json).map(|text| Step::Value { text, json })),
                (Some(true), None) => {
                    Err("the server says that there are more pages, but the last item has no id to \
                                           continue after"
                        .to_owned())
                }
                _ => Ok(None),
            },
            PagingKind::Number(first) => {
                let first = self.first_page(paging, first);
                let requested = self.requested(paging.parameter, paging.is_in_body);
                let current = requested.unwrap_or(first);
                if let Some(next) = self.next_number(paging) {
                    // A number that leads back, such as 0, marks the end as an empty header does.
                    return Ok(next.filter(|next| *next > current).map(|next| Step::number(next, first)));
                }
                let before = (current - first).max(0);
                let has_next = has_more.unwrap_or_else(|| self.has_next_number(paging, before));
                Ok(has_next.then(|| Step::number(current.saturating_add(1), first)))
            }
            PagingKind::Offset(first) => {
                let first = i64::from(first);
                let offset = self.requested(paging.parameter, paging.is_in_body).unwrap_or(first);
                let next = offset.saturating_add(self.count());
                let has_next = || match self.total(paging) {
                    Some(total) => next - first < total,
                    None => self.continues(paging),
                };
                // An empty page cannot be continued: the next one would have the same offset.
                let has_next = self.count > 0 && has_more.unwrap_or_else(has_next);
                Ok(has_next.then(|| Step::number(next, first)))
            }
            PagingKind::Link => find_link(self.headers, "next").map(|url| self.follow(&url)).transpose(),
            PagingKind::Url(path) => self.value(path).map(|url| self.follow(&url)).transpose(),
        }
    }

    fn find_previous(&self, paging: &Paging) -> Result<Option<Step>, String> {
        let requested = |first: u32| {
            let first = self.first_page(paging, first);
            (self.requested(paging.parameter, paging.is_in_body).unwrap_or(first), first)
        };
        match paging.kind {
            PagingKind::Number(first) => {
                let (current, first) = requested(first);
                Ok((current > first).then(|| Step::number(current - 1, first)))
            }
            PagingKind::Offset(first) => match (requested(first), self.expected_size(paging)) {
                ((offset, first), _) if offset <= first => Ok(None),
                ((offset, first), Some(size)) => Ok(Some(Step::number((offset - size).max(first), first))),
                _ => Err(NO_WAY_BACK.to_owned()),
            },
            PagingKind::Link => {
                let link = find_link(self.headers, "prev").or_else(|| find_link(self.headers, "previous"));
                link.map(|url| self.follow(&url)).transpose()
            }
            _ => Err(NO_WAY_BACK.to_owned()),
        }
    }

    /// The number of the first page: that which the first page had, if it was requested without a number.
    fn first_page(&self, paging: &Paging, usual: u32) -> i64 {
        let is_first = self.requested(paging.parameter, paging.is_in_body).is_none();
        let found = self.request.first_page;
        let current = || self.integer(paging.current).or_else(|| self.header(paging.headers.current));
        found.or_else(|| current().filter(|_| is_first)).unwrap_or(usual.into())
    }

    /// Whether a page follows that has `before` pages before it, of a list whose pages are numbered.
    fn has_next_number(&self, paging: &Paging, before: i64) -> bool {
        if let Some(pages) = self.pages(paging) {
            return before + 1 < pages;
        }
        match (self.total(paging), self.expected_size(paging)) {
            _ if self.count == 0 => false,
            (Some(total), Some(size)) => (before + 1).saturating_mul(size) < total,
            (Some(total), None) if before == 0 => self.count() < total,
            _ => self.continues(paging),
        }
    }

    /// Whether the list goes on after this page, as far as its length and the header `Link` tell.
    fn continues(&self, paging: &Paging) -> bool {
        if self.headers.contains_key(http::header::LINK) {
            return find_link(self.headers, "next").is_some();
        }
        self.count > 0 && self.expected_size(paging).is_none_or(|size| self.count() >= size)
    }

    /// The number of items of a page that is not the last one. A server may reduce a size that is too large for it: where the
    /// document states no maximum, a round number of items may be the maximum of the server, and the page is not taken for the
    /// last one, since that would lose the others.
    fn expected_size(&self, paging: &Paging) -> Option<i64> {
        let size = paging.size;
        let requested = size.parameter.and_then(|name| self.requested(name, paging.is_in_body));
        let default = Some(i64::from(size.default)).filter(|default| *default > 0);
        let expected = match (requested.or(default)?, i64::from(size.maximum)) {
            (expected, 0) => expected,
            (expected, maximum) => return Some(expected.min(maximum)),
        };
        let may_be_maximum = requested.is_some() && self.count > 0 && self.count.is_multiple_of(10);
        Some(if may_be_maximum { expected.min(self.count()) } else { expected })
    }

    fn count(&self) -> i64 {
        i64::try_from(self.count).unwrap_or(i64::MAX)
    }

    /// The text of a value of the body; none if it is absent, `null`, `false` or empty.
    fn value(&self, path: Path) -> Option<String> {
        let text = scalar_text(&raw_at(self.body, path)?)?;
        (!text.is_empty() && text != "false" && !text.starts_with(['{', '['])).then_some(text)
    }

    fn flag(&self, path: Option<Path>) -> Option<bool> {
        match scalar_text(&raw_at(self.body, path?)?)?.as_str() {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        }
    }

    fn integer(&self, path: Option<Path>) -> Option<i64> {
        scalar_text(&raw_at(self.body, path?)?)?.parse().ok()
    }

    fn total(&self, paging: &Paging) -> Option<i64> {
        self.integer(paging.total).or_else(|| self.header(paging.headers.total))
    }

    fn pages(&self, paging: &Paging) -> Option<i64> {
        self.integer(paging.pages).or_else(|| self.header(paging.headers.pages))
    }

    /// The number in a header of the response.
    fn header(&self, name: Option<&str>) -> Option<i64> {
        self.headers.get(name?)?.to_str().ok()?.trim().parse().ok()
    }

    /// The number of the next page in the header that has it; the inner `None` after the last page, the outer one if the header is
    /// absent and the length of the list or of the page tells instead.
    fn next_number(&self, paging: &Paging) -> Option<Option<i64>> {
        let name = paging.headers.next?;
        if let Some(value) = self.headers.get(name) {
            let is_empty = value.as_bytes().trim_ascii().is_empty();
            // What is no number tells nothing; the length of the list or of the page does.
            return is_empty.then_some(None).or_else(|| self.header(Some(name)).map(Some));
        }
        let is_counted = self.pages(paging).is_some() || self.total(paging).is_some();
        // A server that sends the other header has left this one out on purpose.
        let sends_headers = self.header(paging.headers.current).is_some();
        let is_last = !is_counted && (sends_headers || self.expected_size(paging).is_none());
        is_last.then_some(None)
    }

    /// The value of a parameter of the request that is a number.
    fn requested(&self, name: &str, is_in_body: bool) -> Option<i64> {
        self.request.parameter_text(name, is_in_body)?.parse().ok()
    }

    /// The JSON text of a field of the last item.
    fn last_item(&self, field: Path) -> Option<String> {
        let list = raw_at(self.body, self.list)?;
        raw_at(raw_items(&list)?.last()?, field).filter(|json| json != "null")
    }

    fn follow(&self, url: &str) -> Result<Step, String> {
        resolve_target(self.request, url, self.credentials).map(Step::Target)
    }
}
