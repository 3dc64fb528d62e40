//! Looks up TXT records.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use domain::base::iana::{Class, Rcode};
use domain::base::{Name, Rtype};
use domain::rdata::Txt;
use domain::resolv::StubResolver;
use domain::resolv::stub::conf::{ResolvConf, ServerConf, Transport};

/// The time a lookup may take while a person is waiting for it.
pub const TIMEOUT: Duration = Duration::from_secs(5);

/// The result of a lookup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TxtLookup {
    /// The TXT records, the strings of each joined; empty also if the name does not exist.
    Records(Vec<String>),
    /// The lookup failed: the reason.
    Failed(String),
}

/// Looks up the TXT records of `names`, each within `patience`, at the name server `server` or those of this machine.
/// After a server that does not respond, the other names are not tried.
///
/// Errors if the system provides no sockets.
pub fn look_up(
    names: BTreeSet<String>,
    server: Option<SocketAddr>,
    patience: Duration,
) -> io::Result<BTreeMap<String, TxtLookup>> {
    StubResolver::run_with_conf(configuration(server, patience), |resolver| async move {
        let mut answers = BTreeMap::new();
        let mut silence = None;
        for name in names {
            let answer = match &silence {
                Some(reason) => TxtLookup::Failed(String::clone(reason)),
                None => match look_up_one(&resolver, &name).await {
                    Ok(answer) => answer,
                    Err(error) => {
                        let reason = match error.kind() {
                            io::ErrorKind::TimedOut => "no name server responded".to_owned(),
                            _ => format!("no name server responded: {error}"),
                        };
                        silence = Some(reason.clone());
                        TxtLookup::Failed(reason)
                    }
                },
            };
            answers.insert(name, answer);
        }
        Ok(answers)
    })
}

/// Returns the configuration to ask `server`, or the name servers of this machine, each lookup within `patience`.
pub(super) fn configuration(server: Option<SocketAddr>, patience: Duration) -> ResolvConf {
    let mut configuration = server.map_or_else(ResolvConf::default, |server| {
        let mut configuration = ResolvConf::new();
        configuration.servers.push(ServerConf::new(server, Transport::UdpTcp));
        configuration
    });
    configuration.options.timeout = patience;
    configuration.finalize();
    configuration
}

/// Errors if no server responds.
async fn look_up_one(resolver: &StubResolver, name: &str) -> io::Result<TxtLookup> {
    let Ok(question) = name.parse::<Name<Vec<u8>>>() else {
        return Ok(TxtLookup::Failed("not a valid DNS name".to_owned()));
    };
    let answer = resolver.query((question, Rtype::TXT, Class::IN)).await?;
    Ok(match answer.header().rcode() {
        Rcode::NOERROR => match answer.answer() {
            Ok(section) => {
                let records = section.limit_to_in::<Txt<_>>().flatten();
                TxtLookup::Records(records.map(|record| text(record.data())).collect())
            }
            Err(error) => TxtLookup::Failed(format!("the response cannot be read: {error}")),
        },
        Rcode::NXDOMAIN => TxtLookup::Records(Vec::new()),
        code => TxtLookup::Failed(format!("the name server returned {code}")),
    })
}

/// Joins the strings of a record (RFC 7208 3.3, RFC 6376 3.6.2.2).
fn text<Octets: AsRef<[u8]>>(record: &Txt<Octets>) -> String {
    let bytes: Vec<u8> = record.iter().flatten().copied().collect();
    String::from_utf8_lossy(&bytes).into_owned()
}
