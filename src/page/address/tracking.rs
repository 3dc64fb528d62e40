//! Knows the parameters of addresses that identify a click and not a page.

use url::{Url, form_urlencoded};

/// Names of such parameters, in lower case.
const NAMES: [&str; 83] = [
    "__hsfp",
    "__hssc",
    "__hstc",
    "__s",
    "__twitter_impression",
    "_branch_match_id",
    "_ga",
    "_gl",
    "_hsenc",
    "_hsmi",
    "_openstat",
    "action_object_map",
    "action_ref_map",
    "action_type_map",
    "at_campaign",
    "at_medium",
    "at_link_id",
    "at_link_type",
    "at_link_origin",
    "at_format",
    "at_ptr_name",
    "at_bbc_team",
    "ck_subscriber_id",
    "cmpid",
    "dclid",
    "dm_i",
    "epik",
    "fb_action_ids",
    "fb_action_types",
    "fb_ref",
    "fb_source",
    "fbclid",
    "gbraid",
    "gclid",
    "gclsrc",
    "guccounter",
    "guce_referrer",
    "guce_referrer_sig",
    "hsctatracking",
    "hss_channel",
    "igsh",
    "igshid",
    "irclickid",
    "irgwc",
    "li_fat_id",
    "mc_cid",
    "mc_eid",
    "mibextid",
    "mkt_tok",
    "ml_subscriber",
    "ml_subscriber_hash",
    "msclkid",
    "ncid",
    "oly_anon_id",
    "oly_enc_id",
    "pk_campaign",
    "pk_cid",
    "pk_content",
    "pk_keyword",
    "pk_kwd",
    "pk_medium",
    "pk_source",
    "rb_clickid",
    "rdt_cid",
    "ref_src",
    "ref_url",
    "s_cid",
    "s_kwcid",
    "sb_referer_host",
    "sr_share",
    "srsltid",
    "ss_email_id",
    "trkcampaign",
    "ttclid",
    "twclid",
    "vero_conv",
    "vero_id",
    "wbraid",
    "wickedid",
    "wt.mc_id",
    "yclid",
    "ysclid",
    "zanpid",
];

/// Beginnings of such names.
const BEGINNINGS: [&str; 9] = ["utm_", "at_custom", "bsft_", "elqtrack", "hmb_", "itm_", "matomo_", "mtm_", "piwik_"];

/// Parameters that track on some sites, and select on others.
const ON_SITES: [(&[&str], &[&str]); 7] = [
    (&["youtube.com", "youtu.be"], &["si", "feature", "pp", "ab_channel"]),
    (&["spotify.com"], &["si"]),
    (&["x.com", "twitter.com"], &["s", "t"]),
    (&["linkedin.com"], &["trk", "trackingid", "refid", "lipi"]),
    (&["reddit.com"], &["share_id", "rdt"]),
    (&["medium.com"], &["source"]),
    (&["nytimes.com"], &["smid", "smtyp"]),
];

/// Returns whether the parameter `name` tracks clicks, whatever the site. Capitals do not matter.
pub fn is_tracking(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    NAMES.contains(&name.as_str()) || BEGINNINGS.iter().any(|beginning| name.starts_with(beginning))
}

/// Returns the first parameter of `url` that tracks clicks.
pub fn tracking_parameter(url: &Url) -> Option<String> {
    url.query_pairs().map(|(name, _)| name.into_owned()).find(|name| tracks_on(name, url))
}

/// Returns `url` without the parameters that track clicks, every other byte as it was; `None` if it has none of them.
pub fn without_tracking(url: &Url) -> Option<Url> {
    let query = url.query()?;
    let is_kept = |piece: &&str| {
        let name = form_urlencoded::parse(piece.as_bytes()).next().map(|(name, _)| name.into_owned());
        !name.is_some_and(|name| tracks_on(&name, url))
    };
    let kept: Vec<&str> = query.split('&').filter(is_kept).collect();
    let kept = kept.join("&");
    if kept.len() == query.len() {
        return None;
    }
    let mut clean = url.clone();
    clean.set_query(Some(kept.as_str()).filter(|kept| !kept.is_empty()));
    Some(clean)
}

fn tracks_on(name: &str, url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let is_on = |site: &&str| host.strip_suffix(site).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    let lower = name.to_ascii_lowercase();
    let tracks_here = |(sites, names): &(&[&str], &[&str])| sites.iter().any(is_on) && names.contains(&lower.as_str());
    is_tracking(name) || ON_SITES.iter().any(|site| tracks_here(&(site.0, site.1)))
}
