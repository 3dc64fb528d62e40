//! Compares the address of a request with the paths of the server. Pure.

use crate::model::Token;

/// Where a request leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Route {
    /// The form to subscribe.
    Subscribe,
    /// After signing up.
    Sent,
    /// The link of a confirmation mail; `None` for what is no token.
    Confirm(Option<Token>),
    /// After confirming.
    Confirmed,
    /// The other link of a confirmation mail.
    NotMe(Option<Token>),
    /// After that.
    NeverAgain,
    /// An unsubscribe link.
    Unsubscribe(Option<Token>),
    /// Takes leaving back.
    Undo(Option<Token>),
    /// Chooses among the topics.
    Topics(Option<Token>),
    /// After that.
    TopicsSaved,
    /// Has one's own link mailed.
    Find,
    /// Whether the ledger can be written.
    Health,
    /// The style sheet.
    Style,
    /// Everything else: a file of the archive, or nothing.
    Other,
}

impl Route {
    /// The name in logs and numbers: never a token.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Subscribe => "subscribe",
            Self::Sent => "sent",
            Self::Confirm(_) => "confirm",
            Self::Confirmed => "confirmed",
            Self::NotMe(_) => "not-me",
            Self::NeverAgain => "never-again",
            Self::Unsubscribe(_) => "unsubscribe",
            Self::Undo(_) => "undo",
            Self::Topics(_) => "topics",
            Self::TopicsSaved => "topics-saved",
            Self::Find => "find",
            Self::Health => "health",
            Self::Style => "style",
            Self::Other => "other",
        }
    }

    /// The value of `Allow`.
    pub(super) fn allow(&self) -> &'static str {
        match self {
            Self::Subscribe
            | Self::Confirm(_)
            | Self::NotMe(_)
            | Self::Unsubscribe(_)
            | Self::Undo(_)
            | Self::Topics(_) => "GET, HEAD, POST, OPTIONS",
            Self::Find => "POST, OPTIONS",
            _ => "GET, HEAD, OPTIONS",
        }
    }
}

/// An unsubscribe link, with its token if it is a proper one.
struct Link(Option<Token>);

/// Makes the route of a link from its token.
type OfToken = fn(Option<Token>) -> Route;

/// The paths of the server.
#[derive(Debug, Clone)]
pub(super) struct Paths {
    /// Of the pages: `/`, or `/letter/` below another site.
    pub(super) base: String,
    /// What stands before and behind the token in the path and query of an unsubscribe link.
    unsubscribe: Option<(String, String)>,
}

impl Paths {
    /// The paths of pages at `url` and of unsubscribe links like `unsubscribe`, which lead to the same host.
    pub(super) fn new(url: &str, unsubscribe: Option<&(String, String)>) -> Self {
        let without_host = |url: &str| {
            let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
            rest.find('/').map_or_else(|| "/".to_owned(), |at| rest[at..].to_owned())
        };
        let unsubscribe = unsubscribe.map(|(before, after)| (without_host(before), after.clone()));
        Self { base: without_host(url), unsubscribe }
    }

    /// Returns where `target`, a path and query, leads. A page comes first: links may have the token right behind `/`.
    pub(super) fn route(&self, target: &str) -> Route {
        let (path, query) = target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
        if let Some(page) = path.strip_prefix(&self.base).and_then(page) {
            return page;
        }
        if let Some(link) = without_parameter(target, TOPICS)
            && let Some(Link(token)) = self.link(&link)
        {
            return Route::Topics(token);
        }
        if let Some(Link(token)) = self.link(target) {
            return Route::Unsubscribe(token);
        }
        let of_link: [(&str, OfToken); 2] = [(UNDO, Route::Undo), (TOPICS, Route::Topics)];
        for (word, route) in of_link {
            let Some(path) = path.strip_suffix(word).and_then(|path| path.strip_suffix('/')) else { continue };
            let link = query.map_or_else(|| path.to_owned(), |query| format!("{path}?{query}"));
            // A link may end in the slash before the word.
            if let Some(Link(token)) = self.link(&link).or_else(|| self.link(&format!("{link}/"))) {
                return route(token);
            }
        }
        Route::Other
    }

    /// Returns the unsubscribe link of the reader with `token`, without its host.
    pub(super) fn leave(&self, token: Token) -> Option<String> {
        let (before, after) = self.unsubscribe.as_ref()?;
        Some(format!("{before}{token}{after}"))
    }

    /// Returns the path that takes back what the unsubscribe link `target` did.
    pub(super) fn undo(target: &str) -> String {
        below(target, UNDO)
    }

    /// Returns the path for the choice among the topics of the reader whose unsubscribe link is `target`.
    pub(super) fn topics(target: &str) -> String {
        below(target, TOPICS)
    }

    /// Reads an unsubscribe link; `None` if it is none. Programs on the way add parameters of their own.
    fn link(&self, target: &str) -> Option<Link> {
        let before = |sign| target.split_once(sign).map_or(target, |(before, _)| before);
        [target, before('&'), before('?')].into_iter().find_map(|target| self.exact_link(target))
    }

    /// Reads an unsubscribe link without parameters that are not its own. Mail programs take a full stop or a bracket
    /// behind a link for a part of it.
    fn exact_link(&self, target: &str) -> Option<Link> {
        let (before, after) = self.unsubscribe.as_ref()?;
        let rest = target.strip_prefix(before.as_str())?;
        let rest = if after.is_empty() { rest.trim_end_matches(['.', ',', ')', '>', '/']) } else { rest };
        let token = rest.strip_suffix(after.as_str())?;
        let is_one_part = !token.is_empty() && !token.contains(['/', '?', '&', '#']);
        is_one_part.then(|| Link(Token::parse(token)))
    }
}

/// What follows an unsubscribe link in the path that takes leaving back.
const UNDO: &str = "undo";

/// What follows it in the path for topics, and in the query that letters have.
const TOPICS: &str = "topics";

/// Returns `target` without the parameter `name`, which has no value; `None` if it has no such parameter.
fn without_parameter(target: &str, name: &str) -> Option<String> {
    let (path, query) = target.split_once('?')?;
    // What mail programs take for a part of a link.
    let is_it = |part: &&str| part.trim_end_matches(['.', ',', ')', '>', '/', '=']) == name;
    query.split('&').any(|part| is_it(&part)).then(|| {
        let kept: Vec<&str> = query.split('&').filter(|part| !is_it(part)).collect();
        if kept.is_empty() { path.to_owned() } else { format!("{path}?{}", kept.join("&")) }
    })
}

fn below(target: &str, word: &str) -> String {
    match target.split_once('?') {
        Some((path, query)) => format!("{}/{word}?{query}", path.trim_end_matches('/')),
        None => format!("{}/{word}", target.trim_end_matches('/')),
    }
}

/// Returns the page at `path`, below the base.
fn page(path: &str) -> Option<Route> {
    Some(match path {
        "subscribe" => Route::Subscribe,
        "subscribe/sent" => Route::Sent,
        "confirmed" => Route::Confirmed,
        "topics-saved" => Route::TopicsSaved,
        "never-again" => Route::NeverAgain,
        "find" => Route::Find,
        "health" => Route::Health,
        "style.css" => Route::Style,
        _ => match path.split_once('/')? {
            ("confirm", token) => Route::Confirm(Token::parse(token)),
            ("not-me", token) => Route::NotMe(Token::parse(token)),
            _ => return None,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(url: &str, link: &str) -> Paths {
        let (before, after) = link.split_once("{token}").unwrap();
        Paths::new(url, Some(&(before.to_owned(), after.to_owned())))
    }

    #[test]
    fn links_lead_where_the_configuration_says() {
        let token = Token([7; 16]);
        let (link, folded) = (token.to_string(), token.folded());
        for (url, pattern, before, after) in [
            ("https://a.example/", "https://a.example/u/{token}", "/u/", ""),
            ("https://a.example/letter/", "https://a.example/letter/u/{token}/", "/letter/u/", "/"),
            ("https://a.example/", "https://a.example/u?t={token}&x=1", "/u?t=", "&x=1"),
            ("https://a.example/", "https://a.example/{token}", "/", ""),
        ] {
            let paths = paths(url, pattern);
            for form in [&link, &folded] {
                let target = format!("{before}{form}{after}");
                assert_eq!(paths.route(&target), Route::Unsubscribe(Some(token)), "{target}");
                assert_eq!(paths.route(&Paths::undo(&target)), Route::Undo(Some(token)), "{target}");
                assert_eq!(paths.route(&Paths::topics(&target)), Route::Topics(Some(token)), "{target}");
                let sign = if target.contains('?') { '&' } else { '?' };
                for more in ["topics", "topics).", "topics=", "utm_source=mail&topics", "topics&utm_source=mail"] {
                    let target = format!("{target}{sign}{more}");
                    let is_own = !after.contains('&') || !more.contains("utm");
                    let expected = if is_own { Route::Topics(Some(token)) } else { Route::Other };
                    assert_eq!(paths.route(&target), expected, "{target}");
                }
            }
            assert_eq!(paths.route(&format!("{before}nobody{after}")), Route::Unsubscribe(None));
        }
        assert_eq!(paths("https://a.example/", "https://a.example/{token}").route("/health"), Route::Health);
        let paths = paths("https://a.example/letter/", "https://a.example/letter/u/{token}");
        assert_eq!(paths.route(&format!("/letter/u/{link}).")), Route::Unsubscribe(Some(token)));
        assert_eq!(paths.route(&format!("/letter/confirm/{folded}")), Route::Confirm(Some(token)));
        assert_eq!(paths.route("/letter/confirm/x"), Route::Confirm(None));
        assert_eq!(paths.route("/letter/subscribe?x"), Route::Subscribe);
        for other in ["/subscribe", "/letter", "/letter/u/", "/letter/u/a/b", "*", "", "/../letter/health"] {
            assert_eq!(paths.route(other), Route::Other, "{other}");
        }
    }
}
