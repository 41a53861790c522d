//! What `listen` shows: a line for each try, and a summary at the end.

use openapi_client_description::JsonValue;

use super::{
    dispatch::{RETRY_DELAYS, Report},
    pace::{Pace, format_time_of_day},
    position::Position,
};
use crate::{
    error::CliError,
    io::Io,
    output::{Format, escape_json},
    session::Session,
    text::clean_line,
};

/// What the person sees.
pub(super) struct View {
    is_json: bool,
    pace: Pace,
    /// The deliveries that are done since the position was saved, with their times.
    done: Vec<(String, i64)>,
    accepted: u64,
    failed: u64,
    cannot_save: bool,
}

impl View {
    pub(super) fn new(session: &Session<'_>, pace: &Pace) -> Self {
        let is_json = matches!(session.globals.output.format, Some(Format::Json | Format::Jsonl));
        Self { is_json, pace: pace.clone(), done: Vec::new(), accepted: 0, failed: 0, cannot_save: false }
    }

    /// Shows a try.
    pub(super) fn show(&mut self, io: &mut Io, report: &Report) -> Result<(), CliError> {
        if report.again.is_none() {
            self.done.push((report.delivery.key.clone(), report.delivery.sent_at));
            *(if report.outcome.is_accepted() { &mut self.accepted } else { &mut self.failed }) += 1;
        }
        let now = self.pace.now_millis();
        let line = match (self.is_json, io.stdout_is_terminal) {
            (true, true) => escape_json(encode_report(report, now)),
            (true, false) => encode_report(report, now),
            (false, _) => describe_report(report, now),
        };
        io.print_line(&line)
    }

    /// Remembers the deliveries that are done.
    pub(super) fn remember(&mut self, io: &mut Io, position: &mut Position) {
        if self.done.is_empty() {
            return;
        }
        let now = self.pace.now_millis();
        self.done.drain(..).for_each(|(key, time)| position.mark_done(&key, time, now));
        if let Err(error) = position.save()
            && !std::mem::replace(&mut self.cannot_save, true)
        {
            io.note_line(&format!("{}: a restart may repeat deliveries.", error.message));
        }
    }

    pub(super) fn show_summary(&self, io: &mut Io, open: usize) {
        let open = if open > 0 { format!(", {open} left for the next start") } else { String::new() };
        io.note_line(&format!("Forwarded: {} accepted, {} given up{open}.", self.accepted, self.failed));
    }
}

fn describe_report(report: &Report, now: i64) -> String {
    let Report { delivery, outcome, attempt, again } = report;
    let tries = RETRY_DELAYS.len() + 1;
    let fate = match again {
        Some(wait) => format!("  (try {attempt} of {tries}, again in {} s)", wait.as_secs()),
        None if outcome.is_accepted() => String::new(),
        None => format!("  (try {attempt} of {tries}, given up: `deliveries replay` sends it again)"),
    };
    format!(
        "{}  {}  {}  {}{fate}",
        format_time_of_day(now),
        clean_line(delivery.event.as_deref().unwrap_or("an event without a name"), 60),
        clean_line(&delivery.message_id, 60),
        outcome.describe(),
    )
}

fn encode_report(report: &Report, now: i64) -> String {
    let Report { delivery, outcome, attempt, again } = report;
    let text = |text: Option<&String>| text.map_or(JsonValue::Null, JsonValue::string);
    let properties = [
        ("time", JsonValue::number(now / 1000)),
        ("event", text(delivery.event.as_ref())),
        ("id", JsonValue::string(&delivery.message_id)),
        ("endpoint", text(delivery.endpoint.as_ref())),
        ("delivery", text(delivery.id.as_ref())),
        ("status", outcome.status.as_ref().map_or(JsonValue::Null, JsonValue::number)),
        ("error", text(outcome.status.as_ref().err())),
        ("duration_ms", JsonValue::number(outcome.duration.as_millis())),
        ("attempt", JsonValue::number(attempt)),
        ("again_in_s", again.map_or(JsonValue::Null, |wait| JsonValue::number(wait.as_secs()))),
    ];
    JsonValue::Object(properties.map(|(name, value)| (name.to_owned(), value)).to_vec()).to_string()
}

#[cfg(test)]
mod tests {
    use std::{sync::Arc, time::Duration};

    use super::*;
    use crate::{
        test_io::TestIo,
        test_shop::session,
        webhooks::{forwarder::Outcome, history::Delivery},
    };

    #[test]
    fn json_controls_no_terminal_and_keeps_its_texts() {
        let event = "order\u{9b}2J\u{202e}paid";
        for is_terminal in [true, false] {
            let (mut io, captured) = TestIo::new().build();
            io.stdout_is_terminal = is_terminal;
            let mut session = session(&mut io);
            session.globals.output.format = Some(Format::Json);
            let mut view = View::new(&session, &Pace::real());
            let delivery = Delivery {
                key: "key".to_owned(),
                endpoint: None,
                id: None,
                message_id: "msg_1".to_owned(),
                has_message_id: true,
                event: Some(event.to_owned()),
                sent_at: 0,
                sent_at_text: String::new(),
                body: String::new(),
                accepted: None,
                status: None,
            };
            let outcome = Outcome { status: Ok(204), refusal: None, duration: Duration::ZERO };
            let report = Report { delivery: Arc::new(delivery), outcome, attempt: 1, again: None };
            view.show(session.io, &report).unwrap();
            let printed = captured.stdout();
            assert_eq!(printed.contains(['\u{9b}', '\u{202e}']), !is_terminal, "{printed:?}");
            let read = JsonValue::parse(printed.trim_end()).unwrap();
            assert_eq!(read.get("event").unwrap().to_text(), event);
        }
    }
}
