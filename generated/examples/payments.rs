//! Charges a stored payment method, and shows that a lost response does not charge it twice.
//!
//! Creates a payment, lists payments, retries a declined payment, and refunds a part.
//!
//! ```text
//! cargo run -p whop --features mock --example payments -- --local
//! WHOP_API_KEY=… WHOP_ACCOUNT_ID=biz_… WHOP_MEMBER_ID=mber_… WHOP_PAYMENT_METHOD_ID=payt_… \
//!     cargo run -p whop --features mock --example payments
//! ```
//! With `--local` the connection is closed after the mock server has processed the first charge and before it responds. The
//! client retries with the same idempotency key, and the server's log proves that only one payment was created.

mod support;

use whop::mock::{self, Server};
use whop::models::{
    PlanCurrency, ListPaymentsStatus, Money, Payment, PaymentInputPlan, ReceiptStatus,
};
use whop::{CallOptions, Decimal, dec};

#[tokio::main]
async fn main() -> support::Result {
    let whop = support::Whop::start().await?;
    if let Some(server) = &whop.local {
        // The server processes the charge, but its response is lost.
        server.when(mock::payments::create).drop_response().times(1);
    }
    let shop = Shop::new(&whop)?;
    let payment = shop.charge("order-17", dec!(19.99)).await?;
    println!("charged  {} for {}: {}", payment.id, format_money(payment.total.as_ref()), payment.status);
    if let Some(server) = &whop.local {
        check_single_payment(server)?;
    }

    let mut paid = whop
        .client
        .payments()
        .list()
        .account_id(&shop.account)
        .status(ListPaymentsStatus::Paid)
        .first(20)
        .stream();
    while let Some(payment) = paid.try_next().await? {
        println!("listed   {} {}", payment.id, format_money(payment.total.as_ref()));
    }

    shop.retry_declined(&whop).await?;
    let refunded = whop
        .client
        .payments()
        .refund(&payment.id)
        .partial_amount(dec!(5.00))
        .with_options(CallOptions::new().idempotency_key("refund-of-order-17"))
        .send()
        .await?;
    println!("refunded {} of {}", format_money(refunded.refunded_amount.as_ref()), refunded.id);
    Ok(())
}

/// The account, the member to charge, and the stored payment method.
struct Shop {
    whop: whop::Client,
    account: String,
    member: String,
    payment_method: String,
}

impl Shop {
    fn new(whop: &support::Whop) -> support::Result<Self> {
        Ok(Self {
            whop: whop.client.clone(),
            account: whop.setting("WHOP_ACCOUNT_ID", "biz_local")?,
            member: whop.setting("WHOP_MEMBER_ID", "mber_local")?,
            payment_method: whop.setting("WHOP_PAYMENT_METHOD_ID", "payt_local")?,
        })
    }

    /// Charges for an order. The idempotency key is derived from the order, so that a second run of this program within 24
    /// hours does not charge it twice. Without a key the client generates one per call.
    async fn charge(&self, order: &str, price: Decimal) -> whop::Result<Payment> {
        let plan = PaymentInputPlan::builder().currency(PlanCurrency::Usd).initial_price(price);
        self.whop
            .payments()
            .create()
            .account_id(self.account.as_str())
            .member_id(self.member.as_str())
            .payment_method_id(self.payment_method.as_str())
            .plan(plan.build())
            .metadata([("order", order.to_owned())])
            .with_options(CallOptions::new().idempotency_key(format!("charge-{order}")))
            .send()
            .await
    }

    /// Handles a declined card: Whop returns the reason and whether the payment can be retried.
    async fn retry_declined(&self, whop: &support::Whop) -> support::Result {
        if let Some(server) = &whop.local {
            let mut declined = server.example(mock::payments::create);
            declined.status = ReceiptStatus::Open;
            declined.failure_message = Some("Your card was declined.".to_owned());
            declined.retryable = true;
            server.when(mock::payments::create).then_return(declined).times(1);
        }
        let payment = self.charge("order-18", dec!(25.00)).await?;
        let Some(reason) = payment.failure_message.as_ref().filter(|_| payment.retryable) else {
            println!("paid     {} at the first attempt", payment.id);
            return Ok(());
        };
        println!("declined {}: {reason}", payment.id);
        let options = CallOptions::new().idempotency_key("retry-of-order-18");
        let payment = self.whop.payments().retry(&payment.id).with_options(options).send().await?;
        println!("retried  {}: {}", payment.id, payment.status);
        Ok(())
    }
}

/// An amount with its currency. Whop sends amounts as decimal text, which `Decimal` parses exactly.
fn format_money(money: Option<&Money>) -> String {
    money.map_or("nothing".to_owned(), |money| format!("{} {}", money.amount, money.currency.to_uppercase()))
}

/// Checks that the server received two requests and created one payment.
fn check_single_payment(server: &Server) -> support::Result {
    let calls = server.calls(mock::payments::create);
    for call in &calls {
        let key = support::or_dash(call.raw.header("idempotency-key"));
        let outcome = if call.is_replayed() { "replayed" } else { "processed" };
        println!("server   {} {} with the key {key}: {outcome}", call.raw.method, call.raw.path);
    }
    let created = calls.iter().filter(|call| !call.is_replayed()).count();
    if (calls.len(), created) != (2, 1) {
        return Err(format!("{} requests created {created} payments", calls.len()).into());
    }
    println!("proved   two requests, one payment");
    Ok(())
}
