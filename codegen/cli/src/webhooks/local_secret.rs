//! The secret that signs what is forwarded. The API's own secrets stay with the API.

use std::path::{Path, PathBuf};

use clap::{Arg, ArgMatches, value_parser};
use openapi_client_runtime::Secret;
use uuid::Uuid;

use crate::{
    error::CliError,
    io::Io,
    private_file::{read_private, write_private},
};

/// The name of the file within the folder of the configuration.
const FILE: &str = "webhook-secret";

/// The flag that names another file.
pub(super) fn secret_flag() -> Arg {
    Arg::new("secret-file")
        .long("secret-file")
        .value_name("FILE")
        .value_parser(value_parser!(PathBuf))
        .help("Sign with the secret in this file instead of the one that this program made and keeps")
}

/// The secret that signs: that of `--secret-file`, else the one of an earlier run, else a new one, which is printed once with the
/// variable in which the consumer expects it.
pub(super) fn load_secret(io: &mut Io, matches: &ArgMatches, variable: &str) -> Result<Secret, CliError> {
    if let Some(path) = matches.get_one::<PathBuf>("secret-file") {
        let missing = || CliError::usage(format!("--secret-file: there is no file `{}`", path.display()));
        return read_secret(path)?.ok_or_else(missing);
    }
    let Some(folder) = &io.config_folder else {
        return Err(CliError::usage(
            "this system has no folder for the configuration, so a secret cannot be kept",
        )
        .hint("write a secret into a file, and name it with --secret-file"));
    };
    let path = folder.join(FILE);
    if let Some(secret) = read_secret(&path)? {
        io.note_line(&format!(
            "Signing with the secret in {}; the consumer reads it from {variable}.",
            path.display()
        ));
        return Ok(secret);
    }
    // 244 random bits of the operating system.
    let secret = format!("local_{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple());
    write_private(&path, &format!("{secret}\n"))?;
    io.note_line("Signing with a new local secret, which is shown once. Set it for the consumer:");
    io.note_line(&format!("  export {variable}={secret}"));
    io.note_line(&format!("It is kept in {}, which only you can read.", path.display()));
    Ok(Secret::from(secret))
}

/// The secret in a file; `None` if there is no file.
fn read_secret(path: &Path) -> Result<Option<Secret>, CliError> {
    let Some(text) = read_private(path)? else { return Ok(None) };
    match text.trim() {
        "" => {
            Err(CliError::usage(format!("the file `{}` is empty, and should hold a secret", path.display()))
                .hint("write the secret into it, or delete it so that a new one is made"))
        }
        secret => Ok(Some(Secret::from(secret))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_io::{TestFolder, TestIo};

    fn load(folder: &TestFolder, arguments: &[&str]) -> (Result<Secret, CliError>, String) {
        let (mut io, captured) = TestIo::new().config_folder(folder.0.clone()).build();
        let command = clap::Command::new("listen").arg(secret_flag());
        let matches = command.get_matches_from(std::iter::once(&"listen").chain(arguments));
        (load_secret(&mut io, &matches, "SHOP_SECRET"), captured.stderr())
    }

    #[test]
    fn a_secret_is_made_once_and_shown_once() {
        let folder = TestFolder::new();
        let (first, shown) = load(&folder, &[]);
        let first = first.unwrap();
        assert!(shown.contains(&format!("export SHOP_SECRET={}", first.expose())), "{shown}");
        let (second, shown) = load(&folder, &[]);
        assert_eq!(second.unwrap(), first);
        assert!(!shown.contains(first.expose()) && shown.contains("SHOP_SECRET"), "{shown}");
        let (other, _) = load(&TestFolder::new(), &[]);
        assert_ne!(other.unwrap(), first);
    }

    #[test]
    fn a_file_of_the_user_is_read_and_never_made() {
        let folder = TestFolder::new();
        let path = folder.0.join("mine");
        let flag = ["--secret-file", path.to_str().unwrap()];
        assert!(load(&folder, &flag).0.unwrap_err().message.contains("there is no file"));
        for (text, expected) in [(" s3cret \n", Some("s3cret")), ("\n", None)] {
            write_private(&path, text).unwrap();
            let (secret, shown) = load(&folder, &flag);
            assert_eq!(secret.ok().as_ref().map(Secret::expose), expected);
            assert!(!shown.contains("s3cret"));
        }
    }
}
