//! The same two calls with the crate `whop`.

mod measure;

use whop::Client;
use whop::models::AccountLinkUseCases;

#[derive(Clone)]
struct Ours(Client);

impl measure::Contender for Ours {
    fn build(url: &str) -> Self {
        Self(Client::builder().api_key("bench-key").base_url(url).build().expect("a client"))
    }

    async fn list(&self) -> usize {
        let page = self.0.payments().list().account_id("biz_xxxxxxxxxxxxxx").first(50).send();
        page.await.expect("a page").data.len()
    }

    async fn link(&self) -> usize {
        let link = self
            .0
            .account_links()
            .create()
            .account_id("biz_xxxxxxxxxxxxxx")
            .refresh_url("https://example.com/refresh")
            .return_url("https://example.com/return")
            .use_case(AccountLinkUseCases::PayoutsPortal)
            .send()
            .await
            .expect("a link");
        link.url.len() + usize::from(link.expires_at.timestamp() < 0)
    }

    type Page = Page;

    fn read(bytes: &[u8]) -> Option<Page> {
        whop::json::from_str(std::str::from_utf8(bytes).expect("text")).ok()
    }

    fn items(page: &Page) -> usize {
        page.data.len()
    }

    fn write(page: &Page) -> Option<Vec<u8>> {
        whop::json::to_vec(&page.data).ok()
    }

    fn write_by_serde_json(page: &Page) -> Option<Vec<u8>> {
        serde_json::to_vec(&page.data).ok()
    }
}

type Page = whop::Page<whop::models::Payment, whop::models::PageInfo>;

fn main() {
    measure::main::<Ours>();
}
