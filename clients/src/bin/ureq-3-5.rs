//! ureq 3.5: an agent, which keeps connections.

use clients::{Ask, Library, Start, serve_blocking};
use ureq_3_5 as ureq;

fn main() {
    let start = Start::from_arguments();
    let config = ureq::Agent::config_builder().timeout_global(Some(start.limit));
    let agent = config.build().new_agent();
    let library = Library {
        name: "ureq",
        version: env!("VERSION_ureq-3-5"),
        has_limit: true,
    };
    serve_blocking(&library, move |ask: Ask| {
        let uri = format!("http://{}/{}", start.server, ask.name);
        let response = match ask.is_post {
            true => agent.post(&uri).send("x=1"),
            false => agent.get(&uri).call(),
        };
        response?.body_mut().read_to_string()
    });
}
