//! Reads what the six sites tell, from addresses and answers as they write them.

use url::Url;

use super::{Answer, arxiv, discussion, github, question};
use crate::model::LinkKind;
use crate::page::facts;

fn url(text: &str) -> Url {
    Url::parse(text).unwrap()
}

#[test]
fn the_page_about_a_paper_is_read_for_every_form_of_it() {
    let page = |text| arxiv::abstract_page(&url(text)).map(String::from);
    let about = Some("https://arxiv.org/abs/2404.01234v2".to_owned());
    assert_eq!(page("https://arxiv.org/pdf/2404.01234v2"), about);
    assert_eq!(page("https://www.arxiv.org/pdf/2404.01234v2.pdf"), about);
    assert_eq!(page("https://export.arxiv.org/html/2404.01234v2"), about);
    assert_eq!(page("https://arxiv.org/pdf/cs/0112017").as_deref(), Some("https://arxiv.org/abs/cs/0112017"));
    for other in [
        "https://arxiv.org/abs/2404.01234",
        "https://arxiv.org/pdf/",
        "https://arxiv.org/list/cs/new",
        "https://example.org/pdf/1",
    ] {
        assert_eq!(page(other), None, "{other}");
    }
}

#[test]
fn only_fixed_hosts_are_asked_for_json() {
    let asked = |text| question(&url(text)).map(|(url, answer)| (url.to_string(), answer));
    let youtube = Some((
        "https://www.youtube.com/oembed?format=json&url=https%3A%2F%2Fwww.youtube.com%2Fwatch%3Fv%3DdQw4w9WgXcQ"
            .to_owned(),
        Answer::Video,
    ));
    for form in [
        "https://youtu.be/dQw4w9WgXcQ?si=x",
        "https://m.youtube.com/watch?v=dQw4w9WgXcQ&t=4",
        "https://www.youtube.com/shorts/dQw4w9WgXcQ",
    ] {
        assert_eq!(asked(form), youtube, "{form}");
    }
    assert_eq!(
        asked("https://vimeo.com/76979871"),
        Some(("https://vimeo.com/api/oembed.json?url=https%3A%2F%2Fvimeo.com%2F76979871".to_owned(), Answer::Video))
    );
    assert_eq!(asked("https://dx.doi.org/10.1145/359545.359563").map(|(_, answer)| answer), Some(Answer::Paper));
    for other in [
        "https://www.youtube.com/@somebody",
        "https://vimeo.com/about",
        "https://doi.org/",
        "https://example.org/watch?v=dQw4w9WgXcQ",
    ] {
        assert_eq!(asked(other), None, "{other}");
    }
}

#[test]
fn answers_in_json_are_read_and_anything_else_is_not() {
    let video = Answer::Video
        .facts(br#"{"type":"video","title":"A  talk","author_name":"Ada","duration":3661,"thumbnail_url":"x"}"#)
        .unwrap();
    let shown = |facts: &facts::Facts| {
        let text = |fact: &Option<facts::Fact<String>>| fact.as_ref().map(|fact| fact.value.clone());
        (
            text(&facts.title),
            text(&facts.author),
            facts.kind.as_ref().map(|kind| kind.value),
            facts.reading_time.as_ref().map(|minutes| minutes.value),
        )
    };
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(shown(&video), (some("A talk"), some("Ada"), Some(LinkKind::Video), Some(61)));
    let paper = |json: &str| shown(&Answer::Paper.facts(json.as_bytes()).unwrap());
    assert_eq!(
        paper(r#"{"title":"Time, Clocks","author":[{"given":"Leslie","family":"Lamport"}]}"#),
        (some("Time, Clocks"), some("Leslie Lamport"), Some(LinkKind::Paper), None)
    );
    assert_eq!(
        paper(r#"{"title":["A"],"author":[{"family":"B"},{"literal":"C"},{"name":"D"},{"family":"E"}]}"#).1,
        some("B et al.")
    );
    for broken in ["", "{", "[]", "{}", "null", "{\"title\":1}", "{\"title\":\"\"}", "<html>"] {
        assert!(Answer::Video.facts(broken.as_bytes()).is_none(), "{broken}");
    }
}

#[test]
fn a_repository_is_called_by_name_and_description_and_has_no_card() {
    let page = |html: &str, address: &str| {
        let address = url(address);
        github::adapt(facts::Facts { ..crate::page::facts(html.as_bytes(), None, &address) }, &address)
    };
    let html = "<title>GitHub - ada/engine: Computes numbers</title><meta property='og:site_name' content='GitHub'>\
        <meta property='og:image' content='https://opengraph.githubassets.com/1/ada/engine'>\
        <meta property='og:title' content='GitHub - ada/engine: Computes numbers'>";
    let facts = page(html, "https://github.com/ada/engine");
    assert_eq!(facts.title.unwrap().value, "ada/engine: Computes numbers");
    assert_eq!((facts.image, facts.author, facts.reading_time), (None, None, None));
    assert_eq!(facts.kind.unwrap().value, LinkKind::Tool);
}

#[test]
fn the_story_of_a_thread_is_found() {
    let hacker_news = "<table><tr><td class='title'><span class='titleline'><a href='https://example.org/a?x=1&amp;y=2'>A</a> \
        <span class='sitebit'><a href='from?site=example.org'>example.org</a></span></span></td></tr></table>";
    let lobsters = "<span role='heading' class='link h-cite u-repost-of'><a class='u-url' href='https://example.org/b'>B</a></span>";
    let ask = "<span class='titleline'><a href='item?id=1'>Ask HN: why?</a></span>";
    let story = |html: &str, thread: &str| discussion::story(html.as_bytes(), &url(thread)).map(String::from);
    assert_eq!(
        story(hacker_news, "https://news.ycombinator.com/item?id=1").as_deref(),
        Some("https://example.org/a?x=1&y=2")
    );
    assert_eq!(story(lobsters, "https://lobste.rs/s/abc/b").as_deref(), Some("https://example.org/b"));
    assert_eq!(story(ask, "https://news.ycombinator.com/item?id=1"), None);
    assert_eq!(story("", "https://lobste.rs/s/abc"), None);
    let threads = ["https://news.ycombinator.com/item?id=1", "https://lobste.rs/s/abc"];
    assert!(threads.iter().all(|thread| discussion::is_thread(&url(thread))));
    assert!(
        !discussion::is_thread(&url("https://news.ycombinator.com/newest"))
            && !discussion::is_thread(&url("https://lobste.rs/u/ada"))
    );
}
