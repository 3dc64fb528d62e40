//! A letter in the preview: as inboxes list it, its reader, its size and its headers.

use maud::{Markup, html};

/// The number of bytes of HTML after which Gmail hides the rest of a mail behind a link.
pub const GMAIL_CLIPS_AT: usize = 102_400;

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
    /// What there is in it.
    pub content: Content,
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

/// What there is in a letter.
#[derive(Debug, Clone, Copy)]
pub struct Content {
    /// Words of the text part, addresses not counted.
    pub words: usize,
    /// Curated links.
    pub links: usize,
    /// Pictures.
    pub images: usize,
    /// How many of them come from `issues/img`, not being published yet.
    pub own_images: usize,
    /// Bytes of those.
    pub own_image_bytes: u64,
}

/// Words read in a minute, silently and with care: between the 175 and 300 of Brysbaert, "How many words do we read per
/// minute?", 2019.
const WORDS_A_MINUTE: usize = 230;

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

pub(super) fn inbox_row(letter: Option<&StudioLetter>) -> Markup {
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
                span.none { "No letter yet" }
            }
        }
    }
}

pub(super) fn phone(letter: Option<&StudioLetter>) -> Markup {
    html! {
        section.phone #phone data-live {
            @if let Some(letter) = letter {
                h2 { "On a phone" }
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
    let shown = |cut: &str| if cut == line.whole { line.columns } else { cut.trim_end_matches('…').chars().count() };
    let (phone, desktop) = (shown(&line.phone), shown(&line.desktop));
    match (phone < line.columns, desktop < line.columns) {
        (false, false) => format!("{} characters, all seen", line.columns),
        (true, false) => format!("{} characters, {phone} here", line.columns),
        (_, true) => format!("{} characters, {phone} here, {desktop} on a desktop", line.columns),
    }
}

pub(super) fn view_as(letter: Option<&StudioLetter>) -> Markup {
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
pub(super) fn facts(letter: Option<&StudioLetter>) -> Markup {
    html! {
        div #facts data-live {
            @if let Some(letter) = letter {
                (meter(letter.sizes, letter.content))
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
                    @if letter.content.own_images > 0 {
                        p.note { "Pictures shown from " code { "issues/img" } ": " (letter.content.own_images) ". Readers get them from the published archive." }
                    }
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

fn meter(sizes: Sizes, content: Content) -> Markup {
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
            p.note {
                "Text " (kilobytes(sizes.text)) " · whole message " (kilobytes(sizes.message))
                br;
                (counted(content.words, "word")) ", " (content.words.div_ceil(WORDS_A_MINUTE)) " min · " (counted(content.links, "link")) " · " (counted(content.images, "picture"))
                @if let Ok(bytes @ 1..) = usize::try_from(content.own_image_bytes) { ", " (kilobytes(bytes)) }
            }
        }
    }
}

fn counted(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// Thousands of bytes, as Gmail's 102 KB are counted: `38.2 KB`.
fn kilobytes(bytes: usize) -> String {
    format!("{}.{} KB", bytes / 1000, bytes % 1000 / 100)
}
