//! Plain values every other module speaks in. No I/O, no serde, no clock: what is here has been checked by
//! `load` and is right by construction.

mod address;
mod issue;
mod prose;
mod publication;
mod slot;
mod subscriber;
mod words;

pub use address::{AddressError, EmailAddress, Mailbox};
pub use issue::{Image, Issue, IssueNumber, Kind, Link, Section};
pub use prose::{Block, Inline, Prose};
pub use publication::{Colour, Direction, Logo, Publication, Unsubscribe};
pub use slot::{Piece, Slot, Slotted};
pub use subscriber::Subscriber;
pub use words::{Word, Words};
