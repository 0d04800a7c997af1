"""The echo application for Tornado."""

import asyncio
import os

import echo
from tornado.httpserver import HTTPServer


def handle(request):
    port = request.connection.stream.socket.getpeername()[1]
    text = echo.line(port, request.method, request.uri, request.body)
    headers = {"Content-Type": "application/json", "Content-Length": str(len(text))}
    from tornado.httputil import HTTPHeaders, ResponseStartLine

    request.connection.write_headers(ResponseStartLine("HTTP/1.1", 200, "OK"), HTTPHeaders(headers), text)
    request.connection.finish()


async def main():
    HTTPServer(handle).listen(int(os.environ["MISFRAME_PORT"]), "127.0.0.1")
    await asyncio.Event().wait()


asyncio.run(main())
