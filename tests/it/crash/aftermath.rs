//! Reads the outcome for every recipient after a crash and judges the guarantee.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::Project;

/// What became of everybody, by address.
pub(crate) struct Aftermath {
    /// SHA-256 of every copy the server has accepted.
    pub(crate) copies: BTreeMap<String, Vec<String>>,
    /// Who has it, as the ledger says.
    pub(crate) accepted: BTreeSet<String>,
    /// Of whom the ledger says that nobody knows.
    pub(crate) in_doubt: BTreeSet<String>,
}

impl Aftermath {
    /// Reads the ledger of `project` through `status`, and the server's `journal`.
    pub(crate) fn read(project: &Project, journal: &str) -> Self {
        let mut copies: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for line in journal.lines() {
            let [recipient, _, digest] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
            copies.entry(recipient.to_owned()).or_default().push(digest.to_owned());
        }
        let mut listed: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let output = project.run(["status", "1", "--json"]);
        let people: serde_json::Value = serde_json::from_str(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"));
        for person in people.as_array().unwrap() {
            let [state, address] = ["state", "address"].map(|name| person[name].as_str().unwrap().to_owned());
            listed.entry(state).or_default().insert(address);
        }
        let mut take = |state| listed.remove(state).unwrap_or_default();
        Self { copies, accepted: take("accepted"), in_doubt: take("in-doubt") }
    }

    /// Holds the guarantee against what became of `people`, of whom at most `bound` may be in doubt, or, with `resend`, have
    /// got it more than once. Answers how many copies too many there are, all of them asked for; or how the guarantee broke.
    pub(crate) fn judged(&self, people: usize, bound: usize, resend: bool) -> Result<usize, String> {
        let Self { copies, accepted, in_doubt } = self;
        let ensure = |holds: bool, otherwise: String| if holds { Ok(()) } else { Err(otherwise) };
        let known = accepted.len() + in_doubt.len();
        ensure(known == people, format!("{known} of {people} are accounted for"))?;
        let invented: Vec<_> = accepted.iter().filter(|address| !copies.contains_key(*address)).collect();
        ensure(invented.is_empty(), format!("the server never took what the ledger calls accepted: {invented:?}"))?;
        let doubts = in_doubt.len();
        ensure(doubts <= bound, format!("{doubts} in doubt, at most {bound} can be: {in_doubt:?}"))?;
        let twice: BTreeMap<_, _> = copies.iter().filter(|(_, copies)| copies.len() > 1).collect();
        if !resend {
            return ensure(twice.is_empty(), format!("twice: {:?}", twice.keys())).map(|()| 0);
        }
        ensure(doubts == 0 && copies.len() == people, format!("{} of {people} have it", copies.len()))?;
        let extra = copies.values().map(|copies| copies.len() - 1).sum();
        ensure(extra <= bound, format!("{extra} copies too many, at most {bound} can be"))?;
        let different = twice.iter().find(|(_, copies)| copies.iter().any(|copy| *copy != copies[0]));
        ensure(different.is_none(), format!("two different messages: {different:?}"))?;
        Ok(extra)
    }
}

/// Panics when the guarantee broke; else as [`Aftermath::judged`].
pub(crate) fn judge(aftermath: &Aftermath, people: usize, bound: usize, resend: bool) -> usize {
    aftermath.judged(people, bound, resend).unwrap_or_else(|broken| panic!("{broken}"))
}
