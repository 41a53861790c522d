//! The data of the mock tell one story: what a request states comes back in responses, in other objects and in events.

use std::time::{Duration, SystemTime};

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};
use whop::mock::{Server, payments};
use whop::models::{
    CheckoutConfigurationMode, CreatePaymentLineItem, CreatePaymentLineItemPlan, CreateTransferResponse,
    FriendlyReceiptStatus, MembershipStatus, Money, Payment, PaymentInputPlan, PayoutStatus, PlanCurrency,
    ReceiptStatus,
};
use whop::webhooks::Event;
use whop::{Client, Decimal};
use whop_tests::raw_http::RawRequest;
use whop_tests::{assert_none, print_uncaptured};

use crate::{load_document, start_server};

/// Times that lie ahead, whatever object has them.
const AHEAD: [&str; 5] = ["expires_at", "due_at", "ends_at", "due_date", "current_period_end"];

fn time(value: &Value) -> Option<DateTime<Utc>> {
    Some(DateTime::parse_from_rfc3339(value.as_str()?).ok()?.to_utc())
}

/// The number of an amount: of a number, a text, or a `Money`.
fn amount(value: &Value) -> Option<Decimal> {
    match value {
        Value::Number(number) => number.to_string().parse().ok(),
        Value::String(text) => text.parse().ok(),
        Value::Object(object) => amount(object.get("amount")?),
        _ => None,
    }
}

fn visit_objects(value: &Value, path: &str, visit: &mut impl FnMut(&Map<String, Value>, &str)) {
    match value {
        Value::Object(object) => {
            visit(object, path);
            object.iter().for_each(|(name, value)| visit_objects(value, &format!("{path}.{name}"), visit));
        }
        Value::Array(items) => items.iter().for_each(|item| visit_objects(item, path, visit)),
        _ => {}
    }
}

/// What does not fit within an object. `sent` is the request, whose values come back as they are.
fn contradictions(object: &Map<String, Value>, path: &str, sent: &str) -> Vec<String> {
    let now = DateTime::<Utc>::from(SystemTime::now());
    let mut found = Vec::new();
    let is_sent = |value: &Value| value.as_str().is_some_and(|text| sent.contains(text));
    for (name, value) in object.iter().filter(|(_, value)| !is_sent(value)) {
        let is_ahead = AHEAD.iter().any(|end| name.ends_with(end));
        if is_ahead && time(value).is_some_and(|time| time < now) {
            found.push(format!("{path}.{name} is over: {value}"));
        }
    }
    let times = object.get("created_at").and_then(time).zip(object.get("updated_at").and_then(time));
    if let Some((created, updated)) = times
        && !object.get("created_at").is_some_and(is_sent)
    {
        let is_near =
            created > now - Duration::from_secs(60 * 86_400) && updated < now + Duration::from_secs(60);
        if created > updated || !is_near {
            found.push(format!("{path} was created at {created} and updated at {updated}"));
        }
    }
    for (fee, of) in [
        ("fee", "amount"),
        ("fee_amount", "amount"),
        ("fee_amount", "payment_amount"),
        ("net_amount", "amount"),
    ] {
        let amounts = object.get(fee).and_then(amount).zip(object.get(of).and_then(amount));
        if let Some((fee_amount, of_amount)) = amounts
            && fee_amount >= of_amount
            && of_amount > Decimal::ZERO
        {
            found.push(format!("{path}.{fee} of {fee_amount} is not below the {of} of {of_amount}"));
        }
    }
    found
}

#[tokio::test]
async fn no_response_contradicts_itself() {
    let (document, _) = load_document();
    let server = start_server(7).await;
    let base = server.base_url(0);
    let (mut problems, mut objects) = (Vec::new(), 0);
    for operation in &document.operations {
        let (request, _) = RawRequest::for_operation(document, operation, 0);
        let response = request.send(&base).await;
        let Ok(value) = serde_json::from_str(&response.body) else { continue };
        let sent = format!(
            "{:?} {:?}",
            request.query,
            request.body.as_ref().map(|body| body.to_value().to_string())
        );
        visit_objects(&value, &operation.id, &mut |object, path| {
            objects += 1;
            problems.extend(contradictions(object, path, &sent));
        });
    }
    for (name, _) in &document.webhooks {
        let event = serde_json::to_value(server.event(name)).unwrap();
        visit_objects(&event, name, &mut |object, path| problems.extend(contradictions(object, path, "")));
    }
    assert_none(&problems);
    print_uncaptured(&format!("mock: {objects} objects without contradictions"));
}

#[tokio::test]
async fn every_created_object_has_what_was_stated() {
    let (document, _) = load_document();
    let server = start_server(7).await;
    let base = server.base_url(0);
    let (mut problems, mut repeated) = (Vec::new(), 0);
    let creations = document.operations.iter();
    for operation in creations.filter(|operation| operation.method == "POST" && !operation.path.contains('{'))
    {
        let (request, _) = RawRequest::for_operation(document, operation, 0);
        let Some(Value::Object(sent)) = request.body.as_ref().map(|body| body.to_value()) else { continue };
        let response = request.send(&base).await;
        let Ok(Value::Object(received)) = serde_json::from_str(&response.body) else { continue };
        if !received.contains_key("id") {
            continue;
        }
        for (name, stated) in &sent {
            let Some(found) = received.get(name) else { continue };
            let is_same = match (stated, found) {
                (Value::Number(number), _) => {
                    // The digits of the request are more than a binary number holds.
                    let found = found.as_f64().or_else(|| amount(found)?.to_string().parse().ok());
                    let (stated, found) = (number.as_f64().unwrap(), found.unwrap_or(f64::NAN));
                    (stated - found).abs() <= stated.abs() * 1e-12
                }
                // The request has any text where the response has one of some values.
                (Value::String(text), _) if text == name => continue,
                (Value::String(text), Value::String(other)) => {
                    text.eq_ignore_ascii_case(other) || time(stated).is_some() && time(stated) == time(found)
                }
                (Value::Bool(_), _) => stated == found,
                // Lists and objects have further properties in responses.
                _ => continue,
            };
            repeated += 1;
            if !is_same {
                problems.push(format!("{}: {name} was {stated} and is {found}", operation.id));
            }
        }
    }
    assert_none(&problems);
    assert!(repeated > 150, "only {repeated} values are stated and returned");
    print_uncaptured(&format!("mock: {repeated} stated values come back"));
}

fn cents(cents: i64) -> Decimal {
    Decimal::new(cents, 2)
}

fn value(money: Option<&Money>) -> Decimal {
    money.unwrap().amount.parse().unwrap()
}

/// The balance of an account in a currency.
async fn balance(server: &Server, account: &str, currency: &str) -> Decimal {
    let account = server.client().ledger_accounts().retrieve(account).send().await.unwrap();
    let found = account.balances.iter().find(|balance| balance.currency.as_str() == currency);
    found.map_or(Decimal::ZERO, |balance| balance.balance)
}

/// Charges a price in cents of euros.
async fn charge(client: &Client, price: i64) -> Payment {
    let plan = PaymentInputPlan::builder().currency(PlanCurrency::Eur).initial_price(cents(price));
    let create = client.payments().create().account_id("biz_shop").member_id("mber_1");
    let create = create.payment_method_id("payt_1").plan(plan.build());
    create.metadata([("order", "17".to_owned())]).send().await.unwrap()
}

#[tokio::test]
async fn a_charge_is_listed_refunded_and_booked() {
    let server = start_server(7).await;
    let client = server.client();
    charge(&client, 1_00).await;
    let before = balance(&server, "biz_shop", "eur").await;
    let payment = charge(&client, 50_00).await;
    assert_eq!((value(payment.total.as_ref()), payment.currency.as_str()), (cents(50_00), "eur"));
    assert_eq!(payment.total.as_ref().unwrap().currency, "eur");
    assert_eq!(value(payment.subtotal.as_ref()) + value(payment.tax_amount.as_ref()), cents(50_00));
    let net: Decimal = payment.amount_after_fees.amount.parse().unwrap();
    assert!(net < cents(50_00) && net > cents(40_00), "{net}");
    assert_eq!(balance(&server, "biz_shop", "eur").await, before + net);
    assert_eq!(client.payments().retrieve(&payment.id).send().await.unwrap(), payment);
    let listed = client.payments().list().account_id("biz_shop").send().await.unwrap().data;
    assert_eq!(listed[0], payment);

    let refunded = client.payments().refund(&payment.id).partial_amount(cents(20_00)).send().await.unwrap();
    assert_eq!(value(refunded.refunded_amount.as_ref()), cents(20_00));
    assert_eq!(refunded.substatus, FriendlyReceiptStatus::PartiallyRefunded);
    assert!(refunded.refunded_at.is_some() && refunded.updated_at >= payment.updated_at);
    assert_eq!(balance(&server, "biz_shop", "eur").await, before + net - cents(20_00));
    let whole = client.payments().refund(&payment.id).send().await.unwrap();
    assert_eq!((value(whole.refunded_amount.as_ref()), whole.refundable), (cents(50_00), false));
    assert_eq!(whole.substatus, FriendlyReceiptStatus::Refunded);
    assert_eq!(balance(&server, "biz_shop", "eur").await, before + net - cents(50_00));

    let refunds = client.refunds().list().payment_id(&payment.id).send().await.unwrap().data;
    let amounts: Vec<_> = refunds.iter().take(2).map(|refund| value(refund.amount.as_ref())).collect();
    assert_eq!(amounts, [cents(30_00), cents(20_00)]);
    let Event::RefundCreated(event) = server.event("refund.created") else { panic!("another event") };
    assert_eq!((&event.data.id, event.data.amount), (&refunds[0].id, cents(30_00)));
    assert_eq!(event.data.payment.as_ref().unwrap().id, payment.id);
    server.verify().unwrap();
}

#[tokio::test]
async fn a_voided_payment_is_not_booked() {
    let server = start_server(7).await;
    let client = server.client();
    charge(&client, 1_00).await;
    let before = balance(&server, "biz_shop", "eur").await;
    let payment = charge(&client, 50_00).await;
    assert!(balance(&server, "biz_shop", "eur").await > before);
    // The second time, there is nothing to take back.
    for _ in 0..2 {
        let voided = client.payments().void(&payment.id).send().await.unwrap();
        assert_eq!((&voided.status, voided.voidable), (&ReceiptStatus::Void, false));
        assert_eq!(balance(&server, "biz_shop", "eur").await, before);
    }
    server.verify().unwrap();
}

#[tokio::test]
async fn a_charge_of_several_items_costs_their_sum() {
    let server = start_server(7).await;
    let client = server.client();
    let item = |price: i64| {
        let plan =
            CreatePaymentLineItemPlan::builder().currency(PlanCurrency::Eur).initial_price(cents(price));
        CreatePaymentLineItem::builder().plan(plan.build()).build()
    };
    let create = client.payments().create().account_id("biz_shop").member_id("mber_1");
    let payment =
        create.payment_method_id("payt_1").line_items([item(7_50), item(12_00)]).send().await.unwrap();
    assert_eq!((value(payment.subtotal.as_ref()), payment.currency.as_str()), (cents(19_50), "eur"));
    server.verify().unwrap();
}

#[tokio::test]
async fn an_authorized_payment_is_booked_once_it_is_captured() {
    let server = start_server(7).await;
    let client = server.client();
    let before = balance(&server, "biz_shop", "eur").await;
    let authorize = || {
        let plan = PaymentInputPlan::builder().currency(PlanCurrency::Eur).initial_price(cents(50_00));
        let create = client.payments().create().account_id("biz_shop").member_id("mber_1");
        create.payment_method_id("payt_1").plan(plan.build()).capture(false)
    };
    let payment = authorize().send().await.unwrap();
    assert_eq!((&payment.status, payment.paid_at), (&ReceiptStatus::Authorized, None));
    assert_eq!(balance(&server, "biz_shop", "eur").await, before);
    client.payments().capture(&payment.id).send().await.unwrap();
    let captured = client.payments().retrieve(&payment.id).send().await.unwrap();
    assert_eq!((&captured.status, captured.paid_at.is_some()), (&ReceiptStatus::Paid, true));
    assert_eq!(balance(&server, "biz_shop", "eur").await, before + value(Some(&captured.amount_after_fees)));

    let after = balance(&server, "biz_shop", "eur").await;
    let other = authorize().send().await.unwrap();
    client.payments().void(&other.id).send().await.unwrap();
    assert_eq!(balance(&server, "biz_shop", "eur").await, after);
    server.verify().unwrap();
}

#[tokio::test]
async fn an_event_is_about_the_payment_of_a_stub() {
    let server = start_server(7).await;
    let client = server.client();
    charge(&client, 1_00).await;
    let declined = Payment::sample_with(|payment| {
        payment.id = "pay_declined".into();
        payment.status = ReceiptStatus::Open;
        payment.failure_message = Some("The card has expired.".to_owned());
    });
    server.when(payments::create).then_return(declined.clone()).times(1);
    assert_eq!(charge(&client, 50_00).await, declined);

    let Event::PaymentFailed(event) = server.event("payment.failed") else { panic!("another event") };
    assert_eq!((&event.data.id, &event.data.failure_message), (&declined.id, &declined.failure_message));
    assert_eq!(event.data.substatus, FriendlyReceiptStatus::Failed);
    server.verify().unwrap();
}

#[tokio::test]
async fn a_transfer_and_a_payout_move_money() {
    let server = start_server(7).await;
    let client = server.client();
    let (platform, seller) =
        (balance(&server, "biz_platform", "usd").await, balance(&server, "biz_seller", "usd").await);
    let create = client.transfers().create().balance().amount(cents(12_50)).currency("usd");
    let transfer = create.origin_id("biz_platform").destination_id("biz_seller").send().await.unwrap();
    let CreateTransferResponse::Transfer(transfer) = transfer else { panic!("{transfer:?}") };
    assert_eq!(value(transfer.amount.as_ref()), cents(12_50));
    assert!(value(transfer.fee.as_ref()) < cents(12_50));
    assert_eq!(transfer.destination.as_ref().unwrap().id, "biz_seller");
    assert_eq!(balance(&server, "biz_platform", "usd").await, platform - cents(12_50));
    assert_eq!(balance(&server, "biz_seller", "usd").await, seller + cents(12_50));
    let Event::TransferCompleted(event) = server.event("transfer.completed") else { panic!("another event") };
    assert_eq!((&event.data.id, value(event.data.amount.as_ref())), (&transfer.id, cents(12_50)));

    let create =
        client.payouts().create().amount(cents(10_00)).payout_method_id("potk_1").account_id("biz_seller");
    let payout = create.send().await.unwrap();
    let [amount, fee, net] = [&payout.amount, &payout.fee_amount, &payout.net_amount]
        .map(|amount| amount.parse::<Decimal>().unwrap());
    assert_eq!((amount, amount - fee), (cents(10_00), net));
    assert!(payout.estimated_arrival.unwrap() > payout.created_at);
    assert_eq!(balance(&server, "biz_seller", "usd").await, seller + cents(2_50));
    let Event::PayoutCreated(event) = server.event("payout.created") else { panic!("another event") };
    assert_eq!((&event.data.id, event.data.amount.as_str()), (&payout.id, "10.00"));

    let canceled = client.payouts().cancel(&payout.id).send().await.unwrap();
    assert_eq!((&canceled.status, canceled.cancelable), (&PayoutStatus::Canceled, false));
    for _ in 0..2 {
        assert_eq!(balance(&server, "biz_seller", "usd").await, seller + cents(12_50));
        client.payouts().cancel(&payout.id).send().await.unwrap();
    }
    server.verify().unwrap();
}

#[tokio::test]
async fn a_checkout_leads_to_a_payment_and_a_membership() {
    let server = start_server(7).await;
    let client = server.client();
    let plan = client.variants().create().account_id("biz_shop").product_id("prod_1");
    let plan = plan.initial_price(cents(29_00)).currency("eur").send().await.unwrap();
    let earlier = charge(&client, 1_00).await;
    let create = client.checkout_configurations().create().account_id("biz_shop").plan_id(&plan.id);
    let checkout = create.metadata([("order", "17")]).send().await.unwrap();
    assert_eq!(checkout.plan.as_ref().unwrap().initial_price, cents(29_00));
    let listed = async || client.payments().list().account_id("biz_shop").send().await.unwrap().data;
    let is_of_checkout = |payment: &Payment| payment.checkout_configuration_id.as_ref() == Some(&checkout.id);
    assert!(!listed().await.iter().any(is_of_checkout), "nobody has paid yet");

    let Event::PaymentSucceeded(event) = server.event("payment.succeeded") else { panic!("another event") };
    assert_eq!(event.data.checkout_configuration_id.as_ref(), Some(&checkout.id));
    assert_eq!((value(event.data.total.as_ref()), event.data.currency.as_str()), (cents(29_00), "eur"));
    assert_eq!(event.data.metadata.as_ref().unwrap()["order"], "17");
    assert_eq!(event.account_id.as_ref().map(AsRef::<str>::as_ref), Some("biz_shop"));
    assert_eq!(listed().await[..2], [event.data.clone(), earlier], "the newest is the first");
    assert_eq!(client.payments().retrieve(&event.data.id).send().await.unwrap(), event.data);

    let Event::MembershipActivated(event) = server.event("membership.activated") else {
        panic!("another event")
    };
    assert_eq!((&event.data.plan_id, &event.data.status), (&plan.id, &MembershipStatus::Active));
    let canceled = client.memberships().cancel(&event.data.id).send().await.unwrap();
    assert_eq!((&canceled.status, canceled.cancel_at_period_end), (&MembershipStatus::Canceling, true));
    let Event::MembershipDeactivated(event) = server.event("membership.deactivated") else {
        panic!("another event")
    };
    assert_eq!((&event.data.id, &event.data.status), (&canceled.id, &MembershipStatus::Canceled));
    assert_eq!(client.memberships().retrieve(&canceled.id).send().await.unwrap(), event.data);
    server.verify().unwrap();
}

#[tokio::test]
async fn a_checkout_that_stores_a_payment_method_sells_nothing() {
    let server = start_server(7).await;
    let client = server.client();
    let create = client.checkout_configurations().create().account_id("biz_shop").plan_id("plan_1");
    let checkout = create.send().await.unwrap();
    let create = client.checkout_configurations().create().account_id("biz_shop");
    let setup = create.mode(CheckoutConfigurationMode::Setup).send().await.unwrap();
    assert_eq!(setup.mode, CheckoutConfigurationMode::Setup);

    let Event::PaymentSucceeded(event) = server.event("payment.succeeded") else { panic!("another event") };
    assert_eq!(event.data.checkout_configuration_id, Some(checkout.id));
    let Event::MembershipActivated(event) = server.event("membership.activated") else {
        panic!("another event")
    };
    assert_eq!(event.data.plan_id, checkout.plan.unwrap().id);
    server.verify().unwrap();
}

#[tokio::test]
async fn a_membership_ends_at_once_or_with_its_period() {
    let server = start_server(7).await;
    let memberships = server.client().memberships();
    let at_once = memberships.cancel("mem_1").cancel_at_period_end(false).send().await.unwrap();
    assert_eq!((&at_once.status, at_once.cancel_at_period_end), (&MembershipStatus::Canceled, false));
    assert!(at_once.canceled_at.is_some());
    assert_eq!(memberships.retrieve("mem_1").send().await.unwrap(), at_once);

    let later = memberships.cancel("mem_2").cancel_at_period_end(true).send().await.unwrap();
    assert_eq!((&later.status, later.cancel_at_period_end), (&MembershipStatus::Canceling, true));
    assert_eq!(memberships.retrieve("mem_2").send().await.unwrap(), later);
    server.verify().unwrap();
}
