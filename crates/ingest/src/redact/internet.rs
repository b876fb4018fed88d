//! E-mail addresses, IBANs, IP addresses, and secrets in URLs.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::OnceLock;

use feedback::RedactionKind;
use regex::Regex;

use super::{Finding, checksum, sign};

macro_rules! pattern {
    ($pattern:literal) => {{
        static PATTERN: OnceLock<Regex> = OnceLock::new();
        PATTERN.get_or_init(|| Regex::new($pattern).expect("a constant pattern is valid"))
    }};
}

/// E-mail addresses, also with letters beyond ASCII.
pub(super) fn emails(text: &str) -> Vec<Finding> {
    pattern!(r"[\p{L}\p{N}_][\p{L}\p{N}._%+\-]*@(?:[\p{L}\p{N}][\p{L}\p{N}\-]*\.)+\p{L}{2,24}")
        .find_iter(text)
        .map(|found| Finding { start: found.start(), end: found.end(), kind: RedactionKind::Email })
        .collect()
}

/// Names of a URL's parameters whose value is a secret, whatever it looks like.
const SECRET_PARAMETERS: [&str; 40] = [
    "access_key",
    "access_token",
    "accesstoken",
    "api_key",
    "apikey",
    "auth",
    "auth_token",
    "authorization",
    "authtoken",
    "client_secret",
    "code",
    "credential",
    "id_token",
    "invite",
    "jsessionid",
    "jwt",
    "key",
    "login_token",
    "magic",
    "nonce",
    "otp",
    "pass",
    "passwd",
    "password",
    "phpsessid",
    "pin",
    "pwd",
    "refresh_token",
    "reset",
    "secret",
    "session",
    "session_id",
    "sessionid",
    "sid",
    "sig",
    "signature",
    "ticket",
    "token",
    "user_token",
    "wachtwoord",
];

/// Secrets in URLs: `user:password@`, values of parameters that carry a secret, long random parts of
/// a path, and JSON Web Tokens.
pub(super) fn secrets(text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut push = |start, end| {
        findings.push(Finding { start, end, kind: RedactionKind::UrlToken });
    };
    for token in pattern!(r"\beyJ[\w\-]{8,}\.[\w\-]{8,}(?:\.[\w\-]*)?").find_iter(text) {
        push(token.start(), token.end());
    }
    for user in pattern!(r"://([^\s/@:?#]*:[^\s/@]+)@").captures_iter(text) {
        if let Some(user) = user.get(1) {
            push(user.start(), user.end());
        }
    }
    for parameter in pattern!(r#"[?&#;]([\w.\-]{1,40})=([^\s&#<>"';,)\]]+)"#).captures_iter(text) {
        if let (Some(name), Some(value)) = (parameter.get(1), parameter.get(2)) {
            let name = name.as_str().to_ascii_lowercase();
            let named = SECRET_PARAMETERS.binary_search(&name.as_str()).is_ok();
            // A mask that stands there already is no secret.
            if (named && !value.as_str().starts_with('[')) || is_random(value.as_str()) {
                push(value.start(), value.end());
            }
        }
    }
    for url in pattern!(r#"(?i)\b(?:https?://|www\.)[^\s<>"?#]+"#).find_iter(text) {
        let mut start = url.start();
        for segment in url.as_str().split('/') {
            if is_random(segment) {
                push(start, start + segment.len());
            }
            start += segment.len() + 1;
        }
    }
    findings
}

/// Whether it looks drawn at random: a UUID, or a long stretch in which letters and digits mix.
fn is_random(text: &str) -> bool {
    const LONG: usize = 20;
    const STRETCH: usize = 16;
    let uuid = pattern!(r"(?i)^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$");
    let mixed = |stretch: &str| {
        stretch.len() >= STRETCH
            && stretch.bytes().any(|byte| byte.is_ascii_digit())
            && stretch.bytes().any(|byte| byte.is_ascii_alphabetic())
    };
    text.len() >= LONG
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.~+%=".contains(&byte))
        && (text.split(['-', '_', '.', '%']).any(mixed) || uuid.is_match(text))
}

/// IBANs of the registry's countries, in groups or not, in either case, also right after a letter: the
/// check is what tells them.
pub(super) fn ibans(text: &str) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    let begins = |four: &[u8]| {
        matches!(four, [a, b, c, d] if a.is_ascii_alphabetic() && b.is_ascii_alphabetic()
            && c.is_ascii_digit() && d.is_ascii_digit())
    };
    // Far cheaper than the pattern, and hardly any text has one.
    if !text.as_bytes().windows(4).any(begins) {
        return findings;
    }
    for found in pattern!(r"(?i)[a-z]{2}[0-9]{2}[^[:alnum:]]{0,3}[a-z0-9]").find_iter(text) {
        if findings.last().is_some_and(|last| found.start() < last.end) {
            continue;
        }
        if let Some(end) = iban_end(text, found.start()) {
            findings.push(Finding { start: found.start(), end, kind: RedactionKind::Iban });
        }
    }
    findings
}

/// How many blanks, dots or dashes may stand between two groups of an IBAN.
const SEPARATORS_MAX: usize = 2;

/// Where the IBAN that begins at `start` ends, if it is one.
fn iban_end(text: &str, start: usize) -> Option<usize> {
    let rest = text.get(start..)?;
    let country: Vec<u8> = rest.bytes().take(2).map(|byte| byte.to_ascii_uppercase()).collect();
    let length = checksum::iban_length([*country.first()?, *country.get(1)?])?;
    let mut characters = Vec::with_capacity(length);
    let mut separators = 0;
    for (offset, character) in rest.char_indices() {
        if characters.len() == length {
            let ends = !character.is_alphanumeric();
            return (ends && checksum::mod_97(&characters)).then_some(start + offset);
        }
        if character.is_ascii_alphanumeric() {
            characters.push(u8::try_from(character.to_ascii_uppercase()).ok()?);
            separators = 0;
        } else if matches!(sign::plain(character), ' ' | '.' | '-') && separators < SEPARATORS_MAX {
            separators += 1;
        } else if !sign::is_invisible(character) {
            return None;
        }
    }
    (characters.len() == length && checksum::mod_97(&characters)).then_some(text.len())
}

/// IPv4 and IPv6 addresses; four numbers after a word such as *version* are none.
pub(super) fn ip_addresses(text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut push = |start, end| {
        findings.push(Finding { start, end, kind: RedactionKind::IpAddress });
    };
    // Far cheaper than the pattern, and hardly any text has one.
    let between =
        |three: &&[u8]| matches!(three, [a, b'.', b] if a.is_ascii_digit() && b.is_ascii_digit());
    let dotted = text.as_bytes().windows(3).filter(between).count() >= 3;
    let quads = pattern!(r"\b[0-9]{1,3}(?:\.[0-9]{1,3}){3}\b");
    for found in quads.find_iter(if dotted { text } else { "" }) {
        let before = text.get(..found.start()).unwrap_or_default();
        let after = text.get(found.end()..).unwrap_or_default();
        let goes_on = before.ends_with('.')
            || (after.starts_with('.') && after.as_bytes().get(1).is_some_and(u8::is_ascii_digit));
        if found.as_str().parse::<Ipv4Addr>().is_ok() && !goes_on && !is_version(before) {
            push(found.start(), found.end());
        }
    }
    if memchr::memchr(b':', text.as_bytes()).is_none() {
        return findings;
    }
    for found in
        pattern!(r"(?i)[0-9a-f:]*:[0-9a-f:]*:[0-9a-f:]+(?:\.[0-9]{1,3}){0,3}").find_iter(text)
    {
        let address = found.as_str();
        let before = text.get(..found.start()).and_then(|before| before.chars().next_back());
        let after = text.get(found.end()..).and_then(|after| after.chars().next());
        let alone = ![before, after].iter().flatten().any(|next| next.is_alphanumeric());
        let long_group = address.split(':').any(|group| group.len() >= 3);
        let colons = address.bytes().filter(|byte| *byte == b':').count();
        if alone && (long_group || colons > 2) && address.parse::<Ipv6Addr>().is_ok() {
            push(found.start(), found.end());
        }
    }
    findings
}

fn is_version(before: &str) -> bool {
    pattern!(r"(?i)\b(?:v|version|versie|release|firmware|build|update|app|ios|android)[ :]*$")
        .is_match(
            before
                .get(before.ceil_char_boundary(before.len().saturating_sub(24))..)
                .unwrap_or(before),
        )
}
