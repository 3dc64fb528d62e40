//! Tests that the pages for readers speak the newsletter's language.

use newsletter::model::Word;

use super::world::Served;

#[test]
fn no_english_is_left_in_pages_and_they_read_from_right_to_left() {
    let served = Served::speaking(&["ada"], |config| {
        let all = Word::ALL.iter().skip_while(|(_, name, _)| *name != "your_address");
        let words: Vec<String> = all
            .take_while(|(_, name, _)| *name != "date")
            .map(|(word, name, _)| {
                let gaps: Vec<String> = word.gaps().map(|gap| format!("{{{gap}}} ")).collect();
                // A sentence that begins with a name is in the language of the others.
                format!("{name} = \"{}كلمة\"\n", gaps.concat())
            })
            .collect();
        let more =
            "subscribe = \"اشترك\"\nunsubscribe = \"إلغاء\"\nall_issues = \"كل\"\nwriter = \"{newsletter} {name}\"\n";
        let config = config.replace("[unsubscribe]", "language = \"ar\"\n\n[unsubscribe]");
        format!("{config}\n[words]\n{more}{}", words.concat())
    });
    let link = served.link("ada");
    let pages = [
        served.get("/subscribe"),
        served.get("/subscribe/sent"),
        served.get("/confirmed"),
        served.get("/never-again"),
        served.get("/confirm/x"),
        served.get("/nowhere"),
        served.get("/u/x"),
        served.get(&link),
        served.post(&link, ""),
        served.get(&format!("{link}/undo")),
        served.get("/u/AAAAAAAAAAAAAAAAAAAAAA/undo"),
    ];
    for page in pages {
        assert!(page.body.contains("<html lang=\"ar\" dir=\"rtl\">"), "{}", page.body);
        let turned = page.body.replace("<p dir=\"ltr\"><bdi>Links for tests.</bdi></p>", "");
        assert!(!turned.contains("<p dir="), "{turned}");
        for (_, name, english) in Word::ALL.iter().skip_while(|(_, name, _)| *name != "your_address") {
            let longest = english.split(['{', '}']).step_by(2).max_by_key(|part| part.len()).unwrap().trim();
            if *name == "date" {
                break;
            }
            assert!(!page.body.contains(longest), "{english}: {}", page.body);
        }
    }
}

#[test]
fn letters_and_pages_lead_to_the_form() {
    let served = Served::new(&["ada"], "");
    let letter = served.mailing.run(["render", "1", "--html"]);
    assert!(letter.contains("https://letter.example.org/subscribe"), "{letter}");
}

#[test]
fn the_style_sheet_has_the_colours_of_the_newsletter() {
    let served = Served::speaking(&[], |config| format!("{config}\n[theme]\nflag = \"#b7410e\"\npairing = \"sans\"\n"));
    let style = served.get("/style.css");
    assert_eq!(style.header("content-type"), "text/css; charset=utf-8");
    assert!(style.body.contains("--flag: #b7410e;") && style.body.contains("--title: var(--sans);"), "{}", style.body);
}
