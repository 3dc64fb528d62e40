//! Lists subscribers and erased readers of a SQLite file, and indexes the tokens of deliveries.

use anyhow::{Context, bail};
use rusqlite::{TransactionBehavior, params};

use super::ledger::Sqlite;
use crate::ledger::reader_columns::{class_from_number, words_from_json};
use crate::ledger::readers::SubscriberRow;
use crate::model::{EmailAddress, IssueNumber, Token};
use crate::readers::BounceClass;

/// The number of tokens added with one transaction: a few tenths of a second.
const TOKENS_AT_ONCE: usize = 50_000;

impl Sqlite {
    pub(super) fn subscribers(
        &mut self,
        each: &mut dyn FnMut(SubscriberRow) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let mut query = self.connection.prepare(
            "SELECT address, fields, topics, tags FROM subscriber
             WHERE NOT EXISTS (SELECT 1 FROM suppression WHERE suppression.address_key = subscriber.address_key)
             ORDER BY since, address_key",
        )?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            each(SubscriberRow {
                address: row.get(0)?,
                fields: row.get(1)?,
                topics: words_from_json(row.get_ref(2)?.as_str()?)?,
                tags: words_from_json(row.get_ref(3)?.as_str()?)?,
            })?;
        }
        Ok(())
    }

    pub(super) fn erased(&mut self) -> anyhow::Result<Vec<[u8; 16]>> {
        let mut query = self.connection.prepare("SELECT digest FROM erased")?;
        Ok(query.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
    }

    pub(super) fn bounce_counts(&mut self) -> anyhow::Result<Vec<(IssueNumber, BounceClass, u64)>> {
        let counts = "SELECT issue, class, count(*) FROM bounce GROUP BY issue, class ORDER BY issue, class";
        let mut query = self.connection.prepare(counts)?;
        let mut rows = query.query([])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let count = row.get::<_, i64>(2)?.cast_unsigned();
            found.push((IssueNumber(row.get(0)?), class_from_number(row.get(1)?)?, count));
        }
        Ok(found)
    }

    /// Writes the file anew, without what was deleted, and empties its log.
    pub(super) fn scrub(&mut self) -> anyhow::Result<()> {
        self.connection.pragma_update(None, "secure_delete", true)?;
        self.connection.execute_batch("VACUUM").context("cannot write the ledger anew")?;
        let checkpoint = "PRAGMA wal_checkpoint(TRUNCATE)";
        let is_busy: bool = self.connection.query_row(checkpoint, [], |row| row.get(0))?;
        if is_busy {
            bail!("another program reads the ledger, so its log still has what was deleted: run the command again");
        }
        Ok(())
    }

    pub(super) fn lacks_tokens(&mut self, key: &str) -> anyhow::Result<bool> {
        let missing = "SELECT EXISTS (SELECT 1 FROM plan WHERE key = ? AND indexed = 0)";
        Ok(self.connection.query_row(missing, [key], |row| row.get(0))?)
    }

    pub(super) fn index_tokens(&mut self, key: &str, token_of: &dyn Fn(&EmailAddress) -> Token) -> anyhow::Result<()> {
        let plans = "SELECT issue, id FROM plan WHERE key = ? AND indexed = 0 ORDER BY issue";
        let plans: Vec<(u32, [u8; 16])> = {
            let mut query = self.connection.prepare(plans)?;
            query.query_map([key], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?
        };
        for (issue, id) in plans {
            // In the order of their tokens, which have none: put in as the list has them, each of a million would
            // change another page. Only the places are kept in memory.
            let mut tokens: Vec<(Token, u32)> = Vec::new();
            {
                let mut query = self.connection.prepare("SELECT seq, address_key FROM delivery WHERE issue = ?")?;
                let mut rows = query.query([issue])?;
                while let Some(row) = rows.next()? {
                    // A row of somebody erased has no address.
                    let Ok(address) = EmailAddress::parse(row.get_ref(1)?.as_str()?) else { continue };
                    tokens.push((token_of(&address), row.get(0)?));
                }
            }
            tokens.sort_unstable();
            for some in tokens.chunks(TOKENS_AT_ONCE) {
                let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
                {
                    let mut insert = transaction.prepare(
                        "INSERT OR IGNORE INTO unsubscribe_token (token, address_key)
                         SELECT ?1, address_key FROM delivery WHERE issue = ?2 AND seq = ?3 AND instr(address_key, '@')",
                    )?;
                    for (token, seq) in some {
                        insert.execute(params![token.0, issue, seq])?;
                    }
                }
                transaction.commit().context("cannot write to the ledger")?;
            }
            self.connection.execute("UPDATE plan SET indexed = 1 WHERE issue = ? AND id = ?", params![issue, id])?;
        }
        Ok(())
    }
}
