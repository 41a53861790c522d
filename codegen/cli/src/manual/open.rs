//! `open`: the API's pages in a browser.

use std::io;

use clap::{Arg, ArgAction, ArgMatches, Command};

use super::docs::{find_operation, find_similar, join_names};
use crate::{error::CliError, io::Io, program::App, session::Session};

/// The command.
pub(crate) fn build_command(app: &'static App) -> Command {
    let help =
        "GROUP.COMMAND, GROUP COMMAND or an operationId: the page of the operation in the API's reference";
    let about = match app.settings.home_page {
        Some(page) => format!("Opens {page}, or the reference of an operation, in a browser"),
        None => "Opens the reference of an operation in a browser".to_owned(),
    };
    Command::new("open").about(about).arg(Arg::new("name").value_name("NAME").num_args(0..=2).help(help)).arg(
        Arg::new("print").long("print").action(ArgAction::SetTrue).help("Prints the URL and opens nothing"),
    )
}

/// Runs the command.
pub(crate) async fn run(session: &mut Session<'_>, matches: &ArgMatches) -> Result<(), CliError> {
    let names = matches.get_many::<String>("name").into_iter().flatten();
    let url = find_url(session, &join_names(names.map(String::as_str)))?;
    let opener = if matches.get_flag("print") { None } else { find_opener(session.io) };
    open_url(session.io, &url, opener)
}

/// The page that is meant.
fn find_url(session: &Session<'_>, name: &str) -> Result<String, CliError> {
    let program = session.app.settings.name;
    let url = if name.is_empty() {
        let home = session.app.settings.home_page.map(str::to_owned);
        home.ok_or_else(|| CliError::usage("the API has no page that is known here"))?
    } else {
        let summary = find_operation(&session.catalog, name)
            .ok_or_else(|| find_similar(session.app, &session.catalog, name))?;
        let loaded = session.catalog.load(summary)?;
        loaded.docs.reference.clone().ok_or_else(|| {
            let (group, command) = (&summary.group, &summary.command);
            CliError::usage(format!("`{group} {command}` has no page in the reference of the API"))
                .hint(format!("`{program} docs {group}.{command}` shows its description"))
        })?
    };
    if is_page(&url) {
        Ok(url)
    } else {
        let shown = crate::text::clean_line(&url, 200);
        Err(CliError::usage(format!("`{shown}` is no page of the web, and is not opened")))
    }
}

/// Whether a URL is a page, not a file or a command of another program.
fn is_page(url: &str) -> bool {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '['))
        && url
            .chars()
            .all(|c| c.is_ascii_graphic() && !matches!(c, '"' | '\'' | '`' | '<' | '>' | '\\' | '^' | '|'))
}

type Opener = fn(&str) -> io::Result<()>;

/// What opens a browser; none where there is none, or nobody to see it.
fn find_opener(io: &Io) -> Option<Opener> {
    let is_desktop = cfg!(any(windows, target_os = "macos"))
        || ["DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME", "BROWSER"]
            .iter()
            .any(|name| io.variable(name).is_some());
    // Without a terminal another program reads the URL.
    (io.stdout_is_terminal && is_desktop).then_some(|url| open::that_detached(url))
}

/// Opens the page, and prints its URL: a browser on another screen is not seen.
fn open_url(io: &mut Io, url: &str, opener: Option<Opener>) -> Result<(), CliError> {
    if let Some(opener) = opener {
        match opener(url) {
            Ok(()) => io.note_line("Opened in the browser:"),
            Err(error) => {
                let why = crate::text::clean_line(&error.to_string(), 200);
                io.note_line(&format!("No browser could be opened ({why}):"));
            }
        }
    }
    io.print_line(url)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{error::Exit, manual::test_library::run_command, test_io::TestIo};

    fn run_open(words: &[&str]) -> Result<String, CliError> {
        let (mut io, captured) = TestIo::new().build();
        let all: Vec<&str> = ["open"].into_iter().chain(words.iter().copied()).collect();
        run_command(&mut io, &all).map(|()| captured.stdout())
    }

    #[test]
    fn without_a_terminal_the_url_is_printed() {
        let page = "https://library.invalid/reference/books/list\n";
        for words in [&["books.list"][..], &["books", "list"], &["listBooks"], &["listBooks", "--print"]] {
            assert_eq!(run_open(words).unwrap(), page, "{words:?}");
        }
        assert_eq!(run_open(&[]).unwrap(), "https://library.invalid/home\n");
    }

    #[test]
    fn operations_without_a_page_and_unknown_names_are_errors_with_a_way_out() {
        let error = run_open(&["books.create"]).unwrap_err();
        assert_eq!(error.exit, Exit::Usage);
        assert_eq!(error.hint.as_deref(), Some("`library docs books.create` shows its description"));
        assert_eq!(run_open(&["books.lst"]).unwrap_err().hint.as_deref(), Some("did you mean `books.list`?"));
        let error = run_open(&["books.retrieve"]).unwrap_err();
        assert_eq!(error.message, "`javascript:alert(1)` is no page of the web, and is not opened");
    }

    #[test]
    fn only_pages_are_opened() {
        for url in ["https://a.b/c?d=e&f=%20#g", "http://localhost:3000/", "https://[::1]/"] {
            assert!(is_page(url), "{url}");
        }
        for url in [
            "",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "HTTPS:x",
            "https://",
            "https:///etc/passwd",
            "https://a.b/ c",
            "https://a.b/\u{1b}[2J",
            "https://a.b/'x",
            "https://a.b/\"&calc&",
            "-https://a.b",
            "https://-flag",
            "https://a.b/\u{202e}",
        ] {
            assert!(!is_page(url), "{url}");
        }
    }

    #[test]
    fn a_browser_opens_only_where_one_can_be_seen() {
        let find = |test: TestIo| find_opener(&test.build().0).is_some();
        assert!(find(TestIo::new().terminal(80).variable("DISPLAY", ":0")));
        assert!(!find(TestIo::new().variable("DISPLAY", ":0")));
        assert_eq!(find(TestIo::new().terminal(80)), cfg!(any(windows, target_os = "macos")));
        let (mut io, captured) = TestIo::new().terminal(80).build();
        open_url(&mut io, "https://a.b", Some(|_| Ok(()))).unwrap();
        open_url(&mut io, "https://a.b", Some(|_| Err(io::Error::other("none\u{1b}[2J")))).unwrap();
        assert_eq!(captured.stdout(), "https://a.b\nhttps://a.b\n");
        assert_eq!(
            captured.stderr(),
            "Opened in the browser:\nNo browser could be opened (none\\u{1b}[2J):\n"
        );
    }
}
