//! The services of the preview, from the use cases.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};

use super::check::link_summary;
use super::global::Global;
use super::{output, send};
use crate::app::check::fetch_links;
use crate::app::delivery_status::DeliveryStatus;
use crate::app::failure::full_text;
use crate::app::gather::{MadeChange, change_links, sitting, undo, waiting_count};
use crate::app::send::IssueToSend;
use crate::app::status::DeliveryOverview;
use crate::app::test_mail::{TestNotice, TestOptions, last_letter, send_test};
use crate::app::{clock, status, subscribers};
use crate::config::{CourierSettings, Newsletter};
use crate::fetch::PageBatch;
use crate::inbox::LinkChange;
use crate::message::FrozenLetter;
use crate::model::IssueNumber;
use crate::preview::{DeliveryProgress, LinkCheck, PreviewServices, TestMail, TestReply, WaitingLink, WaitingLinks};

/// The services for the newsletter in one folder. Its configuration is read for each call, since the user edits it while
/// the preview runs.
pub(super) struct Services {
    /// The newsletter's folder.
    pub(super) root: PathBuf,
    pub(super) global: Global,
    /// The changes to the links that wait, the last one last.
    pub(super) made: Mutex<Vec<MadeChange>>,
}

impl PreviewServices for Services {
    fn now(&self) -> DateTime<Utc> {
        clock::now()
    }

    fn deliveries(&self) -> anyhow::Result<BTreeMap<IssueNumber, DeliveryProgress>> {
        let newsletter = Newsletter::open(&self.root)?;
        let (deliveries, losses) = (status::deliveries(&newsletter)?, subscribers::losses(&newsletter)?);
        let lost = |issue| losses.get(&issue).copied().unwrap_or_default();
        Ok(deliveries.iter().map(|delivery| (delivery.issue, progress(delivery, lost(delivery.issue)))).collect())
    }

    fn mailed_letter(&self, issue: IssueNumber) -> anyhow::Result<Option<FrozenLetter>> {
        status::mailed_letter(&Newsletter::open(&self.root)?, issue)
    }

    fn test_letter(&self, issue: IssueNumber) -> anyhow::Result<Option<FrozenLetter>> {
        last_letter(&self.root, issue)
    }

    fn waiting_count(&self, issue: IssueNumber) -> usize {
        // The page of the links says what is wrong with their file.
        Newsletter::open(&self.root).and_then(|newsletter| waiting_count(&newsletter, issue)).unwrap_or_default()
    }

    fn waiting_links(&self, issue: IssueNumber) -> Result<WaitingLinks, String> {
        let read = || sitting(&Newsletter::open(&self.root)?, issue, clock::now().timestamp());
        let sitting = read().map_err(|error: anyhow::Error| full_text(&error))?;
        let links = sitting.links.into_iter().map(|link| WaitingLink {
            line: link.entry.line,
            url: link.entry.url,
            title: link.entry.title,
            note: link.entry.note,
            section: link.entry.section,
            host: link.host,
            feeds: link.feeds,
            age: link.age,
            known: link.known.and_then(|place| Some((place.issue?, place.line))),
            is_later: link.is_later,
        });
        Ok(WaitingLinks {
            links: links.collect(),
            sections: sitting.sections,
            lead: sitting.lead,
            refusal: sitting.refusal,
            dropped: sitting.dropped,
            can_undo: !self.made.lock().unwrap_or_else(PoisonError::into_inner).is_empty(),
            digest: sitting.digest,
        })
    }

    fn change_link(&self, issue: IssueNumber, change: LinkChange, drawn: &str) -> Result<String, String> {
        let run = || change_links(&Newsletter::open(&self.root)?, issue, change, drawn, clock::now().timestamp());
        let made = run().map_err(|error: anyhow::Error| full_text(&error))?;
        let said = made.said.clone();
        self.made.lock().unwrap_or_else(PoisonError::into_inner).push(made);
        Ok(said)
    }

    fn undo_link(&self) -> Result<String, String> {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(last) = made.last() else { return Err("there is nothing to undo".to_owned()) };
        undo(last).map_err(|error| full_text(&error))?;
        let said = format!("Undone: {}", last.said);
        made.pop();
        Ok(said)
    }

    fn check_links(&self, issue: IssueNumber) -> Result<LinkCheck, String> {
        let check = || {
            let newsletter = Newsletter::open(&self.root)?;
            let loaded = newsletter.issue(&issue.to_string(), &self.root, |_| false)?;
            let batch = PageBatch { now: clock::now().timestamp(), use_cache: true };
            let results = fetch_links(&newsletter, &[&loaded], batch, &mut |_| {})?;
            Ok(LinkCheck { summary: link_summary::summary(&results), answers: results.results })
        };
        check().map_err(|error: anyhow::Error| full_text(&error))
    }

    fn send_test(&self, issue: IssueNumber) -> Result<TestMail, String> {
        let mut replies = Vec::new();
        let mut send = || {
            let options = TestOptions { conversation: output::conversation(&self.global), ..TestOptions::default() };
            let issue_to_send = IssueToSend::numbered(&self.root, issue)?;
            let is_mailed = !matches!(issue_to_send.newsletter.settings.courier, CourierSettings::Outbox(_));
            send_test(&issue_to_send, &options, &mut |notice| match notice {
                TestNotice::Reply { address, word, reply, is_accepted } => {
                    replies.push(TestReply { address: address.to_string(), word, reply, is_accepted });
                }
                notice => output::note(&self.global, &send::test_text(issue, &notice)),
            })?;
            Ok(is_mailed)
        };
        let is_mailed = send().map_err(|error: anyhow::Error| full_text(&error))?;
        Ok(TestMail { is_mailed, replies })
    }
}

fn progress(delivery: &DeliveryOverview, lost: u64) -> DeliveryProgress {
    DeliveryProgress {
        lost,
        state: delivery.status.name(),
        is_running: delivery.status == DeliveryStatus::Running,
        needs_attention: delivery.status.command(delivery.issue).is_some(),
        accepted: delivery.accepted(),
        total: delivery.counts.total(),
    }
}
