//! Keeps the measurements round by round, and derives the figures.

use std::collections::BTreeMap;
use std::fmt;

use crate::lineup::{Entrant, Scenario};
use crate::machine;
use crate::sender::{Run, Sender};
use crate::server::{Kind, ROUND_TRIP};
use crate::signature::SignatureTime;
use crate::statistics::Spread;

/// Connections of everyone that opens several.
const CONNECTIONS: f64 = 10.0;

/// Every run of every scenario.
#[derive(Debug, Default)]
pub(crate) struct Measurements {
    /// By scenario and entrant, a run a round.
    runs: BTreeMap<(Scenario, Entrant), Vec<Run>>,
    /// The time of one RSA-2048 signature, before and after our own signed run of a round.
    signatures: Vec<SignatureTime>,
    /// Runs beside which others worked.
    pub(crate) noisy: Noisy,
}

/// Runs beside which others used too much of the machine.
#[derive(Debug, Default)]
pub(crate) struct Noisy {
    pub(crate) thrown_away: usize,
    /// Counted all the same, after several attempts.
    pub(crate) kept: usize,
}

impl fmt::Display for Noisy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { thrown_away, kept } = self;
        write!(
            formatter,
            "Runs thrown away because others used more of the machine than they may: {thrown_away}; kept all the same: {kept}."
        )
    }
}

impl Measurements {
    /// Adds a run.
    pub(crate) fn add(&mut self, scenario: Scenario, entrant: Entrant, run: Run) {
        self.runs.entry((scenario, entrant)).or_default().push(run);
    }

    /// Adds the time of one signature, taken beside our own signed run of the same round.
    pub(crate) fn add_signature(&mut self, time: SignatureTime) {
        self.signatures.push(time);
    }

    /// The runs of an entrant, a round each.
    pub(crate) fn runs(&self, scenario: Scenario, entrant: Entrant) -> &[Run] {
        self.runs.get(&(scenario, entrant)).map_or(&[], Vec::as_slice)
    }

    /// One of the times of a signature, in microseconds.
    pub(crate) fn signature_microseconds(&self, time: fn(&SignatureTime) -> f64) -> Option<Spread> {
        Spread::of(self.signatures.iter().map(|signature| time(signature) * 1e6))
    }

    /// Our own rate over that of `entrant`, round by round.
    pub(crate) fn ratio_to(&self, scenario: Scenario, entrant: Entrant) -> Option<Spread> {
        let ours = scenario.entrants().into_iter().next()?;
        let rounds = self.runs(scenario, ours).iter().zip(self.runs(scenario, entrant));
        Spread::of(rounds.map(|(ours, theirs)| ours.rate() / theirs.rate()))
    }

    /// Our own rate over that of `sender` at the same server.
    pub(crate) fn ratio(&self, scenario: Scenario, sender: Sender) -> Option<Spread> {
        self.ratio_to(scenario, scenario.entrants().into_iter().find(|entrant| entrant.sender == sender)?)
    }

    /// Our own rate, with several messages in flight on a connection, over that of `sender` at the fast sink.
    pub(crate) fn ratio_in_flight(&self, sender: Sender) -> Option<Spread> {
        let entrants = Scenario::Fast.entrants();
        let several = entrants.iter().find(|entrant| entrant.server == Kind::FastChunking)?;
        let other = entrants.iter().find(|entrant| entrant.sender == sender)?;
        let rounds = self.runs(Scenario::Fast, *several).iter().zip(self.runs(Scenario::Fast, *other));
        Spread::of(rounds.map(|(ours, theirs)| ours.rate() / theirs.rate()))
    }

    /// Our own CPU time for one message, in microseconds.
    pub(crate) fn our_cpu(&self, scenario: Scenario) -> Option<Spread> {
        let ours = scenario.entrants().into_iter().next()?;
        Spread::of(self.runs(scenario, ours).iter().map(Run::cpu_microseconds))
    }

    /// Our CPU time for a signed message beyond a signature that is made while all cores sign, in microseconds.
    pub(crate) fn cpu_beyond_signature(&self) -> Option<Spread> {
        let ours = Scenario::Signed.entrants().into_iter().next()?;
        let rounds = self.runs(Scenario::Signed, ours).iter().zip(&self.signatures);
        Spread::of(rounds.map(|(run, signature)| run.cpu_microseconds() - signature.among_all * 1e6))
    }

    /// Our signed rate over what all cores could sign and do nothing else, if each signature took `time`.
    pub(crate) fn signed_of_signable(&self, time: fn(&SignatureTime) -> f64) -> Option<Spread> {
        let ours = Scenario::Signed.entrants().into_iter().next()?;
        let rounds = self.runs(Scenario::Signed, ours).iter().zip(&self.signatures);
        Spread::of(rounds.map(|(run, signature)| run.rate() * time(signature) / machine::cores()))
    }

    /// Messages of ours a connection and round trip at 20 ms, PIPELINING offered but not CHUNKING.
    pub(crate) fn messages_a_round_trip(&self) -> Option<Spread> {
        let ours = Scenario::Far.entrants().into_iter().next()?;
        let rounds = self.runs(Scenario::Far, ours).iter();
        Spread::of(rounds.map(|run| run.rate() * ROUND_TRIP.as_secs_f64() / CONNECTIONS))
    }

    /// Our rate at 20 ms with CHUNKING over that without.
    pub(crate) fn gain_of_chunking(&self) -> Option<Spread> {
        let entrants = Scenario::Far.entrants();
        let without = entrants.first()?;
        let with = entrants.iter().find(|entrant| entrant.server == Kind::FarChunking)?;
        let rounds = self.runs(Scenario::Far, *with).iter().zip(self.runs(Scenario::Far, *without));
        Spread::of(rounds.map(|(with, without)| with.rate() / without.rate()))
    }
}

impl Run {
    /// Messages a second, over the whole process.
    pub(crate) fn rate(&self) -> f64 {
        count(self.messages) / self.cost.wall.as_secs_f64()
    }

    /// Messages a second from the first to the last, where the server tells.
    pub(crate) fn sending_rate(&self) -> Option<f64> {
        let time = self.received.last_message?.duration_since(self.received.first_mail?).ok()?;
        Some(count(self.messages) / time.as_secs_f64())
    }

    /// The sender's CPU time for one message, in microseconds.
    pub(crate) fn cpu_microseconds(&self) -> f64 {
        self.cost.cpu.as_secs_f64() * 1e6 / count(self.messages)
    }

    /// The server's CPU time for one message, in microseconds, where it is known.
    pub(crate) fn server_cpu_microseconds(&self) -> Option<f64> {
        Some(self.received.cpu?.as_secs_f64() * 1e6 / count(self.messages))
    }
}

fn count(messages: usize) -> f64 {
    f64::from(u32::try_from(messages).unwrap_or(u32::MAX))
}
