//! Describes relays as the summary of a send shows them, and computes the time they take.

use std::time::Duration;

use super::configured::Relays;
use crate::config::Newsletter;
use crate::delivery::limits::RelayLimits;
use crate::delivery::{Courier, Relay};
use crate::smtp::{Server, Tls};

/// A relay in the summary of a send.
pub(crate) struct RelayDescription {
    pub(crate) target: RelayTarget,
    pub(crate) rates: Vec<String>,
    pub(crate) weight: Option<u32>,
    pub(crate) warm_up_days: usize,
}

pub(crate) enum RelayTarget {
    Outbox { folder: String },
    Sendmail { program: String },
    Smtp { name: String, encryption: &'static str, connections: usize },
}

impl Relays {
    pub(crate) fn describe(&self, newsletter: &Newsletter) -> Vec<RelayDescription> {
        self.all.iter().map(|relay| describe(relay, newsletter)).collect()
    }

    /// Returns the time that `messages` take at least by the configured rates; zero without any.
    pub(crate) fn time_for(&self, messages: u64) -> Duration {
        time_for(self.all.iter().map(|relay| &relay.limits), messages)
    }
}

/// Returns the time that `messages` take at least over relays with these `limits`.
pub(crate) fn time_for<'a>(limits: impl Iterator<Item = &'a RelayLimits>, messages: u64) -> Duration {
    let times = limits.map(|limits| limits.time_for(messages).as_secs_f64());
    let together: f64 = times.map(|time| 1.0 / time).sum();
    Duration::try_from_secs_f64(1.0 / together).unwrap_or_default()
}

fn describe(relay: &Relay, newsletter: &Newsletter) -> RelayDescription {
    let target = match &relay.courier {
        Courier::Outbox(outbox) => {
            let folder = outbox.folder().strip_prefix(&newsletter.root).unwrap_or(outbox.folder());
            RelayTarget::Outbox { folder: folder.display().to_string() }
        }
        Courier::Sendmail(sendmail) => RelayTarget::Sendmail { program: sendmail.program().display().to_string() },
        Courier::Smtp { server, .. } => RelayTarget::Smtp {
            name: relay.name.clone(),
            encryption: encryption(server),
            connections: relay.connections,
        },
    };
    RelayDescription {
        target,
        rates: relay.limits.rates.iter().map(ToString::to_string).collect(),
        weight: relay.weight,
        warm_up_days: relay.limits.warm_up.len(),
    }
}

/// Returns the encryption of connections to `server`: `STARTTLS`.
pub(crate) fn encryption(server: &Server) -> &'static str {
    match server.tls {
        Tls::Implicit => "TLS",
        Tls::StartTls => "STARTTLS",
        Tls::None => "no TLS",
    }
}
