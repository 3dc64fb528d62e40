//! Makes the relays of the configuration ready: fetches the secrets, and connects to nothing.

use anyhow::ensure;

use crate::app::failure::Failure;
use crate::config::{self, Newsletter, SmtpSettings};
use crate::delivery::couriers::{CourierError, Outbox, Sendmail};
use crate::delivery::limits::RelayLimits;
use crate::delivery::outcome::Outcome;
use crate::delivery::{Courier, Rate, Relay};
use crate::model::{CourierKind, EmailAddress, IssueNumber};
use crate::smtp::{ConversationLog, Credentials, Mechanism, Server, Tls};

/// Simultaneous writers of an outbox: each waits for one sync per file.
const OUTBOX_WRITERS: usize = 8;

/// Receives each line of the conversation with a mail server.
pub(crate) type LineSink = fn(&str);

/// Settings of the command line that replace those of the only mail server.
#[derive(Debug, Clone, Default)]
pub(crate) struct RelayOverrides {
    pub(crate) rates: Vec<config::Rate>,
    pub(crate) connections: Option<u8>,
}

/// The relays that deliver the messages: an outbox, a program, or one or several mail servers.
pub(crate) struct Relays {
    pub(crate) all: Vec<Relay>,
}

impl Relays {
    /// Makes the relays of the configuration ready for `issue`.
    ///
    /// Errors when a secret cannot be fetched, and when `overrides` are given for several servers.
    pub(crate) fn ready(
        newsletter: &Newsletter,
        issue: IssueNumber,
        overrides: &RelayOverrides,
        conversation: Option<LineSink>,
    ) -> anyhow::Result<Self> {
        let settings = &newsletter.settings;
        let whole_message = |courier, connections, name: String| Relay {
            account: name.clone(),
            name,
            courier,
            connections,
            limits: RelayLimits::default(),
            weight: None,
        };
        let mut relays = match &settings.courier {
            config::CourierSettings::Outbox(folder) => {
                let names_senders = newsletter.publication.envelope_sender.is_per_reader();
                let outbox = Courier::Outbox(Outbox::new(folder.join(issue.to_string())).naming_senders(names_senders));
                vec![whole_message(outbox, OUTBOX_WRITERS, "outbox".to_owned())]
            }
            config::CourierSettings::Sendmail(program) => {
                vec![whole_message(Courier::Sendmail(Sendmail::new(program.clone())), 1, program.display().to_string())]
            }
            config::CourierSettings::Smtp => {
                settings.smtp.iter().map(|smtp| relay(newsletter, smtp, conversation)).collect::<anyhow::Result<_>>()?
            }
        };
        ensure!(!relays.is_empty(), "`courier = \"smtp\"`, but there is no `[smtp]` table");
        apply(overrides, &mut relays)?;
        Ok(Self { all: relays })
    }

    /// The kind of all relays.
    pub(crate) fn kind(&self) -> CourierKind {
        match self.all[0].courier {
            Courier::Smtp { .. } => CourierKind::Smtp,
            Courier::Sendmail(_) => CourierKind::Sendmail,
            Courier::Outbox(_) => CourierKind::Outbox,
        }
    }

    /// Delivers one message outside any delivery, through the first relay that works.
    ///
    /// Errors when no relay works.
    pub(crate) fn deliver_test_mail(
        &self,
        sender: &str,
        recipient: &EmailAddress,
        message: &[u8],
    ) -> Result<Outcome, CourierError> {
        let mut first = None;
        for relay in &self.all {
            match relay.courier.deliver_test_mail(sender, recipient, message) {
                Err(error) => first = first.or(Some(error)),
                outcome => return outcome,
            }
        }
        Err(first.unwrap_or_else(|| CourierError("no courier is configured".to_owned())))
    }
}

/// Returns the limits of `smtp`.
pub(crate) fn limits(smtp: &SmtpSettings) -> RelayLimits {
    let rates = smtp.rates.iter().map(|&rate| written(rate)).collect();
    RelayLimits { rates, warm_up: smtp.warm_up.clone() }
}

/// Returns the account that the limits of `smtp` are counted for: `ada at smtp.example.org:587`.
pub(crate) fn account(smtp: &SmtpSettings) -> String {
    let user = smtp.user.as_ref().map(|user| format!("{user} at ")).unwrap_or_default();
    format!("{user}{}:{}", smtp.host, smtp.port)
}

/// Returns the name of `smtp` in messages: its address, with the user if several entries share that address.
pub(crate) fn name(newsletter: &Newsletter, smtp: &SmtpSettings) -> String {
    let same = |other: &&SmtpSettings| (&other.host, other.port) == (&smtp.host, smtp.port);
    match newsletter.settings.smtp.iter().filter(same).count() {
        0 | 1 => format!("{}:{}", smtp.host, smtp.port),
        _ => account(smtp),
    }
}

fn written(rate: config::Rate) -> Rate {
    Rate { messages: rate.messages, per: rate.per }
}

fn relay(newsletter: &Newsletter, smtp: &SmtpSettings, conversation: Option<LineSink>) -> anyhow::Result<Relay> {
    let server = Box::new(server(newsletter, smtp, conversation)?);
    Ok(Relay {
        name: name(newsletter, smtp),
        account: account(smtp),
        courier: Courier::Smtp { server, per_connection: smtp.per_connection, max_in_flight: smtp.max_in_flight },
        connections: smtp.connections,
        limits: limits(smtp),
        weight: smtp.weight,
    })
}

fn apply(overrides: &RelayOverrides, relays: &mut [Relay]) -> anyhow::Result<()> {
    if overrides.rates.is_empty() && overrides.connections.is_none() {
        return Ok(());
    }
    let [relay] = relays else {
        return Err(Failure::usage("`--rate` and `--connections` cannot be used with several mail servers")
            .hint("set `rate` and `connections` under each `[[smtp]]`")
            .into());
    };
    if !overrides.rates.is_empty() {
        relay.limits.rates = overrides.rates.iter().map(|&rate| written(rate)).collect();
    }
    if let (Courier::Smtp { .. }, Some(connections)) = (&relay.courier, overrides.connections) {
        relay.connections = usize::from(connections);
    }
    Ok(())
}

/// Returns the server of `smtp`, with its password.
///
/// Errors as [`config::SecretSource::resolve`] does.
pub(crate) fn server(
    newsletter: &Newsletter,
    smtp: &SmtpSettings,
    conversation: Option<LineSink>,
) -> anyhow::Result<Server> {
    let mut server = Server::new(&smtp.host, smtp.port, tls(smtp.tls));
    server.hello = smtp.hello.clone().unwrap_or_else(own_name);
    server.ca_file.clone_from(&smtp.ca_file);
    server.pipelining = smtp.pipelining;
    if let (Some(user), Some(password)) = (&smtp.user, &smtp.password) {
        server.credentials = Some(Credentials {
            user: user.clone(),
            password: password.resolve(&newsletter.root)?,
            mechanism: smtp.mechanism.as_deref().and_then(mechanism),
        });
    }
    if let Some(log) = conversation {
        server.log = ConversationLog::new(move |line| log(&line.to_string()));
    }
    Ok(server)
}

/// Returns the protection that the settings ask for.
pub(crate) fn tls(tls: config::Tls) -> Tls {
    match tls {
        config::Tls::Implicit => Tls::Implicit,
        config::Tls::StartTls => Tls::StartTls,
        config::Tls::None => Tls::None,
    }
}

/// Returns the mechanism of this name in the settings.
pub(crate) fn mechanism(name: &str) -> Option<Mechanism> {
    [Mechanism::Plain, Mechanism::Login, Mechanism::XOAuth2]
        .into_iter()
        .find(|mechanism| mechanism.name().eq_ignore_ascii_case(name))
}

/// Returns the argument of EHLO: the machine's name if it is fully qualified, else an address literal (RFC 5321 4.1.4).
fn own_name() -> String {
    let name = rustix::system::uname().nodename().to_string_lossy().into_owned();
    if name.contains('.') { name } else { "[127.0.0.1]".to_owned() }
}
