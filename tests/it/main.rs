//! The integration tests: the binary as people run it, and real peers around it.
//!
//! One binary, one module a subject. `support` holds the world-builders.

#![expect(clippy::unwrap_used, reason = "a test that cannot set up its world has failed")]

mod build;
mod dkim;
mod letter;
mod mail;
mod repo;
mod subscribers;
mod support;
