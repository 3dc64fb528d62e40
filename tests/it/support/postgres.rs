//! A real PostgreSQL, from Debian's packages, in a temporary folder: never the one the machine may
//! run.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use postgres::{Client, NoTls};
use tempfile::TempDir;

/// How long the server may take to be there.
const PATIENCE: Duration = Duration::from_secs(30);

/// The number in the name of its socket while it listens on no port.
const SOCKET: u16 = 5432;

/// The account it runs under when the tests are root's, which PostgreSQL refuses to be.
const ACCOUNT: &str = "postgres";

/// A running server; it goes when this does. It listens on a socket in its folder, and on no port unless told to.
pub(crate) struct Postgres {
    folder: TempDir,
    server: Option<Child>,
    port: Option<u16>,
}

impl Postgres {
    /// Starts a server with a database `weekly` of the user `weekly`.
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        if is_root() {
            let given = Command::new("chown").arg(ACCOUNT).arg(folder.path()).status().unwrap();
            assert!(given.success(), "there is no account `{ACCOUNT}`; run ./check");
        }
        let mut this = Self { folder, server: None, port: None };
        let made = this
            .program("initdb")
            .args(["--username", "weekly", "--auth", "trust", "--encoding", "UTF8", "--no-locale", "--no-sync"])
            .arg("--pgdata")
            .arg(this.data())
            .output()
            .expect("initdb is missing; run ./check");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        this.run();
        this.in_database("postgres").batch_execute("CREATE DATABASE weekly").unwrap();
        this
    }

    /// Starts it, after [`Self::kill`] again, and waits until it answers.
    pub(crate) fn run(&mut self) {
        let began = Instant::now();
        while self.config("postgres").connect(NoTls).is_err() {
            // It does not start before the last of the processes that a killed one left behind is gone.
            if self.server.as_mut().is_none_or(|server| server.try_wait().unwrap().is_some()) {
                self.server = Some(self.spawn());
            }
            assert!(began.elapsed() < PATIENCE, "{}", std::fs::read_to_string(self.log()).unwrap());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn spawn(&self) -> Child {
        let log = std::fs::File::options().create(true).append(true).open(self.log()).unwrap();
        self.program("postgres")
            .arg("-D")
            .arg(self.data())
            .arg("-k")
            .arg(self.folder.path())
            .args(["-c", "max_connections=50", "-c", "shared_buffers=16MB"])
            .args(["-c", &format!("listen_addresses={}", if self.port.is_some() { "127.0.0.1" } else { "" })])
            .args(["-c", &format!("port={}", self.port.unwrap_or(SOCKET))])
            // What the ledger must not rely on.
            .args(["-c", "synchronous_commit=off", "-c", "default_transaction_isolation=serializable"])
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap()
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    /// Makes it listen on a port of 127.0.0.1 as well, with TLS and to whoever has `password`. Answers the port.
    pub(crate) fn listen(&mut self, password: &str) -> u16 {
        let data = self.data();
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/tls");
        for (from, to) in [("good.pem", "server.crt"), ("good.key", "server.key")] {
            // Its own account has to own a key, and nobody else may read it.
            let made = self.under_its_account("install").args(["-m", "600", "/dev/null"]).arg(data.join(to)).status();
            assert!(made.unwrap().success());
            std::fs::write(data.join(to), std::fs::read(fixtures.join(from)).unwrap()).unwrap();
        }
        let rules = "local all all trust\nhostssl all all 127.0.0.1/32 scram-sha-256\n";
        std::fs::write(data.join("pg_hba.conf"), rules).unwrap();
        self.client()
            .batch_execute(&format!("SET synchronous_commit = on; ALTER ROLE weekly PASSWORD '{password}'"))
            .unwrap();
        self.client().batch_execute("ALTER SYSTEM SET ssl = on").unwrap();
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        self.kill();
        self.port = Some(free);
        self.run();
        free
    }

    /// Kills it with all its connections, as a power cut would but for what the kernel holds.
    pub(crate) fn kill(&mut self) {
        if let Some(mut server) = self.server.take() {
            server.kill().unwrap();
            server.wait().unwrap();
        }
    }

    /// What a newsletter writes under `[ledger]`.
    pub(crate) fn url(&self) -> String {
        self.url_of("weekly")
    }

    /// The same for another database.
    pub(crate) fn url_of(&self, database: &str) -> String {
        let socket = self.folder.path().to_str().unwrap().replace('/', "%2F");
        format!("postgres://weekly@{socket}:{}/{database}", self.port.unwrap_or(SOCKET))
    }

    /// Where it listens on the machine's file system.
    pub(crate) fn socket(&self) -> PathBuf {
        self.folder.path().join(format!(".s.PGSQL.{}", self.port.unwrap_or(SOCKET)))
    }

    /// A connection of the test's own.
    pub(crate) fn client(&self) -> Client {
        self.in_database("weekly")
    }

    /// A connection of the test's own to another database.
    pub(crate) fn in_database(&self, database: &str) -> Client {
        self.config(database).connect(NoTls).unwrap()
    }

    fn config(&self, database: &str) -> postgres::Config {
        self.url_of(database).parse().unwrap()
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// A program of the server's package.
    fn program(&self, name: &str) -> Command {
        self.under_its_account(programs().join(name))
    }

    fn under_its_account(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = if is_root() {
            let mut command = Command::new("setpriv");
            command
                .arg(format!("--reuid={ACCOUNT}"))
                .arg(format!("--regid={ACCOUNT}"))
                .arg("--clear-groups")
                .arg(program);
            command
        } else {
            Command::new(program)
        };
        command.current_dir(self.folder.path());
        command
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.kill();
    }
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// Debian keeps the servers of every version in a folder of their own; the newest is taken.
fn programs() -> PathBuf {
    let version = |path: &Path| path.file_name().and_then(|name| name.to_str()?.parse::<u32>().ok());
    let versions = std::fs::read_dir("/usr/lib/postgresql").expect("PostgreSQL is missing; run ./check");
    let newest = versions.map(|entry| entry.unwrap().path()).max_by_key(|path| version(path)).unwrap();
    newest.join("bin")
}
