//! The interface of page information, and its implementation for generated structs.

use crate::json::Decode;

/// The names of the fields of a page, and of the query parameters of list operations.
#[derive(Clone, Copy, Debug)]
pub struct PageNames {
    /// The field with the items.
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

/// The cursors of a page, and whether there are pages before and after it.
pub trait PageInfo: Decode + Send + 'static {
    /// The names that this API uses.
    const NAMES: PageNames = PageNames::DEFAULT;

    /// Whether there is a page after this one.
    fn has_next_page(&self) -> bool;
    /// Whether there is a page before this one.
    fn has_previous_page(&self) -> bool;
    /// The cursor of the last item.
    fn end_cursor(&self) -> Option<&str>;
    /// The cursor of the first item.
    fn start_cursor(&self) -> Option<&str>;
}

/// Implements [`PageInfo`](crate::PageInfo) for a generated struct: for each method, a field and how to read it.
#[doc(hidden)]
#[macro_export]
macro_rules! __page_info {
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
