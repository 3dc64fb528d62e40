//! Decides what each column of a list means, from its heading and its values.

pub(in crate::subscribers) mod assign;
pub(in crate::subscribers) mod classify;
pub(in crate::subscribers) mod column;
pub(in crate::subscribers) mod headings;
pub(in crate::subscribers) mod known_headings;
pub(in crate::subscribers) mod own_export;
pub(in crate::subscribers) mod service;
pub(in crate::subscribers) mod stats;
pub(in crate::subscribers) mod status;
pub(in crate::subscribers) mod unclear;
