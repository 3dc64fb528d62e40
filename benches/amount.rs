//! Measures that reading takes a time that grows with the size of its input, and not with the
//! square of it: `cargo bench --bench amount`. `newsletter check` of each of four sizes, every one
//! twice the one before, and beside its time how many times that of the one before it is: about 2,
//! less where the start of the process is most of it; 4 would be a square. Prints figures and
//! asserts none: a busy machine is not a failure.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark prints, and has nobody to report errors to")]

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const CONFIG: &str = r#"[newsletter]
name = "Amounts"
description = "Much of everything."
from = "Ada Example <ada@example.org>"
site = "https://letter.example.org/"
address = "Example Street 1, 12345 Example"

[unsubscribe]
mailto = "unsubscribe@example.org"
"#;

const HEAD: &str = "number = 1\ntitle = \"Much\"\ndate = 2026-11-20\n";

const ISSUE: &str = "issues/001-much.toml";
const LIST: &str = "subscribers.csv";

/// Runs of each, of which the fastest counts.
const RUNS: usize = 3;

/// What the first sizes are divided by: without optimisation it is enough to see that it runs.
const FRACTION: usize = if cfg!(debug_assertions) { 50 } else { 1 };

/// How often a size is doubled.
const DOUBLINGS: u32 = 3;

/// What there is more and more of: its name, the file it is in, the first size, the content.
type Case = (&'static str, &'static str, usize, fn(usize) -> String);

const CASES: [Case; 8] = [
    ("unclosed `{subscriber.`", ISSUE, 6_250, |count| intro(&"{subscriber. ".repeat(count))),
    ("slots with words", ISSUE, 2_500, |count| intro(&"{subscriber.name|x} ".repeat(count))),
    ("sections", ISSUE, 2_500, |count| HEAD.to_owned() + &"[[section]]\ntitle = \"S\"\ntext = \"x\"\n".repeat(count)),
    ("unknown keys", ISSUE, 12_500, |count| HEAD.to_owned() + &numbered(count, "key", " = 1\n")),
    ("links in the prose", ISSUE, 2_500, |count| intro(&"[a](https://example.org/) ".repeat(count))),
    ("emphasis that never ends", ISSUE, 12_500, |count| intro(&"*a **b ".repeat(count))),
    ("columns", LIST, 12_500, |count| format!("email,{}\nada@example.org\n", numbered(count, "c", ","))),
    ("subscribers", LIST, 12_500, |count| format!("email\n{}", numbered(count, "reader", "@example.org\n"))),
];

fn intro(prose: &str) -> String {
    format!("{HEAD}intro = '''\n{prose}\n'''\n")
}

fn numbered(count: usize, before: &str, after: &str) -> String {
    let mut text = String::new();
    for number in 0..count {
        write!(text, "{before}{number}{after}").unwrap();
    }
    text
}

fn main() {
    // `cargo test --benches` wants to know that it builds, not how fast it is.
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    println!("newsletter check, fastest of {RUNS}; in brackets how many times the time of half the size");
    for (name, file, first, content) in CASES {
        let mut line = format!("{name:<26}");
        let mut before: Option<Duration> = None;
        for doubling in 0..=DOUBLINGS {
            let size = (first / FRACTION) << doubling;
            let time = checked(file, &content(size));
            let ratio = before.map(|before| format!(" ({:.1})", time.as_secs_f64() / before.as_secs_f64()));
            write!(line, "  {size:>7}: {:>5} ms{:<6}", time.as_millis(), ratio.unwrap_or_default()).unwrap();
            before = Some(time);
        }
        println!("{}", line.trim_end());
    }
}

/// How long `newsletter check` takes with `content` in `file`.
fn checked(file: &str, content: &str) -> Duration {
    let folder = tempfile::tempdir().unwrap();
    let write = |file: &str, content: &str| fs::write(folder.path().join(file), content).unwrap();
    fs::create_dir(folder.path().join("issues")).unwrap();
    write("newsletter.toml", CONFIG);
    write(file, content);
    (0..RUNS).map(|_| timed(folder.path())).min().unwrap()
}

fn timed(folder: &Path) -> Duration {
    let mut check = Command::new(env!("CARGO_BIN_EXE_newsletter"));
    check.arg("check").current_dir(folder).stdout(Stdio::null()).stderr(Stdio::null());
    let start = Instant::now();
    check.status().unwrap();
    start.elapsed()
}
