//! Builds the data of the pages from the workspace. Their markup is in `templates/preview`.

use maud::Markup;

use super::client_verdicts::faults;
use super::finding_rows::findings;
use super::inbox_line::{DESKTOP_COLUMNS, PHONE_COLUMNS, truncate, width};
use super::issue_cache::{IssueSummary, LatestLetter};
use super::next_step::next_step;
use super::rendered_letter::RenderedLetter;
use super::route::Tab;
use super::server_state::ServerState;
use super::services::DeliveryProgress;
use super::view::{ShownScheme, View, anonymous_subscriber};
use super::workspace::Workspace;
use crate::check::words;
use crate::clients::{self, Client, DarkMode};
use crate::diagnostic::{self, Diagnostic, Severity};
use crate::message::ParsedMessage;
use crate::model::{EmailAddress, IssueNumber, Subscriber};
use crate::templates::preview::bar::Location;
use crate::templates::preview::checks_page::{ChecksPage, checks_page};
use crate::templates::preview::clients::{ClientCard, ClientFault, ClientsPage, clients_page};
use crate::templates::preview::findings::FindingCounts;
use crate::templates::preview::issue_list::{DeliveryCell, IssueRow, issues_page};
use crate::templates::preview::issue_page::IssuePage;
use crate::templates::preview::layout::ServerInfo;
use crate::templates::preview::letter::{ContentCounts, InboxLine, LetterDetails, ListMembership, Sizes, ViewedAs};
use crate::templates::preview::letter_page::{LetterPage, letter_page};
use crate::templates::preview::letter_parts::Panel;

/// The list of issues.
pub(super) fn issues(state: &ServerState) -> Markup {
    let workspace = &state.workspace;
    let server = server_info(state);
    let deliveries = workspace.deliveries();
    let delivery = |number| {
        let DeliveryProgress { state, is_running, needs_attention, accepted, total, lost } =
            *deliveries.as_ref().ok()?.get(&number)?;
        Some(DeliveryCell { state, is_running, needs_attention, accepted, total, lost })
    };
    let rows = workspace
        .issues()
        .iter()
        .map(|listed| IssueRow { delivery: delivery(listed.number), ..row(listed) })
        .collect::<Vec<_>>();
    // If the configuration cannot be read, the page lists that as a problem already.
    let ledger_error = deliveries.err().filter(|_| workspace.problems().is_empty()).map(|error| format!("{error:#}"));
    issues_page(&server, &rows, &draw(&workspace.problems()), ledger_error.as_deref())
}

/// The page of an issue; if there is no such issue, a page that waits for its file.
pub(super) fn issue(
    state: &ServerState,
    server: &ServerInfo,
    number: IssueNumber,
    tab: Tab,
    view: &View,
    shown: Option<LatestLetter>,
) -> Markup {
    let workspace = &state.workspace;
    let mut shown = shown.unwrap_or_else(|| missing_issue(number));

    let reader = subscriber_for(workspace, view.subscriber.as_ref());
    let reading = shown.letter.as_ref().map(|rendered| rendered.message(&reader.0));
    let reading = reading.transpose().unwrap_or_else(|error| {
        shown.problems.push(Diagnostic::new(Severity::Error, format!("{error:#}"), None));
        None
    });
    let letter =
        shown.letter.as_ref().zip(reading.as_ref()).map(|(rendered, reading)| letter(rendered, reading, &reader));
    let found = findings(workspace, &shown);
    let is_draft = shown.letter.as_ref().is_some_and(|rendered| rendered.loaded.issue.draft);
    let page = LetterPage {
        next_step: next_step(workspace, number, &found, reading.as_ref(), &reader.0, is_draft),
        location: found_location(state, number, IssuePage::Letter, found.counts),
        clients: Client::ALL.map(|client| (client.slug(), client.name())).to_vec(),
        letter,
        problems: draw(&shown.problems),
        query: query(view),
        panel: panel(tab, reading),
    };
    letter_page(server, &page)
}

/// The findings of an issue's checks.
pub(super) fn checks(
    state: &ServerState,
    server: &ServerInfo,
    number: IssueNumber,
    view: &View,
    shown: Option<LatestLetter>,
) -> Markup {
    let shown = shown.unwrap_or_else(|| missing_issue(number));
    let found = findings(&state.workspace, &shown);
    let page = ChecksPage {
        location: found_location(state, number, IssuePage::Checks, found.counts),
        findings: found,
        has_letter: shown.letter.is_some(),
        query: query(&View { client: None, baseline: None, ..view.clone() }),
    };
    checks_page(server, &page)
}

/// The letter of an issue as each mail client shows it.
pub(super) fn clients(
    state: &ServerState,
    server: &ServerInfo,
    number: IssueNumber,
    view: &View,
    shown: Option<LatestLetter>,
) -> Markup {
    let shown = shown.unwrap_or_else(|| missing_issue(number));
    let dark = view.scheme != ShownScheme::Light;
    let page = ClientsPage {
        location: location(state, number, IssuePage::Clients, &shown),
        clients: Client::ALL
            .into_iter()
            .zip(client_faults(&state.workspace, view, &shown))
            .map(|(client, faults)| client_card(client, dark, faults))
            .collect(),
        has_letter: shown.letter.is_some(),
        problems: draw(&shown.problems),
        source: (clients::SOURCE, clients::data_date()),
        query: query(&View { client: None, baseline: None, ..view.clone() }),
    };
    clients_page(server, &page)
}

/// What each client loses of the letter; nothing while there is none.
fn client_faults(workspace: &Workspace, view: &View, shown: &LatestLetter) -> Vec<Vec<ClientFault>> {
    let (reader, _) = subscriber_for(workspace, view.subscriber.as_ref());
    let reading = shown.letter.as_ref().and_then(|rendered| Some((rendered, rendered.message(&reader).ok()?)));
    let Some((rendered, reading)) = reading else { return vec![Vec::new(); Client::ALL.len()] };
    let size = |source: &str| rendered.loaded.issue.images().find(|image| image.url == source)?.size;
    faults(&reading.html, view.scheme == ShownScheme::Dark, &size)
}

fn client_card(client: Client, dark: bool, faults: Vec<ClientFault>) -> ClientCard {
    ClientCard {
        word: client.slug(),
        name: client.name(),
        is_desktop_only: client.is_desktop_only(),
        removes: client.limits(),
        in_dark: match client.dark_mode() {
            DarkMode::OwnRules => "the letter's own rules apply.",
            DarkMode::Forced => "the client inverts its colours.",
            DarkMode::ColoursRemoved => "the client removes bright backgrounds and dark text colours.",
            DarkMode::Unchanged => "the letter is not changed.",
        },
        recolours: match client.dark_mode() {
            DarkMode::Forced if dark => Some("colours inverted"),
            DarkMode::ColoursRemoved if dark => Some("colours removed"),
            DarkMode::Unchanged if dark => Some("stays light"),
            _ => None,
        },
        faults,
    }
}

/// What the bar of every page of an issue shows; `shown` is the issue.
pub(super) fn location(state: &ServerState, number: IssueNumber, page: IssuePage, shown: &LatestLetter) -> Location {
    found_location(state, number, page, findings(&state.workspace, shown).counts)
}

fn found_location(state: &ServerState, number: IssueNumber, page: IssuePage, findings: FindingCounts) -> Location {
    let workspace = &state.workspace;
    Location {
        number,
        issues: workspace.issues().iter().map(row).collect(),
        page,
        findings,
        waiting: workspace.waiting_count(number),
        test_recipients: test_recipients(workspace),
        token: state.token.to_string(),
    }
}

/// The query of a view, starting with `?` unless it is empty.
pub(super) fn query(view: &View) -> String {
    let query = view.to_string();
    if query.is_empty() { query } else { format!("?{query}") }
}

/// The subscriber to compose the letter for.
pub(super) fn subscriber_for(workspace: &Workspace, address: Option<&EmailAddress>) -> (Subscriber, ListMembership) {
    let Some(address) = address else { return (anonymous_subscriber(), ListMembership::Anonymous) };
    let listed = workspace.subscriber_list().and_then(|readers| readers.find(address));
    match listed {
        Some(subscriber) => (subscriber, ListMembership::Listed),
        None => (Subscriber { address: address.clone(), ..anonymous_subscriber() }, ListMembership::Unlisted),
    }
}

/// The facts of every page, to be read before the rest of it.
pub(super) fn server_info(state: &ServerState) -> ServerInfo {
    let workspace = &state.workspace;
    ServerInfo {
        publication: workspace
            .newsletter()
            .map_or_else(|| "newsletter".to_owned(), |newsletter| newsletter.publication.name.clone()),
        instance_id: state.instance_id.to_string(),
        generation: workspace.generation(),
    }
}

fn row(listed: &IssueSummary) -> IssueRow {
    let facts = listed.facts.as_ref();
    IssueRow {
        number: listed.number,
        title: listed.title.clone(),
        date: facts.ok().map(|facts| facts.date.to_string()),
        draft: facts.is_ok_and(|facts| facts.draft),
        links: facts.map_or(0, |facts| facts.links),
        error: facts.err().and_then(Option::as_ref).map(one_line),
        delivery: None,
    }
}

fn test_recipients(workspace: &Workspace) -> Vec<String> {
    let newsletter = workspace.newsletter();
    let to = newsletter.iter().flat_map(|newsletter| &newsletter.settings.send.test_to);
    to.map(ToString::to_string).collect()
}

/// A diagnostic in one line, starting with its place.
fn one_line(diagnostic: &Diagnostic) -> String {
    match &diagnostic.place {
        Some(place) => {
            let (line, column) = place.line_and_column();
            format!("{}:{line}:{column}: {}", place.source.path.display(), diagnostic.message)
        }
        None => diagnostic.message.clone(),
    }
}

pub(super) fn draw(problems: &[Diagnostic]) -> String {
    if problems.is_empty() { String::new() } else { diagnostic::draw(problems, false) }
}

pub(super) fn missing_issue(number: IssueNumber) -> LatestLetter {
    let message = format!("no issue {number} in `issues/`");
    let help = format!("create it with `newsletter new {number}`; this page then shows it");
    LatestLetter { letter: None, problems: vec![Diagnostic::new(Severity::Error, message, None).help(help)] }
}

fn letter(
    rendered: &RenderedLetter,
    reading: &ParsedMessage,
    (subscriber, standing): &(Subscriber, ListMembership),
) -> LetterDetails {
    let issue = &rendered.loaded.issue;
    let subject = width(&reading.subject);
    // A desktop inbox shows the preview text in the rest of the subject's line.
    let remaining = DESKTOP_COLUMNS.saturating_sub(subject);
    LetterDetails {
        sender: reading.sender.clone(),
        subject: inbox_line(&reading.subject, DESKTOP_COLUMNS),
        preheader: inbox_line(&issue.preheader, remaining),
        day: issue.date.format("%-d %b").to_string(),
        headers: reading.headers.clone(),
        all_headers: reading.all_headers.clone(),
        sizes: Sizes { html: reading.html.len(), text: reading.text.len(), message: reading.bytes.len() },
        content: ContentCounts {
            words: count_words(&reading.text),
            links: issue.links().count(),
            images: issue.images().count(),
            local_images: rendered.local_images().len(),
            local_image_bytes: rendered.local_images().iter().map(|image| image.bytes).sum(),
        },
        viewed_as: ViewedAs {
            address: subscriber.address.to_string(),
            name: subscriber.name().map(str::to_owned),
            membership: *standing,
        },
    }
}

/// The number of words in a text, without URLs and rules.
fn count_words(text: &str) -> usize {
    text.split_whitespace().filter(|piece| !piece.contains("://")).map(words).sum()
}

fn inbox_line(text: &str, desktop_columns: usize) -> InboxLine {
    let shown = |columns| {
        let cut = truncate(text, columns);
        if cut.is_cut { format!("{}…", cut.shown) } else { cut.shown.to_owned() }
    };
    InboxLine {
        whole: text.to_owned(),
        phone: shown(PHONE_COLUMNS),
        desktop: shown(desktop_columns),
        columns: width(text),
    }
}

fn panel(tab: Tab, reading: Option<ParsedMessage>) -> Panel {
    let Some(reading) = reading else { return Panel::Html };
    match tab {
        Tab::Html => Panel::Html,
        Tab::Text => Panel::Text(reading.text),
        Tab::Source => Panel::Source(reading.html),
        Tab::Message => Panel::Message(String::from_utf8_lossy(&reading.bytes).replace("\r\n", "\n")),
    }
}
