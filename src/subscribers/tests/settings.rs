//! Tests `[subscribers] status`, `subscribed` and `fields`: settings for columns that cannot be
//! understood otherwise.

use std::collections::BTreeSet;

use snapbox::{assert_data_eq, str};

use super::{Answers, ReadOptions, SubscriberList, told_of};
use crate::config::ListSettings;

fn read(list: &str, status: Option<&str>, subscribed: &[&str], fields: &[&str]) -> String {
    let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    let settings =
        ListSettings { status: status.map(str::to_owned), subscribed: owned(subscribed), fields: owned(fields) };
    let reading = ReadOptions { settings: &settings, shown: Some(&BTreeSet::new()), answers: Answers::Configuration };
    told_of(SubscriberList::read_with("subscribers.csv".into(), list.as_bytes().to_vec(), reading))
}

const LIST: &str = "email,Zustand,opt_in_ip,vip\n\
    ada@example.org,dabei,192.0.2.1,yes\n\
    bo@example.net,weg,192.0.2.2,no\n\
    cy@example.com,,192.0.2.3,no\n\
    di@example.org,DABEI,192.0.2.4,no\n";

#[test]
fn an_unknown_column_is_asked_about_once_with_the_lines_to_add() {
    assert_data_eq!(
        read(LIST, None, &[], &[]),
        str![[r#"
refused
1:7 Error "Zustand" `Zustand` (`dabei`, `weg`, `DABEI`) and `vip` (`no`, `yes`) may each decide who gets mail, but their meaning is not known = in `newsletter.toml` under `[subscribers]`, write `fields = ["Zustand", "vip"]` if they are only fields; if one of them says who gets mail, write `status = "Zustand"` and `subscribed = ["…"]` (with `fields = ["vip"]`), and subscribers with any other value get no mail

"#]]
    );
    assert_data_eq!(
        read(LIST, None, &[], &["vip"]),
        str![[r#"
refused
1:7 Error "Zustand" `Zustand` (`dabei`, `weg`, `DABEI`) may decide who gets mail, but its meaning is not known = in `newsletter.toml` under `[subscribers]`, write `fields = ["vip", "Zustand"]` if it is only a field; if it says who gets mail, write `status = "Zustand"` and `subscribed = ["…"]`, and subscribers with any other value get no mail

"#]]
    );
    assert_data_eq!(
        read(LIST, Some("Zustand"), &["dabei"], &[]),
        str![[r#"
refused
1:25 Error "vip" `vip` (`no`, `yes`) may decide who gets mail, but its meaning is not known = in `newsletter.toml` under `[subscribers]`, if it is only a field: `fields = ["vip"]`

"#]]
    );
}

#[test]
fn everybody_whose_status_is_not_among_the_subscribed_is_left_out() {
    assert_data_eq!(
        read(LIST, Some("Zustand"), &["dabei"], &["vip"]),
        str![[r#"
ada@example.org opt_in_ip=192.0.2.1 vip=yes
di@example.org opt_in_ip=192.0.2.4 vip=no
3 bo@example.net not subscribed
4 cy@example.com not subscribed

"#]]
    );
    assert_data_eq!(
        read(LIST, Some("zustand"), &["dabei", "weg"], &["VIP"]),
        str![[r#"
ada@example.org opt_in_ip=192.0.2.1 vip=yes
bo@example.net opt_in_ip=192.0.2.2 vip=no
di@example.org opt_in_ip=192.0.2.4 vip=no
4 cy@example.com not subscribed

"#]]
    );
}

#[test]
fn a_column_that_is_only_a_field_keeps_nobody_from_mail() {
    assert_data_eq!(
        read(LIST, None, &[], &["Zustand", "vip"]),
        str![[r#"
ada@example.org opt_in_ip=192.0.2.1 vip=yes zustand=dabei
bo@example.net opt_in_ip=192.0.2.2 vip=no zustand=weg
cy@example.com opt_in_ip=192.0.2.3 vip=no
di@example.org opt_in_ip=192.0.2.4 vip=no zustand=DABEI

"#]]
    );
    assert_data_eq!(
        read("email,status\nada@example.org,unsubscribed\n", None, &[], &["status"]),
        str![[r#"
ada@example.org status=unsubscribed

"#]]
    );
}

#[test]
fn a_status_without_values_is_read_by_the_words_that_are_known() {
    assert_data_eq!(
        read(
            "email,wie\nada@example.org,aktiv\nbo@example.net,abgemeldet\ncy@example.com,vielleicht\ndi@example.com,vielleicht\n",
            Some("wie"),
            &[],
            &[]
        ),
        str![[r#"
ada@example.org
3 bo@example.net unsubscribed
4:16 Error "vielleicht" `vielleicht` is not a known value of `wie`, here and in another row = write one of `active`, `pending`, `unsubscribed`, `bounced`, `complained`; or list the values of subscribers who get mail, in `newsletter.toml` under `[subscribers]`: `status = "wie"` and `subscribed = ["aktiv"]`

"#]]
    );
}

#[test]
fn a_column_that_is_not_there_is_an_error() {
    assert_data_eq!(
        read(LIST, Some("Zustant"), &["dabei"], &["vip", "nothing"]),
        str![[r#"
refused
1:1 Error "email,Zustand,opt_in_ip,vip" `status` under `[subscribers]` names `Zustant`, but the list has no such column = did you mean `Zustand`?
1:1 Error "email,Zustand,opt_in_ip,vip" `fields` under `[subscribers]` names `nothing`, but the list has no such column = its columns are `email`, `Zustand`, `opt_in_ip` and `vip`

"#]]
    );
}
