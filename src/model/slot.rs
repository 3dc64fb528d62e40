//! Describes the places in a letter that differ per subscriber, and text split at them.

/// A value that is filled in per subscriber.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Slot {
    /// A column of the subscriber list, such as `name`, or the words to use when it is empty:
    /// `{subscriber.name|friend}`.
    Field {
        /// The column's name, lower case.
        column: String,
        /// The text for subscribers without a value.
        fallback: String,
    },
    /// The subscriber's own address.
    Address,
    /// The subscriber's own unsubscribe link: the https URL, or the mailto when there is no URL.
    UnsubscribeUrl,
}

/// Text split at its slots.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Slotted(pub Vec<Piece>);

/// A part of a [`Slotted`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// The same for everybody.
    Literal(String),
    /// Different for everybody.
    Slot(Slot),
}

impl Slotted {
    /// The text of one subscriber: literals as they are, each slot replaced by what `value` answers.
    pub fn fill(&self, mut value: impl FnMut(&Slot) -> String) -> String {
        let mut filled = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Literal(text) => filled.push_str(text),
                Piece::Slot(slot) => filled.push_str(&value(slot)),
            }
        }
        filled
    }

    /// The text for nobody in particular: fields by their fallback, the rest left out. For lists, pages and logs.
    pub fn plain(&self) -> String {
        self.fill(|slot| match slot {
            Slot::Field { fallback, .. } => fallback.clone(),
            Slot::Address | Slot::UnsubscribeUrl => String::new(),
        })
    }

    /// Every slot, in order.
    pub fn slots(&self) -> impl Iterator<Item = &Slot> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Slot(slot) => Some(slot),
            Piece::Literal(_) => None,
        })
    }
}

impl From<&str> for Slotted {
    fn from(text: &str) -> Self {
        Self(vec![Piece::Literal(text.to_owned())])
    }
}
