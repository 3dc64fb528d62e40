//! Turns the simple elements of HTML in a paragraph into Markdown. Other elements go, their words stay.

use std::cell::RefCell;

use comrak::Arena;
use comrak::nodes::{AstNode, Node, NodeCode, NodeLink, NodeValue};
use html5ever::buffer_queue::BufferQueue;
use html5ever::tokenizer::{Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};

use super::LeftOut;
use crate::issue::web_address::{clickable_url, https_url};

/// Elements that a paragraph can have. A tag of another name is text: `Vec<T>`.
const ELEMENTS: [&str; 54] = [
    "a", "abbr", "audio", "b", "bdi", "bdo", "big", "br", "button", "center", "cite", "code", "del", "details", "dfn",
    "div", "em", "embed", "figure", "font", "form", "i", "iframe", "img", "input", "ins", "kbd", "li", "mark",
    "object", "p", "picture", "q", "s", "samp", "script", "small", "source", "span", "strike", "strong", "style",
    "sub", "summary", "sup", "svg", "table", "td", "time", "tt", "u", "ul", "var", "video",
];

/// Replaces the HTML below `parent`, and links and pictures that lead nowhere on the web. Returns what was left out, with its line.
pub(super) fn convert<'a>(arena: &'a Arena<'a>, parent: Node<'a>) -> Vec<(usize, LeftOut)> {
    let mut left_out = Vec::new();
    let mut child = parent.first_child();
    while let Some(node) = child {
        child = node.next_sibling();
        let (value, line) = (node.data.borrow().value.clone(), node.data.borrow().sourcepos.start.line);
        match value {
            NodeValue::HtmlInline(html) => match tag(&html) {
                Some(tag) if !ELEMENTS.contains(&&*tag.name) => {
                    node.data.borrow_mut().value = NodeValue::Text(html.into());
                }
                Some(tag) if &*tag.name == "br" => {
                    // A row of a table is one line, however deep in it the line would break.
                    let is_cell = |around: Node<'_>| matches!(around.data.borrow().value, NodeValue::TableCell);
                    let space =
                        if node.ancestors().any(is_cell) { NodeValue::Text(" ".into()) } else { NodeValue::LineBreak };
                    node.data.borrow_mut().value = space;
                }
                Some(tag) if tag.kind == TagKind::StartTag => {
                    if let Some(element) = wrapped(arena, node, &tag) {
                        child = Some(element);
                    } else {
                        let what = if &*tag.name == "img" { LeftOut::Picture } else { LeftOut::Html };
                        left_out.push((line, what));
                        node.detach();
                    }
                }
                // The end of an element that went, or a comment.
                _ => node.detach(),
            },
            NodeValue::Image(picture) if https_url(&picture.url).is_err() => {
                left_out.push((line, LeftOut::Picture));
                node.detach();
            }
            NodeValue::Link(target) => {
                left_out.extend(convert(arena, node));
                if clickable_url(&target.url).is_err() {
                    while let Some(inner) = node.first_child() {
                        node.insert_before(inner);
                    }
                    left_out.push((line, LeftOut::Link));
                    node.detach();
                }
            }
            _ => left_out.extend(convert(arena, node)),
        }
    }
    left_out
}

/// Puts what is between a start tag and its end tag into an element of Markdown, which takes their place.
fn wrapped<'a>(arena: &'a Arena<'a>, start: Node<'a>, tag: &Tag) -> Option<Node<'a>> {
    let name = &*tag.name;
    let href = || tag.attrs.iter().find(|own| &*own.name.local == "href").map(|own| own.value.to_string());
    let is_code = matches!(name, "code" | "kbd" | "samp" | "tt");
    let value = match name {
        "em" | "i" | "cite" => NodeValue::Emph,
        "strong" | "b" => NodeValue::Strong,
        "del" | "s" | "strike" => NodeValue::Strikethrough,
        "a" if start.ancestors().any(|outer| matches!(outer.data.borrow().value, NodeValue::Link(_))) => return None,
        "a" => NodeValue::Link(Box::new(NodeLink { url: href()?, title: String::new() })),
        _ if is_code => NodeValue::Code(NodeCode { num_backticks: 1, literal: String::new() }),
        _ => return None,
    };
    let mut inside = Vec::new();
    let mut depth = 1;
    let mut next = start.next_sibling();
    let end = loop {
        let node = next?;
        if let NodeValue::HtmlInline(html) = &node.data.borrow().value
            && let Some(other) = self::tag(html).filter(|other| &*other.name == name)
        {
            depth = if other.kind == TagKind::StartTag { depth + 1 } else { depth - 1 };
        }
        if depth == 0 {
            break node;
        }
        inside.push(node);
        next = node.next_sibling();
    };
    let element: Node<'a> = arena.alloc(AstNode::from(value));
    element.data.borrow_mut().sourcepos = start.data.borrow().sourcepos;
    start.insert_before(element);
    let mut words = String::new();
    for node in inside {
        node.detach();
        if is_code {
            words.push_str(&text_of(node));
        } else {
            element.append(node);
        }
    }
    if is_code {
        let code = NodeCode { num_backticks: 1, literal: words.clone() };
        // Markdown has no code without a character.
        element.data.borrow_mut().value =
            if words.trim().is_empty() { NodeValue::Text(words.into()) } else { NodeValue::Code(code) };
    }
    start.detach();
    end.detach();
    Some(element)
}

/// Returns the text of a node as it is.
pub(super) fn text_of(node: Node<'_>) -> String {
    let mut text = String::new();
    for inner in node.descendants() {
        match &inner.data.borrow().value {
            NodeValue::Text(words) => text.push_str(words),
            NodeValue::Code(code) => text.push_str(&code.literal),
            NodeValue::SoftBreak | NodeValue::LineBreak => text.push(' '),
            _ => {}
        }
    }
    text
}

/// Returns the tag that `html` is; nothing for a comment.
fn tag(html: &str) -> Option<Tag> {
    struct First(RefCell<Option<Tag>>);
    impl TokenSink for First {
        type Handle = ();
        fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
            if let Token::TagToken(tag) = token {
                self.0.borrow_mut().get_or_insert(tag);
            }
            TokenSinkResult::Continue
        }
    }
    let tokenizer = Tokenizer::new(First(RefCell::default()), TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(html.into());
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    tokenizer.sink.0.into_inner()
}
