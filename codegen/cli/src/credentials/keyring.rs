//! The keyring of the operating system, which may be missing, locked, or slow.

use std::{
    path::PathBuf,
    sync::mpsc::{RecvTimeoutError, channel},
    thread,
    time::Duration,
};

use openapi_client_runtime::Secret;

/// How long a command waits for the keyring, which may ask the person to unlock it.
const TIME_LIMIT: Duration = Duration::from_secs(20);

/// Stores secrets by the names of a program and an entry.
pub(crate) trait Keyring: Send + Sync {
    /// The secret of an entry, if there is one.
    fn read(&self, program: &str, entry: &str) -> Result<Option<Secret>, KeyringError>;

    /// Sets the secret of an entry.
    fn write(&self, program: &str, entry: &str, secret: &Secret) -> Result<(), KeyringError>;

    /// Deletes an entry, and says whether it existed.
    fn delete(&self, program: &str, entry: &str) -> Result<bool, KeyringError>;
}

/// Why the keyring cannot be used, in words for the person. They contain no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum KeyringError {
    /// There is none, and thus nothing in it.
    Missing(String),
    /// It may have the entry.
    Failed(String),
}

impl KeyringError {
    pub(crate) fn reason(&self) -> &str {
        match self {
            Self::Missing(reason) | Self::Failed(reason) => reason,
        }
    }
}

/// The keyring of this machine: Keychain, Credential Manager, or Secret Service.
pub(crate) struct OsKeyring {
    /// Why there is none.
    missing: Option<String>,
    time_limit: Duration,
}

impl OsKeyring {
    /// Finds out without connecting whether there can be a keyring.
    pub(crate) fn of_process() -> Self {
        // Other systems have their keyring always. Here it is a service on the session bus.
        let has_bus = !cfg!(target_os = "linux")
            || std::env::var_os("DBUS_SESSION_BUS_ADDRESS").is_some_and(|address| !address.is_empty())
            || std::env::var_os("XDG_RUNTIME_DIR")
                .is_some_and(|folder| PathBuf::from(folder).join("bus").exists());
        let missing = (!has_bus).then(|| "there is no session bus (D-Bus) and thus no keyring".to_owned());
        Self { missing, time_limit: TIME_LIMIT }
    }

    /// Runs a request on a thread of its own, which is left behind if it takes too long.
    fn request<T: Send + 'static>(
        &self,
        program: &str,
        entry: &str,
        request: impl FnOnce(keyring::Entry) -> keyring::Result<T> + Send + 'static,
    ) -> Result<Option<T>, KeyringError> {
        if let Some(reason) = &self.missing {
            return Err(KeyringError::Missing(reason.clone()));
        }
        let (program, entry) = (program.to_owned(), entry.to_owned());
        run_with_limit(self.time_limit, move || keyring::Entry::new(&program, &entry).and_then(request))
    }
}

impl Keyring for OsKeyring {
    fn read(&self, program: &str, entry: &str) -> Result<Option<Secret>, KeyringError> {
        self.request(program, entry, |entry| entry.get_password().map(Secret::from))
    }

    fn write(&self, program: &str, entry: &str, secret: &Secret) -> Result<(), KeyringError> {
        let secret = secret.clone();
        let written = self.request(program, entry, move |entry| entry.set_password(secret.expose()))?;
        written.ok_or_else(|| KeyringError::Failed("the keyring did not keep the entry".to_owned()))
    }

    fn delete(&self, program: &str, entry: &str) -> Result<bool, KeyringError> {
        Ok(self.request(program, entry, |entry| entry.delete_credential())?.is_some())
    }
}

fn run_with_limit<T: Send + 'static>(
    limit: Duration,
    request: impl FnOnce() -> keyring::Result<T> + Send + 'static,
) -> Result<Option<T>, KeyringError> {
    let (sender, receiver) = channel();
    let thread = thread::Builder::new().name("keyring".to_owned()).spawn(move || {
        // Nobody receives it after the time limit.
        let _ = sender.send(request());
    });
    thread.map_err(|error| KeyringError::Failed(format!("cannot start a thread: {error}")))?;
    match receiver.recv_timeout(limit) {
        Ok(Ok(value)) => Ok(Some(value)),
        Ok(Err(keyring::Error::NoEntry)) => Ok(None),
        Ok(Err(keyring::Error::NoDefaultStore)) => {
            Err(KeyringError::Missing("there is no keyring".to_owned()))
        }
        Ok(Err(error)) => Err(KeyringError::Failed(describe_error(&error).to_owned())),
        Err(RecvTimeoutError::Timeout) => Err(KeyringError::Failed(format!(
            "the keyring did not respond within {} seconds",
            limit.as_secs()
        ))),
        Err(RecvTimeoutError::Disconnected) => Err(KeyringError::Failed("the keyring failed".to_owned())),
    }
}

/// A fixed text: those of the libraries can contain what an entry holds.
fn describe_error(error: &keyring::Error) -> &'static str {
    match error {
        keyring::Error::NoStorageAccess(_) => "the keyring is locked or does not grant access",
        keyring::Error::PlatformFailure(_) => "the keyring is not available",
        keyring::Error::BadEncoding(_) => "the entry in the keyring is not text",
        keyring::Error::Ambiguous(_) => "the keyring has several entries of this name",
        _ => "the keyring failed",
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    #[test]
    fn a_keyring_that_hangs_or_fails_is_an_error_in_time() {
        let limit = Duration::from_millis(50);
        let start = Instant::now();
        let slow = run_with_limit(limit, || {
            thread::sleep(Duration::from_secs(5));
            Ok(())
        });
        assert!(slow.unwrap_err().reason().starts_with("the keyring did not respond"));
        assert!(start.elapsed() < Duration::from_secs(2));
        let limit = Duration::from_secs(5);
        assert_eq!(run_with_limit::<()>(limit, || Err(keyring::Error::NoEntry)), Ok(None));
        let error = run_with_limit::<()>(limit, || Err(keyring::Error::BadEncoding(b"secret".to_vec())));
        assert_eq!(error.unwrap_err().reason(), "the entry in the keyring is not text");
        let broken = run_with_limit::<()>(limit, || std::panic::resume_unwind(Box::new(())));
        assert_eq!(broken.unwrap_err().reason(), "the keyring failed");
    }

    /// Where the machine has one, such as a developer's; a build machine has none.
    #[test]
    fn the_keyring_of_the_machine_keeps_an_entry() {
        let keyring = OsKeyring { time_limit: Duration::from_secs(5), ..OsKeyring::of_process() };
        let (program, entry) = ("openapi-client-cli-test", format!("test-{}", std::process::id()));
        match keyring.write(program, &entry, &Secret::from("value")) {
            Ok(()) => {
                assert_eq!(keyring.read(program, &entry).unwrap().unwrap().expose(), "value");
                assert_eq!(keyring.delete(program, &entry), Ok(true));
                assert_eq!(keyring.delete(program, &entry), Ok(false));
                assert!(keyring.read(program, &entry).unwrap().is_none());
            }
            Err(error) => {
                println!("no keyring on this machine: {}", error.reason());
                assert!(keyring.read(program, &entry).is_err());
            }
        }
    }
}
