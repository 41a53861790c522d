//! Recognizes how the next page of a list is requested, by the shapes that are usual: no name of an API is known here.

use super::encoding::is_token;
use super::page_members::{Member, Members, normalize};
use crate::config::{PageRule, PageStyle};
use crate::ir::{Field, PageHeaders, PageSize, Paging, PagingKind, TypeRef};

/// The properties with the cursor of the next page, the most telling first.
const CURSOR_VALUES: [&str; 25] = [
    "nextcursor",
    "cursornext",
    "nextpagetoken",
    "nexttoken",
    "nextpagecursor",
    "nextcontinuationtoken",
    "nextmarker",
    "nextkey",
    "nextid",
    "nextafter",
    "nextoffset",
    "nextpage",
    "endcursor",
    "aftercursor",
    "lastid",
    "lastkey",
    "lastevaluatedkey",
    "continuationtoken",
    "continuation",
    "scrollid",
    "bookmark",
    "cursor",
    "pagetoken",
    "after",
    "next",
];

/// The parameters that take a cursor under any of these names.
const CURSOR_PARAMETERS: [&str; 21] = [
    "cursor",
    "pagecursor",
    "nextcursor",
    "startcursor",
    "aftercursor",
    "after",
    "pageafter",
    "startafter",
    "startingafter",
    "afterid",
    "pagetoken",
    "nextpagetoken",
    "nexttoken",
    "continuationtoken",
    "continuation",
    "marker",
    "startkey",
    "exclusivestartkey",
    "scrollid",
    "bookmark",
    "nextpage",
];

/// The properties with the URL of the next page.
const URLS: [&str; 11] = [
    "nexturl",
    "nexturi",
    "nextlink",
    "nexthref",
    "nextpageurl",
    "nextpageuri",
    "nextpagelink",
    "odatanextlink",
    "nextrecordsurl",
    "nextrecordsuri",
    "next",
];

const LAST_ITEMS: [&str; 6] =
    ["startingafter", "startafter", "after", "afterid", "lastid", "startingafterid"];
const NUMBERS: [&str; 8] =
    ["page", "pagenumber", "pagenum", "pageno", "pageindex", "currentpage", "p", "pageid"];
const OFFSETS: [&str; 8] =
    ["offset", "skip", "start", "startat", "startindex", "pageoffset", "startfrom", "from"];
const SIZES: [&str; 14] = [
    "perpage",
    "pagesize",
    "limit",
    "size",
    "count",
    "pagelimit",
    "maxresults",
    "itemsperpage",
    "pagecount",
    "top",
    "take",
    "first",
    "rows",
    "max",
];
const MORE: [&str; 10] = [
    "hasmore",
    "hasnext",
    "hasnextpage",
    "hasmorepages",
    "hasmoreitems",
    "hasmoreresults",
    "more",
    "moreavailable",
    "morepages",
    "istruncated",
];
const LAST: [&str; 5] = ["last", "islast", "islastpage", "lastpage", "done"];
const TOTALS: [&str; 9] = [
    "total",
    "totalcount",
    "totalresults",
    "totalitems",
    "totalrecords",
    "totalelements",
    "totalsize",
    "totalrows",
    "totalentries",
];
/// The properties with the number of the page.
const NUMBERS_OF_PAGES: [&str; 7] =
    ["page", "number", "pagenumber", "currentpage", "pageindex", "pageno", "pagenum"];
const PAGES: [&str; 8] =
    ["totalpages", "pagecount", "pages", "lastpage", "numpages", "pagestotal", "totalpagecount", "maxpage"];

/// The response headers with the number of the next page, of the page, of all pages and of all items.
const NEXT_HEADERS: [&str; 4] = ["xnextpage", "nextpage", "xpaginationnextpage", "paginationnextpage"];
const CURRENT_HEADERS: [&str; 6] =
    ["xpage", "xcurrentpage", "xpagenumber", "xpaginationpage", "xpaginationcurrentpage", "paginationpage"];
const PAGES_HEADERS: [&str; 8] = [
    "xtotalpages",
    "totalpages",
    "xpagecount",
    "xpagestotal",
    "xpaginationtotalpages",
    "xpaginationpagecount",
    "paginationpagecount",
    "paginationtotalpages",
];
const TOTAL_HEADERS: [&str; 8] = [
    "xtotal",
    "xtotalcount",
    "totalcount",
    "xtotalitems",
    "xpaginationtotal",
    "xpaginationtotalcount",
    "paginationcount",
    "paginationtotalcount",
];

/// What the document says about the pages of an operation.
pub(super) struct PagingSource<'a> {
    /// Whether the operation reads by its method.
    pub(super) is_read: bool,
    /// Whether its body may say what it searches for.
    pub(super) is_search: bool,
    pub(super) query: Vec<&'a Field>,
    pub(super) body: Vec<&'a Field>,
    pub(super) members: Members,
    pub(super) item_has_id: bool,
    /// The headers that the response documents.
    pub(super) headers: Vec<&'a str>,
}

/// How the next page is requested, if the document has one of the usual shapes.
pub(super) fn detect_paging(source: &PagingSource<'_>) -> Option<Paging> {
    if !source.is_read && !source.is_search {
        return None;
    }
    source
        .cursor()
        .or_else(|| source.url())
        .or_else(|| source.last_item())
        .or_else(|| source.link())
        .or_else(|| source.number())
        .or_else(|| source.offset())
}

impl PagingSource<'_> {
    fn paging(&self, kind: PagingKind, parameter: &str, in_body: bool) -> Paging {
        Paging {
            kind,
            parameter: parameter.to_owned(),
            in_body,
            more: self.members.flag(&MORE),
            last: self.members.flag(&LAST),
            total: None,
            pages: None,
            current: None,
            size: None,
            headers: PageHeaders::default(),
        }
    }

    /// The first parameter that fits, in the query or else in the body.
    fn parameter(&self, fits: impl Fn(&Field, &str) -> bool) -> Option<(&Field, bool)> {
        let find =
            |fields: &[&'_ Field]| fields.iter().position(|field| fits(field, &normalize(&field.name)));
        let in_query = find(&self.query).and_then(|at| self.query.get(at)).map(|field| (*field, false));
        in_query.or_else(|| find(&self.body).and_then(|at| self.body.get(at)).map(|field| (*field, true)))
    }

    fn cursor(&self) -> Option<Paging> {
        let values = CURSOR_VALUES.iter().flat_map(|name| {
            let members = self.members.0.iter();
            members.filter(move |member| {
                member.name() == *name && !member.is_about_another() && !member.is_link()
            })
        });
        let airtable = self.members.0.iter().filter(|member| member.name() == "offset" && member.is_text());
        let mut found = values.chain(airtable).filter_map(|member| {
            let (field, in_body) = self.cursor_parameter(member)?;
            Some(self.paging(PagingKind::Cursor(member.path.clone()), &field.name, in_body))
        });
        found.next()
    }

    /// The parameter that takes a cursor: one of its name, or one that takes any cursor.
    fn cursor_parameter(&self, member: &Member) -> Option<(&Field, bool)> {
        let is_number = matches!(member.ty, TypeRef::Integer | TypeRef::Unsigned);
        if member.is_url || !(member.is_text() || is_number) {
            return None;
        }
        let name = member.name();
        let core = name.strip_prefix("next").filter(|core| !core.is_empty()).unwrap_or(name);
        let is_same = |_: &Field, other: &str| other == name || other == core;
        // A number that is not called after its parameter counts something.
        let is_any = |_: &Field, other: &str| CURSOR_PARAMETERS.contains(&other);
        self.parameter(is_same)
            .or_else(|| (!is_number || name.ends_with("cursor")).then(|| self.parameter(is_any))?)
    }

    fn url(&self) -> Option<Paging> {
        let is_url = |member: &&Member| {
            let is_named = match member.names.as_slice() {
                [.., next, href] if next == "next" => href == "href" || href == "url" || href == "link",
                [.., next] if next == "nextpage" => member.is_url,
                _ => URLS.contains(&member.name()),
            };
            is_named && member.is_text() && !member.is_about_another()
        };
        let member = self.members.0.iter().find(is_url).filter(|_| self.is_read)?;
        Some(self.paging(PagingKind::Url(member.path.clone()), "", false))
    }

    fn last_item(&self) -> Option<Paging> {
        let (field, in_body) = self.parameter(|_, name| LAST_ITEMS.contains(&name))?;
        let paging = self.paging(PagingKind::LastItem(vec!["id".to_owned()]), &field.name, in_body);
        (self.item_has_id && (paging.more.is_some() || paging.last.is_some())).then_some(paging)
    }

    fn link(&self) -> Option<Paging> {
        let has_link = self.headers.iter().any(|name| name.eq_ignore_ascii_case("link"));
        (has_link && self.is_read).then(|| self.paging(PagingKind::Link, "", false))
    }

    fn number(&self) -> Option<Paging> {
        let (field, in_body) = self.parameter(|field, name| is_number(field) && NUMBERS.contains(&name))?;
        let paging = self.paging(PagingKind::Number(first_of(field, 1)), &field.name, in_body);
        self.counted(paging, field)
    }

    fn offset(&self) -> Option<Paging> {
        let (field, in_body) = self.parameter(|field, name| is_number(field) && OFFSETS.contains(&name))?;
        // The first index of SCIM (RFC 7644, section 3.4.2.4) is 1.
        let first = u32::from(normalize(&field.name) == "startindex");
        let paging = self.paging(PagingKind::Offset(first_of(field, first)), &field.name, in_body);
        self.counted(paging, field)
    }

    /// Adds what says where the list ends; none if nothing does.
    fn counted(&self, paging: Paging, selected: &Field) -> Option<Paging> {
        let is_numbered = matches!(paging.kind, PagingKind::Number(_));
        let size = |field: &Field, name: &str| {
            is_number(field) && field.name != selected.name && SIZES.contains(&name)
        };
        let size = self.parameter(size).filter(|(_, in_body)| *in_body == paging.in_body);
        let paging = Paging {
            total: self.members.integer(&TOTALS),
            pages: self.members.integer(&PAGES),
            current: if is_numbered { self.members.integer(&NUMBERS_OF_PAGES) } else { None },
            size: size.map(|(field, _)| page_size(field)),
            headers: PageHeaders {
                next: self.header(&NEXT_HEADERS).filter(|_| is_numbered),
                current: self.header(&CURRENT_HEADERS).filter(|_| is_numbered),
                pages: self.header(&PAGES_HEADERS).filter(|_| is_numbered),
                total: self.header(&TOTAL_HEADERS),
            },
            ..paging
        };
        let ends = [&paging.more, &paging.last, &paging.total, &paging.pages];
        let headers = [&paging.headers.next, &paging.headers.pages, &paging.headers.total];
        let has_end = ends.iter().any(|end| end.is_some()) || headers.iter().any(|header| header.is_some());
        (has_end || paging.size.is_some()).then_some(paging)
    }

    /// The first header of the response that has one of these names.
    fn header(&self, names: &[&str]) -> Option<String> {
        let found = names.iter().find_map(|name| self.headers.iter().find(|other| normalize(other) == *name));
        found.map(|name| (*name).to_owned())
    }

    /// How the next page is requested by the configuration, or why that is not possible.
    pub(super) fn configured(&self, rule: &PageRule) -> Result<Paging, String> {
        let names = |path: &crate::config::PropertyPath| path.names();
        let needs_parameter = !matches!(rule.style, PageStyle::Link | PageStyle::Url);
        let found = self.parameter(|field, _| field.name == rule.parameter);
        if needs_parameter && found.is_none() {
            return Err(format!("there is no parameter `{}`", rule.parameter));
        }
        let value = || rule.value.as_ref().map(names).ok_or("`value` is missing");
        let kind = match rule.style {
            PageStyle::Cursor => PagingKind::Cursor(value()?),
            PageStyle::LastItem => {
                PagingKind::LastItem(rule.value.as_ref().map_or_else(|| vec!["id".to_owned()], names))
            }
            PageStyle::Number => PagingKind::Number(rule.first.unwrap_or(1)),
            PageStyle::Offset => PagingKind::Offset(rule.first.unwrap_or(0)),
            PageStyle::Url => PagingKind::Url(value()?),
            PageStyle::Link | PageStyle::None => PagingKind::Link,
        };
        let size = rule.size.as_ref().map(|name| {
            let size = self.parameter(|field, _| field.name == *name);
            size.map(|(field, _)| page_size(field)).ok_or_else(|| format!("there is no parameter `{name}`"))
        });
        let headers = configured_headers(rule)?;
        Ok(Paging {
            kind,
            parameter: if needs_parameter { rule.parameter.clone() } else { String::new() },
            in_body: found.is_some_and(|(_, in_body)| in_body),
            more: rule.more.as_ref().map(names),
            last: rule.last.as_ref().map(names),
            total: rule.total.as_ref().map(names),
            pages: rule.pages.as_ref().map(names),
            current: None,
            size: size.transpose()?,
            headers,
        })
    }
}

/// The headers of a rule, or why they cannot be used.
fn configured_headers(rule: &PageRule) -> Result<PageHeaders, String> {
    let PageRule { next_header, current_header, pages_header, total_header, .. } = rule;
    let of_numbers = [("next", next_header), ("current", current_header), ("pages", pages_header)];
    for (key, name) in of_numbers.into_iter().chain([("total", total_header)]) {
        let Some(name) = name else { continue };
        if !is_token(name) {
            return Err(format!("no header can be called `{}`", name.escape_debug()));
        }
        let is_used = match rule.style {
            PageStyle::Number => true,
            PageStyle::Offset => key == "total",
            _ => false,
        };
        if !is_used {
            return Err(format!("`{key}-header` has no effect with this `style`; remove it"));
        }
    }
    Ok(PageHeaders {
        next: next_header.clone(),
        current: current_header.clone(),
        pages: pages_header.clone(),
        total: total_header.clone(),
    })
}

fn is_number(field: &Field) -> bool {
    matches!(
        field.ty.split_null().0,
        TypeRef::Integer | TypeRef::Unsigned | TypeRef::Decimal | TypeRef::Float
    )
}

/// The first value of a parameter: its default, or its minimum if that is 0 or 1.
fn first_of(field: &Field, usual: u32) -> u32 {
    let default = field.details.default.as_ref().and_then(serde_json::Value::as_u64);
    let minimum = field.details.constraints.minimum.as_deref().and_then(|text| text.parse::<u64>().ok());
    let first = default.or(minimum).filter(|first| *first <= 1);
    first.and_then(|first| u32::try_from(first).ok()).unwrap_or(usual)
}

fn page_size(field: &Field) -> PageSize {
    let default = field.details.default.as_ref().and_then(serde_json::Value::as_u64);
    let maximum = field.details.constraints.maximum.as_deref().and_then(|text| text.parse::<u64>().ok());
    let number = |value: Option<u64>| value.and_then(|value| u32::try_from(value).ok()).unwrap_or(0);
    PageSize { parameter: field.name.clone(), default: number(default), maximum: number(maximum) }
}
