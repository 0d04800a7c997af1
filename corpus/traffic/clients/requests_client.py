"""The requests library: 14 requests to the server at URL, two of them made by redirects."""

import sys

import requests

url = sys.argv[1]
with requests.Session() as session:
    session.get(url + "/get", params={"q": "a b&c"})
    session.head(url + "/head")
    session.options(url + "/options")
    session.post(url + "/form", data={"a": "1", "b": "two words"})
    session.post(url + "/json", json={"a": [1, 2, 3]})
    session.post(url + "/multipart", data={"note": "x"}, files={"file": ("small.txt", b"a\r\nb\r\n", "text/plain")})
    session.post(url + "/generated", data=(piece for piece in (b"one", b"two", b"three")))
    session.put(url + "/put", data=b"\x00\r\n\xff" * 50)
    session.patch(url + "/patch", data="")
    session.delete(url + "/delete")
    session.get(url + "/redirect/302")
    session.post(url + "/redirect/307", data=b"sent twice")
