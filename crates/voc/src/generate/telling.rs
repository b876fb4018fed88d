//! How a story is told: channel, texts, scores, and what a source knows around them.

use std::sync::Arc;

use super::customer::Sector;
use super::grammar::{Clause, Grammar};
use super::random::Random;
use super::record::{
    self, Attributes, CES, CSAT, Consent, Interaction, Language, NPS, Public, Record, STARS,
    Survey, Text,
};
use super::story::{Moment, Story};
use super::voice::{Voice, sentence_case};
use super::{Generator, Tone, Truth};

const SHORT: f64 = 0.13;
const WORDLESS: f64 = 0.06;
const PERSONAL_DATA: f64 = 0.03;
const CONSENT_ASKED: f64 = 0.5;
const REFUSED: f64 = 0.1;
const MONEY_KNOWN: f64 = 0.6;

impl Generator {
    /// The line that tells `story`, and what is true of it.
    pub(super) fn record<'a>(
        &mut self,
        grammar: &'a Grammar,
        story: &'a Story<'a>,
        source_id: &'a str,
        moment: &Moment,
    ) -> (Record<'a>, Truth) {
        let random = &mut self.random;
        let lang = story.customer.lang;
        let channel = channel(story, random);
        let voice = Voice { pieces: &grammar.pieces[lang.index()], lang, region: story.region };
        let declared = random.chance(self.options.declared_language);
        let mut texts = texts(story, channel, &voice, random);
        let personal_data = !texts.is_empty() && random.chance(PERSONAL_DATA);
        if let Some(text) = texts.last_mut().filter(|_| personal_data) {
            text.words.push(' ');
            text.words.push_str(&sentence_case(&voice.piece("reach_me", random)));
        }
        let language = Language { code: lang.code(), confidence: 1, by: "declared" };
        for text in &mut texts {
            text.lang = declared.then_some(language);
        }
        let told = texts.iter().any(|text| text.words.len() > 25);
        let truth = Truth {
            dirty: None,
            situations: story
                .situations
                .iter()
                .filter(|_| told)
                .map(|situation| Arc::clone(&situation.id))
                .collect(),
            lang,
            tone: story.tone,
            surge: story.surge,
            returning: story.customer.answers > 0,
            personal_data,
        };
        let customer = record::Customer {
            key: &story.customer.key,
            segment: &grammar.segments[story.customer.segment],
            value: random
                .chance(MONEY_KNOWN)
                .then_some(record::Value { amount: story.customer.value, currency: "EUR" }),
        };
        let record = Record {
            source_id,
            occurred_at: moment.at,
            brand: match story.customer.sector {
                Sector::Telecom => "Example Telecom",
                Sector::Bank => "Example Bank",
            },
            respondent: if story.employee { "employee" } else { "customer" },
            solicited: matches!(channel, "survey" | "chat"),
            channel,
            touchpoint: random.pick(&story.first().touchpoints).as_str(),
            survey: (channel == "survey")
                .then_some(Survey { id: "relation-2026", name: "Customer survey" }),
            interaction: interaction(story, channel, random),
            scores: scores(story, channel, texts.is_empty(), random),
            texts,
            public: (channel == "social" || channel == "review").then(|| Public {
                url: format!("https://social.example/posts/{:08x}", random.below(u32::MAX)),
                reach: 40 + random.below(60) * random.below(900),
            }),
            customer: (!story.employee && channel != "social").then_some(customer),
            consent: (!story.employee && random.chance(CONSENT_ASKED))
                .then(|| Consent { contact: !random.chance(REFUSED) }),
            attributes: Attributes {
                region: story.region,
                sector: story.customer.sector.name(),
                synthetic: true,
            },
        };
        (record, truth)
    }
}

/// Where the answer comes in.
fn channel(story: &Story<'_>, random: &mut Random) -> &'static str {
    if story.employee {
        return "employee";
    }
    match random.below(100) {
        0..9 => "chat",
        9..15 => "review",
        15..22 => "social",
        22..28 => "email",
        28..34 if story.is_bad() => "complaint",
        _ => "survey",
    }
}

fn texts(story: &Story<'_>, channel: &str, voice: &Voice<'_>, random: &mut Random) -> Vec<Text> {
    let survey = channel == "survey";
    if survey && !story.surge && random.chance(WORDLESS) {
        return Vec::new();
    }
    let tone = story.tone.unwrap_or(Tone::Neutral);
    let words = if survey && story.tone.is_some() && !story.surge && random.chance(SHORT) {
        voice.short(tone, random)
    } else {
        let parts: Vec<&[Clause]> =
            story.situations.iter().map(|situation| situation.clauses(voice.lang)).collect();
        let joint = if story.tone.is_some() { "and" } else { "but" };
        voice.text(&parts, joint, tone, random)
    };
    let plain = |words: String| Text {
        question_id: None,
        label: None,
        words,
        lang: None,
        author: None,
        turn: None,
    };
    match channel {
        "chat" => {
            let turn =
                |text, author, turn| Text { author: Some(author), turn: Some(turn), ..plain(text) };
            let bot = random.chance(0.3);
            let (list, author) = if bot { ("bot_turn", "bot") } else { ("agent_turn", "agent") };
            let greeting = voice.piece(list, random);
            vec![turn(greeting, author, 0), turn(words, "customer", 1)]
        }
        "survey" => vec![Text {
            question_id: Some("why"),
            label: Some(voice.piece("question", random)),
            ..plain(words)
        }],
        "employee" => vec![Text { author: Some("employee"), ..plain(words) }],
        _ => vec![plain(words)],
    }
}

/// The scores that come with it; where nothing is written, at least one.
fn scores(
    story: &Story<'_>,
    channel: &str,
    wordless: bool,
    random: &mut Random,
) -> Vec<record::Score> {
    let scales: &[&record::Scale] = match channel {
        "survey" => match random.below(100) {
            0..48 => &[&NPS],
            48..68 => &[&NPS, &CSAT],
            68..86 => &[&CSAT],
            86..94 => &[&CES],
            _ => &[&NPS, &CES],
        },
        "chat" if random.chance(0.7) => &[&CSAT],
        "review" => &[&STARS],
        _ if wordless => &[&NPS],
        _ => &[],
    };
    scales.iter().map(|scale| scale.score(story.tone, random)).collect()
}

fn interaction<'a>(
    story: &Story<'a>,
    channel: &str,
    random: &mut Random,
) -> Option<Interaction<'a>> {
    let contact = channel == "chat" || (channel == "survey" && random.chance(0.7));
    if !contact {
        return None;
    }
    let situation = story.situations[0];
    let waited = &*situation.id == "wait_on_the_phone";
    let passed = &*situation.id == "passed_around";
    Some(Interaction {
        id: format!("i-{:012x}", random.bits() >> 16),
        kind: if channel == "chat" { "chat" } else { "call" },
        queue: &situation.queue,
        team: format!("{}_{}", situation.queue, random.between(1, 3)),
        agent_key: format!("a-{:03}", random.below(120)),
        wait_seconds: if waited { random.between(1200, 5400) } else { random.between(5, 420) },
        handle_seconds: random.between(60, 1500),
        transfers: if passed { random.between(2, 5) } else { random.below(2) },
    })
}
