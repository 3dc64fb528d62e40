//! Tests attacks on a preview, and files that would break it.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::thread;
use std::time::Instant;

use anyhow::Result;
use browser_tests::{ISSUE, shown};
use serde_json::json;

const FILE: &str = "issues/001-first-things.toml";

/// The framed mail's document.
const MAIL: &str = "document.getElementById('frame').contentDocument";

/// The origin of a web site that is not the preview: one page, for whoever asks.
fn foreign_site() -> Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let origin = format!("http://{}", listener.local_addr()?);
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let lines = BufReader::new(&stream).lines();
            lines.map_while(Result::ok).take_while(|line| !line.is_empty()).for_each(drop);
            let page = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 24\r\nConnection: close\r\n\r\n<!DOCTYPE html><p>x</p>\n";
            // A browser that hangs up has seen enough.
            let _ = stream.write_all(page.as_bytes());
        }
    });
    Ok(origin)
}

#[tokio::test]
#[ignore = "needs Chromium; ./check runs it"]
async fn another_sites_page_reads_nothing_and_sends_nothing() -> Result<()> {
    let (preview, browser) = shown("").await?;
    let token = browser.value("document.getElementById('send-test').dataset.token").await?;
    let target = preview.origin.clone();
    browser.goto(&foreign_site()?).await?;
    browser.until("document.querySelector('p')").await?;
    let tries = [
        // Even who knows the token may not ask: the header needs leave, and gets none.
        format!("fetch('{target}/1/test', {{ method: 'POST', headers: {{ 'x-newsletter-token': {token} }} }})"),
        format!("fetch('{target}/1.eml')"),
        format!("fetch('{target}/subscribers')"),
    ];
    for attempt in tries {
        let script = format!("const done = arguments[0]; {attempt}.then(() => done('read'), () => done('refused'))");
        assert_eq!(browser.execute_async(&script, Vec::new()).await?, json!("refused"), "{attempt}");
    }
    // A request without leave arrives, is turned away, and its answer cannot be read.
    let blind = format!(
        "const done = arguments[0]; fetch('{target}/1/test', {{ method: 'POST', mode: 'no-cors' }}).then(answer => done(answer.type), () => done('refused'))"
    );
    browser.execute_async(&blind, Vec::new()).await?;
    assert!(!preview.path("outbox").exists());
    // Nor is it shown inside another page.
    let framed = format!(
        "const done = arguments[0]; const frame = document.createElement('iframe'); frame.src = '{target}/1';
         frame.onload = () => {{ try {{ done(frame.contentDocument ? 'shown' : 'blocked') }} catch {{ done('blocked') }} }};
         document.body.append(frame)"
    );
    assert_eq!(browser.execute_async(&framed, Vec::new()).await?, json!("blocked"));
    Ok(())
}

#[tokio::test]
#[ignore = "needs Chromium; ./check runs it"]
async fn a_name_that_leads_here_is_not_ours() -> Result<()> {
    let (preview, browser) = shown("").await?;
    let port = preview.origin.rsplit(':').next().unwrap_or_default();
    browser.goto(&format!("http://rebound.example:{port}/1")).await?;
    assert_eq!(
        browser.value("document.body.textContent").await?,
        json!("the preview accepts requests from its own pages only\n")
    );
    Ok(())
}

#[tokio::test]
#[ignore = "needs Chromium; ./check runs it"]
async fn an_issue_of_three_hundred_kilobytes_is_shown() -> Result<()> {
    let (preview, browser) = shown("").await?;
    let link = |number: usize| {
        format!(
            "\n[[section.link]]\nurl = \"https://example.org/long/{number}\"\ntitle = \"Link {number}\"\ndescription = \"{}\"\n",
            "Words that go on for longer than anybody reads. ".repeat(17)
        )
    };
    let long = ISSUE.to_owned() + &(0..350).map(link).collect::<String>();
    assert!(long.len() > 300_000, "{}", long.len());
    let started = Instant::now();
    preview.save(FILE, &long)?;
    browser.until(&format!("{MAIL}.body.textContent.includes('Link 349')")).await?;
    println!("an issue of {} KB, save to screen: {} ms", long.len() / 1000, started.elapsed().as_millis());
    browser.until("document.querySelector('.size strong')?.textContent.startsWith('Gmail clips it at')").await?;
    // Its end is edited while it is looked at.
    browser.value(&format!("{MAIL}.defaultView.scrollTo(0, 40000)")).await?;
    preview.save(FILE, long.replace("Link 349", "Link the last"))?;
    browser.until(&format!("{MAIL}.body.textContent.includes('Link the last')")).await?;
    assert_eq!(browser.value(&format!("{MAIL}.defaultView.scrollY")).await?, json!(40_000));
    preview.save(FILE, ISSUE)?;
    browser.until(&format!("!{MAIL}.body.textContent.includes('Link 348')")).await
}

#[tokio::test]
#[ignore = "needs Chromium; ./check runs it"]
async fn a_deleted_issue_is_said_and_found_again() -> Result<()> {
    let (preview, browser) = shown("/text").await?;
    std::fs::remove_file(preview.path(FILE))?;
    browser
        .until("document.querySelector('.overlay')?.textContent.includes('the file of issue 1 was deleted')")
        .await?;
    assert_eq!(
        browser.value("document.getElementById('text').textContent.includes('This is the first issue.')").await?,
        json!(true)
    );
    preview.save_intro("Written again.")?;
    browser.until("document.getElementById('text').textContent.includes('Written again.')").await?;
    browser.until("!document.querySelector('.overlay')").await
}
