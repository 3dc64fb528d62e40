//! Tests excessive amounts: input is read to a limit, repeated problems are counted, and nesting is
//! refused by depth.

use crate::support::{CONFIG, Project};

const HEAD: &str = "number = 1\ntitle = \"First things\"\ndate = 2026-11-20\n";

fn of(count: usize, what: impl Fn(usize) -> String) -> String {
    (0..count).map(what).collect()
}

fn intro(prose: &str) -> String {
    format!("{HEAD}intro = '''\n{prose}\n'''\n")
}

/// What `check` says of an issue: its exit code, how many problems it shows, and the last line before the summary.
fn said(project: &Project) -> (i32, usize, String) {
    let output = project.run(["check"]);
    let shown = output.stderr.lines().filter(|line| line.starts_with("error") || line.starts_with("warning")).count();
    let note = output.stderr.lines().find(|line| line.starts_with("note: ")).unwrap_or_default();
    (output.code, shown, note.to_owned())
}

#[test]
fn a_hundred_problems_of_a_file_are_shown_and_how_many_more_there_are() {
    let cases: [(&str, String, usize); 8] = [
        ("unclosed slots", intro(&of(50_000, |_| "{subscriber. ".to_owned())), 49_900),
        ("slots without words", intro(&of(20_000, |_| "{subscriber.name} ".to_owned())), 19_900),
        (
            "slots behind escapes",
            format!("{HEAD}intro = \"\\u0061{}\"\n", of(20_000, |_| "{subscriber. \\u0061".to_owned())),
            19_900,
        ),
        ("unknown keys", HEAD.to_owned() + &of(20_000, |number| format!("key{number} = 1\n")), 19_900),
        ("broken lines", HEAD.to_owned() + &of(20_000, |_| "a = \n".to_owned()), 19_900),
        ("problems on one line", format!("{HEAD}tags = 1\na = [{}]\n", "1 ".repeat(20_000)), 0),
        ("one key again", HEAD.to_owned() + &of(20_000, |_| "slug = 'a'\n".to_owned()), 19_899),
        ("links that lead nowhere", intro(&of(20_000, |number| format!("[a{number}](foo) "))), 19_900),
    ];
    for (what, issue, more) in cases {
        let project = Project::new().file("issues/001-first-things.toml", issue);
        let (code, shown, note) = said(&project);
        assert_eq!(code, 3, "{what}");
        if more == 0 {
            assert!(shown <= 100, "{what}: {shown}");
            continue;
        }
        let expected = format!("note: {more} more problems in `issues/001-first-things.toml`, not shown");
        assert_eq!((shown, note), (100, expected), "{what}");
    }
}

#[test]
fn problems_beyond_the_limit_are_counted_everywhere() {
    let issue = HEAD.to_owned() + &of(150, |number| format!("key{number} = 1\n"));
    let project = Project::new().file("issues/001-first-things.toml", issue);
    let project = project.subscribers(of(120, |number| format!("nobody{number}\n")).lines());
    let output = project.run(["check", "--json"]);
    let answer: serde_json::Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!(answer["problems"].as_array().unwrap().len(), 200);
    assert_eq!([&answer["errors"], &answer["not_shown"]], [270, 70]);
    assert_eq!(project.run(["check", "--github"]).stdout.lines().count(), 200);
    let output = project.run(["check"]);
    let notes: Vec<&str> = output.stderr.lines().filter(|line| line.starts_with("note: ")).collect();
    assert_eq!(
        notes,
        [
            "note: 50 more problems in `issues/001-first-things.toml`, not shown",
            "note: 20 more problems in `subscribers.csv`, not shown"
        ]
    );
    assert!(output.stderr.ends_with("issue 1: 270 errors\n"));
}

#[test]
fn an_error_is_shown_before_any_number_of_warnings() {
    let list = of(150, |number| format!("abuse@host{number}.example.org\n")) + "nobody\n";
    let output = Project::new().subscribers(list.lines()).run(["check"]);
    assert!(output.stderr.contains("--> subscribers.csv:152:1"), "{}", output.stderr);
    assert!(output.stderr.contains("note: 51 more problems in `subscribers.csv`, not shown"), "{}", output.stderr);
}

#[test]
fn excessive_nesting_and_repetition_are_refused_by_count() {
    let link = |number| format!("[[section.link]]\nurl = \"https://example.org/{number}\"\ntitle = \"T {number}\"\n");
    let cases = [
        (
            HEAD.to_owned() + &of(20_000, |number| format!("[[section]]\ntitle = \"S {number}\"\ntext = \"x\"\n")),
            "error: more than 1000 sections and links, counted up to this section",
        ),
        (
            format!("{HEAD}[[section]]\ntitle = \"S\"\n{}", of(50_000, link)),
            "error: more than 1000 sections and links, counted up to this section",
        ),
        (
            intro(&of(20_000, |number| format!("[a{number}](https://example.org/{number}) "))),
            "error: the prose of this issue has 20000 links, more than 1000",
        ),
        (
            intro(&"para\n\n".repeat(20_000)),
            "error: the prose of this issue has 40000 paragraphs and pieces of text, more than 5000",
        ),
        (
            intro(&"{subscriber.name|x} ".repeat(20_000)),
            "error: the prose of this issue has 40000 paragraphs and pieces of text, more than 5000",
        ),
    ];
    for (issue, message) in cases {
        let output = Project::new().file("issues/001-first-things.toml", issue).run(["check"]);
        assert!(output.stderr.contains(message), "{message}: {}", output.stderr);
        assert_eq!(output.code, 3);
    }
    let list = format!("email,{}\nada@example.org\n", of(100_000, |number| format!("c{number},")));
    let output = Project::new().file("subscribers.csv", list).run(["check"]);
    assert!(
        output.stderr.starts_with("error: `subscribers.csv` has 100002 columns, more than the limit of 1000\n"),
        "{}",
        output.stderr
    );
    let sheet = of(20_000, |number| format!(".c{number} {{ color: red }}\n"));
    let output = Project::new().file("templates/letter.css", sheet).run(["check"]);
    let message = "error: cannot read `templates/letter.css`: it has 439 KB; the limit is 256 KB\n";
    assert_eq!(output.stderr.lines().next().unwrap().to_owned() + "\n", message);
}

#[test]
fn markdown_that_is_begun_and_never_ended_is_read_in_its_time() {
    let cases = [
        "[".repeat(100_000),
        "![".repeat(50_000),
        "> ".repeat(50_000) + "x",
        "*a **b ".repeat(20_000),
        "*a ".repeat(50_000),
        of(2_000, |number| "`".repeat(number % 50 + 1) + " "),
        "- ".repeat(20_000) + "x",
        "<b>x ".repeat(20_000),
        "&#x; ".repeat(20_000),
        "\\".repeat(100_000),
        "_*".repeat(50_000),
    ];
    for prose in cases {
        let project = Project::new().file("issues/001-first-things.toml", intro(&prose));
        let output = project.run(["render", "1", "--text"]);
        assert!([0, 2, 3].contains(&output.code), "{}: {output:?}", &prose[..20]);
    }
}

#[test]
fn unknown_settings_are_counted_too() {
    let config = format!("{CONFIG}[check]\n{}", of(5_000, |number| format!("rule{number} = \"off\"\n")));
    let (code, shown, note) = said(&Project::new().file("newsletter.toml", config));
    assert_eq!((code, shown, note.as_str()), (3, 100, "note: 4900 more problems in `newsletter.toml`, not shown"));
    let config = format!("{CONFIG}{}", of(20_000, |number| format!("key{number} = 1\n")));
    let (code, shown, note) = said(&Project::new().file("newsletter.toml", config));
    assert_eq!((code, shown, note.as_str()), (3, 100, "note: 19900 more problems in `newsletter.toml`, not shown"));
}

#[test]
fn a_line_too_long_to_show_is_named_by_its_place() {
    let issue = format!("{HEAD}titel = \"{}\"\n", "x".repeat(20_000));
    let output = Project::new().file("issues/001-first-things.toml", issue).run(["check"]);
    assert!(
        output.stderr.starts_with("error: unknown key `titel`\n--> issues/001-first-things.toml:4:1\n"),
        "{}",
        output.stderr
    );
    assert!(output.stderr.len() < 1000);
}
