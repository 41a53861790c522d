//! Splits a JSONPath into names, strings and numbers.

use std::fmt;

/// A cursor in the text of a path.
pub(super) struct Lexer<'a> {
    text: &'a str,
    next: usize,
}

/// The reason why a text is not a path, with the number of the character.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::overlay) struct PathError(String);

impl fmt::Display for PathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, next: 0 }
    }

    pub(super) fn rest(&self) -> &'a str {
        self.text.get(self.next..).unwrap_or("")
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn bump(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.next += c.len_utf8();
        Some(c)
    }

    /// Skips the text if it is next.
    pub(super) fn eat(&mut self, text: &str) -> bool {
        let is_next = self.rest().starts_with(text);
        if is_next {
            self.next += text.len();
        }
        is_next
    }

    pub(super) fn skip_blanks(&mut self) {
        while self.peek().is_some_and(|c| matches!(c, ' ' | '\t' | '\n' | '\r')) {
            self.bump();
        }
    }

    pub(super) fn expect(&mut self, text: &str) -> Result<(), PathError> {
        self.skip_blanks();
        if self.eat(text) {
            return Ok(());
        }
        Err(self.expected(&format!("`{text}`"), ""))
    }

    /// The error that something else was expected here, with a hint behind the position.
    pub(super) fn expected(&self, what: &str, hint: &str) -> PathError {
        self.error(&format!("expected {what}"), hint)
    }

    pub(super) fn error(&self, message: &str, hint: &str) -> PathError {
        let consumed = self.text.get(..self.next).unwrap_or("");
        PathError(format!("{message} at character {}{hint}", consumed.chars().count() + 1))
    }

    /// A name without quotes.
    pub(super) fn unquoted_name(&mut self) -> Option<&'a str> {
        let start = self.next;
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || !c.is_ascii();
        if self.peek().is_some_and(|c| c.is_ascii_digit()) {
            return None;
        }
        while self.peek().is_some_and(is_name) {
            self.bump();
        }
        self.text.get(start..self.next).filter(|name| !name.is_empty())
    }

    pub(super) fn integer(&mut self) -> Option<i64> {
        let length = self
            .rest()
            .char_indices()
            .take_while(|(i, c)| c.is_ascii_digit() || (*i == 0 && *c == '-'))
            .count();
        let number = self.rest().get(..length)?.parse().ok()?;
        self.next += length;
        Some(number)
    }

    /// A quoted string, whose opening quote is next.
    pub(super) fn string(&mut self) -> Result<String, PathError> {
        let Some(quote) = self.bump() else {
            return Err(self.expected("a string", ""));
        };
        let mut text = String::new();
        loop {
            match self.bump() {
                None => return Err(self.error("the string is not terminated", "")),
                Some(c) if c == quote => return Ok(text),
                Some('\\') => text.push(self.escape()?),
                Some(c) => text.push(c),
            }
        }
    }

    fn escape(&mut self) -> Result<char, PathError> {
        match self.bump() {
            Some('b') => Ok('\u{8}'),
            Some('f') => Ok('\u{c}'),
            Some('n') => Ok('\n'),
            Some('r') => Ok('\r'),
            Some('t') => Ok('\t'),
            Some('u') => {
                let digits = self.rest().get(..4).and_then(|hex| u32::from_str_radix(hex, 16).ok());
                let Some(c) = digits.and_then(char::from_u32) else {
                    return Err(self.expected("four hexadecimal digits of a character", ""));
                };
                self.next += 4;
                Ok(c)
            }
            Some(c @ ('/' | '\\' | '\'' | '"')) => Ok(c),
            _ => Err(self.error("unknown escape sequence", "")),
        }
    }
}
