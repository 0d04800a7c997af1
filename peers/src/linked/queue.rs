//! The requests that wait for their answers, which the adapters of clients keep.

use std::ffi::c_int;

use parsers::Asked;

/// What every such adapter adds, in a few words.
pub(super) const ADDS: &str = "the queue of requests: which request a response answers, and that one to HEAD has no body. What comes \
     when no request waits is not read";

/// The queue of the requests of one connection.
pub(super) struct Queue<'a> {
    asked: Asked<'a>,
    answered: usize,
    /// The status of the message that is read; 0 before it is known.
    status: c_int,
}

impl<'a> Queue<'a> {
    /// The queue of what was asked; where nothing is known, of any number of GET.
    pub(super) fn new(asked: Asked<'a>) -> Self {
        Self {
            asked,
            answered: 0,
            status: 0,
        }
    }

    /// The method of the request that waits; none when none does.
    pub(super) fn waits(&self) -> Option<&'a str> {
        if !self.asked.is_known() {
            return Some("GET");
        }
        let request = self.asked.words().nth(self.answered)?;
        request.split(' ').next()
    }

    /// A response with this status has a whole head now; 0 where none has.
    pub(super) fn take_status(&mut self, status: c_int) {
        if status != 0 {
            self.status = status;
        }
    }

    /// The message is whole: it answers the request that waits, unless it is interim.
    pub(super) fn end_message(&mut self) {
        let is_interim = self.status / 100 == 1 && self.status != 101;
        self.answered += usize::from(!is_interim);
        self.status = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interim_response_answers_nothing() {
        let mut queue = Queue::new(Asked::lines("HEAD\nGET upgrade"));
        for (status, waits) in [(103, "HEAD"), (200, "GET"), (100, "GET")] {
            queue.take_status(status);
            queue.take_status(0);
            queue.end_message();
            assert_eq!(queue.waits(), Some(waits));
        }
        queue.take_status(101);
        queue.end_message();
        assert_eq!(queue.waits(), None);
        assert_eq!(Queue::new(Asked::UNKNOWN).waits(), Some("GET"));
    }
}
