//! Access tokens for many companies, minted once each and with what they are for.

use whop::ids::CompanyId;
use whop_tests::wire::Request;

use crate::{Bench, reply};

#[tokio::test]
async fn a_token_for_each_company() {
    let bench = Bench::new(|_, request: &Request| {
        let body: serde_json::Value = serde_json::from_slice(&request.body).unwrap();
        let company = body["company_id"].as_str().unwrap();
        reply(200, format!(r#"{{"token":"for {company}","expires_at":"2126-01-01T00:00:00.000Z"}}"#))
    })
    .await;
    let tokens =
        bench.client.access_tokens().sources(["payout:transfer_funds"], |request, company: &CompanyId| {
            request.company_id(company.clone())
        });
    for company in ["biz_1", "biz_2", "biz_1"] {
        let current = tokens.get(company).await.unwrap();
        assert_eq!(current.token.expose(), format!("for {company}"));
        assert!(!format!("{current:?} {tokens:?}").contains("for biz"));
    }
    let requests = bench.requests();
    assert_eq!(requests.len(), 2);
    assert_eq!(requests[0].path, "/api/v1/access_tokens");
    assert_eq!(requests[0].body, br#"{"company_id":"biz_1","scoped_actions":["payout:transfer_funds"]}"#);
}

#[tokio::test]
async fn one_source_for_one_company() {
    let bench =
        Bench::new(|_, _: &Request| reply(200, r#"{"token":"t","expires_at":"2126-01-01T00:00:00Z"}"#)).await;
    let tokens =
        bench.client.access_tokens().source(["payout:transfer_funds"], |request| request.company_id("biz_1"));
    let (one, other) = tokio::join!(tokens.get(), tokens.get());
    assert_eq!((one.unwrap().token.expose(), other.unwrap().token.expose()), ("t", "t"));
    assert_eq!(bench.requests().len(), 1);

    let everything =
        bench.client.access_tokens().source([] as [&str; 0], |request| request.company_id("biz_1"));
    assert!(everything.get().await.is_err());
    assert_eq!(bench.requests().len(), 1);
}
