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
use crate::app::test_mail::{TestOptions, last_letter, send_test};
use crate::app::{clock, status};
use crate::config::Newsletter;
use crate::fetch::PageBatch;
use crate::message::FrozenLetter;
use crate::model::IssueNumber;
use crate::preview::{DeliveryProgress, LinkCheck, PreviewServices};

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

    fn send_test(&self, issue: IssueNumber) -> Result<Vec<String>, String> {
        let mut lines = Vec::new();
        let mut send = || {
            let options = TestOptions { conversation: output::conversation(&self.global), ..TestOptions::default() };
            send_test(
                &IssueToSend::numbered(&self.root, issue)?,
                &options,
                &mut |notice| match send::test_line(&notice) {
                    Some(line) => lines.push(line),
                    None => output::note(&self.global, &send::test_text(issue, &notice)),
                },
            )
        };
        send().map_err(|error| full_text(&error))?;
        Ok(lines)
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
