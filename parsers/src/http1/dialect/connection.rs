//! Connection: its options.

use super::super::leniencies::*;
use super::Reader;
use super::bytes::{is_any_case, trim};
use super::field::label;
use super::head::Notes;
use crate::core::parser::Draft;
use crate::core::verdict::Note;

/// The connection options that matter, over all Connection fields.
#[derive(Default)]
pub(super) struct Options {
    pub close: bool,
    pub keep_alive: bool,
    pub upgrade: bool,
    pub names_length: bool,
    pub names_coding: bool,
}

impl Reader<'_> {
    pub(super) fn options(&self, notes: &Notes<'_>, draft: &mut Draft<'_>) -> Options {
        let mut options = Options::default();
        for note in notes.of(label::CONNECTION) {
            self.take_options(note, notes, &mut options, draft);
        }
        if let Some(first) = notes.of(label::PROXY_CONNECTION).next()
            && self.relax(&PROXY_CONNECTION, first.at, draft)
        {
            for note in notes.of(label::PROXY_CONNECTION) {
                self.take_options(note, notes, &mut options, draft);
            }
        }
        options
    }

    #[inline]
    fn take_options(
        &self,
        note: &Note,
        notes: &Notes<'_>,
        options: &mut Options,
        draft: &mut Draft<'_>,
    ) {
        if self.has(&CONNECTION_LAST) {
            return self.take_last_options(note, notes, options, draft);
        }
        match self.noted(note, notes.text) {
            b"keep-alive" => options.keep_alive = true,
            b"close" => options.close = true,
            list => self.take_option_list(list, note.at, options, draft),
        }
    }

    /// What the options are after one more field, of which the last counts.
    #[cold]
    fn take_last_options(
        &self,
        note: &Note,
        notes: &Notes<'_>,
        options: &mut Options,
        draft: &mut Draft<'_>,
    ) {
        let mut last = Options::default();
        self.take_option_list(self.noted(note, notes.text), note.at, &mut last, draft);
        if !(last.close || last.keep_alive || last.upgrade) {
            return;
        }
        if options.close || options.keep_alive || options.upgrade {
            draft.relax(&CONNECTION_LAST, note.at);
        }
        *options = last;
    }

    fn take_option_list(
        &self,
        list: &[u8],
        at: usize,
        options: &mut Options,
        draft: &mut Draft<'_>,
    ) {
        if list.contains(&b',') && self.relax(&CONNECTION_WHOLE, at, draft) {
            return;
        }
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
}
