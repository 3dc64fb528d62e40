//! The page that shows a letter in every mail client.

use crate::support::{Project, Served};

#[test]
fn what_a_client_loses_is_named_on_its_card() {
    let project = Project::new();
    let preview = Served::start(&project, &[]);
    let page = preview.get("/1/clients").body;
    assert!(!page.contains("class=\"fault\""), "the letter loses nothing: {page}");
    assert_eq!(page.matches("data-numbered").count(), 8);
    let dark = preview.get("/1/clients?scheme=dark").body;
    assert_eq!(dark.matches("colours inverted").count(), 2);

    project.write("templates/letter.css", ".masthead { height: 300px; }\n");
    let page = preview.get("/1/clients").body;
    let cards: Vec<&str> = page.split("data-client-card=\"").skip(1).collect();
    let with_faults: Vec<&str> = cards
        .iter()
        .filter(|card| card.contains("class=\"fault\""))
        .map(|card| card.split('"').next().unwrap())
        .collect();
    assert_eq!(with_faults, ["yahoo"]);
    assert!(page.contains(">300 pixels of height lost</span>"), "{page}");
}

#[test]
fn the_elements_of_a_letter_beside_others_are_numbered() {
    let preview_of = Project::new();
    let preview = Served::start(&preview_of, &[]);
    assert!(!preview.get("/1/frame").body.contains("data-sent-element"));
    assert!(preview.get("/1/frame?numbered=yes").body.contains("<h1 data-sent-element=\""));
    assert!(preview.get("/1/frame?numbered=yes&client=gmail").body.contains("<h1 data-sent-element=\""));
    assert!(!preview.get("/1.html").body.contains("data-sent-element"));
}
