//! Tests how readers choose among the topics: on the form, and by their own link.

use super::world::{Reply, Served, confirm};
use crate::support::Project;

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

    // The page that letters lead to is sent to itself, and unsubscribes nobody.
    let choose = format!("{link}?topics");
    let page = served.get(&choose);
    assert_eq!(boxes(&page), [("deep", false), ("daily", true)]);
    let (own, leave) = ("<form method=\"post\">", format!("<a href=\"{link}\">Unsubscribe</a>"));
    assert!(
        page.body.contains("Choose topics") && page.body.contains(own) && page.body.contains(&leave),
        "{}",
        page.body
    );
    assert_eq!(served.post(&choose, "topics=deep+daily&topic-deep=yes&topic-daily=yes").status, 303);
    assert_eq!(topics(&served), ["zoe@example.org: daily deep"]);
    assert_eq!(served.suppressed(), [""; 0]);
}

#[test]
fn only_readers_of_the_ledger_choose_and_only_with_a_form() {
    let served = served();
    assert_eq!(boxes(&served.get(&served.link("ada"))), [], "a reader of the list");
    for (link, body) in [(served.link("ada"), "topics=deep&topic-deep=yes"), ("/u/x".to_owned(), "topics=deep")] {
        assert_eq!(served.post(&format!("{link}/topics"), body).status, 404);
    }
    // A letter was forwarded by a reader of a list, or its link was cut off.
    let page = served.get(&format!("{}?topics", served.link("ada")));
    assert_eq!((page.status, page.header("location")), (303, served.link("ada").as_str()));
    assert_eq!(served.get("/u/x?topics").status, 404);
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
    assert_eq!(served.get(&format!("{}?topics", served.link("zoe"))).status, 303);
}

#[test]
fn letters_lead_to_the_topics_where_all_readers_have_them_in_the_ledger() {
    let (ledger, serve) = ("[subscribers]\nfile = \"\"\n", "[serve]\n");
    let both = format!("{TOPICS}{ledger}{serve}");
    let lines = |config: &str| -> Vec<String> {
        let project = Project::new().config(config);
        let text = project.run(["render", "1", "--text"]).stdout;
        let html = project.run(["render", "1", "--html"]).stdout;
        assert_eq!(html.contains("Choose topics</a>"), text.contains("Choose topics:"), "{html}");
        let from = text.lines().skip_while(|line| *line != "Unsubscribe:").take(4);
        from.map(|line| {
            line.split_once("/u/").map_or(line, |(_, link)| link.trim_start_matches(|c| c != '?')).to_owned()
        })
        .collect()
    };
    assert_eq!(lines(&both), ["Unsubscribe:", "", "Choose topics:", "?topics"]);
    // A list in a file has the topics of its readers, without a server there is no page, and without topics no choice.
    for config in [format!("{TOPICS}{serve}"), format!("{TOPICS}{ledger}"), format!("{ledger}{serve}")] {
        assert_eq!(lines(&config)[1..3], ["", ""], "{config}");
    }
}
