/* desk_priv: what files of this module share. */
#ifndef DESK_DESK_PRIV_H
#define DESK_DESK_PRIV_H

#include "grader/desk/desk.h"

/* The desk's folder, made if need be, is ours until the descriptor is closed. A
 * secret is made by one process, also where many begin at once. */
int desk_lock(const char *dir, struct err *e);

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
