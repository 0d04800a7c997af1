"""The echo application for aiohttp."""

import os

import echo
from aiohttp import web


async def handle(request):
    body = await request.read()
    port = request.transport.get_extra_info("peername")[1]
    text = echo.line(port, request.method, request.raw_path, body)
    return web.Response(body=text, content_type="application/json")


app = web.Application()
app.router.add_route("*", "/{tail:.*}", handle)
web.run_app(app, host="127.0.0.1", port=int(os.environ["MISFRAME_PORT"]), print=None, handle_signals=False)
