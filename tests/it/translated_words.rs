//! Tests a newsletter in another language: no built-in word of letters and pages stays English.

use newsletter::model::Word;
use snapbox::{assert_data_eq, str};

use crate::support::{CONFIG, Project};

const WORDS: &str = r#"
[words]
issue = "العدد {number}"
writer = "يكتب {newsletter} {name}."
sent_to = "تصلك هذه الرسالة على {address}"
reason = "لأنك اشتركت في {site}"
unsubscribe = "إلغاء الاشتراك"
online = "اقرأ على الموقع"
all_issues = "كل الأعداد"
start = "ابدأ هنا"
about_minutes = "نحو {count} دقيقة"
about_an_hour = "نحو ساعة"
about_hours = "نحو {count} ساعات"
forwarded = "وصلتك من صديق؟"
friend = "أرسلها إلى صديق"
sponsored = "إعلان"
sponsor = "من {name}"
sponsored_end = "نهاية الإعلان"
article = "مقال"
video = "فيديو"
paper = "بحث"
tool = "أداة"
podcast = "بودكاست"
read = "قراءة {minutes} دقائق"
watch = "مشاهدة {minutes} دقائق"
listen = "استماع {minutes} دقائق"
subscribe = "اشترك"
subscribe_by_mail = "اشترك بالبريد"
atom_feed = "خلاصة Atom"
json_feed = "خلاصة JSON"
previous = "السابق"
next = "التالي"
other_issues = "أعداد أخرى"
one_link = "رابط واحد: {count}"
links = "الروابط: {count}"
no_issues = "العدد الأول قيد الكتابة."
newest = "أحدث عدد"
by_mail = "استلم العدد القادم بالبريد"
read_all = "اقرأ الكل: {count}"
earlier = "أعداد سابقة"
topics = "المواضيع"
topic = "موضوع"
all_topics = "كل المواضيع"
related_topics = "مواضيع قريبة"
find = "ابحث عن عنوان أو رابط"
nothing_found = "لا نتائج"
years = "السنوات"
"#;

const ISSUE: &str = r#"number = 1
title = "عن الساعات"
preheader = "رابطان عن الساعات، وواحد يشرح لماذا تكذب علينا كل يوم"
date = 2026-11-20

intro = "مرحبا {subscriber.name|يا صديقي}، هذا هو العدد *الأول*."

[[section]]
title = "للقراءة"

[[section.link]]
url = "https://example.org/clocks"
title = "لماذا لا تتفق ساعتان"
kind = "article"
author = "مينا بيرغ"
reading_time = 7
description = "لماذا لا تتفق آلتان على الوقت أبدا، مشروحا بثلاثة رسوم."

[[section.link]]
url = "https://example.net/time"
title = "Time, Clocks and Order"
kind = "video"
reading_time = 9
description = "المحاضرة التي يستشهد بها الجميع. **شاهدها** مرة كل عام."

[outro]
text = "إلى الأسبوع القادم."
"#;

fn arabic() -> Project {
    let config = CONFIG.replace("name = \"Test Letter\"", "name = \"رسالة الاختبار\"\nlanguage = \"ar\"");
    let config = config.replace("\"Ada Example <", "\"آدا <").replace("Links for tests.", "روابط للاختبار.");
    let config = config.replace("Test Letter, Example Street 1, 12345 Example", "شارع المثال 1، 12345 مثال");
    Project::new()
        .file("newsletter.toml", config + WORDS)
        .file("issues/001-first-things.toml", ISSUE)
        .subscribers(["grace@example.org"])
}

#[test]
fn a_letter_speaks_the_language_of_its_newsletter() {
    let output = arabic().run(["render", "1", "--text"]);
    assert_data_eq!(
        output.stdout,
        str![[r#"
رسالة الاختبار 1
‎2026-11-20 · الروابط: 2 · نحو 15 دقيقة

عن الساعات
==========

مرحبا يا صديقي، هذا هو العدد _الأول_.


للقراءة
-------

لماذا لا تتفق ساعتان
  مقال · example.org · مينا بيرغ · قراءة 7 دقائق
  لماذا لا تتفق آلتان على الوقت أبدا، مشروحا بثلاثة رسوم.
  https://example.org/clocks

Time, Clocks and Order
  فيديو · example.net · مشاهدة 9 دقائق
  المحاضرة التي يستشهد بها الجميع. *شاهدها* مرة كل عام.
  https://example.net/time


إلى الأسبوع القادم.


------------------------------------------------------------------------
روابط للاختبار.
وصلتك من صديق؟ كل الأعداد:
https://letter.example.org/

اقرأ على الموقع:
https://letter.example.org/1-first-things/

يكتب رسالة الاختبار آدا. تصلك هذه الرسالة على reader@example.com.
لأنك اشتركت في letter.example.org.

إلغاء الاشتراك:
https://letter.example.org/u/[..]

شارع المثال 1، 12345 مثال
"#]]
    );
}

#[test]
fn no_english_is_left_in_letter_and_pages_and_they_read_from_right_to_left() {
    let project = arabic();
    let checked = project.run(["check", "--strict"]);
    assert_eq!((checked.code, checked.stderr.as_str()), (0, "issue 1: no problems\n"));
    assert_eq!(project.run(["build"]).code, 0);
    let letter = project.run(["render", "1", "--html"]).stdout;
    let pages = ["index.html", "1-first-things/index.html"].map(|page| project.read(&format!("public/{page}")));
    for page in pages.iter().chain([&letter]) {
        assert!(page.contains("dir=\"rtl\"") && page.contains("lang=\"ar\""));
        for (_, name, english) in Word::ALL {
            let longest = english.split(['{', '}']).step_by(2).max_by_key(|part| part.len()).unwrap().trim();
            // What is a part of other words, of markup or of addresses proves nothing.
            if ![
                "links",
                "one_link",
                "tool",
                "read",
                "watch",
                "listen",
                "next",
                "article",
                "video",
                "sponsor",
                "date",
                "short_date",
            ]
            .contains(&name)
            {
                assert!(!page.contains(longest), "{english}");
            }
        }
    }
}

#[test]
fn english_words_in_a_text_from_right_to_left_keep_their_punctuation_at_their_end() {
    let project = arabic();
    let config = project.read("newsletter.toml").replace(WORDS, "");
    project.write("newsletter.toml", config + "[serve]\nurl = \"https://letter.example.org/\"\n");
    assert_eq!(project.run(["build"]).code, 0);
    let letter = project.run(["render", "1", "--html"]).stdout;
    assert!(letter.contains("><bdi dir=\"ltr\">Forwarded this?</bdi></h2>"), "{letter}");
    let page = project.read("public/index.html");
    for expected in [
        "<h2><label for=\"address\"><bdi dir=\"ltr\">Get the next one by mail</bdi></label></h2>",
        "<p class=\"quiet\"><bdi dir=\"ltr\">You get one mail to confirm it, and nothing until you do.</bdi></p>",
        "<bdi dir=\"ltr\">Atom feed</bdi>",
    ] {
        assert!(page.contains(expected), "{expected}: {page}");
    }
}

#[test]
fn a_word_without_its_gap_or_with_another_is_said_where_it_stands() {
    let words = "[words]\nlinks = \"Verweise\"\nwriter = \"{name}, {name}: {newsletter}\"\nonline = \"{site}\"\nunsubscrbe = \"x\"\n";
    let output = Project::new().config(words).run(["check"]);
    assert_eq!(output.code, 3);
    assert_data_eq!(
        output.stderr,
        str![[r#"
error: `{count}` is missing in `Verweise`
  --> newsletter.toml:13:9
   |
13 | links = "Verweise"
   |         ^^^^^^^^^^
   |
   = help: the English text is `{count} links`

error: `{name}` appears 2 times in `{name}, {name}: {newsletter}`
  --> newsletter.toml:14:10
   |
14 | writer = "{name}, {name}: {newsletter}"
   |          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
   |
   = help: the English text is `{newsletter} is written by {name}.`

error: unknown field `{site}`
  --> newsletter.toml:15:10
   |
15 | online = "{site}"
   |          ^^^^^^^^
   |
   = help: the English text is `Read online`

error: unknown key `unsubscrbe`
  --> newsletter.toml:16:1
   |
16 | unsubscrbe = "x"
   | ^^^^^^^^^^
   |
   = help: did you mean `unsubscribe`?

no issues checked: 4 errors

"#]]
    );
}

#[test]
fn the_documents_list_every_word_with_its_default() {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/publish.md")).unwrap();
    let listed: Vec<String> = Word::ALL.iter().map(|(_, name, english)| format!("{name} = \"{english}\"")).collect();
    let listed = listed.join("\n");
    assert!(page.contains(&format!("[words]\n{listed}\n```")), "{listed}");
}

#[test]
fn numbers_and_dates_have_the_digits_and_months_of_the_newsletter() {
    let months = "ژانویه، فوریه، مارس، آوریل، مه، ژوئن، ژوئیه، اوت، سپتامبر، اکتبر، نوامبر، دسامبر";
    let words = format!("[words]\ndigits = \"۰۱۲۳۴۵۶۷۸۹\"\nmonths = \"{months}\"\nissue = \"شماره {{number}}\"\n");
    let one_link = ISSUE.split("\n[[section.link]]").take(2).collect::<Vec<_>>().join("\n[[section.link]]");
    let opening = |config: String, issue: &str| {
        let project = Project::empty().file("newsletter.toml", config).file("issues/001.toml", issue);
        project.run(["render", "1", "--text"]).stdout.lines().take(2).collect::<Vec<_>>().join("\n")
    };
    let config = CONFIG.replace("[unsubscribe]", "language = \"fa\"\n\n[unsubscribe]");
    assert_eq!(
        opening(format!("{config}\n{words}"), &one_link),
        "Test Letter ۱\n۲۰ نوامبر ۲۰۲۶ – ۱ link – about ۵ minutes"
    );
    assert_eq!(
        opening(format!("{CONFIG}\n[words]\nissue = \"Weekly\"\n"), &one_link).lines().next(),
        Some("Test Letter")
    );
}
