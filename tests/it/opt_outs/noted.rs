//! Tests refusals in columns of notes and tags.

use super::subscribers_who_said_no_are_not_mailed;

const HEADINGS: [&str; 11] = [
    "notes",
    "tags",
    "created_at",
    "subscribed_at",
    "Labels",
    "Bemerkung",
    "remarques",
    "notas",
    "заметки",
    "備考",
    "source",
];

const CELLS: [&str; 24] = [
    "unsubscribed",
    "vip,unsubscribed",
    "unsubscribed 2024-05-01",
    "STOP",
    "opt-out",
    "do not mail",
    "please stop sending",
    "no newsletter",
    "bitte nichts mehr schicken",
    "abgemeldet",
    "kein Newsletter",
    "ne plus envoyer",
    "désabonné le 3 mai",
    "no enviar",
    "baja",
    "non inviare",
    "niet meer mailen",
    "avregistrerad",
    "nie wysyłać",
    "отписан",
    "больше не писать",
    "配信停止",
    "已退订",
    "수신거부",
];

#[test]
fn a_refusal_counts_among_notes_and_tags() {
    let lists = HEADINGS.iter().flat_map(|heading| {
        CELLS.iter().map(move |cell| {
            let rows =
                format!("ada@example.org,early\ngone@example.com,\"{cell}\"\nbo@example.net,\ncy@example.org,early\n");
            (format!("{heading}: {cell}"), format!("email,{heading}\n{rows}"))
        })
    });
    assert_eq!(subscribers_who_said_no_are_not_mailed(lists), HEADINGS.len() * CELLS.len());
}
