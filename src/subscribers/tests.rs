//! Tests lists from bytes to audience.

mod address;
mod cells;
mod names;
mod settings;

use std::collections::BTreeSet;
use std::fmt::Write;

use proptest::prelude::*;
use snapbox::{IntoData, assert_data_eq, str};

use super::columns::headings::{Answers, ReadOptions};
use super::{RowOutcome, SubscriberList};
use crate::config::ListSettings;
use crate::diagnostic::{Diagnostic, Problems};

fn told(diagnostics: &[Diagnostic]) -> String {
    let mut told = String::new();
    for diagnostic in diagnostics {
        let place = diagnostic.place.as_ref().unwrap();
        let (line, column) = place.line_and_column();
        let shown = place.source.text[place.span.clone()].chars().take(30).collect::<String>();
        write!(told, "{line}:{column} {:?} {shown:?} {}", diagnostic.severity, diagnostic.message).unwrap();
        match &diagnostic.help {
            Some(help) => writeln!(told, " = {help}").unwrap(),
            None => told.push('\n'),
        }
    }
    told
}

/// Everything read from a list, one fact per line.
fn read(bytes: impl AsRef<[u8]>) -> String {
    told_of(SubscriberList::read("subscribers.csv".into(), bytes.as_ref().to_vec()))
}

/// The same for a list with columns that a letter shows.
fn read_shown(list: &str, columns: &[&str]) -> String {
    let shown: BTreeSet<String> = columns.iter().map(|column| (*column).to_owned()).collect();
    let reading =
        ReadOptions { settings: &ListSettings::default(), shown: Some(&shown), answers: Answers::Configuration };
    told_of(SubscriberList::read_with("subscribers.csv".into(), list.as_bytes().to_vec(), reading))
}

fn told_of(list: Result<SubscriberList, Problems>) -> String {
    let list = match list {
        Ok(list) => list,
        Err(problems) => return format!("refused\n{}", told(&problems.0)),
    };
    let audience = list.audience().unwrap();
    let mut read = String::new();
    for subscriber in audience.subscribers().unwrap() {
        let subscriber = subscriber.unwrap();
        let fields: Vec<_> = subscriber.fields.iter().map(|(name, value)| format!(" {name}={value}")).collect();
        writeln!(read, "{}{}", subscriber.address, fields.concat()).unwrap();
    }
    let others = |merged: bool| {
        let rows = audience.list().rows().unwrap().map(Result::unwrap).zip(audience.outcomes());
        rows.filter_map(move |(row, fate)| {
            let (line, address) = (row.line, row.entry.ok()?.subscriber.address);
            match fate {
                RowOutcome::Skipped(reason) if !merged => Some(format!("{line} {address} {reason}\n")),
                RowOutcome::Duplicate if merged => Some(format!("{line} {address} again\n")),
                _ => None,
            }
        })
    };
    read.extend(others(false).chain(others(true)));
    read + &told(&audience.rejected) + &told(&audience.warnings)
}

#[test]
fn a_list_is_read_row_by_row() {
    let list = "email,name,status,tags,City of Birth\n\
        Ada@Example.org,Ada Lovelace,active,\"founder,test\",London\n\
        bo@example.net,\"Bo \"\"Bosse\"\" Svensson\",,,\n\
        \n\
        mina@münchen.example, Mina Berg ,Subscribed,early,\n\
        cy@example.com,,unsubscribed,,\n\
        di@example.com,,pending,,\n\
        ed@example.com,,bounced,,\n\
        fa@example.com,,complained,,\n";
    assert_data_eq!(
        read(list),
        str![[r#"
Ada@example.org city_of_birth=London name=Ada Lovelace tags=founder,test
bo@example.net name=Bo "Bosse" Svensson
mina@xn--mnchen-3ya.example name=Mina Berg tags=early
6 cy@example.com unsubscribed
7 di@example.com pending
8 ed@example.com bounced
9 fa@example.com complained

"#]]
    );
}

#[test]
fn the_dialect_of_the_file_makes_no_difference() {
    let list = "email,name\nada@example.org,Ada\nbo@example.net,\"Bo, Bosse\"\n";
    let expected = "ada@example.org name=Ada\nbo@example.net name=Bo, Bosse\n";
    let semicolons = list.replace("email,", "email;").replace("org,", "org;").replace("net,", "net;");
    let dialects = [
        list.to_owned(),
        list.replace('\n', "\r\n"),
        list.replace('\n', "\r"),
        list.trim_end().to_owned(),
        format!("\n\n{list}\n\n"),
        semicolons.clone(),
        semicolons.replace(';', "\t"),
        format!("sep=;\r\n{semicolons}"),
        list.replace("email,name", "\"E-Mail-Adresse\",Full Name").replace("Full Name", "NAME"),
    ];
    for dialect in dialects {
        assert_eq!(read(&dialect), expected, "{dialect:?}");
    }
}

#[test]
fn exports_of_other_services_keep_who_has_left() {
    let mailchimp = "Email Address,First Name,Last Name,UNSUB_TIME,CLEAN_TIME\n\
        ada@example.org,Ada,Lovelace,,\n\
        bo@example.net,Bo,,2026-01-02 10:00:00,\n\
        cy@example.com,Cy,,,2026-01-02 10:00:00\n";
    assert_data_eq!(
        read(mailchimp),
        str![[r#"
ada@example.org first_name=Ada last_name=Lovelace name=Ada Lovelace
3 bo@example.net unsubscribed
4 cy@example.com bounced

"#]]
    );
    let substack = "email,active_subscription,email_disabled\nada@example.org,false,false\nbo@example.net,false,true\n";
    assert_data_eq!(
        read(substack),
        str![[r#"
ada@example.org active_subscription=false
3 bo@example.net unsubscribed

"#]]
    );
    let ghost = "id,email,name,subscribed_to_emails,deleted_at\n\
        1,ada@example.org,Ada,true,\n\
        2,bo@example.net,,false,\n\
        3,cy@example.com,,true,2026-01-02\n\
        4,di@example.com,,,\n";
    assert_data_eq!(
        read(ghost),
        str![[r#"
ada@example.org id=1 name=Ada
3 bo@example.net unsubscribed
4 cy@example.com unsubscribed
5:19 Error "" `subscribed_to_emails` is empty = write one of `true`, `false`; or list the values of subscribers who get mail, in `newsletter.toml` under `[subscribers]`: `status = "subscribed_to_emails"` and `subscribed = ["…"]`

"#]]
    );
    let buttondown = "email_address,creation_date,type\n\
        ada@example.org,2026,regular\n\
        bo@example.net,2026,unsubscribed\n\
        cy@example.com,2026,unactivated\n\
        di@example.com,2026,undeliverable\n";
    assert_data_eq!(
        read(buttondown),
        str![[r#"
ada@example.org creation_date=2026
3 bo@example.net unsubscribed
4 cy@example.com pending
5 di@example.com bounced

"#]]
    );
    let listmonk = "uuid,email,name,attributes,status\n\
        u1,ada@example.org,Ada,\"{\"\"a\"\": 1}\",enabled\n\
        u2,bo@example.net,Bo,{},blocklisted\n";
    assert_data_eq!(
        read(listmonk),
        str![[r#"
ada@example.org attributes={"a": 1} name=Ada uuid=u1
3 bo@example.net unsubscribed

"#]]
    );
}

#[test]
fn a_heading_without_addresses_is_refused_with_the_way_out() {
    let lists = [
        "",
        " \n\n",
        "email,name\n",
        "emial,name\nada@example.org,Ada\n",
        "first,second\na,b\n",
        "ada@example.org,Ada\nbo@example.net,Bo\n",
        "email,name,E-Mail,Name\n1,2,3,4\n",
    ];
    let read = lists.map(read).concat();
    assert_data_eq!(
        read,
        str![[r#"
refused
1:1 Error "" the list is empty = start with a line of column names, such as `email,name`
refused
1:1 Error "" the list is empty = start with a line of column names, such as `email,name`
refused
1:1 Error "email,name" the list has a heading but no subscribers = add one subscriber per line; or delete the file, if your readers are in the ledger
ada@example.org name=Ada
1:1 Warning "emial" no column is called `email`; using `emial`, which holds only addresses = rename it to `email` to be sure
refused
1:1 Error "first,second" no column is called `email` = start with a line of column names, such as `email,name`
refused
1:1 Error "ada@example.org" the first line is not a heading = the first line names the columns: put `email` above the addresses
refused
1:12 Error "E-Mail" `email` and `E-Mail` are both address columns = rename or delete one of them

"#]]
    );
}

#[test]
fn a_quote_in_the_heading_that_takes_rows_with_it_is_refused_however_long_the_list_is() {
    let quote_left_open = |people| {
        let rows: Vec<_> = (0..people).map(|number| format!("r{number}@example.org,Ada\n")).collect();
        read(format!("email,\"name\n{}", rows.concat()))
    };
    assert_data_eq!(
        quote_left_open(2),
        str![[r#"
refused
1:7 Error "\"" this quote in the heading is never closed = close it, or double it (`""`) for the character itself

"#]]
        .raw()
    );
    assert_eq!(quote_left_open(10_000), quote_left_open(2), "more than one block");
    assert_data_eq!(
        read("email,\"name\nada@example.org,Ada\nbo@example.net,\"Bo\"\ncy@example.com,Cy\n"),
        str![[r#"
refused
1:7 Error "\"name\nada@example.org,Ada\nbo@e" this quote is closed several rows later = close it where the name of the column ends

"#]]
        .raw()
    );
}

#[test]
fn a_column_may_have_a_name_of_two_lines() {
    assert_data_eq!(
        read("email,\"first\r\nname\"\r\nada@example.org,Ada\r\n"),
        str![[r#"
ada@example.org first_name=Ada name=Ada

"#]]
    );
}

#[test]
fn bad_rows_are_rejected_each_with_its_place_and_reason() {
    let list = "email,name,status,\n\
        ,Nobody,,\n\
        ada@@example.org,Ada,,\n\
        Ada <ada@example.org>,,,\n\
        mailto:bo@example.net,,,\n\
        ada@example.org,Ada\n\
        ada@example.org,Lovelace, Ada,,\n\
        ada@example.org,\"Ada\r\nBcc: eve@example.org\",,\n\
        ada@example.org,A\u{0}da,,\n\
        ada@example.org,A\u{8}da,,\n\
        ada@example.org,A\tda,,\n\
        ada@example.org,A\u{e000}da,,\n\
        ada@example.org,Ada,maybe,\n\
        good@example.org,Good,,\n\
        ada@example.org,LONG,,\n\
        ada@example.org,\"Ada,,\n\
        bo@example.org,Bo,,\n"
        .replace("LONG", &"x".repeat(1001));
    assert_data_eq!(
        read(list),
        str![[r#"
good@example.org name=Good
2:1 Error "" no address = delete the row, or give it an address
3:1 Error "ada@@example.org" `ada@@example.org` is not an address: it has more than one `@`
4:1 Error "Ada <ada@example.org>" `Ada <ada@example.org>` is not an address: it contains a space or control character = write the address only: `ada@example.org`
5:1 Error "mailto:bo@example.net" `mailto:bo@example.net` is not an address: `:` is not allowed before the `@` = write the address only: `bo@example.net`
6:1 Error "ada@example.org,Ada" this row has 2 cells, but the list has 4 columns = a value may be empty, but not missing
7:26 Error " Ada" `Ada` is not a known value of `status` = write one of `active`, `pending`, `unsubscribed`, `bounced`, `complained`; or list the values of subscribers who get mail, in `newsletter.toml` under `[subscribers]`: `status = "status"` and `subscribed = ["…"]`
8:17 Error "\"Ada\r\nBcc: eve@example.org\"" `name` contains a line end
10:17 Error "A\0da" `name` contains a NUL character
11:17 Error "A\u{8}da" `name` contains the control character U+0008
12:17 Error "A\tda" `name` contains a tab
13:17 Error "A\u{e000}da" `name` contains a private-use character
14:21 Error "maybe" `maybe` is not a known value of `status` = write one of `active`, `pending`, `unsubscribed`, `bounced`, `complained`; or list the values of subscribers who get mail, in `newsletter.toml` under `[subscribers]`: `status = "status"` and `subscribed = ["…"]`
16:17 Error "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" `name` has 1001 characters, more than 1000
17:17 Error "\"" this quote is never closed, so the next line is not read as a row = close it, or double it (`""`) for the character itself

"#]]
        .raw()
    );
}

#[test]
fn two_rows_with_one_address_are_one_mail_and_the_more_restrictive_wins() {
    let list = "email,name,status\n\
        ada@example.org,Ada,\n\
        mina@münchen.example,Mina,active\n\
        bo@example.net,Bo,unsubscribed\n\
        ADA@Example.ORG,Countess,complained\n\
        Mina@xn--mnchen-3ya.example,,\n\
        bo@example.net,,active\n\
        ada@example.org,,\n";
    assert_data_eq!(
        read(list),
        str![[r#"
mina@xn--mnchen-3ya.example name=Mina
2 ada@example.org complained
4 bo@example.net unsubscribed
5 ADA@example.org again
6 Mina@xn--mnchen-3ya.example again
7 bo@example.net again
8 ada@example.org again

"#]]
    );
}

#[test]
fn a_list_that_is_not_utf_8_is_read_with_a_warning_that_names_the_line() {
    assert_data_eq!(
        read(b"email;name\r\nada@example.org;Ada\r\nbj@example.org;Bj\xF6rn\r\nzo@example.org;Zo\xEB\r\n"),
        str![[r#"
ada@example.org name=Ada
bj@example.org name=Björn
zo@example.org name=Zoë
3:1 Warning "bj@example.org;Björn" this line is not UTF-8, and neither are 1 more; read as windows-1252 = save the list as UTF-8 to be sure that names are correct

"#]]
    );
}

#[test]
fn the_example_list_shows_what_a_list_can_hold() {
    let list = SubscriberList::read("example".into(), include_bytes!("../../subscribers.example.csv").to_vec());
    let audience = list.unwrap().audience().unwrap();
    assert_eq!((&audience.rejected, &audience.warnings), (&vec![], &vec![]));
    let skipped = audience.outcomes().iter().any(|fate| matches!(fate, RowOutcome::Skipped(_)));
    assert!(audience.count(RowOutcome::Recipient) >= 8 && skipped && audience.count(RowOutcome::Duplicate) == 0);
}

/// The number of rows of a file, counted without the reader: lines with more than separators, for
/// files without quotes.
fn lines_of(list: &str) -> usize {
    let is_row = |line: &&str| line.contains(|letter: char| letter != ',' && !letter.is_whitespace());
    list.split(['\n', '\r']).skip(1).filter(is_row).count()
}

proptest! {
    #[test]
    fn no_row_is_dropped(
        rows in prop::collection::vec("[aAb]@(ex\\.org|münchen\\.example)(,|;|,x|,unsubscribed|,\u{e000}|,a,b|)|\\PC{0,20}|\r?", 1..30),
    ) {
        let list = format!("email,status\n{}", rows.join("\n")).replace('"', "'");
        let Ok(read) = SubscriberList::read("list".into(), list.clone().into_bytes()) else {
            prop_assert_eq!(lines_of(&list.replace([' ', '\t', '\u{a0}'], "")), 0);
            return Ok(());
        };
        let audience = read.audience().unwrap();
        let found = audience.outcomes().len();
        prop_assert_eq!(found, lines_of(&list));
        prop_assert_eq!(audience.subscribers().unwrap().count() as u64, audience.count(RowOutcome::Recipient));
        // An unknown status is reported once for all rows.
        prop_assert!(audience.rejected.len() as u64 <= audience.count(RowOutcome::Rejected));
        prop_assert_eq!(audience.rejected.is_empty(), audience.count(RowOutcome::Rejected) == 0);
    }

    #[test]
    fn any_bytes_are_answered_and_no_field_can_break_a_header(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let list = [b"email,name\n", bytes.as_slice()].concat();
        if let Ok(list) = SubscriberList::read("list".into(), list) {
            for subscriber in list.audience().unwrap().subscribers().unwrap() {
                let subscriber = subscriber.unwrap();
                prop_assert!(!subscriber.fields.values().any(|value| value.is_empty() || value.contains(char::is_control)));
            }
        }
    }
}
