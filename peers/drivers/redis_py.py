import redis
from redis.asyncio import Redis


def make():
    # One connection for all who share the client.
    client = Redis(host=HOST, port=PORT, single_connection_client=True, socket_timeout=LIMIT, decode_responses=True)

    async def ask(name, is_post):
        return await (client.getdel(name) if is_post else client.get(name))

    return ask


serve("redis-py", redis.__version__, make)
