//! ureq 2.12: an agent, which keeps connections.

use clients::{Ask, Library, Start, serve_blocking};
use ureq_2_12 as ureq;

fn main() {
    let start = Start::from_arguments();
    let agent = ureq::AgentBuilder::new().timeout_read(start.limit).build();
    let library = Library {
        name: "ureq",
        version: env!("VERSION_ureq-2-12"),
        has_limit: true,
    };
    serve_blocking(&library, move |ask: Ask| {
        let uri = format!("http://{}/{}", start.server, ask.name);
        let response = match ask.is_post {
            true => agent.post(&uri).send_string("x=1"),
            false => agent.get(&uri).call(),
        };
        // An error of this version is large.
        let response = response.map_err(|error| error.to_string())?;
        response.into_string().map_err(|error| error.to_string())
    });
}
