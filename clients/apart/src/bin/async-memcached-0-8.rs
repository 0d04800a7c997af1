//! async-memcached 0.8: one connection, whose users take turns; a user that sees an error makes another.

use async_memcached_0_8::{AsciiProtocol as _, Client, Error};
use clients::{Ask, Library, Start, serve};
use tokio::sync::Mutex;

fn main() {
    let start = Start::from_arguments();
    let library = Library {
        name: "async-memcached",
        version: env!("VERSION_async-memcached-0-8"),
        has_limit: false,
    };
    serve(&library, async {
        let server = format!("tcp://{}", start.server);
        let kept = Mutex::new(Some(Client::new(&server).await.map_err(words)?));
        Ok::<_, String>(async move |ask: Ask| {
            let mut kept = kept.lock().await;
            if kept.is_none() {
                *kept = Some(Client::new(&server).await.map_err(words)?);
            }
            let client = kept.as_mut().ok_or("no connection")?;
            match client.get(&ask.name).await {
                Ok(Some(value)) => {
                    Ok(String::from_utf8_lossy(&value.data.unwrap_or_default()).into_owned())
                }
                Ok(None) => Err("not found".to_owned()),
                Err(error) => {
                    *kept = None;
                    Err(words(error))
                }
            }
        })
    });
}

fn words(error: Error) -> String {
    error.to_string()
}
