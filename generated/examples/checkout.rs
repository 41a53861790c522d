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
use serde_json::json;
use whop::Map;
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
    println!("stored   metadata {:?}", stored.metadata);
    match &whop.local {
        Some(server) => simulate_payment(server, configuration.id.as_str(), configuration.metadata).await?,
        None => {
            println!(
                "next     pay there, and run the example webhook_endpoint to see the metadata in the webhook"
            )
        }
    }
    Ok(())
}

/// Simulates the payment: starts an endpoint and delivers the event to it. See `webhook_endpoint` for a complete endpoint.
async fn simulate_payment(server: &Server, checkout: &str, metadata: Option<Map>) -> support::Result {
    let Event::PaymentSucceeded(mut event) = server.event("payment.succeeded") else {
        return Err("the document does not describe payment.succeeded".into());
    };
    event.data.checkout_configuration_id = Some(checkout.into());
    event.data.metadata = metadata;

    let (listener, url) = support::listen().await?;
    let routes = Router::new().route("/webhooks", post(receive)).with_state(server.webhook_verifier());
    let endpoint = tokio::spawn(async move { axum::serve(listener, routes).await });
    let delivered = server.deliver(format!("{url}/webhooks"), &Event::PaymentSucceeded(event)).await?;
    println!("response {:?}", delivered.statuses());
    endpoint.abort();
    Ok(())
}

async fn receive(Verified(delivery): Verified<Event>) -> StatusCode {
    if let Event::PaymentSucceeded(event) = &delivery.event {
        let metadata = event.data.metadata.as_ref();
        let text = |name: &str| metadata.and_then(|metadata| metadata.get(name)).map(ToString::to_string);
        println!("paid     {} by checkout {:?}", event.data.id, event.data.checkout_configuration_id);
        println!("credit   {:?} for {:?}", text("credits"), text("experience_id"));
    }
    StatusCode::NO_CONTENT
}
