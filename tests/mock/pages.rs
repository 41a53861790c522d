//! Lists: pagination in both directions, filters, and invalid cursors.

use std::collections::BTreeSet;

use whop::mock::Server;
use whop_tests::raw_http::RawRequest;

async fn server_with_products(count: usize) -> (Server, whop::Client, BTreeSet<String>) {
    let server = Server::builder().initial_items(0).start().await.unwrap();
    let client = server.client();
    let mut ids = BTreeSet::new();
    for number in 0..count {
        let product = client.products().create().account_id("biz_1").title(format!("No. {number}"));
        ids.insert(product.send().await.unwrap().id.to_string());
    }
    (server, client, ids)
}

#[tokio::test]
async fn pagination_works_in_both_directions() {
    let (server, client, ids) = server_with_products(7).await;
    let mut stream = client.products().list().account_id("biz_1").first(3).stream();
    let mut listed = Vec::new();
    while let Some(product) = stream.try_next().await.unwrap() {
        listed.push(product.id.to_string());
    }
    assert_eq!(listed.iter().cloned().collect::<BTreeSet<_>>(), ids);
    assert_eq!(listed.len(), ids.len(), "each product is listed once");

    let first = client.products().list().account_id("biz_1").first(3).send().await.unwrap();
    assert!(first.page_info.has_next_page && !first.page_info.has_previous_page);
    let second = first.next_page().await.unwrap().unwrap();
    let previous = second.previous_page().await.unwrap().unwrap();
    let ids_of = |page: &whop::Page<whop::models::ProductListItem, whop::models::PageInfo>| {
        page.data.iter().map(|product| product.id.to_string()).collect::<Vec<_>>()
    };
    assert_eq!((ids_of(&first), ids_of(&second)), (listed[..3].to_vec(), listed[3..6].to_vec()));
    assert_eq!(ids_of(&previous), ids_of(&first));
    server.verify().unwrap();
}

#[tokio::test]
async fn filters_apply_to_created_and_generated_items() {
    let server = Server::start().await;
    let client = server.client();
    let list_promo_codes = |account: &'static str| client.promo_codes().list().account_id(account).send();
    let list = list_promo_codes("biz_7").await.unwrap();
    assert_eq!(list.data.len(), 3);
    let second = list_promo_codes("biz_7").await.unwrap();
    assert_eq!(list.data, second.data);
    let other = list_promo_codes("biz_8").await.unwrap();
    assert_ne!(list.data, other.data);

    let create_variant = |account: &'static str| {
        let variant = client.variants().create().account_id(account).product_id("prod_1");
        async move { variant.send().await.unwrap().id }
    };
    let (mine, theirs) = (create_variant("biz_1").await, create_variant("biz_2").await);
    let variants = client.variants().list().account_id("biz_1").send().await.unwrap();
    let ids: Vec<_> = variants.data.iter().map(|variant| &variant.id).collect();
    assert!(ids.contains(&&mine) && !ids.contains(&&theirs), "{ids:?}");
    for variant in &variants.data {
        assert_eq!(variant.account.as_ref().unwrap().id, "biz_1");
        let retrieved = client.variants().retrieve(&variant.id).send().await.unwrap();
        assert_eq!(
            retrieved.account.as_ref().unwrap().id,
            "biz_1",
            "an item and the object with its id are the same"
        );
    }
    server.verify().unwrap();
}

#[tokio::test]
async fn an_unknown_cursor_is_rejected() {
    let server = Server::start().await;
    let mut request = RawRequest::new("GET", "/products");
    request.query = vec![("account_id".to_owned(), "biz_1".to_owned()), ("after".to_owned(), "?".to_owned())];
    let response = request.send(&server.base_url(0)).await;
    assert_eq!(
        (response.status, response.text("/error/param").as_str()),
        (422, "after"),
        "{}",
        response.body
    );
    let error = server.verify().unwrap_err().to_string();
    assert!(error.contains("listProducts: query.after: not a cursor of this list"), "{error}");
}
