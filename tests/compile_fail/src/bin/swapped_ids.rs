//! A user id is not accepted where an account id is expected.

use whop::models::{AccountLinkUseCases, User};

fn link(whop: &whop::Client, user: User) {
    let _ = whop
        .account_links()
        .create()
        .account_id(user.id)
        .refresh_url("https://example.com/refresh")
        .return_url("https://example.com/return")
        .use_case(AccountLinkUseCases::PayoutsPortal)
        .send();
}

fn main() {}
