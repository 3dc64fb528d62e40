//! Opening a ledger: the file, its pragmas, its schema.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::lock::Lock;
use super::{Hold, Sqlite, place};
use crate::delivery::ledger::MachineStart;
use crate::model::IssueNumber;

/// How long another program's write (`newsletter suppress`, a backup) is waited for.
const BUSY: Duration = Duration::from_secs(5);

/// Pages of a file that would take a noticeable time to check whole: 40 MB.
const LARGE: i64 = 10_000;

/// What to do about a damaged ledger.
const RECOVER: &str = "`newsletter ledger recover` saves what can be read";

/// Marks the file as ours: `PRAGMA application_id`, "NWSL".
const APPLICATION: i32 = 0x4e57_534c;

/// The steps from an empty file to today's schema. A step that was released never changes; add one.
const MIGRATIONS: &[&str] = &[include_str!("schema_1.sql"), include_str!("schema_2.sql"), include_str!("schema_3.sql")];

/// Today's schema version.
const NEWEST: i64 = MIGRATIONS.len().cast_signed() as i64;

impl Sqlite {
    /// Opens the ledger at `path` for writing, making it and its folder when missing, for the eyes of its owner only.
    ///
    /// Errors say which file and what is wrong with it: on a network file system, not a ledger, damaged, written by a
    /// newer version, read-only.
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        place::make(path)?;
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

    /// Opens the ledger at `path` to deliver `issue` from it, with the lock that only one process has; without it the inner
    /// error says who does.
    pub fn open_locked(
        path: &Path,
        issue: IssueNumber,
        now: DateTime<Utc>,
        machine: Option<MachineStart>,
    ) -> anyhow::Result<Result<Self, String>> {
        Ok(match Lock::take(path, issue, now)? {
            Ok(lock) => Ok(Self { machine, lock: Some(lock), ..Self::open(path)? }),
            Err(holder) => Err(holder),
        })
    }

    /// Opens the ledger at `path` for reading, also while a delivery writes to it; `None` when there is none.
    pub fn open_to_read(path: &Path) -> anyhow::Result<Option<Self>> {
        if !path.try_exists().with_context(|| format!("cannot look at `{}`", path.display()))? {
            return Ok(None);
        }
        place::refuse_network(path)?;
        let ledger = Self::connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        let version = ledger.version(path)?;
        if version == 0 {
            return Ok(None);
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
        Ok(Self { connection, path: path.to_owned(), machine: None, lock: None, hold: Hold::default(), counted: None })
    }

    /// The schema version of the file; 0 when it is empty.
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
        if self.version(path)? == NEWEST {
            return Ok(());
        }
        let explain = |error: rusqlite::Error| explained(error, path);
        self.connection.execute_batch("BEGIN IMMEDIATE").map_err(explain)?;
        // Read again inside the transaction: another process may have been faster.
        let version = usize::try_from(self.version(path)?).unwrap_or(0);
        for step in &MIGRATIONS[version..] {
            self.connection.execute_batch(step).map_err(explain)?;
        }
        self.connection.pragma_update(None, "application_id", APPLICATION).map_err(explain)?;
        self.connection.pragma_update(None, "user_version", NEWEST).map_err(explain)?;
        self.connection.execute_batch("COMMIT").map_err(explain)
    }

    /// Looks for damage. In a large file only where plans, letters and suppressions are: what else is read from it is checked
    /// as it is read.
    fn check(&self, path: &Path) -> anyhow::Result<()> {
        let explain = |error: rusqlite::Error| explained(error, path);
        let pages: i64 = self.connection.pragma_query_value(None, "page_count", |row| row.get(0)).map_err(explain)?;
        let checks: &[&str] = if pages > LARGE {
            &["PRAGMA quick_check(plan)", "PRAGMA quick_check(letter)", "PRAGMA quick_check(suppression)"]
        } else {
            &["PRAGMA quick_check(1)"]
        };
        for check in checks {
            let answer: String = self.connection.query_row(check, [], |row| row.get(0)).map_err(explain)?;
            if answer != "ok" {
                bail!("the ledger `{}` is damaged ({RECOVER}): {answer}", path.display());
            }
        }
        Ok(())
    }
}

/// The file beside `path` that SQLite calls by it and `suffix`.
pub(super) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// The error with the file and, for the kinds a person can do something about, what it means.
pub(super) fn explained(error: rusqlite::Error, path: &Path) -> anyhow::Error {
    let path = path.display();
    let meaning = match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => format!("`{path}` is not a ledger"),
        Some(ErrorCode::DatabaseCorrupt) => format!("the ledger `{path}` is damaged ({RECOVER})"),
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => format!("the ledger `{path}` is read-only"),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            format!("another program has kept the ledger `{path}` busy for {} seconds", BUSY.as_secs())
        }
        Some(ErrorCode::DiskFull) => format!("no room left for the ledger `{path}`"),
        _ => format!("cannot use the ledger `{path}`"),
    };
    anyhow::Error::new(error).context(meaning)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

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
            "the ledger `LEDGER` was written by a newer version of newsletter (schema 99, this one knows 3)"
        );
        assert!(Sqlite::open_to_read(&path).is_err());
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
        let large = "INSERT INTO plan VALUES (42, x'', 0, '', '', 1, '', 0, '');
                     INSERT INTO delivery (issue, seq, address, address_key, fields, text)
                     VALUES (42, 1, 'ada@example.org', 'ada@example.org', '', zeroblob(41000000))";
        Sqlite::open(&path).unwrap().connection.execute_batch(large).unwrap();
        let sound = fs::read(&path).unwrap();
        assert_eq!(opened_without_the_page_of("delivery", &path, &sound), "");
        for table in ["plan", "letter", "suppression"] {
            let refusal = opened_without_the_page_of(table, &path, &sound);
            assert!(refusal.starts_with("the ledger `LEDGER` is damaged"), "{table}: {refusal}");
        }
    }

    /// Why the ledger `sound`, the first page of `table` overwritten, is not opened at `path`.
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
        assert!(Sqlite::open_to_read(&path).unwrap().is_none());
        assert!(!path.exists());
    }
}
