//! Tests links to unsubscribe.

use newsletter::model::Token;
use snapbox::{assert_data_eq, str};

use super::world::Served;

#[test]
fn one_click_is_200_for_every_token_and_whatever_the_body() {
    let served = Served::new(&["ada", "bo", "cy", "dee", "eve"], "");
    let form = "Content-Type: application/x-www-form-urlencoded\r\n";
    let multipart = "Content-Type: multipart/form-data; boundary=b\r\n";
    let part = "--b\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--b--\r\n";
    let folded = Token::parse(&served.link("cy")[3..]).unwrap().folded().to_uppercase();
    for (path, headers, body) in [
        (served.link("ada"), form, "List-Unsubscribe=One-Click"),
        (served.link("bo"), multipart, part),
        (format!("/u/{folded}"), form, "List-Unsubscribe=One-Click"),
        (served.link("dee"), "", ""),
        (format!("{}.", served.link("eve")), form, &"x".repeat(20_000)),
        ("/u/AAAAAAAAAAAAAAAAAAAAAA".to_owned(), form, "List-Unsubscribe=One-Click"),
        ("/u/nonsense".to_owned(), form, "List-Unsubscribe=One-Click"),
        (served.link("ada"), form, "List-Unsubscribe=One-Click"),
    ] {
        let reply = served.ask("POST", &path, headers, body);
        assert_eq!(
            (reply.status, reply.body.as_str(), reply.header("location")),
            (200, "unsubscribed\n", ""),
            "{path}"
        );
    }
    let all = ["ada", "bo", "cy", "dee", "eve"].map(|reader| format!("{reader}@example.org unsubscribed"));
    assert_eq!(served.suppressed(), all);
}

#[test]
fn get_head_and_prefetch_change_nothing() {
    let served = Served::new(&["ada"], "");
    let link = served.link("ada");
    for (method, headers) in [
        ("GET", ""),
        ("HEAD", ""),
        ("OPTIONS", ""),
        ("GET", "Sec-Purpose: prefetch;prerender\r\n"),
        ("GET", "Cookie: signup=1\r\nAccept: text/html\r\n"),
        ("PUT", ""),
        ("DELETE", ""),
    ] {
        for path in [link.clone(), format!("{link}/undo"), format!("{link}?List-Unsubscribe=One-Click")] {
            served.ask(method, &path, headers, "List-Unsubscribe=One-Click");
        }
    }
    assert_eq!(served.suppressed(), [""; 0]);
}

#[test]
fn a_link_to_which_a_program_on_the_way_added_parameters_still_leads_out() {
    let served = Served::new(&["ada", "bo"], "");
    for link in [served.link("ada"), served.link("bo")] {
        let tracked = format!("{link}?utm_source=mail&utm_medium=email");
        assert_eq!(served.get(&tracked).status, 200);
        assert_eq!(served.ask("POST", &tracked, "", "List-Unsubscribe=One-Click").status, 200);
    }
    assert_eq!(served.suppressed(), ["ada@example.org unsubscribed", "bo@example.org unsubscribed"]);
    let undo = format!("{}/undo?utm_source=mail&utm_medium=email", served.link("bo"));
    assert!(served.post(&undo, "").status < 400, "leaving can be taken back there, too");
    assert_eq!(served.suppressed(), ["ada@example.org unsubscribed"]);
}

#[test]
fn the_page_shows_no_whole_address_and_leaving_can_be_taken_back() {
    let served = Served::new(&["ada"], "");
    let link = served.link("ada");
    let page = served.get(&link);
    assert_eq!(page.status, 200);
    assert!(page.body.contains("a•••@example.org") && !page.body.contains("ada@example.org"), "{}", page.body);
    assert!(!page.body.contains(&link[3..]), "no token in the page: {}", page.body);
    let left = served.post(&link, "");
    assert!(left.status == 200 && left.body.contains("a•••@example.org"), "{left:?}");
    let undo = left.body.split("action=\"").nth(1).unwrap().split('"').next().unwrap();
    assert_eq!(served.suppressed(), ["ada@example.org unsubscribed"]);
    assert!(served.get(&link).body.contains(undo), "also when they come back");
    assert!(served.get(undo).body.contains("<button class=\"plain\">Undo"), "a visit undoes nothing");
    let undone = served.post(undo, "");
    assert_eq!((undone.status, undone.header("location")), (303, undo), "a reload sends nothing twice");
    assert_eq!(served.suppressed(), [""; 0]);
    assert!(served.get(undo).body.contains("comes to <bdi><strong dir=\"ltr\">a•••@example.org"));

    assert_eq!(served.mailing.project.run(["suppress", "--reason", "asked", "ada@example.org"]).code, 0);
    assert_eq!(served.post(undo, "").status, 303);
    assert!(served.get(undo).body.contains("cannot be undone"), "the writer was asked");
    assert_eq!(served.get("/u/AAAAAAAAAAAAAAAAAAAAAA/undo").status, 404);
}

#[test]
fn what_is_not_asked_for_that_way_says_what_is() {
    let served = Served::new(&["ada"], "");
    let mut told = Vec::new();
    for (method, path) in [
        ("GET", "/u/AAAAAAAAAAAAAAAAAAAAAA"),
        ("GET", "/nowhere"),
        ("POST", "/nowhere"),
        ("DELETE", "/subscribe"),
        ("GET", "/find"),
        ("OPTIONS", "/subscribe"),
        ("HEAD", "/health"),
        ("GET", "/health"),
        ("GET", "/confirm/AAAAAAAAAAAAAAAAAAAAAA"),
        ("POST", "/confirm/x"),
    ] {
        let reply = served.ask(method, path, "", "");
        told.push(format!("{method} {path} {} {}\n", reply.status, reply.header("allow")));
    }
    assert_data_eq!(
        told.concat(),
        str![[r#"
GET /u/AAAAAAAAAAAAAAAAAAAAAA 404 
GET /nowhere 404 
POST /nowhere 405 GET, HEAD, OPTIONS
DELETE /subscribe 405 GET, HEAD, POST, OPTIONS
GET /find 405 POST, OPTIONS
OPTIONS /subscribe 204 GET, HEAD, POST, OPTIONS
HEAD /health 200 
GET /health 200 
GET /confirm/AAAAAAAAAAAAAAAAAAAAAA 410 
POST /confirm/x 410 

"#]]
    );
    let headers = served.get("/subscribe").headers.join("\n");
    assert_data_eq!(
        headers,
        str![[r#"
cache-control: no-store
content-security-policy: default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'
content-type: text/html; charset=utf-8
referrer-policy: no-referrer
x-content-type-options: nosniff
x-robots-tag: noindex
"#]]
    );
}

#[test]
fn who_left_by_the_link_gets_no_further_issue() {
    let served = Served::new(&["ada", "bo"], "");
    served.post(&served.link("bo"), "");
    let issue = served.mailing.project.read("issues/001-first-things.toml");
    let second = issue.replace("number = 1", "number = 2").replace("First things", "Second things");
    served.mailing.project.write("issues/002-second-things.toml", second);
    assert!(served.mailing.run(["send", "2", "--yes"]).ends_with("exit 0\n"));
    assert_eq!(served.mailing.accepted(), ["ada", "ada", "bo"]);
}
