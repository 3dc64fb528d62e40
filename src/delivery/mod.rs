//! Delivery: a letter and an audience frozen into a plan, the plan carried out, every step kept in the ledger.
//!
//! The promise: *for one issue and one subscriber at most one message is ever accepted by the server, as far as SMTP
//! allows; no subscriber is forgotten; and what SMTP leaves open is named, never guessed.*
//!
//! | module | what it knows |
//! |---|---|
//! | [`ledger`] | what is known about every subscriber, durably |
//! | [`outcome`], [`retry`], [`pace`], `lease`, `breaker` | what an answer means, when to try again, how fast, how many at once: pure |
//! | [`courier`] | what carries a message |
//! | `run` | a run from its first claim to its end |
//! | `writer`, `page` | the one thread that owns the ledger, and what it writes with one sync |
//! | `tray` | what lies between that thread and the workers |
//! | `desk`, `over_smtp`, `over_pipeline`, `by_hand` | a worker's day |
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
pub mod marker;
pub mod outcome;
mod over_pipeline;
mod over_smtp;
pub mod pace;
mod page;
pub mod retry;
mod run;
mod stop;
mod tray;
mod writer;

pub use clock::Clock;
pub use courier::Courier;
pub use event::Event;
pub use run::{Ended, Ending, Rate, Run};
pub use stop::{Stop, StopReason};
