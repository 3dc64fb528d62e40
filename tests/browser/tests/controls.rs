//! Every button, every field and every key on the page of an issue, and their effects.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::{Context, Result};
use browser_tests::{Browser, ISSUE, Preview, shown};
use fantoccini::actions::{InputSource, MOUSE_BUTTON_LEFT, MouseActions, PointerAction};
use serde_json::{Value, json};

const FILE: &str = "issues/001-first-things.toml";

/// The framed mail's document.
const MAIL: &str = "document.getElementById('frame').contentDocument";

const FOCUS: &str = "document.activeElement.id";

/// Issue 1 with a link that is there twice, so that there is a finding, and an issue 2.
async fn with_a_finding() -> Result<(Preview, Browser)> {
    let (preview, browser) = shown("").await?;
    let urls: Vec<&str> = ISSUE.lines().filter(|line| line.starts_with("url =")).collect();
    preview.save(FILE, ISSUE.replace(urls[urls.len() - 1], urls[0]))?;
    browser.until("document.querySelector('#check-count .n')").await?;
    let second = ISSUE.replace("number = 1", "number = 2").replace("First things", "Second things");
    preview.save("issues/002.toml", second)?;
    browser.until("document.querySelector('a[rel=next]')?.getAttribute('href') === '/2'").await?;
    Ok((preview, browser))
}

/// Everything on the page that can be used, in its order, by what it says.
async fn controls(browser: &Browser) -> Result<Value> {
    browser
        .value(
            "(() => {
               const named = label => (label?.querySelector('span') ?? label)?.textContent;
               return [...document.querySelectorAll('button, a[href], select, input, summary, [role=separator]')]
               .filter(element => element.checkVisibility())
               .map(element => element.ariaLabel || named(element.labels?.[0]) || element.textContent.trim().slice(0, 22));
             })()",
        )
        .await
}

#[tokio::test]
#[ignore = "needs Chromium; ./check runs it"]
async fn the_page_of_an_issue_has_these_controls() -> Result<()> {
    let (_preview, browser) = with_a_finding().await?;
    assert_eq!(
        controls(&browser).await?,
        json!([
            "Test Letter",
            "Issue",
            "Next issue, 2",
            "Letter",
            "Clients",
            "Compare",
            "Archive",
            "Links",
            "Checks 1 warning",
            "Send a testt",
            "Keyboard shortcuts",
            "HTML",
            "Text",
            "Source",
            "Message",
            "Phone",
            "Tablet",
            "Desktop",
            "Light",
            "Dark",
            "Forced dark",
            "Images",
            "Mail client",
            "Read as",
            "Width of the mail",
            "Open alone",
            "Show it e",
            "All 15 headers",
        ])
    );
    browser.click("#tab-message").await?;
    browser.until("document.getElementById('message').textContent.length > 100").await?;
    let visible = controls(&browser).await?;
    let of_sources: Vec<_> = ["Copy", "Download .eml"].into_iter().filter(|name| has(&visible, name)).collect();
    assert_eq!(of_sources, ["Copy", "Download .eml"]);
    Ok(())
}

/// Whether the toast starts with `words`.
fn toast(words: &str) -> String {
    format!("document.querySelector('.toast strong')?.textContent.startsWith({words:?})")
}

fn has(controls: &Value, name: &str) -> bool {
    controls.as_array().is_some_and(|controls| controls.contains(&json!(name)))
}

#[tokio::test]
#[ignore = "needs Chromium; ./check runs it"]
async fn every_control_does_what_it_says() -> Result<()> {
    let (preview, browser) = with_a_finding().await?;
    // A headless browser has no clipboard of its own to look into.
    browser.value("(window.copied = [], navigator.clipboard.writeText = async text => { copied.push(text) })").await?;
    let pressed = |setting: &str, value: &str| {
        format!("document.querySelector('[data-setting={setting}][data-value=\"{value}\"]').ariaPressed === 'true'")
    };
    let clicks = [
        ("[data-value='390']", pressed("width", "390")),
        ("[data-value='768']", pressed("width", "768")),
        ("[data-value='1024']", pressed("width", "1024")),
        ("[data-value=dark]", pressed("scheme", "dark")),
        ("[data-value=forced]", pressed("scheme", "forced")),
        ("[data-value=light]", pressed("scheme", "light")),
        ("#images", "document.getElementById('images').ariaPressed === 'false'".to_owned()),
        ("#images", "document.getElementById('images').ariaPressed === 'true'".to_owned()),
        ("option[value=gmail]", format!("{MAIL}.URL && location.search === '?client=gmail'")),
        ("option[value='']", "location.search === ''".to_owned()),
        ("#as", format!("{FOCUS} === 'as'")),
        ("#send-test", toast("Test mail written to the outbox")),
        ("#toast .close", "!document.querySelector('.toast')".to_owned()),
        ("summary", "document.getElementById('all-headers').open".to_owned()),
        ("#help", "document.getElementById('keys').open".to_owned()),
        ("#keys [type=submit]", "!document.getElementById('keys').open".to_owned()),
        ("#tab-text", "location.pathname === '/1/text'".to_owned()),
        ("[data-copy=text]", "copied.at(-1).includes('This is the first issue.')".to_owned()),
        ("#tab-source", "location.pathname === '/1/source'".to_owned()),
        ("[data-copy=source]", "copied.at(-1).startsWith('<!DOCTYPE html>')".to_owned()),
        ("#tab-message", "location.pathname === '/1/message'".to_owned()),
        ("[data-copy=message]", "copied.at(-1).includes('MIME-Version: 1.0')".to_owned()),
        ("#tab-html", "location.pathname === '/1'".to_owned()),
        ("[data-page=c]", "location.pathname === '/1/clients'".to_owned()),
        ("[data-page=b]", "location.pathname === '/1/compare'".to_owned()),
        ("a[data-version=previous]", "location.search === '?version=previous'".to_owned()),
        ("a[data-version=sent]", "location.search === '?version=sent'".to_owned()),
        ("a[data-version=test]", "location.search === '?version=test'".to_owned()),
        ("[data-setting=part][data-value=text]", "!document.getElementById('difference').hidden".to_owned()),
        ("[data-setting=part][data-value=sides]", "document.getElementById('difference').hidden".to_owned()),
        ("[data-page=a]", "location.pathname === '/1/archive'".to_owned()),
        ("a[data-archive-part=issue]", "location.search === '?part=issue'".to_owned()),
        ("a[data-archive-part=feed]", "location.search === '?part=feed'".to_owned()),
        ("a[data-archive-part=card]", "location.search === '?part=card'".to_owned()),
        ("[data-value=dark]", "document.getElementById('archive').src.endsWith('/1/card?scheme=dark')".to_owned()),
        ("[data-value=light]", "document.getElementById('archive').src.endsWith('/1/card')".to_owned()),
        ("[data-page=e]", "location.pathname === '/1/checks'".to_owned()),
        ("[data-value=error]", "document.querySelector('.finding').hidden".to_owned()),
        ("[data-value=all]", "!document.querySelector('.finding').hidden".to_owned()),
        ("#check-links", toast("links: 0 pages")),
        ("[data-page=h]", "location.pathname === '/1'".to_owned()),
        ("a[rel=next]", "location.pathname === '/2'".to_owned()),
        ("a[rel=prev]", "location.pathname === '/1'".to_owned()),
        ("#issue option[value='2']", "location.pathname === '/2'".to_owned()),
        ("a.publication", "location.pathname === '/'".to_owned()),
        ("a[href='/1']", "location.pathname === '/1'".to_owned()),
    ];
    // A page that was left has lost what was put into it.
    for (selector, effect) in clicks {
        browser.click(selector).await.with_context(|| selector.to_owned())?;
        browser
            .until(&format!("document.readyState === 'complete' && ({effect})"))
            .await
            .with_context(|| selector.to_owned())?;
    }
    assert!(preview.path(".newsletter/tests/001.letter").exists());
    Ok(())
}

#[tokio::test]
#[ignore = "needs Chromium; ./check runs it"]
async fn every_key_does_what_the_help_says() -> Result<()> {
    let (_preview, browser) = with_a_finding().await?;
    let cases = [
        ("2", "!document.getElementById('panel-text').hidden"),
        ("3", "!document.getElementById('panel-source').hidden"),
        ("4", "!document.getElementById('panel-message').hidden"),
        ("1", "!document.getElementById('panel-html').hidden"),
        ("w", "document.querySelector('[data-value=\"390\"]').ariaPressed === 'true'"),
        ("s", "document.querySelector('[data-value=dark]').ariaPressed === 'true'"),
        ("i", "document.getElementById('images').ariaPressed === 'false'"),
        ("m", "document.getElementById('client').value === 'apple-mail'"),
        ("t", "document.querySelector('.toast strong')?.textContent.startsWith('Test mail written')"),
        ("?", "document.getElementById('keys').open"),
        ("\u{e00c}", "!document.getElementById('keys').open"),
        ("v", "document.activeElement.id === 'as'"),
    ];
    for (key, effect) in cases {
        browser.press(key).await?;
        browser.until(effect).await?;
    }
    // In a field, letters are letters.
    browser.press("s").await?;
    assert_eq!(browser.value("document.querySelector('[data-value=dark]').ariaPressed").await?, json!("true"));
    browser.value("(document.getElementById('as').value = '', document.activeElement.blur())").await?;
    browser.press("j").await?;
    browser.until("location.pathname === '/2' && document.title.startsWith('2 ')").await?;
    browser.until("document.querySelector('[data-value=dark]').ariaPressed === 'true'").await?;
    browser.press("k").await?;
    browser.until("location.pathname === '/1' && document.readyState === 'complete'").await?;

    // With the focus inside the mail too.
    browser.until(&format!("{MAIL}.readyState === 'complete' && {MAIL}.URL.includes('/frame')")).await?;
    browser.value("document.getElementById('frame').focus()").await?;
    browser.clone().enter_frame(0).await?;
    browser.press("2").await?;
    browser.clone().enter_parent_frame().await?;
    browser.until("!document.getElementById('panel-text').hidden").await?;

    let turns = [
        ("c", "/1/clients"),
        ("b", "/1/compare"),
        ("a", "/1/archive"),
        ("g", "/1/links"),
        ("e", "/1/checks"),
        ("h", "/1"),
        ("l", "/"),
    ];
    for (key, path) in turns {
        browser.press(key).await?;
        browser.until(&format!("location.pathname === {path:?} && document.readyState === 'complete'")).await?;
    }
    // The help names these keys and no others.
    browser.back().await?;
    browser.until("document.querySelector('#keys kbd')").await?;
    let named = browser.value("[...document.querySelectorAll('#keys kbd')].map(key => key.textContent)").await?;
    let named: BTreeSet<&str> = named.as_array().context("keys")?.iter().filter_map(Value::as_str).collect();
    let tried = cases.iter().map(|(key, _)| *key).filter(|key| *key != "\u{e00c}");
    assert_eq!(named, tried.chain(turns.map(|(key, _)| key)).chain(["j", "k"]).collect());
    Ok(())
}

#[tokio::test]
#[ignore = "needs Chromium; ./check runs it"]
async fn the_list_and_the_comparison_have_keys_of_their_own() -> Result<()> {
    let (preview, browser) = with_a_finding().await?;
    browser.goto(&preview.origin).await?;
    browser.until("document.querySelectorAll('.issues a').length === 2").await?;
    let focus = "document.activeElement.getAttribute('href')";
    for (key, href) in [("j", "/2"), ("j", "/1"), ("j", "/1"), ("k", "/2")] {
        browser.press(key).await?;
        assert_eq!(browser.value(focus).await?, json!(href), "{key}");
    }
    browser.press("?").await?;
    browser.until("document.getElementById('keys').open").await?;
    browser.press("\u{e00c}").await?;
    browser.press("\u{e007}").await?;
    browser.until("location.pathname === '/2' && document.readyState === 'complete'").await?;
    browser.press("b").await?;
    browser
        .until("location.pathname === '/2/compare' && document.querySelector('a[data-version=previous]')?.ariaCurrent")
        .await?;
    for version in ["test", "sent", "previous"] {
        browser.press("v").await?;
        browser
            .until(&format!("location.search === '?version={version}' && document.readyState === 'complete'"))
            .await?;
    }
    Ok(())
}

#[tokio::test]
#[ignore = "needs Chromium; ./check runs it"]
async fn the_mails_edge_is_dragged_and_pushed_by_keys() -> Result<()> {
    let (_preview, browser) = shown("?width=500").await?;
    let width = format!("{MAIL}.documentElement.clientWidth");
    assert_eq!(browser.value("document.getElementById('frame').contentWindow.innerWidth").await?, json!(500));
    let place = "(({ left, width, top, height }) => [Math.round(left + width / 2), Math.round(top + height / 2)])(document.getElementById('handle').getBoundingClientRect())";
    let at = browser.value(place).await?;
    let (x, y) = (at[0].as_f64().context("a number")?, at[1].as_f64().context("a number")?);
    let moved = |x| PointerAction::MoveTo { duration: Some(Duration::ZERO), x, y };
    let drag = MouseActions::new("mouse".to_owned())
        .then(moved(x))
        .then(PointerAction::Down { button: MOUSE_BUTTON_LEFT })
        .then(moved(x + 10.0))
        .then(moved(x + 50.0))
        .then(PointerAction::Up { button: MOUSE_BUTTON_LEFT });
    browser.perform_actions(drag).await?;
    // Both edges move away from the middle; the handle is a few pixels outside the mail.
    let dragged = browser.value("document.getElementById('frame').contentWindow.innerWidth").await?;
    let dragged = dragged.as_i64().context("a number")?;
    assert!((600..=620).contains(&dragged), "{dragged}");
    browser.until(&format!("location.search === '?width={dragged}'")).await?;
    assert_eq!(
        browser.value("document.getElementById('measure').textContent").await?,
        json!(format!("{dragged} px wide"))
    );

    browser.value("document.getElementById('handle').focus()").await?;
    for (key, expected) in [("\u{e014}", dragged + 10), ("\u{e012}", dragged), ("\u{e011}", 240), ("\u{e014}", 250)] {
        browser.press(key).await?;
        assert_eq!(browser.value("document.getElementById('handle').ariaValueNow").await?, json!(expected.to_string()));
        assert_eq!(browser.value("document.getElementById('frame').contentWindow.innerWidth").await?, json!(expected));
    }
    // As wide as there is room, and never wider.
    browser.press("\u{e010}").await?;
    let ends = "document.getElementById('handle').ariaValueNow === document.getElementById('handle').ariaValueMax";
    assert_eq!(browser.value(ends).await?, json!(true));
    assert_eq!(browser.value(&format!("{width} > 900")).await?, json!(true));
    browser.refresh().await?;
    browser.until(ends).await
}

#[tokio::test]
#[ignore = "needs Chromium; ./check runs it"]
async fn back_leaves_a_tab() -> Result<()> {
    let (_preview, browser) = shown("").await?;
    browser.click("#tab-text").await?;
    browser.click("#tab-source").await?;
    browser.until("document.getElementById('source').textContent.includes('<!DOCTYPE html>')").await?;
    browser.back().await?;
    browser.until("location.pathname === '/1/text' && !document.getElementById('panel-text').hidden").await?;
    browser.back().await?;
    browser.until("location.pathname === '/1' && !document.getElementById('panel-html').hidden").await?;
    browser.forward().await?;
    browser.until("document.getElementById('text').textContent.includes('This is the first issue.')").await
}
