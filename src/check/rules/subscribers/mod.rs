//! Rules about the list of subscribers.

pub(super) mod dup;
pub(super) mod formula;
pub(super) mod role;
pub(super) mod typo;
