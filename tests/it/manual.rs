//! Tests the manual: every page can be reached, no link is dead, what it shows is what the program
//! prints, and its reference is that of the program.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::support::Project;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

pub(crate) fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn overwrites() -> bool {
    std::env::var("SNAPSHOTS").is_ok_and(|value| value == "overwrite")
}

/// The pages below `folder`, relative to the repository, sorted.
fn pages(folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(root().join(folder)).unwrap() {
        let path = entry.unwrap().path();
        let name = path.strip_prefix(root()).unwrap().to_owned();
        if path.is_dir() {
            found.extend(pages(name.to_str().unwrap()));
        } else if path.extension().is_some_and(|extension| extension == "md") {
            found.push(name);
        }
    }
    found.sort();
    found
}

/// Everything a person may read: the manual, and the pages beside it.
pub(crate) fn documents() -> Vec<PathBuf> {
    let beside = fs::read_dir(root()).unwrap().map(|entry| PathBuf::from(entry.unwrap().file_name()));
    let beside = beside.filter(|path| path.extension().is_some_and(|extension| extension == "md"));
    beside.chain(pages("docs")).collect()
}

/// A part of a document: a block of code with its language, or a line of text.
pub(crate) enum Part<'a> {
    Line(&'a str),
    Block { language: &'a str, begin: usize, lines: Vec<&'a str> },
}

/// The parts of `document`; `begin` counts its lines from zero.
pub(crate) fn parts(document: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut lines = document.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        let indent = line.len() - line.trim_start().len();
        match line.trim_start().strip_prefix("```") {
            Some(language) => {
                let lines = lines.by_ref().map(|(_, line)| line).take_while(|line| line.trim_start() != "```");
                let lines = lines.map(|line| line.get(indent..).unwrap_or_default()).collect();
                parts.push(Part::Block { language, begin: number + 1, lines });
            }
            None => parts.push(Part::Line(line)),
        }
    }
    parts
}

/// The places of a page that links may lead to, named as forges and mdBook do.
fn anchors(document: &str) -> BTreeSet<String> {
    let mut anchors = BTreeSet::new();
    for part in parts(document) {
        let Part::Line(line) = part else { continue };
        let heading = line.trim_start_matches('#');
        if heading.len() == line.len() || !heading.starts_with(' ') {
            continue;
        }
        let kept = |letter: &char| letter.is_alphanumeric() || " -_".contains(*letter);
        let slug: String = heading.trim().chars().filter(kept).collect::<String>().to_lowercase().replace(' ', "-");
        let mut number = 0;
        let mut anchor = slug.clone();
        while !anchors.insert(anchor) {
            number += 1;
            anchor = format!("{slug}-{number}");
        }
    }
    anchors
}

/// The targets of the links in `document` that are not on the web.
fn links(document: &str) -> Vec<String> {
    let text: Vec<_> = parts(document)
        .into_iter()
        .filter_map(|part| if let Part::Line(line) = part { Some(line) } else { None })
        .collect();
    let text = text.join("\n");
    // Code between two backticks has no links.
    let prose: String = text.split('`').step_by(2).collect();
    let targets = prose.match_indices("](").filter_map(|(at, _)| prose[at + 2..].split([')', ' ']).next());
    targets.filter(|target| !target.contains(':')).map(str::to_owned).collect()
}

#[test]
fn no_link_between_the_pages_is_dead() {
    let mut dead = Vec::new();
    for page in documents() {
        for target in links(&read(&page)) {
            let (file, anchor) = target.split_once('#').unwrap_or((&target, ""));
            let path = if file.is_empty() { page.clone() } else { page.parent().unwrap().join(file) };
            let leads = root().join(&path).exists();
            let is_page = path.extension().is_some_and(|extension| extension == "md");
            if !leads || (!anchor.is_empty() && is_page && !anchors(&read(&path)).contains(anchor)) {
                dead.push(format!("{}: {target}", page.display()));
            }
        }
    }
    assert_eq!(dead.join("\n"), "");
}

#[test]
fn every_page_is_in_the_table_of_contents_once() {
    let mut listed: Vec<_> =
        links(&read("docs/SUMMARY.md")).into_iter().map(|page| Path::new("docs").join(page)).collect();
    listed.sort();
    let mut there = pages("docs");
    there.retain(|page| !page.ends_with("SUMMARY.md") && !page.starts_with("docs/samples"));
    assert_eq!(listed, there);
}

#[test]
fn the_commands_are_described_as_the_program_describes_them() {
    let document = read("docs/commands.md");
    let (before, rest) = document.split_once("<!-- commands -->\n").unwrap();
    let (written, after) = rest.split_once("<!-- end of the commands -->").unwrap();
    let reference = newsletter::cli::commands_reference();
    if overwrites() {
        let document = format!("{before}<!-- commands -->\n{reference}<!-- end of the commands -->{after}");
        fs::write(root().join("docs/commands.md"), document).unwrap();
    } else {
        assert!(written == reference, "docs/commands.md is out of date; SNAPSHOTS=overwrite updates it");
    }
}

/// Commands that run until they are stopped; `serve.rs` and `preview.rs` test what they print.
const RUNS_ON: [&str; 2] = ["newsletter serve", "newsletter preview"];

/// Files that a page takes for granted: its path, and theirs.
fn taken_for_granted(page: &Path) -> &'static [(&'static str, &'static str)] {
    if page.ends_with("subscribers.md") {
        &[
            (
                "newsletter.toml",
                "[newsletter]\nname = 'Weekly'\nfrom = 'weekly@example.net'\nsite = 'https://weekly.example.net/'\naddress = 'x'\n\n[unsubscribe]\nmailto = 'leave@example.net'\n",
            ),
            (
                "subscribed.csv",
                "Email Address,First Name,CONFIRM_TIME,LEID,EUID,TAGS\neva@example.org,Eva,2024-01-02 10:00:00,1001,0a1b,\nfay@example.org,Fay,2024-01-02 10:00:00,1002,0a1c,\n",
            ),
            (
                "unsubscribed.csv",
                "Email Address,UNSUB_TIME,LEID,EUID,TAGS\ncy@example.org,2024-02-02 10:00:00,1003,0a1d,\n",
            ),
            (
                "cleaned.csv",
                "Email Address,CLEAN_TIME,LEID,EUID,TAGS\ndee@example.org,2024-03-02 10:00:00,1004,0a1e,\n",
            ),
            ("subscribers.csv", "email\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\nada@example.org\n"),
            (".newsletter/ledger.backups/2026-11-28.sqlite3", "ada@example.org"),
        ]
    } else {
        &[]
    }
}

/// Runs the commands of a block in one shell, in `project`; returns the block as it would have to be.
fn printed(project: &Project, lines: &[&str]) -> Vec<String> {
    let commands: Vec<_> = lines.iter().filter_map(|line| line.strip_prefix("$ ")).collect();
    let script: Vec<_> = commands.iter().map(|command| format!("{{ {command}\n}} 2>&1\nprintf '\\0'\n")).collect();
    let program = project.command([""; 0]);
    let folder = Path::new(program.get_program()).parent().unwrap();
    let mut shell = Command::new("sh");
    shell.args(["-c", &script.concat()]).current_dir(project.root()).env_clear().stdin(Stdio::null());
    shell.envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
    shell.env("PATH", format!("{}:{}", folder.display(), std::env::var("PATH").unwrap())).env("TZ", "UTC");
    let output = project.finish(&mut shell).stdout;
    let mut shown = Vec::new();
    for (command, said) in commands.iter().zip(output.split('\0')) {
        shown.push(format!("$ {command}"));
        shown.extend(said.lines().map(str::to_owned));
    }
    shown
}

/// `lines` with all dates the same: those of today differ from those on the page.
fn undated<S: AsRef<str>>(lines: &[S]) -> Vec<String> {
    let is_date = |word: &str| {
        word.len() == 10
            && word
                .bytes()
                .enumerate()
                .all(|(at, byte)| if [4, 7].contains(&at) { byte == b'-' } else { byte.is_ascii_digit() })
    };
    let undated = |line: &str| {
        let mut line = line.to_owned();
        for at in 0..line.len().saturating_sub(9) {
            if line.get(at..at + 10).is_some_and(is_date) {
                line.replace_range(at..at + 10, "YYYY-MM-DD");
            }
        }
        line
    };
    lines.iter().map(|line| undated(line.as_ref())).collect()
}

/// A block that the program prints otherwise, with the page, is an error; `SNAPSHOTS=overwrite` writes the page anew.
#[test]
fn what_the_pages_show_is_what_the_program_prints() {
    let mut wrong = Vec::new();
    let mut seen = 0;
    for page in documents() {
        let document = read(&page);
        let mut text: Vec<String> = document.lines().map(str::to_owned).collect();
        let project = Project::empty();
        for (path, content) in taken_for_granted(&page) {
            project.write(path, content);
        }
        if taken_for_granted(&page).is_empty() {
            let samples = root().join("docs/samples/.");
            let copied = Command::new("cp").arg("-r").arg(samples).arg(project.root()).status().unwrap();
            assert!(copied.success());
        }
        let mut moved = 0;
        for part in parts(&document) {
            let Part::Block { language: "console", begin, lines } = part else { continue };
            if lines.iter().any(|line| RUNS_ON.iter().any(|command| line.contains(command))) {
                continue;
            }
            seen += 1;
            let printed = printed(&project, &lines);
            if undated(&printed) == undated(&lines) {
                continue;
            }
            wrong.push(format!("{}:{begin} prints\n{}", page.display(), printed.join("\n")));
            let begin = begin.checked_add_signed(moved).unwrap();
            moved += isize::try_from(printed.len()).unwrap() - isize::try_from(lines.len()).unwrap();
            drop(text.splice(begin..begin + lines.len(), printed));
        }
        if overwrites() {
            fs::write(root().join(&page), text.join("\n") + "\n").unwrap();
        }
    }
    assert!(overwrites() || wrong.is_empty(), "{}\nSNAPSHOTS=overwrite writes the pages anew", wrong.join("\n\n"));
    assert!(seen > 8, "the pages show only {seen} blocks");
}
