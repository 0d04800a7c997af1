//! The head as a whole, once its last byte is fed: what the fields kept say together.

use super::chunked::Chunk;
use super::host::is_host_value;
use super::{
    CODING, CONNECTION, EXPECT, HOST, LENGTH, Machine, Method, Progress, State, Step, is_tchar,
    lenient, rules,
};
use crate::core::parser::{Next, Stop};
use crate::core::verdict::{Framing, Note};

/// The fields kept.
struct Kept<'a> {
    notes: &'a [Note],
    text: &'a [u8],
}

/// A field line, with offsets in bytes from the start of the message.
struct Line<'a> {
    at: usize,
    start: usize,
    value: &'a [u8],
}

impl<'a> Kept<'a> {
    fn all(&self, label: u8) -> impl Iterator<Item = Line<'a>> + Clone + use<'a> {
        let text = self.text;
        let notes = self.notes.iter().filter(move |note| note.label == label);
        notes.map(move |note| Line {
            at: note.at,
            start: note.value,
            value: text.get(note.start..note.end).unwrap_or(&[]),
        })
    }
}

impl Machine<'_, '_> {
    /// The byte being fed ends the header section.
    pub(super) fn head_ends(&mut self) -> Step {
        let scratch = self.draft.scratch();
        let notes = std::mem::take(&mut scratch.notes);
        let text = std::mem::take(&mut scratch.text);
        let framing = self.weigh(&Kept {
            notes: &notes,
            text: &text,
        });
        let scratch = self.draft.scratch();
        (scratch.notes, scratch.text) = (notes, text);

        let framing = framing?;
        self.draft.head(self.at + 1, framing);
        self.mark = self.at + 1;
        match framing {
            Framing::Chunked => self.go(State::Chunk(Chunk::Start)),
            Framing::Length(length) if length > 0 => {
                self.left = length;
                self.go(State::Content)
            }
            _ => Ok(Progress::Whole),
        }
    }

    fn weigh(&mut self, kept: &Kept<'_>) -> Result<Framing, Stop> {
        self.host(kept)?;
        let coding = kept.all(CODING).next().map(|line| line.at);
        let length = kept.all(LENGTH).next().map(|line| line.at);
        if let Some(at) = coding {
            self.codings(kept, at)?;
        }
        if let (Some(coding), Some(length)) = (coding, length) {
            let at = coding.min(length);
            return Err(self.draft.reject(&rules::LENGTH_WITH_CODING, at));
        }
        let framing = match length {
            Some(_) => Framing::Length(self.length(kept)?),
            None if coding.is_some() => Framing::Chunked,
            None => Framing::Bodiless,
        };
        let content = match framing {
            Framing::Bodiless | Framing::Length(0) => None,
            _ => coding.or(length),
        };
        match (self.method, content) {
            (Method::Trace, Some(at)) => return Err(self.draft.reject(&rules::TRACE_CONTENT, at)),
            (Method::Connect, Some(at)) => {
                return Err(self.draft.reject(&rules::CONNECT_CONTENT, at));
            }
            _ => {}
        }
        if self.minor == 1 {
            for line in kept.all(EXPECT) {
                if !is_continue(line.value) {
                    self.draft.relax(&lenient::EXPECT_UNKNOWN, line.at);
                }
            }
        }
        self.connection(kept);
        Ok(framing)
    }

    fn host(&mut self, kept: &Kept<'_>) -> Result<(), Stop> {
        let mut lines = kept.all(HOST);
        let Some(first) = lines.next() else {
            if self.minor == 1 {
                self.draft.relax(&lenient::HOST_NONE, self.line);
            }
            return Ok(());
        };
        if let Some(second) = lines.next() {
            self.draft.relax(&lenient::HOST_MANY, second.at);
        }
        if !is_host_value(first.value) {
            self.draft.relax(&lenient::HOST_ANY, first.start);
        }
        Ok(())
    }

    fn codings(&mut self, kept: &Kept<'_>, first: usize) -> Result<(), Stop> {
        if self.minor == 0 {
            return Err(self.draft.reject(&rules::CODING_IN_10, first));
        }
        let mut chunked = false;
        for line in kept.all(CODING) {
            let mut start = line.start;
            let mut rest = Some(line.value);
            while let Some(list) = rest {
                let (element, more) = cut(list);
                rest = more;
                let ows = element.iter().take_while(|byte| is_ows(byte)).count();
                let at = start + ows;
                start += element.len() + 1;
                let coding = trim(element);
                let rule = match coding {
                    [] => continue,
                    _ if coding.eq_ignore_ascii_case(b"chunked") => {
                        if !std::mem::replace(&mut chunked, true) {
                            continue;
                        }
                        &rules::CODING_REPEATED
                    }
                    _ if !is_coding(coding) => &rules::CODING_SYNTAX,
                    _ if has_parameters(coding) => &rules::CODING_PARAMETERS,
                    _ if chunked => &rules::CODING_NOT_FINAL,
                    _ => &rules::CODING_UNKNOWN,
                };
                return Err(self.draft.reject(rule, at));
            }
        }
        match chunked {
            true => Ok(()),
            false => Err(self.draft.reject(&rules::CODING_EMPTY, first)),
        }
    }

    fn length(&mut self, kept: &Kept<'_>) -> Result<u64, Stop> {
        let mut lines = kept.all(LENGTH);
        let Some(first) = lines.next() else {
            return Ok(0);
        };
        if let Some(other) = lines.clone().find(|line| line.value != first.value) {
            let (rule, at) = match lines.next() {
                Some(second) if is_one_length(kept) => (&rules::LENGTH_REPEATED, second.at),
                _ => (&rules::LENGTH_CONFLICT, other.at),
            };
            return Err(self.draft.reject(rule, at));
        }
        if let Some(second) = lines.next() {
            self.draft.relax(&lenient::LENGTH_SAME, second.at);
        }
        if first.value.is_empty() {
            return Err(self.draft.reject(&rules::LENGTH_EMPTY, first.at));
        }
        let rule = if first.value.contains(&b',') {
            &rules::LENGTH_LIST
        } else if !first.value.iter().all(u8::is_ascii_digit) {
            &rules::LENGTH_SYNTAX
        } else {
            let number = first.value.iter().try_fold(0u64, |number, digit| {
                number.checked_mul(10)?.checked_add(u64::from(digit - b'0'))
            });
            match number {
                Some(number) => return Ok(number),
                None => &rules::LENGTH_OVERFLOW,
            }
        };
        Err(self.draft.reject(rule, first.start))
    }

    fn connection(&mut self, kept: &Kept<'_>) {
        let has = |option: &[u8]| {
            let mut lines = kept.all(CONNECTION);
            lines.any(|line| {
                let mut options = line.value.split(|&byte| byte == b',');
                options.any(|other| trim(other).eq_ignore_ascii_case(option))
            })
        };
        if self.method == Method::Connect {
            self.next = Next::Tunnel;
        } else if has(b"close") || self.minor == 0 && !has(b"keep-alive") {
            self.next = Next::Close;
        }
    }
}

/// `chunked` OWS `;`
fn has_parameters(coding: &[u8]) -> bool {
    coding.split_at_checked(7).is_some_and(|(name, rest)| {
        name.eq_ignore_ascii_case(b"chunked") && trim(rest).first() == Some(&b';')
    })
}

/// The first element of a list, and the rest if a comma follows; one in a quoted-string does not count.
fn cut(list: &[u8]) -> (&[u8], Option<&[u8]>) {
    #[derive(PartialEq)]
    enum In {
        List,
        Quotes,
        Pair,
    }
    let mut state = In::List;
    for (at, byte) in list.iter().enumerate() {
        state = match (state, byte) {
            (In::List, b',') => {
                let (element, rest) = list.split_at(at);
                return (element, rest.get(1..));
            }
            (In::List, b'"') | (In::Pair, _) => In::Quotes,
            (In::Quotes, b'"') => In::List,
            (In::Quotes, b'\\') => In::Pair,
            (state, _) => state,
        };
    }
    (list, None)
}

/// Whether a coding is `token *( OWS ";" OWS token BWS "=" BWS ( token / quoted-string ) )`.
fn is_coding(coding: &[u8]) -> bool {
    /// What the next byte may be; the last of each pair has seen a byte of its token.
    #[derive(Clone, Copy)]
    enum Next {
        Name,
        InName,
        Semicolon,
        Key,
        InKey,
        Equals,
        Value,
        InValue,
        Quoted,
        Pair,
    }
    let mut next = Next::Name;
    for byte in coding {
        let (is_token, is_space) = (is_tchar(*byte), is_ows(byte));
        next = match (next, byte) {
            (Next::Quoted, b'"') => Next::Semicolon,
            (Next::Quoted, b'\\') => Next::Pair,
            (Next::Quoted | Next::Pair, b'\t' | b' '..=b'~' | 0x80..) => Next::Quoted,
            (Next::Quoted | Next::Pair, _) => return false,
            (Next::Name | Next::InName, _) if is_token => Next::InName,
            (Next::Key | Next::InKey, _) if is_token => Next::InKey,
            (Next::Value | Next::InValue, _) if is_token => Next::InValue,
            (Next::Value, b'"') => Next::Quoted,
            (Next::InName | Next::Semicolon | Next::InValue, b';') => Next::Key,
            (Next::InKey | Next::Equals, b'=') => Next::Value,
            (Next::InName | Next::InValue | Next::Semicolon, _) if is_space => Next::Semicolon,
            (Next::InKey | Next::Equals, _) if is_space => Next::Equals,
            (Next::Key, _) if is_space => Next::Key,
            (Next::Value, _) if is_space => Next::Value,
            _ => return false,
        };
    }
    matches!(next, Next::InName | Next::InValue | Next::Semicolon)
}

/// Whether all members of an Expect value are 100-continue.
fn is_continue(value: &[u8]) -> bool {
    let mut members = value.split(|&byte| byte == b',').map(trim);
    members.all(|member| member.is_empty() || member.eq_ignore_ascii_case(b"100-continue"))
}

fn is_ows(byte: &u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

fn trim(mut value: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = value {
        value = rest;
    }
    value
}

/// Whether all Content-Length lines together are a list in which each element is the same number.
fn is_one_length(kept: &Kept<'_>) -> bool {
    let lists = kept.all(LENGTH).map(|line| line.value);
    let elements = lists.flat_map(|list| list.split(|&byte| byte == b','));
    let elements = elements.map(trim);
    let mut elements = elements.filter(|element| !element.is_empty());
    let zeroless = |number: &'_ [u8]| {
        number
            .iter()
            .position(|&digit| digit != b'0')
            .unwrap_or(number.len())
    };
    let Some(first) = elements.clone().next() else {
        return false;
    };
    elements.all(|element| {
        element.iter().all(u8::is_ascii_digit)
            && element.get(zeroless(element)..) == first.get(zeroless(first)..)
    })
}
