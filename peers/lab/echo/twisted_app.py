"""The echo application for Twisted."""

import os

import echo
from twisted.internet import reactor
from twisted.web.resource import Resource
from twisted.web.server import Site


class Echo(Resource):
    isLeaf = True

    def render(self, request):
        port = request.getClientAddress().port
        text = echo.line(port, request.method, request.uri, request.content.read())
        request.setHeader("Content-Type", "application/json")
        request.setHeader("Content-Length", str(len(text)))
        return b"" if request.method == b"HEAD" else text


reactor.listenTCP(int(os.environ["MISFRAME_PORT"]), Site(Echo()), interface="127.0.0.1")
reactor.run()
