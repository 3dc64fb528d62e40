//! Diagnoses what readers notice: how long a delivery takes, and whether the pages they need are available.

use std::time::Duration;

use super::diagnosis::{Diagnosis, Level};
use crate::certificate::CertificateFlaw;
use crate::fetch::{PageFailure, PageResponse};

/// A delivery that takes longer is out of date when it ends.
const LONG: Duration = Duration::from_hours(24);

/// The page for unsubscribing.
pub const UNSUBSCRIBE_PAGE: &str = "unsubscribe";
/// The server of `[serve]`.
pub const SERVE: &str = "serve";
/// The letter on the web.
pub const READ_ONLINE: &str = "read online";
/// A picture of the letter.
pub const PICTURE: &str = "picture";

/// Diagnoses a list of `recipients` with `rejected` invalid rows, if the sending limits allow a message to each in `time`.
pub fn list(recipients: u64, rejected: u64, time: Duration) -> Diagnosis {
    const SUBJECT: &str = "subscribers";
    let noun = if recipients == 1 { "recipient" } else { "recipients" };
    let message = if time >= Duration::from_mins(1) {
        format!("{recipients} {noun}, {} at the configured rate", about(time))
    } else {
        format!("{recipients} {noun}")
    };
    if rejected > 0 {
        let rows = if rejected == 1 { "row is" } else { "rows are" };
        return Diagnosis::problem(
            SUBJECT,
            format!("{message}; {rejected} {rows} invalid"),
            "`newsletter check` lists them",
        );
    }
    if recipients == 0 {
        Diagnosis::warning(SUBJECT, "the list is empty", "write one address per line")
    } else if time > LONG {
        Diagnosis::warning(SUBJECT, message, "ask your provider for a higher limit, then raise `rate` under `[smtp]`")
    } else {
        Diagnosis { subject: SUBJECT, level: Level::Ok, message, help: None }
    }
}

fn about(time: Duration) -> String {
    let minutes = time.as_secs().div_ceil(60);
    match minutes {
        0..120 => format!("about {minutes} min"),
        120..2880 => format!("about {} hours", minutes.div_ceil(60)),
        _ => format!("about {} days", minutes.div_ceil(1440)),
    }
}

/// Diagnoses the response of the unsubscribe page at `host` to a GET with a test token; `None` if there is no page. A
/// page of `newsletter serve` is known to reject it.
pub fn unsubscribe_page(host: &str, reply: Option<&Result<PageResponse, PageFailure>>, is_served: bool) -> Diagnosis {
    const SUBJECT: &str = UNSUBSCRIBE_PAGE;
    let Some(reply) = reply else {
        return Diagnosis::warning(
            SUBJECT,
            "by mail only; Gmail and Yahoo require one-click unsubscribing from bulk senders",
            "set `url` under `[unsubscribe]` to a page that accepts POST (RFC 8058)",
        );
    };
    let status = match reply {
        Ok(reply) => reply.status,
        Err(failure) => {
            let (who, silence) = (format!("the unsubscribe page at `{host}`"), "does not respond");
            let help = "start it: readers who cannot unsubscribe report spam";
            return no_response(Level::Problem, SUBJECT, (&who, silence, help), failure);
        }
    };
    let message = format!("`{host}` answered a test token with {status}");
    match status {
        300..400 => Diagnosis::warning(
            SUBJECT,
            message,
            "serve the page at `url` itself: a POST must not be redirected (RFC 8058 3.1)",
        ),
        404 if is_served => Diagnosis::ok(SUBJECT, message),
        404 | 410 => Diagnosis::warning(
            SUBJECT,
            message,
            "this is fine if the page rejects unknown tokens in this way; otherwise correct `url` under `[unsubscribe]`",
        ),
        500.. => Diagnosis::problem(SUBJECT, message, "check the log of the web server"),
        _ => Diagnosis::ok(SUBJECT, message),
    }
}

/// Diagnoses an unsubscribe page at the reserved name `host`.
pub fn example_unsubscribe_page(host: &str) -> Diagnosis {
    Diagnosis::warning(
        UNSUBSCRIBE_PAGE,
        format!("the unsubscribe page is at `{host}`, a name for examples that leads nowhere"),
        "correct `url` under `[unsubscribe]`, or remove the line and keep `mailto`",
    )
}

/// Diagnoses the response of the unsubscribe page at `host` to a one-click unsubscribe with a test token.
pub fn one_click(host: &str, reply: &Result<PageResponse, PageFailure>) -> Diagnosis {
    const SUBJECT: &str = "one-click";
    let status = match reply {
        Ok(reply) => reply.status,
        Err(failure) => {
            let (who, silence) = (format!("`{host}`"), "does not respond to a POST");
            let help = "mail services unsubscribe readers by POST (RFC 8058)";
            return no_response(Level::Problem, SUBJECT, (&who, silence, help), failure);
        }
    };
    let message = format!("`{host}` answered a one-click unsubscribe with a test token with {status}");
    match status {
        200..300 => Diagnosis::ok(SUBJECT, message),
        300..400 => Diagnosis::problem(SUBJECT, message, "a POST must not be redirected (RFC 8058 3.1)"),
        400 | 404 | 410 | 422 => Diagnosis::warning(
            SUBJECT,
            message,
            "this is fine if the page rejects unknown tokens in this way; mail services may take it for a broken link",
        ),
        _ => Diagnosis::problem(
            SUBJECT,
            message,
            "mail services unsubscribe readers by POST (RFC 8058); `newsletter serve` answers it",
        ),
    }
}

/// Diagnoses the response of `newsletter serve` at `host` to a question about its health.
pub fn served(host: &str, reply: &Result<PageResponse, PageFailure>) -> Diagnosis {
    let status = match reply {
        Ok(reply) => reply.status,
        Err(failure) => {
            let (who, silence) = (format!("`newsletter serve` at `{host}`"), "does not answer");
            let help = "start it, or the proxy in front of it: until then readers can neither subscribe nor leave";
            return no_response(Level::Problem, SERVE, (&who, silence, help), failure);
        }
    };
    match status {
        200 => Diagnosis::ok(SERVE, format!("`{host}` answers and writes its ledger")),
        503 => Diagnosis::problem(
            SERVE,
            format!("`newsletter serve` at `{host}` cannot write its ledger"),
            "its log says why: `journalctl -u newsletter`",
        ),
        502 | 504 => Diagnosis::problem(
            SERVE,
            format!("`{host}` answers, but `newsletter serve` behind it does not"),
            "start it: until then readers can neither subscribe nor leave",
        ),
        status => Diagnosis::problem(
            SERVE,
            format!("`{host}` answered the question about its health with {status}: it is not `newsletter serve`"),
            "have the proxy pass every path to it, or correct `url` under `[serve]`",
        ),
    }
}

/// Diagnoses the response of `newsletter serve` at `host` to a GET of its form to subscribe.
pub fn served_form(host: &str, reply: &Result<PageResponse, PageFailure>) -> Diagnosis {
    let status = match reply {
        Ok(reply) => reply.status,
        Err(failure) => {
            let (who, silence) = (format!("`{host}`"), "does not show its form");
            return no_response(
                Level::Problem,
                SERVE,
                (&who, silence, "have the proxy pass every path to it"),
                failure,
            );
        }
    };
    match status {
        200 => Diagnosis::ok(SERVE, format!("`{host}` shows its form")),
        404 => Diagnosis::warning(
            SERVE,
            format!("`{host}` shows no form to subscribe"),
            "this is fine with `--no-subscribe`; otherwise have the proxy pass every path to it",
        ),
        status => Diagnosis::problem(
            SERVE,
            format!("`{host}` answered the question for its form with {status}"),
            "have the proxy pass every path to it, or correct `url` under `[serve]`",
        ),
    }
}

/// Diagnoses the response of the online copy at `url`, which every letter links to.
pub fn read_online(url: &str, reply: &Result<PageResponse, PageFailure>) -> Diagnosis {
    page_available(READ_ONLINE, url, reply, "run `newsletter build` and publish the result before you send")
}

/// Diagnoses the response of the picture at `url`, which mail clients fetch.
pub fn picture(url: &str, reply: &Result<PageResponse, PageFailure>) -> Diagnosis {
    page_available(
        PICTURE,
        url,
        reply,
        "readers would see a gap; run `newsletter build` and publish the result before you send",
    )
}

fn page_available(
    subject: &'static str,
    url: &str,
    reply: &Result<PageResponse, PageFailure>,
    help: &str,
) -> Diagnosis {
    match reply {
        // Servers redirect to the same page with a slash, or on their preferred host.
        Ok(PageResponse { status: 200..400, .. }) => Diagnosis::ok(subject, format!("`{url}` exists")),
        Ok(reply) => Diagnosis::warning(subject, format!("`{url}` returns {}", reply.status), help),
        Err(failure) => no_response(Level::Warning, subject, (&format!("`{url}`"), "does not respond", help), failure),
    }
}

/// Diagnoses a server that gave no response: who it is, what it does not do, and what to do if it is silent.
fn no_response(
    level: Level,
    subject: &'static str,
    (who, silence, help): (&str, &str, &str),
    failure: &PageFailure,
) -> Diagnosis {
    let (message, help) = match failure {
        PageFailure::Silent(reason) => (format!("{who} {silence}: {reason}"), help),
        PageFailure::Untrusted(flaw, reason) => (format!("{who} is not trusted: {reason}"), trusted(*flaw)),
    };
    Diagnosis { subject, level, message, help: Some(help.to_owned()) }
}

/// Returns what makes a web server's certificate one that everybody accepts.
fn trusted(flaw: CertificateFlaw) -> &'static str {
    match flaw {
        CertificateFlaw::Time => "renew the certificate, or correct the clock of this machine",
        CertificateFlaw::Name => "serve the page with a certificate for this name, or correct its address",
        CertificateFlaw::Issuer | CertificateFlaw::Authority | CertificateFlaw::Other => {
            "use a certificate of a public authority, such as Let's Encrypt, with its whole chain: browsers and mail \
             services refuse this one too"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_takes_its_time() {
        let said = |recipients, rejected, tenths: u64| {
            list(recipients, rejected, Duration::from_secs(tenths * 360)).to_string()
        };
        assert_eq!(said(1211, 0, 1), "ok subscribers: 1211 recipients, about 6 min at the configured rate");
        assert_eq!(said(1, 0, 0), "ok subscribers: 1 recipient");
        assert_eq!(said(0, 0, 0), "warning subscribers: the list is empty -> write one address per line");
        assert_eq!(
            said(5, 1, 0),
            "problem subscribers: 5 recipients; 1 row is invalid -> `newsletter check` lists them"
        );
        assert_eq!(said(1000, 0, 90), "ok subscribers: 1000 recipients, about 9 hours at the configured rate");
        assert_eq!(
            said(50_000, 0, 990),
            "warning subscribers: 50000 recipients, about 5 days at the configured rate -> ask your provider for a higher limit, then raise `rate` under `[smtp]`"
        );
    }

    #[test]
    fn a_way_out_takes_one_click() {
        let said = |status| one_click("e.org", &Ok(PageResponse { status, date: None })).to_string();
        assert_eq!(said(200), "ok one-click: `e.org` answered a one-click unsubscribe with a test token with 200");
        for (status, level) in [(202, "ok"), (303, "problem"), (404, "warning"), (405, "problem"), (503, "problem")] {
            assert!(said(status).starts_with(level), "{}", said(status));
        }
        let served = unsubscribe_page("e.org", Some(&Ok(PageResponse { status: 404, date: None })), true).to_string();
        assert_eq!(served, "ok unsubscribe: `e.org` answered a test token with 404");
    }

    #[test]
    fn a_server_for_readers_answers_from_outside() {
        let reply = |status| Ok(PageResponse { status, date: None });
        let said = |status| served("e.org", &reply(status)).to_string();
        assert_eq!(said(200), "ok serve: `e.org` answers and writes its ledger");
        for (status, words) in
            [(503, "cannot write its ledger"), (404, "is not `newsletter serve`"), (502, "behind it does not")]
        {
            assert!(said(status).starts_with("problem serve: ") && said(status).contains(words), "{}", said(status));
        }
        let silent = served("e.org", &Err(PageFailure::Silent("connection refused".to_owned()))).to_string();
        assert!(silent.starts_with("problem serve: `newsletter serve` at `e.org` does not answer: connection refused"));
        let form = |status| served_form("e.org", &reply(status)).to_string();
        assert_eq!(form(200), "ok serve: `e.org` shows its form");
        assert!(form(404).starts_with("warning serve: ") && form(502).starts_with("problem serve: "));
        let gone = served_form("e.org", &Err(PageFailure::Silent("timeout".to_owned()))).to_string();
        assert!(gone.starts_with("problem serve: `e.org` does not show its form: timeout"), "{gone}");
    }

    #[test]
    fn a_certificate_that_is_not_accepted_is_told_with_its_cause() {
        let said = |flaw, reason: &str| {
            let reply = Err(PageFailure::Untrusted(flaw, reason.to_owned()));
            unsubscribe_page("e.org", Some(&reply), false).to_string()
        };
        assert_eq!(
            said(CertificateFlaw::Time, "its certificate expired on 2021-02-03"),
            "problem unsubscribe: the unsubscribe page at `e.org` is not trusted: its certificate expired on 2021-02-03 -> renew the certificate, or correct the clock of this machine"
        );
        assert_eq!(
            said(CertificateFlaw::Name, "its certificate is for `a.org`, not for `e.org`"),
            "problem unsubscribe: the unsubscribe page at `e.org` is not trusted: its certificate is for `a.org`, not for `e.org` -> serve the page with a certificate for this name, or correct its address"
        );
        assert_eq!(
            read_online("https://e.org/", &Err(PageFailure::Untrusted(CertificateFlaw::Authority, "why".to_owned())))
                .to_string(),
            "warning read online: `https://e.org/` is not trusted: why -> use a certificate of a public authority, such as Let's Encrypt, with its whole chain: browsers and mail services refuse this one too"
        );
    }

    #[test]
    fn a_way_out_answers() {
        let said =
            |status| unsubscribe_page("e.org", Some(&Ok(PageResponse { status, date: None })), false).to_string();
        assert_eq!(said(200), "ok unsubscribe: `e.org` answered a test token with 200");
        assert_eq!(said(400), "ok unsubscribe: `e.org` answered a test token with 400");
        assert_eq!(
            said(302),
            "warning unsubscribe: `e.org` answered a test token with 302 -> serve the page at `url` itself: a POST must not be redirected (RFC 8058 3.1)"
        );
        assert_eq!(
            said(404),
            "warning unsubscribe: `e.org` answered a test token with 404 -> this is fine if the page rejects unknown tokens in this way; otherwise correct `url` under `[unsubscribe]`"
        );
        assert_eq!(
            said(503),
            "problem unsubscribe: `e.org` answered a test token with 503 -> check the log of the web server"
        );
        assert_eq!(
            unsubscribe_page("e.org", Some(&Err(PageFailure::Silent("connection refused".to_owned()))), false)
                .to_string(),
            "problem unsubscribe: the unsubscribe page at `e.org` does not respond: connection refused -> start it: readers who cannot unsubscribe report spam"
        );
        assert_eq!(
            unsubscribe_page("e.org", None, false).to_string(),
            "warning unsubscribe: by mail only; Gmail and Yahoo require one-click unsubscribing from bulk senders -> set `url` under `[unsubscribe]` to a page that accepts POST (RFC 8058)"
        );
    }
}
