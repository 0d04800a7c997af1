//! What happens, one thing at a time.

/// A request, and the reply that it causes. What no request caused has a tag as well.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tag(pub u8);

impl Tag {
    /// Of a reply that no request caused.
    pub const SURPLUS: Self = Self(0);
    /// Of a reply that no client waits for, where it no longer matters what caused it.
    pub(crate) const STALE: Self = Self(62);
}

/// One step of a schedule. Clients and connections are numbered from zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Event {
    /// A client writes a request on a connection, which it opens when there is none of that number.
    Send {
        /// The client.
        client: u8,
        /// The request.
        tag: Tag,
        /// On which connection.
        connection: u8,
        /// Whether its method is idempotent, so that carrying it out twice does what once does: RFC 9110
        /// §9.2.2.
        is_idempotent: bool,
    },
    /// A client that saw its connection end writes the same request on another.
    Resend {
        /// The client.
        client: u8,
        /// The request.
        tag: Tag,
        /// On which connection.
        connection: u8,
    },
    /// A client reads the reply to its request.
    Recv {
        /// The client.
        client: u8,
        /// The request that it asked.
        asked: Tag,
        /// The request that caused the reply; none for whatever comes.
        got: Option<Tag>,
    },
    /// A client waits no longer: its own time is up.
    Timeout {
        /// The client.
        client: u8,
        /// For which request.
        tag: Tag,
    },
    /// A client is cancelled from outside.
    Cancel {
        /// The client.
        client: u8,
        /// For which request.
        tag: Tag,
    },
    /// A client sees the end of its connection instead of a reply, and gives up.
    Eof {
        /// The client.
        client: u8,
        /// For which request.
        tag: Tag,
    },
    /// The server carries out the oldest request of a connection, and answers it.
    Reply {
        /// On which connection.
        connection: u8,
        /// Which.
        tag: Tag,
    },
    /// The server carries out and answers a request before older ones of the same connection.
    Reorder {
        /// On which connection.
        connection: u8,
        /// Which.
        tag: Tag,
    },
    /// The server carries out the oldest request, and sends the first part of the reply.
    Half {
        /// On which connection.
        connection: u8,
        /// Which.
        tag: Tag,
    },
    /// The server sends what was missing of a reply.
    Rest {
        /// On which connection.
        connection: u8,
        /// Which.
        tag: Tag,
    },
    /// The server answers the oldest request, and the next one in the same segment: what the client
    /// reads at once. The second may be one that no request caused.
    Coalesced {
        /// On which connection.
        connection: u8,
        /// The oldest.
        first: Tag,
        /// The next, or [`Tag::SURPLUS`].
        second: Tag,
    },
    /// The server sends a reply that no request caused.
    Unsolicited {
        /// On which connection.
        connection: u8,
    },
    /// The server's end of a connection goes away: its worker died of carrying out the oldest request,
    /// or, with no request named, it was closed and nothing on it carried out.
    Die {
        /// On which connection.
        connection: u8,
        /// Of which request.
        tag: Option<Tag>,
    },
}

impl Event {
    /// The client that acts; none when the server does.
    pub fn client(&self) -> Option<u8> {
        match *self {
            Self::Send { client, .. }
            | Self::Resend { client, .. }
            | Self::Recv { client, .. }
            | Self::Timeout { client, .. }
            | Self::Cancel { client, .. }
            | Self::Eof { client, .. } => Some(client),
            _ => None,
        }
    }

    /// The connection that is named.
    pub fn connection(&self) -> Option<u8> {
        match *self {
            Self::Send { connection, .. }
            | Self::Resend { connection, .. }
            | Self::Reply { connection, .. }
            | Self::Reorder { connection, .. }
            | Self::Half { connection, .. }
            | Self::Rest { connection, .. }
            | Self::Coalesced { connection, .. }
            | Self::Unsolicited { connection }
            | Self::Die { connection, .. } => Some(connection),
            _ => None,
        }
    }

    /// Calls clients, connections and requests otherwise, each in the order in which they are written.
    pub(crate) fn rename(
        &mut self,
        of_client: &mut impl FnMut(&mut u8),
        of_connection: &mut impl FnMut(&mut u8),
        of_tag: &mut impl FnMut(&mut Tag),
    ) {
        match self {
            Self::Send {
                client,
                tag,
                connection,
                ..
            }
            | Self::Resend {
                client,
                tag,
                connection,
            } => {
                of_client(client);
                of_tag(tag);
                of_connection(connection);
            }
            Self::Recv { client, asked, got } => {
                of_client(client);
                of_tag(asked);
                got.iter_mut().for_each(of_tag);
            }
            Self::Timeout { client, tag }
            | Self::Cancel { client, tag }
            | Self::Eof { client, tag } => {
                of_client(client);
                of_tag(tag);
            }
            Self::Reply { connection, tag }
            | Self::Reorder { connection, tag }
            | Self::Half { connection, tag }
            | Self::Rest { connection, tag } => {
                of_connection(connection);
                of_tag(tag);
            }
            Self::Coalesced {
                connection,
                first,
                second,
            } => {
                of_connection(connection);
                of_tag(first);
                of_tag(second);
            }
            Self::Unsolicited { connection } => of_connection(connection),
            Self::Die { connection, tag } => {
                of_connection(connection);
                tag.iter_mut().for_each(of_tag);
            }
        }
    }

    /// The word that stands for it in a schedule.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Send { .. } => "send",
            Self::Resend { .. } => "resend",
            Self::Recv { .. } => "recv",
            Self::Timeout { .. } => "timeout",
            Self::Cancel { .. } => "cancel",
            Self::Eof { .. } => "eof",
            Self::Reply { .. } => "reply",
            Self::Reorder { .. } => "reorder",
            Self::Half { .. } => "half",
            Self::Rest { .. } => "rest",
            Self::Coalesced { .. } => "coalesced",
            Self::Unsolicited { .. } => "unsolicited",
            Self::Die { .. } => "die",
        }
    }
}
