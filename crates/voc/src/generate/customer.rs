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

#[cfg(test)]
mod tests {
    use super::*;

    fn customer(key: &str) -> Customer {
        Customer {
            key: key.to_owned(),
            sector: Sector::Bank,
            lang: Lang::Nl,
            region: 0,
            segment: 0,
            value: 100,
            answers: 0,
            troubled: false,
            last: 0,
        }
    }

    /// Tries as long as it takes for the share of answers that are nobody's known.
    fn come_back(customers: &mut Customers, now: i64) -> Option<Customer> {
        let mut random = Random::new(1);
        (0..100).find_map(|_| customers.come_back(now, &mut random))
    }

    #[test]
    fn nobody_comes_back_too_soon_or_too_often() {
        let mut customers = Customers::default();
        customers.leave(customer("c"), 0, true);
        for answers in 1..ANSWERS_MAX {
            let left = i64::from(answers - 1) * AWAY_SECONDS;
            assert!(come_back(&mut customers, left + AWAY_SECONDS - 1).is_none());
            let back = come_back(&mut customers, left + AWAY_SECONDS).unwrap();
            assert_eq!(back.answers, answers);
            assert!(back.troubled);
            customers.leave(back, left + AWAY_SECONDS, true);
        }
        assert!(come_back(&mut customers, i64::MAX).is_none());
    }

    #[test]
    fn the_known_are_bounded() {
        let mut customers = Customers::default();
        for number in 0..CUSTOMERS_MAX + 10 {
            customers.leave(customer(&number.to_string()), 0, false);
        }
        assert_eq!(customers.known.len(), CUSTOMERS_MAX);
        assert!(customers.known.iter().any(|known| known.key == CUSTOMERS_MAX.to_string()));
    }
}
