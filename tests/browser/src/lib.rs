//! A newsletter, its preview, and a Chromium that looks at it.

mod browser;
mod picture;
mod preview;

pub use browser::Browser;
pub use picture::Picture;
pub use preview::{ISSUE, Preview};

/// What Debian and `./check` bring, in the words of every failure that misses it.
const HOW_TO_GET: &str = "run ./check, which installs what the browser tests need";

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
