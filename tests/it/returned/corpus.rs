//! Compares with what sisimai says of its own set of returned mails.

use std::fs;

use newsletter::returned::{MailKind, Request, read};

use super::touches_readers;

#[test]
#[ignore = "needs NEWSLETTER_BOUNCES, a folder of returned mails with their gold.json"]
fn the_set_of_sisimai_is_read_as_well_as_the_goal_asks() {
    let folder = std::env::var("NEWSLETTER_BOUNCES").expect("NEWSLETTER_BOUNCES is a folder");
    let gold: serde_json::Value = serde_json::from_slice(&fs::read(format!("{folder}/gold.json")).unwrap()).unwrap();
    let (mut named, mut right) = (0_u32, 0_u32);
    let (mut dead_and_said, mut not_dead_but_said, mut dead_not_said) = (0_u32, 0_u32, 0_u32);
    for (file, expected) in gold.as_object().unwrap() {
        let mail = read(&fs::read(format!("{folder}/{file}")).unwrap()).unwrap();
        let (addresses, is_dead) = match &mail.kind {
            MailKind::Reports(reports) => (
                reports.iter().flat_map(|report| [&report.recipient, &report.original]).flatten().cloned().collect(),
                reports.iter().any(|report| report.class.is_dead()),
            ),
            MailKind::Complaint(complaint) => (complaint.recipients.clone(), false),
            _ => (Vec::from_iter(mail.from), false),
        };
        let keys: Vec<String> = addresses.iter().map(newsletter::model::EmailAddress::key).collect();
        let wanted: Vec<&str> =
            expected["recipients"].as_array().unwrap().iter().filter_map(|one| one.as_str()).collect();
        // An address that sisimai makes up where none is named.
        if !wanted.is_empty() && !wanted.iter().all(|one| one.ends_with(".invalid")) {
            named += 1;
            right += u32::from(wanted.iter().any(|one| keys.contains(&one.to_lowercase())));
        }
        if expected["filtered"] == false {
            match (expected["dead"].as_bool(), is_dead) {
                (Some(true), true) => dead_and_said += 1,
                (Some(false), true) => not_dead_but_said += 1,
                (Some(true), false) => dead_not_said += 1,
                _ => {}
            }
        }
    }
    let recipients = f64::from(right) / f64::from(named);
    let precision = f64::from(dead_and_said) / f64::from(dead_and_said + not_dead_but_said);
    let recall = f64::from(dead_and_said) / f64::from(dead_and_said + dead_not_said);
    println!("recipients {recipients:.3}, dead: precision {precision:.3}, recall {recall:.3}");
    assert!(recipients >= 0.97 && precision >= 0.97 && recall >= 0.85);
}

#[test]
#[ignore = "needs NEWSLETTER_BOUNCES, a folder of returned mails with their gold.json"]
fn letters_of_the_set_are_letters() {
    let folder = std::env::var("NEWSLETTER_BOUNCES").expect("NEWSLETTER_BOUNCES is a folder");
    for file in ["is-not-bounce-01.eml", "is-not-bounce-02.eml"] {
        let mail = read(&fs::read(format!("{folder}/not/{file}")).unwrap()).unwrap();
        assert!(!touches_readers(&mail), "{file}: {mail:?}");
        assert_ne!(mail.kind, MailKind::Request(Request::Unsubscribe));
    }
}
