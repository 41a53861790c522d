//! Code shared by the examples: creates the client and reads settings from the environment.

#![allow(dead_code, reason = "no example uses every item")]

use std::env;
use std::error::Error;
use std::fmt::Display;
use std::path::PathBuf;

use whop::mock::Server;
use whop::{Client, ClientBuilder, environments};

/// The result of an example's `main`.
pub type Result<T = (), E = Box<dyn Error + Send + Sync>> = std::result::Result<T, E>;

/// The client of an example and, with `--local`, the server it talks to.
pub struct Whop {
    /// The client.
    pub client: Client,
    /// The mock server in this process, with `--local`.
    pub local: Option<Server>,
}

impl Whop {
    /// Creates the client. With `--local` it talks to a mock server in this process, which needs no key and moves no money.
    /// Otherwise it uses the key in `WHOP_API_KEY` and the sandbox, unless `WHOP_ENVIRONMENT` or `WHOP_BASE_URL` is set.
    pub async fn start() -> Result<Self> {
        if is_local() {
            let server = Server::start().await;
            println!("local    mock server at {}", server.url());
            return Ok(Self { client: server.client(), local: Some(server) });
        }
        if env::var_os("WHOP_API_KEY").is_none() {
            return Err("set WHOP_API_KEY to a key of the sandbox, or pass --local to run without one".into());
        }
        let has_server = ["WHOP_ENVIRONMENT", "WHOP_BASE_URL"].iter().any(|name| env::var_os(name).is_some());
        let builder = ClientBuilder::<Client>::from_env();
        let builder = if has_server { builder } else { builder.environment(environments::SANDBOX) };
        Ok(Self { client: builder.user_agent("whop-examples").build()?, local: None })
    }

    /// A setting from the environment. With `--local` it is optional and defaults to `local`.
    pub fn setting(&self, name: &str, local: &str) -> Result<String> {
        match env::var(name) {
            Ok(value) if !value.is_empty() => Ok(value),
            _ if self.local.is_some() => Ok(local.to_owned()),
            _ => Err(format!("set {name} (for example {local}), or pass --local to run without it").into()),
        }
    }
}

/// The text of a value, or a dash if there is none.
pub fn or_dash(value: Option<impl Display>) -> String {
    value.map_or("-".to_owned(), |value| value.to_string())
}

/// A time for people, such as `3 October 2026, 14:05`.
pub fn format_time(time: whop::DateTime) -> String {
    time.format("%-d %B %Y, %H:%M").to_string()
}

/// Whether `--local` was passed.
pub fn is_local() -> bool {
    env::args().any(|argument| argument == "--local")
}

/// Listens on the loopback interface, on the port in `PORT` or on 3000. Returns the listener and its URL.
pub async fn listen() -> Result<(tokio::net::TcpListener, String)> {
    let port: u16 = env::var("PORT").map_or(Ok(3000), |port| port.parse())?;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    let url = format!("http://{}", listener.local_addr()?);
    Ok((listener, url))
}

/// An HTTP client that does not follow redirects, in place of a customer's browser.
pub fn browser() -> Result<reqwest::Client> {
    // Another part of the program may have installed a provider.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Ok(reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build()?)
}

/// The database of an example. With `--local` it is in a temporary folder, which is deleted at the end.
pub struct Database {
    /// The URL.
    pub url: String,
    folder: Option<PathBuf>,
}

impl Database {
    /// The database that an environment variable names; without it, a file of this name in the current folder.
    pub fn new(variable: &str, name: &str) -> Result<Self> {
        if !is_local() {
            let url = env::var(variable).unwrap_or_else(|_| format!("sqlite://{name}.db"));
            return Ok(Self { url, folder: None });
        }
        let folder = env::temp_dir().join(format!("whop-examples-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        let url = format!("sqlite://{}", folder.join(format!("{name}.db")).display());
        Ok(Self { url, folder: Some(folder) })
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // An error leaves a file in the temporary folder.
        self.folder.iter().for_each(|folder| drop(std::fs::remove_dir_all(folder)));
    }
}
