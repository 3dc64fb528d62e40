//! Builds publications and issues as the loaders return them.

use chrono::NaiveDate;
use newsletter::model::{
    Alignment, AudienceRule, Block, Colour, Direction, EmailAddress, Heading, Image, Inline, Issue, IssueNumber, Item,
    Link, LinkKind, Logo, Mailbox, Part, Piece, Prose, Publication, Section, SectionStyle, Slot, Slotted, Table, Theme,
    Unsubscribe, Words,
};

pub(super) fn publication() -> Publication {
    let address = |text| EmailAddress::parse(text).unwrap();
    Publication {
        name: "Distributed Bytes".into(),
        description: "Links on distributed systems.".into(),
        from: Mailbox { name: Some("Ada Example".into()), address: address("ada@example.org") },
        reply_to: None,
        envelope_sender: address("bounces@example.org").into(),
        site: "https://letter.example.org/".into(),
        images: "https://letter.example.org/img/".into(),
        list_id: "letter.example.org".into(),
        sender_id: "example".into(),
        postal_address: "Distributed Bytes, Example Street 1, 12345 Example".into(),
        reason: "because you subscribed at letter.example.org".into(),
        language: "en".into(),
        direction: Direction::LeftToRight,
        words: Words::default(),
        theme: Theme::of_accent(Colour { red: 0xb7, green: 0x41, blue: 0x0e }),
        logo: Some(Logo { url: "https://letter.example.org/logo.png".into(), file: None, alt: String::new() }),
        unsubscribe: Unsubscribe { url: Some(("https://letter.example.org/u/".into(), String::new())), mailto: None },
        topics: Vec::new(),
        has_topic_page: false,
        subscription: None,
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
        time: None,
        audience: AudienceRule::default(),
        draft: false,
        intro: intro(),
        sections: vec![
            section_of(
                "The second time",
                vec![
                    Item::Prose(Prose(vec![paragraph("Two of them.")])),
                    Item::Link(Box::new(full_link())),
                    Item::Link(Box::new(with_thumbnail())),
                ],
            ),
            section("Every kind", kinds()),
            section_of(
                "Quote of the week",
                vec![Item::Prose(Prose(vec![Block::Quote(vec![paragraph("It compiles."), paragraph("— overheard")])]))],
            ),
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
    let mut links: Vec<Link> = LinkKind::ALL
        .iter()
        .map(|&(word, kind)| Link {
            kind: Some(kind),
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
        description: Prose(vec![Block::Paragraph(vec![
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
    section_of(title, links.into_iter().map(|link| Item::Link(Box::new(link))).collect())
}

pub(super) fn section_of(title: &str, items: Vec<Item>) -> Section {
    let heading = Heading { text: vec![Inline::Text(title.into())], url: None };
    Section { style: SectionStyle::Full, heading: Some(heading), parts: vec![Part { heading: None, items }] }
}

pub(super) fn link(url: &str, title: &str) -> Link {
    Link {
        url: Some(url.into()),
        title: vec![Inline::Text(title.into())],
        kind: None,
        facts: Vec::new(),
        author: None,
        source: Some("example.org".into()),
        reading_time: None,
        tags: Vec::new(),
        sponsored: false,
        button: None,
        image: None,
        description: Prose::default(),
    }
}

pub(super) fn paragraph(text: &str) -> Block {
    Block::Paragraph(vec![Inline::Text(text.into())])
}

pub(super) fn name() -> Slot {
    Slot::Field { column: "name".into(), fallback: "friend".into() }
}

/// Text with struck words, a small and a large table, and pictures of every size.
pub(super) fn figures() -> Prose {
    let words = |text: &str| vec![Inline::Text(text.into())];
    let row = |cells: [&str; 3]| cells.map(words).to_vec();
    let link = Inline::Link { url: "https://example.org/raft".into(), text: words("Raft") };
    let large = |text: &str| vec![words(text), words("one column too many for a line of text, or one sentence")];
    let image = |name: &str, file: bool, size| Image {
        url: format!("https://letter.example.org/img/{name}"),
        file: file.then(|| name.to_owned()),
        alt: "The third side is what makes it stand".into(),
        size,
    };
    Prose(vec![
        Block::Paragraph(vec![Inline::Strikethrough(words("Two")), Inline::Text(" three of them.".into())]),
        Block::Table(Table {
            alignments: vec![Alignment::Start, Alignment::Centre, Alignment::Right],
            header: row(["Protocol", "Rounds", "Messages"]),
            rows: vec![
                vec![vec![link], words("2"), words("1,024")],
                row(["分散合意", "1", "8"]),
                row(["Paxos", "", "16"]),
            ],
        }),
        Block::Table(Table {
            alignments: vec![Alignment::Left, Alignment::Left],
            header: vec![words("Name"), words("What it is")],
            rows: vec![large("Raft"), large("Paxos"), vec![words("Zab"), vec![]]],
        }),
        Block::Picture { image: image("wide.png", true, Some((1200, 800))), caption: words("Photo: MIT") },
        Block::Picture { image: image("small.png", true, Some((200, 400))), caption: Vec::new() },
        Block::Picture { image: image("unknown.png", false, None), caption: words("From the web.") },
    ])
}
