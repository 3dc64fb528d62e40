//! `newsletter subscribers show ADDRESS`: everything that is kept about a reader.

use std::fmt::Write as _;
use std::io::Write;

use chrono::{DateTime, Utc};
use clap::Args;
use serde_json::{Value, json};

use super::words::address;
use crate::app::subscribers::{self, Person};
use crate::cli::exit::Exit;
use crate::cli::global::Global;
use crate::cli::output;
use crate::config::Newsletter;
use crate::readers::Evidence;

/// Arguments of `subscribers show`.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// The address
    #[arg(value_name = "ADDRESS")]
    address: String,
}

pub(super) fn run(options: &Options, global: &Global) -> anyhow::Result<Exit> {
    let address = address(&options.address)?;
    let newsletter = Newsletter::open(&global.directory)?;
    let person = subscribers::person(&newsletter, &address)?;
    let mut stdout = std::io::stdout().lock();
    if global.json {
        writeln!(stdout, "{:#}", to_json(&person))?;
    } else if person.is_unknown() {
        output::note(global, &format!("nothing is kept about {address}\n"));
    } else {
        write!(stdout, "{}", text(&person))?;
    }
    Ok(Exit::Done)
}

fn day(time: DateTime<Utc>) -> String {
    time.format("%F %R").to_string()
}

fn text(person: &Person) -> String {
    let mut text = format!("{}\n", person.address);
    let reader = &person.reader;
    let mut line = |what: &str, said: &str| {
        let _ = writeln!(text, "  {what:13}{said}");
    };
    if reader.is_erased {
        line("erased", "only a digest is kept, so that no old list brings them back");
    }
    if let Some(suppressed) = reader.suppression {
        line("suppressed", &format!("{}, {}", suppressed.reason.name(), day(suppressed.at)));
    }
    if let Some(subscription) = &reader.subscription {
        line("since", &day(subscription.since));
        if let Some(confirmed) = subscription.confirmed_at {
            line("confirmed", &day(confirmed));
        }
        line("source", &subscription.source);
        for (what, words) in [("topics", &subscription.topics), ("tags", &subscription.tags)] {
            if !words.is_empty() {
                line(what, &words.iter().map(String::as_str).collect::<Vec<_>>().join(", "));
            }
        }
        for (name, value) in &subscription.fields {
            line(name, value);
        }
    }
    for event in &person.consent {
        let Evidence { how, words, network } = &event.evidence;
        let said =
            [how, words, network].iter().filter(|part| !part.is_empty()).map(|part| part.as_str()).collect::<Vec<_>>();
        line("evidence", &format!("{} {}: {}", day(event.at), event.what.name(), said.join(" · ")));
    }
    for signup in &person.signups {
        let state = if signup.confirmed_at.is_some() { "confirmed" } else { "waits for confirmation" };
        line("sign-up", &format!("{}, {state}", day(signup.requested_at)));
    }
    for mail in &person.mail {
        line("mail", &format!("{} {}, {}", day(mail.queued_at), mail.kind.name(), mail.state));
    }
    for bounce in &person.bounces {
        line(
            "returned",
            &format!("{} issue {}: {} {}", day(bounce.at), bounce.issue, bounce.class.name(), bounce.status),
        );
    }
    for (issue, row) in &person.deliveries {
        let when = row.updated.map(|updated| format!(", {}", day(updated))).unwrap_or_default();
        line("issue", &format!("{issue} {}{when}", row.state.name()));
    }
    if let Some(listed) = &person.listed {
        let skip = listed.skip.as_ref().map(|skip| format!(", {skip}")).unwrap_or_default();
        line("list", &format!("line {}{skip}", listed.line));
    }
    for trace in &person.traces {
        line("named in", &trace.to_string());
    }
    text
}

fn to_json(person: &Person) -> Value {
    let reader = &person.reader;
    let time = |time: DateTime<Utc>| time.to_rfc3339();
    let subscription = reader.subscription.as_ref().map(|subscription| {
        json!({
            "address": subscription.address.to_string(),
            "fields": subscription.fields,
            "topics": subscription.topics,
            "tags": subscription.tags,
            "source": subscription.source,
            "since": time(subscription.since),
            "confirmed_at": subscription.confirmed_at.map(time),
        })
    });
    let evidence =
        |evidence: &Evidence| json!({ "how": evidence.how, "words": evidence.words, "network": evidence.network });
    let consent = person
        .consent
        .iter()
        .map(|event| json!({ "what": event.what.name(), "at": time(event.at), "evidence": evidence(&event.evidence) }));
    let signups = person.signups.iter().map(|signup| {
        json!({
            "address": signup.address.to_string(),
            "fields": signup.fields,
            "topics": signup.topics,
            "requested_at": time(signup.requested_at),
            "expires_at": time(signup.expires_at),
            "confirmed_at": signup.confirmed_at.map(time),
            "evidence": evidence(&signup.evidence),
        })
    });
    let bounces = person.bounces.iter().map(|bounce| {
        json!({
            "issue": output::issue_in_json(bounce.issue),
            "class": bounce.class.name(),
            "proof": bounce.is_proof,
            "status": bounce.status,
            "text": bounce.text,
            "at": time(bounce.at),
        })
    });
    let mail = person.mail.iter().map(|mail| {
        json!({
            "kind": mail.kind.name(),
            "state": mail.state,
            "queued_at": time(mail.queued_at),
            "settled_at": mail.settled_at.map(time),
        })
    });
    let deliveries = person.deliveries.iter().map(|(issue, row)| {
        let fields = person.delivered_fields.iter().find(|(other, _)| other == issue).map(|(_, fields)| fields);
        json!({
            "issue": output::issue_in_json(*issue),
            "address": row.address,
            "fields": fields,
            "state": row.state.name(),
            "attempts": row.attempts,
            "updated": row.updated.map(time),
            "reply": row.reply.as_ref().map(ToString::to_string),
        })
    });
    let listed = person
        .listed
        .as_ref()
        .map(|listed| json!({ "line": listed.line, "fields": listed.fields, "left_out": listed.skip }));
    json!({
        "address": person.address.to_string(),
        "suppression": reader.suppression.map(|suppressed| json!({ "reason": suppressed.reason.name(), "at": time(suppressed.at) })),
        "subscription": subscription,
        "erased": reader.is_erased,
        "unsubscribe_link": reader.has_link,
        "evidence": consent.collect::<Vec<_>>(),
        "sign_ups": signups.collect::<Vec<_>>(),
        "returned_mail": bounces.collect::<Vec<_>>(),
        "mail": mail.collect::<Vec<_>>(),
        "deliveries": deliveries.collect::<Vec<_>>(),
        "list": listed,
        "named_in": person.traces.iter().map(ToString::to_string).collect::<Vec<_>>(),
    })
}
