//! What commands print, as people and programs see it.

use std::{
    fs::OpenOptions,
    io::{self, Write},
};

use openapi_client_description::{Description, JsonValue};

use super::{Format, OutputOptions, Printer, print_error};
use crate::{
    error::{CliError, Exit},
    io::Io,
    program::Settings,
    test_io::TestIo,
};

const SETTINGS: Settings = Settings {
    name: "petstore",
    key_page: None,
    home_page: None,
    account_parameters: &[],
    identity: None,
    columns: &["id", "status", "total"],
};

const ORDERS: &str = r#"{"data":[
  {"id":"ord_1","created":"2026-01-02T03:04:05Z","status":"paid","total":12.30,"buyer":{"id":"usr_1","name":"Zoë"},"note":null,"lines":[1,2]},
  {"id":"ord_22","created":"2026-01-02T03:04:05Z","status":"open","total":1250.00,"buyer":null,"note":"東京都庁へ","lines":[]},
  {"id":"ord_3","status":"\u001b[2J\u202eevil\r\n","total":"7.5","extra":true}
],"page_info":{"has_next_page":true}}"#;

fn parse(text: &str) -> JsonValue {
    JsonValue::parse(text).unwrap()
}

fn options(format: Format) -> OutputOptions {
    OutputOptions { format: Some(format), ..OutputOptions::default() }
}

/// Standard output and standard error of one page.
fn print_page(test: TestIo, options: &OutputOptions, more: Option<&str>) -> (String, String) {
    let (mut io, captured) = test.build();
    let response = parse(ORDERS);
    let items = response.get("data").unwrap().items();
    Printer::new(options, &SETTINGS, &io).unwrap().print_page(&mut io, &response, items, more).unwrap();
    (captured.stdout(), captured.stderr())
}

fn print_items(test: TestIo, options: &OutputOptions, items: &str) -> (String, String) {
    let (mut io, captured) = test.build();
    let mut printer = Printer::new(options, &SETTINGS, &io).unwrap();
    for item in parse(items).items() {
        printer.print_item(&mut io, item).unwrap();
    }
    printer.finish(&mut io, None).unwrap();
    (captured.stdout(), captured.stderr())
}

fn print_value(test: TestIo, options: &OutputOptions, value: &str) -> String {
    let (mut io, captured) = test.build();
    Printer::new(options, &SETTINGS, &io).unwrap().print_value(&mut io, &parse(value)).unwrap();
    captured.stdout()
}

#[test]
fn tables_fit_the_terminal() {
    let no_color = || TestIo::new().variable("NO_COLOR", "1");
    let (stdout, stderr) = print_page(no_color().terminal(200), &OutputOptions::default(), Some("--after x"));
    assert_eq!(
        stdout,
        "\
id      status                       total  created               note        extra
ord_1   paid                         12.30  2026-01-02T03:04:05Z
ord_22  open                       1250.00  2026-01-02T03:04:05Z  東京都庁へ
ord_3   \\u{1b}[2J\\u{202e}evil\\r\\n      7.5                                    true
"
    );
    assert_eq!(stderr, "There are more. Next page: --after x\n");
    for width in [10, 20, 40, 60, 80] {
        let (stdout, _) = print_page(no_color().terminal(width), &OutputOptions::default(), None);
        let widest = stdout.lines().map(super::text_width::measure_width).max().unwrap();
        assert!(widest <= width && stdout.contains("ord_22"), "{width}:\n{stdout}");
    }
    let columns = ["id", "buyer.name", "lines", "buyer", "missing"].map(str::to_owned).to_vec();
    let chosen = OutputOptions { columns, ..OutputOptions::default() };
    assert_eq!(
        print_page(no_color().terminal(48), &chosen, None).0,
        "\
id      buyer.name  lines  buyer  missing
ord_1   Zoë         1, 2   usr_1
ord_22
ord_3
"
    );
}

#[test]
fn amounts_are_aligned_with_their_currencies_and_secrets_are_left_out() {
    let settings = Settings { columns: &["id", "total", "amount", "currency"], ..SETTINGS };
    let description: Description = serde_json::from_str(
        r#"{"types":{"Sale":{"object":{"fields":{"id":"string","secret":{"nullable":"secret"},"pin":"Pin"}}},"Pin":{"alias":"secret"}}}"#,
    )
    .unwrap();
    let items = parse(
        r#"[{"id":"a","secret":"s_1","pin":"1","total":{"amount":"12.30","currency":"usd","decimals":2},"fee":{"amount":0.1,"currency":"usd"}},
            {"id":"b","secret":"s_2","pin":"2","total":{"amount":"1250.00","currency":"jpy","decimals":0},"fee":null}]"#,
    );
    let print = |columns: &[&str]| {
        let (mut io, captured) = TestIo::new().build();
        let columns = columns.iter().map(|column| (*column).to_owned()).collect();
        let options = OutputOptions { columns, ..options(Format::Table) };
        let mut printer = Printer::new(&options, &settings, &io).unwrap();
        printer.hide_secrets(&description);
        printer.print_page(&mut io, &items, items.items(), None).unwrap();
        captured.stdout()
    };
    assert_eq!(print(&[]), "id        total      fee\na     12.30 usd  0.1 usd\nb   1250.00 jpy\n");
    // Chosen, they are shown, and so are they in an object that is printed on its own.
    assert_eq!(
        print(&["secret", "total.amount"]),
        "secret  total.amount\ns_1            12.30\ns_2          1250.00\n"
    );
    let (mut io, captured) = TestIo::new().build();
    let mut printer = Printer::new(&options(Format::Table), &settings, &io).unwrap();
    printer.hide_secrets(&description);
    printer.print_value(&mut io, &items.items()[0]).unwrap();
    assert_eq!(captured.stdout(), "id      a\ntotal   12.30 usd\nsecret  s_1\npin     1\nfee     0.1 usd\n");
}

#[test]
fn items_without_properties_are_shown_too() {
    let table = |items: &str| print_items(TestIo::new(), &options(Format::Table), items).0;
    assert_eq!(table(r#"[1,"a",null,[2,3]]"#), "value\n1\na\n\n2, 3\n");
    assert_eq!(table("[{},{}]"), "value\n{}\n{}\n");
    assert_eq!(table(r#"[{"a":{"b":1}}]"#), "a\n{\"b\":1}\n");
    assert_eq!(table(r#"[{"id":"x"},5]"#), "id  value\nx\n        5\n");
}

#[test]
fn an_object_is_a_table_of_two_columns() {
    let value = r#"{"id":"ord_1","url":"https://example.com/a/very/long/path/that/is/for/copying","buyer":{"id":"usr_1",
        "deep":{"x":{"y":1}}},"lines":[{"sku":"a","quantity":1},{"sku":"b","quantity":2}],"none":null,"total":12.30}"#;
    let test = TestIo::new().variable("NO_COLOR", "1").terminal(40);
    assert_eq!(
        print_value(test, &OutputOptions::default(), value),
        "\
id            ord_1
total         12.30
url           https://example.com/a/very/long/path/that/is/for/copying
buyer.id      usr_1
buyer.deep.x  {\"y\":1}
lines         [{\"sku\":\"a\",\"quantity\":1}…
none
"
    );
    let colored =
        print_value(TestIo::new().terminal(40), &OutputOptions::default(), r#"{"id":"\u001b[31m"}"#);
    assert_eq!(colored, "\u{1b}[1mid\u{1b}[0m  \\u{1b}[31m\n");
}

#[test]
fn lists_are_printed_in_each_format() {
    let items = r#"[{"id":"a","k":1.10},{"id":"b","o":{"x":[]}}]"#;
    let cases = [
        (Format::Json, "[\n{\"id\":\"a\",\"k\":1.10},\n{\"id\":\"b\",\"o\":{\"x\":[]}}\n]\n", "[]\n"),
        (Format::Jsonl, "{\"id\":\"a\",\"k\":1.10}\n{\"id\":\"b\",\"o\":{\"x\":[]}}\n", ""),
        (Format::Yaml, "- id: a\n  k: 1.10\n- id: b\n  o:\n    x: []\n", "[]\n"),
        (Format::Csv, "id,k,o.x\na,1.10,\nb,,[]\n", ""),
        (Format::Table, "id     k\na   1.10\nb\n", ""),
        (Format::Raw, "{\"id\":\"a\",\"k\":1.10}\n{\"id\":\"b\",\"o\":{\"x\":[]}}\n", ""),
    ];
    for (format, expected, empty) in cases {
        assert_eq!(print_items(TestIo::new(), &options(format), items).0, expected);
        let (stdout, stderr) = print_items(TestIo::new(), &options(format), "[]");
        assert_eq!(stdout, empty);
        let says_so = matches!(format, Format::Csv | Format::Table);
        assert_eq!(stderr, if says_so { "The list is empty.\n" } else { "" });
    }
    let plain = TestIo::new().terminal(80).variable("NO_COLOR", "1");
    let pretty = print_items(plain, &options(Format::Json), r#"[{"id":"\u009b1"},2]"#).0;
    assert_eq!(pretty, "[\n  {\n    \"id\": \"\\u009b1\"\n  },\n  2\n]\n");
    // One page in JSON is the whole response.
    assert_eq!(parse(&print_page(TestIo::new(), &OutputOptions::default(), None).0), parse(ORDERS));
    assert_eq!(print_page(TestIo::new(), &options(Format::Jsonl), None).0.lines().count(), 3);
}

#[test]
fn long_tables_are_printed_as_items_arrive() {
    let (mut io, captured) = TestIo::new().build();
    let mut printer = Printer::new(&options(Format::Table), &SETTINGS, &io).unwrap();
    for number in 0..250 {
        printer.print_item(&mut io, &parse(&format!(r#"{{"id":"item_{number}"}}"#))).unwrap();
        assert_eq!(captured.stdout().lines().count(), if number < 99 { 0 } else { number + 2 });
    }
    printer.finish(&mut io, None).unwrap();
    assert_eq!(captured.stdout().lines().count(), 251);
}

#[test]
fn expressions_get_the_response_or_each_item() {
    let jq = |expression: &str, format, raw_strings| OutputOptions {
        jq: Some(expression.to_owned()),
        format,
        raw_strings,
        ..OutputOptions::default()
    };
    let print = |options: &OutputOptions| print_page(TestIo::new(), options, None).0;
    assert_eq!(print(&jq(".data[0] | .total, .id", None, false)), "12.30\n\"ord_1\"\n");
    assert_eq!(print(&jq(".data[].id", None, true)), "ord_1\nord_22\nord_3\n");
    assert_eq!(print(&jq(".data | map({id})", Some(Format::Csv), false)), "id\nord_1\nord_22\nord_3\n");
    assert_eq!(print(&jq(".data[] | {id}", Some(Format::Table), false)), "id\nord_1\nord_22\nord_3\n");
    assert_eq!(print(&jq(".data[:2][] | {id}", Some(Format::Yaml), false)), "id: ord_1\n---\nid: ord_22\n");
    let items = |options: &OutputOptions| print_items(TestIo::new(), options, r#"[{"n":1},{"n":[2]}]"#).0;
    assert_eq!(items(&jq(".n", Some(Format::Jsonl), false)), "1\n[2]\n");
    assert_eq!(items(&jq("length, .[1].n", None, false)), "2\n[2]\n");
    // On a terminal, a string cannot contain commands for it.
    let raw = print_value(TestIo::new().terminal(80), &jq(".", None, true), r#""\u001b]0;x\u0007\nb""#);
    assert_eq!(raw, "\\u{1b}]0;x\\u{7}\nb\n");
    let (io, _) = TestIo::new().build();
    for wrong in [jq(".[", None, false), jq(".", Some(Format::Raw), false)] {
        let error = Printer::new(&wrong, &SETTINGS, &io).err().unwrap();
        assert_eq!(error.exit, Exit::Usage);
    }
    let columns = OutputOptions { columns: vec!["id".to_owned()], ..jq(".", None, false) };
    assert!(Printer::new(&columns, &SETTINGS, &io).is_err());
    let alone = OutputOptions { raw_strings: true, ..OutputOptions::default() };
    assert!(Printer::new(&alone, &SETTINGS, &io).is_err());
}

#[test]
fn columns_choose_the_properties_of_other_formats() {
    let chosen = |format| OutputOptions {
        columns: ["total", "buyer.nme", "id"].map(str::to_owned).to_vec(),
        ..options(format)
    };
    let (stdout, stderr) = print_page(TestIo::new(), &chosen(Format::Jsonl), None);
    assert_eq!(stdout.lines().next().unwrap(), r#"{"total":12.30,"buyer.nme":null,"id":"ord_1"}"#);
    assert_eq!(stderr, "Note: no item has `buyer.nme` (did you mean `buyer.name`?).\n");
    let (stdout, _) = print_page(TestIo::new(), &chosen(Format::Json), None);
    assert_eq!(parse(&stdout).items().len(), 3);
    let items = print_items(TestIo::new(), &chosen(Format::Yaml), r#"[{"id":"a","x":1}]"#).0;
    assert_eq!(items, "- total: null\n  buyer.nme: null\n  id: a\n");
    // A table says so too, and an empty list has nothing to say it about.
    assert!(print_page(TestIo::new(), &chosen(Format::Table), None).1.starts_with("Note: no item has"));
    assert_eq!(print_items(TestIo::new(), &chosen(Format::Json), "[]").1, "");
}

#[test]
fn a_list_that_fails_midway_is_closed() {
    let expected = [
        (Format::Json, "[\n{\"id\":1}\n]\n"),
        (Format::Jsonl, "{\"id\":1}\n"),
        (Format::Csv, "id\n1\n"),
        (Format::Table, "id\n 1\n"),
    ];
    for (format, expected) in expected {
        let (mut io, captured) = TestIo::new().build();
        let mut printer = Printer::new(&options(format), &SETTINGS, &io).unwrap();
        printer.print_item(&mut io, &parse(r#"{"id":1}"#)).unwrap();
        printer.close_after_error(&mut io).unwrap();
        assert_eq!(captured.stdout(), expected);
    }
    // Nothing was printed, so nothing looks like a complete empty list.
    let (mut io, captured) = TestIo::new().build();
    let mut printer = Printer::new(&options(Format::Json), &SETTINGS, &io).unwrap();
    printer.close_after_error(&mut io).unwrap();
    assert_eq!(captured.stdout(), "");
}

#[test]
fn bytes_reach_files_but_not_terminals() {
    let print = |test: TestIo, bytes: &[u8]| {
        let (mut io, captured) = test.build();
        let result = Printer::new(&options(Format::Raw), &SETTINGS, &io).unwrap().print_bytes(&mut io, bytes);
        result.map(|()| captured.stdout())
    };
    assert_eq!(print(TestIo::new(), b"\x1b[2J").unwrap(), "\u{1b}[2J");
    assert_eq!(print(TestIo::new().terminal(80), b"a\x1b[2J\r\nb").unwrap(), "a\\u{1b}[2J\nb\n");
    let error = print(TestIo::new().terminal(80), b"\xff\xfe").unwrap_err();
    assert_eq!(error.message, "the response is 2 bytes that are not text; a terminal cannot show them");
}

#[test]
fn errors_are_lines_or_json() {
    let mut error =
        CliError::new(Exit::Api, "The card was \u{1b}[31mdeclined").hint("Use another.\nOr wait.");
    error.details =
        Some(parse(r#"{"status":402,"code":"card_declined","request_id":"req_1","body":{"x":1.0}}"#));
    let print = |test: TestIo, options: &OutputOptions, error: &CliError| {
        let (mut io, captured) = test.build();
        print_error(&mut io, options, error);
        assert_eq!(captured.stdout(), "");
        captured.stderr()
    };
    assert_eq!(
        print(TestIo::new(), &OutputOptions::default(), &error),
        "error: The card was \\u{1b}[31mdeclined (402 card_declined, request req_1)\nhint: Use another.\n      Or wait.\n"
    );
    let colored = print(TestIo::new().terminal(80), &OutputOptions::default(), &CliError::usage("no"));
    assert_eq!(colored, "\u{1b}[1m\u{1b}[31merror:\u{1b}[0m no\n");
    assert_eq!(
        print(TestIo::new(), &options(Format::Json), &error),
        "{\"error\":{\"message\":\"The card was \\u001b[31mdeclined\",\"exit_code\":1,\"hint\":\"Use another.\\nOr wait.\",\
         \"status\":402,\"code\":\"card_declined\",\"request_id\":\"req_1\",\"body\":{\"x\":1.0}}}\n"
    );
    assert_eq!(
        print(TestIo::new(), &OutputOptions::default(), &CliError::new(Exit::PipeClosed, "closed")),
        ""
    );
}

/// Fails each write with an error of this kind.
struct Broken(io::ErrorKind);

impl Write for Broken {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(self.0.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn print_to(stdout: Box<dyn Write + Send>) -> CliError {
    let (io, _) = TestIo::new().build();
    let mut io = Io { stdout, ..io };
    Printer::new(&OutputOptions::default(), &SETTINGS, &io)
        .unwrap()
        .print_value(&mut io, &parse("[1]"))
        .unwrap_err()
}

#[test]
fn a_closed_pipe_is_quiet_and_a_full_disk_is_not() {
    assert_eq!(print_to(Box::new(Broken(io::ErrorKind::BrokenPipe))).exit.code(), 0);
    let error = print_to(Box::new(Broken(io::ErrorKind::StorageFull)));
    assert_eq!((error.exit.code(), error.message.as_str()), (1, "cannot write the output: no storage space"));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_device_is_an_error() {
    let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
    let error = print_to(Box::new(io::LineWriter::new(full)));
    assert!(error.message.starts_with("cannot write the output: No space left on device"), "{error}");
}
