/* server_list: what the two files of lists share. Private to them. */
#ifndef SERVER_LIST_H
#define SERVER_LIST_H

#include "rs/server/server_state.h"

enum server_list_of {
	LIST_SESSIONS,
	LIST_ROUTES,   /* rows are nets; sections are families */
	LIST_RECEIVED, /* rows are paths; sections are sessions */
	LIST_REJECTED, /* likewise */
	LIST_SENT,     /* rows are nets; sections are sessions */
};

struct server_list {
	struct server *s;
	struct server_list *next; /* of the server */
	struct ctl_client *client;
	struct ctl_request *q; /* NULL: the client may ask for more */
	enum server_list_of what;
	bool begun; /* memory is spent on it */

	/* what was asked for */
	struct server_wanted wanted;
	struct server_who who; /* NULL where one has gone since */
	bool paged;
	size_t max;

	/* the next rows in order; being collected, then given */
	struct server_page page;
	bool collecting;
	size_t matched; /* rows that would be listed, in the first collecting */
	int f;		/* where the collecting is */
	size_t section;
	uint32_t at;
	uint32_t *section_of[SERVER_FAMILIES]; /* by index of the peer */
	size_t n_section_of[SERVER_FAMILIES];
	struct server_member *session; /* the next one of LIST_SESSIONS */

	/* the answer */
	size_t row;		/* of the page, the next to be given */
	uint32_t nth;		/* path of that row */
	size_t given;		/* rows */
	struct server_row last; /* the last one given */
	struct str text;
};

/* ---- server_rows.c */
/* Before the first step of collecting, and behind the last. */
void server_rows_begin(struct server_list *l);
void server_rows_clear(struct server_list *l);
/* Look at some more of the table; false: that was all of it. */
bool server_rows_collect(struct server_list *l);
/* Add some of a row to the text: false when it is complete. */
bool server_rows_give(struct server_list *l, const struct server_row *row);
void server_rows_add(struct server_list *l, json_t *row); /* consumed */

#endif
