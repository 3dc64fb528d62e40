//! The tables of `newsletter.toml` about sending: `[send]` and `[smtp]`.

use std::net::IpAddr;
use std::path::Path;
use std::time::Duration;

use super::{publication, quantity, secret_source};
use crate::load::suggestion::{did_you_mean, list, quote};
use crate::load::table::Table;
use crate::load::toml_file::Fault;
use crate::load::{Courier, SendSettings, SmtpSettings, Tls};

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

/// Connections at once, and messages before a connection is opened anew, unless configured.
const CONNECTIONS: u32 = 4;
const PER_CONNECTION: u32 = 100;

/// What the configuration says about sending.
pub(super) struct Delivery {
    pub(super) courier: Courier,
    pub(super) smtp: Option<SmtpSettings>,
    pub(super) send: SendSettings,
}

pub(super) fn read(top: &Table<'_>, root: &Path) -> Delivery {
    let smtp = top.table("smtp").map(|table| smtp(&table, root));
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
        table.finish(|_| None);
    }
    Delivery { courier: courier.unwrap_or_else(|| Courier::Outbox(root.join("outbox"))), smtp, send }
}

fn courier(send: &Table<'_>, top: &Table<'_>, root: &Path) -> Option<Courier> {
    let outbox = send.line("outbox").map_or_else(|| "outbox".to_owned(), |text| text.value);
    let program = send.line("sendmail").map_or_else(|| "/usr/sbin/sendmail".to_owned(), |text| text.value);
    let name = send.line("courier")?;
    match name.value.as_str() {
        "outbox" => Some(Courier::Outbox(root.join(outbox))),
        // A name without a folder is looked up in `PATH`; a path is seen from the newsletter like every other.
        "sendmail" => Some(Courier::Sendmail(if program.contains('/') { root.join(program) } else { program.into() })),
        "smtp" => {
            if !top.has("smtp") {
                let fault = Fault::new("`courier` is `smtp`, but there is no `[smtp]`");
                send.error(
                    name.span,
                    fault.help("add `[smtp]` with the `host`, `port` and `user` of your mail server"),
                );
            }
            Some(Courier::Smtp)
        }
        other => {
            let couriers = ["outbox", "smtp", "sendmail"];
            let help = did_you_mean(other, couriers).unwrap_or_else(|| format!("there are {}", list(couriers)));
            send.error(name.span, Fault::new(format!("{} is not a courier", quote(other))).help(help));
            None
        }
    }
}

fn retry(send: &Table<'_>) -> Option<Vec<Duration>> {
    let pauses = send.list("retry", quantity::duration)?;
    if pauses.is_empty() {
        let span = send.value_span("retry").unwrap_or_default();
        send.error(span, Fault::new("`retry` is empty").help("write how long to wait: `[\"5s\", \"30s\", \"5m\"]`"));
        return None;
    }
    Some(pauses)
}

fn smtp(table: &Table<'_>, root: &Path) -> SmtpSettings {
    table.require(&[("host", "host = \"smtp.example.org\"")]);
    let port = table.integer("port", 1..=u32::from(u16::MAX)).and_then(|port| u16::try_from(port).ok());
    let tls = table.parsed("tls", protection);
    // TLS from the first byte is the safer default (RFC 8314 3); the other ports are known for STARTTLS.
    let tls = tls.unwrap_or(if matches!(port, Some(25 | 587 | 2525)) { Tls::StartTls } else { Tls::Implicit });
    let host = table.parsed("host", |text| host(text, tls));
    let user = table.line("user").map(|text| text.value);
    let password = secret_source::read(table, "password", "NEWSLETTER_SMTP_PASSWORD", root);
    for (one, other, example) in [
        ("user", "password", "password = { env = \"NEWSLETTER_SMTP_PASSWORD\" }"),
        ("password", "user", "user = \"…\""),
        ("mechanism", "user", "user = \"…\""),
    ] {
        if let Some(span) = table.value_span(one).filter(|_| !table.has(other)) {
            table.error(span, Fault::new(format!("`{one}` without `{other}`")).help(format!("add `{example}`")));
        }
    }
    let smtp = SmtpSettings {
        host: host.unwrap_or_default(),
        port: port.unwrap_or(match tls {
            Tls::Implicit => 465,
            Tls::StartTls => 587,
            Tls::None => 25,
        }),
        tls,
        ca_file: table.line("ca_file").map(|text| root.join(text.value)),
        user,
        password,
        mechanism: table.parsed("mechanism", mechanism),
        hello: table.parsed("hello", hello),
        connections: usize::try_from(table.integer("connections", 1..=64).unwrap_or(CONNECTIONS)).unwrap_or(1),
        rate: table.parsed("rate", quantity::rate),
        per_connection: table.integer("per_connection", 1..=u32::MAX).unwrap_or(PER_CONNECTION),
        in_flight: usize::try_from(table.integer("in_flight", 1..=16).unwrap_or(1)).unwrap_or(1),
    };
    table.finish(|_| None);
    smtp
}

fn protection(word: &str) -> Result<Tls, Fault> {
    match word {
        "implicit" => Ok(Tls::Implicit),
        "starttls" => Ok(Tls::StartTls),
        "none" => Ok(Tls::None),
        _ => {
            let fault = Fault::new(format!("{} is not a way to protect a connection", quote(word)));
            Err(fault.help("write `implicit` (port 465), `starttls` (port 587) or `none` (only to this machine)"))
        }
    }
}

fn host(text: &str, tls: Tls) -> Result<String, Fault> {
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let address = bare.parse::<IpAddr>().ok();
    let name = match address {
        Some(address) => address.to_string(),
        None => domain(text)?,
    };
    let loopback = address.map_or(name == "localhost", |address| address.is_loopback());
    match tls {
        Tls::None if !loopback => {
            let fault = Fault::new(format!("`tls = \"none\"` to {}, which is not this machine", quote(text)));
            Err(fault.help(
                "write `tls = \"starttls\"` or `tls = \"implicit\"`: passwords and letters do not travel in the open",
            ))
        }
        Tls::Implicit | Tls::StartTls if address.is_some() => {
            let fault = Fault::new(format!("{} is an address; certificates are for names", quote(text)));
            Err(fault.help("write the server's name, or `tls = \"none\"` if it is this machine"))
        }
        _ => Ok(name),
    }
}

fn domain(text: &str) -> Result<String, Fault> {
    idna::domain_to_ascii_strict(text).ok().filter(|name| !name.is_empty()).ok_or_else(|| {
        Fault::new(format!("{} is not the name of a server", quote(text))).help("write it like `smtp.example.org`")
    })
}

/// What stands after EHLO: a name, or an address in brackets (RFC 5321 4.1.3).
fn hello(text: &str) -> Result<String, Fault> {
    let literal = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
    match literal.map(|literal| literal.strip_prefix("IPv6:").unwrap_or(literal).parse::<IpAddr>()) {
        Some(Ok(_)) => Ok(text.to_owned()),
        _ => domain(text),
    }
}

fn mechanism(word: &str) -> Result<String, Fault> {
    let mechanisms = ["plain", "login", "xoauth2"];
    if mechanisms.contains(&word) {
        return Ok(word.to_owned());
    }
    let fault = Fault::new(format!("{} is not a way to log in", quote(word)));
    Err(fault.help(format!("there are {}", list(mechanisms))))
}
