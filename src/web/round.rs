//! Many pages, asked for politely: a few at a time, one at a time of a host, and not for longer than people wait.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::thread;
use std::time::{Duration, Instant};

use url::Url;

use super::answer::{Answer, Ending};
use super::memory::Memory;
use super::visit::Visitor;

/// Pages asked for at a time.
const AT_ONCE: usize = 8;

/// How long a round may take. A question that is under way is waited for.
const PATIENCE: Duration = Duration::from_mins(2);

/// A round of questions.
#[derive(Debug, Clone, Copy)]
pub struct Round {
    /// When it begins: seconds since 1970.
    pub now: i64,
    /// Whether what is remembered counts.
    pub remembers: bool,
}

/// What a round was told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Told {
    /// The answers, by the address that was asked for.
    pub answers: BTreeMap<String, Answer>,
    /// How many of them were remembered.
    pub remembered: usize,
}

impl Round {
    /// Asks for every page of `addresses` that `memory` has no fresh answer about, and has it remember.
    pub fn ask(self, addresses: &[Url], visitor: &Visitor<'_>, memory: &mut Memory) -> Told {
        let mut told = Told::default();
        let mut open: Vec<&Url> = Vec::new();
        for address in addresses {
            let known = memory.answer(address.as_str(), self.now).filter(|_| self.remembers);
            match known {
                Some(answer) => drop(told.answers.insert(address.to_string(), answer.clone())),
                None => open.push(address),
            }
        }
        told.remembered = told.answers.len();
        for (address, answer) in self.visit(open, visitor) {
            if answer.ending != Ending::NotAsked {
                memory.remember(address.as_str(), answer.clone());
            }
            told.answers.insert(address.to_string(), answer);
        }
        told
    }

    fn visit<'u>(self, open: Vec<&'u Url>, visitor: &Visitor<'_>) -> Vec<(&'u Url, Answer)> {
        let start = Instant::now();
        let workers = AT_ONCE.min(open.len());
        // Neighbours in an issue are often of one host, whose turn it is one at a time: the queue deals hosts out in turns.
        let queue = Mutex::new(in_turns(open).into_iter());
        let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
        let work = || {
            let mut answered = Vec::new();
            while let Some(address) = next() {
                let late = start.elapsed() > PATIENCE;
                let not_asked =
                    || Answer { asked: self.now, hops: Vec::new(), ending: Ending::NotAsked, with_tls: false };
                let answer = if late { not_asked() } else { visitor.visit(address, self.now) };
                answered.push((address, answer));
            }
            answered
        };
        thread::scope(|scope| {
            let working: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
            let join = |worker: thread::ScopedJoinHandle<'_, _>| {
                worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            };
            working.into_iter().flat_map(join).collect()
        })
    }
}

/// The addresses with the first of each host first, then the second of each.
fn in_turns(addresses: Vec<&Url>) -> Vec<&Url> {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let mut numbered: Vec<(usize, &Url)> = Vec::with_capacity(addresses.len());
    for address in addresses {
        let count = seen.entry(address.host_str().unwrap_or_default()).or_default();
        numbered.push((*count, address));
        *count += 1;
    }
    // Stable: otherwise the order of the issue.
    numbered.sort_by_key(|(turn, _)| *turn);
    numbered.into_iter().map(|(_, address)| address).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_take_turns() {
        let addresses = ["https://a.example/1", "https://a.example/2", "https://b.example/1", "https://a.example/3"]
            .map(|address| Url::parse(address).unwrap());
        let turns: Vec<&str> = in_turns(addresses.iter().collect()).into_iter().map(Url::as_str).collect();
        assert_eq!(turns, ["https://a.example/1", "https://b.example/1", "https://a.example/2", "https://a.example/3"]);
    }
}
