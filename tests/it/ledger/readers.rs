//! Tests what the ledger keeps about readers.

use chrono::{DateTime, TimeDelta, Utc};
use newsletter::ledger::{Ledger, ReaderRecords};
use newsletter::message::TokenKey;
use newsletter::model::{IssueNumber, Token};
use newsletter::readers::{
    BounceClass, BounceReport, ConsentKind, Event, Evidence, Identity, ImportedReader, MailKind, MailOutcome, Nonce,
    Outcome, Reader, Signup, SuppressionReason,
};

use super::world::{World, address, at};

const LIST: &str = "weekly.example.org";

fn key() -> TokenKey {
    TokenKey::new(b"0123456789abcdef0123456789abcdef")
}

pub(super) fn who(text: &str) -> Identity {
    key().identify(LIST, &address(text))
}

pub(super) fn by(how: &str) -> Evidence {
    Evidence { how: how.to_owned(), words: "Yes, please".to_owned(), network: "192.0.2.0/24".to_owned() }
}

pub(super) fn signup(text: &str, number: u8, now: DateTime<Utc>) -> Signup {
    Signup {
        nonce: Nonce([number; 16]),
        address: address(text),
        fields: [("name".to_owned(), "Ada".to_owned())].into(),
        topics: ["deep".to_owned()].into(),
        evidence: by("https://letter.example.org/subscribe"),
        requested_at: now,
        expires_at: now + TimeDelta::days(7),
        confirmed_at: None,
        source: "mail".to_owned(),
        tags: ["vip".to_owned()].into(),
    }
}

pub(super) fn change<T>(ledger: &mut dyn Ledger, mut work: impl FnMut(&mut dyn ReaderRecords) -> T) -> T {
    let mut result = None;
    ledger
        .change_readers(&mut |records| {
            result = Some(work(records));
            Ok(())
        })
        .unwrap();
    result.unwrap()
}

pub(super) fn happen(ledger: &mut dyn Ledger, text: &str, event: &Event, now: DateTime<Utc>) -> Outcome {
    change(ledger, |records| records.happen(&who(text), event.clone(), now).unwrap())
}

fn confirm(ledger: &mut dyn Ledger, text: &str, number: u8, now: DateTime<Utc>) -> Option<Outcome> {
    change(ledger, |records| {
        let signup = records.signup(Nonce([number; 16])).unwrap()?;
        Some(records.happen(&who(text), Event::Confirm(signup, by("confirmed")), now).unwrap())
    })
}

fn reader(ledger: &mut dyn Ledger, text: &str, now: DateTime<Utc>) -> Reader {
    let mut found = None;
    ledger
        .read_readers(&mut |records| {
            found = Some(records.reader(&who(text), now)?);
            Ok(())
        })
        .unwrap();
    found.unwrap()
}

fn subscribers(ledger: &mut dyn Ledger) -> Vec<String> {
    let mut all = Vec::new();
    let mut each = |row: newsletter::ledger::SubscriberRow| {
        all.push(format!("{} {}", row.address, row.fields));
        Ok(())
    };
    ledger.subscribers(&mut each).unwrap();
    all
}

pub(super) fn owner(ledger: &mut dyn Ledger, token: Token) -> Option<String> {
    let mut found = None;
    ledger
        .read_readers(&mut |records| {
            found = records.owner(token)?;
            Ok(())
        })
        .unwrap();
    found
}

pub(super) fn a_token_outlives_its_row(world: &mut World<'_>) {
    world.plan(&["Ada@example.org", "bo@example.org"]);
    let ledger = world.ledger();
    assert_eq!(owner(ledger, who("ada@example.org").token), None);
    assert!(ledger.lacks_tokens("k").unwrap() && !ledger.lacks_tokens("another key").unwrap());
    ledger.index_tokens("k", &|address| key().unsubscribe_token(LIST, address)).unwrap();
    assert!(!ledger.lacks_tokens("k").unwrap());
    ledger.index_tokens("k", &|_| panic!("nothing is left to do")).unwrap();
    let link = key().token(LIST, &address("ada@example.org"));
    for form in [link.clone(), Token::parse(&link).unwrap().folded().to_uppercase()] {
        assert_eq!(owner(ledger, Token::parse(&form).unwrap()).as_deref(), Some("ada@example.org"));
    }
    assert_eq!(owner(ledger, Token([0; 16])), None);
}

pub(super) fn a_reader_comes_and_goes(world: &mut World<'_>) {
    let ada = "Ada@example.org";
    let ledger = world.ledger();
    assert_eq!(happen(ledger, ada, &Event::SignUp(signup(ada, 1, at(0))), at(0)), Outcome::Pending);
    assert_eq!(subscribers(ledger), [""; 0], "nobody is a subscriber before they confirm");
    assert_eq!(confirm(ledger, ada, 9, at(1)), None);
    assert_eq!(confirm(ledger, ada, 1, at(1)), Some(Outcome::Confirmed));
    assert_eq!(confirm(ledger, ada, 1, at(2)), Some(Outcome::AlreadyConfirmed));
    assert_eq!(subscribers(ledger), [r#"Ada@example.org {"name":"Ada"}"#]);
    assert_eq!(owner(ledger, who(ada).token).as_deref(), Some("ada@example.org"), "before any mail");
    let kept = reader(ledger, ada, at(2)).subscription.unwrap();
    assert_eq!((kept.since, kept.confirmed_at, kept.topics.len()), (at(1), Some(at(1)), 1));
    assert_eq!((kept.source.as_str(), kept.tags.into_iter().collect::<Vec<_>>()), ("mail", vec!["vip".to_owned()]));

    assert_eq!(happen(ledger, ada, &Event::Unsubscribe(by("link")), at(10)), Outcome::Left);
    assert_eq!(subscribers(ledger), [""; 0]);
    assert!(ledger.suppressed_mailboxes().unwrap().contains("ada@example.org"));
    assert_eq!(confirm(ledger, ada, 1, at(11)), None, "the link died when they left");
    assert_eq!(happen(ledger, ada, &Event::Undo(by("link")), at(3610)), Outcome::Undone);
    assert_eq!(subscribers(ledger).len(), 1);
    assert_eq!(happen(ledger, ada, &Event::Unsubscribe(by("link")), at(4000)), Outcome::Left);
    assert_eq!(happen(ledger, ada, &Event::Undo(by("link")), at(7601)), Outcome::NotUndone);

    let what: Vec<_> = change(ledger, |records| records.evidence(&who(ada)).unwrap());
    let kinds: Vec<_> = what.iter().map(|event| event.what.name()).collect();
    assert_eq!(kinds, ["signed up", "confirmed", "unsubscribed", "changed", "unsubscribed"]);
    assert_eq!(what[0].what, ConsentKind::SignedUp);
    assert_eq!(what[0].evidence, by("https://letter.example.org/subscribe"));

    change(ledger, |records| records.forget_evidence(at(2)).unwrap());
    assert_eq!(change(ledger, |records| records.evidence(&who(ada)).unwrap()).len(), 3, "the rest is younger");

    assert_eq!(happen(ledger, ada, &Event::Erase, at(9000)), Outcome::Erased);
    let nobody = reader(ledger, ada, at(9000));
    assert_eq!(nobody, Reader { is_erased: true, ..Reader::default() });
    assert_eq!((owner(ledger, who(ada).token), ledger.erased().unwrap()), (None, vec![who(ada).erased.0]));
    let import = Event::Import(ImportedReader::default(), by("old list"));
    assert_eq!(happen(ledger, ada, &import, at(9001)), Outcome::StaysErased);
}

pub(super) fn who_is_erased_stays_in_the_counts_of_a_delivery_only(world: &mut World<'_>) {
    world.plan(&["ada@example.org", "bo@example.org"]);
    world.mark(1);
    world.settle(1, newsletter::model::State::Accepted, None);
    world.settle(2, newsletter::model::State::Deferred, Some(20));
    for reader in ["ada@example.org", "bo@example.org"] {
        happen(world.ledger(), reader, &Event::Erase, at(50));
    }
    let rows = world.rows().join("\n");
    assert!(!rows.contains('@') && rows.contains(" accepted 1 ") && rows.contains(" suppressed "), "{rows}");
}

pub(super) fn mail_waits_until_it_is_settled(world: &mut World<'_>) {
    let ledger = world.ledger();
    happen(ledger, "ada@example.org", &Event::SignUp(signup("ada@example.org", 1, at(0))), at(0));
    happen(ledger, "bo@example.org", &Event::SignUp(signup("bo@example.org", 2, at(1))), at(1));
    let due = |ledger: &mut dyn Ledger, now| change(ledger, |records| records.mail_due(at(now), true).unwrap());
    let first = due(ledger, 5).unwrap();
    assert_eq!(
        (first.kind, first.address.as_str(), first.nonce),
        (MailKind::Confirm, "ada@example.org", Some(Nonce([1; 16])))
    );
    change(ledger, |records| records.settle_mail(first.id, MailOutcome::Later(at(100)), at(5)).unwrap());
    let second = due(ledger, 5).unwrap();
    assert_eq!(second.address, "bo@example.org");
    change(ledger, |records| records.settle_mail(second.id, MailOutcome::Sent, at(6)).unwrap());
    assert_eq!(due(ledger, 99), None);
    assert_eq!(due(ledger, 100).unwrap().attempts, 1);
    change(ledger, |records| {
        assert_eq!((records.mail_waiting().unwrap(), records.confirmations_sent(at(0)).unwrap()), (1, vec![at(6)]));
    });
    // Whoever leaves is not asked any more.
    happen(ledger, "ada@example.org", &Event::NotMe(by("link")), at(101));
    assert_eq!(due(ledger, 200), None);
    let week = at(8 * 24 * 60 * 60);
    change(ledger, |records| records.forget_old(week).unwrap());
    assert_eq!(confirm(ledger, "bo@example.org", 2, week), None, "forgotten");
}

pub(super) fn the_worst_report_of_an_issue_is_kept(world: &mut World<'_>) {
    let ledger = world.ledger();
    let bo = who("bo@example.org");
    let report = |issue, class, is_proof, text: &str| BounceReport {
        issue: IssueNumber(issue),
        class,
        is_proof,
        status: "5.1.1".to_owned(),
        text: text.to_owned(),
        at: at(0),
    };
    let kept = change(ledger, |records| {
        for report in [
            report(42, BounceClass::Full, false, "full"),
            report(42, BounceClass::Dead, false, "gone, says a stranger"),
            report(42, BounceClass::Policy, true, "spam"),
            report(42, BounceClass::Dead, true, "gone"),
            report(42, BounceClass::Dead, true, "gone again"),
            report(43, BounceClass::Late, true, "later"),
        ] {
            records.keep_bounce(&bo, &report).unwrap();
        }
        records.bounces(&bo).unwrap()
    });
    assert_eq!(kept, [report(43, BounceClass::Late, true, "later"), report(42, BounceClass::Dead, true, "gone")]);
}

pub(super) fn a_failed_change_changes_nothing(world: &mut World<'_>) {
    let ledger = world.ledger();
    let failed = ledger.change_readers(&mut |records| {
        records.happen(&who("ada@example.org"), Event::Unsubscribe(by("link")), at(0))?;
        anyhow::bail!("no")
    });
    assert_eq!(failed.unwrap_err().to_string(), "no");
    assert_eq!(reader(ledger, "ada@example.org", at(1)), Reader::default());
}

/// In memory, events are tried in every order by the tests of `readers`; here, that the ledger keeps what they decide.
pub(super) fn no_order_of_events_mails_somebody_suppressed(world: &mut World<'_>) {
    let ledger = world.ledger();
    let (mut seed, mut now) = (7_u64, 0);
    let ada = "ada@example.org";
    let mut made = 0_u8;
    for _ in 0..400 {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        now += i64::try_from(seed >> 40).unwrap() % 3000;
        let before = reader(ledger, ada, at(now));
        let outcome = match (seed >> 33) % 9 {
            0 => {
                made = made.wrapping_add(1);
                happen(ledger, ada, &Event::SignUp(signup(ada, made, at(now))), at(now))
            }
            1 | 2 => match confirm(ledger, ada, made, at(now)) {
                Some(outcome) => outcome,
                None => continue,
            },
            3 => happen(ledger, ada, &Event::Unsubscribe(by("link")), at(now)),
            4 => happen(ledger, ada, &Event::Undo(by("link")), at(now)),
            5 => happen(ledger, ada, &Event::Complain(by("report")), at(now)),
            6 => happen(ledger, ada, &Event::Bounce(by("report")), at(now)),
            7 => happen(ledger, ada, &Event::Import(ImportedReader::default(), by("file")), at(now)),
            _ => {
                let opt_out = Some((SuppressionReason::Bounced, None));
                let row = ImportedReader { opt_out, ..ImportedReader::default() };
                happen(ledger, ada, &Event::Add(row, by("file")), at(now))
            }
        };
        let after = reader(ledger, ada, at(now));
        let lifted = before.suppression.is_some() && after.suppression.is_none();
        assert_eq!(lifted, lifted && matches!(outcome, Outcome::Confirmed | Outcome::Undone), "{outcome:?}");
        assert_eq!(subscribers(ledger).len(), usize::from(after.is_active()), "{outcome:?}");
        let suppressed = ledger.suppressed_mailboxes().unwrap().contains(ada);
        assert_eq!(suppressed, after.suppression.is_some());
    }
    assert!(made > 20);
}

pub(super) fn everything_about_readers_is_listed(world: &mut World<'_>) {
    let ledger = world.ledger();
    for (number, name) in ["Bo", "ada", "cy"].iter().enumerate() {
        let address = format!("{name}@example.org");
        let row = ImportedReader { source: "list".to_owned(), since: Some(at(5)), ..ImportedReader::default() };
        happen(ledger, &address, &Event::Import(row, by("list")), at(i64::try_from(number).unwrap()));
    }
    happen(ledger, "cy@example.org", &Event::Unsubscribe(by("link")), at(10));
    happen(ledger, "dee@example.org", &Event::Complain(by("report")), at(11));
    happen(ledger, "eve@example.org", &Event::SignUp(signup("eve@example.org", 1, at(12))), at(12));
    let known = |ledger: &mut dyn Ledger, after: &str, most| {
        let known = change(ledger, |records| records.known_after(after, most).unwrap());
        known.into_iter().map(|reader| format!("{} {}", reader.key, reader.address)).collect::<Vec<_>>()
    };
    assert_eq!(known(ledger, "", 2), ["ada@example.org ada@example.org", "bo@example.org Bo@example.org"]);
    assert_eq!(
        known(ledger, "bo@example.org", 9),
        ["cy@example.org cy@example.org", "dee@example.org dee@example.org"]
    );
    change(ledger, |records| {
        let eve = who("eve@example.org");
        assert_eq!(records.waiting_signups(at(13)).unwrap(), [signup("eve@example.org", 1, at(12))]);
        assert_eq!(records.waiting_signups(at(12) + TimeDelta::days(8)).unwrap(), []);
        assert_eq!(records.signups_of(&eve).unwrap().len(), 1);
        let mail = records.mail_to(&eve).unwrap();
        assert_eq!((mail.len(), mail[0].kind, mail[0].state.as_str()), (1, MailKind::Confirm, "waiting"));
    });
    let report = |class| BounceReport {
        issue: IssueNumber(42),
        class,
        is_proof: true,
        status: String::new(),
        text: String::new(),
        at: at(0),
    };
    change(ledger, |records| {
        records.keep_bounce(&who("ada@example.org"), &report(BounceClass::Policy)).unwrap();
        records.keep_bounce(&who("bo@example.org"), &report(BounceClass::Policy)).unwrap();
        records.keep_bounce(&who("cy@example.org"), &report(BounceClass::Dead)).unwrap();
    });
    let counts = [(IssueNumber(42), BounceClass::Policy, 2), (IssueNumber(42), BounceClass::Dead, 1)];
    assert_eq!(ledger.bounce_counts().unwrap(), counts);
    ledger.scrub().unwrap();
    assert_eq!(known(ledger, "", 9).len(), 4, "only what was deleted is gone");
}

pub(super) fn what_was_exported_is_restored_unless_the_reader_said_something_else(world: &mut World<'_>) {
    let ledger = world.ledger();
    let kept = |suppression| {
        let subscription = newsletter::readers::Subscription {
            address: address("ada@example.org"),
            fields: [].into(),
            topics: [].into(),
            tags: ["vip".to_owned()].into(),
            source: "form".to_owned(),
            since: at(1),
            confirmed_at: Some(at(1)),
        };
        let consent =
            vec![newsletter::readers::ConsentEvent { what: ConsentKind::Confirmed, evidence: by("form"), at: at(1) }];
        Event::Restore(newsletter::readers::RestoredReader { subscription: Some(subscription), suppression, consent })
    };
    let ada = "ada@example.org";
    assert_eq!(happen(ledger, ada, &kept(None), at(100)), Outcome::Added);
    assert_eq!(happen(ledger, ada, &kept(None), at(101)), Outcome::AlreadyHere);
    let evidence = change(ledger, |records| records.evidence(&who(ada)).unwrap());
    assert_eq!(evidence.len(), 1, "an export is taken over as it is");
    let left = newsletter::readers::Suppressed { reason: SuppressionReason::Unsubscribed, at: at(50) };
    assert_eq!(happen(ledger, ada, &kept(Some(left)), at(102)), Outcome::Left);
    assert!(matches!(happen(ledger, ada, &kept(Some(left)), at(103)), Outcome::AlreadyLeft(_)));
    let stays = Outcome::StaysSuppressed(SuppressionReason::Unsubscribed);
    assert_eq!(happen(ledger, ada, &kept(None), at(104)), stays);
    let tag = Event::Tag { add: ["new".to_owned()].into(), remove: ["vip".to_owned()].into() };
    assert_eq!(happen(ledger, ada, &tag, at(105)), Outcome::Changed);
    let tags = reader(ledger, ada, at(106)).subscription.unwrap().tags;
    assert_eq!(tags.into_iter().collect::<Vec<_>>(), ["new"]);
    assert_eq!(happen(ledger, ada, &Event::Erase, at(107)), Outcome::Erased);
    assert_eq!(happen(ledger, ada, &kept(None), at(108)), Outcome::StaysErased);
}
