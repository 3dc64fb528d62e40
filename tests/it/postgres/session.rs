//! Tests the connection to the database and the demands made of it before the first write.

use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use std::{fs, io, thread};

use newsletter::ledger::{Ledger, PostgresServer, Unreachable};
use snapbox::{assert_data_eq, str};

use super::{judged, mailing};
use crate::ledger::ISSUE;
use crate::support::{CONFIG, Postgres, Project};

#[test]
#[ignore = "needs PostgreSQL; ./check runs it"]
fn another_machine_is_reached_over_tls_with_the_password_from_its_secret() {
    let mut server = Postgres::start();
    let port = server.listen("swordfish");
    let (mailing, journal) = mailing(&server, 3, "20/s");
    let ca = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/tls/ca.pem");
    let config = mailing.project.read("newsletter.toml");
    let (before, _) = config.split_once("[ledger]").unwrap();
    let ledger = |more: &str| {
        let url = format!("postgres://weekly@localhost:{port}/weekly?sslmode=verify-full");
        mailing.project.write("newsletter.toml", format!("{before}[ledger]\nurl = \"{url}\"\n{more}\n"));
    };
    let password = |word: &str| {
        mailing.project.write("password", word);
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
        fs::set_permissions(mailing.project.path("password"), mode).unwrap();
    };
    password("swordfish\n");
    ledger("password = { file = \"password\" }");
    let told = mailing.send(["--yes"]);
    assert!(told.contains("certificate") && told.ends_with("exit 6\n"), "{told}");
    ledger(&format!("ca_file = \"{ca}\""));
    assert_data_eq!(
        mailing.run(["status"]),
        str![[r#"
error: cannot use the ledger in `localhost/weekly`: invalid configuration: password missing
exit 1

"#]]
    );
    ledger(&format!("password = {{ file = \"password\" }}\nca_file = \"{ca}\""));
    let told = mailing.send(["--yes"]);
    assert!(told.ends_with("exit 0\n"), "{told}");
    password("trout\n");
    assert_data_eq!(
        mailing.run(["status"]),
        str![[r#"
error: cannot use the ledger in `localhost/weekly`: password authentication failed for user "weekly"
exit 1

"#]]
    );
    password("swordfish\n");
    assert_eq!(judged(&mailing, &journal, 3, 0), 0);
}

#[test]
#[ignore = "needs PostgreSQL; ./check runs it"]
fn a_server_that_does_not_sync_is_refused_and_only_read() {
    let server = Postgres::start();
    let (mailing, _journal) = mailing(&server, 2, "20/s");
    mailing.send(["--yes", "--limit", "1"]);
    server.client().batch_execute("ALTER SYSTEM SET fsync = off").unwrap();
    server.client().batch_execute("SELECT pg_reload_conf()").unwrap();
    let began = Instant::now();
    while server.client().query_one("SHOW fsync", &[]).unwrap().get::<_, &str>(0) == "on" {
        assert!(began.elapsed().as_secs() < 30);
    }
    assert_data_eq!(
        mailing.send(["--yes"]),
        str![[r"
error: the server of the ledger, `[..]/weekly`, runs with `fsync = off` and may lose data it confirmed; nothing was sent
exit 6

"]]
    );
    assert_data_eq!(
        mailing.run(["status"]),
        str![[r#"
No  Started     State    Sent  Refused  In doubt  Title
1   YYYY-MM-DD  partial  1/2   -        -         First things   <- newsletter send 1
exit 0

"#]]
    );
}

#[test]
fn a_password_in_the_configuration_is_refused_and_not_shown() {
    let table = "[ledger]\nurl = \"postgres://ada:hunter2@db.example.org/weekly\"\npath = \"x\"\n";
    let project = Project::new().file("newsletter.toml", format!("{CONFIG}\n{table}"));
    assert_data_eq!(
        project.run(["list"]).stderr,
        str![[r#"
error: a password in plain text in a file that others may read
  --> newsletter.toml:13:7
   |
13 | url = "postgres://ada:******************************
   |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
   |
   = help: remove it from the `url` and add `password = { env = "NEWSLETTER_LEDGER_PASSWORD" }`

error: `path` and `url` are both set
  --> newsletter.toml:14:8
   |
14 | path = "x"
   |        ^^^
   |
   = help: delete `path` to share the database with other machines
error: 2 errors; nothing was sent or written

"#]]
    );
}

#[test]
fn a_lease_longer_than_any_server_can_count_is_refused() {
    let table = "[ledger]\nurl = \"postgres://ada@db.example.org/weekly\"\nlease = \"25d\"\n";
    let project = Project::new().file("newsletter.toml", format!("{CONFIG}\n{table}"));
    assert_data_eq!(
        project.run(["list"]).stderr,
        str![[r#"
error: `25d` is not a lease
  --> newsletter.toml:14:9
   |
14 | lease = "25d"
   |         ^^^^^
   |
   = help: write how long to wait for a silent sender: `30s`; at most `24d`
error: 1 error; nothing was sent or written

"#]]
    );
}

#[test]
#[ignore = "needs PostgreSQL; ./check runs it"]
fn a_ledger_of_a_newer_version_is_left_alone() {
    let server = Postgres::start();
    let (mailing, _journal) = mailing(&server, 1, "20/s");
    mailing.send(["--yes"]);
    server.client().batch_execute("INSERT INTO newsletter.version VALUES (99)").unwrap();
    assert_data_eq!(
        mailing.run(["status"]) + &mailing.send(["--yes"]),
        str![[r#"
error: the ledger in `[..]/weekly` was written by a newer version of newsletter (schema 99, this one knows 6)
exit 1
error: the ledger in `[..]/weekly` was written by a newer version of newsletter (schema 99, this one knows 6); nothing was sent
exit 6

"#]]
    );
}

#[test]
#[ignore = "needs PostgreSQL; ./check runs it"]
fn a_ledger_of_the_last_version_is_brought_up_to_date_with_everybody_in_it() {
    let server = Postgres::start();
    let (mailing, _journal) = mailing(&server, 1, "20/s");
    let schemas = concat!(
        "CREATE SCHEMA newsletter; SET search_path TO newsletter; CREATE TABLE version (version integer PRIMARY KEY);",
        "INSERT INTO version VALUES (2);",
        include_str!("../../../src/ledger/postgres/schema_1.sql"),
        include_str!("../../../src/ledger/postgres/schema_2.sql"),
        "INSERT INTO suppression VALUES ('bo@example.org', 'bo@example.org', 'hard bounce', now());",
    );
    server.client().batch_execute(schemas).unwrap();
    let sent = mailing.send(["--yes"]);
    assert!(sent.ends_with("exit 0\n"), "{sent}");
    assert!(mailing.run(["suppress", "--list"]).starts_with("bo@example.org  YYYY-MM-DD  hard bounce\n"));
}

#[test]
#[ignore = "needs PostgreSQL; ./check runs it"]
fn a_read_only_database_gets_no_ledger() {
    let server = Postgres::start();
    server.client().batch_execute("CREATE ROLE reader LOGIN").unwrap();
    let (mailing, _journal) = mailing(&server, 1, "20/s");
    let config = mailing.project.read("newsletter.toml");
    mailing.project.write("newsletter.toml", config.replace("postgres://weekly@", "postgres://reader@"));
    assert_data_eq!(
        mailing.send(["--yes"]),
        str![[r#"
error: cannot use the ledger in `[..]/weekly`: permission denied for database weekly; nothing was sent
exit 6

"#]]
    );
}

#[test]
#[ignore = "needs PostgreSQL; ./check runs it"]
fn missing_session_privileges_are_reported_in_the_servers_words() {
    let server = Postgres::start();
    let lease = Duration::from_hours(60 * 24);
    let place = PostgresServer::new(&server.url(), None, None, lease, "pid 1 on here".to_owned()).unwrap();
    let error = place.open().map(|_| ()).unwrap_err();
    assert_data_eq!(
        error.to_string(),
        str![[
            r#"cannot use the ledger in `[..]/weekly`: invalid value for parameter "idle_in_transaction_session_timeout": "5184000000""#
        ]]
    );
}

#[test]
#[ignore = "needs PostgreSQL; ./check runs it"]
fn a_connection_that_ended_without_a_word_is_opened_anew() {
    let server = Postgres::start();
    let wire = Wire::to(&server);
    let url = format!("postgres://weekly@127.0.0.1:{}/weekly", wire.port);
    let place = PostgresServer::new(&url, None, None, Duration::from_secs(30), "pid 1 on here".to_owned()).unwrap();
    let mut ledger = place.open().unwrap();
    assert_eq!(ledger.counts(ISSUE).unwrap().total(), 0);
    wire.cut();
    let error = ledger.counts(ISSUE).unwrap_err();
    assert!(error.is::<Unreachable>());
    assert_eq!(error.to_string(), "cannot reach the ledger in `127.0.0.1/weekly`: connection closed");
    assert_eq!(ledger.counts(ISSUE).unwrap().total(), 0);
}

/// What stands between a ledger and its server. Its threads end with the connections they hold.
struct Wire {
    /// Where it listens on the loopback.
    port: u16,
    clients: Arc<Mutex<Vec<TcpStream>>>,
}

impl Wire {
    fn to(server: &Postgres) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let wire = Self { port: listener.local_addr().unwrap().port(), clients: Arc::default() };
        let (socket, clients) = (server.socket(), Arc::clone(&wire.clients));
        thread::spawn(move || {
            for client in listener.incoming().map(Result::unwrap) {
                let Ok(server) = UnixStream::connect(&socket) else { return };
                clients.lock().unwrap().push(client.try_clone().unwrap());
                let [mut from_client, mut to_client] = [client.try_clone().unwrap(), client];
                let [mut from_server, mut to_server] = [server.try_clone().unwrap(), server];
                thread::spawn(move || io::copy(&mut from_client, &mut to_server));
                thread::spawn(move || io::copy(&mut from_server, &mut to_client));
            }
        });
        wire
    }

    /// Ends every connection there is.
    fn cut(&self) {
        for client in self.clients.lock().unwrap().drain(..) {
            client.shutdown(Shutdown::Both).unwrap();
        }
    }
}
