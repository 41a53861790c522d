//! What the examples share: where Whop is, and which ids they work with.

#![allow(dead_code, reason = "no example needs all of it")]

use std::env;
use std::error::Error;

use whop::mock::Server;
use whop::{Client, ClientBuilder, environments};

/// What an example's `main` gives.
pub type Result<T = (), E = Box<dyn Error + Send + Sync>> = std::result::Result<T, E>;

/// Whop as an example talks to it.
pub struct Whop {
    /// The client.
    pub client: Client,
    /// The Whop inside this process, with `--local`.
    pub local: Option<Server>,
}

impl Whop {
    /// With `--local` a Whop of this process's own, which needs no key and moves no money. Otherwise the one that the
    /// environment names: the key in `WHOP_API_KEY`, and the sandbox unless `WHOP_ENVIRONMENT` or `WHOP_BASE_URL` says
    /// another.
    pub async fn start() -> Result<Self> {
        if is_local() {
            let server = Server::start().await;
            println!("local    {} plays Whop", server.url());
            return Ok(Self { client: server.client(), local: Some(server) });
        }
        if env::var_os("WHOP_API_KEY").is_none() {
            return Err("set WHOP_API_KEY to a key of the sandbox, or pass --local to run without one".into());
        }
        let elsewhere = ["WHOP_ENVIRONMENT", "WHOP_BASE_URL"].iter().any(|name| env::var_os(name).is_some());
        let builder = ClientBuilder::<Client>::from_env();
        let builder = if elsewhere { builder } else { builder.environment(environments::SANDBOX) };
        Ok(Self { client: builder.user_agent("whop-examples").build()?, local: None })
    }

    /// A setting from the environment; with `--local` it need not be there.
    pub fn setting(&self, name: &str, local: &str) -> Result<String> {
        match env::var(name) {
            Ok(value) if !value.is_empty() => Ok(value),
            _ if self.local.is_some() => Ok(local.to_owned()),
            _ => Err(format!("set {name}, such as {local}, or pass --local to run without").into()),
        }
    }
}

/// Whether `--local` was given.
pub fn is_local() -> bool {
    env::args().any(|argument| argument == "--local")
}

/// Listens on the port in `PORT`, or 3000, on this machine alone, and tells the address.
pub async fn listen() -> Result<(tokio::net::TcpListener, String)> {
    let port: u16 = env::var("PORT").map_or(Ok(3000), |port| port.parse())?;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    let url = format!("http://{}", listener.local_addr()?);
    Ok((listener, url))
}
