//! Tests a worker that panics, which only a bug can cause.

use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use newsletter::delivery::Clock;
use newsletter::delivery::Courier;
use newsletter::delivery::Relay;
use newsletter::delivery::Run;
use newsletter::delivery::Stop;
use newsletter::delivery::StopReason;
use newsletter::delivery::limits::RelayLimits;
use newsletter::delivery::retry::Retry;
use newsletter::ledger::{self, LedgerLocation};
use newsletter::message::{MessageKeys, TokenKey};
use newsletter::model::State;
use newsletter::smtp::{ConversationLog, Server, Tls};

use crate::ledger::{ISSUE, at, planned};
use crate::support::{Script, SmtpServer};

#[test]
fn a_panicking_worker_ends_the_run_without_blocking_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let place = LedgerLocation::File(folder.path().join("ledger.sqlite3"));
    let mut ledger = ledger::open_to_deliver(&place, folder.path(), ISSUE, at(0), None).unwrap().unwrap();
    planned(ledger.as_mut(), &["ada@example.org", "bo@example.org", "cy@example.org"]);
    let plan = ledger.plan(ISSUE).unwrap().unwrap();

    let smtp = SmtpServer::start(Script::default());
    let has_failed = AtomicBool::new(false);
    let log = ConversationLog::new(move |_| assert!(has_failed.swap(true, Ordering::SeqCst), "a bug"));
    let server = Server { log, ..Server::new("127.0.0.1", smtp.port(), Tls::None) };
    let relay = Relay {
        name: "127.0.0.1".to_owned(),
        account: "127.0.0.1".to_owned(),
        courier: Courier::Smtp { server: Box::new(server), per_connection: 100, max_in_flight: 1 },
        connections: 2,
        limits: RelayLimits::default(),
        weight: None,
    };
    let run = Run {
        plan: &plan,
        keys: &MessageKeys { tokens: TokenKey::new(&[7; 32]), dkim: None },
        relays: &[relay],
        retry: Retry { waits: Vec::new(), give_up: Duration::from_hours(1) },
        wait: Duration::ZERO,
        patience: Duration::from_mins(1),
        ledger_patience: Duration::from_mins(1),
        limit: None,
        accept_refusals: false,
        clock: Clock::starting_at(at(0)),
    };
    let (stop, (events, _told)) = (Stop::default(), mpsc::channel());
    let ended = panic::catch_unwind(AssertUnwindSafe(|| run.deliver(ledger, &stop, &events).map(drop)));
    assert!(ended.is_err(), "a panic is not hidden");
    assert_eq!(stop.reason(), Some(StopReason::Silent("a worker panicked; this is a bug".to_owned())));

    let counts = ledger::open_to_read(&place, None).unwrap().unwrap().counts(ISSUE).unwrap();
    assert_eq!(counts.of(State::Accepted), smtp.count_accepted() as u64);
    assert!(counts.of(State::Accepted) < 3, "whoever the worker was to send to is still planned");
}
