//! A local Whop for tests in any language: answers every operation of the document, checks every request against it.
//!
//! ```text
//! cargo run -p whop --features mock --example mock_server -- --port 4010
//! curl -H 'Authorization: Bearer any' http://127.0.0.1:4010/api/v1/payments
//! ```
//! `--port` (0: any), `--seed` (other values in the answers), `--items` (how many things a list begins with). Each request is a
//! line on the terminal.

use std::env;
use std::error::Error;
use std::str::FromStr;

use whop::mock::Server;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let server = Server::builder()
        .port(option("--port")?.unwrap_or(4010))
        .seed(option("--seed")?.unwrap_or(0))
        .items(option("--items")?.unwrap_or(3))
        .log(|line| println!("{line}"))
        .start()
        .await?;
    println!(
        "Whop is played at {}; set WHOP_BASE_URL to that, and WHOP_API_KEY to anything",
        server.base_url(0)
    );
    // A request that breaks the document is answered and logged; here it is nobody's test that fails.
    server.ignore_faults();
    std::future::pending().await
}

/// The value of an option of the command line.
fn option<T: FromStr<Err: Error + Send + Sync + 'static>>(
    name: &str,
) -> Result<Option<T>, Box<dyn Error + Send + Sync>> {
    let Some(place) = env::args().position(|argument| argument == name) else { return Ok(None) };
    let value = env::args().nth(place + 1).ok_or_else(|| format!("{name} needs a value"))?;
    Ok(Some(value.parse().map_err(|error| format!("{name} {value}: {error}"))?))
}
