//! Names the kinds of couriers, as the configuration and the ledger write them.

/// Names the kinds of couriers, as the configuration and the ledger write them. It is stored in the ledger by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CourierKind {
    /// Mail servers.
    Smtp,
    /// A sendmail program.
    Sendmail,
    /// Files in a folder: a rehearsal, which mails nothing.
    Outbox,
}

impl CourierKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Smtp, Self::Sendmail, Self::Outbox];

    /// Its name in the configuration, and in the ledger.
    pub fn name(self) -> &'static str {
        match self {
            Self::Smtp => "smtp",
            Self::Sendmail => "sendmail",
            Self::Outbox => "outbox",
        }
    }

    /// Whether it mails nothing. A message written twice is one file, so no row of a rehearsal is ever in doubt.
    pub fn is_rehearsal(self) -> bool {
        self == Self::Outbox
    }
}
