/* The echo application for libevent's evhttp. */

#include <event2/buffer.h>
#include <event2/event.h>
#include <event2/http.h>

#include "echo.h"

static int counts[1 << 16];

static const char *method(struct evhttp_request *request) {
    switch (evhttp_request_get_command(request)) {
    case EVHTTP_REQ_GET: return "GET";
    case EVHTTP_REQ_POST: return "POST";
    case EVHTTP_REQ_HEAD: return "HEAD";
    case EVHTTP_REQ_PUT: return "PUT";
    case EVHTTP_REQ_DELETE: return "DELETE";
    case EVHTTP_REQ_OPTIONS: return "OPTIONS";
    case EVHTTP_REQ_TRACE: return "TRACE";
    case EVHTTP_REQ_CONNECT: return "CONNECT";
    case EVHTTP_REQ_PATCH: return "PATCH";
    default: return "?"; /* it is not told */
    }
}

static void answer(struct evhttp_request *request, void *nothing) {
    (void)nothing;
    char *host;
    uint16_t port;
    evhttp_connection_get_peer(evhttp_request_get_connection(request), &host, &port);
    struct evbuffer *body = evhttp_request_get_input_buffer(request);
    size_t length = evbuffer_get_length(body);
    static char line[ECHO_LINE];
    size_t used = echo_line(line, port, ++counts[port], method(request), evhttp_request_get_uri(request),
                            evbuffer_pullup(body, -1), length);
    struct evbuffer *reply = evbuffer_new();
    evbuffer_add(reply, line, used);
    evhttp_add_header(evhttp_request_get_output_headers(request), "Content-Type", "application/json");
    evhttp_send_reply(request, 200, "OK", reply);
    evbuffer_free(reply);
}

int main(void) {
    struct event_base *base = event_base_new();
    struct evhttp *server = evhttp_new(base);
    evhttp_set_allowed_methods(server, 0xffff);
    evhttp_set_gencb(server, answer, NULL);
    if (evhttp_bind_socket(server, "127.0.0.1", (uint16_t)atoi(getenv("MISFRAME_PORT"))) != 0) {
        fputs("no socket\n", stderr);
        return 1;
    }
    event_base_dispatch(base);
}
