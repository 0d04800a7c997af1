//! A response: what it answers, and what its head says of the body and of the connection.

use super::super::response::leniencies::*;
use super::super::response::rules::*;
use super::super::response::state;
use super::connection::Options;
use super::field::label::{self, Labels};
use super::head::{Notes, Outcome};
use super::status_line::{Opening, StatusLine};
use super::{Body, Reader};
use crate::core::parser::{Accepted, Draft, Next, Stop};
use crate::core::rule::Leniency;

/// What a response is to the request that waits.
enum Kind {
    /// Not its answer: that is still to come.
    Interim,
    /// Its answer, which ends with the head.
    Bodiless,
    /// Its answer, which ends as its fields say.
    Framed,
    /// Its answer, and what follows the head is another protocol.
    Tunnel,
}

/// The status by which a server switches protocols.
const SWITCHING: u16 = 101;

/// The request that waits.
struct Waiting<'a> {
    method: &'a [u8],
    upgrades: bool,
}

impl<'a> Waiting<'a> {
    /// Of what was asked, a word for the method and, where an upgrade was asked for, one for that. Where nothing is known, it is GET.
    fn of(asked: Option<&'a [u8]>) -> Self {
        let mut words = asked.unwrap_or(b"GET").split(|byte| *byte == b' ');
        Self {
            method: words.next().unwrap_or(b"GET"),
            upgrades: words.any(|word| word == b"upgrade"),
        }
    }
}

impl Reader<'_> {
    pub(super) fn response(&self, draft: &mut Draft<'_>) -> Result<Accepted, Stop> {
        let from = self.surplus(draft)?;
        let line = match self.status_line(from, draft)? {
            Opening::Line(line) => line,
            Opening::Body => {
                draft.answer();
                return Ok(self.until_close(from, draft));
            }
        };
        let fields = self.fields(line.start, line.end, draft)?;
        let list = std::mem::take(&mut draft.scratch().notes);
        let text = std::mem::take(&mut draft.scratch().text);
        let notes = Notes {
            list: &list,
            text: &text,
            labels: fields.labels,
        };
        let outcome = self.response_head(&line, fields.end, &notes, draft);
        draft.scratch().notes = list;
        draft.scratch().text = text;
        let outcome = outcome?;
        self.body(fields.end, false, outcome.body, outcome.next, draft)
    }

    /// Where the response begins, if one may come: bytes that come while no request waits are none.
    fn surplus(&self, draft: &mut Draft<'_>) -> Result<usize, Stop> {
        let paired = match self.has(&INTERIM_PAIRED) {
            true => state::paired(draft.state().mode),
            false => 0,
        };
        if !draft.is_answered_without(paired) {
            return Ok(0);
        }
        let mut at = 0;
        loop {
            match self.rest(at) {
                [] => return Err(Stop::Nothing),
                [b'\r'] => return Err(Stop::Incomplete),
                [b'\r', b'\n', ..] => at += 2,
                _ if self.relax(&SURPLUS_CLOSES, at, draft) => return Err(Stop::Nothing),
                _ if self.relax(&SURPLUS_KEPT, at, draft) => return Ok(at),
                _ => return Err(draft.reject(&SURPLUS, at)),
            }
        }
    }

    fn response_head(
        &self,
        line: &StatusLine,
        end: usize,
        notes: &Notes<'_>,
        draft: &mut Draft<'_>,
    ) -> Result<Outcome, Stop> {
        let waiting = Waiting::of(draft.waits());
        let kind = self.kind(line, &waiting, notes, draft)?;
        let is_interim = matches!(kind, Kind::Interim);
        self.remember_interim(line, is_interim, draft);
        let lingering = self.lingering(waiting.method, is_interim, notes, draft);
        if !is_interim {
            draft.answer();
        }
        let options = self.options(notes, draft);
        let (mut body, mut next) = (Body::None, Next::Message);
        match kind {
            Kind::Interim if line.code == SWITCHING => return Ok(Outcome { body, next }),
            Kind::Interim => {
                if is_framed(notes.labels) && self.relax(&INTERIM_BODY, line.start, draft) {
                    body = self.framed(line, lingering, notes, draft)?.body;
                }
                if self.relax(&INTERIM_PAIRED, line.start, draft) {
                    draft.answer();
                    let mode = draft.state().mode;
                    draft.state().mode = state::with_one_more_pair(mode);
                }
                return Ok(Outcome { body, next });
            }
            Kind::Tunnel => {
                next = Next::Tunnel;
                return Ok(Outcome { body, next });
            }
            Kind::Bodiless => {}
            Kind::Framed => {
                let framed = self.framed(line, lingering, notes, draft)?;
                (body, next) = (framed.body, framed.next);
                if !is_framed(notes.labels) && self.is_empty_without_length(line, end, draft) {
                    body = Body::None;
                }
            }
        }
        if body == Body::UntilClose || !self.keeps(line, &options, notes, draft) {
            next = Next::Close;
        }
        Ok(Outcome { body, next })
    }

    /// What the response is to the request that waits.
    fn kind(
        &self,
        line: &StatusLine,
        waiting: &Waiting<'_>,
        notes: &Notes<'_>,
        draft: &mut Draft<'_>,
    ) -> Result<Kind, Stop> {
        let is_framed = is_framed(notes.labels);
        let reads_body = |leniency: &'static Leniency, draft: &mut Draft<'_>| match is_framed
            && self.relax(leniency, line.start, draft)
        {
            true => Kind::Framed,
            false => Kind::Bodiless,
        };
        Ok(match line.code {
            SWITCHING => return self.switch(line, waiting, draft),
            100..=199 => self.interim(line, notes, draft),
            200..=299 if waiting.method == b"CONNECT" => {
                if is_framed && self.relax(&CONNECT_BODY_READ, line.start, draft) {
                    Kind::Framed
                } else if self.relax(&CONNECT_NO_TUNNEL, line.start, draft) {
                    Kind::Bodiless
                } else {
                    Kind::Tunnel
                }
            }
            _ if waiting.method == b"HEAD" => reads_body(&HEAD_BODY, draft),
            204 => reads_body(&NO_CONTENT_BODY, draft),
            304 => reads_body(&NOT_MODIFIED_BODY, draft),
            205 if self.relax(&RESET_NO_BODY, line.start, draft) => Kind::Bodiless,
            _ => Kind::Framed,
        })
    }

    /// What 101 is.
    fn switch(
        &self,
        line: &StatusLine,
        waiting: &Waiting<'_>,
        draft: &mut Draft<'_>,
    ) -> Result<Kind, Stop> {
        if waiting.upgrades {
            return Ok(match self.relax(&SWITCH_READS_ON, line.start, draft) {
                true => Kind::Interim,
                false => Kind::Tunnel,
            });
        }
        match () {
            () if self.relax(&SWITCH_IGNORED, line.code_at, draft) => Ok(Kind::Interim),
            () if self.relax(&SWITCH_FINAL, line.code_at, draft) => Ok(Kind::Bodiless),
            () if self.relax(&SWITCH_FOLLOWED, line.code_at, draft) => Ok(Kind::Tunnel),
            () => Err(draft.reject(&SWITCH_UNASKED, line.code_at)),
        }
    }

    /// What another 1xx response is.
    fn interim(&self, line: &StatusLine, notes: &Notes<'_>, draft: &mut Draft<'_>) -> Kind {
        if notes.has(label::LENGTH)
            && line.code != 103
            && self.relax(&INTERIM_FINAL_LENGTH, line.start, draft)
        {
            return Kind::Framed;
        }
        if self.relax(&INTERIM_FINAL, line.start, draft) {
            return Kind::Bodiless;
        }
        if self.has(&INTERIM_ONE) && state::had_interim(draft.state().mode) {
            draft.relax(&INTERIM_ONE, line.start);
            return Kind::Bodiless;
        }
        Kind::Interim
    }

    /// Keeps in mind, for a reader that counts interim responses, whether one has come.
    fn remember_interim(&self, line: &StatusLine, is_interim: bool, draft: &mut Draft<'_>) {
        if self.has(&INTERIM_ONE) && !(is_interim && line.code == SWITCHING) {
            let mode = draft.state().mode;
            draft.state().mode = state::with_interim(mode, is_interim);
        }
    }

    /// The length of a response to HEAD that lingers, for a reader that does not forget it.
    fn lingering(
        &self,
        method: &[u8],
        is_interim: bool,
        notes: &Notes<'_>,
        draft: &mut Draft<'_>,
    ) -> Option<u32> {
        if !self.has(&LENGTH_LINGERS) || is_interim {
            return None;
        }
        let mode = draft.state().mode;
        let before = state::length(mode);
        let note = notes.of(label::LENGTH).next().filter(|_| method == b"HEAD");
        let value = note.map(|note| self.noted(note, notes.text));
        let value = value.and_then(|value| std::str::from_utf8(value).ok()?.parse::<u32>().ok());
        draft.state().mode = state::with_length(mode, value);
        before
    }

    /// Whether the connection lasts after the response.
    fn keeps(
        &self,
        line: &StatusLine,
        options: &Options,
        notes: &Notes<'_>,
        draft: &mut Draft<'_>,
    ) -> bool {
        if options.close {
            let at = notes.of(label::CONNECTION).next();
            let at = at.map_or(line.start, |note| note.at);
            return self.relax(&CLOSE_KEPT, at, draft)
                || options.keep_alive && self.relax(&KEEP_ALIVE_WINS, at, draft);
        }
        match line.is_10 {
            false => true,
            true if options.keep_alive => !self.relax(&CLOSED_10, line.start, draft),
            true => self.relax(&KEPT_10, line.start, draft),
        }
    }

    /// Whether a response that no field delimits is empty to the dialect; its head ends before `end`.
    fn is_empty_without_length(
        &self,
        line: &StatusLine,
        end: usize,
        draft: &mut Draft<'_>,
    ) -> bool {
        self.relax(&EMPTY_WITHOUT_LENGTH, line.start, draft)
            || self.relax(&EMPTY_BEFORE_STATUS_LINE, line.start, draft)
                && self.rest(end).starts_with(b"HTTP/")
    }

    /// The body that the fields give.
    fn framed(
        &self,
        line: &StatusLine,
        lingering: Option<u32>,
        notes: &Notes<'_>,
        draft: &mut Draft<'_>,
    ) -> Result<Outcome, Stop> {
        let coding = self.response_coding(line.is_10, notes, draft)?;
        let length = self.lengths(false, notes, draft);
        let mut next = Next::Message;
        let body = match (coding, length) {
            (Some(coding), Some(first)) => {
                let at = first.at.min(coding.at);
                if coding.closes {
                    next = Next::Close;
                }
                match () {
                    () if self.relax(&CODING_WINS, at, draft) => coding.body(),
                    () if self.relax(&LENGTH_WINS, at, draft) => {
                        self.length(first, notes, draft)?
                    }
                    () if self.relax(&CODING_WINS_CLOSES, at, draft) => {
                        next = Next::Close;
                        coding.body()
                    }
                    () if self.relax(&BOTH_CLOSE, at, draft) => Body::UntilClose,
                    () => return Err(draft.reject(&BOTH, at)),
                }
            }
            (Some(coding), None) => {
                if coding.closes {
                    next = Next::Close;
                }
                coding.body()
            }
            (None, Some(first)) => {
                let body = self.length(first, notes, draft)?;
                match (body, lingering) {
                    (Body::Length(length), Some(before)) => {
                        draft.relax(&LENGTH_LINGERS, first.at);
                        Body::Length(appended(before, length))
                    }
                    _ => body,
                }
            }
            (None, None) => Body::UntilClose,
        };
        // Of a body that is not looked for, nothing is read as one that the close ends.
        let body = match body {
            Body::None => Body::UntilClose,
            body => body,
        };
        Ok(Outcome { body, next })
    }
}

/// Whether a field says where the message ends.
fn is_framed(labels: Labels) -> bool {
    labels.most(label::LENGTH) > 0 || labels.most(label::CODING) > 0
}

/// The number that the digits of `length` make behind those of `before`.
fn appended(before: u32, length: u64) -> u64 {
    let mut scale = 10u64;
    while scale <= length && scale < 1_000_000_000_000 {
        scale *= 10;
    }
    u64::from(before)
        .saturating_mul(scale)
        .saturating_add(length)
}
