//! Counts the files and lines that differ between two sets of files.

use std::collections::BTreeMap;

use openapi_client_generator::terminal::count_noun;
use whop_codegen::render::Output;

/// The size of the difference: `3 files changed, 1 new, 0 removed; 12 lines added, 4 removed.`
pub(super) fn compare_files(old: &[Output], new: &[Output]) -> String {
    let by_path = |files: &[Output]| -> BTreeMap<String, String> {
        files.iter().map(|file| (file.path.clone(), file.contents.clone())).collect()
    };
    let (old, new) = (by_path(old), by_path(new));
    let added = new.keys().filter(|path| !old.contains_key(*path)).count();
    let removed = old.keys().filter(|path| !new.contains_key(*path)).count();
    let changed = new.iter().filter(|(path, text)| old.get(*path).is_some_and(|old| old != *text)).count();
    let (mut more, mut fewer) = (0, 0);
    for path in old.keys().chain(new.keys().filter(|path| !old.contains_key(*path))) {
        let text = |files: &BTreeMap<String, String>| files.get(path).cloned().unwrap_or_default();
        let (come, gone) = changed_lines(&text(&old), &text(&new));
        more += come;
        fewer += gone;
    }
    if added + removed + changed == 0 {
        return "Nothing differs.".to_owned();
    }
    let words = format!("{} changed, {added} new, {removed} removed", count_noun(changed, "file"));
    format!("{words}; {} added, {fewer} removed.", count_noun(more, "line"))
}

/// Added and removed lines, regardless of position: a line that only moved within a file is neither.
fn changed_lines(old: &str, new: &str) -> (usize, usize) {
    let mut counts: BTreeMap<&str, isize> = BTreeMap::new();
    new.lines().for_each(|line| *counts.entry(line).or_default() += 1);
    old.lines().for_each(|line| *counts.entry(line).or_default() -= 1);
    let come = counts.values().filter(|count| **count > 0).map(|count| count.unsigned_abs()).sum();
    let gone = counts.values().filter(|count| **count < 0).map(|count| count.unsigned_abs()).sum();
    (come, gone)
}

#[cfg(test)]
mod tests {
    use super::{Output, compare_files};

    #[test]
    fn files_and_lines_are_counted() {
        let file =
            |path: &str, contents: &str| Output { path: path.to_owned(), contents: contents.to_owned() };
        let old = [file("a", "1\n2\n"), file("b", "x\n"), file("c", "same\n")];
        let new = [file("a", "2\n1\n3\n"), file("c", "same\n"), file("d", "y\nz\n")];
        assert_eq!(compare_files(&old, &new), "1 file changed, 1 new, 1 removed; 3 lines added, 1 removed.");
        assert_eq!(compare_files(&old, &old), "Nothing differs.");
    }
}
