"""aiohttp: the parser of its server, in C (llhttp) or in Python."""

import asyncio

import aiohttp
from aiohttp import http_exceptions, http_parser, streams
from aiohttp.base_protocol import BaseProtocol

LOOP = asyncio.new_event_loop()
PARSERS = {
    "aiohttp": http_parser.HttpRequestParserC,
    "aiohttp-python": http_parser.HttpRequestParserPy,
}


def content_of(payload):
    """What there is to be read now."""
    content = b""
    while payload is not streams.EMPTY_PAYLOAD and payload._buffer:
        content += payload.read_nowait(-1)
    return content


def facts_of(message):
    """What it understood of a head. It drops trailer fields."""
    text = lambda text: text.encode("utf-8", "surrogateescape")
    return text(message.method), text(message.path), message.raw_headers, []


def reader(parser_class):
    def read_pieces(pieces):
        parser = parser_class(BaseProtocol(LOOP), LOOP, 2**16, auto_decompress=False)
        messages, given, content, facts = [], 0, b"", None
        pending, closes = None, False
        for piece in pieces:
            given += len(piece)
            try:
                begun, upgraded, _ = parser.feed_data(piece)
            except http_exceptions.HttpProcessingError:
                return messages, "rejected"
            read = [] if pending is None else [(closes, pending, facts)]
            read += [(message.should_close, payload, facts_of(message)) for message, payload in begun]
            for closes, payload, facts in read:
                # What follows the head of CONNECT is not content, though it is handed over as if it were.
                if not upgraded:
                    content += content_of(payload)
                if payload.exception() is not None:
                    return messages, "rejected"
                pending = None if upgraded or payload.is_eof() else payload
                if pending is None:
                    messages.append((given, content, facts))
                    content = b""
                    if closes:
                        return messages, "complete"
            if upgraded:
                return messages, "tunnel"
        return messages, None

    return by_bytes(read_pieces)


serve(NAME, aiohttp.__version__, reader(PARSERS[NAME]))
