//! Counts what the server did, for Prometheus.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// By route and status: how many, and how long they took.
type Requests = BTreeMap<(&'static str, u16), (u64, Duration)>;

/// Numbers since the start, without anything about people.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    requests: Mutex<Requests>,
}

impl Numbers {
    pub(super) fn count(&self, route: &'static str, status: u16, took: Duration) {
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        let (count, total) = requests.entry((route, status)).or_default();
        *count += 1;
        *total += took;
    }

    /// Returns them in the text format of Prometheus, with the number of mails that wait.
    pub(super) fn text(&self, waiting: u64) -> String {
        let requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        let mut text = String::from(
            "# HELP newsletter_requests_total Requests answered.\n# TYPE newsletter_requests_total counter\n",
        );
        for ((route, status), (count, _)) in requests.iter() {
            let _ = writeln!(text, "newsletter_requests_total{{route=\"{route}\",status=\"{status}\"}} {count}");
        }
        text.push_str(
            "# HELP newsletter_request_seconds_total Time that the answers took.\n# TYPE newsletter_request_seconds_total counter\n",
        );
        for ((route, status), (_, total)) in requests.iter() {
            let seconds = total.as_secs_f64();
            let _ = writeln!(
                text,
                "newsletter_request_seconds_total{{route=\"{route}\",status=\"{status}\"}} {seconds:.6}"
            );
        }
        text.push_str("# HELP newsletter_mail_waiting Confirmation and other mail that waits.\n# TYPE newsletter_mail_waiting gauge\n");
        let _ = writeln!(text, "newsletter_mail_waiting {waiting}");
        text
    }
}
