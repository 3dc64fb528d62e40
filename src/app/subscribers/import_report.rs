//! Counts what an import does with each row.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::diagnostic::Diagnostic;
use crate::readers::Outcome;

/// The most rejected rows that are kept with their reasons.
const MOST_REJECTED: usize = 1000;

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RowFate {
    /// Gets mail from now on.
    Added,
    /// Is asked to confirm.
    Asked,
    /// Was known, or asked before.
    AlreadyHere,
    /// Gets no mail from now on.
    Suppressed,
    /// Had said no, and that stays.
    StaysSuppressed,
    /// Would get mail, but another row of this import says that they get none, for this reason.
    LeftElsewhere(&'static str),
    /// Never confirmed at the other service, and is left out.
    Unconfirmed,
    /// Would get mail, but nothing says that they agreed.
    WithoutConsent,
    /// Cannot be read.
    Rejected,
}

/// A row that cannot be read.
#[derive(Debug, Clone)]
pub(crate) struct Rejected {
    pub(crate) file: PathBuf,
    pub(crate) line: usize,
    pub(crate) diagnostic: Diagnostic,
}

/// What an import does.
#[derive(Debug, Default)]
pub(crate) struct ImportReport {
    /// Rows read, of all files.
    pub(crate) rows: u64,
    pub(crate) added: u64,
    pub(crate) asked: u64,
    pub(crate) already_here: u64,
    pub(crate) suppressed: u64,
    pub(crate) stay_suppressed: u64,
    /// Rows left out because of another row, by the reason that is there.
    pub(crate) left_elsewhere: BTreeMap<&'static str, u64>,
    pub(crate) unconfirmed: u64,
    /// Rows that would be added, and for which `--consent` or `--confirm` is needed.
    pub(crate) without_consent: u64,
    pub(crate) rejected: u64,
    /// The first rejected rows.
    pub(crate) rejections: Vec<Rejected>,
    /// The number of newly suppressed by reason.
    pub(crate) reasons: BTreeMap<&'static str, u64>,
}

impl ImportReport {
    pub(super) fn count(&mut self, fate: RowFate) {
        self.rows += 1;
        *match fate {
            RowFate::Added => &mut self.added,
            RowFate::Asked => &mut self.asked,
            RowFate::AlreadyHere => &mut self.already_here,
            RowFate::Suppressed => &mut self.suppressed,
            RowFate::StaysSuppressed => &mut self.stay_suppressed,
            RowFate::LeftElsewhere(reason) => self.left_elsewhere.entry(reason).or_default(),
            RowFate::Unconfirmed => &mut self.unconfirmed,
            RowFate::WithoutConsent => &mut self.without_consent,
            RowFate::Rejected => &mut self.rejected,
        } += 1;
    }

    pub(super) fn reject(&mut self, rejected: Rejected) {
        self.count(RowFate::Rejected);
        if self.rejections.len() < MOST_REJECTED {
            self.rejections.push(rejected);
        }
    }

    /// Returns the sum of all fates, which is the number of rows.
    pub(crate) fn sum(&self) -> u64 {
        let told = self.added + self.asked + self.already_here + self.suppressed + self.stay_suppressed;
        let told = told + self.left_elsewhere.values().sum::<u64>();
        told + self.unconfirmed + self.without_consent + self.rejected
    }
}

impl RowFate {
    /// Returns what `outcome` of an import is to its report.
    pub(super) fn of(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Added => Self::Added,
            Outcome::Pending => Self::Asked,
            Outcome::Left => Self::Suppressed,
            Outcome::StaysSuppressed(_) | Outcome::StaysErased | Outcome::AlreadyLeft(_) => Self::StaysSuppressed,
            _ => Self::AlreadyHere,
        }
    }
}
