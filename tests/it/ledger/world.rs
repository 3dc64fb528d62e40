//! Builds a ledger for these tests, and its content.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

use chrono::{DateTime, Utc};
use newsletter::ledger::Reply;
use newsletter::ledger::{
    self, ClaimedRow, Ledger, LedgerLocation, Mark, NewPlan, PostgresServer, Settlement, WriteBatch, WriteResult,
};
use newsletter::letter::Letter;
use newsletter::message::{DeliveryStamp, FrozenLetter, PlanId};
use newsletter::model::{
    Colour, CourierKind, Direction, EmailAddress, IssueNumber, Mailbox, Publication, Slotted, State, Subscriber, Theme,
    Unsubscribe, Words,
};
use newsletter::smtp::EnhancedCode;
use tempfile::TempDir;

use crate::support::Postgres;

/// The issue the tests are about.
pub(crate) const ISSUE: IssueNumber = IssueNumber(42);

/// A ledger of its own for a test.
pub(crate) struct World<'a> {
    place: LedgerLocation,
    ledger: Option<Box<dyn Ledger>>,
    /// Whose hand the rows are in.
    hands: HashMap<u32, ClaimedRow>,
    /// What the place is in.
    _folder: Option<TempDir>,
    server: Option<(&'a Postgres, String)>,
}

impl<'a> World<'a> {
    pub(super) fn in_a_file() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let place = LedgerLocation::File(folder.path().join("ledger.sqlite3"));
        Self::at(place, Some(folder), None)
    }

    pub(crate) fn in_a_database(server: &'a Postgres, name: &str) -> Self {
        let name = format!("{name:.60}");
        server.client().batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
        let lease = Duration::from_mins(10);
        let place = PostgresServer::new(&server.url_of(&name), None, None, lease, "pid 1 on here".to_owned()).unwrap();
        Self::at(LedgerLocation::Server(Box::new(place)), None, Some((server, name)))
    }

    fn at(place: LedgerLocation, folder: Option<TempDir>, server: Option<(&'a Postgres, String)>) -> Self {
        let ledger = Some(opened(&place));
        Self { place, ledger, hands: HashMap::new(), _folder: folder, server }
    }

    pub(crate) fn ledger(&mut self) -> &mut dyn Ledger {
        self.ledger.as_deref_mut().unwrap()
    }

    /// Plans `addresses` for issue 42.
    pub(crate) fn plan(&mut self, addresses: &[&str]) {
        planned(self.ledger(), addresses);
    }

    pub(super) fn freeze(&mut self, letter: &FrozenLetter, addresses: &[&str]) -> anyhow::Result<bool> {
        freeze(self.ledger(), letter, addresses)
    }

    /// Writes `addresses` to the outbox for issue 42.
    pub(super) fn rehearse(&mut self, addresses: &[&str]) {
        let courier = CourierKind::Outbox;
        assert!(freeze_with(self.ledger(), courier, (stamp(), &letter("hello")), addresses).unwrap());
    }

    /// The ledger as another process that reads it sees it.
    pub(crate) fn other(&self) -> Box<dyn Ledger> {
        ledger::open_to_read(&self.place, None).unwrap().unwrap()
    }

    /// The ledger as another process that writes to it has it.
    pub(super) fn written_by_another(&self) -> Box<dyn Ledger> {
        ledger::open(&self.place).unwrap()
    }

    /// A ledger of another process that sends; not for files, where there is one.
    pub(crate) fn another_sender(&self) -> World<'a> {
        Self::at(self.place.clone(), None, self.server.clone())
    }

    /// The process dies, and what stood in its way to be taken for dead is over.
    pub(crate) fn die(&mut self) {
        self.ledger = None;
        self.oversleep();
        self.ledger = Some(opened(&self.place));
        self.hands.clear();
    }

    /// The leases of all senders are over; in a file there are none.
    pub(crate) fn oversleep(&self) {
        if self.server.is_some() {
            self.sql("UPDATE sender SET until = clock_timestamp() - interval '1 second'");
        }
    }

    /// Whether several may send from it at the same time.
    pub(super) fn is_shared(&self) -> bool {
        self.server.is_some()
    }

    /// Ends every connection to the database.
    pub(crate) fn cut(&self) {
        self.sql(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
             WHERE application_name = 'newsletter' AND datname = current_database()",
        );
    }

    /// Changes what the ledger is kept in behind its back.
    pub(crate) fn sql(&self, sql: &str) {
        if let LedgerLocation::File(path) = &self.place {
            return rusqlite::Connection::open(path).unwrap().execute_batch(sql).unwrap();
        }
        let (server, name) = self.server.as_ref().unwrap();
        server.in_database(name).batch_execute(&format!("SET search_path TO newsletter; {sql}")).unwrap();
    }

    /// The numbers that `query` finds.
    pub(super) fn numbers(&self, query: &str) -> Vec<i64> {
        if let LedgerLocation::File(path) = &self.place {
            let connection = rusqlite::Connection::open(path).unwrap();
            let mut query = connection.prepare(query).unwrap();
            return query.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        }
        let (server, name) = self.server.as_ref().unwrap();
        let mut client = server.in_database(name);
        client.batch_execute("SET search_path TO newsletter").unwrap();
        client.query(query, &[]).unwrap().iter().map(|row| row.get(0)).collect()
    }

    /// The file it is in.
    pub(super) fn file(&self) -> &Path {
        let LedgerLocation::File(path) = &self.place else { panic!("it is in a database") };
        path
    }

    /// Makes it anew as the last version did whose plans had no courier, with what `rows` puts into it.
    pub(super) fn make_older(&mut self, rows: &str) {
        self.ledger = None;
        let schemas = |kind: &str, last: u32| -> String {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/ledger").join(kind);
            (1..=last).map(|step| fs::read_to_string(folder.join(format!("schema_{step}.sql"))).unwrap()).collect()
        };
        if let LedgerLocation::File(path) = &self.place {
            for end in ["", "-wal", "-shm"] {
                let mut name = path.as_os_str().to_owned();
                name.push(end);
                let _ = fs::remove_file(name);
            }
            let ours = "PRAGMA application_id = 0x4e57534c; PRAGMA user_version = 3;";
            return self.sql(&format!("{}{ours}{rows}", schemas("sqlite", 3)));
        }
        self.sql(&format!(
            "DROP SCHEMA newsletter CASCADE; CREATE SCHEMA newsletter; CREATE TABLE version (version integer PRIMARY KEY);
             INSERT INTO version VALUES (2); {}{rows}",
            schemas("postgres", 2)
        ));
    }

    /// Puts a plan of an older version into it.
    pub(super) fn old_plan(&self, issue: u32, title: &str) -> String {
        let (id, time) = match self.place {
            LedgerLocation::File(_) => (format!("X'{}'", "07".repeat(16)), "1800000000".to_owned()),
            LedgerLocation::Server(_) => (format!("'\\x{}'", "07".repeat(16)), "'2027-01-15 08:00:00+00'".to_owned()),
        };
        format!(
            "INSERT INTO plan (issue, id, started, title, subject, total, key) VALUES ({issue}, {id}, {time}, '{title}', '', 2, '');
             INSERT INTO letter (issue, version, frozen, digest, bytes) VALUES ({issue}, 1, {time}, '', {id});"
        )
    }

    pub(crate) fn claim(&mut self, now: i64, most: usize) -> Vec<u32> {
        let claimed = self.ledger().claim(ISSUE, at(now), most).unwrap().rows;
        self.hands.extend(claimed.iter().map(|row| (row.seq, row.claim())));
        claimed.iter().map(|row| row.seq).collect()
    }

    /// The claim of row `seq`, which is taken in hand when it is not yet.
    pub(super) fn hand(&mut self, seq: u32) -> ClaimedRow {
        if !self.hands.contains_key(&seq) {
            self.claim(0, 99);
        }
        self.hands[&seq]
    }

    pub(crate) fn mark(&mut self, seq: u32) -> bool {
        let mark = Mark { claim: self.hand(seq), version: 1 };
        self.write(&WriteBatch { marks: vec![mark], ..WriteBatch::default() }).granted[0]
    }

    pub(crate) fn settle(&mut self, seq: u32, state: State, next_at: Option<i64>) {
        let settlement = Settlement { next_at: next_at.map(at), ..Settlement::new(self.hand(seq), state, Some(no())) };
        self.write(&WriteBatch { settlements: vec![settlement], ..WriteBatch::default() });
    }

    pub(super) fn write(&mut self, turn: &WriteBatch) -> WriteResult {
        let written = self.ledger().write(ISSUE, at(10), turn).unwrap();
        assert_eq!(self.ledger().counts(ISSUE).unwrap(), self.other().counts(ISSUE).unwrap());
        written
    }

    /// Every row as `address state attempts reply`.
    pub(crate) fn rows(&self) -> Vec<String> {
        rows(self.other().as_mut())
    }
}

fn opened(place: &LedgerLocation) -> Box<dyn Ledger> {
    let home = match place {
        LedgerLocation::File(path) => path.parent().unwrap(),
        LedgerLocation::Server(_) => Path::new("."),
    };
    ledger::open_to_deliver(place, home, ISSUE, at(0), None).unwrap().unwrap()
}

/// Plans `addresses` for issue 42.
pub(crate) fn planned(ledger: &mut dyn Ledger, addresses: &[&str]) {
    assert!(freeze(ledger, &letter("hello"), addresses).unwrap());
}

fn freeze(ledger: &mut dyn Ledger, letter: &FrozenLetter, addresses: &[&str]) -> anyhow::Result<bool> {
    freeze_with(ledger, CourierKind::Smtp, (stamp(), letter), addresses)
}

/// Freezes issue 42 for `addresses`, to be made with `courier`.
pub(super) fn freeze_with(
    ledger: &mut dyn Ledger,
    courier: CourierKind,
    (stamp, letter): (DeliveryStamp, &FrozenLetter),
    addresses: &[&str],
) -> anyhow::Result<bool> {
    let plan = NewPlan {
        issue: ISSUE,
        courier,
        stamp,
        title: "Title",
        subject: "Subject",
        letter,
        key: "k",
        list: "l",
        audience: "tag `x`",
        recipients_of: None,
    };
    let mut audience = addresses.iter().map(|address| Ok(subscriber(address)));
    ledger.freeze(&plan, addresses.len() as u64, &mut audience)
}

/// A plan to mail `letter`, without words of its own.
pub(super) fn plan_of(issue: IssueNumber, letter: &FrozenLetter) -> NewPlan<'_> {
    let courier = CourierKind::Smtp;
    NewPlan {
        issue,
        courier,
        stamp: stamp(),
        title: "",
        subject: "",
        letter,
        key: "",
        list: "",
        audience: "",
        recipients_of: Some(IssueNumber(7)),
    }
}

/// Every row as `address state attempts reply`.
pub(crate) fn rows(ledger: &mut dyn Ledger) -> Vec<String> {
    let mut rows = Vec::new();
    let mut look = |entry: ledger::DeliveryRow| {
        let reply = entry.reply.map(|reply| reply.to_string()).unwrap_or_default();
        rows.push(format!("{} {} {} {reply}", entry.address, entry.state.name(), entry.attempts));
        Ok(())
    };
    ledger.entries(ISSUE, &State::ALL, &mut look).unwrap();
    rows
}

/// Some time on 15 January 2027.
pub(crate) fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
}

pub(super) fn stamp() -> DeliveryStamp {
    DeliveryStamp { plan: PlanId([7; 16]), date: at(0) }
}

pub(super) fn no() -> Reply {
    let enhanced = EnhancedCode { class: 5, subject: 1, detail: 1 };
    Reply { code: 550, enhanced: Some(enhanced), text: "no such user".to_owned() }
}

pub(super) fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}

pub(super) fn subscriber(address: &str) -> Subscriber {
    let name = address.split('@').next().unwrap().to_owned();
    Subscriber { address: EmailAddress::parse(address).unwrap(), fields: [("name".to_owned(), name)].into() }
}

/// A letter that says `text`.
pub(crate) fn letter(text: &str) -> FrozenLetter {
    let ada = address("ada@example.org");
    let letter = Letter {
        number: ISSUE,
        subject: Slotted::from("Weekly #42"),
        html: Slotted::from(format!("<p>{text}</p>").as_str()),
        text: Slotted::from(text),
    };
    let publication = Publication {
        name: "Weekly".to_owned(),
        description: "Links.".to_owned(),
        from: Mailbox { name: None, address: ada.clone() },
        reply_to: None,
        envelope_sender: ada.clone().into(),
        site: "https://weekly.example.org/".to_owned(),
        images: "https://weekly.example.org/img/".to_owned(),
        list_id: "weekly.example.org".to_owned(),
        sender_id: "weekly-x".to_owned(),
        postal_address: "Example Street 1".to_owned(),
        reason: "You subscribed.".to_owned(),
        language: "en".to_owned(),
        direction: Direction::LeftToRight,
        words: Words::default(),
        theme: Theme::of_accent(Colour { red: 0, green: 0, blue: 0 }),
        logo: None,
        unsubscribe: Unsubscribe { url: None, mailto: Some(ada.into()) },
        topics: Vec::new(),
        has_topic_page: false,
        subscription: None,
    };
    FrozenLetter::freeze(&letter, &publication, &stamp()).unwrap()
}
