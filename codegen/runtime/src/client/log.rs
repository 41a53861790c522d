//! What a client prints about its calls: the level, and where the lines go.

use std::{env, fmt, io::Write as _, str::FromStr, sync::Arc};

/// How much a client prints about its calls, on standard error unless [`log_to`](crate::ClientBuilder::log_to) says otherwise.
///
/// No level prints credentials. The environment variable of the API, such as `SHOP_LOG=debug`, sets it for programs that do not
/// call [`log`](crate::ClientBuilder::log).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum LogLevel {
    /// Nothing; the default.
    #[default]
    Off,
    /// A line for each attempt: method, path, status or error, duration, request id, and the delay before the next attempt.
    Debug,
    /// The query and the bodies too, up to 16 KiB of each. Values of properties that are secret or named like a secret are left
    /// out; everything else is printed, such as names and addresses of customers.
    Trace,
}

/// A text that names no level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownLogLevel(String);

impl fmt::Display for UnknownLogLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown log level {:?}: expected off, debug or trace", self.0)
    }
}

impl std::error::Error for UnknownLogLevel {}

impl FromStr for LogLevel {
    type Err = UnknownLogLevel;

    /// Parses the name of a level, without regard to case. Levels above `debug`, such as `info`, print nothing.
    fn from_str(text: &str) -> Result<Self, UnknownLogLevel> {
        match text.trim().to_ascii_lowercase().as_str() {
            "" | "off" | "none" | "error" | "warn" | "warning" | "info" => Ok(Self::Off),
            "debug" => Ok(Self::Debug),
            "trace" => Ok(Self::Trace),
            _ => Err(UnknownLogLevel(text.to_owned())),
        }
    }
}

/// What an API needs to log: a constant of the generated crate.
#[derive(Clone, Copy, Debug)]
pub struct LogDefaults {
    /// The environment variable that holds the level.
    pub variable: Option<&'static str>,
    /// The names of properties and parameters with secret values.
    pub secrets: &'static [&'static str],
}

/// Receives the lines.
pub(crate) type LogSink = Arc<dyn Fn(&str) + Send + Sync>;

/// The level and the sink of a client.
#[derive(Clone)]
pub(crate) struct Log {
    pub(crate) level: LogLevel,
    pub(crate) sink: LogSink,
}

impl Log {
    pub(crate) fn new(level: LogLevel) -> Self {
        Self { level, sink: Arc::new(print_line) }
    }

    /// The level that the environment variable sets. A level that is unknown is reported, and nothing else is printed.
    pub(crate) fn from_env(defaults: &LogDefaults) -> Self {
        let Some(variable) = defaults.variable else { return Self::new(LogLevel::Off) };
        let Ok(value) = env::var(variable) else { return Self::new(LogLevel::Off) };
        value.parse().map(Self::new).unwrap_or_else(|error: UnknownLogLevel| {
            print_line(&format!("{variable}: {error}"));
            Self::new(LogLevel::Off)
        })
    }
}

fn print_line(line: &str) {
    // A program goes on if its standard error is closed.
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_read_without_regard_to_case() {
        let level = |text: &str| text.parse::<LogLevel>();
        assert_eq!(level(" Debug\n"), Ok(LogLevel::Debug));
        assert_eq!(level("TRACE"), Ok(LogLevel::Trace));
        assert_eq!(["", "off", "info"].map(level), [Ok(LogLevel::Off), Ok(LogLevel::Off), Ok(LogLevel::Off)]);
        assert_eq!(
            level("verbose").unwrap_err().to_string(),
            "unknown log level \"verbose\": expected off, debug or trace"
        );
    }
}
