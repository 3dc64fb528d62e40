//! The integration tests: the binary as people run it, and real peers around it.
//!
//! One binary, one module a subject. `support` holds the world-builders.

mod dkim;
mod support;
