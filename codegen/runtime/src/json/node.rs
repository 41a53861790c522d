//! An index of the values in a JSON text, so that unions within unions do not parse the text again.
//!
//! serde passes borrowed strings and bytes on to any visitor, but no types of its own. The index is therefore a table of
//! bytes: a union finds the index of the union around it by asking its deserializer for a [`Node`].

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserializer, Error, SeqAccess, Visitor};

use crate::json::{raw_text::RawText, recovery_rules::UNREADABLE, whole_text::parse_string};

/// The most arrays and objects that a value may be nested in. serde_json has the same limit.
const MAX_DEPTH: usize = 127;

/// The message for deeper values, in serde_json's words.
const TOO_DEEP: &str = "recursion limit exceeded";

/// The size of an entry of the table: the start and end of a value in the text, and the number of the value after it.
const ENTRY: usize = 12;

/// The type name by which a union asks its deserializer for a [`Node`].
pub(super) const TOKEN: &str = "$openapi_client_runtime::Node";

#[cfg(test)]
thread_local! {
    /// The bytes that were indexed.
    pub(super) static INDEXED: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// The table of the values in a text, each before those within it.
pub(super) struct Table(Vec<u8>);

impl Table {
    /// Indexes a valid JSON text in one pass.
    fn build(text: &str) -> Result<Self, &'static str> {
        if u32::try_from(text.len()).is_err() {
            return Err("the text is longer than 4 GiB");
        }
        #[cfg(test)]
        INDEXED.set(INDEXED.get() + text.len());
        let bytes = text.as_bytes();
        let mut table = Self(Vec::new());
        let mut open = Vec::new();
        let mut at = 0;
        while let Some(byte) = bytes.get(at) {
            match byte {
                b'{' | b'[' => {
                    open.push(table.push(at, at));
                    if open.len() > MAX_DEPTH {
                        return Err(TOO_DEEP);
                    }
                    at += 1;
                }
                b'}' | b']' => {
                    at += 1;
                    if let Some(number) = open.pop() {
                        table.close(number, at);
                    }
                }
                b',' | b':' => at += 1,
                byte if byte.is_ascii_whitespace() => at += 1,
                first => {
                    let end = scalar_end(bytes, at, *first);
                    table.push(at, end);
                    at = end;
                }
            }
        }
        Ok(table)
    }

    /// Adds a value without values within it, and returns its number.
    fn push(&mut self, start: usize, end: usize) -> usize {
        let number = self.0.len() / ENTRY;
        for part in [start, end, number + 1] {
            self.0.extend_from_slice(&(part as u32).to_le_bytes());
        }
        number
    }

    /// Sets the end of an array or object, which is behind the last value within it.
    fn close(&mut self, number: usize, end: usize) {
        let next = self.0.len() / ENTRY;
        if let Some(entry) = self.0.get_mut(number * ENTRY + 4..(number + 1) * ENTRY) {
            let (ends, nexts) = entry.split_at_mut(4);
            ends.copy_from_slice(&(end as u32).to_le_bytes());
            nexts.copy_from_slice(&(next as u32).to_le_bytes());
        }
    }
}

/// The offset after a string, a number, a boolean or `null`.
fn scalar_end(bytes: &[u8], start: usize, first: u8) -> usize {
    let mut at = start + 1;
    if first != b'"' {
        let is_end = |byte: &u8| b",:]}".contains(byte) || byte.is_ascii_whitespace();
        return start + bytes.iter().skip(start).take_while(|byte| !is_end(byte)).count().max(1);
    }
    loop {
        match bytes.get(at) {
            Some(b'\\') => at += 2,
            Some(b'"') => return at + 1,
            Some(_) => at += 1,
            None => return bytes.len(),
        }
    }
}

/// A value in a JSON text whose values are indexed.
#[derive(Clone, Copy)]
pub struct Node<'t> {
    text: &'t str,
    table: &'t [u8],
    number: usize,
}

impl fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Node").field(&self.text()).finish()
    }
}

impl<'t> Node<'t> {
    fn part(&self, part: usize) -> usize {
        let start = self.number * ENTRY + part * 4;
        let bytes = self.table.get(start..).and_then(<[u8]>::first_chunk::<4>);
        bytes.map_or(0, |bytes| u32::from_le_bytes(*bytes) as usize)
    }

    /// Whether this is the value that the index was made for.
    pub(super) fn is_root(&self) -> bool {
        self.number == 0
    }

    /// The text of the value.
    pub(super) fn text(&self) -> &'t str {
        self.text.get(self.part(0)..self.part(1)).unwrap_or_default()
    }

    /// The items of an array, or the keys and values of an object in turns.
    pub(super) fn children(&self) -> Children<'t> {
        let Self { text, table, number } = *self;
        Children { next: Self { text, table, number: number + 1 }, end: self.part(2) }
    }

    /// The keys and values of an object.
    pub(super) fn entries(&self) -> impl Iterator<Item = (Self, Self)> + use<'t> {
        let mut children = self.children();
        std::iter::from_fn(move || Some((children.next()?, children.next()?)))
    }

    /// The value of a key of an object; of a repeated key, the last one.
    pub(super) fn get(&self, key: &str) -> Option<Self> {
        let entries = self.text().starts_with('{').then(|| self.entries())?;
        entries.filter(|(name, _)| name.is_string(key)).last().map(|(_, value)| value)
    }

    /// The keys of an object, sorted, without the mark of fields that are kept as text.
    pub(super) fn names(&self) -> Vec<Cow<'t, str>> {
        let mut names = Vec::new();
        if self.text().starts_with('{') {
            names.extend(self.entries().filter_map(|(key, _)| key.string()).map(without_mark));
            names.sort_unstable();
        }
        names
    }

    /// The value as a string, if it is one.
    pub(super) fn string(&self) -> Option<Cow<'t, str>> {
        let inner = self.text().strip_prefix('"')?.strip_suffix('"')?;
        if inner.contains('\\') {
            parse_string(self.text()).map(Cow::Owned)
        } else {
            Some(Cow::Borrowed(inner))
        }
    }

    /// Whether the value is this string.
    pub(super) fn is_string(&self, value: &str) -> bool {
        self.string().is_some_and(|text| text == value)
    }

    /// Passes the node on to a visitor that expects one, see [`visit_node`].
    pub(super) fn hand_over<V: Visitor<'t>, E: Error>(self, visitor: V) -> Result<V::Value, E> {
        let parts = serde::de::value::SeqAccessDeserializer::new(Parts {
            node: self,
            at: 0,
            error: std::marker::PhantomData,
        });
        serde::Deserializer::deserialize_seq(parts, visitor)
    }
}

/// The values within a value.
pub(super) struct Children<'t> {
    next: Node<'t>,
    end: usize,
}

impl<'t> Iterator for Children<'t> {
    type Item = Node<'t>;

    fn next(&mut self) -> Option<Node<'t>> {
        let child = self.next;
        (child.number < self.end).then(|| {
            self.next.number = child.part(2).max(child.number + 1);
            child
        })
    }
}

/// The parts of a node, as a sequence of types that serde knows.
struct Parts<'t, E> {
    node: Node<'t>,
    at: usize,
    error: std::marker::PhantomData<E>,
}

impl<'t, E: Error> SeqAccess<'t> for Parts<'t, E> {
    type Error = E;

    fn next_element_seed<S: serde::de::DeserializeSeed<'t>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, E> {
        use serde::de::value::{BorrowedBytesDeserializer, BorrowedStrDeserializer, U64Deserializer};
        self.at += 1;
        match self.at {
            1 => seed.deserialize(BorrowedStrDeserializer::new(self.node.text)).map(Some),
            2 => seed.deserialize(BorrowedBytesDeserializer::new(self.node.table)).map(Some),
            3 => {
                let number: U64Deserializer<E> =
                    serde::de::IntoDeserializer::into_deserializer(self.node.number as u64);
                seed.deserialize(number).map(Some)
            }
            _ => Ok(None),
        }
    }
}

/// Calls a function with the next value of a deserializer as a node: with a node of the text that the deserializer reads
/// from, if that is indexed, and otherwise with one of an index made for the value.
///
/// # Errors
/// Those of the function and of the deserializer, and an error if the value is nested too deeply.
pub(super) fn with_node<'de, D: Deserializer<'de>, T>(
    deserializer: D,
    read: impl FnOnce(Node<'_>) -> Result<T, serde_json::Error>,
) -> Result<T, D::Error> {
    deserializer.deserialize_newtype_struct(TOKEN, NodeVisitor(read, std::marker::PhantomData))
}

struct NodeVisitor<F, T>(F, std::marker::PhantomData<T>);

impl<'de, T, F: FnOnce(Node<'_>) -> Result<T, serde_json::Error>> Visitor<'de> for NodeVisitor<F, T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<T, A::Error> {
        let (text, table) = (parts.next_element()?, parts.next_element()?);
        let (Some(text), Some(table), Some(number)) = (text, table, parts.next_element::<usize>()?) else {
            return Err(A::Error::invalid_length(0, &self));
        };
        (self.0)(Node { text, table, number }).map_err(A::Error::custom)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        let text = RawText::decode(deserializer)?.0;
        let table = Table::build(&text).map_err(D::Error::custom)?;
        (self.0)(Node { text: &text, table: &table.0, number: 0 }).map_err(D::Error::custom)
    }
}

/// Indexes a text and calls a function with its value.
pub(super) fn with_text<T>(
    text: &str,
    read: impl FnOnce(Node<'_>) -> Result<T, serde_json::Error>,
) -> Result<T, serde_json::Error> {
    let table = Table::build(text).map_err(serde_json::Error::custom)?;
    read(Node { text, table: &table.0, number: 0 })
}
fn without_mark(name: Cow<'_, str>) -> Cow<'_, str> {
    if name.starts_with(UNREADABLE) { name.trim_start_matches(UNREADABLE).to_owned().into() } else { name }
}
