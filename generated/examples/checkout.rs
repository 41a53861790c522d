//! Attaches metadata to a checkout and reads it from the webhook of the payment.
//!
//! ```text
//! cargo run -p whop --features mock,axum --example checkout -- --local
//! WHOP_API_KEY=… WHOP_PLAN_ID=plan_… cargo run -p whop --features mock,axum --example checkout
//! ```
//! With `--local` the mock server simulates the payment: it signs and delivers `payment.succeeded`.

mod support;

use axum::http::StatusCode;
use axum::{Router, routing::post};
use serde_json::{Value, json};
use whop::mock::Server;
use whop::webhooks::{Event, Verified};

#[tokio::main]
async fn main() -> support::Result {
    let whop = support::Whop::start().await?;
    let configuration = whop
        .client
        .checkout_configurations()
        .create()
        .plan_id(whop.setting("WHOP_PLAN_ID", "plan_local")?)
        .metadata([("experience_id", json!("exp_42")), ("credits", json!(100))])
        .redirect_url("https://example.com/thanks")
        .send()
        .await?;
    let url = configuration.purchase_url.as_deref().unwrap_or("no URL");
    println!("created  {}: send the customer to {url}", configuration.id);

    let stored = whop.client.checkout_configurations().retrieve(&configuration.id).send().await?;
    for (name, value) in stored.metadata.iter().flatten() {
        println!("stored   {name}: {}", plain_text(value));
    }
    match &whop.local {
        Some(server) => simulate_payment(server).await?,
        None => {
            println!(
                "next     pay there, and run the example webhook_endpoint to see the metadata in the webhook"
            )
        }
    }
    Ok(())
}

/// Simulates the payment: starts an endpoint and delivers the event of the checkout's payment to it. See `webhook_endpoint` for
/// a complete endpoint.
async fn simulate_payment(server: &Server) -> support::Result {
    let (listener, url) = support::listen().await?;
    let routes = Router::new().route("/webhooks", post(receive)).with_state(server.webhook_verifier());
    let endpoint = tokio::spawn(async move { axum::serve(listener, routes).await });
    let delivered = server.deliver(format!("{url}/webhooks"), &server.event("payment.succeeded")).await?;
    println!("response {}", if delivered.is_accepted() { "accepted" } else { "rejected" });
    endpoint.abort();
    Ok(())
}

/// A value of the metadata: the text itself, or the JSON of another value.
fn plain_text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

async fn receive(Verified(delivery): Verified<Event>) -> StatusCode {
    if let Event::PaymentSucceeded(event) = &delivery.event {
        let metadata = event.data.metadata.as_ref();
        let value = |name: &str| {
            support::or_dash(metadata.and_then(|metadata| metadata.get(name)).map(plain_text))
        };
        let checkout = support::or_dash(event.data.checkout_configuration_id.as_ref());
        println!("paid     {} by checkout {checkout}", event.data.id);
        println!("credit   {} for {}", value("credits"), value("experience_id"));
    }
    StatusCode::NO_CONTENT
}
