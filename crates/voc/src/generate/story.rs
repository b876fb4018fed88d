//! What happens to whom, and how they tell it: from a moment to a line.

use std::sync::Arc;

use jiff::Timestamp;

use super::customer::{Customer, Sector};
use super::grammar::{Grammar, Situation};
use super::random::Random;
use super::{Generator, Lang, Line, Tone};

/// When a line is said.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    /// The time.
    pub(super) at: Timestamp,
    /// How much of the span has passed, 0 to 1.
    pub(super) share: f64,
}

/// The outage: when, as shares of the span, and what part of the answers then tells of it.
const SURGE_FROM: f64 = 0.55;
const SURGE_UNTIL: f64 = 0.60;
const SURGE_PART: f64 = 0.65;

const EMPLOYEES: f64 = 0.025;
const SECOND_CLAUSE: f64 = 0.22;

/// What an answer is on the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mood {
    Good,
    Bad,
    Neutral,
    Mixed,
}

fn mood(random: &mut Random) -> Mood {
    match random.below(100) {
        0..53 => Mood::Good,
        53..80 => Mood::Bad,
        80..88 => Mood::Neutral,
        _ => Mood::Mixed,
    }
}

/// Where a situation stands in the grammar.
#[derive(Debug, Clone, Copy)]
enum Place {
    Service(usize),
    Telecom(usize),
    Bank(usize),
    Staff(usize),
}

/// Situations to draw from, each as often as its weight says.
#[derive(Debug, Default)]
pub(super) struct Pools {
    good: [Vec<Place>; 2],
    bad: [Vec<Place>; 2],
    neutral: [Vec<Place>; 2],
    troubled: Vec<Place>,
    staff: Vec<Place>,
    outage: Vec<Place>,
}

impl Pools {
    pub(super) fn of(grammar: &Grammar) -> Self {
        let mut pools = Self::default();
        for (index, situation) in grammar.service.iter().enumerate() {
            if situation.after_trouble {
                fill(&mut pools.troubled, Place::Service(index), situation);
            } else {
                pools.add(0, Place::Service(index), situation);
                pools.add(1, Place::Service(index), situation);
            }
        }
        for (index, situation) in grammar.telecom.iter().enumerate() {
            pools.add(0, Place::Telecom(index), situation);
            if &*situation.id == "outage" {
                fill(&mut pools.outage, Place::Telecom(index), situation);
            }
        }
        for (index, situation) in grammar.bank.iter().enumerate() {
            pools.add(1, Place::Bank(index), situation);
        }
        for (index, situation) in grammar.staff.iter().enumerate() {
            fill(&mut pools.staff, Place::Staff(index), situation);
        }
        pools
    }

    fn add(&mut self, sector: usize, place: Place, situation: &Situation) {
        let pool = match situation.tone {
            Tone::Furious | Tone::Negative => &mut self.bad,
            Tone::Neutral => &mut self.neutral,
            Tone::Positive | Tone::Delighted => &mut self.good,
        };
        fill(&mut pool[sector], place, situation);
    }
}

fn fill(pool: &mut Vec<Place>, place: Place, situation: &Situation) {
    pool.extend(std::iter::repeat_n(place, situation.weight));
}

/// Who tells what, before it is written down.
pub(super) struct Story<'a> {
    pub(super) customer: &'a Customer,
    pub(super) employee: bool,
    pub(super) surge: bool,
    pub(super) situations: Vec<&'a Situation>,
    pub(super) tone: Option<Tone>,
    pub(super) region: &'a str,
}

impl<'a> Story<'a> {
    /// The situation that the answer is about first.
    pub(super) fn first(&self) -> &'a Situation {
        self.situations[0]
    }

    /// Whether there was trouble.
    pub(super) fn is_bad(&self) -> bool {
        matches!(self.tone, Some(Tone::Furious | Tone::Negative))
    }
}

impl Generator {
    /// One whole answer.
    pub(super) fn answer(&mut self, source_id: &str, moment: &Moment) -> Line {
        let grammar = Arc::clone(&self.grammar);
        let now = moment.at.as_second();
        let surge = self.options.surge
            && (SURGE_FROM..SURGE_UNTIL).contains(&moment.share)
            && self.random.chance(SURGE_PART);
        let employee = !surge && self.random.chance(EMPLOYEES);
        let known = if employee { None } else { self.customers.come_back(now, &mut self.random) };
        let customer = match known {
            Some(customer) if !surge || customer.sector == Sector::Telecom => customer,
            _ => self.somebody_new(&grammar, surge),
        };
        let story = self.story(&grammar, &customer, employee, surge);
        let (record, truth) = self.record(&grammar, &story, source_id, moment);
        let bytes = serde_json::to_vec(&record).unwrap_or_default();
        let troubled = story.is_bad();
        if !employee {
            self.customers.leave(customer, now, troubled);
        }
        Line { bytes, truth }
    }

    fn somebody_new(&mut self, grammar: &Grammar, surge: bool) -> Customer {
        let random = &mut self.random;
        let telecom = random.chance(0.55);
        Customer {
            key: format!("c-{:016x}", random.bits()),
            sector: if surge || telecom { Sector::Telecom } else { Sector::Bank },
            lang: if random.chance(self.options.dutch) { Lang::Nl } else { Lang::En },
            region: random.place(grammar.regions.len()),
            segment: random.place(grammar.segments.len()),
            value: 60 + 12 * random.below(90),
            answers: 0,
            troubled: false,
            last: 0,
        }
    }

    fn story<'a>(
        &mut self,
        grammar: &'a Grammar,
        customer: &'a Customer,
        employee: bool,
        surge: bool,
    ) -> Story<'a> {
        let random = &mut self.random;
        let sector = usize::from(customer.sector == Sector::Bank);
        let look_up = |place: &Place| match *place {
            Place::Service(index) => &grammar.service[index],
            Place::Telecom(index) => &grammar.telecom[index],
            Place::Bank(index) => &grammar.bank[index],
            Place::Staff(index) => &grammar.staff[index],
        };
        let mood = mood(random);
        let pools = &self.pools;
        let mut mixed = false;
        let mut situations = if surge {
            vec![look_up(random.pick(&pools.outage))]
        } else if employee {
            vec![look_up(random.pick(&pools.staff))]
        } else if customer.troubled && random.chance(0.5) {
            vec![look_up(random.pick(&pools.troubled))]
        } else {
            match mood {
                Mood::Good => vec![look_up(random.pick(&pools.good[sector]))],
                Mood::Bad => vec![look_up(random.pick(&pools.bad[sector]))],
                Mood::Neutral => vec![look_up(random.pick(&pools.neutral[sector]))],
                Mood::Mixed => {
                    mixed = true;
                    let good = look_up(random.pick(&pools.good[sector]));
                    let bad = look_up(random.pick(&pools.bad[sector]));
                    if random.chance(0.75) { vec![good, bad] } else { vec![bad, good] }
                }
            }
        };
        let first = situations[0];
        let tone = if mixed { None } else { Some(first.tone) };
        if situations.len() == 1 && !employee && random.chance(SECOND_CLAUSE) {
            let pool = match first.tone {
                Tone::Furious | Tone::Negative => &pools.bad[sector],
                Tone::Neutral => &pools.neutral[sector],
                Tone::Positive | Tone::Delighted => &pools.good[sector],
            };
            let second = look_up(random.pick(pool));
            if second.id != first.id {
                situations.push(second);
            }
        }
        let region = if surge { &grammar.regions[0] } else { &grammar.regions[customer.region] };
        Story { customer, employee, surge, situations, tone, region }
    }
}
