//! The file format: JSON with a line for each operation and type, so that a change of one changes one line.

use std::{fmt, io};

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

use crate::{
    description::Description, docs::Docs, operation::Operation, type_definition::TypeDefinition,
    value_type::Type,
};

/// Why a description was not read or written.
#[derive(Debug)]
pub struct FormatError(String);

impl fmt::Display for FormatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for FormatError {}

impl From<serde_json::Error> for FormatError {
    fn from(error: serde_json::Error) -> Self {
        Self(error.to_string())
    }
}

impl Description {
    /// Reads a description.
    ///
    /// # Errors
    ///
    /// The text is not a description, or the description uses a type that it does not define.
    pub fn from_json(text: &str) -> Result<Self, FormatError> {
        let description: Self = serde_json::from_str(text)?;
        match description.find_undefined_type() {
            Some(name) => Err(FormatError(format!("the type `{name}` is not defined"))),
            None => Ok(description),
        }
    }

    /// Writes a description.
    ///
    /// # Errors
    ///
    /// A number in an example, constant or allowed value is not a JSON number.
    pub fn to_json(&self) -> Result<String, FormatError> {
        write_lines(self)
    }

    /// A name that is used as a type and not defined. Lookups would take it for a scalar type.
    fn find_undefined_type(&self) -> Option<&str> {
        let mut types: Vec<&Type> = self.operations.iter().flat_map(Operation::types).collect();
        types.extend(self.types.values().flat_map(TypeDefinition::types));
        types.extend(self.events.iter().filter_map(|event| event.payload.as_ref()));
        let mut names = types.into_iter().filter_map(Type::referenced_name);
        names.find(|name| !self.types.contains_key(*name))
    }
}

impl Docs {
    /// Reads the texts of an API.
    ///
    /// # Errors
    ///
    /// The text is not of this form.
    pub fn from_json(text: &str) -> Result<Self, FormatError> {
        Ok(serde_json::from_str(text)?)
    }

    /// Writes the texts of an API.
    ///
    /// # Errors
    ///
    /// None: all of it is text.
    pub fn to_json(&self) -> Result<String, FormatError> {
        write_lines(self)
    }
}

fn write_lines(value: &impl Serialize) -> Result<String, FormatError> {
    let mut bytes = Vec::new();
    value.serialize(&mut Serializer::with_formatter(&mut bytes, LineFormatter { depth: 0 }))?;
    bytes.push(b'\n');
    String::from_utf8(bytes).map_err(|error| FormatError(error.to_string()))
}

/// Starts a line for each entry of the outer two levels, and writes everything deeper without spaces.
struct LineFormatter {
    depth: usize,
}

impl LineFormatter {
    fn open<W: io::Write + ?Sized>(&mut self, writer: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth += 1;
        writer.write_all(bracket)
    }

    fn close<W: io::Write + ?Sized>(&mut self, writer: &mut W, bracket: &[u8]) -> io::Result<()> {
        if self.depth <= 2 {
            writer.write_all(b"\n")?;
        }
        self.depth -= 1;
        writer.write_all(bracket)
    }

    fn separate<W: io::Write + ?Sized>(&self, writer: &mut W, first: bool) -> io::Result<()> {
        if !first {
            writer.write_all(b",")?;
        }
        if self.depth <= 2 { writer.write_all(b"\n") } else { Ok(()) }
    }
}

impl Formatter for LineFormatter {
    fn begin_array<W: io::Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.open(writer, b"[")
    }

    fn end_array<W: io::Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.close(writer, b"]")
    }

    fn begin_array_value<W: io::Write + ?Sized>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.separate(writer, first)
    }

    fn begin_object<W: io::Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.open(writer, b"{")
    }

    fn end_object<W: io::Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.close(writer, b"}")
    }

    fn begin_object_key<W: io::Write + ?Sized>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.separate(writer, first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DESCRIPTION: &str = r##"{
"pages":{
"data":"items",
"info":"cursors"
},
"operations":[
{"id":"createThing","method":"POST","path":"/things/{id}","parameters":{"path":{"id":"ThingId"},"query":{"marks":{"type":{"optional":{"list":"string"}},"style":"pipe_delimited"}}},"body":{"encoding":"json","required":true,"content":{"variants":[{"object":{"fields":{"price":{"type":{"optional":{"nullable":"decimal"}},"example":6.9,"constraints":{"exclusive_minimum":"0.10"}}},"open":true}}]}},"status":201,"response":{"json":{"list":"Thing"}}}
],
"types":{
"Kind":{"enum":["round","square"]},
"Name":{"alias":{"type":"string","constant":"fixed"}},
"Shape":{"union":[{"name":"Thing","type":"Thing","constants":{"kind":["round"]}}]},
"Thing":{"object":{"fields":{"id":"ThingId","kind":{"optional":"Kind"},"name":"Name","failure":{"type":{"nullable":"string"},"example":null},"secret":{"type":"secret","write_only":true},"more":{"map":"json_object"}},"constraints":{"max_properties":9}}},
"ThingId":{"identifier":["thing_"]}
},
"events":[
{"name":"thing.created","payload":"Shape"}
]
}
"##;

    #[test]
    fn a_description_survives_reading_and_writing() {
        let description = Description::from_json(DESCRIPTION).unwrap();
        assert_eq!(description.to_json().unwrap(), DESCRIPTION);
        let thing = description.object(&Type::Named("Thing".to_owned())).unwrap();
        assert!(thing.fields["id"].is_required() && !thing.fields["kind"].is_required());
    }

    #[test]
    fn what_is_not_a_description_is_an_error() {
        let undefined = DESCRIPTION.replace(r#""payload":"Shape""#, r#""payload":{"list":"Form"}"#);
        let error = Description::from_json(&undefined).unwrap_err();
        assert_eq!(error.to_string(), "the type `Form` is not defined");
        let unknown = DESCRIPTION.replace(r#""write_only""#, r#""writeonly""#);
        assert!(Description::from_json(&unknown).is_err());
    }
}
