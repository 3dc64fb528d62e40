//! Finds what is wrong with an issue, and with the settings, style sheets and subscriber list it is sent with. It is pure and uses no network: it looks at what it is given
//! (the issue, the letter, the finished messages of two sample readers, facts from web servers) and returns diagnostics.
//!
//! A problem that makes an issue unreadable is reported by `config` and `issue`. Rules are about issues that can be read and would
//! still embarrass their sender. A property that no author, configuration, style sheet or subscriber can break is not a
//! rule: `tests/it/message_invariants.rs` tests the renderer for it, and `guarantees` lists it.

mod address_fixes;
mod allowed;
mod author_notes;
mod capitals;
mod contrast;
mod descriptions;
mod domain;
mod earlier_links;
mod explain;
mod external_facts;
mod findings;
mod guarantees;
mod habits;
mod identity_settings;
mod input;
mod issue_context;
mod issue_links;
mod levels;
mod newsletter_context;
mod outgoing_links;
mod pictogram;
mod raw_message;
mod renamed;
mod rule;
mod rule_names;
mod rules;
mod sample_messages;
mod selector_marks;
mod source_places;
mod spam_score;
mod style_sheet_context;
mod text_length;
mod vague_link_texts;
mod word_count;

pub use address_fixes::{AddressFix, address_fixes};
pub use domain::is_reserved;
pub use earlier_links::EarlierLinks;
pub use explain::{explain, list, reference};
pub use external_facts::{ExternalFacts, FetchedLinks};
pub use findings::{RowRules, git_findings, is_strict_about, newsletter_findings, style_sheet_findings};
pub use guarantees::GUARANTEES;
pub use input::{CheckInput, Examine, FindColumns};
pub use issue_links::IssueLinks;
pub use newsletter_context::FindRealRecipient;
pub use outgoing_links::{OutgoingLink, outgoing_links};
pub use rule::{ListInGit, Rule};
pub use rule_names::{is_on, level_problems};
pub use rules::rules;
pub use sample_messages::sample_messages;
pub use selector_marks::with_marks;
pub use spam_score::{SPAM_REPORT, SpamScore};
pub use style_sheet_context::{OwnStyleSheet, StyleSheetUse};
pub use word_count::words;
