//! Completion in a real bash, man pages, and the documentation of the program.

use std::process::Command;

use crate::{Shop, TemporaryFolder};

/// What bash offers for a line, by the function that the printed script registers.
fn complete(script: &std::path::Path, home: &TemporaryFolder, line: &str) -> Option<Vec<String>> {
    let words: Vec<&str> = line.split(' ').collect();
    let list: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_whop-cli"));
    // The script completes the name `whop`.
    let folder = home.0.join("bin");
    std::fs::create_dir_all(&folder).unwrap();
    let link = folder.join("whop");
    if !link.exists() {
        std::fs::copy(program, &link).unwrap();
    }
    let code = format!(
        "source {script}; COMP_WORDS=({words}); COMP_CWORD={last}; COMP_LINE='{line}'; COMP_POINT=${{#COMP_LINE}}; \
         COMP_TYPE=9; function=$(complete -p whop | sed -E 's/.*-F ([^ ]+) .*/\\1/'); \
         \"$function\" whop \"${{COMP_WORDS[COMP_CWORD]}}\" \"${{COMP_WORDS[COMP_CWORD-1]}}\"; \
         printf '%s\\n' \"${{COMPREPLY[@]}}\"",
        script = script.display(),
        words = list.join(" "),
        last = words.len() - 1,
    );
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap_or_default());
    let output = Command::new("bash")
        .args(["--norc", "-c", &code])
        .env_clear()
        .env("PATH", path)
        .env("HOME", &home.0)
        .output();
    let output = output.ok()?;
    assert!(output.status.success(), "{line}: {output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    Some(text.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect())
}

#[cfg(unix)]
#[test]
fn bash_completes_names_and_values() {
    let shop = Shop::open();
    let script = shop.home.0.join("completion.bash");
    std::fs::write(&script, shop.run(&["completions", "bash"]).succeeded().out).unwrap();
    let expected = [
        ("whop paymen", vec!["payments", "payment-methods"]),
        ("whop payments ref", vec!["refund"]),
        ("whop payments list --acc", vec!["--account-id"]),
        ("whop payouts create --speed ", vec!["standard", "instant"]),
        ("whop payments list -o js", vec!["json", "jsonl"]),
        ("whop completions z", vec!["zsh"]),
    ];
    for (line, names) in expected {
        let Some(found) = complete(&script, &shop.home, line) else {
            return whop_tests::print_uncaptured("skipped: there is no bash");
        };
        for name in names {
            assert!(found.iter().any(|one| one == name), "{line}: {found:?}");
        }
    }
    // Ids are not completed: that would ask the API.
    assert_eq!(complete(&script, &shop.home, "whop payments retrieve pay_").unwrap(), [""; 0]);
    assert!(shop.server.requests().is_empty());
}

#[test]
fn the_program_documents_itself() {
    let shop = Shop::open();
    let page = shop.run(&["docs", "payments.refund"]).succeeded();
    assert!(page.out.contains("/payments/{id}/refund") && page.out.contains("partial_amount"), "{page:?}");
    let manual = shop.run(&["man", "payments", "refund"]).succeeded();
    assert!(manual.out.contains(".TH"), "{manual:?}");
    let help = shop.run(&["payments", "refund", "--help"]).succeeded();
    assert!(help.out.contains("--partial-amount"), "{help:?}");
    assert!(shop.server.requests().is_empty());
}
