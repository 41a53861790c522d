//! How long the generator takes from texts to files on disk, how much memory, and whether it grows with its input alone.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

use clap::Args;
use openapi_client_generator::failure::Failure;
use openapi_client_generator::output::write;
use openapi_client_generator::progress::begin_step;
use openapi_client_generator::terminal::{print_error, print_line};
use serde::{Deserialize, Serialize};
use whop_codegen::diagnostic::Diagnostics;
use whop_codegen::document::Source;
use whop_codegen::emit::Origin;
use whop_codegen::{Inputs, Options, Placement, generate};

use super::measured::{Measured, middle, program_name};
use super::place::Place;
use super::readme::{self, render_cell};
use super::synthetic::synthetic_document;
use super::table::{Unit, render_head, render_rows};
use super::tools::{OPENAPI_TO_RUST, Tool};
use super::usage::own;
use super::{Spread, format_megabytes, keep_figures};
use crate::input::{Choice, Texts, gather_texts, vendored_document};
use crate::workspace::Workspace;

/// The numbers of operations of the documents that are made up.
const SMALL: usize = 250;
const LARGE: usize = 2_500;

/// Time generate and write, and the memory it takes.
#[derive(Debug, Args)]
pub(crate) struct Codegen {
    /// How often each document is generated.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Figures {
    documents: Vec<Row>,
    /// The most memory that this process held after the first run on the vendored document.
    peak_bytes: Option<u64>,
    /// How many times the work of the small document the large one takes, with ten times the operations; by the command, since
    /// a process that has made many crates has its memory at hand for a small one.
    growth: Option<f64>,
    /// The whole command, and that of the peer, on the vendored document.
    commands: Vec<Measured>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Row {
    document: String,
    operations: usize,
    files: usize,
    bytes: usize,
    /// On the clock.
    seconds: Spread,
    /// On the cores until the texts are there, where the system tells.
    cpu: Option<f64>,
}

pub(super) fn run(args: &Codegen, peers: bool, workspace: &Workspace) -> Result<(), Failure> {
    let mut diagnostics = Diagnostics::default();
    let Some(texts) = gather_texts(Choice::default(), workspace, &mut diagnostics) else {
        return Err(Failure::messages(&diagnostics));
    };
    let first = measure_command("vendored", &texts, 1, workspace)?;
    let peak_bytes = peak_memory();
    let vendored = measure_command("vendored", &texts, args.runs, workspace)?;
    let small = measure_command("250 operations", &write_synthetic_document(SMALL), args.runs, workspace)?;
    let large = measure_command("2,500 operations", &write_synthetic_document(LARGE), args.runs, workspace)?;
    let documents = vec![vendored, small, large];
    show(&documents);
    print_line(&format!(
        "the first run took {:.2} s and at most {} of memory",
        first.seconds.median,
        peak_bytes.map_or_else(|| "(unknown here)".to_owned(), format_megabytes)
    ));
    let growth = measure_growth(args.runs, workspace)?;
    if let Some(growth) = growth {
        print_line(&format!("10 times the operations take {growth:.1} times the work, a command each"));
    }
    let commands = peer_commands(args.runs, peers, workspace)?;
    print_line("");
    let rows = commands.iter().map(|one| {
        let seconds = |seconds| Unit::Seconds.show(seconds);
        let peak = one.peak_bytes.map(|bytes| bytes as f64);
        vec![one.name.clone(), seconds(Some(one.wall)), seconds(one.user), Unit::Megabytes.show(peak)]
    });
    render_rows(
        &render_head(&["the command, from start to end", "wall", "user", "peak memory"]),
        &rows.collect::<Vec<_>>(),
    );
    keep_figures(workspace, "codegen", &Figures { documents, peak_bytes, growth, commands })
}

/// What the command takes for the large document over what it takes for the small one, if the system tells.
fn measure_growth(runs: u32, workspace: &Workspace) -> Result<Option<f64>, Failure> {
    let place = Place::new(workspace);
    let own = std::env::current_exe()
        .map_err(|error| Failure::io("find this program", &place.below(""), &error))?;
    let folder = Scratch(place.below("growth"));
    folder.clear();
    let mut taken = [Vec::new(), Vec::new()];
    for round in 0..runs {
        // The small one as often again, in turn: seconds are told in hundredths.
        for (which, operations, times) in [(0, SMALL, 3), (1, LARGE, 1)] {
            let spec = place.below(&format!("synthetic-{operations}.json"));
            fs::write(&spec, synthetic_document(operations).to_string())
                .map_err(|error| Failure::io("write the document", &spec, &error))?;
            for time in 0..times {
                let out = folder.0.join(format!("{operations}-{round}-{time}"));
                let set = |command: &mut Command| {
                    command.args(["codegen", "--spec"]).arg(&spec).arg("--out").arg(&out);
                };
                let measured = program_name(&own, set, &place.below("tool.log"))?;
                taken.get_mut(which).into_iter().for_each(|all| all.extend(measured.user));
            }
        }
    }
    let mean = |all: &[f64]| (!all.is_empty()).then(|| all.iter().sum::<f64>() / all.len() as f64);
    let [small, large] = taken;
    Ok(mean(&large).zip(mean(&small)).map(|(large, small)| large / small))
}

/// Our command and the peer's in turn.
fn peer_commands(runs: u32, peers: bool, workspace: &Workspace) -> Result<Vec<Measured>, Failure> {
    let place = Place::new(workspace);
    let document = workspace.path(vendored_document(workspace));
    let tool = if peers { Some(Tool::install_tool(&OPENAPI_TO_RUST, &place, workspace)) } else { None };
    let tool = match tool {
        Some(Err(failure)) => {
            print_error(&format!("{}\nthe peer {} is left out", failure.text, OPENAPI_TO_RUST.name));
            None
        }
        other => other.and_then(Result::ok),
    };
    let own = std::env::current_exe().map_err(|error| Failure::io("find this program", &document, &error))?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..runs {
        let folder = Scratch(place.below("command"));
        folder.clear();
        let set = |command: &mut Command| {
            command.args(["codegen", "--out"]).arg(&folder.0);
        };
        ours.push(program_name(&own, set, &place.below("tool.log"))?);
        folder.clear();
        if let Some(tool) = &tool {
            theirs.push(tool.run_tool(&place, |command| {
                command.arg("generate").arg(&document).arg("--output-dir").arg(&folder.0);
            })?);
        }
    }
    let mut commands = vec![Measured { name: "xtask codegen".to_owned(), ..middle(ours)? }];
    if !theirs.is_empty() {
        let name = format!("{} {}", OPENAPI_TO_RUST.name, OPENAPI_TO_RUST.version);
        commands.push(Measured { name, ..middle(theirs)? });
    }
    Ok(commands)
}

impl Figures {
    /// The rows of the README.
    pub(super) fn readme(&self) -> Vec<readme::Row> {
        let user =
            |place: usize| render_cell(Unit::Seconds, self.commands.get(place).and_then(|one| one.user));
        let what = "the document turned into a crate: CPU".to_owned();
        let row = readme::Row {
            what,
            ours: user(0),
            generator: OPENAPI_TO_RUST.captured_output(user(1)),
            ..readme::Row::default()
        };
        Some(row).filter(|row| !row.ours.is_empty()).into_iter().collect()
    }
}

fn show(rows: &[Row]) {
    let seconds = |value: f64| format!("{value:.2} s");
    let cells = |row: &Row| {
        let Spread { min, median, max } = row.seconds;
        let counted = [row.operations, row.files].map(|number| number.to_string());
        let mut cells = vec![row.document.clone()];
        cells.extend(counted);
        cells.extend([format_megabytes(row.bytes as u64), seconds(min), seconds(median), seconds(max)]);
        cells.push(row.cpu.map_or_else(|| "-".to_owned(), seconds));
        cells
    };
    let rows: Vec<_> = rows.iter().map(cells).collect();
    render_rows(
        &render_head(&[
            "document",
            "operations",
            "files",
            "written",
            "min",
            "median",
            "max",
            "generate: CPU",
        ]),
        &rows,
    );
}

/// Generates and writes into a folder that is new each time.
fn measure_command(name: &str, texts: &Texts, runs: u32, workspace: &Workspace) -> Result<Row, Failure> {
    begin_step(format!("measuring the generator on {name}"));
    // A new folder for each run: to write where something was removed just before is what takes longest on some systems.
    let folder = Scratch(workspace.path("target/bench/codegen"));
    folder.clear();
    let (mut times, mut users) = (Vec::new(), Vec::new());
    let seconds = Spread::from_seconds(Vec::new());
    let mut row = Row { document: name.to_owned(), operations: 0, files: 0, bytes: 0, seconds, cpu: None };
    for round in 0..runs {
        let inputs = vendored_inputs(texts.clone());
        let (begin, before) = (Instant::now(), own());
        let generated = generate(inputs, &Options::default());
        if generated.failed {
            return Err(Failure::new(generated.messages.to_string()));
        }
        // The disk is no affair of the generator's.
        users.extend(before.zip(own()).map(|(before, after)| after - before));
        write(&folder.0.join(round.to_string()), &generated.files)?;
        times.push(begin.elapsed().as_secs_f64());
        row.operations = generated.summary.operations;
        row.files = generated.files.len();
        row.bytes = generated.files.iter().map(|file| file.contents.len()).sum();
    }
    row.seconds = Spread::from_seconds(times);
    row.cpu = (!users.is_empty()).then(|| Spread::from_seconds(users).median);
    Ok(row)
}

/// A folder that goes away with this.
struct Scratch(PathBuf);

impl Scratch {
    fn clear(&self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        self.clear();
    }
}

fn vendored_inputs(texts: Texts) -> Inputs {
    let Texts { document, overlays, config, renames, origin } = texts;
    Inputs {
        document,
        overlays,
        config,
        renames,
        pages: std::collections::BTreeMap::new(),
        origin,
        placement: Placement::default(),
    }
}

fn write_synthetic_document(operations: usize) -> Texts {
    let document =
        Source { name: "synthetic.json".to_owned(), text: synthetic_document(operations).to_string() };
    Texts { document, overlays: Vec::new(), config: None, renames: None, origin: Origin::default() }
}

/// The most memory that this process held so far, where the system tells.
fn peak_memory() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}
