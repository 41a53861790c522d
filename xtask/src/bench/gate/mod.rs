//! `cargo xtask gate`: counts the instructions of decoding, encoding, a call and the generator, and compares them with
//! `xtask/instructions.toml`. Time decides nothing here: it varies by a fifth on a machine that others use too.

mod file;
mod judge;

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use clap::Args;
use openapi_client_generator::failure::Failure;
use openapi_client_generator::progress::begin_step;
use openapi_client_generator::terminal::print_line;

use self::file::{Accepted, Tools};
use self::judge::{Comparison, accept, compare_tools, describe_change, find_changes};
use super::callgrind::{count_each, count_run, find_version};
use super::client::contenders::{gate_generator, gate_whop};
use super::client::stage::Stage;
use super::place::Place;
use super::synthetic::synthetic_document;
use super::table::group_digits;
use crate::cargo::run as run_program;
use crate::workspace::Workspace;

const FILE: &str = "xtask/instructions.toml";
/// If it is set, a missing valgrind is a failure.
const REQUIRE: &str = "REQUIRE_VALGRIND";
/// How many operations the document has that is generated.
const OPERATIONS: usize = 100;
/// The rows of calls: the name, what the program does, how often, and what that is.
const CALLS: [(&str, &str, u64, &str); 4] = [
    ("call", "link", 100, "An account link created, at a server in another process."),
    ("client", "build", 20, "A client built."),
    ("decode", "decode", 5, "A page of 50 payments decoded."),
    ("encode", "encode", 5, "The 50 payments written."),
];
const GENERATE: (&str, &str) =
    ("generate", "A document of 100 operations turned into a crate, from start to end.");

/// Compare the instructions of decoding, encoding, a call and the generator with those that were accepted.
#[derive(Debug, Args)]
pub(crate) struct Gate {
    /// Write the counts to the file that they are compared with.
    #[arg(long)]
    accept: bool,
}

fn describe_row(row: &str) -> &'static str {
    let rows = CALLS.map(|(name, _, _, text)| (name, text)).into_iter().chain([GENERATE]);
    rows.into_iter().find(|(name, _)| *name == row).map_or("", |(_, text)| text)
}

pub(crate) fn run(args: &Gate, workspace: &Workspace) -> Result<(), Failure> {
    let Some(valgrind) = find_version() else {
        let text = "valgrind is not installed, so no instructions are counted";
        if std::env::var_os(REQUIRE).is_some_and(|value| !value.is_empty()) {
            return Err(Failure::new(format!("error: {text}, and {REQUIRE} is set")));
        }
        print_line(&format!("skipped: {text}"));
        return Ok(());
    };
    let here = find_tools(valgrind, workspace)?;
    let path = workspace.path(FILE);
    let accepted = match fs::read_to_string(&path) {
        Ok(text) => Some(
            Accepted::read(&text)
                .map_err(|error| Failure::new(format!("error: {FILE} cannot be read: {error}")))?,
        ),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return Err(Failure::io("read the counts", &path, &error)),
    };
    if args.accept {
        let counted = count_rows(workspace)?;
        show(accepted.as_ref(), &counted);
        let text = accept(accepted.as_ref(), &counted, &here).render(describe_row);
        fs::write(&path, text).map_err(|error| Failure::io("write the counts", &path, &error))?;
        print_line(&format!("accepted in {FILE}"));
        return Ok(());
    }
    let Some(accepted) = accepted else {
        return Err(Failure::new(format!(
            "error: there is no {FILE}; `cargo xtask gate --accept` writes it"
        )));
    };
    let limit = match compare_tools(&accepted.taken_with, &here) {
        Comparison::Never(reason) => {
            print_line(&format!("skipped: {reason}; `cargo xtask gate --accept` takes them anew"));
            return Ok(());
        }
        Comparison::Limit(limit, reason) => {
            if let Some(reason) = reason {
                print_line(&format!("{reason}, so the limit is {:.0} %", limit * 100.0));
            }
            limit
        }
    };
    let counted = count_rows(workspace)?;
    show(Some(&accepted), &counted);
    let changes = find_changes(&accepted.instructions, &counted, limit);
    if changes.is_empty() {
        return Ok(());
    }
    Err(Failure::new(format!(
        "error: instructions changed by more than {:.0} %\n  {}\n\
         If that is intended, run `cargo xtask gate --accept`, and say why in the commit; fewer are accepted in the same way, so \
         that they are not lost again",
        limit * 100.0,
        changes.join("\n  ")
    )))
}

fn show(accepted: Option<&Accepted>, counted: &BTreeMap<String, u64>) {
    for (row, &now) in counted {
        let before = accepted.and_then(|accepted| accepted.instructions.get(row));
        let text = before.map_or_else(
            || format!("{} are counted", group_digits(now, ',')),
            |&before| describe_change(before, now),
        );
        print_line(&format!("{row}: {text}"));
    }
}

/// Builds the programs and counts each row.
fn count_rows(workspace: &Workspace) -> Result<BTreeMap<String, u64>, Failure> {
    let place = Place::gate(workspace);
    let mut counted = BTreeMap::new();
    begin_step("building the programs that are counted");
    let whop = gate_whop(workspace);
    let whop = whop.build_program(whop.name, &[], &place, workspace)?;
    let generator = gate_generator(workspace);
    let generator = generator.build_program(generator.name, &[], &place, workspace)?;
    begin_step("counting instructions");
    let stage = Stage::start(&place, workspace)?;
    let arguments = [OsStr::new(&stage.server.url), stage.page.as_os_str()];
    for (row, what, times, _) in CALLS {
        let each = count_each(&whop, &arguments, what, times)?;
        counted.insert(row.to_owned(), each.round().max(0.0) as u64);
    }
    let document: PathBuf = place.below("document.json");
    fs::write(&document, synthetic_document(OPERATIONS).to_string())
        .map_err(|error| Failure::io("write the document", &document, &error))?;
    counted.insert(GENERATE.0.to_owned(), count_run(&generator, &[document.into()])?);
    Ok(counted)
}

fn find_tools(valgrind: String, workspace: &Workspace) -> Result<Tools, Failure> {
    let mut rustc = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    let output = run_program(rustc.arg("-vV").current_dir(workspace.root()))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = |name: &str| {
        let found = text.lines().find_map(|line| line.strip_prefix(name));
        found.map(|value| value.trim().to_owned()).unwrap_or_default()
    };
    let libc = Command::new("getconf").arg("GNU_LIBC_VERSION").output().ok();
    let libc = libc.filter(|output| output.status.success());
    let libc = libc.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    Ok(Tools {
        rustc: line("release:"),
        host: line("host:"),
        libc: libc.unwrap_or_else(|| "unknown".to_owned()),
        valgrind,
        processor: describe_processor(&fs::read_to_string("/proc/cpuinfo").unwrap_or_default()),
    })
}

/// The extensions of the first processor by which functions are chosen when a program starts.
fn describe_processor(cpuinfo: &str) -> String {
    const CHOSEN_BY: [&str; 8] = ["avx", "avx2", "avx512vl", "bmi2", "erms", "fsrm", "rtm", "sha_ni"];
    let line = cpuinfo.lines().find_map(|line| line.strip_prefix("flags"));
    let flags: Vec<&str> = line.unwrap_or_default().split_ascii_whitespace().collect();
    let found: Vec<&str> = CHOSEN_BY.into_iter().filter(|flag| flags.contains(flag)).collect();
    if found.is_empty() { "unknown".to_owned() } else { found.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_processor_is_described_by_what_functions_are_chosen_by() {
        let cpuinfo =
            "processor\t: 0\nflags\t\t: fpu bmi2 avx sse avx2_not\nprocessor\t: 1\nflags\t\t: erms\n";
        assert_eq!(describe_processor(cpuinfo), "avx bmi2");
        assert_eq!(describe_processor(""), "unknown");
    }
}
