//! Names the letters to one reader that a newsletter may write itself.

/// A letter to one reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReaderLetter {
    /// Asks whether a sign-up is meant.
    Confirm,
    /// Greets a reader who confirmed.
    Welcome,
}

impl ReaderLetter {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Confirm, Self::Welcome];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Confirm => "confirm",
            Self::Welcome => "welcome",
        }
    }

    /// Its file, below the newsletter's folder.
    pub fn file(self) -> &'static str {
        match self {
            Self::Confirm => "letters/confirm.toml",
            Self::Welcome => "letters/welcome.toml",
        }
    }

    /// Returns the letter that `word` names: `confirm`, or `letters/confirm.toml`.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|letter| [letter.name(), letter.file()].contains(&word))
    }
}
