/*
 * save_manifest: the first file of a save; private to save.
 */
#ifndef LAB_SAVE_SAVE_MANIFEST_H
#define LAB_SAVE_SAVE_MANIFEST_H

#include "lab/save/save.h"

#define SAVE_MANIFEST "manifest.json"
#define SAVE_MAGIC "ixlab-save" /* the key of its version */
#define SAVE_MANIFEST_MAX (32u << 20)
#define SAVE_DIGEST 64 /* hexadecimal digits */
#define SAVE_DIGEST_KEY "sha256"

/* {ixlab-save: version, lab, members, made, files: [{path, bytes, mode, own,
 * sha256}], state, sha256}; the last is the digest of the rest, compact and with
 * its keys sorted; owned. */
char *save_manifest_print(const struct save *s);

struct save_manifest {
	json_t *root;
	json_t *files; /* borrowed from root */
};

/* Fills in all of s but the files. All of the list is checked: each row has what
 * it must have, no path is there twice or leads through a file. */
int save_manifest_parse(struct save_manifest *m, struct save *s,
			const char *text, size_t len, struct err *e);

#endif
