//! Tests the examples with an inbox: what they print, what they refuse, and what is left after they were killed.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use whop::mock::Server;
use whop::webhooks::Event;
use whop_tests::program::Program;

use crate::servers::{first_origin, http_client};
use crate::{assert_in_order, run_local, start_against};

/// The number of folders that were made so far.
static FOLDERS: AtomicU32 = AtomicU32::new(0);

/// A folder with a database, which is deleted at the end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let number = FOLDERS.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("whop-examples-test-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn url(&self) -> String {
        format!("sqlite://{}", self.0.join("inbox.db").display())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn a_webhook_is_stored_first_and_handled_once() {
    let output = run_local("webhook_endpoint");
    // The endpoint and the sender print their own lines in order, but they run concurrently.
    assert_in_order(&output, &["to nobody: -", "missed   1 of 1", "ready", "paid     pay_missed"]);
    let parts = [
        "response 204",
        "again: response 204",
        "a forged one: response 401",
        "handled  2 events, 0 are left",
    ];
    assert_in_order(&output, &parts);
    assert_eq!(output.matches("paid     pay_received").count(), 1, "{output}");
}

#[test]
fn the_shop_grants_access_and_takes_it_back() {
    let output = run_local("shop_backend");
    for (order, paid, access) in [("order-17", "USD", "no access"), ("order-18", "EUR", "access")] {
        assert_in_order(
            &output,
            &[&format!("checkout {order}: https://"), &format!("order    {order}: {access}")],
        );
        let paid_lines = output.lines().filter(|line| line.starts_with(&format!("paid     {order}")));
        assert_eq!(paid_lines.filter(|line| line.ends_with(paid)).count(), 1, "{output}");
    }
    assert_in_order(
        &output,
        &["twice: 204, 204", "twice: 204, 204", "sent", ": 204", "earned", "EUR", "earned   0.00 USD"],
    );
}

#[tokio::test]
async fn the_endpoint_accepts_only_genuine_deliveries() {
    let (server, folder) = (Server::start().await, Folder::new());
    let database = folder.url();
    let settings = [("WHOP_WEBHOOK_SECRET", server.webhook_secret()), ("WHOP_INBOX", database.as_str())];
    let mut program = Program::start("webhook_endpoint", &[], &settings);
    let url = format!("{}/webhooks", first_origin(&program.wait_for_line("ready")));
    let event = server.event_about("payment.failed", "pay_1");
    assert!(server.deliver(&url, &event).await.unwrap().is_accepted());
    assert!(program.wait_for_line("declined").ends_with("pay_1: Your card was declined."));
    for invalid in [
        server.delivery(&event).tampered(),
        server.delivery(&event).stale(),
        server.delivery(&event).signed_with("another secret"),
    ] {
        let delivered = invalid.to(&url).send().await.unwrap();
        assert_eq!(delivered.statuses(), [Some(401)]);
    }

    // It is killed, and remembers what it handled.
    drop(program);
    let mut program = Program::start("webhook_endpoint", &[], &settings);
    let url = format!("{}/webhooks", first_origin(&program.wait_for_line("ready")));
    assert!(server.deliver(&url, &event).await.unwrap().is_accepted());
    let other = server.event_about("payment.failed", "pay_2");
    assert!(server.deliver(&url, &other).await.unwrap().is_accepted());
    assert!(program.wait_for_line("declined").contains("pay_2"));
}

#[tokio::test]
async fn the_endpoint_asks_for_what_it_missed() {
    let (server, folder) = (Server::start().await, Folder::new());
    let nobody = "http://127.0.0.1:9/webhooks";
    let endpoint = server.client().webhooks().create().url(nobody).send().await.unwrap().id;
    for payment in ["pay_1", "pay_2"] {
        let event = server.event_about("payment.failed", payment);
        server.delivery(&event).to(nobody).with_retries().without_waiting().send().await.unwrap();
    }
    let database = folder.url();
    let settings = [
        ("WHOP_WEBHOOK_SECRET", server.webhook_secret()),
        ("WHOP_WEBHOOK_ID", endpoint.as_str()),
        ("WHOP_INBOX", database.as_str()),
    ];
    let mut program = start_against(&server, "webhook_endpoint", &settings);
    assert!(program.wait_for_line("missed").contains("2 of 8 deliveries"));
    let declined = [program.wait_for_line("declined"), program.wait_for_line("declined")];
    assert!(
        declined.iter().any(|line| line.contains("pay_1"))
            && declined.iter().any(|line| line.contains("pay_2"))
    );
    server.verify().unwrap();
}

#[tokio::test]
async fn a_refund_may_arrive_before_its_payment() {
    let (server, folder) = (Server::start().await, Folder::new());
    let endpoint =
        server.client().webhooks().create().url("http://127.0.0.1:9/webhooks").send().await.unwrap().id;
    let database = folder.url();
    let settings = [
        ("WHOP_WEBHOOK_SECRET", server.webhook_secret()),
        ("WHOP_WEBHOOK_ID", endpoint.as_str()),
        ("WHOP_PLAN_ID", "plan_1"),
        ("SHOP_DATABASE", database.as_str()),
    ];
    let mut program = start_against(&server, "shop_backend", &settings);
    let url = first_origin(&program.wait_for_line("ready"));
    let browser = http_client();
    let show = async |order: &str| {
        let response = browser.get(format!("{url}/orders/{order}")).send().await.unwrap();
        String::from_utf8(response.bytes().await.unwrap().to_vec()).unwrap()
    };
    let response = browser.get(format!("{url}/buy/order-1")).send().await.unwrap();
    assert!(response.status().is_redirection());
    assert_eq!(show("order-1").await, "no access");

    let paid = server.event("payment.succeeded");
    let Event::PaymentSucceeded(payment) = &paid else { panic!("another event") };
    server.client().payments().refund(&payment.data.id).send().await.unwrap();
    let refunded = server.event("refund.created");
    let hooks = format!("{url}/webhooks");
    assert!(server.deliver(&hooks, &refunded).await.unwrap().is_accepted());
    program.wait_for_line("refunded");
    assert!(server.deliver(&hooks, &paid).await.unwrap().is_accepted());
    program.wait_for_line("paid     order-1");
    assert_eq!(show("order-1").await, "no access");

    // Another payment for the order is not refunded.
    let mut again = server.event_about("payment.succeeded", "pay_again");
    if let Event::PaymentSucceeded(event) = &mut again {
        event.data.metadata = payment.data.metadata.clone();
    }
    assert!(server.deliver(&hooks, &again).await.unwrap().is_accepted());
    program.wait_for_line("paid     order-1");
    let mut access = show("order-1").await;
    for _ in 0..100 {
        // The line is printed before the commit.
        if access == "access" {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        access = show("order-1").await;
    }
    assert_eq!(access, "access");
}
