use super::*;
use crate::linked::tests::{read, read_alike};

/// suricata-htp-8.0.8 src/parsers.rs, `parse_content_length`: "Contains invalid characters! But still
/// attempt to process", and "Ok to have junk afterwards".
#[test]
fn a_length_may_have_junk_around_its_digits() {
    let head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: length 2, or so\r\n\r\n";
    let told = read_alike(&LIBHTP_GENERIC, format!("{head}ab"));
    let end = head.len() + 2;
    assert_eq!(told, (vec![end], End::Complete, b"ab".to_vec()));
}

/// suricata-htp-8.0.8 src/request.rs, `parse_request_line`: "Null terminates" for Apache alone. Nothing
/// of the line but its method is left, which makes it HTTP/0.9 until more than white space follows.
#[test]
fn a_nul_ends_the_request_line_of_apache_alone() {
    let input = "GET\0 / HTTP/1.1\r\n";
    assert_eq!(
        read_alike(&LIBHTP_APACHE_2, input),
        (vec![17], End::Complete, vec![])
    );
    for about in [&LIBHTP_GENERIC, &LIBHTP_IIS_5_1] {
        assert_eq!(
            read_alike(about, input),
            (vec![], End::Incomplete, vec![]),
            "{}",
            about.name
        );
    }
}

/// suricata-htp-8.0.8 src/request.rs, `request_finalize`: with no byte after a request it is complete;
/// with some it reads their line, which is "Unexpected request body" unless a method it knows starts it.
#[test]
fn a_line_that_comes_with_a_request_is_content_unless_a_known_method_starts_it() {
    let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    let input = format!("{get}HELLO / HTTP/1.1\r\nHost: a\r\n\r\n{get}");
    let (first, all) = (get.len(), input.len());
    let (ends, end, content) = read(&LIBHTP_GENERIC, &input, Pieces::One);
    assert_eq!((ends, end), (vec![all - first, all], End::Complete));
    assert_eq!(content, b"HELLO / HTTP/1.1\r\nHost: a\r\n\r\n");
    let (ends, end, content) = read(&LIBHTP_GENERIC, &input, Pieces::Bytes);
    assert_eq!((ends, end), (vec![first, all - first, all], End::Complete));
    assert_eq!(content, b"");
}

/// suricata-htp-8.0.8 src/request.rs, `request_connect_check`.
#[test]
fn a_connect_ends_what_is_read() {
    let head = "CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n";
    let told = (vec![head.len()], End::Tunnel, vec![]);
    assert_eq!(read_alike(&LIBHTP_GENERIC, head), told);
    assert_eq!(read_alike(&LIBHTP_GENERIC, format!("{head}ab\r\n")), told);
    let cut = &head[..head.len() - 2];
    assert_eq!(
        read_alike(&LIBHTP_GENERIC, cut),
        (vec![], End::Incomplete, vec![])
    );
}

/// The end of the stream shows that a request was whole before a line that is cut short, and what the
/// line is.
#[test]
fn a_line_cut_short_after_a_request_does_not_make_it_less_whole() {
    let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    let (first, more) = (get.len(), format!("{get}GET /b"));
    let told = (vec![first], End::Incomplete, vec![]);
    assert_eq!(read_alike(&LIBHTP_GENERIC, &more), told);
    let other = format!("{get}HELLO");
    let told = (vec![first + 5], End::Complete, b"HELLO".to_vec());
    assert_eq!(read(&LIBHTP_GENERIC, &other, Pieces::One), told);
    let both = format!("{get}HELLO\r\nGET /b");
    let told = (vec![first + 7], End::Incomplete, b"HELLO\r\n".to_vec());
    assert_eq!(read(&LIBHTP_GENERIC, &both, Pieces::One), told);
    let post = "POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\nab";
    let told = (vec![post.len()], End::Incomplete, b"ab".to_vec());
    assert_eq!(read_alike(&LIBHTP_GENERIC, format!("{post}GET")), told);
}

/// suricata-htp-8.0.8 src/request.rs, `request_protocol`: a line without a version is HTTP/0.9 unless
/// something follows it there and then; `request_body_chunked_length`: what stands before a digit is
/// looked at only where the line is not whole yet.
#[test]
fn a_version_and_a_chunk_size_depend_on_what_comes_with_them() {
    let input = "GET /\r\nHost: a\r\n\r\n";
    let told = (vec![input.len()], End::Complete, vec![]);
    assert_eq!(read(&LIBHTP_GENERIC, input, Pieces::One), told);
    let told = (vec!["GET /\r\n".len()], End::Complete, vec![]);
    assert_eq!(read(&LIBHTP_GENERIC, input, Pieces::Bytes), told);

    let head = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
    let input = format!("{head}0x1\r\n\r\n");
    let told = (vec![input.len()], End::Complete, vec![]);
    assert_eq!(read(&LIBHTP_GENERIC, &input, Pieces::One), told);
    let told = (vec![], End::Rejected, vec![]);
    assert_eq!(read(&LIBHTP_GENERIC, &input, Pieces::Bytes), told);
}
