//! Measures the commands a person waits for: `cargo bench --bench process`. Prints figures and
//! asserts none: a busy machine is not a failure. Every figure stands next to one that tells what the
//! machine itself costs, or what other programs take for the same; `scripts/benchmark render`
//! installs those.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark prints, and has nobody to report errors to")]

use std::fmt::Write;
use std::fs;
use std::hint::black_box;
use std::io::{BufRead, BufReader, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use newsletter::config::Newsletter;
use newsletter::letter::{self, LetterStyleSheet};
use newsletter::model::{Issue, Publication, Theme};
use newsletter::templates;
use newsletter::templates::mail::view::LetterView;

/// Runs of each, after one that does not count. Without optimisation it is enough to see that it runs.
const RUNS: usize = if cfg!(debug_assertions) { 5 } else { 50 };

/// Issues and links of the archive that is built.
const ISSUES: u32 = if cfg!(debug_assertions) { 20 } else { 500 };
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
        let style = LetterStyleSheet::prepare(templates::mail::letter::CSS, opened.publication.theme).unwrap();
        black_box(letter::render(&loaded.issue, &opened.publication, &style).unwrap());
    });
    peers(&loaded.issue, &opened.publication);
    let archive = tempfile::tempdir().unwrap();
    write_issues(archive.path());
    let label = format!("newsletter build: {ISSUES} issues, {} links", ISSUES * LINKS);
    row(&label, "<= 1 s", 5, || run(newsletter(archive.path(), &["build"])));
    let label = format!("newsletter check: {ISSUES} issues, {} links", ISSUES * LINKS);
    row(&label, "<= 2 s", 5, || run(newsletter(archive.path(), &["check"])));
    // Asked for by name until its figures are known: `cargo bench --bench process -- gather`.
    if std::env::args().any(|argument| argument == "gather") {
        gathering();
    }
}

/// Feeds that are read.
const FEEDS: usize = 100;

/// Times `add` and `gather` against a server of its own on loopback.
fn gathering() {
    let page = "<title>On clocks | Notes</title><h1>On clocks</h1>";
    let item = "<item><title>A</title><link>https://lwn.net/ADDRESS</link></item>";
    let feed = format!("<rss version=\"2.0\"><channel><title>B</title>{}</channel></rss>", item.repeat(20));
    let address = serve(page, &feed);
    let folder = tempfile::tempdir().unwrap();
    let config = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/newsletter.toml")).unwrap();
    let mut config = format!("{config}\n[fetch]\nallow_hosts = [\"{address}\"]\n");
    for number in 0..FEEDS {
        write!(config, "\n[[feed]]\nurl = \"http://{address}/feed/{number}\"\n").unwrap();
    }
    fs::write(folder.path().join("newsletter.toml"), config).unwrap();
    fs::create_dir(folder.path().join("issues")).unwrap();
    let page = format!("http://{address}/page");
    row("newsletter add: a page on loopback", "<= 60 ms", RUNS, || {
        run(newsletter(folder.path(), &["add", &page, "-n"]));
    });
    let label = format!("newsletter gather: {FEEDS} feeds on loopback");
    row(&label, "<= 3 s", 5, || run(newsletter(folder.path(), &["gather", "-n"])));
}

/// Serves `page` at `/page`, and `feed` elsewhere, until the process ends. Returns host and port.
fn serve(page: &str, feed: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let (page, feed) = (page.to_owned(), feed.to_owned());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let mut request = String::new();
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines().map_while(Result::ok);
            request.extend(lines.next());
            lines.take_while(|line| !line.is_empty()).for_each(drop);
            let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
            let body = if path == "/page" { page.clone() } else { feed.replace("ADDRESS", &path) };
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
            // Who asked may be gone.
            let _ = stream.write_all(format!("{head}{body}").as_bytes());
        }
    });
    address
}

/// Times `work` and prints one line of the table.
fn row(label: &str, goal: &str, runs: usize, mut work: impl FnMut()) {
    work();
    let time = |_| {
        let start = Instant::now();
        work();
        start.elapsed()
    };
    print(label, goal, (0..runs).map(time).collect());
}

fn print(label: &str, goal: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let [median, fastest, slowest] = [times[times.len() / 2], times[0], times[times.len() - 1]].map(milliseconds);
    println!("{label:<44} {median:>9} {fastest:>9} {slowest:>9}  {goal}");
}

/// Prints how long other programs take to inline the styles of the same letter, and nothing else: no reading, no templates,
/// no text part.
fn peers(issue: &Issue, publication: &Publication) {
    let folder = tempfile::tempdir().unwrap();
    let document = folder.path().join("letter.html");
    let css = without_properties(templates::mail::letter::CSS, publication.theme);
    let view = LetterView { issue, publication, css: &css, mail: None, slot: &|_| "x".to_owned() };
    fs::write(&document, templates::mail::letter::document(&view).into_string()).unwrap();
    let peers = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers");
    let mut juice = Command::new("node");
    juice.arg(peers.join("senders/juice.mjs"));
    let mut premailer = Command::new("/usr/bin/python3");
    premailer.arg(peers.join("senders/premailer_inline.py")).env("PYTHONPATH", peers.join("target/python"));
    for (name, goal, program) in [("juice", ">= 10 x ours", juice), ("premailer", ">= 50 x ours", premailer)] {
        let label = format!("{name}, in process: inline its styles");
        match peer(program, &document) {
            Some(times) => print(&label, goal, times),
            None => println!("{label:<44} not installed: try `scripts/benchmark render`"),
        }
    }
}

/// How long each run of `program` took, but for the first; `None` when it is not installed.
fn peer(mut program: Command, document: &Path) -> Option<Vec<Duration>> {
    let output = program.arg(document).arg((RUNS + 1).to_string()).stderr(Stdio::null()).output().ok()?;
    let printed = String::from_utf8(output.stdout).unwrap();
    let times = printed.lines().skip(1).map(|line| Duration::from_secs_f64(line.parse::<f64>().unwrap() / 1000.0));
    output.status.success().then(|| times.collect())
}

/// `css` with its custom properties in their places, which these programs do not put there, as `letter::render` does.
fn without_properties(css: &str, theme: Theme) -> String {
    let given = letter::page_properties(css, theme);
    let mut properties: Vec<(&str, &str)> = given.split(';').filter_map(|given| given.split_once(':')).collect();
    properties.extend(css.lines().filter_map(|line| line.trim().strip_suffix(';')?.split_once(": ")));
    let properties = properties.into_iter().filter(|(name, _)| name.starts_with("--"));
    properties.fold(css.to_owned(), |css, (name, value)| css.replace(&format!("var({name})"), value))
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
