//! Bare calls of libraries that read heads and chunks, with the plain framing around them that each adapter has.
#![allow(
    unsafe_code,
    reason = "a parser in C can be called in no other way, and its adapter is what is measured"
)]

use std::ffi::c_char;
use std::mem::MaybeUninit;

use picohttpparser_sys::{phr_chunked_decoder, phr_decode_chunked, phr_header, phr_parse_request};

use crate::bare::Bare;

/// How many fields there is room for, where that is left to the caller.
const FIELDS: usize = 100;

pub fn picohttpparser() -> Bare {
    let mut fields = [phr_header::default(); FIELDS];
    let mut content = Vec::new();
    Box::new(move |input| {
        let mut at = 0;
        while at < input.len() {
            let rest = input.get(at..).unwrap_or_default();
            let (mut method, mut path) = (std::ptr::null(), std::ptr::null());
            let (mut method_length, mut path_length, mut minor, mut count) = (0, 0, 0, FIELDS);
            // SAFETY: every pointer is to a place of its type that lives as long as the call, and `count` says for how
            // many fields there is room.
            let used = unsafe {
                phr_parse_request(
                    rest.as_ptr().cast(),
                    rest.len(),
                    &raw mut method,
                    &raw mut method_length,
                    &raw mut path,
                    &raw mut path_length,
                    &raw mut minor,
                    fields.as_mut_ptr(),
                    &raw mut count,
                    0,
                )
            };
            let Ok(used) = usize::try_from(used) else {
                return false;
            };
            let fields = fields.iter().take(count).map(|field| {
                // SAFETY: with success both parts of each field lie in `rest`.
                unsafe {
                    [
                        part(field.name, field.name_len),
                        part(field.value, field.value_len),
                    ]
                }
            });
            let Some((framing, closes)) = plain_framing(fields) else {
                return false;
            };
            at += used;
            match framing {
                Framing::Length(length) => at += length,
                Framing::Chunked => {
                    content.clear();
                    content.extend_from_slice(input.get(at..).unwrap_or_default());
                    match decode(&mut content) {
                        Some(left) => at = input.len() - left,
                        None => return false,
                    }
                }
            }
            if closes {
                break;
            }
        }
        at == input.len()
    })
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
    unsafe { std::slice::from_raw_parts(start.cast(), length) }
}

/// Decodes chunks in place; how many bytes follow them.
fn decode(chunks: &mut [u8]) -> Option<usize> {
    // SAFETY: it is made of numbers, and begins as zeros.
    let mut decoder: phr_chunked_decoder = unsafe { std::mem::zeroed() };
    decoder.consume_trailer = 1;
    let mut length = chunks.len();
    // SAFETY: `chunks` is that long.
    let left = unsafe {
        phr_decode_chunked(
            &raw mut decoder,
            chunks.as_mut_ptr().cast(),
            &raw mut length,
        )
    };
    usize::try_from(left).ok()
}

pub fn httparse() -> Bare {
    Box::new(|input| {
        let mut at = 0;
        while at < input.len() {
            let mut fields = [const { MaybeUninit::uninit() }; FIELDS];
            let mut request = httparse::Request::new(&mut []);
            let parsed =
                request.parse_with_uninit_headers(input.get(at..).unwrap_or_default(), &mut fields);
            let Ok(httparse::Status::Complete(used)) = parsed else {
                return false;
            };
            at += used;
            let fields = request.headers.iter();
            let fields = fields.map(|field| [field.name.as_bytes(), field.value]);
            let Some((framing, closes)) = plain_framing(fields) else {
                return false;
            };
            match framing {
                Framing::Length(length) => at += length,
                Framing::Chunked => match skip_chunks(input.get(at..).unwrap_or_default()) {
                    Some(length) => at += length,
                    None => return false,
                },
            }
            if closes {
                break;
            }
        }
        at == input.len()
    })
}

/// How many bytes the chunks are at the start of `rest`, and the trailer section after them.
fn skip_chunks(rest: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        match httparse::parse_chunk_size(rest.get(at..)?) {
            Ok(httparse::Status::Complete((used, 0))) => {
                at += used;
                let mut fields = [httparse::EMPTY_HEADER; FIELDS];
                return match httparse::parse_headers(rest.get(at..)?, &mut fields) {
                    Ok(httparse::Status::Complete((used, _))) => Some(at + used),
                    _ => None,
                };
            }
            Ok(httparse::Status::Complete((used, size))) => {
                at += used + usize::try_from(size).ok()?;
                at += rest.get(at..)?.starts_with(b"\r\n").then_some(2)?;
            }
            _ => return None,
        }
    }
}

enum Framing {
    Length(usize),
    Chunked,
}

/// What fields say of what follows them, for parsers of heads: how it is delimited, and whether the stream ends with it.
fn plain_framing<'a>(fields: impl Iterator<Item = [&'a [u8]; 2]>) -> Option<(Framing, bool)> {
    let mut framing = None;
    let mut closes = false;
    for [name, value] in fields {
        if name.eq_ignore_ascii_case(b"content-length") {
            let length = str::from_utf8(value).ok()?.trim().parse().ok()?;
            framing = framing.is_none().then_some(Some(Framing::Length(length)))?;
        } else if name.eq_ignore_ascii_case(b"transfer-encoding") {
            let is_chunked = value.trim_ascii().eq_ignore_ascii_case(b"chunked");
            let is_first = framing.is_none();
            framing = (is_first && is_chunked).then_some(Some(Framing::Chunked))?;
        } else if name.eq_ignore_ascii_case(b"connection") {
            let mut options = value.split(|byte| *byte == b',');
            closes |= options.any(|option| option.trim_ascii().eq_ignore_ascii_case(b"close"));
        }
    }
    Some((framing.unwrap_or(Framing::Length(0)), closes))
}
