//! The figures of calls, of all contenders together.

use crate::bench::figure::{Figure, Who};
use crate::bench::table::Unit;

/// What is done, and counted for each.
pub(super) struct Doing {
    /// As the programs call it.
    pub(super) command: &'static str,
    /// As people do.
    name: &'static str,
    /// How often in a round.
    pub(super) times: u64,
    /// How often for callgrind; nothing where that says nothing.
    pub(super) counted: Option<u64>,
    /// Whether it needs the page of the document.
    pub(super) needs_page: bool,
    /// Whether allocations are told.
    pub(super) allocates: bool,
    /// Whether it is in the README: its instructions.
    in_readme: bool,
}

const PLAIN: Doing = Doing {
    command: "",
    name: "",
    times: 20,
    counted: Some(20),
    needs_page: true,
    allocates: true,
    in_readme: true,
};

pub(super) const DOINGS: [Doing; 8] = [
    Doing { command: "list", name: "a page of 50 payments", ..PLAIN },
    Doing {
        command: "link",
        name: "an account link created",
        times: 150,
        counted: Some(200),
        needs_page: false,
        ..PLAIN
    },
    Doing {
        command: "build",
        name: "a client built",
        times: 2,
        counted: Some(2),
        needs_page: false,
        ..PLAIN
    },
    Doing {
        command: "clone",
        name: "a client cloned",
        times: 1000,
        counted: None,
        needs_page: false,
        in_readme: false,
        ..PLAIN
    },
    Doing { command: "decode", name: "that page decoded", ..PLAIN },
    Doing {
        command: "decode-slice",
        name: "that page decoded from bytes",
        allocates: false,
        in_readme: false,
        ..PLAIN
    },
    Doing { command: "encode", name: "its payments written", ..PLAIN },
    Doing {
        command: "encode-serde-json",
        name: "its payments written by `serde_json`",
        allocates: false,
        in_readme: false,
        ..PLAIN
    },
];

/// What a contender took for each of something.
#[derive(Debug, Clone, Default)]
pub(super) struct Measured {
    /// Microseconds on all cores, in each round.
    pub(super) cpu: Vec<f64>,
    pub(super) instructions: Option<f64>,
    pub(super) allocations: Option<f64>,
    /// Bytes that were allocated.
    pub(super) bytes: Option<f64>,
    /// Bytes that are held for as long as it lives.
    pub(super) held: Option<f64>,
}

/// The rows of something that is done, by contender.
pub(super) fn build_rows(doing: &Doing, all: &[(Who, Measured)]) -> Vec<Figure> {
    type Read = fn(&Measured) -> Option<f64>;
    let count = |what: &str, unit: Unit, read: Read| {
        let figure = Figure::count(&format!("{}: {what}", doing.name), unit);
        all.iter().fold(figure, |figure, (who, measured)| figure.with(*who, read(measured)))
    };
    let mut instructions = count("instructions", Unit::Thousands, |one| one.instructions);
    instructions.in_readme = doing.in_readme;
    let mut cpu = Figure::time(&format!("{}: CPU", doing.name), Unit::Micros);
    for (who, measured) in all {
        cpu.add(*who, None, measured.cpu.iter().copied());
    }
    let mut rows = vec![instructions, cpu];
    rows.push(count("allocations", Unit::Number, |one| one.allocations));
    rows.push(count("bytes allocated", Unit::Kilobytes, |one| one.bytes));
    if doing.command == "build" {
        rows.push(count("memory", Unit::Kilobytes, |one| one.held).in_readme());
    }
    rows.retain(|figure| !figure.cells.is_empty());
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contender_that_cannot_has_no_cell() {
        let counted = |instructions| Measured { instructions, ..Measured::default() };
        let rows = build_rows(&PLAIN, &[(Who::Ours, counted(Some(1.0))), (Who::Peer, counted(None))]);
        assert!(rows.iter().all(|row| !row.cells.contains_key(&Who::Peer)));
        assert!(rows.iter().any(|row| row.cells.contains_key(&Who::Ours) && row.in_readme));
    }
}
