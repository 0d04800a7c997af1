/* A parser that stops at the end of each message, as stepper.rs calls it. */
#ifndef STEPPER_H
#define STEPPER_H

#include <stddef.h>
#include <string.h>

/* What a step came to; the numbers are those of Event in stepper.rs. */
enum event {
    WANTS_MORE = 0,
    WHOLE = 1,
    WHOLE_CLOSES = 2,
    WHOLE_TUNNELS = 3,
    REJECTED = 4,
    /* It reported more content than it was given bytes, which none of them does, or broke an assertion of its own. */
    BROKEN = 5
};

/* What is told of a request; the numbers are those of ToldRequest in stepper.rs. */
enum told {
    TOLD_METHOD = 0,
    TOLD_TARGET = 1,
    TOLD_NAME = 2,
    TOLD_VALUE = 3,
    TOLD_FIELD = 4,
    TOLD_HEAD = 5
};

/* What a step leaves behind. */
struct step {
    /* The bytes that it took. */
    size_t used;
    /* Where it puts content. */
    unsigned char *content;
    /* The bytes that may be put there. */
    size_t room;
    /* The bytes of content that it put there. */
    size_t content_length;
    /* Where it tells what it understands, piece by piece; null where that is not wanted. */
    void (*tell)(void *into, int told, const char *at, size_t length);
    void *into;
    /* What a response answers: one of enum answers. */
    int answers;
    /* The status of the response whose head has come, or 0. */
    int status;
};

/* What a response answers; the numbers are those of answers in stepper.rs. */
enum answers {
    ANSWERS_OTHER = 0,
    ANSWERS_HEAD = 1,
    ANSWERS_CONNECT = 2
};

/* How a parser is made; the numbers are those in stepper.rs. */
enum made {
    MADE_LENIENT = 1,
    MADE_FOR_RESPONSES = 2
};

/*
 * Notes the status of a response, and says what on_headers_complete has to return for the request that it answers. llhttp and
 * http_parser have the user of a client say so: 1 for no body, 2 for neither a body nor another message.
 */
static inline int answer(struct step *step, int status)
{
    if (step == NULL)
        return 0;
    step->status = status;
    if (step->answers == ANSWERS_HEAD)
        return 1;
    return step->answers == ANSWERS_CONNECT && status / 100 == 2 ? 2 : 0;
}

/* Tells a piece of what the parser understands. */
static inline int tell(const struct step *step, enum told told, const char *at, size_t length)
{
    if (step != NULL && step->tell != NULL)
        step->tell(step->into, told, at, length);
    return 0;
}

/* Copies content that was reported; not 0 if there is no room. */
static inline int take_content(struct step *step, const char *at, size_t length)
{
    if (step == NULL || length > step->room - step->content_length)
        return -1;
    memcpy(step->content + step->content_length, at, length);
    step->content_length += length;
    return 0;
}

#endif
