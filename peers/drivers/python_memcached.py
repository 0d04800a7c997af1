import importlib.metadata

import memcache

client = memcache.Client([f"{HOST}:{PORT}"], socket_timeout=LIMIT, dead_retry=0)


def ask(name, _):
    value = client.get(name)
    if value is None:
        raise LookupError("not found")
    return value if isinstance(value, str) else value.decode()


serve("python-memcached", importlib.metadata.version("python-memcached"), ask)
