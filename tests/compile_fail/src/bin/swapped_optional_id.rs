//! An id of another kind is not accepted where `null` is.

use whop::ids::UserId;

fn charge(whop: &whop::Client, user: UserId) {
    let _ = whop.payments().create().member_id(user);
}

fn main() {}
