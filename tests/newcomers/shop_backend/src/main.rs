//! The backend of a shop: a route that leads to the checkout, an endpoint for webhooks, and a route for customers only.

use std::collections::HashSet;
use std::error::Error;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{FromRef, State};
use axum::http::StatusCode;
use axum::response::Redirect;
use axum::routing::{get, post};
use whop::Client;
use whop::user_token::{UserToken, UserTokenVerifier};
use whop::webhooks::{Event, Verified, WebhookVerifier};

#[derive(Clone)]
struct Shop {
    whop: Client,
    webhooks: WebhookVerifier,
    users: UserTokenVerifier,
    plan: String,
    product: String,
    /// The deliveries that were handled. A real shop has them in its database.
    handled: Arc<Mutex<HashSet<String>>>,
}

impl FromRef<Shop> for WebhookVerifier {
    fn from_ref(shop: &Shop) -> Self {
        shop.webhooks.clone()
    }
}

impl FromRef<Shop> for UserTokenVerifier {
    fn from_ref(shop: &Shop) -> Self {
        shop.users.clone()
    }
}

/// Creates a checkout and leads the customer there.
async fn buy(State(shop): State<Shop>) -> Result<Redirect, StatusCode> {
    let checkout = shop
        .whop
        .checkout_configurations()
        .create()
        .plan_id(shop.plan.as_str())
        .metadata([("source", "shop_backend")])
        .redirect_url("https://example.com/thanks")
        .send()
        .await
        .map_err(report)?;
    checkout.purchase_url.as_deref().map(Redirect::to).ok_or(StatusCode::BAD_GATEWAY)
}

/// Called for genuine deliveries only; each is handled once.
async fn receive(State(shop): State<Shop>, Verified(delivery): Verified<Event>) -> StatusCode {
    let Ok(mut handled) = shop.handled.lock() else { return StatusCode::SERVICE_UNAVAILABLE };
    if handled.contains(&delivery.id) {
        return StatusCode::NO_CONTENT;
    }
    match &delivery.event {
        Event::PaymentSucceeded(event) => println!("paid     {}", event.data.id),
        other => println!("event    {}", other.name()),
    }
    // Only now: if the work fails, the next delivery of the event does it.
    handled.insert(delivery.id);
    StatusCode::NO_CONTENT
}

/// Called for users whose token is genuine. Whop says whether they may see the product.
async fn members(State(shop): State<Shop>, user: UserToken) -> Result<String, StatusCode> {
    let access = shop.whop.users().check_access(user.user_id.as_str(), shop.product.as_str());
    let access = access.send().await.map_err(report)?;
    if !access.has_access {
        return Err(StatusCode::PAYMENT_REQUIRED);
    }
    Ok(format!("Hello {}", user.user_id))
}

/// The details of a failed call are for the operator.
fn report(error: whop::Error) -> StatusCode {
    eprintln!("failed   {error}");
    StatusCode::BAD_GATEWAY
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let whop = Client::from_env()?;
    let shop = Shop {
        webhooks: WebhookVerifier::from_env()?,
        users: UserTokenVerifier::from_env(&whop)?,
        plan: std::env::var("SHOP_PLAN")?,
        product: std::env::var("SHOP_PRODUCT")?,
        handled: Arc::default(),
        whop,
    };
    let routes = Router::new()
        .route("/buy", get(buy))
        .route("/webhooks", post(receive))
        .route("/members", get(members))
        .with_state(shop);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("ready    http://{}", listener.local_addr()?);
    axum::serve(listener, routes).await?;
    Ok(())
}
