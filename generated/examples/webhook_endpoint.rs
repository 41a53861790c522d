//! A webhook endpoint: it responds at once and handles `payment.succeeded` afterwards.
//!
//! Whop retries a delivery that does not get a 2xx response in time, and may deliver an event twice. The endpoint therefore
//! remembers delivery ids and handles each one once. Deliveries with an invalid signature get 401 and are not handled.
//!
//! ```text
//! cargo run -p whop --features mock,axum --example webhook_endpoint -- --local
//! WHOP_WEBHOOK_SECRET=… cargo run -p whop --features mock,axum --example webhook_endpoint
//! ```
//! With `--local` the mock server delivers a payment twice and a forged payment once, and the example exits. Otherwise it
//! listens on `PORT` (3000) for deliveries to `/webhooks`. It does not need an API key.

mod support;

use std::collections::HashSet;

use axum::extract::{FromRef, State};
use axum::http::StatusCode;
use axum::{Router, routing::post};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use whop::mock::{DeliveryReport, Server};
use whop::webhooks::{Delivery, Event, Verified, WebhookVerifier};

/// The state of the handler.
#[derive(Clone)]
struct Endpoint {
    verifier: WebhookVerifier,
    queue: Sender<Delivery>,
}

/// The extractor takes the verifier from the state.
impl FromRef<Endpoint> for WebhookVerifier {
    fn from_ref(endpoint: &Endpoint) -> Self {
        endpoint.verifier.clone()
    }
}

/// Called for verified deliveries only. Queues the delivery and responds; if the queue is full, 503 makes Whop retry.
async fn receive(State(endpoint): State<Endpoint>, Verified(delivery): Verified<Event>) -> StatusCode {
    println!("received {} {}", delivery.id, delivery.event.name());
    match endpoint.queue.try_send(delivery) {
        Ok(()) => StatusCode::NO_CONTENT,
        Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// Handles queued deliveries after the response was sent. A production server keeps the queue and the ids in its database.
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
                let total = payment.total.as_ref();
                let total = total.map(|total| format!("{} {}", total.amount, total.currency.to_uppercase()));
                println!("paid     {} for {}", payment.id, support::or_dash(total));
            }
            Event::PaymentFailed(event) => {
                let reason = event.data.failure_message.as_deref();
                println!("declined {}: {}", event.data.id, support::or_dash(reason));
            }
            // Events that this version of the crate does not know are delivered too, with their JSON and the reason.
            other => println!("other    {} {}", other.name(), support::or_dash(delivery.decode_error.as_ref())),
        }
    }
}

#[tokio::main]
async fn main() -> support::Result {
    let local = if support::is_local() { Some(Server::start().await) } else { None };
    let verifier = match &local {
        Some(server) => WebhookVerifier::new(server.webhook_secret())?,
        None => WebhookVerifier::from_env()?,
    };
    let (queue, deliveries) = channel(1_000);
    let handling = tokio::spawn(handle(deliveries));
    let routes = Router::new().route("/webhooks", post(receive)).with_state(Endpoint { verifier, queue });
    let (listener, url) = support::listen().await?;
    println!("ready    {url}/webhooks accepts deliveries");
    let Some(server) = local else { return Ok(axum::serve(listener, routes).await?) };

    let endpoint = tokio::spawn(async move { axum::serve(listener, routes).await });
    send_deliveries(&server, &format!("{url}/webhooks")).await?;
    endpoint.abort();
    let _ = endpoint.await;
    handling.await?;
    Ok(())
}

/// Delivers a payment, the same delivery a second time, and a forged one.
async fn send_deliveries(server: &Server, url: &str) -> support::Result {
    let event: Event = server.event("payment.succeeded");
    let first = server.delivery(&event).to(url).send().await?;
    println!("sent     {}: response {}", first.id, list_statuses(&first));
    let repeated = server.delivery(&event).id(&first.id).to(url).send().await?;
    println!("sent     {} again: response {}", repeated.id, list_statuses(&repeated));
    let forged = server.delivery(&event).tampered().to(url).send().await?;
    println!("sent     a forged one: response {}", list_statuses(&forged));
    Ok(())
}

/// The status of each attempt.
fn list_statuses(report: &DeliveryReport) -> String {
    report.statuses().into_iter().map(support::or_dash).collect::<Vec<_>>().join(", ")
}
