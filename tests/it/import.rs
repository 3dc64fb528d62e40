//! Tests `newsletter import` with issues of other programs.

use std::io::Write;

use snapbox::{assert_data_eq, str};

use crate::support::Project;

const PAST: &str = "Title: This Week in Rust 549\nNumber: 549\nDate: 2024-05-29\n\nHello.\n\n## Updates\n\n### Official\n\n* [Announcing Rust](https://blog.rust-lang.org/a)\n* [Clocks](https://lwn.net/clocks) tick.\n\n<div>x</div>\n";

const CURATED: &str = r#"{"issues":[{"number":12,"title":"Twelve","published_at":"2020-02-03T10:00:00Z","summary":"<p>Hello &amp; welcome.</p>",
    "categories":[{"name":"Tools","items":[{"type":"link","title":"A <b>tool</b>","url":"https://lwn.net/tool","description":"<p>Words.</p>"},{"type":"text","body":"Just words."}]}]}]}"#;

#[test]
fn past_issues_are_written_with_a_marker_and_cannot_be_sent() {
    let project = Project::new()
        .subscribers(["ada@example.org"])
        .file("2024-05-29-this-week.md", PAST)
        .file("curated.json", CURATED);
    let dry = project.run(["import", "2024-05-29-this-week.md", "curated.json", "-n"]);
    assert_eq!(dry.code, 4, "{}", dry.stderr);
    assert!(!project.path("issues/549.sent").exists());
    let output = project.run(["import", "2024-05-29-this-week.md", "curated.json"]);
    assert_data_eq!(
        output.stderr,
        str![[r#"
[..]2024-05-29-this-week.md: wrote issues/549-this-week-in-rust-549.toml with 2 links
warning: [..]2024-05-29-this-week.md:14: HTML was left out
[..]curated.json: wrote issues/012-twelve.toml with 1 link

"#]]
    );
    assert_data_eq!(
        project.read("issues/012-twelve.toml"),
        str![[r#"
number = 12
title = "Twelve"
date = 2020-02-03

intro = "Hello & welcome."

[[section]]
title = "Tools"

[[section.link]]
url = "https://lwn.net/tool"
title = "A tool"
description = "Words."

[[section.part]]
text = "Just words."

"#]]
    );
    for number in ["12", "549"] {
        let sent = project.run(["send", number, "--yes"]);
        assert!(sent.code == 6 && sent.stderr.contains("was imported"), "{sent:?}");
        let filled = project.run(["fill", number]);
        assert!(filled.code == 3 && filled.stderr.contains("is sent"), "{filled:?}");
    }
    // Links of imported issues are known.
    let known = project.file("a.md", "- https://lwn.net/tool\n").run(["gather", "a.md"]);
    assert!(known.stderr.contains("1 known already"), "{known:?}");
}

#[test]
fn what_is_there_stays_and_what_cannot_be_imported_is_named() {
    let project = Project::new()
        .file("one.md", "---\nnumber: 1\ndate: 2020-01-07\n---\n\n## A\n\n- [A](https://lwn.net/a)\n")
        .file("undated.md", "## A\n\n- [A](https://lwn.net/a)\n")
        .file("list.csv", "email\nada@example.org\n")
        .file("x.zip", "PK\u{3}\u{4}x");
    let before = project.read("issues/001-first-things.toml");
    let output = project.run(["import", "one.md", "undated.md"]);
    assert_eq!(output.code, 4);
    assert!(output.stderr.contains("001-first-things.toml is there already"), "{}", output.stderr);
    assert!(output.stderr.contains("undated.md: it does not say its date"), "{}", output.stderr);
    assert_eq!(project.read("issues/001-first-things.toml"), before);
    for (file, code, words) in
        [("list.csv", 2, "`newsletter subscribers import "), ("x.zip", 3, "is not a zip archive that can be read")]
    {
        let output = project.run(["import", file]);
        assert!(output.code == code && output.stderr.contains(words), "{output:?}");
    }
}

/// Returns a zip archive of `files`.
fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in files {
        archive.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// An e-mail of Buttondown's export.
fn email(subject: &str, status: &str, number: &str, body: &str) -> String {
    format!(
        "---\nid: em_1\nsubject: \"{subject}\"\nstatus: {status}\nslug: a-slug\npublish_date: 2024-03-15T10:00:00Z\n\
         secondary_id: {number}\n---\n\n{body}\n"
    )
}

#[test]
fn an_archive_of_buttondown_is_imported_without_its_drafts() {
    let body =
        "Hello.\n\n## Reading\n\n- [A caf\u{e9}](https://lwn.net/a) <em>opens</em>.\n\n![Map](../media/map.png)\n";
    let published = email("Kaf\u{ed}\u{10d}ko #12", "published", "12", body);
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(published.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let draft = email("Later", "draft", "13", body);
    let archive = zipped(&[
        ("export/emails/first.md", &utf16),
        ("export/emails/later.md", draft.as_bytes()),
        ("export/subscribers.csv", b"email\nada@example.org\n"),
        ("export/media/map.png", b"x"),
        ("__MACOSX/export/emails/._first.md", b"x"),
    ]);
    let project = Project::new().file("export.zip", archive);
    let output = project.run(["import", "export.zip"]);
    assert_eq!(output.code, 4);
    assert_data_eq!(
        output.stderr,
        str![[r#"
./export.zip/export/emails/first.md: wrote issues/012-kaf-ko-12.toml with 1 link
warning: ./export.zip/export/emails/first.md:16: a picture was left out
warning: ./export.zip/export/emails/later.md: it was never sent; not imported

"#]]
    );
    assert!(project.path("issues/012.sent").exists());
    assert_data_eq!(
        project.read("issues/012-kaf-ko-12.toml"),
        str![[r#"
number = 12
title = "Kafíčko #12"
date = 2024-03-15

intro = "Hello."

[[section]]
title = "Reading"

[[section.link]]
url = "https://lwn.net/a"
title = "A café"
description = "*opens*."

"#]]
    );
}

#[test]
fn an_archive_that_means_harm_or_is_damaged_is_named_and_nothing_is_written() {
    let issue = email("A", "published", "12", "## A\n\n- [A](https://lwn.net/a)\n");
    let zeros = vec![b' '; 11 * 1024 * 1024];
    let part = vec![b' '; 9 * 1024 * 1024];
    let many: Vec<(String, &[u8])> = (0..8).map(|number| (format!("{number}.md"), part.as_slice())).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|(name, bytes)| (name.as_str(), *bytes)).collect();
    let whole = zipped(&[("a.md", issue.as_bytes())]);
    let mut encrypted = whole.clone();
    // The flag for encryption, in the local header and in the directory.
    encrypted[6] |= 1;
    let directory = encrypted.windows(4).position(|bytes| bytes == b"PK\x01\x02").unwrap();
    encrypted[directory + 8] |= 1;
    let cases: [(&str, Vec<u8>, &str); 7] = [
        (
            "out.zip",
            zipped(&[("a.md", issue.as_bytes()), ("../../b.md", b"x")]),
            "a file whose path leads out of it: `../../b.md`",
        ),
        ("bomb.zip", zipped(&[("a.md", &zeros)]), "`a.md` in `./bomb.zip` is larger than 10 MB unpacked"),
        ("many.zip", zipped(&many), "has more than 64 MB of Markdown"),
        ("cut.zip", whole[..whole.len() / 2].to_vec(), "is not a zip archive that can be read"),
        ("locked.zip", encrypted, "cannot be read: "),
        ("empty.zip", zipped(&[]), "has no Markdown file"),
        ("list.zip", zipped(&[("list.csv", b"email\n")]), "has no Markdown file"),
    ];
    for (name, bytes, said) in cases {
        let project = Project::new().file("good.md", &issue).file(name, bytes);
        let output = project.run(["import", "good.md", name]);
        assert!(output.code == 3 && output.stderr.contains(said), "{name}: {output:?}");
        assert!(!project.path("issues/012.sent").exists(), "{name}");
    }
}
