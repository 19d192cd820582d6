/* Dumps of RIPE NCC, cut small: what is in them, counted by other programs, too;
 * and records made here for what those lack, and for what is damaged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/str.h"
#include "rs/mrt/mrt.h"

struct sum {
	struct mrt m;
	unsigned int routes, v6, with_id, malformed, lengths;
	char first[200], last[200], problem[200];
};

static void
print(const struct mrt *m, const struct mrt_route *r, const struct bgp_attrs *a,
      char text[200])
{
	char prefix[IP_PREFIXSTRLEN], hop[IP_ADDRSTRLEN], from[IP_ADDRSTRLEN];
	char *path = bgp_path_print(a);

	snprintf(
	    text, 200, "%s#%u from %s AS%u via %s: %s",
	    ip_prefix_print(&r->prefix, prefix), r->path_id,
	    ip_addr_print(&m->peers[r->peer].addr, from), m->peers[r->peer].asn,
	    a->next_hop.family ? ip_addr_print(&a->next_hop, hop) : "-", path);
	free(path);
}

static bool
take(void *arg, const struct mrt_route *r)
{
	struct sum *s = arg;
	struct bgp_problem problem = {0};
	struct bgp_attrs *a = mrt_attrs(r, &problem);

	s->routes++;
	s->v6 += r->prefix.addr.family == IP_V6;
	s->with_id += r->has_path_id;
	if (a == NULL) {
		s->malformed++;
		strcpy(s->problem, problem.text);
		return true;
	}
	s->lengths += bgp_path_length(a);
	print(&s->m, r, a, s->routes == 1 ? s->first : s->last);
	bgp_attrs_unref(a);
	return true;
}

static int
read_dump(const uint8_t *bytes, size_t n, struct sum *s, struct err *e)
{
	struct mrt_record r = {0};
	size_t used;
	int rc;

	while ((rc = mrt_record(bytes, n, &r, &used, e)) == 1) {
		if (mrt_decode(&s->m, &r, take, s, e) < 0)
			return -1;
		r.at += used;
		bytes += used;
		n -= used;
	}
	return n == 0 ? 0 : rc;
}

static void
read_seed(const char *name, struct sum *s)
{
	char *path =
	    xasprintf(IXLAB_TREE "/engine/rs/mrt/fuzz/mrt.seeds/%s", name);
	struct err e = {0};
	char *bytes;
	size_t n;

	*s = (struct sum){0};
	assert_int_equal(file_read(path, 1 << 20, &bytes, &n, &e), 0);
	assert_int_equal(read_dump((uint8_t *)bytes, n, s, &e), 0);
	free(bytes);
	free(path);
}

/* The numbers were counted by a program that shares no line with ours. */
static const struct {
	const char *seed;
	unsigned int routes, v6, with_id, lengths, others, malformed;
	size_t peers;
	const char *first, *last;
} golden[] = {
    {"table_dump", 120, 0, 0, 523, 0, 0, 3,
     "3.0.0.0/8#0 from 193.203.0.1 AS1853 via 193.203.0.1: 1853 1239 80",
     "217.77.160.0/20#0 from 193.203.0.1 AS1853 via 193.203.0.46: 1853 8333 "
     "8210 6721 16019"},
    /* two routes of each have no attributes; the latter have no next hops */
    {"add_path4", 58, 0, 58, 461, 0, 2, 3,
     "10.0.10.0/24#36 from 10.0.15.1 AS65015 via 10.0.15.1: 65015 65014 65013 "
     "65012 65011",
     "10.0.23.0/24#29 from 10.0.16.2 AS65017 via 10.0.16.2: 65017 65018 65019 "
     "65020 65021 65022 65023 65024"},
    {"add_path6", 58, 58, 58, 469, 0, 2, 3,
     "2001:db8:28::/48#59 from 2001:db8:16::2 AS65017 via -: 65017 65018 65019 "
     "65020 65021 65022 65023 65024 65025 65026 65027 65028",
     "2001:db8:11::/48#38 from 2001:db8:15::1 AS65015 via -: 65015 65014 65013 "
     "65012 65011"},
    {"updates", 0, 0, 0, 0, 4, 0, 0, "", ""},
};

static void
real(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof golden / sizeof *golden; i++) {
		struct sum s;

		read_seed(golden[i].seed, &s);
		print_message("# %s: %s; %s; %s\n", golden[i].seed, s.problem,
			      s.first, s.last);
		assert_int_equal(s.routes, golden[i].routes);
		assert_int_equal(s.malformed, golden[i].malformed);
		assert_int_equal(s.v6, golden[i].v6);
		assert_int_equal(s.with_id, golden[i].with_id);
		assert_int_equal(s.lengths, golden[i].lengths);
		assert_int_equal(s.m.others, golden[i].others);
		assert_int_equal(s.m.n_peers, golden[i].peers);
		assert_string_equal(s.first, golden[i].first);
		assert_string_equal(s.last, golden[i].last);
		mrt_clear(&s.m);
	}
}

/* ---- made here ---- */

static void
record(struct wbuf *w, uint16_t type, uint16_t subtype, const void *body,
       size_t len)
{
	wbuf_u32(w, 1);
	wbuf_u16(w, type);
	wbuf_u16(w, subtype);
	wbuf_u32(w, (uint32_t)len);
	wbuf_bytes(w, body, len);
}

#define BODY(text) text, sizeof(text) - 1
#define INDEX                          \
	"\300\0\2\1\0\1v\0\2"          \
	"\0\1\1\1\1\300\0\2\2\373\360" \
	"\3\2\2\2\2\40\1\15\270\0\0\0\0\0\0\0\0\0\0\0\2\0\1\373\360"
#define ORIGIN "\100\1\1\0"
#define PATH "\100\2\6\2\1\0\1\373\360"
#define HOP16 "\40\1\15\270\0\0\0\0\0\0\0\0\0\0\0\2"

static const struct {
	uint16_t subtype;
	const char *body;
	size_t len;
	unsigned int routes, malformed;
	const char *first, *error;
} made[] = {
    /* RIB_IPV6_UNICAST, MP_REACH_NLRI as the RFC has it */
    {4,
     BODY("\0\0\0\0\40\40\1\15\270\0\1\0\1\0\0\0\1\0\41" ORIGIN PATH
	  "\200\16\21\20" HOP16),
     1, 0, "2001:db8::/32#0 from 2001:db8::2 AS130032 via 2001:db8::2: 130032",
     NULL},
    /* ... and whole, as some collectors write it */
    {4,
     BODY("\0\0\0\0\40\40\1\15\270\0\1\0\1\0\0\0\1\0\52" ORIGIN PATH
	  "\200\16\32\0\2\1\20" HOP16 "\0\40\40\1\15\271"),
     1, 0, "2001:db8::/32#0 from 2001:db8::2 AS130032 via 2001:db8::2: 130032",
     NULL},
    /* RIB_GENERIC */
    {6,
     BODY("\0\0\0\0\0\1\1\10\12\0\1\0\0\0\0\0\1\0\24" ORIGIN PATH
	  "\100\3\4\300\0\2\2"),
     1, 0, "10.0.0.0/8#0 from 192.0.2.2 AS64496 via 192.0.2.2: 130032", NULL},
    /* ... of multicast, and multicast itself: not for us */
    {6, BODY("\0\0\0\0\0\1\2\10\12\0\1"), 0, 0, "", NULL},
    {3, BODY("\0\0\0\0\10\12\0\0"), 0, 0, "", NULL},
    /* attributes that are none */
    {2, BODY("\0\0\0\0\10\12\0\1\0\0\0\0\0\1\0\4\100\1\1\3"), 1, 1, "", NULL},
    {4, BODY("\0\0\0\0\0\0\1\0\0\0\0\0\1\0\0"), 1, 1, "", NULL},
    /* lengths that do not add up */
    {2, BODY("\0\0\0\0\41\12\0\0\0\0\0\0"), 0, 0, "",
     "the record at byte 57: a prefix that cannot be"},
    {2, BODY("\0\0\0\0\10\12\0\2\0\0\0\0\0\1\0\0"), 1, 1, "",
     "the record at byte 57: its routes are cut short"},
    {2, BODY("\0\0\0\0\10\12\0\1\0\2\0\0\0\1\0\0"), 0, 0, "",
     "the record at byte 57: a peer that is not in the index"},
    {2, BODY("\0\0\0\0\10"), 0, 0, "",
     "the record at byte 57: a prefix that cannot be"},
    {1, BODY("\0\0\0\0\0\0\0\5"), 0, 0, "",
     "the record at byte 57: the index of peers is cut short"},
};

static void
records(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof made / sizeof *made; i++) {
		uint8_t bytes[256];
		struct wbuf w = wbuf_of(bytes, sizeof bytes);
		struct sum s = {0};
		struct err e = {0};

		print_message("# record %zu\n", i);
		record(&w, 13, 1, BODY(INDEX));
		record(&w, 13, made[i].subtype, made[i].body, made[i].len);
		assert_int_equal(read_dump(bytes, w.len, &s, &e),
				 made[i].error ? -1 : 0);
		assert_string_equal(e.msg, made[i].error ? made[i].error : "");
		assert_int_equal(s.routes, made[i].routes);
		assert_int_equal(s.malformed, made[i].malformed);
		assert_string_equal(s.first, made[i].first);
		mrt_clear(&s.m);
	}
}

static void
frames(void **state)
{
	uint8_t bytes[64];
	struct wbuf w = wbuf_of(bytes, sizeof bytes);
	struct mrt_record r = {0};
	struct err e = {0};
	size_t used;

	(void)state;
	record(&w, 13, 2, BODY("\0\0\0\0\10\12\0\0"));
	assert_int_equal(mrt_record(bytes, 5, &r, &used, &e), 0);
	assert_int_equal(used, MRT_HEADER);
	assert_int_equal(mrt_record(bytes, w.len - 1, &r, &used, &e), 0);
	assert_int_equal(used, w.len);
	assert_int_equal(mrt_record(bytes, w.len, &r, &used, &e), 1);
	assert_int_equal(r.len, 8);
	bytes[8] = 0x7F;
	assert_int_equal(mrt_record(bytes, w.len, &r, &used, &e), -1);
	assert_string_equal(e.msg, "a record of 2130706440 bytes, is this an "
				   "MRT dump?");
}

static void
no_index(void **state)
{
	uint8_t bytes[64];
	struct wbuf w = wbuf_of(bytes, sizeof bytes);
	struct sum s = {0};
	struct err e = {0};

	(void)state;
	record(&w, 13, 2, BODY("\0\0\0\0\10\12\0\0"));
	assert_int_equal(read_dump(bytes, w.len, &s, &e), -1);
	assert_string_equal(e.msg, "the record at byte 0: routes, but no index "
				   "of peers before");
	mrt_clear(&s.m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(real),
	    cmocka_unit_test(records),
	    cmocka_unit_test(frames),
	    cmocka_unit_test(no_index),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
