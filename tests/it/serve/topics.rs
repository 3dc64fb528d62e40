//! Tests how readers choose among the topics: on the form, and by their own link.

use super::world::{Reply, Served, confirm};

const TOPICS: &str = "
[[topic]]
name = \"deep\"
title = \"Deep <dives>\"

[[topic]]
name = \"daily\"
title = \"Daily links\"
default = true
";

fn served() -> Served {
    Served::speaking(&["ada"], |config| format!("{config}{TOPICS}\n[serve]\n"))
}

/// The topics of a page with whether they are ticked.
fn boxes(page: &Reply) -> Vec<(&str, bool)> {
    let boxes = page.body.split("type=\"checkbox\" name=\"topic-").skip(1);
    boxes.map(|rest| (rest.split('"').next().unwrap(), rest.split('>').next().unwrap().contains(" checked"))).collect()
}

fn topics(served: &Served) -> Vec<String> {
    let mut all = Vec::new();
    let mut each = |row: newsletter::ledger::SubscriberRow| {
        let choices: Vec<_> = row.topics.into_iter().collect();
        all.push(format!("{}: {}", row.address, choices.join(" ")));
        Ok(())
    };
    served.ledger().subscribers(&mut each).unwrap();
    all
}

#[test]
fn a_reader_chooses_on_the_form_and_changes_that_by_their_link() {
    let served = served();
    let form = served.get("/subscribe");
    assert!(form.body.contains("<legend>Topics</legend>") && form.body.contains("Deep &lt;dives&gt;"), "{}", form.body);
    assert_eq!(boxes(&form), [("deep", false), ("daily", true)]);
    let wrong = format!("address=nobody&topics=deep+daily&topic-deep=yes&{}", served.stamp());
    assert_eq!(boxes(&served.post("/subscribe", &wrong)), [("deep", true), ("daily", false)], "kept with a mistake");
    let body = format!("address=zoe%40example.org&topics=deep+daily&topic-deep=yes&{}", served.stamp());
    assert_eq!(served.post("/subscribe", &body).status, 303);
    confirm(&served, "zoe", 2);
    assert_eq!(topics(&served), ["zoe@example.org: -daily deep"]);

    let link = served.link("zoe");
    let page = served.get(&link);
    assert_eq!(boxes(&page), [("deep", true), ("daily", false)]);
    let action = format!("action=\"{link}/topics\"");
    assert!(page.body.contains(&action), "{}", page.body);
    let saved = served.post(&format!("{link}/topics"), "topics=deep+daily&topic-daily=yes");
    assert_eq!((saved.status, saved.header("location")), (303, "/topics-saved"));
    assert_eq!(served.get("/topics-saved").status, 200);
    assert_eq!(topics(&served), ["zoe@example.org: -deep daily"]);
    assert_eq!(served.suppressed(), [""; 0]);
}

#[test]
fn only_readers_of_the_ledger_choose_and_only_with_a_form() {
    let served = served();
    assert_eq!(boxes(&served.get(&served.link("ada"))), [], "a reader of the list");
    for (link, body) in [(served.link("ada"), "topics=deep&topic-deep=yes"), ("/u/x".to_owned(), "topics=deep")] {
        assert_eq!(served.post(&format!("{link}/topics"), body).status, 404);
        for method in ["GET", "HEAD"] {
            assert_eq!(served.ask(method, &format!("{link}/topics"), "", body).status, 405);
        }
    }
    assert_eq!(topics(&served), [""; 0]);
    // A form without topics asks about none.
    served.sign_up("zoe");
    confirm(&served, "zoe", 2);
    assert_eq!(topics(&served), ["zoe@example.org: "]);
    assert_eq!(boxes(&served.get(&served.link("zoe"))), [("deep", false), ("daily", true)]);
    served.post(&served.link("zoe"), "");
    assert_eq!(
        served.post(&format!("{}/topics", served.link("zoe")), "topics=deep").status,
        404,
        "who left has no choice"
    );
    assert_eq!(boxes(&served.get(&served.link("zoe"))), []);
}
