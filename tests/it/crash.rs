//! The crash lab: a delivery is broken in every conceivable way and resumed, and
//! nobody may have it twice and nobody may be missing. The oracle is the mail server's own synced
//! journal, never the ledger.
//!
//! | experiment | what breaks |
//! |---|---|
//! | `kill` | the sender, by `kill -9`, at random moments |
//! | `boundary` | the sender, at each of its system calls in turn |
//! | `power_cut` | the machine: what was not synced is gone |
//! | `fault` | connections and disk, at random places |
//! | `rehearsal` | a send to the outbox, by `kill -9`; then it is mailed |
//! | `starts` | nothing: fifty are started at once |
//! | `senders` | senders, connections and the database of eight who share one |
//! | `removed` | the files of the ledger, which go while it is sent from |
//! | `sendmail` | the sender, while a sendmail program reads |
//! | `runners` | machines that are thrown away, each with a fresh clone |
//!
//! `scripts/crash-lab` runs one of them at any size; `cargo test` runs each at a small one. The lab is tested as well: with
//! the mark of a message taken out of the ledger, or with syncs that do nothing, it has to find somebody who got it twice.

mod aftermath;
mod boundary;
mod experiment;
mod fault;
mod kill;
mod power_cut;
mod rehearsal;
mod removed;
mod runners;
mod senders;
mod sendmail;
mod starts;
mod world;

pub(crate) use aftermath::{Aftermath, judge};
pub(crate) use power_cut::resumed_after_a_power_cut;
pub(crate) use world::{World, forget_the_marks, traced};
