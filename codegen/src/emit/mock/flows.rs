//! The flows of several calls as the table has them: where the mock plays a storage, and which calls mint tokens.

use super::super::Context;
use super::line::Line;

/// A line for each upload whose storage can be played.
pub(super) fn uploads(cx: &Context<'_>) -> Vec<String> {
    let uploads = cx.flows.uploads.iter().filter_map(|upload| cx.config.uploads.get(upload.config));
    let lines = uploads.filter_map(|upload| {
        let mut line = Line::default();
        line.text("create", &upload.create).text("retrieve", &upload.retrieve);
        line.text("id", &upload.id).text("status", &upload.status).text("pending", upload.pending.as_ref()?);
        line.text("ready", &upload.ready).text("url", &upload.url);
        let others = [("headers", &upload.headers), ("size", &upload.size), ("location", &upload.location)];
        for (name, member) in others {
            if let Some(member) = member {
                line.text(name, member);
            }
        }
        Some(line.json())
    });
    lines.collect()
}

/// A line for each call that mints tokens.
pub(super) fn tokens(cx: &Context<'_>) -> Vec<String> {
    let sources = cx.flows.sources.iter().filter_map(|source| cx.config.token_sources.get(source.config));
    let lines = sources.map(|source| {
        let mut line = Line::default();
        line.text("create", &source.create).text("token", &source.token).text("expires", &source.expires);
        line.raw("life_ms", &source.life_ms.to_string());
        if let Some(asked) = &source.asked {
            line.text("asked", asked);
        }
        line.json()
    });
    lines.collect()
}
