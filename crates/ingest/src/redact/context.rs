//! What the words before a number say it is: a phone number, a citizen service number, or the number
//! of an order, an invoice, a case. In Dutch, English, German, French and Spanish.

/// What the words before a number say it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Context {
    Bsn,
    Card,
    Phone,
    Reference,
    Nothing,
}

/// Words, or (with `*`) beginnings of words, that tell what a number after them is.
const CUES: [(&str, Context); 79] = [
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
    ("bereikbaar", Context::Phone),
    ("call", Context::Phone),
    ("cell*", Context::Phone),
    ("fax", Context::Phone),
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
    ("text", Context::Phone),
    ("whatsapp*", Context::Phone),
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

impl Context {
    /// The nearest cue among the last words before `start`, within the sentence.
    pub(super) fn before(text: &str, start: usize) -> Self {
        const WORDS: usize = 5;
        const BYTES: usize = 60;
        let before = text.get(..start).unwrap_or_default();
        let near =
            before.get(before.ceil_char_boundary(start.saturating_sub(BYTES))..).unwrap_or(before);
        let sentence = near.rsplit(['!', '?']).next().unwrap_or(near);
        let sentence = sentence.rsplit("\n\n").next().unwrap_or(sentence).to_lowercase();
        let words = sentence.rsplit(|c: char| !c.is_alphanumeric() && c != '-' && c != '\'');
        let cue = |word: &str| {
            CUES.iter().find(|(cue, _)| match cue.strip_suffix('*') {
                Some(beginning) => word.starts_with(beginning),
                None => word == *cue,
            })
        };
        words
            .filter(|word| !word.is_empty())
            .take(WORDS)
            .find_map(cue)
            .map_or(Self::Nothing, |(_, context)| *context)
    }
}
