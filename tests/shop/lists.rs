//! Lists with several pages, and stubs that match some calls.

use whop::mock::{ErrorResponse, payments};

use crate::{ACCOUNT, expect_charged, new_shop, order};

#[tokio::test]
async fn payments_of_all_pages_are_listed() {
    let (server, shop) = new_shop().await;
    let mut sold = Vec::new();
    for number in 1..=5 {
        sold.push(expect_charged(shop.sell(&order(number)).await));
    }
    let mut listed: Vec<_> = shop.payments().await.unwrap().into_iter().map(|payment| payment.id).collect();
    let pages = server.calls(payments::list);
    assert_eq!(pages.len(), 3, "pages of two, two and one payments");
    assert!(pages.iter().all(|page| page.request.first == Some(2)));
    let cursors: Vec<_> = pages.iter().map(|page| page.request.after.is_some()).collect();
    assert_eq!(cursors, [false, true, true]);
    listed.sort();
    sold.sort();
    assert_eq!(listed, sold);
    server.verify().unwrap();
}

#[tokio::test]
async fn pages_from_a_stub() {
    let (server, shop) = new_shop().await;
    let item = server.example(payments::list).data.pop().unwrap();
    let item_with_id = |id: &str| {
        let mut item = item.clone();
        item.id = id.into();
        item
    };
    server
        .when(payments::list)
        .then_return_items_with_next_page([item_with_id("pay_1"), item_with_id("pay_2")])
        .then_return_items([item_with_id("pay_3")]);
    let ids: Vec<_> =
        shop.payments().await.unwrap().into_iter().map(|payment| payment.id.to_string()).collect();
    assert_eq!(ids, ["pay_1", "pay_2", "pay_3"]);
}

#[tokio::test]
async fn an_error_on_a_later_page_fails_the_list() {
    let (server, shop) = new_shop().await;
    for number in 1..=3 {
        expect_charged(shop.sell(&order(number)).await);
    }
    server
        .when(payments::list)
        .matching(|call| call.account_id.as_ref().is_some_and(|id| *id == ACCOUNT) && call.after.is_some())
        .then_return_error(ErrorResponse::forbidden().message("No more."))
        .times(1);
    let error = shop.payments().await.unwrap_err();
    assert_eq!((error.status().unwrap().as_u16(), error.message()), (403, Some("No more.")));
    assert_eq!(shop.payments().await.unwrap().len(), 3);
    server.verify().unwrap();
}

#[tokio::test]
async fn stubs_apply_to_the_calls_that_they_match() {
    let (server, shop) = new_shop().await;
    let expensive = server.when(payments::create).matching(|call| {
        let price = call.plan.as_ref().and_then(|plan| plan.initial_price.flatten());
        price.is_some_and(|price| price > 100.into())
    });
    let expensive = expensive.then_return_error(ErrorResponse::new(402).message("Over the limit."));
    let with_key = server
        .when(payments::create)
        .matching_raw(|request| request.header("idempotency-key") == Some("order-9"))
        .then_return_error(ErrorResponse::conflict());
    expect_charged(shop.sell(&order(1)).await);
    let outcome = shop.sell(&crate::shop::Order { price: 101.into(), ..order(2) }).await;
    assert_eq!(outcome, crate::shop::Outcome::Declined("Over the limit.".to_owned()));
    let outcome = shop.sell(&order(9)).await;
    assert!(matches!(outcome, crate::shop::Outcome::Refused(_)), "{outcome:?}");
    assert_eq!((expensive.call_count(), with_key.call_count()), (1, 1));
}
