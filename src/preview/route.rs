//! Parses the path of a request. Paths are compared, never decoded or joined to a folder, so a request
//! cannot reach a file that is not one of these resources.

use crate::model::{IssueNumber, ReaderLetter};

/// A resource of the preview.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Route {
    /// `/`: the list of issues.
    Issues,
    /// `/42`, `/42/text`, `/42/source`, `/42/message`: the page of an issue, with a part of its message.
    Issue(IssueNumber, Tab),
    /// `/42/clients`: the letter in every mail client.
    Clients(IssueNumber),
    /// `/42/compare`: the letter beside an earlier one.
    Compare(IssueNumber),
    /// `/42/archive`: the web archive with the issue in it.
    Archive(IssueNumber),
    /// `/42/checks`: the findings of the rules of `check`.
    Checks(IssueNumber),
    /// `/42/links`: the links that wait in the inbox.
    Links(IssueNumber),
    /// `/42/site/light/...`, `/42/site/dark/...`: a file of that archive.
    ArchiveFile(IssueNumber),
    /// `/42/feed`: its feed as a feed reader shows it.
    Feed(IssueNumber),
    /// `/42/card`: a link to the issue's page as other sites show it.
    Card(IssueNumber),
    /// `POST /42/test`, `/42/check-links`, `/42/links/put`, `/42/links/lead`, `/42/links/wait`, `/42/links/drop`, `/42/links/undo`: what a button does.
    Action(IssueNumber, Action),
    /// `/42/frame`: the letter for the frames of the pages.
    Frame(IssueNumber),
    /// `/42.html`, `/42.txt`, `/42.eml`: the exact bytes of a part.
    Part(IssueNumber, MessagePart),
    /// `/confirm`, `/welcome`: a letter to one reader.
    ReaderLetter(ReaderLetter),
    /// `/img/...`, `/ornament/...`: a picture, if a letter contains exactly this path.
    Image,
    /// `/subscribers?q=...`: the first subscribers that match a search.
    Subscribers,
    /// `/events`: a stream of the generations of the workspace.
    Events,
    /// `/preview.css`.
    Style,
    /// `/preview.js`.
    Script,
}

/// The action a button on the page of an issue starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    /// Sends the test mail.
    SendTest,
    /// Checks the links.
    CheckLinks,
    /// Puts a link that waits into a section.
    PutLink,
    /// Makes a link that waits the lead.
    LeadLink,
    /// Has a link wait for a later issue, or no longer.
    WaitLink,
    /// Drops a link that waits.
    DropLink,
    /// Undoes the last of these.
    UndoLink,
}

/// The tab of an issue's page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tab {
    /// The HTML part in a frame.
    Html,
    /// The text part.
    Text,
    /// The source of the HTML part.
    Source,
    /// The source of the whole message.
    Message,
}

/// A part of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MessagePart {
    /// The HTML part.
    Html,
    /// The text part.
    Text,
    /// The whole message.
    Message,
}

impl Route {
    /// Parses the path of a request.
    pub(super) fn parse(path: &str) -> Option<Self> {
        let path = path.strip_prefix('/')?;
        Some(match path {
            "" => Self::Issues,
            "events" => Self::Events,
            "subscribers" => Self::Subscribers,
            "preview.css" => Self::Style,
            "preview.js" => Self::Script,
            "confirm" => Self::ReaderLetter(ReaderLetter::Confirm),
            "welcome" => Self::ReaderLetter(ReaderLetter::Welcome),
            _ => {
                if path.starts_with("img/") || path.starts_with("ornament/") {
                    return Some(Self::Image);
                }
                let (number, written, rest) = IssueNumber::split(path)?;
                // Each page has one address: no leading zeros.
                if written != number.to_string() {
                    return None;
                }
                match rest {
                    "" => Self::Issue(number, Tab::Html),
                    "/text" => Self::Issue(number, Tab::Text),
                    "/source" => Self::Issue(number, Tab::Source),
                    "/message" => Self::Issue(number, Tab::Message),
                    "/clients" => Self::Clients(number),
                    "/compare" => Self::Compare(number),
                    "/archive" => Self::Archive(number),
                    "/checks" => Self::Checks(number),
                    "/feed" => Self::Feed(number),
                    "/card" => Self::Card(number),
                    _ if rest.starts_with("/site/") => Self::ArchiveFile(number),
                    "/test" => Self::Action(number, Action::SendTest),
                    "/check-links" => Self::Action(number, Action::CheckLinks),
                    "/links" => Self::Links(number),
                    "/links/put" => Self::Action(number, Action::PutLink),
                    "/links/lead" => Self::Action(number, Action::LeadLink),
                    "/links/wait" => Self::Action(number, Action::WaitLink),
                    "/links/drop" => Self::Action(number, Action::DropLink),
                    "/links/undo" => Self::Action(number, Action::UndoLink),
                    "/frame" => Self::Frame(number),
                    ".html" => Self::Part(number, MessagePart::Html),
                    ".txt" => Self::Part(number, MessagePart::Text),
                    ".eml" => Self::Part(number, MessagePart::Message),
                    _ => return None,
                }
            }
        })
    }
}

/// Splits a path that names an issue by other means than its canonical number: `/042/text` into `042` and `/text`,
/// `/retries` into `retries` and nothing.
pub(super) fn issue_alias(path: &str) -> Option<(&str, &str)> {
    let path = path.strip_prefix('/')?;
    let is_word_character = |character: char| character.is_ascii_alphanumeric() || character == '-';
    let end = path.find(|character| !is_word_character(character)).unwrap_or(path.len());
    let (word, rest) = path.split_at(end);
    (!word.is_empty() && Route::parse(&format!("/1{rest}")).is_some()).then_some((word, rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_route_has_a_path() {
        let number = IssueNumber(42);
        let cases = [
            ("/", Route::Issues),
            ("/42", Route::Issue(number, Tab::Html)),
            ("/42/text", Route::Issue(number, Tab::Text)),
            ("/42/source", Route::Issue(number, Tab::Source)),
            ("/42/message", Route::Issue(number, Tab::Message)),
            ("/42/clients", Route::Clients(number)),
            ("/42/compare", Route::Compare(number)),
            ("/42/archive", Route::Archive(number)),
            ("/42/checks", Route::Checks(number)),
            ("/42/feed", Route::Feed(number)),
            ("/42/card", Route::Card(number)),
            ("/42/site/dark/42-slug/index.html", Route::ArchiveFile(number)),
            ("/42/test", Route::Action(number, Action::SendTest)),
            ("/42/check-links", Route::Action(number, Action::CheckLinks)),
            ("/42/links", Route::Links(number)),
            ("/42/links/put", Route::Action(number, Action::PutLink)),
            ("/42/links/lead", Route::Action(number, Action::LeadLink)),
            ("/42/links/wait", Route::Action(number, Action::WaitLink)),
            ("/42/links/drop", Route::Action(number, Action::DropLink)),
            ("/42/links/undo", Route::Action(number, Action::UndoLink)),
            ("/42/frame", Route::Frame(number)),
            ("/2026-11-28/text", Route::Issue(IssueNumber(20_261_128), Tab::Text)),
            ("/42.html", Route::Part(number, MessagePart::Html)),
            ("/42.txt", Route::Part(number, MessagePart::Text)),
            ("/42.eml", Route::Part(number, MessagePart::Message)),
            ("/img/42-map.png", Route::Image),
            ("/ornament/42-band.png", Route::Image),
            ("/events", Route::Events),
            ("/preview.css", Route::Style),
            ("/confirm", Route::ReaderLetter(ReaderLetter::Confirm)),
            ("/welcome", Route::ReaderLetter(ReaderLetter::Welcome)),
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
    fn an_alias_is_split_from_the_rest_of_the_path() {
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
            assert_eq!(issue_alias(path), expected, "{path}");
        }
    }

    proptest! {
        #[test]
        fn any_path_can_be_parsed(path in "[/0-9.a-z%\\\\]*|\\PC*") {
            let _ = Route::parse(&path);
            let _ = issue_alias(&path);
        }
    }
}
