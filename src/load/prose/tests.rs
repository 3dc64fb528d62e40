use proptest::prelude::*;

use super::*;
use crate::model::Slot;

fn text(text: &str) -> Inline {
    Inline::Text(text.to_owned())
}

fn paragraph(inlines: impl Into<Vec<Inline>>) -> Block {
    Block::Paragraph(inlines.into())
}

fn blocks(markdown: &str) -> Vec<Block> {
    let (prose, faults) = parse(markdown);
    assert_eq!(faults, [], "{markdown}");
    prose.0
}

#[test]
fn words_emphasis_code_links_and_slots_are_inlines() {
    let friend = Slot::Field { column: "name".to_owned(), fallback: "friend".to_owned() };
    assert_eq!(
        blocks("Hi {subscriber.name|friend}, *a* **b *c***  \n`d` [e](HTTPS://Example.org) <f@example.org>\n&amp; {x}"),
        [paragraph([
            text("Hi "),
            Inline::Slot(friend),
            text(", "),
            Inline::Emphasis(vec![text("a")]),
            text(" "),
            Inline::Strong(vec![text("b "), Inline::Emphasis(vec![text("c")])]),
            Inline::LineBreak,
            Inline::Code("d".to_owned()),
            text(" "),
            Inline::Link { url: "https://example.org/".to_owned(), text: vec![text("e")] },
            text(" "),
            Inline::Link { url: "mailto:f@example.org".to_owned(), text: vec![text("f@example.org")] },
            text(" & {x}"),
        ])]
    );
}

#[test]
fn lists_quotations_code_rules_and_headings_are_blocks() {
    let item = |word: &str| vec![paragraph([text(word)])];
    let inner = Block::List { start: Some(1), items: vec![item("b")] };
    assert_eq!(
        blocks("# One\n\n- a\n  1. b\n- # c\n  d\n\n> e\n\n```rust\nf  {subscriber.name}\n```\n\n---\n"),
        [
            paragraph([Inline::Strong(vec![text("One")])]),
            Block::List {
                start: None,
                items: vec![
                    vec![paragraph([text("a")]), inner],
                    vec![paragraph([Inline::Strong(vec![text("c")])]), paragraph([text("d")])],
                ],
            },
            Block::Quote(item("e")),
            Block::Code("f  {subscriber.name}\n".to_owned()),
            Block::Rule,
        ]
    );
    assert_eq!(blocks(" \n"), []);
}

#[test]
fn html_is_text_and_tables_are_not_made() {
    assert_eq!(
        blocks("<b>x</b>\n\n<div onclick='y'>\n  z\n</div>\n\n<script>alert(1)</script>"),
        [
            paragraph([text("<b>x</b>")]),
            paragraph([text("<div onclick='y'> z </div>")]),
            paragraph([text("<script>alert(1)</script>")]),
        ]
    );
    assert_eq!(blocks("|a|\n|-|"), [paragraph([text("|a| |-|")])]);
}

#[test]
fn what_prose_cannot_hold_is_reported_at_its_place() {
    let cases = [
        ("a [b](javascript:c)", 2..19, "`javascript:c` is not an http or https URL"),
        ("a [b](#c)", 2..9, "`#c` is not an http or https URL"),
        ("a <mailto:b>", 2..12, "`b` is not an address: no `@`"),
        ("![a](b.png)", 0..11, "a picture in prose"),
        ("a [](https://example.org)", 2..25, "a link without words"),
        ("&amp; é {subscriber.name} ok", 0..29, "`{subscriber.name}` says nothing for subscribers without a name"),
        ("é {subscriber.name} ok", 3..20, "`{subscriber.name}` says nothing for subscribers without a name"),
    ];
    for (markdown, place, message) in cases {
        let (_, faults) = parse(markdown);
        let found: Vec<_> = faults.iter().map(|(range, fault)| (range.clone(), fault.message.as_str())).collect();
        assert_eq!(found, [(place, message)], "{markdown}");
    }
}

#[test]
fn what_is_nested_too_deep_is_reported_once_and_stays_shallow() {
    for (open, close) in [(">", ""), ("- ", ""), ("*a **b ", "** *"), ("[", "](https://example.org)")] {
        let markdown = format!("{}x{}", open.repeat(2000), close.repeat(2000));
        let (prose, faults) = parse(&markdown);
        assert!(depth(&prose.0) <= DEEPEST + 1, "{open}");
        assert!(faults.iter().filter(|(_, fault)| fault.message.contains("too deep")).count() <= 1, "{open}");
    }
    assert_eq!(parse(&">".repeat(2000)).1.len(), 1);
}

fn depth(blocks: &[Block]) -> usize {
    let deepest = |block: &Block| match block {
        Block::List { items, .. } => 1 + items.iter().map(|item| depth(item)).max().unwrap_or_default(),
        Block::Quote(blocks) => 1 + depth(blocks),
        Block::Paragraph(inlines) => 1 + inline_depth(inlines),
        Block::Code(_) | Block::Rule => 1,
    };
    blocks.iter().map(deepest).max().unwrap_or_default()
}

fn inline_depth(inlines: &[Inline]) -> usize {
    let deepest = |inline: &Inline| match inline {
        Inline::Emphasis(inner) | Inline::Strong(inner) | Inline::Link { text: inner, .. } => 1 + inline_depth(inner),
        _ => 0,
    };
    inlines.iter().map(deepest).max().unwrap_or_default()
}

proptest! {
    #[test]
    fn no_markdown_panics_and_every_fault_has_a_place_in_it(
        markdown in r"([\[\]()*_>#`!|{}<&\\-]|[a-z]|\n| |https://|\{subscriber\.|- |1\. |é){0,60}"
    ) {
        let (prose, faults) = parse(&markdown);
        prop_assert!(depth(&prose.0) <= DEEPEST + 1);
        for (range, _) in faults {
            prop_assert!(markdown.get(range).is_some());
        }
    }
}
