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

/// Issue 1 with a section in brief and one of lists.
const SECTIONS: &str = r#"
[[section]]
title = "In brief"
style = "brief"

[[section.link]]
url = "https://example.org/brief"
title = "Brief"

[[section]]
title = "Also seen"
list = "* [Seen](https://example.org/seen)"
"#;

#[tokio::test]
#[ignore = "needs Chromium; ./check runs it"]
async fn each_key_does_what_its_button_does_and_nothing_while_somebody_types() -> Result<()> {
    let (preview, browser) = shown("/checks").await?;
    let lines = (0..8).map(|number| format!("- [Link {number}](https://kettle.example/{number})\n"));
    let inbox = lines.collect::<Vec<_>>().concat();
    preview.save("links.md", &inbox)?;
    let issue = std::fs::read_to_string(preview.path("issues/001-first-things.toml"))?;
    preview.save("issues/001-first-things.toml", format!("{issue}{SECTIONS}"))?;
    browser.press("g").await?;
    browser.until("document.querySelectorAll('.waiting-link').length === 8").await?;
    browser
        .until("document.getElementById('connection').className === 'live' && document.querySelector('.sitting')")
        .await?;
    let hints = "[...document.querySelectorAll('.chosen .choices button')].map(button => button.textContent.trim())";
    let labels = json!(["l Lead", "1 Reading", "b In brief", "s Also seen", "w Wait for a later issue", "x Drop"]);
    assert_eq!(browser.value(hints).await?, labels);

    // Elsewhere these keys open other pages, or change how a letter is shown.
    for (key, places) in [
        ("l", "Lead Reading*10 Brief Seen"),
        ("b", "Lead Reading*10 Brief*2 Seen"),
        ("s", "Lead Reading*10 Brief*2 Seen*2"),
        ("1", "Lead Reading*11 Brief*2 Seen*2"),
    ] {
        browser.press(key).await?;
        browser.until(&format!("({PLACES}) === '{places}'")).await?;
        assert_eq!(browser.value("location.pathname").await?, json!("/1/links"), "{key}");
    }
    browser.press("w").await?;
    browser.until("document.querySelectorAll('#later').length === 1").await?;
    browser.press("x").await?;
    browser.until("document.querySelectorAll('#dropped').length === 1").await?;
    let text = "- [Link 4](https://kettle.example/4) #after-1\n- [Link 6](https://kettle.example/6)\n- [Link 7](https://kettle.example/7)\n";
    assert_eq!(std::fs::read_to_string(preview.path("links.md"))?, text);
    // An issue has one lead, and the key says so.
    browser.press("l").await?;
    browser
        .until("document.querySelector('.toast strong').textContent === 'There is a lead already: “Link 0”'")
        .await?;

    // Not while somebody types, chooses an issue, holds another key, or holds this one down.
    for how in [
        "document.body.append(Object.assign(document.createElement('input'), { id: 'typing' }))",
        "document.body.append(Object.assign(document.createElement('textarea'), { id: 'typing' }))",
    ] {
        browser.value(how).await?;
        browser.value("document.getElementById('typing').focus()").await?;
        browser.press("xw1").await?;
        assert_eq!(browser.value("document.getElementById('typing').value").await?, json!("xw1"));
        browser.value("document.getElementById('typing').remove()").await?;
    }
    for held in ["ctrlKey: true", "altKey: true", "metaKey: true", "repeat: true"] {
        for key in ["l", "b", "s", "w", "1", "x", "u"] {
            let event = format!("new KeyboardEvent('keydown', {{ key: '{key}', bubbles: true, {held} }})");
            browser.value(&format!("document.body.dispatchEvent({event})")).await?;
        }
    }
    assert_eq!(
        browser.value("document.querySelectorAll('button:disabled[data-pending]:not([data-key=l])').length").await?,
        json!(0)
    );
    assert_eq!(std::fs::read_to_string(preview.path("links.md"))?, text);
    // The help lists no key twice.
    let keys = "[...document.querySelectorAll('#keys kbd')].map(key => key.textContent).join(' ')";
    assert_eq!(browser.value(keys).await?, json!("j k o l 1 9 b s w x u h c a g e t ?"));
    Ok(())
}

/// The places of the links of the issue, each with their number.
const PLACES: &str = "(() => {
    const rows = [...document.querySelectorAll('section[aria-labelledby=placed] .place')].map(place => place.textContent);
    const names = { 'In brief': 'Brief', 'Also seen': 'Seen' };
    const count = place => rows.filter(row => row === place).length;
    return [...new Set(rows)].map(place => (names[place] ?? place) + (count(place) > 1 ? '*' + count(place) : '')).join(' ');
})()";
