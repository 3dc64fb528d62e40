//! The fault matrix: everything that is known to go wrong with a send, one test a row, in the order
//! of docs/reliability.md. Each pins what the user reads, the exit code, and where the ledger has
//! everybody afterwards.

mod disk;
mod domains;
mod entry;
mod kept;
mod limits;
mod list;
mod process;
mod refusals;
mod replies;
mod shared;
mod silence;

pub(crate) use entry::over_tls;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::support::{Mailing, Output, Project, Script, SmtpServer, after_summary};

/// The rows there are at least.
const ROWS: std::ops::RangeInclusive<usize> = 1..=52;

/// More people than this in one state are counted, not named.
const NAMED: usize = 6;

/// A newsletter that mails over one connection to a server that does as it is told.
pub(crate) fn mailing(script: Script, people: &[&str]) -> Mailing {
    Mailing::configured(SmtpServer::start(script), people.iter().copied(), "connections = 1", "retry = [\"1h\"]")
}

/// `send 1` with these arguments: what it said after the summary of a first send, its exit code, and the ledger.
pub(crate) fn sent<const N: usize>(mailing: &Mailing, arguments: [&str; N]) -> String {
    let all: Vec<_> = ["send", "1"].into_iter().chain(arguments).collect();
    after(mailing, &mailing.project.run(all))
}

/// The same of a command that has come to its end.
pub(crate) fn after(mailing: &Mailing, output: &Output) -> String {
    told(&mailing.told(output), &mailing.project)
}

/// What was `told` after the summary, and the ledger.
pub(crate) fn told(told: &str, project: &Project) -> String {
    format!("{}{}", after_summary(told), ledger(project))
}

/// Where everybody is: `accepted: ada, bo`, a line a state.
fn ledger(project: &Project) -> String {
    let output = project.run(["status", "1", "--json"]);
    let Ok(serde_json::Value::Array(people)) = serde_json::from_str(&output.stdout) else {
        return String::from("no ledger\n");
    };
    let mut states: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for person in &people {
        let [state, address] = ["state", "address"].map(|name| person[name].as_str().unwrap());
        states.entry(state).or_default().push(address.trim_end_matches("@example.org"));
    }
    let line = |(state, people): (&str, Vec<&str>)| match people.len() {
        count if count > NAMED => format!("{state}: {count} recipients\n"),
        _ => format!("{state}: {}\n", people.join(", ")),
    };
    states.into_iter().map(line).collect()
}

/// The functions of `tests/it/fault_matrix` that are named after a row, by its number.
fn rows_tested() -> BTreeMap<usize, Vec<String>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/fault_matrix");
    let mut rows: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for file in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        let module = file.file_stem().unwrap().to_str().unwrap().to_owned();
        let text = if file.is_file() { fs::read_to_string(&file).unwrap() } else { String::new() };
        for name in text.lines().filter_map(|line| line.strip_prefix("fn ")?.split('(').next()) {
            let number = name.strip_prefix("row_").and_then(|rest| rest.split('_').next()?.parse().ok());
            if let Some(number) = number {
                rows.entry(number).or_default().push(format!("{module}::{name}"));
            }
        }
    }
    for tests in rows.values_mut() {
        tests.sort();
    }
    rows
}

#[test]
fn every_row_has_a_test_and_its_place_in_the_document() {
    let document = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reliability.md")).unwrap();
    let tested = rows_tested();
    assert!(ROWS.into_iter().all(|row| tested.contains_key(&row)), "rows with a test: {:?}", tested.keys());
    let mut documented = BTreeMap::new();
    for line in document.lines().filter(|line| line.starts_with("| ")) {
        let cells: Vec<_> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        if let Ok(row) = cells[0].parse::<usize>() {
            let tests: Vec<String> = cells[cells.len() - 1].split('`').skip(1).step_by(2).map(String::from).collect();
            documented.insert(row, tests);
        }
    }
    assert_eq!(documented, tested);
}
