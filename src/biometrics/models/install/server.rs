//! A server on this machine that behaves as well or as badly as a test wants.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// How it answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Manner {
    /// The whole file, or the part that a Range asks for.
    Good,
    /// The whole file, whatever is asked for.
    NoRange,
    /// Announces the whole file and closes after this many bytes.
    CutAfter(usize),
    /// The file and then zeros, without saying how many.
    Endless,
    /// 404.
    NotFound,
    /// Sends to another address without TLS.
    Elsewhere,
}

/// A server; it ends with the test program.
pub(super) struct Server {
    address: String,
    manner: Arc<Mutex<Manner>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Serves each path's bytes; a path that is not there gives 404.
    pub(super) fn start(files: Vec<(&'static str, Vec<u8>)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (manner, asked) = (Arc::new(Mutex::new(Manner::Good)), Arc::new(Mutex::new(Vec::new())));
        let server = Self { address, manner: Arc::clone(&manner), asked: Arc::clone(&asked) };
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let manner = *manner.lock().unwrap();
                // A client that goes away early is part of the tests.
                let _ = answer(stream, &files, manner, &asked);
            }
        });
        server
    }

    pub(super) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(super) fn becomes(&self, manner: Manner) {
        *self.manner.lock().unwrap() = manner;
    }

    /// What was asked for since the last time: path, and the range where there was one.
    pub(super) fn asked(&self) -> Vec<String> {
        std::mem::take(&mut *self.asked.lock().unwrap())
    }
}

fn answer(
    mut stream: TcpStream,
    files: &[(&'static str, Vec<u8>)],
    manner: Manner,
    asked: &Mutex<Vec<String>>,
) -> std::io::Result<()> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && head.len() < 8192 {
        stream.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
    let range = head.lines().find_map(|line| line.strip_prefix("Range: bytes=").map(str::to_owned));
    asked
        .lock()
        .unwrap()
        .push(range.as_ref().map_or_else(|| path.clone(), |range| format!("{path} {range}")));
    let file = files.iter().find(|(known, _)| *known == path).map(|(_, bytes)| bytes.as_slice());
    let Some(file) = file.filter(|_| manner != Manner::NotFound) else {
        return stream.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    };
    if manner == Manner::Elsewhere {
        let to = "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        return stream.write_all(to.as_bytes());
    }
    if manner == Manner::Endless {
        stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")?;
        stream.write_all(file)?;
        // A bound, so that a reader without one fails the test instead of the machine.
        return (0..1024).try_for_each(|_| stream.write_all(&[0; 65_536]));
    }
    let from = range.and_then(|range| range.trim_end_matches('-').parse::<usize>().ok());
    let from = from.filter(|from| *from < file.len() && manner != Manner::NoRange);
    let rest = &file[from.unwrap_or(0)..];
    let status = if from.is_some() { "206 Partial Content" } else { "200 OK" };
    let mut reply = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n", rest.len());
    if let Some(from) = from {
        reply.push_str(&format!("Content-Range: bytes {from}-{}/{}\r\n", file.len() - 1, file.len()));
    }
    stream.write_all(reply.as_bytes())?;
    stream.write_all(b"\r\n")?;
    let count = if let Manner::CutAfter(count) = manner { count.min(rest.len()) } else { rest.len() };
    stream.write_all(&rest[..count])
}
