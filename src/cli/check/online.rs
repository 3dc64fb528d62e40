//! `--online`: the pages of the issues, asked for.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::{Value, json};
use url::Url;

use crate::check::outgoing;
use crate::cli::{Global, talk, wording};
use crate::load::{LedgerSettings, LoadedIssue, Newsletter};
use crate::web::{self, Answer, Ending, Memory, Reach, Round, Standing, SystemNames, Told, Visitor};

/// The file of what pages answered, beside the ledger.
const FILE: &str = "links.json";

/// How long a server may take for one answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// Hosts that are named in a line.
const NAMED: usize = 5;

/// Asks for every page of `issues`, at `now` (seconds since 1970); what earlier rounds were told counts unless `refresh`.
///
/// Errors when what was told cannot be read or kept.
pub(in crate::cli) fn ask(
    newsletter: &Newsletter,
    issues: &[&LoadedIssue],
    round: Round,
    global: &Global,
) -> anyhow::Result<Told> {
    let mut known = HashSet::new();
    let pages = issues.iter().flat_map(|loaded| outgoing(&loaded.issue)).map(|outgoing| outgoing.page);
    let pages: Vec<Url> = pages.filter(|page| known.insert(page.clone())).collect();
    let path = memory(newsletter);
    let mut memory = Memory::read(&path)?;
    let open =
        pages.iter().filter(|page| !round.remembers || memory.answer(page.as_str(), round.now).is_none()).count();
    if open > 0 && !global.quiet {
        talk::tell(&format!("Asking {} …\n", pages_of(open)));
    }
    let names = SystemNames;
    let visitor = Visitor::new(&names, Reach::Public, web::trusted(), PATIENCE);
    let told = round.ask(&pages, &visitor, &mut memory);
    if open > 0 {
        memory.write(&path, round.now)?;
    }
    Ok(told)
}

/// `1 page`, `1,211 pages`.
fn pages_of(number: usize) -> String {
    format!("{} {}", wording::count(number as u64), if number == 1 { "page" } else { "pages" })
}

/// Where what pages answered is kept.
fn memory(newsletter: &Newsletter) -> PathBuf {
    match &newsletter.settings.ledger {
        LedgerSettings::File(path) => path.with_file_name(FILE),
        LedgerSettings::Shared(_) => newsletter.root.join(".newsletter").join(FILE),
    }
}

/// `links: 40 pages, 37 answer, 2 do not talk to programs (`medium.com` 403), 1 does not answer; 12 remembered`.
pub(in crate::cli) fn summary(told: &Told) -> String {
    let standing = |wanted: &[Standing]| told.answers.values().filter(|one| wanted.contains(&one.standing())).count();
    let mut text = format!("links: {}, {} there", pages_of(told.answers.len()), standing(&[Standing::Fine]));
    let mut add = |number: usize, words: &str| {
        if number > 0 {
            write!(text, ", {number} {words}").expect("writing to a string");
        }
    };
    add(standing(&[Standing::Dead, Standing::Unwell]), "not");
    add(standing(&[Standing::Walled]), &format!("behind a wall for programs ({})", walls(&told.answers)));
    add(standing(&[Standing::Unknown]), "not asked, for want of time: the same command goes on");
    if told.remembered > 0 {
        write!(text, "; {} remembered, `--refresh` asks anew", told.remembered).expect("writing to a string");
    }
    text
}

/// The hosts that do not talk to programs, with what they say instead.
fn walls(answers: &BTreeMap<String, Answer>) -> String {
    let mut walls: Vec<String> = Vec::new();
    for (address, answer) in answers.iter().filter(|(_, answer)| answer.standing() == Standing::Walled) {
        let host = Url::parse(answer.led_to().unwrap_or(address)).ok();
        let host = host.as_ref().and_then(Url::host_str).unwrap_or_default();
        let Ending::Status(status) = answer.ending else { continue };
        let wall = format!("`{host}` {status}");
        if !walls.contains(&wall) {
            walls.push(wall);
        }
    }
    let more = walls.len().saturating_sub(NAMED);
    walls.truncate(NAMED);
    if more > 0 {
        walls.push(format!("{more} more"));
    }
    walls.join(", ")
}

/// What became of every page, as data.
pub(super) fn to_json(told: &Told) -> Value {
    let page = |(address, answer): (&String, &Answer)| {
        json!({
            "url": address,
            "asked": answer.asked,
            "standing": match answer.standing() {
                Standing::Fine => "fine",
                Standing::Walled => "walled",
                Standing::Unwell => "unwell",
                Standing::Dead => "dead",
                Standing::Unknown => "unknown",
            },
            "ending": answer.ending,
            "redirects": answer.hops,
        })
    };
    told.answers.iter().map(page).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_names_what_is_no_finding() {
        let answer = |ending| Answer { asked: 0, hops: Vec::new(), ending, with_tls: false };
        let answers = [
            ("https://a.example/", Ending::Status(200)),
            ("https://b.example/1", Ending::Status(403)),
            ("https://b.example/2", Ending::Status(403)),
            ("https://c.example/", Ending::Status(404)),
            ("https://d.example/", Ending::NotAsked),
        ];
        let answers = answers.map(|(address, ending)| (address.to_owned(), answer(ending))).into();
        assert_eq!(
            summary(&Told { answers, remembered: 2 }),
            "links: 5 pages, 1 there, 1 not, 2 behind a wall for programs (`b.example` 403), \
             1 not asked, for want of time: the same command goes on; 2 remembered, `--refresh` asks anew"
        );
    }
}
