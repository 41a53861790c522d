//! A contender at work: what its program is asked, and what came of it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::rc::Rc;

use openapi_client_generator::failure::Failure;

use super::contenders::Contender;
use super::figures::{Call, Figures};
use super::session::{Session, Took, parse_instructions};
use super::stage::Stage;
use crate::bench::median_of_runs;

/// What a round does, and how often.
pub(super) const ROUND: [(&str, u64); 6] =
    [("list", 20), ("link", 150), ("build", 2), ("clone", 1000), ("decode", 20), ("decode-slice", 20)];

/// Microseconds of each round, by what was done.
pub(super) type Times = BTreeMap<&'static str, Vec<f64>>;

/// A contender at work.
pub(super) struct Running {
    pub(super) contender: Contender,
    stage: Rc<Stage>,
    program: PathBuf,
    session: Session,
    pub(super) cpu: Times,
}

impl Running {
    pub(super) fn start(contender: Contender, program: PathBuf, stage: Rc<Stage>) -> Result<Self, Failure> {
        let mut session = Session::start(&program, &stage.server.url, &stage.page)?;
        // The first calls connect and warm up.
        for (what, times) in [("list", 20), ("link", 20)] {
            session.ask(what, times)?;
        }
        Ok(Self { contender, stage, program, session, cpu: BTreeMap::new() })
    }

    pub(super) fn time(&mut self, what: &'static str, times: u64) -> Result<(), Failure> {
        let Took { cpu, done, .. } = self.session.ask(what, times)?;
        // Nothing came of it: the contender cannot do this.
        if done > 0 {
            self.cpu.entry(what).or_default().push(cpu as f64 / 1000.0 / times as f64);
        }
        Ok(())
    }

    /// Times of the rounds beside those of the program by hand, and allocations.
    pub(super) fn figures(&mut self, hand: &Times) -> Result<Figures, Failure> {
        let time = |what: &str| self.cpu.get(what).map(|times| median_of_runs(times.clone()));
        let rate = |what: &str| time(what).map(|time| self.stage.size as f64 / time);
        let ratio = |what: &str| {
            let (own, hand) = self.cpu.get(what).zip(hand.get(what))?;
            Some(median_of_runs(own.iter().zip(hand).map(|(own, hand)| own / hand).collect()))
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
    pub(super) fn count(&self, figures: &mut Figures) -> Result<(), Failure> {
        let (url, page) = (&self.stage.server.url, &self.stage.page);
        let count = |what, times| parse_instructions(&self.program, url, page, what, times);
        figures.list.instructions = count("list", 20)?;
        figures.link.instructions = count("link", 200)?;
        figures.build.instructions = count("build", 2)?;
        Ok(())
    }
}
