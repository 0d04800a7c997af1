//! Transfer-Encoding of a response: unlike in a request, any list of codings gives it an end.

use super::super::leniencies::{CODING_IGNORED, CODING_PARAMETERS_DROPPED, CODING_TWICE};
use super::super::response::leniencies::*;
use super::super::response::rules::CODING_SYNTAX;
use super::super::rules::{CODING_PARAMETERS, CODING_REPEATED};
use super::Reader;
use super::bytes::{find_any_case, is_token, trim};
use super::coding::{Coding, elements, has_parameters};
use super::field::label;
use super::head::Notes;
use crate::core::parser::{Draft, Stop};

const CHUNKED: &[u8] = b"chunked";

/// What the list has come to so far.
#[derive(Default)]
struct List {
    chunked: bool,
    /// Whether chunked is the last coding so far.
    ends_chunked: bool,
    /// Whether a malformed coding has the body last until the connection is closed.
    until_close: bool,
}

impl Reader<'_> {
    /// What Transfer-Encoding comes to; none where there is none, or the dialect does not look at it.
    pub(super) fn response_coding(
        &self,
        is_10: bool,
        notes: &Notes<'_>,
        draft: &mut Draft<'_>,
    ) -> Result<Option<Coding>, Stop> {
        let Some(first) = notes.of(label::CODING).next() else {
            return Ok(None);
        };
        let at = first.at;
        if self.relax(&CODING_IGNORED, at, draft) {
            return Ok(None);
        }
        let closes = match is_10 {
            true => self.coding_in_10(at, draft)?,
            false => Some(false),
        };
        let Some(closes) = closes else {
            return Ok(None);
        };
        let mut coding = Coding {
            at,
            until_close: false,
            closes,
        };
        let mut list = List::default();
        for note in notes.of(label::CODING) {
            let mut offset = 0;
            for raw in elements(self.noted(note, notes.text)) {
                let (front, element) = trim(raw);
                let at = note.value + offset + front;
                offset += raw.len() + 1;
                if !element.is_empty() && !self.take_coding(element, at, &mut list, draft)? {
                    return Ok(None);
                }
            }
        }
        let is_taken = list.ends_chunked
            || list.chunked && self.relax(&CODING_NOT_LAST, at, draft)
            || !list.until_close && self.relax(&CODING_ANY, at, draft);
        if !is_taken && !list.until_close && self.relax(&CODING_OTHER_IGNORED, at, draft) {
            return Ok(None);
        }
        coding.until_close = list.until_close || !is_taken;
        Ok(Some(coding))
    }

    /// Takes one element of the list; false when it makes the dialect not look at the field.
    fn take_coding(
        &self,
        element: &[u8],
        at: usize,
        list: &mut List,
        draft: &mut Draft<'_>,
    ) -> Result<bool, Stop> {
        let parameters = has_parameters(element);
        let is_chunked = element.eq_ignore_ascii_case(CHUNKED);
        if is_chunked || parameters == Some(true) {
            if !is_chunked && !self.relax(&CODING_PARAMETERS_DROPPED, at, draft) {
                return Err(draft.reject(&CODING_PARAMETERS, at));
            }
            return self.take_chunked(at, list, draft).map(|()| true);
        }
        if parameters == Some(false) || element.iter().all(|&byte| is_token(byte)) {
            list.ends_chunked = false;
            return Ok(true);
        }
        if self.has(&CODING_HOLDS_CHUNKED) && find_any_case(element, CHUNKED).is_some() {
            draft.relax(&CODING_HOLDS_CHUNKED, at);
            return self.take_chunked(at, list, draft).map(|()| true);
        }
        if self.relax(&MALFORMED_IGNORED, at, draft) {
            return Ok(false);
        }
        if self.relax(&MALFORMED_CLOSE, at, draft) {
            list.until_close = true;
            return Ok(true);
        }
        Err(draft.reject(&CODING_SYNTAX, at))
    }

    /// Takes chunked, which may have come before.
    fn take_chunked(&self, at: usize, list: &mut List, draft: &mut Draft<'_>) -> Result<(), Stop> {
        if list.chunked && !self.relax(&CODING_TWICE, at, draft) {
            return Err(draft.reject(&CODING_REPEATED, at));
        }
        (list.chunked, list.ends_chunked) = (true, true);
        Ok(())
    }
}
