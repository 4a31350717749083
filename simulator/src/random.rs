//! Chance with a seed: the same seed gives the same centre for ever.
//!
//! xoshiro256++ (D. Blackman, S. Vigna), written out here so that no library's next version changes a run.

/// A stream of random numbers.
#[derive(Debug, Clone)]
pub(super) struct Random([u64; 4]);

impl Random {
    /// The stream of that seed.
    pub(super) fn new(seed: u64) -> Self {
        let mut state = seed;
        let mut split = || {
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = state;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            z ^ (z >> 31)
        };
        Self([split(), split(), split(), split()])
    }

    fn next(&mut self) -> u64 {
        let Self([a, b, c, d]) = self;
        let result = a.wrapping_add(*d).rotate_left(23).wrapping_add(*a);
        let t = *b << 17;
        *c ^= *a;
        *d ^= *b;
        *b ^= *c;
        *a ^= *d;
        *c ^= t;
        *d = d.rotate_left(45);
        result
    }

    /// From 0 to below 1.
    pub(super) fn unit(&mut self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "53 bits fit an f64")]
        let mantissa = (self.next() >> 11) as f64;
        mantissa / 9_007_199_254_740_992.0
    }

    /// True with that probability.
    pub(super) fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// From 0 to below `bound`; 0 when `bound` is 0.
    pub(super) fn below(&mut self, bound: usize) -> usize {
        let wide = u128::from(self.next()) * (bound as u128);
        usize::try_from(wide >> 64).unwrap_or(0)
    }

    /// Milliseconds between two bounds, both included.
    pub(super) fn between(&mut self, from_ms: i64, to_ms: i64) -> i64 {
        let span = usize::try_from(to_ms - from_ms + 1).unwrap_or(1);
        from_ms + i64::try_from(self.below(span)).unwrap_or(0)
    }

    /// Exponential milliseconds of that mean.
    pub(super) fn exponential(&mut self, mean_ms: f64) -> f64 {
        -(1.0 - self.unit()).ln() * mean_ms
    }

    /// Log-normal milliseconds of that mean; `spread` is the deviation of the logarithm.
    pub(super) fn log_normal(&mut self, mean_ms: f64, spread: f64) -> i64 {
        let radius = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
        let normal = radius * (std::f64::consts::TAU * self.unit()).cos();
        whole_ms(mean_ms * (spread * normal - spread * spread / 2.0).exp())
    }
}

/// Milliseconds as an integer, at least 1.
#[expect(clippy::cast_possible_truncation, reason = "durations of a call centre; `as` saturates")]
pub(super) fn whole_ms(ms: f64) -> i64 {
    (ms.round() as i64).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_names_one_stream_and_means_are_as_asked() {
        let (mut a, mut b, mut c) = (Random::new(7), Random::new(7), Random::new(8));
        assert_eq!((0..9).map(|_| a.next()).collect::<Vec<_>>(), (0..9).map(|_| b.next()).collect::<Vec<_>>());
        assert_ne!(a.next(), c.next());
        let n = 200_000;
        let mean = (0..n).map(|_| a.exponential(1_000.0)).sum::<f64>() / f64::from(n);
        assert!((mean - 1_000.0).abs() < 15.0, "{mean}");
        let mean = (0..n).map(|_| a.log_normal(1_000.0, 0.7)).sum::<i64>() / i64::from(n);
        assert!((mean - 1_000).abs() < 15, "{mean}");
        assert!((0..n).all(|_| (5..=9).contains(&a.between(5, 9))));
        assert_eq!(a.below(0), 0);
    }
}
