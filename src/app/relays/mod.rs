//! The relays of the configuration: made ready, tried, and described.

mod configured;
mod description;
mod trial;

pub(crate) use configured::{LineSink, RelayOverrides, Relays, account, limits, mechanism, name, server, tls};
pub(crate) use description::{RelayDescription, RelayTarget, encryption, time_for};
pub(crate) use trial::RelayNotice;
