//! An optional value has to be unwrapped before it is passed on.

fn link(whop: &whop::Client, account: Option<String>) {
    let _ = whop.account_links().create().account_id(account);
}

fn main() {}
