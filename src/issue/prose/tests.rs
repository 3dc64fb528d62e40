//! Tests the parsing of Markdown prose into blocks and inlines.

mod problems;

use std::ops::Range;

use proptest::prelude::*;

use super::builder::DEEPEST;
use super::*;
use crate::diagnostic::Problem;
use crate::issue::picture::MeasureError;
use crate::model::{Alignment, Block, Image, Inline, Prose, Slot, Table};

fn measure(name: &str) -> Result<(u32, u32), MeasureError> {
    if name == "map.png" { Ok((1200, 800)) } else { Err(MeasureError::Missing(None)) }
}

fn parsed(markdown: &str) -> ParsedProse {
    super::parse(markdown, PictureSource::new("https://letter.example/img/", &measure))
}

fn parse(markdown: &str) -> (Prose, Vec<(Range<usize>, Problem)>) {
    let ParsedProse { prose, errors, warnings } = parsed(markdown);
    (prose, errors.into_iter().chain(warnings).collect())
}

fn text(text: &str) -> Inline {
    Inline::Text(text.to_owned())
}

fn paragraph(inlines: impl Into<Vec<Inline>>) -> Block {
    Block::Paragraph(inlines.into())
}

fn blocks(markdown: &str) -> Vec<Block> {
    let (prose, problems) = parse(markdown);
    assert_eq!(problems, [], "{markdown}");
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

/// Returns the blocks of `markdown` in a short form: `<b>`, `<i>`, `<s>`, `` ` ``, `[text](url)`, blocks divided by `¶`.
fn shown(markdown: &str) -> String {
    blocks(markdown).iter().map(block).collect::<Vec<_>>().join("¶")
}

fn block(block: &Block) -> String {
    match block {
        Block::Paragraph(words) => inlines(words),
        Block::List { items, .. } => items
            .iter()
            .map(|item| format!("* {}", item.iter().map(self::block).collect::<Vec<_>>().join("¶")))
            .collect::<Vec<_>>()
            .join("¶"),
        Block::Quote(inside) => format!("> {}", inside.iter().map(self::block).collect::<Vec<_>>().join("¶")),
        Block::Code(code) => format!("code {code}"),
        Block::Picture { image, caption } => format!("{image:?} {}", inlines(caption)),
        Block::Table(Table { header, rows, .. }) => {
            let row = |cells: &Vec<Vec<Inline>>| cells.iter().map(|cell| inlines(cell)).collect::<Vec<_>>().join("|");
            std::iter::once(header).chain(rows).map(row).collect::<Vec<_>>().join("¶")
        }
        Block::Rule => "---".to_owned(),
    }
}

fn inlines(words: &[Inline]) -> String {
    let shown = |inline: &Inline| match inline {
        Inline::Text(text) => text.clone(),
        Inline::Emphasis(inside) => format!("<i>{}</i>", inlines(inside)),
        Inline::Strong(inside) => format!("<b>{}</b>", inlines(inside)),
        Inline::Strikethrough(inside) => format!("<s>{}</s>", inlines(inside)),
        Inline::Code(code) => format!("`{code}`"),
        Inline::Link { url, text } => format!("[{}]({url})", inlines(text)),
        Inline::LineBreak => "⏎".to_owned(),
        Inline::Slot(Slot::Field { column, fallback }) => format!("{{{column}|{fallback}}}"),
        Inline::Slot(_) => "{}".to_owned(),
    };
    words.iter().map(shown).collect()
}

fn check_shown(cases: &[(&str, &str)]) {
    for (markdown, expected) in cases {
        assert_eq!(shown(markdown), *expected, "{markdown}");
    }
}

#[test]
fn html_is_text() {
    assert_eq!(
        blocks("<b>x</b>\n\n<div onclick='y'>\n  z\n</div>\n\n<script>alert(1)</script>"),
        [
            paragraph([text("<b>x</b>")]),
            paragraph([text("<div onclick='y'> z </div>")]),
            paragraph([text("<script>alert(1)</script>")]),
        ]
    );
}

/// From the specification of markdown-cjk-friendly and published newsletters.
#[test]
fn emphasis_works_beside_chinese_japanese_and_korean_punctuation() {
    check_shown(&[
        ("这是**“重点”**内容，还有**国家。**然后。", "这是<b>“重点”</b>内容，还有<b>国家。</b>然后。"),
        ("**重要提示（Important Notice）：**请注意。", "<b>重要提示（Important Notice）：</b>请注意。"),
        ("本周的*《纽约时报》*报道了**《三体》**。", "本周的<i>《纽约时报》</i>报道了<b>《三体》</b>。"),
        (
            "**「強調」**は、これは**私のやりたかったこと。**だから",
            "<b>「強調」</b>は、これは<b>私のやりたかったこと。</b>だから",
        ),
        ("**C#**や**F#**は**「.NET」**という", "<b>C#</b>や<b>F#</b>は<b>「.NET」</b>という"),
        ("税込**¥10,000**で、Go**「初心者」**を", "税込<b>¥10,000</b>で、Go<b>「初心者」</b>を"),
        ("先頭の**`コード`も注意。**末尾の", "先頭の<b>`コード`も注意。</b>末尾の"),
        ("**[製品](https://example.org/a)**と", "<b>[製品](https://example.org/a)</b>と"),
        ("**스크립트(script)**라고, **중요(重要)**은", "<b>스크립트(script)</b>라고, <b>중요(重要)</b>은"),
        ("패키지를 **`npm publish`**를 실행", "패키지를 <b>`npm publish`</b>를 실행"),
        ("__注意__：注意事項", "<b>注意</b>：注意事項"),
        ("あ~~()a~~a 「~~a」~~a ~~旧方法（已废弃）。~~新", "あ<s>()a</s>a 「<s>a」</s>a <s>旧方法（已废弃）。</s>新"),
        ("~~이 텍스트(괄호 포함)~~를", "<s>이 텍스트(괄호 포함)</s>를"),
        // Other scripts follow CommonMark.
        ("a**(b)**c, snake_case_name, 2 * 3 * 4", "a**(b)**c, snake_case_name, 2 * 3 * 4"),
    ]);
}

#[test]
fn two_tildes_strike_through_and_one_is_text() {
    check_shown(&[
        ("~~old *words*~~ new", "<s>old <i>words</i></s> new"),
        ("~10~ and 10~20, ~/a/~b", "~10~ and 10~20, ~/a/~b"),
        ("~a *b*~", "~a <i>b</i>~"),
        ("~~~~ a", "code "),
    ]);
}

#[test]
fn line_ends_between_wide_characters_are_nothing() {
    check_shown(&[
        ("这是第一行，\n**这是**\n第二行。\n\nRust\n很好", "这是第一行，<b>这是</b>第二行。¶Rust 很好"),
        ("- 日本語\n  です\n- 한국어\n  입니다", "* 日本語です¶* 한국어 입니다"),
        ("<div>\n日本\n語\n</div>", "<div> 日本語 </div>"),
    ]);
}

#[test]
fn reference_links_may_be_defined_anywhere() {
    check_shown(&[(
        "[a][b], [b], [c][], [d][e]\n\n> [b]: https://example.org/b 'title'\n\n[C]: <https://example.org/c>",
        "[a](https://example.org/b), [b](https://example.org/b), [c](https://example.org/c), [d][e]",
    )]);
}

#[test]
fn tables_have_a_header_and_aligned_columns() {
    let cell = |words: &str| vec![text(words)];
    let friend = Inline::Slot(Slot::Field { column: "name".to_owned(), fallback: "friend".to_owned() });
    let table = Table {
        alignments: vec![Alignment::Start, Alignment::Left, Alignment::Centre, Alignment::Right],
        header: ["a", "b", "c", "d"].map(cell).to_vec(),
        rows: vec![
            vec![vec![friend], cell("x|y"), vec![Inline::Strong(cell("z"))], cell("1")],
            vec![cell("only"), vec![], vec![], vec![]],
        ],
    };
    let markdown = "| a | b | c | d |\n|---|:--|:-:|--:|\n| {subscriber.name|friend} | x\\|y | **z** | 1 |\n| only |";
    assert_eq!(blocks(markdown), [Block::Table(table)]);
    check_shown(&[
        (
            "words\n| a | b |\n|---|---|\n| `x` | https://example.org/_a_ |\n\nend",
            "words¶a|b¶`x`|[https://example.org/_a_](https://example.org/_a_)¶end",
        ),
        ("a | b\nc | d", "a | b c | d"),
    ]);
}

#[test]
fn a_picture_alone_in_its_paragraph_is_a_block() {
    let image = |url: &str, file: Option<&str>, size| Image {
        url: url.to_owned(),
        file: file.map(str::to_owned),
        alt: "A map".to_owned(),
        size,
    };
    let own = || image("https://letter.example/img/map.png", Some("map.png"), Some((1200, 800)));
    let picture = |image, caption: &[Inline]| Block::Picture { image, caption: caption.to_vec() };
    assert_eq!(
        blocks(
            "![A *map*](img/map.png \"By [Ada](https://example.org/)\")\n\n![A map](https://example.org/a_b.png =600x400 'Web')\n![A map](https://example.org/a.png)\n\n- ![A\nmap](./img/map.png)"
        ),
        [
            picture(
                own(),
                &[text("By "), Inline::Link { url: "https://example.org/".to_owned(), text: vec![text("Ada")] }]
            ),
            picture(image("https://example.org/a_b.png", None, Some((600, 400))), &[text("Web")]),
            picture(image("https://example.org/a.png", None, None), &[]),
            Block::List { start: None, items: vec![vec![picture(own(), &[])]] },
        ]
    );
}

#[test]
fn comments_reach_no_reader() {
    check_shown(&[
        ("a <!-- x --> b", "a b"),
        ("a<!-- x -->b <!-- y\nz --> c", "ab c"),
        ("<!-- x -->\n\na\n\n<!--\n\n**b**\n-->", "a"),
        ("<!-- x --> a **b**", "a <b>b</b>"),
        ("- <!-- todo -->a\n- b<!-- x -->", "* a¶* b"),
        ("> a\n> <!-- b\n> c -->\n> d", "> a¶d"),
        ("`<!-- x -->` \\<!-- y --&gt;\n\n    <!-- z -->", "`<!-- x -->` <!-- y -->¶code <!-- z -->\n"),
        ("<div><!-- x --></div>", "<div></div>"),
        ("<!<!-- x -->-- y -->", ""),
    ]);
}

#[test]
fn bare_addresses_are_links_and_hold_no_markup() {
    check_shown(&[
        (
            "*see https://example.org/a_b_c*d*e* and www.example.org/x_y.",
            "<i>see [https://example.org/a_b_c*d*e](https://example.org/a_b_c*d*e)</i> and [www.example.org/x_y](https://www.example.org/x_y).",
        ),
        (
            "ada_b_@example.org <a_b@example.org>",
            "[ada_b_@example.org](mailto:ada_b_@example.org) [a_b@example.org](mailto:a_b@example.org)",
        ),
        ("_a.b_c@example.org_", "<i>[a.b_c@example.org](mailto:a.b_c@example.org)</i>"),
        (
            "见**https://example.org/。**然后 https://example.org/a**b",
            "见<b>[https://example.org/](https://example.org/)。</b>然后 [https://example.org/a**b](https://example.org/a**b)",
        ),
        (
            "[https://example.org/_a_](https://example.org/_b_) `https://example.org/_c_`",
            "[https://example.org/_a_](https://example.org/_b_) `https://example.org/_c_`",
        ),
        (
            "https://example.org/?a=1&amp;b=2 https://example.org/a\\_b",
            "[https://example.org/?a=1&b=2](https://example.org/?a=1&b=2) [https://example.org/a_b](https://example.org/a_b)",
        ),
        ("[a]\n\n[a]: https://example.org/a_b_~c~", "[a](https://example.org/a_b_~c~)"),
        ("e.g. node.js 3.5.1 @name _e.g._", "e.g. node.js 3.5.1 @name <i>e.g.</i>"),
        ("    https://example.org/_a_\nb", "code https://example.org/_a_\n¶b"),
    ]);
}

#[test]
fn an_indentation_of_all_lines_is_no_code() {
    check_shown(&[
        ("    Hello,\n\n        code\n\n    - a\n      b\n    ", "Hello,¶code code\n¶* a b"),
        ("\n\t\tfirst\n\n\t\tsecond", "first¶second"),
    ]);
    let markdown = "    a\n\n    b <!-- c --> https://example.org/a_b [d](#e)";
    let (_, problems) = parse(markdown);
    let places: Vec<_> = problems.iter().map(|(range, _)| &markdown[range.clone()]).collect();
    assert_eq!(places, ["[d](#e)"]);
}

fn depth(blocks: &[Block]) -> usize {
    let deepest = |block: &Block| match block {
        Block::List { items, .. } => 1 + items.iter().map(|item| depth(item)).max().unwrap_or_default(),
        Block::Quote(blocks) => 1 + depth(blocks),
        Block::Paragraph(inlines) => 1 + inline_depth(inlines),
        Block::Table(table) => {
            let cells = std::iter::once(&table.header).chain(&table.rows).flatten();
            1 + cells.map(|cell| inline_depth(cell)).max().unwrap_or_default()
        }
        Block::Picture { caption, .. } => 1 + inline_depth(caption),
        Block::Code(_) | Block::Rule => 1,
    };
    blocks.iter().map(deepest).max().unwrap_or_default()
}

fn inline_depth(inlines: &[Inline]) -> usize {
    let deepest = |inline: &Inline| match inline {
        Inline::Emphasis(inner)
        | Inline::Strong(inner)
        | Inline::Strikethrough(inner)
        | Inline::Link { text: inner, .. } => 1 + inline_depth(inner),
        _ => 0,
    };
    inlines.iter().map(deepest).max().unwrap_or_default()
}

proptest! {
    #[test]
    fn no_markdown_panics_and_every_fault_has_a_place_in_it(
        markdown in r"([\[\]()*_>#`!|{}<&\\~@.-]|[a-z]|\n| |https://example.org|www\.example.org|\{subscriber\.|- |1\. |é|字|<!--|-->|\|-|\[\^1\]| =6x4|&#xe001;|!\[a\]\(img/map.png){0,60}"
    ) {
        let (prose, problems) = parse(&markdown);
        prop_assert!(depth(&prose.0) <= DEEPEST + 1);
        let has_mask = format!("{prose:?}").contains(|character: char| ('\u{e000}'..='\u{e00f}').contains(&character));
        prop_assert!(!has_mask);
        for (range, _) in problems {
            prop_assert!(markdown.get(range).is_some());
        }
    }
}
