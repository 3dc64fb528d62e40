//! Reads `[fetch]`.

use url::{Host, Url};

use crate::diagnostic::{Problem, quote};
use crate::toml::Table;

/// Returns the hosts and ports of `allow_hosts`.
pub(in crate::config) fn allow_hosts(table: &Table<'_>) -> Vec<(String, u16)> {
    let hosts = table.list("allow_hosts", host_and_port).unwrap_or_default();
    table.reject_unknown(|_| None);
    hosts
}

/// Parses `wiki.example.org:8080` and `[::1]:8080`; the host is as in an address.
fn host_and_port(text: &str) -> Result<(String, u16), Problem> {
    let wrong =
        || Problem::new(format!("{} is not a host and a port", quote(text))).help("write both: `\"127.0.0.1:8080\"`");
    let (_, port) = text.rsplit_once(':').ok_or_else(wrong)?;
    let port: u16 = port.parse().ok().filter(|port| *port > 0).ok_or_else(wrong)?;
    let url = Url::parse(&format!("http://{text}/")).map_err(|_| wrong())?;
    let is_plain = url.path() == "/" && url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    let host = url.host().map(|host: Host<&str>| host.to_string()).filter(|_| is_plain).ok_or_else(wrong)?;
    Ok((host, port))
}
