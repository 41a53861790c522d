//! Tokens to text: formatted item by item, under a banner, with the `use` lines that the text needs.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use syn::{Attribute, File, Item};

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::emit::Module;

/// A file to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// Its path below the crate, with `/`.
    pub path: String,
    /// Its text.
    pub contents: String,
}

/// Renders modules. A module that is no Rust is a fault of the generator, reported and not written.
pub fn render(
    modules: impl IntoIterator<Item = Module>,
    banner: &str,
    diagnostics: &mut Diagnostics,
) -> Vec<Output> {
    let mut outputs = Vec::new();
    for module in modules.into_iter().filter(|module| !module.tokens.is_empty()) {
        match syn::parse2::<File>(module.tokens) {
            Ok(file) => {
                outputs.push(Output { path: format!("src/{}", module.path), contents: text(file, banner) });
            }
            Err(error) => diagnostics.push(
                Diagnostic::error(
                    "internal",
                    format!("the generated module `{}` is no Rust: {error}", module.path),
                )
                .help("this is a fault of the generator: report it with the document that causes it"),
            ),
        }
    }
    outputs
}

fn text(file: File, banner: &str) -> String {
    let head = head(file.attrs);
    let mut items = Vec::with_capacity(file.items.len());
    for item in file.items {
        items.push(match item {
            Item::Macro(item) if item.mac.path.segments.first().is_some_and(|first| first.ident == "rt") => {
                invocation(&item)
            }
            other => apart(&filled(&print(Vec::new(), vec![other]))),
        });
    }
    let body = joined(&items);
    let mut text = format!("// {banner}\n\n{head}");
    if !head.is_empty() {
        text.push('\n');
    }
    let uses = uses(&body);
    if !uses.is_empty() {
        text.push_str(&uses);
        text.push('\n');
    }
    text.push_str(&body);
    text
}

fn print(attrs: Vec<Attribute>, items: Vec<Item>) -> String {
    prettyplease::unparse(&File { shebang: None, frontmatter: None, attrs, items })
}

/// Documentation and attributes of the module, a line each.
fn head(attrs: Vec<Attribute>) -> String {
    let (docs, others): (Vec<_>, Vec<_>) = attrs.into_iter().partition(|attr| attr.path().is_ident("doc"));
    let mut text = String::new();
    for attr in docs {
        text.push_str(print(vec![attr], Vec::new()).trim_end());
        text.push('\n');
    }
    if !text.is_empty() && !others.is_empty() {
        text.push('\n');
    }
    for attr in others {
        text.push_str(print(vec![attr], Vec::new()).trim_end());
        text.push('\n');
    }
    text
}

/// Sets the methods of an `impl` apart by a blank line.
fn apart(item: &str) -> String {
    let mut text = String::with_capacity(item.len());
    let mut after_end = false;
    for line in item.lines() {
        if after_end && line.starts_with("    ") {
            text.push('\n');
        }
        after_end = line == "    }";
        text.push_str(line);
        text.push('\n');
    }
    text
}

/// The `use` lines of what the text names by its short path.
fn uses(body: &str) -> String {
    let mut uses = String::new();
    let local: Vec<&str> = ["fields", "ids", "models"].into_iter().filter(|name| names(body, name)).collect();
    match local.as_slice() {
        [] => {}
        [only] => uses.push_str(&format!("use crate::{only};\n")),
        all => uses.push_str(&format!("use crate::{{{}}};\n", all.join(", "))),
    }
    if names(body, "rt") {
        uses.push_str("use whop_runtime::__private as rt;\n");
    }
    uses
}

/// Whether the text uses a module by its short path: `models::`, but not `crate::models::`.
fn names(body: &str, module: &str) -> bool {
    let code = body.lines().filter(|line| !line.trim_start().starts_with("//"));
    let path = format!("{module}::");
    let mut uses = code.flat_map(|line| line.match_indices(&path).map(move |(at, _)| (line, at)));
    uses.any(|(line, at)| {
        let before = line.get(..at).and_then(|before| before.chars().last());
        !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':')
    }) || (module == "rt" && body.contains("super::rt"))
}

/// Joins items by a blank line; a module and its exports stand together.
fn joined(items: &[String]) -> String {
    let mut text = String::new();
    for (index, item) in items.iter().enumerate() {
        let exports = |item: &String| last_line(item).starts_with("pub use ");
        let short = |item: &String| exports(item) || last_line(item).starts_with("mod ");
        let before = index.checked_sub(1).and_then(|before| items.get(before));
        if before.is_some_and(|before| !(short(before) && exports(item))) {
            text.push('\n');
        }
        text.push_str(item);
    }
    text
}

fn last_line(item: &str) -> &str {
    item.lines().last().unwrap_or_default()
}

/// Writes the many features of a `cfg` side by side, where prettyplease gives each a line.
fn filled(item: &str) -> String {
    let parts = item.strip_prefix("#[cfg(\n    any(\n").and_then(|rest| rest.split_once("\n    )\n)]\n"));
    let Some((features, rest)) = parts else { return item.to_owned() };
    let mut text = "#[cfg(any(\n".to_owned();
    let mut line = String::new();
    for feature in features.lines().map(str::trim) {
        if !line.is_empty() && line.len() + feature.len() > 100 {
            text.push_str(&format!("    {}\n", line.trim_end()));
            line.clear();
        }
        line.push_str(feature);
        line.push(' ');
    }
    text.push_str(&format!("    {}\n))]\n{rest}", line.trim_end()));
    text
}

/// The invocation of a macro of the runtime, one entry on a line.
fn invocation(item: &syn::ItemMacro) -> String {
    let path: Vec<String> = item.mac.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
    let name = path.join("::");
    let tokens: Vec<TokenTree> = item.mac.tokens.clone().into_iter().collect();
    let (TokenTree::Group(group), before) = (match tokens.split_last() {
        Some((last, before)) => (last.clone(), before),
        None => return format!("{name}!();\n"),
    }) else {
        return simple(&name, &tokens);
    };
    if group.delimiter() != Delimiter::Brace {
        return simple(&name, &tokens);
    }
    let head: TokenStream = before.iter().cloned().collect();
    let mut text = format!("{name}!({} {{\n", line(head));
    for entry in entries(group.stream()) {
        text.push_str(&format!("    {},\n", line(entry)));
    }
    text.push_str("});\n");
    text
}

/// An invocation without a list, or with one that has no name before it.
fn simple(name: &str, tokens: &[TokenTree]) -> String {
    let stream: TokenStream = tokens.iter().cloned().collect();
    let docs = documented(tokens);
    if let Some((docs, rest)) = docs {
        let docs: String = docs.iter().map(|doc| format!("    ///{doc}\n")).collect();
        return format!("{name}! {{\n{docs}    {}\n}}\n", line(rest));
    }
    let short = format!("{name}!({});\n", line(stream.clone()));
    if short.len() <= 110 {
        return short;
    }
    let parts: Vec<String> = entries(stream).into_iter().map(line).collect();
    match parts.as_slice() {
        [only] => format!("{name}!(\n    {only}\n);\n"),
        all => format!("{name}! {{\n    {},\n}}\n", all.join(",\n    ")),
    }
}

/// Documentation lines at the head of an invocation.
fn documented(tokens: &[TokenTree]) -> Option<(Vec<String>, TokenStream)> {
    let mut docs = Vec::new();
    let mut rest = tokens;
    while let [TokenTree::Punct(hash), TokenTree::Group(group), tail @ ..] = rest {
        if hash.as_char() != '#' {
            break;
        }
        let attribute: Vec<TokenTree> = group.stream().into_iter().collect();
        let [_, _, TokenTree::Literal(literal)] = attribute.as_slice() else { break };
        docs.push(syn::parse_str::<syn::LitStr>(&literal.to_string()).ok()?.value());
        rest = tail;
    }
    (!docs.is_empty()).then(|| (docs, rest.iter().cloned().collect()))
}

/// The parts between the commas of a list.
fn entries(stream: TokenStream) -> Vec<TokenStream> {
    let mut entries = vec![Vec::new()];
    for token in stream {
        match &token {
            TokenTree::Punct(punct) if punct.as_char() == ',' => entries.push(Vec::new()),
            _ => {
                if let Some(entry) = entries.last_mut() {
                    entry.push(token);
                }
            }
        }
    }
    entries.into_iter().filter(|entry| !entry.is_empty()).map(|entry| entry.into_iter().collect()).collect()
}

/// Tokens on one line, spaced as a person would.
fn line(stream: TokenStream) -> String {
    let mut text = String::new();
    let mut glue = true;
    for token in stream {
        match &token {
            TokenTree::Punct(punct) => {
                let c = punct.as_char();
                let tight = matches!(c, ',' | ':' | '<' | '>' | ';' | '!' | '&' | '\'');
                if !glue && !tight {
                    text.push(' ');
                }
                text.push(c);
                let path = c == ':' && (text.ends_with("::") || punct.spacing() == Spacing::Joint);
                glue = path || matches!(c, '<' | '&' | '!' | '\'') || punct.spacing() == Spacing::Joint;
            }
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::Brace => ("{ ", " }"),
                    Delimiter::None => ("", ""),
                };
                if !glue && group.delimiter() != Delimiter::Parenthesis {
                    text.push(' ');
                }
                text.push_str(open);
                text.push_str(&line(group.stream()));
                text.push_str(close);
                glue = false;
            }
            other => {
                if !glue {
                    text.push(' ');
                }
                text.push_str(&other.to_string());
                glue = false;
            }
        }
    }
    text
}
