//! Files are small and say what they do, and texts use the words of the field.

use crate::{assert_none, collect_markdown, root};

use crate::imports::{CRATES, read_crate, rust_files};

/// The most lines of a hand-written file.
const LINES: usize = 400;

/// The most lines of a generated file of the client.
const GENERATED_LINES: usize = 1_500;

/// Words for which the field has others: see `response`, `field` and `property` in any OpenAPI tool.
const REFUSED: [&str; 4] = ["lest", "the house", "go astray", "does not fit its type"];

#[test]
fn files_are_small_and_say_what_they_do() {
    let mut problems = Vec::new();
    for file in CRATES.iter().flat_map(|folder| read_crate(folder)) {
        let lines = file.text.lines().count();
        if lines > LINES {
            problems.push(format!("{}: {lines} lines; split it", file.path));
        }
        if !file.text.starts_with("//! ") {
            problems.push(format!("{}: begin with `//!`: what the module does", file.path));
        }
    }
    for path in rust_files(&root().join("generated/src")) {
        let lines = std::fs::read_to_string(&path).unwrap().lines().count();
        if lines > GENERATED_LINES {
            problems.push(format!("{}: {lines} lines; the emitter has to split it", path.display()));
        }
    }
    assert_none(&problems);
}

/// What a server sends is a response; "answer" is left to the data of the API, where it is a field's name.
#[test]
fn texts_use_the_words_of_the_field() {
    let mut problems = Vec::new();
    let files = CRATES.iter().flat_map(|folder| read_crate(folder));
    // These files hold old names.
    for file in files.filter(|file| !file.path.ends_with("/renamed.rs")) {
        check_text(&file.path, &file.text, &mut problems);
    }
    let mut pages = Vec::new();
    collect_markdown(&root(), &mut pages);
    for path in pages {
        let text = std::fs::read_to_string(&path).unwrap();
        let name = path.strip_prefix(root()).unwrap().display().to_string();
        // The changelog names what was renamed, and a release that is over keeps its words.
        if name == "CHANGELOG.md" || name == "tests/readme_0_1/README.md" {
            continue;
        }
        check_text(&name, &text, &mut problems);
    }
    assert_none(&problems);
}

fn check_text(name: &str, text: &str, problems: &mut Vec<String>) {
    for (number, line) in text.lines().enumerate() {
        let lower = line.to_lowercase();
        let words = lower.split(|c: char| !c.is_alphanumeric() && c != '_');
        let answers =
            words.filter(|word| ["answer", "answers", "answered", "answering"].contains(word)).count();
        let refused = REFUSED.iter().find(|refused| contains_words(&lower, refused));
        if answers > 0 || refused.is_some() {
            problems.push(format!("{name}:{}: {}", number + 1, line.trim()));
        }
    }
}

/// Whether a line has these words in a row, and not only their letters.
fn contains_words(line: &str, words: &str) -> bool {
    line.match_indices(words).any(|(at, found)| {
        let before = line[..at].chars().next_back();
        let after = line[at + found.len()..].chars().next();
        ![before, after].into_iter().flatten().any(char::is_alphanumeric)
    })
}

#[test]
fn words_are_found_whole() {
    assert!(contains_words("careful, lest it break", "lest"));
    assert!(!contains_words("the smallest one", "lest"));
}
