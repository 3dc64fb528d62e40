//! Tests servers that hang up after a reply or do not do what they offer. The time limits are the
//! tests' own and short.

mod false_offers;
mod hang_ups;

use std::sync::mpsc;
use std::time::Duration;

use newsletter::delivery::Clock;
use newsletter::delivery::Courier;
use newsletter::delivery::EndReason;
use newsletter::delivery::Event;
use newsletter::delivery::Relay;
use newsletter::delivery::Run;
use newsletter::delivery::ServerQuirk;
use newsletter::delivery::Stop;
use newsletter::delivery::limits::RelayLimits;
use newsletter::delivery::retry::Retry;
use newsletter::ledger::{self, LedgerLocation};
use newsletter::message::{MessageKeys, TokenKey};
use newsletter::smtp::{Server, Tls};

use crate::ledger::{ISSUE, at, planned, rows};

/// What became of a delivery.
#[derive(Debug, PartialEq, Eq)]
struct Delivered {
    /// `ada accepted`, `bo refused 550 no`, in the order of the list.
    rows: Vec<String>,
    /// What was found out about the server.
    found: Vec<String>,
    /// Why it had to connect again.
    trouble: Vec<String>,
    /// Why it stopped, if it did.
    stopped: Option<String>,
}

/// A server at `port` with little patience for commands said together.
fn server_at(port: u16) -> Server {
    let mut server = Server::new("127.0.0.1", port, Tls::None);
    server.deadlines.pipelined = Duration::from_millis(100);
    server
}

/// One letter to `people` at example.org over one connection at a time.
fn deliver(server: &Server, in_flight: usize, people: &[&str]) -> Delivered {
    let folder = tempfile::tempdir().unwrap();
    let place = LedgerLocation::File(folder.path().join("ledger.sqlite3"));
    let mut ledger = ledger::open_to_deliver(&place, folder.path(), ISSUE, at(0), None).unwrap().unwrap();
    let addresses: Vec<_> = people.iter().map(|local| format!("{local}@example.org")).collect();
    planned(ledger.as_mut(), &addresses.iter().map(String::as_str).collect::<Vec<_>>());
    let plan = ledger.plan(ISSUE).unwrap().unwrap();
    let relay = Relay {
        name: "127.0.0.1".to_owned(),
        account: "127.0.0.1".to_owned(),
        courier: Courier::Smtp { server: Box::new(server.clone()), per_connection: 100, max_in_flight: in_flight },
        connections: 1,
        limits: RelayLimits::default(),
        weight: None,
    };
    let run = Run {
        plan: &plan,
        keys: &MessageKeys { tokens: TokenKey::new(&[7; 32]), dkim: None },
        relays: &[relay],
        retry: Retry { waits: vec![Duration::from_hours(1)], give_up: Duration::from_hours(48) },
        wait: Duration::ZERO,
        patience: Duration::ZERO,
        ledger_patience: Duration::from_mins(1),
        limit: None,
        accept_refusals: false,
        clock: Clock::starting_at(at(0)),
    };
    let (events, told) = mpsc::channel();
    let mut ended = run.deliver(ledger, &Stop::default(), &events).unwrap();
    drop(events);
    let (mut found, mut trouble) = (Vec::new(), Vec::new());
    for event in told {
        match event {
            Event::RelayAdapted { quirk: ServerQuirk::NoPipelining, .. } => found.push("one by one".to_owned()),
            Event::RelayAdapted { quirk: ServerQuirk::NoChunking(reply), .. } => {
                found.push(format!("no BDAT: {reply}"));
            }
            Event::RelayAdapted { quirk: ServerQuirk::ConnectionLimit { messages, reply }, .. } => {
                found.push(format!("{messages} a connection: {reply}"));
            }
            Event::Reconnecting { reason, .. } => trouble.push(reason),
            _ => {}
        }
    }
    let stopped = match ended.end {
        EndReason::Stopped(reason) => Some(reason.to_string()),
        _ => None,
    };
    let rows = rows(ended.ledger.as_mut());
    Delivered { rows: rows.iter().map(|row| in_short(row)).collect(), found, trouble, stopped }
}

/// `ada@example.org refused 1 550 no` without what is the same for all.
fn in_short(row: &str) -> String {
    let mut words = row.splitn(4, ' ');
    let [address, state, _attempts, reply] = [(); 4].map(|()| words.next().unwrap_or_default());
    let address = address.trim_end_matches("@example.org");
    if state == "accepted" {
        format!("{address} {state}")
    } else {
        format!("{address} {state} {reply}").trim_end().to_owned()
    }
}
