//! `kill -9` at random moments: nobody twice, nobody missing, doubt bounded. The oracle is the server's own synced
//! journal, never the ledger.

mod boundary;

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use crate::support::{Mailing, Script, SmtpServer};

const SUBSCRIBERS: usize = 120;
const CONNECTIONS: usize = 4;

/// Deliveries at the same time, each with a newsletter, a server and random numbers of its own.
const LANES: usize = 4;

/// Kills in one delivery, at most.
const KILLS_A_DELIVERY: usize = 5;

/// What became of everybody, by address.
pub(crate) struct Aftermath {
    /// SHA-256 of every copy the server has accepted.
    pub(crate) copies: BTreeMap<String, Vec<String>>,
    pub(crate) accepted: BTreeSet<String>,
    pub(crate) in_doubt: BTreeSet<String>,
}

#[test]
fn killed_at_any_moment_nobody_gets_it_twice_and_nobody_is_missing() {
    let kills: usize = std::env::var("NEWSLETTER_KILLS").map_or(200, |kills| kills.parse().unwrap());
    let seed = std::env::var("NEWSLETTER_SEED").map_or_else(|_| entropy(), |seed| seed.parse().unwrap());
    println!("seed {seed}: NEWSLETTER_SEED={seed} does the same again");
    let lanes: Vec<_> = std::thread::scope(|scope| {
        let lane = |lane| scope.spawn(move || deliveries(Random(seed.wrapping_add(lane)), kills.div_ceil(LANES)));
        let running: Vec<_> = (0..LANES as u64).map(lane).collect();
        running.into_iter().map(|lane| lane.join().unwrap()).collect()
    });
    let [killed, doubts, copies] = [0, 1, 2].map(|column| lanes.iter().map(|lane| lane[column]).sum::<usize>());
    println!("{killed} kills, {doubts} held in doubt, {copies} sent again on request");
}

/// Deliveries until there were so many kills. Answers kills, people in doubt, and copies too many.
fn deliveries(mut random: Random, kills: usize) -> [usize; 3] {
    let mut totals = [0; 3];
    while totals[0] < kills {
        let resend = random.below(2) == 0;
        let (killed, aftermath) = one_delivery(&mut random, resend);
        let copies = judge(&aftermath, SUBSCRIBERS, killed * CONNECTIONS, resend);
        totals = [totals[0] + killed, totals[1] + aftermath.in_doubt.len(), totals[2] + copies];
    }
    totals
}

/// Sends an issue, killing the sender now and then, until a run comes to its end.
fn one_delivery(random: &mut Random, resend: bool) -> (usize, Aftermath) {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("journal");
    let server = SmtpServer::start(Script::default().journal(&journal));
    let locals: Vec<_> = (0..SUBSCRIBERS).map(|number| format!("reader{number}")).collect();
    let connections = format!("connections = {CONNECTIONS}");
    let mailing = Mailing::configured(server, locals.iter().map(String::as_str), &connections, "");
    let in_doubt = if resend { "resend" } else { "hold" };
    let mut kills = 0;
    while kills < KILLS_A_DELIVERY {
        let began = mailing.server.accepted().len();
        let mut sender = mailing.start(["--yes", "--in-doubt", in_doubt, "-q"]);
        // From before the first message to after the last: by messages seen, then by time within one.
        let target = began + random.below(SUBSCRIBERS / 3);
        let ended = loop {
            if sender.try_wait().unwrap().is_some() {
                break true;
            }
            if mailing.server.accepted().len() >= target {
                break false;
            }
            std::thread::yield_now();
        };
        spin(Duration::from_micros(random.below(3000) as u64));
        let over = ended || sender.try_wait().unwrap().is_some();
        sender.kill().unwrap();
        sender.wait().unwrap();
        if over {
            break;
        }
        kills += 1;
    }
    let told = mailing.send(["--yes", "--in-doubt", in_doubt, "-q"]);
    assert!(told.ends_with("exit 0\n") || told.ends_with("exit 4\n"), "{told}");
    mailing.server.wait_until_idle();
    (kills, aftermath(&mailing, &std::fs::read_to_string(&journal).unwrap_or_default()))
}

pub(crate) fn aftermath(mailing: &Mailing, journal: &str) -> Aftermath {
    let mut copies: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in journal.lines() {
        let [recipient, _, digest] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
        copies.entry(recipient.to_owned()).or_default().push(digest.to_owned());
    }
    let listed = |state: &str| {
        let output = mailing.project.run(["status", "1", "--json", "--state", state]);
        let people: serde_json::Value = serde_json::from_str(&output.stdout).unwrap();
        people.as_array().unwrap().iter().map(|person| person["address"].as_str().unwrap().to_owned()).collect()
    };
    Aftermath { copies, accepted: listed("accepted"), in_doubt: listed("in-doubt") }
}

/// Holds the guarantee against what became of `people`, when the kills may have left `bound` of them in doubt; answers how
/// many copies too many there are, all of them asked for.
pub(crate) fn judge(aftermath: &Aftermath, people: usize, bound: usize, resend: bool) -> usize {
    let Aftermath { copies, accepted, in_doubt } = aftermath;
    assert_eq!(accepted.len() + in_doubt.len(), people, "everybody is accounted for");
    for address in accepted {
        assert!(copies.contains_key(address), "`{address}` is said to have it, and the server never took it");
    }
    let extra: usize = copies.values().map(|copies| copies.len() - 1).sum();
    assert!(in_doubt.len() <= bound, "{} in doubt, at most {bound} can be: {in_doubt:?}", in_doubt.len());
    if resend {
        assert!(in_doubt.is_empty() && copies.len() == people, "everybody has it");
        assert!(extra <= bound, "{extra} copies too many, at most {bound} can be");
        for (address, copies) in copies {
            assert!(copies.iter().all(|copy| *copy == copies[0]), "`{address}` got two different messages");
        }
    } else {
        let twice: Vec<_> = copies.iter().filter(|(_, copies)| copies.len() > 1).collect();
        assert!(twice.is_empty(), "twice: {twice:?}");
    }
    extra
}

/// Waits exactly so long: a sleep is too coarse to hit every moment.
fn spin(time: Duration) {
    let began = Instant::now();
    while began.elapsed() < time {
        std::hint::spin_loop();
    }
}

pub(crate) fn entropy() -> u64 {
    std::hash::BuildHasher::hash_one(&std::hash::RandomState::new(), 0)
}

/// `SplitMix64` (Steele, Lea, Flood, 2014): a test that failed can be had again.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % end as u64).unwrap()
    }
}
