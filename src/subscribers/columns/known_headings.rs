//! Lists headings of known meaning: those in exports of other services, and those that never decide
//! who gets mail.

use crate::subscribers::skip_reason::SkipReason;
use crate::subscribers::vocabulary::normalize;
use std::collections::HashMap;
use std::sync::LazyLock;

/// The known meaning of a heading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::subscribers) enum KnownHeading {
    /// The address.
    Email,
    /// A part of the name.
    Name(NamePart),
    /// Status words, of this program or of any service.
    Status,
    /// Yes or no; `no` excludes from mail, for this reason.
    WantsMail(SkipReason),
    /// Any value except none or `no` excludes from mail, for this reason.
    ExcludesIfSet(SkipReason),
    /// The time of subscribing or confirming: if some rows have none, those subscribers may not
    /// have confirmed.
    SubscribedAt,
    /// The time of a record: times below it decide nothing, other values might.
    Time,
    /// A count: numbers below it decide nothing, other values might.
    Count,
    /// Names, places, numbers: no value below it decides who gets mail, except an explicit refusal.
    Unrelated,
    /// Tags, notes, plans: values below it decide nothing, except for words of refusal among them.
    FreeText,
}

/// The part of a name in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::subscribers) enum NamePart {
    Whole,
    Given,
    Family,
}

/// Headings of exports in many languages.
const EMAIL: &str = "email e-mail mail e_mail email_address e-mail_address emailaddress mail_address your_email your_email_address subscriber_email contact_email email_id emailid user_email useremail primary_email customer_email member_email recipient recipient_email \
    e-mail-adresse email-adresse mailadresse deine_e-mail_adresse ihre_e-mail-adresse e-mailadresse \
    adresse_e-mail adresse_email adresse_mail adresse_électronique adresse_de_messagerie courriel adresse_courriel mél votre_adresse_e-mail \
    correo correo_electrónico dirección_de_correo dirección_de_correo_electrónico email_del_suscriptor dirección_de_email tu_correo_electrónico e-mail_del_contacto adreça_electrònica correu_electrònic correu \
    endereço_de_e-mail endereço_de_email endereço_eletrônico endereço_eletrónico correio_eletrónico correio_eletrônico e-mail_do_assinante \
    indirizzo_e-mail indirizzo_email indirizzo_di_posta_elettronica posta_elettronica indirizzo_mail \
    emailadres e-mailadres mailadres e-mail_adres \
    e-postadress e-post epost epostadress mejl mejladress e-mailadresse e-postadresse mailadr sähköposti sähköpostiosoite netfang tölvupóstfang \
    adres_e-mail adres_email poczta_elektroniczna adres_poczty_elektronicznej emailová_adresa e-mailová_adresa emailová_adresa_odběratele e-pošta e-mail_adresa e-mail_cím email_cím emailcím adresă_de_e-mail adresa_de_e-mail adresă_email \
    почта электронная_почта эл_почта адрес_электронной_почты e-mail_адрес email_адрес имейл емейл електронна_пошта адреса_електронної_пошти пошта имейл_адрес електронна_поща \
    ηλεκτρονική_διεύθυνση διεύθυνση_email ηλεκτρονικό_ταχυδρομείο διεύθυνση_ηλεκτρονικού_ταχυδρομείου e-posta eposta e-posta_adresi eposta_adresi \
    البريد_الإلكتروني البريد البريد_الالكتروني عنوان_البريد_الإلكتروني ایمیل אימייל דוא\"ל דואל מייל כתובת_אימייל כתובת_מייל \
    メール メールアドレス eメール eメールアドレス 電子メール 電子メールアドレス 邮箱 邮箱地址 电子邮件 电子邮箱 电子邮件地址 邮件地址 邮件 電子郵件 電子郵件地址 電子信箱 信箱 郵件地址 郵箱 이메일 이메일주소 이메일_주소 메일 메일주소 전자우편 địa_chỉ_email thư_điện_tử alamat_email surel อีเมล ईमेल el_paštas e-pasts";

const NAME: &str = "name full_name fullname your_name subscriber_name contact_name display_name displayname customer_name member_name person recipient_name \
    vollständiger_name vor-_und_nachname vorname_und_nachname vor_und_nachname anzeigename nom_complet nom_et_prénom prénom_et_nom nombre_completo nombre_y_apellidos nombre_y_apellido nom_i_cognoms nome_completo nome_e_cognome nome_e_sobrenome cognome_e_nome volledige_naam naam namn fullständigt_namn för-_och_efternamn navn fulde_navn fullt_navn nimi koko_nimi nafn \
    imię_i_nazwisko nazwisko_i_imię celé_jméno jméno_a_příjmení meno_a_priezvisko celé_meno ime_i_prezime teljes_név név nume_complet nume_și_prenume имя_и_фамилия фио полное_имя піб повне_ім'я пълно_име име_и_фамилия ονοματεπώνυμο όνομα_και_επώνυμο πλήρες_όνομα ad_soyad adı_soyadı isim_soyisim tam_ad الاسم الاسم_الكامل שם שם_מלא نام_کامل نام_و_نام_خانوادگی 氏名 名前 お名前 フルネーム 姓名 名字 全名 名稱 名称 이름 성명 성함 họ_tên họ_và_tên tên nama nama_lengkap ชื่อ ชื่อ-นามสกุล नाम पूरा_नाम";

const GIVEN_NAME: &str = "first_name firstname given_name givenname forename fname f_name first christian_name name_first vorname rufname prénom prenom nombre nombres primer_nombre nom_de_pila nome primeiro_nome nome_próprio voornaam förnamn fornavn etunimi eiginnafn imię křestní_jméno jméno meno krstné_meno ime keresztnév utónév prenume имя ім'я име собствено_име όνομα ad adı isim الاسم_الأول שם_פרטי نام 名 下の名前 ファーストネーム given_name_(名) 이름_(first) tên_riêng nama_depan ชื่อจริง पहला_नाम eesnimi vardas vārds";

const FAMILY_NAME: &str = "last_name lastname family_name familyname surname lname l_name last second_name name_last nachname familienname zuname nom nom_de_famille apellido apellidos primer_apellido cognoms cognom sobrenome apelido último_nome cognome achternaam familienaam efternamn efternavn etternavn sukunimi nazwisko příjmení prijmení priezvisko prezime priimek családnév vezetéknév nume nume_de_familie фамилия прізвище фамилно_име επώνυμο επίθετο soyad soyadı soyisim اسم_العائلة שם_משפחה نام_خانوادگی 姓 苗字 名字_(姓) ラストネーム 성 họ nama_belakang นามสกุล उपनाम perekonnanimi pavardė uzvārds";

const STATUS: &str = "status subscriber_type";

const WANTS_MAIL: &[(SkipReason, &str)] = &[
    (
        SkipReason::Unsubscribed,
        "subscribed_to_emails subscribed is_subscribed issubscribed opt_in optin opted_in is_opted_in email_opt_in email_optin email_opted_in opt_in_email accepts_marketing accepts_email_marketing buyer_accepts_marketing email_marketing accept_email_marketing accepts_emails accepts_newsletter wants_email wants_emails wants_newsletter receive_newsletter receives_newsletter receive_emails email_consent marketing_opt_in newsletter_opt_in newsletter_optin newsletter_subscription newsletter_subscribed subscribed_to_newsletter email_subscribed active is_active enabled is_enabled emailable",
    ),
    (
        SkipReason::Pending,
        "confirmed is_confirmed is_this_subscriber_confirmed email_confirmed email_verified verified double_opt_in double_optin",
    ),
];

const EXCLUDES_IF_SET: &[(SkipReason, &str)] = &[
    (
        SkipReason::Unsubscribed,
        "email_disabled unsub_time unsubscribed_at unsubscription_date unsubscribe_date deleted_at is_this_account_disabled unsub_campaign_title unsub_campaign_id unsub_reason unsub_reason_other confirmed_opt-out_date confirmed_opt-out_source confirmed_opt-out_reason is_this_subscriber_blacklisted unsubscribed is_unsubscribed unsubscribed_from_all_email",
    ),
    (SkipReason::Bounced, "clean_time clean_campaign_title clean_campaign_id bounced bounced_at"),
    (SkipReason::Complained, "complained complained_at spam_complaint"),
];

/// Times of subscribing, opting in and confirming.
const SUBSCRIBED_AT: &str = "subscribed_at subscribed_on confirmed_at confirmed_on opted_in_at opted_in_on optin_time opt_in_time opt_in_date optin_date optin_at confirm_time confirmation_time confirmed_time confirmed_date confirmation_date confirmed_optin_date confirmed_opt-in_date date_confirmed subscription_date subscribe_date subscribe_time date_subscribed subscription_time date time timestamp datum datetime fecha data_e_hora дата 日付 日期 날짜 email_verified_at verified_at email_confirmed_at consent_date consent_timestamp consented_at activated_at eingetragen_am angemeldet_am bestätigt_am abonniert_am inscrit_le confirmé_le confirmado_em bevestigd_op bekräftad_datum 購読日 確認日 订阅时间 訂閱時間";

/// Times that services record for every subscriber.
const TIMES: &[&str] = &[
    "created joined created_at createdat creation_date create_date created_on created_date date_created date_added added added_at added_on date_joined joined_at joined_on signup_date sign_up_date signed_up_at signup_time registration_date registered_at registered_on date_registered entered entry_date updated updated_at updatedat updated_on last_updated last_update date_updated last_modified modified modified_at modified_on last_changed last_activity last_active last_active_at last_activity_date last_seen last_seen_at last_open last_opened last_open_date last_opened_at last_click last_clicked last_click_date last_clicked_at last_email_sent last_sent last_login last_sign_in_at first_seen first_payment_at expiry opened_at clicked_at added_time modified_time created_time import_date imported_at first_active profile_created_on date_of_birth birthday birth_date birthdate dob birth_year year_of_birth age anniversary last_order_date first_order_date last_purchase order_date",
    "erstellt erstellt_am angelegt_am anmeldedatum registriert_am registrierungsdatum aktualisiert_am geändert_am geburtstag geburtsdatum letzte_aktivität créé_le date_de_création date_d'inscription date_inscription date_d'ajout modifié_le date_de_naissance anniversaire creado creado_el fecha_de_creación fecha_de_alta fecha_de_registro fecha_de_suscripción fecha_de_nacimiento cumpleaños actualizado data_de_criação criado_em data_de_cadastro data_de_inscrição data_de_nascimento aniversário data_di_creazione data_di_iscrizione data_iscrizione data_di_nascita compleanno creato_il aangemaakt aangemaakt_op datum_aangemaakt inschrijfdatum geboortedatum verjaardag skapad skapad_datum registreringsdatum födelsedatum född oprettet opprettet fødselsdato data_utworzenia utworzono data_zapisu data_dodania data_urodzenia",
    "дата_создания создан дата_подписки дата_регистрации дата_рождения день_рождения дата_добавления дата_створення дата_народження oluşturulma_tarihi kayıt_tarihi doğum_tarihi doğum_günü 登録日 登録日時 作成日 作成日時 更新日 更新日時 生年月日 誕生日 创建时间 創建時間 创建日期 建立時間 建立日期 注册时间 註冊時間 注册日期 更新时间 更新時間 生日 出生日期 생성일 등록일 가입일 생년월일 생일 수정일",
];

/// Places, parts of addresses, numbers, names of other things.
const UNRELATED: &[&str] = &[
    // Where
    "city town place location locality village suburb district county country country_code country_name countryname cc region region_code region_name province province_code state_province state/province postal_code postcode post_code zip zip_code zipcode plz address address1 address2 address_1 address_2 address_line_1 address_line_2 street street_address mailing_address house_number latitude longitude lat lon lng gmtoff dstoff timezone time_zone tz utc_offset geo continent city_of_birth place_of_birth home_town hometown billing_city billing_country shipping_city shipping_country default_address_company default_address_address1 default_address_address2 default_address_city default_address_province_code default_address_country_code default_address_zip default_address_phone default_address_province default_address_country",
    "ort stadt wohnort land bundesland straße strasse hausnummer postleitzahl kanton ville pays région département adresse rue code_postal commune ciudad país provincia municipio calle código_postal localidad comunidad cidade endereço rua cep município bairro città paese regione indirizzo via cap comune stad plaats provincie straat woonplaats gemeente postnummer postort gata gatuadress by gade kommun kommune kaupunki postinumero osoite maa miasto kraj województwo ulica kod_pocztowy miejscowość město země psč mesto štát krajina grad zemlja poštanski_broj város ország irányítószám utca oraș țară județ strada город страна область адрес улица индекс почтовый_индекс місто країна вулиця град държава πόλη χώρα διεύθυνση şehir ülke il ilçe adres posta_kodu مدينة المدينة الدولة البلد عنوان עיר מדינה כתובת 住所 都道府県 市区町村 国 郵便番号 城市 国家 國家 省份 省 地区 地區 地址 邮编 郵編 도시 국가 주소 우편번호 thành_phố quốc_gia địa_chỉ kota negara alamat เมือง ประเทศ शहर देश",
    // Who
    "gender sex salutation title prefix suffix honorific pronouns nickname nick_name username user_name login handle middle_name middlename initials language lang locale preferred_language preferred_lang language_code company company_name companyname organisation organization org employer business business_name job job_title jobtitle position occupation profession department industry sector phone phone_number telephone tel mobile mobile_number mobile_phone cell cell_phone fax whatsapp website web site homepage url blog twitter linkedin instagram facebook github mastodon avatar image photo picture icon favorite_color favourite_color color colour size hobby hobbies",
    "geschlecht anrede titel spitzname sprache firma unternehmen beruf telefon telefonnummer handy webseite genre civilité titre langue société entreprise profession téléphone portable site_web género sexo idioma lengua empresa profesión teléfono móvil sitio_web tratamiento gênero língua profissão telefone celular genere sesso lingua azienda professione telefono cellulare geslacht taal bedrijf beroep telefoon kön språk företag yrke køn kjønn sprog virksomhed firmanavn kieli yritys płeć język zawód pohlaví jazyk společnost spoločnosť nyelv cég telefonszám limbă companie пол язык компания телефон должность стать мова компанія език γλώσσα εταιρεία τηλέφωνο cinsiyet dil şirket لغة اللغة الشركة الهاتف שפה חברה טלפון 性別 言語 会社 会社名 電話 電話番号 职业 職業 性别 语言 語言 公司 电话 電話 手机 手機 성별 언어 회사 전화 전화번호 휴대폰 ngôn_ngữ công_ty điện_thoại bahasa perusahaan telepon ภาษา บริษัท भाषा",
    // Technical records
    "id uid uuid guid user_id userid subscriber_id subscriberid contact_id contactid record_id record_id_-_contact customer_id customer_no member_id memberid external_id externalid secondary_id foreign_key unique_id leid euid key hash token profile_id klaviyo_id stripe_customer_id stripe_connected_customer_id gift_id number no nr row line index ip ip_address ipaddress optin_ip opt_in_ip opt-in_ip confirm_ip confirm_ip_address signup_ip registration_ip registered_ip subscribe_ip subscription_ip last_ip user_agent useragent browser device utm_source utm_medium utm_campaign utm_term utm_content utm_last_path utm_referrer referrer referer referrer_url landing_page signup_url source_url gclid fbclid attributes data metadata additional_data custom_fields properties fields json which_page_was_used_to_subscribe subscribe_page password_changed rssfrequency tax_exempt",
    "ip-adresse adresse_ip dirección_ip endereço_ip indirizzo_ip ip-adres ip-adress ip-адрес kundennummer kundennr numéro_client número_de_cliente numero_cliente klantnummer kundnummer numer_klienta номер 番号 编号 編號 번호",
];

/// Counts that services keep.
const COUNTS: &str = "member_rating rating stars total_spent total_orders orders order_count ltv lifetime_value amount revenue balance price points score lead_score opens opened clicks clicked open_rate click_rate emails_received emails_sent sent sends sent_count open_count click_count total_opens total_clicks number_of_orders visits page_views sessions";

/// Free words, groups and money.
const FREE_TEXT: &[&str] = &[
    "tags tag labels label notes note comments comment remarks remark bio about description message source signup_source sign_up_source lead_source plan tier tiers products product product_name subscription_tier membership_tier package complimentary_plan email_update_source email_lists source_name accepts_sms_marketing sms_marketing_consent sms_consent subscribed_via interests interest topics topic",
    "notizen notiz bemerkung bemerkungen anmerkung schlagwörter quelle étiquettes étiquette remarques remarque commentaire commentaires notas nota etiquetas etiqueta observaciones comentarios fuente origen observações comentários fonte origem etichette etichetta osservazioni commenti opmerkingen opmerking bron anteckningar anteckning taggar källa noter bemærkninger merknader notatki uwagi etykiety źródło poznámky poznámka štítky megjegyzés címkék observații etichete заметки примечание примечания комментарий метки теги тег источник нотатки примітки мітки notlar not etiketler etiket kaynak ملاحظات وسوم مصدر הערות תגיות מקור 備考 メモ タグ 備註 备注 标签 標籤 来源 來源 메모 태그 비고 출처 ghi_chú thẻ catatan label หมายเหตุ टिप्पणी",
];

static HEADINGS: LazyLock<HashMap<String, KnownHeading>> = LazyLock::new(|| {
    let mut headings = HashMap::new();
    let mut add = |known: KnownHeading, row: &str| {
        let all = row.split_whitespace().map(|name| (normalize::joined(&name.replace('_', " ")), known));
        // If a heading is in two rows, the earlier one counts.
        for (heading, known) in all {
            headings.entry(heading).or_insert(known);
        }
    };
    add(KnownHeading::Email, EMAIL);
    add(KnownHeading::Name(NamePart::Whole), NAME);
    add(KnownHeading::Name(NamePart::Given), GIVEN_NAME);
    add(KnownHeading::Name(NamePart::Family), FAMILY_NAME);
    add(KnownHeading::Status, STATUS);
    for (reason, row) in WANTS_MAIL {
        add(KnownHeading::WantsMail(*reason), row);
    }
    for (reason, row) in EXCLUDES_IF_SET {
        add(KnownHeading::ExcludesIfSet(*reason), row);
    }
    add(KnownHeading::SubscribedAt, SUBSCRIBED_AT);
    for row in TIMES {
        add(KnownHeading::Time, row);
    }
    add(KnownHeading::Count, COUNTS);
    for row in UNRELATED {
        add(KnownHeading::Unrelated, row);
    }
    for row in FREE_TEXT {
        add(KnownHeading::FreeText, row);
    }
    headings
});

/// Returns the known meaning of the heading with this [joined](normalize::joined) spelling.
pub(in crate::subscribers) fn known_heading(joined: &str) -> Option<KnownHeading> {
    HEADINGS.get(joined).copied()
}
