//! A small shop as a user of the crate would write it: it sells, refunds, pays its sellers, and books a payment
//! when it receives Whop's webhook. It contains no test code.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::extract::{FromRef, State};
use axum::http::StatusCode;
use axum::routing::post;
use whop::ids::{AccountId, MemberId, PaymentId, PaymentMethodId};
use whop::models::{CreateTransferResponse, Money, Payment, PaymentInputPlan, PlanCurrency};
use whop::webhooks::{Event, Verified, WebhookVerifier};
use whop::{CallOptions, Client, Decimal};

/// An order of a customer.
#[derive(Clone, Debug)]
pub(crate) struct Order {
    pub(crate) number: u32,
    pub(crate) member: MemberId,
    pub(crate) payment_method: PaymentMethodId,
    pub(crate) price: Decimal,
    pub(crate) currency: PlanCurrency,
}

/// The result of charging an order.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Outcome {
    /// Whop accepted the charge. A webhook confirms the payment later.
    Charged(PaymentId),
    /// The card was declined, with a message for the customer.
    Declined(String),
    /// Whop rejected the request, with a message for the operators of the shop.
    Refused(String),
    /// It is unknown whether the charge was made. Retry later with the same order number.
    Unknown(String),
}

#[derive(Clone)]
pub(crate) struct Shop {
    whop: Client,
    account: AccountId,
    books: Arc<Mutex<Books>>,
}

/// The data that a real shop stores in its database.
#[derive(Debug, Default)]
struct Books {
    deliveries: HashSet<String>,
    orders: BTreeMap<u32, Account>,
}

/// The payment status of an order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Account {
    Pending,
    Failed,
    Paid(Decimal),
}

impl Shop {
    pub(crate) fn new(whop: Client, account: impl Into<AccountId>) -> Self {
        Self { whop, account: account.into(), books: Arc::default() }
    }

    /// Charges the customer once, even if it is called several times for an order.
    pub(crate) async fn sell(&self, order: &Order) -> Outcome {
        let plan = PaymentInputPlan::builder().currency(order.currency.clone()).initial_price(order.price);
        let result = self
            .whop
            .payments()
            .create()
            .account_id(self.account.clone())
            .member_id(order.member.clone())
            .payment_method_id(order.payment_method.clone())
            .plan(plan.build())
            .metadata([("order", order.number.to_string())])
            .with_options(CallOptions::new().idempotency_key(format!("order-{}", order.number)))
            .send()
            .await;
        match result {
            Ok(payment) => match payment.failure_message {
                Some(reason) => Outcome::Declined(reason),
                None => Outcome::Charged(payment.id),
            },
            Err(error) if error.status().is_some_and(|status| status.as_u16() == 402) => {
                Outcome::Declined(error.message().unwrap_or("declined").to_owned())
            }
            Err(error) if error.outcome() == whop::Outcome::NotProcessed && !error.is_retryable() => {
                Outcome::Refused(error.to_string())
            }
            Err(error) => Outcome::Unknown(error.to_string()),
        }
    }

    /// Refunds a part of a payment.
    pub(crate) async fn refund(&self, payment: &PaymentId, amount: Decimal) -> whop::Result<Decimal> {
        let payment = self.whop.payments().refund(payment).partial_amount(amount).send().await?;
        Ok(parse_amount(payment.refunded_amount.as_ref()))
    }

    /// Lists all payments of the shop.
    pub(crate) async fn payments(&self) -> whop::Result<Vec<Payment>> {
        let mut stream = self.whop.payments().list().account_id(self.account.clone()).first(2).stream();
        let mut payments = Vec::new();
        while let Some(payment) = stream.try_next().await? {
            payments.push(payment);
        }
        Ok(payments)
    }

    /// Transfers a seller's share, once for each order.
    pub(crate) async fn share(&self, seller: &str, order: u32, amount: Decimal) -> whop::Result<Decimal> {
        let transfer = self.whop.transfers().create().balance().amount(amount).currency("usd");
        let transfer = transfer.origin_id(self.account.as_str()).destination_id(seller);
        let options = CallOptions::new().idempotency_key(format!("share-{order}"));
        match transfer.with_options(options).send().await? {
            CreateTransferResponse::Transfer(transfer) => Ok(parse_amount(transfer.amount.as_ref())),
            // A claim link moves money when it is redeemed.
            _ => Ok(Decimal::ZERO),
        }
    }

    /// Returns the receipt of a payment, with a blocking call.
    pub(crate) fn receipt(&self, payment: &PaymentId) -> whop::Result<String> {
        let payment = self.whop.payments().retrieve(payment).send_blocking()?;
        Ok(format!("{}: {} {}", payment.id, parse_amount(payment.total.as_ref()), payment.currency))
    }

    /// The payment status of an order, according to the received webhooks.
    pub(crate) fn account(&self, order: u32) -> Option<Account> {
        self.books().orders.get(&order).copied()
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Books an event. Each delivery counts once, and a late event does not revert a payment.
    fn book_event(&self, id: &str, event: &Event) {
        let mut books = self.books();
        if !books.deliveries.insert(id.to_owned()) {
            return;
        }
        let (payment, account) = match event {
            Event::PaymentPending(event) => (&event.data, Account::Pending),
            Event::PaymentFailed(event) => (&event.data, Account::Failed),
            Event::PaymentSucceeded(event) => {
                (&event.data, Account::Paid(parse_amount(event.data.total.as_ref())))
            }
            _ => return,
        };
        let order = payment.metadata.as_ref().and_then(|metadata| metadata.get("order")?.as_str());
        let Some(order) = order.and_then(|order| order.parse().ok()) else { return };
        match books.orders.get_mut(&order) {
            Some(Account::Paid(sum)) => {
                if let Account::Paid(more) = account {
                    *sum += more;
                }
            }
            Some(previous) => *previous = account,
            None => drop(books.orders.insert(order, account)),
        }
    }

    /// The webhook endpoint.
    pub(crate) fn routes(&self, secret: &str) -> whop::Result<Router> {
        let endpoint = Endpoint { verifier: WebhookVerifier::new(secret)?, shop: self.clone() };
        Ok(Router::new().route("/whop", post(receive)).with_state(endpoint))
    }
}

/// The value of an amount, which Whop sends as decimal text. An absent amount counts as zero.
fn parse_amount(money: Option<&Money>) -> Decimal {
    money.and_then(|money| money.amount.parse().ok()).unwrap_or_default()
}

#[derive(Clone)]
struct Endpoint {
    verifier: WebhookVerifier,
    shop: Shop,
}

impl FromRef<Endpoint> for WebhookVerifier {
    fn from_ref(endpoint: &Endpoint) -> Self {
        endpoint.verifier.clone()
    }
}

async fn receive(State(endpoint): State<Endpoint>, Verified(delivery): Verified<Event>) -> StatusCode {
    endpoint.shop.book_event(&delivery.id, &delivery.event);
    StatusCode::NO_CONTENT
}
