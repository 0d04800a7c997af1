/* What an echo application in C tells of each request: a line in the log, and the same in the response. */

#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ECHO_SHOWN = 256, ECHO_LINE = 1 << 20, ECHO_TEXT = 1 << 18 }; /* bytes of a body, of a line, of a text in it */

static size_t echo_quoted(char *out, size_t room, const char *text) {
    size_t used = 0;
    for (; *text != '\0' && used + 8 < room; text++) {
        unsigned char c = (unsigned char)*text;
        if (c < ' ' || c > '~' || c == '"' || c == '\\')
            used += (size_t)snprintf(out + used, room - used, "\\u%04x", c);
        else
            out[used++] = (char)c;
    }
    out[used] = '\0';
    return used;
}

static void echo_base64(char *out, const unsigned char *bytes, size_t length) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t at = 0; at < length; at += 3) {
        unsigned second = at + 1 < length ? bytes[at + 1] : 0;
        unsigned third = at + 2 < length ? bytes[at + 2] : 0;
        unsigned group = (unsigned)bytes[at] << 16 | second << 8 | third;
        *out++ = digits[group >> 18 & 63];
        *out++ = digits[group >> 12 & 63];
        *out++ = at + 1 < length ? digits[group >> 6 & 63] : '=';
        *out++ = at + 2 < length ? digits[group & 63] : '=';
    }
    *out = '\0';
}

/* Writes down a request, and puts the line into `line`, of ECHO_LINE bytes. Gives its length. */
static size_t echo_line(char *line, int port, int nth, const char *method, const char *target,
                        const unsigned char *body, size_t length) {
    char shown[ECHO_SHOWN * 2];
    static char quoted[2][ECHO_TEXT];
    echo_base64(shown, body, length < ECHO_SHOWN ? length : ECHO_SHOWN);
    echo_quoted(quoted[0], sizeof quoted[0], method);
    echo_quoted(quoted[1], sizeof quoted[1], target);
    int used = snprintf(line, ECHO_LINE,
                        "{\"port\":%d,\"nth\":%d,\"method\":\"%s\",\"target\":\"%s\",\"length\":%zu,\"body\":\"%s\"}\n",
                        port, nth, quoted[0], quoted[1], length, shown);
    int log = open(getenv("MISFRAME_LOG"), O_WRONLY | O_APPEND | O_CREAT, 0666);
    if (log < 0 || write(log, line, (size_t)used) != used)
        abort();
    close(log);
    return (size_t)used;
}
