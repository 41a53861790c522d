//! Charges a stored payment method, and shows that a lost answer does not charge it twice.
//!
//! Create a payment, find it in the list, try a declined one again, give part of the money back.
//!
//! ```text
//! cargo run -p whop --features mock --example payments -- --local
//! WHOP_API_KEY=… WHOP_COMPANY_ID=biz_… WHOP_MEMBER_ID=mber_… WHOP_PAYMENT_METHOD_ID=payt_… \
//!     cargo run -p whop --features mock --example payments
//! ```
//! With `--local` the connection breaks after Whop has received the first charge and before it has answered: the client
//! sends it again under the same idempotency key, and the log of the server proves that one payment was made.

mod support;

use whop::mock::{self, Server};
use whop::models::{CreatePaymentPlan, Currencies, Payment, ReceiptStatus};
use whop::{CallOptions, Decimal};

#[tokio::main]
async fn main() -> support::Result {
    let whop = support::Whop::start().await?;
    if let Some(server) = &whop.local {
        // The server acts on the charge, and its answer is lost.
        server.when(mock::payments::create).drop_response().times(1);
    }
    let shop = Shop::new(&whop)?;
    let payment = shop.charge("order-17", Decimal::new(1999, 2)).await?;
    println!("charged  {} for {:?}: {:?}", payment.id, payment.total, payment.status);
    if let Some(server) = &whop.local {
        prove(server)?;
    }

    let mut paid = whop
        .client
        .payments()
        .list()
        .company_id(&shop.company)
        .statuses([ReceiptStatus::Paid])
        .first(20)
        .stream();
    while let Some(payment) = paid.try_next().await? {
        println!("listed   {} {:?}", payment.id, payment.total);
    }

    shop.try_again(&whop).await?;
    let refunded =
        whop.client.payments().refund(&payment.id).partial_amount(Decimal::new(500, 2)).send().await?;
    println!("refunded {:?} of {}", refunded.refunded_amount, refunded.id);
    Ok(())
}

/// Who charges whom.
struct Shop {
    whop: whop::Client,
    company: String,
    member: String,
    payment_method: String,
}

impl Shop {
    fn new(whop: &support::Whop) -> support::Result<Self> {
        Ok(Self {
            whop: whop.client.clone(),
            company: whop.setting("WHOP_COMPANY_ID", "biz_local")?,
            member: whop.setting("WHOP_MEMBER_ID", "mber_local")?,
            payment_method: whop.setting("WHOP_PAYMENT_METHOD_ID", "payt_local")?,
        })
    }

    /// Charges for an order. The key is made of the order, so that even a second run of this program does not charge
    /// it again within a day; without one the client makes a key for each call.
    async fn charge(&self, order: &str, price: Decimal) -> whop::Result<Payment> {
        let plan = CreatePaymentPlan::builder().currency(Currencies::Usd).initial_price(price).build();
        self.whop
            .payments()
            .create()
            .with_plan()
            .company_id(self.company.as_str())
            .member_id(self.member.as_str())
            .payment_method_id(self.payment_method.as_str())
            .plan(plan)
            .metadata([("order", order)])
            .with_options(CallOptions::new().idempotency_key(format!("charge-{order}")))
            .send()
            .await
    }

    /// A declined card: Whop says why, and whether another attempt makes sense.
    async fn try_again(&self, whop: &support::Whop) -> support::Result {
        if let Some(server) = &whop.local {
            let mut declined = server.example(mock::payments::create);
            declined.status = Some(ReceiptStatus::Open);
            declined.failure_message = Some("Your card was declined.".to_owned());
            declined.retryable = true;
            server.when(mock::payments::create).then_return(declined).times(1);
        }
        let payment = self.charge("order-18", Decimal::new(2500, 2)).await?;
        let Some(reason) = payment.failure_message.as_ref().filter(|_| payment.retryable) else {
            println!("paid     {} at the first attempt", payment.id);
            return Ok(());
        };
        println!("declined {}: {reason}", payment.id);
        let payment = self.whop.payments().retry(&payment.id).send().await?;
        println!("retried  {}: {:?}", payment.id, payment.status);
        Ok(())
    }
}

/// What the server saw: two requests, one payment.
fn prove(server: &Server) -> support::Result {
    let calls = server.calls(mock::payments::create);
    for call in &calls {
        println!(
            "server   {} {} key {:?}, replayed: {}",
            call.raw.method,
            call.raw.path,
            call.raw.header("idempotency-key"),
            call.is_replayed()
        );
    }
    let made = calls.iter().filter(|call| !call.is_replayed()).count();
    if (calls.len(), made) != (2, 1) {
        return Err(format!("{} requests made {made} payments", calls.len()).into());
    }
    println!("proved   two requests, one payment");
    Ok(())
}
