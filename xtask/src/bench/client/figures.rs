//! The figures of calls: as they are kept, as a table, and as rows of the README.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::contenders::HAND;
use crate::bench::readme::{Row, render_cell};
use crate::bench::table::{Unit, render_rows};

/// All figures of a contender. What could not be measured is not there.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(in crate::bench) struct Figures {
    /// A page of payments.
    pub(super) list: Call,
    /// An account link created.
    pub(super) link: Call,
    /// A client built.
    pub(super) build: Call,
    /// A client cloned.
    pub(super) clone: Call,
    /// Bytes of a page decoded per microsecond, which is MB/s.
    pub(super) decode: Option<f64>,
    /// Over that of the program by hand: the median of the rounds' ratios.
    pub(super) decode_ratio: Option<f64>,
    /// The same from bytes, without a check of the whole that they are text.
    pub(super) decode_slice: Option<f64>,
    /// Bytes of the program that makes one call, stripped.
    pub(super) binary: Option<f64>,
}

/// The figures of all contenders, by name.
pub(in crate::bench) type All = BTreeMap<String, Figures>;

/// What one of something takes.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub(super) struct Call {
    pub(super) instructions: Option<f64>,
    /// Microseconds on all cores.
    pub(super) cpu: Option<f64>,
    /// Over that of the program by hand: the median of the rounds' ratios.
    pub(super) cpu_ratio: Option<f64>,
    pub(super) allocations: Option<f64>,
    /// Bytes that were allocated.
    pub(super) bytes: Option<f64>,
    /// Bytes that are held for as long as it lives.
    pub(super) held: Option<f64>,
}

/// The rows of the README.
pub(in crate::bench) fn readme_rows(all: &All) -> Vec<Row> {
    type Read = fn(&Figures) -> Option<f64>;
    let rows: [(&str, Unit, Read); 7] = [
        ("a page of 50 payments: instructions", Unit::Thousands, |f| f.list.instructions),
        ("a page of 50 payments: CPU", Unit::Micros, |f| f.list.cpu),
        ("an account link created: instructions", Unit::Thousands, |f| f.link.instructions),
        ("an account link created: CPU", Unit::Micros, |f| f.link.cpu),
        ("a client: memory", Unit::Kilobytes, |f| f.build.held),
        ("that page decoded, MB/s", Unit::Number, |f| f.decode),
        ("the program of one call, stripped", Unit::Kilobytes, |f| f.binary),
    ];
    if all.is_empty() {
        return Vec::new();
    }
    let rows = rows.iter().map(|(what, unit, read)| {
        let figure = |name: &str| render_cell(*unit, all.get(name).and_then(read));
        Row {
            what: (*what).to_owned(),
            ours: figure("whop"),
            hand: figure(HAND),
            peer: figure("whop_sdk"),
            generator: String::new(),
        }
    });
    rows.collect()
}

/// Prints the table.
pub(super) fn render_table(all: &All) {
    type Read = fn(&Figures) -> Option<f64>;
    // A ratio of its own where times are compared: of each round, not of the medians.
    let rows: [(&str, Unit, Read, Option<Read>); 16] = [
        ("list: instructions", Unit::Thousands, |f| f.list.instructions, None),
        ("list: CPU", Unit::Micros, |f| f.list.cpu, Some(|f| f.list.cpu_ratio)),
        ("list: allocations", Unit::Number, |f| f.list.allocations, None),
        ("list: bytes allocated", Unit::Kilobytes, |f| f.list.bytes, None),
        ("link: instructions", Unit::Thousands, |f| f.link.instructions, None),
        ("link: CPU", Unit::Micros, |f| f.link.cpu, Some(|f| f.link.cpu_ratio)),
        ("link: allocations", Unit::Number, |f| f.link.allocations, None),
        ("link: bytes allocated", Unit::Kilobytes, |f| f.link.bytes, None),
        ("build: instructions", Unit::Thousands, |f| f.build.instructions, None),
        ("build: CPU", Unit::Micros, |f| f.build.cpu, Some(|f| f.build.cpu_ratio)),
        ("build: allocations", Unit::Number, |f| f.build.allocations, None),
        ("build: bytes held", Unit::Kilobytes, |f| f.build.held, None),
        ("clone: allocations", Unit::Number, |f| f.clone.allocations, None),
        ("decode: MB/s", Unit::Number, |f| f.decode, Some(|f| f.decode_ratio)),
        ("decode: MB/s from bytes", Unit::Number, |f| f.decode_slice, None),
        ("program of one call", Unit::Kilobytes, |f| f.binary, None),
    ];
    let hand = all.get(HAND);
    let others = || all.iter().filter(|(name, _)| *name != HAND);
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
    render_rows(&head, &cells.collect::<Vec<_>>());
}
