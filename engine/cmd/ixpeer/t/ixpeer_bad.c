/* Every row of the table: our own reader answers what RFC 7606 asks for, with
 * the subcode the row names; and no two rows send the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cmd/ixpeer/ixpeer_bad.c"
#include "cmd/ixpeer/ixpeer_bad_table.c"

static const struct bgp_session teller = {
    .local_as = 64496, .peer_as = 64500, .as4 = true, .families = 3};
static const struct bgp_session reader = {
    .local_as = 64500, .peer_as = 64496, .as4 = true, .families = 3};

/* A good UPDATE of one prefix. */
static size_t
good(enum ip_family f, uint8_t bytes[BGP_MSG_MAX])
{
	struct wbuf w = wbuf_of(bytes, BGP_MSG_MAX);
	struct bgp_attrs *a = bgp_attrs_new();
	struct ip_prefix p;

	assert_true(ip_prefix_parse(
	    f == IP_V4 ? "198.51.100.0/24" : "2001:db8:1::/48", &p));
	assert_true(ip_addr_parse(f == IP_V4 ? "192.0.2.1" : "2001:db8::1",
				  &a->next_hop));
	bgp_path_set(a, &teller.local_as, 1);
	a->communities = NULL;
	assert_int_equal(bgp_announce_encode(&w, &teller, a, f, &p, NULL, 1),
			 1);
	bgp_attrs_unref(a);
	return w.len;
}

static void
read_one(const struct ixpeer_bad *b, enum ip_family f, const uint8_t *bytes,
	 size_t len)
{
	struct bgp_problem problem = {0};
	enum bgp_treat treat;
	struct bgp_msg m;
	size_t framed;

	assert_int_equal(bgp_frame(&reader, bytes, len, &framed, &problem),
			 BGP_OK);
	assert_int_equal(framed, len);
	treat = bgp_msg_decode(&reader, bytes, len, &m);
	if (treat != b->treat || m.problem.notify.code != b->code ||
	    m.problem.notify.subcode != b->subcode)
		fail_msg("%s over %s: %s, %u/%u (%s)", b->name,
			 ip_family_name(f), bgp_treat_name(treat),
			 m.problem.notify.code, m.problem.notify.subcode,
			 m.problem.text);
	if (treat == BGP_TREAT_AS_WITHDRAW)
		assert_int_equal(m.update.n_withdrawn, 1);
	else if (treat != BGP_SESSION_RESET)
		assert_int_equal(m.update.n_reach, 1);
	bgp_msg_clear(&m);
}

static void
updates(void **state)
{
	(void)state;
	for (size_t i = 0; i < ixpeer_bad_n; i++) {
		const struct ixpeer_bad *b = &ixpeer_bad[i];

		if (b->kind != IXPEER_BAD_UPDATE)
			continue;
		for (int k = 0; k < 2; k++) {
			enum ip_family f = k ? IP_V6 : IP_V4;
			uint8_t in[BGP_MSG_MAX], bytes[BGP_MSG_MAX + 64];
			struct wbuf out = wbuf_of(bytes, sizeof bytes);
			bool made;

			made = ixpeer_bad_update(b, in, good(f, in), &out);
			if (made != (b->family == IP_NONE || b->family == f))
				fail_msg("%s over %s: made %d", b->name,
					 ip_family_name(f), made);
			if (made)
				read_one(b, f, bytes, out.len);
			else
				assert_int_equal(out.len, 0);
		}
	}
}

static void
no_room(void **state)
{
	uint8_t in[BGP_MSG_MAX], bytes[BGP_MSG_MAX];
	size_t len = good(IP_V4, in);

	(void)state;
	for (size_t i = 0; i < ixpeer_bad_n; i++)
		for (size_t room = 0; room < len - 12; room++) {
			struct wbuf out = wbuf_of(bytes, room);

			assert_false(
			    ixpeer_bad_update(&ixpeer_bad[i], in, len, &out));
		}
}

static void
messages(void **state)
{
	(void)state;
	for (size_t i = 0; i < ixpeer_bad_n; i++) {
		const struct ixpeer_bad *b = &ixpeer_bad[i];
		struct bgp_problem problem = {0};
		size_t len;

		if (b->how != IXPEER_BYTES)
			continue;
		assert_int_equal(bgp_frame(&reader, (const void *)b->value,
					   b->len, &len, &problem),
				 BGP_SESSION_RESET);
		assert_int_equal(problem.notify.code, b->code);
		assert_int_equal(problem.notify.subcode, b->subcode);
	}
}

static void
names(void **state)
{
	const char *near;

	(void)state;
	for (size_t i = 0; i < ixpeer_bad_n; i++) {
		const struct ixpeer_bad *b = &ixpeer_bad[i];

		assert_ptr_equal(ixpeer_bad_find(b->name, NULL), b);
		assert_true(strlen(b->rfc) >= 4 && strlen(b->what) > 5);
	}
	assert_null(ixpeer_bad_find("lead", &near));
	assert_string_equal(near, "leak");
	assert_null(ixpeer_bad_find("be good", &near));
	assert_null(near);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(updates),
	    cmocka_unit_test(no_room),
	    cmocka_unit_test(messages),
	    cmocka_unit_test(names),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
