//! Collects traces as text.

use std::{
    fmt::{self, Write as _},
    sync::{Mutex, OnceLock},
};

/// Collects all traces, of this crate and of its dependencies.
#[derive(Default)]
pub(crate) struct Collector(Mutex<String>);

/// The collector of all tests. A collector per thread would not do: whether a trace is enabled is cached for all threads.
pub(crate) fn collector() -> &'static Collector {
    static COLLECTOR: OnceLock<&Collector> = OnceLock::new();
    COLLECTOR.get_or_init(|| {
        let collector: &Collector = Box::leak(Box::default());
        tracing::subscriber::set_global_default(collector).unwrap();
        tracing::callsite::rebuild_interest_cache();
        collector
    })
}

impl Collector {
    pub(crate) fn text(&self) -> String {
        self.0.lock().unwrap().clone()
    }

    fn add(&self, record: impl FnOnce(&mut Visitor<'_>)) {
        let mut text = self.0.lock().unwrap();
        record(&mut Visitor(&mut text));
        text.push('\n');
    }
}

struct Visitor<'a>(&'a mut String);

impl tracing::field::Visit for Visitor<'_> {
    fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn fmt::Debug) {
        let _ = write!(self.0, "{}={value:?} ", field.name());
    }
}

impl tracing::Subscriber for &'static Collector {
    fn enabled(&self, _: &tracing::Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, span: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        self.add(|visitor| {
            let _ = write!(visitor.0, "span {} ", span.metadata().name());
            span.record(visitor);
        });
        tracing::span::Id::from_u64(1)
    }
    fn record(&self, _: &tracing::span::Id, values: &tracing::span::Record<'_>) {
        self.add(|visitor| values.record(visitor));
    }
    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}
    fn event(&self, event: &tracing::Event<'_>) {
        self.add(|visitor| {
            let _ = write!(visitor.0, "{} ", event.metadata().level());
            event.record(visitor);
        });
    }
    fn enter(&self, _: &tracing::span::Id) {}
    fn exit(&self, _: &tracing::span::Id) {}
}
