//! `cargo xtask doctor`: says which tools of this machine the commands and tests can use, and what the others are for.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use clap::Args;
use openapi_client_generator::failure::Failure;
use openapi_client_generator::terminal::{count_noun, print_line};

use crate::workspace::Workspace;

/// Say which tools are missing, and what that means.
#[derive(Debug, Args)]
pub(crate) struct Doctor {}

/// A tool that a command or a test uses.
struct Tool {
    name: &'static str,
    /// How it is found.
    found: Found,
    /// What does not work without it.
    meaning: &'static str,
    /// How to get it.
    remedy: &'static str,
    /// Whether the two commands of the README need it.
    required: bool,
}

enum Found {
    /// A command that prints its version.
    Version(&'static [&'static str]),
    /// A target of the compiler, by the folder of its library.
    Target(&'static str),
    /// A program, by the variable with its path and the usual paths.
    Program(&'static str, &'static [&'static str]),
    /// A program in a folder that a variable names, that is in `PATH`, or whose name ends with a version.
    Folder { variable: &'static str, program: &'static str, usual: &'static [Versions] },
}

/// Folders of the versions of a program: the parent, the start of the name, and the path below.
type Versions = (&'static str, &'static str, &'static str);

const TOOLS: [Tool; 10] = [
    Tool {
        name: "rustfmt",
        found: Found::Version(&["cargo", "fmt", "--version"]),
        meaning: "the check of the formatting fails",
        remedy: "rustup component add rustfmt",
        required: true,
    },
    Tool {
        name: "clippy",
        found: Found::Version(&["cargo", "clippy", "--version"]),
        meaning: "the tests that compile generated crates fail",
        remedy: "rustup component add clippy",
        required: true,
    },
    Tool {
        name: "git",
        found: Found::Version(&["git", "--version"]),
        meaning: "`cargo xtask review` cannot read the document of an older commit",
        remedy: "install git",
        required: true,
    },
    Tool {
        name: "wasm32-unknown-unknown",
        found: Found::Target("wasm32-unknown-unknown"),
        meaning: "the check that the client builds for the browser is skipped",
        remedy: "rustup target add wasm32-unknown-unknown",
        required: false,
    },
    Tool {
        name: "Chromium",
        found: Found::Program(
            "CHROMIUM",
            &[
                "/usr/bin/chromium",
                "/usr/bin/chromium-browser",
                "/usr/bin/google-chrome",
                "/usr/bin/google-chrome-stable",
                "/snap/bin/chromium",
                "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
            ],
        ),
        meaning: "the test of the page with embedded components is skipped",
        remedy: "install Chromium, or set CHROMIUM to its path",
        required: false,
    },
    Tool {
        name: "PostgreSQL",
        found: Found::Folder {
            variable: "POSTGRES_BIN",
            program: "initdb",
            usual: &[
                ("/usr/lib/postgresql", "", "bin"),
                ("/opt/homebrew/opt", "postgresql", "bin"),
                ("/usr/local/opt", "postgresql", "bin"),
                ("/usr", "pgsql-", "bin"),
                ("/usr/local", "pgsql", "bin"),
                ("/Applications/Postgres.app/Contents/Versions", "latest", "bin"),
            ],
        },
        meaning: "the tests of the inbox with PostgreSQL are skipped",
        remedy: "install the server of PostgreSQL, or set POSTGRES_BIN to the folder of initdb",
        required: false,
    },
    Tool {
        name: "cargo-semver-checks",
        found: Found::Version(&["cargo", "semver-checks", "--version"]),
        meaning: "the test that compares the verdicts of `cargo xtask spec diff` with its own is skipped",
        remedy: "cargo install --locked cargo-semver-checks",
        required: false,
    },
    Tool {
        name: "valgrind",
        found: Found::Version(&["valgrind", "--version"]),
        meaning: "`cargo xtask bench` measures no instructions, and `cargo xtask gate` compares none",
        remedy: "install valgrind",
        required: false,
    },
    Tool {
        name: "python3",
        found: Found::Version(&[
            "python3",
            "-c",
            "import sys, tomllib; print('Python', sys.version.split()[0])",
        ]),
        meaning: "the scripts under tests/ that try real documents and official clients do not run",
        remedy: "install Python 3.11 or newer",
        required: false,
    },
    Tool {
        name: "npm",
        found: Found::Version(&["npm", "--version"]),
        meaning: "the scripts under tests/ cannot download real documents and the official TypeScript client",
        remedy: "install Node.js",
        required: false,
    },
];

pub(crate) fn run(_: &Doctor, workspace: &Workspace) -> Result<(), Failure> {
    let mut missing = usize::from(!report_compiler(workspace)?);
    for tool in &TOOLS {
        match find_tool(&tool.found) {
            Some(version) => print_line(&format!("found    {}: {version}", tool.name)),
            None => {
                let word = if tool.required { "MISSING " } else { "missing " };
                print_line(&format!("{word} {}: {}; {}", tool.name, tool.meaning, tool.remedy));
                missing += usize::from(tool.required);
            }
        }
    }
    if missing > 0 {
        let message =
            format!("error: {} that every contributor needs is missing", count_noun(missing, "tool"));
        return Err(Failure::new(message));
    }
    Ok(())
}

/// Prints the version of the compiler. Returns whether it is new enough.
fn report_compiler(workspace: &Workspace) -> Result<bool, Failure> {
    let path = workspace.path("Cargo.toml");
    let text =
        std::fs::read_to_string(&path).map_err(|error| Failure::io("read the manifest", &path, &error))?;
    let oldest = text.lines().find_map(|line| line.strip_prefix("rust-version = \"")?.strip_suffix('"'));
    let version = print_version(&["rustc", "--version"]).unwrap_or_default();
    let number = version.split(' ').nth(1).unwrap_or_default();
    let is_enough = oldest.is_none_or(|oldest| parse_version(number) >= parse_version(oldest));
    if is_enough {
        print_line(&format!("found    {version}"));
    } else {
        let oldest = oldest.unwrap_or_default();
        print_line(&format!(
            "MISSING  Rust {oldest}: this is `{version}`, too old for every crate; rustup update"
        ));
    }
    Ok(is_enough)
}

fn find_tool(found: &Found) -> Option<String> {
    match found {
        Found::Version(command) => print_version(command),
        Found::Target(target) => {
            let library = print_version(&["rustc", "--print", "target-libdir", "--target", target])?;
            Path::new(&library).is_dir().then(|| "installed".to_owned())
        }
        Found::Program(variable, usual) => {
            let named = std::env::var_os(variable).map(PathBuf::from);
            let path = named.or_else(|| usual.iter().map(PathBuf::from).find(|path| path.exists()))?;
            path.exists().then(|| path.display().to_string())
        }
        Found::Folder { variable, program, usual } => {
            let folders = match std::env::var_os(variable) {
                Some(named) => vec![PathBuf::from(named)],
                None => {
                    let path = std::env::var_os("PATH").unwrap_or_default();
                    let usual = usual.iter().flat_map(|folders| list_versions(*folders));
                    std::env::split_paths(&path).chain(usual).collect()
                }
            };
            let found = folders.iter().find(|folder| folder.join(program).is_file())?;
            Some(found.display().to_string())
        }
    }
}

/// The folders of the installed versions of a program, the highest version first.
fn list_versions((parent, start, below): Versions) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(parent).into_iter().flatten();
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut names: Vec<String> = names.filter(|name| name.starts_with(start)).collect();
    let version = |name: &str| name.trim_start_matches(|c: char| !c.is_ascii_digit()).parse::<u32>().ok();
    names.sort_by_key(|name| std::cmp::Reverse(version(name)));
    names.iter().map(|name| Path::new(parent).join(name).join(below)).collect()
}

/// The first line that a command prints, if it succeeds.
fn print_version(command: &[&str]) -> Option<String> {
    let (program, arguments) = command.split_first()?;
    let output = Command::new(program).args(arguments).stdin(Stdio::null()).output().ok()?;
    let text = String::from_utf8(output.stdout).ok().filter(|_| output.status.success())?;
    text.lines().next().map(|line| line.trim().to_owned())
}

/// The major and minor number of a version.
fn parse_version(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.split('.').map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_their_numbers() {
        assert!(parse_version("1.100.0") > parse_version("1.90"));
        assert!(parse_version("1.90.0-nightly") == parse_version("1.90"));
        assert!(parse_version("nothing") < parse_version("1.0"));
    }

    #[test]
    fn tools_are_found_or_missing() {
        assert!(
            find_tool(&Found::Version(&["rustc", "--version"]))
                .is_some_and(|text| text.starts_with("rustc 1."))
        );
        assert_eq!(find_tool(&Found::Version(&["no-such-program", "--version"])), None);
        assert_eq!(find_tool(&Found::Target("no-such-target")), None);
        const HERE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
        let found = find_tool(&Found::Program("NO_SUCH_VARIABLE", &["/no/such/path", HERE]));
        assert_eq!(found.as_deref(), Some(HERE));
        assert_eq!(find_tool(&Found::Program("NO_SUCH_VARIABLE", &["/no/such/path"])), None);
        const CRATE: &str = env!("CARGO_MANIFEST_DIR");
        let folder = |program, usual| Found::Folder { variable: "NO_SUCH_VARIABLE", program, usual };
        let found = find_tool(&folder("doctor.rs", &[(CRATE, "sr", "")]));
        assert_eq!(found.map(PathBuf::from), Some(Path::new(CRATE).join("src")));
        assert_eq!(find_tool(&folder("no-such-program", &[(CRATE, "src", "")])), None);
        assert_eq!(find_tool(&folder("no-such-program", &[("/no/such/path", "", "bin")])), None);
    }
}
