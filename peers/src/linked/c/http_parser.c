/* http_parser as a stepper. */
#include <stdlib.h>

#include "http_parser.h"
#include "stepper.h"

struct peer {
    http_parser parser;
    int responses;
    enum event whole;
    struct step *step;
};

static int on_body(http_parser *parser, const char *at, size_t length)
{
    return take_content(((struct peer *)parser->data)->step, at, length);
}

static int on_url(http_parser *parser, const char *at, size_t length)
{
    return tell(((struct peer *)parser->data)->step, TOLD_TARGET, at, length);
}

static int on_header_field(http_parser *parser, const char *at, size_t length)
{
    return tell(((struct peer *)parser->data)->step, TOLD_NAME, at, length);
}

static int on_header_value(http_parser *parser, const char *at, size_t length)
{
    return tell(((struct peer *)parser->data)->step, TOLD_VALUE, at, length);
}

/* It calls on_header_field and on_header_value for trailer fields too, after this call. */
static int on_headers_complete(http_parser *parser)
{
    struct peer *peer = parser->data;
    const struct step *step = peer->step;
    const char *method;
    if (peer->responses)
        return answer(peer->step, parser->status_code);
    method = http_method_str(parser->method);
    tell(step, TOLD_METHOD, method, strlen(method));
    return tell(step, TOLD_HEAD, NULL, 0);
}

/*
 * "If http_should_keep_alive() in the on_headers_complete or on_message_complete callback returns 0, then
 * this should be the last message on the connection" (http_parser.h).
 */
static int on_message_complete(http_parser *parser)
{
    struct peer *peer = parser->data;
    if (parser->upgrade)
        peer->whole = WHOLE_TUNNELS;
    else if (!http_should_keep_alive(parser))
        peer->whole = WHOLE_CLOSES;
    else
        peer->whole = WHOLE;
    http_parser_pause(parser, 1);
    return 0;
}

static const http_parser_settings settings = {
    .on_url = on_url,
    .on_header_field = on_header_field,
    .on_header_value = on_header_value,
    .on_headers_complete = on_headers_complete,
    .on_body = on_body,
    .on_message_complete = on_message_complete,
};

unsigned long peer_http_parser_version(void)
{
    return http_parser_version();
}

void *peer_http_parser_new(int made)
{
    struct peer *peer = calloc(1, sizeof(*peer));
    if (peer != NULL)
        peer->responses = (made & MADE_FOR_RESPONSES) != 0;
    return peer;
}

void peer_http_parser_start(struct peer *peer)
{
    http_parser_init(&peer->parser, peer->responses ? HTTP_RESPONSE : HTTP_REQUEST);
    peer->parser.data = peer;
}

int peer_http_parser_step(struct peer *peer, const char *data, size_t length, struct step *step)
{
    http_parser *parser = &peer->parser;
    peer->step = step;
    step->used = http_parser_execute(parser, &settings, data, length);
    peer->step = NULL;
    switch (HTTP_PARSER_ERRNO(parser)) {
    case HPE_OK:
        return WANTS_MORE;
    case HPE_PAUSED:
        http_parser_pause(parser, 0);
        return peer->whole;
    case HPE_CB_body:
        return BROKEN;
    default:
        return REJECTED;
    }
}

int peer_http_parser_finish(struct peer *peer)
{
    /* It learns of the end of the stream by a piece without bytes. */
    http_parser_execute(&peer->parser, &settings, NULL, 0);
    return HTTP_PARSER_ERRNO(&peer->parser) == HPE_PAUSED ? WHOLE_CLOSES : WANTS_MORE;
}

void peer_http_parser_free(struct peer *peer)
{
    free(peer);
}
