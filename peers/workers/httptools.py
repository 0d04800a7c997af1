"""httptools: Python's binding of llhttp, used as uvicorn uses it."""

import httptools


class Seen:
    """What the parser calls back."""

    def __init__(self):
        self.messages, self.content, self.given = [], b"", 0
        self.parser = httptools.HttpRequestParser(self)
        self.closes = False

    def on_body(self, piece):
        if not self.closes:
            self.content += piece

    def on_message_complete(self):
        if not self.closes:
            self.messages.append((self.given, self.content))
            self.content = b""
            self.closes = not self.parser.should_keep_alive()


def read_pieces(pieces):
    seen = Seen()
    for piece in pieces:
        seen.given += len(piece)
        try:
            seen.parser.feed_data(piece)
        except httptools.HttpParserUpgrade:
            # uvicorn takes up only WebSocket and reads on after any other; who reads on after CONNECT would
            # read what is not for it.
            if seen.parser.get_method() == b"CONNECT":
                return seen.messages, "tunnel"
        except httptools.HttpParserError:
            return seen.messages, "complete" if seen.closes else "rejected"
        if seen.closes:
            return seen.messages, "complete"
    return seen.messages, None


serve("httptools", httptools.__version__, by_bytes(read_pieces))
