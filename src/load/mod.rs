//! Files and environment to model, or every problem of a file at once with its place.

mod issue;
mod newsletter;
mod problems;
mod secret;
mod settings;
mod subscribers;

pub use issue::{IssueFile, IssuePlaces, LinkPlaces, LoadedIssue};
pub use newsletter::Newsletter;
pub use problems::Problems;
pub use secret::token_key;
pub use settings::{CheckLevel, Courier, Rate, SecretSource, SendSettings, Settings, SmtpSettings, Tls};
pub use subscribers::{Audience, Entry, Merge, Row, Rows, Skip, SkipReason, SubscriberList, audience};
