//! `cargo xtask spec pull`: replaces the vendored document by the newest one, if the generator accepts it.

use std::path::PathBuf;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use clap::Args;
use openapi_client_generator::diff::{Companions, Format, print_unread, read_model, render_report};
use openapi_client_generator::failure::Failure;
use openapi_client_generator::input::{read_bytes, read_source, sha256_digest};
use openapi_client_generator::progress::begin_step;
use openapi_client_generator::terminal::{self, print_error, print_line};
use whop_codegen::diagnostic::Diagnostics;
use whop_codegen::diff;
use whop_codegen::document::{Source, load_document};
use whop_codegen::{Generated, Inputs, Options, generate};

use super::canonical::render_canonical;
use super::fetch::fetch_document;
use super::prune::{Documents, Moves, Pruned, Texts, collect_misfits, prune};
use super::vendor::{Record, vendor_document};
use crate::input::{CONFIG, DOCUMENTS, SOURCE, read_own_overlays, vendored_document};
use crate::workspace::Workspace;

/// The most rounds of pruning. A removed action may leave another one dead.
const ROUNDS: usize = 20;

/// Fetch the newest document, report the changes, and replace the vendored one.
///
/// Without --prune or --allow-dead, nothing is written unless the generator accepts the document. Then run `cargo xtask codegen`
/// and `cargo xtask review`.
#[derive(Debug, Args)]
pub(crate) struct Pull {
    /// The URL to fetch [default: the URL in spec/source.toml]
    #[arg(long, conflicts_with = "file")]
    url: Option<String>,
    /// A copy of the document on disk, instead of fetching it.
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// Accept the document although overlay actions or entries of the configuration no longer match anything, and although no
    /// crate can be generated from it yet.
    #[arg(long, alias = "allow-dead-actions")]
    allow_dead: bool,
    /// Remove overlay actions and entries of the configuration that no longer match anything, move texts along with renamed
    /// fields, and accept the document in any case.
    #[arg(long)]
    prune: bool,
    /// The format of the report.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// The files of the checkout.
struct Vendored {
    record: Source,
    document: Source,
    texts: Texts,
}

pub(crate) fn run(args: &Pull, workspace: &Workspace) -> Result<(), Failure> {
    let vendored = read_vendored(workspace)?;
    let url = match &args.url {
        Some(url) => url.clone(),
        None => recorded_url(&vendored.record)?,
    };
    let (shown, taken) = read_served(args, &url)?;
    begin_step("comparing the documents");
    let served_sha256 = sha256_digest(&taken);
    let mut diagnostics = Diagnostics::default();
    let Some(served) = Source::from_bytes(shown, taken, &mut diagnostics) else {
        return Err(Failure::messages(&diagnostics));
    };
    let new = Source { name: DOCUMENTS[0].to_owned(), text: render_canonical(&served)? };
    let old_name = vendored.document.name.clone();
    if new.text == vendored.document.text || is_recorded(&vendored.record, &served_sha256) {
        print_line(&format!("{old_name}: the vendored document is up to date"));
        return Ok(());
    }
    let is_lenient = args.prune || args.allow_dead;
    let plain = Companions { overlays: Vec::new(), config: Some(vendored.texts.config.clone()) };
    let mut texts = vendored.texts.clone();
    if !is_lenient {
        // The lines of messages are those of what was served.
        let generated = generate_crate(&served, &texts, false);
        reject_failure(&generated)?;
    }
    let models = read_model(vendored.document.clone(), &plain)
        .and_then(|old| Ok((old, read_model(new.clone(), &plain)?)));
    let found = match models {
        Ok((old, new)) => Some(diff::diff(&old, &new)),
        Err(failure) if is_lenient => {
            print_error(&format!("{}\nThe changes cannot be listed.", failure.text));
            None
        }
        Err(failure) => return Err(failure),
    };
    if let Some(found) = &found {
        print_unread(found);
    }
    if is_lenient {
        let mut generated = generate_crate(&new, &texts, true);
        if args.prune {
            let moves = found.as_ref().map(Moves::collect).unwrap_or_default();
            generated = prune_texts(&mut texts, (&vendored.document, &new), &moves, generated)?;
        }
        if !generated.messages.is_empty() {
            print_error(&generated.messages.render(terminal::style()));
        }
        if generated.failed {
            print_error("The crate cannot be generated from this document yet.");
        }
    }
    let report = found.map(|found| render_report(&found, args.format)).transpose()?;
    let date = current_date();
    let sha256 = sha256_digest(new.text.as_bytes());
    let record = Record { url: &url, date: &date, sha256: &sha256, served_sha256: &served_sha256 };
    vendor_document(workspace, &new, &record, &changed_texts(&vendored.texts, &texts))?;
    if let Some(report) = report {
        print_line(&report);
    }
    print_error(&format!("{}: {} bytes of {date}; run `cargo xtask codegen` next", new.name, new.text.len()));
    Ok(())
}

fn read_vendored(workspace: &Workspace) -> Result<Vendored, Failure> {
    let mut diagnostics = Diagnostics::default();
    let own = |name: &str| (workspace.path(name), name.to_owned());
    let record = read_source(own(SOURCE), &mut diagnostics);
    let overlays = read_own_overlays(workspace, &mut diagnostics);
    let config = read_source(own(CONFIG), &mut diagnostics);
    let document = read_source(own(vendored_document(workspace)), &mut diagnostics);
    let (Some(record), Some(overlays), Some(config), Some(document)) = (record, overlays, config, document)
    else {
        return Err(Failure::messages(&diagnostics));
    };
    Ok(Vendored { record, document, texts: Texts { overlays, config } })
}

/// The name and the bytes of the new document.
fn read_served(args: &Pull, url: &str) -> Result<(String, Vec<u8>), Failure> {
    let Some(path) = &args.file else {
        begin_step(format!("fetching {url}"));
        return Ok((url.to_owned(), fetch_document(url)?));
    };
    let mut diagnostics = Diagnostics::default();
    let read = read_bytes((path.clone(), path.display().to_string()), &mut diagnostics);
    read.ok_or_else(|| Failure::messages(&diagnostics))
}

/// Removes what does not fit until nothing changes, and lists what was done. `generated` is the crate of the new document with
/// the texts as they are; returns that with the edited ones.
fn prune_texts(
    texts: &mut Texts,
    (old, new): (&Source, &Source),
    moves: &Moves,
    mut generated: Generated,
) -> Result<Generated, Failure> {
    let read = |source: &Source| {
        let mut diagnostics = Diagnostics::default();
        let document = load_document(source.clone(), &mut diagnostics);
        document.map(|document| document.root).ok_or_else(|| Failure::messages(&diagnostics))
    };
    let (old, tree) = (read(old)?, read(new)?);
    let documents = Documents { old: &old, new: &tree, moves };
    let mut pruned = Pruned::default();
    for round in 1..=ROUNDS {
        begin_step(format!("removing what no longer fits, round {round}"));
        if !prune(texts, &collect_misfits(&generated.messages), documents, &mut pruned) {
            break;
        }
        generated = generate_crate(new, texts, true);
    }
    let lists = [
        ("moved; read the texts again", pruned.moved),
        ("removed", pruned.removed),
        ("left, to be corrected by hand", pruned.left.into_iter().collect()),
    ];
    for (word, lines) in lists {
        if !lines.is_empty() {
            let lines: String = lines.iter().map(|line| format!("- {line}\n")).collect();
            print_error(&format!("{word}:\n\n{lines}"));
        }
    }
    Ok(generated)
}

/// Generates in memory.
fn generate_crate(document: &Source, texts: &Texts, allow_dead: bool) -> Generated {
    let inputs = Inputs {
        overlays: texts.overlays.clone(),
        config: Some(texts.config.clone()),
        ..Inputs::new(document.clone())
    };
    generate(inputs, &Options { allow_dead, ..Options::default() })
}

fn reject_failure(generated: &Generated) -> Result<(), Failure> {
    let mut text = generated.messages.render(terminal::style());
    if !generated.failed {
        if !generated.messages.is_empty() {
            print_error(&text);
        }
        return Ok(());
    }
    if !collect_misfits(&generated.messages).is_empty() {
        text.push_str(
            "\nTo accept the document and remove what no longer fits it, add `--prune`; to fix it afterwards, `--allow-dead`.",
        );
    }
    Err(Failure::new(format!("{text}\nNothing was written.")))
}

/// The files that were edited, with their texts.
fn changed_texts<'t>(old: &Texts, new: &'t Texts) -> Vec<(&'t str, &'t str)> {
    let old = old.overlays.iter().chain([&old.config]);
    let pairs = old.zip(new.overlays.iter().chain([&new.config]));
    pairs
        .filter(|(old, new)| old.text != new.text)
        .map(|(_, new)| (new.name.as_str(), new.text.as_str()))
        .collect()
}

/// Whether the record names this digest as that of what was served.
fn is_recorded(record: &Source, served_sha256: &str) -> bool {
    recorded_text(record, "served-sha256").as_deref() == Some(served_sha256)
}

/// A text of the record.
fn recorded_text(record: &Source, key: &str) -> Option<String> {
    let table: toml::Table = toml::from_str(&record.text).ok()?;
    table.get(key)?.as_str().map(str::to_owned)
}

/// The URL in the record.
fn recorded_url(record: &Source) -> Result<String, Failure> {
    recorded_text(record, "url").ok_or_else(|| {
        Failure::new(format!("error[source]: the record has no `url`\n --> {SOURCE}\n = help: pass `--url`"))
    })
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
    use super::days_to_date;

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
}
