//! Defines the plain values that all other modules share. No I/O, no serde, no clock: these values were checked by the
//! loaders (`config`, `issue`, `subscribers`) and are right by construction.

mod address;
mod audience_rule;
mod colour;
mod courier_kind;
mod image;
mod issue;
mod issue_number;
mod issue_urls;
pub mod misspelled_provider;
mod ornament_picture;
mod prose;
mod publication;
mod reader_topic;
mod salutation;
mod slot;
mod state;
mod subscriber;
mod theme;
mod token;
mod topics;
mod word;
mod words;

pub use address::{AddressError, EmailAddress, Mailbox};
pub use audience_rule::AudienceRule;
pub(crate) use audience_rule::{folded, words_of};
pub use colour::Colour;
pub use courier_kind::CourierKind;
pub use image::Image;
pub use issue::{Heading, Issue, Item, Link, LinkKind, Part, Quote, Section, SectionStyle};
pub use issue_number::{IssueNumber, NotAnIssueNumber};
pub use ornament_picture::{OrnamentKind, OrnamentPicture};
pub use prose::{Alignment, Block, Inline, Prose, ProseSize, Table, plain_text};
pub use publication::{Direction, Logo, Publication, Subscription, Unsubscribe};
pub use reader_topic::{ReaderTopic, declined, merged_choices};
pub use slot::{Piece, Slot, Slotted};
pub use state::{Counts, State};
pub use subscriber::Subscriber;
pub use theme::{Ornament, Pairing, Theme};
pub use token::Token;
pub use topics::{PlacedLink, Topic, Topics};
pub use word::Word;
pub use words::{MONTH_SEPARATORS, Words};
