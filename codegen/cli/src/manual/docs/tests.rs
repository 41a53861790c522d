//! The pages of a small API, and hostile texts.

use crate::{
    error::{CliError, Exit},
    manual::test_library::run_command,
    test_io::TestIo,
};

fn show_in(test: TestIo, words: &[&str]) -> Result<String, CliError> {
    let (mut io, captured) = test.build();
    let all: Vec<&str> = ["docs"].into_iter().chain(words.iter().copied()).collect();
    run_command(&mut io, &all).map(|()| captured.stdout())
}

fn show(words: &[&str]) -> String {
    show_in(TestIo::new(), words).unwrap()
}

#[test]
fn an_operation_is_a_page_with_what_it_takes_and_returns() {
    let page = show(&["books.create"]);
    let expected = include_str!("tests/create.txt");
    assert_eq!(page, expected, "{page}");
    // All names of an operation lead to it.
    for words in [&["books", "create"][..], &["createBook"], &["books.create"]] {
        assert_eq!(show(words), page, "{words:?}");
    }
}

#[test]
fn pages_fit_narrow_terminals_and_have_bold_names_on_them() {
    for width in [40, 60, 80] {
        let page = show_in(TestIo::new().terminal(width).variable("NO_COLOR", "1"), &["books.list"]).unwrap();
        let is_long = |line: &&str| line.chars().count() > width && line.trim().contains(' ');
        let long: Vec<&str> =
            page.lines().filter(is_long).filter(|line| !line.contains("library ")).collect();
        assert!(long.is_empty(), "{width} {long:?}");
        assert!(!page.contains('\u{1b}'));
    }
    let page = show_in(TestIo::new().terminal(80), &["books.list"]).unwrap();
    assert!(page.starts_with("\u{1b}[1mbooks list - List books\u{1b}[0m\n"), "{page:?}");
    assert!(page.contains("\u{1b}[1mPARAMETERS\u{1b}[0m\n  \u{1b}[1mafter\u{1b}[0m  string"), "{page:?}");
}

#[test]
fn no_form_of_a_page_controls_the_terminal() {
    for words in [&["shelf-marks.list"][..], &["shelf-marks.list", "--markdown"], &["shelf-marks"]] {
        let words: Vec<&str> = words.iter().copied().chain(["--color", "never"]).collect();
        let page = show_in(TestIo::new().terminal(80), &words).unwrap();
        let is_control = |c: char| c != '\n' && (c.is_control() || c == '\u{202e}');
        assert!(!page.contains(is_control) && page.contains("\\u{1b}"), "{words:?} {page:?}");
    }
}

#[test]
fn operations_of_other_forms_have_pages_too() {
    let page = show(&["books.lend"]);
    for part in [
        "Effect  moves money",
        "ToReader  form of the body\n      To a person.\n      reader  string, required",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
    let page = show(&["books.delete"]);
    assert!(page.contains("Deprecated  it may go away") && page.contains("204  no body"), "{page}");
    assert!(page.contains("Effect  deletes something"), "{page}");
    let page = show(&["shelf_marks", "export"]);
    assert!(page.contains("200  text/csv") && !page.contains("FLAGS\n"), "{page}");
    let page = show(&["shelf-marks", "list"]);
    assert!(page.contains("not classified, so that the command asks first"), "{page}");
}

#[test]
fn groups_types_and_events_have_pages() {
    let page = show(&[]);
    assert!(
        page.starts_with(
            "Library API\n\nBooks and where they are. See the guide (https://library.invalid/guide).\n"
        ),
        "{page}"
    );
    assert!(page.contains("GROUPS\n  books\n      Books of the library.\n"), "{page}");
    let page = show(&["books"]);
    assert!(page.contains("  delete  DELETE /books/{id}\n      Delete a book (deprecated)\n"), "{page}");
    let page = show(&["Chapter"]);
    assert!(page.contains("  name  string\n      The name of the chapter.\n"), "{page}");
    // A type within itself is not described again.
    assert_eq!(page.matches("The name of the chapter").count(), 2, "{page}");
    let page = show(&["bookstate"]);
    assert!(page.contains("VALUES\n  in_stock\n      It can be lent. At once.\n"), "{page}");
    assert!(show(&["Mark"]).contains(
        "FORMS\n  Genre  Genre\n  Number  integer\n  Money  Money\n      amount  decimal number\n"
    ));
    let page = show(&["BookId"]);
    assert!(
        page.contains("An id: a string that begins with `book_`.") && page.contains("books.retrieve\n"),
        "{page}"
    );
    let page = show(&["book.lent"]);
    assert!(
        page.starts_with("book.lent - A book was lent\n\nSent when a reader takes a book.\n\nPAYLOAD\n"),
        "{page}"
    );
    assert!(page.contains("      type  string\n          Always book.lent.\n"), "{page}");
    assert!(show(&["book.lost"]).starts_with("book.lost\n"));
}

#[test]
fn a_page_is_markdown_or_data_if_wanted() {
    let page = show(&["books.list", "--markdown"]);
    assert!(
        page.starts_with("# books list - List books\n\nLists the books, newest first.\n\n- `state` filters"),
        "{page}"
    );
    assert!(
        page.contains(
            "\n- `first` (integer, in the query): How many books to return. At least 1, at most 100."
        ),
        "{page}"
    );
    let data = show(&["books.create", "-o", "json"]);
    let data: serde_json::Value = serde_json::from_str(&data).unwrap();
    assert_eq!(data["operation"]["id"], "createBook");
    assert_eq!(data["docs"]["summary"], "Create a book");
    assert!(data["types"]["Chapter"]["object"].is_object() && data["type_docs"]["Money"].is_object());
    for (words, pointer, expected) in [
        (&["books"][..], "/operations/0/id", "listBooks"),
        (&[], "/groups/1/name", "shelf-marks"),
        (&["Book"], "/types/Currency/enum/1", "usd"),
        (&["book.lent"], "/event/payload", "BookLentEvent"),
    ] {
        let words: Vec<&str> = words.iter().copied().chain(["-o", "json"]).collect();
        let data: serde_json::Value = serde_json::from_str(&show(&words)).unwrap();
        assert_eq!(data.pointer(pointer).unwrap(), expected, "{words:?}");
    }
    let paths = show(&["books", "--jq", ".operations[].path", "-r"]);
    assert!(paths.starts_with("/books\n"), "{paths}");
}

#[test]
fn unknown_names_are_errors_with_the_nearest_name() {
    for (words, hint) in [
        (&["boks"][..], "did you mean `books`?"),
        (&["books.creat"], "did you mean `books.create`?"),
        (&["books", "retreive"], "did you mean `books.retrieve`?"),
        (&["createBok"], "did you mean `createBook`?"),
        (&["Chaptr"], "did you mean `Chapter`?"),
        (&["book.lnt"], "did you mean `book.lent`?"),
        (&["zzzzzzzzzz\u{1b}[2J"], "`library docs` lists the groups"),
    ] {
        let error = show_in(TestIo::new(), words).unwrap_err();
        assert_eq!(error.exit, Exit::Usage);
        assert_eq!(error.hint.as_deref(), Some(hint), "{words:?}");
        assert!(!error.message.contains('\u{1b}'), "{}", error.message);
    }
}

#[test]
fn hostile_texts_stay_texts() {
    for words in [&["shelf-marks", "list"][..], &["shelf-marks"], &["BookState"], &["books.list"], &[]] {
        for more in [&[][..], &["--markdown"], &["-o", "json"], &["-o", "yaml"]] {
            let words: Vec<&str> = words.iter().chain(more).copied().collect();
            let page = show_in(TestIo::new().terminal(80).variable("NO_COLOR", "1"), &words).unwrap();
            let is_control = |c: char| c.is_control() && c != '\n' || c == '\u{202e}';
            assert!(!page.contains(is_control), "{words:?} {page:?}");
        }
    }
    let page = show(&["shelf-marks", "list"]);
    assert!(page.contains("<script>alert(1)</script>") && page.contains("REQUEST\n"), "{page}");
}
