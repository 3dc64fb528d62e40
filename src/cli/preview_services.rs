//! The services of the preview, from the use cases.

use std::collections::BTreeMap;
use std::path::PathBuf;

use chrono::{DateTime, Utc};

use super::check::link_summary;
use super::global::Global;
use super::{output, send};
use crate::app::check::fetch_links;
use crate::app::delivery_status::DeliveryStatus;
use crate::app::failure::full_text;
use crate::app::send::IssueToSend;
use crate::app::status::DeliveryOverview;
use crate::app::test_mail::{TestNotice, TestOptions, last_letter, send_test};
use crate::app::{clock, status};
use crate::config::{CourierSettings, Newsletter};
use crate::fetch::PageBatch;
use crate::message::FrozenLetter;
use crate::model::IssueNumber;
use crate::preview::{DeliveryProgress, LinkCheck, PreviewServices, TestMail, TestReply};

/// The services for the newsletter in one folder. Its configuration is read for each call, since the user edits it while
/// the preview runs.
pub(super) struct Services {
    /// The newsletter's folder.
    pub(super) root: PathBuf,
    pub(super) global: Global,
}

impl PreviewServices for Services {
    fn now(&self) -> DateTime<Utc> {
        clock::now()
    }

    fn deliveries(&self) -> anyhow::Result<BTreeMap<IssueNumber, DeliveryProgress>> {
        let deliveries = status::deliveries(&Newsletter::open(&self.root)?)?;
        Ok(deliveries.iter().map(|delivery| (delivery.issue, progress(delivery))).collect())
    }

    fn mailed_letter(&self, issue: IssueNumber) -> anyhow::Result<Option<FrozenLetter>> {
        status::mailed_letter(&Newsletter::open(&self.root)?, issue)
    }

    fn test_letter(&self, issue: IssueNumber) -> anyhow::Result<Option<FrozenLetter>> {
        last_letter(&self.root, issue)
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

fn progress(delivery: &DeliveryOverview) -> DeliveryProgress {
    DeliveryProgress {
        state: delivery.status.name(),
        is_running: delivery.status == DeliveryStatus::Running,
        needs_attention: delivery.status.command(delivery.issue).is_some(),
        accepted: delivery.accepted(),
        total: delivery.counts.total(),
    }
}
