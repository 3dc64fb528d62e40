//! Looks up whether a domain takes mail at all: its MX records (RFC 5321 5.1), or one that says no (RFC 7505).

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use domain::base::iana::{Class, Rcode};
use domain::base::{Name, Rtype};
use domain::rdata::{A, Aaaa, Mx};
use domain::resolv::StubResolver;

use super::dns::configuration;

/// Whether a domain takes mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailHost {
    /// It has a mail server, or an address, which stands in for one.
    Exists,
    /// It has neither, or does not exist.
    Missing,
    /// It says that it takes no mail.
    Refuses,
    /// No name server can tell.
    Unknown,
}

/// Looks up `name` within `patience`, at the name server `server` or those of this machine.
pub async fn mail_host(name: &str, server: Option<SocketAddr>, patience: Duration) -> MailHost {
    let Ok(name) = name.parse::<Name<Vec<u8>>>() else { return MailHost::Unknown };
    let resolver = StubResolver::from_conf(configuration(server, patience));
    let found = tokio::time::timeout(patience, look_up(&resolver, name)).await;
    found.unwrap_or(Ok(MailHost::Unknown)).unwrap_or(MailHost::Unknown)
}

/// Errors if no server responds, or with something that cannot be read.
async fn look_up(resolver: &StubResolver, name: Name<Vec<u8>>) -> io::Result<MailHost> {
    let answer = resolver.query((name.clone(), Rtype::MX, Class::IN)).await?;
    match answer.header().rcode() {
        Rcode::NOERROR => {}
        Rcode::NXDOMAIN => return Ok(MailHost::Missing),
        _ => return Ok(MailHost::Unknown),
    }
    let section = answer.answer().map_err(io::Error::other)?;
    let mut servers = section.limit_to_in::<Mx<_>>().flatten().peekable();
    if servers.peek().is_some() {
        // The one name that is no server is the root.
        let refuses = servers.all(|record| record.data().exchange().is_root());
        return Ok(if refuses { MailHost::Refuses } else { MailHost::Exists });
    }
    for kind in [Rtype::A, Rtype::AAAA] {
        let answer = resolver.query((name.clone(), kind, Class::IN)).await?;
        if !matches!(answer.header().rcode(), Rcode::NOERROR | Rcode::NXDOMAIN) {
            return Ok(MailHost::Unknown);
        }
        let section = answer.answer().map_err(io::Error::other)?;
        if section.limit_to_in::<A>().flatten().next().is_some()
            || section.limit_to_in::<Aaaa>().flatten().next().is_some()
        {
            return Ok(MailHost::Exists);
        }
    }
    Ok(MailHost::Missing)
}
