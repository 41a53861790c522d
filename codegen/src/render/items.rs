//! Formats items: prettyplease prints each one; blank lines between items and between methods, and the invocations of
//! macros, which prettyplease does not format, are added here.

use quote::ToTokens;
use syn::{ImplItem, ImplItemFn, Item, ItemFn, ItemImpl, ItemMod};

use super::{invocation, pretty};

const INDENT: &str = "    ";

/// Formats items with a blank line between them. Declarations of modules stay together, and so do imports.
pub(super) fn format_items(items: Vec<Item>) -> String {
    let mut text = String::new();
    let mut previous = None;
    for item in items {
        let kind = ItemKind::from(&item);
        if previous.is_some_and(|previous| previous != kind || kind == ItemKind::Other) {
            text.push('\n');
        }
        text.push_str(&format_item(item));
        previous = Some(kind);
    }
    text
}

/// What decides whether two neighbours are set apart by a blank line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ItemKind {
    Module,
    Import,
    Other,
}

impl From<&Item> for ItemKind {
    fn from(item: &Item) -> Self {
        match item {
            Item::Mod(module) if module.content.is_none() => Self::Module,
            Item::Use(_) => Self::Import,
            _ => Self::Other,
        }
    }
}

fn format_item(item: Item) -> String {
    match item {
        // A definition by `macro_rules!` has a name; an invocation has none.
        Item::Macro(item) => {
            let attributes = item.attrs.iter().map(ToTokens::to_token_stream).collect();
            let code = match &item.ident {
                Some(name) => invocation::format_definition(name, &item.mac),
                None => invocation::format_invocation(&item.mac),
            };
            invocation::format_attributes(attributes) + &code
        }
        Item::Impl(item) => format_impl(item),
        Item::Mod(item) if item.content.is_some() => format_module(item),
        other => pretty(Vec::new(), vec![other]),
    }
}

fn format_impl(mut item: ItemImpl) -> String {
    let members = std::mem::take(&mut item.items);
    let mut body = String::new();
    let mut previous_function = None;
    for member in members {
        let function = matches!(member, ImplItem::Fn(_));
        if previous_function.is_some_and(|previous| previous || function) {
            body.push('\n');
        }
        body.push_str(&format_member(member));
        previous_function = Some(function);
    }
    with_body(pretty(Vec::new(), vec![Item::Impl(item)]), &body)
}

/// An inline module.
fn format_module(mut item: ItemMod) -> String {
    let items = item.content.as_mut().map(|(_, items)| std::mem::take(items)).unwrap_or_default();
    let body = format_items(items);
    with_body(pretty(Vec::new(), vec![Item::Mod(item)]), &body)
}

/// Formats a member of an `impl` as the free item that it looks like.
fn format_member(member: ImplItem) -> String {
    let item = match member {
        ImplItem::Fn(ImplItemFn { attrs, vis, modifiers, sig, block }) => {
            Item::Fn(ItemFn { attrs, vis, modifiers, sig, block: Box::new(block) })
        }
        other => {
            let tokens = other.into_token_stream();
            syn::parse2(tokens.clone()).unwrap_or(Item::Verbatim(tokens))
        }
    };
    pretty(Vec::new(), vec![item])
}

/// Puts a body between the braces of an item that was printed without one.
fn with_body(empty: String, body: &str) -> String {
    let head = empty.trim_end().trim_end_matches('}');
    if body.is_empty() {
        return empty;
    }
    let mut text = format!("{head}\n");
    for line in body.lines() {
        if !line.is_empty() {
            text.push_str(INDENT);
            text.push_str(line);
        }
        text.push('\n');
    }
    text.push_str("}\n");
    text
}
