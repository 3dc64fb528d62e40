//! Tests how the server ends.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;

use newsletter::model::EmailAddress;
use rustix::process::Signal;

use super::world::{Served, asked};

/// The number of readers.
const READERS: usize = 400;

fn readers() -> Vec<String> {
    (0..READERS).map(|number| format!("reader{number}")).collect()
}

/// The readers whose link was answered with 200.
#[derive(Default)]
struct Answered {
    readers: Mutex<Vec<String>>,
    grown: Condvar,
}

impl Answered {
    fn push(&self, reader: String) {
        self.readers.lock().unwrap().push(reader);
        self.grown.notify_all();
    }

    fn wait_for(&self, count: usize) {
        let readers = self.readers.lock().unwrap();
        drop(self.grown.wait_while(readers, |readers| readers.len() < count).unwrap());
    }
}

/// Posts the links of all readers from several connections until `stop`; answers those that were answered with 200.
fn under_load(served: &Served, stop: &Arc<AtomicBool>, meanwhile: impl FnOnce(&Answered)) -> Vec<String> {
    let (key, list_id) = served.key();
    let link = |reader: &String| {
        let address = EmailAddress::parse(&format!("{reader}@example.org")).unwrap();
        (format!("{reader}@example.org unsubscribed"), format!("/u/{}", key.token(&list_id, &address)))
    };
    let links: Vec<_> = readers().iter().map(link).collect();
    let answered = Arc::new(Answered::default());
    let workers: Vec<_> = links
        .chunks(READERS / 8)
        .map(|some| {
            let (some, answered, stop, to) = (some.to_vec(), Arc::clone(&answered), Arc::clone(stop), served.address);
            thread::spawn(move || {
                for (reader, link) in some {
                    if stop.load(Ordering::SeqCst) {
                        return;
                    }
                    if asked(to, "POST", &link, "", "").is_ok_and(|reply| reply.status == 200) {
                        answered.push(reader);
                    }
                }
            })
        })
        .collect();
    meanwhile(&answered);
    for worker in workers {
        worker.join().unwrap();
    }
    let readers = answered.readers.lock().unwrap();
    readers.clone()
}

#[test]
fn a_killed_server_loses_no_answer() {
    let readers = readers();
    let names: Vec<&str> = readers.iter().map(String::as_str).collect();
    let mut served = Served::new(&names, "");
    let kills = std::env::var("NEWSLETTER_LAB_SIZE").ok().and_then(|size| size.parse().ok()).unwrap_or(3);
    for round in 0..kills {
        let path = served.mailing.project.path(".newsletter/ledger.sqlite3");
        rusqlite::Connection::open(path).unwrap().execute("DELETE FROM suppression", []).unwrap();
        // Sooner or later, while the others are on their way.
        let many = 1 + 37 * round % (READERS / 2);
        let stop = Arc::new(AtomicBool::new(false));
        let pid = served.pid();
        let answered = under_load(&served, &stop, |answered| {
            answered.wait_for(many);
            rustix::process::kill_process(pid, Signal::KILL).unwrap();
            stop.store(true, Ordering::SeqCst);
        });
        served.kill();
        let kept = served.suppressed();
        for reader in &answered {
            assert!(kept.contains(reader), "{reader} was answered and is not in the ledger");
        }
        assert!(answered.len() >= many);
        served.start();
    }
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
