//! The mail servers of `newsletter.toml`: one in `[smtp]`, or several, each under a `[[smtp]]` of its own.

use std::net::IpAddr;
use std::path::Path;

use super::{quantity, secret_source};
use crate::load::suggestion::{list, quote};
use crate::load::table::Table;
use crate::load::toml_file::Fault;
use crate::load::{Rate, SmtpSettings, Tls};

/// Connections at once, and messages before a connection is opened anew, unless configured.
const CONNECTIONS: u32 = 4;
const PER_CONNECTION: u32 = 100;

/// The servers, in the order of the file; none when there is no `smtp`.
pub(super) fn read(top: &Table<'_>, root: &Path) -> Vec<SmtpSettings> {
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
            let fault = Fault::new(format!("the mail server {} stands here twice", quote(&server.host)));
            table.error(table.span(), fault.help("delete one of the two, or give it another `user`"));
        }
        servers.push(server);
    }
    servers
}

/// The server of `table`; what only makes sense beside others is known when there are `several`.
fn server(table: &Table<'_>, root: &Path, several: bool) -> SmtpSettings {
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
        rates: rates(table),
        warm_up: table.integers("warm_up", 1..=u32::MAX).unwrap_or_default(),
        weight: if several { table.integer("weight", 1..=1000) } else { None },
        per_connection: table.integer("per_connection", 1..=u32::MAX).unwrap_or(PER_CONNECTION),
        in_flight: usize::try_from(table.integer("in_flight", 1..=16).unwrap_or(1)).unwrap_or(1),
    };
    let alone = "a weight is a share among several servers: write `[[smtp]]` above each of them";
    table.finish(|key| (key == "weight").then(|| alone.to_owned()));
    smtp
}

/// One limit, or a list of limits that hold together.
fn rates(table: &Table<'_>) -> Vec<Rate> {
    if table.is_list("rate") {
        return table.list("rate", quantity::rate).unwrap_or_default();
    }
    table.parsed("rate", quantity::rate).into_iter().collect()
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
