//! Damage, as it happens to real feeds: each kind is one that a reader must refuse.

use super::random::Random;

/// How a line is damaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dirty {
    /// The JSON is cut off.
    Truncated,
    /// It is no JSON at all.
    NotJson,
    /// An empty object: neither a text nor a score.
    EmptyObject,
    /// An NPS of 11 on 0 to 10.
    ScoreOffScale,
    /// A member stands twice.
    DuplicateKeys,
    /// `texts` is a number.
    WrongType,
    /// A byte that is no UTF-8.
    InvalidUtf8,
    /// Half a surrogate pair, escaped.
    LoneSurrogate,
}

impl Dirty {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::Truncated,
        Self::NotJson,
        Self::EmptyObject,
        Self::ScoreOffScale,
        Self::DuplicateKeys,
        Self::WrongType,
        Self::InvalidUtf8,
        Self::LoneSurrogate,
    ];

    /// What becomes of the whole line `clean`.
    pub(super) fn damage(self, clean: &[u8], source_id: &str, random: &mut Random) -> Vec<u8> {
        match self {
            Self::Truncated => {
                let kept = clean.len() / 4 + random.place(clean.len() / 2);
                clean.iter().take(kept).copied().collect()
            }
            Self::NotJson => {
                const NOISE: [&str; 3] = [
                    "504 Gateway Time-out",
                    "<html><body>Service unavailable</body></html>",
                    "source_id;score;comment",
                ];
                let noise: &&str = random.pick(&NOISE);
                noise.as_bytes().to_vec()
            }
            Self::EmptyObject => b"{}".to_vec(),
            Self::ScoreOffScale => with_members(
                source_id,
                r#""scores":[{"metric":"nps","value":11,"min":0,"max":10}]"#,
            ),
            Self::DuplicateKeys => {
                let mut line = format!(r#"{{"source_id":"{source_id}","#).into_bytes();
                line.extend(clean.iter().skip(1));
                line
            }
            Self::WrongType => with_members(source_id, r#""texts":42"#),
            Self::InvalidUtf8 => {
                let mut line = with_members(source_id, r#""texts":[{"text":"caf"#);
                line.truncate(line.len() - 1);
                line.extend_from_slice(b"\xE9 slow\"}]}");
                line
            }
            Self::LoneSurrogate => {
                with_members(source_id, r#""texts":[{"text":"slow \ud83d service"}]"#)
            }
        }
    }
}

fn with_members(source_id: &str, members: &str) -> Vec<u8> {
    format!(r#"{{"source_id":"{source_id}","attributes":{{"synthetic":true}},{members}}}"#)
        .into_bytes()
}
