//! Tests refusals during a send: they count beside the reports that come back by mail.

use super::{files, put, read, report, suppressed};
use crate::support::{Chunking, Mailing, Script, SmtpServer};

#[test]
fn what_a_server_refuses_is_a_report_with_proof() {
    let server = SmtpServer::start(Script::default().chunking(Chunking::Yes));
    let people = ["ann", "bo", "cy", "di", "refuse-550-5.1.1", "refuse-552-5.2.2", "refuse-550-5.7.1"];
    let mailing = Mailing::new(server, people).unread();
    assert!(mailing.send(["--yes"]).contains("exit 4"));
    assert_eq!(suppressed(&mailing), ["refuse-550-5.1.1@example.org hard bounce"]);
    let ledger = rusqlite::Connection::open(mailing.project.path(".newsletter/ledger.sqlite3")).unwrap();
    let mut query = ledger.prepare("SELECT address_key, class, proof FROM bounce ORDER BY address_key").unwrap();
    let rows = query.query_map([], |row| {
        Ok(format!("{} {} {}", row.get::<_, String>(0)?, row.get::<_, i64>(1)?, row.get::<_, bool>(2)?))
    });
    let rows: Vec<String> = rows.unwrap().collect::<Result<_, _>>().unwrap();
    assert_eq!(
        rows,
        [
            "refuse-550-5.1.1@example.org 3 true",
            "refuse-550-5.7.1@example.org 1 true",
            "refuse-552-5.2.2@example.org 2 true"
        ]
    );
    // The same report by mail changes nothing.
    for part in ["cur", "new", "tmp"] {
        std::fs::create_dir_all(mailing.project.path("Maildir").join(part)).unwrap();
    }
    put(&mailing, "1", &report("refuse-552-5.2.2", "5.2.2", "mailbox full", ""));
    assert!(read(&mailing, &[]).contains("1 bounced (1 full)"));
    assert_eq!(files(&mailing), ["cur/1:2,S"]);
}
