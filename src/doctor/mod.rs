//! Diagnoses what keeps a newsletter's mail from arriving. Facts go in, diagnoses come out.
//!
//! | module | contents |
//! |---|---|
//! | [`records`] | the DNS records of a sender, and what they mean together |
//! | `spf`, `dkim`, `dmarc` | the meaning of one record |
//! | [`machine`] | the clock and the disk |
//! | [`readers`] | the duration of a delivery, the pages that readers need |
//! | [`dns`], [`mail_host`] | TXT and MX records: nothing else here touches the network |
//!
//! The use case (`app/doctor`) gathers the facts: local files, keys and the mail server, in the same way as `send`.

mod diagnosis;
mod dkim;
mod dmarc;
pub mod dns;
pub mod machine;
pub mod mail_host;
pub mod readers;
pub mod records;
mod spf;

pub use diagnosis::{Diagnosis, Level};
pub use dkim::key;
