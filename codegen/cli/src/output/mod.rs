//! What commands print: responses in the format that the person wants, and errors.

mod cell;
mod column_check;
mod csv;
mod error_report;
mod escape;
mod jq;
mod json;
mod printer;
mod style;
mod table;
mod text_width;
#[cfg(test)]
mod transcript_tests;
mod yaml;

pub(crate) use self::{
    error_report::print_error,
    escape::{escape_json, escape_line, escape_lines},
    printer::Printer,
    style::{ColorChoice, Painter},
};

/// The value of `--output`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// A table for people. The default on a terminal.
    Table,
    /// JSON; in several lines on a terminal. The default without a terminal.
    Json,
    /// One line of JSON for each item.
    Jsonl,
    /// YAML.
    Yaml,
    /// Comma-separated values, with a header.
    Csv,
    /// The body of the response as it was received.
    Raw,
}

impl Format {
    pub(crate) const ALL: [Self; 6] =
        [Self::Table, Self::Json, Self::Jsonl, Self::Yaml, Self::Csv, Self::Raw];

    /// The name on the command line.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Yaml => "yaml",
            Self::Csv => "csv",
            Self::Raw => "raw",
        }
    }
}

/// The flags for the output.
#[derive(Clone, Debug, Default)]
pub(crate) struct OutputOptions {
    /// `--output`
    pub(crate) format: Option<Format>,
    /// `--jq`
    pub(crate) jq: Option<String>,
    /// `--raw-output`: strings that `--jq` returns are printed without quotes.
    pub(crate) raw_strings: bool,
    /// `--columns`
    pub(crate) columns: Vec<String>,
    /// `--color`
    pub(crate) color: ColorChoice,
}
