//! Reads and changes many readers of a PostgreSQL database with a few statements: one for each of them would wait for the
//! server ten times.

use chrono::{DateTime, TimeDelta, Utc};
use postgres::Row;
use postgres::types::ToSql;

use super::readers::Records;
use crate::ledger::reader_columns::{ERASED_TABLES, address_from_column, words_from_json, words_to_json};
use crate::ledger::readers::mail_state;
use crate::ledger::row::{fields_from_json, fields_to_json};
use crate::model::Token;
use crate::readers::{
    Change, Confirmations, Identity, MailKind, Reader, Signup, Subscription, Suppressed, SuppressionReason,
};

/// What is known of each of the people $1 to $3, in their order; their mail is counted since $4.
const READERS: &str = "
    SELECT suppression.reason, suppression.at, digest IS NOT NULL, unsubscribe_token.token IS NOT NULL,
           mail.last, mail.count, mail.last_link, subscriber.address, fields, topics, tags, source, since, confirmed_at
    FROM unnest($1::text[], $2::bytea[], $3::bytea[]) WITH ORDINALITY AS who (key, token_of_key, digest_of_key, place)
    LEFT JOIN suppression ON suppression.address_key = key
    LEFT JOIN subscriber ON subscriber.address_key = key
    LEFT JOIN unsubscribe_token ON unsubscribe_token.token = token_of_key
    LEFT JOIN erased ON digest = digest_of_key
    CROSS JOIN LATERAL (
        SELECT max(queued_at) AS last, count(*) AS count, max(queued_at) FILTER (WHERE kind = 'link') AS last_link
        FROM outgoing_mail
        WHERE address_key = key AND kind IN ('confirm', 'link') AND queued_at > $4 AND state <> 'withheld'
    ) AS mail
    ORDER BY place";

/// A change and whom it is about.
type PersonalChange<'a> = (&'a Identity, &'a Change);

impl Records<'_> {
    pub(super) fn readers_of(&mut self, people: &[Identity], now: DateTime<Utc>) -> anyhow::Result<Vec<Reader>> {
        let keys: Vec<_> = people.iter().map(|who| who.address.key()).collect();
        let tokens: Vec<_> = people.iter().map(|who| who.token.0.as_slice()).collect();
        let digests: Vec<_> = people.iter().map(|who| who.erased.0.as_slice()).collect();
        let since = now - TimeDelta::days(30);
        self.transaction.query(READERS, &[&keys, &tokens, &digests, &since])?.iter().map(reader).collect()
    }

    /// Makes the changes kind by kind. Only [`Change::DropSignups`] and [`Change::Erase`] are about tables of other kinds: the one
    /// comes first, and the other is never beside others.
    pub(super) fn make_all(&mut self, steps: &[(Identity, Vec<Change>)], now: DateTime<Utc>) -> anyhow::Result<()> {
        let changes: Vec<PersonalChange<'_>> =
            steps.iter().flat_map(|(who, changes)| changes.iter().map(move |change| (who, change))).collect();
        self.drop_signups(&changes)?;
        self.suppress_all(&changes)?;
        self.subscribe_all(&changes)?;
        self.add_signups(&changes)?;
        self.remember_all(&changes)?;
        self.queue_all(&changes, now)?;
        self.lift_all(&changes)?;
        for (who, change) in changes {
            match change {
                Change::ConfirmSignup(nonce) => {
                    let confirm = "UPDATE pending_signup SET confirmed_at = $1 WHERE nonce = $2";
                    self.transaction.execute(confirm, &[&now, &nonce.0.as_slice()])?;
                }
                Change::ForgetErased => {
                    let forget = "DELETE FROM erased WHERE digest = $1";
                    self.transaction.execute(forget, &[&who.erased.0.as_slice()])?;
                }
                Change::Erase => self.erase(who, now)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// Runs `sql`, whose first parameter is a column of `keys`; does nothing without any.
    fn execute_for(&mut self, sql: &str, keys: &[String], columns: &[&(dyn ToSql + Sync)]) -> anyhow::Result<()> {
        if !keys.is_empty() {
            let mut values: Vec<&(dyn ToSql + Sync)> = vec![&keys];
            values.extend(columns);
            self.transaction.execute(sql, &values)?;
        }
        Ok(())
    }

    fn drop_signups(&mut self, changes: &[PersonalChange<'_>]) -> anyhow::Result<()> {
        let keys = keys_of(changes, |change| matches!(change, Change::DropSignups));
        let mail = "DELETE FROM outgoing_mail WHERE address_key = ANY($1) AND kind = 'confirm' AND state = 'waiting'";
        self.execute_for(mail, &keys, &[])?;
        self.execute_for("DELETE FROM pending_signup WHERE address_key = ANY($1)", &keys, &[])
    }

    fn lift_all(&mut self, changes: &[PersonalChange<'_>]) -> anyhow::Result<()> {
        let keys = keys_of(changes, |change| matches!(change, Change::Lift));
        self.execute_for("DELETE FROM suppression WHERE address_key = ANY($1)", &keys, &[])
    }

    fn suppress_all(&mut self, changes: &[PersonalChange<'_>]) -> anyhow::Result<()> {
        let (mut keys, mut addresses, mut reasons, mut times) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (who, change) in changes {
            if let Change::Suppress(Suppressed { reason, at }) = change {
                keys.push(who.address.key());
                addresses.push(who.address.to_string());
                reasons.push(reason.name());
                times.push(*at);
            }
        }
        self.execute_for(
            "INSERT INTO suppression (address_key, address, reason, at)
             SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[])
             ON CONFLICT (address_key) DO UPDATE SET reason = excluded.reason, at = excluded.at, issue = NULL",
            &keys,
            &[&addresses, &reasons, &times],
        )
    }

    fn subscribe_all(&mut self, changes: &[PersonalChange<'_>]) -> anyhow::Result<()> {
        let (mut keys, mut tokens, mut addresses, mut fields) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let (mut topics, mut tags, mut sources) = (Vec::new(), Vec::new(), Vec::new());
        let (mut since, mut confirmed) = (Vec::new(), Vec::new());
        for (who, change) in changes {
            if let Change::Subscribe(subscription) = change {
                let Subscription { address, .. } = subscription;
                keys.push(who.address.key());
                tokens.push(who.token.0.as_slice());
                addresses.push(address.to_string());
                fields.push(fields_to_json(&subscription.fields));
                topics.push(words_to_json(&subscription.topics)?);
                tags.push(words_to_json(&subscription.tags)?);
                sources.push(subscription.source.as_str());
                since.push(subscription.since);
                confirmed.push(subscription.confirmed_at);
            }
        }
        self.execute_for(
            "INSERT INTO unsubscribe_token (address_key, token) SELECT * FROM unnest($1::text[], $2::bytea[])
             ON CONFLICT DO NOTHING",
            &keys,
            &[&tokens],
        )?;
        self.execute_for(
            "INSERT INTO subscriber (address_key, address, fields, topics, tags, source, since, confirmed_at)
             SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[],
                                  $7::timestamptz[], $8::timestamptz[])
             ON CONFLICT (address_key) DO UPDATE SET address = excluded.address, fields = excluded.fields,
                 topics = excluded.topics, tags = excluded.tags, source = excluded.source, since = excluded.since,
                 confirmed_at = excluded.confirmed_at",
            &keys,
            &[&addresses, &fields, &topics, &tags, &sources, &since, &confirmed],
        )
    }

    fn add_signups(&mut self, changes: &[PersonalChange<'_>]) -> anyhow::Result<()> {
        let signups: Vec<&Signup> = changes
            .iter()
            .filter_map(|(_, change)| if let Change::AddSignup(signup) = change { Some(signup) } else { None })
            .collect();
        let topics: Vec<_> = signups.iter().map(|signup| words_to_json(&signup.topics)).collect::<Result<_, _>>()?;
        let tags: Vec<_> = signups.iter().map(|signup| words_to_json(&signup.tags)).collect::<Result<_, _>>()?;
        self.execute_for(
            "INSERT INTO pending_signup (address_key, nonce, address, fields, topics, how, words, network, requested_at,
                                         expires_at, source, tags)
             SELECT * FROM unnest($1::text[], $2::bytea[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
                                  $8::text[], $9::timestamptz[], $10::timestamptz[], $11::text[], $12::text[])
             ON CONFLICT (nonce) DO UPDATE SET address = excluded.address, fields = excluded.fields,
                 topics = excluded.topics, confirmed_at = NULL, source = excluded.source, tags = excluded.tags",
            &column(&signups, |signup| signup.address.key()),
            &[
                &column(&signups, |signup| signup.nonce.0.as_slice()),
                &column(&signups, |signup| signup.address.to_string()),
                &column(&signups, |signup| fields_to_json(&signup.fields)),
                &topics,
                &column(&signups, |signup| signup.evidence.how.as_str()),
                &column(&signups, |signup| signup.evidence.words.as_str()),
                &column(&signups, |signup| signup.evidence.network.as_str()),
                &column(&signups, |signup| signup.requested_at),
                &column(&signups, |signup| signup.expires_at),
                &column(&signups, |signup| signup.source.as_str()),
                &tags,
            ],
        )
    }

    fn remember_all(&mut self, changes: &[PersonalChange<'_>]) -> anyhow::Result<()> {
        let (mut keys, mut kinds, mut hows) = (Vec::new(), Vec::new(), Vec::new());
        let (mut words, mut networks, mut times) = (Vec::new(), Vec::new(), Vec::new());
        for (who, change) in changes {
            if let Change::Remember(event) = change {
                keys.push(who.address.key());
                kinds.push(event.what.name());
                hows.push(event.evidence.how.as_str());
                words.push(event.evidence.words.as_str());
                networks.push(event.evidence.network.as_str());
                times.push(event.at);
            }
        }
        self.execute_for(
            "INSERT INTO consent_event (address_key, what, how, words, network, at)
             SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[])",
            &keys,
            &[&kinds, &hows, &words, &networks, &times],
        )
    }

    fn queue_all(&mut self, changes: &[PersonalChange<'_>], now: DateTime<Utc>) -> anyhow::Result<()> {
        let (mut keys, mut addresses, mut kinds) = (Vec::new(), Vec::new(), Vec::new());
        let (mut nonces, mut states, mut settled) = (Vec::new(), Vec::new(), Vec::new());
        for (who, change) in changes {
            let (kind, nonce, state): (&MailKind, _, _) = match change {
                Change::Queue(kind, nonce) => (kind, nonce.as_ref(), mail_state::WAITING),
                Change::Withhold(kind) => (kind, None, mail_state::WITHHELD),
                _ => continue,
            };
            keys.push(who.address.key());
            addresses.push(who.address.to_string());
            kinds.push(kind.name());
            nonces.push(nonce.map(|nonce| nonce.0.as_slice()));
            states.push(state);
            settled.push((state != mail_state::WAITING).then_some(now));
        }
        self.execute_for(
            "INSERT INTO outgoing_mail (address_key, address, kind, nonce, state, settled_at, queued_at, due)
             SELECT *, $7, $7 FROM unnest($1::text[], $2::text[], $3::text[], $4::bytea[], $5::text[], $6::timestamptz[])",
            &keys,
            &[&addresses, &kinds, &nonces, &states, &settled, &now],
        )
    }

    fn erase(&mut self, who: &Identity, now: DateTime<Utc>) -> anyhow::Result<()> {
        let key = who.address.key();
        for table in ERASED_TABLES {
            self.transaction.execute(&format!("DELETE FROM {table} WHERE address_key = $1"), &[&key])?;
        }
        // Counts and "once" stay, by a name that nobody can turn back.
        let digest = format!("erased:{}", Token(who.erased.0).folded());
        self.transaction.execute(
            "UPDATE delivery SET address = $1, address_key = $1, fields = '', text = NULL,
                    state = CASE WHEN state IN (0, 3, 4, 5) THEN 6 ELSE state END
             WHERE address_key = $2",
            &[&digest, &key],
        )?;
        let add = "INSERT INTO erased (digest, at) VALUES ($1, $2) ON CONFLICT DO NOTHING";
        self.transaction.execute(add, &[&who.erased.0.as_slice(), &now])?;
        Ok(())
    }
}

/// Reads a row of [`READERS`].
fn reader(row: &Row) -> anyhow::Result<Reader> {
    let suppression = row.get::<_, Option<&str>>(0).map(SuppressionReason::from_name);
    let suppression = suppression.map(|reason| Suppressed { reason, at: row.get(1) });
    let subscription = row.get::<_, Option<&str>>(7).map(|address| {
        anyhow::Ok(Subscription {
            address: address_from_column(address)?,
            fields: fields_from_json(row.get(8))?,
            topics: words_from_json(row.get(9))?,
            tags: words_from_json(row.get(10))?,
            source: row.get(11),
            since: row.get(12),
            confirmed_at: row.get(13),
        })
    });
    Ok(Reader {
        suppression,
        subscription: subscription.transpose()?,
        is_erased: row.get(2),
        has_link: row.get(3),
        confirmations: Confirmations {
            last: row.get(4),
            last_link: row.get(6),
            in_thirty_days: u32::try_from(row.get::<_, i64>(5)).unwrap_or(u32::MAX),
        },
    })
}

/// Returns the keys of those about whom there is such a change.
fn keys_of(changes: &[PersonalChange<'_>], is_such: impl Fn(&Change) -> bool) -> Vec<String> {
    changes.iter().filter(|(_, change)| is_such(change)).map(|(who, _)| who.address.key()).collect()
}

fn column<'a, T>(signups: &[&'a Signup], value: impl Fn(&'a Signup) -> T) -> Vec<T> {
    signups.iter().map(|signup| value(signup)).collect()
}
