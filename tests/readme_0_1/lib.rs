//! The README of 0.1 as documentation tests, and its examples: the old names compile, with a warning that says the new ones.
//!
//! The files are as they were published. Every block of the README compiles. These examples do not, and are left out:
//!
//! | example | what an alias cannot bring back |
//! |---|---|
//! | `connected_accounts` | the operations `/companies` and `/withdrawals` are gone; a transfer has two bodies to choose from; verifications have no filter by payout account |
//! | `payments` | the filter `statuses` takes one status; the currency of a plan is another enum; a payment's status is optional |
//! | `checkout` | the purchase URL is optional; retrieving returns another type than the list |
//! | `gated_route` | an access check returns another enum than before; a member's field is optional |
//! | `upload_file` | a file's size is a number; its status is another enum |
#![doc(test(attr(allow(deprecated))))]
#![doc = include_str!("README.md")]

#[cfg(test)]
mod tests {
    /// An operation that is left out as gone must be gone.
    #[test]
    fn operations_that_are_left_out_are_gone() {
        let names = include_str!("../../generated/names.txt");
        for method in ["client.companies().create()", "client.withdrawals().create()"] {
            assert!(!names.contains(&format!("method {method} ")), "{method} exists: bring the example back");
        }
    }
}
