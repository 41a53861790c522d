//! `mock`: a server that responds as the API would, for programs in any language.

pub(crate) mod server;

use std::num::ParseIntError;

use clap::{Arg, ArgAction, ArgMatches, Command};
use openapi_client_mock::UnknownIds;
use tokio::sync::mpsc;

use self::server::MockOptions;
use crate::{error::CliError, program::App, session::Session};

pub(crate) fn build_command(_: &'static App) -> Command {
    Command::new("mock")
        .about("Run a mock of the API: it responds to every operation, and validates every request")
        .long_about(
            "Runs a mock of the API on this machine, for tests in any language, until Ctrl-C. It prints a line for each request: \
             method, path, status, operation and duration, with the reason if it refuses one. Created resources are kept until \
             it ends.",
        )
        .arg(number_flag("port", "PORT", "4010", "The port to listen on; 0 selects a free one", parse_number::<u16>))
        .arg(number_flag("seed", "NUMBER", "0", "The seed of the generated values", parse_number::<u64>))
        .arg(number_flag(
            "items",
            "NUMBER",
            "3",
            "How many items each list has at the start",
            parse_number::<usize>,
        ))
        .arg(
            Arg::new("strict-version")
                .long("strict-version")
                .action(ArgAction::SetTrue)
                .help("Accept only the version of the description, not the others that the API has or had"),
        )
        .arg(
            Arg::new("unknown-ids")
                .long("unknown-ids")
                .value_name("MODE")
                .value_parser(["generate", "not-found"])
                .default_value("generate")
                .help("The response to an id that the server never made: a generated resource, or 404"),
        )
}

fn number_flag<T: Clone + Send + Sync + 'static>(
    name: &'static str,
    value: &'static str,
    default: &'static str,
    help: &'static str,
    parse: fn(&str) -> Result<T, ParseIntError>,
) -> Arg {
    Arg::new(name).long(name).value_name(value).default_value(default).value_parser(parse).help(help)
}

fn parse_number<T: std::str::FromStr>(text: &str) -> Result<T, T::Err> {
    text.parse()
}

pub(crate) async fn run(session: &mut Session<'_>, matches: &ArgMatches) -> Result<(), CliError> {
    let (app, io) = (session.app, &mut *session.io);
    let interrupt = io.interrupt.clone();
    let interrupted = interrupt.wait();
    tokio::pin!(interrupted);
    let (log, mut lines) = mpsc::unbounded_channel();
    let mock = (app.start_mock)(MockOptions {
        port: matches.get_one("port").copied().unwrap_or_default(),
        seed: matches.get_one("seed").copied().unwrap_or_default(),
        items: matches.get_one("items").copied().unwrap_or_default(),
        is_strict: matches.get_flag("strict-version"),
        unknown_ids: match matches.get_one::<String>("unknown-ids").map(String::as_str) {
            Some("not-found") => UnknownIds::NotFound,
            _ => UnknownIds::Generate,
        },
        log,
    })?;
    for line in describe_start(app, &mock.base_urls) {
        io.print_line(&line)?;
    }
    let mut count = 0_u64;
    loop {
        tokio::select! {
            biased;
            () = &mut interrupted => break,
            line = lines.recv() => {
                let Some(line) = line else { break };
                count += u64::from(!line.starts_with("note:"));
                io.print_line(&line)?;
            }
        }
    }
    drop(mock);
    io.note_line(&format!("The mock server ended after {count} requests."));
    Ok(())
}

/// The URLs of the server, and the variables by which a client of the generated crate finds it.
fn describe_start(app: &App, urls: &[String]) -> Vec<String> {
    let url = urls.first().map_or("", String::as_str);
    let mut lines = vec![format!("ready    mock server at {url}; every credential is accepted")];
    let servers = app.service.environments.first().map_or(&[][..], |environment| environment.servers);
    lines.extend(urls.iter().zip(servers).enumerate().skip(1).map(|(index, (url, stated))| {
        let host = stated.split_once("://").map_or(*stated, |(_, rest)| rest);
        let host = host.split('/').next().unwrap_or_default();
        format!("         {host} is at {url}; for this program: --server-url {index}={url}")
    }));
    let variables = app.service.base_url_variable.map(|name| (name, url)).into_iter();
    let variables = variables.chain(Some((app.service.api_key_variable, "mock")));
    lines.extend(
        variables
            .filter(|(name, _)| !name.is_empty())
            .map(|(name, value)| format!("         export {name}={value}")),
    );
    lines
}

#[cfg(test)]
mod tests {
    use openapi_client_runtime::__private::DefaultTransport;
    use openapi_client_runtime::{Body, Transport as _};

    use super::*;
    use crate::{
        interrupt::Interrupt,
        test_io::TestIo,
        test_shop::{app, session},
    };

    async fn request(url: &str, key: Option<&str>) -> u16 {
        let request = http::Request::get(url);
        let request =
            key.iter().fold(request, |request, key| request.header("authorization", format!("Bearer {key}")));
        let transport = DefaultTransport::without_proxy().unwrap();
        transport.send(request.body(Body::from("")).unwrap()).await.unwrap().status().as_u16()
    }

    #[tokio::test]
    async fn requests_are_logged_until_the_interrupt() {
        let (fire, interrupt) = Interrupt::manual();
        let (mut io, captured) = TestIo::new().interrupt(interrupt).build();
        let matches =
            build_command(app()).get_matches_from(["mock", "--port", "0", "--unknown-ids=not-found"]);
        let printed = captured.clone();
        let client = async move {
            let url = loop {
                let text = printed.stdout();
                match text.lines().find_map(|line| line.split_once("export SHOP_BASE_URL=")) {
                    Some((_, url)) => break url.to_owned(),
                    None => tokio::task::yield_now().await,
                }
            };
            assert_eq!(request(&format!("{url}/endpoints"), Some("any")).await, 200);
            assert_eq!(request(&format!("{url}/endpoints/end_none/attempts"), None).await, 401);
            fire.send(true).unwrap();
        };
        let mut session = session(&mut io);
        let (ended, ()) = tokio::join!(run(&mut session, &matches), client);
        ended.unwrap();
        let (printed, notes) = (captured.stdout(), captured.stderr());
        assert!(printed.contains("export SHOP_API_KEY=mock"), "{printed}");
        assert!(printed.contains("listEndpoints") && printed.contains("401"), "{printed}");
        assert_eq!(notes, "The mock server ended after 2 requests.\n");
    }

    #[tokio::test]
    async fn a_port_that_is_in_use_is_an_error_with_advice() {
        let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = taken.local_addr().unwrap().port().to_string();
        let (mut io, _) = TestIo::new().build();
        let matches = build_command(app()).get_matches_from(["mock", "--port", &port]);
        let error = run(&mut session(&mut io), &matches).await.unwrap_err();
        assert!(
            error.message.contains(&port) && error.hint.unwrap().contains("--port 0"),
            "{}",
            error.message
        );
    }
}
