//! Tests how the server ends.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;

use newsletter::readers::{Change, Evidence, Signup};
use rustix::process::Signal;

use super::world::{Served, address, asked};

/// The number of readers who leave.
const READERS: usize = 400;

/// The number of people who confirm.
const NEW: usize = 100;

fn readers() -> Vec<String> {
    (0..READERS).map(|number| format!("reader{number}")).collect()
}

/// A request that changes something.
#[derive(Clone)]
struct Asked {
    path: String,
    status: u16,
    /// What the ledger has to say once it was answered so: `reader1@example.org unsubscribed`.
    kept: String,
}

/// The links by which all readers leave, and people who signed up for this `round` confirm.
fn requests(served: &Served, round: usize) -> Vec<Asked> {
    let (key, list_id) = served.key();
    let leaving = readers().into_iter().map(|reader| {
        let address = address(&reader);
        let path = format!("/u/{}", key.token(&list_id, &address));
        Asked { path, status: 200, kept: format!("{address} unsubscribed") }
    });
    let mut all: Vec<_> = leaving.collect();
    let now = chrono::DateTime::from_timestamp(served.get("/style.css").date, 0).unwrap();
    let mut ledger = served.ledger();
    ledger
        .change_readers(&mut |records| {
            for number in 0..NEW {
                let who = key.identify(&list_id, &address(&format!("new{number}of{round}")));
                let token = key.confirm_token(&list_id, &who.address, now.timestamp());
                let signup = Signup {
                    nonce: key.signup_nonce(token),
                    address: who.address.clone(),
                    fields: [].into(),
                    topics: [].into(),
                    evidence: Evidence::default(),
                    requested_at: now,
                    expires_at: now + chrono::TimeDelta::days(1),
                    confirmed_at: None,
                    source: "form".to_owned(),
                    tags: [].into(),
                };
                let path = format!("/confirm/{token}");
                let at = number * all.len() / NEW;
                all.insert(at, Asked { path, status: 303, kept: format!("{} subscribed", who.address) });
                records.apply(&who, vec![Change::AddSignup(signup)], now)?;
            }
            Ok(())
        })
        .unwrap();
    all
}

/// The answers so far, as what the ledger has to say.
#[derive(Default)]
struct Answered {
    kept: Mutex<Vec<String>>,
    grown: Condvar,
}

impl Answered {
    fn push(&self, kept: String) {
        self.kept.lock().unwrap().push(kept);
        self.grown.notify_all();
    }

    fn wait_for(&self, count: usize) {
        let kept = self.kept.lock().unwrap();
        drop(self.grown.wait_while(kept, |kept| kept.len() < count).unwrap());
    }
}

/// Posts `requests` from several connections until `stop`; answers what the ledger has to say of those that were answered.
fn under_load(
    served: &Served,
    requests: &[Asked],
    stop: &Arc<AtomicBool>,
    meanwhile: impl FnOnce(&Answered),
) -> Vec<String> {
    let answered = Arc::new(Answered::default());
    let workers: Vec<_> = requests
        .chunks(requests.len() / 8)
        .map(|some| {
            let (some, answered, stop, to) = (some.to_vec(), Arc::clone(&answered), Arc::clone(stop), served.address);
            thread::spawn(move || {
                for Asked { path, status, kept } in some {
                    if stop.load(Ordering::SeqCst) {
                        return;
                    }
                    if asked(to, "POST", &path, "", "").is_ok_and(|reply| reply.status == status) {
                        answered.push(kept);
                    }
                }
            })
        })
        .collect();
    meanwhile(&answered);
    for worker in workers {
        worker.join().unwrap();
    }
    std::mem::take(&mut answered.kept.lock().unwrap())
}

/// Kills the server once `many` requests were answered, with others on their way. Returns how many were answered, and what
/// the ledger does not say of them.
fn killed(served: &mut Served, round: usize, many: usize) -> (usize, Vec<String>) {
    let stop = Arc::new(AtomicBool::new(false));
    let pid = served.pid();
    let requests = requests(served, round);
    let mut answered = under_load(served, &requests, &stop, |answered| {
        answered.wait_for(many);
        rustix::process::kill_process(pid, Signal::KILL).unwrap();
        stop.store(true, Ordering::SeqCst);
    });
    served.kill();
    let count = answered.len();
    assert!(count >= many);
    let active = served.subscribers().into_iter().map(|address| format!("{address} subscribed"));
    let kept: HashSet<String> = served.suppressed().into_iter().chain(active).collect();
    answered.retain(|answer| !kept.contains(answer));
    (count, answered)
}

fn changed_ledger(served: &Served, sql: &str) {
    let path = served.mailing.project.path(".newsletter/ledger.sqlite3");
    rusqlite::Connection::open(path).unwrap().execute_batch(sql).unwrap();
}

#[test]
fn a_killed_server_loses_no_answer() {
    let readers = readers();
    let names: Vec<&str> = readers.iter().map(String::as_str).collect();
    let mut served = Served::new(&names, "");
    let kills = std::env::var("NEWSLETTER_LAB_SIZE").ok().and_then(|size| size.parse().ok()).unwrap_or(3);
    let mut all = 0;
    for round in 0..kills {
        changed_ledger(&served, "DELETE FROM suppression; DELETE FROM subscriber; DELETE FROM outgoing_mail");
        // Sooner or later.
        let (answered, lost) = killed(&mut served, round, 1 + 37 * round % (READERS / 2));
        assert_eq!(lost, [""; 0], "they were answered and are not in the ledger");
        all += answered;
        served.start();
    }
    println!("{kills} kills under load: {all} answers to changes, 0 of them lost");
}

#[test]
fn the_trial_finds_an_answer_that_was_not_kept() {
    let readers = readers();
    let names: Vec<&str> = readers.iter().map(String::as_str).collect();
    let mut served = Served::new(&names, "");
    let forgets = "CREATE TRIGGER forgets AFTER INSERT ON suppression
                   BEGIN DELETE FROM suppression WHERE address_key = NEW.address_key; END;
                   CREATE TRIGGER forgets_too AFTER INSERT ON subscriber
                   BEGIN DELETE FROM subscriber WHERE address_key = NEW.address_key; END;";
    changed_ledger(&served, forgets);
    let (answered, lost) = killed(&mut served, 0, 20);
    assert_eq!(lost.len(), answered);
}

#[test]
fn term_finishes_what_it_began() {
    let mut served = Served::new(&["ada"], "");
    assert_eq!(served.post(&served.link("ada"), "").status, 200);
    let (code, said) = served.stop();
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("POST unsubscribe 200 "), "{said}");
    for secret in ["ada", &served.link("ada")[3..], "127.0.0.1"] {
        assert!(!said.lines().skip(1).any(|line| line.contains(secret)), "{secret} is in the log: {said}");
    }
}
