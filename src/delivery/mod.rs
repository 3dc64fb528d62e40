//! Delivery: a letter and an audience frozen into a plan, the plan carried out, every step kept in the ledger.
//!
//! The promise: *for one issue and one subscriber at most one message is ever accepted by the server, as far as SMTP
//! allows; no subscriber is forgotten; and what SMTP leaves open is named, never guessed.*
//!
//! | module | what it knows |
//! |---|---|
//! | [`ledger`] | what is known about every subscriber, durably |
//! | [`outcome`], [`retry`], `breaker`, `strain`, `lease` | what an answer means, when to try again, how many at once: pure |
//! | [`limits`], `pace`, `quota`, `warm_up`, `throttle`, `traffic` | how much a relay may carry now: pure |
//! | [`mail_log`] | what the log of a Postfix says about messages in doubt: pure |
//! | [`courier`], [`relay`] | what carries a message, and how hard it may be worked |
//! | `run` | a run from its first claim to its end |
//! | `writer`, `page` | the one thread that owns the ledger, and what it writes with one sync |
//! | `tray` | what lies between that thread and the workers |
//! | [`marker`], [`test_letter`] | what is kept beside the ledger: that an issue was sent, what its last test mail was |
//! | `desk`, `over_smtp`, `over_pipeline`, `by_hand`, `span` | a worker's day |
//!
//! It prints nothing and asks nothing: what happens goes out as [`Event`]s, what was decided comes in as arguments.

mod breaker;
mod by_hand;
mod clock;
pub mod courier;
mod desk;
mod event;
mod lease;
pub mod ledger;
pub mod limits;
pub mod mail_log;
pub mod marker;
pub mod outcome;
mod over_pipeline;
mod over_smtp;
mod pace;
mod page;
mod quota;
pub mod relay;
pub mod retry;
mod run;
mod span;
mod stop;
mod strain;
pub mod test_letter;
mod throttle;
mod traffic;
mod tray;
mod warm_up;
mod writer;

pub use clock::Clock;
pub use courier::Courier;
pub use event::Event;
pub use limits::Rate;
pub use relay::Relay;
pub use run::{Ended, Ending, Run};
pub use stop::{Stop, StopReason};
