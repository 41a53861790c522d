//! The server of `bench client`: its own process, which keeps connections open and has every response ready.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::Arc;
use std::thread;

use openapi_client_generator::failure::Failure;
use openapi_client_generator::terminal::{print_error, print_line};

/// Names the file with the responses. If it is set, we are the server.
const RESPONSES: &str = "XTASK_BENCH_RESPONSES";

/// Responses by method and path: `GET /payments`.
pub(super) type Responses = HashMap<String, String>;

/// The server while it runs. It ends with this.
#[derive(Debug)]
pub(in crate::bench) struct Server {
    process: Child,
    /// Where it listens.
    pub(in crate::bench) url: String,
}

impl Server {
    /// Starts it with the responses in a file.
    pub(super) fn start(responses: &Path) -> Result<Self, Failure> {
        let failed = |error: &std::io::Error| Failure::io("start the server", responses, error);
        let own = std::env::current_exe().map_err(|error| failed(&error))?;
        let mut process = Command::new(own)
            .env(RESPONSES, responses)
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| failed(&error))?;
        let mut url = String::new();
        if let Some(output) = &mut process.stdout {
            BufReader::new(output).read_line(&mut url).map_err(|error| failed(&error))?;
        }
        let server = Self { process, url: url.trim().to_owned() };
        if server.url.is_empty() { Err(Failure::new("error: the server did not start")) } else { Ok(server) }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Serves until it is killed, if this process was started to do so.
pub(crate) fn run_if_requested() -> Option<ExitCode> {
    let path = std::env::var_os(RESPONSES)?;
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let responses: Responses = serde_json::from_str(&text).unwrap_or_default();
    Some(match serve_connections(responses) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            print_error(&format!("error: the server of the bench: {error}"));
            ExitCode::FAILURE
        }
    })
}

fn serve_connections(responses: Responses) -> std::io::Result<()> {
    let ready: HashMap<_, _> =
        responses.into_iter().map(|(call, body)| (call, render_response(200, &body))).collect();
    let ready = Arc::new(ready);
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    print_line(&format!("http://{}", listener.local_addr()?));
    for connection in listener.incoming() {
        let (connection, ready) = (connection?, Arc::clone(&ready));
        thread::spawn(move || {
            let _ = serve_connection(&connection, &ready);
        });
    }
    Ok(())
}

fn render_response(status: u16, body: &str) -> Vec<u8> {
    let reason = if status == 200 { "OK" } else { "Not Found" };
    let length = body.len();
    format!(
        "HTTP/1.1 {status} {reason}\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: {length}\r\n\
         date: Fri, 01 Dec 2023 05:00:00 GMT\r\nx-request-id: 0f2c1a5e-7d0b-4a53-9c61-3f3a2b1c0d9e\r\n\
         cache-control: no-store\r\nvary: accept-encoding\r\nserver: bench\r\n\r\n{body}"
    )
    .into_bytes()
}

/// Responses one request after the other until the client closes.
fn serve_connection(connection: &TcpStream, ready: &HashMap<String, Vec<u8>>) -> std::io::Result<()> {
    connection.set_nodelay(true)?;
    let unknown = render_response(404, "{}");
    let mut reader = BufReader::new(connection);
    let (mut writer, mut line, mut body) = (connection, String::new(), Vec::new());
    loop {
        line.clear();
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let call = requested_operation(&line);
        let mut length = 0;
        loop {
            line.clear();
            reader.read_line(&mut line)?;
            let header = line.trim_end();
            if header.is_empty() {
                break;
            }
            if let Some((name, value)) = header.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().unwrap_or(0);
            }
        }
        body.resize(length, 0);
        reader.read_exact(&mut body)?;
        writer.write_all(ready.get(&call).unwrap_or(&unknown))?;
    }
}

/// Method and path of a request line, without the query.
fn requested_operation(line: &str) -> String {
    let mut words = line.split(' ');
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    format!("{method} {}", target.split('?').next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_known_by_method_and_path() {
        assert_eq!(requested_operation("GET /payments?first=50 HTTP/1.1\r\n"), "GET /payments");
        assert_eq!(requested_operation("POST /account_links HTTP/1.1\r\n"), "POST /account_links");
    }
}
