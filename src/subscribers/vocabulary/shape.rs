//! Recognizes the kind of value in a cell: a date, a URL, a region of a country.

use crate::subscribers::vocabulary::normalize;
use std::collections::HashSet;
use std::net::IpAddr;
use std::sync::LazyLock;

/// The shape of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::subscribers) enum Shape {
    Date,
    /// An integer or a decimal number.
    Number,
    /// Unusable as a state: URLs, IP and email addresses, structured data, identifiers.
    Technical,
    /// A word, a code, a few words.
    Words,
    /// Longer than any state.
    Prose,
}

/// The most characters and words of a possible state.
const LONGEST_WORDS: (usize, usize) = (50, 7);

/// Returns the shape of `cell`, which is trimmed and not empty.
pub(in crate::subscribers) fn shape(cell: &str) -> Shape {
    let first = cell.as_bytes()[0];
    if first.is_ascii_digit() || matches!(first, b'+' | b'-' | b'.' | b',') {
        if is_number(cell) {
            return if is_unix_time(cell) { Shape::Date } else { Shape::Number };
        }
        if cell.len() <= 45 && cell.parse::<IpAddr>().is_ok() {
            return Shape::Technical;
        }
    }
    if is_date(cell) {
        return Shape::Date;
    }
    if is_technical(cell) {
        return Shape::Technical;
    }
    let (characters, words) = LONGEST_WORDS;
    let is_short = cell.chars().nth(characters).is_none() && cell.split_whitespace().nth(words).is_none();
    if is_short && !cell.contains(['\n', '\r']) { Shape::Words } else { Shape::Prose }
}

fn is_number(cell: &str) -> bool {
    let digits = cell.strip_prefix(['+', '-']).unwrap_or(cell);
    let points = digits.bytes().filter(|byte| matches!(byte, b'.' | b',')).count();
    points <= 1
        && digits.bytes().any(|byte| byte.is_ascii_digit())
        && digits.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b','))
        && !(digits.len() == 8 && points == 0 && is_compact_day(digits))
}

/// Seconds or milliseconds since 1970, from 2001 to 2065.
fn is_unix_time(cell: &str) -> bool {
    matches!(cell.len(), 10 | 13)
        && cell.bytes().all(|byte| byte.is_ascii_digit())
        && matches!(cell.as_bytes()[0], b'1' | b'2')
}

/// `20240131`.
fn is_compact_day(digits: &str) -> bool {
    let part = |range: std::ops::Range<usize>| digits[range].parse::<u32>().unwrap_or(0);
    (1950..2100).contains(&part(0..4)) && (1..=12).contains(&part(4..6)) && (1..=31).contains(&part(6..8))
}

/// Returns whether it is a date, with or without a time, in the notation of any country: two or
/// three groups of digits, or a year and the name of a month.
fn is_date(cell: &str) -> bool {
    if cell.len() < 4 || cell.len() > 64 || !cell.bytes().any(|byte| byte.is_ascii_digit()) {
        // A year in the digits of another script is left to the words.
        return false;
    }
    let mut groups: Vec<&str> = Vec::new();
    let mut letters = 0;
    for group in cell.split(|letter: char| !letter.is_ascii_digit()) {
        if !group.is_empty() {
            groups.push(group);
        }
    }
    let mut words = 0;
    for word in cell.split(|letter: char| !letter.is_alphabetic()) {
        if !word.is_empty() {
            words += 1;
            letters = letters.max(word.chars().count());
        }
    }
    let separators = cell.chars().all(|letter| {
        letter.is_ascii_digit()
            || letter.is_alphabetic()
            || letter.is_whitespace()
            || "-/.:,+()'’年月日時分秒년월일".contains(letter)
    });
    let is_year = |group: &str| group.len() == 4 && (group.starts_with("19") || group.starts_with("20"));
    let has_year = groups.iter().any(|group| is_year(group) || group.len() == 8 && is_compact_day(group));
    let small = |group: &&str| group.len() <= 2;
    // A birthday.
    if let ([_, _], 4..=5) = (groups.as_slice(), cell.len()) {
        return groups.iter().all(small) && cell.bytes().all(|byte| byte.is_ascii_digit() || b"/-.".contains(&byte));
    }
    let fits = groups.len() <= 9 && groups.iter().all(|group| group.len() <= 9);
    let three = groups.len() >= 3 && groups[..3].iter().all(small);
    separators
        && fits
        && words <= 5
        && letters <= 14
        && (has_year && (groups.len() >= 2 || words >= 1 && groups.len() == 1 && words <= 2)
            || three && words <= 3
            || has_year && groups[0].len() == 8
            || groups == ["0000", "00", "00"])
}

fn is_technical(cell: &str) -> bool {
    let bytes = cell.as_bytes();
    let is_json = matches!((bytes[0], bytes[bytes.len() - 1]), (b'{', b'}') | (b'[', b']'));
    let is_address = cell.contains("://")
        || cell.starts_with("www.")
        || cell.contains('@') && cell.contains('.') && !cell.contains(' ');
    let digits = bytes.iter().filter(|byte| byte.is_ascii_digit()).count();
    let is_hex = bytes.len() >= 8 && digits > 0 && bytes.iter().all(|byte| byte.is_ascii_hexdigit() || *byte == b'-');
    let longest_word = cell.split(|letter: char| !letter.is_ascii_lowercase()).map(str::len).max().unwrap_or(0);
    let is_opaque = bytes.len() >= 16
        && digits >= 3
        && longest_word < 6
        && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_=+/.".contains(byte));
    let is_phone = digits >= 6 && bytes.iter().all(|byte| byte.is_ascii_digit() || b" +-()/.".contains(byte));
    is_json || is_address || is_hex || is_opaque || is_phone || cell.contains(':') && cell.parse::<IpAddr>().is_ok()
}

/// The regions of countries that have lists with a column `state`, `estado`, `stato` or
/// `Bundesland`: codes and names, one country per row.
const REGIONS: &[&str] = &[
    "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC PR VI GU AS MP AA AE AP Alabama Alaska Arizona Arkansas California Colorado Connecticut Delaware Florida Georgia Hawaii Idaho Illinois Indiana Iowa Kansas Kentucky Louisiana Maine Maryland Massachusetts Michigan Minnesota Mississippi Missouri Montana Nebraska Nevada New_Hampshire New_Jersey New_Mexico New_York North_Carolina North_Dakota Ohio Oklahoma Oregon Pennsylvania Rhode_Island South_Carolina South_Dakota Tennessee Texas Utah Vermont Virginia Washington West_Virginia Wisconsin Wyoming District_of_Columbia Puerto_Rico Washington_DC",
    "AB BC MB NB NL NS NT NU ON PE QC SK YT Alberta British_Columbia Manitoba New_Brunswick Newfoundland_and_Labrador Newfoundland Nova_Scotia Northwest_Territories Nunavut Ontario Prince_Edward_Island Quebec Québec Saskatchewan Yukon",
    "NSW VIC QLD SA WA TAS ACT NT New_South_Wales Victoria Queensland South_Australia Western_Australia Tasmania Australian_Capital_Territory Northern_Territory",
    "BW BY BE BB HB HH HE MV NI NW NRW RP SL SN ST SH TH Baden-Württemberg Bayern Berlin Brandenburg Bremen Hamburg Hessen Mecklenburg-Vorpommern Niedersachsen Nordrhein-Westfalen Rheinland-Pfalz Saarland Sachsen Sachsen-Anhalt Schleswig-Holstein Thüringen Bavaria Hesse Saxony Lower_Saxony Thuringia North_Rhine-Westphalia",
    "Burgenland Kärnten Niederösterreich Oberösterreich Salzburg Steiermark Tirol Vorarlberg Wien Vienna",
    "ZH BE LU UR SZ OW NW GL ZG FR SO BS BL SH AR AI SG GR AG TG TI VD VS NE GE JU Zürich Bern Luzern Uri Schwyz Obwalden Nidwalden Glarus Zug Fribourg Freiburg Solothurn Basel-Stadt Basel-Landschaft Schaffhausen Appenzell St_Gallen Graubünden Aargau Thurgau Ticino Tessin Vaud Waadt Valais Wallis Neuchâtel Genève Genf Jura",
    "AC AL AP AM BA CE DF ES GO MA MT MS MG PA PB PR PE PI RJ RN RS RO RR SC SP SE TO Acre Alagoas Amapá Amazonas Bahia Ceará Distrito_Federal Espírito_Santo Goiás Maranhão Mato_Grosso Mato_Grosso_do_Sul Minas_Gerais Pará Paraíba Paraná Pernambuco Piauí Rio_de_Janeiro Rio_Grande_do_Norte Rio_Grande_do_Sul Rondônia Roraima Santa_Catarina São_Paulo Sergipe Tocantins",
    "AGU BCN BCS CAM CHP CHH CMX COA COL DUR GUA GRO HID JAL MEX MIC MOR NAY NLE OAX PUE QUE ROO SLP SIN SON TAB TAM TLA VER YUC ZAC Aguascalientes Baja_California Baja_California_Sur Campeche Chiapas Chihuahua Ciudad_de_México CDMX Coahuila Colima Durango Guanajuato Guerrero Hidalgo Jalisco México Estado_de_México Michoacán Morelos Nayarit Nuevo_León Oaxaca Puebla Querétaro Quintana_Roo San_Luis_Potosí Sinaloa Sonora Tabasco Tamaulipas Tlaxcala Veracruz Yucatán Zacatecas",
    "AP AR AS BR CG CT GA GJ HR HP JH KA KL MP MH MN ML MZ NL OD OR PB RJ SK TN TG TS TR UP UK WB DL JK Andhra_Pradesh Arunachal_Pradesh Assam Bihar Chhattisgarh Delhi Goa Gujarat Haryana Himachal_Pradesh Jharkhand Karnataka Kerala Madhya_Pradesh Maharashtra Manipur Meghalaya Mizoram Nagaland Odisha Punjab Rajasthan Sikkim Tamil_Nadu Telangana Tripura Uttar_Pradesh Uttarakhand West_Bengal",
    "Andalucía Aragón Asturias Baleares Illes_Balears Canarias Cantabria Castilla-La_Mancha Castilla_y_León Cataluña Catalunya Extremadura Galicia La_Rioja Madrid Murcia Navarra País_Vasco Euskadi Valencia Barcelona Sevilla",
    "Abruzzo Basilicata Calabria Campania Emilia-Romagna Friuli-Venezia_Giulia Lazio Liguria Lombardia Marche Molise Piemonte Puglia Sardegna Sicilia Toscana Trentino-Alto_Adige Umbria Valle_d'Aosta Veneto MI RM TO NA BO FI VE GE PA BA CT VR PD TS BS",
    "England Scotland Wales Northern_Ireland Johor Kedah Kelantan Melaka Negeri_Sembilan Pahang Perak Perlis Pulau_Pinang Sabah Sarawak Selangor Terengganu Kuala_Lumpur Lagos Kano Rivers Oyo Kaduna Abuja",
    "Afghanistan Argentina Australia Austria Belgium Brasil Brazil Canada Chile China Colombia Denmark Deutschland Germany Egypt España Spain Finland France Greece India Indonesia Ireland Israel Italia Italy Japan Kenya Luxembourg Malaysia Mexico Netherlands Nederland New_Zealand Nigeria Norway Österreich Pakistan Peru Philippines Poland Polska Portugal Romania Russia Singapore South_Africa South_Korea Sweden Sverige Schweiz Switzerland Suisse Svizzera Thailand Turkey Türkiye Ukraine United_Kingdom United_States USA UK US Uruguay Venezuela Vietnam",
];

static REGION_SETS: LazyLock<Vec<HashSet<String>>> = LazyLock::new(|| {
    REGIONS
        .iter()
        .map(|row| row.split_whitespace().map(|name| normalize::joined(&name.replace('_', " "))).collect())
        .collect()
});

/// Returns whether `cells` are all regions of one country, or countries. `CA` and `CANCELLED` are not.
pub(in crate::subscribers) fn are_regions<'a>(cells: &(impl Iterator<Item = &'a str> + Clone)) -> bool {
    // Codes are written in capitals.
    let is_written_so = |cell: &str| cell.len() > 3 || !cell.bytes().any(|byte| byte.is_ascii_lowercase());
    let in_set =
        |set: &HashSet<String>| cells.clone().all(|cell| is_written_so(cell) && set.contains(&normalize::joined(cell)));
    // `CO`, `IN` and `DE` are Colorado, Indiana and Delaware, but also confirmed, inactive and
    // deleted.
    let is_plain = cells.clone().count() >= 4 || cells.clone().any(|cell| cell.len() > 3);
    is_plain && REGION_SETS.iter().any(in_set)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_look_like_what_they_are() {
        let cases = [
            (
                Shape::Date,
                "2024-01-31,2024-01-31T10:00:00Z,2026-01-02 10:00:00 UTC,31.01.2024,1/31/24,31/1/2024 10:15,2024年1月31日,31 janv. 2024,20240131,1706700000,1706700000000,31. Januar 2024,2024. 1. 31.,03/14,2024-01-31 10:00:00.123456+00,January 2024,31-JAN-2024",
            ),
            (Shape::Number, "1,-3,17.5,1001,+49"),
            (
                Shape::Technical,
                "https://example.org/a,www.example.org,127.0.0.1,2001:db8::1,ada@example.org,{},[\"a\"],550e8400-e29b-41d4-a716-446655440000,+49 30 123456,0a1b2c3d4e5f",
            ),
            (Shape::Words, "active,A,Not any more,已退订,Model 7"),
        ];
        for (expected, cells) in cases {
            for cell in cells.split(',') {
                assert_eq!(shape(cell), expected, "{cell}");
            }
        }
        assert_eq!(shape("She wrote that she would rather hear from us again in spring"), Shape::Prose);
    }

    #[test]
    fn regions_are_those_of_one_country() {
        assert!(are_regions(&["CA", "NY", "Texas"].into_iter()));
        assert!(are_regions(&["SP", "RJ", "MG", "BA"].into_iter()));
        assert!(!are_regions(&["CO", "IN", "DE"].into_iter()), "confirmed, inactive, deleted");
        assert!(!are_regions(&["CA", "CANCELLED"].into_iter()));
        assert!(!are_regions(&["AC", "IN"].into_iter()), "active, inactive");
        assert!(!are_regions(&["ca", "co"].into_iter()));
        assert!(!are_regions(&[].into_iter()));
    }
}
