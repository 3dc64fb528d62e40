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

/// Returns the dates of the issues of a project, by the names of their files.
fn dates(project: &Project) -> Vec<String> {
    let mut names: Vec<_> =
        std::fs::read_dir(project.path("issues")).unwrap().map(|file| file.unwrap().path()).collect();
    names.sort();
    let dated =
        names.iter().filter(|path| path.extension().is_some_and(|ending| ending == "toml")).filter_map(|path| {
            let text = std::fs::read_to_string(path).unwrap();
            let date = text.lines().find_map(|line| line.strip_prefix("date = "))?.to_owned();
            Some(format!("{} {date}", path.file_stem()?.to_str()?))
        });
    dated.collect()
}

#[test]
fn issues_that_do_not_say_their_dates_have_the_given_ones() {
    let issue = |date: &str| format!("{date}\n## A\n\n- [A](https://lwn.net/a)\n");
    let project = || {
        Project::new()
            .file("old/issue-2.md", issue(""))
            .file("old/issue-9.md", issue(""))
            .file("old/issue-10.md", issue(""))
            .file("old/issue-11.md", issue("---\ndate: 2020-01-01\n---\n"))
            .file("old/issue-12-20200229.md", issue(""))
    };
    let names = ["old/issue-10.md", "old/issue-11.md", "old/issue-12-20200229.md", "old/issue-2.md", "old/issue-9.md"];
    let cases = [
        ("week", ["2016-05-05", "2016-06-23", "2016-06-30"]),
        ("2 weeks", ["2016-05-05", "2016-08-11", "2016-08-25"]),
        ("month", ["2016-05-05", "2016-12-05", "2017-01-05"]),
        ("1 day", ["2016-05-05", "2016-05-12", "2016-05-13"]),
    ];
    for (every, [two, nine, ten]) in cases {
        let project = project();
        let output = project.run([&["import", "--date", "2016-05-05", "--every", every][..], &names].concat());
        assert_eq!(output.code, 0, "{}", output.stderr);
        let expected =
            [format!("002-2 {two}"), format!("009-9 {nine}"), format!("010-10 {ten}"), "011-11 2020-01-01".to_owned()];
        let found = dates(&project);
        assert_eq!(found[1..5], expected, "{every}");
        assert!(found.iter().any(|issue| issue.ends_with(" 2020-02-29")), "{found:?}");
    }
    let one = project();
    let output = one.run(["import", "old/issue-2.md", "--date", "2016-05-05"]);
    assert_eq!((output.code, dates(&one)[1].as_str()), (0, "002-2 2016-05-05"), "{}", output.stderr);
    let several = project();
    let output = several.run([&["import", "--date", "2016-05-05"][..], &names].concat());
    assert_data_eq!(
        output.stderr,
        str![[r#"
error: 3 issues do not say their dates, and one is given
hint: say how far apart they are, for example `--every week`

"#]]
    );
    assert_eq!((output.code, dates(&several).len()), (2, 1));
}

/// Returns a zip archive of `files`.
pub(crate) fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
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
