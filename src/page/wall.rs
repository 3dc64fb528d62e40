//! Recognizes pages that a site shows in place of the page that was asked for.

use url::Url;

/// A reason for which nothing of a page is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wall {
    /// The site turns programs away: the status code.
    Status(u16),
    /// The page asks whether a person is there, or for consent or a login.
    Interstitial,
}

/// Titles of such pages, in lower case.
const TITLES: [&str; 40] = [
    "403 forbidden",
    "401 unauthorized",
    "access denied",
    "access to this page has been denied",
    "are you a robot?",
    "are you human?",
    "attention required",
    "attention required!",
    "before you continue",
    "bevor sie fortfahren",
    "avant de continuer",
    "antes de continuar",
    "bot verification",
    "captcha",
    "checking your browser",
    "client challenge",
    "ddos-guard",
    "error 403",
    "forbidden",
    "human verification",
    "just a moment",
    "just a moment...",
    "just a moment…",
    "log in or sign up to view",
    "making sure you're not a bot!",
    "one moment, please...",
    "page blocked",
    "pardon our interruption",
    "please wait...",
    "please verify you are a human",
    "request blocked",
    "robot or human?",
    "security check",
    "security checkpoint",
    "sign in to continue",
    "too many requests",
    "verify you are human",
    "vercel security checkpoint",
    "you have been blocked",
    "you are being redirected...",
];

/// Beginnings of such titles that no page about something else has.
const BEGINNINGS: [&str; 9] = [
    "just a moment",
    "attention required! |",
    "attention required |",
    "before you continue to ",
    "access denied |",
    "access denied -",
    "bevor sie zu youtube",
    "avant d'accéder à ",
    "verifying your browser",
];

/// Hosts to which sites redirect for consent or a login.
const HOSTS: [&str; 11] = [
    "consent.youtube.com",
    "consent.google.com",
    "consent.yahoo.com",
    "accounts.google.com",
    "guce.advertising.com",
    "guce.yahoo.com",
    "guce.techcrunch.com",
    "login.microsoftonline.com",
    "validate.perfdrive.com",
    "geo.captcha-delivery.com",
    "challenges.cloudflare.com",
];

impl Wall {
    /// Recognizes a wall by the status code.
    pub fn of_status(status: u16) -> Option<Self> {
        matches!(status, 401 | 402 | 403 | 405 | 406 | 407 | 409 | 418 | 429 | 451 | 503 | 520..=530 | 999)
            .then_some(Self::Status(status))
    }

    /// Recognizes a wall by the address to which the site led.
    pub fn of_address(url: &Url) -> Option<Self> {
        let host = url.host_str()?;
        let is_wall = HOSTS.contains(&host)
            || host.starts_with("consent.")
            || host.starts_with("guce.")
            || url.path().starts_with("/cdn-cgi/challenge")
            || url.path() == "/sorry/index";
        is_wall.then_some(Self::Interstitial)
    }

    /// Recognizes a wall by the title of the page.
    pub fn of_title(title: &str) -> Option<Self> {
        let title = super::markup::single_spaces(title).to_lowercase();
        let own = title.split(" | ").next().unwrap_or_default();
        let is_wall = TITLES.contains(&title.as_str())
            || TITLES.contains(&own)
            || BEGINNINGS.iter().any(|beginning| title.starts_with(beginning));
        is_wall.then_some(Self::Interstitial)
    }
}
