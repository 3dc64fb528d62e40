//! Tests rows 34 and 35: several machines and their shared database.

use rustix::process::Signal;
use snapbox::{assert_data_eq, str};

use super::told;
use crate::postgres::{judged, mailing};
use crate::support::{Postgres, signal};

#[test]
#[ignore = "needs PostgreSQL; ./check runs it"]
fn row_34_a_machine_that_slept_through_its_lease_sends_nothing_others_have_sent() {
    let server = Postgres::start();
    let (mailing, journal) = mailing(&server, 40, "20/s");
    let sleeper = mailing.start(["--yes"]);
    mailing.server.wait_for_accepted(5);
    signal(&sleeper, Signal::STOP);
    let other = told(&mailing.send(["--yes"]), &mailing.project);
    signal(&sleeper, Signal::CONT);
    let woken = told(&mailing.finish(sleeper), &mailing.project);
    // What the sleeper had in flight it knows best itself, once it is awake.
    assert_eq!(judged(&mailing, &journal, 40, 2), 0);
    assert!(other.contains(" from this machine)"), "{other}");
    assert_data_eq!(
        woken,
        str![[r#"
...
Sent issue 1 to 40 of 40 recipients ([..] from this machine)
exit 0
accepted: 40 recipients

"#]]
    );
}

#[test]
#[ignore = "needs PostgreSQL; ./check runs it"]
fn row_35_a_database_that_goes_and_comes_back_is_waited_for() {
    let mut server = Postgres::start();
    let (mailing, journal) = mailing(&server, 40, "20/s");
    let sender = mailing.start(["--yes"]);
    mailing.server.wait_for_accepted(5);
    server.kill();
    server.run();
    let told = told(&mailing.finish(sender), &mailing.project);
    assert_eq!(judged(&mailing, &journal, 40, 0), 0);
    let (_, end) = told.split_once("Sent issue").unwrap_or_else(|| panic!("{told}"));
    assert_data_eq!(
        end,
        str![[r#"
 1 to 40 of 40 recipients (40 from this machine)
exit 0
accepted: 40 recipients

"#]]
    );
}

#[test]
#[ignore = "needs PostgreSQL; ./check runs it"]
fn row_35_without_the_database_nothing_goes_out() {
    let mut server = Postgres::start();
    let (mailing, _journal) = mailing(&server, 40, "20/s");
    server.kill();
    let output = mailing.project.run(["send", "1", "--yes"]);
    assert_data_eq!(
        told(&mailing.told(&output), &mailing.project),
        str![[r#"
error: cannot reach the ledger in `[..]/weekly`: error connecting to server: [..]; nothing was sent
exit 5
no ledger

"#]]
    );
    assert_eq!(mailing.server.connections(), 0);
}
