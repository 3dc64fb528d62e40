//! Tests exports of other services as those services write them, each with subscribers who get no
//! mail.

use snapbox::{assert_data_eq, str};

use super::mailed;
use crate::support::Project;

/// Who gets mail by each list, or what is asked.
fn told(exports: &[(&str, &str)]) -> String {
    let project = Project::new();
    let tell = |(service, list): &(&str, &str)| match mailed(&project, list) {
        Ok(people) => format!("{service}: {}\n", people.join(" ")),
        Err(problem) => format!("{service}: {problem}\n"),
    };
    exports.iter().map(tell).collect()
}

const MAILPOET: &str = "Email,First name,Last name,List,List status,Global status,Subscribed IP,Created\n\
    in@example.org,Ada,Lovelace,Weekly,subscribed,subscribed,192.0.2.1,2024-01-02 10:00:00\n\
    out1@example.org,Bo,B,Weekly,unsubscribed,subscribed,192.0.2.1,2024-01-02 10:00:00\n\
    out2@example.org,Cy,C,Weekly,subscribed,unsubscribed,192.0.2.1,2024-01-02 10:00:00\n\
    out3@example.org,Di,D,Weekly,unconfirmed,unconfirmed,192.0.2.1,2024-01-02 10:00:00\n\
    out4@example.org,Ed,E,Weekly,subscribed,bounced,192.0.2.1,2024-01-02 10:00:00\n\
    out5@example.org,Fa,F,Weekly,subscribed,inactive,192.0.2.1,2024-01-02 10:00:00\n";

const PHPLIST: &str = "\"Email\"\t\"Is this subscriber confirmed\"\t\"Is this subscriber blacklisted\"\t\"Did this subscriber manually confirm\"\t\"number of bounces on this subscriber\"\t\"Entered\"\t\"Last Modified\"\t\"Unique ID\"\t\"Send this subscriber HTML emails\"\t\"Which page was used to subscribe\"\t\"Is this account disabled\"\t\"Additional data\"\n\
    in@example.org\t1\t0\t0\t0\t2024-01-02 10:00:00\t2024-01-02 10:00:00\t0a1b2c3d4e5f60718293a4b5c6d7e8f9\t1\t1\t0\t\n\
    out1@example.org\t0\t0\t0\t0\t2024-01-02 10:00:00\t2024-01-02 10:00:00\t1a1b2c3d4e5f60718293a4b5c6d7e8f9\t1\t1\t0\t\n\
    out2@example.org\t1\t1\t0\t0\t2024-01-02 10:00:00\t2024-01-02 10:00:00\t2a1b2c3d4e5f60718293a4b5c6d7e8f9\t1\t1\t0\t\n\
    out3@example.org\t1\t0\t0\t0\t2024-01-02 10:00:00\t2024-01-02 10:00:00\t3a1b2c3d4e5f60718293a4b5c6d7e8f9\t1\t1\t1\t\n";

const KIT: &str = "first_name,email_address,state,created_at,tags\n\
    Ada,in@example.org,active,2024-01-02T10:00:00Z,founder\n\
    Bo,out1@example.org,cancelled,2024-01-02T10:00:00Z,\n\
    Cy,out2@example.org,bounced,2024-01-02T10:00:00Z,\n\
    Di,out3@example.org,complained,2024-01-02T10:00:00Z,\n\
    Ed,out4@example.org,inactive,2024-01-02T10:00:00Z,\n";

const BUTTONDOWN: &str = "email_address,type,tags,notes\n\
    regular@example.org,regular,,\npremium@example.org,premium,,\ngifted@example.org,gifted,,\ntrialed@example.org,trialed,,\n\
    unpaid@example.org,unpaid,,\nchurning@example.org,churning,,\nchurned@example.org,churned,,\npast_due@example.org,past_due,,\n\
    paused@example.org,paused,,\nupcoming@example.org,upcoming,,\n\
    out1@example.org,unactivated,,\nout2@example.org,unsubscribed,,\nout3@example.org,removed,,\nout4@example.org,blocked,,\n\
    out5@example.org,undeliverable,,\nout6@example.org,complained,,\n";

const KEILA: &str = "Email,First name,Last name,Data,Status,External ID\n\
    in@example.org,Ada,Lovelace,\"{\"\"city\"\": \"\"Bremen\"\"}\",active,\nout1@example.org,Bo,B,,unsubscribed,\nout2@example.org,Cy,C,,unreachable,\n";

const MAILCOACH: &str = "email,first_name,last_name,tags,subscribed_at,unsubscribed_at\n\
    in@example.org,Ada,Lovelace,,2024-01-02 10:00:00,\nout1@example.org,Bo,B,,2024-01-02 10:00:00,2024-02-02 10:00:00\nout2@example.org,Cy,C,,,\n";

const NEWSLETTER_PLUGIN: &str = "\"email\";\"name\";\"surname\";\"sex\";\"status\";\"date\";\"token\";\"list_1\";\"list_2\";\n\
    \"in@example.org\";\"Ada\";\"Lovelace\";\"f\";\"C\";\"2024-01-02 10:00:00\";\"0a1b2c3d4e\";\"1\";\"0\";\n\
    \"out1@example.org\";\"Bo\";\"B\";\"m\";\"S\";\"2024-01-02 10:00:00\";\"1a1b2c3d4e\";\"1\";\"0\";\n\
    \"out2@example.org\";\"Cy\";\"C\";\"n\";\"U\";\"2024-01-02 10:00:00\";\"2a1b2c3d4e\";\"1\";\"1\";\n\
    \"out3@example.org\";\"Di\";\"D\";\"n\";\"B\";\"2024-01-02 10:00:00\";\"3a1b2c3d4e\";\"0\";\"1\";\n";

const RESEND: &str = "id,email,first_name,last_name,unsubscribed,created_at\n\
    520784e2-887d-4c25-b53c-4ad46ad38100,in@example.org,Ada,Lovelace,false,2024-01-02T10:00:00Z\n\
    520784e2-887d-4c25-b53c-4ad46ad38101,out@example.org,Bo,B,true,2024-01-02T10:00:00Z\n";

const LOOPS: &str = "email,firstName,lastName,subscribed,source,createdAt,userId\n\
    in@example.org,Ada,Lovelace,TRUE,API,2024-01-02T10:00:00Z,\nout@example.org,Bo,B,FALSE,API,2024-01-02T10:00:00Z,\n";

const SHOPIFY: &str = "Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Default Address Company,Default Address City,Phone,Accepts SMS Marketing,Total Spent,Total Orders,Note,Tax Exempt,Tags\n\
    '1001,Ada,Lovelace,in@example.org,yes,,London,,no,0.00,0,,no,\n'1002,Bo,B,out@example.org,no,,Bremen,,no,12.00,1,,no,\n";

const HUBSPOT: &str = "Record ID,First Name,Last Name,Email,Phone Number,Create Date,Unsubscribed from all email,Opted out of email: Newsletter,Marketing contact status\n\
    1,Ada,Lovelace,in@example.org,,2024-01-02 10:00,,,Marketing contact\n\
    2,Bo,B,out1@example.org,,2024-01-02 10:00,true,,Marketing contact\n\
    3,Cy,C,out2@example.org,,2024-01-02 10:00,,true,Marketing contact\n\
    4,Di,D,out3@example.org,,2024-01-02 10:00,,,Non-marketing contact\n";

const KLAVIYO: &str = "Email,Klaviyo ID,First Name,Last Name,Email Marketing Consent,Profile Created On\n\
    in@example.org,01ABCDEFGH1234567890ABCDEF,Ada,Lovelace,SUBSCRIBED,2024-01-02\n\
    out1@example.org,01ABCDEFGH1234567890ABCDEG,Bo,B,UNSUBSCRIBED,2024-01-02\n\
    out2@example.org,01ABCDEFGH1234567890ABCDEH,Cy,C,NEVER_SUBSCRIBED,2024-01-02\n";

const CONSTANT_CONTACT: &str = "Email address,First name,Last name,Email status,Email permission status,Email update source,Confirmed Opt-Out Date,Confirmed Opt-Out Source,Confirmed Opt-Out Reason,Email Lists,Created At,Updated At\n\
    in@example.org,Ada,Lovelace,Active,Implicit,Account,,,,Weekly,2024-01-02 10:00:00,2024-01-02 10:00:00\n\
    out1@example.org,Bo,B,Unsubscribed,Unsubscribed,Contact,2024-02-02 10:00:00,Contact,,Weekly,2024-01-02 10:00:00,2024-01-02 10:00:00\n\
    out2@example.org,Cy,C,Active,Implicit,Contact,2024-02-02 10:00:00,Contact,too much mail,Weekly,2024-01-02 10:00:00,2024-01-02 10:00:00\n";

const SUBSTACK: &str = "email,active_subscription,expiry,plan,email_disabled,created_at,first_payment_at\n\
    in@example.org,false,,other,false,2024-01-02T10:00:00.000Z,\nin2@example.org,true,2027-01-02T10:00:00.000Z,yearly,false,2024-01-02T10:00:00.000Z,2024-01-02T10:00:00.000Z\n\
    out1@example.org,false,,other,true,2024-01-02T10:00:00.000Z,\n\
    1234567@deletion-request.substack.com,false,,other,false,2024-01-02T10:00:00.000Z,\n";

const BEEHIIV: &str = "email,First Name,Last Name,status,tier,created_at,stripe_customer_id,unsubscribed_at\n\
    in@example.org,Ada,Lovelace,active,free,2023-03-24 10:23:10 UTC,,\n\
    out1@example.org,Bo,B,inactive,free,2023-03-24 10:23:10 UTC,,2023-04-24 10:23:10 UTC\n";

const MAILCHIMP: &str = "Email Address,First Name,Last Name,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,LATITUDE,LONGITUDE,GMTOFF,DSTOFF,TIMEZONE,CC,REGION,UNSUB_TIME,UNSUB_CAMPAIGN_TITLE,UNSUB_CAMPAIGN_ID,UNSUB_REASON,UNSUB_REASON_OTHER,LEID,EUID,NOTES,TAGS\n\
    in@example.org,Ada,Lovelace,2,,,2024-01-02 10:00:00,192.0.2.1,,,,,,,,,,,,,1001,0a1b2c3d4e,,\"\"\"Editors\"\"\"\n\
    out@example.org,Bo,B,2,2024-01-02 10:00:00,192.0.2.1,2024-01-02 10:00:00,192.0.2.1,,,,,,,,2024-02-02 10:00:00,Hello,abc,NORMAL,,1002,1a1b2c3d4e,,\n";

const CAMPAIGN_MONITOR: &str = "Email Address,Name,Date,Status\n\
    in@example.org,Ada,2024-01-02 10:00,Active\nout1@example.org,Bo,2024-01-02 10:00,Unsubscribed\nout2@example.org,Cy,2024-01-02 10:00,Bounced\nout3@example.org,Di,2024-01-02 10:00,Unconfirmed\nout4@example.org,Di,2024-01-02 10:00,Deleted\n";

const MAILERLITE: &str = "Subscriber,Status,Sent,Opens,Clicks,Subscribed,Location\n\
    in@example.org,Active,10,5,1,2024-01-02 10:00:00,Bremen\nout1@example.org,Unsubscribed,10,5,1,2024-01-02 10:00:00,Bern\nout2@example.org,Junk,10,0,0,2024-01-02 10:00:00,\nout3@example.org,Bounced,10,0,0,2024-01-02 10:00:00,\n";

const BREVO: &str = "CONTACT ID,EMAIL,FIRSTNAME,LASTNAME,SMS,EMAIL_BLOCKLISTED,ADDED_TIME,MODIFIED_TIME\n\
    1,in@example.org,Ada,Lovelace,,No,2024-01-02,2024-01-02\n2,out@example.org,Bo,B,,Yes,2024-01-02,2024-01-02\n";

const WORDPRESS: &str = "Email,Name,Subscription status,Date subscribed,Subscribed via\n\
    in@example.org,Ada,Subscribed,2024-01-02 10:00:00,form\nout1@example.org,Bo,Not confirmed,2024-01-02 10:00:00,form\nout2@example.org,Cy,Unsubscribed,2024-01-02 10:00:00,form\n";

const GHOST: &str = "id,email,name,note,subscribed_to_emails,complimentary_plan,stripe_customer_id,created_at,deleted_at,labels,tiers\n\
    650a1b2c3d4e5f6071829301,in@example.org,Ada,,true,false,,2024-01-02T10:00:00.000Z,,early,\n\
    650a1b2c3d4e5f6071829302,out1@example.org,Bo,,false,false,,2024-01-02T10:00:00.000Z,,,\n\
    650a1b2c3d4e5f6071829303,out2@example.org,Cy,,true,false,,2024-01-02T10:00:00.000Z,2024-02-02T10:00:00.000Z,,\n";

/// Each export with the name of its service.
pub(crate) const EXPORTS: [(&str, &str); 21] = [
    ("Mailchimp", MAILCHIMP),
    ("Substack", SUBSTACK),
    ("Ghost", GHOST),
    ("beehiiv", BEEHIIV),
    ("MailPoet", MAILPOET),
    ("phpList", PHPLIST),
    ("Kit", KIT),
    ("Buttondown", BUTTONDOWN),
    ("Keila", KEILA),
    ("Mailcoach", MAILCOACH),
    ("The Newsletter Plugin", NEWSLETTER_PLUGIN),
    ("Resend", RESEND),
    ("Loops", LOOPS),
    ("Brevo", BREVO),
    ("MailerLite", MAILERLITE),
    ("Campaign Monitor", CAMPAIGN_MONITOR),
    ("HubSpot", HUBSPOT),
    ("Klaviyo", KLAVIYO),
    ("Constant Contact", CONSTANT_CONTACT),
    ("Shopify", SHOPIFY),
    ("WordPress.com", WORDPRESS),
];

#[test]
fn exports_are_read_as_they_are() {
    assert_data_eq!(
        told(&EXPORTS),
        str![[r#"
Mailchimp: in@example.org
Substack: in@example.org in2@example.org
Ghost: in@example.org
beehiiv: in@example.org
MailPoet: in@example.org
phpList: in@example.org
Kit: in@example.org
Buttondown: regular@example.org premium@example.org gifted@example.org trialed@example.org unpaid@example.org churning@example.org churned@example.org past_due@example.org paused@example.org upcoming@example.org
Keila: in@example.org
Mailcoach: in@example.org
The Newsletter Plugin: in@example.org
Resend: in@example.org
Loops: in@example.org
Brevo: in@example.org
MailerLite: in@example.org
Campaign Monitor: in@example.org
HubSpot: in@example.org
Klaviyo: in@example.org
Constant Contact: in@example.org
Shopify: in@example.org
WordPress.com: in@example.org

"#]]
    );
}
