//! The door to DNS: TXT records.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use domain::base::iana::{Class, Rcode};
use domain::base::{Name, Rtype};
use domain::rdata::Txt;
use domain::resolv::StubResolver;
use domain::resolv::stub::conf::{ResolvConf, ServerConf, Transport};

/// How long a name server may take for one name.
const PATIENCE: Duration = Duration::from_secs(5);

/// What DNS says about a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Its TXT records, the strings of each joined; none when there are none or no such name.
    Texts(Vec<String>),
    /// Nobody knows: why.
    Failed(String),
}

/// Asks for the TXT records of `names`: the name server at `server`, or those of this machine. When a server says
/// nothing at all, the names left are not asked for.
///
/// Errors when the system gives no sockets.
pub fn ask(names: BTreeSet<String>, server: Option<SocketAddr>) -> io::Result<BTreeMap<String, Answer>> {
    let mut configuration = server.map_or_else(ResolvConf::default, |server| {
        let mut configuration = ResolvConf::new();
        configuration.servers.push(ServerConf::new(server, Transport::UdpTcp));
        configuration
    });
    configuration.options.timeout = PATIENCE;
    configuration.finalize();
    StubResolver::run_with_conf(configuration, |resolver| async move {
        let mut answers = BTreeMap::new();
        let mut silence = None;
        for name in names {
            let answer = match &silence {
                Some(reason) => Answer::Failed(String::clone(reason)),
                None => match ask_for(&resolver, &name).await {
                    Ok(answer) => answer,
                    Err(error) => {
                        let reason = match error.kind() {
                            io::ErrorKind::TimedOut => "no name server answers".to_owned(),
                            _ => format!("no name server answers: {error}"),
                        };
                        silence = Some(reason.clone());
                        Answer::Failed(reason)
                    }
                },
            };
            answers.insert(name, answer);
        }
        Ok(answers)
    })
}

/// Errors when no server answers.
async fn ask_for(resolver: &StubResolver, name: &str) -> io::Result<Answer> {
    let Ok(question) = name.parse::<Name<Vec<u8>>>() else {
        return Ok(Answer::Failed("not a name DNS can have".to_owned()));
    };
    let answer = resolver.query((question, Rtype::TXT, Class::IN)).await?;
    Ok(match answer.header().rcode() {
        Rcode::NOERROR => match answer.answer() {
            Ok(section) => {
                let records = section.limit_to_in::<Txt<_>>().flatten();
                Answer::Texts(records.map(|record| text(record.data())).collect())
            }
            Err(error) => Answer::Failed(format!("the answer cannot be read: {error}")),
        },
        Rcode::NXDOMAIN => Answer::Texts(Vec::new()),
        code => Answer::Failed(format!("the name server answers {code}")),
    })
}

/// The strings of a record, joined (RFC 7208 3.3, RFC 6376 3.6.2.2).
fn text<Octets: AsRef<[u8]>>(record: &Txt<Octets>) -> String {
    let bytes: Vec<u8> = record.iter().flatten().copied().collect();
    String::from_utf8_lossy(&bytes).into_owned()
}
