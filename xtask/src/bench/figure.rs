//! Figures of several runs, and whether they say something.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::table::Unit;

/// Times whose runs lie further apart than this, over their median, say nothing.
const LIMIT: f64 = 0.10;
/// From so many runs on, the range is that of the middle half: single runs are disturbed on every machine.
const MANY: usize = 12;

/// Whose figure it is: a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Who {
    Ours,
    Hand,
    /// The official crate.
    Peer,
    Generator,
}

/// The median of some runs, and how far they lie apart.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) struct Spread {
    pub(super) low: f64,
    pub(super) median: f64,
    pub(super) high: f64,
    pub(super) runs: usize,
}

impl Spread {
    /// Nothing if there was no run.
    pub(super) fn from_runs(mut runs: Vec<f64>) -> Option<Self> {
        runs.sort_by(f64::total_cmp);
        let count = runs.len();
        let aside = if count < MANY { 0 } else { count / 4 };
        let at = |index: usize| runs.get(index).copied();
        Some(Self { low: at(aside)?, median: median(&runs)?, high: at(count - 1 - aside)?, runs: count })
    }

    /// How far the runs lie apart, over the median.
    fn width(&self) -> f64 {
        if self.median == 0.0 { 0.0 } else { (self.high - self.low) / self.median.abs() }
    }

    /// Whether the runs lie so far apart that their median says nothing.
    pub(super) fn is_wide(&self) -> bool {
        self.width() > LIMIT
    }
}

/// The one in the middle, or the mean of the two there.
fn median(sorted: &[f64]) -> Option<f64> {
    let middle = sorted.len() / 2;
    let upper = sorted.get(middle)?;
    if !sorted.len().is_multiple_of(2) {
        return Some(*upper);
    }
    sorted.get(middle.checked_sub(1)?).map(|lower| f64::midpoint(*lower, *upper))
}

/// The one in the middle of some runs.
pub(super) fn median_of_runs(runs: Vec<f64>) -> Option<f64> {
    Spread::from_runs(runs).map(|spread| spread.median)
}

/// What a figure of one contender is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Cell {
    pub(super) spread: Spread,
    /// Each run, in their order: contenders of one part take turns, so what slows the machine down slows a round of all down. None
    /// if another part measured it.
    pub(super) rounds: Vec<f64>,
    /// Who it is, if the column does not say.
    pub(super) name: Option<String>,
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Figure {
    pub(super) what: String,
    pub(super) unit: Unit,
    /// Whether it depends on what else the machine does; a count does not.
    pub(super) is_time: bool,
    /// Whether it is a row of the README.
    pub(super) in_readme: bool,
    pub(super) cells: BTreeMap<Who, Cell>,
    /// Why it says nothing.
    pub(super) doubt: Option<String>,
}

impl Figure {
    /// A figure that is the same whatever the machine does.
    pub(super) fn count(what: &str, unit: Unit) -> Self {
        Self {
            what: what.to_owned(),
            unit,
            is_time: false,
            in_readme: false,
            cells: BTreeMap::new(),
            doubt: None,
        }
    }

    pub(super) fn time(what: &str, unit: Unit) -> Self {
        Self { is_time: true, ..Self::count(what, unit) }
    }

    pub(super) fn in_readme(self) -> Self {
        Self { in_readme: true, ..self }
    }

    /// With the runs of a contender. Without runs its cell stays empty.
    pub(super) fn with(mut self, who: Who, runs: impl IntoIterator<Item = f64>) -> Self {
        self.add(who, None, runs);
        self
    }

    pub(super) fn add(&mut self, who: Who, name: Option<String>, runs: impl IntoIterator<Item = f64>) {
        let rounds: Vec<f64> = runs.into_iter().collect();
        if let Some(spread) = Spread::from_runs(rounds.clone()) {
            self.cells.insert(who, Cell { spread, rounds, name });
        }
    }

    /// Whether no other contender has this figure.
    pub(super) fn is_alone(&self) -> bool {
        self.cells.len() == 1
    }

    /// A figure over that of another contender: of each round, if both have the same rounds.
    pub(super) fn ratio(&self, who: Who, base: Who) -> Option<Spread> {
        let (cell, base) = (self.cells.get(&who)?, self.cells.get(&base)?);
        let ratio = if cell.rounds.len() == base.rounds.len() {
            let rounds = cell.rounds.iter().zip(&base.rounds);
            Spread::from_runs(rounds.map(|(own, base)| own / base).collect())?
        } else {
            let (own, base) = (cell.spread, base.spread);
            Spread {
                low: own.low / base.high,
                median: own.median / base.median,
                high: own.high / base.low,
                runs: own.runs.min(base.runs),
            }
        };
        [ratio.low, ratio.median, ratio.high].into_iter().all(f64::is_finite).then_some(ratio)
    }

    /// Notes why it says nothing: the machine was busy, or its own runs lie too far apart.
    pub(super) fn judge(&mut self, busy: Option<&str>) {
        if !self.is_time {
            return;
        }
        let widest = self.cells.values().map(|cell| cell.spread.width()).fold(0.0, f64::max);
        let apart = || format!("the runs lie {:.0} % apart", widest * 100.0);
        self.doubt = busy.map(str::to_owned).or_else(|| (widest > LIMIT).then(apart));
    }

    /// Puts the cells of another part that measured the same beside these.
    pub(super) fn merge(&mut self, other: Self) {
        // They did not take turns with these, so a round of theirs is not one of these.
        let cells = other.cells.into_iter().map(|(who, cell)| (who, Cell { rounds: Vec::new(), ..cell }));
        self.cells.extend(cells);
        self.doubt = self.doubt.take().or(other.doubt);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spread(runs: &[f64]) -> Option<(f64, f64, f64)> {
        Spread::from_runs(runs.to_vec()).map(|spread| (spread.low, spread.median, spread.high))
    }

    #[test]
    fn the_range_is_of_all_runs_or_of_the_middle_half_of_many() {
        assert_eq!(spread(&[]), None);
        assert_eq!(spread(&[2.0]), Some((2.0, 2.0, 2.0)));
        assert_eq!(spread(&[3.0, 1.0, 9.0]), Some((1.0, 3.0, 9.0)));
        assert_eq!(spread(&[4.0, 1.0]), Some((1.0, 2.5, 4.0)));
        let many: Vec<f64> = (1..=12).map(f64::from).collect();
        assert_eq!(spread(&many), Some((4.0, 6.5, 9.0)));
    }

    #[test]
    fn a_time_is_doubted_if_its_runs_lie_apart_or_the_machine_was_busy() {
        let judged = |runs: &[f64], busy: Option<&str>| {
            let mut figure = Figure::time("x", Unit::Seconds).with(Who::Hand, [1.0]);
            figure = figure.with(Who::Ours, runs.iter().copied());
            figure.judge(busy);
            figure.doubt
        };
        assert_eq!(judged(&[1.0, 1.05, 1.1], None), None);
        assert_eq!(judged(&[1.0, 1.0, 1.2], None).as_deref(), Some("the runs lie 20 % apart"));
        assert_eq!(judged(&[1.0], Some("the load was 3")).as_deref(), Some("the load was 3"));
        assert_eq!(judged(&[], None), None);
    }

    #[test]
    fn a_count_is_never_doubted() {
        let mut figure = Figure::count("x", Unit::Thousands).with(Who::Ours, [1.0, 2.0]);
        figure.judge(Some("the load was 3"));
        assert_eq!(figure.doubt, None);
    }

    #[test]
    fn ratios_are_of_rounds_or_of_medians() {
        // The second round was disturbed.
        let figure = Figure::time("x", Unit::Seconds).with(Who::Hand, [10.0, 30.0, 10.0]);
        let figure = figure.with(Who::Ours, [9.0, 27.0, 12.0]).with(Who::Peer, [20.0, 40.0]);
        let ratio = |who| figure.ratio(who, Who::Hand).map(|ratio| (ratio.low, ratio.median, ratio.high));
        assert_eq!(ratio(Who::Ours), Some((0.9, 0.9, 1.2)));
        assert_eq!(ratio(Who::Peer), Some((20.0 / 30.0, 3.0, 4.0)));
        assert_eq!(ratio(Who::Generator), None);
        assert_eq!(Figure::time("x", Unit::Seconds).with(Who::Hand, [0.0]).ratio(Who::Hand, Who::Hand), None);
    }

    #[test]
    fn parts_that_measure_the_same_are_one_row() {
        let mut figure = Figure::time("x", Unit::Seconds).with(Who::Ours, [2.0]);
        let mut other = Figure::time("x", Unit::Seconds).with(Who::Peer, [3.0, 4.0]);
        other.judge(None);
        figure.merge(other);
        assert_eq!(figure.cells.len(), 2);
        assert!(figure.doubt.is_some());
        let ratio = figure.ratio(Who::Peer, Who::Ours).map(|ratio| (ratio.low, ratio.high));
        assert_eq!(ratio, Some((1.5, 2.0)));
    }
}
