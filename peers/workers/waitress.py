"""waitress: its parser of one request after another, as its channel calls it."""

from importlib.metadata import version

from waitress.adjustments import Adjustments
from waitress.parser import HTTPRequestParser

ADJUSTMENTS = Adjustments()


def read(data, pieces):
    messages, given = [], 0
    parser, fed = HTTPRequestParser(ADJUSTMENTS), False
    while given < len(data):
        piece = data[given:] if pieces == "one" else data[given : given + 1]
        used = parser.received(piece)
        given, fed = given + used, True
        if not parser.completed:
            if used == 0:
                raise RuntimeError("it takes nothing and is not complete")
            continue
        if parser.error:
            return messages, "rejected"
        if not parser.empty:
            messages.append((given, parser.get_body_stream().read()))
            if parser.connection_close:
                return messages, "complete"
        parser, fed = HTTPRequestParser(ADJUSTMENTS), False
    return messages, "incomplete" if fed else "complete"


serve("waitress", version("waitress"), read)
