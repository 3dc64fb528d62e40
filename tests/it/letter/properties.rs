//! Tests properties of every letter, for generated text.

use newsletter::model::{Block, Heading, Inline, Issue, Item, Part, Prose, Section, SectionStyle, Slotted};
use newsletter::templates::mail::letter::CSS;
use proptest::prelude::*;

use super::issues::{full_link, name, paragraph, publication, rich};
use super::{html, render, tags, text};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_words_become_markup_and_no_slot_is_lost(words in words()) {
        let (plain, strange) = (everywhere("words"), everywhere(&words));
        let (expected, found) = (
            render(&plain, &publication(), CSS).unwrap(),
            render(&strange, &publication(), CSS).unwrap(),
        );
        prop_assert_eq!(shape(&html(&expected)), shape(&html(&found)));
        prop_assert_eq!(expected.html.slots().collect::<Vec<_>>(), found.html.slots().collect::<Vec<_>>());
        prop_assert_eq!(expected.text.slots().collect::<Vec<_>>(), found.text.slots().collect::<Vec<_>>());
    }

    #[test]
    fn no_line_of_text_is_long_but_for_addresses_and_none_ends_in_a_space(words in words()) {
        let text = text(&render(&everywhere(&words), &publication(), CSS).unwrap());
        for line in text.lines() {
            let alone = line.split(' ').next_back().unwrap_or_default().contains("://");
            let width = unicode_width::UnicodeWidthStr::width(line);
            prop_assert!(alone || line.starts_with("    ") || width <= 78, "{width} columns: {line:?}");
            prop_assert!(!line.ends_with(' '), "{line:?}");
        }
    }

    #[test]
    fn any_style_sheet_is_read_or_refused(css in "[a-z:;{}()@'\"/*,#<\\\\ \n-]{0,80}|(:root|\\{|\\}|--a|:|;|var\\(|\\)|'|/\\*|\\*/| ){0,24}") {
        let _ = render(&everywhere("words"), &publication(), &css);
    }
}

/// The tags of a document, without the values of their attributes.
fn shape(html: &str) -> Vec<String> {
    tags(html).iter().map(|tag| tag.split('"').step_by(2).collect()).collect()
}

/// Words of any kind, as the loaders let them through: no control characters, no private-use ones.
fn words() -> impl Strategy<Value = String> {
    let any = any::<String>().prop_map(|text| {
        let allowed = |c: &char| !c.is_control() && !('\u{e000}'..='\u{f8ff}').contains(c);
        text.chars().filter(allowed).collect::<String>()
    });
    prop_oneof![
        any,
        "[<>&\"' a-z/=!-]{1,60}",
        Just("</title></style></td><script>alert(1)</script><!--[if mso]>".to_owned()),
        Just("a".repeat(300)),
        "([a-z]{1,12} ){1,40}",
    ]
    .prop_map(|text| format!("w{text}"))
}

/// An issue with `words` wherever words can be.
fn everywhere(words: &str) -> Issue {
    let owned = words.to_owned();
    let prose = Prose(vec![
        Block::Paragraph(vec![
            Inline::Text(owned.clone()),
            Inline::Slot(name()),
            Inline::Emphasis(vec![Inline::Text(owned.clone())]),
            Inline::Link { url: "https://example.org/?a=1&b=2".into(), text: vec![Inline::Text(owned.clone())] },
            Inline::Code(owned.clone()),
        ]),
        Block::Quote(vec![paragraph(words)]),
        Block::List { start: None, items: vec![vec![paragraph(words)]] },
    ]);
    let mut link = full_link();
    link.title = vec![Inline::Text(owned.clone())];
    link.author = Some(owned.clone());
    link.source = Some(owned.clone());
    link.tags = vec![owned.clone()];
    link.image.as_mut().unwrap().alt.clone_from(&owned);
    link.description = prose.clone();
    Issue {
        title: owned.clone(),
        subject: Slotted::from(words),
        preheader: owned.clone(),
        intro: prose.clone(),
        outro: prose.clone(),
        sections: vec![Section {
            style: SectionStyle::Full,
            heading: Some(Heading { text: vec![Inline::Text(owned)], url: None }),
            parts: vec![Part { heading: None, items: vec![Item::Prose(prose), Item::Link(Box::new(link))] }],
        }],
        ..rich()
    }
}
