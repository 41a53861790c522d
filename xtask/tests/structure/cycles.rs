//! Import cycles stay small, so that a file can be read with few others in mind.

use std::collections::BTreeSet;

use crate::assert_none;

use crate::imports::{CRATES, imports, is_test_file, read_crate};

/// The most files that may import each other in a circle.
const LARGEST: usize = 4;

#[test]
fn import_cycles_are_small() {
    let mut problems = Vec::new();
    for folder in CRATES {
        let files: Vec<_> = read_crate(folder).into_iter().filter(|file| !is_test_file(file)).collect();
        for cycle in cycles(&imports(&files)).into_iter().filter(|cycle| cycle.len() > LARGEST) {
            let paths: Vec<&str> = cycle.iter().map(|place| files[*place].path.as_str()).collect();
            problems.push(format!("{} files import each other: {}", paths.len(), paths.join(", ")));
        }
    }
    assert_none(&problems);
}

/// The strongly connected components of more than one file.
fn cycles(edges: &[BTreeSet<usize>]) -> Vec<BTreeSet<usize>> {
    let reachable: Vec<BTreeSet<usize>> = (0..edges.len()).map(|start| reachable(edges, start)).collect();
    let mut found: Vec<BTreeSet<usize>> = Vec::new();
    for (start, from) in reachable.iter().enumerate() {
        let cycle: BTreeSet<usize> =
            from.iter().copied().filter(|other| reachable[*other].contains(&start)).collect();
        if cycle.len() > 1 && !found.contains(&cycle) {
            found.push(cycle);
        }
    }
    found
}

/// The files that can be reached from one over one or more imports.
fn reachable(edges: &[BTreeSet<usize>], start: usize) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    let mut open: Vec<usize> = edges[start].iter().copied().collect();
    while let Some(next) = open.pop() {
        if found.insert(next) {
            open.extend(&edges[next]);
        }
    }
    found
}

#[test]
fn cycles_are_found() {
    let edges: [BTreeSet<usize>; 5] = [[1].into(), [2].into(), [0, 3].into(), BTreeSet::new(), [4, 0].into()];
    assert_eq!(cycles(&edges), [BTreeSet::from([0, 1, 2])]);
}
