//! Letters, answers and absences in many languages: none may cost a reader their mail.

use newsletter::returned::{MailKind, read};

use super::touches_readers;

/// Subjects and texts of absences, by people and by programs.
const ABSENCES: [(&str, &str); 36] = [
    ("Out of office", "I am away until Monday. For anything urgent write to bo@example.net."),
    ("Automatic reply: Issue 7", "I am on annual leave. The mailbox bo@example.net is read daily."),
    ("Auto: Issue 7", "This mailbox is no longer monitored. Please write to info@example.net."),
    ("Autoreply", "I no longer work here. My address does not exist any more after May."),
    ("I have left the company", "ada@example.net is no longer in use. Contact bo@example.net."),
    ("On vacation", "My mailbox is full most of the time."),
    ("Abwesenheitsnotiz: Ausgabe 7", "Ich bin bis 5. Mai nicht im Büro. Ihre Nachricht wird nicht weitergeleitet."),
    ("Automatische Antwort: Ausgabe 7", "Ich bin im Urlaub. Vertretung: bo@example.net"),
    ("Réponse automatique : numéro 7", "Je suis absent jusqu'au 5 mai. L'adresse bo@example.net est lue."),
    ("Absence du bureau", "Je suis en congé. Votre message ne sera pas transmis."),
    ("Respuesta automática: número 7", "Estoy fuera de la oficina. Escriba a bo@example.net."),
    ("Resposta automática: edição 7", "Estou ausente até segunda-feira."),
    ("Risposta automatica: numero 7", "Sono fuori ufficio fino al 5 maggio."),
    ("Automatisch antwoord: nummer 7", "Ik ben afwezig tot 5 mei. Mail bo@example.net."),
    ("Autosvar: nummer 7", "Jag är borta till den 5 maj."),
    ("Automatisk svar: nummer 7", "Jeg er på ferie til 5. maj."),
    ("Automaattinen vastaus: numero 7", "Olen lomalla 5. toukokuuta asti."),
    ("Autoodpowiedź: numer 7", "Jestem na urlopie do 5 maja."),
    ("Automatická odpověď: číslo 7", "Jsem mimo kancelář do 5. května."),
    ("Automatikus válasz: 7. szám", "Május 5-ig szabadságon vagyok."),
    ("Răspuns automat: numărul 7", "Sunt în concediu până pe 5 mai."),
    ("Автоответ: выпуск 7", "Я в отпуске до 5 мая. Пишите на bo@example.net."),
    ("Автоматична відповідь: випуск 7", "Я у відпустці до 5 травня."),
    ("Otomatik yanıt: sayı 7", "5 Mayıs'a kadar izindeyim."),
    ("Αυτόματη απάντηση: τεύχος 7", "Λείπω μέχρι τις 5 Μαΐου."),
    ("自动回复：第七期", "我在休假，五月五日回来。请联系 bo@example.net。"),
    ("自動返信: 第7号", "5月5日まで不在です。bo@example.net へご連絡ください。"),
    ("자동 회신: 7호", "5월 5일까지 휴가입니다."),
    ("رد تلقائي: العدد 7", "أنا في إجازة حتى 5 مايو."),
    ("תשובה אוטומטית: גיליון 7", "אני בחופשה עד 5 במאי."),
    ("ตอบกลับอัตโนมัติ: ฉบับที่ 7", "ลาพักร้อนถึงวันที่ 5 พฤษภาคม"),
    ("Trả lời tự động: số 7", "Tôi đi vắng đến ngày 5 tháng 5."),
    ("Balasan otomatis: edisi 7", "Saya sedang cuti sampai 5 Mei."),
    ("Ticket #4711 received", "We have received your message and will reply within two days."),
    ("Read: Issue 7", "Your message was read on Monday."),
    ("Re: Issue 7", "Vacation! 550 user unknown is the error that I got when I wrote to bo@example.net."),
];

/// Letters to the writer, some of them about bounces.
const LETTERS: [(&str, &str); 24] = [
    ("Re: Issue 7", "Lovely issue, thank you!"),
    ("Undeliverable mail", "Why do I get \"550 user unknown\" when I write to bo@example.net?"),
    (
        "Fwd: Undelivered Mail Returned to Sender",
        "<bo@example.net>: 550 5.1.1 user unknown\n\nReceived: from mx\nFrom: a@b.example\nTo: bo@example.net\nSubject: hi\nMessage-ID: <1@b.example>\n",
    ),
    (
        "Re: Mail delivery failed",
        "> The following address failed:\n> bo@example.net\n> user unknown\n\nIs this about me?",
    ),
    ("A question", "Could not be delivered: is that a bug in issue 7? The mailbox is full of it."),
    ("My new address", "ada@example.net no longer exists from June; please use ada@example.com."),
    ("spam?", "Issue 7 was in the spam folder, blocked by our filter."),
    ("Frage zur Ausgabe 7", "Die Adresse im dritten Link existiert nicht."),
    ("Question", "Le lien n'existe pas. Adresse inconnue ?"),
    ("Pregunta", "El enlace no existe."),
    ("Domanda", "Il collegamento non esiste."),
    ("Vraag", "De pagina bestaat niet."),
    ("Fråga", "Sidan finns inte."),
    ("Pytanie", "Ta strona nie istnieje."),
    ("Вопрос", "Страница не существует."),
    ("Soru", "Bu sayfa bulunamadı."),
    ("问题", "页面不存在。"),
    ("質問", "ページが見つかりません。"),
    ("질문", "페이지가 존재하지 않습니다."),
    ("unsubscribe?", "How does one unsubscribe a friend?"),
    ("About unsubscribing", "I do not want to unsubscribe, I only wonder how."),
    ("Subscribe to what?", "What else do you write?"),
    ("delivery status", "When does the printed issue arrive? bo@example.net"),
    ("Returned mail", "The postman returned my letter to you."),
];

#[test]
fn a_hundred_letters_and_absences_touch_nobody() {
    let mut seen = 0;
    for (subject, text) in ABSENCES {
        for header in [
            "Auto-Submitted: auto-replied",
            "Return-Path: <>\nAuto-Submitted: auto-replied",
            "X-Auto-Response-Suppress: All\nPrecedence: bulk",
        ] {
            let message = format!(
                "{header}\nFrom: Ada <ada@example.net>\nTo: letter@example.org\nIn-Reply-To: <x7@letter.example.org>\n\
                 Subject: {subject}\nContent-Type: text/plain; charset=utf-8\n\n{text}\n"
            );
            let mail = read(message.as_bytes()).unwrap();
            assert!(!touches_readers(&mail) && mail.is_automatic, "{message}\n{mail:?}");
            seen += 1;
        }
    }
    for (subject, text) in LETTERS {
        let message = format!(
            "From: Ada <ada@example.net>\nTo: letter@example.org\nSubject: {subject}\nContent-Type: text/plain; \
             charset=utf-8\n\n{text}\n"
        );
        let mail = read(message.as_bytes()).unwrap();
        assert_eq!(mail.kind, MailKind::Letter, "{message}");
        seen += 1;
    }
    assert!(seen >= 100, "{seen}");
}
