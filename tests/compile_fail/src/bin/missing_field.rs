//! The error names a missing field of a request.

use whop::models::AccountLinkUseCases;

fn main() {
    let whop = whop::Client::new("key").unwrap();
    let _ = whop
        .account_links()
        .create()
        .refresh_url("https://example.com/refresh")
        .return_url("https://example.com/return")
        .use_case(AccountLinkUseCases::PayoutsPortal)
        .send();
}
