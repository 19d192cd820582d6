/*
 * ctl: the control socket, the only door into a running program of ours.
 *
 * The lab supervisor and the route server both answer on such a socket; the
 * command line, the interface and the grader are clients. A frame is four bytes
 * of length (network order) and that many bytes of JSON, at most CTL_MAX; file
 * descriptors may ride on the frame's first byte (SCM_RIGHTS), and then the
 * object says how many: "fds": 1. Three kinds of object travel:
 *
 *	request  {"id": 7, "verb": "inspect", "args": {...}}
 *	reply    {"id": 7, "ok": true, "result": ...}
 *	         {"id": 7, "ok": false, "class": 3, "error": "sentence"}
 *	event    {"event": "node", "data": {...}}       after "subscribe"
 *
 * A socket is named by a path, or, when the name starts with '@', lives in
 * Linux's abstract space: it vanishes with its owner, so even kill -9 leaves
 * nothing behind. Abstract names have no permissions, therefore both sides look
 * at the other's user id and refuse anybody but themselves and root.
 *
 * The blocking client is for programs that ask and wait; each call has a
 * deadline. The server and the asynchronous client run on libuv.
 */
#ifndef CTL_CTL_H
#define CTL_CTL_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "base/err.h"

#define CTL_MAX (32u << 20) /* bytes in a frame */
#define CTL_FDS 4	    /* descriptors on a frame */

/* ---- frames: pure, fuzzed (ctl_frame.c) */

/* Collects bytes, gives frames. {0} is empty. */
struct ctl_frames {
	uint8_t *data;	       /* owned */
	size_t pos, len, size; /* pos: what was given out already */
};

void ctl_frames_add(struct ctl_frames *f, const void *data, size_t n);
/* 1 and *out (owned by the caller) when a whole frame is there, 0 when more
 * bytes are needed, -1 when the peer does not speak our language. */
int ctl_frames_next(struct ctl_frames *f, json_t **out, struct err *e);
void ctl_frames_clear(struct ctl_frames *f);
/* One frame as bytes; free them. NULL when that is more than CTL_MAX. */
uint8_t *ctl_frame_encode(const json_t *value, size_t *len);

/* ---- the blocking client (ctl_client.c) */

struct ctl; /* a connection */

/* Class ERR_HERE when nobody answers at that name. */
struct ctl *ctl_open(const char *name, struct err *e);
void ctl_close(struct ctl *c);
int ctl_fd(const struct ctl *c); /* for poll; borrowed */

/* One request, its reply. args and fds may be NULL; args is consumed, fds stay
 * the caller's. *result (may be NULL) is owned by the caller. Events that come
 * in between are kept for ctl_event. A refusal has the server's class and
 * sentence; too late or gone is ERR_HERE. A negative time waits for ever. */
int ctl_call(struct ctl *c, const char *verb, json_t *args, const int *fds,
	     size_t nfds, int timeout_ms, json_t **result, struct err *e);
/* The same for verbs that answer with a descriptor: *fd is the caller's. */
int ctl_call_fd(struct ctl *c, const char *verb, json_t *args, int timeout_ms,
		int *fd, struct err *e);
/* The next event: 1 and *event (owned), 0 when none came in time, -1 when the
 * connection is gone. */
int ctl_event(struct ctl *c, int timeout_ms, json_t **event, struct err *e);

/* ---- the asynchronous client, for programs with a loop (ctl_async.c) */

struct ctl_async;
/* Exactly one of result and error is NULL; both borrowed for the call. */
typedef void (*ctl_reply_cb)(void *arg, const json_t *result,
			     const struct err *error);
typedef void (*ctl_event_cb)(void *arg, const char *event, const json_t *data);
typedef void (*ctl_gone_cb)(void *arg, const char *why);

struct ctl_async *ctl_async_open(uv_loop_t *loop, const char *name,
				 ctl_event_cb on_event, ctl_gone_cb on_gone,
				 void *arg, struct err *e);
/* args is consumed, fds stay the caller's. The callback is called once, later,
 * or never when the connection is closed first. When the connection is lost, the
 * open calls fail, on_gone is called last, and then nothing any more; the caller
 * still closes. */
void ctl_async_call(struct ctl_async *c, const char *verb, json_t *args,
		    const int *fds, size_t nfds, ctl_reply_cb cb, void *arg);
void ctl_async_close(struct ctl_async *c);
/* The same over a connected descriptor, which is taken over (closed on error):
 * one that somebody trusted passed to us. */
struct ctl_async *ctl_async_adopt(uv_loop_t *loop, int fd,
				  ctl_event_cb on_event, ctl_gone_cb on_gone,
				  void *arg, struct err *e);
/* Within a reply callback: the next descriptor that came along, now the
 * caller's, or -1. */
int ctl_async_take_fd(struct ctl_async *c);

/* ---- the server (ctl_server.c) */

struct ctl_server;
struct ctl_client;  /* one connection, as the server sees it */
struct ctl_request; /* one question, until it is answered */

/* fds (nfds of them) belong to the handler, which must close them. The request
 * must be answered exactly once, now or later. args is borrowed for the call and
 * is an object. */
typedef void (*ctl_handler)(void *arg, struct ctl_request *q, const char *verb,
			    const json_t *args, const int *fds, size_t nfds);
typedef void (*ctl_closed_cb)(void *arg, struct ctl_client *client);

/* Make the listening socket (close-on-exec). Class ERR_HERE and errno
 * EADDRINUSE when somebody answers there already; a dead path is replaced. */
int ctl_listen(const char *name, struct err *e);
/* Serve it; fd is taken over. on_closed may be NULL. */
struct ctl_server *ctl_server_new(uv_loop_t *loop, int fd, ctl_handler handler,
				  ctl_closed_cb on_closed, void *arg);
/* How long a client may leave what it asked for unread, reading nothing at all,
 * before it is cut off (30 s). */
void ctl_server_patience(struct ctl_server *s, uint64_t ms);
/* Answer all, close, unlink a path. The loop must run once more. Requests still
 * open are refused here; the handler must still answer them (in vain), which
 * frees them. on_closed is called for each client. */
void ctl_server_close(struct ctl_server *s);

/* result is consumed; NULL means {}. */
void ctl_reply(struct ctl_request *q, json_t *result);
void ctl_reply_fd(struct ctl_request *q, json_t *result, int fd); /* fd taken */
void ctl_refuse(struct ctl_request *q, const struct err *e);
/* The same with a result that is JSON text already; text is borrowed. */
void ctl_reply_text(struct ctl_request *q, const char *text, size_t len);
struct ctl_client *ctl_request_client(struct ctl_request *q);
/* Bytes that wait until the client reads: whoever has much to say asks first. */
size_t ctl_client_queued(const struct ctl_client *client);
/* Events go to the clients that subscribed; data is consumed. */
void ctl_subscribe(struct ctl_client *client);
void ctl_publish(struct ctl_server *s, const char *event, json_t *data);
void ctl_send_event(struct ctl_client *client, const char *event, json_t *data);

/* ---- names of labs' sockets (ctl_name.c) */

/* "@ixlab/UID/LAB"; owned by the caller. UID is the caller's, so ask before
 * entering a user namespace. NULL when it is no lab's name ([a-z0-9-]{1,32}),
 * which ctl_open and ctl_listen take and refuse. */
char *ctl_lab_name(const char *lab);
/* The labs of this user that answer now, as an array of names. */
json_t *ctl_lab_list(void);

#endif
