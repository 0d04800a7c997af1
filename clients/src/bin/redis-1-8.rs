//! redis 1.8: a `MultiplexedConnection`, which all users share.

use clients::{Ask, Library, Start, serve};
use redis_1_8 as redis;

fn main() {
    let start = Start::from_arguments();
    let library = Library {
        name: "redis",
        version: env!("VERSION_redis-1-8"),
        has_limit: true,
    };
    serve(&library, async {
        let client = redis::Client::open(format!("redis://{}/", start.server))?;
        let config = redis::AsyncConnectionConfig::new().set_response_timeout(Some(start.limit));
        let shared = client
            .get_multiplexed_async_connection_with_config(&config)
            .await?;
        Ok::<_, redis::RedisError>(async move |ask: Ask| {
            let mut connection = shared.clone();
            let command = if ask.is_post { "GETDEL" } else { "GET" };
            let mut command = redis::cmd(command);
            command.arg(ask.name);
            command.query_async::<String>(&mut connection).await
        })
    });
}
