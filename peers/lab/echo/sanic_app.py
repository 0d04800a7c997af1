"""The echo application for Sanic."""

import os

import echo
from sanic import HTTPResponse, Sanic

app = Sanic("echo", configure_logging=False)


@app.middleware("request")
async def handle(request):
    await request.receive_body()
    text = echo.line(request.port, request.method, request.raw_url, request.body or b"")
    return HTTPResponse(text, content_type="application/json")


@app.get("/")
async def unused(request):
    """A router without a route is none; the middleware comes before it."""


if __name__ == "__main__":
    app.run("127.0.0.1", int(os.environ["MISFRAME_PORT"]), single_process=True, access_log=False)
