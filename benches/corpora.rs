//! Prints what the rules of gathering find in corpora of others: `cargo bench --bench corpora -- pages LIST` and
//! `-- feeds FOLDER`, a line of JSON for each file. `scripts/compare-gathering` brings the corpora and judges the lines.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark prints, and has nobody to report errors to")]

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use newsletter::{feeds, page};
use serde_json::json;
use url::Url;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["pages", list] => pages(&fs::read_to_string(list).unwrap()),
        ["feeds", folder] => feeds_below(Path::new(folder)),
        // `cargo test --benches` wants to know that it builds.
        _ => println!("usage: cargo bench --bench corpora -- pages LIST, or feeds FOLDER"),
    }
}

/// Prints the facts of pages. `list`: an address and a file on each line, with a tab between them.
fn pages(list: &str) {
    for line in list.lines() {
        let (address, path) = line.split_once('\t').unwrap();
        let (url, bytes) = (Url::parse(address).unwrap(), fs::read(path).unwrap());
        let start = Instant::now();
        let facts = page::facts(&bytes, None, &url);
        let milliseconds = start.elapsed().as_secs_f64() * 1000.0;
        let found = json!({
            "url": address,
            "title": facts.title.map(|title| title.value),
            "author": facts.author.map(|author| author.value),
            "date": facts.date.map(|date| date.value.to_string()),
            "minutes": facts.reading_time.map(|minutes| minutes.value),
            "site": facts.site.map(|site| site.value),
            "milliseconds": milliseconds,
        });
        println!("{found}");
    }
}

/// Prints the addresses in the feeds of a folder.
fn feeds_below(folder: &Path) {
    let url = Url::parse("http://127.0.0.1:8097/feed.xml").unwrap();
    for path in files(folder) {
        let bytes = fs::read(&path).unwrap();
        let start = Instant::now();
        let read = std::panic::catch_unwind(|| feeds::read(&bytes, None, &url));
        let milliseconds = start.elapsed().as_secs_f64() * 1000.0;
        let urls = match &read {
            Ok(Ok(feed)) => Some(feed.items.iter().map(|item| item.url.to_string()).collect::<Vec<_>>()),
            Ok(Err(_)) | Err(_) => None,
        };
        println!("{}", json!({ "file": path, "panic": read.is_err(), "urls": urls, "milliseconds": milliseconds }));
    }
}

/// Returns the XML files below `folder`, in order.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    let below = |path: PathBuf| if path.is_dir() { files(&path) } else { vec![path] };
    entries.into_iter().flat_map(below).filter(|path| path.extension().is_some_and(|ending| ending == "xml")).collect()
}
