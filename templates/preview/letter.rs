//! Builds the panels about a letter: its line in an inbox, the recipient, size and headers.

use maud::{Markup, html};

/// The bytes of HTML after which Gmail hides the rest of a mail behind a link.
pub const GMAIL_CLIPS_AT: usize = 102_400;

/// A letter and the facts about it.
#[derive(Debug, Clone)]
pub struct LetterDetails {
    /// The sender as an inbox shows it.
    pub sender: String,
    /// The subject.
    pub subject: InboxLine,
    /// The preview text; empty when there is none.
    pub preheader: InboxLine,
    /// The date of the issue, without the year.
    pub day: String,
    /// The headers of interest, in the order of the message.
    pub headers: Vec<(String, String)>,
    /// All headers.
    pub all_headers: Vec<(String, String)>,
    /// Sizes of the message and its parts.
    pub sizes: Sizes,
    /// Counts of its content.
    pub content: ContentCounts,
    /// The recipient.
    pub viewed_as: ViewedAs,
}

/// The recipient of a shown letter.
#[derive(Debug, Clone)]
pub struct ViewedAs {
    /// The address.
    pub address: String,
    /// The name, if the list has one.
    pub name: Option<String>,
    /// Whether the recipient is on the list.
    pub membership: ListMembership,
}

/// The relation of a recipient to the subscriber list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListMembership {
    /// No recipient was chosen; the letter is shown to an example without a name.
    Anonymous,
    /// The recipient is on the list.
    Listed,
    /// The chosen address is not on the list.
    Unlisted,
}

/// Counts of a letter's content.
#[derive(Debug, Clone, Copy)]
pub struct ContentCounts {
    /// Words of the text part, without URLs.
    pub words: usize,
    /// Curated links.
    pub links: usize,
    /// Pictures.
    pub images: usize,
    /// Pictures in `issues/img`.
    pub local_images: usize,
    /// The bytes of those.
    pub local_image_bytes: u64,
}

/// Words read silently in a minute; Brysbaert gives 175 to 300, "How many words do we read per
/// minute?", 2019.
const WORDS_A_MINUTE: usize = 230;

/// Sizes in bytes.
#[derive(Debug, Clone, Copy)]
pub struct Sizes {
    /// The HTML part.
    pub html: usize,
    /// The text part.
    pub text: usize,
    /// The message.
    pub message: usize,
}

/// A subject or preview text, and the part of it that fits.
#[derive(Debug, Clone)]
pub struct InboxLine {
    /// The whole text.
    pub whole: String,
    /// The part a phone shows.
    pub phone: String,
    /// The part a desktop client shows.
    pub desktop: String,
    /// The columns of the whole text.
    pub columns: usize,
}

pub(super) fn inbox_row(letter: Option<&LetterDetails>) -> Markup {
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

pub(super) fn phone(letter: Option<&LetterDetails>) -> Markup {
    html! {
        section.phone #phone data-live {
            @if let Some(letter) = letter {
                h2 { "On a phone" }
                div.card {
                    p.who { b { (letter.sender) } span.day { (letter.day) } }
                    p.subject { (letter.subject.phone) }
                    @if letter.preheader.whole.is_empty() {
                        p.snippet { em { "No preheader: inboxes show the first words of the mail." } }
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

/// The length of a line and of its visible part.
fn count(line: &InboxLine) -> String {
    let shown = |cut: &str| if cut == line.whole { line.columns } else { cut.trim_end_matches('…').chars().count() };
    let (phone, desktop) = (shown(&line.phone), shown(&line.desktop));
    match (phone < line.columns, desktop < line.columns) {
        (false, false) => format!("{} characters, all visible", line.columns),
        (true, false) => format!("{} characters, {phone} visible here", line.columns),
        (_, true) => format!("{} characters, {phone} visible here, {desktop} on a desktop", line.columns),
    }
}

/// The field for the subscriber as whom the letter is read.
pub(super) fn view_as(letter: Option<&LetterDetails>) -> Markup {
    let reader = letter.map(|letter| &letter.viewed_as);
    let chosen = reader.filter(|reader| reader.membership != ListMembership::Anonymous);
    html! {
        div.field.reader {
            label.quiet for="as" { "Read as" }
            input #as type="email" list="people" autocomplete="off" spellcheck="false" placeholder="Read as: somebody without a name" value=(chosen.map_or("", |reader| &reader.address));
            button #clear-recipient type="button" hidden[chosen.is_none()] aria-label="Clear, read as a subscriber without a name" { "Clear" }
            datalist #people {}
        }
    }
}

/// Says as whom the letter is read, unless that is a subscriber without a name.
pub(super) fn reader_note(letter: Option<&LetterDetails>) -> Markup {
    let reader = letter.map(|letter| &letter.viewed_as);
    html! {
        div #reader data-live {
            @if let Some(ViewedAs { address, name, membership }) = reader.filter(|reader| reader.membership != ListMembership::Anonymous) {
                section {
                    h2 { "Read as" }
                    p { (name.as_deref().unwrap_or(address)) }
                    p.note {
                        @match (membership, name) {
                            (ListMembership::Listed, Some(_)) => { "On the list." }
                            (ListMembership::Listed, None) => { "On the list, without a name." }
                            _ => { "Not on the list: composed without any fields." }
                        }
                    }
                }
            }
        }
    }
}

/// Size, headers and notes.
pub(super) fn facts(letter: Option<&LetterDetails>) -> Markup {
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
                    p.note { code { "Date" } ", " code { "Message-ID" } " and the unsubscribe link's token are examples. Everything else is the message, byte for byte." }
                    @if letter.content.local_images > 0 {
                        p.note { "Pictures shown from " code { "issues/img" } ": " (letter.content.local_images) ". Subscribers load them from the published archive." }
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

fn meter(sizes: Sizes, content: ContentCounts) -> Markup {
    let percent = (sizes.html * 100 / GMAIL_CLIPS_AT).min(100);
    let too_long = sizes.html > GMAIL_CLIPS_AT;
    html! {
        section.size {
            h2 { "Size" }
            // An SVG rather than a width: the page's content policy takes no inline styles.
            svg.meter.over[too_long] role="img" aria-label={ (percent) " percent of what Gmail shows" } viewBox="0 0 100 2" preserveAspectRatio="none" {
                rect.track width="100" height="2" {}
                rect.level width=(percent) height="2" {}
            }
            p {
                b { (kilobytes(sizes.html)) } " of HTML; "
                @if too_long { strong { "Gmail clips it at " (kilobytes(GMAIL_CLIPS_AT)) "." } }
                @else { "Gmail clips at " (kilobytes(GMAIL_CLIPS_AT)) "." }
            }
            p.note {
                "Text " (kilobytes(sizes.text)) " · whole message " (kilobytes(sizes.message))
                br;
                (counted(content.words, "word")) ", " (content.words.div_ceil(WORDS_A_MINUTE)) " min · " (counted(content.links, "link")) " · " (counted(content.images, "picture"))
                @if let Ok(bytes @ 1..) = usize::try_from(content.local_image_bytes) { ", " (kilobytes(bytes)) }
            }
        }
    }
}

fn counted(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// Formats a size in thousands of bytes, as Gmail counts its 102 KB: `38.2 KB`, in one line.
fn kilobytes(bytes: usize) -> String {
    format!("{}.{}\u{a0}KB", bytes / 1000, bytes % 1000 / 100)
}
