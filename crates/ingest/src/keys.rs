//! No key or id is a phone number or an e-mail address: a hash stands instead of it.

use feedback::{Feedback, canonical};

use crate::redact;

/// How many hex digits of the hash stand for a key.
const PSEUDONYM_DIGITS: usize = 32;

/// Replaces every key and id of `feedback` that is a phone number or an e-mail address. Its own id was
/// derived before, from what the source sent, so it is the same as ever.
pub(crate) fn replace_addresses(feedback: &mut Feedback) {
    let Feedback { customer, interaction, survey, source_id, response_id, .. } = feedback;
    let (agent_key, interaction_id) = match interaction {
        Some(interaction) => (interaction.agent_key.as_mut(), interaction.id.as_mut()),
        None => (None, None),
    };
    let keys = [
        customer.as_mut().and_then(|customer| customer.key.as_mut()),
        agent_key,
        interaction_id,
        survey.as_mut().and_then(|survey| survey.invitation_id.as_mut()),
        source_id.as_mut(),
        response_id.as_mut(),
    ];
    for key in keys.into_iter().flatten() {
        if let Some(pseudonym) = pseudonym(key) {
            *key = pseudonym;
        }
    }
}

/// What stands instead of a record's key on the topics voc writes; `None` where the key may stay,
/// because it is neither a phone number nor an e-mail address.
pub fn key_instead(key: &[u8]) -> Option<String> {
    pseudonym(std::str::from_utf8(key).ok()?)
}

/// A stable stand-in for a key that is a phone number or e-mail address: the same person keeps the
/// same key. It is a hash without a secret: somebody who can guess the address can confirm it, so a
/// source does better to send a pseudonym of its own.
fn pseudonym(key: &str) -> Option<String> {
    if !redact::is_address(key) {
        return None;
    }
    let hash = canonical::sha256_hex(key.trim().to_lowercase().as_bytes());
    Some(format!("p_{}", hash.get(..PSEUDONYM_DIGITS).unwrap_or_default()))
}
