//! The integration tests: the binary as people run it, and real peers around it.
//!
//! One binary, one module a subject. `support` holds the world-builders.

#![expect(clippy::unwrap_used, reason = "a test that cannot set up its world has failed")]

mod add;
mod build_command;
mod check_fix;
mod corrupt_letter;
mod crash;
mod dated_issues;
mod diagnostics;
mod dkim;
mod doctor;
mod dry_run;
mod earlier_addresses;
mod empty_fields;
mod ephemeral_machines;
mod every_command;
mod fault_matrix;
mod fetch;
mod first_send;
mod gallery;
mod gather;
mod hold_and_canary;
mod hostile_input;
mod init;
mod issue_claim;
mod last_test_letter;
mod ledger;
mod ledger_recover;
mod ledger_subscribers;
mod letter;
mod list_command;
mod list_identity;
mod lost_key;
mod mail_clients;
mod mail_from;
mod max_in_flight;
mod message_invariants;
mod message_judges;
mod opt_outs;
mod ornament;
mod outbox;
mod partial_write;
mod postfix_dovecot;
mod postgres;
mod preview;
mod reconcile;
mod relays;
mod removed_ledger;
mod repo;
mod resume;
mod returned;
mod rules;
mod send_command;
mod sendmail;
mod sent_marker;
mod serve;
mod server_quirks;
mod smtp;
mod splice;
mod status;
mod subscribers;
mod support;
mod translated_words;
mod worker_panic;
