//! reqwest: a client, which keeps connections.

use clients::{Ask, Start, serve};

fn main() {
    let start = Start::from_arguments();
    serve("reqwest", env!("VERSION_reqwest"), async {
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
