//! Tests ledger files that cannot be used: read-only ones, and file systems without locks.

use std::process::Stdio;

use snapbox::{assert_data_eq, str};

use crate::crash::traced;
use crate::support::Project;

/// What `newsletter` with these arguments says when the system calls on `file` of `.newsletter` go wrong as strace(1) is
/// told.
fn injected<const N: usize>(arguments: [&str; N], file: &str, injection: &str) -> String {
    let project = Project::new().subscribers(["ada@example.org"]);
    assert_eq!(project.run(["suppress", "bo@example.org"]).code, 0);
    let path = project.path(".newsletter").join(file);
    let (calls, _) = injection.split_once(':').unwrap();
    let (trace, inject) = (format!("trace={calls}"), format!("inject={injection}"));
    let options = ["-o", "/dev/null", "-P", path.to_str().unwrap(), "-e", &trace, "-e", &inject];
    let mut command = traced(&project.command(arguments), options);
    let output = project.finish(command.stdout(Stdio::piped()).stderr(Stdio::piped()));
    format!("{}{}exit {}\n", output.stderr, output.stdout, output.code)
}

#[test]
#[ignore = "needs strace; ./check runs it"]
fn a_ledger_that_may_only_be_read_is_not_written_to() {
    // The first call is to make it; with the second SQLite asks to write to it, with a third only to read it.
    let injection = "openat:error=EACCES:when=2";
    assert_data_eq!(
        injected(["suppress", "ada@example.org"], "ledger.sqlite3", injection),
        str![[r#"
error: the ledger `[ROOT]/.newsletter/ledger.sqlite3` is read-only
exit 1

"#]]
    );
}

#[test]
#[ignore = "needs strace; ./check runs it"]
fn a_folder_that_may_not_be_written_to_makes_a_ledger_read_only() {
    let injection = "openat:error=EACCES";
    assert_data_eq!(
        injected(["suppress", "ada@example.org"], "ledger.sqlite3-wal", injection),
        str![[r#"
error: the ledger `[ROOT]/.newsletter/ledger.sqlite3` is read-only
  caused by: attempt to write a readonly database
exit 1

"#]]
    );
}

#[test]
#[ignore = "needs strace; ./check runs it"]
fn a_file_system_that_keeps_no_locks_is_refused() {
    let injection = "flock:error=ENOLCK";
    let told = injected(["send", "1", "--yes"], "ledger.sqlite3.lock", injection);
    let (_, end) = told.split_once("error: ").unwrap();
    assert_data_eq!(
        end,
        str![[r#"
cannot lock `[ROOT]/.newsletter/ledger.sqlite3.lock`: No locks available (os error 37); nothing was sent
exit 6

"#]]
    );
}
