//! Looks up the meaning of words in cells, in the languages of mailing services. Words are compared
//! in the form that [`normalize`] returns.
//!
//! The first rows of each table are words that services export; the others are their translations
//! in the same services, and words that people write.

use crate::subscribers::skip_reason::SkipReason;
use crate::subscribers::vocabulary::{normalize, stems};
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// The meaning of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::subscribers) enum StatusWord {
    /// No value: empty, `n/a`, `NULL`, a date of zeros.
    Empty,
    Yes,
    No,
    /// The subscriber gets mail.
    Subscribed,
    /// The subscriber gets no mail, for this reason.
    Excluded(SkipReason),
}

const EMPTY: &[&str] = &[
    "n/a na n.a. null nil none undefined nan (empty) empty blank (blank) nothing leer vide vacío vuoto leeg tomt puste пусто boş なし 無し 无 無 없음 kosong keine aucun aucune ninguno ninguna nenhum nenhuma nessuno nessuna geen inget ingen brak нет_данных yok tyhjä žádné nincs niciunul never jamais nie nunca mai nooit aldrig aldri nigdy никогда hiç",
];

const YES: &[&str] = &[
    "yes y true t 1 on x ✓ ✔ ☑ ✅ ○ ◯ checked wahr ja j oui o vrai sí si verdadero sim verdadeiro s vero waar sann sand kyllä tosi tak prawda ano áno pravda igen igaz da adevărat да истина так ναι αληθές evet doğru نعم صحيح بله כן אמת はい 真 有 是 真的 예 네 참 có đúng ya benar ใช่ จริง हाँ हां taip jā jah",
];

const NO: &[&str] = &[
    "no n false f 0 off ✗ ✘ ☐ ❌ ☒ × ✖ unchecked falsch nein non faux falso não nao nee onwaar nej nei falsk usann ei epätosi nie fałsz ne nepravda nem hamis nu fals нет ложь ні не όχι ψευδές hayır yanlış لا خطأ خیر نه לא שקר いいえ 否 偽 不 不是 假 아니오 아니요 거짓 không sai tidak bukan salah ไม่ ไม่ใช่ नहीं",
];

const SUBSCRIBED: &[&str] = &[
    "active subscribed confirmed enabled regular premium gifted trialed opted_in optin opt-in double_opt-in doubleoptin single_opt-in confirmed_opt-in explicit_consent verified valid deliverable live approved accepted consented granted permitted marketing_contact subscriber validated allowed resubscribed sendable mailable reachable good ok okay safe engaged current member registered joined open in implicit express explicit implied",
    "aktiv abonniert angemeldet bestätigt eingetragen freigeschaltet zugestimmt gültig abonnent zustellbar erlaubt aktiviert eingewilligt",
    "actif active abonné abonnée inscrit inscrite confirmé confirmée activé activée validé valide accepté autorisé consenti vérifié",
    "activo activa suscrito suscrita suscripto inscrito confirmado confirmada habilitado activado alta válido aceptado verificado dado_de_alta",
    "ativo ativa inscrita assinante ativado aceito aceite subscrito subscrita cadastrado",
    "attivo attiva iscritto iscritta confermato confermata abilitato attivato valido accettato verificato",
    "actief ingeschreven aangemeld bevestigd geabonneerd geldig geactiveerd akkoord",
    "prenumererar prenumerant bekräftad aktiverad anmäld godkänd registrerad tilmeldt bekræftet aktiveret påmeldt bekreftet aktivert abonnerer abonnent tilaaja tilannut vahvistettu aktiivinen voimassa",
    "aktywny aktywna subskrybuje zapisany zapisana potwierdzony potwierdzona zasubskrybowany subskrybent",
    "aktivní přihlášen přihlášený potvrzeno potvrzený odběratel aktívny prihlásený potvrdený aktivan pretplaćen prijavljen potvrđen aktivna aktív feliratkozott feliratkozva megerősített activ abonat confirmat abonată",
    "активен активный активна активно подписан подписана подписанный подтвержден подтверждён подтверждено подписчик активний підписаний підписаний підтверджено підписана абониран потвърден активиран",
    "ενεργός ενεργή ενεργό εγγεγραμμένος εγγεγραμμένη επιβεβαιωμένος συνδρομητής",
    "aktif abone onaylı onaylandı etkin kayıtlı geçerli doğrulandı",
    "نشط مشترك مؤكد مفعل فعال مسجل פעיל רשום מנוי מאושר פעילה",
    "有効 購読中 登録済 登録済み 購読 登録 承認済 承認済み 確認済 確認済み 配信中 配信 同意 許可 アクティブ 会員",
    "活跃 活躍 有效 已订阅 已訂閱 订阅 訂閱 订阅中 訂閱中 已确认 已確認 正常 激活 已激活 启用 啟用 已同意 同意",
    "활성 구독 구독중 구독함 확인됨 인증됨 정상 유효 동의 수신동의 활동 등록됨 가입",
    "đã_đăng_ký đang_hoạt_động hoạt_động aktif berlangganan terdaftar สมัครแล้ว ใช้งาน सक्रिय",
];

const PENDING: &[&str] = &[
    "pending unconfirmed unactivated awaiting_confirmation not_confirmed unverified invited waiting pending_confirmation awaiting never_subscribed neversubscribed not_subscribed notsubscribed non-subscribed nonsubscribed non_marketing_contact no_consent awaiting_opt-in temporary_hold draft transactional",
    "ausstehend unbestätigt nicht_bestätigt wartend offen en_attente non_confirmé non_confirmée pendiente sin_confirmar no_confirmado pendente não_confirmado in_attesa non_confermato in_afwachting onbevestigd niet_bevestigd väntande obekräftad ej_bekräftad afventer ubekræftet venter ubekreftet odottaa vahvistamaton oczekujący oczekuje niepotwierdzony niepotwierdzona čeká nepotvrzeno nepotvrzený nepotvrdený na_čekanju függőben meg_nem_erősített în_așteptare neconfirmat",
    "ожидает не_подтвержден не_подтверждён не_подтверждено неподтвержден неподтвержденный ожидание очікує не_підтверджено непідтверджений чакащ непотвърден σε_αναμονή beklemede onaysız onaylanmadı onay_bekliyor معلق غير_مؤكد قيد_الانتظار ממתין לא_מאושר 保留 未確認 仮登録 承認待ち 確認待ち 未承認 未登録 待确认 待確認 未确认 未確認 未订阅 未訂閱 待处理 대기 미확인 미인증 대기중 미구독 chờ_xác_nhận menunggu รอยืนยัน लंबित",
];

const UNSUBSCRIBED: &[&str] = &[
    "unsubscribed removed inactive disabled blocklisted blocked unsubscribe unsub unsubs opted_out optout opt-out optedout suppressed blacklisted cancelled canceled deleted deactivated left gone stop stopped quit dnc do_not_contact do_not_email do_not_mail do_not_send dont_mail never_mail no_mail no_email no_emails no_more archived banned rejected denied refused declined withdrawn revoked expired churned dead deceased lapsed paused invalid dormant cold sunset excluded exclude signed_off signed_out out opt_out_email opted-out_of_all unsubscribed_from_all globally_unsubscribed global_unsubscribe manually_unsubscribed list_unsubscribed held remove delete cancel ex-subscriber former ended terminated objected not_active closed wants_out erased forgotten no_newsletter no_newsletters no_marketing unsubscribe_me please_remove remove_me please_unsubscribe not_interested no_contact dont_contact dont_email do_not_call do_not_mail_again remove_from_list take_off take_me_off leave_me_alone",
    "abgemeldet abbestellt ausgetragen gelöscht gesperrt inaktiv deaktiviert gekündigt widerrufen abgelehnt blockiert weg ausgeschieden abmeldung nicht_mehr keine_mails keine_werbung kein_newsletter kein_interesse entfernt widersprochen storniert verstorben verzogen abgelaufen bitte_keine_mails nicht_anschreiben bitte_löschen löschen entfernen nicht_kontaktieren abmelden austragen ungültig pausiert",
    "désabonné désabonnée désinscrit désinscrite supprimé supprimée bloqué bloquée inactif désactivé désactivée annulé résilié refusé parti retiré exclu liste_noire ne_plus_envoyer ne_pas_contacter ne_pas_envoyer supprimer retirer à_supprimer désinscrire désabonner ne_plus_contacter opposé radié décédé invalide stop_pub",
    "dado_de_baja dada_de_baja baja cancelado cancelada eliminado eliminada borrado bloqueado bloqueada inactivo inactiva desuscrito desuscrita desinscrito no_suscrito deshabilitado desactivado rechazado revocado no_enviar no_contactar eliminar borrar no_molestar no_contactar_más se_dio_de_baja fallecido inválido caducado excluido donat_de_baixa",
    "descadastrado descadastrada desinscrito desinscrita removido removida excluído excluída inativo inativa desativado cancelou_inscrição saiu desabilitado recusado revogado não_enviar não_contatar não_contactar remover apagar anulado optou_por_sair",
    "disiscritto disiscritta cancellato cancellata rimosso rimossa eliminato bloccato bloccata inattivo inattiva disabilitato disattivato revocato rifiutato uscito escluso non_contattare non_inviare rimuovere cancellare disdetto annullato",
    "uitgeschreven afgemeld opgezegd verwijderd geblokkeerd inactief gestopt geannuleerd geweigerd ingetrokken niet_mailen niet_meer_mailen verwijderen niet_contacteren uitschrijven weggegaan vervallen uitgeschakeld",
    "avregistrerad avslutad avprenumererad avanmäld borttagen spärrad blockerad raderad inaktiv uppsagd ta_bort slet fjern poista avbruten avböjd nej_tack frameldt afmeldt slettet blokeret opsagt inaktivt avmeldt meldt_av blokkert stoppet reservert utmeldt udmeldt peruutettu peruttu perunut estetty poistettu eronnut ei_aktiivinen epäaktiivinen poistunut lopettanut",
    "wypisany wypisana wypisał wyrejestrowany zrezygnował zrezygnowała rezygnacja zablokowany zablokowana usunięty usunięta nieaktywny nieaktywna anulowany odrzucony cofnięto wycofany skreślony usunąć wypisać nie_wysyłać odsubskrybowany",
    "odhlášen odhlášený odhlášeno odhlásil zablokován zablokovaný smazán smazaný neaktivní zrušen zrušeno odhlásený neaktívny vymazaný odebrán odjavljen odjavljena neaktivan blokiran obrisan leiratkozott leiratkozva törölt törölve letiltva letiltott inaktív lemondott dezabonat dezabonată blocat șters inactiv anulat retras",
    "отписан отписана отписался отписалась отписано отписка удален удалён удалена заблокирован неактивен неактивный отказ отказался отключен отключён отменен отменён ушел ушёл не_писать не_отправлять стоп удалить убрать не_беспокоить не_присылать исключен исключён відписаний відписана відписався видалено видалений заблокований заблоковано неактивний відмовився відмова отписал_се изтрит блокиран неактивен",
    "διαγράφηκε διαγραμμένος διαγραμμένη απεγγράφηκε ανενεργός ανενεργό μπλοκαρισμένος αποχώρησε αποκλεισμένος",
    "abonelikten_çıktı ayrıldı iptal iptal_edildi çıktı silindi engellendi engelli pasif aktif_değil reddedildi vazgeçti abonelik_iptal abone_değil etkin_değil çıkarıldı sil kaldır istemiyor",
    "ملغى ملغي ألغى_الاشتراك الغى_الاشتراك غير_مشترك محظور محذوف غير_نشط غادر لا_يرغب إلغاء_الاشتراك הוסר הסיר ביטל בוטל חסום נמחק לא_פעיל הוסרה עזב ביטל_הרשמה לא_מעוניין לא_רשום لغو_شده مسدود غیرفعال حذف_شده",
    "退会 退会済 退会済み 配信停止 停止 解除 解除済 解除済み 購読解除 登録解除 無効 拒否 受信拒否 配信拒否 ブロック 削除 削除済 削除済み 不要 配信不可 非購読 停止中 休止 解約 脱退 不可 希望しない 非アクティブ",
    "已退订 已退訂 退订 退訂 取消订阅 取消訂閱 已取消 已取消订阅 已取消訂閱 取消 拒收 黑名单 黑名單 已屏蔽 已封鎖 已删除 已刪除 删除 刪除 无效 無效 停用 已停用 不活跃 不活躍 非活跃 拒绝 拒絕 退出 已退出 禁用 不接收 不同意",
    "구독취소 구독_취소 구독해지 수신거부 수신_거부 해지 탈퇴 차단 차단됨 삭제 삭제됨 비활성 비활성화 거부 취소 취소됨 중지 거절 미동의 정지 탈퇴함 해지함",
    "đã_hủy đã_huỷ hủy_đăng_ký huỷ_đăng_ký đã_hủy_đăng_ký bị_chặn đã_xóa ngừng berhenti berhenti_berlangganan diblokir dihapus tidak_aktif nonaktif keluar ยกเลิก ยกเลิกแล้ว บล็อก ถูกลบ निष्क्रिय हटाया_गया अवरुद्ध atsisakė atsakyta loobunud",
];

const BOUNCED: &[&str] = &[
    "bounced cleaned undeliverable unreachable bounce hard_bounce hardbounce hard_bounced soft_bounce soft_bounced hard-bounced bouncing invalid_email invalid_address mailbox_full nonexistent undelivered bad risky failed failure error clean returned no_such_user unknown_user email_invalid",
    "unzustellbar zurückgekommen rückläufer fehlgeschlagen nicht_zustellbar ungültige_adresse unerreichbar rebond rebondi en_erreur injoignable rebotado rebotada rebote devuelto inalcanzable devolvido devolvida retornado rimbalzato rimbalzata respinto teruggekomen onbestelbaar bestond_niet studsad studsat olevererbar obeställbar afvist avvist returneret palautunut odbity odbita odbite niedostarczony nieosiągalny vrácen nedoručitelný nedoručiteľný visszapattant kézbesíthetetlen respins",
    "недоставлен недоставлено не_доставлено недоступен ошибка возврат отскок недоставлений не_доставлено недоступний върнат επιστράφηκε geri_döndü ulaşılamıyor ulaşılamadı مرتد חזר エラー 不達 未達 配信エラー バウンス 退信 硬退信 软退信 軟退信 已退回 弹回 반송 반송됨 오류 실패 bị_trả_lại terpental ตีกลับ",
];

const COMPLAINED: &[&str] = &[
    "complained spam complaint spam_complaint spammy junk abuse reported reported_spam marked_as_spam marked_spam spam_report complainer abuse_complaint flagged_as_spam spammed",
    "beschwerde beschwert als_spam_gemeldet plainte plaint signalé_comme_spam queja denunciado se_quejó reclamação denúncia marcou_como_spam segnalato segnalato_come_spam lamentela klacht klaagde klagomål anmält_som_spam klage meldt_som_spam valitus skarga zgłoszony_jako_spam stížnost sťažnosť panasz plângere жалоба пожаловался спам скарга оплакване παράπονο şikayet şikayet_etti شكوى تلونا תלונה 苦情 迷惑メール スパム 迷惑メール報告 投诉 投訴 已投诉 垃圾邮件 垃圾郵件 举报 舉報 스팸 신고 신고됨 khiếu_nại keluhan ร้องเรียน",
];

static WORDS: LazyLock<HashMap<String, StatusWord>> = LazyLock::new(|| {
    // If a word is in two tables, the later row counts; reasons for not mailing come last.
    let tables = [
        (StatusWord::Empty, EMPTY),
        (StatusWord::Subscribed, SUBSCRIBED),
        (StatusWord::Yes, YES),
        (StatusWord::No, NO),
        (StatusWord::Excluded(SkipReason::Pending), PENDING),
        (StatusWord::Excluded(SkipReason::Bounced), BOUNCED),
        (StatusWord::Excluded(SkipReason::Complained), COMPLAINED),
        (StatusWord::Excluded(SkipReason::Unsubscribed), UNSUBSCRIBED),
    ];
    let mut words = HashMap::new();
    for (said, table) in tables {
        let all = table.iter().flat_map(|row| row.split_whitespace());
        words.extend(all.map(|word| (normalize::joined(&word.replace('_', " ")), said)));
    }
    words
});

/// Returns the meaning of `cell`; `None` if it is unknown.
pub(in crate::subscribers) fn status_word(cell: &str) -> Option<StatusWord> {
    // Longer than any word of the tables.
    if cell.len() > 80 {
        return None;
    }
    let joined = normalize::joined(cell);
    if joined.is_empty() {
        // Only dashes and dots.
        let is_nothing = cell.chars().all(|letter| {
            letter.is_whitespace()
                || letter.is_ascii_punctuation()
                || "–—−‐ー。・／".contains(letter)
                || normalize::is_invisible(letter)
        });
        return is_nothing.then_some(StatusWord::Empty);
    }
    if joined.bytes().all(|byte| byte == b'0') {
        // Dates, times and sums that were never set are written as zeros.
        return Some(if joined.len() < 8 { StatusWord::No } else { StatusWord::Empty });
    }
    WORDS.get(&joined).copied()
}

/// The first three bytes of all words and stems of refusal.
static STARTS: LazyLock<HashSet<[u8; 3]>> = LazyLock::new(|| {
    let out = WORDS.iter().filter(|(_, said)| matches!(said, StatusWord::Excluded(_)));
    let words = out.filter_map(|(word, _)| word.as_bytes().first_chunk::<3>().copied());
    words.chain(stems::unsubscribe_starts()).collect()
});

/// Returns quickly whether `cell` can contain a refusal, because a list may have a million rows.
fn may_refuse(cell: &str) -> bool {
    if !cell.is_ascii() {
        return true;
    }
    let bytes = cell.as_bytes();
    let is_start = |at: usize| at == 0 || !bytes[at - 1].is_ascii_lowercase() || bytes[at].is_ascii_uppercase();
    (0..bytes.len()).filter(|&at| bytes[at].is_ascii_alphabetic() && is_start(at)).any(|at| {
        // Separators between the first letters are skipped: `d.n.c.`, `u-nsubscribed`.
        let mut letters = bytes[at..].iter().filter(|byte| byte.is_ascii_alphanumeric()).map(u8::to_ascii_lowercase);
        let start = [letters.next(), letters.next(), letters.next()];
        matches!(start, [Some(one), Some(two), Some(three)] if STARTS.contains(&[one, two, three]))
    })
}

/// Returns whether `cell` of any column means that a person wants or gets no mail: by a word for
/// that, alone or among several (`vip, unsubscribed`), or by a few words that begin with one
/// (`unsubscribed 2024-05-01`).
pub(in crate::subscribers) fn refuses(cell: &str) -> bool {
    if cell.len() > 120 || !may_refuse(cell) {
        return false;
    }
    let is_out = |part: &str| matches!(status_word(part), Some(StatusWord::Excluded(_)));
    if is_out(cell) || cell.contains([',', ';', '|', '/', ':']) && cell.split([',', ';', '|', '/', ':']).any(is_out) {
        return true;
    }
    let words = normalize::words(cell);
    words.len() <= 6 && stems::means_unsubscribed(&words)
}

/// Returns whether `cell` explicitly refuses mail, which counts even in a column of names or towns.
pub(in crate::subscribers) fn refuses_explicitly(cell: &str) -> bool {
    if cell.len() > 80 || !may_refuse(cell) {
        return false;
    }
    let words = normalize::words(cell);
    words.len() <= 4 && stems::means_unsubscribed(&words)
}

/// Words for `not`, and beginnings of words for mail and for sending: together in a short text they
/// are a refusal.
const NOT: &str = "not no dont don't never stop nicht kein keine keinen nie ne pas plus sans non sin nunca sem não nao mai niet geen nooit inte ej inga ikke ingen aldrig aldri ei älä nie bez ne nem nincs nu не ні без нет μην όχι değil yok istemiyor לא אל لا بدون không đừng jangan tidak";
const MAIL: &str = "mail email e-mail newsletter news send contact write spam messag list schreib schick send anschreib kontakt infos werbung post écrire envo contact courri lettre enviar env correo boletín molest escrib notíc contat manda inviare invi scriv contatt disturb mailen stur schrijf schrijv skicka skriv utskick kontakta sende brev uutiskir läh viest wysył wysy pisa list posíl psát zasíl pisat küld ír hírlev trimite scrie письм писа рассыл присыл слать почт розсил надсил листів γράφ στείλ ενημερ yolla gönder yaz bülten posta שלח דיוור תשלח ترسل ترسلوا رسائل gửi thư kirim surel";

static DECLINING: LazyLock<(HashSet<String>, Vec<String>)> = LazyLock::new(|| {
    let words = |row: &str| row.split_whitespace().map(normalize::joined).collect::<Vec<_>>();
    (words(NOT).into_iter().collect(), words(MAIL))
});

/// Returns whether a short text refuses mail although none of its words does alone:
/// `bitte nichts mehr schicken`, `please stop sending`.
pub(in crate::subscribers) fn declines(cell: &str) -> bool {
    let words = normalize::words(cell);
    let (not, mail) = &*DECLINING;
    let is_not = |word: &String| not.contains(word) || word.starts_with("nicht") || word.starts_with("kein");
    let is_mail = |word: &String| mail.iter().any(|stem| word.starts_with(stem.as_str()));
    (2..=8).contains(&words.len()) && words.iter().any(is_not) && words.iter().any(is_mail)
}

/// Returns whether a sentence has a word that means that a person left.
pub(in crate::subscribers) fn mentions_leaving(sentence: &str) -> bool {
    sentence.len() <= 500 && may_refuse(sentence) && stems::means_unsubscribed(&normalize::words(sentence))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_mean_what_they_say() {
        use SkipReason::{Bounced, Complained, Pending, Unsubscribed};
        let cases = [
            ("Active", Some(StatusWord::Subscribed)),
            ("UNSUBSCRIBED", Some(StatusWord::Excluded(Unsubscribed))),
            ("Opted-Out", Some(StatusWord::Excluded(Unsubscribed))),
            ("never_subscribed", Some(StatusWord::Excluded(Pending))),
            ("Désabonnée", Some(StatusWord::Excluded(Unsubscribed))),
            ("отписался", Some(StatusWord::Excluded(Unsubscribed))),
            ("已退订", Some(StatusWord::Excluded(Unsubscribed))),
            ("수신거부", Some(StatusWord::Excluded(Unsubscribed))),
            ("hard bounce", Some(StatusWord::Excluded(Bounced))),
            ("Spam", Some(StatusWord::Excluded(Complained))),
            ("ja", Some(StatusWord::Yes)),
            ("нет", Some(StatusWord::No)),
            ("いいえ", Some(StatusWord::No)),
            ("N/A", Some(StatusWord::Empty)),
            ("--", Some(StatusWord::Empty)),
            ("0000-00-00 00:00:00", Some(StatusWord::Empty)),
            ("0.0", Some(StatusWord::No)),
            ("Bremen", None),
        ];
        for (cell, expected) in cases {
            assert_eq!(status_word(cell), expected, "{cell}");
        }
    }

    #[test]
    fn a_few_words_can_say_no_together() {
        for cell in [
            "please stop sending",
            "bitte nichts mehr schicken",
            "kein Newsletter bitte",
            "plus de courrier",
            "no enviar más correos",
            "non scrivere",
            "niet meer mailen",
            "vill inte ha utskick",
            "больше не писать",
            "artık e-posta istemiyor",
        ] {
            assert!(declines(cell), "{cell}");
        }
        for cell in ["no sugar", "Postfach 12", "met in Nice", "plus one", "writes poems"] {
            assert!(!declines(cell), "{cell}");
        }
    }
}
