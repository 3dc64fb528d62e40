//! Reads and writes the record in a claim. Pure.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::ledger::Plan;
use crate::model::IssueNumber;

/// A claim at the remote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The object the ref names.
    pub object: String,
    /// Its record; `None` when that cannot be read.
    pub record: Option<Record>,
}

/// The process that claimed an issue, and its plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The plan's identity, in hex: a process with that plan in its ledger may go on.
    pub plan: String,
    /// The letter's digest.
    pub letter: String,
    /// The process: `pid 4711 on runner-7`.
    pub by: String,
    /// The time (RFC 3339).
    pub at: String,
    /// The web page of the CI run, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run: Option<String>,
}

impl Record {
    /// The claim of the delivery of `plan` by the process `by`, in the CI run with the web page `run`.
    pub fn new(plan: &Plan, by: String, run: Option<String>, now: DateTime<Utc>) -> Self {
        let Plan { stamp, .. } = plan;
        let at = now.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
        Self { plan: stamp.plan.to_string(), letter: plan.letter().digest.clone(), by, at, run }
    }

    /// Whether it is the claim of `plan`.
    pub fn is_of(&self, plan: &Plan) -> bool {
        self.plan == plan.stamp.plan.to_string()
    }

    /// Returns the time, if it is valid.
    pub fn time(&self) -> Option<DateTime<Utc>> {
        DateTime::parse_from_rfc3339(&self.at).ok().map(|at| at.to_utc())
    }

    /// Returns the message of the commit that claims `issue`.
    pub(super) fn to_message(&self, issue: IssueNumber) -> String {
        let lines = toml::to_string(self).expect("a record of strings is always TOML");
        format!("newsletter: issue {issue} is sent from here\n\n{lines}")
    }

    /// Reads the commit `text` with the message of [`Self::to_message`]. Its values are shown to people and may be
    /// another program's, so control characters and long values are rejected.
    pub(super) fn read(text: &str) -> Option<Self> {
        // Headers, subject, record.
        let message = text.split_once("\n\n")?.1;
        let record: Self = toml::from_str(message.split_once("\n\n")?.1).ok()?;
        let fields = [&record.plan, &record.letter, &record.by, &record.at];
        let is_plain = |text: &&String| text.len() <= 200 && !text.chars().any(char::is_control);
        let all_plain = fields.into_iter().chain(&record.run).all(|text| is_plain(&text));
        all_plain.then_some(record)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> Record {
        Record {
            plan: "00112233445566778899aabbccddeeff".to_owned(),
            letter: "d1gest".to_owned(),
            by: "pid 4711 on runner-7".to_owned(),
            at: "2026-11-24T09:02:11Z".to_owned(),
            run: None,
        }
    }

    #[test]
    fn a_record_is_read_back_from_its_commit() {
        for run in [None, Some("https://ci.example.org/runs/7".to_owned())] {
            let record = Record { run, ..record() };
            let message = record.to_message(IssueNumber(42));
            assert!(message.starts_with("newsletter: issue 42 is sent from here\n\nplan = "), "{message}");
            let commit = format!("tree 4b82\nauthor newsletter <newsletter@localhost> 1 +0000\n\n{message}");
            assert_eq!(Record::read(&commit), Some(record));
        }
        assert_eq!(record().time().unwrap().to_string(), "2026-11-24 09:02:11 UTC");
    }

    #[test]
    fn a_commit_of_another_program_is_no_record() {
        let written = |record: &Record| format!("tree 4b82\n\n{}", record.to_message(IssueNumber(42)));
        let steering = Record { by: "\x1b[2J".to_owned(), ..record() };
        let endless = Record { by: "x".repeat(201), ..record() };
        let foreign = ["", "tree 4b82\n\nfix typo\n", "tree 4b82\n\nfix\n\nplan = 7\n"].map(str::to_owned);
        for text in foreign.into_iter().chain([written(&steering), written(&endless)]) {
            assert_eq!(Record::read(&text), None, "{text}");
        }
    }
}
