"""h11: a connection in the role of a server."""

import h11


def read(data, pieces):
    connection = h11.Connection(h11.SERVER)
    messages, content, given, request = [], b"", 0, None
    ended = False
    while True:
        try:
            event = connection.next_event()
        except h11.RemoteProtocolError:
            return messages, "incomplete" if ended else "rejected"
        if event is h11.NEED_DATA:
            if given < len(data):
                step = len(data) - given if pieces == "one" else 1
                connection.receive_data(data[given : given + step])
                given += step
            elif ended:
                return messages, "incomplete"
            elif connection.their_state is h11.IDLE and not connection.trailing_data[0]:
                return messages, "complete"
            else:
                connection.receive_data(b"")
                ended = True
        elif isinstance(event, h11.Request):
            request = event
        elif isinstance(event, h11.Data):
            content += bytes(event.data)
        elif isinstance(event, h11.EndOfMessage):
            facts = (request.method, request.target, request.headers, event.headers)
            messages.append((given - len(connection.trailing_data[0]), content, facts))
            content = b""
            connection.send(h11.Response(status_code=200, headers=[("Content-Length", "0")]))
            # A 200 to CONNECT is the one that switches.
            if connection.our_state is h11.SWITCHED_PROTOCOL:
                return messages, "tunnel"
            connection.send(h11.EndOfMessage())
            if connection.our_state is not h11.DONE or connection.their_state is not h11.DONE:
                return messages, "complete"
            connection.start_next_cycle()
        elif isinstance(event, h11.ConnectionClosed):
            return messages, "complete"
        elif event is h11.PAUSED:
            return messages, "tunnel"


serve("h11", h11.__version__, read)
