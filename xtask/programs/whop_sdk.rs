//! The same two calls with the official crate `whop_sdk`.

mod measure;

use std::sync::Arc;

use whop_sdk::prelude::*;

/// The crate's client cannot be cloned, so one that is shared stands in an `Arc`.
#[derive(Clone)]
struct Peer(Arc<Whop>);

impl measure::Contender for Peer {
    fn build(url: &str) -> Self {
        let config = ClientConfig {
            base_url: url.to_owned(),
            token: Some("bench-key".to_owned()),
            ..ClientConfig::default()
        };
        Self(Arc::new(Whop::new(config).expect("a client")))
    }

    async fn list(&self) -> usize {
        let request = PaymentsListQueryRequest {
            account_id: Some("biz_xxxxxxxxxxxxxx".to_owned()),
            first: Some(50),
            ..PaymentsListQueryRequest::default()
        };
        self.0.payments.list(&request, None).await.expect("a page").data.len()
    }

    async fn link(&self) -> usize {
        let request = CreateAccountLinksRequest {
            account_id: "biz_xxxxxxxxxxxxxx".to_owned(),
            refresh_url: "https://example.com/refresh".to_owned(),
            return_url: "https://example.com/return".to_owned(),
            use_case: AccountLinkUseCases::PayoutsPortal,
        };
        let link = self.0.account_links.create(&request, None).await.expect("a link");
        link.url.len() + usize::from(link.expires_at.timestamp() < 0)
    }

    type Page = ListPaymentsResponse;

    fn read(bytes: &[u8]) -> Option<ListPaymentsResponse> {
        serde_json::from_str(std::str::from_utf8(bytes).expect("text")).ok()
    }

    fn read_slice(bytes: &[u8]) -> Option<ListPaymentsResponse> {
        serde_json::from_slice(bytes).ok()
    }

    fn items(page: &ListPaymentsResponse) -> usize {
        page.data.len()
    }

    fn write(page: &ListPaymentsResponse) -> Option<Vec<u8>> {
        serde_json::to_vec(&page.data).ok()
    }
}

fn main() {
    measure::main::<Peer>();
}
