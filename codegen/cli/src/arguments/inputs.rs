//! Reads files and standard input for the values of flags.

use std::io::Read as _;

use openapi_client_description::{JsonValue, ParseError};
use openapi_client_runtime::Bytes;

use crate::{call::FileContent, error::CliError, io::Io};

/// The files and the standard input of a command.
pub(crate) struct Inputs<'a> {
    io: &'a mut Io,
    is_stdin_read: bool,
}

impl<'a> Inputs<'a> {
    pub(crate) fn new(io: &'a mut Io) -> Self {
        Self { io, is_stdin_read: false }
    }

    /// The content of a file; `-` is standard input.
    pub(crate) fn read(&mut self, path: &str) -> Result<FileContent, CliError> {
        if path == "-" {
            if std::mem::replace(&mut self.is_stdin_read, true) {
                return Err(CliError::usage("standard input can be read only once"));
            }
            let mut content = Vec::new();
            self.io
                .stdin
                .read_to_end(&mut content)
                .map_err(|error| CliError::usage(format!("cannot read standard input: {error}")))?;
            return Ok(FileContent { name: None, content: content.into() });
        }
        let content = std::fs::read(path)
            .map_err(|error| CliError::usage(format!("cannot read the file `{path}`: {error}")))?;
        let name = std::path::Path::new(path).file_name().map(|name| name.to_string_lossy().into_owned());
        Ok(FileContent { name, content: Bytes::from(content) })
    }

    /// The first line of a file; `-` is standard input.
    pub(super) fn read_line(&mut self, flag: &str, path: &str) -> Result<String, CliError> {
        let file = self.read(path)?;
        let place = if path == "-" { "standard input".to_owned() } else { format!("`{path}`") };
        let text = std::str::from_utf8(&file.content)
            .map_err(|_| CliError::usage(format!("`{flag}`: {place} is not text in UTF-8")))?;
        let line = text.trim_start_matches('\u{feff}').lines().next().filter(|line| !line.is_empty());
        let line =
            line.ok_or_else(|| CliError::usage(format!("`{flag}`: the first line of {place} is empty")))?;
        Ok(line.to_owned())
    }

    /// The JSON of a flag: as it is, or `@FILE`, or `-` or `@-` for standard input.
    pub(crate) fn read_json(&mut self, flag: &str, text: &str) -> Result<JsonValue, CliError> {
        let path = if text == "-" { Some("-") } else { text.strip_prefix('@') };
        let Some(path) = path else {
            return parse_json(text).map_err(|why| CliError::usage(format!("`{flag}`: {why}")));
        };
        let file = self.read(path)?;
        let place = if path == "-" { "standard input".to_owned() } else { format!("`{path}`") };
        let text = std::str::from_utf8(&file.content)
            .map_err(|_| CliError::usage(format!("`{flag}`: {place} is not text in UTF-8")))?;
        parse_json(text).map_err(|why| CliError::usage(format!("`{flag}`: {place}: {why}")))
    }
}

/// Parses JSON, or says why it cannot be parsed.
pub(super) fn parse_json(text: &str) -> Result<JsonValue, String> {
    JsonValue::parse(text.trim_start_matches('\u{feff}')).map_err(|error| match error {
        ParseError::Syntax(why) => format!("not JSON: {why}"),
        ParseError::DuplicateProperty(path) => format!("the property `{path}` is there twice"),
        ParseError::TooDeep => "nested too deep".to_owned(),
    })
}
