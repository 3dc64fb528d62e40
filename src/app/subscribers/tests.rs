//! Tries imports of lists of all sorts.

use std::collections::BTreeSet;
use std::path::Path;

use proptest::prelude::*;

use super::{Import, ImportOptions};
use crate::config::Newsletter;
use crate::subscribers::exports::{ExportKind, ExportOptions};

const CONFIG: &str = "[newsletter]\nname = \"Test\"\nfrom = \"ada@example.org\"\nsite = \"https://example.org/\"\n\
    address = \"1 Street, Town\"\n[unsubscribe]\nurl = \"https://example.org/u/{token}\"\n";

fn newsletter(folder: &Path) -> Newsletter {
    std::fs::write(folder.join("newsletter.toml"), CONFIG).unwrap();
    Newsletter::open(folder).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn every_row_is_told_once_and_a_second_run_adds_nobody(
        rows in prop::collection::vec(
            (0_u8..12, prop::sample::select(vec!["active", "unsubscribed", "bounced", "spam", "pending", "no idea"]), any::<bool>()),
            1..40,
        )
    ) {
        let folder = tempfile::tempdir().unwrap();
        let newsletter = newsletter(folder.path());
        let line = |(number, status, is_sound): &(u8, &str, bool)| {
            let address = if *is_sound { format!("reader{number}@example.org") } else { format!("reader{number}") };
            format!("{address},{status}\n")
        };
        let list: String = rows.iter().map(line).collect();
        let path = folder.path().join("list.csv");
        std::fs::write(&path, format!("email,status\n{list}")).unwrap();
        let export = ExportOptions { kind: Some(ExportKind::Plain), ..ExportOptions::default() };
        let options = ImportOptions { export, consent: Some("at our stand".to_owned()), ..ImportOptions::default() };
        let import = Import::open(&newsletter, &[path], options).unwrap();
        let tried = import.try_out(&mut |_| {}).unwrap();
        let first = import.run(&mut |_| {}).unwrap();
        let again = import.run(&mut |_| {}).unwrap();
        prop_assert_eq!((first.rows, first.sum()), (rows.len() as u64, rows.len() as u64));
        prop_assert_eq!((tried.added, tried.suppressed, tried.rejected), (first.added, first.suppressed, first.rejected));
        prop_assert_eq!((again.added, again.suppressed, again.rows), (0, 0, first.rows));
        // Whoever left in any row gets no mail.
        let is_out = |status: &str| matches!(status, "unsubscribed" | "bounced" | "spam");
        let out: BTreeSet<u8> = rows.iter().filter(|(_, status, sound)| *sound && is_out(status)).map(|row| row.0).collect();
        let mut mailed = BTreeSet::new();
        super::list(&newsletter, &mut |reader| {
            if reader.state == super::ReaderState::Active {
                mailed.insert(reader.address);
            }
            Ok(())
        }).unwrap();
        let is_mailed = |number: &u8| mailed.contains(&format!("reader{number}@example.org"));
        prop_assert!(!out.iter().any(is_mailed), "{mailed:?}");
    }
}
