/* llhttp as a stepper. */
#include <stdlib.h>

#include "llhttp.h"
#include "stepper.h"

struct peer {
    llhttp_t parser;
    int lenient;
    int responses;
    enum event whole;
    struct step *step;
};

static int on_body(llhttp_t *parser, const char *at, size_t length)
{
    return take_content(((struct peer *)parser->data)->step, at, length);
}

static int on_url(llhttp_t *parser, const char *at, size_t length)
{
    return tell(((struct peer *)parser->data)->step, TOLD_TARGET, at, length);
}

static int on_method(llhttp_t *parser, const char *at, size_t length)
{
    return tell(((struct peer *)parser->data)->step, TOLD_METHOD, at, length);
}

static int on_header_field(llhttp_t *parser, const char *at, size_t length)
{
    return tell(((struct peer *)parser->data)->step, TOLD_NAME, at, length);
}

static int on_header_value(llhttp_t *parser, const char *at, size_t length)
{
    return tell(((struct peer *)parser->data)->step, TOLD_VALUE, at, length);
}

static int on_header_value_complete(llhttp_t *parser)
{
    return tell(((struct peer *)parser->data)->step, TOLD_FIELD, NULL, 0);
}

/* It makes the same calls for trailer fields, after this one. */
static int on_headers_complete(llhttp_t *parser)
{
    struct peer *peer = parser->data;
    if (peer->responses)
        return answer(peer->step, llhttp_get_status_code(parser));
    return tell(peer->step, TOLD_HEAD, NULL, 0);
}

/*
 * The flags by which the parser answers are gone after this. "Returns `1` if there might be any other
 * messages following the last that was successfully parsed" (llhttp.h, llhttp_should_keep_alive), but
 * with llhttp_set_lenient_keep_alive it reads on: "the extra request/response will be parsed normally".
 */
static int on_message_complete(llhttp_t *parser)
{
    struct peer *peer = parser->data;
    if (llhttp_get_upgrade(parser))
        peer->whole = WHOLE_TUNNELS;
    else if (!peer->lenient && !llhttp_should_keep_alive(parser))
        peer->whole = WHOLE_CLOSES;
    else
        peer->whole = WHOLE;
    return HPE_PAUSED;
}

static const llhttp_settings_t settings = {
    .on_method = on_method,
    .on_url = on_url,
    .on_header_field = on_header_field,
    .on_header_value = on_header_value,
    .on_header_value_complete = on_header_value_complete,
    .on_headers_complete = on_headers_complete,
    .on_body = on_body,
    .on_message_complete = on_message_complete,
};

#define STRING(x) #x
#define VERSION(major, minor, patch) STRING(major) "." STRING(minor) "." STRING(patch)

const char *peer_llhttp_version(void)
{
    return VERSION(LLHTTP_VERSION_MAJOR, LLHTTP_VERSION_MINOR, LLHTTP_VERSION_PATCH);
}

void *peer_llhttp_new(int made)
{
    struct peer *peer = calloc(1, sizeof(*peer));
    if (peer != NULL)
    {
        peer->lenient = (made & MADE_LENIENT) != 0;
        peer->responses = (made & MADE_FOR_RESPONSES) != 0;
    }
    return peer;
}

void peer_llhttp_start(struct peer *peer)
{
    llhttp_t *parser = &peer->parser;
    int on = peer->lenient;
    llhttp_init(parser, peer->responses ? HTTP_RESPONSE : HTTP_REQUEST, &settings);
    parser->data = peer;
    llhttp_set_lenient_headers(parser, on);
    llhttp_set_lenient_chunked_length(parser, on);
    llhttp_set_lenient_keep_alive(parser, on);
    llhttp_set_lenient_transfer_encoding(parser, on);
    llhttp_set_lenient_version(parser, on);
    llhttp_set_lenient_data_after_close(parser, on);
    llhttp_set_lenient_optional_lf_after_cr(parser, on);
    llhttp_set_lenient_optional_cr_before_lf(parser, on);
    llhttp_set_lenient_optional_crlf_after_chunk(parser, on);
    llhttp_set_lenient_spaces_after_chunk_size(parser, on);
}

int peer_llhttp_step(struct peer *peer, const char *data, size_t length, struct step *step)
{
    llhttp_t *parser = &peer->parser;
    llhttp_errno_t came_to;
    peer->step = step;
    came_to = llhttp_execute(parser, data, length);
    peer->step = NULL;
    switch (came_to) {
    case HPE_OK:
        step->used = length;
        return WANTS_MORE;
    case HPE_PAUSED:
        step->used = llhttp_get_error_pos(parser) - data;
        llhttp_resume(parser);
        return peer->whole;
    /* It has read the preface of HTTP/2 to its end, for which it makes no call on_message_complete. */
    case HPE_PAUSED_H2_UPGRADE:
        step->used = llhttp_get_error_pos(parser) - data;
        return WHOLE_TUNNELS;
    /* on_body failed. */
    case HPE_USER:
        return BROKEN;
    default:
        return REJECTED;
    }
}

int peer_llhttp_finish(struct peer *peer)
{
    /* It pauses in the callback when the end of the stream is the end of the message. */
    return llhttp_finish(&peer->parser) == HPE_PAUSED ? WHOLE_CLOSES : WANTS_MORE;
}

void peer_llhttp_free(struct peer *peer)
{
    free(peer);
}
