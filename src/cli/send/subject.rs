//! What is to be sent: an issue as its file has it, or, when that is gone, as the ledger has it.

use super::Options;
use crate::cli::{Exit, Failure, clock, ledger, wording};
use crate::delivery::ledger::Plan;
use crate::letter::{self, Letter};
use crate::load::{self, LoadedIssue, Newsletter, Problems};
use crate::message::{FrozenLetter, PlanId, Stamp};
use crate::model::IssueNumber;
use crate::templates;

/// An issue of a newsletter, to be sent.
pub(super) struct Subject {
    pub(super) newsletter: Newsletter,
    pub(super) number: IssueNumber,
    /// What is wrong is that its file is gone.
    written: Result<Written, Problems>,
}

/// An issue as its file has it now, loaded and rendered.
pub(super) struct Written {
    pub(super) loaded: LoadedIssue,
    pub(super) letter: Letter,
}

impl Subject {
    pub(super) fn new(newsletter: Newsletter, loaded: LoadedIssue) -> anyhow::Result<Self> {
        let css = load::style_sheet(&newsletter.root, "letter.css", templates::letter::CSS)?;
        let letter = letter::render(&loaded.issue, &newsletter.publication, &css)?;
        Ok(Self { newsletter, number: loaded.issue.number, written: Ok(Written { loaded, letter }) })
    }

    /// The issue whose number is `word` and whose file is gone, as `problems` say: one that was begun goes on without it.
    ///
    /// Errors with `problems` when there is a file, and when the ledger knows nothing of the issue.
    pub(super) fn gone(newsletter: Newsletter, word: &str, problems: Problems) -> anyhow::Result<Self> {
        let Ok(number) = word.parse().map(IssueNumber) else { return Err(problems.into()) };
        if load::issues(&newsletter.root)?.iter().any(|file| file.number == number) {
            return Err(problems.into());
        }
        let Some(mut ledger) = ledger::open_to_read(&newsletter)? else { return Err(problems.into()) };
        if ledger.plan(number)?.is_none() {
            return Err(problems.into());
        }
        Ok(Self { newsletter, number, written: Err(problems) })
    }

    /// The issue as its file has it now.
    ///
    /// Errors when the file is gone.
    pub(super) fn written(&self) -> Result<&Written, Problems> {
        self.written.as_ref().map_err(Clone::clone)
    }

    /// `newsletter send 42`.
    pub(super) fn command(&self) -> String {
        format!("newsletter send {}", self.number)
    }

    pub(super) fn refuse_draft(&self) -> Result<(), Failure> {
        if let Ok(Written { loaded, .. }) = &self.written
            && loaded.issue.draft
        {
            let message = format!("issue {} is a draft", self.number);
            let file = loaded.source.path.display();
            return Err(Failure::new(Exit::NotStarted, message)
                .hint(format!("take `draft = true` out of `{file}` when it is ready")));
        }
        Ok(())
    }

    /// The letter as it is now, if it differs from the frozen one and the `people` left are to get it. One whose file is gone
    /// cannot differ.
    ///
    /// Errors when it differs and nobody said that this is meant.
    pub(super) fn changed(&self, options: &Options, plan: &Plan, people: u64) -> anyhow::Result<Option<FrozenLetter>> {
        let Ok(written) = &self.written else { return Ok(None) };
        let letter = FrozenLetter::freeze(&written.letter, &self.newsletter.publication, &plan.stamp)?;
        let (then, now) = (&plan.letter().digest, letter.digest());
        if then == now {
            return Ok(None);
        }
        if options.allow_changed {
            return Ok(Some(letter));
        }
        let (issue, command) = (plan.issue, self.command());
        let message = format!(
            "issue {issue} was edited since it was first sent: the letter was {then:.12} then and is {now:.12} now"
        );
        let people = wording::count(people);
        Err(Failure::new(Exit::NotStarted, message)
            .hint(format!("`{command} --allow-changed` gives the new letter to the {people} left"))
            .hint("take the edit back to go on with the letter the others got")
            .into())
    }

    /// What a new delivery of it is stamped with.
    pub(super) fn new_stamp() -> anyhow::Result<Stamp> {
        Ok(Stamp { plan: PlanId(clock::random_bytes()?), date: clock::now() })
    }
}
