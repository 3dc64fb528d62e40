//! Claims an issue in the git repository: looks the claim up before a send is confirmed, and makes it before the
//! first message.

use super::issue::IssueToSend;
use crate::app::claims::ClaimHolder;
use crate::app::failure::Failure;
use crate::app::prepare::new_stamp;
use crate::app::{ci, clock, this_machine};
use crate::claim::{Claim, ClaimError, ClaimResult, Git, Record, reference};
use crate::config::CourierSettings;
use crate::ledger::Plan;

/// The claim that a send has to make.
pub(super) enum ClaimStep {
    /// None is configured, or this delivery has it already.
    NotNeeded,
    Claim {
        git: Git,
        /// The claim of another run, to be replaced.
        replaces: Option<Box<Claim>>,
    },
}

impl ClaimStep {
    /// Looks up the claim on the issue, if `[ledger]` asks for one and the issue is sent by mail. `plan` is the plan
    /// of its earlier delivery.
    ///
    /// Errors when another delivery has claimed it, unless that is allowed, and when the claims cannot be read.
    pub(super) fn find(issue: &IssueToSend, plan: Option<&Plan>, allowed: bool) -> anyhow::Result<Self> {
        let newsletter = &issue.newsletter;
        let is_mail = !matches!(newsletter.settings.courier, CourierSettings::Outbox(_));
        let claim = newsletter.settings.claim.as_ref().filter(|_| is_mail);
        let Some(claim) = claim else { return Ok(Self::NotNeeded) };
        let git = Git::new(&newsletter.root, &claim.remote);
        let found = git.claim(issue.number).map_err(|error| cannot_claim(issue, &error))?;
        match found {
            Some(Claim { record: Some(record), .. }) if plan.is_some_and(|plan| record.is_of(plan)) => {
                Ok(Self::NotNeeded)
            }
            Some(claim) if !allowed => Err(is_claimed(issue, plan, &claim).into()),
            replaces => Ok(Self::Claim { git, replaces: replaces.map(Box::new) }),
        }
    }

    /// Returns the holder of the claim that is replaced.
    pub(super) fn replaced(&self) -> Option<ClaimHolder<'_>> {
        let Self::Claim { replaces: Some(claim), .. } = self else { return None };
        Some(ClaimHolder(claim))
    }

    /// Claims the issue for `plan`.
    ///
    /// Errors when it cannot be claimed: then nothing may be sent.
    pub(super) fn claim(&self, issue: &IssueToSend, plan: &Plan) -> anyhow::Result<()> {
        let Self::Claim { git, replaces } = self else { return Ok(()) };
        let run = ci::run_page(|name| std::env::var_os(name));
        let record = Record::new(plan, this_machine::process_name(), run, clock::now());
        match git.take(plan, &record, replaces.as_deref()) {
            Ok(ClaimResult::Granted) => Ok(()),
            Ok(ClaimResult::Denied(claim)) => Err(is_claimed(issue, Some(plan), &claim).into()),
            Err(error) => Err(cannot_claim(issue, &error).into()),
        }
    }
}

fn is_claimed(issue: &IssueToSend, plan: Option<&Plan>, claim: &Claim) -> Failure {
    let (number, command) = (issue.number, issue.command());
    let other = claim
        .record
        .as_ref()
        .is_some_and(|record| letter_digest(issue, plan).is_some_and(|ours| ours != record.letter));
    let other = if other { ", with a different letter" } else { "" };
    let message = format!(
        "issue {number} was claimed by {}{other}; its recipients may have it already, and this ledger has no record of that",
        ClaimHolder(claim)
    );
    let failure = Failure::not_started(message);
    let failure = if let Some(run) = claim.record.as_ref().and_then(|record| record.run.as_ref()) {
        failure.hint(format!("check how far that run got: {run}"))
    } else {
        let remote = issue.newsletter.settings.claim.as_ref().map_or("origin", |claim| claim.remote.as_str());
        let name = reference(number);
        failure.hint(format!(
            "check how far that run got; `git fetch {remote} {name} && git show FETCH_HEAD` shows the claim"
        ))
    };
    failure.hint("continue on the machine with the ledger of that run: only that ledger records which recipients have the issue").hint(format!(
        "if that ledger is lost, `{command} --allow-claimed --confirm N` sends to all N recipients; some may get a second copy"
    ))
}

/// Returns the digest of the letter that would be sent.
fn letter_digest(issue: &IssueToSend, plan: Option<&Plan>) -> Option<String> {
    if let Some(plan) = plan {
        return Some(plan.letter().digest.clone());
    }
    let letter = issue.prepared().ok()?.freeze(&issue.newsletter.publication, &new_stamp().ok()?).ok()?;
    Some(letter.digest().to_owned())
}

fn cannot_claim(issue: &IssueToSend, error: &ClaimError) -> Failure {
    let hint = match error {
        ClaimError::NoGit(_) => "install git, or remove `claim` from `[ledger]`".to_owned(),
        ClaimError::NotARepository(_) => {
            "clone the newsletter's repository, or remove `claim` from `[ledger]`".to_owned()
        }
        ClaimError::NoRemote(_) => {
            "`git remote -v` lists the remotes; set `remote = \"...\"` under `[ledger]`".to_owned()
        }
        ClaimError::Unreachable(remote, _) | ClaimError::TimedOut(remote, _) => {
            format!("`git ls-remote {remote}` shows the complete error; fix it and run the same command again")
        }
        ClaimError::Denied(..) => {
            "allow this machine to push to `refs/newsletter/*` (in GitHub Actions: `permissions: contents: write`)"
                .to_owned()
        }
        ClaimError::Failed(..) => "run that command in the newsletter's folder to see the complete error".to_owned(),
    };
    let message = format!("issue {} cannot be claimed: {error}; nothing was sent", issue.number);
    Failure::not_started(message).hint(hint)
}
