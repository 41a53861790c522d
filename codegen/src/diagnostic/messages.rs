//! The messages of a finished run.

use super::{Code, Diagnostic, Diagnostics, Locate, Place, Position, RenderStyle, render_diagnostics};
use std::fmt;

/// The messages of a run, with the sources that they are located in. [`Display`](fmt::Display) renders them as plain text.
#[derive(Debug)]
pub struct Messages {
    diagnostics: Diagnostics,
    sources: Box<dyn Locate>,
}

impl Messages {
    /// Combines messages with their sources.
    pub fn new(diagnostics: Diagnostics, sources: impl Locate + 'static) -> Self {
        Self { diagnostics, sources: Box::new(sources) }
    }

    /// Whether there are no messages.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.diagnostics.is_empty()
    }

    /// Each message with its position, in the order in which they were found.
    pub fn iter(&self) -> impl Iterator<Item = (&Diagnostic, Option<Position>)> {
        self.diagnostics.iter().map(|diagnostic| {
            let position = match &diagnostic.place {
                Place::Position(position) => Some(position.clone()),
                Place::Pointer { source, pointer } => self.sources.locate(*source, pointer),
                Place::None | Place::File { .. } => None,
            };
            (diagnostic, position)
        })
    }

    /// Whether a message has the code.
    #[must_use]
    pub fn has_code(&self, code: Code) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.code == code)
    }

    /// Renders the messages as text.
    #[must_use]
    pub fn render(&self, style: RenderStyle) -> String {
        render_diagnostics(&self.diagnostics, self.sources.as_ref(), style)
    }
}

impl fmt::Display for Messages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(RenderStyle::Plain))
    }
}
