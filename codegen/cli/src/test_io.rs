//! The streams, variables and folders of a command under test.

use std::{
    collections::BTreeMap,
    io::{self, Cursor, Write},
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
};

use openapi_client_runtime::Secret;

use crate::{
    credentials::keyring::{Keyring, KeyringError},
    interrupt::Interrupt,
    io::Io,
};

/// What a command under test wrote.
#[derive(Clone, Default)]
pub(crate) struct Captured {
    stdout: Stream,
    stderr: Stream,
}

impl Captured {
    pub(crate) fn stdout(&self) -> String {
        self.stdout.read_text()
    }

    pub(crate) fn stderr(&self) -> String {
        self.stderr.read_text()
    }
}

#[derive(Clone, Default)]
struct Stream(Arc<Mutex<Vec<u8>>>);

impl Stream {
    fn read_text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Builds an [`Io`] without terminal, variables and folder.
pub(crate) struct TestIo {
    io: Io,
    captured: Captured,
}

impl TestIo {
    pub(crate) fn new() -> Self {
        let captured = Captured::default();
        let io = Io {
            stdin: Box::new(Cursor::new(Vec::new())),
            read_hidden: Box::new(|_, _| Err(io::ErrorKind::UnexpectedEof.into())),
            stdout: Box::new(captured.stdout.clone()),
            stderr: Box::new(captured.stderr.clone()),
            stdin_is_terminal: false,
            stdout_is_terminal: false,
            stderr_is_terminal: false,
            width: None,
            variables: BTreeMap::new(),
            config_folder: None,
            keyring: Arc::new(TestKeyring::default()),
            interrupt: Interrupt::default(),
        };
        Self { io, captured }
    }

    pub(crate) fn stdin(mut self, text: &str) -> Self {
        self.io.stdin = Box::new(Cursor::new(text.as_bytes().to_vec()));
        self
    }

    /// The line that is typed without being shown.
    pub(crate) fn hidden_input(mut self, line: &'static str) -> Self {
        self.io.read_hidden = Box::new(|prompt, screen| {
            writeln!(screen, "{prompt}")?;
            Ok(line.to_owned())
        });
        self
    }

    pub(crate) fn keyring(mut self, keyring: &Arc<TestKeyring>) -> Self {
        self.io.keyring = Arc::clone(keyring) as Arc<dyn Keyring>;
        self
    }

    /// Makes all streams a terminal of this width.
    pub(crate) fn terminal(mut self, width: usize) -> Self {
        self.io.stdin_is_terminal = true;
        self.io.stdout_is_terminal = true;
        self.io.stderr_is_terminal = true;
        self.io.width = Some(width);
        self
    }

    pub(crate) fn variable(mut self, name: &str, value: &str) -> Self {
        self.io.variables.insert(name.to_owned(), value.to_owned());
        self
    }

    pub(crate) fn config_folder(mut self, folder: PathBuf) -> Self {
        self.io.config_folder = Some(folder);
        self
    }

    pub(crate) fn interrupt(mut self, interrupt: Interrupt) -> Self {
        self.io.interrupt = interrupt;
        self
    }

    pub(crate) fn build(self) -> (Io, Captured) {
        (self.io, self.captured)
    }
}

/// A keyring in memory, or why there is none.
pub(crate) struct TestKeyring {
    pub(crate) entries: Result<Mutex<BTreeMap<String, Secret>>, KeyringError>,
    /// How often it was used.
    pub(crate) requests: AtomicU32,
}

impl TestKeyring {
    pub(crate) fn missing() -> Arc<Self> {
        let entries = Err(KeyringError::Missing("there is no keyring".to_owned()));
        Arc::new(Self { entries, requests: AtomicU32::new(0) })
    }

    pub(crate) fn locked() -> Arc<Self> {
        let entries = Err(KeyringError::Failed("the keyring is locked".to_owned()));
        Arc::new(Self { entries, requests: AtomicU32::new(0) })
    }

    fn change<T>(&self, change: impl FnOnce(&mut BTreeMap<String, Secret>) -> T) -> Result<T, KeyringError> {
        self.requests.fetch_add(1, Ordering::Relaxed);
        let entries = self.entries.as_ref().map_err(Clone::clone)?;
        Ok(change(&mut entries.lock().unwrap()))
    }
}

impl Default for TestKeyring {
    fn default() -> Self {
        Self { entries: Ok(Mutex::default()), requests: AtomicU32::new(0) }
    }
}

impl Keyring for TestKeyring {
    fn read(&self, program: &str, entry: &str) -> Result<Option<Secret>, KeyringError> {
        self.change(|entries| entries.get(&format!("{program}:{entry}")).cloned())
    }

    fn write(&self, program: &str, entry: &str, secret: &Secret) -> Result<(), KeyringError> {
        self.change(|entries| entries.insert(format!("{program}:{entry}"), secret.clone())).map(drop)
    }

    fn delete(&self, program: &str, entry: &str) -> Result<bool, KeyringError> {
        self.change(|entries| entries.remove(&format!("{program}:{entry}")).is_some())
    }
}

/// A new folder, which is removed with the value.
pub(crate) struct TestFolder(pub(crate) PathBuf);

impl TestFolder {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("openapi-client-cli-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for TestFolder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
