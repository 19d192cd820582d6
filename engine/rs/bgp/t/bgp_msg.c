/* Framing, NOTIFICATION, KEEPALIVE, ROUTE-REFRESH. */
#include "bgp_test.h"

#define ONES "ffffffffffffffffffffffffffffffff"

static const struct {
	const char *name, *bytes;
	size_t len; /* what bgp_frame says; 0: more, or bad */
	uint8_t code, subcode;
	const char *data;
} frames[] = {
    {"nothing", "", 0, 0, 0, ""},
    {"half a header", ONES "00", 0, 0, 0, ""},
    {"keepalive", ONES "0013 04", 19, 0, 0, ""},
    {"keepalive and more", ONES "0013 04 ffff", 19, 0, 0, ""},
    {"update, body missing", ONES "0017 02", 0, 0, 0, ""},
    {"marker", "fffffffffffffffffffffffffffffffe 0013 04", 0, 1, 1, ""},
    {"too short", ONES "0012 04", 0, 1, 2, "0012"},
    {"too long", ONES "1001 02", 0, 1, 2, "1001"},
    {"keepalive with body", ONES "0014 04", 0, 1, 2, "0014"},
    {"short OPEN", ONES "001c 01", 0, 1, 2, "001c"},
    {"short UPDATE", ONES "0016 02", 0, 1, 2, "0016"},
    {"short NOTIFICATION", ONES "0014 03", 0, 1, 2, "0014"},
    {"type 0", ONES "0013 00", 0, 1, 3, "00"},
    {"type 6", ONES "0013 06", 0, 1, 3, "06"},
};

static void
framing(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof frames / sizeof *frames; i++) {
		uint8_t in[64], data[8];
		struct bgp_problem p = {0};
		size_t len, n = hex(frames[i].bytes, in);
		bool bad = frames[i].code != 0;

		print_message("# %s\n", frames[i].name);
		assert_int_equal(bgp_frame(NULL, in, n, &len, &p),
				 bad ? BGP_SESSION_RESET : BGP_OK);
		assert_int_equal(len, frames[i].len);
		assert_int_equal(p.notify.code, frames[i].code);
		assert_int_equal(p.notify.subcode, frames[i].subcode);
		assert_int_equal(p.notify.len, hex(frames[i].data, data));
		assert_memory_equal(p.notify.data, data, p.notify.len);
		assert_int_equal(p.text[0] != '\0', bad);
	}
}

static void
whole_messages_only(void **state)
{
	uint8_t in[64];
	struct bgp_msg m;
	size_t n = message(BGP_KEEPALIVE, "", in);

	(void)state;
	assert_int_equal(bgp_msg_decode(NULL, in, n, &m), BGP_OK);
	assert_int_equal(m.type, BGP_KEEPALIVE);
	assert_int_equal(bgp_msg_decode(NULL, in, n - 1, &m),
			 BGP_SESSION_RESET);
	assert_int_equal(bgp_msg_decode(NULL, in, n + 1, &m),
			 BGP_SESSION_RESET);
	assert_int_equal(bgp_msg_decode(NULL, in, 0, &m), BGP_SESSION_RESET);
}

static const struct {
	const char *body;
	bool enhanced;
	uint8_t code, subcode; /* of the answer */
	enum ip_family family;
	uint8_t subtype;
} refreshes[] = {
    {"0001 00 01", false, 0, 0, IP_V4, 0},
    {"0002 00 01", false, 0, 0, IP_V6, 0},
    {"0001 01 01", true, 0, 0, IP_V4, BGP_REFRESH_BEGIN},
    {"0002 02 01", true, 0, 0, IP_V6, BGP_REFRESH_END},
    {"0001 00 80", false, 0, 0, IP_NONE, 0},
    {"4004 00 47", false, 0, 0, IP_NONE, 0},
    {"0001 00", false, 1, 2, IP_NONE, 0},
    {"0001 00 01 00", false, 1, 2, IP_NONE, 0},
    {"0001 01 01 00", true, 7, 1, IP_NONE, 0}, /* RFC 7313 5 */
};

static void
refresh(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof refreshes / sizeof *refreshes; i++) {
		struct bgp_session s = {.enhanced_refresh =
					    refreshes[i].enhanced};
		uint8_t in[64], out[BGP_MSG_MAX];
		struct wbuf w = wbuf_of(out, sizeof out);
		size_t n = message(BGP_REFRESH, refreshes[i].body, in);
		struct bgp_msg m;

		print_message("# %s\n", refreshes[i].body);
		bgp_msg_decode(&s, in, n, &m);
		assert_int_equal(m.problem.notify.code, refreshes[i].code);
		assert_int_equal(m.problem.notify.subcode,
				 refreshes[i].subcode);
		if (m.problem.notify.code == 7)
			assert_memory_equal(m.problem.notify.data, in, n);
		if (m.problem.notify.code != 0)
			continue;
		assert_int_equal(m.refresh.family, refreshes[i].family);
		assert_int_equal(m.refresh.subtype, refreshes[i].subtype);
		if (m.refresh.family == IP_NONE)
			continue;
		bgp_refresh_encode(&w, &m.refresh);
		assert_int_equal(w.len, n);
		assert_memory_equal(out, in, n);
	}
}

static const struct {
	const char *body, *text;
} notifications[] = {
    {"02 02", "OPEN Message Error/Bad Peer AS"},
    {"04 00", "Hold Timer Expired"},
    {"01 01", "Message Header Error/Connection Not Synchronized"},
    {"05 03 02",
     "Finite State Machine Error/Unexpected Message in Established"},
    {"06 07", "Cease/Connection Collision Resolution"},
    {"06 63", "Cease/99"},
    {"2a 01", "Unknown Error/1"},
    {"03 0b 400200", "UPDATE Message Error/Malformed AS_PATH"},
    {"07 01", "ROUTE-REFRESH Message Error/Invalid Message Length"},
    {"08 00", "Send Hold Timer Expired"},
    {"06 0a", "Cease/BFD Down"},
    {"06 09", "Cease/Hard Reset"},
    {"06 09 06", "Cease/Hard Reset"}, /* half a reason */
    {"06 09 06 02 03 627965",
     "Cease/Hard Reset, Cease/Administrative Shutdown: bye"},
    {"06 09 04 00", "Cease/Hard Reset, Hold Timer Expired"},
    /* RFC 9003: length, then UTF-8 */
    {"06 02 05 68656c6c6f", "Cease/Administrative Shutdown: hello"},
    {"06 04 03 627965", "Cease/Administrative Reset: bye"},
    {"06 02 00", "Cease/Administrative Shutdown"},
    {"06 02 05 6869", "Cease/Administrative Shutdown: hi"}, /* cut short */
    {"06 02 04 1b5b316d", "Cease/Administrative Shutdown: ?[1m"},
    {"06 02 04 61006262", "Cease/Administrative Shutdown: a?bb"},
    {"06 02 03 c3bcff", "Cease/Administrative Shutdown: \xc3\xbc?"},
    {"06 03 02 6869", "Cease/Peer De-configured"}, /* none is allowed */
};

static void
notification(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof notifications / sizeof *notifications;
	     i++) {
		uint8_t in[64], out[BGP_MSG_MAX];
		struct wbuf w = wbuf_of(out, sizeof out);
		size_t n = message(BGP_NOTIFICATION, notifications[i].body, in);
		struct bgp_msg m;
		char text[128];

		assert_int_equal(bgp_msg_decode(NULL, in, n, &m), BGP_OK);
		assert_string_equal(
		    bgp_notify_print(&m.notify, text, sizeof text),
		    notifications[i].text);
		bgp_notify_encode(&w, &m.notify);
		assert_int_equal(w.len, n);
		assert_memory_equal(out, in, n);
	}
}

static void
shutdown_text(void **state)
{
	char longer[400], back[300];
	struct bgp_notify n = bgp_notify_cease(BGP_CEASE_SHUTDOWN, "power off");

	(void)state;
	assert_string_equal(bgp_notify_text(&n, back, sizeof back),
			    "power off");
	assert_string_equal(bgp_notify_text(&n, back, 6), "power");
	n = bgp_notify_cease(BGP_CEASE_REJECTED, "not allowed to say");
	assert_int_equal(n.len, 0);
	/* 254 bytes and a character of two: it is left out, not halved */
	memset(longer, 'x', 254);
	strcpy(longer + 254, "\xc3\xbcx");
	n = bgp_notify_cease(BGP_CEASE_RESET, longer);
	assert_int_equal(n.data[0], 254);
	assert_int_equal(strlen(bgp_notify_text(&n, back, sizeof back)), 254);
}

static void
hard_reset(void **state)
{
	struct bgp_notify n = bgp_notify_cease(BGP_CEASE_SHUTDOWN, "power off");
	char text[100];

	(void)state;
	n = bgp_notify_hard(&n);
	assert_string_equal(
	    bgp_notify_print(&n, text, sizeof text),
	    "Cease/Hard Reset, Cease/Administrative Shutdown: power off");
	assert_string_equal(bgp_notify_print(&n, text, 20),
			    "Cease/Hard Reset, C");
	n.len = sizeof n.data; /* the longest reason loses its end */
	n = bgp_notify_hard(&n);
	assert_int_equal(n.len, sizeof n.data);
}

/* The data of a NOTIFICATION is cut at what a message holds, not before. */
static void
long_data(void **state)
{
	static uint8_t in[BGP_MSG_EXTENDED], out[BGP_MSG_MAX];
	struct bgp_session s = {.extended_message = true};
	struct wbuf w = wbuf_of(out, sizeof out);
	static struct bgp_msg m;

	(void)state;
	message(BGP_NOTIFICATION, "03 01", in);
	in[16] = 0xFF;
	in[17] = 0xFF;
	in[sizeof in - 1] = 1;
	assert_int_equal(bgp_msg_decode(&s, in, sizeof in, &m), BGP_OK);
	assert_int_equal(m.notify.len, 4096 - 21);
	bgp_notify_encode(&w, &m.notify);
	assert_int_equal(w.len, 4096);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(framing),
	    cmocka_unit_test(whole_messages_only),
	    cmocka_unit_test(refresh),
	    cmocka_unit_test(notification),
	    cmocka_unit_test(shutdown_text),
	    cmocka_unit_test(hard_reset),
	    cmocka_unit_test(long_data),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
