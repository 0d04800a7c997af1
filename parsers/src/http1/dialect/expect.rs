//! Expect.

use super::super::leniencies::*;
use super::super::restrictions::EXPECT_WHOLE;
use super::super::rules::EXPECTATION;
use super::bytes::{find_any_case, trim};
use super::field::label;
use super::head::Notes;
use super::{Body, Reader};
use crate::core::parser::{Draft, Stop};

impl Reader<'_> {
    /// What Expect asks for: the body, unless the dialect drops it.
    pub(super) fn expectations(
        &self,
        is_10: bool,
        notes: &Notes<'_>,
        mut body: Body,
        draft: &mut Draft<'_>,
    ) -> Result<Body, Stop> {
        for note in notes.of(label::EXPECT) {
            let value = self.noted(note, notes.text);
            let has_body = !matches!(body, Body::None | Body::Length(0));
            let mut members = value.split(|&byte| byte == b',').map(|one| trim(one).1);
            let is_member =
                |one: &[u8]| one.is_empty() || one.eq_ignore_ascii_case(b"100-continue");
            let is_known = members.all(is_member);
            let is_whole = value.eq_ignore_ascii_case(b"100-continue");
            let is_restricted = self.restricts(&EXPECT_WHOLE) && !is_10 && is_known && !is_whole;
            if is_restricted && !self.any(&[&EXPECT_UNKNOWN, &EXPECT_UNKNOWN_DROPS]) {
                return Err(draft.restrict(&EXPECT_WHOLE, note.at));
            }
            let has_any = || find_any_case(value, b"100-continue").is_some();
            let drops = if is_known {
                let leniency = if is_10 {
                    &EXPECT_10_DROPS_BODY
                } else {
                    &EXPECT_DROPS_BODY
                };
                has_body && has_any() && self.relax(leniency, note.at, draft)
            } else if is_10 || self.relax(&EXPECT_UNKNOWN, note.at, draft) {
                false
            } else if self.relax(&EXPECT_UNKNOWN_DROPS, note.at, draft) {
                has_body && has_any()
            } else {
                return Err(draft.reject(&EXPECTATION, note.at));
            };
            if drops {
                body = Body::None;
            }
        }
        Ok(body)
    }
}
