//! A mock of Whop's API for tests in any language. It responds to every operation and validates every request.
//!
//! ```text
//! cargo run -p whop --features mock --example mock_server -- --port 4010
//! curl -H 'Authorization: Bearer any' http://127.0.0.1:4010/api/v1/payments
//! ```
//! `--port` selects the port (0: any free one), `--seed` changes the generated values, `--items` sets how many items each list
//! has at the start. The server prints a line for each request.

use std::env;
use std::error::Error;
use std::str::FromStr;

use whop::mock::Server;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let server = Server::builder()
        .port(option("--port")?.unwrap_or(4010))
        .seed(option("--seed")?.unwrap_or(0))
        .initial_items(option("--items")?.unwrap_or(3))
        .log(|line| println!("{line}"))
        .start()
        .await?;
    println!(
        "ready    mock server at {}; set WHOP_BASE_URL to this URL, and WHOP_API_KEY to any value",
        server.base_url(0)
    );
    // Invalid requests get an error response and are logged. No test owns this server, so it must not panic on drop.
    server.skip_verification_on_drop();
    std::future::pending().await
}

/// Parses the value of a command-line option.
fn option<T: FromStr<Err: Error + Send + Sync + 'static>>(
    name: &str,
) -> Result<Option<T>, Box<dyn Error + Send + Sync>> {
    let Some(index) = env::args().position(|argument| argument == name) else { return Ok(None) };
    let value = env::args().nth(index + 1).ok_or_else(|| format!("{name} needs a value"))?;
    Ok(Some(value.parse().map_err(|error| format!("{name} {value}: {error}"))?))
}
