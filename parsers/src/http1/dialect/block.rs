//! A head that is read out of a block: of what comes up to CRLF CRLF, whatever of that is the head.

use super::super::leniencies::HEAD_BLOCK;
use super::super::restrictions::HEAD_2048;
use super::super::rules::HEAD_END;
use super::Reader;
use super::field::FieldsEnd;
use super::request_line::RequestLine;
use crate::core::parser::{Accepted, Draft, Stop};
use crate::core::verdict::Framing;

impl Reader<'_> {
    /// Reads a request in a dialect that reads a head out of a block.
    #[cold]
    pub(super) fn request_of_block(&self, draft: &mut Draft<'_>) -> Result<Accepted, Stop> {
        let Some(end) = memchr::memmem::find(self.input, b"\r\n\r\n") else {
            self.restrict(&[(&HEAD_2048, self.input.len() >= 2048)], 0, draft)?;
            draft.relax(&HEAD_BLOCK, 0);
            return Err(Stop::Incomplete);
        };
        let end = end + 4;
        self.restrict(&[(&HEAD_2048, end > 2048)], 0, draft)?;
        let block = Reader {
            input: self.slice(0, end),
            ..*self
        };
        let (line, fields) = match block.line_and_fields(draft) {
            // Nothing more of it is waited for.
            Err(Stop::Incomplete) => return Err(draft.reject(&HEAD_END, 0)),
            read => read?,
        };
        let taken = match (line.whole, fields) {
            (None, Some(fields)) => self.after_fields(&line, &fields, draft)?,
            (next, _) => {
                draft.head(line.end, Framing::Bodiless);
                Accepted {
                    end: line.end,
                    next: next.unwrap_or(crate::core::parser::Next::Message),
                }
            }
        };
        if taken.end >= end {
            return Ok(taken);
        }
        draft.relax(&HEAD_BLOCK, taken.end);
        Ok(Accepted { end, ..taken })
    }

    fn line_and_fields(
        &self,
        draft: &mut Draft<'_>,
    ) -> Result<(RequestLine, Option<FieldsEnd>), Stop> {
        let line = self.request_line(draft)?;
        if line.whole.is_some() {
            return Ok((line, None));
        }
        let fields = self.fields(line.start, line.end, draft)?;
        Ok((line, Some(fields)))
    }
}
