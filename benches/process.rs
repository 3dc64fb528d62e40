//! How long the things take that a person waits for: `cargo bench --bench process`. Prints figures and asserts none: a
//! busy machine is no failure. Every figure stands next to one that tells what the machine itself costs.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark prints, and has nobody to report errors to")]

use std::fmt::Write;
use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use newsletter::letter;
use newsletter::load::Newsletter;
use newsletter::templates;

/// Runs of each, after one that does not count.
const RUNS: usize = 50;

/// Issues and links of the archive that is built.
const ISSUES: u32 = 500;
const LINKS: u32 = 18;

fn main() {
    // `cargo test --benches` wants to know that it builds, not how fast it is.
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    println!("{}", machine());
    println!("{:<44} {:>9} {:>9} {:>9}  goal", "", "median", "fastest", "slowest");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    row("an empty process: /bin/true", "", RUNS, || run(Command::new("/bin/true")));
    row("newsletter --version", "", RUNS, || run(newsletter(root, &["--version"])));
    row("newsletter render 42 --html", "<= 10 ms", RUNS, || run(newsletter(root, &["render", "42", "--html"])));
    row("newsletter render 42 --eml", "<= 10 ms", RUNS, || run(newsletter(root, &["render", "42", "--eml"])));
    let opened = Newsletter::open(root).unwrap();
    row("in process: read issue 42", "", RUNS, || {
        black_box(opened.issue("42", root, |_| false).unwrap());
    });
    let loaded = opened.issue("42", root, |_| false).unwrap();
    row("in process: render it, styles inlined", "<= 1 ms", RUNS, || {
        black_box(letter::render(&loaded.issue, &opened.publication, templates::letter::CSS).unwrap());
    });
    let archive = tempfile::tempdir().unwrap();
    write_issues(archive.path());
    let label = format!("newsletter build: {ISSUES} issues, {} links", ISSUES * LINKS);
    row(&label, "<= 1 s", 5, || run(newsletter(archive.path(), &["build"])));
    let label = format!("newsletter check: {ISSUES} issues, {} links", ISSUES * LINKS);
    row(&label, "<= 2 s", 5, || run(newsletter(archive.path(), &["check"])));
}

/// Times `work` and prints one line of the table.
fn row(label: &str, goal: &str, runs: usize, mut work: impl FnMut()) {
    work();
    let mut times: Vec<Duration> = (0..runs)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    let [median, fastest, slowest] = [times[runs / 2], times[0], times[runs - 1]].map(milliseconds);
    println!("{label:<44} {median:>9} {fastest:>9} {slowest:>9}  {goal}");
}

fn milliseconds(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1000.0)
}

fn newsletter(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_newsletter"));
    command.args(arguments).current_dir(folder);
    command
}

fn run(mut command: Command) {
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
    assert!(status.success(), "{command:?}: {status}");
}

/// What it was measured on.
fn machine() -> String {
    let cpus = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpus.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let model = model.map_or("unknown processor", |(_, model)| model);
    format!("{cores} cores of {model}; median of {RUNS} runs")
}

/// A newsletter of many issues: this repository's own configuration, and one link over and over.
fn write_issues(folder: &Path) {
    let config = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/newsletter.toml")).unwrap();
    fs::write(folder.join("newsletter.toml"), config).unwrap();
    fs::create_dir(folder.join("issues")).unwrap();
    for number in 1..=ISSUES {
        let date = chrono::NaiveDate::from_ymd_opt(2016, 1, 5).unwrap() + chrono::Days::new(7 * u64::from(number));
        let mut issue = format!(
            "number = {number}\ntitle = \"Issue {number} of many\"\ndate = {date}\n\
             preheader = \"A preheader of the length people write, some sixty characters\"\n\
             intro = \"Hello {{subscriber.name|friend}}, this is one of *many*.\"\n\n[[section]]\ntitle = \"Reading\"\n"
        );
        for link in 1..=LINKS {
            write!(
                issue,
                "\n[[section.link]]\nurl = \"https://example.org/{number}/{link}\"\ntitle = \"Link {link} of {number}\"\n\
                 author = \"Mina Berg\"\nreading_time = 7\n\
                 description = \"Two sentences about it. They say **why** one should read it, and `what` is in it.\"\n"
            )
            .unwrap();
        }
        fs::write(folder.join(format!("issues/{number:03}-many.toml")), issue).unwrap();
    }
}
