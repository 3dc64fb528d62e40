//! Lists the link texts that say nothing about where a link leads, in the languages newsletters are written in.

/// The texts by language (BCP 47, the part before the hyphen), in lower case, without punctuation.
const TEXTS: [(&str, &[&str]); 34] = [
    (
        "en",
        &[
            "here",
            "click here",
            "click",
            "this",
            "this link",
            "link",
            "more",
            "read more",
            "learn more",
            "see more",
            "read",
            "go",
            "continue",
        ],
    ),
    ("ar", &["هنا", "اضغط هنا", "انقر هنا", "المزيد", "اقرأ المزيد", "رابط", "الرابط"]),
    ("bg", &["тук", "натиснете тук", "още", "прочетете още", "линк", "връзка"]),
    ("ca", &["aquí", "fes clic aquí", "més", "llegeix-ne més", "enllaç"]),
    ("cs", &["zde", "tady", "klikněte zde", "více", "číst více", "čtěte více", "odkaz"]),
    ("da", &["her", "klik her", "mere", "læs mere", "link"]),
    (
        "de",
        &[
            "hier",
            "klick hier",
            "klicken sie hier",
            "hier klicken",
            "mehr",
            "mehr lesen",
            "weiterlesen",
            "weiter",
            "link",
            "dieser link",
        ],
    ),
    ("el", &["εδώ", "πατήστε εδώ", "κάντε κλικ εδώ", "περισσότερα", "διαβάστε περισσότερα", "σύνδεσμος"]),
    ("es", &["aquí", "haz clic aquí", "haga clic aquí", "más", "leer más", "ver más", "enlace", "este enlace"]),
    ("et", &["siin", "siit", "kliki siia", "rohkem", "loe edasi", "loe rohkem", "link"]),
    (
        "fa",
        &[
            "اینجا",
            "این‌جا",
            "اینجا کلیک کنید",
            "کلیک کنید",
            "بیشتر",
            "بیشتر بخوانید",
            "ادامه",
            "ادامه مطلب",
            "لینک",
            "پیوند",
        ],
    ),
    ("fi", &["tästä", "täällä", "täältä", "klikkaa tästä", "lisää", "lue lisää", "linkki"]),
    (
        "fr",
        &[
            "ici",
            "cliquez ici",
            "clique ici",
            "plus",
            "en savoir plus",
            "lire la suite",
            "lire plus",
            "voir plus",
            "lien",
            "ce lien",
        ],
    ),
    ("he", &["כאן", "לחצו כאן", "לחץ כאן", "עוד", "קראו עוד", "קרא עוד", "קישור", "לינק"]),
    ("hi", &["यहाँ", "यहां", "यहाँ क्लिक करें", "यहां क्लिक करें", "और", "और पढ़ें", "लिंक"]),
    ("hr", &["ovdje", "kliknite ovdje", "više", "pročitajte više", "poveznica", "link"]),
    ("hu", &["itt", "ide", "kattintson ide", "kattints ide", "tovább", "bővebben", "link"]),
    ("id", &["di sini", "disini", "klik di sini", "selengkapnya", "baca selengkapnya", "lebih lanjut", "tautan"]),
    (
        "it",
        &[
            "qui",
            "clicca qui",
            "di più",
            "leggi di più",
            "leggi tutto",
            "scopri di più",
            "continua",
            "link",
            "questo link",
        ],
    ),
    (
        "ja",
        &[
            "こちら",
            "ここ",
            "ここをクリック",
            "こちらをクリック",
            "続きを読む",
            "もっと見る",
            "もっと読む",
            "詳細",
            "詳しくはこちら",
            "リンク",
        ],
    ),
    (
        "ko",
        &["여기", "여기서", "여기에서", "여기를 클릭", "이곳", "링크", "더 보기", "더보기", "자세히", "자세히 보기"],
    ),
    ("nb", &["her", "klikk her", "mer", "les mer", "lenke"]),
    ("nl", &["hier", "klik hier", "meer", "lees meer", "lees verder", "link", "deze link"]),
    ("no", &["her", "klikk her", "mer", "les mer", "lenke"]),
    ("pl", &["tutaj", "tu", "kliknij tutaj", "kliknij tu", "więcej", "czytaj więcej", "czytaj dalej", "link"]),
    ("pt", &["aqui", "clique aqui", "mais", "leia mais", "saiba mais", "ver mais", "link", "este link"]),
    ("ro", &["aici", "click aici", "mai mult", "mai multe", "citește mai mult", "citește mai departe", "link"]),
    ("ru", &["здесь", "тут", "сюда", "нажмите здесь", "далее", "ещё", "еще", "подробнее", "читать далее", "ссылка"]),
    ("sk", &["tu", "kliknite sem", "viac", "čítať viac", "odkaz"]),
    ("sv", &["här", "klicka här", "mer", "läs mer", "länk"]),
    ("th", &["ที่นี่", "คลิกที่นี่", "เพิ่มเติม", "อ่านเพิ่มเติม", "อ่านต่อ", "ลิงก์"]),
    ("tr", &["burada", "buradan", "tıklayın", "buraya tıklayın", "daha fazla", "devamı", "devamını oku", "bağlantı"]),
    ("uk", &["тут", "натисніть тут", "далі", "ще", "докладніше", "детальніше", "читати далі", "посилання"]),
    (
        "zh",
        &[
            "这里",
            "這裡",
            "此处",
            "此處",
            "点击这里",
            "點擊這裡",
            "点此",
            "點此",
            "更多",
            "查看更多",
            "阅读更多",
            "閱讀更多",
            "阅读全文",
            "链接",
            "連結",
        ],
    ),
];

/// Characters people put around these texts, besides ASCII punctuation.
const NOT_LETTERS: &[char] =
    &[' ', '→', '›', '»', '«', '…', '。', '、', '！', '，', '↗', '➜', '👉', '“', '”', '„', '‘', '’', '「', '」'];

/// Returns whether `text` is one of them, in English or in `language`.
pub(super) fn is_vague(text: &str, language: &str) -> bool {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower.split_whitespace().collect();
    let plain = words.join(" ");
    // Marks on letters are not letters themselves.
    let plain = plain.trim_matches(|mark: char| mark.is_ascii_punctuation() || NOT_LETTERS.contains(&mark));
    let main = language.split('-').next().unwrap_or_default().to_ascii_lowercase();
    let known = TEXTS.iter().filter(|(one, _)| *one == "en" || *one == main);
    known.flat_map(|(_, texts)| texts.iter()).any(|one| *one == plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn here_and_more_are_vague_in_the_language_of_the_newsletter_and_in_english() {
        for (text, language) in [
            ("here", "en"),
            ("Read  more…", "en-GB"),
            ("→ Here!", "de"),
            ("hier", "de-AT"),
            ("cliquez ici", "fr"),
            ("続きを読む", "ja"),
            ("여기", "ko"),
            ("点击这里", "zh-Hans"),
            ("«اینجا»", "fa"),
            ("здесь", "ru"),
        ] {
            assert!(is_vague(text, language), "{text} {language}");
        }
        for (text, language) in [
            ("hier", "en"),
            ("accepted", "en"),
            ("publié", "fr"),
            ("投稿しました", "ja"),
            ("talks to be found here", "en"),
            ("", "en"),
        ] {
            assert!(!is_vague(text, language), "{text} {language}");
        }
    }

    #[test]
    fn every_text_is_found_in_its_language_whatever_is_around_it() {
        assert!(TEXTS[1..].is_sorted_by_key(|(language, _)| *language));
        for (language, texts) in TEXTS {
            for text in texts {
                assert!(is_vague(&format!(" → {text} …"), language), "{text}");
            }
        }
    }
}
