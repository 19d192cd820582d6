/* desk_priv: what files of this module share. */
#ifndef DESK_DESK_PRIV_H
#define DESK_DESK_PRIV_H

#include "grader/desk/desk.h"

#define DESK_FILE_MAX (1u << 20) /* bytes of one file of an exercise */

/* Each regular file below a folder, in an order that no language setting changes;
 * name is its path from there. Hidden ones are passed over; what is neither a file
 * nor a folder, too many, too deep: -1. Ends at the first -1 of each. */
int desk_walk(const char *dir,
	      int (*each)(void *arg, const char *path, const char *name,
			  struct err *e),
	      void *arg, struct err *e);

/* 32 bytes as a line of hexadecimal that nobody else may read (desk_key.c). */
int desk_secret_write(const char *path, const unsigned char bytes[32],
		      struct err *e);
int desk_secret_read(const char *path, unsigned char bytes[32], struct err *e);
/* The class secret, made when there is none (desk_deal.c); wipe it after use. */
int desk_class(unsigned char secret[32], struct err *e);
/* Keyed BLAKE2b-256. */
void desk_keyed(const unsigned char key[32], const char *text,
		unsigned char out[32]);

#endif
