//! The positions of the nodes of a YAML text, as its parser met them.
//!
//! An index of all positions takes longer to build than the document takes to parse, and most runs locate a node or two.

use super::location::LineColumn;
use super::pointer;

/// The marks of a text in its order.
#[derive(Debug, Default)]
pub(super) struct Marks {
    marks: Vec<Mark>,
    /// All keys, one after the other.
    keys: String,
}

/// A node, a key or an end: twelve bytes, since a text of megabytes has hundreds of thousands.
#[derive(Debug, Clone, Copy)]
struct Mark {
    line: u32,
    column: u32,
    /// [`MAP`], [`LIST`], [`SCALAR`] or [`END`]; of a key, the sum of [`KEY`] and where it begins in [`Marks::keys`].
    kind: u32,
}

const MAP: u32 = 0;
const LIST: u32 = 1;
const SCALAR: u32 = 2;
const END: u32 = 3;
const KEY: u32 = 4;

impl Mark {
    fn at(self) -> LineColumn {
        (to_usize(self.line), to_usize(self.column))
    }

    /// Where the key begins in [`Marks::keys`], if it is one.
    fn key(self) -> Option<usize> {
        self.kind.checked_sub(KEY).map(to_usize)
    }
}

/// A limit on the length of texts keeps all numbers far below `u32::MAX`.
fn to_usize(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

fn to_u32(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

impl Marks {
    pub(super) fn push_map(&mut self, at: LineColumn) {
        self.push(MAP, at);
    }

    pub(super) fn push_list(&mut self, at: LineColumn) {
        self.push(LIST, at);
    }

    pub(super) fn push_scalar(&mut self, at: LineColumn) {
        self.push(SCALAR, at);
    }

    pub(super) fn push_end(&mut self) {
        self.push(END, (0, 0));
    }

    pub(super) fn push_key(&mut self, name: &str, at: LineColumn) {
        self.push(KEY.saturating_add(to_u32(self.keys.len())), at);
        self.keys.push_str(name);
        // So that no key is the beginning of another one.
        self.keys.push('\n');
    }

    fn push(&mut self, kind: u32, (line, column): LineColumn) {
        self.marks.push(Mark { line: to_u32(line), column: to_u32(column), kind });
    }

    /// Gives back the memory that more marks would have taken.
    pub(super) fn shrink(&mut self) {
        self.marks.shrink_to_fit();
        self.keys.shrink_to_fit();
    }

    /// The position of the node, or of its nearest ancestor that is in the text: what
    /// [`Locations::find`](super::Locations::find) finds in the index of the same text.
    pub(super) fn find(&self, pointer: &str) -> Option<LineColumn> {
        let mut value = 0;
        let mut key = None;
        let mut found = None;
        let mut segments = pointer::segments(pointer);
        while let Some(mark) = self.marks.get(value).copied() {
            let at = mark.at();
            found = Some(match key {
                Some((line, _)) if mark.kind == SCALAR && line == at.0 => at,
                key => key.unwrap_or(at),
            });
            let child = segments.next().and_then(|segment| match mark.kind {
                MAP => self.find_key(value + 1, &segment),
                LIST => self.find_item(value + 1, &segment).map(|item| (item, None)),
                _ => None,
            });
            match child {
                Some(child) => (value, key) = child,
                None => break,
            }
        }
        found
    }

    /// The value of a key of the mapping whose first key this is, and the position of the key.
    fn find_key(&self, first: usize, name: &str) -> Option<(usize, Option<LineColumn>)> {
        let mut next = first;
        loop {
            let mark = self.marks.get(next).copied()?;
            let rest = self.keys.get(mark.key()?..)?;
            if rest.strip_prefix(name).is_some_and(|end| end.starts_with('\n') && self.ends_key(next, name)) {
                return Some((next + 1, Some(mark.at())));
            }
            next = self.skip_value(next + 1)?;
        }
    }

    /// Whether a key that begins with a name ends with it: a key may have more than one line.
    fn ends_key(&self, mark: usize, name: &str) -> bool {
        let rest = self.marks.get(mark..).unwrap_or_default();
        let mut begins = rest.iter().filter_map(|mark| mark.key());
        let start = begins.next().unwrap_or_default();
        begins.next().unwrap_or(self.keys.len()) == start + name.len() + 1
    }

    /// The item of the list whose first item this is.
    fn find_item(&self, first: usize, segment: &str) -> Option<usize> {
        let mut next = first;
        for _ in 0..pointer::parse_index(segment)? {
            next = self.skip_value(next)?;
        }
        self.marks.get(next).filter(|mark| mark.kind != END).map(|_| next)
    }

    /// The mark behind a value; none if it is the end of a collection.
    fn skip_value(&self, value: usize) -> Option<usize> {
        let mut depth = 0_usize;
        for (index, mark) in self.marks.iter().enumerate().skip(value) {
            match mark.kind {
                MAP | LIST => depth += 1,
                END => depth = depth.checked_sub(1)?,
                _ => {}
            }
            if depth == 0 && mark.key().is_none() {
                return Some(index + 1);
            }
        }
        None
    }
}
