//! milo: a parser compiled to WebAssembly, run by an interpreter. The module is that of its npm package.

#[cfg(feature = "milo")]
mod module;

use crate::About;

/// milo as it is by default, told to read requests.
pub static MILO: About = About {
    name: "milo",
    family: "http1-request",
    licence: "ISC",
    adds: "",
    cuts: "",
    calibrates: true,
    is_fast: false,
    reach: on_demand!("milo", module::version, || Ok(Box::new(
        module::Milo::open()?
    ))),
};

#[cfg(all(test, feature = "milo"))]
mod tests {
    use parsers::End;

    use super::*;
    use crate::linked::tests::read_alike;

    /// Its package has to be installed, as `peers/install milo` does.
    #[test]
    fn two_requests_are_read_whatever_the_pieces() {
        if std::env::var_os("MISFRAME_PEERS").is_none() && MILO.open().is_err() {
            println!("skipped: milo is not installed; run peers/install milo");
            return;
        }
        let input = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\n\r\n\
            GET / HTTP/1.1\r\nHost: a\r\n\r\nGET";
        let told = read_alike(&MILO, input);
        let second = input.len() - 3;
        let expected = (vec![second - 27, second], End::Incomplete, b"abc".to_vec());
        assert_eq!(told, expected);
    }
}
