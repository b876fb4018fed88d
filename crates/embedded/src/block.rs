//! How the records of a block are written down: one after the other, each with its length in front,
//! so that a reader that starts in the middle skips the ones before cheaply.
//!
//! Record: `u32` length of the rest, `i64` timestamp, key, value, `varint` number of headers, and per
//! header its name and its value. Numbers are little-endian. A key, value or header value is a
//! `varint` of its length plus one (0: null) and its bytes. The whole is stored as LZ4 where that is
//! shorter (it is for JSON, by far, and the disk is what bounds the rate): one byte says so.

use std::sync::Arc;

use bytes::Bytes;
use feedback::{Header, Origin, Record};
use lz4_flex::block::get_maximum_output_size;
use pipeline::Output;

/// A block takes no further record beyond this size; one record may exceed it alone.
const BLOCK_BYTES: usize = 256 << 10;

/// Room for a length, filled in once the record is written.
const LENGTH_BYTES: usize = 4;

/// The first byte of a stored block.
const PLAIN: u8 = 0;
const LZ4: u8 = 1;

/// Where the packed bytes of a block begin: after the form and the size unpacked.
const PACKED_AT: usize = 5;

/// Blocks are damaged: only a broken disk or a foreign hand does that.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Damaged;

/// Collects records for one partition.
#[derive(Debug, Default)]
pub(crate) struct Builder {
    bytes: Vec<u8>,
    count: i64,
}

impl Builder {
    /// Adds a record; one without a timestamp gets `now_ms`, as a Kafka client gives it.
    pub(crate) fn push(&mut self, output: &Output, now_ms: i64) {
        let start = self.bytes.len();
        self.bytes.reserve(LENGTH_BYTES + 64 + output.bytes() + 4 * output.headers.len());
        self.bytes.extend_from_slice(&[0; LENGTH_BYTES]);
        self.bytes.extend_from_slice(&output.timestamp_ms.unwrap_or(now_ms).to_le_bytes());
        put_bytes(&mut self.bytes, output.key.as_ref());
        put_bytes(&mut self.bytes, output.value.as_ref());
        put_varint(&mut self.bytes, output.headers.len());
        for header in &output.headers {
            put_varint(&mut self.bytes, header.name.len());
            self.bytes.extend_from_slice(header.name.as_bytes());
            put_bytes(&mut self.bytes, header.value.as_ref());
        }
        let length = self.bytes.len() - start - LENGTH_BYTES;
        let length = u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes();
        if let Some(room) = self.bytes.get_mut(start..start + LENGTH_BYTES) {
            room.copy_from_slice(&length);
        }
        self.count += 1;
    }

    /// Whether the next record belongs into another block.
    pub(crate) fn is_full(&self) -> bool {
        self.bytes.len() >= BLOCK_BYTES
    }

    /// How many records it holds.
    pub(crate) fn count(&self) -> i64 {
        self.count
    }

    /// The block as it is stored: how, the size unpacked where it is packed, and the bytes.
    pub(crate) fn finish(self) -> Vec<u8> {
        let mut stored = vec![0; PACKED_AT + get_maximum_output_size(self.bytes.len())];
        let size = u32::try_from(self.bytes.len()).unwrap_or(u32::MAX).to_le_bytes();
        let packed = stored
            .get_mut(PACKED_AT..)
            .and_then(|room| lz4_flex::compress_into(&self.bytes, room).ok())
            .filter(|packed| PACKED_AT + packed < self.bytes.len());
        if let Some(packed) = packed {
            stored.truncate(PACKED_AT + packed);
            stored.splice(..PACKED_AT, [LZ4].into_iter().chain(size));
        } else {
            stored.clear();
            stored.push(PLAIN);
            stored.extend_from_slice(&self.bytes);
        }
        stored
    }
}

fn put_varint(bytes: &mut Vec<u8>, mut number: usize) {
    while number >= 0x80 {
        bytes.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    bytes.push(number.to_le_bytes()[0]);
}

fn put_bytes(bytes: &mut Vec<u8>, value: Option<&Bytes>) {
    match value {
        None => bytes.push(0),
        Some(value) => {
            put_varint(bytes, value.len() + 1);
            bytes.extend_from_slice(value);
        }
    }
}

/// A block that is being read.
#[derive(Debug)]
pub(crate) struct Block {
    bytes: Vec<u8>,
    at: usize,
    /// The offset of the record at `at`.
    next: i64,
    /// One past the last record.
    end: i64,
}

impl Block {
    /// A stored block whose records have the offsets `first..end`.
    pub(crate) fn open(stored: &[u8], first: i64, end: i64) -> Result<Self, Damaged> {
        let bytes = match stored.split_first() {
            Some((&PLAIN, bytes)) => bytes.to_vec(),
            Some((&LZ4, packed)) => {
                let (size, packed) =
                    lz4_flex::block::uncompressed_size(packed).map_err(|_| Damaged)?;
                // LZ4 packs to a 255th at best: a damaged size must not ask for all memory.
                if size / 256 > packed.len() {
                    return Err(Damaged);
                }
                lz4_flex::decompress(packed, size).map_err(|_| Damaged)?
            }
            _ => return Err(Damaged),
        };
        Ok(Self { bytes, at: 0, next: first, end })
    }

    /// Whether the record at `offset` is still to be read from it.
    pub(crate) fn holds(&self, offset: i64) -> bool {
        self.next <= offset && offset < self.end
    }

    /// What the record at `offset` weighs as stored; goes there.
    pub(crate) fn seek(&mut self, offset: i64) -> Result<usize, Damaged> {
        while self.next < offset {
            self.at += LENGTH_BYTES + self.length()?;
            self.next += 1;
        }
        self.length()
    }

    /// Reads the record it stands at.
    pub(crate) fn read(&mut self, topic: &Arc<str>, partition: i32) -> Result<Record, Damaged> {
        let start = self.at + LENGTH_BYTES;
        let end = start + self.length()?;
        let mut parts = Parts { bytes: self.bytes.get(start..end).ok_or(Damaged)? };
        let timestamp_ms = i64::from_le_bytes(parts.array()?);
        let key = parts.nullable()?;
        let value = parts.nullable()?;
        let count = parts.varint()?;
        let mut headers = Vec::with_capacity(count.min(64));
        for _ in 0..count {
            let length = parts.varint()?;
            let name = std::str::from_utf8(parts.take(length)?).map_err(|_| Damaged)?;
            headers.push(Header { name: name.to_owned(), value: parts.nullable()? });
        }
        let origin = Origin { topic: Arc::clone(topic), partition, offset: self.next };
        self.at = end;
        self.next += 1;
        Ok(Record { origin, timestamp_ms: Some(timestamp_ms), key, value, headers })
    }

    fn length(&self) -> Result<usize, Damaged> {
        let room = self.bytes.get(self.at..).and_then(<[u8]>::first_chunk).ok_or(Damaged)?;
        usize::try_from(u32::from_le_bytes(*room)).map_err(|_| Damaged)
    }
}

struct Parts<'a> {
    bytes: &'a [u8],
}

impl<'a> Parts<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], Damaged> {
        let (taken, rest) = self.bytes.split_at_checked(length).ok_or(Damaged)?;
        self.bytes = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Damaged> {
        self.take(N)?.try_into().map_err(|_| Damaged)
    }

    fn varint(&mut self) -> Result<usize, Damaged> {
        let mut number = 0;
        for shift in (0..usize::BITS).step_by(7) {
            let [byte] = self.array()?;
            number |= usize::from(byte & 0x7f).checked_shl(shift).ok_or(Damaged)?;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(Damaged)
    }

    fn nullable(&mut self) -> Result<Option<Vec<u8>>, Damaged> {
        match self.varint()?.checked_sub(1) {
            None => Ok(None),
            Some(length) => Ok(Some(self.take(length)?.to_vec())),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use pipeline::OutputHeader;
    use proptest::prelude::*;

    use super::*;

    fn nullable() -> impl Strategy<Value = Option<Bytes>> {
        let bytes = proptest::collection::vec(any::<u8>(), 0..300).prop_map(Bytes::from);
        proptest::option::of(bytes)
    }

    fn output() -> impl Strategy<Value = Output> {
        let header = ("[a-zé_]{0,200}", nullable())
            .prop_map(|(name, value)| OutputHeader { name: Cow::Owned(name), value });
        let headers = proptest::collection::vec(header, 0..5);
        (nullable(), nullable(), headers, proptest::option::of(any::<i64>())).prop_map(
            |(key, value, headers, timestamp_ms)| Output {
                topic: Arc::from("t"),
                key,
                value,
                headers,
                timestamp_ms,
            },
        )
    }

    proptest! {
        #[test]
        fn reads_what_was_written_from_any_record_on(
            outputs in proptest::collection::vec(output(), 1..12),
            skip in 0..12_i64,
        ) {
            let mut builder = Builder::default();
            for output in &outputs {
                builder.push(output, 77);
            }
            let skip = skip.min(builder.count() - 1);
            let end = 1000 + builder.count();
            let mut block = Block::open(&builder.finish(), 1000, end).unwrap();
            let topic = Arc::from("t");
            for (offset, output) in (1000..).zip(&outputs).skip(usize::try_from(skip).unwrap()) {
                prop_assert!(block.holds(offset));
                prop_assert!(block.seek(offset).is_ok());
                let record = block.read(&topic, 3).unwrap();
                prop_assert_eq!(record.origin.offset, offset);
                prop_assert_eq!(record.timestamp_ms, output.timestamp_ms.or(Some(77)));
                prop_assert_eq!(record.key.as_deref(), output.key.as_deref());
                prop_assert_eq!(record.value.as_deref(), output.value.as_deref());
                let read: Vec<_> =
                    record.headers.iter().map(|h| (&*h.name, h.value.as_deref())).collect();
                let written: Vec<_> =
                    output.headers.iter().map(|h| (&*h.name, h.value.as_deref())).collect();
                prop_assert_eq!(read, written);
            }
            prop_assert!(!block.holds(end));
        }

        #[test]
        fn damaged_bytes_are_told_not_panicked_on(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            let topic = Arc::from("t");
            if let Ok(mut block) = Block::open(&bytes, 0, 10) {
                while let Ok(_record) = block.read(&topic, 0) {}
            }
            let mut block = Block { bytes, at: 0, next: 0, end: 10 };
            while let Ok(_record) = block.read(&topic, 0) {}
        }
    }
}
