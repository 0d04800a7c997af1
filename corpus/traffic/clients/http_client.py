"""Python's http.client, and a raw socket that pipelines: 15 requests to the server at HOST PORT."""

import http.client
import socket
import sys

host, port = sys.argv[1], int(sys.argv[2])


def exchange(connection, *arguments, **options):
    connection.request(*arguments, **options)
    connection.getresponse().read()


kept = http.client.HTTPConnection(host, port)
exchange(kept, "GET", "/first")
exchange(kept, "HEAD", "/second")
exchange(kept, "POST", "/form", body="a=1&b=2", headers={"Content-Type": "application/x-www-form-urlencoded"})
exchange(kept, "POST", "/generated", body=(piece for piece in (b"one", b"two", b"three")))
exchange(kept, "PUT", "/encoded", body=iter([b"x" * 300, b"y"]), encode_chunked=True, headers={"Transfer-Encoding": "chunked"})
exchange(kept, "POST", "/empty-body")
exchange(kept, "DELETE", "/thing")
exchange(kept, "OPTIONS", "*")
exchange(kept, "GET", "/chunked")
kept.putrequest("POST", "/by-hand", skip_accept_encoding=True)
kept.putheader("X-Many", "one")
kept.putheader("Content-Length", "4")
kept.endheaders()
kept.send(b"ab")
kept.send(b"cd")
kept.getresponse().read()
kept.close()

with socket.create_connection((host, port)) as raw:
    name = f"Host: {host}:{port}\r\n".encode()
    raw.sendall(
        b"GET /pipelined/1 HTTP/1.1\r\n" + name + b"\r\n"
        b"POST /pipelined/2 HTTP/1.1\r\n" + name + b"Content-Length: 5\r\n\r\nhello"
        b"POST /pipelined/3 HTTP/1.1\r\n" + name + b"Transfer-Encoding: chunked\r\n\r\n"
        b"5;note=quoted\r\nhello\r\n0\r\nX-Trailer: yes\r\n\r\n"
        b"GET /pipelined/4 HTTP/1.1\r\n" + name + b"\r\n"
        b"GET /pipelined/5 HTTP/1.1\r\n" + name + b"Connection: close\r\n\r\n"
    )
    while raw.recv(65536):
        pass
