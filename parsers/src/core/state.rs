//! What a reader knows of a stream besides the bytes of the message that it reads.

/// What a reader keeps from message to message. It is one small value that is copied, so that keeping it costs nothing, and the
/// same for every parser of a family, so that a case can give it to all of them.
///
/// A parser changes it while it reads a message ([`Draft::state`](crate::Draft::state)). A change counts from the next message
/// on, and only if the message is whole: else the same bytes, with more behind them, are read again from the same state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// The mode of the protocol, in the family's own numbering. It is 0 at the start of a stream of which nothing else is known.
    pub mode: u32,
    /// How many of the requests of the other direction were answered ([`Draft::answer`](crate::Draft::answer)).
    pub(crate) answered: usize,
    /// No message follows: the connection is closed, or what follows is no longer this protocol.
    pub(crate) is_over: bool,
}

impl State {
    /// The state at the start of a stream, in this mode.
    pub fn new(mode: u32) -> Self {
        Self {
            mode,
            ..Self::default()
        }
    }
}
