//! Tests the address column and its oddities. The kind: any heading, any separator, any file that a
//! spreadsheet saves, and characters that look like others.

use std::fmt::Write;

use snapbox::{IntoData, assert_data_eq, str};

use super::read;

#[test]
fn the_address_is_known_by_its_heading_in_many_languages() {
    let headings = [
        "Email",
        "E-Mail",
        "e_mail",
        "EMAIL ADDRESS",
        "emailAddress",
        "Your email",
        "Mailadresse",
        "Courriel",
        "Adresse électronique",
        "Correo electrónico",
        "Endereço de e-mail",
        "Indirizzo email",
        "E-mailadres",
        "E-postadress",
        "Sähköposti",
        "Adres e-mail",
        "Emailová adresa",
        "E-mail cím",
        "Электронная почта",
        "Електронна пошта",
        "E-posta adresi",
        "البريد الإلكتروني",
        "דוא\"ל",
        "メールアドレス",
        "电子邮件",
        "電子郵件",
        "이메일 주소",
        "\u{feff}email",
        "Ｅｍａｉｌ",
        "e\u{200b}mail",
    ];
    for heading in headings {
        let heading_cell = heading.replace('"', "\"\"");
        let told = read(format!("Name,\"{heading_cell}\"\nAda,ada@example.org\n"));
        assert!(told.starts_with("ada@example.org name=Ada\n"), "{heading}: {told}");
        assert!(!told.contains("no column is called"), "{heading}: {told}");
    }
}

#[test]
fn the_only_column_of_addresses_is_taken_and_named() {
    for heading in ["Kontakt", "Posteingang", "Subscriber", "Wer?", "contact", "宛先", "x", "Destinatario", ""] {
        let told = read(format!("name,{heading}\nAda,ada@example.org\nBo,bo@example.net\n"));
        assert!(told.starts_with("ada@example.org name=Ada\nbo@example.net name=Bo\n"), "{heading}: {told}");
        let called = if heading.is_empty() { "column 2".to_owned() } else { format!("`{heading}`") };
        assert!(told.contains(&format!("no column is called `email`; using {called}")), "{heading}: {told}");
    }
}

#[test]
fn which_column_has_the_addresses_is_not_guessed() {
    let lists = [
        "work,home\nada@example.org,ada@example.net\n",
        "who,what\nada@example.org,\nnot an address,\n",
        "email,E-Mail\nada@example.org,ada@example.net\n",
        "mail,Courriel\nada@example.org,ada@example.net\n",
    ];
    assert_data_eq!(
        lists.map(read).concat(),
        str![[r#"
refused
1:6 Error "home" no column is called `email`, and `work` and `home` both hold addresses = rename the column whose addresses get mail to `email`
refused
1:1 Error "who,what" no column is called `email` = start with a line of column names, such as `email,name`
refused
1:7 Error "E-Mail" `email` and `E-Mail` are both address columns = rename or delete one of them
refused
1:6 Error "Courriel" `mail` and `Courriel` are both address columns = rename or delete one of them

"#]]
    );
}

#[test]
fn bars_separate_too() {
    for list in [
        "email|name\nada@example.org|Ada, Countess\n",
        "sep=|\nemail|name\nada@example.org|\"Ada, Countess\"\n",
        "\"email\"|\"name\"\r\n\"ada@example.org\"|\"Ada, Countess\"\r\n",
    ] {
        assert_eq!(read(list), "ada@example.org name=Ada, Countess\n", "{list:?}");
    }
}

#[test]
fn a_file_that_is_no_csv_is_named_as_what_it_is() {
    let zip = |names: &[&str]| [b"PK\x03\x04\x14\x00".as_slice(), names.join("PK\x03\x04").as_bytes()].concat();
    let files: [(&str, Vec<u8>); 11] = [
        ("workbook", zip(&["[Content_Types].xml", "xl/workbook.xml"])),
        ("opendocument", zip(&["mimetypeapplication/vnd.oasis.opendocument.spreadsheet"])),
        ("numbers", zip(&["Index/Document.iwa"])),
        ("an export as it is downloaded", zip(&["subscribed_members.csv"])),
        ("old workbook", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\x00\x00".to_vec()),
        ("pdf", b"%PDF-1.7\n".to_vec()),
        ("page", b"\n <!DOCTYPE html><html><table>".to_vec()),
        ("table saved as .xls", b"<html xmlns:o=\"urn:schemas-microsoft-com:office:office\">".to_vec()),
        ("xml", b"\xEF\xBB\xBF<?xml version=\"1.0\"?>".to_vec()),
        ("json", b"[{\"email\": \"ada@example.org\"}]".to_vec()),
        ("gzip", b"\x1F\x8B\x08\x00".to_vec()),
    ];
    let mut told = String::new();
    for (name, bytes) in files {
        let problem = super::SubscriberList::read("subscribers.csv".into(), bytes).unwrap_err();
        writeln!(told, "{name}: {}", problem.0[0].message).unwrap();
    }
    assert_data_eq!(
        told,
        str![[r#"
workbook: `subscribers.csv` is an Excel workbook (.xlsx), not a list
opendocument: `subscribers.csv` is an OpenDocument spreadsheet (.ods), not a list
numbers: `subscribers.csv` is an Apple Numbers document (.numbers), not a list
an export as it is downloaded: `subscribers.csv` is a ZIP archive, not a list
old workbook: `subscribers.csv` is an old Excel workbook (.xls), not a list
pdf: `subscribers.csv` is a PDF document, not a list
page: `subscribers.csv` is a web page (HTML), not a list
table saved as .xls: `subscribers.csv` is a web page (HTML), not a list
xml: `subscribers.csv` is an XML document, not a list
json: `subscribers.csv` is JSON, not a list
gzip: `subscribers.csv` is a gzip archive, not a list

"#]]
    );
}

#[test]
fn a_character_that_is_not_what_it_looks_like_is_named() {
    let cells = [
        "ada\u{200b}@example.org",
        "\u{feff}ada@example.org",
        "ada@example.org\u{a0}",
        "ada@exam\u{ad}ple.org",
        "ada＠example.org",
        "ada@example．org",
        "“ada@example.org”",
        "o’brien@example.org",
        "ada@my‑host.example",
        "\u{202a}ada@example.org\u{202c}",
        "ada@example.org\u{200d}",
        "ada@ex\u{2060}ample.org",
        "ada@example.org…",
        "ａda@example.org",
    ];
    let list = cells.iter().fold(String::from("email,name\n"), |list, cell| list + cell + ",x\n");
    assert_data_eq!(read(list), str![[r#"
2:1 Error "ada\u{200b}@example.org" `ada<U+200B>@example.org` is not an address: it contains U+200B, a zero-width space = retype it: `ada@example.org`
3:1 Error "\u{feff}ada@example.org" `<U+FEFF>ada@example.org` is not an address: it contains U+FEFF, a byte order mark = retype it: `ada@example.org`
4:1 Error "ada@example.org\u{a0}" `ada@example.org<U+00A0>` is not an address: it contains U+00A0, a no-break space = retype it: `ada@example.org`
5:1 Error "ada@exam\u{ad}ple.org" `ada@exam<U+00AD>ple.org` is not an address: it contains U+00AD, a soft hyphen = retype it: `ada@example.org`
6:1 Error "ada＠example.org" `ada＠example.org` is not an address: it contains U+FF20, a wide `@` = retype it: `ada@example.org`
7:1 Error "ada@example．org" `ada@example．org` is not an address: it contains U+FF0E, a dot from another script = retype it: `ada@example.org`
8:1 Error "“ada@example.org”" `“ada@example.org”` is not an address: it contains U+201C, a typographic quote = retype it: `ada@example.org`
9:1 Error "o’brien@example.org" `o’brien@example.org` is not an address: it contains U+2019, a typographic quote = retype the address
10:1 Error "ada@my‑host.example" `ada@my‑host.example` is not an address: it contains U+2011, a typographic dash = retype the address
11:1 Error "\u{202a}ada@example.org\u{202c}" `<U+202A>ada@example.org<U+202C>` is not an address: it contains U+202A, a direction mark = retype it: `ada@example.org`
12:1 Error "ada@example.org\u{200d}" `ada@example.org<U+200D>` is not an address: it contains U+200D, a zero-width joiner = retype it: `ada@example.org`
13:1 Error "ada@ex\u{2060}ample.org" `ada@ex<U+2060>ample.org` is not an address: it contains U+2060, an invisible character = retype it: `ada@example.org`
14:1 Error "ada@example.org…" `ada@example.org…` is not an address: it contains U+2026, an ellipsis = retype it: `ada@example.org`
15:1 Error "ａda@example.org" `ａda@example.org` is not an address: it contains U+FF41, a wide character = retype it: `ada@example.org`

"#]].raw());
}

#[test]
fn an_apostrophe_before_a_formula_is_no_part_of_an_address() {
    assert_data_eq!(
        read("email\n'+tag@example.org\n'-ada@example.org\n'=ada@example.org\n'@example.org\n+tag@example.org\no'brien@example.org\n'ada@example.org\n"),
        str![[r#"
+tag@example.org
o'brien@example.org
'ada@example.org
2:1 Error "'+tag@example.org" `'+tag@example.org` is not an address: a spreadsheet added the leading `'` before a formula = write `+tag@example.org`
3:1 Error "'-ada@example.org" `'-ada@example.org` is not an address: a spreadsheet added the leading `'` before a formula = write `-ada@example.org`
4:1 Error "'=ada@example.org" `'=ada@example.org` is not an address: a spreadsheet added the leading `'` before a formula = write `=ada@example.org`
5:1 Error "'@example.org" `'@example.org` is not an address: a spreadsheet added the leading `'` before a formula = write `@example.org`

"#]].raw()
    );
}

#[test]
fn a_character_nobody_sees_in_a_heading_is_told() {
    assert_data_eq!(
        read("e\u{200b}mail,na\u{ad}me,\u{202a}city\u{202c}\nada@example.org,Ada,Bern\n"),
        str![[r#"
ada@example.org city=Bern name=Ada
1:1 Warning "e\u{200b}mail" the heading `e<U+200B>mail` contains the invisible character U+200B = it is ignored; retype the heading to remove it
1:8 Warning "na\u{ad}me" the heading `na<U+00AD>me` contains the invisible character U+00AD = it is ignored; retype the heading to remove it
1:14 Warning "\u{202a}city\u{202c}" the heading `<U+202A>city<U+202C>` contains the invisible character U+202A = it is ignored; retype the heading to remove it

"#]].raw()
    );
}
