//! ureq 3.5: an agent, which keeps connections.

use clients::{Ask, Start, serve_blocking};
use ureq_3_5 as ureq;

fn main() {
    let start = Start::from_arguments();
    let config = ureq::Agent::config_builder().timeout_global(Some(start.limit));
    let agent = config.build().new_agent();
    serve_blocking("ureq", env!("VERSION_ureq-3-5"), move |ask: Ask| {
        let uri = format!("http://{}/{}", start.server, ask.name);
        let response = match ask.is_post {
            true => agent.post(&uri).send("x=1"),
            false => agent.get(&uri).call(),
        };
        response?.body_mut().read_to_string()
    });
}
