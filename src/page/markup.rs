//! Reads the HTML of a page from outside into a flat tree: its elements in document order, and its texts.
//!
//! `html::document` reads letters, which this program wrote, as they are; pages have scripts, every named character
//! reference and tags that are never closed, and are read by the standard's tokenizer.

use std::cell::RefCell;

use html5ever::LocalName;
use html5ever::buffer_queue::BufferQueue;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};

/// A page's HTML.
#[derive(Debug, Default)]
pub(crate) struct Markup {
    /// The elements, in the order of their start tags.
    pub(crate) elements: Vec<Element>,
    /// The texts, in order.
    pub(crate) texts: Vec<Text>,
}

/// An element.
#[derive(Debug)]
pub(crate) struct Element {
    /// Its name, in lower case.
    pub(crate) name: LocalName,
    /// Its attributes, names in lower case.
    attributes: Vec<html5ever::Attribute>,
    /// The element around it.
    pub(crate) parent: Option<usize>,
    /// The index of the first element after it that is not inside it.
    pub(crate) end: usize,
    /// The texts inside it.
    pub(crate) texts: std::ops::Range<usize>,
}

/// A text between two tags.
#[derive(Debug)]
pub(crate) struct Text {
    /// The element around it.
    pub(crate) element: Option<usize>,
    /// The text, character references decoded.
    pub(crate) content: StrTendril,
}

/// The most elements that are read of a page.
const MOST_ELEMENTS: usize = 100_000;

/// The deepest nesting, as in browsers; what is deeper is beside what is around it.
const DEEPEST: usize = 512;

/// Elements without content.
const VOID: [&str; 14] =
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"];

/// Elements that end a paragraph that is open.
const BLOCKS: [&str; 27] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "div",
    "dl",
    "fieldset",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "main",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "ul",
    "details",
];

/// Other elements whose text is apart from that around them.
const CELLS: [&str; 8] = ["dd", "dt", "figcaption", "li", "option", "td", "th", "tr"];

impl Element {
    /// Returns the value of the attribute `name`.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|own| &*own.name.local == name).map(|own| &*own.value)
    }

    /// Whether its name is one of `names`.
    pub(crate) fn is(&self, names: &[&str]) -> bool {
        names.contains(&&*self.name)
    }
}

impl Markup {
    /// Reads `html`.
    pub(crate) fn parse(html: &str) -> Self {
        let builder = Builder(RefCell::new(State::with_root()));
        let tokenizer = Tokenizer::new(builder, TokenizerOpts::default());
        let input = BufferQueue::default();
        input.push_back(html.into());
        // Only a script would interrupt it, and none is run.
        let _ = tokenizer.feed(&input);
        tokenizer.end();
        let mut state = tokenizer.sink.0.into_inner();
        while let Some(index) = state.open.pop() {
            state.close(index);
        }
        state.markup
    }

    /// Returns the elements with one of `names`, with their indices.
    pub(crate) fn named<'s>(&'s self, names: &'s [&str]) -> impl Iterator<Item = (usize, &'s Element)> {
        self.elements.iter().enumerate().filter(move |(_, element)| element.is(names))
    }

    /// Returns the text inside the element `index`, with single spaces, also between blocks and at line breaks.
    pub(crate) fn text(&self, index: usize) -> String {
        self.text_without(index, |_| false)
    }

    /// Returns the text inside the element `index` without that of scripts, style sheets and elements that are `left_out`.
    pub(crate) fn text_without(&self, index: usize, left_out: impl Fn(usize) -> bool) -> String {
        let mut text = String::new();
        let outer = &self.elements[index];
        let block_of = |element: Option<usize>| {
            let around = element.into_iter().flat_map(|own| std::iter::once(own).chain(self.ancestors(own)));
            around.take_while(|own| *own >= index).find(|own| {
                let own = &self.elements[*own];
                own.is(&BLOCKS) || own.is(&CELLS)
            })
        };
        let inside = index + 1..outer.end.max(index + 1);
        let is_left_out = |own: &usize| self.elements[*own].is(&["script", "style"]) || left_out(*own);
        let mut left_out = inside.clone().filter(is_left_out).map(|own| self.elements[own].texts.clone()).peekable();
        let mut breaks = self.elements[inside].iter().filter(|own| own.is(&["br", "hr"])).peekable();
        let mut last: Option<(Option<usize>, Option<usize>)> = None;
        for (place, own) in (outer.texts.start..).zip(&self.texts[outer.texts.clone()]) {
            let is_broken = breaks.next_if(|line| line.texts.start <= place).is_some();
            while breaks.next_if(|line| line.texts.start <= place).is_some() {}
            while left_out.next_if(|texts| texts.end <= place).is_some() {}
            if left_out.peek().is_some_and(|texts| texts.contains(&place)) {
                continue;
            }
            let block = match last {
                // Neighbors in one element are in one block.
                Some((element, block)) if element == own.element => block,
                _ => block_of(own.element),
            };
            // Two blocks are two words, even without a space between them.
            if is_broken || last.is_some_and(|(_, before)| before != block) {
                text.push(' ');
            }
            last = Some((own.element, block));
            text.push_str(&own.content);
        }
        single_spaces(&text)
    }

    /// Returns the elements around the element `index`, from the innermost outwards.
    pub(crate) fn ancestors(&self, index: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(self.elements[index].parent, |&outer| self.elements[outer].parent)
    }
}

/// Returns `text` with a single space for all white space, and none at its ends.
pub(crate) fn single_spaces(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

struct Builder(RefCell<State>);

struct State {
    markup: Markup,
    open: Vec<usize>,
}

impl TokenSink for Builder {
    type Handle = ();

    fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
        let mut state = self.0.borrow_mut();
        match token {
            Token::TagToken(tag) if tag.kind == TagKind::StartTag => return state.start(tag),
            Token::TagToken(tag) => state.end(&tag.name),
            Token::CharacterTokens(content) => {
                let element = state.open.last().copied();
                state.markup.texts.push(Text { element, content });
            }
            Token::DoctypeToken(_)
            | Token::CommentToken(_)
            | Token::NullCharacterToken
            | Token::EOFToken
            | Token::ParseError(_) => {}
        }
        TokenSinkResult::Continue
    }
}

impl State {
    /// Begins with the element that is around everything, whether a page writes it or not.
    fn with_root() -> Self {
        let name = LocalName::from("html");
        let root = Element { name, attributes: Vec::new(), parent: None, end: 1, texts: 0..0 };
        Self { markup: Markup { elements: vec![root], texts: Vec::new() }, open: vec![0] }
    }

    fn start(&mut self, tag: Tag) -> TokenSinkResult<()> {
        let name = &*tag.name;
        self.close_implied(name);
        let result = match name {
            "title" | "textarea" => TokenSinkResult::RawData(RawKind::Rcdata),
            "script" => TokenSinkResult::RawData(RawKind::ScriptData),
            "style" | "iframe" | "noembed" | "noframes" | "xmp" => TokenSinkResult::RawData(RawKind::Rawtext),
            _ => TokenSinkResult::Continue,
        };
        if self.markup.elements.len() == MOST_ELEMENTS {
            return result;
        }
        let is_void = VOID.contains(&name);
        // In HTML a slash closes nothing; in the SVG inside it does.
        let index = self.markup.elements.len();
        let texts = self.markup.texts.len();
        self.markup.elements.push(Element {
            name: tag.name,
            attributes: tag.attrs,
            parent: self.open.last().copied(),
            end: index + 1,
            texts: texts..texts,
        });
        if !is_void && self.open.len() < DEEPEST {
            self.open.push(index);
        }
        result
    }

    /// Closes a paragraph or an item that the start of `name` ends.
    fn close_implied(&mut self, name: &str) {
        let closes: &[&str] = match name {
            "li" => &["li"],
            "dt" | "dd" => &["dt", "dd"],
            "tr" => &["tr", "td", "th"],
            "td" | "th" => &["td", "th"],
            "option" => &["option"],
            "body" => &["head", "title"],
            _ if BLOCKS.contains(&name) => &["p"],
            _ => return,
        };
        while let Some(&index) = self.open.last() {
            if !self.markup.elements[index].is(closes) {
                break;
            }
            self.open.pop();
            self.close(index);
        }
    }

    fn end(&mut self, name: &LocalName) {
        let Some(depth) = self.open.iter().rposition(|&index| index > 0 && self.markup.elements[index].name == *name)
        else {
            return;
        };
        for index in self.open.split_off(depth) {
            self.close(index);
        }
    }

    fn close(&mut self, index: usize) {
        let (elements, texts) = (self.markup.elements.len(), self.markup.texts.len());
        let element = &mut self.markup.elements[index];
        element.end = elements;
        element.texts.end = texts;
    }
}
