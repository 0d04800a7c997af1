//! isahc: a client over libcurl, which keeps connections.

use clients::{Ask, Library, Start, serve};
use isahc::AsyncReadResponseExt as _;
use isahc::config::Configurable as _;

fn main() {
    let start = Start::from_arguments();
    let library = Library {
        name: "isahc",
        version: env!("VERSION_isahc"),
        has_limit: true,
    };
    serve(&library, async {
        let client = isahc::HttpClient::builder()
            .timeout(start.limit)
            .proxy(None);
        let client = client.build()?;
        Ok::<_, isahc::Error>(async move |ask: Ask| {
            let uri = format!("http://{}/{}", start.server, ask.name);
            let mut response = match ask.is_post {
                true => client.post_async(uri, "x=1").await?,
                false => client.get_async(uri).await?,
            };
            let body = response.bytes().await?;
            Ok::<_, isahc::Error>(String::from_utf8_lossy(&body).into_owned())
        })
    });
}
