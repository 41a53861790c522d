//! The processes of the kill proof. Each is this test binary again, with a filter that selects `worker::work_in_a_process`.

use std::{
    fs::File,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU16, AtomicUsize, Ordering},
    },
};

use crate::support::{TemporaryFolder, database::Database};

/// How many processes receive and handle at a time.
pub(super) const PROCESSES: usize = 3;

/// How many events each of them handles in one transaction, so that both ways are tried.
const BATCHES: [usize; PROCESSES] = [1, 8, 32];

/// The environment variables of a process.
pub(super) const URL: &str = "INBOX_TEST_WORKER_URL";
pub(super) const BATCH: &str = "INBOX_TEST_WORKER_BATCH";
pub(super) const STARTS: &str = "INBOX_TEST_WORKER_STARTS";

/// The running processes.
#[derive(Debug)]
pub(super) struct Processes {
    url: String,
    ports: [Arc<AtomicU16>; PROCESSES],
    children: [Mutex<Child>; PROCESSES],
    generations: AtomicUsize,
    folder: TemporaryFolder,
}

impl Processes {
    pub(super) fn start(database: &Database) -> Self {
        let folder = TemporaryFolder::create("workers");
        let ports: [Arc<AtomicU16>; PROCESSES] = std::array::from_fn(|_| Arc::default());
        let url = database.url().to_owned();
        let start = |slot: usize| Mutex::new(start_process(&url, slot, slot, &ports[slot], folder.path()));
        let children = std::array::from_fn(start);
        Self { url, ports, children, generations: AtomicUsize::new(PROCESSES), folder }
    }

    /// The port of a process. Nothing listens on it while the process starts.
    pub(super) fn port(&self, slot: usize) -> u16 {
        self.ports[slot].load(Ordering::Acquire)
    }

    /// Kills a process with SIGKILL and starts another one in its place.
    pub(super) fn restart(&self, slot: usize) {
        self.kill(slot);
        self.start_again(slot);
    }

    /// Kills all processes before any of them starts again.
    pub(super) fn restart_all(&self) {
        (0..PROCESSES).for_each(|slot| self.kill(slot));
        (0..PROCESSES).for_each(|slot| self.start_again(slot));
    }

    /// Lets the processes finish what they do, and checks that they do so without a failure.
    pub(super) fn end_gracefully(&self) {
        for child in &self.children {
            let mut child = child.lock().unwrap();
            drop(child.stdin.take());
            let status = child.wait().unwrap();
            assert!(status.success(), "a process ended with {status}:\n{}", self.read_messages());
        }
    }

    /// The files in which the processes wrote down what their handlers began.
    pub(super) fn start_files(&self) -> Vec<PathBuf> {
        let count = self.generations.load(Ordering::Relaxed);
        let files = (0..count).map(|generation| starts_file(self.folder.path(), generation));
        files.filter(|file| file.exists()).collect()
    }

    fn kill(&self, slot: usize) {
        let mut child = self.children[slot].lock().unwrap();
        let ended = child.try_wait().unwrap();
        assert!(ended.is_none(), "a process ended by itself with {ended:?}:\n{}", self.read_messages());
        child.kill().unwrap();
        child.wait().unwrap();
    }

    fn start_again(&self, slot: usize) {
        let generation = self.generations.fetch_add(1, Ordering::Relaxed);
        let child = start_process(&self.url, slot, generation, &self.ports[slot], self.folder.path());
        *self.children[slot].lock().unwrap() = child;
    }

    /// What the processes wrote to their standard error.
    fn read_messages(&self) -> String {
        let files = (0..self.generations.load(Ordering::Relaxed))
            .map(|number| messages_file(self.folder.path(), number));
        let texts = files.filter_map(|file| std::fs::read_to_string(file).ok());
        texts.filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n")
    }
}

impl Drop for Processes {
    fn drop(&mut self) {
        for child in &self.children {
            let mut child = child.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn start_process(url: &str, slot: usize, generation: usize, port: &Arc<AtomicU16>, folder: &Path) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "kill::worker::work_in_a_process", "--nocapture"]);
    command.env(URL, url).env(BATCH, BATCHES[slot].to_string()).env(STARTS, starts_file(folder, generation));
    // The process ends when its standard input does, so that none is left if this process is killed.
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.stderr(File::create(messages_file(folder, generation)).unwrap()).spawn().unwrap();
    let output = BufReader::new(child.stdout.take().unwrap());
    let port = Arc::clone(port);
    std::thread::spawn(move || {
        for line in output.lines().map_while(Result::ok) {
            if let Some(number) = line.strip_prefix("port ") {
                port.store(number.parse().unwrap(), Ordering::Release);
            }
        }
    });
    child
}

fn starts_file(folder: &Path, generation: usize) -> PathBuf {
    folder.join(format!("{generation}.starts"))
}

fn messages_file(folder: &Path, generation: usize) -> PathBuf {
    folder.join(format!("{generation}.messages"))
}
