//! Tests the pages for readers in a browser: they come, choose, leave and come back, without script and on a narrow screen.

use anyhow::Result;
use browser_tests::{Browser, LEAST_CONTRAST, ReaderServer, violations};
use fantoccini::Locator;
use serde_json::json;

/// The narrowest screen, in CSS pixels.
const NARROW: u32 = 320;

/// Nothing is wider than the screen, every target is as high as a finger needs, and axe finds nothing.
async fn is_sound(browser: &Browser, what: &str) -> Result<()> {
    for (width, scheme) in [(NARROW, "light"), (NARROW, "dark"), (1280, "light")] {
        browser.show_as(width, scheme).await?;
        let wide = browser.value("document.documentElement.scrollWidth > window.innerWidth").await?;
        assert_eq!(wide, json!(false), "{what} is wider than {width} px");
        let contrast = browser.value(LEAST_CONTRAST).await?;
        assert!(contrast[0].as_f64().is_some_and(|ratio| ratio >= 4.5), "{what} in {scheme}: {contrast}");
    }
    let small = "[...document.querySelectorAll('button, input[type=email], .box')]
        .filter(element => element.getBoundingClientRect().height < 44).map(element => element.outerHTML)";
    assert_eq!(browser.value(small).await?, json!([]), "{what}");
    assert_eq!(browser.value("document.scripts.length").await?, json!(0), "{what}");
    assert_eq!(violations(browser, &[]).await?, json!([]), "{what}");
    Ok(())
}

/// Signs `address` up by the form shown.
async fn sign_up(browser: &Browser, server: &ReaderServer, address: &str) -> Result<()> {
    browser.goto(&format!("{}/subscribe", server.origin)).await?;
    is_sound(browser, "the form").await?;
    browser.find(Locator::Css("#address")).await?.send_keys(address).await?;
    // A form that is filled in within two seconds was filled in by a robot.
    browser.until("Date.now() / 1000 - document.querySelector('[name=at]').value > 3").await?;
    browser.click("main button").await?;
    browser.until("location.pathname === '/subscribe/sent'").await?;
    is_sound(browser, "the page after the form").await
}

async fn title(browser: &Browser) -> Result<String> {
    Ok(browser.find(Locator::Css("h1")).await?.text().await?)
}

#[tokio::test]
#[ignore = "needs Chromium; ./check runs it"]
async fn a_reader_comes_in_the_browser_that_asked_and_leaves_and_comes_back() -> Result<()> {
    let server = ReaderServer::start("")?;
    let browser = Browser::start(1280, 800).await?;
    sign_up(&browser, &server, "zoe@example.org").await?;
    browser.goto(&server.link(1, "/confirm/").await?).await?;
    browser.until("location.pathname === '/confirmed'").await?;
    assert_eq!(title(&browser).await?, "You’re in", "no third click");
    is_sound(&browser, "the page after confirming").await?;

    let link = server.link(2, "/u/").await?;
    browser.goto(&link).await?;
    is_sound(&browser, "the page to leave").await?;
    let ticked = "[...document.querySelectorAll('input:checked')].map(box => box.name)";
    assert_eq!(browser.value(ticked).await?, json!(["topic-daily"]));
    browser.click(".box:first-of-type input").await?;
    browser.click("form[action$='/topics'] button").await?;
    browser.until("location.pathname === '/topics-saved'").await?;
    is_sound(&browser, "the page after choosing").await?;
    browser.goto(&link).await?;
    assert_eq!(browser.value(ticked).await?, json!(["topic-deep", "topic-daily"]));
    browser.goto(&format!("{link}?topics")).await?;
    assert_eq!(title(&browser).await?, "Choose topics");
    is_sound(&browser, "the page of the topics").await?;
    browser.click(".box:first-of-type input").await?;
    browser.click("main button").await?;
    browser.until("location.pathname === '/topics-saved'").await?;
    browser.goto(&format!("{link}?topics")).await?;
    assert_eq!(browser.value(ticked).await?, json!(["topic-daily"]));
    browser.click("main .hint a").await?;
    browser.until(&format!("location.href === '{link}'")).await?;

    browser.click("form:not([action]) button").await?;
    browser.until("document.querySelector('form[action$=\"/undo\"]')").await?;
    assert_eq!(title(&browser).await?, "You’re unsubscribed");
    is_sound(&browser, "the page after leaving").await?;
    browser.click("form[action$='/undo'] button").await?;
    browser.until("location.pathname.endsWith('/undo')").await?;
    assert_eq!(title(&browser).await?, "Welcome back");
    is_sound(&browser, "the page after coming back").await
}

const ISSUE: &str = r#"
number = 1
title = "An issue that is scanned"
date = 2026-11-30
intro = "Hello {{subscriber.name|friend}}."
audience = { topic = "daily" }

[[section]]
title = "Reading"

[[section.link]]
url = "https://letter.example.org/subscribe"
title = "A page of our own"
description = "With [another](https://letter.example.org/confirmed) inside."
"#;

#[tokio::test]
#[ignore = "needs Chromium; ./check runs it"]
async fn opening_every_link_of_an_issue_with_scripts_changes_nothing() -> Result<()> {
    let server = ReaderServer::start("")?;
    let browser = Browser::start(1280, 800).await?;
    sign_up(&browser, &server, "zoe@example.org").await?;
    browser.goto(&server.link(1, "/confirm/").await?).await?;
    browser.until("location.pathname === '/confirmed'").await?;
    server.link(2, "/u/").await?;
    server.send(ISSUE)?;
    // A scanner has no cookie of the reader's.
    let scanner = Browser::start(1280, 800).await?;
    let (links, before) = (server.links(3).await?, server.state()?);
    assert!(links.iter().any(|link| link.contains("/u/")) && links.len() >= 4, "{links:?}");
    for browser in [&scanner, &browser] {
        for link in &links {
            browser.goto(link).await?;
            browser.until("document.readyState === 'complete'").await?;
        }
    }
    assert_eq!(server.state()?, before, "after {links:?}");
    Ok(())
}

#[tokio::test]
#[ignore = "needs Chromium; ./check runs it"]
async fn in_another_browser_a_reader_presses_one_button() -> Result<()> {
    let server = ReaderServer::start("")?;
    let (here, there) = (Browser::start(1280, 800).await?, Browser::start(1280, 800).await?);
    sign_up(&here, &server, "zoe@example.org").await?;
    there.goto(&server.link(1, "/confirm/").await?).await?;
    assert_eq!(title(&there).await?, "One click and you’re in");
    is_sound(&there, "the page to confirm").await?;
    there.click("main button").await?;
    there.until("location.pathname === '/confirmed'").await?;
    there.goto(&server.link(1, "/not-me/").await?).await?;
    is_sound(&there, "the page against strangers").await?;
    there.click("main button").await?;
    there.until("!document.querySelector('main button')").await?;
    assert_eq!(title(&there).await?, "You will not be asked again");
    is_sound(&there, "the page after that").await
}

#[tokio::test]
#[ignore = "needs Chromium; ./check runs it"]
async fn the_pages_read_from_right_to_left() -> Result<()> {
    let server = ReaderServer::start("language = \"ar\"")?;
    let browser = Browser::start(1280, 800).await?;
    for path in ["/subscribe", "/subscribe/sent", "/confirmed", "/confirm/x", "/u/x", "/nowhere", "/never-again"] {
        browser.goto(&format!("{}{path}", server.origin)).await?;
        is_sound(&browser, path).await?;
        assert_eq!(browser.value("getComputedStyle(document.body).direction").await?, json!("rtl"), "{path}");
        let starts = "(() => { const title = document.querySelector('h1').getBoundingClientRect();
            const main = document.querySelector('main').getBoundingClientRect();
            return Math.abs(title.right - main.right) < 1; })()";
        assert_eq!(browser.value(starts).await?, json!(true), "{path} starts on the right");
    }
    browser.goto(&format!("{}/subscribe", server.origin)).await?;
    let direction = "getComputedStyle(document.querySelector('#address')).direction";
    assert_eq!(browser.value(direction).await?, json!("ltr"), "an address");
    Ok(())
}
