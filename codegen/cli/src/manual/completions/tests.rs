//! What is completed where.

use crate::{
    manual::test_library::run_command,
    test_io::{TestFolder, TestIo},
};

/// The candidates of zsh for the last of these words, each with its description after `|`.
fn complete(words: &[&str]) -> Vec<String> {
    complete_in(TestIo::new(), words)
}

fn complete_in(test: TestIo, words: &[&str]) -> Vec<String> {
    let (mut io, captured) = test.build();
    let index = words.len().to_string();
    let all: Vec<&str> =
        ["__complete", "zsh", &index, "library"].into_iter().chain(words.iter().copied()).collect();
    run_command(&mut io, &all).unwrap();
    assert_eq!(captured.stderr(), "");
    captured.stdout().lines().map(|line| line.replace('\t', "|")).collect()
}

/// The words alone.
fn complete_words(words: &[&str]) -> Vec<String> {
    let candidates = complete(words).into_iter();
    candidates.map(|candidate| candidate.split('|').next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn names_of_groups_and_commands_are_completed_with_what_they_are() {
    assert_eq!(complete(&["bo"]), ["books|Books of the library."]);
    assert_eq!(complete(&["help", "bo"]), ["books|Books of the library."]);
    assert_eq!(
        complete(&["comple"]),
        ["completions|Prints the script with which a shell completes commands"]
    );
    assert_eq!(
        complete(&["books", ""]),
        [
            "list|List books",
            "create|Create a book",
            "retrieve|Retrieve a book",
            "delete|Delete a book",
            "lend|Lend a book",
        ]
    );
    assert_eq!(complete_words(&["cli", "prof"]), ["profile"]);
    assert_eq!(complete_words(&["profile", "s"]), ["set", "show"]);
    let first = complete_words(&[""]);
    assert!(first.contains(&"books".to_owned()) && first.contains(&"login".to_owned()), "{first:?}");
    assert!(first.iter().all(|word| !word.starts_with('-')), "{first:?}");
    assert!(complete(&["nothing", ""]).is_empty());
    assert!(complete(&["books", "nothing", ""]).is_empty());
}

#[test]
fn options_before_the_names_are_skipped_with_their_values() {
    assert_eq!(complete_words(&["--profile", "books", "-o", "json", "books", "cr"]), ["create"]);
    assert_eq!(complete_words(&["--sandbox", "bo"]), ["books"]);
    assert_eq!(complete_words(&["--output=json", "books", "--dry-run", "lis"]), ["list"]);
    assert_eq!(complete_words(&["-o", "js"]), ["json", "jsonl"]);
    assert_eq!(complete_words(&["books", "--output", "ya"]), ["yaml"]);
}

#[test]
fn flags_of_the_operation_come_with_their_help() {
    let flags = complete(&["books", "list", "--st"]);
    assert_eq!(flags.len(), 1, "{flags:?}");
    assert!(flags[0].starts_with("--state|Only books in this state: see"), "{flags:?}");
    assert_eq!(complete_words(&["books", "create", "--price."]), ["--price.amount", "--price.currency"]);
    assert_eq!(complete_words(&["books", "list", "--outp"]), ["--output"]);
    let flags = complete_words(&["books", "list", "--"]);
    let place = |name: &str| flags.iter().position(|flag| flag == name);
    assert!(place("--state") < place("--output") && place("--all").is_some(), "{flags:?}");
    // A name that is an option of every command too has a prefix.
    assert_eq!(complete_words(&["shelf-marks", "list", "--field"]), ["--field-base-url"]);
    // By the operationId too.
    assert_eq!(complete_words(&["listBooks", "--stat"]), ["--state"]);
}

#[test]
fn values_of_enums_and_booleans_are_completed_and_ids_are_not() {
    assert_eq!(
        complete(&["books", "list", "--state", ""]),
        ["in_stock|It can be lent.", "lent|A reader has it", "lost: for good", "$(touch pwned)"]
    );
    assert_eq!(complete_words(&["books", "list", "--state=le"]), ["--state=lent"]);
    assert_eq!(complete_words(&["books", "list", "--genres", ""]), ["novel", "poem"]);
    assert_eq!(complete_words(&["books", "list", "--available=t"]), ["--available=true"]);
    assert_eq!(complete_words(&["books", "create", "--price.currency", "u"]), ["usd"]);
    assert_eq!(complete_words(&["books", "create", "--mark", ""]), ["novel", "poem"]);
    assert_eq!(complete_words(&["books", "create", "--size", "1"]), ["12", "16"]);
    assert!(complete(&["books", "list", "--shelf-id", ""]).is_empty());
    assert!(complete(&["books", "list", "--first", ""]).is_empty());
    // An id is no word that is known, so that the flags are what can follow.
    assert!(complete_words(&["books", "retrieve", ""]).iter().all(|word| word.starts_with("--")));
    assert!(complete(&["books", "retrieve", "book_"]).is_empty());
}

#[test]
fn options_of_every_command_have_their_values() {
    let folder = TestFolder::new();
    let stored = "[profiles.mine]\nenvironment = \"sandbox\"\n";
    crate::private_file::write_private(&folder.0.join("config.toml"), stored).unwrap();
    let test = || TestIo::new().config_folder(folder.0.clone());
    assert_eq!(complete_in(test(), &["books", "list", "--profile", "m"]), ["mine"]);
    assert_eq!(complete_in(test(), &["profile", "use", "mi"]), ["mine"]);
    assert_eq!(complete_words(&["books", "list", "--environment", "s"]), ["sandbox"]);
    assert_eq!(complete_words(&["books", "list", "--api-version", ""]), ["2026-01-01", "2025-06-01"]);
    assert_eq!(complete_words(&["books", "list", "--color", ""]), ["auto", "always", "never"]);
    assert_eq!(complete_words(&["profile", "use", "prod"]), ["production"]);
    assert_eq!(complete_words(&["completions", ""]), ["bash", "zsh", "fish", "powershell"]);
    assert_eq!(complete_words(&["api", "D"]), ["DELETE"]);
    assert_eq!(complete_words(&["api", "GET", "/s"]), ["/shelf_marks", "/shelf_marks/export"]);
}

#[test]
fn files_follow_where_a_value_is_a_file() {
    let folder = TestFolder::new();
    std::fs::write(folder.0.join("cover.png"), "").unwrap();
    std::fs::create_dir(folder.0.join("covers")).unwrap();
    let path = folder.0.to_str().unwrap();
    let (at, plain) = (format!("@{path}/cov"), format!("{path}/cov"));
    let found = [format!("@{path}/cover.png"), format!("@{path}/covers/")];
    for flag in ["--cover", "--price", "--chapters", "--labels", "--body"] {
        assert_eq!(complete(&["books", "create", flag, &at]), found, "{flag}");
    }
    assert!(complete(&["books", "create", "--title", &at]).is_empty());
    assert_eq!(complete(&["api", "POST", "/x", "--input", &plain]).len(), 2);
    // Nothing is typed yet: what is here, as a file.
    let here = complete_words(&["books", "create", "--cover", ""]);
    assert!(!here.is_empty() && here.iter().all(|file| file.starts_with('@')), "{here:?}");
}

#[test]
fn paths_of_fields_are_completed() {
    assert_eq!(complete_words(&["books", "create", "--set", "price."]), ["price.amount=", "price.currency="]);
    assert_eq!(complete_words(&["books", "create", "--null", "old"]), ["old_name"]);
}

#[test]
fn words_that_are_missing_or_wrong_complete_to_nothing_or_are_errors() {
    let (mut io, captured) = TestIo::new().build();
    // PowerShell passes no empty word.
    run_command(&mut io, &["__complete", "powershell", "2", "library", "books"]).unwrap();
    assert!(captured.stdout().starts_with("list\tList books"), "{}", captured.stdout());
    for words in [&["__complete"][..], &["__complete", "tcsh", "1"], &["__complete", "bash", "x"]] {
        let (mut io, _) = TestIo::new().build();
        let error = run_command(&mut io, words).unwrap_err();
        assert_eq!(error.exit.code(), 2);
    }
    let (mut io, captured) = TestIo::new().build();
    run_command(&mut io, &["__complete", "bash", "99", "library"]).unwrap();
    assert!(captured.stdout().contains("books"));
}
