//! Transfer-Encoding.

use super::super::leniencies::*;
use super::super::restrictions::{CODING_GAPS, CODING_LOWER_CASE, VALUE_TRAILING};
use super::super::rules::*;
use super::bytes::{
    find_any_case, is_space, is_token, is_value, spaces, token_length, trim, trim_matches,
};
use super::field::label;
use super::head::Notes;
use super::{Body, Reader};
use crate::core::parser::{Draft, Stop};
use crate::core::verdict::Note;

/// What Transfer-Encoding comes to.
#[derive(Clone, Copy)]
pub(super) struct Coding {
    /// The name of the first field that counts.
    pub at: usize,
    /// Whether the body lasts until the connection closes; else it is chunked.
    pub until_close: bool,
    /// Whether the connection closes after the message.
    pub closes: bool,
}

impl Coding {
    /// The coding that nobody asks for, since the tunnel begins after the head.
    pub(super) fn of_tunnel(note: &Note) -> Self {
        Self {
            at: note.at,
            until_close: false,
            closes: false,
        }
    }

    /// The body that it gives.
    pub(super) fn body(&self) -> Body {
        if self.until_close {
            Body::UntilClose
        } else {
            Body::Chunked
        }
    }
}

/// What one coding of the list is.
enum Element {
    Chunked,
    Other,
    Dropped,
    /// The whole field is not looked at.
    Ignore,
    /// The body lasts until the connection closes.
    Close,
}

/// What the list has come to so far.
#[derive(Default)]
struct List {
    chunked: bool,
    until_close: bool,
    any: bool,
    /// Whether its last coding is chunked; known only to readers that drop identity.
    ends_chunked: bool,
    /// The first coding before chunked that is not known.
    unknown: Option<usize>,
}

const CHUNKED: &[u8] = b"chunked";

impl Reader<'_> {
    #[inline]
    pub(super) fn coding(
        &self,
        is_10: bool,
        named_by_connection: bool,
        notes: &Notes<'_>,
        draft: &mut Draft<'_>,
    ) -> Result<Option<Coding>, Stop> {
        let counts = notes.has(label::CODING)
            || (notes.has(label::CONTENT_CODING) && self.has(&CONTENT_CODING));
        if !counts {
            return Ok(None);
        }
        let asks = [
            &CODING_IGNORED,
            &CODING_UNTRIMMED,
            &CODING_TAB,
            &CODING_FOLDED,
            &CONTENT_CODING,
        ];
        let mut fields = notes.of(label::CODING);
        if let (Some(only), None, false) =
            (fields.next(), fields.next(), is_10 | named_by_connection)
            && self.noted(only, notes.text) == CHUNKED
            && !self.any(&asks)
            && !self.restricts(&VALUE_TRAILING)
        {
            return Ok(Some(Coding {
                at: only.at,
                until_close: false,
                closes: false,
            }));
        }
        self.codings(is_10, named_by_connection, notes, draft)
    }

    /// The fields that count: Transfer-Encoding, and Content-Encoding where it is read as it.
    pub(super) fn coding_fields<'n>(
        &self,
        notes: &'n Notes<'_>,
    ) -> impl Iterator<Item = &'n Note> + Clone {
        let content = self.has(&CONTENT_CODING);
        let exact = self.has(&CODING_LINE_EXACT);
        let is_chunked = |note: &Note| self.noted(note, notes.text).eq_ignore_ascii_case(CHUNKED);
        notes
            .list
            .iter()
            .filter(move |note| match label::field(note.label) {
                label::CODING => !exact || is_chunked(note),
                label::CONTENT_CODING => content && is_chunked(note),
                _ => false,
            })
    }

    fn codings(
        &self,
        is_10: bool,
        named_by_connection: bool,
        notes: &Notes<'_>,
        draft: &mut Draft<'_>,
    ) -> Result<Option<Coding>, Stop> {
        let mut fields = self.coding_fields(notes);
        let exact = fields.clone().count();
        let all = notes.of(label::CODING);
        if let Some(first) = all.clone().next().filter(|_| all.count() > exact) {
            draft.relax(&CODING_LINE_EXACT, first.at);
        }
        let Some(first) = fields.clone().next() else {
            return Ok(None);
        };
        let at = first.at;
        let mut taken = fields.clone();
        if let Some(note) = taken.find(|note| label::field(note.label) == label::CONTENT_CODING) {
            draft.relax(&CONTENT_CODING, note.at);
        }
        if (named_by_connection && self.relax(&CONNECTION_STRIPS, at, draft))
            || self.relax(&CODING_IGNORED, at, draft)
        {
            return Ok(None);
        }
        let (mut from, mut count) = (0, fields.clone().count());
        if count > 1 {
            if self.relax(&CODING_FIRST_FIELD, at, draft) {
                count = 1;
            } else if self.relax(&CODING_LAST_FIELD, at, draft) {
                (from, count) = (count - 1, 1);
            }
        }
        let value = self.noted(first, notes.text);
        let exact = count == 1 && value.eq_ignore_ascii_case(CHUNKED);
        if !exact && self.relax(&CODING_EXACT, at, draft) {
            return Ok(None);
        }
        let closes = match is_10 {
            true => self.coding_in_10(at, draft)?,
            false => Some(false),
        };
        let Some(closes) = closes else {
            return Ok(None);
        };
        if self.restricts(&VALUE_TRAILING) && fields.clone().any(|note| self.has_space_after(note))
        {
            return Err(draft.restrict(&VALUE_TRAILING, at));
        }
        let is_untrimmed = |note: &Note| {
            let after = self.slice(note.end, note.end + 1).first();
            let before = self.slice(note.at, note.value);
            note.label & label::REWRITTEN == 0
                && (!before.ends_with(b": ") || after.is_some_and(|&byte| is_space(byte)))
        };
        if fields.clone().any(is_untrimmed) && self.relax(&CODING_UNTRIMMED, at, draft) {
            return Ok(None);
        }
        let drops_identity = self.any(&[&CODING_IDENTITY_FIRST, &CODING_IDENTITY]);
        let mut list = List {
            ends_chunked: drops_identity && self.ends_chunked(fields.clone(), notes),
            ..List::default()
        };
        for note in fields.by_ref().skip(from).take(count) {
            if !self.coding_list(note, notes, &mut list, draft)? {
                return Ok(None);
            }
        }
        let coding = self.coding_of(list, at, draft)?;
        Ok(coding.map(|coding| Coding { closes, ..coding }))
    }

    /// Whether the last coding of the fields is chunked.
    fn ends_chunked<'n>(&self, fields: impl Iterator<Item = &'n Note>, notes: &Notes<'_>) -> bool {
        let values = fields.map(|note| self.noted(note, notes.text));
        let codings = values.flat_map(|value| elements(value).map(|raw| trim(raw).1));
        let last = codings.filter(|coding| !coding.is_empty()).last();
        last.is_some_and(|last| last.eq_ignore_ascii_case(CHUNKED))
    }

    /// What the whole list comes to.
    fn coding_of(
        &self,
        list: List,
        at: usize,
        draft: &mut Draft<'_>,
    ) -> Result<Option<Coding>, Stop> {
        if !list.any {
            if self.relax(&CODING_EMPTY_IGNORED, at, draft) {
                return Ok(None);
            }
            if self.relax(&CODING_EMPTY_CHUNKED, at, draft) {
                return Ok(Some(Coding {
                    at,
                    until_close: false,
                    closes: false,
                }));
            }
            return Err(draft.reject(&CODING_EMPTY, at));
        }
        match list.unknown {
            Some(unknown) if list.chunked => draft.relax(&CODING_OTHERS, unknown),
            Some(unknown) => {
                if self.relax(&CODING_UNKNOWN_CHUNKED, unknown, draft) {
                    return Ok(Some(Coding {
                        at,
                        until_close: false,
                        closes: false,
                    }));
                }
                if self.relax(&CODING_UNKNOWN_IGNORED, unknown, draft) {
                    return Ok(None);
                }
                if self.relax(&CODING_UNKNOWN_CLOSE, unknown, draft) {
                    return Ok(Some(Coding {
                        at,
                        until_close: true,
                        closes: false,
                    }));
                }
                return Err(draft.reject(&CODING_UNKNOWN, unknown));
            }
            None if !list.chunked && !list.until_close => return Ok(None),
            None => {}
        }
        Ok(Some(Coding {
            at,
            until_close: list.until_close,
            closes: false,
        }))
    }

    /// Reads one field's list; false when the field makes Transfer-Encoding unlooked at.
    fn coding_list(
        &self,
        note: &Note,
        notes: &Notes<'_>,
        list: &mut List,
        draft: &mut Draft<'_>,
    ) -> Result<bool, Stop> {
        let mut offset = 0;
        let ends_in_tab = self.has(&CODING_TAB) && self.has_tab_after(note);
        for raw in elements(self.noted(note, notes.text)) {
            let (front, element) = trim(raw);
            let at = note.value + offset + front;
            offset += raw.len() + 1;
            let is_last = offset > note.end - note.start;
            let is_gap = element.is_empty()
                && is_last
                && offset > raw.len() + 1
                && self.relax(&CODING_GAP_LAST, at, draft);
            if element.is_empty() && !is_gap {
                if self.restricts(&CODING_GAPS) && self.noted(note, notes.text).contains(&b',') {
                    return Err(draft.restrict(&CODING_GAPS, at));
                }
                continue;
            }
            list.any = true;
            let is_other = is_gap
                || (note.label & label::FOLDED != 0 && self.relax(&CODING_FOLDED, at, draft))
                || (ends_in_tab && is_last && self.relax(&CODING_TAB, at, draft));
            let element = if is_other {
                Element::Other
            } else {
                self.coding_element(element, at, list, draft)?
            };
            match element {
                Element::Chunked if list.chunked => {
                    if self.has(&CODING_TWICE_IGNORED) && !self.has(&CODING_TWICE) {
                        draft.relax(&CODING_TWICE_IGNORED, at);
                        return Ok(false);
                    }
                    if !self.relax(&CODING_TWICE, at, draft) {
                        return Err(draft.reject(&CODING_REPEATED, at));
                    }
                }
                Element::Chunked => list.chunked = true,
                Element::Dropped => {}
                Element::Ignore => return Ok(false),
                Element::Close => list.until_close = true,
                Element::Other if list.chunked => {
                    if self.relax(&CODING_NOT_FINAL_CHUNKED, at, draft) {
                        continue;
                    }
                    if self.relax(&CODING_NOT_FINAL_IGNORED, at, draft) {
                        return Ok(false);
                    }
                    if !self.relax(&CODING_NOT_FINAL_CLOSE, at, draft) {
                        return Err(draft.reject(&CODING_NOT_FINAL, at));
                    }
                    list.until_close = true;
                }
                Element::Other => {
                    const LENIENT: &[&crate::Leniency] = &[
                        &CODING_OTHERS,
                        &CODING_UNKNOWN_CHUNKED,
                        &CODING_UNKNOWN_IGNORED,
                        &CODING_UNKNOWN_CLOSE,
                    ];
                    if !self.any(LENIENT) {
                        return Err(draft.reject(&CODING_UNKNOWN, at));
                    }
                    list.unknown = list.unknown.or(Some(at));
                    // Only a reader that accepts other codings lets chunked follow an unknown one.
                    if !self.has(&CODING_OTHERS) {
                        return Ok(self.unknown_before(at, list, draft));
                    }
                }
            }
        }
        Ok(true)
    }

    /// What an unknown coding does to a reader that does not accept other codings before chunked.
    fn unknown_before(&self, at: usize, list: &mut List, draft: &mut Draft<'_>) -> bool {
        if self.relax(&CODING_UNKNOWN_CHUNKED, at, draft) {
            list.unknown = None;
            list.chunked = true;
            return true;
        }
        !self.relax(&CODING_UNKNOWN_IGNORED, at, draft)
    }

    fn coding_element(
        &self,
        whole: &[u8],
        at: usize,
        list: &List,
        draft: &mut Draft<'_>,
    ) -> Result<Element, Stop> {
        let mut element = whole;
        loop {
            if element.eq_ignore_ascii_case(CHUNKED) {
                if element != CHUNKED && self.relax(&CODING_CASE, at, draft) {
                    return Ok(Element::Ignore);
                }
                let limits = [(&CODING_LOWER_CASE, element != CHUNKED)];
                self.restrict(&limits, at, draft)?;
                return Ok(Element::Chunked);
            }
            // No byte of chunked is ever trimmed, so that one look for it is enough.
            if element.len() == whole.len()
                && self.has(&CODING_SUBSTRING)
                && find_any_case(element, CHUNKED).is_some()
            {
                draft.relax(&CODING_SUBSTRING, at);
                return Ok(Element::Chunked);
            }
            let parameters = has_parameters(element);
            if parameters == Some(true) {
                if self.relax(&CODING_PARAMETERS_DROPPED, at, draft) {
                    return Ok(Element::Chunked);
                }
                if self.relax(&CODING_PARAMETERS_IGNORED, at, draft) {
                    return Ok(Element::Ignore);
                }
                if self.relax(&CODING_PARAMETERS_CLOSE, at, draft) {
                    return Ok(Element::Close);
                }
                return Err(draft.reject(&CODING_PARAMETERS, at));
            }
            if element.iter().all(|&byte| is_token(byte)) && !element.is_empty() {
                return Ok(self.coding_token(element, at, list, draft));
            }
            if parameters == Some(false) {
                return Ok(Element::Other);
            }
            if begins_parameters(element) && self.relax(&CODING_PARAMETERS_ANY, at, draft) {
                return Ok(Element::Chunked);
            }
            match self.mended_coding(element, at, draft) {
                Some(mended) => element = mended,
                None if fits_chunked(element) && self.relax(&CODING_BEST_FIT, at, draft) => {
                    return Ok(Element::Chunked);
                }
                None if is_encoded_chunked(element) && self.relax(&CODING_RFC2047, at, draft) => {
                    return Ok(Element::Chunked);
                }
                None if self.relax(&CODING_SYNTAX_IGNORED, at, draft) => {
                    return Ok(Element::Ignore);
                }
                None if self.relax(&CODING_SYNTAX_CLOSE, at, draft) => return Ok(Element::Close),
                None => return Err(draft.reject(&CODING_SYNTAX, at)),
            }
        }
    }

    fn coding_token(
        &self,
        element: &[u8],
        at: usize,
        list: &List,
        draft: &mut Draft<'_>,
    ) -> Element {
        let length = CHUNKED.len();
        let end = element
            .len()
            .checked_sub(length)
            .and_then(|start| element.get(start..));
        let is = |part: Option<&[u8]>| part.is_some_and(|part| part.eq_ignore_ascii_case(CHUNKED));
        if (is(end) && self.relax(&CODING_SUFFIX, at, draft))
            || (is(element.get(..length)) && self.relax(&CODING_PREFIX, at, draft))
        {
            return Element::Chunked;
        }
        let is_identity = element.eq_ignore_ascii_case(b"identity");
        let by = match list.ends_chunked {
            true => &CODING_IDENTITY_FIRST,
            false => &CODING_IDENTITY,
        };
        if is_identity && !list.chunked && self.relax(by, at, draft) {
            return Element::Dropped;
        }
        Element::Other
    }

    /// A malformed coding without what the dialect trims from it.
    fn mended_coding<'e>(
        &self,
        element: &'e [u8],
        at: usize,
        draft: &mut Draft<'_>,
    ) -> Option<&'e [u8]> {
        let trimmed = |drop: fn(u8) -> bool| {
            let (_, rest) = trim_matches(element, drop);
            (rest.len() < element.len() && !rest.is_empty()).then_some(rest)
        };
        let ways: [(&'static crate::Leniency, Option<&'e [u8]>); 4] = [
            (
                &CODING_VT_FF,
                trimmed(|byte| byte == 0x0b || byte == 0x0c || is_space(byte)),
            ),
            (&CODING_NUL, trimmed(|byte| byte == 0 || is_space(byte))),
            (
                &CODING_HIGH,
                trimmed(|byte| matches!(byte, 0x85 | 0xa0 | 0xff) || is_space(byte)),
            ),
            (&CODING_QUOTED, unquoted(element)),
        ];
        for (leniency, mended) in ways {
            if mended.is_some() && self.relax(leniency, at, draft) {
                return mended;
            }
        }
        None
    }
}

impl Reader<'_> {
    /// Whether HTAB is among the whitespace after a value.
    pub(super) fn has_tab_after(&self, note: &Note) -> bool {
        if note.label & label::REWRITTEN != 0 {
            return note.label & label::TAB_AFTER != 0;
        }
        let after = self.rest(note.end).iter();
        let mut spaces = after.take_while(|&&byte| is_space(byte));
        spaces.any(|&byte| byte == b'\t')
    }

    /// Whether there is whitespace after a value.
    pub(super) fn has_space_after(&self, note: &Note) -> bool {
        match note.label & label::REWRITTEN {
            0 => self.peek(note.end).is_some_and(is_space),
            _ => note.label & label::SPACE_AFTER != 0,
        }
    }
}

fn unquoted(element: &[u8]) -> Option<&[u8]> {
    match element {
        [b'"', inner @ .., b'"'] | [b'\'', inner @ .., b'\''] if !inner.is_empty() => Some(inner),
        _ => None,
    }
}

/// The elements of a list. A comma between double quotes separates nothing.
pub(super) fn elements(list: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(list);
    std::iter::from_fn(move || {
        let list = rest?;
        let mut quoted = false;
        let mut at = 0;
        while let Some(&byte) = list.get(at) {
            match byte {
                b'"' => quoted = !quoted,
                b'\\' if quoted => at += 1,
                b',' if !quoted => break,
                _ => {}
            }
            at += 1;
        }
        let at = at.min(list.len());
        let (element, more) = list.split_at(at);
        rest = more.get(1..);
        Some(element)
    })
}

/// Whether a name with valid parameters, at least one, is chunked; none where the element is something else.
pub(super) fn has_parameters(element: &[u8]) -> Option<bool> {
    let (name, mut rest) = element.split_at(token_length(element));
    if name.is_empty() || rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let [b';', more @ ..] = trim_start(rest) else {
            return None;
        };
        let more = trim_start(more);
        let (attribute, more) = more.split_at(token_length(more));
        let [b'=', more @ ..] = trim_start(more) else {
            return None;
        };
        let more = trim_start(more);
        let length = match more.first() {
            Some(b'"') => quoted_length(more)?,
            _ => token_length(more),
        };
        if attribute.is_empty() || length == 0 {
            return None;
        }
        rest = more.get(length..).unwrap_or(&[]);
    }
    Some(name.eq_ignore_ascii_case(CHUNKED))
}

/// How many bytes the quoted-string at the front takes.
fn quoted_length(text: &[u8]) -> Option<usize> {
    let mut at = 1;
    loop {
        match text.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' if text.get(at + 1).is_some_and(|&byte| is_value(byte)) => at += 2,
            b'\\' => return None,
            &byte if is_value(byte) => at += 1,
            _ => return None,
        }
    }
}

fn trim_start(text: &[u8]) -> &[u8] {
    text.get(spaces(text)..).unwrap_or(&[])
}

/// Whether the element is `chunked` OWS `;` and something.
fn begins_parameters(element: &[u8]) -> bool {
    let Some((name, rest)) = element.split_at_checked(CHUNKED.len()) else {
        return false;
    };
    let (_, rest) = trim(rest);
    name.eq_ignore_ascii_case(CHUNKED) && rest.first() == Some(&b';')
}

/// Whether the element is chunked when each byte from 0x80 stands for the letter that fits.
fn fits_chunked(element: &[u8]) -> bool {
    element.len() == CHUNKED.len()
        && element
            .iter()
            .zip(CHUNKED)
            .all(|(byte, letter)| *byte >= 0x80 || byte.eq_ignore_ascii_case(letter))
}

fn is_encoded_chunked(element: &[u8]) -> bool {
    let Some((prefix, text)) = element.split_at_checked(10) else {
        return false;
    };
    prefix.eq_ignore_ascii_case(b"=?UTF-8?B?") && text == b"Y2h1bmtlZA==?="
}
