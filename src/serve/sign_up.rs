//! Answers what a visitor enters an address for: to subscribe, or to be mailed their own link.

use std::net::IpAddr;
use std::sync::PoisonError;
use std::time::Duration;

use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::Response;
use chrono::TimeDelta;
use data_encoding::HEXLOWER;

use super::form::Form;
use super::ledger_threads::{Answer, Question, Unavailable};
use super::reply::{plain, with};
use super::server::{COOKIE, Server};
use super::topics;
use crate::app::{clock, readers};
use crate::model::{EmailAddress, Token, Word, misspelled_provider};
use crate::readers::Evidence;
use crate::templates::reader::{self, FormFields};

/// A form that was filled in faster was filled in by a robot, and one that is older was kept by one; in seconds.
const FORM_AGE: std::ops::RangeInclusive<i64> = 2..=24 * 60 * 60;

/// The least time to the answer about an address. A stranger's sign-up takes some ten microseconds longer than a
/// reader's, and whoever asks often enough could tell them apart.
const EVEN: Duration = Duration::from_millis(10);

impl Server {
    /// Answers the same to everybody, whether they read, left or were never heard of.
    pub(super) async fn sign_up(&self, form: &Form, is_json: bool, parts: &Parts, client: IpAddr) -> Response {
        let written = if form.get("address").is_empty() { form.get("email") } else { form.get("address") };
        let origin = parts.headers.get(header::ORIGIN).and_then(|origin| origin.to_str().ok());
        let is_known_site = origin.is_some_and(|origin| self.settings.origins.iter().any(|known| known == origin));
        // The server's own form may be on the same site as the archive's, and has to be in order there too.
        let is_accepted = if form.get("stamp").is_empty() { is_known_site } else { self.is_stamped(form) };
        if !form.get("website").is_empty() {
            return self.taken(is_json, None);
        }
        let topics = topics::choices(form, &self.publication.topics);
        let again = |status, address: &str, mistake: Option<&str>| {
            let choices = Some(&topics);
            self.subscribe_form(status, FormFields { address, mistake, choices, ..FormFields::default() })
        };
        if !is_accepted {
            // A form of an unknown site, or one that was kept: here is one to send again.
            return again(if is_json { StatusCode::FORBIDDEN } else { StatusCode::OK }, written, None);
        }
        let Ok(address) = EmailAddress::parse(written) else {
            let mistake = self.publication.words.of(Word::NotAnAddress);
            return again(StatusCode::UNPROCESSABLE_ENTITY, written, Some(mistake));
        };
        if let Some(meant) = misspelled_provider::meant(&address) {
            let mistake = self.publication.words.filled(Word::DidYouMean, &[("address", &meant)]);
            return again(StatusCode::UNPROCESSABLE_ENTITY, &meant, Some(&mistake));
        }
        let at = clock::now();
        if let Err(wait) = self.limit.lock().unwrap_or_else(PoisonError::into_inner).count(client, at.timestamp()) {
            return self.too_many(wait);
        }
        if self.mail_hosts.is_dead(address.domain()).await {
            let mistake = self.publication.words.filled(Word::NoMailThere, &[("domain", address.domain())]);
            return again(StatusCode::UNPROCESSABLE_ENTITY, written, Some(&mistake));
        }
        let nonce = self.keys.nonce(self.keys.confirm_token(&address, at.timestamp()));
        let words = [Word::Subscribe, Word::SubscribeHint].map(|word| self.publication.words.of(word));
        let mut words = words.join(": ");
        if !topics.is_empty() {
            let chosen = self.shown_choices(&topics);
            words = format!("{words} {}: {chosen}", self.publication.words.of(Word::Topics));
        }
        let evidence = Evidence {
            how: format!("{}subscribe", self.url),
            words,
            network: readers::evidence(client, self.settings.evidence_ip),
        };
        let pending = TimeDelta::from_std(self.settings.pending).unwrap_or(TimeDelta::days(7));
        match self.ask_evenly(Question::SignUp { address, topics, evidence, at, pending }).await {
            Ok(_) => self.taken(is_json, Some(&HEXLOWER.encode(&nonce.0))),
            Err(Unavailable) => self.unavailable(),
        }
    }

    /// The answer to every sign-up, with the cookie of the browser that may confirm without a button.
    fn taken(&self, is_json: bool, nonce: Option<&str>) -> Response {
        let response = if is_json {
            plain(StatusCode::ACCEPTED, "application/json", "{\"status\": \"sent\"}\n")
        } else {
            self.see("subscribe/sent")
        };
        let secure = if self.url.starts_with("https:") { "; Secure" } else { "" };
        let (nonce, base) = (nonce.unwrap_or("00000000000000000000000000000000"), &self.paths.base);
        let age = self.settings.pending.as_secs();
        let cookie = format!("{COOKIE}={nonce}; Path={base}confirm; Max-Age={age}; HttpOnly; SameSite=Lax{secure}");
        with(response, header::SET_COOKIE, &cookie)
    }

    pub(super) async fn find(&self, form: &Form, client: IpAddr) -> Response {
        if !form.get("website").is_empty() {
            return self.see("subscribe/sent");
        }
        let again = |mistake| {
            self.with_form(StatusCode::UNPROCESSABLE_ENTITY, |fields| {
                reader::unknown_link(self.site(), FormFields { address: form.get("address"), mistake, ..fields })
            })
        };
        if !self.is_stamped(form) {
            return again(None);
        }
        let Ok(address) = EmailAddress::parse(form.get("address")) else {
            return again(Some(self.publication.words.of(Word::NotAnAddress)));
        };
        let now = clock::now().timestamp();
        if let Err(wait) = self.limit.lock().unwrap_or_else(PoisonError::into_inner).count(client, now) {
            return self.too_many(wait);
        }
        match self.ask_evenly(Question::Find(address)).await {
            Ok(_) => self.see("subscribe/sent"),
            Err(Unavailable) => self.unavailable(),
        }
    }

    /// Asks, and answers after [`EVEN`] at the earliest.
    async fn ask_evenly(&self, question: Question) -> Result<Answer, Unavailable> {
        tokio::join!(self.ledger.ask(question), tokio::time::sleep(EVEN)).0
    }

    fn is_stamped(&self, form: &Form) -> bool {
        let Ok(at) = form.get("at").parse::<i64>() else { return false };
        let is_ours = Token::parse(form.get("stamp")).is_some_and(|stamp| self.keys.is_form_stamp(stamp, at));
        is_ours && FORM_AGE.contains(&(clock::now().timestamp() - at))
    }
}
