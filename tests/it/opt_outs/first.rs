//! Tests the languages whose words the first version knew.

use super::language::Language;
use super::subscribers_who_said_no_are_not_mailed;

const LANGUAGES: [Language; 9] = [
    Language {
        name: "English",
        standing: &[
            "List status",
            "Email Opt-In",
            "subscription_state",
            "Marketing consent",
            "wantsNewsletter",
            "Contact Permission",
            "SUBSCRIBED?",
        ],
        leaving: &[
            "Unsubscribe Date",
            "opted_out",
            "Hard bounce",
            "Complained at",
            "Is blocked",
            "doNotContact",
            "removed_on",
            "Spam complaint",
        ],
        words: &[("active", "unsubscribed"), ("Subscribed", "Opted Out"), ("ok", "do not email"), ("A", "U")],
        yes: "yes",
        no: "no",
        reason: "did not like the pictures, and told us twice on the phone that it is enough",
    },
    Language {
        name: "German",
        standing: &["Status", "Newsletterstatus", "Einwilligung", "Abonnent", "Bestätigt", "Werbeerlaubnis"],
        leaving: &["Abgemeldet am", "Abmeldedatum", "Austragungsdatum", "Gesperrt", "Widerrufen", "Beschwerde"],
        words: &[("aktiv", "abgemeldet"), ("angemeldet", "ausgetragen"), ("abonniert", "gekündigt"), ("dabei", "weg")],
        yes: "ja",
        no: "nein",
        reason: "hat angerufen und möchte wirklich nichts mehr von uns hören, weder per Post noch so",
    },
    Language {
        name: "French",
        standing: &["Statut", "Abonné", "Inscrit à la lettre", "Consentement", "Etat"],
        leaving: &["Désabonné le", "Date de désinscription", "Désinscrit", "Bloqué", "Plainte"],
        words: &[
            ("actif", "désabonné"),
            ("inscrit", "désinscrite"),
            ("abonnée", "ne plus envoyer"),
            ("présent", "absent"),
        ],
        yes: "oui",
        no: "non",
        reason: "ne souhaite plus rien recevoir de notre part, ni par courrier ni autrement",
    },
    Language {
        name: "Spanish",
        standing: &["Estado", "Suscrito", "Consentimiento", "Situación", "Recibe boletín"],
        leaving: &["Fecha de baja", "Dado de baja", "Bloqueado", "Rebotado", "Queja"],
        words: &[("activo", "baja"), ("suscrito", "dado de baja"), ("confirmado", "cancelado"), ("dentro", "fuera")],
        yes: "sí",
        no: "no",
        reason: "nos llamó para decir que no quiere recibir nada más de nosotros nunca más",
    },
    Language {
        name: "Russian",
        standing: &["Статус", "Подписан", "Согласие", "Состояние подписки", "Подтверждён"],
        leaving: &["Дата отписки", "Отписан", "Заблокирован", "Жалоба", "Удалён"],
        words: &[("активен", "отписан"), ("подписан", "отписался"), ("подтверждено", "отказ"), ("свой", "чужой")],
        yes: "да",
        no: "нет",
        reason: "позвонил и попросил больше никогда ничего ему не присылать, ни писем, ни открыток",
    },
    Language {
        name: "Japanese",
        standing: &["ステータス", "配信状態", "購読", "メルマガ登録", "同意"],
        leaving: &["退会日", "配信停止日", "購読解除", "ブロック", "エラーメール"],
        words: &[("有効", "退会"), ("購読中", "配信停止"), ("登録済み", "解除"), ("継続", "終了")],
        yes: "はい",
        no: "いいえ",
        reason: "お電話にて今後一切のご案内は不要とのご連絡をいただきましたのでよろしくお願いいたします。ご迷惑をおかけしました",
    },
    Language {
        name: "Chinese",
        standing: &["状态", "订阅状态", "是否订阅", "同意接收", "验证"],
        leaving: &["退订时间", "取消订阅", "黑名单", "投诉", "退信"],
        words: &[("有效", "退订"), ("已订阅", "已退订"), ("正常", "取消"), ("在", "走")],
        yes: "是",
        no: "否",
        reason: "打电话来说以后什么都不要再寄给他了，无论是信件还是别的什么东西都不要，已经说了两次，请一定记住这件事情不要再忘记了",
    },
    Language {
        name: "Greek",
        standing: &["Κατάσταση", "Εγγεγραμμένος", "Συγκατάθεση", "Ενεργός"],
        leaving: &["Ημερομηνία διαγραφής", "Διαγραφή", "Αποκλεισμένος"],
        words: &[("ενεργός", "διαγράφηκε"), ("εγγεγραμμένος", "ανενεργός"), ("μέσα", "έξω")],
        yes: "ναι",
        no: "όχι",
        reason: "τηλεφώνησε και είπε ότι δεν θέλει να λαμβάνει τίποτα άλλο από εμάς ποτέ ξανά",
    },
    Language {
        name: "Arabic",
        standing: &["الحالة", "مشترك", "الموافقة", "نشط"],
        leaving: &["تاريخ إلغاء الاشتراك", "محظور", "محذوف"],
        words: &[("نشط", "ملغى"), ("مشترك", "غير مشترك"), ("مؤكد", "محظور")],
        yes: "نعم",
        no: "لا",
        reason: "اتصل بنا وقال إنه لا يريد أن يستلم أي شيء منا بعد الآن لا بالبريد ولا بغيره",
    },
];

#[test]
fn subscribers_who_said_no_are_not_mailed_in_the_first_languages() {
    let count = subscribers_who_said_no_are_not_mailed(LANGUAGES.iter().flat_map(Language::lists));
    assert!(count >= 200, "{count} lists");
}

#[test]
fn a_word_of_refusal_counts_under_a_heading_that_says_nothing() {
    subscribers_who_said_no_are_not_mailed(LANGUAGES.iter().flat_map(Language::under_an_unknown_heading));
}
