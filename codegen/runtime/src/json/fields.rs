//! The reader that decodes the fields of generated structs from an object.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::json::{
    codec::{Decode, DecodeSeed},
    decode_error::add_to_path,
    extra_fields::ExtraFields,
    field::Field,
    keeping::{self, KeptFields, Text},
    recovery_rules::UNREADABLE,
};

/// Decodes an object into the fields of a struct.
///
/// The struct calls one method per field, in the order of its table. A method decodes its field if the value of that field
/// is next in the input, and otherwise does nothing. One pass over the struct thus decodes an object whose fields are in
/// the order of the table, which is what servers send; each field that is out of order costs another pass.
///
/// No call needs the index of its field, so that the rows of `model!` do not either.
#[derive(Debug)]
pub(super) struct FieldReader<'a, A, E> {
    map: &'a mut A,
    fields: &'static [Field],
    /// The index of the field that the next method call is about.
    position: usize,
    /// The index of the field whose value is next in the input, or `END`.
    next: usize,
    present: PresentFields,
    extra_fields: ExtraFields,
    result: Result<(), E>,
    /// While the texts of fields are kept.
    keeping: Option<Box<KeptFields>>,
}

/// The end of the object, or an error.
const END: usize = usize::MAX;

impl<'a, 'de, A: MapAccess<'de>> FieldReader<'a, A, A::Error> {
    pub(super) fn new(map: &'a mut A, fields: &'static [Field]) -> Self {
        let mut reader = Self {
            map,
            fields,
            position: 0,
            next: END,
            present: PresentFields::default(),
            extra_fields: ExtraFields::new(),
            result: Ok(()),
            keeping: keeping::is_on().then(KeptFields::start),
        };
        reader.advance();
        reader
    }

    /// Starts another pass over the struct, if there is a value to decode.
    #[inline]
    pub(super) fn begin_pass(&mut self) -> bool {
        self.position = 0;
        self.next != END
    }

    /// Returns the fields that the struct does not have, unless decoding failed or a field is missing without which it fails.
    ///
    /// An object that has other fields and none of the struct's required ones, such as an error, is not taken for a struct
    /// whose fields are all absent.
    pub(super) fn finish(self) -> Result<ExtraFields, A::Error> {
        self.result?;
        let missing = if self.present.is_empty() && !self.extra_fields.is_empty() {
            self.fields.iter().find(|field| field.required).map(|field| field.name)
        } else {
            self.present.first_missing(self.fields)
        };
        match missing {
            None => Ok(self.extra_fields),
            Some(name) => Err(A::Error::missing_field(name)),
        }
    }

    #[inline]
    fn is_next(&mut self) -> bool {
        let is_next = self.position == self.next;
        self.position += 1;
        is_next
    }

    /// Reads the name of the next field.
    // Not inlined: a struct contains a call of this for each of its fields.
    #[inline(never)]
    fn advance(&mut self) {
        if self.keeping.is_some() {
            self.keep_text();
        }
        match self.next_field() {
            Ok(Some((index, address))) => {
                self.present.insert(index);
                self.next = index;
                if let (Some(keeping), Some(field)) = (&mut self.keeping, self.fields.get(index)) {
                    keeping.enter(field.name, address);
                }
            }
            Ok(None) => {
                self.next = END;
                if let Some(keeping) = &self.keeping {
                    keeping.end();
                }
            }
            Err(error) => self.fail(error),
        }
    }

    /// Keeps the text of the field that was decoded, if its type cannot hold the value.
    #[cold]
    fn keep_text(&mut self) {
        let (Some(keeping), Some(field)) = (&mut self.keeping, self.fields.get(self.next)) else { return };
        match keeping.leave(field.name, field.required, field.may_be_absent) {
            Text::Keep(text, kinds) => self.extra_fields.insert_kept(field.name.to_owned(), text, kinds),
            Text::Forget => self.extra_fields.remove(field.name),
            Text::Nothing => {}
        }
    }

    /// The next field that the struct has, and the address of its name.
    fn next_field(&mut self) -> Result<Option<(usize, usize)>, A::Error> {
        loop {
            let (mut address, mut unknown) = (0, None);
            let names = FieldNameSeed {
                fields: self.fields,
                next: self.position,
                needs_address: self.keeping.is_some(),
                address: &mut address,
                unknown: &mut unknown,
            };
            match self.map.next_key_seed(names)? {
                None => return Ok(None),
                Some(UNKNOWN) => self.keep_unknown(unknown.take().unwrap_or_default())?,
                Some(index) => return Ok(Some((index, address))),
            }
        }
    }

    /// Keeps the value of a field that the struct does not have.
    fn keep_unknown(&mut self, name: String) -> Result<(), A::Error> {
        let text = self.map.next_value()?;
        match name.strip_prefix(UNREADABLE) {
            Some(marked) => self.keep_unreadable(marked, text),
            None => self.extra_fields.insert_raw(name, text),
        }
        Ok(())
    }

    /// Keeps the text of a field whose name is marked because its type cannot hold the value, see `unreadable`.
    #[cold]
    fn keep_unreadable(&mut self, name: &str, text: Box<RawValue>) {
        let index = self.fields.iter().position(|field| field.name == name && field.may_be_absent);
        match index {
            Some(index) => {
                self.present.insert(index);
                self.extra_fields.insert_raw(name.to_owned(), text);
            }
            None => self.extra_fields.insert_raw(format!("{UNREADABLE}{name}"), text),
        }
    }

    #[cold]
    fn fail(&mut self, error: A::Error) {
        self.result = Err(match self.fields.get(self.next) {
            Some(field) => add_to_path(error, field.name),
            None => error,
        });
        self.next = END;
        if let Some(keeping) = &self.keeping {
            keeping.end();
        }
    }
}

/// Decodes the fields of a struct, one call for each. Its methods have the names of the presences in the rows of `model!`.
///
/// A trait, because the compiler finds the methods of a parameter `R: ReadFields` in a fraction of the time that it takes for those of
/// a `FieldReader`, whose types are projections.
pub trait ReadFields {
    /// A required field.
    fn required<T: Decode>(&mut self, slot: &mut T);

    /// A required field that responses may lack. Its placeholder is its value then.
    #[inline]
    fn expected<T: Decode>(&mut self, slot: &mut T) {
        self.required(slot);
    }

    /// An optional field; `null` means the same as absence.
    #[inline]
    fn optional<T: Decode>(&mut self, slot: &mut Option<T>) {
        self.required(slot);
    }

    /// An optional field whose `null` differs from absence.
    fn nullable<T: Decode>(&mut self, slot: &mut Option<T>);
}

impl<'de, A: MapAccess<'de>> ReadFields for FieldReader<'_, A, A::Error> {
    #[inline]
    fn required<T: Decode>(&mut self, slot: &mut T) {
        if self.is_next() {
            match self.map.next_value_seed(DecodeSeed::new()) {
                Ok(value) => {
                    *slot = value;
                    self.advance();
                }
                Err(error) => self.fail(error),
            }
        }
    }

    #[inline]
    fn nullable<T: Decode>(&mut self, slot: &mut Option<T>) {
        if self.is_next() {
            match self.map.next_value_seed(DecodeSeed::new()) {
                Ok(value) => {
                    *slot = Some(value);
                    self.advance();
                }
                Err(error) => self.fail(error),
            }
        }
    }
}

/// Looks up a field by name. Servers send fields in a fixed order, so the search starts after the previous field.
///
/// The result is the index in the table, or `UNKNOWN`.
struct FieldNameSeed<'a> {
    fields: &'static [Field],
    next: usize,
    needs_address: bool,
    /// The address of the name in the text, if it is needed.
    address: &'a mut usize,
    /// A name that the table does not have.
    unknown: &'a mut Option<String>,
}

/// The type name by which a [`Reader`](super::reader::Reader) recognises that a name is expected. No Rust type has it.
pub(super) const EXPECTS_NAME: &str = "$openapi-client-runtime: a name is expected";

/// In place of an index.
const UNKNOWN: usize = usize::MAX;

impl FieldNameSeed<'_> {
    fn find(&self, name: &str) -> Option<usize> {
        let (before, after) = self.fields.split_at_checked(self.next)?;
        let position = |fields: &[Field]| fields.iter().position(|field| field.name == name);
        position(after).map(|index| index + self.next).or_else(|| position(before))
    }
}

impl<'de> DeserializeSeed<'de> for FieldNameSeed<'_> {
    type Value = usize;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<usize, D::Error> {
        match self.fields.get(self.next) {
            // A `Reader` calls `visit_some`, all others do not look at the token.
            Some(field) if field.is_plain && !self.needs_address => {
                deserializer.deserialize_newtype_struct(EXPECTS_NAME, self)
            }
            _ => deserializer.deserialize_identifier(self),
        }
    }
}

impl<'de> Visitor<'de> for FieldNameSeed<'_> {
    type Value = usize;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a field name")
    }

    /// The name can be compared where it stands, which ends in `visit_unit` or `visit_str`.
    #[inline]
    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<usize, D::Error> {
        match self.fields.get(self.next) {
            Some(field) => deserializer.deserialize_unit_struct(field.name, self),
            None => deserializer.deserialize_identifier(self),
        }
    }

    /// The name is that of the expected field.
    #[inline]
    fn visit_unit<E>(self) -> Result<usize, E> {
        Ok(self.next)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<usize, D::Error> {
        deserializer.deserialize_identifier(self)
    }

    fn visit_str<E>(self, name: &str) -> Result<usize, E> {
        if let Some(index) = self.find(name) {
            *self.address = name.as_ptr().addr();
            return Ok(index);
        }
        *self.unknown = Some(name.to_owned());
        Ok(UNKNOWN)
    }
}

/// The fields that are present.
#[derive(Debug, Default)]
struct PresentFields {
    /// So many of the first fields are present: all of them, after an object that has them in the order of the table.
    in_order: usize,
    /// Further fields, out of order. Nearly all structs have at most 128 fields, which need no allocation.
    first_128: u128,
    others: Vec<usize>,
}

impl PresentFields {
    #[inline]
    fn insert(&mut self, index: usize) {
        if index == self.in_order {
            self.in_order += 1;
        } else {
            self.insert_out_of_order(index);
        }
    }

    fn insert_out_of_order(&mut self, index: usize) {
        if index < 128 {
            self.first_128 |= 1 << index;
        } else {
            self.others.push(index);
        }
    }

    fn is_empty(&self) -> bool {
        self.in_order == 0 && self.first_128 == 0 && self.others.is_empty()
    }

    fn contains(&self, index: usize) -> bool {
        index < self.in_order
            || if index < 128 { self.first_128 & (1 << index) != 0 } else { self.others.contains(&index) }
    }

    fn first_missing(&self, fields: &'static [Field]) -> Option<&'static str> {
        let rest = fields.iter().enumerate().skip(self.in_order);
        let mut missing = rest.filter(|(index, field)| field.is_essential() && !self.contains(*index));
        missing.next().map(|(_, field)| field.name)
    }
}
