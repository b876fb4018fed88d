//! A proxy between clients and a broker that can lose the broker's answers from a certain request
//! on: what the clients ask for is done, and they do not learn of it.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI16, Ordering};
use std::thread;

use crate::support::Failure;

/// No request has this key.
const NONE: i16 = -1;

/// The proxy's switch. It ends with the test's process.
#[derive(Clone)]
pub(crate) struct Switch {
    /// From the next request with this key on, answers are lost.
    trigger: Arc<AtomicI16>,
    losing: Arc<AtomicBool>,
}

impl Switch {
    /// Answers are lost from the next request on that has this API key of Kafka's protocol.
    pub(crate) fn lose_answers_from(&self, key: i16) {
        self.trigger.store(key, Ordering::Release);
    }

    /// Whether answers are lost by now.
    pub(crate) fn is_losing(&self) -> bool {
        self.losing.load(Ordering::Acquire)
    }

    /// Answers pass again, on new connections.
    pub(crate) fn pass_answers(&self) {
        self.trigger.store(NONE, Ordering::Release);
        self.losing.store(false, Ordering::Release);
    }
}

/// A listener for a proxy, and its port.
pub(crate) fn listen() -> Result<(TcpListener, u16), Failure> {
    let listener = TcpListener::bind("127.0.0.1:0").map_err(|error| error.to_string())?;
    let port = listener.local_addr().map_err(|error| error.to_string())?.port();
    Ok((listener, port))
}

/// Passes every connection on to `target`.
pub(crate) fn serve(listener: TcpListener, target: String) -> Switch {
    let switch = Switch {
        trigger: Arc::new(AtomicI16::new(NONE)),
        losing: Arc::new(AtomicBool::new(false)),
    };
    let serving = switch.clone();
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let Ok(broker) = TcpStream::connect(&target) else { continue };
            let clones = (client.try_clone(), broker.try_clone());
            let (Ok(to_client), Ok(to_broker)) = clones else { continue };
            let (asking, answering) = (serving.clone(), serving.clone());
            thread::spawn(move || pass_requests(client, to_broker, &asking));
            thread::spawn(move || pass_answers(broker, to_client, &answering));
        }
    });
    switch
}

fn pass_requests(mut from: TcpStream, mut to: TcpStream, switch: &Switch) {
    let mut buffer = vec![0; 1 << 16];
    let mut frames = Frames::default();
    while let Ok(count @ 1..) = from.read(&mut buffer) {
        let bytes = buffer.get(..count).unwrap_or_default();
        let trigger = switch.trigger.load(Ordering::Acquire);
        if frames.keys_in(bytes).contains(&trigger) {
            // Before the request itself passes: so its answer is the first that is lost.
            switch.losing.store(true, Ordering::Release);
        }
        if to.write_all(bytes).is_err() {
            break;
        }
    }
    close([from, to]);
}

fn pass_answers(mut from: TcpStream, mut to: TcpStream, switch: &Switch) {
    let mut buffer = vec![0; 1 << 16];
    let mut lost = false;
    while let Ok(count @ 1..) = from.read(&mut buffer) {
        // Once a part of an answer is lost, the rest of the connection makes no sense.
        lost |= switch.is_losing();
        if !lost && to.write_all(buffer.get(..count).unwrap_or_default()).is_err() {
            break;
        }
    }
    close([from, to]);
}

fn close(streams: [TcpStream; 2]) {
    for stream in streams {
        stream.shutdown(Shutdown::Both).ok();
    }
}

/// Finds the requests in a stream: each is its length in four bytes, then its key in two.
#[derive(Default)]
struct Frames {
    head: Vec<u8>,
    /// Bytes of the request under way that are still to come.
    left: usize,
}

impl Frames {
    fn keys_in(&mut self, mut bytes: &[u8]) -> Vec<i16> {
        let mut keys = Vec::new();
        while !bytes.is_empty() {
            let skipped = self.left.min(bytes.len());
            self.left -= skipped;
            bytes = bytes.get(skipped..).unwrap_or_default();
            let Some((first, rest)) = bytes.split_first() else { break };
            self.head.push(*first);
            bytes = rest;
            if let [a, b, c, d, key @ ..] = &*self.head
                && let Ok(key) = <[u8; 2]>::try_from(key)
            {
                keys.push(i16::from_be_bytes(key));
                let length = u32::from_be_bytes([*a, *b, *c, *d]) as usize;
                self.left = length.saturating_sub(key.len());
                self.head.clear();
            }
        }
        keys
    }
}

#[test]
fn requests_are_found_however_the_stream_is_cut() {
    let stream =
        [&[0, 0, 0, 5, 0, 26, 1, 2, 3][..], &[0, 0, 0, 2, 0, 18][..], &[0, 0, 0, 3, 0, 1, 9][..]]
            .concat();
    for cut in 1..stream.len() {
        let mut frames = Frames::default();
        let keys: Vec<i16> = stream.chunks(cut).flat_map(|part| frames.keys_in(part)).collect();
        assert_eq!(keys, [26, 18, 1], "cut every {cut} bytes");
    }
}
