//! Responses that are streams of values: server-sent events (`text/event-stream`, WHATWG HTML, section 9.2) and JSON lines
//! (`application/x-ndjson`, `application/jsonl`, and `application/json-seq` of RFC 7464).

mod buffer;
mod event_parser;
mod event_stream;
mod frame_reader;
mod json_lines;
mod line_parser;

#[cfg(all(feature = "blocking", not(target_arch = "wasm32")))]
pub use self::{event_stream::BlockingEvents, json_lines::BlockingLines};
pub use self::{
    event_stream::{Event, EventData, EventStream, WholeEvent},
    json_lines::JsonLines,
};
