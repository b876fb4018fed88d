//! What the words before a number say it is: a phone number, a citizen service number, or the number
//! of an order, an invoice, a case. In Dutch, English, German, French and Spanish.

/// What the words before a number say it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Context {
    Bsn,
    Card,
    Phone,
    /// Somebody is or wants to be reached: a phone number, if it is written like one.
    Contact,
    Reference,
    Nothing,
}

/// Words, or (with `*`) beginnings of words, that tell what a number after them is.
const CUES: [(&str, Context); 103] = [
    ("bsn*", Context::Bsn),
    ("burgerservice*", Context::Bsn),
    ("sofi*", Context::Bsn),
    ("citizen", Context::Bsn),
    ("card*", Context::Card),
    ("carte*", Context::Card),
    ("cc", Context::Card),
    ("credit*", Context::Card),
    ("kaart*", Context::Card),
    ("karte*", Context::Card),
    ("maestro", Context::Card),
    ("mastercard*", Context::Card),
    ("tarjeta*", Context::Card),
    ("visa*", Context::Card),
    ("06-nummer*", Context::Phone),
    ("anruf*", Context::Phone),
    ("appel*", Context::Phone),
    ("bel", Context::Phone),
    ("bellen", Context::Phone),
    ("belde", Context::Phone),
    ("belden", Context::Phone),
    ("belt", Context::Phone),
    ("bereik*", Context::Phone),
    ("call*", Context::Phone),
    ("cell*", Context::Phone),
    ("dial*", Context::Phone),
    ("fax", Context::Phone),
    ("gebeld", Context::Phone),
    ("gsm*", Context::Phone),
    ("handy*", Context::Phone),
    ("llama*", Context::Phone),
    ("llám*", Context::Phone),
    ("mobi*", Context::Phone),
    ("móvil*", Context::Phone),
    ("phone*", Context::Phone),
    ("portable", Context::Phone),
    ("reach*", Context::Phone),
    ("ring", Context::Phone),
    ("rufnummer*", Context::Phone),
    ("sms*", Context::Phone),
    ("tel*", Context::Phone),
    ("tél*", Context::Phone),
    ("terugbel*", Context::Phone),
    ("text", Context::Phone),
    ("whatsapp*", Context::Phone),
    ("answer*", Context::Contact),
    ("bericht*", Context::Contact),
    ("contact*", Context::Contact),
    ("message*", Context::Contact),
    ("neem", Context::Contact),
    ("neemt", Context::Contact),
    ("nehmen", Context::Contact),
    ("nemen", Context::Contact),
    ("number", Context::Contact),
    ("numéro", Context::Contact),
    ("número", Context::Contact),
    ("nummer", Context::Contact),
    ("opgenomen", Context::Contact),
    ("opneem*", Context::Contact),
    ("opnem*", Context::Contact),
    ("registered", Context::Contact),
    ("répond*", Context::Contact),
    ("responde*", Context::Contact),
    ("account*", Context::Reference),
    ("aanvraag*", Context::Reference),
    ("artikel*", Context::Reference),
    ("auftrag*", Context::Reference),
    ("bestel*", Context::Reference),
    ("boeking*", Context::Reference),
    ("booking*", Context::Reference),
    ("case*", Context::Reference),
    ("claim*", Context::Reference),
    ("client*", Context::Reference),
    ("commande*", Context::Reference),
    ("contract*", Context::Reference),
    ("customer*", Context::Reference),
    ("dossier*", Context::Reference),
    ("ean*", Context::Reference),
    ("factu*", Context::Reference),
    ("imei*", Context::Reference),
    ("invoice*", Context::Reference),
    ("incident*", Context::Reference),
    ("klacht*", Context::Reference),
    ("klant*", Context::Reference),
    ("kunden*", Context::Reference),
    ("meter*", Context::Reference),
    ("order*", Context::Reference),
    ("pakket*", Context::Reference),
    ("parcel*", Context::Reference),
    ("pedido*", Context::Reference),
    ("polis*", Context::Reference),
    ("policy*", Context::Reference),
    ("product*", Context::Reference),
    ("rechnung*", Context::Reference),
    ("ref*", Context::Reference),
    ("reserv*", Context::Reference),
    ("serial*", Context::Reference),
    ("serie*", Context::Reference),
    ("ticket*", Context::Reference),
    ("track*", Context::Reference),
    ("transact*", Context::Reference),
    ("vordering*", Context::Reference),
    ("zaak*", Context::Reference),
];

/// How many words before a number are looked at, and in how many bytes.
const WORDS: usize = 5;
const BYTES: usize = 60;

/// Up to how many words before a number a word such as *order* makes it a reference: in "customer
/// service called me on 06…" it is a phone number.
const REFERENCE_WORDS: usize = 3;

impl Context {
    /// The nearest cue among the last words before `start`, within the sentence; a word for contact
    /// only where there is no other.
    pub(super) fn before(text: &str, start: usize) -> Self {
        let before = text.get(..start).unwrap_or_default();
        let near =
            before.get(before.ceil_char_boundary(start.saturating_sub(BYTES))..).unwrap_or(before);
        let sentence = near.rsplit(['!', '?']).next().unwrap_or(near);
        let sentence = sentence.rsplit("\n\n").next().unwrap_or(sentence).to_lowercase();
        let words = sentence.rsplit(|c: char| !c.is_alphanumeric() && c != '-' && c != '\'');
        let mut found = Self::Nothing;
        for (index, word) in words.filter(|word| !word.is_empty()).take(WORDS).enumerate() {
            match cue(word) {
                Self::Nothing => {}
                Self::Reference if index >= REFERENCE_WORDS => {}
                Self::Contact => found = Self::Contact,
                context => return context,
            }
        }
        found
    }
}

/// What a word, in lower case, says of a number after it.
fn cue(word: &str) -> Context {
    let word = word.trim_matches('-');
    let fits = |(cue, _): &&(&str, Context)| match cue.strip_suffix('*') {
        Some(beginning) => word.starts_with(beginning),
        None => word == *cue,
    };
    CUES.iter().find(fits).map_or(Context::Nothing, |(_, context)| *context)
}

/// Whether the letters that end `before` are a word after which a phone, card or citizen service number
/// may stand without a blank: `tel0612345678`.
pub(super) fn is_cue_before(before: &str) -> bool {
    let letters = before.trim_end_matches('-');
    let word = letters.rsplit(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
    matches!(cue(&word.to_lowercase()), Context::Phone | Context::Card | Context::Bsn)
}
