//! The pages of an issue: other clients, findings, comparison with what was sent, the test mail.

use anyhow::Result;
use browser_tests::{ISSUE, shown};
use serde_json::json;

const FILE: &str = "issues/001-first-things.toml";

/// The framed mail's document.
const MAIL: &str = "document.getElementById('frame').contentDocument";

fn mail_says(text: &str) -> String {
    format!("{MAIL}.body.textContent.includes({text:?})")
}

#[tokio::test]
#[ignore = "needs Chromium; ./check runs it"]
async fn every_client_shows_the_letter_its_own_way() -> Result<()> {
    let (preview, browser) = shown("/clients").await?;
    let in_client = |word: &str| format!("document.querySelector('[data-client={word}]').contentDocument");
    let ground =
        |word: &str| format!("getComputedStyle({0}.querySelector('.letter')).backgroundColor", in_client(word));
    let all = "[...document.querySelectorAll('[data-client]')]";
    browser
        .until(&format!("{all}.length === 8 && {all}.every(mail => mail.contentDocument.querySelector('.letter'))"))
        .await?;
    // The letter loses nothing anywhere; Outlook sets no text beside a thumbnail.
    let verdicts = "[...document.querySelectorAll('.verdict')].map(verdict => verdict.textContent)";
    browser.until(&format!("!{verdicts}.includes('…')")).await?;
    assert_eq!(browser.value(verdicts).await?, json!(["same", "same", "same", "1 difference", "same", "same", "same"]));
    assert_eq!(browser.value(&format!("{}.body.children[0].className", in_client("gmail"))).await?, json!(""));
    assert_eq!(
        browser.value(&format!("{}.styleSheets[0].cssRules.length", in_client("gmail-foreign"))).await?,
        json!(0)
    );
    let light = browser.value(&ground("apple-mail")).await?;
    browser.press("s").await?;
    browser.until(&format!("{} !== {light}", ground("apple-mail"))).await?;
    browser.until(&format!("{} === 'rgb(25, 25, 25)'", ground("outlook-windows"))).await?;
    assert_eq!(browser.value(&ground("gmail")).await?, light);
    browser.until(&format!("{verdicts}[1] === 'stays light' && {verdicts}[2] === 'colours inverted'")).await?;
    preview.save_intro("Seen everywhere.")?;
    let says = "contentDocument.body.textContent.includes('Seen everywhere.')";
    browser.until(&format!("{all}.every(mail => mail.{says})")).await?;

    // One of them alone, at full size.
    browser.click("a[href$='client=outlook-windows']").await?;
    browser
        .until("location.pathname === '/1' && document.getElementById('client')?.value === 'outlook-windows'")
        .await?;
    browser.until("!document.getElementById('simulation').hidden").await?;
    browser.press("m").await?;
    browser.until("document.getElementById('client').value === 'outlook-com'").await?;
    browser.press("c").await?;
    browser.until("location.pathname === '/1/clients'").await
}

#[tokio::test]
#[ignore = "needs Chromium; ./check runs it"]
async fn the_sent_letter_is_shown_beside_the_current_one() -> Result<()> {
    let (preview, browser) = shown("").await?;
    browser.goto(&format!("{}/1/compare?version=sent", preview.origin)).await?;
    browser.until("document.getElementById('verdict')?.textContent.includes('has not been sent')").await?;
    browser.until("document.getElementById('connection').className === 'live'").await?;
    preview.send()?;
    preview.save_intro("This was never sent.")?;
    // The first letter to compare with brings its frames along.
    browser.until("document.querySelector('ins')?.textContent.includes('This was never sent.')").await?;
    let says = |version: &str| {
        format!(
            "document.querySelector('iframe[data-version=\"{version}\"]').contentDocument.body.textContent.includes('This was never sent.')"
        )
    };
    browser.until(&says("")).await?;
    assert_eq!(browser.value(&says("sent")).await?, json!(false));
    // Paragraphs that differ are marked with a line on both sides, others are not.
    let marked = |version: &str| {
        format!(
            "[...document.querySelector('iframe[data-version=\"{version}\"]').contentDocument.querySelectorAll('p')].filter(p => p.style.boxShadow).map(p => p.textContent)"
        )
    };
    browser.until(&format!("{}.length === 1 && {}.length === 1", marked("sent"), marked(""))).await?;
    assert_eq!(browser.value(&marked("")).await?, json!(["This was never sent."]));
    assert_eq!(browser.value(&marked("sent")).await?, json!(["This is the first issue."]));
    // The change is listed, and both letters are scrolled to it.
    assert_eq!(
        browser.value("[...document.querySelectorAll('.change')].map(change => change.textContent)").await?,
        json!(["OpeningThis is the first issue. This was never sent."])
    );
    browser.press("n").await?;
    browser.until("document.querySelector('.change').ariaCurrent === 'true'").await?;
    let outlined = "[...document.querySelectorAll('iframe')].map(mail => mail.contentDocument.querySelectorAll('[data-mark]').length)";
    assert_eq!(browser.value(outlined).await?, json!([1, 1]));
    // Both scroll together.
    let window = |version: &str| format!("document.querySelector('iframe[data-version=\"{version}\"]').contentWindow");
    browser.value(&format!("{}.scrollTo(0, 300)", window("sent"))).await?;
    browser.until(&format!("Math.abs({}.scrollY - 300) < 20", window(""))).await?;
    preview.save(FILE, ISSUE)?;
    browser
        .until("document.getElementById('verdict').textContent.startsWith('Nothing has changed since it was sent')")
        .await?;
    browser.until(&format!("!{}", says(""))).await
}

#[tokio::test]
#[ignore = "needs Chromium; ./check runs it"]
async fn an_issue_is_compared_with_what_was_sent_last() -> Result<()> {
    let (preview, browser) = shown("").await?;
    browser.press("t").await?;
    browser.until("document.querySelector('.toast strong')?.textContent.startsWith('Test mail written')").await?;
    browser.press("b").await?;
    let verdict = |words: &str| format!("document.getElementById('verdict')?.textContent.startsWith({words:?})");
    browser.until(&verdict("Nothing has changed since the last test mail")).await?;
    browser.until("document.getElementById('connection').className === 'live'").await?;
    // The sent letter takes precedence over that of the test mail.
    preview.send()?;
    preview.save_intro("This was never sent.")?;
    browser.until(&verdict("Changed since it was sent")).await?;
    browser.until("document.querySelector('iframe').dataset.version === 'sent'").await
}

#[tokio::test]
#[ignore = "needs Chromium; ./check runs it"]
async fn a_test_mail_is_sent_and_the_answer_shown() -> Result<()> {
    let (preview, browser) = shown("").await?;
    let pressed = "(window.said = [], new MutationObserver(() => said.push(document.querySelector('.toast strong')?.textContent)).observe(document.getElementById('toast'), { childList: true }), document.getElementById('send-test').click(), document.getElementById('send-test').disabled)";
    assert_eq!(browser.value(pressed).await?, json!(true), "disabled while under way");
    browser
        .until("document.querySelector('.toast pre')?.textContent === 'ada@example.org  accepted  written to test-ada@example.org.eml'")
        .await?;
    assert_eq!(
        browser.value("said").await?,
        json!(["Sending the test mail…", "Test mail written to the outbox; no mail has left this machine"])
    );
    assert_eq!(browser.value("document.getElementById('toast').role").await?, json!("status"));
    assert!(preview.path("outbox/1/test-ada@example.org.eml").exists());
    // A second press sends no second mail, and says so; one that is meant does.
    std::fs::remove_file(preview.path("outbox/1/test-ada@example.org.eml"))?;
    browser.press("t").await?;
    browser.until("document.querySelector('.toast strong')?.textContent.startsWith('Already sent')").await?;
    assert!(!preview.path("outbox/1/test-ada@example.org.eml").exists());
    browser.click("#toast button:not(.close)").await?;
    browser.until("document.querySelector('.toast strong')?.textContent.startsWith('Test mail written')").await?;
    assert!(preview.path("outbox/1/test-ada@example.org.eml").exists());
    browser.click("#toast a").await?;
    browser.until("location.pathname + location.search === '/1/compare?version=test'").await?;
    assert!(!preview.path("newsletter.db").exists(), "a test mail is no delivery");
    Ok(())
}

#[tokio::test]
#[ignore = "needs Chromium; ./check runs it"]
async fn what_changed_lights_up() -> Result<()> {
    let (preview, browser) = shown("").await?;
    browser.value("(window.lit = [], document.getElementById('frame').contentWindow.Element.prototype.animate = function () { lit.push(this.textContent) })").await?;
    browser.press("s").await?;
    browser.until("document.querySelector('[data-value=dark]').ariaPressed === 'true'").await?;
    preview.save_intro("A word changed.")?;
    browser.until(&mail_says("A word changed.")).await?;
    assert_eq!(browser.value("lit.filter(text => text.includes('A word changed.')).length").await?, json!(1));
    assert_eq!(browser.value("lit.length").await?, json!(1));
    Ok(())
}
