//! Tells readers by their tokens.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};

use crate::app::keys;
use crate::app::previous_key::PreviousKey;
use crate::config::Newsletter;
use crate::ledger::Ledger;
use crate::message::TokenKey;
use crate::model::{EmailAddress, Token};
use crate::readers::{Evidence, Identity, Nonce, Signup};

/// The key of a newsletter, and the list identifier its tokens are bound to.
#[derive(Debug, Clone)]
pub(crate) struct ReaderKeys {
    key: TokenKey,
    list_id: String,
}

impl ReaderKeys {
    /// Fetches the key of `newsletter`.
    ///
    /// Errors when it cannot be read, and when it is not the one of the mail already sent.
    pub(crate) fn fetch(newsletter: &Newsletter) -> anyhow::Result<Self> {
        let key = keys::token_key(newsletter, PreviousKey::find(newsletter, false)?.as_ref(), false)?;
        Ok(Self { key, list_id: newsletter.publication.list_id.clone() })
    }

    /// Returns the key of the list `list_id` that is at hand.
    pub(crate) fn of(key: TokenKey, list_id: String) -> Self {
        Self { key, list_id }
    }

    /// Returns the key of the unsubscribe tokens.
    pub(super) fn token_key(&self) -> &TokenKey {
        &self.key
    }

    /// Returns what the ledger knows the owner of `address` by.
    pub(crate) fn identify(&self, address: &EmailAddress) -> Identity {
        self.key.identify(&self.list_id, address)
    }

    /// Returns the token that confirms a sign-up of `address` at `requested_at`, in Unix seconds.
    pub(crate) fn confirm_token(&self, address: &EmailAddress, requested_at: i64) -> Token {
        self.key.confirm_token(&self.list_id, address, requested_at)
    }

    /// Returns what the ledger finds the sign-up of the token `confirm` by.
    pub(crate) fn nonce(&self, confirm: Token) -> Nonce {
        self.key.signup_nonce(confirm)
    }

    /// Returns a sign-up of `address` from `source` (`form`, `mail`) at `at`, which has to be confirmed within `pending`.
    pub(crate) fn signup(
        &self,
        address: &EmailAddress,
        evidence: Evidence,
        source: &str,
        at: DateTime<Utc>,
        pending: TimeDelta,
    ) -> Signup {
        Signup {
            nonce: self.nonce(self.confirm_token(address, at.timestamp())),
            address: address.clone(),
            fields: BTreeMap::new(),
            topics: BTreeSet::new(),
            evidence,
            requested_at: at,
            expires_at: at + pending,
            confirmed_at: None,
            source: source.to_owned(),
            tags: BTreeSet::new(),
        }
    }

    /// Returns the signature of a form shown at `at`, in Unix seconds.
    pub(crate) fn form_stamp(&self, at: i64) -> Token {
        self.key.form_stamp(&self.list_id, at)
    }

    /// Returns whether `stamp` is the signature of a form shown at `at`.
    pub(crate) fn is_form_stamp(&self, stamp: Token, at: i64) -> bool {
        self.form_stamp(at) == stamp
    }

    /// Returns the fingerprint of the key, by which plans name it.
    pub(crate) fn fingerprint(&self) -> String {
        self.key.fingerprint(&self.list_id)
    }

    /// Returns whether `token` is the unsubscribe token of `address`.
    pub(crate) fn is_token_of(&self, token: Token, address: &EmailAddress) -> bool {
        self.key.verify(&self.list_id, address, &token.to_string())
    }

    /// Has the ledger find everybody who was ever planned for mail with links of this key.
    pub(crate) fn index(&self, ledger: &mut dyn Ledger) -> anyhow::Result<()> {
        ledger.index_tokens(&self.fingerprint(), &|address| self.key.unsubscribe_token(&self.list_id, address))
    }

    /// Returns the reader whose unsubscribe token `token` is, among everybody who was ever planned for mail or
    /// subscribed.
    pub(crate) fn owner(&self, ledger: &mut dyn Ledger, token: Token) -> anyhow::Result<Option<Identity>> {
        let found = self.indexed_owner(ledger, token)?;
        if found.is_some() || !ledger.lacks_tokens(&self.fingerprint())? {
            return Ok(found);
        }
        self.index(ledger)?;
        self.indexed_owner(ledger, token)
    }

    fn indexed_owner(&self, ledger: &mut dyn Ledger, token: Token) -> anyhow::Result<Option<Identity>> {
        let mut owner = None;
        ledger.read_readers(&mut |records| {
            owner = records.owner(token)?;
            Ok(())
        })?;
        Ok(owner.and_then(|key| EmailAddress::parse(&key).ok()).map(|address| self.identify(&address)))
    }
}
