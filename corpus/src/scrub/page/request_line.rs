//! Filler in a request-line, and in the name of a host.

use super::{Page, Pass};
use crate::scrub::filler::{Port, cased_filler, filler, is_version};
use crate::scrub::known;
use parsers::http1::unread;

impl Page<'_> {
    pub(super) fn request_line(&mut self, start: usize, end: usize) {
        let before = start.checked_sub(1).and_then(|at| self.input.get(at));
        let is_whole = before.is_none_or(|byte| b"\r\n".contains(byte));
        let mut words = self.slice(start, end).split(|byte| b" \t".contains(byte));
        let is_usual = is_whole && words.any(|word| word.starts_with(b"HTTP/"));
        let pass = if is_usual {
            Pass::RequestLines
        } else {
            Pass::OddRequestLines
        };
        if self.pass != pass {
            return;
        }
        let mut is_first = true;
        let mut is_connect = false;
        for (word, is_space) in unread::words(self.slice(start, end)) {
            let (from, to) = (start + word.start, start + word.end);
            let word = self.slice(from, to);
            if is_space {
                self.keep(from, to);
                continue;
            }
            let was_first = std::mem::take(&mut is_first);
            is_connect |= was_first && word.eq_ignore_ascii_case(b"CONNECT");
            let is_method = was_first && known::is_method(word, self.slice(start, end));
            let front = word.get(..4).unwrap_or(&[]);
            if is_method || is_version(word) || self.is_wanted(word) {
                self.allow(from, to);
                continue;
            }
            let is_scheme = word.windows(3).any(|window| window == b"://");
            if front.eq_ignore_ascii_case(b"HTTP") && !is_scheme {
                self.allow(from, from + 4);
                self.version(from + 4, to);
            } else if was_first && !word.iter().any(|byte| b"/:".contains(byte)) {
                self.put(from, to, |_, byte| cased_filler(byte));
            } else {
                self.target(from, to, is_connect);
            }
            self.words.push(from..to);
        }
    }

    /// What follows `HTTP` in a version that is not a usual one: single digits stay.
    fn version(&mut self, start: usize, end: usize) {
        for (run, is_digits) in self.runs(start, end, |byte| byte.is_ascii_digit()) {
            if is_digits && run.len() == 1 {
                self.keep(run.start, run.end);
            } else {
                self.put(run.start, run.end, |_, byte| filler(byte));
            }
        }
    }

    /// Fills a target; `is_authority` says whether all of it is the name of a host.
    fn target(&mut self, start: usize, end: usize, is_authority: bool) {
        let target = self.slice(start, end);
        let schemes: [&[u8]; 4] = [b"http://", b"https://", b"ws://", b"wss://"];
        let is_scheme = |scheme: &&&[u8]| {
            let front = target.get(..scheme.len());
            front.is_some_and(|front| front.eq_ignore_ascii_case(scheme))
        };
        let scheme = schemes
            .iter()
            .find(is_scheme)
            .map_or(0, |scheme| scheme.len());
        let mut at = start + scheme;
        self.keep(start, at);
        if is_authority || scheme > 0 {
            let rest = self.slice(at, end);
            let length = rest.iter().position(|byte| b"/?#".contains(byte));
            let length = length.unwrap_or(rest.len());
            self.authority(at, at + length);
            at += length;
        }
        // A word that ends as a version does may be one of another protocol.
        let version = match target {
            [.., b'/', major, b'.', minor] if [major, minor].iter().all(|d| d.is_ascii_digit()) => {
                start + target.len() - 4
            }
            _ => end,
        };
        let rest = self.slice(at, version);
        self.put(at, version, |nth, byte| {
            let hex = |back: usize| nth >= back && rest.get(nth - back) == Some(&b'%');
            match byte {
                // A byte that is encoded becomes %61, `a`, which all can decode.
                _ if byte.is_ascii_hexdigit() && hex(1) => b'6',
                _ if byte.is_ascii_hexdigit() && hex(2) => b'1',
                _ => filler(byte),
            }
        });
        self.keep(version.max(at), end);
    }

    /// Fills the name of a host, with the port that may follow it.
    pub(super) fn authority(&mut self, start: usize, end: usize) {
        let authority = self.slice(start, end);
        let lower = authority.to_ascii_lowercase();
        let count = self.authorities.len();
        let nth = *self.authorities.entry(lower).or_insert(count);
        let step = u8::try_from(nth).unwrap_or(u8::MAX).min(5);
        let port = Port::of(authority);
        self.put(start, end, |nth, byte| match byte {
            _ if nth >= port.start => port.digit(nth, byte),
            b'a'..=b'z' => b'a' + step,
            b'A'..=b'Z' => b'A' + step,
            b'0'..=b'9' => b'0' + step,
            _ => filler(byte),
        });
    }
}
