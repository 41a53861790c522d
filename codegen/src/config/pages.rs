//! The pages of lists.

use std::collections::BTreeMap;

use serde::Deserialize;

/// The property names of a page, and how the pages of operations are requested whose document does not tell.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Pages {
    /// The list of items.
    pub data: String,
    /// The object with the cursors.
    pub info: String,
    /// The smallest number of items that a request may ask for, if the document states none. The mock server refuses a smaller
    /// one.
    pub min_size: u32,
    /// How pages are requested, by the `operationId`, or a pattern with `*`; it replaces what the generator recognizes.
    pub operations: BTreeMap<String, PageRule>,
}

impl Default for Pages {
    fn default() -> Self {
        Self {
            data: "data".to_owned(),
            info: "page_info".to_owned(),
            min_size: 0,
            operations: BTreeMap::new(),
        }
    }
}

/// How the pages of an operation are requested.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PageRule {
    /// What selects a page.
    pub style: PageStyle,
    /// The parameter that selects the page, in the query or in the body. Not for `link`, `url` and `none`.
    #[serde(default)]
    pub parameter: String,
    /// The list of items in the response; by default the one that the generator recognizes. Empty for a response that is a list.
    #[serde(default)]
    pub items: Option<PropertyPath>,
    /// The value in the response for `cursor` and `url`; the property of an item for `last-item`, by default `id`.
    #[serde(default)]
    pub value: Option<PropertyPath>,
    /// The flag in the response that is true if there are more pages.
    #[serde(default)]
    pub more: Option<PropertyPath>,
    /// The flag in the response that is true on the last page.
    #[serde(default)]
    pub last: Option<PropertyPath>,
    /// The number of all items in the response.
    #[serde(default)]
    pub total: Option<PropertyPath>,
    /// The number of all pages in the response.
    #[serde(default)]
    pub pages: Option<PropertyPath>,
    /// The response header with the number of the next page, for `number`: it is empty or absent on the last page.
    #[serde(default)]
    pub next_header: Option<String>,
    /// The response header with the number of the page, for `number`.
    #[serde(default)]
    pub current_header: Option<String>,
    /// The response header with the number of all pages, for `number`.
    #[serde(default)]
    pub pages_header: Option<String>,
    /// The response header with the number of all items, for `number` and `offset`.
    #[serde(default)]
    pub total_header: Option<String>,
    /// The parameter with the number of items of a page.
    #[serde(default)]
    pub size: Option<String>,
    /// The number of the first page, by default 1, or the position of the first item, by default 0.
    #[serde(default)]
    pub first: Option<u32>,
}

/// What selects a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PageStyle {
    /// A parameter that is set to a value of the response.
    Cursor,
    /// A parameter that is set to a property of the last item.
    LastItem,
    /// A parameter with the number of the page.
    Number,
    /// A parameter with the position of the first item.
    Offset,
    /// The header `Link` of the response.
    Link,
    /// A URL in the response.
    Url,
    /// Nothing: the response is not a page.
    None,
}

/// The names of properties from the outside in: a list, or a text in which dots separate them.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum PropertyPath {
    /// Names separated by dots.
    Text(String),
    /// Names.
    List(Vec<String>),
}

impl PropertyPath {
    /// The names.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        match self {
            Self::Text(text) => text.split('.').filter(|name| !name.is_empty()).map(str::to_owned).collect(),
            Self::List(names) => names.clone(),
        }
    }
}
