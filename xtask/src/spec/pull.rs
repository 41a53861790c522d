//! `cargo xtask spec pull`: the newest document to the vendored one, if the generator takes it.

use std::path::PathBuf;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use clap::Args;
use whop_codegen::diagnostic::Diagnostics;
use whop_codegen::diff;
use whop_codegen::document::Source;
use whop_codegen::emit::Origin;
use whop_codegen::{Inputs, generate, generate_despite_dead_actions};

use super::diff::{Companions, Format, model, report};
use super::fetch::fetch;
use super::overlay::effects;
use super::vendor::{Record, vendor};
use crate::failure::Failure;
use crate::input::{CONFIG, DOCUMENTS, OVERLAY, SOURCE, bytes, read, sha256, vendored_document};
use crate::terminal::{complain, say};
use crate::workspace::Workspace;

/// Fetch the newest document, tell what differs from the vendored one, and put it in its place.
///
/// Nothing is written unless the generator takes the document. Then run `cargo xtask codegen` and `cargo xtask review`.
#[derive(Debug, Args)]
pub(crate) struct Pull {
    /// Where to fetch it [default: the address in spec/source.toml]
    #[arg(long, conflicts_with = "file")]
    url: Option<String>,
    /// A copy of the document on disk, fetched by other means.
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// Take the document although actions of the overlay match or change nothing in it any more.
    #[arg(long)]
    allow_dead_actions: bool,
    /// How to write the report.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

pub(crate) fn run(args: &Pull, workspace: &Workspace) -> Result<(), Failure> {
    let mut diagnostics = Diagnostics::default();
    let own = |name: &str| (workspace.path(name), name.to_owned());
    let record = read(own(SOURCE), &mut diagnostics);
    let overlay = read(own(OVERLAY), &mut diagnostics);
    let config = read(own(CONFIG), &mut diagnostics);
    let old_name = vendored_document(workspace);
    let old = read(own(old_name), &mut diagnostics);
    let (Some(record), Some(overlay), Some(config), Some(old)) = (record, overlay, config, old) else {
        return Err(Failure::messages(&diagnostics));
    };
    let url = match &args.url {
        Some(url) => url.clone(),
        None => address(&record)?,
    };
    let (shown, taken) = match &args.file {
        Some(path) => {
            let name = path.display().to_string();
            let read = bytes((path.clone(), name), &mut diagnostics);
            read.ok_or_else(|| Failure::messages(&diagnostics))?
        }
        None => (url.clone(), fetch(&url)?),
    };
    let sha256 = sha256(&taken);
    let Some(new) = Source::from_bytes(shown, taken.clone(), &mut diagnostics) else {
        return Err(Failure::messages(&diagnostics));
    };
    if old.text.as_bytes() == taken.as_slice() {
        say(&format!("{old_name}: this is the vendored document already"));
        return Ok(());
    }
    let date = today();
    check(
        args,
        (&new, &overlay, &config),
        &Origin { sha256: sha256.clone(), date: date.clone(), url: url.clone() },
    )?;
    let plain = Companions { overlay: None, config: Some(config) };
    let with = Companions { overlay: Some(overlay), ..plain.clone() };
    let (old_model, new_model) = (model(old.clone(), &plain)?, model(new.clone(), &plain)?);
    let found = diff::diff(&old_model, &new_model);
    let (before, after) = (effects(&old, &with, &old_model)?, effects(&new, &with, &new_model)?);
    for member in after.made.difference(&before.made) {
        complain(&format!(
            "warning[brought-back]: the overlay describes what the document no longer has, and so makes it anew: {member}\n \
             --> {OVERLAY}\n = help: move the action to what took its place, or delete it\n"
        ));
    }
    let report = report(&found, args.format)?;
    let name = name(&new.text);
    vendor(workspace, name, &taken, &Record { url: &url, date: &date, sha256: &sha256 })?;
    say(&report);
    complain(&format!("{name}: {} bytes of {date}; run `cargo xtask codegen` next", taken.len()));
    Ok(())
}

/// Generates in memory, with all that belongs to the vendored document.
fn check(
    args: &Pull,
    (new, overlay, config): (&Source, &Source, &Source),
    origin: &Origin,
) -> Result<(), Failure> {
    let inputs = Inputs {
        document: new.clone(),
        overlay: Some(overlay.clone()),
        config: Some(config.clone()),
        origin: origin.clone(),
        crates: String::new(),
        standalone: false,
    };
    let generated =
        if args.allow_dead_actions { generate_despite_dead_actions(inputs) } else { generate(inputs) };
    if generated.failed {
        let mut text = generated.messages;
        if !args.allow_dead_actions && text.contains("[dead-action]") {
            text.push_str(
                "\nTo take the document first and mend the overlay then, add `--allow-dead-actions`.",
            );
        }
        return Err(Failure::new(format!("{text}\nNothing was written.")));
    }
    complain_of(&generated.messages);
    Ok(())
}

fn complain_of(messages: &str) {
    if !messages.is_empty() {
        complain(messages);
    }
}

/// The address in the record.
fn address(record: &Source) -> Result<String, Failure> {
    let table: Option<toml::Table> = toml::from_str(&record.text).ok();
    let url = table.as_ref().and_then(|table| table.get("url")?.as_str().map(str::to_owned));
    url.ok_or_else(|| {
        Failure::new(format!(
            "error[source]: there is no `url` in the record\n --> {SOURCE}\n = help: give one with `--url`"
        ))
    })
}

/// The name that says in which notation the document is.
fn name(text: &str) -> &'static str {
    let [yaml, json] = DOCUMENTS;
    let text = text.trim_start_matches('\u{feff}');
    let is_json =
        text.trim_start().starts_with('{') && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok();
    if is_json { json } else { yaml }
}

/// The day in UTC.
fn today() -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    let (year, month, day) = civil(since.as_secs() / 86_400);
    format!("{year:04}-{month:02}-{day:02}")
}

/// Days since 1970-01-01 to a date: an era is 400 years, a year begins in March so that the leap day is its last.
fn civil(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let (month, next) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    (era * 400 + year + next, month, day)
}

#[cfg(test)]
mod tests {
    use super::{civil, name};

    #[test]
    fn days_are_dates() {
        for (days, date) in [
            (0, (1970, 1, 1)),
            (58, (1970, 2, 28)),
            (59, (1970, 3, 1)),
            (11_016, (2000, 2, 29)),
            (20_454, (2026, 1, 1)),
            (20_777, (2026, 11, 20)),
        ] {
            assert_eq!(civil(days), date, "{days}");
        }
    }

    #[test]
    fn the_notation_is_told_by_the_text() {
        for (text, extension) in
            [("{\"a\": 1}", "json"), (" {}\n", "json"), ("{a: 1}", "yaml"), ("a: 1", "yaml")]
        {
            assert!(name(text).ends_with(extension), "{text}");
        }
    }
}
