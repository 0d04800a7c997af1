import pymemcache
from pymemcache.client.base import Client

client = Client((HOST, PORT), timeout=LIMIT, connect_timeout=LIMIT)


def ask(name, _):
    value = client.get(name)
    if value is None:
        raise LookupError("not found")
    return value.decode()


serve("pymemcache", pymemcache.__version__, ask)
