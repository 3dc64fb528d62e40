//! Runs every command that README and the manual show, as a reader would who goes through a page from its top.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::import::zipped;
use crate::manual::{Part, documents, parts, read};
use crate::support::{CONFIG, ISSUE, Project};

/// Commands that are not run here, by how they begin, and where they are tried.
const ELSEWHERE: [(&str, &str); 22] = [
    ("./check", "is what runs this"),
    ("RUSTC_BOOTSTRAP=1 cargo fuzz", "needs cargo-fuzz"),
    ("cargo install --locked --path .", "`scripts/release` builds the crate from itself"),
    ("cargo test", "./check"),
    ("cd fuzz", "needs cargo-fuzz"),
    ("install -", "needs root"),
    ("journalctl", "needs systemd"),
    ("newsletter -C /srv/newsletter/weekly serve --unit", "serve/unit.rs"),
    ("newsletter mailbox ~/Maildir --follow", "mailbox"),
    ("newsletter send 42 --at", "scheduled_send.rs"),
    ("podman", "needs podman"),
    ("scripts/benchmark", "./check --full"),
    ("scripts/crash-lab", "./check --full"),
    ("scripts/mail-clients", "mail_clients.rs"),
    ("scripts/release", "./check --full"),
    ("sha256sum --check", "needs a release"),
    ("ssh -L", "needs another machine"),
    ("smtp-sink", "support/smtp_sink.rs"),
    ("sudo", "needs a server"),
    ("systemctl", "needs systemd"),
    ("useradd", "needs root"),
    ("newsletter doctor", "doctor.rs; asks name servers"),
];

/// What a reader does before a command, as the page tells them, and the exit code where it is not 0.
struct Step {
    page: &'static str,
    command: &'static str,
    before: &'static str,
    codes: &'static [i32],
}

/// Shorter than all four fields on lines of their own.
const fn step(page: &'static str, command: &'static str, before: &'static str, codes: &'static [i32]) -> Step {
    Step { page, command, before, codes }
}

/// The pages of links are on the web, which may be out of reach: 4 says so.
const READ_OR_NOT: &[i32] = &[0, 4];

const DKIM: &str = "key=$(ls .newsletter/dkim-*.pem) && name=${key##*/dkim-} \
    && printf '[dkim]\nselector = \"%s\"\nkey = { file = \"%s\" }\n' \"${name%.pem}\" \"$key\" >>newsletter.toml";
const FEED: &str = "printf '[[feed]]\nurl = \"https://example.org/feed.xml\"\n' >>newsletter.toml";
const FORGE: &str = "git init --quiet --bare forge/weekly.git && git init --quiet --initial-branch main \
    && git add newsletter.toml issues && git commit --quiet --message Begin";
const SERVED: &str = "sed -i 's|^test_to|courier = \"sendmail\"\\nsendmail = \"./keep\"\\ntest_to|' newsletter.toml \
    && printf '[serve]\\nurl = \"https://letter.example.org/\"\\n' >>newsletter.toml";
const BY_MAIL: &str = "sed -i '/^url = .*token/d; s/unsubscribe@/letter@/; s|^test_to|courier = \"sendmail\"\\nsendmail = \"./keep\"\\ntest_to|' newsletter.toml";

const STEPS: [Step; 19] = [
    step("README.md", "newsletter subscribers import", "rm subscribers.csv && cp ../*.csv .", &[0]),
    step(
        "README.md",
        "newsletter send 1 --test",
        "sed -i 's/you@letter.example\"\\]/ada@example.org\"]/' newsletter.toml",
        &[0],
    ),
    step(
        "README.md",
        "newsletter preview next",
        "sed 's/^number.*/number = 2/' ../issues/042-clocks.toml >issues/002-what-survives-a-retry.toml",
        &[0],
    ),
    step("docs/arriving.md", "newsletter dkim dns", DKIM, &[0]),
    step("docs/ci.md", "git remote add origin", FORGE, &[0]),
    step(
        "docs/ci.md",
        "git add .github",
        "mkdir -p .github/workflows && echo 'name: Check' >.github/workflows/check.yml",
        &[0],
    ),
    step("docs/gathering.md", "newsletter add", "", READ_OR_NOT),
    step("docs/gathering.md", "pbpaste", "", READ_OR_NOT),
    step("docs/gathering.md", "newsletter fill", "", READ_OR_NOT),
    step("docs/gathering.md", "newsletter gather  ", FEED, READ_OR_NOT),
    step("docs/gathering.md", "newsletter gather -n", "", READ_OR_NOT),
    step("docs/gathering.md", "newsletter gather --since", "", READ_OR_NOT),
    step("docs/move-here.md", "rm issues/001-hello.toml", "newsletter init --quiet here && cd here", &[0]),
    step(
        "docs/move-here.md",
        "newsletter preview 52",
        "sed 's/^number.*/number = 52/' ../issues/042-clocks.toml >issues/052-we-moved.toml",
        &[0],
    ),
    step(
        "docs/returned-mail.md",
        "printf 'From: zoe@example.org\\nTo: letter@example.org\\nSubject: subscribe",
        BY_MAIL,
        &[0],
    ),
    step("docs/send.md", "cp -R weekly", "mkdir weekly && cp -R newsletter.toml subscribers.csv issues weekly", &[0]),
    step("docs/subscribers.md", "newsletter subscribers import list.csv --as plain --confirm", SERVED, &[0]),
    // The list and `test_to` are in files.
    step("docs/subscribers.md", "newsletter subscribers erase", "", &[4]),
    step("docs/subscribers.md", "newsletter status 42", "newsletter send 42 --yes", &[0]),
];

/// The commands of a page, with the numbers of their lines: those in blocks without a language.
fn commands(document: &str) -> Vec<(usize, String)> {
    let mut commands = Vec::new();
    for part in parts(document) {
        let Part::Block { language: "", begin, lines } = part else { continue };
        let numbered = lines.iter().enumerate().filter(|(_, line)| !line.is_empty());
        commands.extend(numbered.map(|(at, line)| (begin + at + 1, (*line).to_owned())));
    }
    commands
}

/// A folder of programs that stand for those of another machine: `pbpaste`, `ssh`, `weekly`; and `newsletter` itself.
fn programs() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let program = |name: &str, script: &str| {
        let path = folder.path().join(name);
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    };
    program("pbpaste", "echo https://example.org/pasted");
    // The newsletters of the other machine and of the service are this one.
    program("weekly", "exec newsletter \"$@\"");
    program("ssh", "shift 4; exec newsletter \"$@\"");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_newsletter"), folder.path().join("newsletter")).unwrap();
    folder
}

/// What the pages take for granted: a newsletter with some issues, and files of other programs.
fn prepared() -> Project {
    let issue = |number: u32| {
        ISSUE
            .replace("number = 1\n", &format!("number = {number}\n"))
            .replace("2026-11-20", &format!("2026-10-{}", number - 20))
    };
    let past = "---\nnumber: 7\ndate: 2020-01-07\n---\n\n## Reading\n\n- [A](https://example.org/a)\n";
    let undated = "## Reading\n\n- [B](https://example.org/b)\n";
    let mail = "From: zoe@example.org\r\nTo: letter@example.org\r\nSubject: hello\r\nDate: Mon, 30 Nov 2026 10:00:00 +0000\r\nMessage-ID: <1@example.org>\r\n\r\nHello.\r\n";
    let project = Project::empty()
        .file("newsletter.toml", format!("{CONFIG}\n[send]\ntest_to = [\"ada@example.org\"]\n"))
        .file("issues/041-clocks.toml", issue(41))
        .file("issues/042-clocks.toml", issue(42))
        .file("issues/043-clocks.toml", issue(43))
        .subscribers(["ada@example.org", "bo@example.org"]);
    for (path, content) in [
        ("subscribed.csv", "Email Address,LEID,EUID,CONFIRM_TIME\neva@example.org,1,a,2024-01-02 10:00:00\n"),
        ("unsubscribed.csv", "Email Address,LEID,EUID,UNSUB_TIME\ncy@example.org,2,b,2024-02-02 10:00:00\n"),
        ("cleaned.csv", "Email Address,LEID,EUID,CLEAN_TIME\ndee@example.org,3,c,2024-03-02 10:00:00\n"),
        ("list.csv", "email\nfay@example.org\n"),
        ("content/2024-05-29-this-week.md", past),
        ("curated.json", include_str!("../../docs/samples/curated/issues.json")),
        ("archive/a.md", undated),
        ("archive/b.md", &undated.replace("/b", "/c")),
        (
            "bookmarks.html",
            "<!DOCTYPE NETSCAPE-Bookmark-file-1>\n<DL><DT><A HREF=\"https://example.org/kept\" ADD_DATE=\"1800000000\">Kept</A></DL>\n",
        ),
        ("pocket.csv", "title,url,time_added,tags,status\nSaved,https://example.org/saved,1800000000,,unread\n"),
        ("Maildir/new/1", mail),
        ("message.eml", mail),
        ("bounces.mbox", &format!("From zoe@example.org Mon Nov 30 10:00:00 2026\n{mail}\n")),
    ] {
        project.write(path, content);
    }
    project.write("buttondown.zip", zipped(&[("emails/8.md", past.replace('7', "8").as_bytes())]));
    // The script of `docs/readers-by-web.md`.
    let page = read("docs/readers-by-web.md");
    let is_script =
        |part: Part| if let Part::Block { language: "sh", lines, .. } = part { Some(lines.join("\n")) } else { None };
    project.write("keep", parts(&page).into_iter().find_map(is_script).unwrap());
    fs::set_permissions(project.path("keep"), fs::Permissions::from_mode(0o755)).unwrap();
    for folder in ["Maildir/cur", "Maildir/tmp"] {
        fs::create_dir_all(project.path(folder)).unwrap();
    }
    project
}

/// A shell in a folder of `project` that remembers where it is.
struct Shell<'a> {
    project: &'a Project,
    programs: &'a Path,
    folder: PathBuf,
}

impl Shell<'_> {
    fn command(&self, script: &str) -> Command {
        let program = self.project.command([""; 0]);
        let mut shell = Command::new("sh");
        shell.args(["-c", script]).current_dir(&self.folder).env_clear().stdin(Stdio::null());
        shell.envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
        shell.env("PATH", format!("{}:{}", self.programs.display(), std::env::var("PATH").unwrap())).env("TZ", "UTC");
        for role in ["AUTHOR", "COMMITTER"] {
            shell.env(format!("GIT_{role}_NAME"), "Ada").env(format!("GIT_{role}_EMAIL"), "ada@example.org");
        }
        // The forge of the pages is a folder here.
        let forge = format!("url.{}/forge/.insteadOf", self.project.root().display());
        shell
            .env("GIT_CONFIG_COUNT", "1")
            .env("GIT_CONFIG_KEY_0", forge)
            .env("GIT_CONFIG_VALUE_0", "git@github.com:YOU/");
        shell
    }

    /// Runs `line` to its end: its exit code and what it said.
    fn run(&mut self, line: &str) -> (i32, String) {
        let place = self.project.path("where");
        let said = self.project.path("variables");
        let script = format!(
            "touch '{0}'; . '{0}'\n{line}\ncode=$?\npwd >'{1}'\nset | sed -n \"/^id='/p\" >'{0}'\nexit $code",
            said.display(),
            place.display()
        );
        let output = self.project.finish(&mut self.command(&script));
        self.folder = PathBuf::from(fs::read_to_string(place).unwrap().trim());
        (output.code, output.stderr + &output.stdout)
    }

    /// Starts `line`, which runs until it is stopped; returns the first line it prints.
    fn starts(&self, line: &str) -> String {
        let mut child =
            self.command(&format!("exec {line}")).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut first = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
        child.kill().unwrap();
        let output = child.wait_with_output().unwrap();
        format!("{first}{}", String::from_utf8_lossy(&output.stderr))
    }
}

/// `command` as it is run where nobody answers: what is typed on a terminal is an option.
fn answered(command: &str) -> String {
    let (command, comment) = command
        .split_once(" #")
        .map_or((command, String::new()), |(command, comment)| (command, format!(" #{comment}")));
    let asks = command.starts_with("newsletter send ")
        && !["--dry-run", "--test", "--confirm", "--yes"].iter().any(|option| command.contains(option));
    let asks = asks || command.starts_with("newsletter subscribers erase ");
    if asks { format!("{} --yes{comment}", command.trim_end()) } else { format!("{command}{comment}") }
}

#[test]
#[ignore = "needs git; ./check runs it"]
fn every_command_of_the_pages_runs() {
    let programs = programs();
    let (mut wrong, mut elsewhere, mut steps, mut seen) =
        (Vec::new(), ELSEWHERE.to_vec(), STEPS.iter().collect::<Vec<_>>(), 0);
    for page in documents() {
        let document = read(&page);
        let project = prepared();
        let mut shell = Shell { project: &project, programs: programs.path(), folder: project.root().to_owned() };
        for (number, command) in commands(&document) {
            let place = format!("{}:{number}: {command}", page.display());
            if ELSEWHERE.iter().any(|(begin, _)| command.starts_with(begin)) {
                elsewhere.retain(|(begin, _)| !command.starts_with(begin));
                continue;
            }
            seen += 1;
            let of_page = |step: &&Step| page.ends_with(step.page) && command.starts_with(step.command);
            let step = STEPS.iter().find(of_page);
            steps.retain(|step| !of_page(step));
            if let Some(step) = step
                && !step.before.is_empty()
            {
                let (code, said) = shell.run(step.before);
                assert_eq!(code, 0, "before {place}\n{said}");
            }
            if command.starts_with("newsletter preview") || command.contains(" preview latest") {
                let command = command.split(" #").next().unwrap();
                let said = shell.starts(&format!("{command} --no-open --port 0"));
                if !said.starts_with("http://127.0.0.1:") {
                    wrong.push(format!("{place}\n{said}"));
                }
                continue;
            }
            let (code, said) = shell.run(&answered(&command));
            if !step.map_or(&[0][..], |step| step.codes).contains(&code) {
                wrong.push(format!("{place}\nexit {code}\n{said}"));
            }
        }
        // One came from elsewhere, and the ends of lines of the others are those of Unix: they are not judged as ours.
        let _ = fs::remove_file(project.path("message.eml"));
        let _ = fs::remove_dir_all(project.path("mail"));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    let unused: Vec<_> =
        elsewhere.iter().map(|(begin, _)| *begin).chain(steps.iter().map(|step| step.command)).collect();
    assert!(unused.is_empty(), "no page has {unused:?}");
    assert!(seen > 60, "the pages have only {seen} commands");
}
