//! Which partition a key belongs to: murmur2 as Kafka's Java client computes it, so that the same key
//! lands on the same partition number on every kind of log. Source: Austin Appleby's `MurmurHash2`
//! (public domain) with the seed of `org.apache.kafka.common.utils.Utils.murmur2`.

const SEED: u32 = 0x9747_b28c;
const MULTIPLIER: u32 = 0x5bd1_e995;
const SHIFT: u32 = 24;

/// The 32-bit hash of `bytes`.
pub fn hash(bytes: &[u8]) -> i32 {
    // Kafka takes the length as a Java int; a key longer than that cannot exist.
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    let mut hash = SEED ^ length;
    let (words, rest) = bytes.as_chunks::<4>();
    for word in words {
        let mut word = u32::from_le_bytes(*word).wrapping_mul(MULTIPLIER);
        word ^= word >> SHIFT;
        hash = hash.wrapping_mul(MULTIPLIER) ^ word.wrapping_mul(MULTIPLIER);
    }
    if !rest.is_empty() {
        for (place, byte) in (0_u32..).zip(rest) {
            hash ^= u32::from(*byte) << (8 * place);
        }
        hash = hash.wrapping_mul(MULTIPLIER);
    }
    hash ^= hash >> 13;
    hash = hash.wrapping_mul(MULTIPLIER);
    (hash ^ (hash >> 15)).cast_signed()
}

/// The partition of `key` among `partitions` (at least 1): `(hash & 0x7fff_ffff) % partitions`.
pub fn partition(key: &[u8], partitions: i32) -> i32 {
    (hash(key) & i32::MAX) % partitions.max(1)
}

/// The partition of a record: by its key, or the next in turn for one without. `turn` counts the
/// records without a key.
pub fn partition_or_turn(key: Option<&[u8]>, partitions: i32, turn: &mut u64) -> i32 {
    if let Some(key) = key {
        return partition(key, partitions);
    }
    let count = u64::from(partitions.max(1).unsigned_abs());
    let place = *turn % count;
    *turn = turn.wrapping_add(1);
    i32::try_from(place).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_as_kafka_does() {
        // From org.apache.kafka.common.utils.UtilsTest.testMurmur2.
        let cases: [(&[u8], i32); 6] = [
            (b"21", -973_932_308),
            (b"foobar", -790_332_482),
            (b"a-little-bit-long-string", -985_981_536),
            (b"a-little-bit-longer-string", -1_486_304_829),
            (b"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58_897_971),
            (b"abc", 479_470_107),
        ];
        for (key, expected) in cases {
            assert_eq!(hash(key), expected, "{key:?}");
        }
    }

    #[test]
    fn keeps_partitions_in_range_and_spreads_records_without_a_key() {
        for length in 0..200_u8 {
            let key: Vec<u8> = (0..length).collect();
            assert!((0..6).contains(&partition(&key, 6)));
        }
        let mut turn = u64::MAX - 1;
        let taken: Vec<i32> = (0..5).map(|_| partition_or_turn(None, 3, &mut turn)).collect();
        assert!(taken.iter().all(|partition| (0..3).contains(partition)));
        let mut turn = 0;
        let taken: Vec<i32> = (0..4).map(|_| partition_or_turn(None, 3, &mut turn)).collect();
        assert_eq!(taken, [0, 1, 2, 0]);
    }
}
