//! Files and environment to model, or every problem of a file at once with its place.

mod config;
mod editor;
mod issue;
mod newsletter;
mod picture;
mod problems;
mod prose;
mod secret;
mod settings;
mod slots;
mod source;
mod style_sheet;
mod subject;
mod subscribers;
mod suggestion;
mod table;
mod text;
mod toml_file;
mod web_address;

pub use config::{Config, parse_config, parse_duration, parse_rate, parse_selector};
pub use editor::EditorAddress;
pub use issue::{
    ISSUES_FOLDER, IssueFile, IssuePlaces, LinkPlaces, LoadedIssue, TEMPLATE, fill_template, find_issue,
    issue_template, issues, own_words, parse_issue, slug, stray_files, template_words,
};
pub use newsletter::{CONFIG_FILE, Newsletter, find_root};
pub use picture::{Measure, MeasureError};
pub use problems::Problems;
pub use secret::{missing_token_key, token_secret, write_secret};
pub use settings::{
    CheckLevel, Courier, DatabaseUrl, DkimSettings, LedgerSettings, Rate, SecretSource, SendSettings, Settings,
    SharedLedger, SmtpSettings, Tls,
};
pub use style_sheet::{own_style_sheet, style_sheet};
pub use subscribers::{
    Audience, Entry, Fate, Row, Rows, SkipReason, SubscriberList, audience, list_digest, subscriber_list,
};
pub(crate) use suggestion::{did_you_mean, quote};
