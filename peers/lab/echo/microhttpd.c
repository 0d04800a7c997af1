/* The echo application for GNU libmicrohttpd. */

#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>

#include "echo.h"

enum { MOST = 1 << 20 }; /* bytes of a body that are kept */

struct request {
    unsigned char *body;
    size_t length;
};

static int counts[1 << 16];

static enum MHD_Result answer(void *nothing, struct MHD_Connection *connection, const char *target,
                              const char *method, const char *version, const char *piece, size_t *length,
                              void **kept) {
    (void)nothing, (void)version;
    struct request *request = *kept;
    if (request == NULL) {
        *kept = request = calloc(1, sizeof *request);
        request->body = malloc(MOST);
        return MHD_YES;
    }
    if (*length > 0) {
        size_t room = MOST - request->length, taken = *length < room ? *length : room;
        memcpy(request->body + request->length, piece, taken);
        request->length += taken;
        *length = 0;
        return MHD_YES;
    }
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    int port = ntohs(((const struct sockaddr_in *)info->client_addr)->sin_port);
    static char line[ECHO_LINE];
    size_t used = echo_line(line, port, ++counts[port], method, target, request->body, request->length);
    struct MHD_Response *response = MHD_create_response_from_buffer(used, line, MHD_RESPMEM_MUST_COPY);
    MHD_add_response_header(response, "Content-Type", "application/json");
    enum MHD_Result queued = MHD_queue_response(connection, MHD_HTTP_OK, response);
    MHD_destroy_response(response);
    return queued;
}

static void done(void *nothing, struct MHD_Connection *connection, void **kept, enum MHD_RequestTerminationCode why) {
    (void)nothing, (void)connection, (void)why;
    struct request *request = *kept;
    if (request != NULL) {
        free(request->body);
        free(request);
    }
    *kept = NULL;
}

int main(void) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(getenv("MISFRAME_PORT")))};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    struct MHD_Daemon *daemon =
        MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD, 0, NULL, NULL, answer, NULL, MHD_OPTION_SOCK_ADDR, &address,
                         MHD_OPTION_NOTIFY_COMPLETED, done, NULL, MHD_OPTION_END);
    if (daemon == NULL) {
        fputs("no daemon\n", stderr);
        return 1;
    }
    for (;;)
        pause();
}
