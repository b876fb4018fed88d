//! The customers, who come back: each answers one to four times, days or weeks apart.

use super::Lang;
use super::random::Random;

/// How many customers may still come back, at most: those who came last.
const CUSTOMERS_MAX: usize = 5_000;
/// How many answers one customer gives, at most.
const ANSWERS_MAX: u32 = 4;
/// How long a customer stays away, at least: three days.
const AWAY_SECONDS: i64 = 3 * 86_400;
/// The share of answers by somebody known, where somebody is free to come back.
const RETURNING: f64 = 0.45;

/// Which company a customer is with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sector {
    /// The telecom company.
    Telecom,
    /// The bank.
    Bank,
}

impl Sector {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Telecom => "telecom",
            Self::Bank => "bank",
        }
    }
}

/// One customer.
#[derive(Debug, Clone)]
pub(super) struct Customer {
    /// The pseudonym.
    pub(super) key: String,
    /// Their company.
    pub(super) sector: Sector,
    /// Their language.
    pub(super) lang: Lang,
    /// Where they live: index into the grammar's regions.
    pub(super) region: usize,
    /// What kind of customer: index into the grammar's segments.
    pub(super) segment: usize,
    /// What they are worth a year, in euros.
    pub(super) value: u32,
    /// How often they answered before.
    pub(super) answers: u32,
    /// Whether their last answer told of trouble.
    pub(super) troubled: bool,
    /// When they last answered, in seconds since 1970.
    pub(super) last: i64,
}

/// Everybody who may come back.
#[derive(Debug, Default)]
pub(super) struct Customers {
    known: Vec<Customer>,
    oldest: usize,
}

impl Customers {
    /// Somebody known who has stayed away long enough at `now`, for the share of answers that are
    /// theirs; whoever comes is taken out and is put back by [`Customers::leave`].
    pub(super) fn come_back(&mut self, now: i64, random: &mut Random) -> Option<Customer> {
        if self.known.is_empty() || !random.chance(RETURNING) {
            return None;
        }
        let place = random.place(self.known.len());
        let rested = self.known[place].last.saturating_add(AWAY_SECONDS) <= now;
        rested.then(|| self.known.swap_remove(place))
    }

    /// Lets `customer` go, to come back perhaps.
    pub(super) fn leave(&mut self, mut customer: Customer, now: i64, troubled: bool) {
        customer.answers += 1;
        customer.last = now;
        customer.troubled = troubled;
        if customer.answers >= ANSWERS_MAX {
            return;
        }
        if self.known.len() < CUSTOMERS_MAX {
            self.known.push(customer);
        } else {
            self.oldest = (self.oldest + 1) % CUSTOMERS_MAX;
            self.known[self.oldest] = customer;
        }
    }
}
