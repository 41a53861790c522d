//! The characters of a JSONPath, one after another, with the small pieces that stand on their own.

/// Reads on in a path, character by character.
pub(super) struct Lexer<'a> {
    text: &'a str,
    next: usize,
}

/// Why a text is no path, with the number of the character.
pub(in crate::overlay) type Wrong = String;

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

    /// Passes over the text if it comes next.
    pub(super) fn eat(&mut self, text: &str) -> bool {
        let comes = self.rest().starts_with(text);
        if comes {
            self.next += text.len();
        }
        comes
    }

    pub(super) fn blank(&mut self) {
        while self.peek().is_some_and(|c| matches!(c, ' ' | '\t' | '\n' | '\r')) {
            self.bump();
        }
    }

    pub(super) fn expect(&mut self, text: &str) -> Result<(), Wrong> {
        self.blank();
        if self.eat(text) {
            return Ok(());
        }
        Err(self.wrong(&format!("`{text}` expected")))
    }

    pub(super) fn wrong(&self, message: &str) -> Wrong {
        let read = self.text.get(..self.next).unwrap_or("");
        format!("{message} at character {}", read.chars().count() + 1)
    }

    /// A member name without quotes.
    pub(super) fn shorthand(&mut self) -> Option<&'a str> {
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

    /// A quoted string; the quote that opens it comes next.
    pub(super) fn string(&mut self) -> Result<String, Wrong> {
        let Some(quote) = self.bump() else {
            return Err(self.wrong("a string expected"));
        };
        let mut text = String::new();
        loop {
            match self.bump() {
                None => return Err(self.wrong("the string has no end")),
                Some(c) if c == quote => return Ok(text),
                Some('\\') => text.push(self.escape()?),
                Some(c) => text.push(c),
            }
        }
    }

    fn escape(&mut self) -> Result<char, Wrong> {
        match self.bump() {
            Some('b') => Ok('\u{8}'),
            Some('f') => Ok('\u{c}'),
            Some('n') => Ok('\n'),
            Some('r') => Ok('\r'),
            Some('t') => Ok('\t'),
            Some('u') => {
                let digits = self.rest().get(..4).and_then(|hex| u32::from_str_radix(hex, 16).ok());
                let Some(c) = digits.and_then(char::from_u32) else {
                    return Err(self.wrong("four hexadecimal digits of a character expected"));
                };
                self.next += 4;
                Ok(c)
            }
            Some(c @ ('/' | '\\' | '\'' | '"')) => Ok(c),
            _ => Err(self.wrong("no such escape")),
        }
    }
}
