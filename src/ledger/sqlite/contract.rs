//! Implements the ledger contract for a SQLite file, each method in the file of its subject.

use chrono::{DateTime, Utc};
use std::collections::HashSet;

use super::ledger::Sqlite;
use super::lock::Lock;
use crate::ledger::contract::{Ledger, methods_of_subjects};
use crate::ledger::loss::{LedgerLoss, RescuedLedger};
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

impl Ledger for Sqlite {
    methods_of_subjects!();

    fn time(&mut self, here: DateTime<Utc>) -> anyhow::Result<DateTime<Utc>> {
        Ok(here)
    }

    fn senders(&mut self) -> anyhow::Result<Vec<Sender>> {
        Ok(Lock::holder(&self.path).and_then(|holder| holder.0).into_iter().collect())
    }

    fn recover(&mut self, issue: IssueNumber, now: DateTime<Utc>) -> anyhow::Result<u64> {
        self.settle_marked(issue, now)
    }

    fn mark_store(&mut self, plan: &Plan) -> anyhow::Result<MarkStore> {
        self.start_transmit_log(plan).map(MarkStore::TransmitLog)
    }

    fn heartbeat(&mut self, _issue: IssueNumber, _now: DateTime<Utc>) -> anyhow::Result<Option<Counts>> {
        Ok(None)
    }

    fn loss(&mut self) -> Option<LedgerLoss> {
        self.check_files()
    }

    fn rescue(&mut self) -> anyhow::Result<Option<RescuedLedger>> {
        self.rescue_files()
    }

    fn release(&mut self, issue: IssueNumber) -> anyhow::Result<()> {
        Self::release(self, issue);
        Ok(())
    }
}
