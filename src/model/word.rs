//! Names the texts that letters and the archive add to the author's own.

/// One of the texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Word {
    /// Which issue it is.
    Issue,
    /// The author's name.
    Writer,
    /// Whom it went to.
    SentTo,
    /// Why, unless the newsletter says it: half a sentence or one of its own.
    Reason,
    /// The unsubscribe link.
    Unsubscribe,
    /// The letter's page.
    Online,
    /// The archive.
    AllIssues,
    /// The flag of the lead; may be empty.
    Start,
    /// How long all links take together, in minutes.
    AboutMinutes,
    /// The same, when it is an hour.
    AboutAnHour,
    /// The same, in hours.
    AboutHours,
    /// Asked of whoever did not subscribe.
    Forwarded,
    /// A mail to somebody else.
    Friend,
    /// Somebody paid for it.
    Sponsored,
    /// The sponsor's name, right behind that.
    Sponsor,
    /// The end of a sponsored block, in the text part.
    SponsoredEnd,
    /// A kind of link.
    Article,
    /// A kind of link.
    Video,
    /// A kind of link.
    Audio,
    /// A kind of link.
    Paper,
    /// A kind of link.
    Pdf,
    /// A kind of link.
    Tool,
    /// A kind of link.
    Podcast,
    /// A picture in a text, in the text part.
    Picture,
    /// How long it takes.
    Read,
    /// How long it takes.
    Watch,
    /// How long it takes.
    Listen,
    /// Pages: the way in.
    Subscribe,
    /// Pages: the way in, where it is an address.
    SubscribeByMail,
    /// Pages: a feed.
    AtomFeed,
    /// Pages: a feed.
    JsonFeed,
    /// Pages: the issue before.
    Previous,
    /// Pages: the issue after.
    Next,
    /// Pages, for who hears them: what those two are.
    OtherIssues,
    /// Pages: how many links there are, when there is one.
    OneLink,
    /// Pages: how many links there are.
    Links,
    /// Pages: what stands there before the first issue.
    NoIssues,
    /// Reader pages: what to enter.
    YourAddress,
    /// Reader pages: what happens then.
    SubscribeHint,
    /// Reader pages: after signing up.
    CheckInbox,
    /// Reader pages: the same for everybody.
    OnItsWay,
    /// Reader pages: what to do then.
    NothingCame,
    /// Reader pages: back to the form.
    TryAgain,
    /// Reader pages and mail: before confirming.
    ConfirmTitle,
    /// Reader pages: what confirming does.
    ConfirmText,
    /// Reader pages and mail: the button.
    Confirm,
    /// Reader pages: a way out.
    NotYou,
    /// Reader pages and mail: never ask again.
    NotMe,
    /// Reader pages: what that does.
    NotMeText,
    /// Reader pages: that is done.
    NeverAgain,
    /// Reader pages: confirmed.
    Confirmed,
    /// Reader pages: what comes.
    ConfirmedText,
    /// Reader pages: a sign-up that expired.
    Expired,
    /// Reader pages: what to do then.
    ExpiredText,
    /// Reader pages: what unsubscribing does.
    LeaveText,
    /// Reader pages: that is done.
    Left,
    /// Reader pages: what that means.
    LeftText,
    /// Reader pages: take leaving back.
    Undo,
    /// Reader pages: leaving was taken back.
    Undone,
    /// Reader pages: what that means.
    UndoneText,
    /// Reader pages: too late.
    NotUndone,
    /// Reader pages: a link of nobody.
    UnknownLink,
    /// Reader pages: what to do then.
    UnknownLinkText,
    /// Reader pages: the button for that.
    SendLink,
    /// Reader pages: a limit.
    TooMany,
    /// Reader pages: a mistake.
    NotAnAddress,
    /// Reader pages: a likely slip.
    DidYouMean,
    /// Page of a form: what is wrong with an address whose domain takes no mail.
    NoMailThere,
    /// Reader pages: no such page.
    NoSuchPage,
    /// Reader pages: the server is at fault.
    NotNow,
    /// Mail: the subject of a confirmation.
    ConfirmSubject,
    /// Mail: why a confirmation comes.
    SomebodyAsked,
    /// Mail: how to confirm without a page.
    AnswerToConfirm,
    /// Mail: a way out.
    IfNotYou,
    /// Mail: the subject of the first mail.
    WelcomeSubject,
    /// Mail: what comes.
    WelcomeText,
    /// Mail: the subject of a link.
    LinkSubject,
    /// Mail: what the link does.
    LinkText,
    /// Letter, and the page it leads to: to choose among the topics.
    ChooseTopics,
    /// That page and the one of an unsubscribe link: the button that keeps what was chosen among the topics.
    SaveTopics,
    /// After that.
    TopicsSaved,
    /// Pages: the flag of the newest issue.
    Newest,
    /// Pages: asks a reader to subscribe.
    ByMail,
    /// Pages: leads to all links of an issue.
    ReadAll,
    /// Pages: the issues before the newest.
    Earlier,
    /// Pages: what the links are about.
    Topics,
    /// Pages: one of those.
    Topic,
    /// Pages: leads to the list of them.
    AllTopics,
    /// Pages, for who hears them: topics that links of one have in common with it.
    RelatedTopics,
    /// Pages: asks what to look for.
    Find,
    /// Pages: it was not found.
    NothingFound,
    /// Pages, for who hears them: links to the years.
    Years,
    /// The form of a date.
    Date,
    /// The form of a date under its year.
    ShortDate,
    /// The names of the twelve months, with commas between them.
    Months,
    /// The ten digits, from zero.
    Digits,
}

impl Word {
    /// Every word with the name configurations call it by, and in English.
    pub const ALL: [(Self, &'static str, &'static str); 96] = [
        (Self::Issue, "issue", "Issue {number}"),
        (Self::Writer, "writer", "{newsletter} is written by {name}."),
        (Self::SentTo, "sent_to", "You get this letter at {address}"),
        (Self::Reason, "reason", "because you subscribed at {site}"),
        (Self::Unsubscribe, "unsubscribe", "Unsubscribe"),
        (Self::Online, "online", "Read online"),
        (Self::AllIssues, "all_issues", "All issues"),
        (Self::Start, "start", "Start here"),
        (Self::AboutMinutes, "about_minutes", "about {count} minutes"),
        (Self::AboutAnHour, "about_an_hour", "about an hour"),
        (Self::AboutHours, "about_hours", "about {count} hours"),
        (Self::Forwarded, "forwarded", "Forwarded this?"),
        (Self::Friend, "friend", "Send to a friend"),
        (Self::Sponsored, "sponsored", "Sponsored"),
        (Self::Sponsor, "sponsor", "by {name}"),
        (Self::SponsoredEnd, "sponsored_end", "End of sponsored part"),
        (Self::Article, "article", "Article"),
        (Self::Video, "video", "Video"),
        (Self::Audio, "audio", "Audio"),
        (Self::Paper, "paper", "Paper"),
        (Self::Pdf, "pdf", "PDF"),
        (Self::Tool, "tool", "Tool"),
        (Self::Podcast, "podcast", "Podcast"),
        (Self::Picture, "picture", "Picture"),
        (Self::Read, "read", "{minutes} min"),
        (Self::Watch, "watch", "{minutes} min"),
        (Self::Listen, "listen", "{minutes} min"),
        (Self::Subscribe, "subscribe", "Subscribe"),
        (Self::SubscribeByMail, "subscribe_by_mail", "Subscribe by mail"),
        (Self::AtomFeed, "atom_feed", "Atom feed"),
        (Self::JsonFeed, "json_feed", "JSON feed"),
        (Self::Previous, "previous", "Previous"),
        (Self::Next, "next", "Next"),
        (Self::OtherIssues, "other_issues", "Other issues"),
        (Self::OneLink, "one_link", "{count} link"),
        (Self::Links, "links", "{count} links"),
        (Self::NoIssues, "no_issues", "The first issue is being written."),
        (Self::YourAddress, "your_address", "Your address"),
        (Self::SubscribeHint, "subscribe_hint", "You get one mail to confirm it, and nothing until you do."),
        (Self::CheckInbox, "check_inbox", "Check your inbox"),
        (Self::OnItsWay, "on_its_way", "If the address can have mail from us, one is on its way."),
        (Self::NothingCame, "nothing_came", "Nothing came? Look in the spam folder, or try again in ten minutes."),
        (Self::TryAgain, "try_again", "Try again"),
        (Self::ConfirmTitle, "confirm_title", "One click and you’re in"),
        (Self::ConfirmText, "confirm_text", "{newsletter} will come to {address}."),
        (Self::Confirm, "confirm", "Yes, send it to me"),
        (Self::NotYou, "not_you", "Not you? Close this page; nothing happens."),
        (Self::NotMe, "not_me", "It was not me"),
        (Self::NotMeText, "not_me_text", "{newsletter} will never write to {address} again."),
        (Self::NeverAgain, "never_again", "You will not be asked again"),
        (Self::Confirmed, "confirmed", "You’re in"),
        (
            Self::ConfirmedText,
            "confirmed_text",
            "{newsletter} comes from {sender}. Put that address among your contacts, and it will not land in spam.",
        ),
        (Self::Expired, "expired", "This link is too old"),
        (Self::ExpiredText, "expired_text", "Enter your address again, and you get a new one."),
        (Self::LeaveText, "leave_text", "{newsletter} will no longer be sent to {address}."),
        (Self::Left, "left", "You’re unsubscribed"),
        (Self::LeftText, "left_text", "{address} gets no more mail from {newsletter}."),
        (Self::Undo, "undo", "Undo"),
        (Self::Undone, "undone", "Welcome back"),
        (Self::UndoneText, "undone_text", "{newsletter} comes to {address} as before."),
        (Self::NotUndone, "not_undone", "That cannot be undone any more. You can subscribe again."),
        (Self::UnknownLink, "unknown_link", "Nobody gets mail by this link"),
        (Self::UnknownLinkText, "unknown_link_text", "If you still do, enter your address, and you get your own link."),
        (Self::SendLink, "send_link", "Mail me my link"),
        (Self::TooMany, "too_many", "Too many at once from where you are. Try again in {minutes} minutes."),
        (Self::NotAnAddress, "not_an_address", "That is not an address mail can be sent to."),
        (Self::DidYouMean, "did_you_mean", "Did you mean {address}?"),
        (Self::NoMailThere, "no_mail_there", "No mail can be sent to {domain}. Is it spelled right?"),
        (Self::NoSuchPage, "no_such_page", "There is no such page"),
        (Self::NotNow, "not_now", "This could not be saved just now. Try again in a minute."),
        (Self::ConfirmSubject, "confirm_subject", "Confirm: {newsletter}"),
        (
            Self::SomebodyAsked,
            "somebody_asked",
            "Somebody, we hope you, asked for {newsletter} to be sent to {address}.",
        ),
        (Self::AnswerToConfirm, "answer_to_confirm", "Answer this mail with one word: confirm."),
        (
            Self::IfNotYou,
            "if_not_you",
            "If it was not you, do nothing and you hear no more of it, or see to it that nobody can ask again:",
        ),
        (Self::WelcomeSubject, "welcome_subject", "Welcome to {newsletter}"),
        (
            Self::WelcomeText,
            "welcome_text",
            "{newsletter} comes to {address} from now on. Earlier issues are on its website.",
        ),
        (Self::LinkSubject, "link_subject", "Your link: {newsletter}"),
        (Self::LinkText, "link_text", "With this link you leave {newsletter}. It is yours: do not pass it on."),
        (Self::ChooseTopics, "choose_topics", "Choose topics"),
        (Self::SaveTopics, "save_topics", "Save my choice"),
        (Self::TopicsSaved, "topics_saved", "Your choice is kept"),
        (Self::Newest, "newest", "Newest issue"),
        (Self::ByMail, "by_mail", "Get the next one by mail"),
        (Self::ReadAll, "read_all", "Read all {count}"),
        (Self::Earlier, "earlier", "Earlier"),
        (Self::Topics, "topics", "Topics"),
        (Self::Topic, "topic", "Topic"),
        (Self::AllTopics, "all_topics", "All topics"),
        (Self::RelatedTopics, "related_topics", "Related topics"),
        (Self::Find, "find", "Find a title or a link"),
        (Self::NothingFound, "nothing_found", "Nothing found"),
        (Self::Years, "years", "Years"),
        (Self::Date, "date", "{day} {month} {year}"),
        (Self::ShortDate, "short_date", "{day} {month}"),
        (
            Self::Months,
            "months",
            "January, February, March, April, May, June, July, August, September, October, November, December",
        ),
        (Self::Digits, "digits", "0123456789"),
    ];

    /// In English.
    pub(super) fn english(self) -> &'static str {
        Self::ALL.iter().find(|(word, ..)| *word == self).map_or("", |(.., english)| english)
    }

    /// The name in braces that is replaced in it: `number`.
    pub fn gaps(self) -> impl Iterator<Item = &'static str> {
        self.english().split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0))
    }
}
