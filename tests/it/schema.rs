//! Tests `newsletter schema`: the schemas that `init` writes, and what editors make of them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use newsletter::config::Newsletter;
use newsletter::issue::issue_files;

use crate::support::Project;

/// Settings with one mistake each.
const WRONG_SETTINGS: [&str; 15] = [
    "[newsletter]\nname = 1",
    "[newsletter]\nnmae = 'Typo'",
    "[newsletter]\nlanguage = 'english language'",
    "[newsletter]\nsite = 'www.example.org'",
    "[newsletter]\ndirection = 'left'",
    "[theme]\naccent = 'red'",
    "[theme]\npairing = 'mono'",
    "[unsubscribe]\nsecret = 'plain text'",
    "[send]\nretry = ['soon']",
    "[send]\ncourier = 'pigeon'",
    "[preview]\nport = 70000",
    "[preview]\nport = '4242'",
    "[check]\npreheader = 'loud'",
    "[check]\nno-such-rule = 'off'",
    "[[feed]]\nsection = 'A feed without an address'",
];

/// Issues with one mistake each, of which the first lines are right.
const WRONG_ISSUES: [&str; 15] = [
    "title = 7",
    "titel = 'Typo'",
    "number = 'one'",
    "date = '24 November 2026'",
    "draft = 'yes'",
    "slug = 'Not A Slug'",
    "allow = ['no-such-rule']",
    "[audience]\ntag = ['vip']",
    "[[section]]\ntitel = 'Typo'",
    "[[section]]\nstyle = 'large'",
    "[[section.link]]\nurl = 'https://example.org/'",
    "[[section.link]]\ntitle = 'A'\nurl = 'example.org'",
    "[[section.link]]\ntitle = 'A'\nurl = 'https://example.org/'\nkind = 'book'",
    "[[section.link]]\ntitle = 'A'\nurl = 'https://example.org/'\nreading_time = '5 minutes'",
    "[[section.quote]]\nby = 'Ada'",
];

const SETTINGS: &str = "[newsletter]\nname = 'T'\nfrom = 'a@example.org'\nsite = 'https://example.org/'\naddress = 'x'\n\
    [unsubscribe]\nmailto = 'u@example.org'\n";

/// Returns `file` with the lines of `change`: in the table they name, in place of the key that is there.
fn changed(file: &str, change: &str) -> String {
    let (header, lines) = match change.split_once('\n') {
        Some((header, lines)) if header.starts_with('[') => (header, lines),
        _ => ("", change),
    };
    let key = lines.split(' ').next().unwrap();
    if header.is_empty() {
        let kept: Vec<&str> = file.lines().filter(|line| !line.starts_with(&format!("{key} = "))).collect();
        return format!("{lines}\n{}\n", kept.join("\n"));
    }
    if !file.contains(&format!("{header}\n")) {
        return format!("{file}{header}\n{lines}\n");
    }
    let kept = file.lines().filter(|line| !line.starts_with(&format!("{key} = ")));
    kept.map(|line| if line == header { format!("{line}\n{lines}\n") } else { format!("{line}\n") }).collect()
}

/// The programs that judge files by a schema, each with its arguments.
const JUDGES: [(&str, &[&str]); 2] = [("taplo", &["lint"]), ("tombi", &["lint", "--offline"])];

/// Returns what each judge that finds a mistake in `files` says.
fn judged(files: &[PathBuf]) -> Vec<String> {
    let said = JUDGES.iter().filter_map(|(judge, arguments)| {
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/judges/bin").join(judge);
        let output = Command::new(program).args(*arguments).args(files).env("NO_COLOR", "1").output();
        let output = output.expect("taplo or tombi is missing; run ./check test");
        let words = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        (!output.status.success()).then(|| format!("{judge}: {}", words.concat()))
    });
    said.collect()
}

/// Returns a folder with the schemas.
fn folder_with_schemas() -> Project {
    let project = Project::empty();
    for (kind, path) in [("issue", "schemas/issue.json"), ("config", "schemas/newsletter.json")] {
        let output = project.run(["schema", kind]);
        assert_eq!((output.code, output.stderr.as_str()), (0, ""));
        project.write(path, output.stdout);
    }
    project
}

/// Returns the folders below `folder` that are newsletters.
fn newsletters(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    if folder.join("newsletter.toml").exists() {
        found.push(folder.to_owned());
    }
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let name = entry.file_name();
        if entry.path().is_dir() && !["target", "node_modules", ".git"].iter().any(|other| name == *other) {
            found.extend(newsletters(&entry.path()));
        }
    }
    found
}

#[test]
fn a_new_newsletter_has_the_schemas_and_its_files_name_them() {
    let project = Project::empty();
    assert_eq!(project.run(["init"]).code, 0);
    assert_eq!(project.run(["new", "Second"]).code, 0);
    for path in ["issues/001-hello.toml", "issues/_template.toml", "issues/002-second.toml"] {
        assert!(project.read(path).starts_with("#:schema ../schemas/issue.json\n\n"), "{path}");
    }
    assert!(project.read("newsletter.toml").starts_with("#:schema schemas/newsletter.json\n\n"));
    assert_eq!(project.read("schemas/issue.json"), project.run(["schema", "issue"]).stdout);
    assert_eq!(project.read("schemas/newsletter.json"), project.run(["schema", "config"]).stdout);
    // A key has the words of the documentation, and a setting its default.
    let schema: serde_json::Value = serde_json::from_str(&project.read("schemas/newsletter.json")).unwrap();
    let port = &schema["properties"]["preview"]["properties"]["port"];
    let expected = serde_json::json!({
        "type": "integer", "minimum": 1, "maximum": 65535, "default": 4242,
        "description": "The port of the preview. If it is taken, the next free one.",
    });
    assert_eq!(*port, expected);
}

#[test]
#[ignore = "needs taplo and tombi; ./check runs it"]
fn editors_find_no_mistake_in_right_files() {
    let project = folder_with_schemas();
    let mut files = Vec::new();
    let mut add = |name: String, schema: &str, text: &str| {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        project.write(&name, format!("#:schema schemas/{schema}.json\n\n{text}"));
        files.push(project.path(&name));
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (index, folder) in newsletters(root).into_iter().enumerate() {
        // What the loaders themselves refuse or warn of is no right file.
        let Ok(newsletter) = Newsletter::open(&folder) else { continue };
        if newsletter.warnings.is_empty() {
            let text = fs::read_to_string(folder.join("newsletter.toml")).unwrap();
            add(format!("settings-{index}.toml"), "newsletter", &text);
        }
        for file in issue_files(&folder).unwrap() {
            let Ok(issue) = newsletter.read_issue(&file) else { continue };
            if issue.warnings.is_empty() {
                add(format!("issue-{index}-{}.toml", file.number), "issue", &issue.source.text);
            }
        }
    }
    for (name, schema, path) in [
        ("full.toml", "newsletter", "src/config/parse/full.toml"),
        ("specimen.toml", "issue", "src/issue/specimen.toml"),
        ("starter.toml", "newsletter", "src/app/init/starter/newsletter.toml"),
    ] {
        add(name.to_owned(), schema, &fs::read_to_string(root.join(path)).unwrap());
    }
    add("plain.toml".to_owned(), "newsletter", SETTINGS);
    assert!(files.len() > 10, "{files:?}");
    assert_eq!(judged(&files), [""; 0]);
}

#[test]
#[ignore = "needs taplo and tombi; ./check runs it"]
fn editors_find_each_mistake() {
    let project = folder_with_schemas();
    let settings = WRONG_SETTINGS.iter().map(|change| ("newsletter", changed(SETTINGS, change)));
    let issue = "number = 1\ntitle = 'A'\ndate = 2026-11-24\n";
    let issues = WRONG_ISSUES.iter().map(|change| ("issue", changed(issue, change)));
    let mut unseen = Vec::new();
    for (index, (schema, text)) in settings.chain(issues).enumerate() {
        let name = format!("{index}.toml");
        project.write(&name, format!("#:schema schemas/{schema}.json\n\n{text}"));
        let said = judged(&[project.path(&name)]);
        if said.len() != JUDGES.len() {
            unseen.push(format!("{text}{said:?}"));
        }
    }
    assert_eq!(unseen, [""; 0]);
}
