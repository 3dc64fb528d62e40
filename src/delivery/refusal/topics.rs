//! Recognizes what the text of a reply is about, in the languages of the larger providers.
//!
//! A topic is a list of phrases, or of words that must occur together. They are searched in lower
//! case, without addresses and links, so that a subscriber with the address `daily-quota@` proves
//! nothing.

/// A topic of a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Topic {
    /// Mail comes too fast for the subscriber's mailbox.
    Receiving,
    /// The subscriber's mailbox.
    Mailbox,
    /// The subscriber's mailbox is full.
    Full,
    /// The size of the message.
    Size,
    /// A limit on what this sender may send.
    OurLimit,
    /// The same for an hour or longer.
    LongLimit,
    /// Some limit.
    SomeLimit,
    /// A quota of unknown ownership.
    BareQuota,
    /// This connection has carried enough messages; the next one is welcome.
    ConnectionLimit,
    /// Restrictions on senders to this subscriber.
    Restricted,
    /// Relaying.
    Relay,
    /// An encrypted connection.
    Encryption,
    /// A login.
    Login,
    /// The machine that connects: its name or its address.
    Host,
    /// The account of this sender.
    Account,
    /// The sender's address.
    Sender,
    /// SPF, DKIM, DMARC.
    DomainAuthentication,
    /// Reputation, spam, rules.
    Policy,
    /// A temporary problem.
    Later,
    /// Greylisting: a first attempt is always deferred.
    Greylist,
    /// A mailbox that does not exist.
    UnknownMailbox,
    /// A domain that does not exist, or accepts no mail.
    UnknownDomain,
}

/// Phrases that are sufficient alone.
const RECEIVING: &str = "\
    receiving mail at a rate|receiving mail too quickly|receiving email at a rate|receiving messages at a rate|\
    receiving too much|receiving limit|receive limit|limit for receiving|recipient has exceeded|\
    recipient exceeded|recipient's limit|recipient rate limit|mailbox busy|mailbox is busy|mailbox locked|\
    mailbox is locked|temporarily locked|temporary locked";
const MAILBOX: &str = "\
    mailbox|mail box|inbox|mail folder|disk|storage|account that you tried to reach|recipient's|user is over|\
    user over|user's|user has|user quota|overquota|postfach|posteingang|speicher|boîte|boite|buzón|buzon|caixa|\
    casella|postvak|brevlåda|skrzynk|почтовый ящик|ящик|posta kutusu|邮箱|信箱|メールボックス|편지함|메일함";
const FULL: &str = "\
    mailbox full|mailbox is full|mailbox over|mailbox size limit|mailbox has exceeded|mailbox limit|\
    mailbox quota|inbox full|inbox is full|inbox is out of storage|out of storage|over quota|overquota|\
    over the quota|quota full|disk quota|disk full|disk space|storage quota|storage limit|storage exceeded|\
    not enough storage|insufficient storage|user quota|full mailbox|maildir over|quota violation|\
    mail folder is full|account is full|postfach voll|postfach ist voll|postfach überfüllt|speicherplatz|\
    boîte pleine|boite pleine|boîte aux lettres pleine|boîte de réception pleine|buzón lleno|buzon lleno|\
    caixa cheia|caixa postal cheia|caixa de correio cheia|casella piena|casella di posta piena|postvak vol|\
    postvak is vol|brevlådan är full|skrzynka pełna|skrzynka jest pełna|ящик переполнен|переполнен|\
    posta kutusu dolu|邮箱已满|信箱已满|信箱已滿|容量が|空き容量|편지함이 가득|용량 초과";
const SIZE: &str = "\
    message size|message too large|message is too large|message too big|message is too big|message length|\
    message exceeds|maximum size|max size|size limit|size exceeds|too large|too many hops|too many received|\
    too many headers|line too long|nachricht zu groß|zu groß|trop volumineux|demasiado grande|muito grande|\
    troppo grande|te groot|слишком большое|太大|过大";
/// Words for a limit, for sending, and for periods: together a limit of this sender.
const LIMIT: &str = "\
    limit|quota|allowance|threshold|maximum|too many|too much|exceed|límite|limite|cuota|kontingent|\
    überschritten|erreicht|dépass|atteint|superad|excedid|raggiunt|superat|overschreden|bereikt|gräns|przekrocz|\
    лимит|превыш|sınır|limiti|aşıldı|超过|超過|超限|上限|限制|초과|한도";
const SENDING: &str = "\
    sending|send|sent|outgoing|outbound|submission|message|mails|email|e-mail|recipient|rcpt|versand|senden|\
    gesendet|nachrichten|empfänger|envoi|envoyé|destinataires|envío|envio|enviados|destinatarios|destinatários|\
    invio|inviati|destinatari|verzend|ontvangers|utskick|mottagare|wysył|odbiorc|отправ|получател|писем|gönder|\
    alıcı|发送|发信|收件人|送信|宛先|발송|수신자|메일";
const LONG: &str = "\
    daily|per day|/day|a day|today|24-hour|24 hour|24h|hourly|per hour|/hour|an hour|last hour|one hour|1 hour|\
    monthly|per month|this month|weekly|per week|täglich|tages|pro tag|stündlich|stunden|pro stunde|heute|\
    quotidien|journali|par jour|par heure|horaire|aujourd'hui|diari|diári|por día|por dia|al día|por hora|hoy|\
    hoje|giornalier|al giorno|all'ora|oggi|orari|daglimiet|dagelijks|per dag|per uur|vandaag|dygn|daglig|\
    per timme|dzienn|dobow|na godzinę|dziś|дневн|суточн|в сутки|в день|в час|сегодня|за сутки|за час|günlük|\
    saatlik|bugün|每日|每天|当日|当天|今日|今天|每小时|一日|1日|時間|일일|하루|오늘|시간당";
/// Words for outgoing mail: together with a word for a limit, a limit of this sender, for any
/// period.
const OUTGOING: &str = "\
    outgoing|outbound|sending|to send|mails sent|messages sent|emails sent|submission|ausgehend|versand|versenden|\
    gesendet|sortant|envoi|envoyé|saliente|envío|enviados|envio|enviad|in uscita|invio|inviati|uitgaand|verzend|\
    utgående|utskick|wychodząc|wysył|исходящ|отправ|giden|gönder|外发|发送|发信|送信|발송|발신";
const OURS: &str = "\
    sending limit|send limit|sending quota|send quota|sending rate|send rate|sender rate|sender frequency|\
    message quota|messaging limit|message limit|outbound limit|outgoing limit|outbound quota|submission quota|\
    submission limit|submissionquota|frequency limit|ip frequency|domain frequency|connection frequency|\
    rate limit|ratelimit|rate-limit|rate exceeded|message rate|mail rate|email rate|too many messages|\
    too many mails|too many emails|too many e-mails|too many recipients|too many connections|connection limit|connection rate|too many requests|\
    too much mail|too many concurrent|concurrent connection|throttl|slow down|too fast|maximum credits|\
    credits exceeded|out of credits|insufficient credits|not enough credits|unusual sending activity|\
    recipient rate|recipients limit|recipient limit|max emails per|max defers and failures|versandlimit|\
    sendelimit|versandkontingent|limite d'envoi|quota d'envoi|límite de envío|limite de envio|cuota de envío|\
    cota de envio|limite di invio|verzendlimiet|sändningsgräns|limit wysyłania|limit wysyłki|лимит отправки|\
    лимит на отправку|лимит исходящ|gönderim limiti|gönderme limiti|发送频率|发信频率|频率限制|发信量|发送限制|送信制限|送信上限|送信数|발송 한도|\
    발송량|trop de messages|trop de destinataires|trop de connexions|zu viele nachrichten|zu viele e-mails|\
    zu viele empfänger|zu viele verbindungen|demasiados mensajes|demasiados correos|demasiados destinatarios|\
    muitas mensagens|muitos destinatários|troppi messaggi|troppi destinatari|te veel berichten|\
    te veel ontvangers|för många meddelanden|za dużo wiadomości|zbyt wiele wiadomości|слишком много писем|\
    слишком много сообщений|слишком много получателей|çok fazla ileti|çok fazla e-posta";
const SOME_LIMIT: &str = "\
    quota|limit exceeded|limit reached|exceeded the limit|reached the limit|reached your limit|exceeded your|\
    limit has been|limit überschritten|limit erreicht|limite atteint|limite dépassé|límite alcanzado|\
    limite excedido|limite superato|limiet bereikt|limiet overschreden|лимит|kontingent|cuota|配额|超限";
/// Words for one connection. A text is about a limit on one connection if it has a word of
/// [`CONNECTION`], of [`MESSAGES`] and of [`ENOUGH`], and none of [`ANOTHER_LIMIT`].
const CONNECTION: &[&str] = &["session", "connection", "reconnect", "sitzung", "verbindung"];

/// Words for what is counted.
const MESSAGES: &[&str] = &[
    "message",
    "messages",
    "mail",
    "mails",
    "email",
    "emails",
    "e-mails",
    "transaction",
    "transactions",
    "recipient",
    "recipients",
    "deliveries",
    "envelopes",
    "nachrichten",
];

/// Words for a limit that is reached.
const ENOUGH: &[&str] = &[
    "many", "maximum", "max", "limit", "limits", "exceed", "exceeded", "exceeds", "enough", "reached", "more", "viele",
];

/// Words for other limits: rates, quotas, simultaneous connections.
const ANOTHER_LIMIT: &[&str] = &[
    "rate",
    "concurrent",
    "simultaneous",
    "hour",
    "hourly",
    "day",
    "daily",
    "today",
    "minute",
    "second",
    "connections",
];

const RESTRICTED: &str = "\
    resolver.rst|for this group|for mailbox|restricted to|sendernotauthenticatedfor|recipnotauthenticated|\
    not allowed to send to this|not authorized to send to the recipient|rejected by recipient|\
    blocked by recipient|blocked by the recipient|recipient does not accept|recipient's block";
const RELAY: &str = "\
    relay not permitted|relay not allowed|relaying not|relay access denied|relaying denied|relay denied|\
    relaying is|relay prohibited|relaying prohibited|unable to relay|cannot relay|can't relay|will not relay|\
    not relay|no relay|relay forbidden|not permitted to relay|not allowed to relay|not authorized to relay|\
    authorized to relay|allowed to relay|refuse to relay|relay attempt|relay rejected|relay operation|\
    relay service|rcpthosts|not our customer|non-accepted domain|not a local domain|domain not local|\
    not local domain|nicht weitergeleitet|weiterleitung verweigert|kein relay|relais interdit|relais refusé|\
    relayage|relais non autorisé|relay no permitido|retransmisión no|relay não permitido|relay non consentito|\
    relay negato|пересылка запрещена|релей";
const ENCRYPTION: &str = "\
    starttls|start tls|tls required|tls is required|requires tls|require tls|must use tls|must use ssl|use ssl/tls|\
    encryption required|encryption is required|requires encryption|requires an encrypted|encrypted connection|\
    secure connection|unencrypted|verschlüssel|chiffr|cifrad|crittograf|versleutel|krypter|szyfrowan|шифрован|加密|暗号|암호화";
const HOST: &str = "\
    client host|your host|your ip|your server|your network|sending ip|sender ip|source ip|connecting ip|client ip|\
    ip address|this ip|the ip|from ip|ihre ip|votre ip|adresse ip|su ip|seu ip|tuo ip|uw ip|din ip|twój ip|ваш ip|\
    helo command rejected|ehlo command rejected|helo rejected|invalid helo|bad helo|cannot find your hostname|\
    cannot find your reverse|client was not authenticated|您的ip|客户端ip";
const LOGIN: &str = "\
    authentication required|authentication is required|authentication needed|requires authentication|\
    require authentication|must be authenticated|must authenticate|must first authenticate|not authenticated|\
    not been authenticated|isn't authenticated|unauthenticated|please authenticate|need to authenticate|\
    authenticate first|without authentication|authentication not|not logged in|log in first|login first|\
    login required|must log in|please log in|please login|auth required|auth first|auth command first|smtp auth|\
    need authentication|needs authentication|authentifizierung|authentisierung|anmeldung erforderlich|\
    nicht angemeldet|nicht authentifiziert|authentification|authentifié|autenticación|autenticacion|\
    autenticarse|autenticado|autenticação|autenticazione|autenticato|authenticatie|aanmelden|autentisering|\
    inloggning|uwierzytelni|авториз|аутентифик|kimlik doğrula|认证|認證|需要登录|認証|인증";
const ACCOUNT: &str = "\
    your account|account suspended|account is suspended|account has been suspended|account blocked|\
    account is blocked|account disabled by|outgoing blocked|outbound sender|not been verified|not verified|\
    is not activated|sandbox|trial account|test purposes only|billing|unpaid|subscription expired|\
    user has no permission|smtp service is not|service not enabled|\
    konto gesperrt|compte suspendu|cuenta suspendida|conta suspensa";
const THEIR_ACCOUNT: &str =
    "recipient account|recipient's account|destinataire|user account|user's account|account that you";
const SENDER: &str = "\
    sender address rejected|sender rejected|sender denied|sender refused|sender not allowed|\
    sender is not allowed|sender not authorized|sender is not authorized|sender unauthorized|\
    sender address is not|sender not permitted|sender not verified|sender verify|sender not owned|not owned by|\
    sender mismatch|invalid sender|bad sender|unknown sender|unroutable sender|sender domain|domain of sender|\
    sender's domain|send as|sendas|from address|from header|mail from must|must be same as|must equal|\
    must match|not local sender|local sender|sender signature|sender identity|sender id |envelope sender|\
    not allowed to send from|not permitted to send from|not authorized to send from|permissions to send as|\
    not allowed to use this sender|return-path|absender|expéditeur|remitente|remetente|mittente|afzender|\
    avsändar|nadawc|отправител|gönderen adres|发件人|寄件人|送信者|差出人|보낸 사람|발신자";
const DOMAIN_AUTHENTICATION: &str = "\
    spf|dkim|dmarc|unauthenticated email|sender is unauthenticated|required authentication level|reverse dns|\
    ptr record|rdns";
const POLICY: &str = "\
    spam|blocked|blacklist|blocklist|block list|black list|denylist|is listed|was listed|been listed|listed by|\
    listed on|listed at|rbl|dnsbl|reputation|policy|policies|prohibited|prohibition|unsolicited|bulk|abuse|\
    virus|malware|phish|suspicious|content rejected|content reject|banned|denied|forbidden|not accepted due|spf|\
    dkim|dmarc|ptr record|reverse dns|rdns|not allowed|administrative|filter|junk|werbung|richtlinie|gesperrt|\
    helo command|helo rejected|invalid helo|bad helo|cannot find your|abgelehnt wegen|indésirable|politique|refus|política|politica|спам|заблокир|垃圾|拒绝|迷惑|스팸";
const LATER: &str = "\
    temporar|try again|try later|retry|later|tempora|vorübergehend|später|erneut|plus tard|réessay|más tarde|\
    intente|mais tarde|più tardi|riprova|later opnieuw|försök igen|później|ponownie|позже|временно|daha sonra|\
    稍后|暂时|後で|しばらく|나중에|timeout|timed out|greylist|could not be verified|unable to verify|cannot verify|\
    verification failed";
const GREYLIST: &str = "greylist|graylist|grey list";
const UNKNOWN_MAILBOX: &str = "\
    user unknown|unknown user|no such user|no such mailbox|no such recipient|no such address|no such account|\
    no such local user|no such person|unknown recipient|recipient unknown|unknown mailbox|mailbox unknown|\
    unknown address|address unknown|unknown account|unknown local|mailbox not found|recipient not found|\
    user not found|account not found|address not found|mailbox does not exist|mailbox doesn't exist|\
    user does not exist|user doesn't exist|account does not exist|\
    account that you tried to reach does not exist|address does not exist|recipient does not exist|\
    recipient address does not exist|doesn't have a|does not have a yahoo|dosn't exist|no mailbox here|\
    no longer on server|is not a valid mailbox|not a valid recipient|not a known user|not listed in domino|\
    user invalid|invalid mailbox|invalid recipient|invalid user|mailbox unavailable or not|nonexistent|\
    non-existent|non existent|undeliverable address|there is no one at this address|not exist here|\
    unbekannter benutzer|benutzer unbekannt|empfänger unbekannt|unbekannter empfänger|postfach existiert nicht|\
    empfängeradresse unbekannt|utilisateur inconnu|destinataire inconnu|adresse inconnue|\
    adresse d au moins un destinataire invalide|n'existe pas|boîte inexistante|usuario desconocido|\
    destinatario desconocido|no existe|usuário desconhecido|usuário inexistente|destinatário desconhecido|\
    não existe|utente sconosciuto|destinatario sconosciuto|casella inesistente|non esiste|onbekende gebruiker|\
    gebruiker onbekend|bestaat niet|okänd användare|finns inte|nieznany użytkownik|nie istnieje|не существует|\
    неизвестный пользователь|пользователь не найден|нет такого|bilinmeyen kullanıcı|kullanıcı bulunamadı|用户不存在|\
    收件人不存在|邮箱不存在|信箱不存在|mailbox not exist|ユーザーが存在しません|宛先不明|존재하지 않는";
const UNKNOWN_DOMAIN: &str = "\
    host unknown|unknown host|host not found|host or domain name not found|no such domain|domain not found|\
    unknown domain|domain does not exist|domain doesn't exist|non-existent domain|nonexistent domain|null mx|\
    nullmx|does not accept mail|doesn't receive email|does not receive email|domain is not reachable";

/// The text of a reply, prepared for searching.
#[derive(Debug)]
pub(super) struct ReplyText {
    text: String,
    /// An enhanced code in the text: qmail's `(#5.1.1)`.
    code: Option<(u16, u16, u16)>,
}

impl ReplyText {
    pub(super) fn new(text: &str) -> Self {
        let lower = text.to_lowercase();
        let code = lower.split('#').skip(1).find_map(leading_code);
        let is_word = |word: &&str| !word.contains('@') && !word.contains("://") && !word.starts_with("www.");
        let words: Vec<_> = lower.split_whitespace().filter(is_word).collect();
        // With a space at each end, so that complete words can be searched for.
        Self { text: format!(" {} ", words.join(" ")), code }
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Subject and detail of the code in the text, if its class is `class`.
    pub(super) fn code_of_class(&self, class: u16) -> Option<(u16, u16)> {
        self.code.filter(|(found, ..)| *found == class).map(|(_, subject, detail)| (subject, detail))
    }

    /// Returns whether it mentions `topic`.
    pub(super) fn mentions(&self, topic: Topic) -> bool {
        let has = |words: &str| words.split('|').any(|word| self.text.contains(word));
        match topic {
            Topic::Receiving => has(RECEIVING),
            Topic::Mailbox => has(MAILBOX),
            Topic::Full => has(FULL) && !has(LONG),
            Topic::Size => has(SIZE),
            Topic::OurLimit => has(OURS) || has(LIMIT) && has(OUTGOING) || self.mentions(Topic::LongLimit),
            Topic::LongLimit => has(LIMIT) && has(SENDING) && has(LONG),
            Topic::SomeLimit => has(SOME_LIMIT) || has(LIMIT) && has(LONG),
            Topic::BareQuota => !has(LONG),
            Topic::ConnectionLimit => self.is_connection_limit(),
            Topic::Restricted => has(RESTRICTED),
            Topic::Relay => has(RELAY),
            Topic::Encryption => has(ENCRYPTION),
            Topic::Login => has(LOGIN),
            Topic::Host => has(HOST),
            Topic::Account => has(ACCOUNT) && !has(THEIR_ACCOUNT),
            Topic::Sender => has(SENDER),
            Topic::DomainAuthentication => has(DOMAIN_AUTHENTICATION),
            Topic::Policy => has(POLICY),
            Topic::Later => has(LATER),
            Topic::Greylist => has(GREYLIST),
            Topic::UnknownMailbox => has(UNKNOWN_MAILBOX),
            Topic::UnknownDomain => has(UNKNOWN_DOMAIN),
        }
    }

    fn is_connection_limit(&self) -> bool {
        // A host name counts as one word.
        let words: Vec<&str> = self
            .text
            .split(|character: char| character.is_whitespace() || "/,;:()\"'".contains(character))
            .map(|word| word.trim_matches(|character: char| !character.is_alphanumeric()))
            .collect();
        let has = |any: &[&str]| words.iter().any(|word| any.contains(word));
        has(CONNECTION) && has(MESSAGES) && has(ENOUGH) && !has(ANOTHER_LIMIT)
    }
}

/// The `5.1.1` that `text` begins with.
fn leading_code(text: &str) -> Option<(u16, u16, u16)> {
    let mut numbers = text.splitn(3, '.');
    let class = numbers.next()?.parse().ok()?;
    let subject = numbers.next()?.parse().ok()?;
    let detail = numbers.next()?;
    let end = detail.find(|character: char| !character.is_ascii_digit()).unwrap_or(detail.len());
    Some((class, subject, detail[..end].parse().ok()?))
}
