//! The open vocabularies of a feedback: a value that isn't known here is kept as it came, since a
//! later version, or the source, may know it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

macro_rules! open_enum {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $wire:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
        pub enum $name {
            $($(#[$variant_doc])* #[serde(rename = $wire)] $variant,)+
            /// A value that a later version, or the source, may know.
            #[serde(untagged)]
            Other(String),
        }

        impl $name {
            /// The name on the wire.
            pub fn name(&self) -> &str {
                match self {
                    $(Self::$variant => $wire,)+
                    Self::Other(name) => name,
                }
            }

            /// The value of that name; a name not known here is kept as it is.
            pub fn from_name(name: &str) -> Self {
                match name {
                    $($wire => Self::$variant,)+
                    other => Self::Other(other.to_owned()),
                }
            }
        }
    };
}

open_enum!(
    /// Who speaks.
    Respondent {
        /// Somebody who buys or uses.
        Customer = "customer",
        /// Somebody who works here.
        Employee = "employee",
        /// Somebody who sells or delivers for us.
        Partner = "partner",
    }
);
open_enum!(
    /// How far the answer came.
    Status {
        /// The whole survey was answered.
        Complete = "complete",
        /// It was left half-way.
        Partial = "partial",
        /// A test of the survey.
        Test = "test",
        /// Judged spam by the source.
        Spam = "spam",
    }
);
open_enum!(
    /// Who wrote a text.
    Author {
        /// The customer.
        Customer = "customer",
        /// An employee, as the one who gives feedback.
        Employee = "employee",
        /// Our agent in a conversation.
        Agent = "agent",
        /// A bot.
        Bot = "bot",
        /// The system (a notice).
        System = "system",
    }
);
open_enum!(
    /// How a text's language came to be known.
    LanguageSource {
        /// The record said so.
        Declared = "declared",
        /// Found from the words.
        Detected = "detected",
        /// The source's default, as nothing better was known.
        Default = "default",
    }
);
open_enum!(
    /// What kind of personal data was masked.
    RedactionKind {
        /// An e-mail address.
        Email = "email",
        /// A telephone number.
        Phone = "phone",
        /// An international bank account number.
        Iban = "iban",
        /// A payment card's number.
        PaymentCard = "payment_card",
        /// A Dutch citizen service number.
        Bsn = "bsn",
        /// An IP address.
        IpAddress = "ip_address",
        /// A secret inside a URL.
        UrlToken = "url_token",
    }
);
