//! Reads the mail servers: one in `[smtp]`, or several, each in a `[[smtp]]`.

use std::net::IpAddr;
use std::path::Path;

use crate::config::settings::{Rate, SmtpSettings, Tls};
use crate::config::{quantity, secret_source};
use crate::diagnostic::Problem;
use crate::diagnostic::suggestion::{list, quote};
use crate::toml::Table;

/// Connections at once, and messages before a connection is opened anew, unless configured.
const CONNECTIONS: u32 = 4;
const PER_CONNECTION: u32 = 100;

/// The servers, in the order of the file; none when there is no `smtp`.
pub(in crate::config) fn read(top: &Table<'_>, root: &Path) -> Vec<SmtpSettings> {
    if !top.is_list("smtp") {
        return top.table("smtp").map(|table| server(&table, root, false)).into_iter().collect();
    }
    let tables = top.tables("smtp");
    let several = tables.len() > 1;
    let mut servers: Vec<SmtpSettings> = Vec::new();
    for table in &tables {
        let server = server(table, root, several);
        let same =
            |other: &SmtpSettings| (&other.host, other.port, &other.user) == (&server.host, server.port, &server.user);
        if !server.host.is_empty() && servers.iter().any(same) {
            let problem = Problem::new(format!("the mail server {} is listed twice", quote(&server.host)));
            table.error(table.span(), problem.help("remove one of the two, or give it another `user`"));
        }
        servers.push(server);
    }
    servers
}

/// The server of `table`; what only makes sense beside others is known when there are `several`.
fn server(table: &Table<'_>, root: &Path, several: bool) -> SmtpSettings {
    table.require(&[("host", "host = \"smtp.example.org\"")]);
    let port = table.integer("port", 1..=u32::from(u16::MAX)).and_then(|port| u16::try_from(port).ok());
    let tls = table.parsed("tls", tls);
    let tls_span = table.value_span("tls");
    // TLS from the first byte is the safer default (RFC 8314 3); of other ports it is known how they are protected.
    let tls = tls.or_else(|| port.and_then(usual_tls)).unwrap_or(Tls::Implicit);
    let host = table.parsed("host", |text| host(text, tls));
    let user = table.line("user").map(|text| text.value);
    let password = secret_source::read(table, "password", "NEWSLETTER_SMTP_PASSWORD", root);
    for (one, other, example) in [
        ("user", "password", "password = { env = \"NEWSLETTER_SMTP_PASSWORD\" }"),
        ("password", "user", "user = \"…\""),
        ("mechanism", "user", "user = \"…\""),
    ] {
        if let Some(span) = table.value_span(one).filter(|_| !table.has(other)) {
            table.error(span, Problem::new(format!("`{one}` without `{other}`")).help(format!("add `{example}`")));
        }
    }
    let misfit = port.zip(tls_span.or_else(|| table.value_span("port")));
    if let Some((port, span)) = misfit
        && let Some(usual) = usual_tls(port).filter(|&usual| tls != Tls::None && usual != tls)
    {
        table.warn(span, unusual_tls(port, tls, usual));
    }
    let pipelining = table.boolean("pipelining").unwrap_or(true);
    table.rename("in_flight", "max_in_flight");
    let max_in_flight = table.integer("max_in_flight", 1..=16).unwrap_or(1);
    if let Some(span) = table.value_span("max_in_flight").filter(|_| max_in_flight > 1 && !pipelining) {
        let problem = Problem::new("`max_in_flight` needs PIPELINING, which `pipelining = false` turns off");
        table.error(span, problem.help("delete one of the two"));
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
        rates: rates(table),
        warm_up: table.integers("warm_up", 1..=u32::MAX).unwrap_or_default(),
        weight: if several { table.integer("weight", 1..=1000) } else { None },
        per_connection: table.integer("per_connection", 1..=u32::MAX).unwrap_or(PER_CONNECTION),
        max_in_flight: usize::try_from(max_in_flight).unwrap_or(1),
        pipelining,
    };
    let alone = "a weight is a share among several servers: write `[[smtp]]` above each of them";
    table.reject_unknown(|key| (key == "weight").then(|| alone.to_owned()));
    smtp
}

/// One limit, or a list of limits that hold together.
fn rates(table: &Table<'_>) -> Vec<Rate> {
    if table.is_list("rate") {
        return table.list("rate", quantity::rate).unwrap_or_default();
    }
    table.parsed("rate", quantity::rate).into_iter().collect()
}

/// Returns how connections to `port` are protected at every provider: 25, 587 and 465 (RFC 8314 3, 7.3), and what is beside them where
/// networks block those.
fn usual_tls(port: u16) -> Option<Tls> {
    match port {
        25 | 587 | 2525 | 2587 | 8025 => Some(Tls::StartTls),
        465 | 2465 | 8465 => Some(Tls::Implicit),
        _ => None,
    }
}

fn unusual_tls(port: u16, tls: Tls, usual: Tls) -> Problem {
    let word = |tls| if tls == Tls::Implicit { "implicit" } else { "starttls" };
    let other = if usual == Tls::Implicit { 587 } else { 465 };
    let does =
        if usual == Tls::Implicit { "uses TLS from the first byte" } else { "starts unencrypted, then uses STARTTLS" };
    let problem = Problem::new(format!("`tls = \"{}\"` on port {port}, which usually {does}", word(tls)));
    problem.help(format!("write `tls = \"{}\"`, or `port = {other}`", word(usual)))
}

pub(super) fn tls(word: &str) -> Result<Tls, Problem> {
    match word {
        "implicit" => Ok(Tls::Implicit),
        "starttls" => Ok(Tls::StartTls),
        "none" => Ok(Tls::None),
        _ => {
            let problem = Problem::new(format!("{} is not a kind of encryption", quote(word)));
            Err(problem.help("write `implicit` (port 465), `starttls` (port 587) or `none` (only to this machine)"))
        }
    }
}

pub(super) fn host(text: &str, tls: Tls) -> Result<String, Problem> {
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let address = bare.parse::<IpAddr>().ok();
    let name = match address {
        Some(address) => address.to_string(),
        None => domain(text)?,
    };
    let loopback = address.map_or(name == "localhost", |address| address.is_loopback());
    match tls {
        Tls::None if !loopback => {
            let problem = Problem::new(format!("`tls = \"none\"` for {}, which is not this machine", quote(text)));
            Err(problem.help(
                "write `tls = \"starttls\"` or `tls = \"implicit\"`: passwords and letters must not be sent unencrypted",
            ))
        }
        Tls::Implicit | Tls::StartTls if address.is_some() => {
            let problem = Problem::new(format!("{} is an IP address; certificates are issued for names", quote(text)));
            Err(problem.help("write the server's name, or `tls = \"none\"` if it is this machine"))
        }
        _ => Ok(name),
    }
}

fn domain(text: &str) -> Result<String, Problem> {
    idna::domain_to_ascii_strict(text).ok().filter(|name| !name.is_empty()).ok_or_else(|| {
        Problem::new(format!("{} is not a host name", quote(text))).help("write it like `smtp.example.org`")
    })
}

/// Returns what stands after EHLO: a name, or an address in brackets (RFC 5321 4.1.3).
fn hello(text: &str) -> Result<String, Problem> {
    let literal = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
    match literal.map(|literal| literal.strip_prefix("IPv6:").unwrap_or(literal).parse::<IpAddr>()) {
        Some(Ok(_)) => Ok(text.to_owned()),
        _ => domain(text),
    }
}

pub(super) fn mechanism(word: &str) -> Result<String, Problem> {
    let mechanisms = ["plain", "login", "xoauth2"];
    if mechanisms.contains(&word) {
        return Ok(word.to_owned());
    }
    let problem = Problem::new(format!("{} is not an authentication mechanism", quote(word)));
    Err(problem.help(format!("the mechanisms are {}", list(mechanisms))))
}
