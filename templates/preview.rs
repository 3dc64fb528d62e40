//! The pages of the browser preview: the list of issues, and the studio that shows one of them.
//!
//! Elements with `data-live` are what a save can change; `preview.js` fetches the page anew and replaces them by id.

use maud::{DOCTYPE, Markup, html};

use crate::model::IssueNumber;

/// The style sheet of both pages.
pub const STYLE: &str = include_str!("preview.css");

/// Their script.
pub const SCRIPT: &str = include_str!("preview.js");

/// The number of bytes of HTML after which Gmail hides the rest of a mail behind a link.
pub const GMAIL_CLIPS_AT: usize = 102_400;

/// What both pages need to know of the server they come from.
#[derive(Debug, Clone)]
pub struct Server {
    /// The publication's name.
    pub publication: String,
    /// Names this run of the server: a page of another run loads itself anew.
    pub boot: String,
    /// Counts what has been seen to change.
    pub generation: u64,
}

/// An issue in a list of them.
#[derive(Debug, Clone)]
pub struct IssueRow {
    /// Its number.
    pub number: IssueNumber,
    /// Its title, or its file's name while it cannot be read.
    pub title: String,
    /// The day on its cover.
    pub date: Option<String>,
    /// Whether it is a draft.
    pub draft: bool,
    /// How many links it has.
    pub links: usize,
    /// The first thing wrong with it, with its place.
    pub error: Option<String>,
}

/// The studio's view of one issue.
#[derive(Debug, Clone)]
pub struct Studio {
    /// The issue's number.
    pub number: IssueNumber,
    /// The issue before it and the one after it.
    pub neighbours: (Option<IssueNumber>, Option<IssueNumber>),
    /// Every issue, newest first.
    pub issues: Vec<IssueRow>,
    /// The last good letter, when there has been one.
    pub letter: Option<StudioLetter>,
    /// What is wrong now, drawn as the terminal draws it; empty when nothing is.
    pub problems: String,
    /// What is odd but not wrong, with its place.
    pub warnings: Vec<String>,
    /// The query of this view, starting with `?`, or empty.
    pub query: String,
    /// The panel on top.
    pub panel: Panel,
}

/// The panel on top and what stands in it.
#[derive(Debug, Clone)]
pub enum Panel {
    /// The mail in its frame.
    Html,
    /// The text part.
    Text(String),
    /// The HTML part's source.
    Source(String),
    /// The message's source.
    Message(String),
}

/// A letter as its reader meets it.
#[derive(Debug, Clone)]
pub struct StudioLetter {
    /// Who it is from, as an inbox shows it.
    pub sender: String,
    /// The subject.
    pub subject: InboxLine,
    /// The preview text; empty when there is none.
    pub preheader: InboxLine,
    /// The day on its cover, short.
    pub day: String,
    /// The headers people ask for, in the order of the message.
    pub headers: Vec<(String, String)>,
    /// All of them.
    pub all_headers: Vec<(String, String)>,
    /// Bytes of the HTML part, the text part and the whole message.
    pub sizes: Sizes,
    /// How many of its pictures come from `issues/img`, not being published yet.
    pub own_images: usize,
    /// Whom it is shown to.
    pub reader: Reader,
}

/// Whom a letter is shown to.
#[derive(Debug, Clone)]
pub struct Reader {
    /// Their address.
    pub address: String,
    /// Their name, when the list has one.
    pub name: Option<String>,
    /// How they stand on the list.
    pub standing: Standing,
}

/// How a reader stands on the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Nobody was chosen: an example without a name.
    Nobody,
    /// On the list.
    Listed,
    /// Chosen, but not on the list.
    Unlisted,
}

/// Bytes of a message and its parts.
#[derive(Debug, Clone, Copy)]
pub struct Sizes {
    /// The HTML part.
    pub html: usize,
    /// The text part.
    pub text: usize,
    /// The message.
    pub message: usize,
}

/// A line of an inbox and what fits of it.
#[derive(Debug, Clone)]
pub struct InboxLine {
    /// All of it.
    pub whole: String,
    /// What a phone shows.
    pub phone: String,
    /// What a desktop client shows.
    pub desktop: String,
    /// Columns of all of it.
    pub columns: usize,
}

/// The list of issues, newest first, over `problems` drawn as the terminal draws them.
pub fn issues(server: &Server, rows: &[IssueRow], problems: &str) -> Markup {
    page(
        server,
        &format!("{} · preview", server.publication),
        html! {
            header.bar {
                span.publication { (server.publication) }
                span.spacer {}
                (connection())
            }
            main.list {
                h1 { "Issues" }
                (overlay(problems))
                div #issues data-live {
                    @if rows.is_empty() {
                        p.empty { "No issues yet. " code { "newsletter new" } " makes the first." }
                    } @else {
                        ol.issues {
                            @for row in rows { (issue_row(row)) }
                        }
                    }
                }
            }
        },
    )
}

fn issue_row(row: &IssueRow) -> Markup {
    html! {
        li {
            a href={ "/" (row.number) } {
                span.number { (row.number) }
                span.title { (row.title) }
                span.facts {
                    @if row.draft { span.badge { "draft" } }
                    @if row.error.is_some() { span.badge.wrong { "error" } }
                    @else { span { (row.links) @if row.links == 1 { " link" } @else { " links" } } }
                    @if let Some(date) = &row.date { time datetime=(date) { (date) } }
                }
                @if let Some(error) = &row.error { span.error { (error) } }
            }
        }
    }
}

/// The studio.
pub fn studio(server: &Server, studio: &Studio) -> Markup {
    page(
        server,
        &format!("{} · {}", studio.number, server.publication),
        html! {
            header.bar {
                a.publication href="/" title="All issues" { (server.publication) }
                (switcher(studio))
                span.spacer {}
                (connection())
                button #help type="button" aria-haspopup="dialog" aria-label="Keyboard shortcuts" { "?" }
            }
            div.desk {
                main.stage {
                    h1.quiet { "Issue " (studio.number) }
                    (inbox_row(studio.letter.as_ref()))
                    (tools())
                    (overlay(&studio.problems))
                    (panels(studio))
                }
                aside aria-label="About this message" {
                    (phone(studio.letter.as_ref()))
                    (view_as(studio.letter.as_ref()))
                    (facts(studio))
                }
            }
            (keys())
        },
    )
}

fn page(server: &Server, title: &str, body: Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) }
                link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Crect x='1' y='3' width='14' height='10' rx='1.5' fill='%23767b82'/%3E%3Cpath d='M2 4.5 8 9l6-4.5' fill='none' stroke='%23fff' stroke-width='1.2'/%3E%3C/svg%3E";
                link rel="stylesheet" href="/preview.css";
                script src="/preview.js" defer {}
            }
            body data-boot=(server.boot) data-generation=(server.generation) {
                (body)
                noscript { p.noscript { "The preview needs JavaScript for its controls. The parts themselves are plain files: add " code { ".html" } ", " code { ".txt" } " or " code { ".eml" } " to the address." } }
            }
        }
    }
}

fn connection() -> Markup {
    html! {
        span #connection role="status" { "connecting" }
    }
}

/// What is wrong, over what was last right.
fn overlay(problems: &str) -> Markup {
    html! {
        div #overlay data-live role="alert" {
            @if !problems.is_empty() {
                section.overlay aria-label="Problems" {
                    pre tabindex="0" {
                        @for line in problems.lines() { span class=(line_class(line)) { (line) "\n" } }
                    }
                    p { "The last good version stays below until this is mended." }
                }
            }
        }
    }
}

/// How a line of a drawn diagnostic is set.
fn line_class(line: &str) -> &'static str {
    let trimmed = line.trim_start();
    if trimmed.starts_with("error") {
        "error"
    } else if trimmed.starts_with("warning") {
        "warning"
    } else if trimmed.starts_with("-->") || trimmed.starts_with(':') {
        "place"
    } else if trimmed.trim_start_matches(['|', ' ']).starts_with('^') {
        "caret"
    } else {
        "line"
    }
}

fn switcher(studio: &Studio) -> Markup {
    let (older, newer) = studio.neighbours;
    html! {
        nav.switch #switch data-live aria-label="Issues" {
            (step(older, "‹", "Previous issue"))
            label {
                span.quiet { "Issue" }
                select #issue {
                    @if !studio.issues.iter().any(|row| row.number == studio.number) {
                        option value=(studio.number) selected { (studio.number) "  (no file)" }
                    }
                    @for row in &studio.issues {
                        option value=(row.number) selected[row.number == studio.number] {
                            (row.number) "  " (row.title)
                            @if row.draft { "  (draft)" }
                            @if row.error.is_some() { "  (error)" }
                        }
                    }
                }
            }
            (step(newer, "›", "Next issue"))
            @if studio.issues.iter().any(|row| row.number == studio.number && row.draft) { span.badge { "draft" } }
        }
    }
}

fn step(to: Option<IssueNumber>, sign: &str, name: &str) -> Markup {
    html! {
        @if let Some(number) = to {
            a.step href={ "/" (number) } rel=(if sign == "‹" { "prev" } else { "next" }) aria-label={ (name) ", " (number) } { (sign) }
        } @else {
            span.step aria-hidden="true" { (sign) }
        }
    }
}

fn inbox_row(letter: Option<&StudioLetter>) -> Markup {
    html! {
        section.inbox #inbox data-live aria-label="As a desktop inbox shows it" {
            @if let Some(letter) = letter {
                span.sender { (letter.sender) }
                span.line {
                    b { (letter.subject.desktop) }
                    @if !letter.preheader.desktop.is_empty() { span.snippet { " — " (letter.preheader.desktop) } }
                }
                span.day { (letter.day) }
            } @else {
                span.line { "This issue has not been readable yet." }
            }
        }
    }
}

fn phone(letter: Option<&StudioLetter>) -> Markup {
    html! {
        section.phone #phone data-live {
            h2 { "On a phone" }
            @if let Some(letter) = letter {
                div.card {
                    p.who { b { (letter.sender) } span.day { (letter.day) } }
                    p.subject { (letter.subject.phone) }
                    @if letter.preheader.whole.is_empty() {
                        p.snippet { em { "No preheader: the first words of the mail show here." } }
                    } @else {
                        p.snippet { (letter.preheader.phone) }
                    }
                }
                dl.counts {
                    dt { "Subject" } dd { (count(&letter.subject)) }
                    @if !letter.preheader.whole.is_empty() { dt { "Preheader" } dd { (count(&letter.preheader)) } }
                }
            }
        }
    }
}

/// How much of a line there is, and how much of it is seen.
fn count(line: &InboxLine) -> String {
    let shown = |cut: &str| cut.chars().count().min(line.columns);
    let (phone, desktop) = (shown(&line.phone), shown(&line.desktop));
    match (phone < line.columns, desktop < line.columns) {
        (false, false) => format!("{} characters, all seen", line.columns),
        (true, false) => format!("{} characters, {phone} here", line.columns),
        (_, true) => format!("{} characters, {phone} here, {desktop} on a desktop", line.columns),
    }
}

fn view_as(letter: Option<&StudioLetter>) -> Markup {
    let reader = letter.map(|letter| &letter.reader);
    let chosen = reader.filter(|reader| reader.standing != Standing::Nobody);
    html! {
        section.reader {
            h2 { label for="as" { "View as" } }
            div.field {
                input #as type="email" list="people" autocomplete="off" spellcheck="false" placeholder="someone without a name" value=(chosen.map_or("", |reader| &reader.address));
                button #nobody type="button" aria-label="Clear, view as someone without a name" { "Clear" }
            }
            datalist #people {}
            p.note #reader data-live {
                @match reader {
                    Some(Reader { standing: Standing::Listed, name: Some(name), .. }) => { (name) ", on the list." }
                    Some(Reader { standing: Standing::Listed, .. }) => { "On the list, without a name." }
                    Some(Reader { standing: Standing::Unlisted, .. }) => { "Not on the list: shown without any fields." }
                    _ => { "Someone the list knows no name of." }
                }
            }
        }
    }
}

/// Headers, size, notes.
fn facts(studio: &Studio) -> Markup {
    html! {
        div #facts data-live {
            @if let Some(letter) = &studio.letter {
                (meter(letter.sizes))
                section {
                    h2 { "Headers" }
                    dl.headers { (fields(&letter.headers)) }
                    details #all-headers {
                        summary { "All " (letter.all_headers.len()) " headers" }
                        dl.headers { (fields(&letter.all_headers)) }
                    }
                }
                section {
                    h2 { "Set when sending" }
                    p.note { code { "Date" } ", " code { "Message-ID" } " and the unsubscribe link's token are examples here. Everything else is the message, byte for byte." }
                    @if letter.own_images > 0 {
                        p.note { "Pictures shown from " code { "issues/img" } ": " (letter.own_images) ". Readers get them from the published archive." }
                    }
                }
            }
            @if !studio.warnings.is_empty() {
                section.warnings {
                    h2 { "Worth a look" }
                    ul { @for warning in &studio.warnings { li { (warning) } } }
                }
            }
        }
    }
}

fn fields(headers: &[(String, String)]) -> Markup {
    html! {
        @for (name, value) in headers { dt { (name) } dd { (value) } }
    }
}

fn meter(sizes: Sizes) -> Markup {
    let percent = (sizes.html * 100 / GMAIL_CLIPS_AT).min(100);
    let too_long = sizes.html > GMAIL_CLIPS_AT;
    html! {
        section.size {
            h2 { "Size" }
            // An SVG rather than a width: the page's content policy takes no inline styles.
            svg.meter.over[too_long] role="img" aria-label={ (percent) " percent of what Gmail shows" } viewBox="0 0 100 2" preserveAspectRatio="none" {
                rect.ground width="100" height="2" {}
                rect.level width=(percent) height="2" {}
            }
            p {
                b { (kilobytes(sizes.html)) } " of HTML; "
                @if too_long { strong { "Gmail cuts it at " (kilobytes(GMAIL_CLIPS_AT)) "." } }
                @else { "Gmail cuts at " (kilobytes(GMAIL_CLIPS_AT)) "." }
            }
            p.note { "Text " (kilobytes(sizes.text)) " · whole message " (kilobytes(sizes.message)) }
        }
    }
}

/// Thousands of bytes, as Gmail's 102 KB are counted: `38.2 KB`.
fn kilobytes(bytes: usize) -> String {
    format!("{}.{} KB", bytes / 1000, bytes % 1000 / 100)
}

fn tools() -> Markup {
    html! {
        div.tools {
            div.tabs role="tablist" aria-label="Parts of the message" {
                (tab("html", "HTML"))
                (tab("text", "Text"))
                (tab("source", "Source"))
                (tab("message", "Message"))
            }
            div.looks #looks role="group" aria-label="How the mail is shown" {
                div.choice role="group" aria-label="Width" {
                    (choice("width", "phone", "Phone", "390 pixels"))
                    (choice("width", "tablet", "Tablet", "768 pixels"))
                    (choice("width", "desktop", "Desktop", "1024 pixels"))
                }
                div.choice role="group" aria-label="Colour scheme" {
                    (choice("scheme", "light", "Light", "The client is in light mode"))
                    (choice("scheme", "dark", "Dark", "The client is in dark mode and lets the mail's own dark rules hold"))
                    (choice("scheme", "forced", "Forced dark", "A simulation of clients that turn the colours round themselves"))
                }
                button #images type="button" aria-pressed="true" title="Off: as most readers first see it" { "Images" }
            }
        }
    }
}

fn tab(name: &str, label: &str) -> Markup {
    html! {
        button id={ "tab-" (name) } type="button" role="tab" aria-controls={ "panel-" (name) } data-tab=(name) { (label) }
    }
}

fn choice(setting: &str, value: &str, label: &str, title: &str) -> Markup {
    html! {
        button type="button" aria-pressed="false" data-setting=(setting) data-value=(value) title=(title) { (label) }
    }
}

fn panels(studio: &Studio) -> Markup {
    let number = studio.number;
    let query = &studio.query;
    html! {
        div.panels {
            section.panel #panel-html role="tabpanel" aria-labelledby="tab-html" hidden[!matches!(studio.panel, Panel::Html)] {
                div #ground {
                    iframe #frame title="The mail" src={ "/" (number) "/frame" (query) } sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox" {}
                }
                p.caption {
                    span #measure {}
                    span #simulation hidden { "Forced dark is a simulation; no two clients do it alike." }
                    a href={ "/" (number) ".html" (query) } data-part target="_blank" { "Open alone" }
                }
            }
            (source_panel("text", "Text part", &format!("/{number}.txt{query}"), "Open alone", match &studio.panel {
                Panel::Text(text) => Some(html! { pre.text { (text) } }),
                _ => None,
            }))
            (source_panel("source", "HTML source", &format!("/{number}.html{query}"), "Open alone", match &studio.panel {
                Panel::Source(source) => Some(numbered(source)),
                _ => None,
            }))
            (source_panel("message", "Message source", &format!("/{number}.eml{query}"), "Download .eml", match &studio.panel {
                Panel::Message(source) => Some(numbered(source)),
                _ => None,
            }))
        }
    }
}

fn source_panel(name: &str, label: &str, address: &str, open: &str, content: Option<Markup>) -> Markup {
    html! {
        section.panel id={ "panel-" (name) } role="tabpanel" aria-labelledby={ "tab-" (name) } hidden[content.is_none()] {
            div.paper id=(name) data-live role="region" tabindex="0" aria-label=(label) {
                @if let Some(content) = content { (content) }
            }
            p.caption {
                button type="button" data-copy=(name) { "Copy" }
                a href=(address) data-part target=[(name != "message").then_some("_blank")] { (open) }
            }
        }
    }
}

/// Source with a number to each line.
fn numbered(source: &str) -> Markup {
    html! {
        pre.source { @for line in source.split_inclusive('\n') { span { (line) } } }
    }
}

fn keys() -> Markup {
    let keys = [
        ("1 2 3 4", "HTML, text, source, message"),
        ("w", "next width"),
        ("d", "next colour scheme"),
        ("i", "images on or off"),
        ("v", "view as"),
        ("j k", "next, previous issue"),
        ("l", "list of issues"),
        ("?", "this"),
    ];
    html! {
        dialog #keys aria-labelledby="keys-title" {
            h2 #keys-title { "Keys" }
            dl { @for (key, what) in keys { dt { @for key in key.split(' ') { kbd { (key) } " " } } dd { (what) } } }
            form method="dialog" { button { "Close" } }
        }
    }
}
