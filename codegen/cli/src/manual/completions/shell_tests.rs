//! The scripts in real shells, with a program of this test. Shells that are not installed are left out, apart from bash; with
//! `REQUIRE_SHELLS` this is a failure.

use std::{
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
};

use super::scripts::Shell;
use crate::{
    manual::test_library::run_command,
    test_io::{TestFolder, TestIo},
};

/// The variable with the folder through which a shell calls this test.
const FOLDER: &str = "OPENAPI_CLIENT_CLI_TEST_FOLDER";

/// A folder with the script of a shell, and with a program that is this test.
fn prepare(shell: Shell) -> TestFolder {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = TestFolder::new();
    let program = folder.0.join("library");
    let test = std::env::current_exe().unwrap();
    let text = format!(
        "#!/bin/sh\nprintf '%s\\n' \"$@\" > \"${FOLDER}/words\"\n'{}' --ignored --exact {}::respond >/dev/null 2>&1\n\
         cat \"${FOLDER}/candidates\"\n",
        test.display(),
        module_path!().split_once("::").unwrap().1,
    );
    std::fs::write(&program, text).unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    std::fs::write(folder.0.join("script"), shell.script("library")).unwrap();
    folder
}

#[test]
#[ignore = "the program that the shells of the other tests run"]
fn respond() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let words = std::fs::read_to_string(Path::new(&folder).join("words")).unwrap();
    let (mut io, captured) = TestIo::new().build();
    run_command(&mut io, &words.split_terminator('\n').collect::<Vec<_>>()).unwrap();
    std::fs::write(Path::new(&folder).join("candidates"), captured.stdout()).unwrap();
}

fn run_shell(program: &str, arguments: &[&str], folder: &TestFolder, code: &str) -> Option<String> {
    let path = format!("{}:{}", folder.0.display(), std::env::var("PATH").unwrap_or_default());
    let mut command = Command::new(program);
    command.args(arguments).arg(code).env("PATH", path).env(FOLDER, &folder.0).current_dir(&folder.0);
    let Ok(output) = command.stdin(Stdio::null()).output() else {
        assert!(std::env::var_os("REQUIRE_SHELLS").is_none(), "REQUIRE_SHELLS is set: there is no {program}");
        // Not `eprintln!`, which the test harness keeps to itself.
        let _ = writeln!(std::io::stderr(), "skipped the completion of {program}, which is not installed");
        return None;
    };
    let text = String::from_utf8(output.stdout).unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success() && errors.is_empty(), "{text}{errors}");
    Some(text)
}

/// What bash offers for a line whose words it splits like this, with the cursor at the end.
fn complete_in_bash(folder: &TestFolder, line: &str, words: &str, current: &str) -> Vec<String> {
    let code = format!(
        "source script; COMP_LINE='{line}'; COMP_POINT=${{#COMP_LINE}}; COMP_WORDS=({words}); \
         COMP_CWORD=$(( ${{#COMP_WORDS[@]}} - 1 )); \"$(complete -p library | sed 's/.*-F \\([^ ]*\\) .*/\\1/')\" library '{current}' ''; \
         printf '%s\\n' \"${{COMPREPLY[@]}}\""
    );
    let text = run_shell("bash", &["--norc", "--noprofile", "-c"], folder, &code).unwrap();
    text.lines().map(str::to_owned).collect()
}

#[test]
fn bash_completes_by_the_program() {
    let folder = prepare(Shell::Bash);
    let complete = |line, words, current| complete_in_bash(&folder, line, words, current);
    assert_eq!(complete("library bo", "library bo", "bo"), ["books"]);
    assert_eq!(complete("library books cr", "library books cr", "cr"), ["create"]);
    assert_eq!(complete("library  books  ", "library books ''", "").len(), 5);
    assert_eq!(complete("library books list --state le", "library books list --state le", "le"), ["lent"]);
    // Bash splits at `=` and at `@`, and replaces only what follows.
    assert_eq!(complete("library books list --state=le", "library books list --state = le", "le"), ["lent"]);
    assert_eq!(complete("library books list --state=", "library books list --state =", "").len(), 4);
    std::fs::write(folder.0.join("a cover.png"), "").unwrap();
    let line = "library books create --cover @a";
    assert_eq!(complete(line, "library books create --cover @ a", "a"), ["a\\ cover.png"]);
    // A value of the document is a word, not a command.
    let state = complete("library books list --state $", "library books list --state '$'", "$");
    assert_eq!(state, ["\\$\\(touch\\ pwned\\)"]);
    assert!(!folder.0.join("pwned").exists());
}

#[test]
fn zsh_and_fish_read_their_scripts() {
    let folder = prepare(Shell::Zsh);
    // Without a terminal zsh completes nothing: the function is called with the variables that it would get.
    let code = "compdef() { :; }; _describe() { local name=$3; print -rl -- ${(P)name}; }; source ./script; \
                words=(library books list --state ''); CURRENT=5; PREFIX=''; _library";
    if let Some(text) = run_shell("zsh", &["-f", "-c"], &folder, code) {
        let expected = "in_stock:It can be lent.\nlent:A reader has it\nlost\\: for good\n$(touch pwned)\n";
        assert_eq!(text, expected);
    }
    let folder = prepare(Shell::Fish);
    let code = "source script; complete -C 'library books list --state '";
    if let Some(text) = run_shell("fish", &["--no-config", "-c"], &folder, code) {
        assert!(
            text.contains("in_stock\tIt can be lent.\n") && text.contains("lent\tA reader has it\n"),
            "{text}"
        );
    }
}
