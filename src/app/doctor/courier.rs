//! Tries the configured courier: mail servers, the sendmail program or the outbox.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use super::local::refused;
use crate::app::relays;
use crate::app::relays::LineSink;
use crate::config::{CourierSettings, Newsletter, SmtpSettings};
use crate::doctor::Diagnosis;
use crate::format;
use crate::smtp::Connection;

const SUBJECT: &str = "mail server";

/// The time limit of each step of the SMTP session; that of a send is longer.
const PATIENCE: Duration = Duration::from_secs(30);

/// Connects to each mail server, authenticates and quits.
pub(super) fn findings(newsletter: &Newsletter, conversation: Option<LineSink>) -> Vec<Diagnosis> {
    let settings = &newsletter.settings;
    match &settings.courier {
        CourierSettings::Outbox(_) => vec![Diagnosis::warning(
            SUBJECT,
            "none: letters are written to a folder, and no mail leaves this machine",
            "to send mail, set `courier = \"smtp\"` under `[send]`, and add `[smtp]`",
        )],
        CourierSettings::Sendmail(program) => vec![sendmail(program)],
        CourierSettings::Smtp => settings.smtp.iter().map(|smtp| greeted(newsletter, smtp, conversation)).collect(),
    }
}

fn greeted(newsletter: &Newsletter, smtp: &SmtpSettings, conversation: Option<LineSink>) -> Diagnosis {
    let mut server = match relays::server(newsletter, smtp, conversation) {
        Ok(server) => server,
        Err(error) => return refused(SUBJECT, &error),
    };
    server.deadlines.greeting = PATIENCE;
    server.deadlines.command = PATIENCE;
    let connection = match Connection::open(&server) {
        Ok(connection) => connection,
        Err(error) => {
            let help = error
                .help()
                .unwrap_or("compare `[smtp]` with your provider's instructions; `-vv` shows the SMTP session");
            return Diagnosis::problem(SUBJECT, error.to_string(), help);
        }
    };
    let limit = connection.capabilities().size_limit().and_then(|limit| usize::try_from(limit).ok());
    let unused_login = server.credentials.is_none() && !connection.capabilities().mechanisms().is_empty();
    connection.quit();
    let mut parts = vec![server.to_string(), relays::encryption(&server).to_owned()];
    parts.extend(server.credentials.as_ref().map(|credentials| format!("logged in as {}", credentials.user)));
    parts.extend(limit.map(|limit| format!("messages of up to {}", format::size(limit))));
    parts.extend(relays::limits(smtp).rates.iter().map(ToString::to_string));
    if unused_login {
        return Diagnosis::warning(
            SUBJECT,
            format!("{}: it offers authentication, but no `user` is set", parts.join(", ")),
            "set `user` and `password` under `[smtp]`, unless it accepts mail from this machine without authentication",
        );
    }
    Diagnosis::ok(SUBJECT, parts.join(", "))
}

fn sendmail(program: &Path) -> Diagnosis {
    let shown = program.display();
    let runs = program.metadata().is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0);
    if runs {
        return Diagnosis::ok(SUBJECT, shown.to_string());
    }
    Diagnosis::problem(
        SUBJECT,
        format!("`{shown}` is not an executable program"),
        "set `sendmail` under `[send]` to its path, or `courier = \"smtp\"`",
    )
}
