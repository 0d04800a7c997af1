//! What rust-h11 reads.

use h11::{Connection, EndOfMessage, Event, Headers, ProtocolError, Response, Role, State};
use parsers::End;

use crate::linked::next_piece;
use crate::{Failure, Peer, Pieces, Seen};

pub(super) struct RustH11;

impl Peer for RustH11 {
    fn read(&mut self, input: &[u8], pieces: Pieces, seen: &mut Seen) -> Result<(), Failure> {
        let mut connection = Connection::new(Role::Server, None);
        let mut given = 0;
        // Every event but `NeedData` stands for bytes taken or for a change of state.
        let most = 8 * (input.len() + 1);
        for _ in 0..most {
            let end = match connection.next_event() {
                Ok(Event::NeedData()) if given < input.len() => {
                    let piece = next_piece(input, given, pieces);
                    given += piece.len();
                    match connection.receive_data(piece) {
                        Ok(()) => continue,
                        Err(_) => End::Rejected,
                    }
                }
                Ok(Event::NeedData()) => {
                    let idle = connection.get_their_state() == State::Idle;
                    if idle && buffered(&connection) == 0 {
                        End::Complete
                    } else {
                        End::Incomplete
                    }
                }
                Ok(Event::Request(_)) => continue,
                Ok(Event::Data(data)) => {
                    seen.take_content(&data.data);
                    continue;
                }
                Ok(Event::EndOfMessage(_)) => {
                    seen.end_message(given - buffered(&connection));
                    match respond(&mut connection) {
                        Ok(()) => continue,
                        Err(_) if connection.get_their_state() == State::SwitchedProtocol => {
                            End::Tunnel
                        }
                        Err(_) => End::Complete,
                    }
                }
                Ok(_) | Err(_) => End::Rejected,
            };
            seen.end_stream(end);
            return Ok(());
        }
        Err(Failure::Hang)
    }
}

/// How many bytes it was given and has not taken.
fn buffered(connection: &Connection) -> usize {
    connection.get_trailing_data().0.len()
}

/// Responds to a request, after which another is awaited; an error when none may follow.
fn respond(connection: &mut Connection) -> Result<(), ProtocolError> {
    let headers = Headers::new(vec![(b"Content-Length".to_vec(), b"0".to_vec())])?;
    let response = Response::new_final_http11(200, headers, b"")?;
    connection.send(Event::NormalResponse(response))?;
    connection.send(EndOfMessage::default().into())?;
    connection.start_next_cycle()
}

#[cfg(test)]
mod tests {
    use parsers::End;

    use crate::linked::rust_h11::RUST_H11;
    use crate::linked::tests::read_alike;

    const HEAD: &str = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";

    /// rust-h11-0.1.0 src/_readers.rs, `ChunkedReader::call`: two bytes are discarded after a chunk,
    /// whatever they are.
    #[test]
    fn any_two_bytes_end_a_chunk() {
        let input = format!("{HEAD}1\r\naXX0\r\n\r\n");
        let told = (vec![input.len()], End::Complete, b"a".to_vec());
        assert_eq!(read_alike(&RUST_H11, &input), told);
    }

    /// rust-h11-0.1.0 src/_readers.rs, `CHUNK_HEADER_RE`: nothing ties the expression to the start of the
    /// line.
    #[test]
    fn a_chunk_size_may_have_anything_before_it() {
        let input = format!("{HEAD}size: 1\r\na\r\n0\r\n\r\n");
        let told = (vec![input.len()], End::Complete, b"a".to_vec());
        assert_eq!(read_alike(&RUST_H11, &input), told);
    }

    #[test]
    fn a_connect_is_a_tunnel_and_close_is_the_end() {
        let head = "CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n";
        let told = (vec![head.len()], End::Tunnel, vec![]);
        assert_eq!(read_alike(&RUST_H11, format!("{head}a")), told);
        let head = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
        let told = (vec![head.len()], End::Complete, vec![]);
        assert_eq!(read_alike(&RUST_H11, format!("{head}a")), told);
    }
}
