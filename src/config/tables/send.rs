//! Reads `[send]`.

use std::path::Path;
use std::time::Duration;

use super::{publication, smtp};
use crate::config::quantity;
use crate::config::settings::{CourierSettings, SendSettings, SmtpSettings};
use crate::diagnostic::Problem;
use crate::diagnostic::suggestion::{did_you_mean, list, quote};
use crate::toml::Table;

/// How long to wait after each temporary refusal, unless configured.
const RETRY: [Duration; 5] = [
    Duration::from_secs(5),
    Duration::from_secs(30),
    Duration::from_mins(5),
    Duration::from_mins(30),
    Duration::from_hours(2),
];
const WAIT: Duration = Duration::from_mins(1);
const GIVE_UP: Duration = Duration::from_hours(48);

/// The settings for sending.
pub(in crate::config) struct Delivery {
    pub(in crate::config) courier: CourierSettings,
    pub(in crate::config) smtp: Vec<SmtpSettings>,
    pub(in crate::config) send: SendSettings,
}

pub(in crate::config) fn read(top: &Table<'_>, root: &Path) -> Delivery {
    let smtp = smtp::read(top, root);
    let table = top.table("send");
    let table = table.as_ref();
    let send = SendSettings {
        test_to: table.and_then(|table| table.list("test_to", publication::address)).unwrap_or_default(),
        retry: table.and_then(retry).unwrap_or_else(|| RETRY.to_vec()),
        wait: table.and_then(|table| table.parsed("wait", quantity::duration)).unwrap_or(WAIT),
        give_up: table.and_then(|table| table.parsed("give_up", quantity::duration)).unwrap_or(GIVE_UP),
        hold: table.and_then(|table| table.parsed("hold", quantity::duration)).unwrap_or_default(),
        canary: table.and_then(|table| table.integer("canary", 1..=1_000_000)),
    };
    let courier = table.and_then(|table| courier(table, top, root));
    if let Some(table) = table {
        table.reject_unknown(|_| None);
    }
    Delivery { courier: courier.unwrap_or_else(|| CourierSettings::Outbox(root.join("outbox"))), smtp, send }
}

fn courier(send: &Table<'_>, top: &Table<'_>, root: &Path) -> Option<CourierSettings> {
    let outbox = send.line("outbox").map_or_else(|| "outbox".to_owned(), |text| text.value);
    let program = send.line("sendmail").map_or_else(|| "/usr/sbin/sendmail".to_owned(), |text| text.value);
    let name = send.line("courier")?;
    match name.value.as_str() {
        "outbox" => Some(CourierSettings::Outbox(root.join(outbox))),
        // A name without a folder is looked up in `PATH`; a path is seen from the newsletter like every other.
        "sendmail" => {
            Some(CourierSettings::Sendmail(if program.contains('/') { root.join(program) } else { program.into() }))
        }
        "smtp" => {
            if !top.has("smtp") {
                let problem = Problem::new("`courier` is `smtp`, but there is no `[smtp]`");
                send.error(
                    name.span,
                    problem.help("add `[smtp]` with the `host`, `port` and `user` of your mail server"),
                );
            }
            Some(CourierSettings::Smtp)
        }
        other => {
            let couriers = ["outbox", "smtp", "sendmail"];
            let help = did_you_mean(other, couriers).unwrap_or_else(|| format!("the couriers are {}", list(couriers)));
            send.error(name.span, Problem::new(format!("{} is not a courier", quote(other))).help(help));
            None
        }
    }
}

fn retry(send: &Table<'_>) -> Option<Vec<Duration>> {
    let pauses = send.list("retry", quantity::duration)?;
    if pauses.is_empty() {
        let span = send.value_span("retry").unwrap_or_default();
        send.error(span, Problem::new("`retry` is empty").help("write how long to wait: `[\"5s\", \"30s\", \"5m\"]`"));
        return None;
    }
    Some(pauses)
}
