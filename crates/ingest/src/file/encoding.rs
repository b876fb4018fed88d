//! Text in whatever encoding a spreadsheet wrote it, read as UTF-8: by its byte order mark, by the
//! zero bytes of UTF-16, as UTF-8 where it is that, else as the detector guesses (in Western Europe
//! that is Windows-1252). As long as all bytes are ASCII nothing needs to be decided.

use std::io::{self, Read};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// How many bytes are read, and decided by, at a time.
const CHUNK: usize = 64 * 1024;

/// A reader of UTF-8 over a reader of any encoding.
pub(super) struct Decoding<R> {
    inner: R,
    decoder: Option<Decoder>,
    started: bool,
    ended: bool,
    decoded: Vec<u8>,
    at: usize,
}

impl<R: Read> Decoding<R> {
    pub(super) fn new(inner: R) -> Self {
        Self { inner, decoder: None, started: false, ended: false, decoded: Vec::new(), at: 0 }
    }

    /// Reads and decodes the next chunk.
    fn fill(&mut self) -> io::Result<()> {
        let mut raw = Vec::with_capacity(CHUNK);
        let limit = u64::try_from(CHUNK).unwrap_or(u64::MAX);
        self.inner.by_ref().take(limit).read_to_end(&mut raw)?;
        self.ended = raw.len() < CHUNK;
        let mut rest = raw.as_slice();
        if !self.started {
            self.started = true;
            if let Some((encoding, mark)) = Encoding::for_bom(rest) {
                rest = rest.get(mark..).unwrap_or_default();
                self.decoder = Some(encoding.new_decoder_without_bom_handling());
            } else if let Some(encoding) = utf_16(rest) {
                self.decoder = Some(encoding.new_decoder_without_bom_handling());
            }
        }
        self.at = 0;
        self.decoded.clear();
        if self.decoder.is_none() && rest.is_ascii() {
            self.decoded.extend_from_slice(rest);
            return Ok(());
        }
        let decoder = self
            .decoder
            .get_or_insert_with(|| eight_bit(rest, self.ended).new_decoder_without_bom_handling());
        let capacity = decoder.max_utf8_buffer_length(rest.len()).unwrap_or(CHUNK * 3);
        let mut text = String::with_capacity(capacity);
        // The capacity is the decoder's own upper bound, so one call takes all.
        let (_, read, _) = decoder.decode_to_string(rest, &mut text, self.ended);
        debug_assert_eq!(read, rest.len(), "the decoder takes the whole chunk");
        self.decoded = text.into_bytes();
        Ok(())
    }
}

impl<R: Read> Read for Decoding<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.at >= self.decoded.len() {
            if self.ended {
                return Ok(0);
            }
            self.fill()?;
        }
        let mut rest = self.decoded.get(self.at..).unwrap_or_default();
        let count = rest.read(buffer)?;
        self.at += count;
        Ok(count)
    }
}

/// UTF-16 without a mark: in Western text every other byte is zero.
fn utf_16(bytes: &[u8]) -> Option<&'static Encoding> {
    const LOOKED_AT: usize = 512;
    let looked_at = bytes.get(..bytes.len().min(LOOKED_AT)).unwrap_or_default();
    let pairs = looked_at.chunks_exact(2);
    let count = pairs.len();
    let (mut high_first, mut low_first) = (0, 0);
    for pair in pairs {
        high_first += usize::from(matches!(pair, [0, 1..=255]));
        low_first += usize::from(matches!(pair, [1..=255, 0]));
    }
    let most = |zeros: usize| count > 1 && zeros * 10 > count * 7;
    match (most(low_first), most(high_first)) {
        (true, _) => Some(UTF_16LE),
        (_, true) => Some(UTF_16BE),
        _ => None,
    }
}

/// UTF-8 where the bytes are that, else a guess. Unless the file ends here, a character may be cut.
fn eight_bit(bytes: &[u8], ended: bool) -> &'static Encoding {
    let is_utf_8 = std::str::from_utf8(bytes)
        .map_or_else(|error| !ended && error.error_len().is_none(), |_| true);
    if is_utf_8 {
        return UTF_8;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    detector.guess(None, Utf8Detection::Deny)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8]) -> String {
        let mut text = String::new();
        Decoding::new(bytes).read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn encodings_that_spreadsheets_write() {
        let words = "Klantreactie: één café à € 5";
        let utf_16 = |big: bool| -> Vec<u8> {
            let units = words.encode_utf16();
            units
                .flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() })
                .collect()
        };
        assert_eq!(decoded(words.as_bytes()), words);
        assert_eq!(decoded(&[b"\xef\xbb\xbf", words.as_bytes()].concat()), words);
        assert_eq!(decoded(&[b"\xff\xfe".as_slice(), &utf_16(false)].concat()), words);
        assert_eq!(decoded(&[b"\xfe\xff".as_slice(), &utf_16(true)].concat()), words);
        assert_eq!(decoded(&utf_16(false)), words);
        assert_eq!(decoded(&utf_16(true)), words);
        assert_eq!(decoded(b"Klantreactie: \xe9\xe9n caf\xe9 \xe0 \x80 5"), words);
        assert_eq!(decoded(b""), "");
    }

    #[test]
    fn a_late_accent_and_a_cut_character_do_no_harm() {
        let ascii = "a".repeat(CHUNK + 10);
        assert!(decoded(&[ascii.as_bytes(), b"caf\xe9"].concat()) == format!("{ascii}café"));
        for before in CHUNK - 4..CHUNK {
            let text = format!("{}€é", "é".repeat(before / 2) + &"b".repeat(before % 2));
            assert!(decoded(text.as_bytes()) == text, "{before}");
        }
    }
}
