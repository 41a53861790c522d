//! An endpoint for webhooks: it answers at once, and handles `payment.succeeded` afterwards.
//!
//! Whop repeats a delivery that was not answered with 2xx in time, and may deliver twice: the id of a delivery is kept,
//! and one that came before is not handled again. What is not genuine is answered with 401 and goes no further.
//!
//! ```text
//! cargo run -p whop --features mock,axum --example webhook_endpoint -- --local
//! WHOP_WEBHOOK_SECRET=… cargo run -p whop --features mock,axum --example webhook_endpoint
//! ```
//! With `--local` the local Whop delivers a payment twice and a forged one once, and the example ends. Otherwise it
//! listens on `PORT` (3000) for what Whop sends to `/webhooks`; no key is needed.

mod support;

use std::collections::HashSet;

use axum::extract::{FromRef, State};
use axum::http::StatusCode;
use axum::{Router, routing::post};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use whop::mock::Server;
use whop::webhooks::{Delivery, Event, Verified, Verifier};

/// What the handler needs.
#[derive(Clone)]
struct Endpoint {
    verifier: Verifier,
    queue: Sender<Delivery>,
}

/// Where the extractor finds the verifier.
impl FromRef<Endpoint> for Verifier {
    fn from_ref(endpoint: &Endpoint) -> Self {
        endpoint.verifier.clone()
    }
}

/// Called for genuine deliveries only. It puts them where they are safe and answers: 503 has Whop try again.
async fn receive(State(endpoint): State<Endpoint>, Verified(delivery): Verified<Event>) -> StatusCode {
    println!("received {} {}", delivery.id, delivery.event.name());
    match endpoint.queue.try_send(delivery) {
        Ok(()) => StatusCode::NO_CONTENT,
        Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// Handles what was received, long after it was answered. A shop of your own keeps both in its database.
async fn handle(mut deliveries: Receiver<Delivery>) {
    let mut handled = HashSet::new();
    while let Some(delivery) = deliveries.recv().await {
        if !handled.insert(delivery.id.clone()) {
            println!("again    {} was handled before", delivery.id);
            continue;
        }
        match &delivery.event {
            Event::PaymentSucceeded(event) => {
                let payment = &event.data;
                println!(
                    "paid     {} total {:?}, metadata {:?}",
                    payment.id, payment.total, payment.metadata
                );
            }
            Event::PaymentFailed(event) => {
                println!("declined {}: {:?}", event.data.id, event.data.failure_message)
            }
            // What this version does not know is still delivered, with its text and the reason.
            other => println!("other    {} {:?}", other.name(), delivery.mismatch),
        }
    }
}

#[tokio::main]
async fn main() -> support::Result {
    let local = if support::is_local() { Some(Server::start().await) } else { None };
    let verifier = match &local {
        Some(server) => Verifier::new(server.webhook_secret())?,
        None => Verifier::from_env()?,
    };
    let (queue, deliveries) = channel(1_000);
    let handling = tokio::spawn(handle(deliveries));
    let routes = Router::new().route("/webhooks", post(receive)).with_state(Endpoint { verifier, queue });
    let (listener, url) = support::listen().await?;
    println!("ready    {url}/webhooks takes deliveries");
    let Some(server) = local else { return Ok(axum::serve(listener, routes).await?) };

    let endpoint = tokio::spawn(async move { axum::serve(listener, routes).await });
    play(&server, &format!("{url}/webhooks")).await?;
    endpoint.abort();
    let _ = endpoint.await;
    handling.await?;
    Ok(())
}

/// What Whop does, and what it never does.
async fn play(server: &Server, url: &str) -> support::Result {
    let event: Event = server.event("payment.succeeded");
    let first = server.delivery(&event).to(url).send().await?;
    println!("sent     {} was answered with {:?}", first.id, first.statuses());
    let again = server.delivery(&event).id(&first.id).to(url).send().await?;
    println!("sent     {} again was answered with {:?}", again.id, again.statuses());
    let forged = server.delivery(&event).tampered().to(url).send().await?;
    println!("sent     a forged one was answered with {:?}", forged.statuses());
    Ok(())
}
