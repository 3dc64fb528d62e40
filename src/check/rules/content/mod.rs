//! Rules about what an issue says, how much, and when.

pub(super) mod empty_item;
pub(super) mod issue_date;
pub(super) mod issue_monotonic;
pub(super) mod item_count;
pub(super) mod legal_address;
pub(super) mod legal_why;
pub(super) mod long_item;
pub(super) mod long_words;
pub(super) mod preheader;
pub(super) mod size_html;
pub(super) mod size_html_near;
pub(super) mod size_message;
pub(super) mod spam_score;
pub(super) mod spammy;
