//! Generates a crate, and writes its files or compares them with those on disk.

use std::path::Path;
use std::time::Instant;

use whop_codegen::render::Output;
use whop_codegen::{Generated, Inputs, Options, Summary, generate};

use crate::failure::Failure;
use crate::output::{Plan, Written, describe_drift, write};
use crate::progress::begin_step;
use crate::terminal::{count_noun, print_error, print_line, style};

/// A folder and the files that it should hold.
#[derive(Debug, Clone, Copy)]
pub struct Folder<'a> {
    /// Its name in messages.
    pub name: &'a str,
    /// Where it is.
    pub path: &'a Path,
    /// The files, with their paths below it.
    pub files: &'a [Output],
}

/// Generates a crate in memory.
///
/// # Errors
/// The messages about a document, an overlay or a configuration that is not valid.
pub fn generate_silently(inputs: Inputs, options: &Options) -> Result<Generated, Failure> {
    let generated = generate(inputs, options);
    if generated.failed {
        return Err(Failure::new(generated.messages.render(style())));
    }
    Ok(generated)
}

/// Generates a crate in memory, and prints the warnings and the report about values without a type.
///
/// # Errors
/// Those of [`generate_silently`].
pub fn generate_crate(inputs: Inputs, options: &Options) -> Result<Generated, Failure> {
    begin_step("generating the crate");
    let generated = generate_silently(inputs, options)?;
    if !generated.messages.is_empty() {
        print_error(&generated.messages.render(style()));
    }
    if let Some(report) = &generated.untyped {
        print_line(report.to_string().trim_end());
    }
    Ok(generated)
}

/// Writes the folders and prints what was written. `begin` is when the command was started.
///
/// # Errors
/// A file or a folder that cannot be read or written. A folder is then as it was before.
pub fn write_folders(folders: &[Folder<'_>], summary: &Summary, begin: Instant) -> Result<(), Failure> {
    begin_step("writing the files");
    print_line(&describe_counts(summary));
    for Folder { name, path, files } in folders {
        let Written { written, unchanged, removed } = write(path, files)?;
        print_line(&format!(
            "{name}: {} written, {unchanged} unchanged, {removed} removed, in {}",
            count_noun(written, "file"),
            format_elapsed(begin),
        ));
    }
    Ok(())
}

/// Compares the folders with what they should hold and prints that they are up to date. `command` is the command that brings
/// them up to date.
///
/// # Errors
/// The files that differ, with the first line in which they do; or a file that cannot be read.
pub fn check_folders(
    folders: &[Folder<'_>],
    summary: &Summary,
    begin: Instant,
    command: &str,
) -> Result<(), Failure> {
    begin_step("comparing the files");
    let mut texts = Vec::new();
    let mut unchanged = 0;
    for Folder { name, path, files } in folders {
        let plan = Plan::compare(path, files)?;
        texts.extend(describe_drift(&plan, name, command));
        unchanged += plan.unchanged;
    }
    if !texts.is_empty() {
        return Err(Failure::new(texts.join("\n")));
    }
    let names: Vec<&str> = folders.iter().map(|folder| folder.name).collect();
    print_line(&describe_counts(summary));
    print_line(&format!(
        "{}: {} up to date, checked in {}",
        names.join(", "),
        count_noun(unchanged, "file"),
        format_elapsed(begin)
    ));
    Ok(())
}

/// Adds an option with its value to a command line that is printed.
pub fn push_option(command: &mut String, option: &str, value: &str) {
    command.push_str(&format!(" --{option}"));
    push_argument(command, value);
}

/// Adds an argument to a command line that is printed, in quotes where a shell needs them.
pub fn push_argument(command: &mut String, value: &str) {
    let plain = value.chars().all(|c| c.is_alphanumeric() || "/._-:\\".contains(c));
    let value = if plain { value.to_owned() } else { format!("'{}'", value.replace('\'', r"'\''")) };
    command.push_str(&format!(" {value}"));
}

fn describe_counts(summary: &Summary) -> String {
    let Summary { operations, models, enums, unions, webhooks, .. } = *summary;
    let counted = [
        (operations, "operation"),
        (models, "model"),
        (enums, "enum"),
        (unions, "union"),
        (webhooks, "webhook"),
    ];
    counted.map(|(number, word)| count_noun(number, word)).join(", ")
}

fn format_elapsed(begin: Instant) -> String {
    format!("{:.2} s", begin.elapsed().as_secs_f64())
}
