//! Runs a preview of a test newsletter and a Chromium that shows it.

mod axe;
mod browser;
mod picture;
mod preview;
mod readers;

pub use axe::violations;
pub use browser::Browser;
pub use picture::Picture;
pub use preview::{ISSUE, Preview};
pub use readers::ReaderServer;

/// The hint in the error of a missing program.
const HOW_TO_GET: &str = "run ./check, which installs what the browser tests need";

/// The least contrast of a text with the nearest background behind it, and that text.
pub const LEAST_CONTRAST: &str = "(() => {
    const light = value => { value /= 255; return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4; };
    const luminance = ([red, green, blue]) => 0.2126 * light(red) + 0.7152 * light(green) + 0.0722 * light(blue);
    const numbers = colour => colour.match(/[\\d.]+/g).map(Number);
    const ground = element => {
        const colour = numbers(getComputedStyle(element).backgroundColor);
        if (colour.length === 3) return colour;
        return element.parentElement ? ground(element.parentElement) : [255, 255, 255];
    };
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    let least = [21, ''];
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
        const element = text.parentElement;
        if (!text.data.trim() || !element.checkVisibility()) continue;
        const [dark, bright] = [numbers(getComputedStyle(element).color), ground(element)].map(luminance).sort((a, b) => a - b);
        const ratio = (bright + 0.05) / (dark + 0.05);
        if (ratio < least[0]) least = [ratio, text.data];
    }
    return least;
})()";

/// A preview of issue 1 and a browser that shows it.
pub async fn shown(query: &str) -> anyhow::Result<(Preview, Browser)> {
    let preview = Preview::start()?;
    let browser = Browser::start(1440, 900).await?;
    browser.goto(&format!("{}/1{query}", preview.origin)).await?;
    let connected = "document.getElementById('connection').className === 'live'";
    browser
        .until(&format!("{connected} && document.querySelector('iframe').contentDocument.readyState === 'complete'"))
        .await?;
    Ok((preview, browser))
}
