//! Rules about links.

pub(super) mod dead;
pub(super) mod dup;
pub(super) mod http;
pub(super) mod ip;
pub(super) mod mismatch;
pub(super) mod moved;
pub(super) mod port;
pub(super) mod scheme;
pub(super) mod shortener;
pub(super) mod tracking_params;
pub(super) mod unsub_body;
pub(super) mod unsub_last;
pub(super) mod unwell;
pub(super) mod valid;
pub(super) mod web_version;
