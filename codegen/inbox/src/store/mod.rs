//! The tables of the inbox in either database. Everything that the inbox stores or changes is an operation of [`Store`].

mod claim;
mod connection;
mod database;
mod migrate;
#[cfg(feature = "postgres")]
mod postgres;
mod receive;
mod review;
#[cfg(feature = "sqlite")]
mod sqlite;
mod statements;
mod values;

pub(crate) use self::{
    claim::{Claimed, Outcome},
    connection::Transaction,
    database::Store,
    migrate::CREATED_AT,
    receive::{NewEvent, Stored},
    review::{PurgeMark, StateCount, StoredRow},
};
