//! What messages say besides where they end, as their reader understood it: start lines and fields.

use std::ops::Range;

/// What kind of fact it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FactKind {
    /// The method of a request.
    Method,
    /// The target of a request.
    Target,
    /// The version of a message.
    Version,
    /// The status code of a response.
    Status,
    /// The reason-phrase of a response.
    Reason,
    /// A field of the header section.
    Field,
    /// A field of the trailer section.
    Trailer,
    /// The line that ends the header section or the trailer section. It has neither name nor value.
    SectionEnd,
}

/// One fact about one message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// The index of its message in [`Reading::messages`](crate::Reading::messages). The index after the last is that of the
    /// message that is waited for or was rejected.
    pub message: usize,
    /// What kind it is.
    pub kind: FactKind,
    /// The first byte of its line, or of the word in the start line, counted from the start of the input.
    pub at: usize,
    name: Range<usize>,
    value: Range<usize>,
}

/// The facts about the messages of one input, in the order of the input. The bytes of names and values are kept here, since a
/// reader may understand others than it was sent.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    list: Vec<Fact>,
    text: Vec<u8>,
    pub(crate) are_wanted: bool,
}

impl Facts {
    /// The facts about the message of this index.
    pub fn of(&self, message: usize) -> &[Fact] {
        let start = self.list.partition_point(|fact| fact.message < message);
        let rest = self.list.get(start..).unwrap_or(&[]);
        let count = rest.partition_point(|fact| fact.message == message);
        rest.get(..count).unwrap_or(&[])
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The name of a field as it is understood; empty for other kinds.
    pub fn name(&self, fact: &Fact) -> &[u8] {
        self.text.get(fact.name.clone()).unwrap_or(&[])
    }

    /// The value of a field, without whitespace around it, or the word of a start line.
    pub fn value(&self, fact: &Fact) -> &[u8] {
        self.text.get(fact.value.clone()).unwrap_or(&[])
    }

    /// Forgets everything and keeps the memory.
    pub(crate) fn clear(&mut self) {
        self.list.clear();
        self.text.clear();
    }

    /// Adds a fact without a value.
    pub(crate) fn begin(&mut self, message: usize, kind: FactKind, at: usize, name: &[u8]) {
        let start = self.text.len();
        self.text.extend_from_slice(name);
        let end = self.text.len();
        self.list.push(Fact {
            message,
            kind,
            at,
            name: start..end,
            value: end..end,
        });
    }

    /// Adds to the value of the last fact.
    pub(crate) fn extend(&mut self, more: &[u8]) {
        if let Some(last) = self.list.last_mut() {
            self.text.extend_from_slice(more);
            last.value.end = self.text.len();
        }
    }

    /// Adds a continuation line to the value of the last fact. A space joins the two where `is_spaced`, unless the value was
    /// empty.
    pub(crate) fn join(&mut self, is_spaced: bool, more: &[u8]) {
        let is_empty = self.list.last().is_none_or(|last| last.value.is_empty());
        if is_spaced && !is_empty && !more.is_empty() {
            self.extend(b" ");
        }
        self.extend(more);
    }

    /// Forgets the facts about the message of this index and those after it.
    pub(crate) fn forget(&mut self, message: usize) {
        let kept = self.list.partition_point(|fact| fact.message < message);
        self.list.truncate(kept);
        let end = self.list.last().map_or(0, |last| last.value.end);
        self.text.truncate(end);
    }
}
