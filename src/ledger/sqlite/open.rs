//! Opens a ledger file: sets its pragmas, has it migrated, and looks for damage.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, bail};
use chrono::{DateTime, Utc};
use rusqlite::backup::Backup;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::accepted_rows::AcceptedRows;
use super::backup;
use super::claimed_rows::ClaimedRows;
use super::file_watch::FileWatch;
use super::ledger::Sqlite;
use super::location;
use super::lock::Lock;
use super::migration::{NEWEST, migrate};
use crate::ledger::sender::LockHolder;
use crate::ledger::transmit_log::{self, MachineStart, PreviousRun};
use crate::model::IssueNumber;

/// The longest wait for the write of another program (`newsletter suppress`, a backup).
const BUSY: Duration = Duration::from_secs(5);

/// The number of pages above which a full check takes noticeable time: 40 MB.
const LARGE: i64 = 10_000;

/// The number of pages copied at once when a ledger is copied to memory.
const PAGES: i32 = 10_000;

/// The pages kept in memory: 1 MB. No access is faster with more, and a sort takes as much again.
const CACHE: i32 = 256;

/// The hint for a damaged ledger.
const RECOVER: &str = "`newsletter ledger recover` copies what can be read";

/// Marks the file as ours: `PRAGMA application_id`, "NWSL".
const APPLICATION: i32 = 0x4e57_534c;

impl Sqlite {
    /// Opens the ledger at `path` for writing. Creates it and its folder if they are missing, readable by their owner only.
    ///
    /// Errors name the file and its fault: on a network file system, not a ledger, damaged, written
    /// by a newer version, read-only.
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        location::make(path)?;
        let ledger = Self::connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        if ledger.connection.is_readonly("main")? {
            bail!("the ledger `{}` is read-only", path.display());
        }
        let _: String = ledger
            .connection
            .pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))
            .map_err(|error| explained(error, path))?;
        ledger.migrate(path)?;
        ledger.check(path)?;
        Ok(ledger)
    }

    /// Opens the ledger at `path` of the newsletter in `home` to deliver `issue` from it, with the
    /// lock that only one process can hold. The inner error is the process that holds the lock.
    pub fn open_locked(
        path: &Path,
        home: &Path,
        issue: IssueNumber,
        now: DateTime<Utc>,
        machine: Option<MachineStart>,
    ) -> anyhow::Result<Result<Self, LockHolder>> {
        let lock = match Lock::take(path, home, issue, now)? {
            Ok(lock) => lock,
            Err(holder) => return Ok(Err(holder)),
        };
        let ledger = Self::open(path)?;
        let watch = FileWatch::new(path)?;
        Ok(Ok(Self { machine, lock: Some(lock), watch: Some(watch), ..ledger }))
    }

    /// Opens the ledger at `path` for reading, even during a delivery; `None` if it does not exist.
    /// A ledger of an older version is migrated in a copy in memory; the file stays as it is.
    /// `machine` is the current start of this machine, if known.
    pub fn open_to_read(path: &Path, machine: Option<MachineStart>) -> anyhow::Result<Option<Self>> {
        if !path.try_exists().with_context(|| format!("cannot examine `{}`", path.display()))? {
            return Ok(None);
        }
        location::refuse_network(path)?;
        let mut ledger = Self { machine, ..Self::connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)? };
        let version = ledger.version(path)?;
        if version == 0 {
            return Ok(None);
        }
        if version < NEWEST {
            let explain = |error: rusqlite::Error| explained(error, path);
            let mut copy = Connection::open_in_memory()?;
            Backup::new(&ledger.connection, &mut copy)
                .and_then(|backup| backup.run_to_completion(PAGES, Duration::ZERO, None))
                .map_err(explain)?;
            ledger.connection = copy;
            ledger.migrate_from(version).map_err(explain)?;
        }
        ledger.connection.pragma_update(None, "query_only", true)?;
        Ok(Some(ledger))
    }

    fn connect(path: &Path, access: OpenFlags) -> anyhow::Result<Self> {
        let connection = Connection::open_with_flags(path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX)
            .map_err(|error| explained(error, path))?;
        connection.busy_timeout(BUSY)?;
        connection.pragma_update(None, "synchronous", "FULL").map_err(|error| explained(error, path))?;
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.pragma_update(None, "cache_size", CACHE)?;
        // Statements keep their plans, whatever is bound to them: a batch would cost another preparation each time.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        Ok(Self {
            checkpoint: None,
            accepted: AcceptedRows::new(&connection)?,
            connection,
            path: path.to_owned(),
            machine: None,
            lock: None,
            watch: None,
            claimed: ClaimedRows::default(),
            counted: None,
        })
    }

    /// The schema version of the file; 0 if it is empty.
    fn version(&self, path: &Path) -> anyhow::Result<i64> {
        let explain = |error: rusqlite::Error| explained(error, path);
        let version: i64 =
            self.connection.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(explain)?;
        let application: i32 =
            self.connection.pragma_query_value(None, "application_id", |row| row.get(0)).map_err(explain)?;
        let tables: i64 =
            self.connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).map_err(explain)?;
        if tables > 0 && application != APPLICATION {
            bail!("`{}` is a database, but not a ledger of this program", path.display());
        }
        if version > NEWEST {
            bail!(
                "the ledger `{}` was written by a newer version of newsletter (schema {version}, this one knows {})",
                path.display(),
                NEWEST,
            );
        }
        Ok(version)
    }

    fn migrate(&self, path: &Path) -> anyhow::Result<()> {
        let version = self.version(path)?;
        if version == NEWEST {
            return Ok(());
        }
        if version > 0 {
            backup::before_migration(&self.connection, path, version)?;
        }
        let explain = |error: rusqlite::Error| explained(error, path);
        self.connection.execute_batch("BEGIN IMMEDIATE").map_err(explain)?;
        // Read again inside the transaction: another process may have been faster.
        self.migrate_from(self.version(path)?).map_err(explain)?;
        self.connection.pragma_update(None, "application_id", APPLICATION).map_err(explain)?;
        self.connection.pragma_update(None, "user_version", NEWEST).map_err(explain)?;
        self.connection.execute_batch("COMMIT").map_err(explain)
    }

    fn migrate_from(&self, version: i64) -> rusqlite::Result<()> {
        // If the transmit log cannot be read, the plan counts as one that may have mailed
        // subscribers.
        migrate(&self.connection, version, &|issue, plan, run| {
            PreviousRun::read(&transmit_log::path(&self.path, issue), plan, run, None).ok().flatten()
        })
    }

    /// Looks for damage. In a large file it checks only plans, letters and who must not get mail; rows are
    /// checked as they are read.
    fn check(&self, path: &Path) -> anyhow::Result<()> {
        let explain = |error: rusqlite::Error| explained(error, path);
        let pages: i64 = self.connection.pragma_query_value(None, "page_count", |row| row.get(0)).map_err(explain)?;
        let checked: &[&str] = if pages > LARGE { &["plan", "letter", "suppression", "erased"] } else { &["1"] };
        for what in checked {
            let check = format!("PRAGMA quick_check({what})");
            let answer: String = self.connection.query_row(&check, [], |row| row.get(0)).map_err(explain)?;
            if answer != "ok" {
                bail!("the ledger `{}` is damaged ({RECOVER}): {answer}", path.display());
            }
        }
        Ok(())
    }
}

/// Returns whether `cause` is a failure of the system to read or write the ledger's file. SQLite
/// does not report the reason.
pub fn is_of_file(cause: &(dyn std::error::Error + 'static)) -> bool {
    let code = cause.downcast_ref().and_then(rusqlite::Error::sqlite_error_code);
    code == Some(ErrorCode::SystemIoFailure)
}

/// Adds the file to the error, and an explanation for the kinds that a person can fix.
pub(super) fn explained(error: rusqlite::Error, path: &Path) -> anyhow::Error {
    let path = path.display();
    let meaning = match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => format!("`{path}` is not a ledger"),
        Some(ErrorCode::DatabaseCorrupt) => format!("the ledger `{path}` is damaged ({RECOVER})"),
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => format!("the ledger `{path}` is read-only"),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            format!("another program has kept the ledger `{path}` busy for {} seconds", BUSY.as_secs())
        }
        Some(ErrorCode::DiskFull) => format!("no space left for the ledger `{path}`"),
        _ => format!("cannot use the ledger `{path}`"),
    };
    anyhow::Error::new(error).context(meaning)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::ledger::contract::Ledger;
    use crate::model::State;

    fn refusal(path: &Path) -> String {
        format!("{:#}", Sqlite::open(path).unwrap_err()).replace(path.to_str().unwrap(), "LEDGER")
    }

    #[test]
    fn only_its_owner_can_read_a_new_ledger() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("private/ledger.sqlite3");
        let ledger = Sqlite::open(&path).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(path.parent().unwrap()), 0o700);
        assert_eq!(mode(&path), 0o600);
        assert_eq!(mode(&folder.path().join("private/ledger.sqlite3-wal")), 0o600);
        drop(ledger);
        Sqlite::open(&path).unwrap();
    }

    #[test]
    fn what_is_no_ledger_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.sqlite3");
        fs::write(&path, "Dear diary, this is long enough to have a header. ".repeat(50)).unwrap();
        assert_eq!(
            refusal(&path),
            "`LEDGER` is not a ledger: file is not a database: Error code 26: file is not a database"
        );

        fs::remove_file(&path).unwrap();
        Connection::open(&path).unwrap().execute_batch("CREATE TABLE songs (title TEXT)").unwrap();
        assert_eq!(refusal(&path), "`LEDGER` is a database, but not a ledger of this program");
    }

    #[test]
    fn a_ledger_of_a_newer_version_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.sqlite3");
        Sqlite::open(&path).unwrap().connection.pragma_update(None, "user_version", 99).unwrap();
        assert_eq!(
            refusal(&path),
            "the ledger `LEDGER` was written by a newer version of newsletter (schema 99, this one knows 7)"
        );
        assert!(Sqlite::open_to_read(&path, None).is_err());
    }

    #[test]
    fn a_ledger_of_the_last_version_is_brought_up_to_date_with_everybody_in_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.sqlite3");
        let old = Connection::open(&path).unwrap();
        for step in [include_str!("schema_1.sql"), include_str!("schema_2.sql"), include_str!("schema_3.sql")] {
            old.execute_batch(step).unwrap();
        }
        old.execute_batch(
            "INSERT INTO plan VALUES (42, x'', 0, '', '', 1, '', 0, '');
             INSERT INTO delivery (issue, seq, address, address_key, fields, state)
             VALUES (42, 1, 'ada@example.org', 'ada@example.org', '', 4);
             INSERT INTO suppression VALUES ('ada@example.org', 'ada@example.org', 'hard bounce', 0);
             PRAGMA user_version = 3;",
        )
        .unwrap();
        old.pragma_update(None, "application_id", APPLICATION).unwrap();
        drop(old);
        let issue = IssueNumber(42);
        let mut ledger = Sqlite::open(&path).unwrap();
        assert_eq!(ledger.version(&path).unwrap(), NEWEST);
        assert_eq!(ledger.recover(issue, DateTime::UNIX_EPOCH).unwrap(), 0);
        assert_eq!(ledger.counts(issue).unwrap().of(State::Refused), 1, "what an older version refused is judged");
        assert_eq!(ledger.unsuppress_found_by(issue).unwrap(), ["ada@example.org"]);
    }

    #[test]
    fn a_damaged_ledger_is_not_used() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.sqlite3");
        Sqlite::open(&path).unwrap();
        let mut bytes = fs::read(&path).unwrap();
        let page = usize::from(u16::from_be_bytes([bytes[16], bytes[17]]));
        bytes[page..page + 100].fill(0xff);
        fs::write(&path, &bytes).unwrap();
        assert!(refusal(&path).starts_with("the ledger `LEDGER` is damaged"), "{}", refusal(&path));
    }

    #[test]
    fn of_a_large_ledger_the_rows_are_not_read_to_open_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.sqlite3");
        let large =
            "INSERT INTO plan (issue, id, started, title, subject, total, key) VALUES (42, x'', 0, '', '', 1, '');
                     INSERT INTO delivery (issue, seq, address, address_key, fields, text)
                     VALUES (42, 1, 'ada@example.org', 'ada@example.org', '', zeroblob(41000000))";
        Sqlite::open(&path).unwrap().connection.execute_batch(large).unwrap();
        let sound = fs::read(&path).unwrap();
        assert_eq!(opened_without_the_page_of("delivery", &path, &sound), "");
        for table in ["plan", "letter", "suppression", "erased"] {
            let refusal = opened_without_the_page_of(table, &path, &sound);
            assert!(refusal.starts_with("the ledger `LEDGER` is damaged"), "{table}: {refusal}");
        }
    }

    /// The error of opening the ledger `sound` at `path` with the first page of `table` overwritten.
    fn opened_without_the_page_of(table: &str, path: &Path, sound: &[u8]) -> String {
        fs::write(path, sound).unwrap();
        let root = "SELECT rootpage FROM sqlite_schema WHERE name = ?";
        let root: usize =
            Connection::open(path).unwrap().query_row(root, [table], |row| row.get::<_, u32>(0)).unwrap() as usize;
        let size = usize::from(u16::from_be_bytes([sound[16], sound[17]]));
        let mut bytes = sound.to_vec();
        bytes[(root - 1) * size..root * size].fill(0xff);
        fs::write(path, bytes).unwrap();
        Sqlite::open(path)
            .map_or_else(|error| format!("{error:#}").replace(path.to_str().unwrap(), "LEDGER"), |_| String::new())
    }

    #[test]
    fn the_root_of_all_folders_is_no_ledger() {
        assert_eq!(
            format!("{:#}", Sqlite::open(Path::new("/")).unwrap_err()),
            "cannot use the ledger `/`: unable to open database file: /: Error code 14: unable to open database file"
        );
    }

    #[test]
    fn reading_makes_no_ledger() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.sqlite3");
        assert!(Sqlite::open_to_read(&path, None).unwrap().is_none());
        assert!(!path.exists());
    }
}
