//! Saves what can still be read of a damaged ledger into a new one, row by row.
//!
//! The damaged file is never written to: a copy of it and of its write-ahead log is read. A row
//! that can be read may be outdated, because its last mark or settlement may be on a lost page. So
//! if rows of a delivery may be missing, all its unfinished rows are in doubt. The address of a row
//! that cannot be read is taken from the table of mailboxes; such a row is in doubt, too.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags, OptionalExtension, Transaction, params_from_iter};

use super::ledger::Sqlite;
use super::location;
use super::location::with_suffix;
use super::lock::Lock;
use super::migration::classify_rehearsals;
use crate::ledger::sender::LockHolder;
use crate::model::{EmailAddress, IssueNumber, State};

/// The reply of a row in doubt that was read.
const UNPROVEN: &str = "the ledger was damaged: what was written last may be lost";

/// The reply of a row in doubt that was not read.
const LOST: &str = "the ledger was damaged: what became of this row is lost";

/// The result of a recovery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SalvageReport {
    /// The deliveries, by issue.
    pub deliveries: Vec<SalvagedDelivery>,
    /// Issues with an unreadable plan: nothing of their delivery could be saved.
    pub lost: Vec<IssueNumber>,
    /// The number of suppressed addresses.
    pub suppressions: u64,
    /// Whether there may have been more suppressed addresses.
    pub suppressions_may_be_missing: bool,
    /// The number of subscribers.
    pub subscribers: u64,
    /// Whether there may have been more subscribers, or more about readers.
    pub readers_may_be_missing: bool,
}

/// The result for one delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SalvagedDelivery {
    /// The issue.
    pub issue: IssueNumber,
    /// Rows that were planned.
    pub total: u64,
    /// Rows that were read.
    pub read: u64,
    /// Rows that were not read but have a known address.
    pub named: u64,
    /// Rows that are in doubt because of the damage, out of those read and named.
    pub in_doubt: u64,
    /// Whether its letter was read; without it the delivery cannot continue.
    pub has_letter: bool,
}

impl SalvagedDelivery {
    /// Rows that are lost.
    pub fn lost(&self) -> u64 {
        self.total.saturating_sub(self.read + self.named)
    }
}

impl Sqlite {
    /// Returns the faults of the ledger at `path` as SQLite describes them; empty if it is intact,
    /// `None` if it does not exist.
    pub fn examine(path: &Path) -> anyhow::Result<Option<Vec<String>>> {
        if !path.try_exists().with_context(|| format!("cannot examine `{}`", path.display()))? {
            return Ok(None);
        }
        location::refuse_network(path)?;
        let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)
            .and_then(|connection| connection.pragma_update(None, "query_only", true).map(|()| connection));
        let faults = connection.and_then(|connection| {
            let mut check = connection.prepare("PRAGMA integrity_check(10)")?;
            check.query_map([], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()
        });
        Ok(Some(match faults {
            Ok(faults) if faults == ["ok"] => Vec::new(),
            Ok(faults) => faults,
            Err(error) => vec![error.to_string()],
        }))
    }

    /// The process that delivers from the ledger at `path` now.
    pub fn holder(path: &Path) -> Option<LockHolder> {
        Lock::holder(path)
    }

    /// Saves the readable part of the ledger at `from` into a new one at `to`. Also looks for the
    /// deliveries of `issues`, in case the list of deliveries cannot be read.
    ///
    /// Errors if there is a file at `to`, if nothing can be read at all, or if the new ledger
    /// cannot be written; in that case none is left behind.
    pub fn salvage(from: &Path, to: &Path, issues: &[IssueNumber]) -> anyhow::Result<SalvageReport> {
        if to.try_exists()? {
            bail!("`{}` exists already; move it away first", to.display());
        }
        let copy = Copy::of(from, to)?;
        let saved = (|| {
            let old = Connection::open_with_flags(&copy.path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
            let tables = "SELECT count(*) FROM sqlite_schema WHERE name IN ('plan', 'letter', 'delivery')";
            let readable = old.query_row(tables, [], |row| row.get::<_, i64>(0)).is_ok_and(|tables| tables == 3);
            if !readable {
                bail!("the ledger `{}` cannot be read at all: restore it from a backup", from.display());
            }
            let mut new = Self::open(to)?;
            let transaction = new.connection.transaction()?;
            let salvage = Salvager { old: &old, new: &transaction }.save(issues)?;
            let with_courier = "SELECT 1 FROM pragma_table_info('plan') WHERE name = 'courier'";
            if !old.prepare(with_courier).is_ok_and(|mut query| query.exists([]).unwrap_or(false)) {
                classify_rehearsals(&transaction, &|_, _, _| None)?;
            }
            transaction.commit()?;
            Ok(salvage)
        })();
        if saved.is_err() {
            for path in [to.to_owned(), with_suffix(to, "-wal"), with_suffix(to, "-shm")] {
                let _ = fs::remove_file(path);
            }
        }
        saved
    }
}

/// A copy of a damaged ledger, removed when dropped.
struct Copy {
    path: PathBuf,
}

impl Copy {
    fn of(from: &Path, to: &Path) -> anyhow::Result<Self> {
        let copy = Self { path: with_suffix(to, ".damaged") };
        location::make(&copy.path)?;
        let context = || format!("cannot copy the ledger `{}`", from.display());
        fs::write(&copy.path, fs::read(from).with_context(context)?).with_context(context)?;
        if let Ok(log) = fs::read(with_suffix(from, "-wal")) {
            location::make(&with_suffix(&copy.path, "-wal"))?;
            fs::write(with_suffix(&copy.path, "-wal"), log).with_context(context)?;
        }
        Ok(copy)
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        for path in [self.path.clone(), with_suffix(&self.path, "-wal"), with_suffix(&self.path, "-shm")] {
            let _ = fs::remove_file(path);
        }
    }
}

/// Copies rows from the damaged ledger to the new one.
pub(super) struct Salvager<'a> {
    pub(super) old: &'a Connection,
    new: &'a Transaction<'a>,
}

impl Salvager<'_> {
    fn save(&self, issues: &[IssueNumber]) -> anyhow::Result<SalvageReport> {
        let is_sound = self.is_sound("delivery") && self.is_sound("plan");
        let mut salvage = SalvageReport {
            deliveries: Vec::new(),
            lost: Vec::new(),
            suppressions: 0,
            suppressions_may_be_missing: !self.is_sound("suppression") || !self.is_sound_if_any("erased"),
            subscribers: 0,
            readers_may_be_missing: false,
        };
        let mut keys: BTreeSet<String> = self.both_ends("SELECT address_key FROM suppression ORDER BY address_key");
        for issue in self.issues(issues) {
            match self.delivery(issue, is_sound, &mut keys)? {
                Some(saved) => salvage.deliveries.push(saved),
                None => salvage.lost.push(issue),
            }
        }
        // If it is lost, it is taken from the newest letter later.
        self.copy("identity", &[Value::from(1)])?;
        for key in keys {
            salvage.suppressions += self.copy("suppression", &[Value::Text(key)])?;
        }
        self.save_readers(&mut salvage)?;
        for account in self.both_ends::<String>("SELECT DISTINCT account FROM sent ORDER BY account") {
            // After a loss, limits may count too few messages; the provider still enforces its own
            // limits.
            self.copy("sent", &[Value::Text(account)])?;
        }
        Ok(salvage)
    }

    /// The issues to look for: those of readable plans, those of readable rows, and the `known`
    /// ones.
    fn issues(&self, known: &[IssueNumber]) -> BTreeSet<IssueNumber> {
        let planned: BTreeSet<u32> = self.both_ends("SELECT issue FROM plan ORDER BY issue");
        let found: BTreeSet<u32> = self.both_ends("SELECT DISTINCT issue FROM delivery ORDER BY issue");
        planned.into_iter().chain(found).map(IssueNumber).chain(known.iter().copied()).collect()
    }

    /// Saves a delivery; `None` if its plan cannot be read. Adds the mailboxes of its rows to
    /// `keys`.
    fn delivery(
        &self,
        issue: IssueNumber,
        is_sound: bool,
        keys: &mut BTreeSet<String>,
    ) -> anyhow::Result<Option<SalvagedDelivery>> {
        let number = Value::from(issue.0);
        if self.copy("plan", std::slice::from_ref(&number))? == 0 {
            return Ok(None);
        }
        let total: i64 = self.new.query_row("SELECT total FROM plan WHERE issue = ?", [issue.0], |row| row.get(0))?;
        let mut saved =
            SalvagedDelivery { issue, total: total.cast_unsigned(), read: 0, named: 0, in_doubt: 0, has_letter: false };
        // If a version cannot be read, later ones are left out: a recipient in doubt must not get a
        // letter other than the one they may have received.
        for version in 1_u32.. {
            if self.copy("letter", &[number.clone(), version.into()])? == 0 {
                saved.has_letter = version > 1;
                break;
            }
        }
        let mut missing = Vec::new();
        for seq in 1..=u32::try_from(total).unwrap_or(u32::MAX) {
            match self.copy("delivery", &[number.clone(), seq.into()])? {
                0 => missing.push(seq),
                _ => saved.read += 1,
            }
        }
        saved.named = self.restore_missing_rows(issue, &missing)?;
        if !is_sound || !missing.is_empty() {
            let open = [State::Planned, State::Transmitting, State::Deferred].map(|state| state as u8);
            saved.in_doubt = saved.named
                + self.new.execute(
                    "UPDATE delivery SET state = 5, next_at = NULL, code = 0, enhanced = NULL, text = ?1,
                            letter = coalesce(letter, (SELECT max(version) FROM letter WHERE issue = ?2))
                     WHERE issue = ?2 AND state IN (?3, ?4, ?5)",
                    rusqlite::params![UNPROVEN, issue.0, open[0], open[1], open[2]],
                )? as u64;
        }
        self.new.execute(
            "INSERT OR IGNORE INTO mailbox (issue, address_key) SELECT issue, address_key FROM delivery WHERE issue = ?",
            [issue.0],
        )?;
        let mut query = self.new.prepare("SELECT address_key FROM delivery WHERE issue = ?")?;
        for key in query.query_map([issue.0], |row| row.get(0))? {
            keys.insert(key?);
        }
        Ok(Some(saved))
    }

    /// Restores the `missing` rows of `issue` from the mailboxes without a row, and returns their
    /// number.
    fn restore_missing_rows(&self, issue: IssueNumber, missing: &[u32]) -> anyhow::Result<u64> {
        if missing.is_empty() {
            return Ok(0);
        }
        let sql = format!("SELECT address_key FROM mailbox WHERE issue = {issue} ORDER BY address_key");
        let mut named = 0;
        let mut places = missing.iter();
        for key in self.both_ends::<String>(&sql) {
            let taken = "SELECT 1 FROM delivery WHERE issue = ? AND address_key = ?";
            if EmailAddress::parse(&key).is_err() || self.new.prepare_cached(taken)?.exists((issue.0, &key))? {
                continue;
            }
            let Some(seq) = places.next() else { break };
            self.new.execute(
                "INSERT INTO delivery (issue, seq, address, address_key, fields, state, attempts, code, text)
                 VALUES (?, ?, ?, ?, '', ?, 1, 0, ?)",
                (issue.0, seq, &key, &key, State::InDoubt as u8, LOST),
            )?;
            named += 1;
        }
        Ok(named)
    }

    /// Copies the readable rows of `table` with `key` in their first columns, and returns their
    /// number.
    ///
    /// Errors when the new ledger cannot be written.
    pub(super) fn copy(&self, table: &str, key: &[Value]) -> anyhow::Result<u64> {
        let columns = self.columns(table)?;
        if columns.len() < key.len() {
            return Ok(0);
        }
        let wanted: Vec<_> = columns[..key.len()].iter().map(|column| format!("{column} = ?")).collect();
        let select = format!("SELECT {} FROM {table} WHERE {}", columns.join(", "), wanted.join(" AND "));
        let rows = (|| {
            let mut query = self.old.prepare_cached(&select)?;
            let read =
                |row: &rusqlite::Row<'_>| (0..columns.len()).map(|at| row.get(at)).collect::<Result<Vec<Value>, _>>();
            query.query_map(params_from_iter(key), read)?.collect::<Result<Vec<_>, _>>()
        })();
        let marks = vec!["?"; columns.len()].join(", ");
        // A row that violates a constraint of the schema was read wrong.
        let insert = format!("INSERT OR IGNORE INTO {table} ({}) VALUES ({marks})", columns.join(", "));
        let mut insert = self.new.prepare_cached(&insert)?;
        let mut copied = 0;
        for row in rows.unwrap_or_default() {
            copied += insert.execute(params_from_iter(row))? as u64;
        }
        Ok(copied)
    }

    /// The columns of `table` that both ledgers have; an older ledger has fewer.
    fn columns(&self, table: &str) -> anyhow::Result<Vec<String>> {
        let of = |connection: &Connection| -> rusqlite::Result<Vec<String>> {
            let mut query = connection.prepare_cached("SELECT name FROM pragma_table_info(?)")?;
            query.query_map([table], |row| row.get(0))?.collect()
        };
        let old = of(self.old).unwrap_or_default();
        Ok(of(self.new)?.into_iter().filter(|column| old.contains(column)).collect())
    }

    /// The values of the first column of `select`, read in ascending and in descending order as far
    /// as each gets. `select` ends with `ORDER BY` and that column.
    pub(super) fn both_ends<T: rusqlite::types::FromSql + Ord>(&self, select: &str) -> BTreeSet<T> {
        let mut found = BTreeSet::new();
        for direction in ["ASC", "DESC"] {
            let Ok(mut query) = self.old.prepare(&format!("{select} {direction}")) else { continue };
            let mut rows = query.raw_query();
            while let Ok(Some(row)) = rows.next() {
                found.extend(row.get(0));
            }
        }
        found
    }

    pub(super) fn is_sound(&self, table: &str) -> bool {
        let answer =
            self.old.query_row(&format!("PRAGMA integrity_check('{table}')"), [], |row| row.get::<_, String>(0));
        answer.optional().is_ok_and(|answer| answer.as_deref() == Some("ok"))
    }
}
