//! picohttpparser: its parser of request heads and its decoder of chunks.

use std::ffi::{c_char, c_int};
use std::mem;
use std::ptr;
use std::slice;

use picohttpparser_sys::{phr_chunked_decoder, phr_decode_chunked, phr_header, phr_parse_request};

/// The fields that a head may have, as in the example of its README.md.
const MAX_FIELDS: usize = 100;

/// What the bytes so far are.
pub enum Parsed<T> {
    /// Whole.
    Whole(T),
    /// The beginning of something.
    Partial,
    /// Not what they should be.
    Rejected,
}

/// The head of a request.
pub struct PicoHead<'a> {
    /// Its length in bytes, the empty line included.
    pub length: usize,
    /// The method.
    pub method: &'a [u8],
    /// The target.
    pub target: &'a [u8],
    /// The number after `HTTP/1.`.
    pub minor_version: c_int,
    fields: &'a [phr_header],
}

impl<'a> PicoHead<'a> {
    /// Name and value of each field line; the name of one that continues the line before is empty.
    pub fn fields(&self) -> impl Iterator<Item = (&'a [u8], &'a [u8])> {
        let fields = self.fields.iter();
        // SAFETY: `HeadParser::parse` keeps of the fields those that the parser has filled for the
        // buffer that is borrowed for `'a`, in which the parts lie.
        fields.map(|field| unsafe {
            (
                part(field.name, field.name_len),
                part(field.value, field.value_len),
            )
        })
    }
}

/// The bytes of a part of a head; none at a null pointer, which stands for no name.
///
/// # Safety
/// Unless `start` is null, `length` bytes lie there, and nothing writes to them during `'a`.
unsafe fn part<'a>(start: *const c_char, length: usize) -> &'a [u8] {
    if start.is_null() {
        return &[];
    }
    // SAFETY: the caller's.
    unsafe { slice::from_raw_parts(start.cast(), length) }
}

/// The parser of heads.
pub struct HeadParser {
    fields: [phr_header; MAX_FIELDS],
}

impl HeadParser {
    /// A parser, to be kept.
    pub fn new() -> Self {
        Self {
            fields: [phr_header::default(); MAX_FIELDS],
        }
    }

    /// Parses the head that `buffer` starts with, of which the first `last` bytes were a part when it
    /// was last asked, or 0.
    pub fn parse<'a>(&'a mut self, buffer: &'a [u8], last: usize) -> Parsed<PicoHead<'a>> {
        let (mut method, mut method_length) = (ptr::null(), 0);
        let (mut path, mut path_length) = (ptr::null(), 0);
        let mut minor_version = 0;
        let mut count = MAX_FIELDS;
        // SAFETY: `buffer` is that long, of which `last` is less; there is room for `count` fields;
        // every other pointer is to a variable. Nothing is kept but pointers into `buffer`.
        let length = unsafe {
            phr_parse_request(
                buffer.as_ptr().cast(),
                buffer.len(),
                &raw mut method,
                &raw mut method_length,
                &raw mut path,
                &raw mut path_length,
                &raw mut minor_version,
                self.fields.as_mut_ptr(),
                &raw mut count,
                last.min(buffer.len()),
            )
        };
        match usize::try_from(length) {
            Ok(length) => Parsed::Whole(PicoHead {
                length,
                // SAFETY: with success the method lies in `buffer`, which is borrowed for `'a`.
                method: unsafe { part(method, method_length) },
                // SAFETY: as of the method.
                target: unsafe { part(path, path_length) },
                minor_version,
                fields: self.fields.get(..count).unwrap_or(&[]),
            }),
            Err(_) if length == -2 => Parsed::Partial,
            Err(_) => Parsed::Rejected,
        }
    }
}

/// The decoder of one content in chunks, trailer section included.
pub struct ChunkedDecoder(phr_chunked_decoder);

impl ChunkedDecoder {
    /// A decoder before the first byte.
    pub fn new() -> Self {
        // SAFETY: it is made of numbers. It "should be zero-filled before start" (picohttpparser.h).
        let mut decoder: phr_chunked_decoder = unsafe { mem::zeroed() };
        decoder.consume_trailer = 1;
        Self(decoder)
    }

    /// Decodes `buffer`, the bytes that follow those given before, in place: how many bytes of content
    /// it starts with now, and, once whole, how many of the bytes given follow it.
    pub fn decode(&mut self, buffer: &mut [u8]) -> (usize, Parsed<usize>) {
        let mut length = buffer.len();
        // SAFETY: `buffer` is that long, and nothing else uses it during the call.
        let left = unsafe {
            phr_decode_chunked(&raw mut self.0, buffer.as_mut_ptr().cast(), &raw mut length)
        };
        let parsed = match usize::try_from(left) {
            Ok(left) => Parsed::Whole(left),
            Err(_) if left == -2 => Parsed::Partial,
            Err(_) => Parsed::Rejected,
        };
        (length, parsed)
    }
}
