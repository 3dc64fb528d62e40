//! Plan, ledger, couriers, the run.

pub mod ledger;
pub mod outcome;
pub mod pace;
pub mod retry;
