//! The page of the links: keys, focus, what is counted and undone, and a narrow window.

use anyhow::Result;
use browser_tests::shown;
use serde_json::json;

const INBOX: &str = "- [On kettles](https://kettle.example/a)\n- [On tea](https://tea.example/a-very-long-path-that-has-no-place-at-which-it-could-be-broken)\n- https://cups.example/c\n";

/// The title of the link that has the focus.
const FOCUSED: &str = "document.activeElement.querySelector?.('.own-title')?.textContent";

/// The number in the tab, the titles of the lists with theirs, and what is said at the bottom.
const SAID: &str = "[document.querySelector('#link-count .n')?.firstChild.textContent, \
    [...document.querySelectorAll('.sitting h2')].map(title => title.textContent), \
    document.querySelector('.toast strong')?.textContent]";

#[tokio::test]
#[ignore = "needs Chromium; ./check runs it"]
async fn keys_move_drop_and_undo() -> Result<()> {
    let (preview, browser) = shown("/checks").await?;
    preview.save("links.md", INBOX)?;
    browser.press("g").await?;
    browser.until("document.querySelectorAll('.waiting-link').length === 3").await?;
    browser.press("j").await?;
    assert_eq!(browser.value(FOCUSED).await?, json!("On kettles"));
    browser.press("j").await?;
    browser.press("x").await?;
    browser.until("document.querySelectorAll('.waiting-link').length === 2").await?;
    // The next link is in its place.
    browser.until(&format!("{FOCUSED} === 'https://cups.example/c'")).await?;
    browser.press("k").await?;
    browser.press("u").await?;
    browser.until("document.querySelectorAll('.waiting-link').length === 3").await?;
    assert_eq!(std::fs::read_to_string(preview.path("links.md"))?, INBOX);
    browser.press("j").await?;
    browser.press("1").await?;
    browser.until("document.querySelectorAll('.waiting-link').length === 2").await
}

#[tokio::test]
#[ignore = "needs Chromium; ./check runs it"]
async fn what_waits_is_in_it_or_was_dropped_is_counted_and_the_answer_has_a_button_to_undo() -> Result<()> {
    let (preview, browser) = shown("/checks").await?;
    browser.press("g").await?;
    browser
        .until("document.getElementById('connection').className === 'live' && document.querySelector('.sitting')")
        .await?;
    assert_eq!(browser.value("document.getElementById('undo').disabled").await?, json!(true));
    // The page follows the file.
    preview.save("links.md", INBOX)?;
    browser.until("document.querySelectorAll('.waiting-link').length === 3").await?;
    assert_eq!(browser.value(SAID).await?, json!(["3", ["To decide 3", "In this issue 10"], null]));
    browser.press("x").await?;
    browser.until("document.querySelectorAll('.waiting-link').length === 2").await?;
    let dropped = json!(["2", ["To decide 2", "In this issue 10", "Dropped 1"], "“On kettles” is dropped"]);
    assert_eq!(browser.value(SAID).await?, dropped);
    browser.click(".toast button").await?;
    browser.until("document.querySelectorAll('.waiting-link').length === 3").await?;
    let undone = json!(["3", ["To decide 3", "In this issue 10"], "Undone: “On kettles” is dropped"]);
    assert_eq!(browser.value(SAID).await?, undone);
    assert_eq!(std::fs::read_to_string(preview.path("links.md"))?, INBOX);
    // Only what can be done with the chosen one is shown.
    let shown = "[...document.querySelectorAll('.choices')].filter(choices => choices.checkVisibility()).length";
    assert_eq!(browser.value(shown).await?, json!(1));
    Ok(())
}

#[tokio::test]
#[ignore = "needs Chromium; ./check runs it"]
async fn a_narrow_window_shows_all_of_it() -> Result<()> {
    let (preview, browser) = shown("/checks").await?;
    preview.save("links.md", INBOX)?;
    browser.show_as(320, "light").await?;
    browser.press("g").await?;
    browser.until("document.querySelectorAll('.waiting-link').length === 3").await?;
    assert_eq!(browser.value("document.documentElement.scrollWidth").await?, json!(320));
    let tabs =
        "[...document.querySelectorAll('.pages a')].filter(tab => tab.getBoundingClientRect().right > 320).length";
    assert_eq!(browser.value(tabs).await?, json!(0));
    let overflow = "[...document.querySelectorAll('main, main *')].filter(part => part.scrollWidth > part.clientWidth + 1 && getComputedStyle(part).overflow === 'visible' && part.clientWidth > 0).map(part => part.outerHTML.slice(0, 90))";
    assert_eq!(browser.value(overflow).await?, json!([]));
    Ok(())
}
