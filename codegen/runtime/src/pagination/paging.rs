//! How the next page of a list is requested, as constant data of an operation.

/// The names of fields that lead to a value in a response body, from the outside in.
pub(crate) type Path = &'static [&'static str];

/// How the next page of a list is requested, if not by the cursors of [`PageInfo`](crate::PageInfo).
#[derive(Clone, Copy, Debug)]
pub struct Paging {
    pub(crate) kind: PagingKind,
    /// The parameter of the request that selects the page; empty where a page is selected by its URL.
    pub(crate) parameter: &'static str,
    /// Whether the parameter is a field of the request body instead of the query.
    pub(crate) is_in_body: bool,
    /// Where the response says whether there are more pages.
    pub(crate) more: Option<Path>,
    /// Where the response says whether this is the last page.
    pub(crate) last: Option<Path>,
    /// Where the response has the number of all items.
    pub(crate) total: Option<Path>,
    /// Where the response has the number of all pages.
    pub(crate) pages: Option<Path>,
    /// Where the response has the number of the page.
    pub(crate) current: Option<Path>,
    pub(crate) size: PageSize,
    pub(crate) headers: PageHeaders,
}

/// The response headers with numbers, if the response has them there instead of in its body.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PageHeaders {
    /// The number of the next page; empty or absent on the last one.
    pub(crate) next: Option<&'static str>,
    /// The number of the page.
    pub(crate) current: Option<&'static str>,
    /// The number of all pages.
    pub(crate) pages: Option<&'static str>,
    /// The number of all items.
    pub(crate) total: Option<&'static str>,
}

/// What selects a page.
#[derive(Clone, Copy, Debug)]
pub(crate) enum PagingKind {
    /// A value of the response.
    Cursor(Path),
    /// A field of the last item of the page before.
    LastItem(Path),
    /// The number of the page; the first has this one.
    Number(u32),
    /// The position of the first item; that of the list has this one.
    Offset(u32),
    /// The URL in the header `Link` (RFC 8288).
    Link,
    /// A URL of the response.
    Url(Path),
}

/// The number of items of a page.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PageSize {
    /// The parameter of the request.
    pub(crate) parameter: Option<&'static str>,
    /// The size if the parameter is not set; 0 if it is unknown.
    pub(crate) default: u32,
    /// The largest size; 0 if it is unknown.
    pub(crate) maximum: u32,
}

impl Paging {
    const fn new(kind: PagingKind, parameter: &'static str) -> Self {
        let size = PageSize { parameter: None, default: 0, maximum: 0 };
        Self {
            kind,
            parameter,
            is_in_body: false,
            more: None,
            last: None,
            total: None,
            pages: None,
            current: None,
            size,
            headers: PageHeaders { next: None, current: None, pages: None, total: None },
        }
    }

    /// The parameter is set to a value of the response.
    pub const fn cursor(parameter: &'static str, value: Path) -> Self {
        Self::new(PagingKind::Cursor(value), parameter)
    }

    /// The parameter is set to a field of the last item.
    pub const fn last_item(parameter: &'static str, field: Path) -> Self {
        Self::new(PagingKind::LastItem(field), parameter)
    }

    /// The parameter is the number of the page, which is `first` for the first one.
    pub const fn number(parameter: &'static str, first: u32) -> Self {
        Self::new(PagingKind::Number(first), parameter)
    }

    /// The parameter is the position of the first item, which is `first` for the first one of the list.
    pub const fn offset(parameter: &'static str, first: u32) -> Self {
        Self::new(PagingKind::Offset(first), parameter)
    }

    /// The header `Link` of the response has the URL of the next page.
    pub const fn link() -> Self {
        Self::new(PagingKind::Link, "")
    }

    /// A value of the response is the URL of the next page.
    pub const fn url(value: Path) -> Self {
        Self::new(PagingKind::Url(value), "")
    }

    /// The parameter is a field of the request body.
    #[must_use]
    pub const fn in_body(mut self) -> Self {
        self.is_in_body = true;
        self
    }

    /// Where the response says whether there are more pages.
    #[must_use]
    pub const fn more(mut self, path: Path) -> Self {
        self.more = Some(path);
        self
    }

    /// Where the response says whether this is the last page.
    #[must_use]
    pub const fn last(mut self, path: Path) -> Self {
        self.last = Some(path);
        self
    }

    /// Where the response has the number of all items.
    #[must_use]
    pub const fn total(mut self, path: Path) -> Self {
        self.total = Some(path);
        self
    }

    /// Where the response has the number of all pages.
    #[must_use]
    pub const fn pages(mut self, path: Path) -> Self {
        self.pages = Some(path);
        self
    }

    /// Where the response has the number of the page, which tells whether the first one is 0 or 1.
    #[must_use]
    pub const fn current(mut self, path: Path) -> Self {
        self.current = Some(path);
        self
    }

    /// The parameter with the number of items of a page, its default and its maximum; 0 for one that is unknown.
    #[must_use]
    pub const fn size(mut self, parameter: &'static str, default: u32, maximum: u32) -> Self {
        self.size = PageSize { parameter: Some(parameter), default, maximum };
        self
    }

    /// The response header with the number of the next page, which is empty or absent on the last one.
    #[must_use]
    pub const fn next_header(mut self, name: &'static str) -> Self {
        self.headers.next = Some(name);
        self
    }

    /// The response header with the number of the page.
    #[must_use]
    pub const fn current_header(mut self, name: &'static str) -> Self {
        self.headers.current = Some(name);
        self
    }

    /// The response header with the number of all pages.
    #[must_use]
    pub const fn pages_header(mut self, name: &'static str) -> Self {
        self.headers.pages = Some(name);
        self
    }

    /// The response header with the number of all items.
    #[must_use]
    pub const fn total_header(mut self, name: &'static str) -> Self {
        self.headers.total = Some(name);
        self
    }
}
