//! An enum may get values, so that a `match` needs an arm for the others.

use whop::models::AccountLinkUseCases;

fn describe(use_case: &AccountLinkUseCases) -> &str {
    match use_case {
        AccountLinkUseCases::PayoutsPortal => "payouts",
        AccountLinkUseCases::Unknown(other) => other,
    }
}

fn main() {}
