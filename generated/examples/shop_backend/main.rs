//! The backend of a shop: a checkout for each order, and webhooks that grant and take back access exactly once.
//!
//! Every delivery of Whop is stored in SQLite before it is acknowledged. What it causes is written in the same transaction that
//! marks it as done, so a crash in between neither loses a payment nor grants anything twice. For several machines, use a URL such
//! as `postgres://user:password@host/shop`, the feature `inbox-postgres`, `job.postgres()` and `PgPool`.
//!
//! ```text
//! cargo run -p whop --features mock,axum,inbox-sqlite --example shop_backend -- --local
//! WHOP_API_KEY=… WHOP_PLAN_ID=plan_… WHOP_WEBHOOK_ID=hook_… WHOP_WEBHOOK_SECRET=… \
//!     cargo run -p whop --features mock,axum,inbox-sqlite --example shop_backend
//! ```
//! It listens on `PORT` (3000): `/buy/{order}` leads to the checkout, Whop delivers to `/webhooks`, and `/orders/{order}` tells whether
//! the customer has access. `SHOP_DATABASE` is the database (`sqlite://shop.db`). With `--local` the mock server pays two orders and
//! refunds one, and the example prints what the shop has and exits.

#[path = "../support/mod.rs"]
mod support;

mod local;
mod orders;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Redirect;
use axum::routing::get;
use whop::inbox::{Inbox, Job, JobError};
use whop::models::{RefundLegacy, RefundStatuses};
use whop::webhooks::{Event, WebhookVerifier};
use whop::{Client, DateTime};

use crate::orders::Orders;

#[derive(Clone)]
struct Shop {
    whop: Client,
    plan: String,
    orders: Orders,
}

/// Creates a checkout and leads the customer there. Its metadata comes back with the payment.
async fn buy(State(shop): State<Shop>, Path(order): Path<String>) -> Result<Redirect, StatusCode> {
    let checkout = shop
        .whop
        .checkout_configurations()
        .create()
        .plan_id(&shop.plan)
        .metadata([("order", order)])
        .redirect_url("https://example.com/thanks")
        .send()
        .await
        .map_err(report)?;
    checkout.purchase_url.as_deref().map(Redirect::to).ok_or(StatusCode::BAD_GATEWAY)
}

/// Tells whether the customer of an order has access.
async fn show_order(State(shop): State<Shop>, Path(order): Path<String>) -> Result<&'static str, StatusCode> {
    let has_access = shop.orders.has_access(&order).await.map_err(report)?;
    Ok(if has_access { "access" } else { "no access" })
}

/// The details of a failure are for the operator.
fn report(error: impl std::fmt::Display) -> StatusCode {
    eprintln!("failed   {error}");
    StatusCode::BAD_GATEWAY
}

/// Handles a stored event. After an error it is handled again later, and nothing of this attempt is in the database. Events arrive
/// in any order: a refund may come before its payment.
async fn handle(job: Job) -> Result<(), JobError> {
    match job.event() {
        Event::PaymentSucceeded(event) => {
            let payment = &event.data;
            let metadata = payment.metadata.as_ref();
            let order = metadata.and_then(|metadata| metadata.get("order")?.as_str());
            // Not a sale of this shop.
            let Some(order) = order else { return Ok(()) };
            let paid =
                payment.total_money()?.ok_or_else(|| JobError::permanent("the payment has no total"))?;
            orders::record_payment(&mut *job.sqlite().await?, (payment.id.as_str(), order), paid).await?;
            println!("paid     {order}: {paid}");
        }
        Event::RefundCreated(event) => record_refund(&job, &event.data, event.timestamp).await?,
        Event::RefundUpdated(event) => record_refund(&job, &event.data, event.timestamp).await?,
        // A call of another service cannot be part of the transaction. Send it with `job.idempotency_key("…")`.
        other => println!("ignored  {}", other.name()),
    }
    Ok(())
}

async fn record_refund(job: &Job, refund: &RefundLegacy, changed_at: DateTime) -> Result<(), JobError> {
    let Some(payment) = &refund.payment else { return Ok(()) };
    let amount = refund.amount_money()?;
    let refund = orders::Refund {
        id: refund.id.as_str(),
        payment: payment.id.as_str(),
        amount,
        has_succeeded: refund.status == RefundStatuses::Succeeded,
        changed_at: changed_at.timestamp_millis(),
    };
    orders::record_refund(&mut *job.sqlite().await?, &refund).await?;
    println!("refunded {amount} of {}", payment.id);
    Ok(())
}

#[tokio::main]
async fn main() -> support::Result {
    let whop = support::Whop::start().await?;
    let database = support::Database::new("SHOP_DATABASE", "shop")?;
    let verifier = match &whop.local {
        Some(server) => WebhookVerifier::new(server.webhook_secret())?,
        None => WebhookVerifier::from_env()?,
    };
    // Events of one payment are handled in the order of their arrival.
    let inbox = Inbox::builder(verifier).order_by(payment_of).connect(&database.url).await?;
    let orders = Orders::open(&database.url).await?;

    let (listener, url) = support::listen().await?;
    let endpoint = match &whop.local {
        Some(_) => local::create_endpoint(&whop.client, &url).await?,
        None => whop.setting("WHOP_WEBHOOK_ID", "hook_local")?.into(),
    };
    let shop = Shop {
        whop: whop.client.clone(),
        plan: whop.setting("WHOP_PLAN_ID", "plan_local")?,
        orders: orders.clone(),
    };
    let routes = Router::new()
        .route("/buy/{order}", get(buy))
        .route("/orders/{order}", get(show_order))
        .route("/webhooks", inbox.axum_route())
        .with_state(shop);

    let worker = inbox.clone();
    let mut working = tokio::spawn(async move { worker.run(handle).await });
    let serving = tokio::spawn(async move { axum::serve(listener, routes).await });
    println!("ready    {url}");
    // What Whop sent while this program was down.
    match inbox.catch_up(&whop.client).endpoint(endpoint).await {
        Ok(caught_up) => println!("missed   {} of {} deliveries", caught_up.stored, caught_up.seen),
        Err(error) => eprintln!("failed   {error}"),
    }
    match &whop.local {
        Some(server) => {
            local::sell_and_refund(server, &url, &inbox).await?;
            local::print_orders(&url, &orders).await?;
        }
        None => tokio::select! {
            stopped = tokio::signal::ctrl_c() => stopped?,
            // The database refuses statements: without it there is nothing to go on with.
            ended = &mut working => return Ok(ended??),
        },
    }
    // Running handlers finish; the rest is handled after the next start. Whop repeats what is not acknowledged any more.
    inbox.shutdown();
    working.await??;
    serving.abort();
    orders.close().await;
    inbox.close().await;
    Ok(())
}

/// The payment that an event is about.
fn payment_of(event: &Event) -> Option<String> {
    let refunded = |refund: &RefundLegacy| Some(refund.payment.as_ref()?.id.to_string());
    match event {
        Event::PaymentSucceeded(event) => Some(event.data.id.to_string()),
        Event::RefundCreated(event) => refunded(&event.data),
        Event::RefundUpdated(event) => refunded(&event.data),
        _ => None,
    }
}
