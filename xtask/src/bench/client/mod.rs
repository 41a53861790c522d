//! What a call costs a program: the crate, the same calls written by hand, and the official crate, against one server.
//!
//! All contenders are programs of their own, built in release, and take turns, so that whatever else the machine does
//! befalls all of them.

mod contenders;
pub(super) mod program;
mod sample;
pub(crate) mod server;
mod session;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use clap::Args;
use serde::{Deserialize, Serialize};
use whop_codegen::model::{Model, ModelInputs};

use super::place::Place;
use super::table::{Unit, table};
use super::{keep, median};
use crate::failure::Failure;
use crate::input::{Choice, gather};
use crate::terminal::{complain, say};
use crate::workspace::Workspace;
use contenders::{Contender, contenders, one_call};
use program::{Program, size};
use sample::Sampler;
use server::{Answers, Server};
use session::{Session, Took, instructions};

/// Items of the page that is asked for.
const ITEMS: usize = 50;
/// The operations that are called, as the document names them, and how the programs do.
const LIST: (&str, &str) = ("listPayment", "list");
const LINK: (&str, &str) = ("createAccountLink", "link");

/// Time calls, and what else a program has of the crate.
#[derive(Debug, Args)]
pub(crate) struct Client {
    /// How often the contenders take turns.
    #[arg(long, default_value_t = 15, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
}

/// All figures of a contender. What could not be measured is not there.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Figures {
    /// A page of payments.
    list: Call,
    /// An account link created.
    link: Call,
    /// A client built.
    build: Call,
    /// A client cloned.
    clone: Call,
    /// Bytes of a page decoded per microsecond, which is MB/s.
    decode: Option<f64>,
    /// The same from bytes, without a check of the whole that they are text.
    decode_slice: Option<f64>,
    /// Bytes of the program that makes one call, stripped.
    binary: Option<f64>,
}

/// What one of something takes.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
struct Call {
    instructions: Option<f64>,
    /// Microseconds on all cores.
    cpu: Option<f64>,
    allocations: Option<f64>,
    /// Bytes that were allocated.
    bytes: Option<f64>,
    /// Bytes that are held for as long as it lives.
    held: Option<f64>,
}

pub(super) fn run(args: &Client, peers: bool, workspace: &Workspace) -> Result<(), Failure> {
    let place = Place::new(workspace);
    let page = prepare(&place, workspace)?;
    let server = Server::start(&place.below("answers.json"))?;
    let mut running = Vec::new();
    for contender in contenders(workspace, peers) {
        let built = contender.program.build(&place, workspace);
        match (built, contender.is_peer) {
            (Ok(program), _) => running.push(Running::start(contender, program, &server, &page)?),
            // Without the peer there is still something to compare with.
            (Err(failure), true) => {
                complain(&format!("{}\nthe peer {} is left out", failure.text, contender.name));
            }
            (Err(failure), false) => return Err(failure),
        }
    }
    let size = fs::metadata(&page).map_or(0, |file| file.len());
    say(&format!("a page of {ITEMS} payments has {size} bytes"));
    for _ in 0..args.rounds {
        for one in &mut running {
            one.round()?;
        }
    }
    let mut all = BTreeMap::new();
    for mut one in running {
        let mut figures = one.figures(size)?;
        one.count(&mut figures, &server, &page)?;
        figures.binary = binary(&one.contender, &place, workspace)?;
        all.insert(one.contender.name.to_owned(), figures);
    }
    show(&all);
    keep(workspace, "client", &all)
}

/// Puts the answers of the server and the page into files; the page's path.
fn prepare(place: &Place, workspace: &Workspace) -> Result<PathBuf, Failure> {
    let mut diagnostics = whop_codegen::diagnostic::Diagnostics::default();
    let Some(texts) = gather(Choice::default(), workspace, &mut diagnostics) else {
        return Err(Failure::messages(&diagnostics));
    };
    let inputs = ModelInputs { document: texts.document, overlay: texts.overlay, config: texts.config };
    let model = Model::read(inputs).map_err(Failure::new)?;
    let mut sampler = Sampler::new(&model.api);
    let mut answers = Answers::new();
    let mut page = String::new();
    for (operation, name) in [LIST, LINK] {
        let found = model.api.operations.iter().find(|other| other.id == operation);
        let Some((found, answer)) = found.zip(sampler.answer(operation, ITEMS)) else {
            let text = format!("error: the document has no operation `{operation}` that answers with JSON");
            return Err(Failure::new(text));
        };
        let text = answer.to_string();
        if name == LIST.1 {
            page.clone_from(&text);
        }
        answers.insert(format!("{} {}", found.verb.as_str(), found.path), text);
    }
    let write = |name: &str, text: &str| {
        let path = place.below(name);
        let written = fs::create_dir_all(place.below("")).and_then(|()| fs::write(&path, text));
        written.map_err(|error| Failure::io("write the answers", &path, &error)).map(|()| path)
    };
    write("answers.json", &serde_json::to_string(&answers).unwrap_or_default())?;
    write("page.json", &page)
}

/// What a round does, and how often.
const ROUND: [(&str, u64); 6] =
    [("list", 60), ("link", 300), ("build", 3), ("clone", 1000), ("decode", 60), ("decode-slice", 60)];

/// A contender at work.
struct Running {
    contender: Contender,
    program: PathBuf,
    session: Session,
    cpu: BTreeMap<&'static str, Vec<f64>>,
}

impl Running {
    fn start(
        contender: Contender,
        program: PathBuf,
        server: &Server,
        page: &std::path::Path,
    ) -> Result<Self, Failure> {
        let mut session = Session::start(&program, &server.url, page)?;
        // The first calls connect and warm up.
        for (what, times) in [("list", 20), ("link", 20)] {
            session.ask(what, times)?;
        }
        Ok(Self { contender, program, session, cpu: BTreeMap::new() })
    }

    fn round(&mut self) -> Result<(), Failure> {
        for (what, times) in ROUND {
            let Took { cpu, done, .. } = self.session.ask(what, times)?;
            // Nothing came of it: the contender cannot do this.
            if done > 0 {
                self.cpu.entry(what).or_default().push(cpu as f64 / 1000.0 / times as f64);
            }
        }
        Ok(())
    }

    /// Times of the rounds, and allocations.
    fn figures(&mut self, page: u64) -> Result<Figures, Failure> {
        let time = |what: &str| self.cpu.get(what).map(|times| median(times.clone()));
        let rate = |what: &str| time(what).map(|time| page as f64 / time);
        let (decode, decode_slice) = (rate("decode"), rate("decode-slice"));
        let mut calls = Vec::new();
        for (what, times) in ROUND.iter().take(4) {
            let cpu = time(what);
            let took = self.session.ask(&format!("count-{what}"), *times)?;
            let each = |number: f64| Some(number / *times as f64);
            calls.push(Call {
                instructions: None,
                cpu,
                allocations: each(took.allocations as f64),
                bytes: each(took.bytes as f64),
                held: each(took.held as f64),
            });
        }
        let mut calls = calls.into_iter();
        let mut next = || calls.next().unwrap_or_default();
        Ok(Figures {
            list: next(),
            link: next(),
            build: next(),
            clone: next(),
            decode,
            decode_slice,
            binary: None,
        })
    }

    /// Instructions, if there is valgrind.
    fn count(
        &mut self,
        figures: &mut Figures,
        server: &Server,
        page: &std::path::Path,
    ) -> Result<(), Failure> {
        let count = |what, times| instructions(&self.program, &server.url, page, what, times);
        figures.list.instructions = count("list", 20)?;
        figures.link.instructions = count("link", 200)?;
        figures.build.instructions = count("build", 2)?;
        Ok(())
    }
}

/// The size of the program that does nothing but one call.
fn binary(contender: &Contender, place: &Place, workspace: &Workspace) -> Result<Option<f64>, Failure> {
    let program: Program = one_call(contender);
    let built = program.build(place, workspace)?;
    Ok(size(&built).map(|bytes| bytes as f64))
}

fn show(all: &BTreeMap<String, Figures>) {
    let column = |read: fn(&Figures) -> Option<f64>| all.values().map(read).collect::<Vec<_>>();
    let rows = [
        ("list: instructions", Unit::Thousands, column(|f| f.list.instructions)),
        ("list: CPU", Unit::Micros, column(|f| f.list.cpu)),
        ("list: allocations", Unit::Number, column(|f| f.list.allocations)),
        ("list: bytes allocated", Unit::Thousands, column(|f| f.list.bytes)),
        ("link: instructions", Unit::Thousands, column(|f| f.link.instructions)),
        ("link: CPU", Unit::Micros, column(|f| f.link.cpu)),
        ("link: allocations", Unit::Number, column(|f| f.link.allocations)),
        ("link: bytes allocated", Unit::Thousands, column(|f| f.link.bytes)),
        ("build: instructions", Unit::Thousands, column(|f| f.build.instructions)),
        ("build: CPU", Unit::Micros, column(|f| f.build.cpu)),
        ("build: bytes held", Unit::Thousands, column(|f| f.build.held)),
        ("clone: allocations", Unit::Number, column(|f| f.clone.allocations)),
        ("decode: MB/s", Unit::Number, column(|f| f.decode)),
        ("decode: MB/s from bytes", Unit::Number, column(|f| f.decode_slice)),
        ("program of one call", Unit::Thousands, column(|f| f.binary)),
    ];
    let first = all.keys().position(|name| name == contenders::HAND);
    let mut head = vec!["per call".to_owned()];
    head.extend(all.keys().cloned());
    head.extend(all.keys().filter(|name| *name != contenders::HAND).map(|name| format!("{name} / hand")));
    let cells = rows.iter().map(|(name, unit, figures)| {
        let mut cells = vec![(*name).to_owned()];
        cells.extend(figures.iter().map(|figure| unit.show(*figure)));
        let hand = first.and_then(|first| figures.get(first).copied().flatten());
        let others = figures.iter().enumerate().filter(|(place, _)| Some(*place) != first);
        cells.extend(
            others.map(|(_, figure)| Unit::Ratio.show(figure.zip(hand).map(|(own, hand)| own / hand))),
        );
        cells
    });
    table(&head, &cells.collect::<Vec<_>>());
}
