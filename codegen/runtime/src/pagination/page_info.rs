//! The interface of page information, and its implementation for generated structs.

use serde::Deserializer;

use crate::json::{Choose, Decode, RawText, decode_variant, fill_with, from_str};

/// The names of the fields of a page, and of the query parameters of list operations.
#[derive(Clone, Copy, Debug)]
pub struct PageNames {
    /// The field with the items. Like that with the cursors, it has no character that JSON escapes.
    pub data: &'static str,
    /// The field with the cursors.
    pub page_info: &'static str,
    /// The query parameter with the cursor after which the page starts.
    pub after: &'static str,
    /// The query parameter with the cursor before which the page ends.
    pub before: &'static str,
    /// The query parameter with the number of items when paging forward.
    pub first: &'static str,
    /// The query parameter with the number of items when paging backward.
    pub last: &'static str,
}

impl PageNames {
    /// The parameters of the GraphQL Cursor Connections Specification, and usual names for the fields.
    pub const DEFAULT: Self = Self {
        data: "data",
        page_info: "page_info",
        after: "after",
        before: "before",
        first: "first",
        last: "last",
    };
}

/// The cursors of a page, and whether there are pages before and after it; or what a page has beside its items, where the
/// operation says how the next page is requested.
pub trait PageInfo: Decode + Send + 'static {
    /// The names that this API uses.
    const NAMES: PageNames = PageNames::DEFAULT;
    /// Where the items are in the body, if the page information is the object around them instead of a field beside them. The
    /// operation then says how the next page is requested.
    const LIST: Option<&'static [&'static str]> = None;

    /// Whether there is a page after this one.
    fn has_next_page(&self) -> bool {
        false
    }
    /// Whether there is a page before this one.
    fn has_previous_page(&self) -> bool {
        false
    }
    /// The cursor of the last item.
    fn end_cursor(&self) -> Option<&str> {
        None
    }
    /// The cursor of the first item.
    fn start_cursor(&self) -> Option<&str> {
        None
    }
}

/// A page whose body is the list of items has no page information.
impl PageInfo for () {
    const LIST: Option<&'static [&'static str]> = Some(&[]);
}

/// The page information as it is received. It may lack a flag if it lacks the cursor that the flag is about: there is then no
/// page in that direction.
pub(super) struct ReceivedInfo<I>(pub(super) I);

impl<I: PageInfo> Decode for ReceivedInfo<I> {
    fn blank() -> Self {
        Self(I::blank())
    }

    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = RawText::decode(deserializer)?.0;
        match decode_variant::<I, D::Error>(&text) {
            Ok(info) => Ok(Self(info)),
            Err(error) => fill_flags(&text).map(Self).ok_or(error),
        }
    }
}

/// Decodes page information with `false` for the flags that it lacks; `None` if a page may exist that they would deny.
#[cold]
fn fill_flags<I: PageInfo>(text: &str) -> Option<I> {
    let fill = |choose: Choose| {
        let error = from_str::<I>(text).err()?;
        fill_with::<I>(text, error, choose).ok().map(|filled| filled.value)
    };
    let info = fill(|expected, is_null| (is_null && expected == "a boolean").then_some("false"))?;
    // The flags that are missing are those that differ here.
    let other = fill(|expected, is_null| (is_null && expected == "a boolean").then_some("true"))?;
    let has_next = other.has_next_page() && !info.has_next_page() && has_text(info.end_cursor());
    let has_previous =
        other.has_previous_page() && !info.has_previous_page() && has_text(info.start_cursor());
    (!has_next && !has_previous).then_some(info)
}

fn has_text(cursor: Option<&str>) -> bool {
    cursor.is_some_and(|cursor| !cursor.is_empty())
}

/// Implements [`PageInfo`](crate::PageInfo) for a generated struct: for each method, a field and how to read it; or the path to
/// the items of which the struct has the rest.
#[doc(hidden)]
#[macro_export]
macro_rules! __page_info {
    ($name:ty: $($list:literal).+) => {
        impl $crate::PageInfo for $name {
            const LIST: ::core::option::Option<&'static [&'static str]> =
                ::core::option::Option::Some(&[$($list),+]);
        }
    };
    ($name:ty { $($method:ident: $field:ident $kind:ident),* $(,)? }) => {
        impl $crate::PageInfo for $name {
            $($crate::__page_info_method!($method $field $kind);)*
        }
    };
}

/// Implements one method of [`PageInfo`](crate::PageInfo).
#[doc(hidden)]
#[macro_export]
macro_rules! __page_info_method {
    ($method:ident $field:ident flag) => {
        #[inline]
        fn $method(&self) -> bool {
            self.$field
        }
    };
    ($method:ident $field:ident optional_flag) => {
        #[inline]
        fn $method(&self) -> bool {
            self.$field.unwrap_or_default()
        }
    };
    ($method:ident $field:ident absent_flag) => {
        #[inline]
        fn $method(&self) -> bool {
            false
        }
    };
    ($method:ident $field:ident absent_text) => {
        #[inline]
        fn $method(&self) -> ::core::option::Option<&str> {
            ::core::option::Option::None
        }
    };
    ($method:ident $field:ident text) => {
        #[inline]
        fn $method(&self) -> ::core::option::Option<&str> {
            ::core::option::Option::Some(self.$field.as_ref())
        }
    };
    ($method:ident $field:ident optional_text) => {
        #[inline]
        fn $method(&self) -> ::core::option::Option<&str> {
            self.$field.as_deref()
        }
    };
    ($method:ident $field:ident nullable_text) => {
        #[inline]
        fn $method(&self) -> ::core::option::Option<&str> {
            self.$field.as_ref()?.as_deref()
        }
    };
}

#[cfg(test)]
mod tests {
    use super::{PageInfo, ReceivedInfo};
    use crate::json::{ExtraFields, from_str};

    #[derive(Debug)]
    struct Cursors {
        start_cursor: Option<String>,
        end_cursor: Option<String>,
        has_next_page: bool,
        has_previous_page: bool,
        extra_fields: ExtraFields,
    }
    crate::__model!(Cursors {
        start_cursor: expected("start_cursor"),
        end_cursor: optional("end_cursor"),
        has_next_page: required("has_next_page"),
        has_previous_page: required("has_previous_page"),
    });
    crate::__page_info!(Cursors {
        has_next_page: has_next_page flag,
        has_previous_page: has_previous_page flag,
        end_cursor: end_cursor optional_text,
        start_cursor: start_cursor optional_text,
    });

    #[test]
    fn no_list_ends_short() {
        let (flags, cursors) = (["", "null", "true", "false"], ["", "null", "\"\"", "\"x\""]);
        for (next, previous) in flags.iter().flat_map(|next| flags.map(|previous| (*next, previous))) {
            for (end, start) in cursors.iter().flat_map(|end| cursors.map(|start| (*end, start))) {
                let fields = [
                    ("has_next_page", next),
                    ("has_previous_page", previous),
                    ("end_cursor", end),
                    ("start_cursor", start),
                ];
                let fields = fields.iter().filter(|(_, value)| !value.is_empty());
                let fields: Vec<_> = fields.map(|(name, value)| format!("\"{name}\":{value}")).collect();
                let text = format!("{{{}}}", fields.join(","));
                let is_open = |flag: &str, cursor: &str| ["", "null"].contains(&flag) && cursor == "\"x\"";
                match from_str::<ReceivedInfo<Cursors>>(&text) {
                    Ok(ReceivedInfo(info)) => {
                        assert!(!is_open(next, end) && !is_open(previous, start), "{text}");
                        assert_eq!(info.has_next_page(), next == "true", "{text}");
                        assert_eq!(info.has_previous_page(), previous == "true", "{text}");
                        assert_eq!(info.end_cursor(), end.strip_prefix('"').map(|end| end.trim_matches('"')));
                        assert!(info.extra_fields.is_empty());
                    }
                    Err(error) => {
                        assert!(is_open(next, end) || is_open(previous, start), "{text}: {error}");
                    }
                }
            }
        }
    }
}
