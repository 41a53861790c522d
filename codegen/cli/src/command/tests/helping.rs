//! Help.

use super::{run_alone, run_words};
use crate::{
    catalog::Catalog,
    command::{Parsed, example::example_command},
    test_depot::app,
    test_io::TestIo,
};

#[test]
fn the_program_lists_groups_variables_and_exit_codes() {
    for words in [&[][..], &["--help"], &["-h"], &["help"]] {
        let ran = run_alone(words);
        assert_eq!(ran.exit, None, "{}", ran.stderr);
        for part in [
            "Depot API",
            "crates         Crates and what is in them.",
            "market-places",
            "DEPOT_API_KEY",
            "DEPOT_ENVIRONMENT",
            "130  interrupted",
            "--dry-run",
            "--sandbox",
            "api ",
        ] {
            assert!(ran.stdout.contains(part), "{part}: {}", ran.stdout);
        }
        assert!(!ran.stdout.contains("empty"), "{}", ran.stdout);
    }
    assert_eq!(run_alone(&["--version"]).stdout, "depot 1.2.3\n");
}

#[test]
fn a_group_lists_its_commands() {
    for words in [&["crates"][..], &["crates", "--help"], &["help", "crates"]] {
        let ran = run_alone(words);
        assert_eq!(ran.exit, None, "{}", ran.stderr);
        assert!(ran.stdout.contains("attach-picture  Attach pictures"), "{}", ran.stdout);
    }
}

#[test]
fn a_command_describes_its_flags_in_the_words_of_the_document() {
    for words in
        [&["crates", "create", "--help"][..], &["help", "crates", "create"], &["crates", "create", "-h"]]
    {
        let ran = run_alone(words);
        assert_eq!(ran.exit, None, "{}", ran.stderr);
        let text = ran.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        for part in [
            "Makes a crate of an owner.",
            "Required: --owner-id <ID>",
            "What it is worth. Required. At least 0.5, at most 1000000000000000000.",
            "A note. At most 20 characters.",
            "Values: wood, steel, paper.",
            "--place.street-name <TEXT> The street. Required with `--place`.",
            "--metadata <KEY=VALUE>",
            "--field-timeout",
            "The default is v7.",
            "POST /crates (createCrate)",
            "depot crates create --owner-id own_1a2b3c --amount 0.5",
        ] {
            assert!(text.contains(part), "{part}: {}", ran.stdout);
        }
        assert!(!text.contains("--made") && !text.contains("--profile"), "{text}");
    }
    let text =
        run_alone(&["crates", "sell", "--help"]).stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains("Only of the form `ToMarket`."), "{text}");
    assert!(text.contains("This can move money."), "{text}");
}

#[test]
fn each_example_is_a_valid_command() {
    let catalog = Catalog::new(app()).unwrap();
    for summary in catalog.operations() {
        let parsed = Parsed::new(app(), &catalog, summary).unwrap();
        let example = example_command("depot", parsed.loaded, &parsed.flags);
        let is_whole = ["importCrates", "replaceLayout"].contains(&summary.id.as_str());
        if is_whole || example.contains("@file") || summary.id == "sellCrate" {
            continue;
        }
        let words: Vec<&str> = example.split(' ').skip(1).chain(["--dry-run"]).collect();
        let ran = run_words(TestIo::new(), &words);
        assert_eq!(ran.exit, None, "{example}: {}", ran.stderr);
    }
}
