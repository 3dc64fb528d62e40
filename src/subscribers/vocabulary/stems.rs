//! Finds the topic of a heading by word stems, in the languages of mailing services.
//!
//! A stem matches itself and the words derived from it: `abmeld` matches `Abmeldung` and
//! `Abmeldedatum`; `abgemeldet_am` needs a second stem. In the tables:
//!
//! - `stem`: a word begins with it; a stem of five letters or more may also be inside a word
//!   (`Newsletterabmeldung`), and separators between words do not count (`opt out`, `opt-out`,
//!   `OptOut`)
//! - `=word`: exactly this word
//! - stems in scripts without spaces between words match anywhere

use crate::subscribers::skip_reason::SkipReason;
use crate::subscribers::vocabulary::normalize;
use std::collections::HashMap;
use std::sync::LazyLock;

/// The subject of a column, as its heading states it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::subscribers) enum Topic {
    /// A subscription, a consent or a status: the cells must be understood.
    Subscription,
    /// Words that may mean that a person left, also in free text below them.
    PossiblyLeft,
    /// Unsubscribed, bounced, complained or blocked: any value in a cell means it, except for words
    /// for no.
    Left(SkipReason),
}

/// The person unsubscribed.
const LEFT: &[&str] = &[
    // English
    "unsub optout optedout optingout dncl =dnc donotmail donotemail donotcontact donotsend dontmail dontemail dontcontact nomail nomore noemail suppress blocklist blacklist blocked denylist leftat lefton leftlist removed deleted removal deletion",
    // German
    "abmeld abgemeld abbestell ausgetrag austrag gesperrt sperrliste sperrvermerk sperrdatum gelösch löschdatum löschung widerruf widersproch widerspruch ausgeschieden keinewerbung werbesperre blockiert geblockt",
    // French
    "désabonn désinscri désinscript désincri désinscr désengag listenoire bloqué supprimé suppression =résilié =résiliée résiliat opposition stoppub nepascontacter nepasenvoyer =radié",
    // Spanish, Catalan, Galician
    "desuscri dadodebaja dadadebaja =baja =bajas fechabaja bajael bajadesde cancelación desapunt desinscri desubscri listanegra bloquead eliminad borrad suprimid exclusión nocontactar noenviar donatdebaixa =baixa donardebaixa",
    // Portuguese
    "descadastr desinscrit desinscrev desinscriç cancelouinscr inscriçãocancelada cancelamento removid excluíd exclusão listanegra bloquead optoupor descadast =saiu saiuem =sair",
    // Italian
    "disiscri disiscritt disiscrizione cancellat cancellazione disdett listanera bloccat rimoss eliminat revocat revoca =escluso =esclusa =uscito =uscita uscitoil uscitail",
    // Dutch
    "afgemeld afmeld uitgeschreven uitschrijv uitschrijf opgezegd opzegg geblokkeerd zwartelijst verwijderd geschrapt bezwaar",
    // Swedish, Danish, Norwegian
    "avregistr avprenumer avanmäl avslutad avsagt uppsagd spärr blockerad svartlist raderad borttag avmeld afmeld frameld framel opsagt slettet slettes fjernet blokeret blokker sortliste svarteliste reservert reserveret avbestilt meldtav avslutt utmeld udmeld",
    // Polish
    "wypisan wypisał wypisa wyrejestr wypis rezygnacj zrezygnow zablokowan czarnalista usunięt usunięc skreślon odsubskryb odwołan odwoła sprzeciw",
    // Czech, Slovak
    "odhláš odhlás odhlas odhlásen zablokovan černálist čiernalist čiernazoznam smazán odebrán vymazan odstraněn odstránen zrušen",
    // Hungarian, Romanian
    "leiratk törölt törölve letilt kiiratk feketelist dezabon =retras șters dezînscri blocat",
    // Finnish, Estonian
    "peruut peruttu perunut estetty mustalist poistettu poistunut irtisano eronnut tühist lahkun",
    // Russian, Ukrainian, Bulgarian, Serbian
    "отпис отказал отказ заблокир блокир чёрныйсписок стоплист удален удалён удаление вычеркн відпис відмов заблокован чорнийсписок видален отписан блокиран изтрит одјав odjavljen odjava blokiran izbrisan odjavio",
    // Greek
    "διαγραφ απεγγραφ αποχωρ αποκλεισ μπλοκαρισ μαυρηλιστα",
    // Turkish
    "abonelikiptal iptal ayrıl çıktı çıkış çıkartıl engellen engelli karaliste silindi silin vazgeç aboneliktençık",
    // Arabic, Hebrew, Persian
    "الغاءالاشتراك إلغاءالاشتراك ألغى الغى محظور الحظر حظر محذوف غادر הסר הוסר ביטל חסום נמחק הסרה לשלוח לغو لغو مسدود حذف",
    // Japanese
    "退会 配信停止 購読解除 解除 登録解除 拒否 ブロック ブラックリスト 削除 オプトアウト 配信拒否 停止日 脱退 解約",
    // Chinese, both scripts
    "退订 退訂 取消订阅 取消訂閱 拒收 黑名单 黑名單 屏蔽 封鎖 封锁 已删除 已刪除 删除时间 刪除時間 拒绝 拒絕 取消關注 退出",
    // Korean
    "수신거부 구독취소 구독해지 해지 탈퇴 차단 블랙리스트 삭제 거부",
    // Vietnamese, Indonesian, Malay, Thai, Hindi
    "hủyđăngký huỷđăngký ngừngnhận đãhủy đãxoá chặn berhentiberlangganan berhenti diblokir dihapus berhentilanggan ยกเลิก บล็อก ถูกลบ सदस्यतासमाप्त अनसब्सक्राइब अवरुद्ध हटाया",
];

/// The mail bounced.
const BOUNCED: &[&str] = &[
    "bounce bouncing hardbounce softbounce undeliver unreachable nondeliver nichtzustell unzustell zustellfehler rückläufer unerreichbar rebond nondistribu rebote rebotad devuelt noentregad devolvid rimbalz respint onbestelbaar teruggekomen teruggestuurd retourgekomen retournat studs obeställ returner odbit niedostarczon nieosiągaln",
    "nedoruč nedoručiteľ visszapattan kézbesíthetetlen respins недостав возврат отскок недоступен непрацює върнат geridön ulaşılamaz ulaşmayan מוחזר ارتد مرتد エラーメール 不達 未達 バウンス 退信 硬退 软退 軟退 弹回 退回 반송 발송실패 bịtrả terpental ตีกลับ =clean=time cleantime cleaned cleanedat tiltakozottvissza",
];

/// The person complained.
const COMPLAINED: &[&str] = &[
    "complain complaint spamreport reportedspam markedasspam reportedasspam spamcomplaint feedbackloop abusereport abusecomplaint beschwer spambeschwerde spammeldung plainte signalécommespam queja denunci reclamaç reclamação segnalat reclamo reclami klacht klaga klagomål klage klaget skarga zgłoszono stížnos sťažnos panasz plâng valitu жалоб скарг оплакван şikayet شكوى תלונ 迷惑メール報告 苦情 スパム報告 投诉 投訴 举报 舉報 신고 불만 khiếunại keluhan ร้องเรียน =spam spamflag spammed isspam",
];

/// Words that may mean that a person left.
const SUSPECT: &[&str] = &[
    "=left =gone cancel expire invalid =dead deceased deactivat disabl inactiv terminat withdr revok =block =blocks ban =bans banned reject refus denied declin objected objection =stop =stopped stopmail quit lapsed churn unverif unconfirm notconfirm notactiv unengag dormant quarantin blackl clean exit =out =off paused =pause hold =held",
    "gekündigt kündig inaktiv ungültig verstorben stillgelegt deaktiv abgelaufen pausiert ruhend annul expiré invalide inactif décédé désactiv refusé retiré retrait anulad cancelad caducad fallecid inactiv desactiv inválid inativ desativ falecid expirad inattiv scadut disattiv decedut deceduto rifiut annullat inactief vervallen ongeldig overleden geannuleer gestopt inaktiv ogiltig avliden pausad ugyldig udløb utløpt død nieaktywn nieważn wygas zmarł anulowan neaktiv zrušen neplatn inaktív érvénytelen elhunyt inactiv expirat anulat epäaktiiv virheelli päättyn kuollut неактив недейств приостанов умер неактивн скасов призупин ανενεργ άκυρ pasif geçersiz askıya غيرنشط غيرفعال منته לאפעיל 無効 休止 停止 失效 无效 無效 暂停 暫停 禁用 停用 비활성 중지 무효 만료 정지 khônghoạtđộng tidakaktif nonaktif ไม่ใช้งาน निष्क्रिय",
];

/// Subscriptions, consents and statuses.
const STATUS: &[&str] = &[
    // English
    "subscri optin optedin doubleopt singleopt =opt =opts consent permission permit status =state =states =stat =sts activ enabled confirm verif valid deliverab reachab engag accept agree approv allow =wants wantsmail wantsemail receiv newsletter mailing mailout maillist emailpref marketing gdpr dsgvo rgpd lgpd popia canspam doi =soi signup signedup signup registered registration enrol member membership =lists contactable emailable mailable sendable eligible standing lifecycle =flag =flags preference commpref communication notif unsubs follow joined =join optstatus bulkmail broadcast campaign",
    // German
    "abonn =abo =abos einwillig zustimm angemeld anmeld eingetrag bestätig freigeschalt aktiv zustand gültig zustellbar erlaub werbung rundbrief rundschreiben einverstand einverständ erwünscht empfäng empfang bezieh verteiler mitglied datenschutz",
    // French
    "abonné abonnement inscrit inscription statut état =etat consent accord confirm vérifi actif active validé validité recevoir reçoit lettred infolettre accepte adhér publicit envoi autoris",
    // Spanish
    "suscri inscri estado estatus situaci consent acept confirm verific activo activa válid boletín recibir recibe alta =alta permis autoriza publicid situación",
    // Portuguese
    "assin inscrit inscriç situaç estado consent aceit confirm ativo ativa válid boletim receb permiss autoriz cadastr",
    // Italian
    "iscri stato consens accett confermat attivo attiva valid ricev autorizz abbon privacy pubblicit",
    // Dutch
    "ingeschreven inschrijv aangemeld aanmeld toestemming status actief bevestig geldig nieuwsbrief ontvang akkoord abonne lidmaat",
    // Swedish, Danish, Norwegian, Finnish, Icelandic
    "prenumer prenumerant samtyck samtykk godkän godkend godkjen bekräft bekræft bekreft aktiv nyhetsbrev nyhedsbrev tilmeld påmeld anmäl registrer giltig gyldig reklam modtag mottar tillåt tillat tillad tila =tila tilaus tilaaja suostum vahvist aktiivi voimassa uutiskirje markkinointi lupa staða samþykk áskrif",
    // Polish
    "subskryb status stan =stan zgoda zgody zapisan zapis potwierdz aktywn ważn otrzymu zatwierdz członk prenumer marketing",
    // Czech, Slovak, Croatian, Slovene
    "odběr odber odebír stav =stav souhlas súhlas potvrz potvrd aktivn platn přihláš prihlás zasílat zasielat přijím pretplat prijav pristan suglas privol naročn stanje",
    // Hungarian, Romanian
    "feliratk állapot státusz hozzájár megerősít aktív érvény hírlevél abonat abonare stare =stare consimț acord confirmat activ valabil înscri",
    // Russian, Ukrainian, Bulgarian
    "подпис статус состояни соглас подтвер актив действ рассыл разреш получ участ підпис стан =стан згод підтвер розсил дозв абон съглас потвърд състояни абонир бюлетин",
    // Greek
    "εγγραφ συνδρομ κατασταση συγκαταθ συναιν επιβεβαι ενεργ εγκυρ ενημερωτικ αποδοχ",
    // Turkish
    "abone durum izin onay etkin aktif geçerli bülten üyelik kayıt kabul iletişim rıza ticariileti",
    // Arabic, Persian, Hebrew
    "اشتراك مشترك حالة الحالة موافق تأكيد مؤكد نشط فعال صالح نشرة وضعیت اشتراک تایید فعال رضایت סטטוס מצב הסכמ אישור פעיל מנוי רשום דיוור תקף",
    // Japanese
    "購読 配信 登録 状態 ステータス 同意 承認 確認 有効 許可 メルマガ ニュースレター オプトイン 受信 希望 会員 フラグ 区分 可否",
    // Chinese, both scripts
    "订阅 訂閱 状态 狀態 同意 确认 確認 有效 激活 活跃 活躍 启用 啟用 许可 許可 接收 电子报 電子報 邮件列表 会员 會員 验证 驗證 授权 授權 营销 行銷 是否",
    // Korean
    "구독 상태 동의 확인 인증 활성 유효 수신 허용 뉴스레터 등록 가입 마케팅 여부",
    // Vietnamese, Indonesian, Malay, Thai, Hindi, Baltic, Estonian
    "đăngký trạngthái đồngý xácnhận hoạtđộng hợplệ bảntin langganan berlangganan =keadaan setuju persetujuan konfirmasi aktif สถานะ สมัคร ยินยอม ยืนยัน ใช้งาน सदस्यता स्थिति सहमति पुष्टि सक्रिय prenumerat būsena sutikim abonents statuss piekriš olek nõusolek tellim",
];

/// Other things that a heading with an unsubscribe stem may be about: a link, a token, a share.
const TECHNICAL: &str = "=url =urls =uri =link =links =href token =key =keys =hash =id =ids uuid guid secret =rate =rates score percent pct ratio quote taux tasa taxa tasso lien enlace ссылка ключ токен 链接 連結 リンク 링크 =page seite adresse address =code";

/// Words that negate the meaning of a stem, or ask about it.
const TURNING: &str = "=not =non =never =no =nicht =kein =keine =nie =pas =jamais =nunca =mai =niet =geen =nooit =inte =ej =ikke =aldrig =aldri =nie =не =нет =ні =değil status =state statut estado stato állapot stav durum статус состояние 状態 状态 狀態 상태 ステータス";

#[derive(Debug)]
struct Stem {
    text: String,
    is_whole_word: bool,
    /// Whether it may be inside a word.
    anywhere: bool,
    topic: Topic,
}

static STEMS: LazyLock<Vec<Stem>> = LazyLock::new(|| {
    let tables =
        [(LEFT, SkipReason::Unsubscribed), (BOUNCED, SkipReason::Bounced), (COMPLAINED, SkipReason::Complained)];
    let mut stems: Vec<Stem> = Vec::new();
    for (table, reason) in tables {
        stems.extend(table.iter().flat_map(|row| read(row, Topic::Left(reason))));
    }
    stems.extend(SUSPECT.iter().flat_map(|row| read(row, Topic::PossiblyLeft)));
    stems.extend(STATUS.iter().flat_map(|row| read(row, Topic::Subscription)));
    stems
});
static TECHNICALS: LazyLock<Vec<Stem>> = LazyLock::new(|| read(TECHNICAL, Topic::Subscription).collect());
static TURNINGS: LazyLock<Vec<Stem>> = LazyLock::new(|| read(TURNING, Topic::Subscription).collect());

fn read(row: &'static str, topic: Topic) -> impl Iterator<Item = Stem> {
    row.split_whitespace().map(move |written| {
        let (is_whole_word, written) = match written.strip_prefix('=') {
            Some(word) => (true, word),
            None => (false, written),
        };
        let text = normalize::joined(written);
        let anywhere = !is_whole_word && (text.chars().count() >= 5 || !has_spaces(&text));
        Stem { text, is_whole_word, anywhere, topic }
    })
}

/// Returns whether the script of `text` puts spaces between words.
fn has_spaces(text: &str) -> bool {
    !text.chars().any(|letter| matches!(letter, '\u{e00}'..='\u{eff}' | '\u{1100}'..='\u{11ff}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}'))
}

impl Stem {
    /// Returns whether it is in a heading of these words. `ends` are the words from each one on,
    /// joined. A match that begins in the middle of a word must end in it, so that `casino email`
    /// does not match `no email`.
    fn is_in(&self, words: &[String], ends: &[String]) -> bool {
        if self.is_whole_word {
            return words.contains(&self.text);
        }
        ends.iter().any(|end| end.starts_with(&self.text))
            || self.anywhere && words.iter().any(|word| word.contains(&self.text))
    }
}

fn ends(words: &[String]) -> Vec<String> {
    (0..words.len()).map(|from| words[from..].concat()).collect()
}

fn any_of(stems: &[Stem], words: &[String], ends: &[String]) -> bool {
    stems.iter().any(|stem| stem.is_in(words, ends))
}

/// Returns the topic of the heading of these folded `words`, if it decides who gets mail.
pub(in crate::subscribers) fn topic(words: &[String]) -> Option<Topic> {
    let ends = ends(words);
    let found = STEMS.iter().filter(|stem| stem.is_in(words, &ends)).map(|stem| stem.topic).max()?;
    let Topic::Left(_) = found else { return Some(found) };
    // "Unsubscribe link", "bounce rate": about something else. "Not unsubscribed", "opt-out
    // status": may mean either.
    if any_of(&TECHNICALS, words, &ends) {
        return Some(Topic::Subscription);
    }
    Some(if any_of(&TURNINGS, words, &ends) { Topic::PossiblyLeft } else { found })
}

/// Stems that mean in a cell that the person gets no more mail.
struct UnsubscribeStems {
    /// Stems by their first three bytes.
    spaced: HashMap<[u8; 3], Vec<&'static str>>,
    /// Stems of scripts without spaces.
    unspaced: Vec<&'static str>,
}

static UNSUBSCRIBE_STEMS: LazyLock<UnsubscribeStems> = LazyLock::new(|| {
    let mut stems = UnsubscribeStems { spaced: HashMap::new(), unspaced: Vec::new() };
    for stem in STEMS.iter().filter(|stem| stem.topic > Topic::PossiblyLeft && !stem.is_whole_word) {
        match stem.text.as_bytes() {
            _ if !has_spaces(&stem.text) => stems.unspaced.push(stem.text.as_str()),
            [one, two, three, _, _, ..] => {
                stems.spaced.entry([*one, *two, *three]).or_default().push(stem.text.as_str());
            }
            _ => {}
        }
    }
    stems
});

/// Returns the first three bytes of all these stems.
pub(in crate::subscribers) fn unsubscribe_starts() -> impl Iterator<Item = [u8; 3]> {
    UNSUBSCRIBE_STEMS.spaced.keys().copied()
}

/// Returns whether a short cell of these folded `words` has a word that begins with a stem that means unsubscribed, bounced or complained.
pub(in crate::subscribers) fn means_unsubscribed(words: &[String]) -> bool {
    let UnsubscribeStems { spaced, unspaced } = &*UNSUBSCRIBE_STEMS;
    let begins = |end: &String| {
        let start = end.as_bytes().first_chunk::<3>().and_then(|start| spaced.get(start));
        start.into_iter().flatten().any(|stem| end.starts_with(stem))
    };
    ends(words).iter().any(begins)
        || words.iter().any(|word| !word.is_ascii() && unspaced.iter().any(|stem| word.contains(stem)))
}

/// Returns whether all of these folded `words` concern the subscription and mail, so that nothing
/// else can be meant.
pub(in crate::subscribers) fn is_about_mail(words: &[String]) -> bool {
    words.iter().all(|word| MAIL.contains(word) || is_status_word(word))
}

/// Returns whether a word is a status stem with an ending, or a compound of two
/// (`Newsletterstatus`).
fn is_status_word(word: &str) -> bool {
    const LONGEST_ENDING: usize = 5;
    let status = || STEMS.iter().filter(|stem| stem.topic == Topic::Subscription);
    let begins =
        |word: &str, stem: &Stem| if stem.is_whole_word { word == stem.text } else { word.starts_with(&stem.text) };
    let ends = |rest: &str| rest.chars().count() <= LONGEST_ENDING;
    let is_one = |word: &str| status().any(|stem| begins(word, stem) && ends(&word[stem.text.len()..]));
    let is_two = |stem: &Stem| begins(word, stem) && is_one(&word[stem.text.len()..]);
    let is_spaced = has_spaces(word);
    is_one(word) || status().any(is_two) || !is_spaced && status().any(|stem| word.contains(&stem.text))
}

/// Words other than status words that clearly refer to this mail.
static MAIL: LazyLock<Vec<String>> = LazyLock::new(|| {
    let words = "e email emails mail mails list lists newsletter newsletters contact contacts member user users subscriber global current the is of your to for in mailing liste listen kontakt in out e-mail mailinglist de des du la le los del della der die das am correo courriel lista adres";
    words.split_whitespace().map(normalize::joined).collect()
});
