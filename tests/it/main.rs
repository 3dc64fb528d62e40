//! The integration tests: the binary as people run it, and real peers around it.
//!
//! One binary, one module a subject. `support` holds the world-builders.

#![expect(clippy::unwrap_used, reason = "a test that cannot set up its world has failed")]

mod build;
mod caution;
mod crash;
mod cut;
mod damaged_letter;
mod diagnostics;
mod dkim;
mod doctor;
mod fault_matrix;
mod in_flight;
mod init;
mod ledger;
mod letter;
mod list;
mod mail;
mod marker;
mod mta;
mod outbox;
mod postgres;
mod preview;
mod reconcile;
mod relays;
mod repo;
mod resume;
mod rules;
mod salvage;
mod send;
mod sender;
mod sendmail;
mod smtp;
mod status;
mod subscribers;
mod support;
mod test_letter;
mod web;
mod words;
mod worker;
