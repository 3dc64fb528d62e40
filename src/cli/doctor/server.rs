//! What carries the mail, tried out as a send would.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use super::local::refused;
use crate::cli::{Global, send, wording};
use crate::doctor::Finding;
use crate::load::{Courier, Newsletter, SmtpSettings};
use crate::smtp::{Connection, Tls};

const SUBJECT: &str = "mail server";

/// How long a server may take for a step. A send has more patience.
const PATIENCE: Duration = Duration::from_secs(30);

/// Connects to each, secures, authenticates, says good-bye.
pub(super) fn look(newsletter: &Newsletter, global: &Global) -> Vec<Finding> {
    let settings = &newsletter.settings;
    match &settings.courier {
        Courier::Outbox(_) => vec![Finding::warning(
            SUBJECT,
            "none: letters go to a folder, and no mail leaves this machine",
            "to mail people: `courier = \"smtp\"` under `[send]`, and `[smtp]`",
        )],
        Courier::Sendmail(program) => vec![sendmail(program)],
        Courier::Smtp => settings.smtp.iter().map(|smtp| greeted(newsletter, smtp, global)).collect(),
    }
}

fn greeted(newsletter: &Newsletter, smtp: &SmtpSettings, global: &Global) -> Finding {
    let mut server = match send::server(newsletter, smtp, global) {
        Ok(server) => server,
        Err(error) => return refused(SUBJECT, &error),
    };
    server.deadlines.greeting = PATIENCE;
    server.deadlines.command = PATIENCE;
    let connection = match Connection::open(&server) {
        Ok(connection) => connection,
        Err(error) => {
            let help =
                error.help().unwrap_or("compare `[smtp]` with what the provider says; `-vv` shows the conversation");
            return Finding::problem(SUBJECT, error.to_string(), help);
        }
    };
    let limit = connection.capabilities().size_limit().and_then(|limit| usize::try_from(limit).ok());
    connection.quit();
    let protection = match server.tls {
        Tls::Implicit => "TLS",
        Tls::StartTls => "STARTTLS",
        Tls::None => "no TLS",
    };
    let mut parts = vec![server.to_string(), protection.to_owned()];
    parts.extend(server.credentials.as_ref().map(|credentials| format!("logged in as {}", credentials.user)));
    parts.extend(limit.map(|limit| format!("messages of up to {}", wording::size(limit))));
    parts.extend(send::terms(smtp).rates.iter().map(ToString::to_string));
    Finding::ok(SUBJECT, parts.join(", "))
}

fn sendmail(program: &Path) -> Finding {
    let shown = program.display();
    let runs = program.metadata().is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0);
    if runs {
        return Finding::ok(SUBJECT, shown.to_string());
    }
    Finding::problem(
        SUBJECT,
        format!("`{shown}` is no program that can be run"),
        "set `sendmail` under `[send]` to where it is, or `courier = \"smtp\"`",
    )
}
