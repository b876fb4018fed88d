//! Scores given as words: the points of the scales that survey tools offer, from the lowest.

use feedback::Metric;

/// A scale of words.
#[derive(Debug)]
pub(super) struct Labels {
    /// What it measures; `None`: what the question asks.
    pub(super) metric: Option<Metric>,
    /// The words of each point, in lower case, the lowest first.
    points: &'static [&'static [&'static str]],
}

const SCALES: [Labels; 9] = [
    Labels {
        metric: Some(Metric::Csat),
        points: &[
            &["very dissatisfied", "extremely dissatisfied", "very unsatisfied"],
            &["dissatisfied", "somewhat dissatisfied", "unsatisfied"],
            &["neutral", "neither satisfied nor dissatisfied", "neither"],
            &["satisfied", "somewhat satisfied"],
            &["very satisfied", "extremely satisfied"],
        ],
    },
    Labels {
        metric: Some(Metric::Csat),
        points: &[
            &["zeer ontevreden", "heel ontevreden", "erg ontevreden"],
            &["ontevreden", "enigszins ontevreden"],
            &["neutraal", "niet tevreden, niet ontevreden", "noch tevreden, noch ontevreden"],
            &["tevreden", "enigszins tevreden"],
            &["zeer tevreden", "heel tevreden", "erg tevreden"],
        ],
    },
    Labels {
        metric: Some(Metric::Ces),
        points: &[
            &["very difficult", "extremely difficult"],
            &["difficult", "somewhat difficult"],
            &["neutral", "neither easy nor difficult"],
            &["easy", "somewhat easy"],
            &["very easy", "extremely easy"],
        ],
    },
    Labels {
        metric: Some(Metric::Ces),
        points: &[
            &["zeer moeilijk", "heel moeilijk"],
            &["moeilijk"],
            &["neutraal", "niet makkelijk, niet moeilijk"],
            &["makkelijk", "gemakkelijk"],
            &["zeer makkelijk", "heel makkelijk", "zeer gemakkelijk"],
        ],
    },
    Labels {
        metric: Some(Metric::Rating),
        points: &[
            &["very poor", "very bad"],
            &["poor", "bad"],
            &["neither good nor poor", "average", "neutral"],
            &["good"],
            &["very good", "excellent"],
        ],
    },
    Labels {
        metric: Some(Metric::Rating),
        points: &[
            &["zeer slecht", "heel slecht"],
            &["slecht"],
            &["matig", "neutraal", "niet goed, niet slecht"],
            &["goed"],
            &["zeer goed", "heel goed", "uitstekend"],
        ],
    },
    Labels {
        metric: None,
        points: &[
            &["strongly disagree"],
            &["disagree"],
            &["neutral", "neither agree nor disagree"],
            &["agree"],
            &["strongly agree"],
        ],
    },
    Labels {
        metric: None,
        points: &[
            &["strongly disagree"],
            &["disagree"],
            &["somewhat disagree"],
            &["neutral", "neither agree nor disagree"],
            &["somewhat agree"],
            &["agree"],
            &["strongly agree"],
        ],
    },
    Labels {
        metric: None,
        points: &[
            &["helemaal mee oneens", "helemaal oneens", "zeer mee oneens"],
            &["mee oneens", "oneens"],
            &["neutraal", "niet eens, niet oneens"],
            &["mee eens", "eens"],
            &["helemaal mee eens", "helemaal eens", "zeer mee eens"],
        ],
    },
];

/// The scale that holds every text (in any case); texts that are a word for "no answer" are left out
/// by the caller.
pub(super) fn scale<'a>(texts: impl Iterator<Item = &'a str> + Clone) -> Option<&'static Labels> {
    let mut texts = texts.peekable();
    texts.peek()?;
    SCALES.iter().find(|labels| {
        texts.clone().all(|text| labels.values().any(|(word, _)| word == text.to_lowercase()))
    })
}

impl Labels {
    /// Every word with its value, from 1.
    pub(super) fn values(&self) -> impl Iterator<Item = (&'static str, usize)> {
        let points = self.points.iter().zip(1..);
        points.flat_map(|(words, value)| words.iter().map(move |word| (*word, value)))
    }

    /// The highest value.
    pub(super) fn max(&self) -> usize {
        self.points.len()
    }
}
