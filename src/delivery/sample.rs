//! What the tests of this room send, and to whom.

use chrono::{DateTime, Utc};

use crate::letter::Letter;
use crate::message::{FrozenLetter, PlanId, Stamp};
use crate::model::{
    Colour, Direction, EmailAddress, IssueNumber, Mailbox, Publication, Slotted, Subscriber, Unsubscribe,
};

/// Some time on 15 January 2027.
pub(super) fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
}

pub(super) fn stamp() -> Stamp {
    Stamp { plan: PlanId([7; 16]), date: at(0) }
}

/// A letter that says `text`.
pub(super) fn letter(text: &str) -> FrozenLetter {
    let letter = Letter {
        number: IssueNumber(42),
        subject: Slotted::from("Weekly #42"),
        html: Slotted::from(format!("<p>{text}</p>").as_str()),
        text: Slotted::from(text),
    };
    FrozenLetter::freeze(&letter, &publication(), &stamp()).unwrap()
}

pub(super) fn subscriber(address: &str) -> Subscriber {
    let name = address.split('@').next().unwrap_or_default().to_owned();
    Subscriber { address: EmailAddress::parse(address).unwrap(), fields: [("name".to_owned(), name)].into() }
}

fn publication() -> Publication {
    let ada = EmailAddress::parse("ada@example.org").unwrap();
    Publication {
        name: "Weekly".to_owned(),
        description: "Links.".to_owned(),
        from: Mailbox { name: None, address: ada.clone() },
        reply_to: None,
        envelope_sender: ada.clone(),
        site: "https://weekly.example.org/".to_owned(),
        images: "https://weekly.example.org/img/".to_owned(),
        list_id: "weekly.example.org".to_owned(),
        sender_id: "weekly-x".to_owned(),
        postal_address: "Example Street 1".to_owned(),
        reason: "You subscribed.".to_owned(),
        language: "en".to_owned(),
        direction: Direction::LeftToRight,
        accent: Colour { red: 0, green: 0, blue: 0 },
        logo: None,
        unsubscribe: Unsubscribe { url: None, mailto: Some(ada) },
        subscribe_url: None,
    }
}
