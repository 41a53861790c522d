//! A mock of Whop's API for tests in any language. It responds to every operation and validates every request.
//!
//! ```text
//! cargo run -p whop --features mock --example mock_server -- --port 4010
//! curl -H 'Authorization: Bearer any' http://127.0.0.1:4010/api/v1/payments
//! ```
//! `--help` lists the options. The server prints a line for each request, with the reason if it refuses one.

use std::error::Error;
use std::fmt::Display;
use std::process::ExitCode;
use std::str::FromStr;
use std::{env, io::Write as _};

use whop::mock::{Server, UnknownIds};

const HELP: &str = "\
A mock of Whop's API for tests in any language.

Usage: mock_server [OPTIONS]

Options:
  --port PORT         the port to listen on; 0 selects a free one [default: 4010]
  --seed NUMBER       the seed of the generated values [default: 0]
  --items NUMBER      how many items each list has at the start [default: 3]
  --strict-version    accept only the version of the document, not the others that Whop has or had
  --unknown-ids MODE  the response to an id that the server never made: `generate` a resource, or `not-found`
                      [default: generate]
  --help              print this text

Set the base URL of the client to the printed URL, and its API key to any value.
";

/// The options of the command line.
#[derive(Debug, Clone, Copy)]
struct Options {
    port: u16,
    seed: u64,
    items: usize,
    is_strict: bool,
    unknown_ids: UnknownIds,
}

#[tokio::main]
async fn main() -> ExitCode {
    let options = match parse_options(env::args().skip(1)) {
        Ok(Some(options)) => options,
        Ok(None) => {
            print!("{HELP}");
            return ExitCode::SUCCESS;
        }
        Err(message) => {
            eprintln!("error: {message}\n\n{HELP}");
            return ExitCode::from(2);
        }
    };
    match serve(options).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(options: Options) -> Result<(), Box<dyn Error + Send + Sync>> {
    let server = Server::builder()
        .port(options.port)
        .seed(options.seed)
        .initial_items(options.items)
        .strict_version(options.is_strict)
        .unknown_ids(options.unknown_ids)
        .log(print_line)
        .start()
        .await?;
    print_line(&format!(
        "ready    mock server at {}; set WHOP_BASE_URL to this URL, and WHOP_API_KEY to any value",
        server.base_url(0)
    ));
    print_line(&format!("         vault-api.whop.com is at {}", server.base_url(1)));
    // Invalid requests get an error response and are logged. No test owns this server, so it must not panic on drop.
    server.skip_verification_on_drop();
    std::future::pending().await
}

/// Prints a line at once, also into a pipe. A reader that has gone must not stop the server.
fn print_line(line: &str) {
    let mut output = std::io::stdout().lock();
    let _ = writeln!(output, "{line}").and_then(|()| output.flush());
}

/// Parses the arguments; `None` asks for the help.
fn parse_options(mut arguments: impl Iterator<Item = String>) -> Result<Option<Options>, String> {
    let mut options =
        Options { port: 4010, seed: 0, items: 3, is_strict: false, unknown_ids: UnknownIds::Generate };
    while let Some(argument) = arguments.next() {
        let (name, mut inline) = match argument.split_once('=') {
            Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
            None => (argument, None),
        };
        if let ("--strict-version" | "--help", Some(value)) = (name.as_str(), &inline) {
            return Err(format!("{name} takes no value, found `{value}`"));
        }
        let mut value = || inline.take().or_else(|| arguments.next());
        match name.as_str() {
            "--port" => options.port = parse_value(&name, value())?,
            "--seed" => options.seed = parse_value(&name, value())?,
            "--items" => options.items = parse_value(&name, value())?,
            "--strict-version" => options.is_strict = true,
            "--unknown-ids" => {
                options.unknown_ids = match value().as_deref() {
                    Some("generate") => UnknownIds::Generate,
                    Some("not-found") => UnknownIds::NotFound,
                    other => {
                        let found = other.unwrap_or("nothing");
                        return Err(format!("{name} needs `generate` or `not-found`, found {found}"));
                    }
                }
            }
            "--help" | "-h" => return Ok(None),
            other => return Err(format!("unknown argument `{other}`; the options are below")),
        }
    }
    Ok(Some(options))
}

fn parse_value<T: FromStr<Err: Display>>(name: &str, value: Option<String>) -> Result<T, String> {
    let value = value.ok_or_else(|| format!("{name} needs a value"))?;
    value.parse().map_err(|error| format!("{name} {value}: {error}"))
}
