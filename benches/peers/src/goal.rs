//! The goals of speed, each beside what was measured.

use std::fmt;

use crate::lineup::Scenario;
use crate::measurements::Measurements;
use crate::million::Million;
use crate::sender::Sender;
use crate::statistics::Spread;

/// A goal and how near it is.
pub(crate) struct Goal {
    /// What is measured, and in which unit.
    pub(crate) what: &'static str,
    /// What is wanted.
    pub(crate) bound: Bound,
    /// What was measured, if it was.
    pub(crate) measured: Option<Spread>,
}

/// On which side of a number to be.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Bound {
    /// So much or more.
    AtLeast(f64),
    /// So much or less.
    AtMost(f64),
}

impl Goal {
    /// Whether the median is on the right side.
    pub(crate) fn verdict(&self) -> &'static str {
        let Some(Spread { median, .. }) = self.measured else { return "not measured" };
        let met = match self.bound {
            Bound::AtLeast(bound) => median >= bound,
            Bound::AtMost(bound) => median <= bound,
        };
        if met { "met" } else { "missed" }
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtLeast(bound) => write!(formatter, "≥ {bound}"),
            Self::AtMost(bound) => write!(formatter, "≤ {bound}"),
        }
    }
}

/// Every goal that the chosen scenarios bear on.
pub(crate) fn goals(chosen: &[Scenario], measured: &Measurements, million: Option<&Million>) -> Vec<Goal> {
    chosen.iter().flat_map(|scenario| goals_of(*scenario, measured, million)).collect()
}

fn goals_of(scenario: Scenario, measured: &Measurements, million: Option<&Million>) -> Vec<Goal> {
    use Bound::{AtLeast, AtMost};
    let goal = |what, bound, measured| Goal { what, bound, measured };
    let ratio = |what, sender, bound| goal(what, AtLeast(bound), measured.ratio(scenario, sender));
    match scenario {
        Scenario::Fast => vec![
            goal("CPU of one message, µs", AtMost(25.0), measured.our_cpu(scenario)),
            ratio("fast sink ÷ smtp-source -d -s 10", Sender::SmtpSource, 1.9),
            ratio("fast sink ÷ the ceiling", Sender::Ceiling, 0.36),
            goal(
                "fast sink, 8 in flight ÷ smtp-source -d -s 10",
                AtLeast(2.4),
                measured.ratio_in_flight(Sender::SmtpSource),
            ),
            ratio("fast sink ÷ nodemailer", Sender::Nodemailer, 110.0),
            ratio("fast sink ÷ lettre async", Sender::LettreAsync, 9.0),
        ],
        Scenario::Signed => vec![
            goal("signed: CPU of one message beyond the signature, µs", AtMost(70.0), measured.cpu_beyond_signature()),
            goal(
                "signed ÷ (cores ÷ one signature), all cores signing",
                AtLeast(0.75),
                measured.signed_of_signable(|time| time.among_all),
            ),
            goal(
                "signed ÷ (cores ÷ one signature), one core alone",
                AtLeast(0.75),
                measured.signed_of_signable(|time| time.alone),
            ),
            ratio("signed ÷ nodemailer", Sender::Nodemailer, 20.0),
            ratio("signed ÷ lettre async", Sender::LettreAsync, 6.0),
        ],
        Scenario::Stock => vec![ratio("stock sink ÷ smtp-source -d -s 10", Sender::SmtpSource, 0.95)],
        Scenario::Postfix => vec![
            ratio("a real Postfix ÷ smtp-source -d -s 10 -N", Sender::SmtpSourceNumbered, 0.92),
            ratio("a real Postfix ÷ smtp-source -d -s 10, one recipient", Sender::SmtpSource, 0.92),
            goal("a real Postfix: CPU of one message, µs", AtMost(95.0), measured.our_cpu(scenario)),
        ],
        Scenario::Far => vec![
            goal("20 ms: messages a round trip and connection", AtLeast(0.9), measured.messages_a_round_trip()),
            goal("20 ms: CHUNKING ÷ PIPELINING", AtLeast(6.0), measured.gain_of_chunking()),
        ],
        Scenario::Million => {
            let once = |of: fn(&Million) -> f64| million.and_then(|million| Spread::of([of(million)]));
            vec![
                goal(
                    "a million: until the first message, s",
                    AtMost(2.5),
                    once(|it| it.whole.until_first_mail.as_secs_f64()),
                ),
                goal("a million: whole send, s", AtMost(22.0), once(|it| it.whole.cost.wall.as_secs_f64())),
                goal(
                    "a million: resume half done, s",
                    AtMost(1.0),
                    once(|it| it.second_half.until_first_mail.as_secs_f64()),
                ),
                goal(
                    "a million: peak memory, MB",
                    AtMost(32.0),
                    once(|it| it.whole.cost.megabytes().max(it.second_half.cost.megabytes())),
                ),
            ]
        }
    }
}
