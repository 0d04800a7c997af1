//! Requests for tests, good ones and what chance makes of them: the same seed, the same requests.
#![allow(
    clippy::indexing_slicing,
    reason = "every index is drawn from a range that was measured"
)]

use crate::core::parser::{Parser, judge};
use crate::core::verdict::Verdict;
use crate::family::DialectParser;
use std::ops::Range;

/// Judges `count` mutants by `parser` and by the dialect that it declares itself to be.
///
/// # Panics
/// When the two read one of them differently, or cite different rules or places.
pub(crate) fn assert_reads_as_declared(parser: &dyn Parser, seed: u64, count: usize) {
    let dialect = DialectParser::new(&super::REQUEST, parser.dialect());
    let (mut ours, mut theirs) = (Verdict::new(), Verdict::new());
    let mut mutants = Mutants::new(seed);
    for nth in 0..count {
        let input = mutants.next();
        judge(parser, input, &mut ours);
        judge(&dialect, input, &mut theirs);
        let is_same = ours.reading == theirs.reading && ours.citations == theirs.citations;
        assert!(
            is_same,
            "mutant {nth} of seed {seed}: \"{}\"\n{}: {:?} {:?}\nits dialect: {:?} {:?}",
            input.escape_ascii(),
            parser.name(),
            ours.reading,
            cited(&ours),
            theirs.reading,
            cited(&theirs),
        );
    }
}

/// What a verdict cites: rules rejected and leniencies used, with their places.
pub(crate) fn cited(verdict: &Verdict) -> Vec<(&'static str, usize)> {
    let cited = verdict.citations.iter();
    cited
        .map(|citation| {
            let by = citation.stance.by();
            (by.unwrap_or(citation.rule.id), citation.at)
        })
        .collect()
}

/// An endless row of requests.
pub(crate) struct Mutants {
    state: u64,
    input: Vec<u8>,
}

const GOOD: &[&[u8]] = &[
    b"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    b"POST /a?b=c HTTP/1.1\r\nHost: a.example:80\r\nContent-Length: 5\r\n\r\nhello",
    b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;a;b=c ; d = \"e\\\"f\"\r\nhello\r\na ;x\r\n0123456789\r\n0\r\nT: u\r\nV:\r\n\r\nGET / HTTP/1.0\r\n\r\n",
    b"CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\nxyz",
    b"GET urn:isbn:1 HTTP/1.1\r\nHost:\r\n\r\n",
    b"CONNECT [::1]:443 HTTP/1.1\r\nHost: [::1]:443\r\n\r\nxyz",
    b"GET http://a:80/b?c HTTP/1.1\r\nHost: a:80\r\n\r\n",
    b"OPTIONS * HTTP/1.1\r\nHost:\r\nConnection: keep-alive\r\n\r\nGET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n",
    b"TRACE / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
    b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET / HTTP/1.0\r\n\r\n",
    b"PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabcGET / HTTP/1.1\r\nHost: b\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n",
];

const PIECES: &[&[u8]] = &[
    b"\r",
    b"\n",
    b"\r\n",
    b" ",
    b"\t",
    b":",
    b";",
    b",",
    b"0",
    b"1",
    b"9",
    b"a",
    b"f",
    b"g",
    b"x",
    b"\"",
    b"\\",
    b"\0",
    b"\x0b",
    b"\x0c",
    b"\x7f",
    b"\x80",
    b"\xff",
    b"\x01",
    b"+",
    b"-",
    b"_",
    b"=",
    b"/",
    b"*",
    b"@",
    b"?",
    b"#",
    b"|",
    b"HTTP/1.1",
    b"HTTP/1.0",
    b"HTTP/1.2",
    b"HTTP/2.0",
    b"://",
    b"chunked",
    b"CHUNKED",
    b"identity",
    b"xchunked",
    b"100-continue",
    b"close",
    b"keep-alive",
    b"\"chunked\"",
    b"chunked;a=b",
    b"chunked ;",
    b"18446744073709551615",
    b"18446744073709551616",
    b"ffffffffffffffff",
    b"10000000000000000",
    b"5_0",
    b"+5",
    b"+",
    b"0x5",
    b";a=\"",
    b"; a = b ",
    b";;",
    b";=",
    b"5\r\nhello\r\n",
    b"0\r\n\r\n",
    b"5 \r\n",
    b"5\n",
    b"GET ",
    b"CONNECT ",
    b"TRACE ",
    b"OPTIONS ",
    b"* ",
    b"[::1]",
    b"[v1.a:b]",
    b"[1::2:3.4.5.6]",
    b"::",
    b"%41",
    b"%",
    b"a@b",
    b"http://",
    b"HTTPS:",
    b"urn:",
    b":99999",
    b":065535",
    b"chunked;a=\"x,\\\"y\"",
    b";a = b",
    b"gzip;q=1, ",
    b"100-continue, ",
];

const LINES: &[&[u8]] = &[
    b"Content-Length: 5\r\n",
    b"content-length:5 \r\n",
    b"Content-Length: 6\r\n",
    b"Content-Length: 05\r\n",
    b"Content-Length: +5\r\n",
    b"Content-Length: 1_0\r\n",
    b"Content-Length: +1_0\r\n",
    b"Content-Length: 0\r\n",
    b"Content-Length:\r\n",
    b"Content-Length: 5,5\r\n",
    b"Content-Length : 5\r\n",
    b"Content-Length: 5\n",
    b"Content-Length: 99999999999999999999\r\n",
    b"Transfer-Encoding: chunked\r\n",
    b"Transfer-Encoding: Chunked\r\n",
    b"Transfer-Encoding:\r\n",
    b"Transfer-Encoding: gzip, chunked\r\n",
    b"Transfer-Encoding: chunked, gzip\r\n",
    b"Transfer-Encoding: ,, chunked\r\n",
    b"Transfer-Encoding: xchunked\r\n",
    b"Transfer-Encoding: \"chunked\"\r\n",
    b"Transfer-Encoding: chunked;a\r\n",
    b"Transfer-Encoding\t: chunked\n",
    b"Transfer-Encoding: \x0bchunked\r\n",
    b"Connection: close\r\n",
    b"Connection: keep-alive\r\n",
    b"Connection: a , Close\r\n",
    b"Host: a\r\n",
    b"Host: a b\r\n",
    b"Host: a/b\r\n",
    b"Host: a:80:80\r\n",
    b"Host: [::1]:80\r\n",
    b"Host: [1:2:3:4:5:6:7::]\r\n",
    b"Host: a%4\r\n",
    b"Expect: ,100-continue\r\n",
    b"Transfer-Encoding: gzip;q=\"a,b\", chunked\r\n",
    b"Transfer-Encoding: chunked;a=b\r\n",
    b"Host:\r\n",
    b"Expect: 100-continue\r\n",
    b"Expect: else\r\n",
    b"Upgrade: h2c\r\n",
    b"Connection: upgrade\r\n",
    b"X: y\r\n",
    b"X: y\n",
    b"X : y\r\n",
    b" fold\r\n",
    b"\r\n",
    b"\n",
    b":\r\n",
    b"X\r\n",
    b"X: \x01\r\n",
    b"X: \0\r\n",
];

impl Mutants {
    /// Mutants by a seed, which is not zero.
    pub fn new(seed: u64) -> Self {
        Self {
            state: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1,
            input: Vec::new(),
        }
    }

    /// A number below `bound`, by xorshift64*.
    pub fn below(&mut self, bound: usize) -> usize {
        self.state ^= self.state >> 12;
        self.state ^= self.state << 25;
        self.state ^= self.state >> 27;
        let drawn = self.state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 32;
        (drawn as usize) % bound.max(1)
    }

    fn one_of(&mut self, choices: &[&'static [u8]]) -> &'static [u8] {
        choices[self.below(choices.len())]
    }

    /// The next one.
    pub(crate) fn next(&mut self) -> &[u8] {
        self.input.clear();
        let good = self.one_of(GOOD);
        self.input.extend_from_slice(good);
        for _ in 0..self.below(6) {
            self.mutate();
        }
        if self.below(4) == 0 {
            let length = self.below(self.input.len() + 1);
            self.input.truncate(length);
        }
        &self.input
    }

    fn mutate(&mut self) {
        // Three in four leave the request-line alone: what spoils it hides all the rest.
        let spared = match self.below(4) {
            0 => 0,
            _ => self
                .input
                .iter()
                .position(|&byte| byte == b'\n')
                .unwrap_or(0),
        };
        let at = spared + self.below(self.input.len() - spared + 1);
        let few = (at + 1 + self.below(3)).min(self.input.len());
        match self.below(7) {
            0 => self.splice(at..few, b""),
            1 => {
                let piece = self.one_of(PIECES);
                self.splice(at..few, piece);
            }
            2 | 3 => {
                let piece = self.one_of(PIECES);
                self.splice(at..at, piece);
            }
            4 | 5 => {
                let line = self.one_of(LINES);
                let start = self.line_start(at);
                self.splice(start..start, line);
            }
            _ => {
                let good = self.one_of(GOOD);
                self.input.extend_from_slice(good);
            }
        }
    }

    fn splice(&mut self, place: Range<usize>, piece: &[u8]) {
        self.input.splice(place, piece.iter().copied());
    }

    /// Where the line that holds the byte `at` begins.
    fn line_start(&self, at: usize) -> usize {
        let before = self.input[..at].iter().rposition(|&byte| byte == b'\n');
        before.map_or(at, |lf| lf + 1)
    }
}
