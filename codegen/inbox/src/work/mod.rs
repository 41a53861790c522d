//! Works on what is stored: claims, leases, transactions, failures.

mod active;
mod call;
mod run;
mod unit;
mod upkeep;
mod worker;

pub(crate) use self::run::run_worker;
