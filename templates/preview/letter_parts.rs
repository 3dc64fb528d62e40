//! Builds the parts of a message, one of which is shown: the letter in a frame, its text, its sources.

use maud::{Markup, html};

use crate::model::IssueNumber;

/// The open panel and its content.
#[derive(Debug, Clone)]
pub enum Panel {
    /// The mail in a frame.
    Html,
    /// The text part.
    Text(String),
    /// The source of the HTML part.
    Source(String),
    /// The source of the message.
    Message(String),
}

impl Panel {
    /// The names of the panels in addresses, and in words.
    pub(super) const NAMES: [(&str, &str); 4] =
        [("html", "HTML"), ("text", "Text"), ("source", "Source"), ("message", "Message")];

    /// Its name in addresses and in the page's script.
    fn name(&self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Text(_) => "text",
            Self::Source(_) => "source",
            Self::Message(_) => "message",
        }
    }
}

/// A tab is a link, because each part has an address of its own.
pub(super) fn tab(number: IssueNumber, panel: &Panel, query: &str, name: &str, label: &str) -> Markup {
    let is_shown = panel.name() == name;
    let suffix = if name == "html" { String::new() } else { format!("/{name}") };
    html! {
        a id={ "tab-" (name) } role="tab" href={ "/" (number) (suffix) (query) } aria-controls={ "panel-" (name) } aria-selected=(is_shown) tabindex=(if is_shown { "0" } else { "-1" }) data-tab=(name) { (label) }
    }
}

/// The panels, all but the open one hidden.
pub(super) fn parts(number: IssueNumber, panel: &Panel, query: &str) -> Markup {
    html! {
        div.panels {
            section.panel #panel-html role="tabpanel" aria-labelledby="tab-html" hidden[!matches!(*panel, Panel::Html)] {
                div #mail-area {
                    iframe #frame title="The mail" data-letter src={ "/" (number) "/frame" (query) } sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox" {}
                    div #handle role="separator" tabindex="0" aria-orientation="vertical" aria-label="Width of the mail" aria-valuemin="240" aria-valuemax="1024" aria-valuenow="1024" title="Drag, or arrow keys: the width of the mail" {}
                }
                p.caption {
                    span #measure {}
                    span #simulation hidden { "Simulated; see Clients for details." }
                    a href={ "/" (number) "/frame" (query) } data-alone target="_blank" { "Open alone" }
                }
            }
            (source_panel("text", "Text part", &format!("/{number}.txt{query}"), "Open alone", match panel {
                Panel::Text(text) => Some(html! { pre.text { (text) } }),
                _ => None,
            }))
            (source_panel("source", "HTML source", &format!("/{number}.html{query}"), "Open alone", match panel {
                Panel::Source(source) => Some(numbered(source)),
                _ => None,
            }))
            (source_panel("message", "Message source", &format!("/{number}.eml{query}"), "Download .eml", match panel {
                Panel::Message(source) => Some(numbered(source)),
                _ => None,
            }))
        }
    }
}

fn source_panel(name: &str, label: &str, address: &str, open: &str, content: Option<Markup>) -> Markup {
    html! {
        section.panel id={ "panel-" (name) } role="tabpanel" aria-labelledby={ "tab-" (name) } hidden[content.is_none()] {
            section.paper id=(name) data-live tabindex="0" aria-label=(label) {
                @if let Some(content) = content { (content) }
            }
            p.caption {
                button type="button" data-copy=(name) { "Copy" }
                a href=(address) data-part target=[(name != "message").then_some("_blank")] { (open) }
            }
        }
    }
}

/// Source with line numbers.
fn numbered(source: &str) -> Markup {
    html! {
        pre.source { @for line in source.split_inclusive('\n') { span { (line) } } }
    }
}
