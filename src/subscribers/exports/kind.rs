//! Lists the services whose exports are recognized, and by what.

use crate::subscribers::columns::column::Columns;
use crate::subscribers::columns::own_export::OwnExport;
use crate::subscribers::vocabulary::normalize;
use csv::StringRecord;

/// A kind of export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportKind {
    /// `newsletter subscribers export`.
    Own,
    /// Mailchimp: subscribed, unsubscribed or cleaned contacts.
    Mailchimp,
    /// Substack: the list of all or of paying readers.
    Substack,
    /// Ghost.
    Ghost,
    /// beehiiv.
    Beehiiv,
    /// Buttondown.
    Buttondown,
    /// Kit, earlier `ConvertKit`.
    Kit,
    /// listmonk.
    Listmonk,
    /// Keila.
    Keila,
    /// `MailPoet`.
    MailPoet,
    /// phpList.
    PhpList,
    /// curated.co.
    Curated,
    /// Any list, read as `subscribers.csv` is.
    Plain,
}

/// Sets of headings, without case and separators: all of one set are there.
type Headings = &'static [&'static [&'static str]];

/// The column with the state of a reader, and the values it may have.
type State = Option<(&'static [&'static str], &'static str)>;

/// What a kind is recognized by, and the columns that only its service has a use for.
struct Signs {
    headings: Headings,
    state: State,
    /// Columns that are not kept.
    technical: &'static str,
}

impl ExportKind {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::Own,
        Self::Mailchimp,
        Self::Substack,
        Self::Ghost,
        Self::Beehiiv,
        Self::Buttondown,
        Self::Kit,
        Self::Listmonk,
        Self::Keila,
        Self::MailPoet,
        Self::PhpList,
        Self::Curated,
        Self::Plain,
    ];

    /// The word on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Mailchimp => "mailchimp",
            Self::Substack => "substack",
            Self::Ghost => "ghost",
            Self::Beehiiv => "beehiiv",
            Self::Buttondown => "buttondown",
            Self::Kit => "kit",
            Self::Listmonk => "listmonk",
            Self::Keila => "keila",
            Self::MailPoet => "mailpoet",
            Self::PhpList => "phplist",
            Self::Curated => "curated",
            Self::Plain => "plain",
        }
    }

    /// The name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Own => "our own export",
            Self::Mailchimp => "Mailchimp",
            Self::Substack => "Substack",
            Self::Ghost => "Ghost",
            Self::Beehiiv => "beehiiv",
            Self::Buttondown => "Buttondown",
            Self::Kit => "Kit",
            Self::Listmonk => "listmonk",
            Self::Keila => "Keila",
            Self::MailPoet => "MailPoet",
            Self::PhpList => "phpList",
            Self::Curated => "curated.co",
            Self::Plain => "a plain list",
        }
    }

    fn signs(self) -> Signs {
        let (headings, state, technical): (Headings, State, &str) = match self {
            Self::Own | Self::Plain => (&[], None, ""),
            Self::Mailchimp => (
                &[&["leid", "euid"]],
                None,
                "memberrating optintime optinip confirmtime confirmip latitude longitude gmtoff dstoff timezone cc region lastchanged unsubtime unsubcampaigntitle unsubcampaignid unsubreason unsubreasonother cleantime cleancampaigntitle cleancampaignid leid euid notes",
            ),
            Self::Substack => (
                &[
                    &["emaildisabled", "activesubscription"],
                    &["emaildisabled", "preferdigests"],
                    &["emaildisabled", "expiry"],
                ],
                Some((&["emaildisabled"], "true false")),
                "activesubscription expiry plan emaildisabled preferdigests digestenabled firstpaymentat stripeconnectedcustomerid type",
            ),
            Self::Ghost => (
                &[&["subscribedtoemails", "complimentaryplan"]],
                Some((&["subscribedtoemails"], "true false")),
                "id note subscribedtoemails complimentaryplan stripecustomerid deletedat tiers products giftid error newsletters",
            ),
            Self::Beehiiv => (
                &[
                    &["status", "tier", "createdat", "unsubscribedat"],
                    &["status", "tier", "createdat", "stripecustomerid"],
                    &["status", "subscriptiontier", "createdat"],
                ],
                Some((&["status"], "active inactive pending validating invalid needsattention")),
                "id status tier subscriptiontier stripecustomerid unsubscribedat utmsource utmmedium utmcampaign utmchannel referringsite referralcode",
            ),
            Self::Buttondown => (
                &[&["emailaddress", "type"], &["subscribertype"]],
                Some((
                    &["type", "subscribertype"],
                    "blocked complained churning churned gifted unactivated unpaid undeliverable premium pastdue paused regular removed trialed unsubscribed upcoming spammy",
                )),
                "id type subscribertype notes referrerurl utmcampaign utmmedium utmsource ipaddress secondaryid source referralcode stripecustomerid stripecustomer unsubscriptionreason lastopendate lastclickdate avatarurl",
            ),
            Self::Kit => (
                &[&["state", "createdat", "firstname"], &["state", "createdat", "tags"]],
                Some((&["state"], "active confirmed inactive unconfirmed cancelled bounced complained cold")),
                "id state",
            ),
            Self::Listmonk => (
                &[&["uuid", "attributes", "status"]],
                Some((&["status"], "enabled disabled blocklisted")),
                "uuid status updatedat",
            ),
            Self::Keila => (
                &[&["externalid", "data", "status"]],
                Some((&["status"], "active unsubscribed unreachable")),
                "externalid status",
            ),
            Self::MailPoet => (
                &[&["liststatus", "globalstatus"]],
                Some((&["liststatus"], "subscribed unsubscribed unconfirmed inactive bounced")),
                "list lists liststatus globalstatus",
            ),
            Self::PhpList => (
                &[&["isthissubscriberconfirmed", "isthissubscriberblacklisted"]],
                Some((&["isthissubscriberconfirmed"], "0 1")),
                "id isthissubscriberconfirmed isthissubscriberblacklisted didthissubscribermanuallyconfirm numberofbouncesonthissubscriber lastmodified uniqueid sendthissubscriberhtmlemails whichpagewasusedtosubscribe rssfrequency passwordchanged isthisaccountdisabled additionaldata foreignkey lists",
            ),
            Self::Curated => (
                &[&["subscribedat", "utmlastpath"], &["subscribedat", "utmreferrer"]],
                None,
                "utmsource utmmedium utmterm utmcontent utmcampaign utmlastpath utmreferrer",
            ),
        };
        Signs { headings, state, technical }
    }

    /// Returns the kinds that a list with the headings `names` may be.
    pub(super) fn with_headings(names: &StringRecord) -> Vec<Self> {
        if OwnExport::of(names).is_some() {
            return vec![Self::Own];
        }
        Self::ALL.into_iter().filter(|kind| kind.has_headings(names)).collect()
    }

    /// Returns whether a list with the headings `names` may be of this kind.
    pub(super) fn has_headings(self, names: &StringRecord) -> bool {
        match self {
            Self::Own => OwnExport::of(names).is_some(),
            Self::Plain => false,
            _ => {
                let joined: Vec<_> = names.iter().map(normalize::joined).collect();
                let has = |name: &&str| joined.iter().any(|joined| joined == name);
                self.signs().headings.iter().any(|set| set.iter().all(has))
            }
        }
    }

    /// Returns whether the values of the state are those of this kind.
    pub(super) fn has_values(self, columns: &Columns) -> bool {
        let Some((names, known)) = self.signs().state else { return true };
        let place = columns.names.iter().position(|name| names.contains(&normalize::joined(name).as_str()));
        let Some(stats) = place.map(|index| &columns.stats[index]) else { return false };
        let is_known = |text: &str| known.split(' ').any(|word| word == normalize::joined(text));
        !stats.has_more && stats.words().all(|value| is_known(&value.text))
    }

    /// Returns whether a column called `name` is of no use outside the service.
    pub(super) fn is_technical(self, name: &str) -> bool {
        let joined = normalize::joined(name);
        self.signs().technical.split(' ').any(|technical| technical == joined)
    }

    /// Returns the headings it is recognized by, for messages.
    pub(super) fn wanted(self) -> String {
        match self {
            Self::Own => "`evidence (key …)`".to_owned(),
            _ => {
                self.signs().headings.first().map_or(String::new(), |set| {
                    set.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
                })
            }
        }
    }
}
