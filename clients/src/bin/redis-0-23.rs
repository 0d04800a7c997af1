//! redis 0.23: one `aio::Connection`, whose users take turns.

use std::rc::Rc;

use clients::{Ask, Library, Start, serve};
use redis_0_23 as redis;
use tokio::sync::Mutex;

fn main() {
    let start = Start::from_arguments();
    let library = Library {
        name: "redis",
        version: env!("VERSION_redis-0-23"),
        has_limit: false,
    };
    serve(&library, async {
        let client = redis::Client::open(format!("redis://{}/", start.server))?;
        // Deprecated for what is played here.
        #[allow(deprecated)]
        let connection = Rc::new(Mutex::new(client.get_async_connection().await?));
        Ok::<_, redis::RedisError>(async move |ask: Ask| {
            let mut connection = connection.lock().await;
            let command = if ask.is_post { "GETDEL" } else { "GET" };
            let mut command = redis::cmd(command);
            command.arg(ask.name);
            command.query_async::<_, String>(&mut *connection).await
        })
    });
}
