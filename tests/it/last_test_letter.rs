//! Tests the stored letter of the last test mail, kept for a comparison.

use std::fs;

use newsletter::ledger::test_letter::{keep, path, read};
use newsletter::model::IssueNumber;

use crate::ledger::letter;

#[test]
fn a_kept_letter_is_read_back_unchanged_and_a_damaged_one_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = path(folder.path(), IssueNumber(42));
    assert_eq!(path, folder.path().join(".newsletter/tests/042.letter"));
    assert_eq!(read(&path).unwrap(), None);

    keep(&path, &letter("hello")).unwrap();
    keep(&path, &letter("hello again")).unwrap();
    assert_eq!(read(&path).unwrap(), Some(letter("hello again")));

    fs::write(&path, "{").unwrap();
    let damaged = format!("`{}` is damaged; the next test mail replaces it", path.display());
    assert_eq!(read(&path).unwrap_err().to_string(), damaged);

    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    assert_eq!(read(&path).unwrap_err().to_string(), format!("cannot read `{}`", path.display()));
}
