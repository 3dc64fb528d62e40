//! Tests the preview in a real browser, step by step as a person uses it.

use std::fs;

use anyhow::{Context, Result};
use browser_tests::{ISSUE, shown};
use serde_json::{Value, json};

const FILE: &str = "issues/001-first-things.toml";

/// The framed mail's document.
const MAIL: &str = "document.getElementById('frame').contentDocument";

fn mail_says(text: &str) -> String {
    format!("{MAIL}.body.textContent.includes({text:?})")
}

#[tokio::test]
#[ignore = "needs Chromium; ./check runs it"]
async fn a_save_shows_where_the_mail_was_scrolled_to() -> Result<()> {
    let (preview, browser) = shown("").await?;
    browser.value("document.getElementById('frame').contentWindow.scrollTo(0, 400)").await?;
    preview.save_intro("A word changed.")?;
    browser.until(&mail_says("A word changed.")).await?;
    assert_eq!(browser.value("document.getElementById('frame').contentWindow.scrollY").await?, json!(400));
    browser.until("document.getElementById('connection').textContent.startsWith('updated')").await?;
    assert_eq!(browser.value(&format!("{MAIL}.images[0].naturalWidth")).await?, json!(320));
    Ok(())
}

#[tokio::test]
#[ignore = "needs Chromium; ./check runs it"]
async fn every_way_an_editor_saves_shows() -> Result<()> {
    let (preview, browser) = shown("").await?;
    preview.save_by_rename(FILE, ISSUE.replace("On clocks", "Saved by rename"))?;
    browser.until(&mail_says("Saved by rename")).await?;
    fs::remove_file(preview.path(FILE))?;
    browser.until("document.querySelector('.overlay')?.textContent.includes('was deleted')").await?;
    preview.save(FILE, ISSUE.replace("On clocks", "Made again"))?;
    browser.until(&format!("{} && !document.querySelector('.overlay')", mail_says("Made again"))).await?;
    fs::create_dir_all(preview.path("templates"))?;
    preview.save("templates/letter.css", "p { letter-spacing: 7px }")?;
    browser.until(&format!("{MAIL}.querySelector('p').style.letterSpacing === '7px'")).await
}

#[tokio::test]
#[ignore = "needs Chromium; ./check runs it"]
async fn a_picture_drawn_anew_shows() -> Result<()> {
    let (preview, browser) = shown("").await?;
    let width = format!("{MAIL}.querySelector('img[alt=\"A checkered map\"]').naturalWidth");
    browser.until(&format!("{width} === 320")).await?;
    preview.save_by_rename("issues/img/map.png", include_bytes!("small.png"))?;
    browser.until(&format!("{width} === 160")).await
}

#[tokio::test]
#[ignore = "needs Chromium; ./check runs it"]
async fn two_hundred_rapid_saves_end_in_the_last_one() -> Result<()> {
    let (preview, browser) = shown("").await?;
    for round in 1..=200 {
        preview.save_intro(&format!("Round {round}."))?;
        if round % 10 == 0 {
            preview.save(FILE, "number = [")?;
        }
    }
    preview.save_intro("Round the last.")?;
    browser.until(&format!("{} && !document.querySelector('.overlay')", mail_says("Round the last."))).await
}

#[tokio::test]
#[ignore = "needs Chromium; ./check runs it"]
async fn an_error_is_shown_above_the_mail_until_it_is_fixed() -> Result<()> {
    let (preview, browser) = shown("").await?;
    preview.save(
        FILE,
        ISSUE.replace("author = \"Mina Berg\"\nreading_time = 7", "autor = \"Mina Berg\"\nreading_time = 7"),
    )?;
    browser.until("document.querySelector('.overlay pre')?.textContent.includes('did you mean `author`?')").await?;
    let drawn = browser.value("document.querySelector('.overlay pre').textContent").await?;
    assert!(drawn.as_str().context("text")?.contains("--> issues/001-first-things.toml:"), "{drawn}");
    assert_eq!(browser.value(&mail_says("This is the first issue.")).await?, json!(true));
    assert_eq!(browser.value("getComputedStyle(document.getElementById('mail-area')).opacity").await?, json!("0.35"));
    preview.save(FILE, ISSUE)?;
    browser.until("!document.querySelector('.overlay')").await?;
    assert_eq!(browser.value("getComputedStyle(document.getElementById('mail-area')).opacity").await?, json!("1"));
    Ok(())
}

#[tokio::test]
#[ignore = "needs Chromium; ./check runs it"]
async fn tabs_show_the_parts_and_have_addresses() -> Result<()> {
    let (preview, browser) = shown("").await?;
    for (tab, says) in [("text", "Hello friend,"), ("source", "<!DOCTYPE html>"), ("message", "MIME-Version: 1.0")] {
        browser.click(&format!("#tab-{tab}")).await?;
        browser.until(&format!("document.getElementById('{tab}').textContent.includes({says:?})")).await?;
        assert_eq!(browser.value("location.pathname + location.search").await?, json!(format!("/1/{tab}")));
        let visible = "[...document.querySelectorAll('[role=tabpanel]')].filter(panel => panel.offsetParent).map(panel => panel.id)";
        assert_eq!(browser.value(visible).await?, json!([format!("panel-{tab}")]));
        browser.refresh().await?;
        browser.until(&format!("document.getElementById('{tab}').textContent.includes({says:?})")).await?;
        assert_eq!(browser.value(&format!("document.getElementById('tab-{tab}').ariaSelected")).await?, json!("true"));
    }
    preview.save_intro("Seen in the source.")?;
    browser.until("document.getElementById('message').textContent.includes('Seen in the source.')").await
}

#[tokio::test]
#[ignore = "needs Chromium; ./check runs it"]
async fn widths_are_those_of_the_mail_itself() -> Result<()> {
    let (_preview, browser) = shown("").await?;
    let width = "document.getElementById('frame').contentWindow.innerWidth";
    for pixels in [390, 768, 1024] {
        browser.click(&format!("[data-value='{pixels}']")).await?;
        assert_eq!(browser.value(width).await?, json!(pixels));
    }
    // In a window with no room the mail is shown smaller, not narrower.
    browser.set_window_size(900, 700).await?;
    browser.until("document.getElementById('measure').textContent.includes('shown at')").await?;
    assert_eq!(browser.value(width).await?, json!(1024));
    Ok(())
}

#[tokio::test]
#[ignore = "needs Chromium; ./check runs it"]
async fn the_mail_is_seen_as_clients_show_it() -> Result<()> {
    let (_preview, browser) = shown("").await?;
    let ground = format!("getComputedStyle({MAIL}.body).backgroundColor");
    let light = browser.value(&ground).await?;
    browser.click("[data-value=dark]").await?;
    browser.until(&format!("{ground} !== {light}")).await?;
    let dark = browser.value(&ground).await?;
    browser.click("[data-value=forced]").await?;
    browser.until(&format!("{ground} !== {dark}")).await?;
    assert_eq!(browser.value(&ground).await?, json!("rgb(25, 25, 25)"));
    assert_eq!(browser.value("document.getElementById('simulation').hidden").await?, json!(false));
    browser.click("[data-value=light]").await?;
    browser.until(&format!("{ground} === {light}")).await?;

    let picture = format!("{MAIL}.querySelector('img[alt=\"A checkered map\"]')");
    browser.until(&format!("{picture}.naturalWidth === 320")).await?;
    browser.click("#images").await?;
    browser.until(&format!("!{picture}.hasAttribute('src')")).await?;
    assert_eq!(browser.value("location.search").await?, json!("?images=off"));
    Ok(())
}

#[tokio::test]
#[ignore = "needs Chromium; ./check runs it"]
async fn a_reader_is_chosen_from_the_list() -> Result<()> {
    let (preview, browser) = shown("").await?;
    let field = browser.find(fantoccini::Locator::Css("#as")).await?;
    field.send_keys("ada").await?;
    browser.until("document.querySelector('#people option')?.value === 'ada@example.org'").await?;
    field.send_keys("@example.org\n").await?;
    browser.until(&mail_says("Hello Ada Lovelace,")).await?;
    browser.until("document.getElementById('reader').textContent === 'Read asAda LovelaceOn the list.'").await?;
    assert_eq!(
        browser.value("document.querySelector('#panel-message [data-part]').href").await?,
        json!(format!("{}/1.eml?as=ada%40example.org", preview.origin))
    );
    browser.refresh().await?;
    browser.until(&mail_says("Hello Ada Lovelace,")).await?;
    browser.click("#clear-recipient").await?;
    browser.until(&mail_says("Hello friend,")).await?;
    // A mistake is undone.
    browser.click("#toast button:not(.close)").await?;
    browser.until(&mail_says("Hello Ada Lovelace,")).await
}

#[tokio::test]
#[ignore = "needs Chromium; ./check runs it"]
async fn the_list_follows_the_folder() -> Result<()> {
    let (preview, browser) = shown("").await?;
    browser.goto(&preview.origin).await?;
    let titles = "JSON.stringify([...document.querySelectorAll('.issues .title')].map(title => title.textContent))";
    browser.until("document.getElementById('connection').className === 'live'").await?;
    assert_eq!(browser.value(titles).await?, json!("[\"First things\"]"));
    preview
        .save("issues/002.toml", ISSUE.replace("number = 1", "number = 2").replace("First things", "Second things"))?;
    browser.until(&format!("{titles} === '[\"Second things\",\"First things\"]'")).await?;
    preview.save("issues/002.toml", "number = 2\n")?;
    browser.until("document.querySelector('.issues .error')?.textContent.startsWith('issues/002.toml:')").await?;
    fs::remove_file(preview.path("issues/002.toml"))?;
    browser.until(&format!("{titles} === '[\"First things\"]'")).await
}

#[tokio::test]
#[ignore = "needs Chromium; ./check runs it"]
async fn a_lost_server_is_found_again() -> Result<()> {
    let (mut preview, browser) = shown("/text").await?;
    let instance = browser.value("document.body.dataset.instance").await?;
    preview.stop();
    browser.until("document.getElementById('connection').textContent === 'disconnected, retrying'").await?;
    preview.restart()?;
    browser.until(&format!("document.body.dataset.instance !== {instance}")).await?;
    browser.until("document.getElementById('connection').className === 'live' && !document.getElementById('panel-text').hidden").await
}

#[tokio::test]
#[ignore = "needs Chromium; ./check runs it"]
async fn nothing_in_a_mail_can_run_or_reach_out() -> Result<()> {
    let (preview, browser) = shown("").await?;
    // Markdown passes no markup, so the frame is given what a letter cannot hold.
    let planted = "(() => { const mail = document.getElementById('frame').contentDocument;
        mail.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"parent.document.title = 1\"><a id=out href=\"https://example.org/\">out</a>');
        const script = mail.createElement('script'); script.textContent = 'parent.document.title = 2'; mail.body.append(script); })()";
    let title = browser.value("document.title").await?;
    browser.value(planted).await?;
    let fetched: Value = browser
        .execute_async(
            "const done = arguments[0]; fetch('/42.eml', { method: 'POST' }).then(answer => done(answer.status))",
            Vec::new(),
        )
        .await?;
    assert_eq!(fetched, json!(405));
    let elsewhere: Value = browser.execute_async(
        "const done = arguments[0]; fetch('https://example.org/').then(() => done('reached'), () => done('blocked'))", Vec::new()).await?;
    assert_eq!(elsewhere, json!("blocked"));
    assert_eq!(browser.value("document.title").await?, title);
    // A link leaves the mail where it is.
    browser.value(&format!("{MAIL}.getElementById('out').click()")).await?;
    assert_eq!(browser.value(&format!("{MAIL}.URL")).await?, json!(format!("{}/1/frame", preview.origin)));
    Ok(())
}
