//! What every ledger promises, as tests; a second kind of ledger runs them too.

use super::*;
use crate::message::{FrozenLetter, PlanId, Stamp};
use crate::model::{EmailAddress, IssueNumber, Subscriber};
use chrono::DateTime;

#[test]
#[ignore = "bench"]
fn a_million() {
    let folder = tempfile::tempdir_in("/tmp/wt/delivery/target").unwrap();
    let path = folder.path().join("ledger.sqlite3");
    let mut ledger = Ledger::open(&path).unwrap();
    let letter = crate::delivery::sample::letter("hello");
    let stamp = Stamp { plan: PlanId([7; 16]), date: DateTime::from_timestamp(1_800_000_000, 0).unwrap() };
    let plan = NewPlan { issue: IssueNumber(1), stamp, title: "t", subject: "s", letter: &letter };
    let n = 1_000_000u64;
    let start = std::time::Instant::now();
    ledger
        .freeze(
            &plan,
            n,
            (0..n).map(|i| {
                let h = i.wrapping_mul(0x9e37_79b9_7f4a_7c15);
                Ok(Subscriber {
                    address: EmailAddress::parse(&format!("reader.{h:x}@example{}.org", i % 100)).unwrap(),
                    fields: [("name".to_owned(), format!("Reader {i}"))].into(),
                })
            }),
        )
        .unwrap();
    println!("freeze {:?}", start.elapsed());
    println!("size {}", std::fs::metadata(&path).unwrap().len());
    drop(ledger);
    let start = std::time::Instant::now();
    let mut ledger = Ledger::open(&path).unwrap();
    println!("open {:?}", start.elapsed());
    let start = std::time::Instant::now();
    println!("{:?} {:?}", ledger.counts(IssueNumber(1)), start.elapsed());
    let start = std::time::Instant::now();
    let mut hold = Hold::default();
    let mut done = 0;
    let now = stamp.date;
    while done < 100_000 {
        let claimed = ledger.claim(IssueNumber(1), &mut hold, now, 100).unwrap();
        for chunk in claimed.rows.chunks(10) {
            let turn = ledger.turn(IssueNumber(1), now).unwrap();
            for row in chunk {
                turn.mark(row.seq, 1).unwrap();
            }
            turn.commit().unwrap();
            let turn = ledger.turn(IssueNumber(1), now).unwrap();
            for row in chunk {
                turn.settle(
                    row.seq,
                    State::Accepted,
                    Some(&crate::delivery::outcome::Reply {
                        code: 250,
                        enhanced: None,
                        text: "2.0.0 Ok: queued as 4F2Q1X2Y3Z".into(),
                    }),
                    None,
                )
                .unwrap();
                hold.let_go(row.seq);
                done += 1;
            }
            turn.commit().unwrap();
        }
    }
    println!("100k, 10 a commit {:?}", start.elapsed());
}
