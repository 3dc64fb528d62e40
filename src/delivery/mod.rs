//! Plan, ledger, couriers and the run: each subscriber of an issue gets it once.
