//! Where the bytes of outputs lie: one after the other in chunks that they share, so that to keep
//! some costs a copy and seldom an allocation.

use std::fmt::{Display, Write};

use bytes::{Bytes, BytesMut};

/// How large a chunk is. It lives for as long as one of its pieces does.
const CHUNK_BYTES: usize = 256 << 10;

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Arena {
    chunk: BytesMut,
}

impl Arena {
    /// Keeps `bytes`.
    pub(crate) fn keep(&mut self, bytes: &[u8]) -> Bytes {
        self.make_room(bytes.len());
        self.chunk.extend_from_slice(bytes);
        self.chunk.split().freeze()
    }

    /// Keeps what `value` shows.
    pub(crate) fn keep_shown(&mut self, value: impl Display) -> Bytes {
        self.make_room(0);
        write!(self.chunk, "{value}").expect("a buffer that grows takes all that is written");
        self.chunk.split().freeze()
    }

    fn make_room(&mut self, bytes: usize) {
        if self.chunk.capacity() < bytes.max(1) {
            self.chunk = BytesMut::with_capacity(bytes.max(CHUNK_BYTES));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_piece_stays_as_it_was_kept() {
        let mut arena = Arena::default();
        let large = vec![7; CHUNK_BYTES + 1];
        let pieces: Vec<Bytes> = (0..100_000).map(|number| arena.keep_shown(number)).collect();
        let large_kept = arena.keep(&large);
        assert_eq!(arena.keep(b""), Bytes::new());
        assert_eq!(large_kept, large);
        for (number, piece) in pieces.iter().enumerate() {
            assert_eq!(*piece, number.to_string());
        }
    }
}
