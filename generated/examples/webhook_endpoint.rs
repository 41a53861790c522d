//! A webhook endpoint: each delivery is stored in SQLite before it is acknowledged, and handled once.
//!
//! Whop retries a delivery that gets no 2xx response in time, and may deliver an event twice. The endpoint therefore commits a
//! delivery before it responds, and remembers its id. Deliveries with an invalid signature get 401 and are not stored. At the
//! start, the endpoint asks Whop for what it sent in the meantime.
//!
//! ```text
//! cargo run -p whop --features mock,axum,inbox-sqlite --example webhook_endpoint -- --local
//! WHOP_WEBHOOK_SECRET=… cargo run -p whop --features mock,axum,inbox-sqlite --example webhook_endpoint
//! ```
//! With `--local` the mock server delivers a payment while the endpoint is down, another one twice, and a forged one, and the
//! example exits. Otherwise it listens on `PORT` (3000) for deliveries to `/webhooks`, and `WHOP_INBOX` is the database
//! (`sqlite://webhooks.db`). It asks for missed deliveries if `WHOP_WEBHOOK_ID` and `WHOP_API_KEY` are set. See `shop_backend` for
//! handlers that write to the same database.

mod support;

use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use whop::Client;
use whop::inbox::{Inbox, InboxError, Job, JobError};
use whop::mock::{DeliveryReport, Server};
use whop::webhooks::{Event, WebhookVerifier};

/// Called for each stored event, after the response was sent. After an error it is called again later.
async fn handle(job: Job) -> Result<(), JobError> {
    match job.event() {
        Event::PaymentSucceeded(event) => {
            let payment = &event.data;
            let total = payment.total.as_ref();
            let total = total.map(|total| format!("{} {}", total.amount, total.currency.to_uppercase()));
            println!("paid     {} for {}", payment.id, support::or_dash(total));
        }
        Event::PaymentFailed(event) => {
            let reason = event.data.failure_message.as_deref();
            println!("declined {}: {}", event.data.id, support::or_dash(reason));
        }
        // Events that this version of the crate does not know are stored too, and handled by a version that does.
        other => println!("other    {} {}", other.name(), job.id()),
    }
    Ok(())
}

#[tokio::main]
async fn main() -> support::Result {
    let database = support::Database::new("WHOP_INBOX", "webhooks")?;
    if support::is_local() {
        return run_locally(&database.url).await;
    }
    let inbox = Inbox::connect(&database.url).await?;
    if let Ok(endpoint) = std::env::var("WHOP_WEBHOOK_ID") {
        catch_up(&inbox, &support::Whop::start().await?.client, &endpoint).await?;
    }
    let (listener, url) = support::listen().await?;
    println!("ready    {url}/webhooks accepts deliveries");
    tokio::select! {
        served = serve(listener, &inbox) => served?,
        handled = inbox.run(handle) => handled?,
    }
    Ok(())
}

/// Stores what is delivered: 2xx after the commit, 401 for a forged delivery, 503 while the database is away.
async fn serve(listener: TcpListener, inbox: &Inbox) -> std::io::Result<()> {
    axum::serve(listener, Router::new().route("/webhooks", inbox.axum_route())).await
}

/// Stores what Whop sent while this program was down.
async fn catch_up(inbox: &Inbox, whop: &Client, endpoint: &str) -> Result<(), InboxError> {
    let caught_up = inbox.catch_up(whop).endpoint(endpoint).await?;
    println!("missed   {} of {} deliveries, stored now", caught_up.stored, caught_up.seen);
    Ok(())
}

/// Runs the endpoint against a mock server.
async fn run_locally(database: &str) -> support::Result {
    let server = Server::start().await;
    let whop = server.client();
    let verifier = WebhookVerifier::new(server.webhook_secret())?;
    let inbox = Inbox::builder(verifier).connect(database).await?;

    // The endpoint is known to Whop, and down.
    let (listener, url) = support::listen().await?;
    let (address, url) = (listener.local_addr()?, format!("{url}/webhooks"));
    drop(listener);
    let endpoint = whop.webhooks().create().url(&url).send().await?;
    let missed: Event = server.event_about("payment.succeeded", "pay_missed");
    let report = server.deliver(&url, &missed).await?;
    println!("sent     {} to nobody: {}", report.id, list_statuses(&report));

    // It starts.
    catch_up(&inbox, &whop, endpoint.id.as_str()).await?;
    let listener = TcpListener::bind(address).await?;
    println!("ready    {url} accepts deliveries");
    let (serving, working) = (inbox.clone(), inbox.clone());
    let serving = tokio::spawn(async move { serve(listener, &serving).await });
    let working = tokio::spawn(async move { working.run(handle).await });
    send_deliveries(&server, &url).await?;

    while inbox.counts().await?.done < 2 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let counts = inbox.counts().await?;
    println!("handled  {} events, {} are left", counts.done, counts.ready + counts.delayed + counts.running);
    inbox.shutdown();
    working.await??;
    serving.abort();
    inbox.close().await;
    Ok(())
}

/// Delivers a payment, the same delivery a second time, and a forged one.
async fn send_deliveries(server: &Server, url: &str) -> support::Result {
    let event: Event = server.event_about("payment.succeeded", "pay_received");
    let first = server.deliver(url, &event).await?;
    println!("sent     {}: response {}", first.id, list_statuses(&first));
    let repeated = server.deliver(url, &event).await?;
    println!("sent     {} again: response {}", repeated.id, list_statuses(&repeated));
    let forged = server.delivery(&event).tampered().to(url).send().await?;
    println!("sent     a forged one: response {}", list_statuses(&forged));
    Ok(())
}

/// The status of each attempt; a dash if nobody responded.
fn list_statuses(report: &DeliveryReport) -> String {
    report.statuses().into_iter().map(support::or_dash).collect::<Vec<_>>().join(", ")
}
