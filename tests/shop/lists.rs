//! Lists of several pages, and stubs for some calls only.

use whop::mock::{ErrorResponse, payments};

use crate::{COMPANY, charged, open, order};

#[tokio::test]
async fn payments_come_over_all_pages() {
    let (server, shop) = open().await;
    let mut sold = Vec::new();
    for number in 1..=5 {
        sold.push(charged(shop.sell(&order(number)).await));
    }
    let mut listed: Vec<_> = shop.payments().await.unwrap().into_iter().map(|payment| payment.id).collect();
    let pages = server.calls(payments::list);
    assert_eq!(pages.len(), 3, "two and two and one");
    assert!(pages.iter().all(|page| page.request.first == Some(2)));
    let cursors: Vec<_> = pages.iter().map(|page| page.request.after.is_some()).collect();
    assert_eq!(cursors, [false, true, true]);
    listed.sort();
    sold.sort();
    assert_eq!(listed, sold);
    server.verify().unwrap();
}

#[tokio::test]
async fn pages_of_the_tests_own() {
    let (server, shop) = open().await;
    let item = server.example(payments::list).data.pop().unwrap();
    let named = |id: &str| {
        let mut named = item.clone();
        named.id = id.into();
        named
    };
    server
        .when(payments::list)
        .then_return_items_with_next_page([named("pay_1"), named("pay_2")])
        .then_return_items([named("pay_3")]);
    let ids: Vec<_> =
        shop.payments().await.unwrap().into_iter().map(|payment| payment.id.to_string()).collect();
    assert_eq!(ids, ["pay_1", "pay_2", "pay_3"]);
}

#[tokio::test]
async fn a_fault_on_a_later_page_is_no_shorter_list() {
    let (server, shop) = open().await;
    for number in 1..=3 {
        charged(shop.sell(&order(number)).await);
    }
    server
        .when(payments::list)
        .matching(|call| call.company_id.as_ref().is_some_and(|id| *id == COMPANY) && call.after.is_some())
        .then_return_error(ErrorResponse::forbidden().message("No more."))
        .times(1);
    let error = shop.payments().await.unwrap_err();
    assert_eq!((error.status().unwrap().as_u16(), error.message()), (403, Some("No more.")));
    assert_eq!(shop.payments().await.unwrap().len(), 3);
    server.verify().unwrap();
}

#[tokio::test]
async fn stubs_are_for_what_they_match() {
    let (server, shop) = open().await;
    let dear = server.when(payments::create).matching(|call| {
        let price = call.plan.as_ref().and_then(|plan| plan.initial_price.flatten());
        price.is_some_and(|price| price > 100.into())
    });
    let dear = dear.then_return_error(ErrorResponse::new(402).message("Over the limit."));
    let keyed = server
        .when(payments::create)
        .matching_raw(|request| request.header("idempotency-key") == Some("order-9"))
        .then_return_error(ErrorResponse::conflict());
    charged(shop.sell(&order(1)).await);
    let outcome = shop.sell(&crate::shop::Order { price: 101.into(), ..order(2) }).await;
    assert_eq!(outcome, crate::shop::Outcome::Declined("Over the limit.".to_owned()));
    let outcome = shop.sell(&order(9)).await;
    assert!(matches!(outcome, crate::shop::Outcome::Refused(_)), "{outcome:?}");
    assert_eq!((dear.call_count(), keyed.call_count()), (1, 1));
}
