//! A real client on a real socket: every path, every refusal, every limit, and stopping.

use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener as StdListener, TcpStream as StdStream};
use std::sync::Arc;
use std::time::Duration;

use metrics_exporter_prometheus::PrometheusBuilder;

use super::{Limits, Server, Settings};
use crate::Health;

/// More than a socket's buffers hold.
const LONG_BYTES: usize = 32 * 1024 * 1024;

fn settings(limits: Limits) -> Settings {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    Settings { address, version: "1.2.3".to_owned(), limits }
}

async fn start(limits: Limits, health: &Arc<Health>) -> Server {
    let recorder = PrometheusBuilder::new().build_recorder();
    metrics::with_local_recorder(&recorder, || {
        metrics::counter!("voc_records_total", "fate" => "classified").increment(3);
        metrics::counter!("voc_long", "label" => "x".repeat(LONG_BYTES)).increment(1);
    });
    Server::start(&settings(limits), Arc::clone(health), recorder.handle()).await.unwrap()
}

fn connect(address: SocketAddr) -> StdStream {
    let stream = StdStream::connect(address).unwrap();
    // Only so that a broken server fails the test instead of hanging it.
    stream.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
    stream
}

fn answer(mut stream: StdStream) -> String {
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn send(address: SocketAddr, request: &str) -> String {
    let mut stream = connect(address);
    stream.write_all(request.as_bytes()).unwrap();
    answer(stream)
}

fn ask(address: SocketAddr, method: &str, path: &str) -> String {
    send(address, &format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\n\r\n"))
}

fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap_or_default()
}

fn body(answer: &str) -> &str {
    answer.split_once("\r\n\r\n").map_or("", |(_, body)| body)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn each_path_answers() {
    let health = Arc::new(Health::new(&["log"]));
    let server = start(Limits::default(), &health).await;
    let at = server.address();
    assert_ne!(at.port(), 0);
    for (path, expected, text) in [
        ("/", "200", "/livez\n/readyz (?verbose)\n/metrics\n/version\n"),
        ("/livez", "200", "ok\n"),
        ("/healthz", "200", "ok\n"),
        ("/readyz", "503", "[-] log: starting\nnot ready\n"),
        ("/version", "200", r#"{"name":"voc","version":"1.2.3"}"#),
        ("/nothing", "404", ""),
    ] {
        let answer = ask(at, "GET", path);
        assert_eq!((status(&answer), body(&answer)), (expected, text), "{path}");
    }
    let metrics = ask(at, "GET", "/metrics");
    assert!(metrics.contains("content-type: text/plain; version=0.0.4; charset=utf-8\r\n"));
    assert!(body(&metrics).contains("voc_records_total{fate=\"classified\"} 3\n"), "no counter");

    health.set_ready("log", true, "");
    assert_eq!(status(&ask(at, "GET", "/readyz")), "200");
    for (path, text) in [
        ("/readyz", "ok\n"),
        ("/readyz?verbose", "[+] log: ready\nok\n"),
        ("/readyz?a=1&verbose=true", "[+] log: ready\nok\n"),
    ] {
        assert_eq!(body(&ask(at, "GET", path)), text, "{path}");
    }
    health.set_ready("log", false, "no broker at localhost:9092");
    let answer = ask(at, "GET", "/readyz");
    assert_eq!(status(&answer), "503");
    assert_eq!(body(&answer), "[-] log: no broker at localhost:9092\nnot ready\n");
    health.set_dead("the producer was fenced");
    for path in ["/livez", "/healthz", "/readyz"] {
        assert_eq!(status(&ask(at, "GET", path)), "503", "{path}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn only_reading_is_allowed() {
    let server = start(Limits::default(), &Arc::new(Health::new(&[]))).await;
    let at = server.address();
    for path in ["/livez", "/readyz", "/metrics", "/version"] {
        let answer = ask(at, "HEAD", path);
        assert_eq!((status(&answer), body(&answer)), ("200", ""), "{path}");
        assert!(answer.contains("content-length: "));
        for method in ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"] {
            let answer = ask(at, method, path);
            assert_eq!(status(&answer), "405", "{method} {path}");
            assert!(answer.contains("allow: GET,HEAD\r\n"), "{answer}");
        }
    }
    assert_eq!(status(&send(at, "this is no HTTP\r\n\r\n")), "400");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_is_too_much_is_refused() {
    let limits = Limits { head_bytes_max: 8_192, headers_max: 8, ..Limits::default() };
    let server = start(limits, &Arc::new(Health::new(&[]))).await;
    let at = server.address();
    let with =
        |headers: &str| send(at, &format!("GET /livez HTTP/1.1\r\nhost: x\r\n{headers}\r\n"));
    assert_eq!(status(&with("")), "200");
    assert_eq!(status(&with(&format!("a: {}\r\n", "a".repeat(8_000)))), "200");
    assert_eq!(status(&with(&"a: b\r\n".repeat(7))), "200");
    assert_eq!(status(&with(&"a: b\r\n".repeat(8))), "431");
    // The head never ends, so the answer comes because of its size alone.
    let mut endless = connect(at);
    endless
        .write_all(format!("GET /livez HTTP/1.1\r\na: {}", "a".repeat(8_170)).as_bytes())
        .unwrap();
    assert_eq!(status(&answer(endless)), "431");
    // A body is not read: the answer comes before it.
    let mut with_body = connect(at);
    let head = "GET /livez HTTP/1.1\r\nhost: x\r\ncontent-length: 1000000000\r\n\r\n";
    with_body.write_all(head.as_bytes()).unwrap();
    assert_eq!(status(&answer(with_body)), "200");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_slow_client_is_let_go_and_others_are_served() {
    let limits = Limits {
        connections_max: 1,
        connection_time_max: Duration::from_millis(300),
        ..Limits::default()
    };
    let server = start(limits, &Arc::new(Health::new(&[]))).await;
    let mut slow = connect(server.address());
    slow.write_all(b"GET /livez HTTP/1.1\r\nhos").unwrap();
    let silent = connect(server.address());
    // More than the sockets' buffers hold, and nobody reads it.
    let mut deaf = connect(server.address());
    deaf.write_all(b"GET /metrics HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
    assert_eq!(status(&ask(server.address(), "GET", "/livez")), "200");
    // The server closes, with or without saying that time is up.
    drop(deaf);
    for mut stream in [slow, silent] {
        let mut rest = Vec::new();
        match stream.read_to_end(&mut rest) {
            Ok(_) => {}
            Err(error) => assert_eq!(error.kind(), ErrorKind::ConnectionReset),
        }
        assert!(!String::from_utf8_lossy(&rest).contains("200 OK"));
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn stopping_finishes_what_is_under_way_and_takes_no_more() {
    let limits = Limits {
        connections_max: 2,
        connection_time_max: Duration::from_mins(1),
        ..Limits::default()
    };
    let server = start(limits, &Arc::new(Health::new(&[]))).await;
    let at = server.address();
    let half = |stream: &mut StdStream| stream.write_all(b"GET /livez HTTP/1.1\r\nho").unwrap();
    let mut first = connect(at);
    half(&mut first);
    // Answered while the first waits; so the first has been accepted, and holds a place.
    assert_eq!(status(&ask(at, "GET", "/livez")), "200");
    let mut second = connect(at);
    half(&mut second);
    // Both places are taken: whoever comes now waits in the kernel's queue.
    let mut waiting = connect(at);
    waiting.write_all(b"GET /livez HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();

    let stopping = tokio::spawn(server.stop());
    let mut none = Vec::new();
    let refused = waiting.read_to_end(&mut none);
    assert!(refused.is_err() || none.is_empty(), "a third was served: the bound is broken");
    assert!(!stopping.is_finished(), "stopped before the first was answered");
    first.write_all(b"st: x\r\n\r\n").unwrap();
    assert_eq!(status(&answer(first)), "200");
    drop(second);
    stopping.await.unwrap();
    assert_eq!(StdStream::connect(at).unwrap_err().kind(), ErrorKind::ConnectionRefused);
}

#[tokio::test]
async fn an_address_that_is_taken_is_an_error() {
    let taken = StdListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let settings = Settings { address: taken.local_addr().unwrap(), ..settings(Limits::default()) };
    let metrics = PrometheusBuilder::new().build_recorder().handle();
    let started = Server::start(&settings, Arc::new(Health::new(&[])), metrics).await;
    assert_eq!(started.unwrap_err().kind(), ErrorKind::AddrInUse);
}
