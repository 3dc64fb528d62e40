//! Carries out a frozen plan, with every step recorded in the ledger.
//!
//! The promise: *for one issue and one subscriber at most one message is ever accepted by the server, as far as SMTP
//! allows; no subscriber is forgotten; and what SMTP leaves open is named, never guessed.*
//!
//! | module | what it does |
//! |---|---|
//! | [`outcome`], [`refusal`], [`retry`] | interprets a server's reply, and decides when to try again: pure |
//! | [`limits`] | decides how much a relay may carry now: pure |
//! | [`couriers`] | carries messages: over SMTP, through a sendmail program, into a folder |
//! | `engine` | carries a run from its first claim to its end |
//! | [`postfix_log`] | reads what a Postfix log says about messages in doubt: pure |
//!
//! It neither prints nor prompts: what happens is reported as [`Event`]s, and decisions are passed in.

mod clock;
pub mod couriers;
mod engine;
pub mod limits;
pub mod outcome;
pub mod postfix_log;
pub mod refusal;
mod relay;
pub mod retry;
mod stop;

pub use clock::Clock;
pub use couriers::Courier;
pub use engine::{Event, HeldDomain, Run, RunReport, ServerQuirk};
pub use limits::Rate;
pub use relay::Relay;
pub use stop::{EndReason, RefusalWave, Stop, StopReason};
