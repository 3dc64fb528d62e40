//! Measures letters, those of the gallery too: the contrast of every text for many accents, the width on a phone, and
//! the height of what a thumb has to hit.

use anyhow::Result;
use browser_tests::{Browser, LEAST_CONTRAST, Preview};
use serde_json::json;

const SPECIMEN: &str = include_str!("../src/specimen.toml");

/// How many accents are drawn.
const ACCENTS: u64 = 40;

#[tokio::test]
#[ignore = "needs Chromium; ./check runs it"]
async fn every_text_is_legible_for_forty_accents_in_light_and_dark() -> Result<()> {
    let preview = specimen()?;
    let config = std::fs::read_to_string(preview.path("newsletter.toml"))?;
    let browser = Browser::start(1024, 800).await?;
    // SplitMix64, so that a failure can be seen again.
    let mut state = 42_u64;
    for _ in 0..ACCENTS {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let accent = format!("#{:06x}", (mixed ^ (mixed >> 27)) & 0x00ff_ffff);
        preview.save_by_rename("newsletter.toml", format!("{config}\n[theme]\naccent = \"{accent}\"\n"))?;
        for query in ["", "?scheme=dark"] {
            browser.goto(&format!("{}/2/frame{query}", preview.origin)).await?;
            let least = browser.value(LEAST_CONTRAST).await?;
            assert!(least[0].as_f64().is_some_and(|ratio| ratio >= 4.5), "{accent} {query}: {least}");
        }
    }
    Ok(())
}

#[tokio::test]
#[ignore = "needs Chromium; ./check runs it"]
async fn nothing_is_wider_than_a_phone() -> Result<()> {
    let preview = specimen()?;
    let config = std::fs::read_to_string(preview.path("newsletter.toml"))?;
    let name = "N".repeat(50);
    preview.save_by_rename("newsletter.toml", config.replace("\"Test Letter\"", &format!("\"{name}\"")))?;
    let (word, address) = ("w".repeat(96), format!("https://example.org/{}", "a".repeat(160)));
    let issue = SPECIMEN
        .replace("number = 2", "number = 1042")
        .replace("title = \"", &format!("title = \"{word} "))
        .replace("text = \"Words", &format!("text = \"{word} Words"))
        .replace("description = \"", &format!("description = \"{word} {address} "))
        .replace("retry(|| once())", &word)
        .replace("* [", &format!("* [{word} "))
        .replace("author = \"", &format!("author = \"{word}"));
    preview.save("issues/1042-specimen.toml", issue)?;
    let browser = Browser::start(1024, 800).await?;
    browser.goto(&format!("{}/1042/frame", preview.origin)).await?;
    browser.picture(320).await?;
    assert_eq!(browser.value("document.body.textContent.includes('w'.repeat(96))").await?, json!(true));
    assert_eq!(browser.value("document.documentElement.scrollWidth").await?, json!(320));
    Ok(())
}

#[tokio::test]
#[ignore = "needs Chromium; ./check runs it"]
async fn letters_of_the_gallery_fit_a_phone_and_are_legible_in_light_and_dark() -> Result<()> {
    let browser = Browser::start(1024, 800).await?;
    for (name, issue) in [("one-paper", 27), ("weekly", 118), ("long-list", 12)] {
        let preview = Preview::of_gallery(name)?;
        for query in ["", "?scheme=dark"] {
            browser.goto(&format!("{}/{issue}/frame{query}", preview.origin)).await?;
            browser.picture(320).await?;
            assert_eq!(browser.value("document.documentElement.scrollWidth").await?, json!(320), "{name}");
            let least = browser.value(LEAST_CONTRAST).await?;
            assert!(least[0].as_f64().is_some_and(|ratio| ratio >= 4.5), "{name} {query}: {least}");
            assert_eq!(browser.value(LOW_CONTROLS).await?, json!([]), "{name}");
            let broken = "[...document.images].filter(image => !image.naturalWidth).map(image => image.src)";
            assert_eq!(browser.value(broken).await?, json!([]), "{name}");
        }
    }
    Ok(())
}

/// The controls lower than a thumb needs: buttons, and the links that stand in a line of their own at the end.
const LOW_CONTROLS: &str = "[...document.querySelectorAll('.action a, .offer a, .more a, .footer a')]
    .filter(control => control.getBoundingClientRect().height < 44).map(control => control.outerHTML)";

#[tokio::test]
#[ignore = "needs Chromium; ./check runs it"]
async fn what_a_thumb_has_to_hit_is_high_enough() -> Result<()> {
    let preview = specimen()?;
    let browser = Browser::start(1024, 800).await?;
    browser.goto(&format!("{}/2/frame", preview.origin)).await?;
    browser.picture(320).await?;
    assert_eq!(browser.value(LOW_CONTROLS).await?, json!([]));
    assert_eq!(browser.value("document.querySelectorAll('.action a, .offer a, .more a').length").await?, json!(4));
    Ok(())
}

/// A preview of a newsletter whose issue 2 shows everything a letter can hold.
fn specimen() -> Result<Preview> {
    let preview = Preview::start()?;
    preview.save("issues/img/wide.png", include_bytes!("../src/wide.png"))?;
    preview.save("issues/002-specimen.toml", SPECIMEN)?;
    Ok(preview)
}
