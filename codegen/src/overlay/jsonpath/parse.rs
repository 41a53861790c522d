//! Parses a JSONPath.

use super::lexer::{Lexer, PathError};
use super::{Comparison, Filter, Operand, Path, Segment, Selector};
use serde_json::Value;

/// The depth to which brackets and parentheses may be nested. The parser is recursive, so the limit protects the stack.
const MAX_NESTING: usize = 32;

/// Parses a whole path.
pub(in crate::overlay) fn parse_path(text: &str) -> Result<Path, PathError> {
    let mut parser = Parser { lexer: Lexer::new(text.trim()), nesting: 0 };
    parser.lexer.expect("$")?;
    let path = parser.parse_path()?;
    parser.lexer.skip_blanks();
    if parser.lexer.rest().is_empty() {
        return Ok(path);
    }
    Err(parser.lexer.expected("`.` or `[`", ""))
}

struct Parser<'a> {
    lexer: Lexer<'a>,
    nesting: usize,
}

impl Parser<'_> {
    /// Parses the segments behind `$` or `@`.
    fn parse_path(&mut self) -> Result<Path, PathError> {
        let mut segments = Vec::new();
        while let Some(segment) = self.parse_segment()? {
            segments.push(segment);
        }
        Ok(Path { segments })
    }

    fn parse_segment(&mut self) -> Result<Option<Segment>, PathError> {
        let lexer = &mut self.lexer;
        let is_descendant = lexer.eat("..");
        if lexer.peek() == Some('[') {
            let selectors = self.nested(Self::parse_bracket)?;
            return Ok(Some(Segment { is_descendant, selectors }));
        }
        if !is_descendant && !lexer.eat(".") {
            return Ok(None);
        }
        let selector = if lexer.eat("*") {
            Selector::Wildcard
        } else if let Some(name) = lexer.unquoted_name() {
            Selector::Name(name.to_owned())
        } else {
            let hint = "; write a name with characters other than letters, digits and `_` as `['name']`";
            return Err(lexer.expected("a name", hint));
        };
        let selectors = vec![selector];
        Ok(Some(Segment { is_descendant, selectors }))
    }

    fn nested<T>(&mut self, parse: impl FnOnce(&mut Self) -> Result<T, PathError>) -> Result<T, PathError> {
        self.nesting += 1;
        if self.nesting > MAX_NESTING {
            return Err(self.lexer.error("the path is nested too deeply", ""));
        }
        let result = parse(self);
        self.nesting -= 1;
        result
    }

    fn parse_bracket(&mut self) -> Result<Vec<Selector>, PathError> {
        self.lexer.expect("[")?;
        let mut selectors = vec![self.parse_selector()?];
        loop {
            self.lexer.skip_blanks();
            if self.lexer.eat("]") {
                return Ok(selectors);
            }
            if !self.lexer.eat(",") {
                return Err(self.lexer.expected("`,` or `]`", ""));
            }
            selectors.push(self.parse_selector()?);
        }
    }

    fn parse_selector(&mut self) -> Result<Selector, PathError> {
        self.lexer.skip_blanks();
        match self.lexer.peek() {
            Some('\'' | '"') => Ok(Selector::Name(self.lexer.string()?)),
            Some('*') => {
                self.lexer.bump();
                Ok(Selector::Wildcard)
            }
            Some('?') => {
                self.lexer.bump();
                Ok(Selector::Filter(self.parse_or()?))
            }
            _ => self.parse_index_or_slice(),
        }
    }

    fn parse_index_or_slice(&mut self) -> Result<Selector, PathError> {
        let start = self.lexer.integer();
        self.lexer.skip_blanks();
        if !self.lexer.eat(":") {
            let expected = "a quoted name, an index, `*` or a filter";
            return start.map(Selector::Index).ok_or_else(|| self.lexer.expected(expected, ""));
        }
        self.lexer.skip_blanks();
        let end = self.lexer.integer();
        self.lexer.skip_blanks();
        let step = if self.lexer.eat(":") {
            self.lexer.skip_blanks();
            self.lexer.integer().unwrap_or(1)
        } else {
            1
        };
        Ok(Selector::Slice { start, end, step })
    }

    fn parse_or(&mut self) -> Result<Filter, PathError> {
        let mut left = self.parse_and()?;
        loop {
            self.lexer.skip_blanks();
            if !self.lexer.eat("||") {
                return Ok(left);
            }
            left = Filter::Or(Box::new(left), Box::new(self.parse_and()?));
        }
    }

    fn parse_and(&mut self) -> Result<Filter, PathError> {
        let mut left = self.parse_test()?;
        loop {
            self.lexer.skip_blanks();
            if !self.lexer.eat("&&") {
                return Ok(left);
            }
            left = Filter::And(Box::new(left), Box::new(self.parse_test()?));
        }
    }

    fn parse_test(&mut self) -> Result<Filter, PathError> {
        self.lexer.skip_blanks();
        if self.lexer.peek() == Some('!') {
            self.lexer.bump();
            return Ok(Filter::Not(Box::new(self.nested(Self::parse_test)?)));
        }
        if self.lexer.eat("(") {
            let inner = self.nested(Self::parse_or)?;
            self.lexer.expect(")")?;
            return Ok(inner);
        }
        let left = self.parse_operand()?;
        self.lexer.skip_blanks();
        match self.parse_comparison() {
            Some(comparison) => Ok(Filter::Compare(left, comparison, self.parse_operand()?)),
            None if matches!(left, Operand::Literal(_)) => Err(self.lexer.expected("a comparison", "")),
            None => Ok(Filter::Exists(left)),
        }
    }

    fn parse_comparison(&mut self) -> Option<Comparison> {
        // Longer operators first, since `<=` starts with `<`.
        [
            ("==", Comparison::Equal),
            ("!=", Comparison::NotEqual),
            ("<=", Comparison::LessOrEqual),
            (">=", Comparison::GreaterOrEqual),
            ("<", Comparison::Less),
            (">", Comparison::Greater),
        ]
        .into_iter()
        .find_map(|(text, comparison)| self.lexer.eat(text).then_some(comparison))
    }

    fn parse_operand(&mut self) -> Result<Operand, PathError> {
        self.lexer.skip_blanks();
        if self.lexer.eat("@") {
            return Ok(Operand::Current(self.nested(Self::parse_path)?));
        }
        if self.lexer.eat("$") {
            return Ok(Operand::Root(self.nested(Self::parse_path)?));
        }
        if matches!(self.lexer.peek(), Some('\'' | '"')) {
            return Ok(Operand::Literal(Value::String(self.lexer.string()?)));
        }
        for (word, value) in
            [("true", Value::Bool(true)), ("false", Value::Bool(false)), ("null", Value::Null)]
        {
            if self.lexer.eat(word) {
                return Ok(Operand::Literal(value));
            }
        }
        self.parse_number().ok_or_else(|| {
            let expected = "`@`, `$`, a string, a number, `true`, `false` or `null`";
            self.lexer.expected(expected, "; functions are not supported")
        })
    }

    fn parse_number(&mut self) -> Option<Operand> {
        let is_number = |c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.' | 'e' | 'E');
        let rest = self.lexer.rest();
        let length = rest.chars().take_while(|c| is_number(*c)).count();
        let value = serde_json::from_str(rest.get(..length)?).ok()?;
        for _ in 0..length {
            self.lexer.bump();
        }
        Some(Operand::Literal(value))
    }
}
