//! How pages are shown.

use super::*;

fn show(page: &Page, width: usize) -> String {
    render_terminal(page, TerminalStyle { width, is_colored: false })
}

fn show_markdown(text: &str, width: usize) -> String {
    let mut page = Page::new("T");
    page.add_text(Some(text));
    show(&page, width).strip_prefix("T\n\n").unwrap().to_owned()
}

#[test]
fn markdown_becomes_wrapped_text() {
    let cases = [
        ("one *two* `three` four", "one two `three`\nfour\n"),
        ("# Head\n\ntext\nmore", "Head\n\ntext more\n"),
        ("- a b c d e f g h\n- b\n  - c", "- a b c d e f g\n  h\n- b\n  - c\n"),
        ("3. x\n4. y", "3. x\n4. y\n"),
        ("[docs](https://x.y/z)", "docs\n(https://x.y/z)\n"),
        ("<https://x.y>", "https://x.y\n"),
        ("```\na  b\n\tc\n```\nend", "  a  b\n      c\n\nend\n"),
        ("a\n\n---\n\nb", "a\n\n---\n\nb\n"),
        ("> quoted", "  quoted\n"),
        ("<b>x</b>", "<b>x</b>\n"),
        ("averyveryverylongword x", "averyveryverylongword\nx\n"),
        ("東京 東京 東京 東京", "東京 東京 東京\n東京\n"),
        ("pre**bold**post", "preboldpost\n"),
    ];
    for (text, expected) in cases {
        assert_eq!(show_markdown(text, 15), expected, "{text}");
    }
}

#[test]
fn entries_are_indented_below_their_names() {
    let member = Entry { name: "inner".to_owned(), notes: vec!["string".to_owned()], ..Entry::default() };
    let entry = Entry {
        name: "name".to_owned(),
        notes: vec!["integer".to_owned(), "required".to_owned()],
        text: "What it **is**.".to_owned(),
        facts: "At least 1.".to_owned(),
        members: vec![member],
    };
    let mut page = Page::new("Title");
    page.add_entries("Fields", vec![entry]);
    let expected = "Title\n\nFIELDS\n  name  integer, required\n      What it is.\n      At least 1.\n      inner  string\n";
    assert_eq!(show(&page, 40), expected);
    let colored = render_terminal(&page, TerminalStyle { width: 40, is_colored: true });
    assert!(colored.contains("\u{1b}[1mname\u{1b}[0m  integer"), "{colored:?}");
    assert!(colored.contains("What it \u{1b}[1mis\u{1b}[0m."), "{colored:?}");
    let markdown = "# Title\n\n## Fields\n\n- `name` (integer, required): What it **is**. At least 1.\n  - `inner`: string\n";
    assert_eq!(render_markdown(&page), markdown);
}

#[test]
fn no_line_is_wider_than_the_terminal_if_its_words_fit() {
    let deep = |name: &str, members| Entry {
        name: name.to_owned(),
        text: "some words of text".to_owned(),
        members,
        ..Entry::default()
    };
    let entries = vec![deep("a", vec![deep("b", vec![deep("c", vec![deep("d", Vec::new())])])])];
    let mut page = Page::new("T");
    page.add_entries("E", entries);
    for width in [10, 20, 40] {
        let text = show(&page, width);
        assert!(text.lines().all(|line| line.chars().count() <= width), "{width}\n{text}");
    }
}

#[test]
fn texts_of_the_document_control_neither_terminal_nor_page() {
    let hostile = "\u{1b}[2J \u{9b}31m \u{202e}x\u{7}\n\n```\nopen \u{1b}]0;t\u{7}";
    let mut page = Page::new("\u{1b}[1mT");
    page.add_text(Some(hostile));
    page.add_entries("After", vec![Entry { name: "`a`\u{1b}".to_owned(), ..Entry::default() }]);
    for text in [show(&page, 60), render_markdown(&page)] {
        let is_control = |c: char| c.is_control() && c != '\n' || c == '\u{202e}';
        assert!(!text.contains(is_control), "{text:?}");
    }
    let markdown = render_markdown(&page);
    assert!(markdown.contains("\n```\n\n## After\n\n- `` `a`\\u{1b} ``\n"), "{markdown}");
    // Headings of the document are below those of the page.
    let mut page = Page::new("T");
    page.add_text(Some("# Big\n\n`# code`\n\n```sh\n# comment\n```"));
    assert_eq!(render_markdown(&page), "# T\n\n### Big\n\n`# code`\n\n```sh\n# comment\n```\n");
    let mut page = Page::new("a_b*c <x>");
    page.add_entries(
        "[y]",
        Vec::from([Entry { name: "n".to_owned(), notes: vec!["*s*".to_owned()], ..Entry::default() }]),
    );
    assert_eq!(render_markdown(&page), "# a\\_b\\*c \\<x>\n\n## \\[y\\]\n\n- `n`: \\*s\\*\n");
}
