//! What a path asks for. Paths are compared, never joined to a folder and never decoded: what is not exactly one of
//! these is not found.

use crate::model::IssueNumber;

/// Everything the preview serves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Route {
    /// `/`: the issues.
    Issues,
    /// `/42`, `/42/text`, `/42/source`, `/42/message`: the page about an issue, with a part of its message.
    Studio(IssueNumber, Tab),
    /// `/42/clients`: its letter in every client.
    Clients(IssueNumber),
    /// `/42/compare`: its letter beside an earlier one.
    Compare(IssueNumber),
    /// `/42/test`: sends its test mail. For POST only, as everything that does something.
    Test(IssueNumber),
    /// `/42/links`: asks whether its pages answer. For POST only.
    Links(IssueNumber),
    /// `/42/frame`: its letter for the frames of these pages.
    Frame(IssueNumber),
    /// `/42.html`, `/42.txt`, `/42.eml`: the bytes themselves.
    Part(IssueNumber, Part),
    /// `/img/...`: a picture, when a letter has one of exactly this address.
    Image,
    /// `/subscribers`: a few of them, as they are being searched.
    Subscribers,
    /// `/events`: says when something changed.
    Events,
    /// `/preview.css`.
    Style,
    /// `/preview.js`.
    Script,
}

/// What of a message the page about an issue shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tab {
    /// The HTML part, in a frame.
    Html,
    /// The text part.
    Text,
    /// The HTML part's source.
    Source,
    /// The whole message's source.
    Message,
}

/// A part of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// The HTML part.
    Html,
    /// The text part.
    Text,
    /// The whole message.
    Message,
}

impl Route {
    /// The route of the path `path`.
    pub(super) fn parse(path: &str) -> Option<Self> {
        let path = path.strip_prefix('/')?;
        Some(match path {
            "" => Self::Issues,
            "events" => Self::Events,
            "subscribers" => Self::Subscribers,
            "preview.css" => Self::Style,
            "preview.js" => Self::Script,
            _ => {
                if path.starts_with("img/") {
                    return Some(Self::Image);
                }
                let digits = path.find(|character: char| !character.is_ascii_digit()).unwrap_or(path.len());
                let number = issue_number(&path[..digits])?;
                match &path[digits..] {
                    "" => Self::Studio(number, Tab::Html),
                    "/text" => Self::Studio(number, Tab::Text),
                    "/source" => Self::Studio(number, Tab::Source),
                    "/message" => Self::Studio(number, Tab::Message),
                    "/clients" => Self::Clients(number),
                    "/compare" => Self::Compare(number),
                    "/test" => Self::Test(number),
                    "/links" => Self::Links(number),
                    "/frame" => Self::Frame(number),
                    ".html" => Self::Part(number, Part::Html),
                    ".txt" => Self::Part(number, Part::Text),
                    ".eml" => Self::Part(number, Part::Message),
                    _ => return None,
                }
            }
        })
    }
}

/// The other ways people name an issue, in an address that would be one of its own if they wrote its number: the word, and
/// what follows it. `/042/text` is `042` and `/text`, `/retries` is `retries` and nothing.
pub(super) fn other_name(path: &str) -> Option<(&str, &str)> {
    let path = path.strip_prefix('/')?;
    let is_of_word = |character: char| character.is_ascii_alphanumeric() || character == '-';
    let end = path.find(|character| !is_of_word(character)).unwrap_or(path.len());
    let (word, rest) = path.split_at(end);
    (!word.is_empty() && Route::parse(&format!("/1{rest}")).is_some()).then_some((word, rest))
}

/// One way to write a number, so that a page has one address.
fn issue_number(digits: &str) -> Option<IssueNumber> {
    let number = digits.parse().ok()?;
    (number > 0 && !digits.starts_with('0')).then_some(IssueNumber(number))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_paths_there_are() {
        let number = IssueNumber(42);
        let cases = [
            ("/", Route::Issues),
            ("/42", Route::Studio(number, Tab::Html)),
            ("/42/text", Route::Studio(number, Tab::Text)),
            ("/42/source", Route::Studio(number, Tab::Source)),
            ("/42/message", Route::Studio(number, Tab::Message)),
            ("/42/clients", Route::Clients(number)),
            ("/42/compare", Route::Compare(number)),
            ("/42/test", Route::Test(number)),
            ("/42/links", Route::Links(number)),
            ("/42/frame", Route::Frame(number)),
            ("/42.html", Route::Part(number, Part::Html)),
            ("/42.txt", Route::Part(number, Part::Text)),
            ("/42.eml", Route::Part(number, Part::Message)),
            ("/img/42-map.png", Route::Image),
            ("/events", Route::Events),
            ("/preview.css", Route::Style),
        ];
        for (path, route) in cases {
            assert_eq!(Route::parse(path), Some(route), "{path}");
        }
    }

    #[test]
    fn every_other_path_is_not_found() {
        for path in [
            "",
            "42",
            "//",
            "/042",
            "/0",
            "/99999999999",
            "/42/",
            "/42/../41",
            "/4%32",
            "/42%2ehtml",
            "/42.HTML",
            "/42.toml",
            "/../newsletter.toml",
            "/newsletter.toml",
            "/issues/042.toml",
            "/-1",
            "/+42",
            "/٤٢",
            "*",
            "http://evil.example/42",
        ] {
            assert_eq!(Route::parse(path), None, "{path}");
        }
    }

    #[test]
    fn an_issue_has_other_names() {
        let cases = [
            ("/042", Some(("042", ""))),
            ("/042/text", Some(("042", "/text"))),
            ("/what-survives.html", Some(("what-survives", ".html"))),
            ("/what-survives/", None),
            ("/what-survives/../41", None),
            ("/what-survives.toml", None),
            ("/", None),
            ("//evil.example", None),
            ("/what_survives", None),
            ("/%34%32", None),
        ];
        for (path, expected) in cases {
            assert_eq!(other_name(path), expected, "{path}");
        }
    }

    proptest! {
        #[test]
        fn any_path_is_answered(path in "[/0-9.a-z%\\\\]*|\\PC*") {
            let _ = Route::parse(&path);
            let _ = other_name(&path);
        }
    }
}
