//! Holds the words, in some thirty languages, that decide whether a subscriber wants mail.

pub(in crate::subscribers) mod buttondown;
pub(in crate::subscribers) mod normalize;
pub(in crate::subscribers) mod shape;
pub(in crate::subscribers) mod status_words;
pub(in crate::subscribers) mod stems;
