//! Tests cells that are never used. The kind: values that spreadsheets, web forms and databases
//! leave in columns that no letter shows, and the separators, blank rows and repeated headings
//! around them.

use snapbox::{IntoData, assert_data_eq, str};

use super::{read, read_shown};

#[test]
fn a_column_no_letter_shows_rejects_no_row() {
    let long = "x".repeat(1001);
    let cells = [
        "\"two\r\nlines\"",
        "a\ttab",
        "\"{\"\"a\"\": [1, 2],\n \"\"b\"\": null}\"",
        &long,
        "a\u{2028}separator",
        "a\u{b}vertical tab",
        "a\u{c}form feed",
        "a\u{85}next line",
        "a\u{0}nul",
        "a\u{7}bell",
        "a\u{e000}private use",
        "\"a lone\rreturn\"",
        "a\u{1b}[31mred",
    ];
    for cell in cells {
        let list = format!("email,notes,name\nada@example.org,{cell},Ada\nbo@example.net,plain,Bo\n");
        assert_eq!(
            read(&list),
            format!("{}bo@example.net name=Bo notes=plain\n", "ada@example.org name=Ada\n"),
            "{cell:?}"
        );
    }
}

#[test]
fn the_same_in_a_column_a_letter_shows_is_a_bad_row() {
    assert_data_eq!(
        read_shown("email,notes\nada@example.org,a\ttab\nbo@example.net,\"two\nlines\"\n", &["notes"]),
        str![[r#"
2:17 Error "a\ttab" `notes` contains a tab
3:16 Error "\"two\nlines\"" `notes` contains a line end

"#]]
        .raw()
    );
}

#[test]
fn separators_without_anything_between_them_are_no_rows() {
    let rows = [",,", "\"\",\"\",\"\"", "", " , , ", ",\t,", "\u{a0},,", ",,,,,", "\"\",\"\",\"\",", "   "];
    for row in rows {
        let list = format!("email,name,city\nada@example.org,Ada,Bern\n{row}\nbo@example.net,Bo,Bonn\n{row}\n");
        assert_eq!(read(&list), "ada@example.org city=Bern name=Ada\nbo@example.net city=Bonn name=Bo\n", "{row:?}");
    }
}

#[test]
fn empty_cells_beyond_the_heading_are_ignored_and_filled_ones_are_not() {
    assert_data_eq!(
        read(
            "email,name\nada@example.org,Ada,\nbo@example.net,Bo,,,\ncy@example.com,Cy,\"\", \ndi@example.org,Di,x\ned@example.org,Ed,,x\n"
        ),
        str![[r#"
ada@example.org name=Ada
bo@example.net name=Bo
cy@example.com name=Cy
5:1 Error "di@example.org,Di,x" this row has 3 cells, but the list has 2 columns = put a value that contains a `,` in double quotes
6:1 Error "ed@example.org,Ed,,x" this row has 4 cells, but the list has 2 columns = put a value that contains a `,` in double quotes

"#]]
        .raw()
    );
    assert_eq!(read("email;name;\nada@example.org;Ada;\n"), "ada@example.org name=Ada\n");
}

#[test]
fn two_columns_of_one_name_are_told_and_the_first_value_counts() {
    for heading in ["City,city", "city,City", "city,\" CITY \"", "City,City", "city,city"] {
        let told = read(format!("email,{heading}\nada@example.org,Bern,Bonn\nbo@example.net,,Bonn\n"));
        assert!(told.starts_with("ada@example.org city=Bern\nbo@example.net city=Bonn\n"), "{told}");
        assert!(told.contains("Warning") && told.contains("two columns are called `"), "{told}");
    }
}

#[test]
fn of_two_columns_that_say_who_gets_mail_the_stricter_wins_and_that_is_told() {
    let headings = [
        "status,status",
        "status,Status",
        "status,List status",
        "Global status,List status",
        "subscribed,status",
        "Email status,Newsletter status",
        "status,subscriber_type",
        "Status,Abonnementstatus",
    ];
    for heading in headings {
        let flags = heading.starts_with("subscribed");
        let [yes, no] = if flags { ["yes", "no"] } else { ["active", "unsubscribed"] };
        let told = read(format!(
            "email,{heading}\nada@example.org,{yes},active\nbo@example.net,{yes},unsubscribed\ncy@example.com,{no},active\n"
        ));
        assert!(
            told.starts_with("ada@example.org\n3 bo@example.net unsubscribed\n4 cy@example.com unsubscribed\n"),
            "{heading}: {told}"
        );
        assert!(
            told.contains("Warning") && told.contains("both say who gets mail: the stricter of them wins"),
            "{heading}: {told}"
        );
    }
}
