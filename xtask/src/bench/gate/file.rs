//! `xtask/instructions.toml`: the counts that were accepted, and what they were taken with.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::bench::table::group_digits;

/// The accepted counts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Accepted {
    pub(super) taken_with: Tools,
    /// By row.
    pub(super) instructions: BTreeMap<String, u64>,
}

/// What decides how many instructions a source becomes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Tools {
    /// The release of the compiler.
    pub(super) rustc: String,
    /// The system that it compiles for.
    pub(super) host: String,
    /// The C library: memory is allocated and copied by it.
    pub(super) libc: String,
    /// It decides which instructions of the processor are used.
    pub(super) valgrind: String,
    /// The extensions of the processor by which the C library and other libraries choose their functions.
    pub(super) processor: String,
}

impl Accepted {
    pub(super) fn read(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|error| error.to_string())
    }

    /// The text of the file. `describe` says what a row is.
    pub(super) fn render(&self, describe: impl Fn(&str) -> &'static str) -> String {
        let Tools { rustc, host, libc, valgrind, processor } = &self.taken_with;
        let mut text = "# Instructions by callgrind that `cargo xtask gate` compares with. Written by `cargo xtask gate --accept`.\n\n\
            [taken-with]\n"
            .to_owned();
        for (name, value) in [
            ("rustc", rustc),
            ("host", host),
            ("libc", libc),
            ("valgrind", valgrind),
            ("processor", processor),
        ] {
            text.push_str(&format!("{name} = {}\n", toml::Value::from(value.as_str())));
        }
        text.push_str("\n[instructions]\n");
        for (row, count) in &self.instructions {
            text.push_str(&format!("# {}\n{row} = {}\n", describe(row), group_digits(*count, '_')));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepted() -> Accepted {
        let word = str::to_owned;
        Accepted {
            taken_with: Tools {
                rustc: word("1.95.0"),
                host: word("x86_64-unknown-linux-gnu"),
                libc: word("glibc 2.36"),
                valgrind: word("3.19.0"),
                processor: word("avx2 sha_ni"),
            },
            instructions: BTreeMap::from([
                ("call".to_owned(), 86_012),
                ("generate".to_owned(), 1_700_000_000),
            ]),
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let text = accepted().render(|row| if row == "call" { "An account link." } else { "A document." });
        assert_eq!(Accepted::read(&text), Ok(accepted()));
        assert!(text.contains("\n# An account link.\ncall = 86_012\n"), "{text}");
        assert!(text.contains("\ngenerate = 1_700_000_000\n"), "{text}");
    }

    #[test]
    fn a_mistake_in_the_file_is_named() {
        assert!(
            Accepted::read("[instructions]\ncall = 1\n").is_err_and(|error| error.contains("taken-with"))
        );
        let wrong = accepted().render(|_| "").replace("86_012", "\"many\"");
        assert!(Accepted::read(&wrong).is_err_and(|error| error.contains("call")));
        let unknown = accepted().render(|_| "").replace("libc", "musl");
        assert!(Accepted::read(&unknown).is_err_and(|error| error.contains("musl")));
    }
}
