//! Tests columns that look like a subscription status and are not one.

use super::{fields_line, mailed};
use crate::support::Project;

/// A heading and the values below it.
type Column = (&'static str, &'static [&'static str]);

/// Read without a question.
const BY_DEFAULT: [Column; 57] = [
    ("state", &["CA", "NY", "TX", "WA"]),
    ("State", &["California", "New York", "Ohio"]),
    ("Estado", &["SP", "RJ", "MG", "BA"]),
    ("Bundesland", &["Bayern", "Hessen", "Berlin"]),
    ("state/province", &["ON", "QC", "ON"]),
    ("city", &["Bremen", "Bremen", "Bern"]),
    ("Ort", &["Wien", "Graz"]),
    ("ville", &["Lyon", "Lyon", "Nice"]),
    ("country", &["NO", "DE", "SE"]),
    ("Country", &["Norway", "Norway"]),
    ("language", &["no", "de", "no"]),
    ("Sprache", &["de", "de", "en"]),
    ("locale", &["en_GB", "de_DE"]),
    ("plan", &["free", "paid", "free"]),
    ("tier", &["Free", "Premium"]),
    ("tags", &["vip", "vip,founder", ""]),
    ("labels", &["early", "", "early"]),
    (
        "groups notes",
        &[
            "She wrote that she would like to meet us in Hamburg in the spring of next year",
            "He sent a postcard from his holidays in the mountains, with a drawing of a goat on it",
            "They run a small cinema by the harbour and show our films every second Tuesday",
            "Plays the tuba in a band that we heard in the park; wants to know when we come again",
            "A friend of the house since the very first issue, and a great reader of footnotes",
            "Found us through the library, which keeps a printed copy of every issue in a drawer",
        ],
    ),
    ("notes", &["", "prefers tea", ""]),
    ("website", &["https://ada.example.org", "https://bo.example.net"]),
    ("unsubscribe_link", &["https://example.org/u/1", "https://example.org/u/2"]),
    ("Opt-out URL", &["https://example.org/u/1", "https://example.org/u/2"]),
    ("created_at", &["2024-01-02 10:00:00", "2024-01-03 10:00:00"]),
    ("Date Added", &["1/2/2024", "1/3/2024", "1/4/2024"]),
    ("signup_date", &["2024-01-02", "2024-01-03"]),
    ("Erstellt am", &["02.01.2024", "03.01.2024"]),
    ("登録日", &["2024年1月2日", "2024年1月3日"]),
    ("subscribed_at", &["2024-01-02", "2024-01-03"]),
    ("OPTIN_TIME", &["2024-01-02 10:00:00", "2024-01-03 10:00:00"]),
    ("CONFIRM_IP", &["192.0.2.1", "192.0.2.2"]),
    ("opt_in_ip", &["192.0.2.1", "2001:db8::2"]),
    ("last_opened", &["2024-01-02", "", "2024-01-03"]),
    ("birthday", &["03/14", "", "12/24"]),
    ("Geburtsdatum", &["01.02.1970", "", ""]),
    ("gender", &["f", "m", "f"]),
    ("Anrede", &["Frau", "Herr", "Frau"]),
    ("utm_source", &["twitter", "twitter", "newsletter"]),
    ("utm_campaign", &["spring", "spring"]),
    ("timezone", &["Europe/Berlin", "Europe/Berlin"]),
    ("MEMBER_RATING", &["2", "5", "3"]),
    ("LEID", &["1001", "1002"]),
    ("EUID", &["0a1b2c3d4e", "1a2b3c4d5e"]),
    ("uuid", &["550e8400-e29b-41d4-a716-446655440000", "550e8400-e29b-41d4-a716-446655440001"]),
    ("attributes", &["{}", "{\"a\": 1}"]),
    ("Data", &["{\"subscribed\": true}", "{}"]),
    ("phone", &["+49 30 123456", "", "+44 20 1234567"]),
    ("zip", &["28195", "28195", "10115"]),
    ("company", &["Left Bank Books", "Stop Motion Ltd", "Clean Cleaning"]),
    ("Firma", &["Bahn", "Bahn"]),
    ("job_title", &["Director", "Director", "Editor"]),
    ("Total Orders", &["0", "1", "0"]),
    ("Total Spent", &["0.00", "12.50"]),
    ("source", &["web form", "import", "web form"]),
    ("referrer", &["https://example.org/", ""]),
    ("nickname", &["Bo", "", "Gone Girl"]),
    ("status", &["active", "active", ""]),
    ("stripe_customer_id", &["cus_1a2b3c4d", ""]),
];

/// Read once the question is answered as it says.
const WHEN_ASKED: [Column; 14] = [
    ("state", &["NSW", "Johor", "somewhere"]),
    ("list", &["weekly", "monthly", "weekly"]),
    ("active_subscription", &["true", "false"]),
    ("vip", &["yes", "no", "no"]),
    ("favourite pet", &["cat", "dog", "cat"]),
    ("member", &["yes", "", ""]),
    ("Marital status", &["married", "single"]),
    ("Payment status", &["paid", "open"]),
    ("has_paid", &["1", "0"]),
    ("T-Shirt", &["M", "L", "XL"]),
    ("Cleaning product", &["soap", "vinegar"]),
    ("block", &["A", "B"]),
    ("left_handed", &["yes", "no"]),
    ("Last \"visit\"", &["2024-01-02", ""]),
];

/// A list with the column.
fn list((heading, values): Column) -> String {
    let heading = heading.replace('"', "\"\"");
    let rows = values.iter().enumerate();
    let row =
        |(index, value): (usize, &&str)| format!("reader{index}@example.org,\"{}\"\n", value.replace('"', "\"\""));
    format!("email,\"{heading}\"\n{}", rows.map(row).collect::<String>())
}

#[test]
fn columns_that_only_look_like_a_status_are_read_without_a_question() {
    let project = Project::new();
    let mut wrong = Vec::new();
    for column in BY_DEFAULT {
        match mailed(&project, &list(column)) {
            Ok(people) if people.len() == column.1.len() => {}
            Ok(people) => wrong.push(format!("{}: only {people:?}", column.0)),
            Err(question) => wrong.push(format!("{}: {question}", column.0)),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn columns_that_could_be_a_status_are_read_when_the_line_of_the_question_is_written() {
    let config = Project::new().read("newsletter.toml");
    let mut wrong = Vec::new();
    for column in WHEN_ASKED {
        let project = Project::new();
        let list = list(column);
        let Err(question) = mailed(&project, &list) else {
            wrong.push(format!("{}: not asked about", column.0));
            continue;
        };
        let Some(line) = fields_line(&question) else {
            wrong.push(format!("{}: no line to write: {question}", column.0));
            continue;
        };
        project.write("newsletter.toml", format!("{config}\n[subscribers]\n{line}\n"));
        match mailed(&project, &list) {
            Ok(people) if people.len() == column.1.len() => {}
            other => wrong.push(format!("{}: with {line}: {other:?}", column.0)),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_column_that_a_letter_shows_is_a_field_whatever_its_few_words_are() {
    let project = Project::new();
    let list = list(("favourite pet", &["cat", "dog", "cat"]));
    assert!(mailed(&project, &list).is_err());
    project.write("subscribers.csv", &list);
    let newsletter = newsletter::config::Newsletter::open(project.root()).unwrap();
    let shown = std::collections::BTreeSet::from(["favourite_pet".to_owned()]);
    let audience = newsletter::subscribers::audience(&newsletter, &shown).unwrap();
    assert_eq!(audience.subscribers().unwrap().count(), 3);
}

#[test]
fn one_line_settles_all_columns() {
    let project = Project::new();
    let list = "email,state,opt_in,vip\na@example.org,on,1,no\nb@example.org,off,0,yes\n";
    let question = mailed(&project, list).unwrap_err();
    assert_eq!(
        fields_line(&question),
        Some("fields = [\"state\", \"opt_in\", \"vip\"]")
            .filter(|_| question.contains("`opt_in`"))
            .or(Some("fields = [\"state\", \"vip\"]"))
    );
}
