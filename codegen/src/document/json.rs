//! Parses JSON into a tree, and indexes the positions of its nodes.

use super::failure::Failure;
use super::limits::MAX_NODES;
use super::location::{Indexer, LineColumn, Locations};
use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::fmt;

/// Parses a text. Returns the tree, and whether an object has repeated keys; the first of them is in the tree.
pub(super) fn parse_json(text: &str) -> Result<(Value, bool), Failure> {
    let mut reader = Reader { repeated: false, nodes: 0 };
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let tree = NodeSeed(&mut reader).deserialize(&mut deserializer);
    match tree.and_then(|tree| deserializer.end().map(|()| tree)) {
        Ok(tree) => Ok((tree, reader.repeated)),
        Err(error) => {
            let at = (error.line().max(1), error.column().max(1));
            Err(match without_position(&error.to_string()) {
                _ if reader.nodes > MAX_NODES => Failure::too_large(at),
                "recursion limit exceeded" => Failure::too_deep(at),
                message => Failure::broken_json(message, at),
            })
        }
    }
}

/// Removes the position from a message of `serde_json`, because it is printed on a line of its own.
fn without_position(message: &str) -> &str {
    message.rfind(" at line ").and_then(|end| message.get(..end)).unwrap_or(message)
}

/// The state of the parser.
struct Reader {
    repeated: bool,
    nodes: usize,
}

/// Deserializes any value. In contrast to `serde_json::Value`, it detects repeated keys.
struct NodeSeed<'a>(&'a mut Reader);

impl<'de> DeserializeSeed<'de> for NodeSeed<'_> {
    type Value = Value;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.0.nodes += 1;
        if self.0.nodes > MAX_NODES {
            return Err(D::Error::custom("too many nodes"));
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for NodeSeed<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("number out of range"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(value) = access.next_element_seed(NodeSeed(self.0))? {
            list.push(value);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(key) = access.next_key::<String>()? {
            let value = access.next_value_seed(NodeSeed(self.0))?;
            if map.contains_key(&key) {
                self.0.repeated = true;
            } else {
                map.insert(key, value);
            }
        }
        Ok(Value::Object(map))
    }
}

/// Indexes the positions of all nodes. The text was parsed before, so invalid JSON needs no error here.
pub(super) fn index_locations(text: &str) -> Locations {
    let mut indexer = Indexer::new();
    let mut scanner = Scanner { text, next: 0, line: 1, counted: (0, 1) };
    while let Some((start, byte)) = scanner.next_token() {
        if indexer.is_full() {
            break;
        }
        let at = scanner.position(start);
        match byte {
            b'{' => indexer.open_map(at),
            b'[' => indexer.open_list(at),
            b'}' | b']' => indexer.close(),
            b'"' => {
                let end = scanner.skip_string();
                if indexer.expects_key() {
                    let quoted = text.get(start..end).unwrap_or("\"\"");
                    let name: String = serde_json::from_str(quoted).unwrap_or_default();
                    indexer.add_key(&name, at);
                } else {
                    indexer.add_scalar(at);
                }
            }
            _ => {
                scanner.skip_word();
                indexer.add_scalar(at);
            }
        }
    }
    indexer.finish()
}

/// Splits valid JSON into tokens.
struct Scanner<'a> {
    text: &'a str,
    next: usize,
    line: usize,
    /// A byte of the current line, with its column.
    counted: (usize, usize),
}

impl Scanner<'_> {
    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.next).copied()
    }

    /// The offset and the first byte of the next token. Commas and colons are skipped: the indexer counts keys and values
    /// itself.
    fn next_token(&mut self) -> Option<(usize, u8)> {
        loop {
            let byte = self.byte()?;
            self.next += 1;
            match byte {
                b'\n' => {
                    self.line += 1;
                    self.counted = (self.next, 1);
                }
                b' ' | b'\t' | b'\r' | b',' | b':' => {}
                byte => return Some((self.next - 1, byte)),
            }
        }
    }

    /// Skips a string whose opening quote was read, and returns its end.
    fn skip_string(&mut self) -> usize {
        while let Some(byte) = self.byte() {
            self.next += 1;
            match byte {
                b'"' => break,
                b'\\' => self.next += 1,
                _ => {}
            }
        }
        self.next
    }

    /// Skips a number or a literal.
    fn skip_word(&mut self) {
        while self.byte().is_some_and(|b| !b.is_ascii_whitespace() && !b",]}".contains(&b)) {
            self.next += 1;
        }
    }

    /// The position of a byte. Counts on from the previous token, because a minified document is a single long line.
    fn position(&mut self, start: usize) -> LineColumn {
        let (from, column) = self.counted;
        let between = self.text.get(from..start).unwrap_or("");
        self.counted = (start, column + between.chars().count());
        (self.line, self.counted.1)
    }
}
