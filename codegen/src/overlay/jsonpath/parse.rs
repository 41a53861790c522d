//! The text of a JSONPath to its steps.

use super::lexer::{Lexer, Wrong};
use super::{Comparison, Filter, Operand, Path, Segment, Selector};
use serde_json::Value;

/// How deep brackets and parentheses may be nested: far more than a person writes, little enough for the stack.
const MAX_NESTING: usize = 32;

/// Reads a whole path.
pub(in crate::overlay) fn parse(text: &str) -> Result<Path, Wrong> {
    let mut parser = Parser { lexer: Lexer::new(text.trim()), nesting: 0 };
    parser.lexer.expect("$")?;
    let path = parser.path()?;
    parser.lexer.blank();
    if parser.lexer.rest().is_empty() {
        return Ok(path);
    }
    Err(parser.lexer.wrong("`.` or `[` expected"))
}

struct Parser<'a> {
    lexer: Lexer<'a>,
    nesting: usize,
}

impl Parser<'_> {
    /// The steps behind `$` or `@`.
    fn path(&mut self) -> Result<Path, Wrong> {
        let mut segments = Vec::new();
        while let Some(segment) = self.segment()? {
            segments.push(segment);
        }
        Ok(Path { segments })
    }

    fn segment(&mut self) -> Result<Option<Segment>, Wrong> {
        let lexer = &mut self.lexer;
        let descends = lexer.eat("..");
        if lexer.peek() == Some('[') {
            let selectors = self.nested(Self::bracket)?;
            return Ok(Some(Segment { descends, selectors }));
        }
        if !descends && !lexer.eat(".") {
            return Ok(None);
        }
        let selector = if lexer.eat("*") {
            Selector::Wildcard
        } else if let Some(name) = lexer.shorthand() {
            Selector::Name(name.to_owned())
        } else {
            return Err(lexer.wrong("a name expected; one with other characters than letters, digits and `_` is written `['name']`"));
        };
        let selectors = vec![selector];
        Ok(Some(Segment { descends, selectors }))
    }

    fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, Wrong>) -> Result<T, Wrong> {
        self.nesting += 1;
        if self.nesting > MAX_NESTING {
            return Err(self.lexer.wrong("the path is nested too deeply"));
        }
        let result = read(self);
        self.nesting -= 1;
        result
    }

    fn bracket(&mut self) -> Result<Vec<Selector>, Wrong> {
        self.lexer.expect("[")?;
        let mut selectors = vec![self.selector()?];
        loop {
            self.lexer.blank();
            if self.lexer.eat("]") {
                return Ok(selectors);
            }
            self.lexer.expect(",")?;
            selectors.push(self.selector()?);
        }
    }

    fn selector(&mut self) -> Result<Selector, Wrong> {
        self.lexer.blank();
        match self.lexer.peek() {
            Some('\'' | '"') => Ok(Selector::Name(self.lexer.string()?)),
            Some('*') => {
                self.lexer.bump();
                Ok(Selector::Wildcard)
            }
            Some('?') => {
                self.lexer.bump();
                Ok(Selector::Filter(self.or()?))
            }
            _ => self.index_or_slice(),
        }
    }

    fn index_or_slice(&mut self) -> Result<Selector, Wrong> {
        let start = self.lexer.integer();
        self.lexer.blank();
        if !self.lexer.eat(":") {
            let message = "a quoted name, an index, `*` or a filter expected";
            return start.map(Selector::Index).ok_or_else(|| self.lexer.wrong(message));
        }
        self.lexer.blank();
        let end = self.lexer.integer();
        self.lexer.blank();
        let step = if self.lexer.eat(":") {
            self.lexer.blank();
            self.lexer.integer().unwrap_or(1)
        } else {
            1
        };
        Ok(Selector::Slice { start, end, step })
    }

    fn or(&mut self) -> Result<Filter, Wrong> {
        let mut left = self.and()?;
        loop {
            self.lexer.blank();
            if !self.lexer.eat("||") {
                return Ok(left);
            }
            left = Filter::Or(Box::new(left), Box::new(self.and()?));
        }
    }

    fn and(&mut self) -> Result<Filter, Wrong> {
        let mut left = self.test()?;
        loop {
            self.lexer.blank();
            if !self.lexer.eat("&&") {
                return Ok(left);
            }
            left = Filter::And(Box::new(left), Box::new(self.test()?));
        }
    }

    fn test(&mut self) -> Result<Filter, Wrong> {
        self.lexer.blank();
        if self.lexer.peek() == Some('!') {
            self.lexer.bump();
            return Ok(Filter::Not(Box::new(self.nested(Self::test)?)));
        }
        if self.lexer.eat("(") {
            let inner = self.nested(Self::or)?;
            self.lexer.expect(")")?;
            return Ok(inner);
        }
        let left = self.operand()?;
        self.lexer.blank();
        match self.comparison() {
            Some(comparison) => Ok(Filter::Compare(left, comparison, self.operand()?)),
            None if matches!(left, Operand::Literal(_)) => Err(self.lexer.wrong("a comparison expected")),
            None => Ok(Filter::Exists(left)),
        }
    }

    fn comparison(&mut self) -> Option<Comparison> {
        // The longer ones first: `<` is how `<=` begins.
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

    fn operand(&mut self) -> Result<Operand, Wrong> {
        self.lexer.blank();
        if self.lexer.eat("@") {
            return Ok(Operand::Current(self.nested(Self::path)?));
        }
        if self.lexer.eat("$") {
            return Ok(Operand::Root(self.nested(Self::path)?));
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
        self.number().ok_or_else(|| {
            self.lexer.wrong(
                "`@`, `$`, a string, a number, `true`, `false` or `null` expected; functions are not read",
            )
        })
    }

    fn number(&mut self) -> Option<Operand> {
        let is_part = |c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.' | 'e' | 'E');
        let rest = self.lexer.rest();
        let length = rest.chars().take_while(|c| is_part(*c)).count();
        let value = serde_json::from_str(rest.get(..length)?).ok()?;
        for _ in 0..length {
            self.lexer.bump();
        }
        Some(Operand::Literal(value))
    }
}
