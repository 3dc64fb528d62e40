//! Publications and issues for letters, built by hand: what the loaders would answer.

use chrono::NaiveDate;
use newsletter::model::{
    Block, Colour, Direction, EmailAddress, Image, Inline, Issue, IssueNumber, Kind, Link, Logo, Mailbox, Piece, Prose,
    Publication, Section, Slot, Slotted, Unsubscribe, Words,
};

pub(super) fn publication() -> Publication {
    let address = |text| EmailAddress::parse(text).unwrap();
    Publication {
        name: "Distributed Bytes".into(),
        description: "Links on distributed systems.".into(),
        from: Mailbox { name: Some("Ada Example".into()), address: address("ada@example.org") },
        reply_to: None,
        envelope_sender: address("bounces@example.org"),
        site: "https://letter.example.org/".into(),
        images: "https://letter.example.org/img/".into(),
        list_id: "letter.example.org".into(),
        sender_id: "example".into(),
        postal_address: "Distributed Bytes, Example Street 1, 12345 Example".into(),
        reason: "because you subscribed at letter.example.org".into(),
        language: "en".into(),
        direction: Direction::LeftToRight,
        words: Words::default(),
        accent: Colour { red: 0xb7, green: 0x41, blue: 0x0e },
        logo: Some(Logo { url: "https://letter.example.org/logo.png".into(), alt: "Distributed Bytes".into() }),
        unsubscribe: Unsubscribe { url: Some(("https://letter.example.org/u/".into(), String::new())), mailto: None },
        subscribe_url: None,
    }
}

pub(super) fn rich() -> Issue {
    Issue {
        number: IssueNumber(42),
        slug: "what-survives".into(),
        title: "What survives a retry".into(),
        subject: Slotted(vec![Piece::Slot(name()), Piece::Literal(", what survives a retry".into())]),
        preheader: "Idempotency keys, and a lock that is not one".into(),
        date: NaiveDate::from_ymd_opt(2026, 11, 24).unwrap(),
        draft: false,
        intro: intro(),
        sections: vec![
            Section {
                prose: Prose(vec![paragraph("Two of them.")]),
                ..section("The second time", vec![full_link(), with_thumbnail()])
            },
            section("Every kind", kinds()),
            Section {
                prose: Prose(vec![Block::Quote(vec![paragraph("It compiles."), paragraph("— overheard")])]),
                ..section("Quote of the week", vec![])
            },
        ],
        outro: Prose(vec![paragraph("Until next week."), paragraph("— Ada")]),
    }
}

/// Every kind of block and of inline.
fn intro() -> Prose {
    let word = |text: &str| vec![Inline::Text(text.into())];
    Prose(vec![
        Block::Paragraph(vec![Inline::Text("Hello ".into()), Inline::Slot(name()), Inline::Text(",".into())]),
        Block::Paragraph(vec![
            Inline::Text("most of what breaks breaks ".into()),
            Inline::Strong(word("twice")),
            Inline::Text(": once when a message is ".into()),
            Inline::Emphasis(word("lost")),
            Inline::Text(", again when it is ".into()),
            Inline::Link { url: "https://example.org/retry?a=1&b=2".into(), text: word("sent a second time") },
            Inline::Text(" by ".into()),
            Inline::Code("retry()".into()),
            Inline::Text(". More at ".into()),
            Inline::Link { url: "https://example.org/".into(), text: word("https://example.org") },
            Inline::LineBreak,
            Inline::Text("or from ".into()),
            Inline::Link { url: "mailto:ada@example.org".into(), text: word("ada@example.org") },
            Inline::Text(".".into()),
        ]),
        Block::List { start: None, items: vec![vec![paragraph("one thing")], vec![paragraph("another thing")]] },
        Block::List {
            start: Some(9),
            items: vec![
                vec![paragraph("ninth")],
                vec![
                    paragraph("tenth, with a list of its own:"),
                    Block::List { start: None, items: vec![vec![paragraph("inner")]] },
                ],
            ],
        },
        Block::Quote(vec![paragraph("A quotation."), paragraph("Its second paragraph.")]),
        Block::Code("fn main() {\n    retry(<_>::default());\n}\n".into()),
        Block::Rule,
        paragraph("And on."),
    ])
}

fn kinds() -> Vec<Link> {
    let mut links: Vec<Link> = Kind::ALL
        .iter()
        .map(|&(word, kind)| Link {
            kind,
            reading_time: Some(9),
            ..link(&format!("https://{word}.example.org/"), &format!("A link of the kind {word}"))
        })
        .collect();
    links.push(Link { sponsored: true, ..full_link() });
    links.push(Link {
        sponsored: true,
        ..link("https://example.net/ci?ref=bytes&x=1", "Faster builds & fewer of them")
    });
    links
}

pub(super) fn full_link() -> Link {
    Link {
        author: Some("Mina Berg".into()),
        reading_time: Some(14),
        tags: vec!["models".into(), "formal methods".into()],
        image: Some(Image {
            url: "https://letter.example.org/img/042-state-graph.png".into(),
            file: Some("042-state-graph.png".into()),
            alt: "A small graph of states; one path ends in a state that is not allowed".into(),
            size: Some((1200, 675)),
        }),
        blurb: Prose(vec![Block::Paragraph(vec![
            Inline::Text("The planner and its enactors as a ".into()),
            Inline::Link { url: "https://example.org/model".into(), text: vec![Inline::Text("model".into())] },
            Inline::Text(
                " small enough to hold in the head, and the interleaving that deletes the plan in use.".into(),
            ),
        ])]),
        ..link("https://example.org/a-model", "Reproducing an outage with a model checker")
    }
}

fn with_thumbnail() -> Link {
    Link {
        image: Some(Image {
            url: "https://letter.example.org/img/042-write-skew.png".into(),
            file: None,
            alt: String::new(),
            size: Some((320, 320)),
        }),
        ..link("https://example.org/write-skew", "What does write skew look like?")
    }
}

pub(super) fn section(title: &str, links: Vec<Link>) -> Section {
    Section { title: title.into(), prose: Prose::default(), links }
}

pub(super) fn link(url: &str, title: &str) -> Link {
    Link {
        url: url.into(),
        title: title.into(),
        kind: Kind::Article,
        author: None,
        source: "example.org".into(),
        reading_time: None,
        tags: Vec::new(),
        sponsored: false,
        image: None,
        blurb: Prose::default(),
    }
}

pub(super) fn paragraph(text: &str) -> Block {
    Block::Paragraph(vec![Inline::Text(text.into())])
}

pub(super) fn name() -> Slot {
    Slot::Field { column: "name".into(), fallback: "friend".into() }
}
