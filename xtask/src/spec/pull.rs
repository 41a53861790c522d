//! `cargo xtask spec pull`: replaces the vendored document by the newest one, if the generator accepts it.

use std::path::PathBuf;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use clap::Args;
use whop_codegen::diagnostic::{Code, Diagnostics};
use whop_codegen::diff;
use whop_codegen::document::Source;
use whop_codegen::emit::Origin;
use whop_codegen::{Inputs, Options, generate};

use super::diff::{Companions, Format, read_model, render_report};
use super::fetch::fetch_document;
use super::vendor::{Record, vendor_document};
use crate::failure::Failure;
use crate::input::{
    CONFIG, DOCUMENTS, SOURCE, read_bytes, read_own_overlays, read_source, sha256_digest, vendored_document,
};
use crate::terminal::{self, print_error, print_line};
use crate::workspace::Workspace;

/// Fetch the newest document, report the changes, and replace the vendored one.
///
/// Nothing is written unless the generator accepts the document. Then run `cargo xtask codegen` and `cargo xtask review`.
#[derive(Debug, Args)]
pub(crate) struct Pull {
    /// The URL to fetch [default: the URL in spec/source.toml]
    #[arg(long, conflicts_with = "file")]
    url: Option<String>,
    /// A copy of the document on disk, instead of fetching it.
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// Accept the document although overlay actions or entries of the configuration no longer match anything.
    #[arg(long, alias = "allow-dead-actions")]
    allow_dead: bool,
    /// The format of the report.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

pub(crate) fn run(args: &Pull, workspace: &Workspace) -> Result<(), Failure> {
    let mut diagnostics = Diagnostics::default();
    let own = |name: &str| (workspace.path(name), name.to_owned());
    let record = read_source(own(SOURCE), &mut diagnostics);
    let overlays = read_own_overlays(workspace, &mut diagnostics);
    let config = read_source(own(CONFIG), &mut diagnostics);
    let old_name = vendored_document(workspace);
    let old = read_source(own(old_name), &mut diagnostics);
    let (Some(record), Some(overlays), Some(config), Some(old)) = (record, overlays, config, old) else {
        return Err(Failure::messages(&diagnostics));
    };
    let url = match &args.url {
        Some(url) => url.clone(),
        None => recorded_url(&record)?,
    };
    let (shown, taken) = match &args.file {
        Some(path) => {
            let name = path.display().to_string();
            let read = read_bytes((path.clone(), name), &mut diagnostics);
            read.ok_or_else(|| Failure::messages(&diagnostics))?
        }
        None => (url.clone(), fetch_document(&url)?),
    };
    let sha256 = sha256_digest(&taken);
    let Some(new) = Source::from_bytes(shown, taken.clone(), &mut diagnostics) else {
        return Err(Failure::messages(&diagnostics));
    };
    if old.text.as_bytes() == taken.as_slice() {
        print_line(&format!("{old_name}: the vendored document is up to date"));
        return Ok(());
    }
    let date = current_date();
    check_generates(
        args,
        (&new, &overlays, &config),
        &Origin { sha256: sha256.clone(), date: date.clone(), url: url.clone() },
    )?;
    let plain = Companions { overlays: Vec::new(), config: Some(config) };
    let (old_model, new_model) = (read_model(old.clone(), &plain)?, read_model(new.clone(), &plain)?);
    let found = diff::diff(&old_model, &new_model);
    let report = render_report(&found, args.format)?;
    let name = vendored_name(&new.text);
    vendor_document(workspace, name, &taken, &Record { url: &url, date: &date, sha256: &sha256 })?;
    print_line(&report);
    print_error(&format!("{name}: {} bytes of {date}; run `cargo xtask codegen` next", taken.len()));
    Ok(())
}

/// Generates in memory, with the overlays and the configuration of the vendored document.
fn check_generates(
    args: &Pull,
    (new, overlays, config): (&Source, &[Source], &Source),
    origin: &Origin,
) -> Result<(), Failure> {
    let inputs = Inputs {
        document: new.clone(),
        overlays: overlays.to_vec(),
        config: Some(config.clone()),
        origin: origin.clone(),
        renames: None,
        pages: std::collections::BTreeMap::new(),
        crates: String::new(),
        standalone: false,
    };
    let options = Options { allow_dead: args.allow_dead, ..Options::default() };
    let generated = generate(inputs, &options);
    if generated.failed {
        let mut text = generated.messages.render(terminal::style());
        if !args.allow_dead && generated.messages.has_code(Code::DEAD_ACTION) {
            text.push_str("\nTo accept the document and fix the overlay afterwards, add `--allow-dead`.");
        }
        return Err(Failure::new(format!("{text}\nNothing was written.")));
    }
    if !generated.messages.is_empty() {
        print_error(&generated.messages.render(terminal::style()));
    }
    Ok(())
}

/// The URL in the record.
fn recorded_url(record: &Source) -> Result<String, Failure> {
    let table: Option<toml::Table> = toml::from_str(&record.text).ok();
    let url = table.as_ref().and_then(|table| table.get("url")?.as_str().map(str::to_owned));
    url.ok_or_else(|| {
        Failure::new(format!("error[source]: the record has no `url`\n --> {SOURCE}\n = help: pass `--url`"))
    })
}

/// The file name for the document's notation.
fn vendored_name(text: &str) -> &'static str {
    let [yaml, json] = DOCUMENTS;
    let text = text.trim_start_matches('\u{feff}');
    let is_json =
        text.trim_start().starts_with('{') && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok();
    if is_json { json } else { yaml }
}

/// The current date in UTC.
fn current_date() -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    let (year, month, day) = days_to_date(since.as_secs() / 86_400);
    format!("{year:04}-{month:02}-{day:02}")
}

/// Converts days since 1970-01-01 to a date. An era is 400 years; years begin in March, so that the leap day is the last day.
fn days_to_date(days: u64) -> (u64, u64, u64) {
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
    use super::{days_to_date, vendored_name};

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
            assert_eq!(days_to_date(days), date, "{days}");
        }
    }

    #[test]
    fn the_notation_is_told_by_the_text() {
        for (text, extension) in
            [("{\"a\": 1}", "json"), (" {}\n", "json"), ("{a: 1}", "yaml"), ("a: 1", "yaml")]
        {
            assert!(vendored_name(text).ends_with(extension), "{text}");
        }
    }
}
