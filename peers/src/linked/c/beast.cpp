/* Boost.Beast as a stepper: what a server does that reads one message after another by http::read. */
/* What it asserts of itself ends this message, and not this program. */
#define BOOST_ENABLE_ASSERT_HANDLER
#include <stdexcept>

namespace boost {
inline void assertion_failed(char const *asserted, char const *, char const *, long)
{
    throw std::logic_error(asserted);
}

inline void assertion_failed_msg(char const *asserted, char const *, char const *, char const *, long)
{
    throw std::logic_error(asserted);
}
}

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/version.hpp>

#include <new>
#include <optional>
#include <string>

extern "C" {
#include "stepper.h"
}

namespace http = boost::beast::http;

struct peer {
    std::optional<http::request_parser<http::string_body>> parser;
    /* What it was shown and has not used: it is shown that again, with what follows. */
    std::string left;
    /* How much of the body was handed on. */
    std::size_t told = 0;
};

static void begin(peer *peer)
{
    peer->parser.emplace();
    /* As http::read does: the body along with the head. */
    peer->parser->eager(true);
    peer->told = 0;
}

/* Shows it so many bytes: how many it uses. */
static std::size_t put(peer *peer, const char *data, std::size_t length, boost::beast::error_code &came_to)
{
    std::size_t used = 0;
    while (used < length && !peer->parser->is_done()) {
        std::size_t now = peer->parser->put(boost::asio::const_buffer(data + used, length - used), came_to);
        used += now;
        if (came_to || now == 0)
            break;
    }
    return used;
}

static int hand_on(peer *peer, struct step *step)
{
    const std::string &body = peer->parser->get().body();
    std::size_t from = peer->told;
    peer->told = body.size();
    return take_content(step, body.data() + from, body.size() - from);
}

extern "C" unsigned long peer_beast_version(void)
{
    return BOOST_VERSION;
}

extern "C" struct peer *peer_beast_new(int)
{
    return new (std::nothrow) peer;
}

extern "C" void peer_beast_start(struct peer *peer)
{
    peer->left.clear();
    begin(peer);
}

static int step_of(peer *peer, const char *data, std::size_t length, struct step *step)
{
    boost::beast::error_code came_to;
    std::size_t before = peer->left.size();
    if (before > 0) {
        peer->left.append(data, length);
        data = peer->left.data();
        length = peer->left.size();
    }
    std::size_t used = put(peer, data, length, came_to);
    if (hand_on(peer, step) != 0)
        return BROKEN;
    if (came_to && came_to != http::error::need_more)
        return REJECTED;
    if (!peer->parser->is_done()) {
        step->used = length - before;
        peer->left.assign(std::string(data + used, length - used));
        return WANTS_MORE;
    }
    /* What it was shown before did not make the message whole: that ends in what came now. */
    if (used < before)
        return BROKEN;
    step->used = used - before;
    peer->left.clear();
    bool goes_on = peer->parser->keep_alive();
    begin(peer);
    return goes_on ? WHOLE : WHOLE_CLOSES;
}

extern "C" int peer_beast_step(struct peer *peer, const char *data, size_t length, struct step *step)
{
    try {
        return step_of(peer, data, length, step);
    } catch (...) {
        return BROKEN;
    }
}

extern "C" int peer_beast_finish(struct peer *)
{
    /* No request lasts until the end of the stream. */
    return WANTS_MORE;
}

extern "C" void peer_beast_free(struct peer *peer)
{
    delete peer;
}
