//! The page of the links that wait: keys, focus, and a narrow window.

use anyhow::Result;
use browser_tests::shown;
use serde_json::json;

const INBOX: &str = "- [On kettles](https://kettle.example/a)\n- [On tea](https://tea.example/a-very-long-path-that-has-no-place-at-which-it-could-be-broken)\n- https://cups.example/c\n";

/// The title of the link that has the focus.
const FOCUSED: &str = "document.activeElement.querySelector?.('.title')?.textContent";

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
async fn a_narrow_window_shows_all_of_it() -> Result<()> {
    let (preview, browser) = shown("/checks").await?;
    preview.save("links.md", INBOX)?;
    browser.set_window_size(500, 800).await?;
    browser.press("g").await?;
    browser.until("document.querySelectorAll('.waiting-link').length === 3").await?;
    // A window is never narrower than 500 pixels; a frame is.
    browser.value("document.querySelector('main').style.width = '320px'").await?;
    let overflow = "[...document.querySelectorAll('main, main *')].filter(part => part.scrollWidth > part.clientWidth + 1 && getComputedStyle(part).overflow === 'visible' && part.clientWidth > 0).length";
    assert_eq!(browser.value(overflow).await?, json!(0));
    Ok(())
}
