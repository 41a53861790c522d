//! Whether counts are those that were accepted.

use std::collections::{BTreeMap, BTreeSet};

use super::file::{Accepted, Tools};
use crate::bench::table::group_digits;

/// More than this is a change, as a fraction.
const LIMIT: f64 = 0.03;
/// The limit with another C library, valgrind or processor: memory is then allocated and copied in another way.
const WIDE_LIMIT: f64 = 0.10;
/// A row that moved by less is kept as it was when counts are accepted, so that the difference of the file shows changes alone.
const NOISE: f64 = 0.005;

/// How far counts can be compared.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Comparison {
    /// Up to this limit, with the reason if it is the wide one.
    Limit(f64, Option<String>),
    /// Not at all, with the reason.
    Never(String),
}

/// What the tools of here allow to compare.
pub(super) fn compare_tools(accepted: &Tools, here: &Tools) -> Comparison {
    let differs = |what: &str, accepted: &str, here: &str| {
        (accepted != here)
            .then(|| format!("{what} is {here} here, and the counts were taken with {accepted}"))
    };
    let compiler = differs("rustc", &accepted.rustc, &here.rustc);
    if let Some(reason) = compiler.or_else(|| differs("the host", &accepted.host, &here.host)) {
        return Comparison::Never(reason);
    }
    let library = differs("the C library", &accepted.libc, &here.libc);
    let valgrind = || differs("valgrind", &accepted.valgrind, &here.valgrind);
    let processor = || differs("the processor", &accepted.processor, &here.processor);
    match library.or_else(valgrind).or_else(processor) {
        Some(reason) => Comparison::Limit(WIDE_LIMIT, Some(reason)),
        None => Comparison::Limit(LIMIT, None),
    }
}

/// Lines about the rows that changed by more than the limit, in the order of their names.
pub(super) fn find_changes(
    accepted: &BTreeMap<String, u64>,
    counted: &BTreeMap<String, u64>,
    limit: f64,
) -> Vec<String> {
    let rows: BTreeSet<&String> = accepted.keys().chain(counted.keys()).collect();
    let lines = rows.into_iter().filter_map(|row| match (accepted.get(row), counted.get(row)) {
        (Some(&before), Some(&now)) => {
            let change = relative_change(before, now);
            (change.abs() > limit).then(|| format!("{row}: {}", describe_change(before, now)))
        }
        (None, Some(&now)) => {
            Some(format!("{row}: {} are counted, and none accepted", group_digits(now, ',')))
        }
        (_, None) => Some(format!("{row}: is accepted, and no longer counted")),
    });
    lines.collect()
}

/// Both counts and how far they are apart.
pub(super) fn describe_change(before: u64, now: u64) -> String {
    let change = relative_change(before, now);
    let word = if change < 0.0 { "fewer" } else { "more" };
    let (before, now) = (group_digits(before, ','), group_digits(now, ','));
    format!("{before} were accepted, {now} are counted, {:.1} % {word}", change.abs() * 100.0)
}

/// The accepted counts with those that were counted; rows within the noise stay as they are, if the tools are the same.
pub(super) fn accept(accepted: Option<&Accepted>, counted: &BTreeMap<String, u64>, here: &Tools) -> Accepted {
    let kept = accepted.filter(|accepted| accepted.taken_with == *here);
    let rows = counted.iter().map(|(row, &now)| {
        let before = kept.and_then(|kept| kept.instructions.get(row)).copied();
        let same = before.filter(|&before| relative_change(before, now).abs() <= NOISE);
        (row.clone(), same.unwrap_or(now))
    });
    Accepted { taken_with: here.clone(), instructions: rows.collect() }
}

fn relative_change(before: u64, now: u64) -> f64 {
    (now as f64 - before as f64) / (before as f64).max(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(rows: &[(&str, u64)]) -> BTreeMap<String, u64> {
        rows.iter().map(|(row, count)| ((*row).to_owned(), *count)).collect()
    }

    fn tools(rustc: &str, libc: &str) -> Tools {
        Tools { rustc: rustc.to_owned(), libc: libc.to_owned(), ..Tools::default() }
    }

    #[test]
    fn a_change_in_either_direction_is_found_beyond_the_limit() {
        let accepted =
            counts(&[("call", 100_000), ("decode", 1_000), ("encode", 1_000), ("generate", 1_000)]);
        let counted = counts(&[("call", 96_900), ("decode", 1_031), ("encode", 1_030), ("generate", 970)]);
        assert_eq!(
            find_changes(&accepted, &counted, LIMIT),
            [
                "call: 100,000 were accepted, 96,900 are counted, 3.1 % fewer",
                "decode: 1,000 were accepted, 1,031 are counted, 3.1 % more",
            ]
        );
        assert_eq!(find_changes(&accepted, &counted, WIDE_LIMIT), [""; 0]);
    }

    #[test]
    fn rows_of_one_side_are_changes() {
        let lines = find_changes(&counts(&[("old", 5)]), &counts(&[("new", 7_000)]), WIDE_LIMIT);
        assert_eq!(
            lines,
            ["new: 7,000 are counted, and none accepted", "old: is accepted, and no longer counted"]
        );
    }

    #[test]
    fn another_compiler_is_not_compared_and_another_library_less_strictly() {
        let accepted = tools("1.95.0", "glibc 2.36");
        assert_eq!(compare_tools(&accepted, &accepted), Comparison::Limit(LIMIT, None));
        let Comparison::Never(reason) = compare_tools(&accepted, &tools("1.96.0", "glibc 2.40")) else {
            unreachable!("the compilers differ")
        };
        assert_eq!(reason, "rustc is 1.96.0 here, and the counts were taken with 1.95.0");
        let Comparison::Limit(limit, reason) = compare_tools(&accepted, &tools("1.95.0", "glibc 2.40"))
        else {
            unreachable!("only the libraries differ")
        };
        assert_eq!(limit, WIDE_LIMIT);
        assert!(reason.is_some_and(|reason| reason.contains("glibc 2.40")));
        let other = Tools { processor: "avx2".to_owned(), ..accepted.clone() };
        assert!(matches!(compare_tools(&accepted, &other), Comparison::Limit(WIDE_LIMIT, Some(_))));
    }

    #[test]
    fn rows_within_the_noise_stay_when_counts_are_accepted() {
        let here = tools("1.95.0", "glibc 2.36");
        let before = Accepted {
            taken_with: here.clone(),
            instructions: counts(&[("call", 1_000), ("decode", 1_000), ("gone", 1)]),
        };
        let counted = counts(&[("call", 1_004), ("decode", 1_006), ("new", 9)]);
        let after = accept(Some(&before), &counted, &here);
        assert_eq!(after.instructions, counts(&[("call", 1_000), ("decode", 1_006), ("new", 9)]));
        // With other tools all counts are those of here.
        let other = tools("1.96.0", "glibc 2.36");
        assert_eq!(accept(Some(&before), &counted, &other).instructions, counted);
        assert_eq!(accept(None, &counted, &here).instructions, counted);
    }
}
