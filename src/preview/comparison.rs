//! The page that puts an issue's letter beside an earlier one.

use maud::Markup;

use super::difference::difference;
use super::known_issue::Shown;
use super::page::{drawn, not_there, place, query, reader, server};
use super::server::Site;
use super::studio::Studio;
use super::view::View;
use crate::message::Reading;
use crate::model::IssueNumber;
use crate::templates::preview_bar::Page;
use crate::templates::preview_compare::{self, Choice, Comparison, Earlier};

/// The page: beside the letter `view` asks for, or else the one readers have, the one the testers have, the one before.
pub(super) fn compare(site: &Site, number: IssueNumber, view: &View, shown: Option<Shown>) -> Markup {
    let studio = &site.studio;
    let shown = shown.unwrap_or_else(|| not_there(number));
    let (reader, _) = reader(studio, view.reader.as_ref());
    let now = shown.letter.as_ref().map(|rendered| rendered.message(&reader));
    let letters = Earlier::ALL.map(|earlier| (earlier, studio.earlier(number, earlier, &reader)));
    let is_there =
        |earlier: Earlier| letters.iter().any(|(other, found)| *other == earlier && !matches!(found, Ok(None)));
    let by_default = [Earlier::Sent, Earlier::Test, Earlier::Previous].into_iter().find(|&earlier| is_there(earlier));
    let chosen = view.version.or(by_default).unwrap_or(Earlier::Test);

    let choices = letters.iter().map(|(earlier, found)| Choice {
        earlier: *earlier,
        name: name(studio, number, *earlier),
        note: note(found),
        is_there: is_there(*earlier),
        is_chosen: *earlier == chosen,
    });
    let choices = choices.collect();
    let earlier = letters.into_iter().find(|(earlier, _)| *earlier == chosen).map(|(_, found)| found);
    let comparison = match (now, earlier.unwrap_or(Ok(None))) {
        (_, Ok(None)) => Comparison::Nothing,
        (_, Err(error)) | (Some(Err(error)), _) => Comparison::Unreadable(format!("{error:#}")),
        (None, _) => Comparison::NoLetter,
        (Some(Ok(now)), Ok(Some(earlier))) => compared(&earlier, &now),
    };
    let page = preview_compare::Compare {
        place: place(studio, number, Page::Compare),
        choices,
        comparison,
        problems: drawn(&shown.problems),
        query: query(&View { client: None, version: None, ..view.clone() }),
    };
    preview_compare::compare(&server(site), &page)
}

fn compared(earlier: &Reading, now: &Reading) -> Comparison {
    let lines = difference(&earlier.text, &now.text);
    match (lines.is_empty(), earlier.html == now.html) {
        (true, true) => Comparison::Same,
        (true, false) => Comparison::OnlyHtml,
        (false, _) => Comparison::Text(lines),
    }
}

fn name(studio: &Studio, number: IssueNumber, earlier: Earlier) -> String {
    match earlier {
        Earlier::Test => "Last test mail".to_owned(),
        Earlier::Sent => "As sent".to_owned(),
        Earlier::Previous => {
            studio.before(number).map_or_else(|| "Previous issue".to_owned(), |previous| format!("Issue {previous}"))
        }
    }
}

/// When it was made, as its message says.
fn note(found: &anyhow::Result<Option<Reading>>) -> Option<String> {
    let reading = found.as_ref().ok()?.as_ref()?;
    let date = reading.headers.iter().find(|(name, _)| name == "Date").map(|(_, value)| value)?;
    let date = chrono::DateTime::parse_from_rfc2822(date).ok()?.to_utc();
    Some(date.format("%-d %b %Y, %H:%M UTC").to_string())
}
