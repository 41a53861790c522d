//! Prints the responses of a command.

use std::collections::BTreeSet;

use openapi_client_description::{Description, JsonValue, Type, TypeDefinition};

use super::{
    Format, OutputOptions,
    cell::select_path,
    column_check::ColumnCheck,
    csv::render_csv,
    escape::{escape_json, escape_line, escape_lines},
    jq::JqFilter,
    json::{render_pretty, write_pretty},
    style::Painter,
    table::{Layout, TableSettings, render_object},
    yaml::{render_yaml, render_yaml_item},
};
use crate::{
    error::{CliError, Exit},
    io::Io,
    program::Settings,
};

/// The number of items after which the columns of a table are chosen, and rows are printed as they arrive.
const SAMPLE: usize = 100;

/// Prints one response, or the items of a list as they arrive.
///
/// - [`print_value`](Self::print_value) prints a response that is not a list, and [`print_page`](Self::print_page) one page of
///   a list: tables, CSV and JSON lines have its items, the other formats and `--jq` the whole response.
/// - `--columns` chooses the columns of tables and CSV. In the other formats, it chooses the properties of the items.
/// - For all pages of a list, call [`print_item`](Self::print_item) for each item, then [`finish`](Self::finish), or
///   [`close_after_error`](Self::close_after_error) if a page failed: what was printed by then is valid JSON too. `--jq` gets
///   one item at a time with JSON lines, and otherwise the list of all items at the end.
pub(crate) struct Printer {
    format: Format,
    filter: Option<JqFilter>,
    raw_strings: bool,
    is_terminal: bool,
    table: TableSettings,
    check: ColumnCheck,
    layout: Option<Layout>,
    /// The items that wait for others, because the output depends on all or many of them.
    waiting: Vec<JsonValue>,
    /// The number of items that were printed.
    printed: usize,
}

impl Printer {
    /// # Errors
    ///
    /// `--jq` is not a valid expression, or contradicts other flags.
    pub(crate) fn new(options: &OutputOptions, settings: &Settings, io: &Io) -> Result<Self, CliError> {
        let filter = options.jq.as_deref().map(JqFilter::compile).transpose()?;
        if options.raw_strings && filter.is_none() {
            return Err(CliError::usage(
                "--raw-output needs --jq: it prints strings that an expression returns",
            ));
        }
        let is_terminal = io.stdout_is_terminal;
        let default = if is_terminal && filter.is_none() { Format::Table } else { Format::Json };
        let format = options.format.unwrap_or(default);
        if filter.is_some() && format == Format::Raw {
            return Err(CliError::usage(
                "--jq needs another format than `raw`, which is the body as it was received",
            )
            .hint("For strings without quotes: --jq EXPR --raw-output"));
        }
        let is_tabular = matches!(format, Format::Table | Format::Csv);
        if !options.columns.is_empty() && !is_tabular && (filter.is_some() || format == Format::Raw) {
            let message =
                format!("--columns has no effect with --jq or `raw` and the format `{}`", format.name());
            return Err(CliError::usage(message)
                .hint("Add `-o table` or `-o csv`, or choose properties with --jq only"));
        }
        let table = TableSettings {
            columns: options.columns.clone(),
            preferred: settings.columns,
            hidden: BTreeSet::new(),
            width: io.width,
            painter: Painter::new(options.color, io, is_terminal),
        };
        Ok(Self {
            format,
            filter,
            raw_strings: options.raw_strings,
            is_terminal,
            check: ColumnCheck::new(&options.columns),
            table,
            layout: None,
            waiting: Vec::new(),
            printed: 0,
        })
    }

    /// Leaves secrets out of the columns that a table of a list chooses: whoever lists payments wants to see none. An object that is
    /// printed on its own has them, because the API may show them only once.
    pub(crate) fn hide_secrets(&mut self, description: &Description) {
        let objects = description.types.values().filter_map(|definition| match definition {
            TypeDefinition::Object(object) => Some(object),
            _ => None,
        });
        let fields = objects.flat_map(|object| &object.fields);
        let secrets = fields.filter(|(_, field)| *description.resolve(field.ty()) == Type::Secret);
        self.table.hidden.extend(secrets.map(|(name, _)| name.clone()));
    }

    /// Whether the response is printed as the bytes that were received.
    pub(crate) fn is_raw(&self) -> bool {
        self.format == Format::Raw
    }

    /// Prints a response.
    pub(crate) fn print_value(&mut self, io: &mut Io, value: &JsonValue) -> Result<(), CliError> {
        if self.filter.is_some() {
            self.print_filtered(io, value)?;
        } else {
            match value {
                JsonValue::List(items) => items.iter().for_each(|item| self.check.note_item(item)),
                _ => self.check.note_item(value),
            }
            let selected = self.select_columns(value);
            self.print_plain(io, selected.as_ref().unwrap_or(value))?;
            self.note_missing_columns(io);
        }
        io.flush_stdout()
    }

    /// Prints one page of a list. `items` are its items, `more` what to add to the command for the next page.
    pub(crate) fn print_page(
        &mut self,
        io: &mut Io,
        response: &JsonValue,
        items: &[JsonValue],
        more: Option<&str>,
    ) -> Result<(), CliError> {
        let prints_items = matches!(self.format, Format::Table | Format::Csv | Format::Jsonl);
        if self.filter.is_some() || !prints_items {
            let shows_items = self.filter.is_none() && !self.table.columns.is_empty();
            let list = shows_items.then(|| JsonValue::List(items.to_vec()));
            return self.print_value(io, list.as_ref().unwrap_or(response));
        }
        for item in items {
            self.print_item(io, item)?;
        }
        self.finish(io, more)
    }

    /// Prints an item of a list, or keeps it if the output depends on later ones.
    pub(crate) fn print_item(&mut self, io: &mut Io, item: &JsonValue) -> Result<(), CliError> {
        if self.filter.is_none() {
            self.check.note_item(item);
        }
        match (&self.filter, self.format) {
            (Some(_), Format::Jsonl) => {
                self.print_filtered(io, item)?;
                io.flush_stdout()
            }
            (Some(_), _) | (None, Format::Csv) => {
                self.waiting.push(item.clone());
                Ok(())
            }
            (None, Format::Table) => self.print_row(io, item),
            (None, _) => {
                let selected = self.select_columns(item);
                self.print_streamed(io, selected.as_ref().unwrap_or(item))?;
                self.printed += 1;
                Ok(())
            }
        }
    }

    fn print_streamed(&self, io: &mut Io, item: &JsonValue) -> Result<(), CliError> {
        match self.format {
            Format::Json => {
                let mut text = String::from(if self.printed == 0 { "[\n" } else { ",\n" });
                if self.is_terminal {
                    text.push_str("  ");
                    write_pretty(&mut text, item, 1, self.table.painter);
                } else {
                    text.push_str(&item.to_string());
                }
                io.write_stdout(&text)
            }
            Format::Yaml => self.print_lines(io, &render_yaml_item(item)),
            _ => self.print_json(io, format!("{item}\n")),
        }
    }

    /// Prints what waited for the end of a list. `more` is what to add to the command for the next page, if there is one.
    pub(crate) fn finish(&mut self, io: &mut Io, more: Option<&str>) -> Result<(), CliError> {
        self.close_list(io)?;
        if self.filter.is_none() && matches!(self.format, Format::Table | Format::Csv) {
            if self.printed == 0 {
                io.write_stderr("The list is empty.\n");
            }
            if let Some(more) = more {
                io.write_stderr(&format!("There are more. Next page: {}\n", escape_line(more)));
            }
        }
        self.note_missing_columns(io);
        Ok(())
    }

    /// Prints what arrived before a page failed, so that the output is complete for what it has. An expression of `--jq` is not
    /// applied to a part of a list.
    pub(crate) fn close_after_error(&mut self, io: &mut Io) -> Result<(), CliError> {
        if self.filter.is_some() {
            self.waiting.clear();
            return io.flush_stdout();
        }
        if self.printed == 0 && self.waiting.is_empty() {
            return io.flush_stdout();
        }
        self.close_list(io)
    }

    /// Prints a body that is not JSON. A terminal gets text only, without control characters.
    pub(crate) fn print_bytes(&mut self, io: &mut Io, bytes: &[u8]) -> Result<(), CliError> {
        if !self.is_terminal {
            io.stdout.write_all(bytes).map_err(|error| CliError::from_io("write the output", &error))?;
            return io.flush_stdout();
        }
        let Ok(text) = std::str::from_utf8(bytes) else {
            let message = format!(
                "the response is {} bytes that are not text; a terminal cannot show them",
                bytes.len()
            );
            return Err(CliError::usage(message).hint("Write them to a file: add `> FILE`"));
        };
        io.write_stdout(&escape_lines(&text.replace("\r\n", "\n")))?;
        if !text.is_empty() && !text.ends_with('\n') {
            io.write_stdout("\n")?;
        }
        io.flush_stdout()
    }

    fn close_list(&mut self, io: &mut Io) -> Result<(), CliError> {
        let waiting = std::mem::take(&mut self.waiting);
        match (&self.filter, self.format) {
            (Some(_), Format::Jsonl) => {}
            (Some(_), _) => self.print_filtered(io, &JsonValue::List(waiting))?,
            (None, Format::Csv) => self.print_csv(io, &waiting)?,
            (None, Format::Table) => self.print_rows(io, &waiting)?,
            (None, Format::Json) => io.write_stdout(if self.printed == 0 { "[]\n" } else { "\n]\n" })?,
            (None, Format::Yaml) if self.printed == 0 => io.write_stdout("[]\n")?,
            (None, Format::Yaml | Format::Jsonl | Format::Raw) => {}
        }
        io.flush_stdout()
    }

    /// Prints the outputs of the expression: each on its own, those of a table or CSV together.
    fn print_filtered(&mut self, io: &mut Io, input: &JsonValue) -> Result<(), CliError> {
        let Some(filter) = &self.filter else { return Ok(()) };
        if !matches!(self.format, Format::Table | Format::Csv) {
            let mut count = 0;
            return filter.apply(input, |output| {
                count += 1;
                if self.format == Format::Yaml && count > 1 {
                    io.write_stdout("---\n")?;
                }
                self.print_document(io, &output)
            });
        }
        let mut outputs = Vec::new();
        filter.apply(input, |output| {
            outputs.push(output);
            Ok(())
        })?;
        match outputs.as_slice() {
            [output] => self.print_plain(io, output),
            _ => self.print_plain(io, &JsonValue::List(outputs)),
        }
    }

    /// Prints a value in a format that has each value on its own.
    fn print_document(&self, io: &mut Io, value: &JsonValue) -> Result<(), CliError> {
        match (self.format, value) {
            (Format::Json | Format::Jsonl, JsonValue::String(text)) if self.raw_strings => {
                self.print_lines(io, &format!("{text}\n"))
            }
            (Format::Json, _) if self.is_terminal => {
                io.write_stdout(&format!("{}\n", render_pretty(value, self.table.painter)))
            }
            (Format::Yaml, _) => self.print_lines(io, &render_yaml(value)),
            _ => self.print_json(io, format!("{value}\n")),
        }
    }

    fn print_plain(&mut self, io: &mut Io, value: &JsonValue) -> Result<(), CliError> {
        match (self.format, value) {
            (Format::Jsonl, JsonValue::List(items)) => {
                items.iter().try_for_each(|item| self.print_document(io, item))
            }
            (Format::Csv, JsonValue::List(items)) => self.print_csv(io, items),
            (Format::Csv, _) => self.print_csv(io, std::slice::from_ref(value)),
            (Format::Table, JsonValue::List(items)) => {
                if items.is_empty() {
                    io.write_stderr("The list is empty.\n");
                }
                self.print_rows(io, items)
            }
            (Format::Table, JsonValue::Object(_)) => io.write_stdout(&render_object(&self.table, value)),
            (Format::Table, _) => io.write_stdout(&format!("{}\n", escape_line(&value.to_text()))),
            _ => self.print_document(io, value),
        }
    }

    /// The value with the chosen properties, if the format has no columns of its own.
    fn select_columns(&self, value: &JsonValue) -> Option<JsonValue> {
        if self.table.columns.is_empty() || matches!(self.format, Format::Table | Format::Csv) {
            return None;
        }
        match value {
            JsonValue::Object(_) => {
                let find = |path: &String| select_path(value, path).cloned().unwrap_or(JsonValue::Null);
                let columns = self.table.columns.iter();
                Some(JsonValue::Object(columns.map(|path| (path.clone(), find(path))).collect()))
            }
            JsonValue::List(items) => {
                let select = |item: &JsonValue| self.select_columns(item).unwrap_or_else(|| item.clone());
                Some(JsonValue::List(items.iter().map(select).collect()))
            }
            _ => None,
        }
    }

    fn note_missing_columns(&self, io: &mut Io) {
        if let Some(note) = self.check.describe_missing() {
            io.write_stderr(&note);
        }
    }

    fn print_row(&mut self, io: &mut Io, item: &JsonValue) -> Result<(), CliError> {
        if let Some(layout) = &self.layout {
            self.printed += 1;
            return io.write_stdout(&layout.render_row(item));
        }
        self.waiting.push(item.clone());
        if self.waiting.len() < SAMPLE {
            return Ok(());
        }
        let items = std::mem::take(&mut self.waiting);
        self.print_rows(io, &items)
    }

    fn print_rows(&mut self, io: &mut Io, items: &[JsonValue]) -> Result<(), CliError> {
        if items.is_empty() {
            return Ok(());
        }
        let layout = Layout::choose(&self.table, items);
        let mut text = layout.render_header();
        items.iter().for_each(|item| text.push_str(&layout.render_row(item)));
        self.printed += items.len();
        self.layout = Some(layout);
        io.write_stdout(&text)
    }

    fn print_csv(&mut self, io: &mut Io, items: &[JsonValue]) -> Result<(), CliError> {
        self.printed += items.len();
        let text = render_csv(&self.table.columns, items)?;
        self.print_lines(io, &text)
    }

    fn print_json(&self, io: &mut Io, text: String) -> Result<(), CliError> {
        io.write_stdout(&if self.is_terminal { escape_json(text) } else { text })
    }

    /// Prints texts in which a terminal must not find control characters; files get them as they are.
    fn print_lines(&self, io: &mut Io, text: &str) -> Result<(), CliError> {
        if self.is_terminal { io.write_stdout(&escape_lines(text)) } else { io.write_stdout(text) }
    }
}

/// Whether an error means that nobody reads the output any more.
pub(super) fn is_pipe_closed(error: &CliError) -> bool {
    error.exit == Exit::PipeClosed
}
