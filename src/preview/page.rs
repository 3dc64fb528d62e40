//! From what the studio knows to what the pages show.

use maud::Markup;

use super::backstage::Delivery;
use super::findings::findings;
use super::inbox::{DESKTOP_COLUMNS, PHONE_COLUMNS, columns, cut};
use super::known_issue::{Listed, Shown};
use super::rendered::Rendered;
use super::route::Tab;
use super::server::Site;
use super::studio::Studio;
use super::view::{View, somebody};
use crate::diagnostic::{self, Diagnostic, Severity};
use crate::message::Reading;
use crate::model::{EmailAddress, IssueNumber, Subscriber};
use crate::simulate::{self, Client, InDark};
use crate::templates::preview::{self, DeliveryRow, IssueRow, Server};
use crate::templates::preview_bar::{Page, Place};
use crate::templates::preview_clients;
use crate::templates::preview_letter::{Content, InboxLine, Reader, Sizes, Standing, StudioLetter};
use crate::templates::preview_studio::{self, Panel, TestMail};

/// The page of all issues.
pub(super) fn issues(site: &Site) -> Markup {
    let studio = &site.studio;
    let deliveries = studio.deliveries();
    let delivery = |number| {
        let Delivery { state, is_running, is_unsettled, accepted, total } = *deliveries.as_ref().ok()?.get(&number)?;
        Some(DeliveryRow { state, is_running, is_unsettled, accepted, total })
    };
    let rows = studio
        .issues()
        .iter()
        .map(|listed| IssueRow { delivery: delivery(listed.number), ..row(listed) })
        .collect::<Vec<_>>();
    // A configuration that cannot be read is a problem already, and said as one.
    let unread = deliveries.err().filter(|_| studio.problems().is_empty()).map(|error| format!("{error:#}"));
    preview::issues(&server(site), &rows, &drawn(&studio.problems()), unread.as_deref())
}

/// The page of one issue; without `shown` the page that waits for it to appear.
pub(super) fn studio(site: &Site, number: IssueNumber, tab: Tab, view: &View, shown: Option<Shown>) -> Markup {
    let studio = &site.studio;
    let mut shown = shown.unwrap_or_else(|| not_there(number));

    let reader = reader(studio, view.reader.as_ref());
    let reading = shown.letter.as_ref().map(|rendered| rendered.message(&reader.0));
    let reading = reading.transpose().unwrap_or_else(|error| {
        shown.problems.push(Diagnostic::new(Severity::Error, format!("{error:#}"), None));
        None
    });
    let letter =
        shown.letter.as_ref().zip(reading.as_ref()).map(|(rendered, reading)| letter(rendered, reading, &reader));
    let page = preview_studio::Studio {
        place: place(studio, number, Page::Letter),
        clients: Client::ALL.map(|client| (client.word(), client.name())).to_vec(),
        letter,
        problems: drawn(&shown.problems),
        findings: findings(studio, &shown),
        test_mail: TestMail { to: test_recipients(studio), token: site.token.to_string() },
        query: query(view),
        panel: panel(tab, reading),
    };
    preview_studio::studio(&server(site), &page)
}

/// The page of an issue in every client.
pub(super) fn clients(site: &Site, number: IssueNumber, view: &View, shown: Option<Shown>) -> Markup {
    let shown = shown.unwrap_or_else(|| not_there(number));
    let clients = Client::ALL.map(|client| preview_clients::Client {
        word: client.word(),
        name: client.name(),
        is_wide: client.is_on_desks_only(),
        takes_out: client.takes_out(),
        in_dark: match client.in_dark() {
            InDark::OwnRules => "the letter's own rules hold.",
            InDark::Forced => "its colours are turned round.",
            InDark::Nothing => "the letter stays as it is.",
        },
    });
    let page = preview_clients::Clients {
        place: place(&site.studio, number, Page::Clients),
        clients: clients.to_vec(),
        has_letter: shown.letter.is_some(),
        problems: drawn(&shown.problems),
        source: (simulate::SOURCE, simulate::data_of()),
        query: query(&View { client: None, ..view.clone() }),
    };
    preview_clients::clients(&server(site), &page)
}

pub(super) fn place(studio: &Studio, number: IssueNumber, page: Page) -> Place {
    Place { number, issues: studio.issues().iter().map(row).collect(), page }
}

/// The query of a view with its `?`, or nothing.
pub(super) fn query(view: &View) -> String {
    let query = view.to_string();
    if query.is_empty() { query } else { format!("?{query}") }
}

/// The subscriber a view is through the eyes of, and how they stand on the list.
pub(super) fn reader(studio: &Studio, address: Option<&EmailAddress>) -> (Subscriber, Standing) {
    let Some(address) = address else { return (somebody(), Standing::Nobody) };
    let listed = studio.readers().and_then(|readers| readers.find(address));
    match listed {
        Some(subscriber) => (subscriber, Standing::Listed),
        None => (Subscriber { address: address.clone(), ..somebody() }, Standing::Unlisted),
    }
}

pub(super) fn server(site: &Site) -> Server {
    let studio = &site.studio;
    Server {
        publication: studio
            .newsletter()
            .map_or_else(|| "newsletter".to_owned(), |newsletter| newsletter.publication.name.clone()),
        boot: site.boot.to_string(),
        generation: studio.generation(),
    }
}

fn row(listed: &Listed) -> IssueRow {
    let facts = listed.facts.as_ref();
    IssueRow {
        number: listed.number,
        title: listed.title.clone(),
        date: facts.ok().map(|facts| facts.date.to_string()),
        draft: facts.is_ok_and(|facts| facts.draft),
        links: facts.map_or(0, |facts| facts.links),
        error: facts.err().and_then(Option::as_ref).map(sentence),
        delivery: None,
    }
}

fn test_recipients(studio: &Studio) -> Vec<String> {
    let newsletter = studio.newsletter();
    let to = newsletter.iter().flat_map(|newsletter| &newsletter.settings.send.test_to);
    to.map(ToString::to_string).collect()
}

/// A diagnostic in one line, its place first.
fn sentence(diagnostic: &Diagnostic) -> String {
    match &diagnostic.place {
        Some(place) => {
            let (line, column) = place.line_and_column();
            format!("{}:{line}:{column}: {}", place.source.path.display(), diagnostic.message)
        }
        None => diagnostic.message.clone(),
    }
}

pub(super) fn drawn(problems: &[Diagnostic]) -> String {
    if problems.is_empty() { String::new() } else { diagnostic::draw(problems, false) }
}

pub(super) fn not_there(number: IssueNumber) -> Shown {
    let message = format!("there is no issue {number} in `issues/`");
    let help = format!("`newsletter new {number}` makes it; this page shows it as soon as it is there");
    Shown { letter: None, problems: vec![Diagnostic::new(Severity::Error, message, None).help(help)] }
}

fn letter(rendered: &Rendered, reading: &Reading, (subscriber, standing): &(Subscriber, Standing)) -> StudioLetter {
    let issue = &rendered.loaded.issue;
    let subject = columns(&reading.subject);
    // A desktop list shows the preview text in what the subject leaves of its line.
    let left = DESKTOP_COLUMNS.saturating_sub(subject);
    StudioLetter {
        sender: reading.sender.clone(),
        subject: inbox_line(&reading.subject, DESKTOP_COLUMNS),
        preheader: inbox_line(&issue.preheader, left),
        day: issue.date.format("%-d %b").to_string(),
        headers: reading.headers.clone(),
        all_headers: reading.all_headers.clone(),
        sizes: Sizes { html: reading.html.len(), text: reading.text.len(), message: reading.bytes.len() },
        content: Content {
            words: words(&reading.text),
            links: issue.links().count(),
            images: issue.links().filter(|link| link.image.is_some()).count(),
            own_images: rendered.own_images().len(),
            own_image_bytes: rendered.own_images().iter().map(|image| image.bytes).sum(),
        },
        reader: Reader {
            address: subscriber.address.to_string(),
            name: subscriber.name().map(str::to_owned),
            standing: *standing,
        },
    }
}

/// What is read of a text: addresses and rules are passed over.
fn words(text: &str) -> usize {
    let is_read = |word: &&str| word.contains(char::is_alphanumeric) && !word.contains("://");
    text.split_whitespace().filter(is_read).count()
}

fn inbox_line(text: &str, desktop_columns: usize) -> InboxLine {
    let shown = |columns| {
        let cut = cut(text, columns);
        if cut.is_cut { format!("{}…", cut.shown) } else { cut.shown.to_owned() }
    };
    InboxLine {
        whole: text.to_owned(),
        phone: shown(PHONE_COLUMNS),
        desktop: shown(desktop_columns),
        columns: columns(text),
    }
}

fn panel(tab: Tab, reading: Option<Reading>) -> Panel {
    let Some(reading) = reading else { return Panel::Html };
    match tab {
        Tab::Html => Panel::Html,
        Tab::Text => Panel::Text(reading.text),
        Tab::Source => Panel::Source(reading.html),
        Tab::Message => Panel::Message(String::from_utf8_lossy(&reading.bytes).replace("\r\n", "\n")),
    }
}
