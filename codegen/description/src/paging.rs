//! How the pages of a list are requested, if not by the cursors of a page object.

use serde::{Deserialize, Serialize};

use crate::defaults::is_default;

/// How the pages of a list are requested.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Paging {
    /// What selects a page.
    pub kind: PagingKind,
    /// The parameter that selects it; empty where a URL does.
    #[serde(default, skip_serializing_if = "is_default")]
    pub parameter: String,
    /// Whether the parameter is a property of the body instead of the query.
    #[serde(default, skip_serializing_if = "is_default")]
    pub in_body: bool,
    /// The path of the list of items in the response; empty for a response that is a list.
    #[serde(default, skip_serializing_if = "is_default")]
    pub list: Vec<String>,
    /// The path of the flag that is true if there are more pages.
    #[serde(default, skip_serializing_if = "is_default")]
    pub more: Option<Vec<String>>,
    /// The path of the flag that is true on the last page.
    #[serde(default, skip_serializing_if = "is_default")]
    pub last: Option<Vec<String>>,
    /// The path of the number of all items.
    #[serde(default, skip_serializing_if = "is_default")]
    pub total: Option<Vec<String>>,
    /// The path of the number of all pages.
    #[serde(default, skip_serializing_if = "is_default")]
    pub pages: Option<Vec<String>>,
    /// The path of the number of the page.
    #[serde(default, skip_serializing_if = "is_default")]
    pub current: Option<Vec<String>>,
    /// The number of items of a page.
    #[serde(default, skip_serializing_if = "is_default")]
    pub size: Option<PageSize>,
    /// The response headers with numbers.
    #[serde(default, skip_serializing_if = "is_default")]
    pub headers: PageHeaders,
}

/// What selects a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PagingKind {
    /// The value at this path of the response.
    Cursor(Vec<String>),
    /// The property at this path of the last item.
    LastItem(Vec<String>),
    /// The number of the page; the first has this one.
    Number(u32),
    /// The position of the first item; that of the list has this one.
    Offset(u32),
    /// The header `Link`.
    Link,
    /// The URL at this path of the response.
    Url(Vec<String>),
}

/// The parameter with the number of items of a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PageSize {
    /// Its name.
    pub parameter: String,
    /// Its default; 0 if it is unknown.
    #[serde(default, skip_serializing_if = "is_default")]
    pub default: u32,
    /// Its maximum; 0 if it is unknown.
    #[serde(default, skip_serializing_if = "is_default")]
    pub maximum: u32,
}

/// The names of the response headers with numbers of pages and items.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PageHeaders {
    /// The number of the next page; empty on the last one.
    #[serde(skip_serializing_if = "is_default")]
    pub next: Option<String>,
    /// The number of the page.
    #[serde(skip_serializing_if = "is_default")]
    pub current: Option<String>,
    /// The number of all pages.
    #[serde(skip_serializing_if = "is_default")]
    pub pages: Option<String>,
    /// The number of all items.
    #[serde(skip_serializing_if = "is_default")]
    pub total: Option<String>,
}
