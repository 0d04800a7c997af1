import importlib.metadata

import pymogilefs.connection
from pymogilefs.backend import Backend, RequestConfig

pymogilefs.connection.TIMEOUT = LIMIT
backend = Backend([f"{HOST}:{PORT}"])


class GetPaths(RequestConfig):
    COMMAND = "get_paths"


def ask(name, _):
    return backend.do_request(GetPaths, domain="d", key=name).data["path1"]


serve("pymogilefs", importlib.metadata.version("pymogilefs"), ask)
