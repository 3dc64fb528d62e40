//! Which senders meet at which server, and how much each is given to do: about a second's worth, so that rounds are
//! short and a machine's slow minutes fall on all alike.

use clap::ValueEnum;

use crate::sender::Sender;
use crate::server::Kind;

/// What is measured in rounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum Scenario {
    /// A sink that answers at once
    Fast,
    /// The same, every message signed with RSA-2048
    Signed,
    /// Postfix's smtp-sink
    Stock,
    /// A sink 20 ms away
    Far,
    /// A Postfix that queues to disk (needs root)
    Postfix,
    /// A million subscribers, planned, sent and resumed
    Million,
}

/// One sender's place in a scenario.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Entrant {
    /// Who.
    pub(crate) sender: Sender,
    /// Whom to.
    pub(crate) server: Kind,
    /// Whether messages are signed.
    pub(crate) signed: bool,
    /// How many messages a round, at `--quick`.
    pub(crate) messages: usize,
}

impl Entrant {
    const fn new(sender: Sender, server: Kind, messages: usize) -> Self {
        Self { sender, server, signed: false, messages }
    }

    const fn signed(sender: Sender, messages: usize) -> Self {
        Self { sender, server: Kind::Fast, signed: true, messages }
    }

    /// What it is called in a table.
    pub(crate) fn label(&self) -> String {
        match self.server {
            Kind::FastChunking | Kind::FarChunking => format!("{}, CHUNKING, 8 in flight", self.sender.label()),
            Kind::Fast | Kind::Far | Kind::Stock | Kind::Postfix => self.sender.label().to_owned(),
        }
    }
}

impl Scenario {
    /// Every one, in the order they are run.
    pub(crate) const ALL: [Self; 6] = [Self::Fast, Self::Signed, Self::Stock, Self::Far, Self::Postfix, Self::Million];

    /// The heading over its table.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Fast => "A sink that answers at once, unsigned",
            Self::Signed => "The same sink, signed with RSA-2048",
            Self::Stock => "A stock sink: Postfix's smtp-sink, unsigned",
            Self::Far => "A sink 20 ms away, unsigned",
            Self::Postfix => "A real Postfix that queues to disk and discards, unsigned",
            Self::Million => "A million subscribers, a sink that answers at once, unsigned",
        }
    }

    /// Who takes part in each round, ourselves first. Nobody for [`Self::Million`], which is not run in rounds.
    pub(crate) fn entrants(self) -> Vec<Entrant> {
        use Sender::{
            Ceiling, LettreAsync, LettreSync, MailSend, Newsletter, Nodemailer, SmtpSource, SmtpSourceNumbered, Smtplib,
        };
        let at = |server, counts: &[(Sender, usize)]| {
            counts.iter().map(|&(sender, messages)| Entrant::new(sender, server, messages)).collect()
        };
        match self {
            Self::Fast => {
                let mut entrants: Vec<Entrant> = at(
                    Kind::Fast,
                    &[
                        (Newsletter, 50_000),
                        (Ceiling, 30_000),
                        (SmtpSource, 8_000),
                        (MailSend, 5_000),
                        (LettreAsync, 3_000),
                        (LettreSync, 800),
                        (Nodemailer, 350),
                        (Smtplib, 140),
                    ],
                );
                entrants.insert(1, Entrant::new(Newsletter, Kind::FastChunking, 50_000));
                entrants
            }
            Self::Signed => [(Newsletter, 4_000), (LettreAsync, 600), (LettreSync, 200), (Nodemailer, 200)]
                .map(|(sender, messages)| Entrant::signed(sender, messages))
                .to_vec(),
            Self::Stock => at(
                Kind::Stock,
                &[
                    (Newsletter, 3_000),
                    (SmtpSource, 3_000),
                    (MailSend, 220),
                    (LettreAsync, 600),
                    (LettreSync, 25),
                    (Nodemailer, 350),
                    (Smtplib, 120),
                ],
            ),
            Self::Far => {
                let mut entrants: Vec<Entrant> = at(
                    Kind::Far,
                    &[
                        (Newsletter, 1_500),
                        (SmtpSource, 250),
                        (MailSend, 250),
                        (LettreAsync, 200),
                        (LettreSync, 20),
                        (Nodemailer, 350),
                    ],
                );
                entrants.insert(1, Entrant::new(Newsletter, Kind::FarChunking, 4_000));
                entrants
            }
            Self::Postfix => at(
                Kind::Postfix,
                &[
                    (Newsletter, 2_500),
                    (SmtpSource, 2_500),
                    (SmtpSourceNumbered, 2_500),
                    (MailSend, 200),
                    (LettreAsync, 400),
                    (Nodemailer, 200),
                ],
            ),
            Self::Million => Vec::new(),
        }
    }
}
