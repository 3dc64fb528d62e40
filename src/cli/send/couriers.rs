//! The couriers of the configuration, made ready: credentials fetched, the servers greeted.

use std::time::Duration;

use anyhow::ensure;

use super::Options;
use crate::cli::{Exit, Failure, Global, talk, wording};
use crate::delivery::courier::{Carried, Outbox, Sendmail};
use crate::delivery::limits::Terms;
use crate::delivery::{Courier, Rate, Relay};
use crate::load::{self, Newsletter, SmtpSettings};
use crate::model::{EmailAddress, IssueNumber};
use crate::smtp::{Connection, ConversationLog, Credentials, Mechanism, Server, Tls};

/// How many write to an outbox at once: each waits for the disk once a file.
const AT_THE_OUTBOX: usize = 8;

/// What carries the messages: one relay, or several mail servers.
pub(super) struct Carriage {
    pub(super) relays: Vec<Relay>,
}

impl Carriage {
    /// The couriers of the configuration for `issue`. Fetches secrets, makes the outbox, connects to nobody.
    pub(super) fn ready(
        newsletter: &Newsletter,
        issue: IssueNumber,
        options: Option<&Options>,
        global: &Global,
    ) -> anyhow::Result<Self> {
        let settings = &newsletter.settings;
        let by_hand = |courier, connections, name: String| Relay {
            account: name.clone(),
            name,
            courier,
            connections,
            terms: Terms::default(),
            weight: None,
        };
        let mut relays = match &settings.courier {
            load::Courier::Outbox(folder) => {
                let outbox = Courier::Outbox(Outbox::new(folder.join(issue.to_string())));
                vec![by_hand(outbox, AT_THE_OUTBOX, "outbox".to_owned())]
            }
            load::Courier::Sendmail(program) => {
                vec![by_hand(Courier::Sendmail(Sendmail::new(program.clone())), 1, program.display().to_string())]
            }
            load::Courier::Smtp => {
                settings.smtp.iter().map(|smtp| relay(newsletter, smtp, global)).collect::<anyhow::Result<_>>()?
            }
        };
        ensure!(!relays.is_empty(), "`courier = \"smtp\"`, but there is no `[smtp]` table");
        if let Some(options) = options {
            overrule(&mut relays, options)?;
        }
        Ok(Self { relays })
    }

    /// Whether all that comes of it are files: nobody's mail.
    pub(super) fn is_to_files(&self) -> bool {
        self.relays.iter().all(|relay| matches!(relay.courier, Courier::Outbox(_)))
    }

    /// A line a relay: `smtp.example.org:587, STARTTLS, 4 connections, 10/s`.
    pub(super) fn described(&self, newsletter: &Newsletter) -> Vec<String> {
        self.relays.iter().map(|relay| described(relay, newsletter)).collect()
    }

    /// How long `messages` take at least, where a rate says so.
    pub(super) fn time_for(&self, messages: u64) -> Duration {
        time_for(self.relays.iter().map(|relay| &relay.terms), messages)
    }

    /// Carries one message outside any delivery, by the first relay that works.
    pub(super) fn carry_alone(&self, sender: &str, recipient: &EmailAddress, message: &[u8]) -> Carried {
        let mut unable = None;
        for relay in &self.relays {
            match relay.courier.carry_alone(sender, recipient, message) {
                Carried::Unable(reason) => unable = unable.or(Some(reason)),
                carried @ Carried::Outcome(_) => return carried,
            }
        }
        Carried::Unable(unable.unwrap_or_default())
    }

    /// Connects to each mail server, secures, authenticates, asks how large a message may be, says good-bye. No envelope is
    /// sent. Where there are several, those that would not work are only told of.
    ///
    /// Errors when no relay would take a message of `largest` bytes.
    pub(super) fn try_out(&self, largest: usize, mut tell: impl FnMut(&str)) -> anyhow::Result<()> {
        let mut failures = Vec::new();
        for relay in &self.relays {
            let Courier::Smtp { server, .. } = &relay.courier else { continue };
            if let Err(failure) = try_out(server, largest) {
                failures.push((relay, failure));
            }
        }
        if failures.len() == self.relays.len() {
            let (_, first) = failures.swap_remove(0);
            return Err(first.into());
        }
        for (relay, failure) in failures {
            tell(&format!("`{relay}` would not work now: {failure}\n"));
        }
        Ok(())
    }
}

/// How long `messages` take at least where each relay has its `terms`.
pub(in crate::cli) fn time_for<'a>(terms: impl Iterator<Item = &'a Terms>, messages: u64) -> Duration {
    let times = terms.map(|terms| terms.time_for(messages).as_secs_f64());
    let together: f64 = times.map(|time| 1.0 / time).sum();
    Duration::try_from_secs_f64(1.0 / together).unwrap_or_default()
}

/// What `smtp` allows.
pub(in crate::cli) fn terms(smtp: &SmtpSettings) -> Terms {
    let rates = smtp.rates.iter().map(|&rate| written(rate)).collect();
    Terms { rates, warm_up: smtp.warm_up.clone() }
}

/// Whose limits `smtp` uses up.
pub(in crate::cli) fn account(smtp: &SmtpSettings) -> String {
    let user = smtp.user.as_ref().map(|user| format!("{user} at ")).unwrap_or_default();
    format!("{user}{}:{}", smtp.host, smtp.port)
}

/// How people know `smtp`: by its user too, where the server stands twice.
pub(in crate::cli) fn name(newsletter: &Newsletter, smtp: &SmtpSettings) -> String {
    let same = |other: &&SmtpSettings| (&other.host, other.port) == (&smtp.host, smtp.port);
    match newsletter.settings.smtp.iter().filter(same).count() {
        0 | 1 => format!("{}:{}", smtp.host, smtp.port),
        _ => account(smtp),
    }
}

fn written(rate: load::Rate) -> Rate {
    Rate { messages: rate.messages, per: rate.per }
}

fn relay(newsletter: &Newsletter, smtp: &SmtpSettings, global: &Global) -> anyhow::Result<Relay> {
    let server = Box::new(server(newsletter, smtp, global)?);
    Ok(Relay {
        name: name(newsletter, smtp),
        account: account(smtp),
        courier: Courier::Smtp { server, per_connection: smtp.per_connection, in_flight: smtp.in_flight },
        connections: smtp.connections,
        terms: terms(smtp),
        weight: smtp.weight,
    })
}

/// Makes `--rate` and `--connections` hold.
fn overrule(relays: &mut [Relay], options: &Options) -> anyhow::Result<()> {
    if options.rate.is_empty() && options.connections.is_none() {
        return Ok(());
    }
    let [relay] = relays else {
        return Err(Failure::new(
            Exit::Usage,
            "`--rate` and `--connections` are for one mail server, and there are several",
        )
        .hint("set `rate` and `connections` under each `[[smtp]]`")
        .into());
    };
    if !options.rate.is_empty() {
        relay.terms.rates = options.rate.iter().map(|&rate| written(rate)).collect();
    }
    if let (Courier::Smtp { .. }, Some(connections)) = (&relay.courier, options.connections) {
        relay.connections = usize::from(connections);
    }
    Ok(())
}

fn described(relay: &Relay, newsletter: &Newsletter) -> String {
    let mut parts = match &relay.courier {
        Courier::Outbox(outbox) => {
            let folder = outbox.folder().strip_prefix(&newsletter.root).unwrap_or(outbox.folder());
            vec![format!("files in {}/, no mail leaves this machine", folder.display())]
        }
        Courier::Sendmail(sendmail) => vec![sendmail.program().display().to_string()],
        Courier::Smtp { server, .. } => {
            let tls = match server.tls {
                Tls::Implicit => "TLS",
                Tls::StartTls => "STARTTLS",
                Tls::None => "no TLS",
            };
            let plural = if relay.connections == 1 { "" } else { "s" };
            vec![relay.name.clone(), tls.to_owned(), format!("{} connection{plural}", relay.connections)]
        }
    };
    parts.extend(relay.terms.rates.iter().map(ToString::to_string));
    parts.extend(relay.weight.map(|weight| format!("weight {weight}")));
    let days = relay.terms.warm_up.len();
    parts.extend((days > 0).then(|| format!("a warm-up of {days} day{}", if days == 1 { "" } else { "s" })));
    parts.join(", ")
}

fn try_out(server: &Server, largest: usize) -> Result<(), Failure> {
    let connection = Connection::open(server).map_err(|error| {
        let exit = if error.is_temporary() { Exit::Stopped } else { Exit::NotStarted };
        let failure = Failure::new(exit, format!("{error}; nothing was sent"));
        match error.help() {
            Some(help) => failure.hint(help),
            None => failure,
        }
    })?;
    let limit = connection.capabilities().size_limit();
    connection.quit();
    if let Some(limit) = limit.and_then(|limit| usize::try_from(limit).ok())
        && limit < largest
    {
        let message = format!(
            "`{server}` takes messages of up to {}, and this one has {}; nothing was sent",
            wording::size(limit),
            wording::size(largest)
        );
        return Err(Failure::new(Exit::Content, message).hint("shorten the issue"));
    }
    Ok(())
}

/// The server of `smtp`, its password fetched.
///
/// Errors as [`load::SecretSource::resolve`] does.
pub(in crate::cli) fn server(newsletter: &Newsletter, smtp: &SmtpSettings, global: &Global) -> anyhow::Result<Server> {
    let tls = match smtp.tls {
        load::Tls::Implicit => Tls::Implicit,
        load::Tls::StartTls => Tls::StartTls,
        load::Tls::None => Tls::None,
    };
    let mut server = Server::new(&smtp.host, smtp.port, tls);
    server.hello = smtp.hello.clone().unwrap_or_else(own_name);
    server.ca_file.clone_from(&smtp.ca_file);
    if let (Some(user), Some(password)) = (&smtp.user, &smtp.password) {
        server.credentials = Some(Credentials {
            user: user.clone(),
            password: password.resolve(&newsletter.root)?,
            mechanism: smtp.mechanism.as_deref().and_then(mechanism),
        });
    }
    if global.verbose >= 2 {
        server.log = ConversationLog::new(|line| talk::tell(&format!("{line}\n")));
    }
    Ok(server)
}

fn mechanism(name: &str) -> Option<Mechanism> {
    [Mechanism::Plain, Mechanism::Login, Mechanism::XOAuth2]
        .into_iter()
        .find(|mechanism| mechanism.name().eq_ignore_ascii_case(name))
}

/// What we call ourselves in EHLO: the machine's name where it is a full one, else an address (RFC 5321 4.1.4).
fn own_name() -> String {
    let name = rustix::system::uname().nodename().to_string_lossy().into_owned();
    if name.contains('.') { name } else { "[127.0.0.1]".to_owned() }
}
