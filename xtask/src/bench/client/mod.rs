//! What a call costs a program: the crate, the same calls written by hand, and the official crate, against one server.
//!
//! All contenders are programs of their own, built in release, and take turns, so that whatever else the machine does
//! befalls all of them.

pub(super) mod contenders;
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
use super::readme::{Row, cell};
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
    #[arg(long, default_value_t = 40, value_parser = clap::value_parser!(u32).range(1..))]
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
    /// Over that of the program by hand: the median of the rounds' ratios.
    decode_ratio: Option<f64>,
    /// The same from bytes, without a check of the whole that they are text.
    decode_slice: Option<f64>,
    /// Bytes of the program that makes one call, stripped.
    binary: Option<f64>,
}

/// The figures of all contenders, by name.
pub(super) type All = BTreeMap<String, Figures>;

/// What one of something takes.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
struct Call {
    instructions: Option<f64>,
    /// Microseconds on all cores.
    cpu: Option<f64>,
    /// Over that of the program by hand: the median of the rounds' ratios.
    cpu_ratio: Option<f64>,
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
        // Each does a little and then the next: what slows the machine down slows all of them down.
        for (what, times) in ROUND {
            for one in &mut running {
                one.time(what, times)?;
            }
        }
    }
    let hand = running.iter().find(|one| one.contender.name == contenders::HAND).map(|one| one.cpu.clone());
    let hand = hand.unwrap_or_default();
    let mut all = BTreeMap::new();
    for mut one in running {
        let mut figures = one.figures(size, &hand)?;
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
    [("list", 20), ("link", 60), ("build", 2), ("clone", 1000), ("decode", 20), ("decode-slice", 20)];

/// Microseconds of each round, by what was done.
type Times = BTreeMap<&'static str, Vec<f64>>;

/// A contender at work.
struct Running {
    contender: Contender,
    program: PathBuf,
    session: Session,
    cpu: Times,
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

    fn time(&mut self, what: &'static str, times: u64) -> Result<(), Failure> {
        let Took { cpu, done, .. } = self.session.ask(what, times)?;
        // Nothing came of it: the contender cannot do this.
        if done > 0 {
            self.cpu.entry(what).or_default().push(cpu as f64 / 1000.0 / times as f64);
        }
        Ok(())
    }

    /// Times of the rounds beside those of the program by hand, and allocations.
    fn figures(&mut self, page: u64, hand: &Times) -> Result<Figures, Failure> {
        let time = |what: &str| self.cpu.get(what).map(|times| median(times.clone()));
        let rate = |what: &str| time(what).map(|time| page as f64 / time);
        let ratio = |what: &str| {
            let (own, hand) = self.cpu.get(what).zip(hand.get(what))?;
            Some(median(own.iter().zip(hand).map(|(own, hand)| own / hand).collect()))
        };
        let (decode, decode_slice) = (rate("decode"), rate("decode-slice"));
        let decode_ratio = ratio("decode").map(|time| 1.0 / time);
        let mut calls = Vec::new();
        for (what, times) in ROUND.iter().take(4) {
            let (cpu, cpu_ratio) = (time(what), ratio(what));
            let took = self.session.ask(&format!("count-{what}"), *times)?;
            let each = |number: f64| Some(number / *times as f64);
            calls.push(Call {
                instructions: None,
                cpu,
                cpu_ratio,
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
            decode_ratio,
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

/// The rows of the README.
pub(super) fn readme(all: &All) -> Vec<Row> {
    type Read = fn(&Figures) -> Option<f64>;
    let rows: [(&str, Unit, Read); 7] = [
        ("a page of 50 payments: instructions", Unit::Thousands, |f| f.list.instructions),
        ("a page of 50 payments: CPU", Unit::Micros, |f| f.list.cpu),
        ("an account link created: instructions", Unit::Thousands, |f| f.link.instructions),
        ("an account link created: CPU", Unit::Micros, |f| f.link.cpu),
        ("a client: memory", Unit::Thousands, |f| f.build.held),
        ("that page decoded, MB/s", Unit::Number, |f| f.decode),
        ("the program of one call, stripped", Unit::Megabytes, |f| f.binary),
    ];
    if all.is_empty() {
        return Vec::new();
    }
    let rows = rows.iter().map(|(what, unit, read)| {
        let figure = |name: &str| cell(*unit, all.get(name).and_then(read));
        Row {
            what: (*what).to_owned(),
            ours: figure("whop"),
            hand: figure(contenders::HAND),
            peer: figure("whop_sdk"),
            generator: String::new(),
        }
    });
    rows.collect()
}

fn show(all: &All) {
    type Read = fn(&Figures) -> Option<f64>;
    // A ratio of its own where times are compared: of each round, not of the medians.
    let rows: [(&str, Unit, Read, Option<Read>); 16] = [
        ("list: instructions", Unit::Thousands, |f| f.list.instructions, None),
        ("list: CPU", Unit::Micros, |f| f.list.cpu, Some(|f| f.list.cpu_ratio)),
        ("list: allocations", Unit::Number, |f| f.list.allocations, None),
        ("list: bytes allocated", Unit::Thousands, |f| f.list.bytes, None),
        ("link: instructions", Unit::Thousands, |f| f.link.instructions, None),
        ("link: CPU", Unit::Micros, |f| f.link.cpu, Some(|f| f.link.cpu_ratio)),
        ("link: allocations", Unit::Number, |f| f.link.allocations, None),
        ("link: bytes allocated", Unit::Thousands, |f| f.link.bytes, None),
        ("build: instructions", Unit::Thousands, |f| f.build.instructions, None),
        ("build: CPU", Unit::Micros, |f| f.build.cpu, Some(|f| f.build.cpu_ratio)),
        ("build: allocations", Unit::Number, |f| f.build.allocations, None),
        ("build: bytes held", Unit::Thousands, |f| f.build.held, None),
        ("clone: allocations", Unit::Number, |f| f.clone.allocations, None),
        ("decode: MB/s", Unit::Number, |f| f.decode, Some(|f| f.decode_ratio)),
        ("decode: MB/s from bytes", Unit::Number, |f| f.decode_slice, None),
        ("program of one call", Unit::Thousands, |f| f.binary, None),
    ];
    let hand = all.get(contenders::HAND);
    let others = || all.iter().filter(|(name, _)| *name != contenders::HAND);
    let mut head = vec!["one call, one client".to_owned()];
    head.extend(all.keys().cloned());
    head.extend(others().map(|(name, _)| format!("{name} / hand")));
    let cells = rows.iter().map(|(name, unit, read, ratio)| {
        let mut cells = vec![(*name).to_owned()];
        cells.extend(all.values().map(|figures| unit.show(read(figures))));
        cells.extend(others().map(|(_, figures)| {
            let own = ratio.and_then(|ratio| ratio(figures));
            let plain = || read(figures).zip(hand.and_then(read)).map(|(own, hand)| own / hand);
            Unit::Ratio.show(own.or_else(plain).filter(|ratio| ratio.is_finite()))
        }));
        cells
    });
    table(&head, &cells.collect::<Vec<_>>());
}
