//! Reads `[serve]`: the web server for readers.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use url::Url;

use crate::config::quantity;
use crate::config::settings::{EvidenceIp, Rate, ServeSettings};
use crate::config::tables::publication;
use crate::diagnostic::Problem;
use crate::diagnostic::suggestion::quote;
use crate::toml::Table;

/// How long a sign-up waits for its confirmation, unless configured.
const PENDING: Duration = Duration::from_hours(7 * 24);

/// Confirmation mails altogether, unless configured.
const CONFIRM_RATE: Rate = Rate { messages: 60, per: Duration::from_hours(1) };

/// Returns the settings of the server, whose pages are where `unsubscribe` leads unless configured.
pub(in crate::config) fn read(top: &Table<'_>, unsubscribe: Option<&(String, String)>) -> ServeSettings {
    let derived = unsubscribe.and_then(|(before, _)| Url::parse(before).ok()?.join("/").ok()).map(String::from);
    let loopback = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let mut settings = ServeSettings {
        is_configured: false,
        url: derived,
        listen: SocketAddr::new(loopback, 8025),
        proxies: vec![loopback],
        origins: Vec::new(),
        archive: false,
        from: None,
        confirm_rate: CONFIRM_RATE,
        pending: PENDING,
        welcomes_with_latest: false,
        evidence_ip: EvidenceIp::Network,
        keep_evidence_years: 3,
        metrics: None,
        backups: 14,
    };
    let Some(table) = top.table("serve") else { return settings };
    settings.is_configured = true;
    let url = table.parsed("url", page_url);
    if let (Some(url), Some((before, _)), Some(span)) = (&url, unsubscribe, table.value_span("url"))
        && !before.starts_with(url.as_str())
    {
        let problem =
            Problem::new("`url` of `[unsubscribe]` is not below this one: the links in letters must lead here");
        table.error(span, problem.help(format!("for instance `url = \"{url}u/{{token}}\"` under `[unsubscribe]`")));
    }
    settings.url = url.or(settings.url);
    set(&mut settings.listen, table.parsed("listen", socket));
    set(&mut settings.proxies, table.list("proxies", ip));
    set(&mut settings.origins, table.list("origins", origin));
    set(&mut settings.archive, table.boolean("archive"));
    settings.from = table.parsed("from", publication::mailbox);
    set(&mut settings.confirm_rate, table.parsed("confirm_rate", quantity::rate));
    set(&mut settings.pending, table.parsed("pending", quantity::duration).filter(|pending| !pending.is_zero()));
    set(&mut settings.welcomes_with_latest, table.parsed("welcome", welcome));
    set(&mut settings.evidence_ip, table.parsed("evidence_ip", evidence_ip));
    set(&mut settings.keep_evidence_years, table.parsed("keep_evidence", years));
    settings.metrics = table.parsed("metrics", loopback_socket);
    set(&mut settings.backups, table.integer("backups", 0..=365));
    table.reject_unknown(|_| None);
    settings
}

fn set<T>(setting: &mut T, configured: Option<T>) {
    if let Some(value) = configured {
        *setting = value;
    }
}

/// An absolute http or https URL, with a `/` at its end.
fn page_url(text: &str) -> Result<String, Problem> {
    let wrong = || {
        let problem = Problem::new(format!("{} is not the address of a website", quote(text)));
        problem.help("write it like `https://letter.example.org/`")
    };
    let mut url = Url::parse(text).map_err(|_| wrong())?;
    let is_plain = url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    if !matches!(url.scheme(), "https" | "http") || !url.has_host() || !is_plain {
        return Err(wrong());
    }
    if !url.path().ends_with('/') {
        let path = format!("{}/", url.path());
        url.set_path(&path);
    }
    Ok(url.into())
}

fn socket(text: &str) -> Result<SocketAddr, Problem> {
    text.parse().map_err(|_| {
        let problem = Problem::new(format!("{} is not an IP address with a port", quote(text)));
        problem.help("write it like `127.0.0.1:8025` or `[::1]:8025`")
    })
}

/// Numbers about readers are for this machine only.
fn loopback_socket(text: &str) -> Result<SocketAddr, Problem> {
    let socket = socket(text)?;
    if !socket.ip().is_loopback() {
        let problem = Problem::new(format!("{} can be reached from other machines", quote(text)));
        return Err(problem.help("write a loopback address: `127.0.0.1:9025`"));
    }
    Ok(socket)
}

fn ip(text: &str) -> Result<IpAddr, Problem> {
    text.parse().map_err(|_| {
        let problem = Problem::new(format!("{} is not an IP address", quote(text)));
        problem.help("write the address the proxy connects from, such as `127.0.0.1`")
    })
}

/// Scheme, host and port, as a browser sends them.
fn origin(text: &str) -> Result<String, Problem> {
    let origin = Url::parse(text).ok().filter(|url| url.path() == "/" && url.query().is_none()).map(|url| url.origin());
    origin.filter(url::Origin::is_tuple).map(|origin| origin.ascii_serialization()).ok_or_else(|| {
        let problem = Problem::new(format!("{} is not an origin", quote(text)));
        problem.help("write scheme and host only: `https://www.example.org`")
    })
}

/// Returns whether the newest issue is the welcome.
fn welcome(text: &str) -> Result<bool, Problem> {
    match text {
        "latest" => Ok(true),
        "letter" => Ok(false),
        _ => Err(Problem::new(format!("{} is no welcome", quote(text)))
            .help("write `letter` for `letters/welcome.toml` or a few sentences, or `latest` for the newest issue")),
    }
}

fn evidence_ip(text: &str) -> Result<EvidenceIp, Problem> {
    match text {
        "network" => Ok(EvidenceIp::Network),
        "full" => Ok(EvidenceIp::Full),
        "none" => Ok(EvidenceIp::None),
        _ => Err(Problem::new(format!("{} is not how much of an IP address is kept", quote(text)))
            .help("write `network`, `full` or `none`")),
    }
}

/// A number of years: `3y`.
fn years(text: &str) -> Result<u32, Problem> {
    let years = text.strip_suffix('y').and_then(|years| years.parse().ok());
    years
        .filter(|years| (1..=100).contains(years))
        .ok_or_else(|| Problem::new(format!("{} is not a number of years", quote(text))).help("write it like `3y`"))
}
