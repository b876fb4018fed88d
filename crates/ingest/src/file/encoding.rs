//! Text in whatever encoding a spreadsheet wrote it, read as UTF-8: by its byte order mark, by the
//! zero bytes of UTF-16, else by what stands in it. Exports pasted together mix encodings, so a file is
//! read as UTF-8 and each byte that is none as Windows-1252: a comment with one odd byte is a comment.
//! In a file that is Windows-1252 throughout, that reads the same. Only where the first bytes beyond
//! ASCII are mostly no UTF-8 and the detector takes them for another encoding, that one is read.

use std::io::{self, Read};
use std::sync::{Arc, Mutex, PoisonError};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// How many bytes are read, and decided by, at a time.
const CHUNK: usize = 64 * 1024;

/// How a file was read, as far as it was read: shared by who reads it and who tells of it.
#[derive(Debug, Clone, Default)]
pub struct ReadAs(Arc<Mutex<Known>>);

#[derive(Debug, Default)]
struct Known {
    /// The sheet of a workbook, and the others that have cells.
    sheet: Option<(String, Vec<String>)>,
    /// Another encoding than UTF-8.
    encoding: Option<&'static str>,
    /// Whether characters beyond ASCII were UTF-8.
    utf_8: bool,
    /// How many bytes were no UTF-8 and were read as Windows-1252.
    strays: u64,
    /// How many line ends stand before the first of them.
    lines_before: u64,
    /// The line of the quote that is never closed, and what became of the lines below it.
    unclosed: Option<(u64, Below)>,
    /// How many records of several lines may be rows that a quote has joined, and the first one's line.
    joined: Option<(u64, u64)>,
}

impl ReadAs {
    /// One sheet of several.
    pub(super) fn of_sheet(sheet: String, others: Vec<String>) -> Self {
        let read_as = Self::default();
        if !others.is_empty() {
            read_as.update(|known| known.sheet = Some((sheet, others)));
        }
        read_as
    }

    /// A quote on that line is never closed.
    pub(super) fn unclosed(&self, line: u64, below: Below) {
        self.update(|known| known.unclosed = Some((line, below)));
    }

    /// The record from that line on may be rows that a quote has joined.
    pub(super) fn joined(&self, line: u64) {
        self.update(|known| {
            let (count, first) = known.joined.unwrap_or((0, line));
            known.joined = Some((count + 1, first));
        });
    }

    /// What a steward of the data wants to know of it; nothing where the file is plain UTF-8 and its
    /// quotes are closed.
    pub fn notes(&self) -> Vec<String> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.decoded().into_iter().chain(known.quotes()).collect()
    }

    fn update(&self, change: impl FnOnce(&mut Known)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

/// What became of the lines below a quote that is never closed.
#[derive(Debug, Clone, Copy)]
pub(super) enum Below {
    /// So many are rows of their own, so many dead letters.
    Rows(usize, usize),
    /// So many are one dead letter with the row.
    Held(usize),
}

impl Known {
    /// How the bytes were read, or which sheet.
    fn decoded(&self) -> Option<String> {
        if let Some((sheet, others)) = &self.sheet {
            let others = others.join("\", \"");
            return Some(format!("the sheet \"{sheet}\" was read, and not \"{others}\""));
        }
        match (self.encoding, self.strays) {
            (Some(name), _) => Some(format!("the file was read as {name}")),
            (None, 0) => None,
            (None, _) if !self.utf_8 => {
                Some(format!("the file was read as {}", WINDOWS_1252.name()))
            }
            (None, 1) => Some(format!(
                "1 byte that is no UTF-8, on line {}, was read as {}",
                self.lines_before + 1,
                WINDOWS_1252.name()
            )),
            (None, strays) => Some(format!(
                "{strays} bytes that are no UTF-8, the first on line {}, were read as {}",
                self.lines_before + 1,
                WINDOWS_1252.name()
            )),
        }
    }

    /// What is odd about the quotes.
    fn quotes(&self) -> Vec<String> {
        let unclosed = self.unclosed.map(|(line, below)| {
            let became = match below {
                Below::Rows(rows, 0) => format!("the {rows} lines below it were read as rows"),
                Below::Rows(rows, odd) => format!(
                    "of the lines below it {rows} were read as rows and {odd} are dead letters"
                ),
                Below::Held(0) => "nothing stands below it".to_owned(),
                Below::Held(held) => {
                    format!("the {held} lines below it are no rows and are in that dead letter")
                }
            };
            format!("the quote opened on line {line} is never closed: its row is a dead letter; {became}")
        });
        let joined = self.joined.map(|(count, line)| match count {
            1 => format!(
                "the record on line {line} goes over several lines that each look like a row: is a \
                 quote not closed there?"
            ),
            count => format!(
                "{count} records go over several lines that each look like a row, the first on line \
                 {line}: is a quote not closed there?"
            ),
        });
        unclosed.into_iter().chain(joined).collect()
    }
}

/// How bytes become text.
enum Form {
    /// All were ASCII so far.
    Undecided,
    /// UTF-8, and Windows-1252 where it is not.
    Mixed,
    Other(Decoder),
}

/// A reader of UTF-8 over a reader of any encoding.
pub(super) struct Decoding<R> {
    inner: R,
    form: Form,
    read_as: ReadAs,
    /// The beginning of a character whose end is not read yet.
    cut: Vec<u8>,
    started: bool,
    ended: bool,
    decoded: Vec<u8>,
    at: usize,
}

impl<R: Read> Decoding<R> {
    pub(super) fn new(inner: R) -> Self {
        Self {
            inner,
            form: Form::Undecided,
            read_as: ReadAs::default(),
            cut: Vec::new(),
            started: false,
            ended: false,
            decoded: Vec::new(),
            at: 0,
        }
    }

    pub(super) fn read_as(&self) -> ReadAs {
        self.read_as.clone()
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
            let marked = Encoding::for_bom(rest);
            rest = rest.get(marked.map_or(0, |(_, mark)| mark)..).unwrap_or_default();
            match marked.map(|(encoding, _)| encoding).or_else(|| utf_16(rest)) {
                Some(encoding) if encoding == UTF_8 => self.form = Form::Mixed,
                Some(encoding) => self.take(encoding),
                None => {}
            }
        }
        self.at = 0;
        self.decoded.clear();
        if matches!(self.form, Form::Undecided) && !rest.is_ascii() {
            match other_than_utf_8(rest) {
                Some(encoding) => self.take(encoding),
                None => self.form = Form::Mixed,
            }
        }
        match &mut self.form {
            Form::Undecided => {
                let lines = memchr::memchr_iter(b'\n', rest).count() as u64;
                self.read_as.update(|known| known.lines_before += lines);
                self.decoded.extend_from_slice(rest);
            }
            Form::Mixed => self.decode_mixed(rest),
            Form::Other(decoder) => {
                let capacity = decoder.max_utf8_buffer_length(rest.len()).unwrap_or(CHUNK * 3);
                let mut text = String::with_capacity(capacity);
                // The capacity is the decoder's own upper bound, so one call takes all.
                let (_, read, _) = decoder.decode_to_string(rest, &mut text, self.ended);
                debug_assert_eq!(read, rest.len(), "the decoder takes the whole chunk");
                self.decoded = text.into_bytes();
            }
        }
        Ok(())
    }

    fn take(&mut self, encoding: &'static Encoding) {
        self.read_as.update(|known| known.encoding = Some(encoding.name()));
        self.form = Form::Other(encoding.new_decoder_without_bom_handling());
    }

    fn decode_mixed(&mut self, raw: &[u8]) {
        let bytes = [std::mem::take(&mut self.cut).as_slice(), raw].concat();
        let mut rest = bytes.as_slice();
        while !rest.is_empty() {
            let (valid, invalid) = match std::str::from_utf8(rest) {
                Ok(_) => (rest.len(), Some(0)),
                Err(error) => (error.valid_up_to(), error.error_len()),
            };
            let (text, after) = rest.split_at_checked(valid).unwrap_or((rest, &[]));
            self.decoded.extend_from_slice(text);
            self.note(text, 0);
            // The bytes end within a character, and there are more to come.
            if invalid.is_none() && !self.ended {
                self.cut = after.to_vec();
                return;
            }
            let count = invalid.unwrap_or(after.len());
            let (stray, after) = after.split_at_checked(count).unwrap_or((after, &[]));
            let (words, _) = WINDOWS_1252.decode_without_bom_handling(stray);
            self.decoded.extend_from_slice(words.as_bytes());
            self.note(&[], stray.len() as u64);
            rest = after;
        }
    }

    /// Notes text that is UTF-8 and bytes after it that are not.
    fn note(&self, text: &[u8], strays: u64) {
        self.read_as.update(|known| {
            known.utf_8 |= !text.is_ascii();
            if known.strays == 0 {
                known.lines_before += memchr::memchr_iter(b'\n', text).count() as u64;
            }
            known.strays += strays;
        });
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

/// The encoding of bytes most of which beyond ASCII are no UTF-8, if it is another than Windows-1252.
fn other_than_utf_8(bytes: &[u8]) -> Option<&'static Encoding> {
    /// Fewer bytes tell too little to go by.
    const STRAYS_MIN: usize = 3;
    let (mut characters, mut strays) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        characters += chunk.valid().chars().filter(|character| !character.is_ascii()).count();
        strays += chunk.invalid().len();
    }
    if strays < STRAYS_MIN || characters >= strays {
        return None;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let guess = detector.guess(None, Utf8Detection::Deny);
    (guess != WINDOWS_1252).then_some(guess)
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
        let (greek, _, _) = encoding_rs::ISO_8859_7.encode("Πολύ καλή εξυπηρέτηση, ευχαριστώ πολύ");
        assert_eq!(decoded(&greek), "Πολύ καλή εξυπηρέτηση, ευχαριστώ πολύ");
    }

    /// One odd byte spoils neither the words around it nor those of the other lines.
    #[test]
    fn mixed_encodings_are_read_byte_by_byte_and_told() {
        for (bytes, text, note) in [
            ("één café\n".as_bytes(), "één café\n", None),
            (b"plain\n", "plain\n", None),
            (
                b"a\n\xc3\xa9\xc3\xa9n caf\xc3\xa9\ntr\xe8s\n\xe2\x82\xac",
                "a\néén café\ntrès\n€",
                Some("1 byte that is no UTF-8, on line 3, was read as windows-1252"),
            ),
            (b"caf\xe9\n\xc3\xa9", "café\né", Some("on line 1,")),
            (b"caf\xe9 \xe9\xe9n \xe0", "café één à", Some("the file was read as windows-1252")),
            (b"ends in \xe2\x82", "ends in â‚", Some("the file was read as windows-1252")),
        ] {
            let mut decoding = Decoding::new(bytes);
            let read_as = decoding.read_as();
            let mut read = String::new();
            decoding.read_to_string(&mut read).unwrap();
            assert_eq!(read, text);
            let told = read_as.notes().pop();
            assert_eq!(told.is_some(), note.is_some(), "{text}: {told:?}");
            assert!(told.unwrap_or_default().contains(note.unwrap_or_default()), "{text}");
        }
    }

    #[test]
    fn a_late_accent_and_a_cut_character_do_no_harm() {
        let ascii = "a".repeat(CHUNK + 10);
        assert!(decoded(&[ascii.as_bytes(), b"caf\xe9"].concat()) == format!("{ascii}café"));
        for before in CHUNK - 4..CHUNK {
            let text = format!("{}€é", "é".repeat(before / 2) + &"b".repeat(before % 2));
            assert!(decoded(text.as_bytes()) == text, "{before}");
        }
        // What was decided by the first chunk does not garble a later one.
        let first = format!("caf\u{e9}{}", "a".repeat(CHUNK));
        let (first, _, _) = WINDOWS_1252.encode(&first);
        let bytes = [&first, "één".as_bytes()].concat();
        assert!(decoded(&bytes).ends_with("aéén"));
    }
}
