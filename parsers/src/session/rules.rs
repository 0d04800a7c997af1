//! What specifications say of which reply belongs to which request.

use crate::rule::{Force, Rule};

/// By what a response is told from others.
pub static ASSOCIATION: Rule = Rule {
    id: "session/association",
    spec: "RFC 9112 §9.2",
    force: Force::Must,
    text: "A response belongs to the request in whose turn it arrives: nothing but the order on the connection tells them apart.",
};

/// What came before it was asked for.
pub static SURPLUS: Rule = Rule {
    id: "session/surplus",
    spec: "RFC 9112 §9.2",
    force: Force::Must,
    text: "Data received on a connection without an outstanding request is not a valid response.",
};

/// What follows from it.
pub static CLOSE: Rule = Rule {
    id: "session/close",
    spec: "RFC 9112 §9.2",
    force: Force::Should,
    text: "A client that receives data without an outstanding request closes the connection: where messages end is ambiguous from then on.",
};

/// In which order a server answers.
pub static ORDER: Rule = Rule {
    id: "session/order",
    spec: "RFC 9112 §9.3.2",
    force: Force::Must,
    text: "A server sends its responses in the order in which it received the requests.",
};

/// What becomes of a connection of which nobody waits for more.
pub static ABANDON: Rule = Rule {
    id: "session/abandon",
    spec: "RFC 9112 §9.5",
    force: Force::Should,
    text: "A client that wishes to time out closes the connection.",
};

/// What is not a response.
pub static INCOMPLETE: Rule = Rule {
    id: "session/incomplete",
    spec: "RFC 9112 §8",
    force: Force::Must,
    text: "A response that was cut short is recorded as incomplete.",
};

/// What may be sent again.
pub static RETRY: Rule = Rule {
    id: "session/retry",
    spec: "RFC 9110 §9.2.2, RFC 9112 §9.3.1",
    force: Force::Should,
    text: "A request with a method that is not idempotent is not sent again by itself, unless the client knows that it was not carried out.",
};

/// How often.
pub static RETRY_OF_RETRY: Rule = Rule {
    id: "session/retry-of-retry",
    spec: "RFC 9110 §9.2.2",
    force: Force::Should,
    text: "A request that was sent again by itself, and failed, is not sent once more.",
};

/// Every rule that a habit departs from, or an oracle speaks for.
pub static RULES: &[&Rule] = &[
    &ASSOCIATION,
    &SURPLUS,
    &CLOSE,
    &ORDER,
    &ABANDON,
    &INCOMPLETE,
    &RETRY,
    &RETRY_OF_RETRY,
];
