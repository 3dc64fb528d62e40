//! Debian's Chromium, driven through its own `WebDriver` server.

use std::io::Write;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::ops::Deref;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use data_encoding::BASE64;
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder, Locator};
use http::Method;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, Value, json};
use tempfile::TempDir;
use url::{ParseError, Url};

use super::HOW_TO_GET;

/// How long anything in a page may take before a test gives up.
const PATIENCE: Duration = Duration::from_mins(1);

/// A browser with a fresh profile. Derefs to fantoccini's client.
pub struct Browser {
    client: Client,
    // Ends Chromium when it goes, before the profile does.
    _driver: Driver,
    // Deleted when the browser is gone.
    _profile: TempDir,
}

impl Deref for Browser {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl Browser {
    /// A headless Chromium with a window of this size in CSS pixels.
    ///
    /// Errors when Chromium or its driver is missing.
    pub async fn start(width: u32, height: u32) -> Result<Self> {
        let profile = TempDir::new()?;
        let mut driver = Driver::start()?;
        let arguments = [
            "--headless".to_owned(),
            "--no-sandbox".to_owned(),
            "--disable-gpu".to_owned(),
            "--no-first-run".to_owned(),
            "--disable-background-networking".to_owned(),
            "--disable-component-update".to_owned(),
            "--disable-sync".to_owned(),
            "--hide-scrollbars".to_owned(),
            "--font-render-hinting=none".to_owned(),
            "--force-device-scale-factor=1".to_owned(),
            // A name that leads to this machine, as an attacker's would.
            "--host-resolver-rules=MAP rebound.example 127.0.0.1".to_owned(),
            format!("--user-data-dir={}", profile.path().display()),
            format!("--window-size={width},{height}"),
        ];
        let mut capabilities = Map::new();
        capabilities.insert("goog:chromeOptions".to_owned(), json!({ "args": arguments }));
        capabilities.insert("timeouts".to_owned(), json!({ "script": PATIENCE.as_millis() }));
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(capabilities);

        let started = Instant::now();
        loop {
            match builder.connect(&format!("http://127.0.0.1:{}", driver.port)).await {
                Ok(client) => return Ok(Self { client, _driver: driver, _profile: profile }),
                // The driver may not listen yet.
                Err(_) if started.elapsed() < PATIENCE && driver.process.try_wait()?.is_none() => {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                Err(error) => return Err(error).with_context(|| format!("Chromium does not start: {HOW_TO_GET}")),
            }
        }
    }

    /// Returns the value of the JavaScript expression `expression`.
    ///
    /// Errors when it throws.
    pub async fn value(&self, expression: &str) -> Result<Value> {
        Ok(self.client.execute(&format!("return {expression}"), Vec::new()).await?)
    }

    /// Waits until `condition`, a JavaScript expression, is true and painted.
    ///
    /// Errors when that takes too long.
    pub async fn until(&self, condition: &str) -> Result<()> {
        // Asked again and again from here: a script that waits in the page is lost when the page loads itself again.
        let look = format!("try {{ return Boolean({condition}); }} catch {{ return false; }}");
        let painted = "requestAnimationFrame(() => setTimeout(arguments[0]))";
        let started = Instant::now();
        loop {
            let seen = self.client.execute(&look, Vec::new()).await;
            if matches!(&seen, Ok(Value::Bool(true))) && self.client.execute_async(painted, Vec::new()).await.is_ok() {
                return Ok(());
            }
            if started.elapsed() > PATIENCE {
                bail!("never came true: {condition}\n{seen:?}");
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    /// The page shown, in its full length, `width` CSS pixels wide, as a PNG.
    ///
    /// Errors when the driver does.
    pub async fn picture(&self, width: u32) -> Result<Vec<u8>> {
        let view = json!({ "width": width, "height": 800, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", view).await?;
        self.until("[...document.images].every(image => image.complete)").await?;
        let length = self.value("document.documentElement.scrollHeight").await?;
        let clip = json!({ "x": 0, "y": 0, "width": width, "height": length, "scale": 1 });
        let parameters = json!({ "format": "png", "clip": clip, "captureBeyondViewport": true });
        let answer = self.devtools("Page.captureScreenshot", parameters).await?;
        let data = answer["data"].as_str().context("the browser took no picture")?;
        Ok(BASE64.decode(data.as_bytes())?)
    }

    /// Shows pages `width` CSS pixels wide, in a colour scheme: `light` or `dark`.
    ///
    /// Errors when the driver does.
    pub async fn show_as(&self, width: u32, scheme: &str) -> Result<()> {
        let view = json!({ "width": width, "height": 800, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", view).await?;
        let feature = json!({ "name": "prefers-color-scheme", "value": scheme });
        self.devtools("Emulation.setEmulatedMedia", json!({ "features": [feature] })).await?;
        Ok(())
    }

    async fn devtools(&self, command: &'static str, parameters: Value) -> Result<Value> {
        Ok(self.client.issue_cmd(Devtools { command, parameters }).await?)
    }

    /// Presses a key, wherever the focus is.
    ///
    /// Errors when the driver does.
    pub async fn press(&self, key: &str) -> Result<()> {
        Ok(self.client.active_element().await?.send_keys(key).await?)
    }

    /// Clicks the first element that matches `selector`.
    ///
    /// Errors when there is none, or it is covered.
    pub async fn click(&self, selector: &str) -> Result<()> {
        let element = self.client.find(Locator::Css(selector)).await;
        element.with_context(|| format!("there is no {selector}"))?.click().await?;
        Ok(())
    }
}

/// A command of Chromium's own, where `WebDriver` has none.
#[derive(Debug)]
struct Devtools {
    command: &'static str,
    parameters: Value,
}

impl WebDriverCompatibleCommand for Devtools {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(json!({ "cmd": self.command, "params": self.parameters }).to_string()))
    }
}

/// The `WebDriver` server.
struct Driver {
    process: Child,
    port: u16,
}

impl Driver {
    fn start() -> Result<Self> {
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let process = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .env("FONTCONFIG_FILE", concat!(env!("CARGO_MANIFEST_DIR"), "/fonts.conf"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("there is no chromedriver: {HOW_TO_GET}"))?;
        Ok(Self { process, port })
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // Killed, it would leave its Chromium behind; asked, it takes it along.
        let asked = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))
            .and_then(|mut stream| stream.write_all(b"GET /shutdown HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"));
        if asked.is_err() {
            let _ = self.process.kill();
        }
        let _ = self.process.wait();
    }
}
