/* RPSL texts: what is read, what is skipped, what the sets come to. */
#include "irr_test.h"

static struct irr_db *
load(const char *text)
{
	struct irr_db *db = irr_db_new();
	struct err e = {0};

	if (irr_db_rpsl(db, text, strlen(text), "f", &e) < 0)
		fail_msg("%s", e.msg);
	return db;
}

static void
reads_objects(void **state)
{
	static const struct {
		const char *text;
		size_t routes, sets, malformed;
	} cases[] = {
	    {"", 0, 0, 0},
	    {"\n\n# nothing\n% but remarks\n", 0, 0, 0},
	    {"route: 192.0.2.0/24\norigin: AS65001\nsource: X\n", 1, 0, 0},
	    {"route: 192.0.2.0/24\norigin: AS65001", 1, 0, 0},
	    {"ROUTE:192.0.2.0/24\r\nOrigin:\tas65001 # who\r\n\r\n"
	     "route6: 2001:db8::/32\r\norigin: AS65001\r\n",
	     2, 0, 0},
	    {"route:\n 192.0.2.0/24\norigin:\n+\n+ AS65001\n", 1, 0, 0},
	    {"route: 192.0.2.0/24\n# a remark inside\norigin: AS65001\n", 1, 0,
	     0},
	    /* equal ones are one; another origin is another */
	    {"route: 192.0.2.0/24\norigin: AS1\n\n"
	     "route: 192.0.2.0/24\norigin: AS1\nsource: Y\n \t\n"
	     "route: 192.0.2.0/24\norigin: AS1.1\n",
	     2, 0, 0},
	    /* other classes, whatever is in them */
	    {"person: Route\naddress: route: 192.0.2.0/24\norigin: AS1\n\n"
	     "as-block: AS1 - AS2\n: x\n\ninet-rtr: a\nroute: 10.0.0.0/8\n"
	     "origin: AS1\n",
	     0, 0, 0},
	    /* malformed ones of ours */
	    {"route: 192.0.2.0/24\n", 0, 0, 1},
	    {"route: 192.0.2.1/24\norigin: AS1\n", 0, 0, 1},
	    {"route: 2001:db8::/32\norigin: AS1\n", 0, 0, 1},
	    {"route6: 192.0.2.0/24\norigin: AS1\n", 0, 0, 1},
	    {"route: 192.0.2.0/24 10.0.0.0/8\norigin: AS1\n", 0, 0, 1},
	    {"route: 192.0.2.0/24\norigin: AS1 AS2\n", 0, 0, 1},
	    {"route: 192.0.2.0/24\norigin: AS1\norigin: AS2\n", 0, 0, 1},
	    {"route: 192.0.2.0/24\norigin: 1\n", 0, 0, 1},
	    {"route: 192.0.2.0/24\norigin: AS4294967296\n", 0, 0, 1},
	    {"route: 192.0.2.0/24\norigin: AS1\ngarbage\n", 0, 0, 1},
	    {"route: 192.0.2.0/24\norigin: AS1\nroute: 10.0.0.0/8\n"
	     "origin: AS1\n\nroute: 10.0.0.0/8\norigin: AS1\n",
	     1, 0, 1},
	    {"route: 192.0.2.00000000000000000000000000000000000000000000000/24"
	     "\norigin: AS1\n",
	     0, 0, 1},
	    /* sets */
	    {"as-set: AS-A\n\nas-set: as1:as-a\n\nas-set: AS-A:AS1:AS-B_c\n", 0,
	     3, 0},
	    {"as-set: AS-A\nsource: X\n\nas-set: AS-A\nsource: x\n\n"
	     "as-set: AS-A\nsource: Y\n",
	     0, 2, 0},
	    {"as-set: AS-ANY\n\nas-set: AS-\n\nas-set: A\n\nas-set: AS1\n\n"
	     "as-set: AS-A:\n\nas-set: AS-A B\n\nas-set:\n\nas-set: AS-\"\n",
	     0, 0, 8},
	    {"as-set: AS-A\nmembers: AS1, FOO, AS-, AS2, AS3:x\n", 0, 1, 3},
	};

	(void)state;
	for (size_t i = 0; i < N(cases); i++) {
		struct irr_db *db = load(cases[i].text);
		int line;
		size_t malformed = irr_db_malformed(db, &line);
		if (irr_db_routes(db) != cases[i].routes ||
		    irr_db_sets(db) != cases[i].sets ||
		    malformed != cases[i].malformed ||
		    (line != 0) != (malformed != 0))
			fail_msg("case %zu: %zu routes, %zu sets, %zu bad", i,
				 irr_db_routes(db), irr_db_sets(db), malformed);
		irr_db_free(db);
	}
}

/* Of the text read last, and its first. */
static void
finds_the_malformed(void **state)
{
	static const struct {
		const char *text;
		size_t malformed;
		int line;
	} texts[] = {
	    {"# a\n\nroute: 192.0.2.0/24\norigin: AS1\n\n"
	     "route: 192.0.2.0/24\nsource: X\n\nroute: 10\n",
	     2, 6},
	    {"route: 192.0.2.0/24\norigin: AS1\n", 0, 0},
	    {"as-set: AS-A\nmembers: AS1, AS2,\n  AS3,\n  AS-, AS4\n\n"
	     "route: 1\n",
	     2, 4},
	    {"route: 192.0.2.0/24\norigin: x", 1, 1},
	    /* of one name and source, more than anybody looks at */
	    {"as-set: AS-B\n\nas-set: AS-B\n\nas-set: AS-B\n\n"
	     "as-set: AS-B\n\nas-set: AS-B\n\nas-set: AS-B\n\n"
	     "as-set: AS-B\n\nas-set: AS-B\n\nas-set: AS-B\n",
	     1, 17},
	};
	struct irr_db *db = irr_db_new();
	struct err e;
	int line;

	(void)state;
	for (size_t i = 0; i < N(texts); i++) {
		assert_int_equal(irr_db_rpsl(db, texts[i].text,
					     strlen(texts[i].text), "f", &e),
				 0);
		assert_int_equal(irr_db_malformed(db, &line),
				 texts[i].malformed);
		assert_int_equal(line, texts[i].line);
	}
	irr_db_free(db);
}

static void
refuses_what_is_no_rpsl(void **state)
{
	static const char *const texts[] = {
	    "\n{\"AS-FOO\": []}\n", "\nroute 192.0.2.0/24\n",
	    "\n\x1f\x8b\x08\n", "\n- route: x\n"};

	(void)state;
	for (size_t i = 0; i < N(texts); i++) {
		struct irr_db *db = irr_db_new();
		struct err e = {0};
		assert_int_equal(
		    irr_db_rpsl(db, texts[i], strlen(texts[i]), "f", &e), -1);
		assert_string_equal(
		    e.msg, "f:2:1: this is no RPSL: a line such as \"route: "
			   "192.0.2.0/24\" was expected");
		assert_int_equal(e.class, ERR_USAGE);
		irr_db_free(db);
	}
}

/* ---- expansion */

static const char registry[] =
    "as-set:  AS-ONE\n"
    "members: AS1, AS2,AS3\tas2 # AS9\n"
    "         AS4\n"
    "+        AS5\n"
    "members: AS6\n"
    "source:  X\n"
    "\n"
    "as-set:  AS-NEST\n"
    "members: AS-ONE, AS10, AS-LOOP\n"
    "source:  X\n"
    "\n"
    "as-set:  AS-LOOP\n"
    "members: AS-NEST, AS-LOOP, AS11\n"
    "source:  X\n"
    "\n"
    "as-set:  AS-GONE\n"
    "members: AS12, AS-LOST, Y::AS-ONE, AS-LOST, Z::AS-ONE\n"
    "source:  X\n"
    "\n"
    "as-set:  AS-TWICE\n"
    "members: AS20\n"
    "source:  X\n"
    "\n"
    "as-set:  AS-TWICE\n"
    "members: AS21\n"
    "source:  Y\n"
    "\n"
    "as-set:  AS-INX\n"
    "members: AS-TWICE\n"
    "source:  X\n"
    "\n"
    "as-set:  AS-INY\n"
    "members: AS-TWICE, AS-ONE, X::AS-TWICE\n"
    "source:  Y\n"
    "\n"
    "as-set:  AS65001:AS-CUST\n"
    "members: AS65001:AS-CUST:AS-SUB, AS30\n"
    "source:  X\n"
    "\n"
    "as-set:  AS65001:AS-CUST:AS-SUB\n"
    "members: AS31\n"
    "source:  X\n"
    "\n"
    "as-set:  AS-REF\n"
    "members: AS40\n"
    "mbrs-by-ref: MNT-A, MNT-B\n"
    "source:  X\n"
    "\n"
    "as-set:  AS-ANYREF\n"
    "mbrs-by-ref: any\n"
    "source:  X\n"
    "\n"
    "aut-num: AS41\nmember-of: AS-REF, RS-OTHER\nmnt-by: mnt-b\nsource: X\n"
    "\n"
    "aut-num: AS42\nmember-of: AS-REF\nmnt-by: MNT-C\nsource: X\n"
    "\n"
    "aut-num: AS43\nmember-of: AS-REF\nmnt-by: MNT-A\nsource: Y\n"
    "\n"
    "aut-num: AS44\nmember-of: AS-ANYREF, AS-ONE\nmnt-by: M\nsource: X\n";

static void
expands_sets(void **state)
{
	static const struct {
		const char *names, *expect;
	} cases[] = {
	    {"", ""},
	    {"AS65001", "65001"},
	    {"AS1 AS2 as1", "1 2"},
	    {"AS-ONE", "1 2 3 4 5 6"},
	    {"as-one", "1 2 3 4 5 6"},
	    {"AS-NEST", "1 2 3 4 5 6 10 11"},
	    {"AS-LOOP", "1 2 3 4 5 6 10 11"},
	    {"AS-GONE", "12 | AS-LOST Y::AS-ONE"},
	    {"AS-NOPE AS7", "7 | AS-NOPE"},
	    {"65001 AS-", " | 65001 AS-"},
	    /* the same name in two registries */
	    {"AS-TWICE", "20"},
	    {"X::AS-TWICE", "20"},
	    {"Y::AS-TWICE", "21"},
	    {"y::as-twice AS-TWICE", "20 21"},
	    {"AS-TWICE@Y", "21"},
	    {"Z::AS-TWICE", " | Z::AS-TWICE"},
	    {"AS-INX", "20"},
	    {"AS-INY", "1 2 3 4 5 6 20 21"},
	    /* names with a colon are not names with a source */
	    {"AS65001:AS-CUST", "30 31"},
	    {"X::AS65001:AS-CUST", "30 31"},
	    /* members by reference */
	    {"AS-REF", "40 41"},
	    {"AS-ANYREF", "44"},
	};
	struct irr_db *db = load(registry);
	char out[512];
	int line;

	(void)state;
	assert_int_equal(irr_db_malformed(db, &line), 0);
	assert_int_equal(irr_db_sets(db), 12);
	for (size_t i = 0; i < N(cases); i++) {
		irr_test_filter(db, cases[i].names, out, sizeof(out));
		if (strcmp(out, cases[i].expect) != 0)
			fail_msg("%s: \"%s\", not \"%s\"", cases[i].names, out,
				 cases[i].expect);
	}
	irr_db_free(db);
}

/* A chain as deep as there are sets, each naming all that come after it. */
static void
expands_deep_chains(void **state)
{
	struct irr_db *db = irr_db_new();
	struct irr_filter *f;
	const char *name = "AS-0";
	const uint32_t *asns;
	char text[256];
	struct err e;

	(void)state;
	for (int i = 0; i < 100000; i++) {
		int n = snprintf(text, sizeof(text),
				 "as-set: AS-%d\nmembers: AS-%d, AS-%d, AS%d\n",
				 i, (i + 1) % 100000, i / 2, i + 1);
		assert_int_equal(irr_db_rpsl(db, text, (size_t)n, "f", &e), 0);
	}
	f = irr_filter_new(db, &name, 1);
	assert_int_equal(irr_filter_asns(f, &asns), 100000);
	assert_true(irr_filter_has_asn(f, 1));
	assert_true(irr_filter_has_asn(f, 100000));
	assert_false(irr_filter_has_asn(f, 100001));
	assert_false(irr_filter_has_asn(f, 0));
	irr_filter_free(f);
	irr_db_free(db);
}

static void
knows_prefixes(void **state)
{
	static const struct {
		const char *prefix;
		bool exact, longer;
	} cases[] = {
	    {"192.0.2.0/24", true, true},    {"192.0.2.0/25", false, true},
	    {"192.0.2.128/32", false, true}, {"192.0.2.0/23", false, false},
	    {"192.0.3.0/24", false, false},  /* of another AS */
	    {"198.51.100.0/24", true, true}, /* two origins, one is ours */
	    {"2001:db8::/32", true, true},   {"2001:db8::/48", false, true},
	    {"c000:200::/24", false, false}, /* the same bits */
	};
	struct irr_db *db = load("route: 192.0.2.0/24\norigin: AS1\n\n"
				 "route: 192.0.3.0/24\norigin: AS2\n\n"
				 "route: 198.51.100.0/24\norigin: AS2\n\n"
				 "route: 198.51.100.0/24\norigin: AS1\n\n"
				 "route: 198.51.100.0/24\norigin: AS3\n\n"
				 "route6: 2001:db8::/32\norigin: AS1\n");
	const char *names[] = {"AS1"};
	struct irr_filter *f = irr_filter_new(db, names, 1);
	struct ip_prefix p;

	(void)state;
	for (size_t i = 0; i < N(cases); i++) {
		assert_true(ip_prefix_parse(cases[i].prefix, &p));
		if (irr_filter_has_prefix(f, &p, false) != cases[i].exact ||
		    irr_filter_has_prefix(f, &p, true) != cases[i].longer)
			fail_msg("%s", cases[i].prefix);
	}
	irr_filter_free(f);
	irr_db_free(db);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_objects),
	    cmocka_unit_test(finds_the_malformed),
	    cmocka_unit_test(refuses_what_is_no_rpsl),
	    cmocka_unit_test(expands_sets),
	    cmocka_unit_test(expands_deep_chains),
	    cmocka_unit_test(knows_prefixes),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("irr_rpsl", tests, NULL, NULL);
}
