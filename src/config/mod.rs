//! Reads `newsletter.toml` and fetches the secrets it names.

mod editor;
mod newsletter;
mod parse;
mod quantity;
mod reference;
mod secret;
mod secret_program;
mod secret_source;
mod settings;
mod starter;
mod style_sheet;
mod tables;

pub use editor::EditorAddress;
pub use newsletter::{CONFIG_FILE, Newsletter, find_root};
pub use parse::{Config, parse_config, parse_duration, parse_rate, parse_selector};
pub use reference::{config_schema, settings_reference};
pub use secret::{missing_token_key, token_secret, write_secret};
pub use settings::{
    CourierSettings, DatabaseUrl, DkimSettings, EvidenceIp, FeedSource, GitClaim, ImapSettings, LedgerSettings,
    ListSettings, MailboxSettings, Rate, SecretSource, SendSettings, ServeSettings, Settings, SharedLedger,
    SmtpSettings, Tls,
};
pub use starter::{STARTER_CONFIG, starter_config, value_place};
pub use style_sheet::{own_style_sheet, style_sheet};
pub use tables::build::why_not_publishable;
