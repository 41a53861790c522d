//! Formats invocations of macros, whose contents are not Rust to prettyplease.
//!
//! Only white space is chosen here: every token of the invocation is printed, in its order, and none is added. Lists
//! have an entry on each line, and what does not fit the width is broken between words.

use proc_macro2::{Delimiter, Group, Ident, Spacing, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Macro, MacroDelimiter};

/// The width of the repository's code.
const WIDTH: usize = 110;
const INDENT: usize = 4;

/// An invocation that is an item.
///
/// ```text
/// rt::request!(Create => models::Plan);     on one line, if it fits
/// rt::model!(Plan { … });                   a named list: an entry on each line
/// rt::fields! { … }                         with braces: an entry on each line, or names side by side
/// ```
pub(super) fn format_invocation(invocation: &Macro) -> String {
    let path = words(invocation.path.to_token_stream()).join(" ");
    let tokens: Vec<TokenTree> = invocation.tokens.clone().into_iter().collect();
    if matches!(invocation.delimiter, MacroDelimiter::Brace(_)) {
        return format!("{path}! {{\n{}}}\n", format_lines(tokens, INDENT));
    }
    if let Some((TokenTree::Group(list), head)) = tokens.split_last()
        && list.delimiter() == Delimiter::Brace
    {
        let head = words(head.iter().cloned().collect()).join(" ");
        return format!(
            "{path}!({head} {{\n{}}});\n",
            format_lines(list.stream().into_iter().collect(), INDENT)
        );
    }
    let line = format!("{path}!({});\n", words(tokens.iter().cloned().collect()).join(" "));
    if line.len() <= WIDTH + 1 { line } else { format!("{path}!(\n{});\n", format_lines(tokens, INDENT)) }
}

/// Outer attributes, each on a line, and documentation as comments.
pub(super) fn format_attributes(attributes: TokenStream) -> String {
    format_entry(&attributes.into_iter().collect::<Vec<_>>(), 0)
}

/// A definition by `macro_rules!`, formatted as code: the contents of braces are indented.
pub(super) fn format_definition(name: &Ident, definition: &Macro) -> String {
    format!("macro_rules! {name} {{\n{}}}\n", format_code(definition.tokens.clone(), INDENT))
}

/// The entries and statements of a block of code.
fn format_code(stream: TokenStream, indent: usize) -> String {
    let mut text = String::new();
    let margin = " ".repeat(indent);
    let mut tokens = stream.into_iter().peekable();
    let mut line: Vec<TokenTree> = Vec::new();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Group(block) if block.delimiter() == Delimiter::Brace => {
                let head = words(line.drain(..).collect()).join(" ");
                let code = format_code(block.stream(), indent + INDENT);
                let ends = |next: &TokenTree| matches!(next, TokenTree::Punct(punct) if matches!(punct.as_char(), ',' | ';'));
                let end = tokens.next_if(ends).map_or_else(String::new, |end| end.to_string());
                text.push_str(&format!("{margin}{head} {{\n{code}{margin}}}{end}\n"));
            }
            TokenTree::Punct(punct) if matches!(punct.as_char(), ',' | ';') => {
                line.push(punct.into());
                text.push_str(&fill(words(line.drain(..).collect()), indent));
            }
            other => line.push(other),
        }
    }
    text + &fill(words(line.into_iter().collect()), indent)
}

/// The entries of a list, each on a line of its own with its attributes before it; names alone stand side by side.
fn format_lines(tokens: Vec<TokenTree>, indent: usize) -> String {
    let entries = split_entries(tokens);
    let is_name =
        |entry: &Vec<TokenTree>| matches!(entry.first(), Some(TokenTree::Ident(_))) && entry.len() <= 2;
    if entries.iter().all(is_name) {
        return fill(words(entries.into_iter().flatten().collect()), indent);
    }
    entries.into_iter().map(|entry| format_entry(&entry, indent)).collect()
}

fn format_entry(entry: &[TokenTree], indent: usize) -> String {
    let mut text = String::new();
    let mut rest = entry;
    while let [TokenTree::Punct(hash), TokenTree::Group(attribute), tail @ ..] = rest {
        if hash.as_char() != '#' || attribute.delimiter() != Delimiter::Bracket {
            break;
        }
        text.push_str(&match documentation(attribute) {
            Some(line) => format!("{}///{line}\n", " ".repeat(indent)),
            None => fill(words(quote!(#hash #attribute)), indent),
        });
        rest = tail;
    }
    text + &fill(words(rest.iter().cloned().collect()), indent)
}

/// The text of a `doc` attribute.
fn documentation(attribute: &Group) -> Option<String> {
    let tokens: Vec<TokenTree> = attribute.stream().into_iter().collect();
    match tokens.as_slice() {
        [TokenTree::Ident(name), _, literal @ TokenTree::Literal(_)] if name == "doc" => {
            syn::parse2::<syn::LitStr>(literal.to_token_stream()).ok().map(|text| text.value())
        }
        _ => None,
    }
}

/// Splits after each comma that is not between angle brackets.
fn split_entries(tokens: Vec<TokenTree>) -> Vec<Vec<TokenTree>> {
    let mut entries = vec![Vec::new()];
    let mut angles = 0_usize;
    let mut arrow = false;
    for token in tokens {
        let sign = if let TokenTree::Punct(punct) = &token { punct.as_char() } else { ' ' };
        match sign {
            '<' => angles += 1,
            '>' if !arrow => angles = angles.saturating_sub(1),
            _ => {}
        }
        // The `>` of `=>` and `->` closes nothing.
        arrow = matches!(sign, '=' | '-');
        let ends = sign == ',' && angles == 0;
        if let Some(entry) = entries.last_mut() {
            entry.push(token);
        }
        if ends {
            entries.push(Vec::new());
        }
    }
    entries.retain(|entry| !entry.is_empty());
    entries
}

/// Lines of words, as many on each as the width allows; further lines are indented once more.
fn fill(words: Vec<String>, indent: usize) -> String {
    let names = words
        .iter()
        .all(|word| word.trim_end_matches(',').chars().all(|c| c.is_alphanumeric() || "_#".contains(c)));
    let further = if names { indent } else { indent + INDENT };
    let mut text = String::new();
    let mut line = " ".repeat(indent);
    let mut fresh = true;
    for word in words {
        if !fresh && line.len() + 1 + word.len() > WIDTH {
            text.push_str(&line);
            text.push('\n');
            line = " ".repeat(further);
            fresh = true;
        }
        if !fresh {
            line.push(' ');
        }
        line.push_str(&word);
        fresh = false;
    }
    if !fresh {
        text.push_str(&line);
        text.push('\n');
    }
    text
}

/// The tokens as words: between two of them is a space, or the end of a line.
fn words(stream: TokenStream) -> Vec<String> {
    let mut words = Words { finished: Vec::new(), current: String::new(), glued: true, after_name: false };
    words.push_stream(stream);
    words.finished.push(words.current);
    words.finished.retain(|word| !word.is_empty());
    words.finished
}

struct Words {
    finished: Vec<String>,
    current: String,
    /// Whether the next token belongs to the current word.
    glued: bool,
    /// Whether the last token is a name, to which parentheses belong.
    after_name: bool,
}

impl Words {
    fn push(&mut self, text: &str, attached: bool) {
        if !self.glued && !attached {
            self.finished.push(std::mem::take(&mut self.current));
        }
        self.current.push_str(text);
        self.glued = false;
        self.after_name = false;
    }

    fn push_stream(&mut self, stream: TokenStream) {
        let mut path = false;
        // Whether the last tokens are `$name`: a fragment of a macro is written `$name:kind`.
        let (mut dollar, mut fragment) = (false, false);
        for token in stream {
            let was_dollar = std::mem::take(&mut dollar);
            let was_fragment = std::mem::take(&mut fragment);
            match &token {
                TokenTree::Punct(punct) => {
                    let sign = punct.as_char();
                    let joint = punct.spacing() == Spacing::Joint;
                    let attached = matches!(sign, ',' | ':' | '<' | '>' | ';' | '!' | '?' | '.');
                    self.push(sign.encode_utf8(&mut [0; 4]), attached);
                    // The second sign of `::` is alone, and a name follows it without a space.
                    self.glued = joint
                        || path
                        || (was_fragment && sign == ':')
                        || matches!(sign, '<' | '&' | '!' | '\'' | '#' | '$' | '.');
                    dollar = sign == '$';
                    path = sign == ':' && joint;
                }
                TokenTree::Group(group) => self.push_group(group),
                other => {
                    self.push(&other.to_string(), false);
                    self.after_name = matches!(other, TokenTree::Ident(_));
                    fragment = was_dollar;
                }
            }
        }
    }

    fn push_group(&mut self, group: &Group) {
        let (open, close, spaced) = match group.delimiter() {
            Delimiter::Parenthesis => ("(", ")", false),
            Delimiter::Bracket => ("[", "]", false),
            Delimiter::Brace => ("{", "}", true),
            Delimiter::None => ("", "", false),
        };
        let attached = group.delimiter() == Delimiter::Parenthesis && self.after_name;
        // A short group stays on one line.
        let line = words(group.stream()).join(" ");
        if line.len() < WIDTH - 2 * INDENT && !spaced {
            self.push(&format!("{open}{line}{close}"), attached);
            return;
        }
        self.push(open, attached);
        self.glued = !spaced;
        self.push_stream(group.stream());
        self.push(close, !spaced);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used, reason = "a test that cannot go on should stop")]

    use super::*;

    fn formatted(code: &str) -> String {
        let item: syn::ItemMacro = syn::parse_str(code).expect("the code is an invocation");
        let text = format_invocation(&item.mac);
        let again: syn::ItemMacro = syn::parse_str(&text).expect("the text is an invocation");
        assert_eq!(again.mac.tokens.to_string(), item.mac.tokens.to_string(), "{text}");
        text
    }

    #[test]
    fn short_invocations_take_one_line() {
        let text =
            formatted("rt::operation!(LIST: \"list plans\" Get \"/plans\" body(rt::BodyEncoding::Json));");
        assert_eq!(
            text,
            "rt::operation!(LIST: \"list plans\" Get \"/plans\" body(rt::BodyEncoding::Json));\n"
        );
        assert_eq!(formatted("rt::request!(A=>());"), "rt::request!(A => ());\n");
        assert_eq!(formatted("rt::request!(A=>Option<Vec<B>>);"), "rt::request!(A => Option<Vec<B>>);\n");
    }

    #[test]
    fn long_invocations_are_broken_between_their_tokens() {
        let name = "a".repeat(60);
        let text =
            formatted(&format!("rt::list_request!({name} => models::{name}, models::Map<{name}, B>);"));
        assert_eq!(
            text,
            format!(
                "rt::list_request!(\n    {name} =>\n        models::{name},\n    models::Map<{name}, B>\n);\n"
            )
        );
    }

    #[test]
    fn definitions_are_code() {
        let code = "macro_rules! read { ($event:expr, $p:ident => $v:expr) => { match $event { A::B($p) => $v, A::C(v) => \
                    v.get($p).and_then(crate::V::text), } }; }";
        let item: syn::ItemMacro = syn::parse_str(code).expect("the code is a definition");
        let text = format_definition(item.ident.as_ref().expect("it has a name"), &item.mac);
        let expected = "macro_rules! read {\n    ($event:expr, $p:ident => $v:expr) => {\n        match $event {\n            \
                        A::B($p) => $v,\n            A::C(v) => v.get($p).and_then(crate::V::text),\n        }\n    };\n}\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn lists_have_an_entry_on_each_line() {
        assert_eq!(
            formatted(
                "rt::union!(U { A(models::A) Model [\"type\" = \"a\" | \"b\"], B(String) String [], });"
            ),
            "rt::union!(U {\n    A(models::A) Model [\"type\" = \"a\" | \"b\"],\n    B(String) String [],\n});\n"
        );
        assert_eq!(formatted("rt::fields! { r#type, b }"), "rt::fields! {\n    r#type, b\n}\n");
        assert_eq!(
            formatted("rt::id! { #[doc = \" An id.\"] #[cfg(any(a, b))] PlanId }"),
            "rt::id! {\n    /// An id.\n    #[cfg(any(a, b))]\n    PlanId\n}\n"
        );
    }
}
