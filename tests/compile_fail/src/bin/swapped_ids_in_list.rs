//! An id of another kind is not accepted in a list.

use whop::ids::ProductId;

fn limit(whop: &whop::Client, products: &[ProductId]) {
    let _ = whop.promo_codes().create().plan_ids(products);
}

fn main() {}
