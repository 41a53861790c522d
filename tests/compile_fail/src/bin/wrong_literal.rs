//! The literal of `dec!` is a decimal number.

fn main() {
    let _ = whop::dec!(10.50f64);
}
