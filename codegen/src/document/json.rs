//! JSON text to a tree, and the positions of its nodes.

use super::failure::Failure;
use super::limits::MAX_NODES;
use super::location::{Indexer, LineColumn, Locations};
use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::fmt;

/// The tree, and whether some object says the same key twice. Then the first of them counts.
pub(super) fn parse(text: &str) -> Result<(Value, bool), Failure> {
    let mut reader = Reader { repeated: false, nodes: 0 };
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let tree = Node(&mut reader).deserialize(&mut deserializer);
    match tree.and_then(|tree| deserializer.end().map(|()| tree)) {
        Ok(tree) => Ok((tree, reader.repeated)),
        Err(error) => {
            let at = (error.line().max(1), error.column().max(1));
            Err(match without_position(&error.to_string()) {
                _ if reader.nodes > MAX_NODES => Failure::too_large(at),
                "recursion limit exceeded" => Failure::too_deep(at),
                message => Failure::broken("JSON", message, at),
            })
        }
    }
}

/// `serde_json` ends its messages with a position that is shown in its own line here.
fn without_position(message: &str) -> &str {
    message.rfind(" at line ").and_then(|end| message.get(..end)).unwrap_or(message)
}

/// What is known of the text so far.
struct Reader {
    repeated: bool,
    nodes: usize,
}

/// Reads any value, and notes repeated keys, which `serde_json::Value` passes over in silence.
struct Node<'a>(&'a mut Reader);

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Value;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.0.nodes += 1;
        if self.0.nodes > MAX_NODES {
            return Err(D::Error::custom("too many nodes"));
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
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
        while let Some(value) = access.next_element_seed(Node(self.0))? {
            list.push(value);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(key) = access.next_key::<String>()? {
            let value = access.next_value_seed(Node(self.0))?;
            if map.contains_key(&key) {
                self.0.repeated = true;
            } else {
                map.insert(key, value);
            }
        }
        Ok(Value::Object(map))
    }
}

/// Where each node stands. The text has been parsed before, so what is no JSON is passed over without a word.
pub(super) fn locations(text: &str) -> Locations {
    let mut indexer = Indexer::new();
    let mut scanner = Scanner { text, next: 0, line: 1, counted: (0, 1) };
    while let Some((start, byte)) = scanner.skip_blank() {
        if indexer.is_full() {
            break;
        }
        let at = scanner.at(start);
        match byte {
            b'{' => indexer.open_map(at),
            b'[' => indexer.open_list(at),
            b'}' | b']' => indexer.close(),
            b'"' => {
                let end = scanner.string_end();
                if indexer.expects_key() {
                    let quoted = text.get(start..end).unwrap_or("\"\"");
                    let name: String = serde_json::from_str(quoted).unwrap_or_default();
                    indexer.key(&name, at);
                } else {
                    indexer.scalar(at);
                }
            }
            _ => {
                scanner.word_end();
                indexer.scalar(at);
            }
        }
    }
    indexer.finish()
}

struct Scanner<'a> {
    text: &'a str,
    next: usize,
    line: usize,
    /// A byte of the current line, and its column.
    counted: (usize, usize),
}

impl Scanner<'_> {
    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.next).copied()
    }

    /// The next byte that begins something, and where. Commas and colons separate what is already told apart.
    fn skip_blank(&mut self) -> Option<(usize, u8)> {
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

    /// The end of the string whose opening quote was just read.
    fn string_end(&mut self) -> usize {
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

    /// Passes over a number or a literal.
    fn word_end(&mut self) {
        while self.byte().is_some_and(|b| !b.is_ascii_whitespace() && !b",]}".contains(&b)) {
            self.next += 1;
        }
    }

    /// Columns count characters, on from the last one asked for: a minified document is a single long line.
    fn at(&mut self, start: usize) -> LineColumn {
        let (from, column) = self.counted;
        let between = self.text.get(from..start).unwrap_or("");
        self.counted = (start, column + between.chars().count());
        (self.line, self.counted.1)
    }
}
