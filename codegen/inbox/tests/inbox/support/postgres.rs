//! Starts a real PostgreSQL for the tests, with a data folder of its own. On a machine without PostgreSQL the tests that need it
//! print a note and pass; with `REQUIRE_POSTGRES` they fail.

use std::{
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};

use super::{TemporaryFolder, print_uncaptured};

/// The password of the superuser `postgres`. The servers listen on the loopback interface only.
const PASSWORD: &str = "password-of-the-tests";

/// Folders in which packages install the programs. A star stands for a version.
const USUAL_FOLDERS: [&str; 6] = [
    "/usr/lib/postgresql/*/bin",
    "/opt/homebrew/opt/postgresql*/bin",
    "/usr/local/opt/postgresql*/bin",
    "/usr/pgsql-*/bin",
    "/usr/local/pgsql/bin",
    "/Applications/Postgres.app/Contents/Versions/latest/bin",
];

/// A running server. It ends, and its folder is removed, when this is dropped or when the process of the test ends.
#[derive(Debug)]
pub(crate) struct PostgresServer {
    programs: PathBuf,
    port: u16,
    owner: Option<Owner>,
    databases: AtomicU32,
    /// A shell that waits for the end of this process, however it comes, and then stops the server.
    watchdog: Option<Child>,
    folder: TemporaryFolder,
}

/// The user that the server runs as: PostgreSQL refuses to run as root.
#[derive(Clone, Copy, Debug)]
struct Owner {
    user: u32,
    group: u32,
}

impl PostgresServer {
    /// The server that the tests of this process share, or `None` where PostgreSQL is not installed.
    pub(crate) fn shared() -> Option<&'static Self> {
        static SHARED: OnceLock<Option<PostgresServer>> = OnceLock::new();
        SHARED.get_or_init(|| Self::start("shared")).as_ref()
    }

    /// Starts a server of its own, for a test that stops it or breaks it. It does not wait for the disk: what a process has
    /// written is kept by the system when the process is killed, and only lost with the power.
    pub(crate) fn start(name: &str) -> Option<Self> {
        Self::start_with(name, "fsync = off\n")
    }

    /// Starts a server with these settings.
    pub(crate) fn start_with(name: &str, settings: &str) -> Option<Self> {
        let Some(programs) = find_programs() else {
            let remedy =
                "install PostgreSQL, or set POSTGRES_BIN to the folder of initdb, pg_ctl and postgres";
            assert!(
                std::env::var_os("REQUIRE_POSTGRES").is_none(),
                "REQUIRE_POSTGRES is set, but PostgreSQL was not found: {remedy}"
            );
            print_uncaptured(&format!("skipped: PostgreSQL was not found; {remedy}"));
            return None;
        };
        let folder = TemporaryFolder::create(&format!("postgres-{name}"));
        let owner = find_owner(folder.path());
        let mut server =
            Self { programs, port: 0, owner, databases: AtomicU32::new(0), watchdog: None, folder };
        server.give_to_owner(server.folder.path());
        server.create_data();
        server.start_on_a_free_port(settings);
        server.watchdog = Some(server.watch());
        Some(server)
    }

    /// The URL of a database of this server.
    pub(crate) fn url(&self, database: &str) -> String {
        self.url_with_password(database, PASSWORD)
    }

    pub(crate) fn url_with_password(&self, database: &str, password: &str) -> String {
        format!("postgres://postgres:{password}@127.0.0.1:{}/{database}", self.port)
    }

    /// A name for a database that no other test of this server has.
    pub(crate) fn unused_name(&self) -> String {
        format!("inbox_{}", self.databases.fetch_add(1, Ordering::Relaxed))
    }

    /// Makes the server's user the owner of a file or folder.
    pub(crate) fn give_to_owner(&self, path: &Path) {
        #[cfg(unix)]
        if let Some(owner) = self.owner {
            std::os::unix::fs::chown(path, Some(owner.user), Some(owner.group)).unwrap();
        }
        let _ = path;
    }

    /// Ends all processes of the server at once, without a checkpoint: the next start recovers from the log.
    pub(crate) fn stop_immediately(&self) {
        self.control(&["stop", "-m", "immediate"]);
    }

    /// Starts the server that was stopped, and waits until it accepts connections.
    pub(crate) fn start_again(&self) {
        self.control(&["start"]);
    }

    fn create_data(&self) {
        let password = self.folder.path().join("password");
        fs::write(&password, PASSWORD).unwrap();
        self.give_to_owner(&password);
        let mut initdb = self.command("initdb");
        initdb.arg("-D").arg(self.data()).arg("--pwfile").arg(&password);
        // Each connection with SCRAM costs half a second of unoptimised code.
        initdb.args(["-U", "postgres", "-A", "md5", "-E", "UTF8", "--locale=C", "--no-sync"]);
        self.run_to_end(initdb);
    }

    fn start_on_a_free_port(&mut self, more: &str) {
        const ATTEMPTS: u32 = 10;
        for attempt in 1.. {
            self.port = choose_port();
            let settings = format!(
                "listen_addresses = '127.0.0.1'\nport = {}\nunix_socket_directories = ''\nshared_buffers = 32MB\n{more}",
                self.port
            );
            fs::write(self.data().join("postgresql.auto.conf"), settings).unwrap();
            self.give_to_owner(&self.data().join("postgresql.auto.conf"));
            let output = self.control_command(&["start"]).output().unwrap();
            if output.status.success() {
                return;
            }
            assert!(attempt < ATTEMPTS, "PostgreSQL does not start: {}", self.read_log());
        }
    }

    /// Starts the shell that ends the server when the standard input is closed, which the end of this process does.
    fn watch(&self) -> Child {
        let mut shell = self.command_of("sh".as_ref());
        shell.args([
            "-c",
            "cat >/dev/null; \"$1/pg_ctl\" -D \"$2/data\" stop -m immediate; rm -rf \"$2\"",
            "sh",
        ]);
        shell.arg(&self.programs).arg(self.folder.path()).stdin(Stdio::piped());
        // An interrupt in the terminal goes to the whole group; the shell has to survive it.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut shell, 0);
        shell.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }

    fn control(&self, arguments: &[&str]) {
        self.run_to_end(self.control_command(arguments));
    }

    fn control_command(&self, arguments: &[&str]) -> Command {
        let mut command = self.command("pg_ctl");
        command.args(arguments).args(["-w", "-s", "-t", "60", "-D"]).arg(self.data());
        command.arg("-l").arg(self.log());
        command
    }

    fn run_to_end(&self, mut command: Command) {
        let status = command.status().unwrap();
        assert!(status.success(), "{command:?} ended with {status}: {}", self.read_log());
    }

    fn command(&self, program: &str) -> Command {
        let mut command = self.command_of(&self.programs.join(program));
        // The server keeps what it inherits, so nobody may wait for the end of a pipe.
        let messages = fs::OpenOptions::new().append(true).create(true).open(self.messages()).unwrap();
        command.stdout(messages.try_clone().unwrap()).stderr(messages);
        command
    }

    fn command_of(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        // Variables such as PGDATA and PGPORT are meant for the server of the user.
        let foreign = std::env::vars_os().map(|(name, _)| name);
        foreign.filter(|name| name.to_string_lossy().starts_with("PG")).for_each(|name| {
            command.env_remove(name);
        });
        #[cfg(unix)]
        if let Some(owner) = self.owner {
            use std::os::unix::process::CommandExt as _;
            command.uid(owner.user).gid(owner.group);
        }
        command.current_dir(self.folder.path()).stdin(Stdio::null());
        command
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("server.log")
    }

    fn messages(&self) -> PathBuf {
        self.folder.path().join("messages.log")
    }

    fn read_log(&self) -> String {
        let read = |path: PathBuf| fs::read_to_string(path).unwrap_or_default();
        format!("{}{}", read(self.messages()), read(self.log()))
    }
}

impl Drop for PostgresServer {
    fn drop(&mut self) {
        if let Some(mut watchdog) = self.watchdog.take() {
            drop(watchdog.stdin.take());
            let _ = watchdog.wait();
        }
    }
}

/// The folder with the programs of the server.
fn find_programs() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("POSTGRES_BIN") {
        let folder = PathBuf::from(named);
        assert!(has_programs(&folder), "POSTGRES_BIN is set, but {} has no initdb", folder.display());
        return Some(folder);
    }
    if cfg!(not(unix)) {
        return None;
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let usual = USUAL_FOLDERS.iter().flat_map(|pattern| expand_star(pattern));
    std::env::split_paths(&path).chain(usual).find(|folder| has_programs(folder))
}

fn has_programs(folder: &Path) -> bool {
    ["initdb", "pg_ctl", "postgres"].iter().all(|program| folder.join(program).is_file())
}

/// The folders that a pattern with at most one star matches, the highest version first.
fn expand_star(pattern: &str) -> Vec<PathBuf> {
    let Some((before, after)) = pattern.split_once('*') else { return vec![PathBuf::from(pattern)] };
    let (parent, start) = before.rsplit_once('/').unwrap_or(("", before));
    let Ok(entries) = fs::read_dir(parent) else { return Vec::new() };
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut names: Vec<String> = names.filter(|name| name.starts_with(start)).collect();
    let version = |name: &String| name.trim_start_matches(|c: char| !c.is_ascii_digit()).parse::<u32>().ok();
    names.sort_by_key(|name| std::cmp::Reverse(version(name)));
    names.iter().map(|name| PathBuf::from(format!("{parent}/{name}{after}"))).collect()
}

/// The user for the server if this process runs as root, whose folders are those that root creates.
#[cfg(unix)]
fn find_owner(folder: &Path) -> Option<Owner> {
    use std::os::unix::fs::MetadataExt as _;

    if fs::metadata(folder).unwrap().uid() != 0 {
        return None;
    }
    let users = fs::read_to_string("/etc/passwd").unwrap();
    let find_user = |name: &str| {
        let fields: Vec<&str> =
            users.lines().find(|line| line.split(':').next() == Some(name))?.split(':').collect();
        Some(Owner { user: fields.get(2)?.parse().ok()?, group: fields.get(3)?.parse().ok()? })
    };
    let owner = find_user("postgres").or_else(|| find_user("nobody"));
    Some(owner.expect("PostgreSQL does not run as root, and there is no user `postgres` or `nobody`"))
}

#[cfg(not(unix))]
fn find_owner(_: &Path) -> Option<Owner> {
    None
}

/// A free port below those that systems give to outgoing connections, so that none takes it while the server is stopped.
fn choose_port() -> u16 {
    std::iter::repeat_with(|| fastrand::u16(10_000..30_000))
        .find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok())
        .expect("the iterator has no end")
}
