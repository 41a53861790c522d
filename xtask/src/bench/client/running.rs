//! A contender at work: what its program is asked, and what came of it.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::PathBuf;
use std::rc::Rc;

use openapi_client_generator::failure::Failure;

use super::contenders::Contender;
use super::figures::{DOINGS, Doing, Measured};
use super::session::{Session, Took};
use super::stage::Stage;
use crate::bench::callgrind::{count_each, find_version};

/// A contender at work.
pub(super) struct Running {
    pub(super) contender: Contender,
    stage: Rc<Stage>,
    program: PathBuf,
    session: Session,
    /// Whether it understands the page of the document: if not, nothing is said of its pages.
    reads_page: bool,
    measured: BTreeMap<&'static str, Measured>,
}

impl Running {
    pub(super) fn start(contender: Contender, program: PathBuf, stage: Rc<Stage>) -> Result<Self, Failure> {
        let mut session = Session::start(&program, &stage.server.url, &stage.page)?;
        // The first calls connect and warm up.
        session.ask("link", 20)?;
        // A page of another version of the API can neither be decoded nor called for.
        let reads_page = session.ask("decode", 1)?.done > 0;
        if reads_page {
            session.ask("list", 20)?;
        }
        Ok(Self { contender, stage, program, session, reads_page, measured: BTreeMap::new() })
    }

    /// Does something as often as a round does.
    pub(super) fn time(&mut self, doing: &Doing) -> Result<(), Failure> {
        if doing.needs_page && !self.reads_page {
            return Ok(());
        }
        let Took { cpu, done, .. } = self.session.ask(doing.command, doing.times)?;
        // Nothing came of it: the contender cannot do this.
        if done > 0 {
            let each = cpu as f64 / 1000.0 / doing.times as f64;
            self.measured.entry(doing.command).or_default().cpu.push(each);
        }
        Ok(())
    }

    /// Allocations, and instructions if there is valgrind.
    pub(super) fn count(&mut self) -> Result<(), Failure> {
        let valgrind = find_version().is_some();
        let arguments = [OsStr::new(&self.stage.server.url), self.stage.page.as_os_str()];
        for doing in &DOINGS {
            // Only what could be done was timed.
            let Some(measured) = self.measured.get_mut(doing.command) else { continue };
            if doing.allocates {
                let took = self.session.ask(&format!("count-{}", doing.command), doing.times)?;
                let each = |number: f64| Some(number / doing.times as f64);
                measured.allocations = each(took.allocations as f64);
                measured.bytes = each(took.bytes as f64);
                measured.held = each(took.held as f64);
            }
            if let Some(times) = doing.counted.filter(|_| valgrind) {
                measured.instructions = Some(count_each(&self.program, &arguments, doing.command, times)?);
            }
        }
        Ok(())
    }

    pub(super) fn measured(&self, doing: &Doing) -> Measured {
        self.measured.get(doing.command).cloned().unwrap_or_default()
    }
}
