/*
 * ctl_wire: what the client, the asynchronous client and the server do alike
 * with a socket. Private to this module.
 *
 * All sockets are non-blocking. An inbox turns what recvmsg gives into frames
 * and keeps the descriptors that came along in a queue; a frame takes as many as
 * its "fds" says. An outbox holds encoded frames until the socket takes them,
 * one sendmsg per frame, so that descriptors ride on the right byte.
 */
#ifndef CTL_CTL_WIRE_H
#define CTL_CTL_WIRE_H

#include <sys/socket.h>
#include <sys/un.h>

#include "ctl/ctl.h"

struct ctl_inbox {
	struct ctl_frames frames;
	int fds[2 * CTL_FDS]; /* owned */
	size_t nfds;
};

struct ctl_msg {
	json_t *value; /* owned */
	int fds[CTL_FDS];
	size_t nfds;
};

/* 1 something came, 0 nothing now, -1 with a sentence: end, error, rubbish. */
int ctl_inbox_fill(struct ctl_inbox *in, int sock, struct err *e);
/* The next whole frame, as in ctl_frames_next. Descriptors that no frame
 * claimed are closed. */
int ctl_inbox_next(struct ctl_inbox *in, struct ctl_msg *out, struct err *e);
void ctl_inbox_clear(struct ctl_inbox *in);
void ctl_msg_clear(struct ctl_msg *m);

struct ctl_packet {
	struct ctl_packet *next;
	uint8_t *data; /* owned */
	size_t len, sent;
	int fds[CTL_FDS]; /* owned */
	size_t nfds;
};

struct ctl_outbox {
	struct ctl_packet *first, *last;
	size_t bytes; /* not sent yet */
};

/* data is taken over; fds are duplicated. -1 with errno when they cannot be. */
int ctl_outbox_add(struct ctl_outbox *out, uint8_t *data, size_t len,
		   const int *fds, size_t nfds);
/* 1 all sent, 0 the socket is full, -1 with errno. */
int ctl_outbox_flush(struct ctl_outbox *out, int sock);
void ctl_outbox_clear(struct ctl_outbox *out);

int ctl_wire_address(const char *name, struct sockaddr_un *sun, socklen_t *len,
		     struct err *e);
/* A socket, or -1 with a sentence and errno. */
int ctl_wire_connect(const char *name, struct err *e);
/* The other side is this user or root. */
bool ctl_wire_trusted(int sock);

/* {"id": id, "verb": verb, "args": args}; args is consumed. */
json_t *ctl_wire_request(json_int_t id, const char *verb, json_t *args,
			 size_t nfds);
/* A reply's outcome: 0 and *result (owned), or -1 with the server's error. */
int ctl_wire_outcome(const json_t *reply, json_t **result, struct err *e);

#endif
