//! Claims an issue for one run in the newsletter's git repository, the only place that outlives every machine that
//! sends.
//!
//! Before the first message the run pushes `refs/newsletter/042`, which the server creates only once. A run that
//! cannot create it does not send: another run has begun the issue, and only the ledger of that run knows which
//! subscribers were mailed. The ref names a commit without files; its message has plan, letter, process and time, and
//! never an address.

mod git;
mod record;
mod reference;

pub use git::{ClaimError, ClaimResult, Git};
pub use record::{Claim, Record};
pub use reference::reference;
