//! The view that rules about a newsletter's configuration get.

use std::sync::Arc;

use super::identity_settings::{IdentitySetting, identity_settings};
use crate::config::{CourierSettings, Newsletter, value_place};
use crate::diagnostic::Place;

/// Finds a subscriber whose address may be a person's.
pub type FindRealRecipient<'a> = &'a dyn Fn() -> Option<String>;

/// A newsletter and its subscribers, as rules see them.
pub(super) struct NewsletterContext<'a> {
    newsletter: &'a Newsletter,
    person: FindRealRecipient<'a>,
}

impl<'a> NewsletterContext<'a> {
    pub(super) fn new(newsletter: &'a Newsletter, person: FindRealRecipient<'a>) -> Self {
        Self { newsletter, person }
    }

    /// Returns the settings that readers and mail servers see; none as long as letters go to the outbox.
    pub(super) fn identity(&self) -> Vec<IdentitySetting> {
        let Newsletter { publication, settings, .. } = self.newsletter;
        match settings.courier {
            CourierSettings::Outbox(_) => Vec::new(),
            CourierSettings::Smtp | CourierSettings::Sendmail(_) => identity_settings(publication, settings),
        }
    }

    /// Returns the place of a setting in the configuration; `None` for a default.
    pub(super) fn place(&self, setting: &IdentitySetting) -> Option<Place> {
        value_place(&Arc::clone(&self.newsletter.source), setting.table, setting.key, setting.item)
    }

    /// Returns the first subscriber whose address may be a person's.
    pub(super) fn real_recipient(&self) -> Option<String> {
        (self.person)()
    }
}
