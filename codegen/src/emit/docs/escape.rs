//! Escapes text so that Markdown shows it as it is.

/// Text within a paragraph. Addresses in it become links, as rustdoc asks for.
pub(super) fn escape_text(text: &str, in_table: bool) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = find_url(rest) {
        let (before, from_url) = rest.split_at(start);
        let end = from_url.find(|c: char| c.is_whitespace() || "<>\"".contains(c)).unwrap_or(from_url.len());
        let word = from_url.get(..end).unwrap_or_default();
        let url = word.trim_end_matches(['.', ',', ';', ':', '!', '?', '\'']);
        let url = if url.contains('(') { url } else { url.trim_end_matches(')') };
        escape_plain(before, in_table, &mut escaped);
        escaped.push_str(&link(url, None));
        rest = from_url.get(url.len()..).unwrap_or_default();
    }
    escape_plain(rest, in_table, &mut escaped);
    escaped
}

/// Text of a link.
pub(super) fn escape_link_text(text: &str, in_table: bool) -> String {
    let mut escaped = String::with_capacity(text.len());
    escape_plain(text, in_table, &mut escaped);
    escaped
}

fn find_url(text: &str) -> Option<usize> {
    let is_url = |(at, scheme): (usize, &str)| {
        let host = text.get(at + scheme.len()..).and_then(|rest| rest.chars().next());
        host.is_some_and(char::is_alphanumeric).then_some(at)
    };
    text.match_indices("https://").chain(text.match_indices("http://")).filter_map(is_url).min()
}

/// A link. Without a text, the address is shown; an address that cannot be in a link is shown as code.
pub(super) fn link(url: &str, text: Option<&str>) -> String {
    let is_safe = !url.contains(|c: char| c.is_whitespace() || "<>[]\\`|".contains(c));
    match text.filter(|text| !text.trim().is_empty()) {
        None if is_safe => format!("<{url}>"),
        None => format!("`{}`", url.replace('`', "'")),
        Some(text) if is_safe => format!("[{text}]({})", url.replace('(', "%28").replace(')', "%29")),
        Some(text) => text.to_owned(),
    }
}

fn escape_plain(text: &str, in_table: bool, escaped: &mut String) {
    let mut before = ' ';
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let after = chars.peek().map_or(' ', |(_, c)| *c);
        let special = match c {
            '\\' | '`' | '*' | '[' | ']' | '~' => true,
            // Within a word it is not emphasis.
            '_' => !(before.is_alphanumeric() && after.is_alphanumeric()),
            '<' => after.is_alphabetic() || "/!?".contains(after),
            '&' => begins_entity(text.get(at..).unwrap_or_default()),
            '|' => in_table,
            _ => false,
        };
        if special {
            escaped.push('\\');
        }
        escaped.push(c);
        before = c;
    }
}

/// Whether a text begins like `&amp;` or `&#38;`.
fn begins_entity(text: &str) -> bool {
    let name = text.split(';').next().unwrap_or_default();
    name.len() < text.len()
        && name.len() > 1
        && name.chars().skip(1).all(|c| c.is_ascii_alphanumeric() || c == '#')
}

/// Escapes the first character of a line if it would begin another block.
pub(super) fn escape_line_start(line: &str) -> String {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let rest = line.get(digits..).unwrap_or_default();
    let begins_block = if digits > 0 {
        rest.starts_with(['.', ')'])
    } else {
        rest.starts_with(['#', '>', '+', '-', '=', '|'])
    };
    if begins_block { format!("{}\\{rest}", line.get(..digits).unwrap_or_default()) } else { line.to_owned() }
}
