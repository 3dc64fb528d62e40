//! The courier of the configuration, made ready: credentials fetched, the server greeted.

use anyhow::Context;

use super::Options;
use crate::cli::{Exit, Failure, Global, talk, wording};
use crate::delivery::Courier;
use crate::delivery::courier::{Outbox, Sendmail};
use crate::load::{self, Newsletter, Rate, SmtpSettings};
use crate::model::IssueNumber;
use crate::smtp::{Connection, ConversationLog, Credentials, Mechanism, Server, Tls};

/// A courier and how hard it may be worked.
pub(super) struct Carriage {
    pub(super) courier: Courier,
    pub(super) connections: usize,
    pub(super) rate: Option<Rate>,
}

impl Carriage {
    /// The courier of the configuration for `issue`. Fetches secrets, makes the outbox, connects to nobody.
    pub(super) fn ready(
        newsletter: &Newsletter,
        issue: IssueNumber,
        options: Option<&Options>,
        global: &Global,
    ) -> anyhow::Result<Self> {
        let rate = options.and_then(|options| options.rate);
        let settings = &newsletter.settings;
        let alone = |courier| Self { courier, connections: 1, rate };
        Ok(match &settings.courier {
            load::Courier::Outbox(folder) => alone(Courier::Outbox(Outbox::new(folder.join(issue.to_string())))),
            load::Courier::Sendmail(program) => alone(Courier::Sendmail(Sendmail::new(program.clone()))),
            load::Courier::Smtp => {
                let smtp = settings.smtp.as_ref().context("`courier = \"smtp\"`, but there is no `[smtp]` table")?;
                let server = Box::new(server(newsletter, smtp, global)?);
                Self {
                    courier: Courier::Smtp { server, per_connection: smtp.per_connection, in_flight: smtp.in_flight },
                    connections: options.and_then(|options| options.connections).map_or(smtp.connections, usize::from),
                    rate: rate.or(smtp.rate),
                }
            }
        })
    }

    /// `smtp.example.org:587, STARTTLS, 4 connections, 10/s`.
    pub(super) fn describe(&self, newsletter: &Newsletter) -> String {
        let mut parts = match &self.courier {
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
                let plural = if self.connections == 1 { "" } else { "s" };
                vec![server.to_string(), tls.to_owned(), format!("{} connection{plural}", self.connections)]
            }
        };
        parts.extend(self.rate.map(written));
        parts.join(", ")
    }

    /// Connects, secures, authenticates, asks how large a message may be, says good-bye. No envelope is sent.
    ///
    /// Errors when the courier would not take a message of `largest` bytes.
    pub(super) fn try_out(&self, largest: usize) -> anyhow::Result<()> {
        let Courier::Smtp { server, .. } = &self.courier else { return Ok(()) };
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
            return Err(Failure::new(Exit::Content, message).hint("shorten the issue").into());
        }
        Ok(())
    }
}

/// `10/s`.
fn written(rate: Rate) -> String {
    let unit = match rate.per.as_secs() {
        1 => "s",
        60 => "m",
        3600 => "h",
        _ => "d",
    };
    format!("{}/{unit}", rate.messages)
}

/// The server of `[smtp]`, its password fetched.
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
