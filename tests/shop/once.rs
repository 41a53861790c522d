//! Nothing is paid twice, whatever gets lost and however often the customer clicks.

use whop::Decimal;
use whop::mock::payments;

use crate::shop::Outcome;
use crate::{charged, open, order, paid_once, statuses};

#[tokio::test]
async fn a_lost_answer_pays_once() {
    let (server, shop) = open().await;
    // Whop charges the card, and the connection breaks before the shop hears of it.
    server.when(payments::create).drop_response().times(1);
    let payment = charged(shop.sell(&order(1)).await);

    let calls = server.calls(payments::create);
    assert_eq!(calls.len(), 2);
    assert_eq!((calls[0].status(), calls[0].is_replayed()), (None, false));
    assert_eq!((calls[1].status(), calls[1].is_replayed()), (Some(200), true));
    assert_eq!(calls[0].request, calls[1].request);
    paid_once(&server, &shop, &payment).await;
    server.verify().unwrap();
}

#[tokio::test]
async fn answers_that_are_lost_all_the_time_pay_once() {
    let (server, shop) = open().await;
    server.when(payments::create).drop_response().times(3).then_respond_by_default();
    let outcome = shop.sell(&order(1)).await;
    assert!(matches!(outcome, Outcome::Unknown(_)), "{outcome:?}");
    assert_eq!(statuses(&server), [None; 3]);

    let payment = charged(shop.sell(&order(1)).await);
    paid_once(&server, &shop, &payment).await;
    server.verify().unwrap();
}

#[tokio::test]
async fn a_double_click_pays_once() {
    let (server, shop) = open().await;
    let order = order(1);
    let (one, other) = tokio::join!(shop.sell(&order), shop.sell(&order));
    let payment = charged(one);
    assert_eq!(charged(other), payment);
    paid_once(&server, &shop, &payment).await;
    server.verify().unwrap();
}

#[tokio::test]
async fn a_customer_who_went_away_and_comes_back_pays_once() {
    let (server, shop) = open().await;
    server.when(payments::create).delay(std::time::Duration::from_secs(60)).times(1);
    let sale = tokio::spawn({
        let shop = shop.clone();
        async move { shop.sell(&order(1)).await }
    });
    let calls = server.wait_for_calls(payments::create, 1).await.unwrap();
    assert_eq!(calls[0].status(), None, "not answered yet");
    sale.abort();

    let payment = charged(shop.sell(&order(1)).await);
    paid_once(&server, &shop, &payment).await;
}

#[tokio::test]
async fn another_request_under_the_same_number_is_refused() {
    let (server, shop) = open().await;
    let payment = charged(shop.sell(&order(1)).await);
    let dearer = crate::shop::Order { price: Decimal::new(2999, 2), ..order(1) };
    let Outcome::Refused(words) = shop.sell(&dearer).await else { panic!("it was not refused") };
    assert!(words.contains("400") && words.contains("idempotency"), "{words}");
    assert_eq!(statuses(&server), [Some(200), Some(400)]);
    let stored = shop.payments().await.unwrap();
    assert_eq!((stored.len(), &stored[0].id), (1, &payment));
    // The shop has made a mistake, and its test is told.
    let complaint = server.verify().unwrap_err().to_string();
    assert!(
        complaint.contains("createPayment: ")
            && complaint.contains("the key in Idempotency-Key was used for another"),
        "{complaint}"
    );
}
