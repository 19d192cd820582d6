/*
 * rpki: validated ROA payloads and ASPAs, and what they say about a route.
 *
 * A table of VRPs (prefix, longest length, AS), filled from the JSON that
 * rpki-client and Routinator write or by an RTR client (RFC 8210). Origin
 * validation is RFC 6811; path verification is draft-ietf-sidrops-aspa-
 * verification, the upstream algorithm: at a route server all comes from clients.
 *
 * Pure: the caller brings the data. A table that changes notes the prefixes
 * that changed, so that only routes inside them are judged again.
 */
#ifndef RPKI_RPKI_H
#define RPKI_RPKI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/ip.h"

enum rpki_state { RPKI_NOT_FOUND, RPKI_VALID, RPKI_INVALID };

struct rpki_vrp {
	struct ip_prefix prefix;
	uint8_t max_len;
	uint32_t asn;
};

struct rpki;
struct rpki *rpki_new(void);
void rpki_free(struct rpki *t); /* NULL is fine */

/* Equal VRPs are counted: two sources may say the same. del of one that is not
 * there does nothing and returns false. */
void rpki_add(struct rpki *t, const struct rpki_vrp *v);
bool rpki_del(struct rpki *t, const struct rpki_vrp *v);
size_t rpki_count(const struct rpki *t);
/* Add all VRPs and ASPAs of a JSON text; name is for messages. -1 with e set,
 * then nothing was added. */
int rpki_json(struct rpki *t, const char *text, size_t len, const char *name,
	      struct err *e);
/* The same for a part of the text: VRPs or ASPAs or both, and only those whose
 * trust anchor ("ta") is one of the names (n_anchors 0: any; case does not
 * matter); an entry that names no anchor is taken. */
struct rpki_part {
	bool vrps, aspas;
	const char *const *anchors;
	size_t n_anchors;
	/* Seconds since 1970: a text that says it was built before is refused. */
	uint64_t not_before;
	uint64_t now; /* leave out what has expired by then; 0: keep it */
};
int rpki_json_part(struct rpki *t, const struct rpki_part *part,
		   const char *text, size_t len, const char *name,
		   struct err *e);
/* Add all that from says, which stays as it is. */
void rpki_merge(struct rpki *t, const struct rpki *from);
/* Make t say what from says (which is emptied), noting what changed. */
void rpki_replace(struct rpki *t, struct rpki *from);
/* The same for ASPAs alone: t keeps its VRPs. */
void rpki_aspa_replace(struct rpki *t, struct rpki *from);
/* The prefixes whose VRPs changed since the last call: an array the caller
 * frees, without duplicates; NULL and 0 when nothing did. Changed ASPAs set
 * *aspas. */
struct ip_prefix *rpki_changes(struct rpki *t, size_t *n, bool *aspas);

/* RFC 6811. origin 0: the path ends in a set or is empty (RFC 6907 7.1.8). */
enum rpki_state rpki_validate(const struct rpki *t, const struct ip_prefix *p,
			      uint32_t origin);
/* Like rpki_validate being RPKI_VALID, but for any length inside a VRP: a ROA
 * taken as a route object. */
bool rpki_covers(const struct rpki *t, const struct ip_prefix *p,
		 uint32_t origin);

/* A VRP around the prefix, for sentences: that of the longest prefix, and of
 * these the one that permits the longest; of the AS, unless asn is 0. */
bool rpki_covering(const struct rpki *t, const struct ip_prefix *p,
		   uint32_t asn, struct rpki_vrp *vrp);

/* An ASPA: the providers of a customer AS; replaces an earlier one. */
void rpki_aspa_set(struct rpki *t, uint32_t customer, const uint32_t *providers,
		   size_t n);
size_t rpki_aspa_count(const struct rpki *t);
/* The upstream algorithm over a path without repetitions, neighbour first. */
enum rpki_state rpki_aspa_verify(const struct rpki *t, const uint32_t *path,
				 size_t n);

#endif
