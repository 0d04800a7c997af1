/* A parser that stops at the end of each request, as stepper.rs calls it. */
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
};

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
