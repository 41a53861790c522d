//! Credentials: where they are found, and the commands `login`, `logout` and `whoami`.
//!
//! A credential is that of its environment variable, else that in the keyring of the operating system, else that in a file which
//! only its owner can read. It is never an argument of a command: those are in the history of the shell and visible to others.

mod credential_file;
pub(crate) mod keyring;
#[cfg(all(test, target_os = "linux"))]
mod keyring_tests;
mod login;
#[cfg(test)]
mod login_tests;
pub(crate) mod lookup;
mod whoami;

pub(crate) use self::{
    login::{build_login, run_login},
    whoami::{build_logout, build_whoami, run_logout, run_whoami},
};
