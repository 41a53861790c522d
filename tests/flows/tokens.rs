//! Access tokens of several accounts, each minted once and with its scopes.

use whop::ids::AccountId;
use whop::mock::{Server, access_tokens};

/// A server whose tokens contain the id of their account.
async fn token_server() -> Server {
    let server = Server::start().await;
    let example = server.example(access_tokens::create);
    server.when(access_tokens::create).then_return_with(move |call| {
        let mut minted = example.clone();
        let account = call.account_id.clone().flatten().unwrap();
        minted.token = format!("for {account}").into();
        minted.expires_at = "2126-01-01T00:00:00Z".parse().unwrap();
        minted
    });
    server
}

#[tokio::test]
async fn a_token_for_each_account() {
    let server = token_server().await;
    let tokens =
        server.client().access_tokens().sources(["payout:transfer_funds"], |request, account: &AccountId| {
            request.account_id(account.clone())
        });
    for account in ["biz_1", "biz_2", "biz_1"] {
        let current = tokens.get(account).await.unwrap();
        assert_eq!(current.token.expose(), format!("for {account}"));
        assert!(!format!("{current:?} {tokens:?}").contains("for biz"));
    }
    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    assert_eq!(requests[0].path, "/api/v1/access_tokens");
    assert_eq!(*requests[0].body, *br#"{"account_id":"biz_1","scoped_actions":["payout:transfer_funds"]}"#);
    server.verify().unwrap();
}

#[tokio::test]
async fn one_source_for_one_account() {
    let server = token_server().await;
    let client = server.client();
    let tokens =
        client.access_tokens().source(["payout:transfer_funds"], |request| request.account_id("biz_1"));
    let (one, other) = tokio::join!(tokens.get(), tokens.get());
    assert_eq!((one.unwrap().token.expose(), other.unwrap().token.expose()), ("for biz_1", "for biz_1"));
    assert_eq!(server.calls(access_tokens::create).len(), 1);

    let without_scopes =
        client.access_tokens().source([] as [&str; 0], |request| request.account_id("biz_1"));
    assert!(without_scopes.get().await.is_err());
    assert_eq!(server.requests().len(), 1);
    server.verify().unwrap();
}
