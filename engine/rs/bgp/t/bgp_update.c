/* Reading UPDATEs: each rule of RFC 7606 as a row, then what good ones say. */
#include "bgp_test.h"

#define ORIGIN "400101 00 "
#define PATH "400206 0201 0000fde9 "
#define HOP "400304 c0000201 "
#define GOOD ORIGIN PATH HOP
#define NET "18 cb0071"
#define REACH6                                                   \
	"800e1c 0002 01 10 20010db8000000000000000000000001 00 " \
	"30 20010db80001 "
#define INTERNAL 1
#define TWO_BYTE 2
#define SETS 3

static const struct {
	const char *rule, *withdrawn, *attrs, *nlri;
	enum bgp_treat treat;
	uint8_t subcode;
	const char *data; /* of the notification */
	int peer;	  /* INTERNAL, TWO_BYTE, SETS */
} rows[] = {
    {"a good one", "", GOOD, NET, BGP_OK, 0, "", 0},
    {"a good one, IPv6", "", REACH6 ORIGIN PATH, "", BGP_OK, 0, "", 0},
    {"extended length where not needed", "", "50010001 00" PATH HOP, NET,
     BGP_OK, 0, "", 0},

    /* RFC 7606 5.3: the prefixes cannot be found */
    {"5.3: 255 bits", "ff", "", "", BGP_SESSION_RESET, 10, "", 0},
    {"5.3: 33 bits", "", GOOD, "21 cb007100 00", BGP_SESSION_RESET, 10, "", 0},
    {"5.3: cut short", "", GOOD, "18 cb00", BGP_SESSION_RESET, 10, "", 0},
    {"5.3: withdrawn cut short", "18 cb00", "", "", BGP_SESSION_RESET, 10, "",
     0},

    /* 3 c: flags */
    {"3 c: ORIGIN optional", "", "c00101 00" PATH HOP, NET,
     BGP_TREAT_AS_WITHDRAW, 4, "c00101 00", 0},
    {"3 c: MED transitive", "", GOOD "c00404 00000001", NET,
     BGP_TREAT_AS_WITHDRAW, 4, "c00404 00000001", 0},
    {"3 c: COMMUNITIES not transitive", "", GOOD "800804 0000ffff", NET,
     BGP_TREAT_AS_WITHDRAW, 4, "800804 0000ffff", 0},
    {"3 c: the partial bit is no error", "", "600101 00" PATH HOP, NET, BGP_OK,
     0, "", 0},

    /* 3 d: mandatory attributes */
    {"3 d: no ORIGIN", "", PATH HOP, NET, BGP_TREAT_AS_WITHDRAW, 3, "01", 0},
    {"3 d: no AS_PATH", "", ORIGIN HOP, NET, BGP_TREAT_AS_WITHDRAW, 3, "02", 0},
    {"3 d: no NEXT_HOP", "", ORIGIN PATH, NET, BGP_TREAT_AS_WITHDRAW, 3, "03",
     0},
    {"3 d: no ORIGIN, IPv6", "", REACH6 PATH, "", BGP_TREAT_AS_WITHDRAW, 3,
     "01", 0},
    {"3 d: no LOCAL_PREF inside", "", GOOD, NET, BGP_TREAT_AS_WITHDRAW, 3, "05",
     INTERNAL},

    /* 3 g: twice */
    {"3 g: ORIGIN twice", "", GOOD "400101 02", NET, BGP_ATTR_DISCARD, 1,
     "400101 02", 0},
    {"3 g: unknown twice", "", GOOD "c06301 01 c06301 02", NET,
     BGP_ATTR_DISCARD, 1, "c06301 02", 0},
    {"3 g: MP_REACH twice", "", REACH6 REACH6 ORIGIN PATH, "",
     BGP_SESSION_RESET, 1, NULL, 0},
    {"3 g: MP_UNREACH twice", "", "800f03 000201 800f03 000201", "",
     BGP_SESSION_RESET, 1, "800f03 000201", 0},

    /* 4: the attribute list */
    {"4: attribute overruns", "", GOOD "c00808 0000ffff", NET,
     BGP_TREAT_AS_WITHDRAW, 1, NULL, 0},
    {"4: half a header", "", GOOD "c0", NET, BGP_TREAT_AS_WITHDRAW, 1, NULL, 0},

    /* 5.2: no reachable prefixes, and more than a discard */
    {"5.2", "", "400101 09", "", BGP_SESSION_RESET, 6, "400101 09", 0},
    {"5.2: a discard is none", "", "400601 00", "", BGP_ATTR_DISCARD, 5,
     "400601 00", 0},
    {"5.2: withdrawn only", "18 cb0071", "400101 09", "", BGP_SESSION_RESET, 6,
     "400101 09", 0},

    /* 7.x, attribute by attribute */
    {"7.1: ORIGIN length", "", "400102 0000" PATH HOP, NET,
     BGP_TREAT_AS_WITHDRAW, 5, "400102 0000", 0},
    {"7.1: ORIGIN value", "", "400101 03" PATH HOP, NET, BGP_TREAT_AS_WITHDRAW,
     6, "400101 03", 0},
    {"7.2: AS_PATH segment type", "", ORIGIN "400206 0501 0000fde9" HOP, NET,
     BGP_TREAT_AS_WITHDRAW, 11, "400206 0501 0000fde9", 0},
    {"7.2: AS_PATH confederation", "", ORIGIN "400206 0301 0000fde9" HOP, NET,
     BGP_TREAT_AS_WITHDRAW, 11, NULL, 0},
    {"7.2: AS_PATH overrun", "", ORIGIN "400206 0202 0000fde9" HOP, NET,
     BGP_TREAT_AS_WITHDRAW, 11, NULL, 0},
    {"7.2: AS_PATH underrun", "", ORIGIN "400207 0201 0000fde9 02" HOP, NET,
     BGP_TREAT_AS_WITHDRAW, 11, NULL, 0},
    {"7.2: AS_PATH empty segment", "", ORIGIN "400202 0200" HOP, NET,
     BGP_TREAT_AS_WITHDRAW, 11, NULL, 0},
    {"7.2: AS_PATH two-byte", "", ORIGIN "400204 0201 fde9" HOP, NET,
     BGP_TREAT_AS_WITHDRAW, 11, NULL, 0},
    {"RFC 7607: AS 0", "", ORIGIN "400206 0201 00000000" HOP, NET,
     BGP_TREAT_AS_WITHDRAW, 11, NULL, 0},
    {"7.2: an empty AS_PATH is well-formed", "", ORIGIN "400200" HOP, NET,
     BGP_OK, 0, "", 0},
    {"7.3: NEXT_HOP length", "", ORIGIN PATH "400303 c00002", NET,
     BGP_TREAT_AS_WITHDRAW, 5, "400303 c00002", 0},
    {"RFC 4271 6.3: NEXT_HOP 0.0.0.0", "", ORIGIN PATH "400304 00000000", NET,
     BGP_TREAT_AS_WITHDRAW, 8, "400304 00000000", 0},
    {"RFC 4271 6.3: NEXT_HOP 224.0.0.5", "", ORIGIN PATH "400304 e0000005", NET,
     BGP_TREAT_AS_WITHDRAW, 8, "400304 e0000005", 0},
    {"7.4: MED length", "", GOOD "800403 000001", NET, BGP_TREAT_AS_WITHDRAW, 5,
     "800403 000001", 0},
    {"7.5: LOCAL_PREF from outside", "", GOOD "400504 00000064", NET,
     BGP_ATTR_DISCARD, 9, "400504 00000064", 0},
    {"7.5: LOCAL_PREF length, outside", "", GOOD "400501 64", NET,
     BGP_ATTR_DISCARD, 9, "400501 64", 0},
    {"7.5: LOCAL_PREF length, inside", "", GOOD "400501 64", NET,
     BGP_TREAT_AS_WITHDRAW, 5, "400501 64", INTERNAL},
    {"7.6: ATOMIC_AGGREGATE length", "", GOOD "400601 00", NET,
     BGP_ATTR_DISCARD, 5, "400601 00", 0},
    {"7.7: AGGREGATOR length", "", GOOD "c00706 fde9 0a000001", NET,
     BGP_ATTR_DISCARD, 5, "c00706 fde9 0a000001", 0},
    {"7.7: AGGREGATOR length, 2-byte", "",
     ORIGIN "400204 0201 fde9" HOP "c00708 0000fde9 0a000001", NET,
     BGP_ATTR_DISCARD, 5, "c00708 0000fde9 0a000001", TWO_BYTE},
    {"RFC 7607: AGGREGATOR AS 0", "", GOOD "c00708 00000000 0a000001", NET,
     BGP_ATTR_DISCARD, 9, NULL, 0},
    {"7.8: COMMUNITIES length", "", GOOD "c00805 0000ffff 00", NET,
     BGP_TREAT_AS_WITHDRAW, 5, "c00805 0000ffff 00", 0},
    {"7.8: COMMUNITIES empty", "", GOOD "c00800", NET, BGP_TREAT_AS_WITHDRAW, 5,
     "c00800", 0},
    {"7.9: ORIGINATOR_ID from outside", "", GOOD "800904 0a000001", NET,
     BGP_ATTR_DISCARD, 9, NULL, 0},
    {"7.9: ORIGINATOR_ID length, inside", "",
     GOOD "400504 00000064 800903 0a0000", NET, BGP_TREAT_AS_WITHDRAW, 5,
     "800903 0a0000", INTERNAL},
    {"7.10: CLUSTER_LIST from outside", "", GOOD "800a04 0a000001", NET,
     BGP_ATTR_DISCARD, 9, NULL, 0},
    {"7.10: CLUSTER_LIST length, inside", "",
     GOOD "400504 00000064 800a05 0a00000100", NET, BGP_TREAT_AS_WITHDRAW, 5,
     NULL, INTERNAL},
    {"7.11: MP_REACH next hop length", "",
     "800e0c 0002 01 04 c0000201 00 08 20 00" ORIGIN PATH, "",
     BGP_SESSION_RESET, 9, NULL, 0},
    {"7.11: MP_REACH next hop overruns", "", "800e05 0002 01 10 20" ORIGIN PATH,
     "", BGP_SESSION_RESET, 9, NULL, 0},
    {"7.11: MP_REACH too short", "", "800e04 0002 01 00" ORIGIN PATH, "",
     BGP_SESSION_RESET, 5, NULL, 0},
    {"5.3: MP_REACH 129 bits", "",
     "800e16 0002 01 10 20010db8000000000000000000000001 00 81" ORIGIN PATH, "",
     BGP_SESSION_RESET, 9, NULL, 0},
    {"RFC 2545: next hop ::", "",
     "800e16 0002 01 10 00000000000000000000000000000000 00 00" ORIGIN PATH, "",
     BGP_TREAT_AS_WITHDRAW, 8, NULL, 0},
    {"RFC 4760: a family not agreed on", "",
     "800e08 0001 80 02 0000 00 00" GOOD, NET, BGP_ATTR_DISCARD, 9, NULL, 0},
    {"7.12: MP_UNREACH too short", "", "800f02 0002", "", BGP_SESSION_RESET, 5,
     NULL, 0},
    {"7.12: MP_UNREACH 129 bits", "", "800f04 0002 01 81", "",
     BGP_SESSION_RESET, 9, NULL, 0},
    {"7.14: EXTENDED_COMMUNITIES length", "", GOOD "c01007 00020000000000", NET,
     BGP_TREAT_AS_WITHDRAW, 5, NULL, 0},
    {"RFC 8092 6: LARGE_COMMUNITY length", "",
     GOOD "c0200b 0000000100000002000000", NET, BGP_TREAT_AS_WITHDRAW, 5, NULL,
     0},
    {"RFC 9234 5: OTC length", "", GOOD "c02303 000001", NET,
     BGP_TREAT_AS_WITHDRAW, 5, NULL, 0},
    {"RFC 6793 4.1: AS4_PATH from a 4-byte peer", "",
     GOOD "c01106 0201 0000fde9", NET, BGP_ATTR_DISCARD, 9, NULL, 0},
    {"RFC 6793 6: AS4_PATH malformed", "",
     ORIGIN "400204 0201 fde9" HOP "c01106 0901 0000fde9", NET,
     BGP_ATTR_DISCARD, 9, NULL, TWO_BYTE},
    {"RFC 6793 6: AS4_AGGREGATOR length", "",
     ORIGIN "400204 0201 fde9" HOP "c01206 00000001 0a00", NET,
     BGP_ATTR_DISCARD, 5, NULL, TWO_BYTE},
    {"RFC 4271 6.3: unknown well-known", "", GOOD "406301 01", NET,
     BGP_SESSION_RESET, 2, "406301 01", 0},
    {"RFC 4271 5: unknown optional", "", GOOD "806301 01", NET, BGP_OK, 0, "",
     0},

    {"RFC 9774 3: AS_SET", "", ORIGIN "40020c 0201 0000fde9 0101 00000007" HOP,
     NET, BGP_TREAT_AS_WITHDRAW, 11, NULL, 0},
    {"RFC 9774 3: AS_SET, allowed by us", "",
     ORIGIN "40020c 0201 0000fde9 0101 00000007" HOP, NET, BGP_OK, 0, "", SETS},
    {"RFC 9774 3: AS_CONFED_SET", "", ORIGIN "400206 0401 0000fde9" HOP, NET,
     BGP_TREAT_AS_WITHDRAW, 11, NULL, 0},
    {"RFC 9774 3: AS_SET in AS4_PATH", "",
     ORIGIN "400204 0201 fde9" HOP "c01106 0101 0000fde9", NET,
     BGP_TREAT_AS_WITHDRAW, 11, NULL, TWO_BYTE},
    {"RFC 6793 6: confederation in AS4_PATH", "",
     ORIGIN "400204 0201 fde9" HOP "c0110c 0301 0000fde8 0201 0000fde9", NET,
     BGP_OK, 0, "", TWO_BYTE},
    {"7.15: IPV6_EXTENDED_COMMUNITIES length", "",
     GOOD "c01913 00000000000000000000000000000000000000", NET,
     BGP_TREAT_AS_WITHDRAW, 5, NULL, 0},
    {"RFC 7311 3.3: AIGP is not for us", "",
     GOOD "801a0b 01000b 0000000000000001", NET, BGP_OK, 0, "", 0},
    {"RFC 7311 3.3: nor to be passed on, whatever its flags", "",
     GOOD "c01a01 01", NET, BGP_OK, 0, "", 0},
    {"RFC 8669 5: PREFIX_SID from outside", "",
     GOOD "c0280a 01 0007 00 0000 00000001", NET, BGP_ATTR_DISCARD, 9, NULL, 0},
    {"RFC 8669 6: PREFIX_SID too short, inside", "",
     GOOD "400504 00000064 c02802 0100", NET, BGP_ATTR_DISCARD, 5, NULL,
     INTERNAL},
    {"RFC 6514 5: PMSI_TUNNEL is passed on", "", GOOD "c01605 0000000000", NET,
     BGP_OK, 0, "", 0},
    {"RFC 8950: IPv6 next hop not agreed on", "",
     "800e19 0001 01 10 20010db8000000000000000000000001 00 18 cb0071" ORIGIN
	 PATH,
     "", BGP_SESSION_RESET, 9, NULL, 0},

    {"the worst decides", "", "400101 09" PATH HOP "400601 00", NET,
     BGP_TREAT_AS_WITHDRAW, 6, "400101 09", 0},
    {"the worst decides, last", "", PATH HOP "400601 00 400101 09", NET,
     BGP_TREAT_AS_WITHDRAW, 6, "400101 09", 0},
};

static void
rfc_7606(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct bgp_session s = session(rows[i].peer != TWO_BYTE);
		uint8_t in[BGP_MSG_MAX], data[64];
		size_t n =
		    update(rows[i].withdrawn, rows[i].attrs, rows[i].nlri, in);
		bool announces = rows[i].nlri[0] != '\0' ||
				 strncmp(rows[i].attrs, "800e", 4) == 0;
		const struct bgp_notify *sent;
		struct bgp_msg m;

		if (rows[i].peer == INTERNAL)
			s.peer_as = s.local_as;
		s.allow_as_set = rows[i].peer == SETS;
		print_message("# %s\n", rows[i].rule);
		assert_int_equal(bgp_msg_decode(&s, in, n, &m), rows[i].treat);
		sent = &m.problem.notify;
		assert_int_equal(sent->code, rows[i].treat ? 3 : 0);
		assert_int_equal(sent->subcode, rows[i].subcode);
		assert_int_equal(m.problem.text[0] != '\0', rows[i].treat != 0);
		if (rows[i].data) {
			assert_int_equal(sent->len, hex(rows[i].data, data));
			assert_memory_equal(sent->data, data, sent->len);
		}
		/* The prefix is used, withdrawn, or the message is void. */
		assert_int_equal(m.update.n_reach > 0,
				 rows[i].treat <= BGP_ATTR_DISCARD &&
				     announces);
		if (rows[i].treat == BGP_TREAT_AS_WITHDRAW)
			assert_int_equal(m.update.n_withdrawn, 1);
		if (rows[i].treat == BGP_SESSION_RESET)
			assert_int_equal(m.update.n_withdrawn, 0);
		bgp_msg_clear(&m);
	}
}

/* What we do not read: passed on with the Partial bit, or dropped. */
static void
passed_on(void **state)
{
	static const struct {
		const char *attr, *unknown;
	} cases[] = {
	    {"c01605 0000000000", "e0160005 0000000000"}, /* PMSI_TUNNEL */
	    {"d0160001 00", "e0160001 00"},
	    {"e08000", "e0800000"},	      /* ATTR_SET */
	    {"e00708 00000000 0a000001", ""}, /* AGGREGATOR of AS 0 */
	    {"801d01 00", ""},		      /* BGP-LS is not transitive */
	    {"801a0b 01000b 0000000000000001", ""},
	    {"c01a0b 01000b 0000000000000001", ""},
	    {"c01914 0002000000000000000000000000000000000000",
	     "c0190014 0002000000000000000000000000000000000000"},
	    {"e01914 0002000000000000000000000000000000000000",
	     "e0190014 0002000000000000000000000000000000000000"},
	    {"c0280a 01 0007 00 0000 00000001", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct bgp_session s = session(true);
		uint8_t in[BGP_MSG_MAX], want[64];
		char text[256];
		struct bgp_msg m;
		size_t n;

		snprintf(text, sizeof text, GOOD "%s", cases[i].attr);
		n = update("", text, NET, in);
		bgp_msg_decode(&s, in, n, &m);
		assert_int_equal(m.update.n_reach, 1);
		n = hex(cases[i].unknown, want);
		assert_int_equal(m.update.reach[0].attrs->unknown_len, n);
		assert_int_equal(m.update.reach[0].attrs->partial, 0);
		if (n > 0)
			assert_memory_equal(m.update.reach[0].attrs->unknown,
					    want, n);
		bgp_msg_clear(&m);
	}
}

static void
lengths_that_contradict(void **state)
{
	static const char *const bodies[] = {
	    "0001 0000", "ffff 0000", "0000 0001", "0000 ffff 00", "0002 0000"};

	(void)state;
	for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
		uint8_t in[64];
		size_t n = message(BGP_UPDATE, bodies[i], in);
		struct bgp_msg m;

		assert_int_equal(bgp_msg_decode(NULL, in, n, &m),
				 BGP_SESSION_RESET);
		assert_int_equal(m.problem.notify.subcode, 1);
		assert_int_equal(m.problem.notify.len, 0);
	}
}

static void
everything(void **state)
{
	uint8_t in[BGP_MSG_MAX];
	size_t n = update(
	    "18 c63364 10 c633",
	    "400101 02 40020a 0202 0000fde9 00030d40 400304 c0000201"
	    "800404 0000000a 400600 c00708 00030d40 0a000001"
	    "e00808 fde9000a ffffff01 c01008 0002fde900000001"
	    "c0200c 0000fde9 00000001 00000002 c02304 0000fde9 c0ff02 abcd"
	    "80fe01 00",
	    "18 cb0071 00 20 cb0072ff", in);
	struct bgp_session s = session(true);
	const struct bgp_attrs *a;
	struct bgp_msg m;
	char text[IP_PREFIXSTRLEN];
	char *path;

	(void)state;
	assert_int_equal(bgp_msg_decode(&s, in, n, &m), BGP_OK);
	assert_int_equal(m.update.n_withdrawn, 2);
	assert_string_equal(ip_prefix_print(&m.update.withdrawn[1], text),
			    "198.51.0.0/16");
	assert_int_equal(m.update.n_reach, 1);
	assert_int_equal(m.update.reach[0].n, 3);
	assert_string_equal(
	    ip_prefix_print(&m.update.reach[0].prefixes[1], text), "0.0.0.0/0");
	a = m.update.reach[0].attrs;
	path = bgp_path_print(a);
	assert_string_equal(path, "65001 200000");
	free(path);
	assert_int_equal(a->origin, BGP_ORIGIN_INCOMPLETE);
	assert_int_equal(a->next_hop.bytes[3], 1);
	assert_true(a->has_med && a->med == 10 && a->atomic_aggregate);
	assert_int_equal(a->aggregator_as, 200000);
	assert_int_equal(a->n_communities, 2);
	assert_int_equal(a->communities[1], BGP_NO_EXPORT);
	assert_int_equal(a->partial, BGP_PARTIAL_COMMUNITIES);
	assert_int_equal(a->n_ext, 1);
	assert_int_equal(a->large[0].b, 2);
	assert_true(a->has_otc && a->otc == 65001);
	/* passed on, and marked as not understood (RFC 4271 9) */
	assert_int_equal(a->unknown_len, 6);
	assert_memory_equal(a->unknown, "\xe0\xff\0\2\xab\xcd", 6);
	bgp_msg_clear(&m);
}

/* Host bits behind the prefix length do not count (RFC 4271 4.3). */
static void
host_bits(void **state)
{
	uint8_t in[BGP_MSG_MAX];
	size_t n = update("09 0aff", "", "", in);
	struct bgp_msg m;
	char text[IP_PREFIXSTRLEN];

	(void)state;
	assert_int_equal(bgp_msg_decode(NULL, in, n, &m), BGP_OK);
	assert_string_equal(ip_prefix_print(&m.update.withdrawn[0], text),
			    "10.128.0.0/9");
	bgp_msg_clear(&m);
}

static void
both_families(void **state)
{
	uint8_t in[BGP_MSG_MAX];
	size_t n = update("", REACH6 GOOD, NET, in);
	struct bgp_session s = session(true);
	const struct bgp_reach *r;
	struct bgp_msg m;

	(void)state;
	assert_int_equal(bgp_msg_decode(&s, in, n, &m), BGP_OK);
	assert_int_equal(m.update.n_reach, 2);
	r = m.update.reach;
	assert_int_equal(r[0].attrs->next_hop.family, IP_V4);
	assert_int_equal(r[1].attrs->next_hop.family, IP_V6);
	assert_int_equal(r[0].prefixes[0].addr.family, IP_V4);
	assert_int_equal(r[1].prefixes[0].addr.family, IP_V6);
	bgp_msg_clear(&m);
	s.families = BGP_IPV6; /* the IPv4 one was not agreed on */
	assert_int_equal(bgp_msg_decode(&s, in, n, &m), BGP_ATTR_DISCARD);
	assert_int_equal(m.update.n_reach, 1);
	assert_int_equal(m.update.reach[0].attrs->next_hop.family, IP_V6);
	bgp_msg_clear(&m);
}

static void
link_local(void **state)
{
	uint8_t in[BGP_MSG_MAX];
	size_t n = update(
	    "",
	    "800e2c 0002 01 20 20010db8000000000000000000000001"
	    "fe800000000000000000000000000001 00 30 20010db80001" ORIGIN PATH,
	    "", in);
	struct bgp_msg m;
	char text[IP_ADDRSTRLEN];

	(void)state;
	assert_int_equal(bgp_msg_decode(NULL, in, n, &m), BGP_OK);
	assert_string_equal(
	    ip_addr_print(&m.update.reach[0].attrs->link_local, text),
	    "fe80::1");
	assert_string_equal(
	    ip_addr_print(&m.update.reach[0].attrs->next_hop, text),
	    "2001:db8::1");
	bgp_msg_clear(&m);
}

/* RFC 6793 4.2.3: AS_PATH, AS4_PATH, what comes out. */
static const struct {
	const char *name, *path, *as4, *text;
} merges[] = {
    {"no AS4_PATH", "0202 fde9 5ba0", "", "65001 23456"},
    {"the whole", "0202 fde9 5ba0", "c0110a 0202 0000fde9 00030d40",
     "65001 200000"},
    {"old speakers prepended", "0203 fde9 fdea 5ba0", "c01106 0201 00030d40",
     "65001 65002 200000"},
    {"a tail longer than the path", "0201 fde9",
     "c0110a 0202 0000fde9 00030d40", "65001"},
    {"a set before the tail", "0201 fde9 0102 fdea fdeb 0201 5ba0",
     "c01106 0201 00030d40", "65001 {65002 65003} 200000"},
    {"a confederation in the tail", "0203 fde9 fdea 5ba0",
     "c01110 0302 0000fde7 0000fde8 0201 00030d40", "65001 65002 200000"},
    {"a set in the tail", "0202 fde9 5ba0 0102 5ba0 5ba0",
     "c01110 0201 00030d40 0102 00030d41 00030d42",
     "65001 200000 {200001 200002}"},
};

static void
as4_merge(void **state)
{
	struct bgp_session s = session(false);

	(void)state;
	s.allow_as_set = true;
	for (size_t i = 0; i < sizeof merges / sizeof *merges; i++) {
		uint8_t in[BGP_MSG_MAX], path[64];
		char attrs[512], *text;
		size_t n;
		struct bgp_msg m;

		print_message("# %s\n", merges[i].name);
		snprintf(attrs, sizeof attrs, ORIGIN "4002%02zx %s " HOP "%s",
			 hex(merges[i].path, path), merges[i].path,
			 merges[i].as4);
		n = update("", attrs, NET, in);
		assert_int_equal(bgp_msg_decode(&s, in, n, &m), BGP_OK);
		text = bgp_path_print(m.update.reach[0].attrs);
		assert_string_equal(text, merges[i].text);
		free(text);
		bgp_msg_clear(&m);
	}
}

/* AS4_PATH counts only if the aggregator was a new speaker, too. */
static void
as4_aggregator(void **state)
{
	static const struct {
		const char *aggregator;
		uint32_t asn;
		const char *path;
	} cases[] = {
	    {"c00706 5ba0 0a000001", 200001, "200000"},
	    {"c00706 fde9 0a000001", 65001, "23456"},
	};
	struct bgp_session s = session(false);

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		uint8_t in[BGP_MSG_MAX];
		char attrs[512], *text;
		struct bgp_msg m;
		size_t n;

		snprintf(attrs, sizeof attrs,
			 ORIGIN "400204 0201 5ba0" HOP "%s c01106 0201 00030d40"
				"c01208 00030d41 0a000002",
			 cases[i].aggregator);
		n = update("", attrs, NET, in);
		assert_int_equal(bgp_msg_decode(&s, in, n, &m), BGP_OK);
		assert_int_equal(m.update.reach[0].attrs->aggregator_as,
				 cases[i].asn);
		text = bgp_path_print(m.update.reach[0].attrs);
		assert_string_equal(text, cases[i].path);
		free(text);
		bgp_msg_clear(&m);
	}
}

static void
end_of_rib(void **state)
{
	static const struct {
		const char *withdrawn, *attrs;
		enum ip_family family;
	} cases[] = {
	    {"", "", IP_V4},
	    {"", "800f03 000201", IP_V6},
	    {"", "900f0003 000201", IP_V6},
	    {"", "800f03 000101", IP_V4},
	    {"", "800f0a 000201 30 20010db80001", IP_NONE},
	    {"08 0a", "", IP_NONE},
	    {"08 0a", "800f03 000201", IP_NONE},
	    {"", ORIGIN, IP_NONE},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		uint8_t in[BGP_MSG_MAX];
		size_t n = update(cases[i].withdrawn, cases[i].attrs, "", in);
		struct bgp_msg m;

		assert_int_equal(bgp_msg_decode(NULL, in, n, &m), BGP_OK);
		assert_int_equal(m.update.end_of_rib, cases[i].family);
		bgp_msg_clear(&m);
	}
}

static void
sentences(void **state)
{
	static const struct {
		const char *attrs, *text;
	} cases[] = {
	    {"400101 03" PATH HOP, "ORIGIN: 3 is none of IGP, EGP, incomplete"},
	    {ORIGIN PATH "400304 7f000001",
	     "NEXT_HOP: 127.0.0.1 is not an address of a host"},
	    {PATH HOP, "ORIGIN: this mandatory attribute is missing"},
	    {GOOD "c00805 0000000000", "COMMUNITIES: a length of 5"},
	    {"c00101 00" PATH HOP, "ORIGIN: flags 0xc0 instead of 0x40"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		uint8_t in[BGP_MSG_MAX];
		size_t n = update("", cases[i].attrs, NET, in);
		struct bgp_msg m;

		bgp_msg_decode(NULL, in, n, &m);
		assert_string_equal(m.problem.text, cases[i].text);
		bgp_msg_clear(&m);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(rfc_7606),
	    cmocka_unit_test(passed_on),
	    cmocka_unit_test(lengths_that_contradict),
	    cmocka_unit_test(everything),
	    cmocka_unit_test(host_bits),
	    cmocka_unit_test(both_families),
	    cmocka_unit_test(link_local),
	    cmocka_unit_test(as4_merge),
	    cmocka_unit_test(as4_aggregator),
	    cmocka_unit_test(end_of_rib),
	    cmocka_unit_test(sentences),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
