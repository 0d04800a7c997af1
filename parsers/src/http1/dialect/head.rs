//! The head as a whole: what its fields together say of the body and of the connection.

use super::super::leniencies::*;
use super::super::restrictions::LENGTH_CHECKED;
use super::super::rules::*;
use super::authority::is_host_value;
use super::bytes::{has_host_bytes, is_plain_host};
use super::coding::Coding;
use super::connection::Options;
use super::field::label::{self, Labels};
use super::request_line::{Method, RequestLine};
use super::{Body, Reader};
use crate::core::parser::{Draft, Next, Stop};
use crate::core::rule::Leniency;
use crate::core::verdict::Note;

/// What a head says.
pub(super) struct Outcome {
    pub body: Body,
    pub next: Next,
}

/// The notes of a head and the text that rewritten values lie in.
pub(super) struct Notes<'n> {
    pub list: &'n [Note],
    pub text: &'n [u8],
    /// The labels that there are.
    pub labels: Labels,
}

impl<'n> Notes<'n> {
    /// Whether there is a note with this label.
    #[inline(always)]
    pub(super) fn has(&self, label: u8) -> bool {
        self.labels.most(label) > 0
    }

    /// The notes with this label, in order.
    #[inline(always)]
    pub(super) fn of(&self, label: u8) -> impl Iterator<Item = &'n Note> + Clone + use<'n> {
        let has = move |note: &&Note| label::field(note.label) == label;
        let most = self.labels.most(label);
        self.list.iter().filter(has).take(most)
    }
}

impl Reader<'_> {
    #[inline]
    pub(super) fn head(
        &self,
        line: &RequestLine,
        labels: Labels,
        draft: &mut Draft<'_>,
    ) -> Result<Outcome, Stop> {
        // The notes are out of the scratch while they are looked at, and go back whatever results.
        let list = std::mem::take(&mut draft.scratch().notes);
        let text = std::mem::take(&mut draft.scratch().text);
        let outcome = self.outcome(
            line,
            &Notes {
                list: &list,
                text: &text,
                labels,
            },
            draft,
        );
        draft.scratch().notes = list;
        draft.scratch().text = text;
        outcome
    }

    fn outcome(
        &self,
        line: &RequestLine,
        notes: &Notes<'_>,
        draft: &mut Draft<'_>,
    ) -> Result<Outcome, Stop> {
        self.host(line, notes, draft)?;
        let options = self.options(notes, draft);
        if self.relaxes.is_restricted() {
            self.restrict_framing(line, notes, draft)?;
        }
        let (coding, lengths) = self.framing(line, &options, notes, draft)?;
        let mut closes = false;
        let mut body = match (coding, lengths) {
            (Some(coding), Some(first)) => {
                closes = coding.closes;
                let at = first.at.min(coding.at);
                if self.restricts(&LENGTH_CHECKED) && self.is_odd_length(notes) {
                    return Err(draft.restrict(&LENGTH_CHECKED, at));
                }
                if self.relax(&CODING_BEATS_LENGTH, at, draft) {
                    coding.body()
                } else if self.relax(&LENGTH_BEATS_CODING, at, draft) {
                    self.length(first, notes, draft)?
                } else if self.relax(&CODING_BEATS_LENGTH_CLOSES, at, draft) {
                    closes = true;
                    coding.body()
                } else {
                    return Err(draft.reject(&LENGTH_WITH_CODING, at));
                }
            }
            (Some(coding), None) => {
                closes = coding.closes;
                coding.body()
            }
            (None, Some(first)) => self.length(first, notes, draft)?,
            (None, None) => Body::None,
        };
        let framing_at = [coding.map(|coding| coding.at), lengths.map(|note| note.at)];
        let framing_at = framing_at.into_iter().flatten().min().unwrap_or(0);
        if self.relaxes.is_restricted() {
            self.restrict_length(line.method, body, framing_at, draft)?;
        }
        if line.method == Method::Post && body == Body::None {
            let leniency = if line.is_10 {
                &POST_10_UNTIL_CLOSE
            } else {
                &POST_UNTIL_CLOSE
            };
            if self.relax(leniency, line.start, draft) {
                body = Body::UntilClose;
            }
        }
        if body == Body::None
            && !line.is_10
            && line.method == Method::Delete
            && self.relax(&DELETE_UNTIL_CLOSE, line.start, draft)
        {
            body = Body::UntilClose;
        }
        if body == Body::None
            && !line.is_10
            && self.may_be_chunked(line)
            && self.relax(&POST_CHUNKED, line.start, draft)
        {
            body = Body::Chunked;
        }
        body = self.body_of_method(line.method, body, framing_at, draft)?;
        body = self.expectations(line.is_10, notes, body, draft)?;
        if body == Body::Length(0)
            && options.keep_alive
            && self.relax(&BUFFER_IS_BODY, framing_at, draft)
        {
            body = Body::UntilClose;
        }
        let next = self.next(line, &options, notes, &mut body, draft);
        let next = if closes && next == Next::Message {
            Next::Close
        } else {
            next
        };
        Ok(Outcome { body, next })
    }

    /// The fields that say where the body ends.
    fn framing<'n>(
        &self,
        line: &RequestLine,
        options: &Options,
        notes: &Notes<'n>,
        draft: &mut Draft<'_>,
    ) -> Result<(Option<Coding>, Option<&'n Note>), Stop> {
        let has_coding = notes.has(label::CODING);
        let is_framed = notes.has(label::LENGTH) || has_coding;
        let unframed = is_framed
            && match line.method {
                Method::Head => self.relax(&HEAD_UNFRAMED, line.start, draft),
                Method::Connect => self.relax(&CONNECT_UNFRAMED, line.start, draft),
                _ => false,
            };
        if unframed {
            return Ok((None, None));
        }
        let last = self.last_framing(notes, draft);
        let upgrades = has_coding && options.upgrade && notes.has(label::UPGRADE);
        let is_unchunked = upgrades && self.relax(&UPGRADE_UNCHUNKED, line.start, draft);
        let coding = match last {
            _ if is_unchunked => None,
            _ if has_coding
                && line.method == Method::Connect
                && self.relax(&CONNECT_ANY_CODING, line.start, draft) =>
            {
                notes.of(label::CODING).next().map(Coding::of_tunnel)
            }
            Some(label::LENGTH) => None,
            _ => self.coding(line.is_10, options.names_coding, notes, draft)?,
        };
        let lengths = match last {
            Some(label::CODING) => None,
            _ => self.lengths(options.names_length, notes, draft),
        };
        Ok((coding, lengths))
    }

    /// Which of Content-Length and Transfer-Encoding comes last; none when one of them is not looked at.
    fn last_framing(&self, notes: &Notes<'_>, draft: &mut Draft<'_>) -> Option<u8> {
        let length = notes.of(label::LENGTH).last()?.at;
        if !self.has(&FRAMING_LAST) {
            return None;
        }
        let coding = self.coding_fields(notes).last()?.at;
        draft.relax(&FRAMING_LAST, length.min(coding));
        let is_length = length > coding;
        Some(if is_length {
            label::LENGTH
        } else {
            label::CODING
        })
    }

    fn host(
        &self,
        line: &RequestLine,
        notes: &Notes<'_>,
        draft: &mut Draft<'_>,
    ) -> Result<(), Stop> {
        if line.needs_no_host {
            return Ok(());
        }
        let mut hosts = notes.of(label::HOST);
        let Some(first) = hosts.next() else {
            let is_later = line.is_later && self.relax(&HOST_11_ONLY, line.start, draft);
            if line.is_10 || is_later || self.relax(&HOST_NONE, line.start, draft) {
                return Ok(());
            }
            return Err(draft.reject(&HOST_MISSING, line.start));
        };
        if let Some(second) = hosts
            .next()
            .filter(|note| !self.relax(&HOST_MANY, note.at, draft))
        {
            return Err(draft.reject(&HOST_REPEATED, second.at));
        }
        let value = self.noted(first, notes.text);
        let is_accepted = is_plain_host(value)
            || is_host_value(value)
            || has_host_bytes(value) && self.relax(&HOST_BYTES, first.value, draft)
            || self.relax(&HOST_ANY, first.value, draft);
        if is_accepted {
            return Ok(());
        }
        Err(draft.reject(&HOST_VALUE, first.value))
    }

    /// Whether a Content-Length is not all digits, or is another than the first.
    fn is_odd_length(&self, notes: &Notes<'_>) -> bool {
        let mut values = notes
            .of(label::LENGTH)
            .map(|note| self.noted(note, notes.text));
        let first = values.clone().next();
        values.any(|value| {
            let is_number = !value.is_empty() && value.iter().all(u8::is_ascii_digit);
            !is_number || Some(value) != first
        })
    }

    /// Whether the method is one of those whose requests have content as a rule.
    fn may_be_chunked(&self, line: &RequestLine) -> bool {
        let rest = self.rest(line.start);
        let methods: [&[u8]; 3] = [b"POST ", b"PUT ", b"PATCH "];
        methods.iter().any(|method| rest.starts_with(method))
    }

    /// The body once the method has had its say.
    fn body_of_method(
        &self,
        method: Method,
        body: Body,
        at: usize,
        draft: &mut Draft<'_>,
    ) -> Result<Body, Stop> {
        if matches!(body, Body::None | Body::Length(0)) {
            return Ok(body);
        }
        let no_body: &'static Leniency = match method {
            Method::Get => &GET_NO_BODY,
            Method::Head => &HEAD_NO_BODY,
            Method::Options => &OPTIONS_NO_BODY,
            Method::Delete => &DELETE_NO_BODY,
            Method::Trace if self.relax(&TRACE_BODY, at, draft) => return Ok(body),
            Method::Trace if self.relax(&TRACE_NO_BODY, at, draft) => return Ok(Body::None),
            Method::Trace => return Err(draft.reject(&TRACE_CONTENT, at)),
            Method::Connect if body == Body::Chunked && self.has(&CONNECT_ANY_CODING) => {
                return Ok(Body::None);
            }
            Method::Connect if self.relax(&CONNECT_BODY, at, draft) => return Ok(body),
            Method::Connect if self.relax(&CONNECT_NO_BODY, at, draft) => return Ok(Body::None),
            Method::Connect => return Err(draft.reject(&CONNECT_CONTENT, at)),
            Method::Post | Method::Other => return Ok(body),
        };
        Ok(if self.relax(no_body, at, draft) {
            Body::None
        } else {
            body
        })
    }

    /// What happens to the connection; an upgrade may take the body with it.
    fn next(
        &self,
        line: &RequestLine,
        options: &Options,
        notes: &Notes<'_>,
        body: &mut Body,
        draft: &mut Draft<'_>,
    ) -> Next {
        if line.method == Method::Connect {
            if self.has(&CONNECT_CLOSES) && !self.persists(line, options, notes, draft) {
                draft.relax(&CONNECT_CLOSES, line.start);
                return Next::Close;
            }
            if self.relax(&CONNECT_ENDS, line.start, draft) {
                return Next::Close;
            }
            if !self.relax(&CONNECT_READS_ON, line.start, draft) {
                return Next::Tunnel;
            }
        }
        if let Some(note) = notes.of(label::UPGRADE).next().filter(|_| options.upgrade) {
            let is_h2c = self.noted(note, notes.text).eq_ignore_ascii_case(b"h2c");
            let tunnels = match line.is_10 {
                true => &UPGRADE_10,
                false => &UPGRADE_TUNNELS,
            };
            if self.relax(tunnels, note.at, draft) {
                if *body == Body::UntilClose {
                    *body = Body::None;
                }
                return Next::Tunnel;
            }
            if is_h2c && !line.is_10 && self.relax(&UPGRADE_H2C, note.at, draft) {
                return Next::Tunnel;
            }
            if self.relax(&UPGRADE_SKIPS_BODY, note.at, draft) {
                *body = Body::None;
                return Next::Tunnel;
            }
            if self.relax(&UPGRADE_ENDS, note.at, draft) {
                return Next::Close;
            }
        }
        if self.persists(line, options, notes, draft) {
            Next::Message
        } else {
            Next::Close
        }
    }

    /// Whether the connection lasts after the request.
    fn persists(
        &self,
        line: &RequestLine,
        options: &Options,
        notes: &Notes<'_>,
        draft: &mut Draft<'_>,
    ) -> bool {
        if options.close {
            let at = notes.of(label::CONNECTION).next();
            let at = at.map_or(0, |note| note.at);
            (options.keep_alive && self.relax(&KEEP_ALIVE_BEATS_CLOSE, at, draft))
                || (options.keep_alive
                    && line.is_10
                    && self.relax(&KEEP_ALIVE_BEATS_CLOSE_10, at, draft))
                || (self.has(&CLOSE_READS_ON)
                    && (!line.is_10
                        || options.keep_alive
                        || self.relax(&PERSISTS_10, line.start, draft))
                    && self.relax(&CLOSE_READS_ON, at, draft))
        } else if line.is_10 && options.keep_alive {
            !self.relax(&CLOSES_10, line.start, draft)
        } else {
            !line.is_10
                || line.persists
                || (options.upgrade && self.relax(&UPGRADE_PERSISTS_10, line.start, draft))
                || self.relax(&PERSISTS_10, line.start, draft)
        }
    }
}
