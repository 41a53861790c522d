//! The backend of a shop: a route that leads to the checkout, an inbox for webhooks, and a route for customers only.

use std::error::Error;

use axum::Router;
use axum::extract::{FromRef, State};
use axum::http::StatusCode;
use axum::response::Redirect;
use axum::routing::get;
use whop::Client;
use whop::inbox::{Inbox, Job, JobError, sqlx};
use whop::user_token::{UserToken, UserTokenVerifier};
use whop::webhooks::Event;

#[derive(Clone)]
struct Shop {
    whop: Client,
    users: UserTokenVerifier,
    plan: String,
    product: String,
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

/// Called for each stored event until it succeeds. The row and the mark that the event is done are committed together.
async fn handle(job: Job) -> Result<(), JobError> {
    match job.event() {
        Event::PaymentSucceeded(event) => {
            let payment = event.data.id.as_str();
            let mut transaction = job.sqlite().await?;
            sqlx::query("INSERT INTO access (payment) VALUES ($1)").bind(payment).execute(&mut *transaction).await?;
            println!("paid     {payment}");
        }
        other => println!("event    {}", other.name()),
    }
    Ok(())
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
    let database = std::env::var("SHOP_DATABASE")?;
    let inbox = Inbox::connect(&database).await?;
    let pool = sqlx::SqlitePool::connect(&database).await?;
    sqlx::query("CREATE TABLE IF NOT EXISTS access (payment TEXT PRIMARY KEY)").execute(&pool).await?;
    let shop = Shop {
        users: UserTokenVerifier::from_env(&whop)?,
        plan: std::env::var("SHOP_PLAN")?,
        product: std::env::var("SHOP_PRODUCT")?,
        whop,
    };
    let routes = Router::new()
        .route("/buy", get(buy))
        .route("/webhooks", inbox.axum_route())
        .route("/members", get(members))
        .with_state(shop);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("ready    http://{}", listener.local_addr()?);
    tokio::select! {
        served = axum::serve(listener, routes).into_future() => served?,
        handled = inbox.run(handle) => handled?,
    }
    Ok(())
}
