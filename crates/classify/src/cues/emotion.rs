//! The emotions that customers' words show.

use feedback::Emotion;
use serde::Serialize;

/// How many emotions there are.
const COUNT: usize = 10;
/// What a word that strengthens adds of what is left above an emotion's intensity: "very angry".
const STRENGTHENED: f64 = 0.4;

/// An emotion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Feels {
    Joy,
    Gratitude,
    Trust,
    Surprise,
    Sadness,
    Frustration,
    Anger,
    Fear,
    Disappointment,
    Confusion,
}

impl Feels {
    /// All of them.
    pub(crate) const ALL: [Self; COUNT] = [
        Self::Joy,
        Self::Gratitude,
        Self::Trust,
        Self::Surprise,
        Self::Sadness,
        Self::Frustration,
        Self::Anger,
        Self::Fear,
        Self::Disappointment,
        Self::Confusion,
    ];

    /// The name on the wire and in the lexicons.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Joy => "joy",
            Self::Gratitude => "gratitude",
            Self::Trust => "trust",
            Self::Surprise => "surprise",
            Self::Sadness => "sadness",
            Self::Frustration => "frustration",
            Self::Anger => "anger",
            Self::Fear => "fear",
            Self::Disappointment => "disappointment",
            Self::Confusion => "confusion",
        }
    }

    /// Whether it is good to feel so.
    pub(crate) const fn is_pleasant(self) -> bool {
        matches!(self, Self::Joy | Self::Gratitude | Self::Trust)
    }

    /// Whether somebody who feels so should not be kept waiting.
    const fn presses(self) -> bool {
        matches!(
            self,
            Self::Sadness | Self::Frustration | Self::Anger | Self::Fear | Self::Disappointment
        )
    }
}

/// How strong each emotion is, 0 to 1.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Emotions([f64; COUNT]);

impl Emotions {
    /// Notes an emotion; of several places the strongest counts. `strength` is what the words right
    /// before make of it.
    pub(crate) fn note(&mut self, feels: Feels, intensity: f64, strength: f64) {
        let intensity = if strength > 1.0 {
            intensity + (1.0 - intensity) * STRENGTHENED
        } else {
            intensity * strength
        };
        let known = &mut self.0[feels as usize];
        *known = known.max(intensity);
    }

    /// The strongest of those that press for an answer.
    pub(crate) fn pressing(&self) -> f64 {
        let pressing = Feels::ALL.into_iter().filter(|feels| feels.presses());
        pressing.map(|feels| self.0[feels as usize]).fold(0.0, f64::max)
    }

    /// For the output, strongest first, and of equal ones in the order of [`Feels`].
    pub(crate) fn told(&self) -> Vec<Emotion> {
        let of = |feels: Feels| (feels, self.0[feels as usize]);
        let found = Feels::ALL.into_iter().map(of).filter(|(_, intensity)| *intensity > 0.0);
        let mut found: Vec<(Feels, f64)> = found.collect();
        found.sort_by(|one, other| other.1.total_cmp(&one.1));
        let emotion =
            |(feels, intensity): (Feels, f64)| Emotion { name: feels.name().to_owned(), intensity };
        found.into_iter().map(emotion).collect()
    }
}
