/* ctl_serving: the server's half of ctl, shared by its files. Private. */
#ifndef CTL_SERVING_H
#define CTL_SERVING_H

#include "ctl/ctl_wire.h"

struct ctl_request {
	struct ctl_request *prev, *next; /* of the client's open ones */
	struct ctl_client *client;
	json_int_t id;
	bool refused; /* the server answered in the handler's place */
};

struct ctl_client {
	struct ctl_client *prev, *next; /* of the server's connected ones */
	struct ctl_server *server;
	uv_poll_t poll;
	int fd; /* -1 once closed */
	bool subscribed, doomed;
	struct ctl_inbox in;
	struct ctl_outbox out;
	uint64_t stuck; /* when it was last seen to read; 0 nothing waits */
	struct ctl_request *open;
	size_t nopen;
	unsigned int refs; /* the watcher, and each open request */
};

struct ctl_server {
	uv_loop_t *loop;
	uv_poll_t poll;
	uv_timer_t timer; /* runs while something waits for a client */
	uint64_t patience;
	int fd;	   /* -1 once closed */
	int spare; /* given up for a moment when descriptors run out */
	char *path;
	ctl_handler handler;
	ctl_closed_cb on_closed;
	void *arg;
	struct ctl_client *clients;
	size_t nclients;
	unsigned int refs; /* the watcher, the timer, and each client */
};

/* ---- ctl_server.c */
void ctl_client_doom(struct ctl_client *c); /* its watcher will end it */
/* Write what waits, as far as the socket takes it. */
void ctl_client_flush(struct ctl_client *c);
void ctl_client_release(struct ctl_client *c); /* one reference less */

/* ---- ctl_answer.c */
void ctl_request_refuse(struct ctl_request *q, const struct err *e);
void ctl_request_free(struct ctl_request *q);

#endif
