//! The readers: how long it takes until all have it, and whether they find the way out.

use std::time::Duration;

use super::web::Reply;
use super::{Finding, Level};

/// A delivery that takes longer is no news any more when it ends.
const LONG: Duration = Duration::from_hours(24);

/// What there is to say about a list of `people`, `rejected` of whose rows name nobody, when the limits on sending let them
/// have a message each in `time`.
pub fn list(people: u64, rejected: u64, time: Duration) -> Finding {
    const SUBJECT: &str = "subscribers";
    let noun = if people == 1 { "person" } else { "people" };
    let message = if time >= Duration::from_mins(1) {
        format!("{people} {noun}, {} at the configured rate", about(time))
    } else {
        format!("{people} {noun}")
    };
    if rejected > 0 {
        let rows = if rejected == 1 { "row names" } else { "rows name" };
        return Finding::problem(
            SUBJECT,
            format!("{message}; {rejected} {rows} nobody"),
            "`newsletter check` shows them",
        );
    }
    if people == 0 {
        Finding::warning(SUBJECT, "nobody", "put an address a line into the list")
    } else if time > LONG {
        Finding::warning(SUBJECT, message, "ask your provider for more, and raise `rate` under `[smtp]`")
    } else {
        Finding { subject: SUBJECT, level: Level::Ok, message, help: None }
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

/// What the page for unsubscribing at `host` answered to a GET with a token nobody has; `None` when there is no page.
pub fn way_out(host: &str, reply: Option<&Result<Reply, String>>) -> Finding {
    const SUBJECT: &str = "way out";
    let Some(reply) = reply else {
        return Finding::warning(
            SUBJECT,
            "by mail only; Gmail and Yahoo want one click of those who send much",
            "set `url` under `[unsubscribe]`: a page that takes POST (RFC 8058)",
        );
    };
    let status = match reply {
        Ok(reply) => reply.status,
        Err(reason) => {
            let message = format!("the page for unsubscribing at `{host}` does not answer: {reason}");
            return Finding::problem(SUBJECT, message, "without it readers press the spam button: bring it up");
        }
    };
    let message = format!("`{host}` answers {status} to a token nobody has");
    match status {
        300..400 => {
            Finding::warning(SUBJECT, message, "answer at `url` itself: a POST must not be redirected (RFC 8058 3.1)")
        }
        404 | 410 => {
            Finding::warning(SUBJECT, message, "fine if it means the token; else correct `url` under `[unsubscribe]`")
        }
        500.. => Finding::problem(SUBJECT, message, "look into the log of the web server"),
        _ => Finding::ok(SUBJECT, message),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_takes_its_time() {
        let said =
            |people, rejected, tenths: u64| list(people, rejected, Duration::from_secs(tenths * 360)).to_string();
        assert_eq!(said(1211, 0, 1), "ok subscribers: 1211 people, about 6 min at the configured rate");
        assert_eq!(said(1, 0, 0), "ok subscribers: 1 person");
        assert_eq!(said(0, 0, 0), "warning subscribers: nobody -> put an address a line into the list");
        assert_eq!(said(5, 1, 0), "problem subscribers: 5 people; 1 row names nobody -> `newsletter check` shows them");
        assert_eq!(said(1000, 0, 90), "ok subscribers: 1000 people, about 9 hours at the configured rate");
        assert_eq!(
            said(50_000, 0, 990),
            "warning subscribers: 50000 people, about 5 days at the configured rate -> ask your provider for more, and raise `rate` under `[smtp]`"
        );
    }

    #[test]
    fn a_way_out_answers() {
        let said = |status| way_out("e.org", Some(&Ok(Reply { status, date: None }))).to_string();
        assert_eq!(said(200), "ok way out: `e.org` answers 200 to a token nobody has");
        assert_eq!(said(400), "ok way out: `e.org` answers 400 to a token nobody has");
        assert_eq!(
            said(302),
            "warning way out: `e.org` answers 302 to a token nobody has -> answer at `url` itself: a POST must not be redirected (RFC 8058 3.1)"
        );
        assert_eq!(
            said(404),
            "warning way out: `e.org` answers 404 to a token nobody has -> fine if it means the token; else correct `url` under `[unsubscribe]`"
        );
        assert_eq!(
            said(503),
            "problem way out: `e.org` answers 503 to a token nobody has -> look into the log of the web server"
        );
        assert_eq!(
            way_out("e.org", Some(&Err("connection refused".to_owned()))).to_string(),
            "problem way out: the page for unsubscribing at `e.org` does not answer: connection refused -> without it readers press the spam button: bring it up"
        );
        assert_eq!(
            way_out("e.org", None).to_string(),
            "warning way out: by mail only; Gmail and Yahoo want one click of those who send much -> set `url` under `[unsubscribe]`: a page that takes POST (RFC 8058)"
        );
    }
}
