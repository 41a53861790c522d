//! The pages of a small API, and hostile texts in a real roff.

use std::{
    io::Write as _,
    process::{Command, Stdio},
};

use crate::{
    error::{CliError, Exit},
    manual::test_library::run_command,
    test_io::{TestFolder, TestIo},
};

fn show(words: &[&str]) -> Result<String, CliError> {
    let (mut io, captured) = TestIo::new().build();
    let all: Vec<&str> = ["man"].into_iter().chain(words.iter().copied()).collect();
    run_command(&mut io, &all).map(|()| captured.stdout())
}

/// The page as a reader sees it, if groff is installed.
fn format_page(source: &str) -> Option<(String, String)> {
    let mut groff = Command::new("groff")
        .args(["-man", "-Tutf8", "-Kutf8", "-P-cbou", "-ww"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .ok()?;
    groff.stdin.take().unwrap().write_all(source.as_bytes()).unwrap();
    let output = groff.wait_with_output().unwrap();
    Some((String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap()))
}

#[test]
fn an_operation_is_a_page() {
    let source = show(&["books", "create"]).unwrap();
    for part in [
        ".TH LIBRARY-BOOKS-CREATE 1 \"\" \"library 1.2.3\" \"User Commands\"\n.SH NAME\nlibrary\\-books\\-create \\- Create a book\n",
        ".SH SYNOPSIS\n\\fBlibrary books create\\fR [OPTIONS]\n",
        ".SH DESCRIPTION\n.PP\nAdds a book.",
        ".SH EXAMPLE\n.PP\n.RS 4\n.nf\nlibrary books create \\-\\-title Emma \\-\\-state in_stock\n.fi\n.RE\n",
        ".TP\n\\fB\\-\\-title\\fR \\fI<TEXT>\\fR\nThe title of the book.",
        ".SH \"SEE ALSO\"\n\\fBlibrary\\fR(1),\n\\fBlibrary\\-books\\fR(1),\n\\fBlibrary\\-books\\-list\\fR(1),\n",
    ] {
        assert!(source.contains(part), "{part}\n{source}");
    }
    assert_eq!(source.matches(".ie \\n(.g").count(), 1);
    assert!(!source.contains("\\-\\-profile"), "{source}");
    for words in [&["books.create"][..], &["createBook"]] {
        assert_eq!(show(words).unwrap(), source);
    }
    let Some((text, errors)) = format_page(&source) else { return };
    assert_eq!(errors, "");
    assert!(text.contains("       library-books-create - Create a book\n"), "{text}");
}

#[test]
fn the_program_its_groups_and_its_other_commands_are_pages() {
    let source = show(&[]).unwrap();
    for part in [
        ".SH \"COMMANDS OF THE API\"\n.TP\n\\fBbooks\\fR\nBooks of the library.\n",
        "\\-\\-profile",
        "LIBRARY",
        "130",
    ] {
        assert!(source.contains(part), "{part}\n{source}");
    }
    assert!(
        source.contains("\\fBlibrary\\-books\\fR(1),\n\\fBlibrary\\-shelf\\-marks\\fR(1),\n"),
        "{source}"
    );
    let source = show(&["books"]).unwrap();
    assert!(source.contains(".TP\n\\fBdelete\\fR\nDelete a book (deprecated)\n"), "{source}");
    let source = show(&["profile"]).unwrap();
    assert!(source.contains("\\fBlibrary\\-profile\\-use\\fR(1)"), "{source}");
    let source = show(&["profile", "use"]).unwrap();
    assert!(source.contains("\\fBlibrary profile use\\fR <NAME>"), "{source}");
    let error = show(&["books.creat"]).unwrap_err();
    assert_eq!((error.exit, error.hint.as_deref()), (Exit::Usage, Some("did you mean `books.create`?")));
}

#[test]
fn all_pages_are_written_and_are_the_same_each_time() {
    let (first, second) = (TestFolder::new(), TestFolder::new());
    for folder in [&first, &second] {
        let (mut io, captured) = TestIo::new().build();
        run_command(&mut io, &["man", "--dir", folder.0.join("man1").to_str().unwrap()]).unwrap();
        assert!(captured.stderr().starts_with("Wrote "), "{}", captured.stderr());
    }
    let read = |folder: &TestFolder| {
        let files = std::fs::read_dir(folder.0.join("man1")).unwrap().map(|entry| entry.unwrap());
        let mut pages: Vec<(String, String)> = files
            .map(|file| {
                (file.file_name().into_string().unwrap(), std::fs::read_to_string(file.path()).unwrap())
            })
            .collect();
        pages.sort();
        pages
    };
    let pages = read(&first);
    assert_eq!(pages, read(&second));
    let names: Vec<&str> = pages.iter().map(|(name, _)| name.as_str()).collect();
    for name in
        ["library.1", "library-books.1", "library-books-lend.1", "library-docs.1", "library-profile-set.1"]
    {
        assert!(names.contains(&name), "{name} {names:?}");
    }
    // Each page that another one names is there.
    for (name, source) in &pages {
        let related = source.split(".SH \"SEE ALSO\"\n").nth(1).unwrap();
        for line in related.lines() {
            let page = line.trim_start_matches("\\fB").split("\\fR").next().unwrap().replace("\\-", "-");
            assert!(names.contains(&format!("{page}.1").as_str()), "{name}: {page}");
        }
    }
}

#[test]
fn a_folder_that_cannot_be_written_is_an_error() {
    let folder = TestFolder::new();
    std::fs::write(folder.0.join("file"), "").unwrap();
    let error = show(&["--dir", folder.0.join("file").to_str().unwrap()]).unwrap_err();
    assert_eq!(error.exit, Exit::Io);
}

#[test]
fn texts_of_the_document_are_no_requests() {
    for words in [&["shelf-marks", "list"][..], &["shelf-marks"], &["books", "list"], &[]] {
        let source = show(words).unwrap();
        let requests = ["SH", "TH", "TP", "PP", "IP", "RS", "RE", "nf", "fi", "ie", "el", "br", "RB"];
        for line in source.lines().filter(|line| line.starts_with(['.', '\''])) {
            let request = line.trim_start_matches(['.', '\'']).split(' ').next().unwrap();
            assert!(line.starts_with('.') && requests.contains(&request), "{line}");
        }
        let is_control = |c: char| c.is_control() && c != '\n' || c == '\u{202e}';
        assert!(!source.contains(is_control) && !source.contains(".SH INJECTED\n.so"), "{source}");
        let Some((text, errors)) = format_page(&source) else { continue };
        assert_eq!(errors, "", "{words:?}");
        assert!(!text.contains("root:"), "{text}");
    }
    let Some((text, _)) = format_page(&show(&["shelf-marks", "list"]).unwrap()) else { return };
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains(r".SH INJECTED .so /etc/passwd 'br \fBbold\fP *(Aq"), "{text}");
    assert!(words.contains("<script>alert(1)</script>"), "{text}");
}
