//! Tries the events of one reader in every order, against a model of whom no mail may go to.

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;

use super::*;
use crate::model::{EmailAddress, Token};

fn ada() -> Identity {
    let address = EmailAddress::parse("ada@example.org").unwrap();
    Identity { address, token: Token([1; 16]), erased: ErasedDigest([2; 16]) }
}

/// The ledger of one reader, in memory.
#[derive(Default)]
struct Memory {
    reader: Reader,
    signups: Vec<Signup>,
    asked: Vec<DateTime<Utc>>,
}

impl Memory {
    fn happen(&mut self, event: Event, now: DateTime<Utc>) -> Outcome {
        self.reader.confirmations = Confirmations {
            last: self.asked.last().copied(),
            last_link: None,
            in_thirty_days: u32::try_from(self.asked.iter().filter(|at| **at > now - TimeDelta::days(30)).count())
                .unwrap(),
        };
        let step = step(&ada(), &self.reader, event, now);
        for change in step.changes {
            self.apply(change, now);
        }
        step.outcome
    }

    fn apply(&mut self, change: Change, now: DateTime<Utc>) {
        self.reader.make(&change, now);
        match change {
            Change::AddSignup(signup) => self.signups.push(signup),
            Change::DropSignups => self.signups.clear(),
            Change::ConfirmSignup(nonce) => {
                for signup in self.signups.iter_mut().filter(|signup| signup.nonce == nonce) {
                    signup.confirmed_at = Some(now);
                }
            }
            Change::Queue(MailKind::Confirm, _) => self.asked.push(now),
            Change::Erase => (self.signups, self.asked) = Default::default(),
            _ => {}
        }
    }

    /// Whether a send mails them, who stand in `subscribers.csv` all the time.
    fn is_mailed(&self) -> bool {
        self.reader.is_active() || self.reader.suppression.is_none() && !self.reader.is_erased
    }
}

#[derive(Debug, Clone, Copy)]
enum Try {
    SignUp,
    /// The sign-up that was made so many sign-ups ago, whether or not it is remembered.
    Confirm(u8),
    Unsubscribe,
    Undo,
    NotMe,
    Complain,
    Bounce,
    Choose,
    Find,
    Import,
    ImportOptOut(SuppressionReason, i64),
    Add,
    Erase,
}

fn tries() -> impl Strategy<Value = Vec<(Try, i64)>> {
    let one = prop_oneof![
        3 => Just(Try::SignUp),
        4 => (0_u8..4).prop_map(Try::Confirm),
        2 => Just(Try::Unsubscribe),
        2 => Just(Try::Undo),
        1 => Just(Try::NotMe),
        1 => Just(Try::Complain),
        2 => Just(Try::Bounce),
        1 => Just(Try::Choose),
        1 => Just(Try::Find),
        2 => Just(Try::Import),
        1 => (prop::sample::select(SuppressionReason::ALL.to_vec()), -100_000_i64..100_000)
            .prop_map(|(reason, at)| Try::ImportOptOut(reason, at)),
        2 => Just(Try::Add),
        1 => Just(Try::Erase),
    ];
    let pause = prop_oneof![Just(0), Just(1), 1_i64..900, 1_i64..1_000_000];
    prop::collection::vec((one, pause), 0..24)
}

/// Why the model says that a reader must have no mail.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Gone {
    /// The number of sign-ups made before they left.
    signups: usize,
    /// Until when leaving can be taken back.
    undo_until: Option<DateTime<Utc>>,
    for_ever: bool,
}

proptest! {
    #[test]
    fn no_order_of_events_mails_somebody_who_left(tries in tries()) {
        let mut now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let mut memory = Memory::default();
        let mut gone: Option<Gone> = None;
        let mut made = Vec::new();
        for (event, pause) in tries {
            now += TimeDelta::seconds(pause);
            let by = Evidence::default();
            let leaves = |gone: Option<Gone>, made: &Vec<Signup>, undo_until, for_ever| {
                let undo_until = if gone.is_some() { None } else { undo_until };
                let for_ever = for_ever || gone.is_some_and(|gone| gone.for_ever);
                Some(Gone { signups: made.len(), undo_until, for_ever })
            };
            match event {
                Try::SignUp => {
                    let signup = signup(u8::try_from(made.len()).unwrap(), now);
                    made.push(signup.clone());
                    memory.happen(Event::SignUp(signup), now);
                }
                Try::Confirm(ago) => {
                    let Some(index) = made.len().checked_sub(1 + usize::from(ago)) else { continue };
                    let found = memory.signups.iter().find(|signup| signup.nonce == made[index].nonce).cloned();
                    let Some(found) = found else { continue };
                    let outcome = memory.happen(Event::Confirm(found, by), now);
                    if outcome == Outcome::Confirmed {
                        if let Some(gone) = gone {
                            prop_assert!(!gone.for_ever, "lifted for ever");
                            prop_assert!(index >= gone.signups, "an old confirmation revived");
                        }
                        gone = None;
                    }
                }
                Try::Unsubscribe => {
                    memory.happen(Event::Unsubscribe(by), now);
                    let until = Some(now + TimeDelta::minutes(UNDO_MINUTES));
                    gone = match gone {
                        // Whoever was only unreachable is alive to leave and to undo it.
                        Some(before) if memory.reader.suppression.unwrap().at == now => {
                            Some(Gone { signups: made.len(), undo_until: until, ..before })
                        }
                        Some(before) => Some(Gone { signups: made.len(), ..before }),
                        None => leaves(None, &made, until, false),
                    };
                }
                Try::Undo => {
                    if memory.happen(Event::Undo(by), now) == Outcome::Undone {
                        let before = gone.take();
                        prop_assert!(before.is_some_and(|gone| gone.undo_until.is_some_and(|until| now <= until)));
                    }
                }
                Try::NotMe => {
                    memory.happen(Event::NotMe(by), now);
                    gone = leaves(gone, &made, None, true);
                }
                Try::Complain => {
                    memory.happen(Event::Complain(by), now);
                    gone = leaves(gone, &made, None, false);
                }
                Try::Bounce => {
                    let outcome = memory.happen(Event::Bounce(by), now);
                    if outcome == Outcome::Left {
                        gone = leaves(gone, &made, None, false);
                    }
                }
                Try::Choose => drop(memory.happen(Event::Choose([].into(), by), now)),
                Try::Find => drop(memory.happen(Event::Find, now)),
                Try::Import => drop(memory.happen(Event::Import(ImportedReader::default(), by), now)),
                Try::Add => drop(memory.happen(Event::Add(ImportedReader::default(), by), now)),
                Try::ImportOptOut(reason, at) => {
                    let opt_out = Some((reason, Some(now + TimeDelta::seconds(at))));
                    let row = ImportedReader { opt_out, ..ImportedReader::default() };
                    if memory.happen(Event::Import(row, by), now) == Outcome::Left {
                        let undo = memory.reader.suppression.unwrap().at + TimeDelta::minutes(UNDO_MINUTES);
                        let undo = (reason == SuppressionReason::Unsubscribed).then_some(undo);
                        gone = leaves(None, &made, undo, reason >= SuppressionReason::Asked
                            || gone.is_some_and(|gone| gone.for_ever));
                    }
                }
                Try::Erase => {
                    memory.happen(Event::Erase, now);
                    gone = leaves(None, &made, None, false);
                }
            }
            prop_assert!(gone.is_none() || !memory.is_mailed(), "mailed after {event:?}: {gone:?} {:?}", memory.reader);
        }
    }

    #[test]
    fn a_stranger_changes_nothing(signups in prop::collection::vec(0_i64..1_000_000, 0..10), suppressed in any::<bool>()) {
        let start = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let mut memory = Memory::default();
        memory.happen(Event::Add(ImportedReader::default(), Evidence::default()), start);
        if suppressed {
            memory.happen(Event::Unsubscribe(Evidence::default()), start);
        }
        let before = (memory.reader.subscription.clone(), memory.reader.suppression);
        let mut now = start;
        for (number, pause) in signups.into_iter().enumerate() {
            now += TimeDelta::seconds(pause);
            memory.happen(Event::SignUp(signup(u8::try_from(number).unwrap(), now)), now);
            memory.happen(Event::Find, now);
        }
        prop_assert_eq!(before, (memory.reader.subscription, memory.reader.suppression));
        let crowded = memory.asked.windows(2).any(|two| two[1] - two[0] < TimeDelta::minutes(10));
        prop_assert!(!crowded);
    }
}

fn signup(number: u8, now: DateTime<Utc>) -> Signup {
    Signup {
        nonce: Nonce([number; 16]),
        address: ada().address,
        fields: [].into(),
        topics: [].into(),
        evidence: Evidence::default(),
        requested_at: now,
        expires_at: now + TimeDelta::days(7),
        confirmed_at: None,
        source: "form".to_owned(),
        tags: [].into(),
    }
}

#[test]
fn who_said_it_was_not_me_is_never_asked_again() {
    let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
    let mut memory = Memory::default();
    assert_eq!(memory.happen(Event::SignUp(signup(0, now)), now), Outcome::Pending);
    assert_eq!(memory.happen(Event::NotMe(Evidence::default()), now), Outcome::Left);
    let later = now + TimeDelta::days(400);
    assert_eq!(memory.happen(Event::SignUp(signup(1, later)), later), Outcome::Withheld);
    assert!(memory.signups.is_empty() && memory.asked.len() == 1);
}

#[test]
fn a_confirmation_is_good_for_its_time_and_any_number_of_clicks() {
    let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
    let mut memory = Memory::default();
    memory.happen(Event::SignUp(signup(0, now)), now);
    let confirm =
        |memory: &mut Memory, at| memory.happen(Event::Confirm(memory.signups[0].clone(), Evidence::default()), at);
    let week = now + TimeDelta::days(7);
    assert_eq!(confirm(&mut memory, week + TimeDelta::seconds(1)), Outcome::Expired);
    assert_eq!(confirm(&mut memory, week), Outcome::Confirmed);
    assert_eq!(confirm(&mut memory, week), Outcome::AlreadyConfirmed);
    assert!(memory.reader.is_active());
}

#[test]
fn a_name_of_an_older_ledger_or_of_nobody_is_a_reason_all_the_same() {
    let read = ["hard bounce", "bounced", "unsubscribed", "complained", "asked", "it was not me", "moved"];
    let reasons = read.map(SuppressionReason::from_name).map(SuppressionReason::name);
    assert_eq!(reasons, ["bounced", "bounced", "unsubscribed", "complained", "asked", "it was not me", "asked"]);
}
