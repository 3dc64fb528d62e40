//! Newsletters, issues, style sheets and subscribers: this repository's own, those of `newsletter init`, and extreme ones.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use newsletter::config::{STARTER_CONFIG, parse_config};
use newsletter::diagnostic::SourceFile;
use newsletter::issue::{IssueFile, STARTER_ISSUE, parse_issue};
use newsletter::letter::{self, LetterStyleSheet};
use newsletter::message::dkim::{Algorithm, DkimKey, DkimSigner};
use newsletter::message::{DeliveryStamp, FrozenLetter, MessageKeys, PlanId, TokenKey};
use newsletter::model::{EmailAddress, Publication, Subscriber};
use newsletter::templates::mail::letter::CSS;

use super::Specimen;
use super::message::Message;

const CONFIG: &str = include_str!("../../fixtures/check/newsletter.toml");
const ISSUE: &str = include_str!("../../fixtures/check/issue.toml");

/// Replaces what `[newsletter]` of the sample says, and adds tables.
fn config(newsletter: &str, rest: &str) -> String {
    let (_, unsubscribe) = CONFIG.split_once("[unsubscribe]").unwrap();
    let rest =
        if rest.contains("[unsubscribe]") { rest.to_owned() } else { format!("[unsubscribe]{unsubscribe}{rest}") };
    format!("[newsletter]\n{newsletter}\n{rest}")
}

fn configurations() -> Vec<(&'static str, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let long = "Ada Example and Everybody Who Ever Helped With This Letter ".repeat(8);
    let quotes = "\\\\ \\\" ".repeat(15);
    let base = "name = 'Kettles'\nfrom = 'ada@kettles.example.org'\nsite = 'https://kettles.example.org/'\naddress = 'Example Street 1, 12345 Example'\n";
    vec![
        ("the sample", CONFIG.to_owned()),
        ("this repository", fs::read_to_string(root.join("newsletter.toml")).unwrap()),
        ("the starter", STARTER_CONFIG.to_owned()),
        (
            "an Arabic newsletter",
            config(
                "name = 'نشرة الأنظمة الموزعة'\nfrom = 'آدا <ada@kettles.example.org>'\nsite = 'https://kettles.example.org/'\n\
             address = 'شارع المثال ١'\nlanguage = 'ar'\nreason = 'لأنك اشتركت'\n",
                "[words]\nunsubscribe = 'إلغاء الاشتراك'\nissue = 'العدد {number}'\nall_issues = 'كل الأعداد'\n",
            ),
        ),
        (
            "a Japanese newsletter by mail alone",
            config(
                "name = '週刊分散システム'\nfrom = '週刊分散システム編集部 <w@kettles.example.org>'\nsite = 'http://kettles.example.org/a,b/'\n\
             address = '東京都千代田区1-1-1'\nlanguage = 'ja'\nreply_to = '=?utf-8?q?x?=@kettles.example.org'\n",
                "[unsubscribe]\nmailto = 'u{x}%20@kettles.example.org'\n",
            ),
        ),
        (
            "quotes and backslashes",
            config(
                &format!(
                    "name = 'A \"B\" <c@d> & =?utf-8?q?e?= `f`'\nfrom = \"{quotes} <{}@kettles.example.org>\"\n\
             site = 'https://kettles.example.org/'\naddress = '<b>1</b> & \"2\"'\nreason = '.'\nlanguage = 'de-AT'\n",
                    "a".repeat(64)
                ),
                "[unsubscribe]\nurl = 'https://kettles.example.org/=?utf-8?q?x,{y}?=/{token}?a&amp=b,c'\nmailto = 'leave@b.example'\n",
            ),
        ),
        (
            "an @ in the sender's name",
            config(
                &format!(
                    "{}list_id = '{}.example.org'\nsender_id = 'abcde'\n",
                    base.replace("'ada@kettles.example.org'", "'A\" @ \"B <ada@kettles.example.org>'"),
                    "x".repeat(200)
                ),
                &format!(
                    "[theme]\nlogo = 'https://kettles.example.org/a.svg'\naccent = '#ffffff'\n[unsubscribe]\nurl = 'https://{}.example.org/{{token}}'\n",
                    "x".repeat(60)
                ),
            ),
        ),
        (
            "long names",
            config(
                &format!(
                    "name = '{long}'\nfrom = '{long}<ada@kettles.example.org>'\nsite = 'https://kettles.example.org/{}'\naddress = '{long}'\n",
                    "y".repeat(1500)
                ),
                &format!("[unsubscribe]\nurl = 'https://kettles.example.org/{}?{{token}}'\n", "z".repeat(1500)),
            ),
        ),
        ("names of one letter", config(&base.replace("Kettles", "é"), "")),
    ]
}

fn issues() -> Vec<(&'static str, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("issues");
    let read = |name: &str| fs::read_to_string(root.join(name)).unwrap();
    let head = "number = 42\ndate = 2026-11-24\n";
    let links = (0..60).map(|index| {
        format!("[[section.link]]\nurl = 'https://example.net/{index}?a=1&b=<2>3'\ntitle = 'Link {index} & more'\nimage = 'https://example.net/{index}.webp'\nalt = ''\n")
    });
    let nested = (0..10).map(|depth| format!("{}- {} **b** _i_ `c`\n", "  ".repeat(depth), "word ".repeat(40)));
    let nested = nested.collect::<Vec<_>>().concat();
    vec![
        ("the sample", ISSUE.to_owned()),
        ("issue 41", read("041-clocks-that-lie.toml")),
        ("issue 42", read("042-what-survives-a-retry.toml")),
        ("the starter", STARTER_ISSUE.to_owned()),
        ("a title alone", format!("{head}title = 'x'\n")),
        ("a long title", format!("{head}title = '{}'\n", "Überlänge und Wörter, die niemand liest ".repeat(40))),
        ("a subject of slots", format!(
            "{head}title = '<h1>&nbsp;</h1> {{x}} 🚀'\nsubject = '{{subscriber.name| }}{{subscriber.city|}}'\npreheader = '<b>p</b> &amp; \u{200c}\u{a0}\u{200c}\u{a0}\u{200c}'\nintro = '{{subscriber.city|a & b}} {{subscriber.email}} {{subscriber.name|=?utf-8?q?x?=}}'\n"
        )),
        ("every kind of prose", format!(
            "{head}title = 'Prose'\nintro = '''\n# A heading\n\n{nested}\n\n7. seven\n8. eight\n\n> quoted\n>\n> > twice\n>\n> ```\n> {code}\n> ```\n\n---\n\n\
             <script>alert(1)</script> <td> &#146; &#0; &#x202e; &nbsp; [ ](https://a.example/) [<https://b.example/?a=1&b>](https://c.example/)\\\n\
             *[em **strong** `code`](mailto:a@b.example?subject=a b)* 分散システム{cjk}\n\n    indented </pre></style><!--\n\n\
             --newsletter-00000000000000000000000000000000\n.\n..\nFrom here\n'''\n[outro]\ntext = '''\n--\nAda\n'''\n",
            code = "x".repeat(300), cjk = "分散システムの設計".repeat(60),
        )),
        ("sixty links", format!("{head}title = 'Links'\n[[section]]\ntitle = 'S'\n{}", links.collect::<String>())),
        ("pictures of every shape", format!(
            "{head}title = 'Pictures'\n[[section]]\ntitle = 'S'\n{}",
            ["dot.png", "tall.png", "wide.png", "skew.png"].map(|file| format!(
                "[[section.link]]\nurl = 'https://example.net/{file}'\ntitle = 'T'\nimage = 'img/{file}'\nalt = ''\nsponsored = true\ntags = ['a b', 'c']\nreading_time = 9\n"
            )).concat(),
        )),
    ]
}

/// A style sheet of things that hide, move, quote and end in the wrong place.
const HOSTILE: &str = "
    * { display: none !important; content: '</td><!--[if mso]>'; } }} table { width: 900px; }
    @import url('x.css'); html, body, .letter { direction: rtl; position: absolute; left: -9999px }
    img { width: 1px; height: 1px } h1 { display: table-cell } a::after { content: \"\\22 > <script>\" }
    @media screen { .letter { display: none } } <!-- p { color: red } --> td { background: url(\"a'b>c\") ";

/// Style sheets with a rule in an odd form, which the inliner could leave where it is.
const ODD: [&str; 30] = [
    ".in\\74ro { letter-spacing: 1px }",
    ".INTRO { letter-spacing: 1px }",
    "*|td.intro { letter-spacing: 1px }",
    "td[CLASS=intro] { letter-spacing: 1px }",
    ".intro { letter-spacing: 1px !ie }",
    ".intro { *zoom: 1; letter-spacing: 1px }",
    ".letter { .intro { letter-spacing: 1px } }",
    ".letter { p { x: y } letter-spacing: 1px }",
    ".intro, { letter-spacing: 1px } p { letter-spacing: 2px }",
    ".intro, :is(p { letter-spacing: 1px }",
    ".intro, :unknown { letter-spacing: 1px }",
    "p, p:hover, p::before { letter-spacing: 1px }",
    "}} .intro { letter-spacing: 1px }",
    "]{} .intro { letter-spacing: 1px }",
    "; .intro { letter-spacing: 1px } p { letter-spacing: 1px }",
    "<!-- .intro { letter-spacing: 1px }",
    "@charset \"x\"; .intro { letter-spacing: 1px }",
    "@media {} } .intro { letter-spacing: 1px } p { letter-spacing: 1px }",
    ".intro { content: \"; letter-spacing: 1px }\n p { letter-spacing: 2px }",
    ".intro { letter\\-spacing: 1px }",
    ".intro { --x: { a: b }; letter-spacing: 1px }",
    ".intro { letter-spacing: ! important }",
    ".intro { letter-spacing: 1px!IMPORTANT }",
    ".intro { letter-spacing: 1px",
    "a { all: unset } a { padding: 1px } a { padding-left: 2px }",
    "* { letter-spacing: 1px }",
    "head, title, meta, style, html, body { letter-spacing: 1px }",
    "p + p, p ~ p, p > strong { letter-spacing: 1px }",
    "tr:nth-child(2) td, td:first-child, p:not(.meta) { letter-spacing: 1px }",
    "@supports (a: b) { p { x: y } } @layer x; p { letter-spacing: 1px }",
];

fn readers() -> Vec<Subscriber> {
    let reader = |address: &str, name: &str, city: &str| {
        let fields = [("name", name), ("city", city)].into_iter().filter(|(_, value)| !value.is_empty());
        let fields: BTreeMap<String, String> =
            fields.map(|(column, value)| (column.to_owned(), value.to_owned())).collect();
        Subscriber { address: EmailAddress::parse(address).unwrap(), fields }
    };
    let long = "Grace Brewster Murray Hopper ".repeat(10);
    vec![
        reader("grace@reader.example", "Grace Hopper", ""),
        reader("nobody@reader.example", "", ""),
        reader("mina@münchen.example", "Müller, Mina \"M.\" <x@y.example>", "</p><b>\u{2028}"),
        reader(&format!("{}@{}.example", "=?x?=%&'*+{}|~".repeat(4), "a".repeat(60)), "=?utf-8?q?evil?=", "&amp;"),
        reader("o'neil+list@EXAMPLE.net", "\\ \" ".repeat(15).trim(), "x"),
        reader("a@b.example", long.trim(), &"word ".repeat(100)),
        reader("b@c.example", "محمد بن موسى الخوارزمي أبو عبد الله 🚀👩\u{200d}👩\u{200d}👧", "東京"),
        reader("From.x@d.example", "From .", "."),
    ]
}

fn date() -> DateTime<Utc> {
    "2026-11-22T10:00:00Z".parse().unwrap()
}

/// Calls `visit` with every message of every combination, and its name.
pub(super) fn each(mut visit: impl FnMut(&str, &Specimen<'_>)) {
    let readers = readers();
    for (newsletter, config) in configurations() {
        for (index, (issue, text)) in issues().iter().enumerate() {
            // One style sheet for each pair, all three for each newsletter and each issue.
            let (style, css) = [("the built-in style", CSS), ("no style", ""), ("a hostile style", HOSTILE)]
                [(index + newsletter.len()) % 3];
            let name = format!("{issue} of {newsletter} in {style}");
            combination(&name, &config, text, css, &readers, &mut visit);
        }
    }
    for odd in ODD {
        combination(odd, CONFIG, ISSUE, &format!("{CSS}\n{odd}"), &readers[..2], &mut visit);
    }
}

/// Calls `visit` with the sample, which every damage is made for.
pub(super) fn sample(mut visit: impl FnMut(&Specimen<'_>)) {
    combination("", CONFIG, ISSUE, CSS, &readers()[..2], &mut |_, specimen| {
        if specimen.reader.name().is_some() {
            visit(specimen);
        }
    });
}

fn combination(
    name: &str,
    config: &str,
    issue: &str,
    css: &str,
    readers: &[Subscriber],
    visit: &mut impl FnMut(&str, &Specimen<'_>),
) {
    let source = |path: &str, text: &str| Arc::new(SourceFile::new(path, text));
    let config = parse_config(&source("newsletter.toml", config), Path::new("/"))
        .unwrap_or_else(|problems| panic!("{name}: {problems}"));
    let publication: &Publication = &config.publication;
    let number = issue.lines().find_map(|line| line.trim().strip_prefix("number")).unwrap();
    let number: u32 = number.split(['=', '#']).nth(1).unwrap().trim().parse().unwrap();
    let path = format!("issues/{number:03}-retry.toml");
    let file = IssueFile::at(&Path::new("/").join(&path)).unwrap();
    let measure = |name: &str| match name {
        "dot.png" => Ok((1, 1)),
        "tall.png" => Ok((160, 60_000)),
        "wide.png" => Ok((60_000, 1)),
        _ => Ok((800, 400)),
    };
    let loaded = parse_issue(&source(&path, issue), &file, publication, &config.settings.subject, &measure)
        .unwrap_or_else(|problems| panic!("{name}: {problems}"));
    let style = LetterStyleSheet::prepare(css, publication.theme).unwrap();
    let rendered = letter::render(&loaded.issue, publication, &style).unwrap();
    let frozen =
        FrozenLetter::freeze(&rendered, publication, &DeliveryStamp { plan: PlanId([7; 16]), date: date() }).unwrap();
    let key = DkimKey::from_pem(DkimKey::generate(Algorithm::Ed25519).unwrap().as_bytes()).unwrap();
    let signer = DkimSigner::new(publication.from.address.domain(), "nl2026", key);
    let keys = MessageKeys { tokens: TokenKey::new(b"the key of the tests opens nothing"), dkim: Some(signer) };
    let messages: Vec<Message> = readers
        .iter()
        .map(|reader| {
            let mut bytes = Vec::new();
            frozen.compose(reader, &keys, &mut bytes);
            Message::parse(&String::from_utf8(bytes).unwrap())
        })
        .collect();
    for (index, reader) in readers.iter().enumerate() {
        let other = &messages[(index + 1) % messages.len()];
        let message = &messages[index];
        visit(name, &Specimen { publication, issue: &loaded.issue, reader, date: date(), message, other });
    }
}
