//! Delivers the open rows of a plan.
//!
//! A row goes one way, and the files are read in that order:
//!
//! | file | responsibility |
//! |---|---|
//! | `run`, `deliver` | the run before and after; starts the ledger writer and the workers, and waits for them |
//! | `ledger_writer` | the thread that owns the ledger: claims rows (`claiming`), records marks and outcomes (`recording`) |
//! | `work_queue` | connects ledger writer (`ledger_side`) and workers (`taking`, `reporting`, `relays`) |
//! | `workers` | one thread for each connection |
//! | `whole_message` | the work of a worker of the outbox or of sendmail |
//! | `smtp_connections` | the work of an SMTP worker: one connection after another |
//! | `smtp_single`, `smtp_chunked` | the messages of a connection, one at a time or several in flight |
//! | `worker` | the stages of a row: take (`rows`), compose, mark (`marking`), settle (`settling`) |
//! | `smtp_replies` | the meaning of replies and lost connections for a row |
//! | `batch` | the outcomes and marks that one sync writes |
//!
//! `circuit_breaker`, `prefetch`, `connection_budget` and `failure_streak` decide, without input or output.

mod batch;
mod circuit_breaker;
mod connection_budget;
mod context;
mod deliver;
mod event;
mod failure_streak;
mod ledger_writer;
mod prefetch;
mod run;
mod smtp_chunked;
mod smtp_connections;
mod smtp_replies;
mod smtp_single;
mod smtp_worker;
mod whole_message;
mod work_queue;
mod worker;
mod workers;

pub use circuit_breaker::HeldDomain;
pub use event::{Event, ServerQuirk};
pub use run::{Run, RunReport};
