//! The door to the web: does a page answer?

use std::time::Duration;

use chrono::{DateTime, Utc};
use ureq::http::header::DATE;

use crate::web::trusted;

/// How long a page may take.
const PATIENCE: Duration = Duration::from_secs(15);

/// What a web server answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reply {
    /// The status code.
    pub status: u16,
    /// What time it says it is.
    pub date: Option<DateTime<Utc>>,
}

/// Asks for the page at `url`, https only, with this machine's authorities, along no redirect and through no proxy; the
/// page itself is not read.
///
/// Errors with the reason when there is no answer.
pub fn get(url: &str) -> Result<Reply, String> {
    let agent = ureq::Agent::config_builder()
        .tls_config(trusted())
        .https_only(true)
        .http_status_as_error(false)
        .max_redirects(0)
        .proxy(None)
        .timeout_global(Some(PATIENCE))
        .user_agent(concat!("newsletter/", env!("CARGO_PKG_VERSION")))
        .build()
        .new_agent();
    let answer = agent.get(url).call().map_err(|error| match error {
        ureq::Error::Io(error) => error.to_string(),
        error => error.to_string(),
    })?;
    let date = answer.headers().get(DATE).and_then(|date| date.to_str().ok());
    let date = date.and_then(|date| DateTime::parse_from_rfc2822(date).ok()).map(|date| date.to_utc());
    Ok(Reply { status: answer.status().as_u16(), date })
}
