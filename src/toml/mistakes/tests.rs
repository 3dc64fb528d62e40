//! Tests the mistakes in TOML: one problem for each, with the line to write.

use toml::de::DeTable;

use super::mistake::line_number;
use super::*;

/// Returns the mistakes of `text`, one a line: the line, the words it points at, message and help.
fn said(text: &str) -> Vec<String> {
    let found = mistakes(text).into_iter().map(|mistake| {
        let line = line_number(text, mistake.span.start);
        let at = &text[mistake.span];
        format!(
            "{line} {at:?} {} / {}",
            mistake.problem.message.replace("invalid TOML: ", ""),
            mistake.problem.help.unwrap_or_default()
        )
    });
    found.collect()
}

#[test]
fn each_mistake_is_one_problem_with_the_line_to_write() {
    let cases = [
        (
            "date = 28.11.2026\n",
            "1 \"28.11.2026\" `28.11.2026` is not a date in TOML's form / write `date = 2026-11-28`",
        ),
        (
            "date = 11/28/2026\n",
            "1 \"11/28/2026\" `11/28/2026` is not a date in TOML's form / write `date = 2026-11-28`",
        ),
        (
            "date = 11/12/2026\n",
            "1 \"11/12/2026\" `11/12/2026` is not a date in TOML's form / write `date = 2026-12-11`, or `date = 2026-11-12`",
        ),
        ("date = 2026-1-5\n", "1 \"2026-1-5\" `2026-1-5` is not a date in TOML's form / write `date = 2026-01-05`"),
        (
            "date = 28 Nov 2026\n",
            "1 \"28 Nov 2026\" `28 Nov 2026` is not a date in TOML's form / write `date = 2026-11-28`",
        ),
        (
            "date = November 28th, 2026\n",
            "1 \"November 28th, 2026\" `November 28th, 2026` is not a date in TOML's form / write `date = 2026-11-28`",
        ),
        (
            "date = 2026年11月28日\n",
            "1 \"2026年11月28日\" `2026年11月28日` is not a date in TOML's form / write `date = 2026-11-28`",
        ),
        (
            "title = \"He said \"hi\" there\"\n",
            "1 \"\\\"\" quotation marks inside the text / write `title = 'He said \"hi\" there'`",
        ),
        ("title = 'It's here'\n", "1 \"'\" quotation marks inside the text / write `title = \"It's here\"`"),
        ("title = “Words”\n", "1 \"“\" typographic quotes around the text / write `title = \"Words\"`"),
        ("title = „Words“\n", "1 \"„\" typographic quotes around the text / write `title = \"Words\"`"),
        ("title = `Words`\n", "1 \"`\" typographic quotes around the text / write `title = \"Words\"`"),
        (
            "title = \"Words\ndate = 2026-11-28\n",
            "1 \"\\\"\" a string that is never closed / write `title = \"Words\"`",
        ),
        ("title = \"Words”\n", "1 \"\\\"\" a string that is never closed / write `title = \"Words\"`"),
        ("title = 'Words\n", "1 \"'\" a string that is never closed / write `title = \"Words\"`"),
        ("title = Words and more\n", "1 \"Words and more\" text without quotes / write `title = \"Words and more\"`"),
        ("title = \"a\\_b\"\n", "1 \"\\\\_\" `\\_` is not a valid escape inside `\"` / write `title = 'a\\_b'`"),
        (
            "title = \"C:\\Users\"\n",
            "1 \"\\\\U\" `\\U` is not a valid escape inside `\"` / write `title = 'C:\\Users'`",
        ),
        (
            "text = \"\"\"\na\\_b\n\"\"\"\n",
            "2 \"\\\\_\" `\\_` is not a valid escape inside `\"\"\"` / write `'''` in place of `\"\"\"` above and below the text: backslashes need no escape there",
        ),
        (
            "text = \"One\nand two\"\n",
            "1 \"\\\"\" text of several lines needs three quotation marks / write `\"\"\"` above and below the text",
        ),
        ("text = '''\nWords\n", "1 \"'''\" a string that is never closed / close it with `'''` on a line of its own"),
        (
            "text = '''\nWords\n\n[[section]]\ntitle = 'x'\ntext = '''\nMore\n'''\n",
            "1 \"'''\" a string that is not closed before line 6 / write `'''` on a line of its own above line 6",
        ),
        (
            "text = '''\nWords\n\"\"\"\ntitle = \"x\"\n",
            "1 \"'''\" a string that is not closed before line 4 / write `'''` in place of `\"\"\"` below the text",
        ),
        (
            "text = '''\nWords\n''' more\n",
            "3 \"'''\" text after the closing `'''` / move them above it; if `'''` is part of the text, write `\"\"\"` around it",
        ),
        ("title: \"Words\"\n", "1 \":\" `:` between a key and its value / write `title = \"Words\"`"),
        ("title =\n", "1 \"\" `title` has no value / write `title = \"…\"`, or delete the line"),
        ("draft = yes\n", "1 \"yes\" `yes` is neither `true` nor `false` / write `draft = true`"),
        ("draft = False\n", "1 \"False\" `False` is neither `true` nor `false` / write `draft = false`"),
        ("tags = \"a\", \"b\"\n", "1 \",\" several values without brackets / write `tags = [\"a\", \"b\"]`"),
        ("tags = [a, b]\n", "1 \"a\" text without quotes / write `tags = [\"a\", \"b\"]`"),
        ("tags = [“a”, “b”]\n", "1 \"“\" typographic quotes around the text / write `tags = [\"a\", \"b\"]`"),
        (
            "tags = [\"a\", \"b\"\ntitle = \"x\"\n",
            "1 \"[\" a list that is never closed / write `tags = [\"a\", \"b\"]`",
        ),
        ("[[section]\n", "1 \"[[section]\" a header with too few or too many brackets / write `[[section]]`"),
        ("[section]]\n", "1 \"[section]]\" a header with too few or too many brackets / write `[[section]]`"),
    ];
    for (text, expected) in cases {
        assert!(DeTable::parse(text).is_err(), "{text} is TOML");
        assert_eq!(said(text), [expected], "{text}");
    }
}

#[test]
fn a_day_that_does_not_exist_is_said_why() {
    let cases = [
        (
            "date = ۲۰۲۶-۱۱-۲۸\n",
            "1 \"۲۰۲۶-۱۱-۲۸\" `۲۰۲۶-۱۱-۲۸` is not a date in TOML's form / write `date = 2026-11-28`",
        ),
        (
            "date = 2026-13-45\n",
            "1 \"2026-13-45\" `2026-13-45` is not a date / there is no month 13: write year, month and day, `2026-11-24`",
        ),
        (
            "date = 2026-02-30\n",
            "1 \"2026-02-30\" `2026-02-30` is not a date / there is no day 30: February 2026 has 28 days",
        ),
        (
            "date = 31.11.2026\n",
            "1 \"31.11.2026\" `31.11.2026` is not a date / there is no day 31: November 2026 has 30 days",
        ),
    ];
    for (text, expected) in cases {
        assert!(DeTable::parse(text).is_err(), "{text} is TOML");
        assert_eq!(said(text), [expected], "{text}");
    }
}

#[test]
fn what_is_toml_has_no_mistake() {
    let texts = [
        "a = 1\nb = 'x' # y\nc = \"x \\\" y\" # \"z\"\nd = 2026-11-28\ne = 2026-11-28T10:00:00+01:00\n",
        "a = '''\nb = 'x'\n\"\"\"\n'''\nc = \"\"\"\nwords \\\n  more \\\"\"\" \\u00e9\n\"\"\"\n",
        "a = [1, 2, 'x', \"y\", true]\nb = [\n  'x', # y\n  'z',\n]\nc = { d = 'x', e = [1] }\n",
        "[a]\n[[b]] # c\n[a.d]\n\"quoted key\" = 1\nb.c = -1.5e3\nd = inf\ne = 0xff\nf = 07:32:00\n",
        "a = ''''x''''\nb = \"\"\"\"x\"\"\"\"\nc = ''\nd = \"\"\ne = ''''''\n",
    ];
    for text in texts {
        assert!(DeTable::parse(text).is_ok(), "{text}");
        assert_eq!(said(text), Vec::<String>::new(), "{text}");
    }
}

proptest::proptest! {
    #[test]
    fn reading_never_panics_and_stays_inside(text in "([a-z]{1,5} ?= ?|\\[\\[|\\]|\"\"\"|'''|['\"“”\\\\=\n,:#]|[0-9]{1,4}[-./]|é|[a-z ]{1,5}){0,20}") {
        for mistake in mistakes(&text) {
            proptest::prop_assert!(text.get(mistake.span.clone()).is_some() && text.get(mistake.lines.clone()).is_some());
        }
    }
}
