//! The API's words for the faults of a request, and its examples of errors.

use super::super::Context;
use super::line::Line;
use crate::config::Words;

/// What each kind of fault is answered with, for those that the configuration words.
pub(super) fn faults(cx: &Context<'_>) -> Line {
    let mut line = Line::default();
    for (name, words) in cx.config.mock.faults() {
        if let Some(words) = words {
            line.object(name, &worded(words));
        }
    }
    line
}

fn worded(words: &Words) -> Line {
    let mut line = Line::default();
    line.raw("status", &words.status.to_string());
    for (name, text) in [("type", &words.kind), ("code", &words.code), ("message", &words.message)] {
        if let Some(text) = text {
            line.text(name, text);
        }
    }
    line
}

/// What the document shows as the error of each status: its type, code and message.
pub(super) fn examples(cx: &Context<'_>) -> Line {
    let mut line = Line::default();
    let Some(envelope) = &cx.api.error else { return line };
    for (status, example) in &envelope.examples {
        let inner = envelope.root.iter().try_fold(example, |value, name| value.get(name));
        let mut own = Line::default();
        for name in ["type", "code", "message"] {
            if let Some(text) = inner.and_then(|inner| inner.get(name)?.as_str()) {
                own.text(name, text);
            }
        }
        line.object(&status.to_string(), &own);
    }
    line
}
