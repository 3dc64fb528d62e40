//! The state of a recipient in a delivery, and how many recipients are in which.

/// The state of a recipient. The numbers are stored in the ledger and never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// To be sent.
    Planned = 0,
    /// The final dot may have gone out, and no reply is known.
    Transmitting = 1,
    /// The server accepted the message.
    Accepted = 2,
    /// The server deferred the message.
    Deferred = 3,
    /// The server refused the message, or deferred it for too long.
    Refused = 4,
    /// The final dot went out and the reply was lost.
    InDoubt = 5,
    /// The address was suppressed after the plan was made.
    Suppressed = 6,
    /// In doubt, and not to be resolved any more.
    GivenUp = 7,
}

impl State {
    /// Every state, in the order of lists.
    pub const ALL: [Self; 8] = [
        Self::Planned,
        Self::Transmitting,
        Self::Accepted,
        Self::Deferred,
        Self::Refused,
        Self::InDoubt,
        Self::Suppressed,
        Self::GivenUp,
    ];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Transmitting => "in-flight",
            Self::Accepted => "accepted",
            Self::Deferred => "deferred",
            Self::Refused => "refused",
            Self::InDoubt => "in-doubt",
            Self::Suppressed => "suppressed",
            Self::GivenUp => "given-up",
        }
    }
}

/// How many rows are in which state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts([u64; 8]);

impl Counts {
    /// How many are in `state`.
    pub fn of(&self, state: State) -> u64 {
        self.0[state as usize]
    }

    /// How many are left to be sent: planned or deferred.
    pub fn left(&self) -> u64 {
        self.of(State::Planned) + self.of(State::Deferred)
    }

    /// All of them.
    pub fn total(&self) -> u64 {
        self.0.iter().sum()
    }

    /// Counts a row that moved. Where other senders move rows, too, it may come from a state it was not counted in.
    pub fn moved(&mut self, from: State, to: State) {
        self.0[from as usize] = self.0[from as usize].saturating_sub(1);
        self.0[to as usize] += 1;
    }

    /// Counts `many` rows that moved.
    pub fn move_many(&mut self, many: u64, from: State, to: State) {
        self.0[from as usize] -= many;
        self.0[to as usize] += many;
    }
}

impl FromIterator<(State, u64)> for Counts {
    fn from_iter<I: IntoIterator<Item = (State, u64)>>(counted: I) -> Self {
        let mut counts = Self::default();
        for (state, count) in counted {
            counts.0[state as usize] += count;
        }
        counts
    }
}
