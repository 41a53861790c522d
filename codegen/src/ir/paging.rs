//! How the next page of a list is requested.

/// The names of properties that lead to a value, from the outside in.
pub type Path = Vec<String>;

/// How the next page of a list is requested.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paging {
    /// What selects a page.
    pub kind: PagingKind,
    /// The parameter that selects the page; empty where its URL does.
    pub parameter: String,
    /// Whether the parameter is a property of the request body instead of the query.
    pub in_body: bool,
    /// Where the response says whether there are more pages.
    pub more: Option<Path>,
    /// Where the response says whether this is the last page.
    pub last: Option<Path>,
    /// Where the response has the number of all items.
    pub total: Option<Path>,
    /// Where the response has the number of all pages.
    pub pages: Option<Path>,
    /// Where the response has the number of the page.
    pub current: Option<Path>,
    /// The number of items of a page.
    pub size: Option<PageSize>,
    /// The response headers with numbers.
    pub headers: PageHeaders,
}

/// The names of the response headers with numbers of pages and items.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageHeaders {
    /// The number of the next page; empty or absent on the last one.
    pub next: Option<String>,
    /// The number of the page.
    pub current: Option<String>,
    /// The number of all pages.
    pub pages: Option<String>,
    /// The number of all items.
    pub total: Option<String>,
}

/// What selects a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PagingKind {
    /// A value of the response.
    Cursor(Path),
    /// A property of the last item of the page before.
    LastItem(Path),
    /// The number of the page; the first has this one.
    Number(u32),
    /// The position of the first item; that of the list has this one.
    Offset(u32),
    /// The URL in the header `Link`.
    Link,
    /// A URL of the response.
    Url(Path),
}

/// The parameter with the number of items of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageSize {
    /// Its name.
    pub parameter: String,
    /// Its default; 0 if it is unknown.
    pub default: u32,
    /// Its maximum; 0 if it is unknown.
    pub maximum: u32,
}
