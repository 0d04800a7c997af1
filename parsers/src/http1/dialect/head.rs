//! The head as a whole: what its fields together say of the body and of the connection.

use super::super::leniencies::*;
use super::super::restrictions::LENGTH_CHECKED;
use super::super::rules::*;
use super::bytes::{is_any_case, is_host, trim};
use super::coding::Coding;
use super::field::label::{self, Labels};
use super::request_line::{Method, RequestLine};
use super::{Body, Reader};
use crate::parser::{Draft, Next, Stop};
use crate::rule::Leniency;
use crate::verdict::Note;

/// What a head says.
pub(super) struct Outcome {
    pub body: Body,
    pub next: Next,
}

/// The connection options that matter, over all Connection fields.
#[derive(Default)]
struct Options {
    close: bool,
    keep_alive: bool,
    upgrade: bool,
    names_length: bool,
    names_coding: bool,
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
        let has = move |note: &&Note| note.label & !label::REWRITTEN == label;
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
        // The notes are out of the scratch while they are looked at, and go back whatever comes of it.
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
        if self.waives.is_restricted() {
            self.restrict_framing(line, notes, draft)?;
        }
        let is_framed = notes.has(label::LENGTH) || notes.has(label::CODING);
        let unframed = is_framed
            && match line.method {
                Method::Head => self.waive(&HEAD_UNFRAMED, line.start, draft),
                Method::Connect => self.waive(&CONNECT_UNFRAMED, line.start, draft),
                _ => false,
            };
        let (coding, lengths) = if unframed {
            (None, None)
        } else {
            (
                self.coding(line.is_10, options.names_coding, notes, draft)?,
                self.lengths(options.names_length, notes, draft),
            )
        };
        let mut closes = false;
        let mut body = match (coding, lengths) {
            (Some(coding), Some(first)) => {
                let at = first.at.min(coding.at);
                if self.restricts(&LENGTH_CHECKED) && self.is_odd_length(notes) {
                    return Err(draft.restrict(&LENGTH_CHECKED, at));
                }
                if self.waive(&CODING_BEATS_LENGTH, at, draft) {
                    coding.body()
                } else if self.waive(&LENGTH_BEATS_CODING, at, draft) {
                    self.length(first, notes, draft)?
                } else if self.waive(&CODING_BEATS_LENGTH_CLOSES, at, draft) {
                    closes = true;
                    coding.body()
                } else {
                    return Err(draft.refuse(&LENGTH_WITH_CODING, at));
                }
            }
            (Some(coding), None) => coding.body(),
            (None, Some(first)) => self.length(first, notes, draft)?,
            (None, None) => Body::None,
        };
        let framing_at = [coding.map(|coding| coding.at), lengths.map(|note| note.at)];
        let framing_at = framing_at.into_iter().flatten().min().unwrap_or(0);
        if self.waives.is_restricted() {
            self.restrict_length(body, framing_at, draft)?;
        }
        if line.method == Method::Post && body == Body::None {
            let leniency = if line.is_10 {
                &POST_10_UNTIL_CLOSE
            } else {
                &POST_UNTIL_CLOSE
            };
            if self.waive(leniency, line.start, draft) {
                body = Body::UntilClose;
            }
        }
        if body == Body::None
            && !line.is_10
            && self.may_be_chunked(line)
            && self.waive(&POST_CHUNKED, line.start, draft)
        {
            body = Body::Chunked;
        }
        body = self.body_of_method(line.method, body, framing_at, draft)?;
        body = self.expectations(line.is_10, notes, body, draft)?;
        if body == Body::Length(0)
            && options.keep_alive
            && self.waive(&BUFFER_IS_BODY, framing_at, draft)
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
            let is_later = line.is_later && self.waive(&HOST_11_ONLY, line.start, draft);
            if line.is_10 || is_later || self.waive(&HOST_NONE, line.start, draft) {
                return Ok(());
            }
            return Err(draft.refuse(&HOST_MISSING, line.start));
        };
        if let Some(second) = hosts
            .next()
            .filter(|note| !self.waive(&HOST_MANY, note.at, draft))
        {
            return Err(draft.refuse(&HOST_REPEATED, second.at));
        }
        if is_host(self.noted(first, notes.text)) || self.waive(&HOST_ANY, first.value, draft) {
            return Ok(());
        }
        Err(draft.refuse(&HOST_VALUE, first.value))
    }

    /// Whether a Content-Length is not all digits.
    fn is_odd_length(&self, notes: &Notes<'_>) -> bool {
        let mut values = notes
            .of(label::LENGTH)
            .map(|note| self.noted(note, notes.text));
        values.any(|value| value.is_empty() || !value.iter().all(u8::is_ascii_digit))
    }

    /// Whether the method is one of those whose requests have content as a rule.
    fn may_be_chunked(&self, line: &RequestLine) -> bool {
        let rest = self.rest(line.start);
        let methods: [&[u8]; 3] = [b"POST ", b"PUT ", b"PATCH "];
        methods.iter().any(|method| rest.starts_with(method))
    }

    fn options(&self, notes: &Notes<'_>, draft: &mut Draft<'_>) -> Options {
        let mut options = Options::default();
        for note in notes.of(label::CONNECTION) {
            self.take_options(note, notes, &mut options);
        }
        if let Some(first) = notes.of(label::PROXY_CONNECTION).next()
            && self.waive(&PROXY_CONNECTION, first.at, draft)
        {
            for note in notes.of(label::PROXY_CONNECTION) {
                self.take_options(note, notes, &mut options);
            }
        }
        options
    }

    #[inline]
    fn take_options(&self, note: &Note, notes: &Notes<'_>, options: &mut Options) {
        match self.noted(note, notes.text) {
            b"keep-alive" => options.keep_alive = true,
            b"close" => options.close = true,
            list => self.take_option_list(list, options),
        }
    }

    fn take_option_list(&self, list: &[u8], options: &mut Options) {
        for option in list.split(|&byte| byte == b',') {
            let (_, option) = trim(option);
            match option.len() {
                5 => options.close |= is_any_case(option, b"close"),
                7 => options.upgrade |= is_any_case(option, b"upgrade"),
                10 => options.keep_alive |= is_any_case(option, b"keep-alive"),
                14 => options.names_length |= is_any_case(option, b"content-length"),
                17 => options.names_coding |= is_any_case(option, b"transfer-encoding"),
                _ => {}
            }
        }
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
            Method::Trace if self.waive(&TRACE_BODY, at, draft) => return Ok(body),
            Method::Trace if self.waive(&TRACE_NO_BODY, at, draft) => return Ok(Body::None),
            Method::Trace => return Err(draft.refuse(&TRACE_CONTENT, at)),
            Method::Connect if self.waive(&CONNECT_BODY, at, draft) => return Ok(body),
            Method::Connect if self.waive(&CONNECT_NO_BODY, at, draft) => return Ok(Body::None),
            Method::Connect => return Err(draft.refuse(&CONNECT_CONTENT, at)),
            Method::Post | Method::Other => return Ok(body),
        };
        Ok(if self.waive(no_body, at, draft) {
            Body::None
        } else {
            body
        })
    }

    fn expectations(
        &self,
        is_10: bool,
        notes: &Notes<'_>,
        mut body: Body,
        draft: &mut Draft<'_>,
    ) -> Result<Body, Stop> {
        for note in notes.of(label::EXPECT) {
            let value = self.noted(note, notes.text);
            let has_body = !matches!(body, Body::None | Body::Length(0));
            let drops = if value.eq_ignore_ascii_case(b"100-continue") {
                let leniency = if is_10 {
                    &EXPECT_10_DROPS_BODY
                } else {
                    &EXPECT_DROPS_BODY
                };
                has_body && self.waive(leniency, note.at, draft)
            } else if is_10 || self.waive(&EXPECT_UNKNOWN, note.at, draft) {
                false
            } else if self.waive(&EXPECT_UNKNOWN_DROPS, note.at, draft) {
                has_body && super::bytes::find_any_case(value, b"100-continue").is_some()
            } else {
                return Err(draft.refuse(&EXPECTATION, note.at));
            };
            if drops {
                body = Body::None;
            }
        }
        Ok(body)
    }

    /// What becomes of the connection; an upgrade may take the body with it.
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
                draft.waive(&CONNECT_CLOSES, line.start);
                return Next::Close;
            }
            if !self.waive(&CONNECT_READS_ON, line.start, draft) {
                return Next::Tunnel;
            }
        }
        if let Some(note) = notes.of(label::UPGRADE).next().filter(|_| options.upgrade) {
            let is_h2c = self.noted(note, notes.text).eq_ignore_ascii_case(b"h2c");
            if self.waive(&UPGRADE_TUNNELS, note.at, draft)
                || (is_h2c && self.waive(&UPGRADE_H2C, note.at, draft))
            {
                return Next::Tunnel;
            }
            if self.waive(&UPGRADE_SKIPS_BODY, note.at, draft) {
                *body = Body::None;
                return Next::Tunnel;
            }
            if self.waive(&UPGRADE_ENDS, note.at, draft) {
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
            (options.keep_alive && self.waive(&KEEP_ALIVE_BEATS_CLOSE, at, draft))
                || (options.keep_alive
                    && line.is_10
                    && self.waive(&KEEP_ALIVE_BEATS_CLOSE_10, at, draft))
                || (self.has(&CLOSE_READS_ON)
                    && (!line.is_10
                        || options.keep_alive
                        || self.waive(&PERSISTS_10, line.start, draft))
                    && self.waive(&CLOSE_READS_ON, at, draft))
        } else if line.is_10 && options.keep_alive {
            !self.waive(&CLOSES_10, line.start, draft)
        } else {
            !line.is_10 || line.persists || self.waive(&PERSISTS_10, line.start, draft)
        }
    }
}

impl Coding {
    fn body(&self) -> Body {
        if self.until_close {
            Body::UntilClose
        } else {
            Body::Chunked
        }
    }
}
