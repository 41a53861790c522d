//! With `--local`: the mock server sells, pays and refunds as Whop and its customers would.

use std::time::Duration;

use whop::inbox::Inbox;
use whop::mock::{DeliveryReport, Server};
use whop::webhooks::Event;
use whop::{Client, ids::WebhookId};

use crate::orders::Orders;
use crate::support;

/// Registers the endpoint, as one does in the dashboard.
pub async fn create_endpoint(whop: &Client, url: &str) -> support::Result<WebhookId> {
    let events = ["payment.succeeded", "refund.created", "refund.updated"];
    Ok(whop.webhooks().create().url(format!("{url}/webhooks")).events(events).send().await?.id)
}

/// Two orders are bought and paid, one in dollars and one in euros, and the first is refunded. Whop delivers each payment twice.
pub async fn sell_and_refund(server: &Server, url: &str, inbox: &Inbox) -> support::Result {
    let browser = support::browser()?;
    let mut payments = Vec::new();
    for (order, currency) in [("order-17", "usd"), ("order-18", "eur")] {
        let response = browser.get(format!("{url}/buy/{order}")).send().await?;
        let checkout = response.headers().get("location").and_then(|location| location.to_str().ok());
        println!("checkout {order}: {}", support::or_dash(checkout));

        let mut event = server.event("payment.succeeded");
        if let Event::PaymentSucceeded(event) = &mut event {
            payments.push(event.data.id.clone());
            event.data.total.iter_mut().for_each(|total| total.currency = currency.to_owned());
        }
        let report = server.delivery(&event).to(format!("{url}/webhooks")).replayed().send().await?;
        println!("sent     {} twice: {}", report.id, list_statuses(&report));
    }
    wait_until_handled(inbox).await?;

    if let Some(payment) = payments.first() {
        server.client().payments().refund(payment).send().await?;
        let report = server.deliver(format!("{url}/webhooks"), &server.event("refund.created")).await?;
        println!("sent     {}: {}", report.id, list_statuses(&report));
    }
    wait_until_handled(inbox).await
}

/// Waits until no event is left to handle.
async fn wait_until_handled(inbox: &Inbox) -> support::Result {
    loop {
        let counts = inbox.counts().await?;
        if counts.ready + counts.delayed + counts.running == 0 {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// What the shop knows in the end.
pub async fn print_orders(url: &str, orders: &Orders) -> support::Result {
    for order in ["order-17", "order-18"] {
        let response = support::browser()?.get(format!("{url}/orders/{order}")).send().await?;
        println!("order    {order}: {}", response.text().await?);
    }
    for total in orders.earnings().await? {
        println!("earned   {total}");
    }
    Ok(())
}

/// The status of each attempt.
fn list_statuses(report: &DeliveryReport) -> String {
    report.statuses().into_iter().map(support::or_dash).collect::<Vec<_>>().join(", ")
}
