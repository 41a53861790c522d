//! A client of a library that lends books.

include!(concat!(env!("OUT_DIR"), "/client/src/lib.rs"));
