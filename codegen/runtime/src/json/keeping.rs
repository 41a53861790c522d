//! Keeps the texts of values that their types cannot hold, while a text is decoded once more, see `unreadable`.
//!
//! The deserializer does not say where a value is. The name of a field is borrowed from the text, however, and its address says
//! where the field is. A scalar therefore only notes that it holds another value than the text has, and the reader of the
//! innermost field around it keeps the text of that field. A value without a field around it, such as an item of a list that is
//! the whole text, is only listed: its text is borrowed as well. Nothing of this happens while a text is decoded the first time.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use serde_json::value::RawValue;

use crate::json::{
    reader::Reader,
    recovery_rules::says_money,
    scalar::{Kind, Kinds},
};

thread_local! {
    /// Whether texts are kept.
    static IS_ON: Cell<bool> = const { Cell::new(false) };
    /// Whether a value was read that is not what its text says: a time without a zone, or a number with fewer digits.
    static HAS_INEXACT: Cell<bool> = const { Cell::new(false) };
    static STATE: Cell<State> = const { Cell::new(State::start(Owner::None)) };
    static PASS: RefCell<Option<Pass>> = const { RefCell::new(None) };
}

#[cfg(test)]
thread_local! {
    /// How often a value was decoded as a variant of a union.
    pub(super) static ATTEMPTS: Cell<usize> = const { Cell::new(0) };
}

/// The text that is being decoded, and the fields whose text was kept so far.
struct Pass {
    text: Rc<str>,
    /// The address of the text that is decoded.
    address: usize,
    found: Vec<Found>,
}

/// A field with a value that its type cannot hold, or such a value without a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Found {
    /// The offset of the name in the text; of the value if there is no field.
    pub(super) offset: usize,
    /// Whether the field shall be `None`, so that its name is to be marked.
    pub(super) is_absent: bool,
    /// Whether there is a field, which keeps the text.
    pub(super) has_field: bool,
}

/// What is being decoded.
#[derive(Clone, Copy, Debug)]
pub(super) struct State {
    owner: Owner,
    /// Whether a value may be replaced by the nearest one.
    may_replace: bool,
    /// The kinds of the values in the current field that were replaced.
    replaced: Kinds,
    /// The kinds of the values in the current field that are not what their texts say.
    inexact: Kinds,
}

impl State {
    const fn start(owner: Owner) -> Self {
        Self { owner, may_replace: true, replaced: Kinds::NONE, inexact: Kinds::NONE }
    }
}

/// What the next value belongs to.
#[derive(Clone, Copy, Debug)]
enum Owner {
    /// There is no field that could keep the text, and values are not listed.
    None,
    /// There is no field that could keep the text.
    Root,
    Field(&'static str),
    /// An entry of a map.
    Entry {
        is_money: bool,
        has_field: bool,
    },
}

impl Owner {
    fn has_field(self) -> bool {
        matches!(self, Self::Field(_) | Self::Entry { has_field: true, .. })
    }
}

/// Whether texts are kept.
#[inline]
pub(super) fn is_on() -> bool {
    IS_ON.get()
}

/// Whether values may be replaced by the nearest ones.
pub(super) fn may_replace() -> bool {
    is_on() && STATE.get().may_replace
}

/// The state of a text that is being decoded while it is not kept. Restores that of the text around it when dropped.
pub(super) struct Watch {
    is_on: bool,
    has_inexact: bool,
}

impl Watch {
    #[inline]
    pub(super) fn start() -> Self {
        Self { is_on: IS_ON.replace(false), has_inexact: HAS_INEXACT.replace(false) }
    }

    /// Whether a value was read since that is not what its text says.
    #[inline]
    #[expect(clippy::unused_self, reason = "it counts only while the watch exists")]
    pub(super) fn has_inexact(&self) -> bool {
        HAS_INEXACT.get()
    }
}

impl Drop for Watch {
    #[inline]
    fn drop(&mut self) {
        IS_ON.set(self.is_on);
        HAS_INEXACT.set(self.has_inexact);
    }
}

/// While it exists, texts are kept.
pub(super) struct Keeper {
    is_on: bool,
    state: State,
    pass: Option<Pass>,
}

impl Keeper {
    /// Starts to decode a text. Values without a field around them are replaced and listed if `lists_values`.
    pub(super) fn start(text: &str, lists_values: bool) -> Self {
        let pass = Pass { text: text.into(), address: text.as_ptr().addr(), found: Vec::new() };
        let owner = if lists_values { Owner::Root } else { Owner::None };
        Self {
            is_on: IS_ON.replace(true),
            state: STATE.replace(State::start(owner)),
            pass: PASS.with_borrow_mut(|before| before.replace(pass)),
        }
    }

    /// The fields that were found, in the order of the text.
    #[expect(clippy::unused_self, reason = "there are fields only while the keeper exists")]
    pub(super) fn found(&self) -> Vec<Found> {
        let mut found = with_pass(|pass| std::mem::take(&mut pass.found)).unwrap_or_default();
        found.sort_unstable();
        found.dedup_by_key(|found| found.offset);
        found
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        IS_ON.set(self.is_on);
        STATE.set(self.state);
        PASS.with_borrow_mut(|pass| *pass = self.pass.take());
    }
}

fn with_pass<T>(read: impl FnOnce(&mut Pass) -> T) -> Option<T> {
    PASS.with_borrow_mut(|pass| pass.as_mut().map(read))
}

/// Notes that a value is replaced by the nearest one of its type; `false` if that is not allowed: the value is money, or it is
/// neither in a field nor a part of the text that is decoded.
pub(super) fn replace(kind: Kind, text: &str) -> bool {
    let mut state = STATE.get();
    let is_money = match state.owner {
        Owner::None => return false,
        // Without a name, a decimal may be an amount.
        Owner::Root => kind == Kind::Decimal,
        Owner::Field(name) => says_money(name),
        Owner::Entry { is_money, has_field } => is_money || (!has_field && kind == Kind::Decimal),
    };
    if !state.may_replace || (is_money && !kind.is_date()) {
        return false;
    }
    if !state.owner.has_field() {
        return list_value(text);
    }
    state.replaced.insert(kind);
    STATE.set(state);
    true
}

/// Lists a value without a field; `false` if its text is not a part of the text that is decoded.
fn list_value(text: &str) -> bool {
    let listed = with_pass(|pass| {
        let offset = text.as_ptr().addr().checked_sub(pass.address)?;
        let is_part = pass.text.get(offset..)?.starts_with(text);
        is_part.then(|| pass.found.push(Found { offset, is_absent: false, has_field: false }))
    });
    listed.flatten().is_some()
}

/// Notes that a value of this kind was read that is not what its text says.
pub(super) fn note_inexact(kind: Kind) {
    HAS_INEXACT.set(true);
    let mut state = STATE.get();
    state.inexact.insert(kind);
    STATE.set(state);
}

/// Lists a value without a field if it is not what its text says.
pub(super) fn list_inexact(text: &str) {
    let state = STATE.get();
    if !state.inexact.is_empty() && matches!(state.owner, Owner::Root | Owner::Entry { has_field: false, .. })
    {
        list_value(text);
        STATE.set(State { inexact: Kinds::NONE, ..state });
    }
}

/// The entries of a map that is being decoded: their keys can say that they are money.
pub(super) struct Entries(Option<Owner>);

impl Entries {
    #[inline]
    pub(super) fn start() -> Self {
        Self(is_on().then(|| STATE.get().owner))
    }

    #[inline]
    pub(super) fn enter(&self, key: &str) {
        if let Some(owner @ (Owner::Root | Owner::Field(_) | Owner::Entry { .. })) = self.0 {
            let owner = Owner::Entry { is_money: says_money(key), has_field: owner.has_field() };
            STATE.set(State { owner, ..STATE.get() });
        }
    }

    #[inline]
    pub(super) fn end(self) {
        if let Some(owner) = self.0 {
            STATE.set(State { owner, ..STATE.get() });
        }
    }
}

/// An attempt to decode a value as a variant of a union.
pub(super) struct Attempt(Option<(State, usize)>);

impl Attempt {
    /// Starts the attempt.
    #[inline]
    pub(super) fn start(may_replace: bool) -> Self {
        #[cfg(test)]
        ATTEMPTS.set(ATTEMPTS.get() + 1);
        Self(is_on().then(|| {
            let state = STATE.get();
            STATE.set(State { may_replace: may_replace && state.may_replace, ..state });
            (state, with_pass(|pass| pass.found.len()).unwrap_or_default())
        }))
    }

    /// Ends the attempt; what was found in one that failed is forgotten.
    #[inline]
    pub(super) fn end(self, is_success: bool) {
        let Some((before, found)) = self.0 else { return };
        if is_success {
            STATE.set(State { may_replace: before.may_replace, ..STATE.get() });
        } else {
            STATE.set(before);
            let _ = with_pass(|pass| pass.found.truncate(found));
        }
    }
}

/// The fields of an object that is being decoded.
#[derive(Debug)]
pub(super) struct KeptFields {
    /// The state before the object.
    outer: State,
    /// The offset of the name of the current field in the text; none if that is not known.
    offset: Option<usize>,
    /// The fields whose text was kept.
    kept: Vec<&'static str>,
}

/// What is to be done with the text of a field.
pub(super) enum Text {
    Keep(Box<RawValue>, Kinds),
    /// An earlier value of the same field was kept.
    Forget,
    Nothing,
}

impl KeptFields {
    #[cold]
    pub(super) fn start() -> Box<Self> {
        Box::new(Self { outer: STATE.get(), offset: None, kept: Vec::new() })
    }

    /// Before the value of a field whose name is at an address.
    #[cold]
    pub(super) fn enter(&mut self, name: &'static str, address: usize) {
        self.offset = with_pass(|pass| {
            let offset = address.checked_sub(pass.address)?;
            pass.text.get(offset..)?.starts_with(name).then_some(offset)
        })
        .flatten();
        let owner = if self.offset.is_some() { Owner::Field(name) } else { Owner::None };
        STATE.set(State { owner, replaced: Kinds::NONE, inexact: Kinds::NONE, ..STATE.get() });
    }

    /// After the value of a field.
    #[cold]
    pub(super) fn leave(&mut self, name: &'static str, required: bool, may_be_absent: bool) -> Text {
        let State { replaced, inexact, .. } = STATE.get();
        let is_replaced = !replaced.is_empty();
        let kinds = replaced.union(inexact);
        let text = self.offset.filter(|_| !kinds.is_empty()).and_then(|offset| {
            with_pass(|pass| {
                let text = value_at(&pass.text, offset)?;
                // A required list shall not read as empty, which would hide the items that can be read.
                let is_absent = is_replaced && may_be_absent && !(required && text.starts_with(['[', '{']));
                // A time without a zone still is that time.
                if is_replaced || inexact.contains(Kind::Json) {
                    pass.found.push(Found { offset, is_absent, has_field: true });
                }
                let text = (!is_absent).then(|| text.to_owned());
                text.and_then(|text| RawValue::from_string(text).ok())
            })
            .flatten()
        });
        match text {
            Some(text) => {
                self.kept.push(name);
                Text::Keep(text, kinds)
            }
            None if self.kept.contains(&name) => Text::Forget,
            None => Text::Nothing,
        }
    }

    /// After the object.
    #[cold]
    pub(super) fn end(&self) {
        STATE.set(self.outer);
    }
}

/// The text of the value of a field whose name starts at an offset.
pub(super) fn value_at(text: &str, offset: usize) -> Option<&str> {
    let (_, rest) = text.get(offset..)?.split_once('"')?;
    next_value(rest.trim_start().strip_prefix(':')?)
}

/// The text of the value that starts at an offset.
pub(super) fn value_from(text: &str, offset: usize) -> Option<&str> {
    next_value(text.get(offset..)?)
}

fn next_value(text: &str) -> Option<&str> {
    Reader::new(text).read_raw().ok()
}
