//! libcurl: one easy handle, whose users take turns.

use std::sync::{Mutex, PoisonError};

use clients::{Ask, Library, Start, serve_blocking};
use curl::easy::Easy;

fn main() {
    let start = Start::from_arguments();
    let easy = Mutex::new(Easy::new());
    // libcurl itself says which it is, for as long as the process lives.
    let version: &'static curl::Version = Box::leak(Box::new(curl::Version::get()));
    let library = Library {
        name: "libcurl",
        version: version.version(),
        has_limit: true,
    };
    serve_blocking(&library, move |ask: Ask| {
        let mut easy = easy.lock().unwrap_or_else(PoisonError::into_inner);
        // Connections are kept, settings are not.
        easy.reset();
        easy.url(&format!("http://{}/{}", start.server, ask.name))?;
        easy.proxy("")?;
        easy.timeout(start.limit)?;
        if ask.is_post {
            easy.post(true)?;
            easy.post_fields_copy(b"x=1")?;
        }
        let mut body = Vec::new();
        let mut transfer = easy.transfer();
        transfer.write_function(|piece| {
            body.extend_from_slice(piece);
            Ok(piece.len())
        })?;
        transfer.perform()?;
        drop(transfer);
        Ok::<_, curl::Error>(String::from_utf8_lossy(&body).into_owned())
    });
}
