//! reqwest: a client, which keeps connections.

use clients::{Ask, Library, Start, serve};

fn main() {
    let start = Start::from_arguments();
    let library = Library {
        name: "reqwest",
        version: env!("VERSION_reqwest"),
        has_limit: true,
    };
    serve(&library, async {
        let client = reqwest::Client::builder().timeout(start.limit).no_proxy();
        let client = client.build()?;
        Ok::<_, reqwest::Error>(async move |ask: Ask| {
            let uri = format!("http://{}/{}", start.server, ask.name);
            let request = match ask.is_post {
                true => client.post(uri).body("x=1"),
                false => client.get(uri),
            };
            request.send().await?.text().await
        })
    });
}
