//! Lists: walked forward and back by the client, narrowed by filters, refused a cursor that is none.

use std::collections::BTreeSet;

use whop::mock::Server;
use whop_tests::ask::Ask;

async fn filled(items: usize) -> (Server, whop::Client, BTreeSet<String>) {
    let server = Server::builder().initial_items(0).start().await.unwrap();
    let client = server.client();
    let mut ids = BTreeSet::new();
    for number in 0..items {
        let product = client.products().create().company_id("biz_1").title(format!("No. {number}"));
        ids.insert(product.send().await.unwrap().id.to_string());
    }
    (server, client, ids)
}

#[tokio::test]
async fn pages_are_walked_in_both_directions() {
    let (server, client, ids) = filled(7).await;
    let mut stream = client.products().list().company_id("biz_1").first(3).stream();
    let mut seen = Vec::new();
    while let Some(product) = stream.try_next().await.unwrap() {
        seen.push(product.id.to_string());
    }
    assert_eq!(seen.iter().cloned().collect::<BTreeSet<_>>(), ids);
    assert_eq!(seen.len(), ids.len(), "each is given once");

    let first = client.products().list().company_id("biz_1").first(3).send().await.unwrap();
    assert!(first.page_info.has_next_page && !first.page_info.has_previous_page);
    let second = first.next_page().await.unwrap().unwrap();
    let back = second.previous_page().await.unwrap().unwrap();
    let of = |page: &whop::Page<whop::models::ProductListItem, whop::models::PageInfo>| {
        page.data.iter().map(|product| product.id.to_string()).collect::<Vec<_>>()
    };
    assert_eq!((of(&first), of(&second)), (seen[..3].to_vec(), seen[3..6].to_vec()));
    assert_eq!(of(&back), of(&first));
    server.verify().unwrap();
}

#[tokio::test]
async fn filters_narrow_what_was_created_and_are_kept_by_what_is_made_up() {
    let server = Server::start().await;
    let client = server.client();
    let shipment = |company: &'static str| client.promo_codes().list().company_id(company).send();
    let list = shipment("biz_7").await.unwrap();
    assert_eq!(list.data.len(), 3);
    let again = shipment("biz_7").await.unwrap();
    assert_eq!(list.data, again.data);
    let other = shipment("biz_8").await.unwrap();
    assert_ne!(list.data, other.data);

    let made = |company: &'static str| {
        let plan = client.plans().create().company_id(company).product_id("prod_1");
        async move { plan.send().await.unwrap().id }
    };
    let (mine, theirs) = (made("biz_1").await, made("biz_2").await);
    let plans = client.plans().list().company_id("biz_1").send().await.unwrap();
    let ids: Vec<&whop::ids::PlanId> = plans.data.iter().map(|plan| &plan.id).collect();
    assert!(ids.contains(&&mine) && !ids.contains(&&theirs), "{ids:?}");
    for plan in &plans.data {
        assert_eq!(plan.company.as_ref().unwrap().id, "biz_1");
        let whole = client.plans().retrieve(&plan.id).send().await.unwrap();
        assert_eq!(whole.company.as_ref().unwrap().id, "biz_1", "an item is the thing it leads to");
    }
    server.verify().unwrap();
}

#[tokio::test]
async fn a_cursor_that_no_page_gave_is_refused() {
    let server = Server::start().await;
    let mut ask = Ask::new("GET", "/products");
    ask.query = vec![("company_id".to_owned(), "biz_1".to_owned()), ("after".to_owned(), "?".to_owned())];
    let told = ask.of(&server.base_url(0)).await;
    assert_eq!((told.status, told.text("/error/param").as_str()), (422, "after"), "{}", told.body);
    let fault = server.verify().unwrap_err().to_string();
    assert!(fault.contains("listProduct: query.after: is no cursor of this list"), "{fault}");
}
