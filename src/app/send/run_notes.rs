//! Describes the events of a run in sentences.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::delivery::{Event, ServerQuirk};
use crate::format;

/// Returns the sentence about `event`; empty for progress.
pub(super) fn note(event: &Event, now: DateTime<Utc>) -> String {
    match event {
        Event::Progress { .. } => String::new(),
        Event::Reconnecting { reason, wait } => format!("{reason}; trying again in {}", whole_seconds(*wait)),
        Event::RelayThrottled { relay, connections, rate, reply } => {
            let by = relay.as_deref().unwrap_or("the server");
            let plural = if *connections == 1 { "" } else { "s" };
            let rate = rate.map(|rate| format!(", {rate:.1} messages a second,")).unwrap_or_default();
            format!("slowed to {connections} connection{plural}{rate} by {by}: `{reply}`")
        }
        Event::RelayAdapted { relay, quirk: habit } => adapted(relay.as_deref().unwrap_or("the server"), habit),
        Event::RelayDisabled { relay, reason } => format!("`{relay}` is disabled for the rest of this run: {reason}"),
        Event::LimitReached { relay, limit: reached } => {
            let relay = relay.as_ref().map(|relay| format!(" of `{relay}`")).unwrap_or_default();
            let until = reached.until.format("%T");
            format!("the limit{relay} is reached: {}; continuing at {until} UTC", reached.limit)
        }
        Event::Waiting(until) => {
            let wait = whole_seconds((*until - now).to_std().unwrap_or_default());
            format!("waiting {wait} for deferred recipients")
        }
    }
}

/// Returns `wait` in whole seconds, rounded up so that it is never shown as zero.
fn whole_seconds(wait: Duration) -> String {
    format::duration(Duration::from_secs(wait.as_millis().div_ceil(1000).try_into().unwrap_or(u64::MAX)))
}

/// Returns the note about a quirk of the server `by`, with the setting that avoids the failed attempt.
fn adapted(by: &str, quirk: &ServerQuirk) -> String {
    match quirk {
        ServerQuirk::NoPipelining => format!(
            "{by} offers PIPELINING but does not reply to pipelined commands: from now on they are sent one at a time; \
             set `pipelining = false` under `[smtp]` to skip the attempt"
        ),
        ServerQuirk::NoChunking(reply) => format!(
            "{by} offers CHUNKING but refuses BDAT (`{reply}`): from now on messages are sent one after the other; \
             set `max_in_flight = 1` under `[smtp]` to skip the attempt"
        ),
        ServerQuirk::ConnectionLimit { messages, reply } => format!(
            "{by} accepts only {messages} message{} per connection (`{reply}`): from now on no more are sent over each; \
             set `per_connection = {messages}` under `[smtp]` to skip the attempt",
            if *messages == 1 { "" } else { "s" }
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::Reply;

    #[test]
    fn what_was_found_out_is_told_with_what_to_set() {
        let reply = Reply { code: 502, enhanced: None, text: "what".to_owned() };
        let habits = [
            ServerQuirk::NoPipelining,
            ServerQuirk::NoChunking(reply.clone()),
            ServerQuirk::ConnectionLimit { messages: 1, reply: reply.clone() },
            ServerQuirk::ConnectionLimit { messages: 20, reply },
        ];
        let told = habits.map(|habit| adapted("the server", &habit));
        assert_eq!(
            told,
            [
                "the server offers PIPELINING but does not reply to pipelined commands: from now on they are sent one at a time; \
                 set `pipelining = false` under `[smtp]` to skip the attempt",
                "the server offers CHUNKING but refuses BDAT (`502 what`): from now on messages are sent one after the other; \
                 set `max_in_flight = 1` under `[smtp]` to skip the attempt",
                "the server accepts only 1 message per connection (`502 what`): from now on no more are sent over each; \
                 set `per_connection = 1` under `[smtp]` to skip the attempt",
                "the server accepts only 20 messages per connection (`502 what`): from now on no more are sent over each; \
                 set `per_connection = 20` under `[smtp]` to skip the attempt",
            ]
        );
    }
}
