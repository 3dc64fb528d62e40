//! Implements the ledger contract for a PostgreSQL database, each method in the file of its subject.

use chrono::{DateTime, Utc};
use std::collections::HashSet;

use super::ledger::Postgres;
use crate::ledger::contract::{Ledger, methods_of_subjects};
use crate::ledger::plan::{DeliveryKey, DeliverySummary, NewPlan, Plan};
use crate::ledger::readers::{ReaderRecords, SubscriberRow};
use crate::ledger::reply::Reply;
use crate::ledger::row::{DeliveryRow, Resolution, Row};
use crate::ledger::sender::Sender;
use crate::ledger::sent_count::SentInMinute;
use crate::ledger::suppression::Suppression;
use crate::ledger::write_batch::{Claimed, MarkStore, RefusalReview, WriteBatch, WriteResult};
use crate::message::FrozenLetter;
use crate::model::{Counts, EmailAddress, IssueNumber, State, Subscriber, Token};
use crate::readers::BounceClass;

impl Ledger for Postgres {
    methods_of_subjects!();

    fn time(&mut self, here: DateTime<Utc>) -> anyhow::Result<DateTime<Utc>> {
        Self::time(self, here)
    }

    fn senders(&mut self) -> anyhow::Result<Vec<Sender>> {
        Self::senders(self)
    }

    fn recover(&mut self, _issue: IssueNumber, now: DateTime<Utc>) -> anyhow::Result<u64> {
        self.end_dead_senders(now)
    }

    fn mark_store(&mut self, plan: &Plan) -> anyhow::Result<MarkStore> {
        self.plan = Some(plan.stamp.plan);
        Ok(MarkStore::Ledger)
    }

    fn heartbeat(&mut self, issue: IssueNumber, now: DateTime<Utc>) -> anyhow::Result<Option<Counts>> {
        self.heartbeat_if_due(issue, now)
    }

    fn release(&mut self, _issue: IssueNumber) -> anyhow::Result<()> {
        self.end_own_sender()
    }
}
