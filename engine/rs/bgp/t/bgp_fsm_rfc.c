/*
 * The table of RFC 4271 8.2.2: what happens in each state at each event.
 *
 * A row says what the RFC (with 6608 for the subcodes of FSM errors, and 9687 for
 * event 29) wants done, and the state it leads to. Where our machine does
 * otherwise the row says what it does, and why. Events of optional features that
 * it does not have stand there too: they cannot happen, so nothing does.
 *
 * Words: "notify4/0" is a NOTIFICATION with that code and subcode; "close" drops
 * the connection, "-in" marks the one that the peer opened, all others concern
 * the one that we did. The RFC has a machine for each connection and we have one
 * for both, so a row may also show what the other connection does.
 */
#include "bgp_fsm_test.h"

struct row {
	enum bgp_state state;
	enum event event;
	const char *rfc; /* actions */
	enum bgp_state rfc_next;
	const char *why, *ours; /* where we differ */
	enum bgp_state next;
};

/* As the RFC says; otherwise, and why. */
#define SAME(state, event, actions, next)            \
	{                                            \
		state, event, actions, next, 0, 0, 0 \
	}
#define ELSE(state, event, rfc, rfc_next, ours, next, why)   \
	{                                                    \
		state, event, rfc, rfc_next, why, ours, next \
	}

#define NO_TIMER "that timer does not run in this state"
#define NO_DELAY "DelayOpen is an option that we do not have"
#define NO_MESSAGES "without a connection there are no messages"
#define TOO_LATE                                                         \
	"our OPEN there could make the peer drop this one (6.8), whose " \
	"KEEPALIVE it may not have read"
#define NEVER_ANSWERED "6.4: a NOTIFICATION is not answered"

/* clang-format off */
static const struct row table[] = {
SAME(IDLE, MANUAL_START,                    "connect", CONNECT),
SAME(IDLE, MANUAL_STOP,                     "", IDLE),
SAME(IDLE, AUTOMATIC_START,                 "connect", CONNECT),
SAME(IDLE, MANUAL_START_PASSIVE,            "", ACTIVE),
SAME(IDLE, AUTOMATIC_START_PASSIVE,         "", ACTIVE),
SAME(IDLE, AUTOMATIC_START_DAMPED,          "connect", CONNECT),
SAME(IDLE, AUTOMATIC_START_DAMPED_PASSIVE,  "", ACTIVE),
SAME(IDLE, AUTOMATIC_STOP,                  "", IDLE),
SAME(IDLE, CONNECT_RETRY_EXPIRES,           "", IDLE),
SAME(IDLE, HOLD_EXPIRES,                    "", IDLE),
SAME(IDLE, KEEPALIVE_EXPIRES,               "", IDLE),
SAME(IDLE, DELAY_OPEN_EXPIRES,              "", IDLE),
SAME(IDLE, IDLE_HOLD_EXPIRES,               "connect", CONNECT),
SAME(IDLE, TCP_VALID,                       "", IDLE),
SAME(IDLE, TCP_INVALID,                     "", IDLE),
SAME(IDLE, TCP_ACKED,                       "close", IDLE),
SAME(IDLE, TCP_CONFIRMED,                   "close-in", IDLE),
SAME(IDLE, TCP_FAILS,                       "", IDLE),
SAME(IDLE, OPEN,                            "", IDLE),
SAME(IDLE, OPEN_DELAYED,                    "", IDLE),
SAME(IDLE, HEADER_ERR,                      "", IDLE),
SAME(IDLE, OPEN_ERR,                        "", IDLE),
SAME(IDLE, COLLISION_DUMP,                  "", IDLE),
SAME(IDLE, VERSION_ERR,                     "", IDLE),
SAME(IDLE, NOTIFICATION,                    "", IDLE),
SAME(IDLE, KEEPALIVE,                       "", IDLE),
SAME(IDLE, UPDATE,                          "", IDLE),
SAME(IDLE, UPDATE_ERR,                      "", IDLE),
SAME(IDLE, SEND_HOLD_EXPIRES,               "", IDLE),

SAME(CONNECT, MANUAL_START,                 "", CONNECT),
SAME(CONNECT, MANUAL_STOP,                  "close", IDLE),
SAME(CONNECT, AUTOMATIC_START,              "", CONNECT),
SAME(CONNECT, MANUAL_START_PASSIVE,         "", CONNECT),
SAME(CONNECT, AUTOMATIC_START_PASSIVE,      "", CONNECT),
SAME(CONNECT, AUTOMATIC_START_DAMPED,       "", CONNECT),
SAME(CONNECT, AUTOMATIC_START_DAMPED_PASSIVE, "", CONNECT),
SAME(CONNECT, AUTOMATIC_STOP,               "close", IDLE),
SAME(CONNECT, CONNECT_RETRY_EXPIRES,        "close connect", CONNECT),
ELSE(CONNECT, HOLD_EXPIRES,                 "close", IDLE,
     "", CONNECT, NO_TIMER),
ELSE(CONNECT, KEEPALIVE_EXPIRES,            "close", IDLE,
     "", CONNECT, NO_TIMER),
ELSE(CONNECT, DELAY_OPEN_EXPIRES,           "open", OPENSENT,
     "", CONNECT, NO_DELAY),
ELSE(CONNECT, IDLE_HOLD_EXPIRES,            "close", IDLE,
     "", CONNECT, NO_TIMER),
SAME(CONNECT, TCP_VALID,                    "", CONNECT),
SAME(CONNECT, TCP_INVALID,                  "", CONNECT),
SAME(CONNECT, TCP_ACKED,                    "open", OPENSENT),
SAME(CONNECT, TCP_CONFIRMED,                "open-in", OPENSENT),
ELSE(CONNECT, TCP_FAILS,                    "", IDLE, "", ACTIVE,
     "the peer may connect to us while we wait to try again"),
ELSE(CONNECT, OPEN,                         "close", IDLE,
     "", CONNECT, NO_MESSAGES),
ELSE(CONNECT, OPEN_DELAYED,                 "open keepalive", CONFIRM,
     "", CONNECT, NO_DELAY),
ELSE(CONNECT, HEADER_ERR,                   "close", IDLE,
     "", CONNECT, NO_MESSAGES),
ELSE(CONNECT, OPEN_ERR,                     "close", IDLE,
     "", CONNECT, NO_MESSAGES),
SAME(CONNECT, COLLISION_DUMP,               "close keepalive-in", IDLE),
ELSE(CONNECT, VERSION_ERR,                  "close", IDLE,
     "", CONNECT, NO_MESSAGES),
ELSE(CONNECT, NOTIFICATION,                 "close", IDLE,
     "", CONNECT, NO_MESSAGES),
ELSE(CONNECT, KEEPALIVE,                    "close", IDLE,
     "", CONNECT, NO_MESSAGES),
ELSE(CONNECT, UPDATE,                       "close", IDLE,
     "", CONNECT, NO_MESSAGES),
ELSE(CONNECT, UPDATE_ERR,                   "close", IDLE,
     "", CONNECT, NO_MESSAGES),
SAME(CONNECT, SEND_HOLD_EXPIRES,            "", CONNECT),

SAME(ACTIVE, MANUAL_START,                  "", ACTIVE),
SAME(ACTIVE, MANUAL_STOP,                   "", IDLE),
SAME(ACTIVE, AUTOMATIC_START,               "", ACTIVE),
SAME(ACTIVE, MANUAL_START_PASSIVE,          "", ACTIVE),
SAME(ACTIVE, AUTOMATIC_START_PASSIVE,       "", ACTIVE),
SAME(ACTIVE, AUTOMATIC_START_DAMPED,        "", ACTIVE),
SAME(ACTIVE, AUTOMATIC_START_DAMPED_PASSIVE, "", ACTIVE),
SAME(ACTIVE, AUTOMATIC_STOP,                "", IDLE),
SAME(ACTIVE, CONNECT_RETRY_EXPIRES,         "connect", CONNECT),
ELSE(ACTIVE, HOLD_EXPIRES,                  "", IDLE, "", ACTIVE, NO_TIMER),
ELSE(ACTIVE, KEEPALIVE_EXPIRES,             "", IDLE, "", ACTIVE, NO_TIMER),
ELSE(ACTIVE, DELAY_OPEN_EXPIRES,            "open", OPENSENT,
     "", ACTIVE, NO_DELAY),
ELSE(ACTIVE, IDLE_HOLD_EXPIRES,             "", IDLE, "", ACTIVE, NO_TIMER),
SAME(ACTIVE, TCP_VALID,                     "", ACTIVE),
SAME(ACTIVE, TCP_INVALID,                   "", ACTIVE),
ELSE(ACTIVE, TCP_ACKED,                     "open", OPENSENT, "", ACTIVE,
     "no attempt of ours is under way here"),
SAME(ACTIVE, TCP_CONFIRMED,                 "open-in", OPENSENT),
ELSE(ACTIVE, TCP_FAILS,                     "", IDLE, "", ACTIVE,
     "there is no connection to fail"),
ELSE(ACTIVE, OPEN,                          "", IDLE, "", ACTIVE, NO_MESSAGES),
ELSE(ACTIVE, OPEN_DELAYED,                  "open keepalive", CONFIRM,
     "", ACTIVE, NO_DELAY),
ELSE(ACTIVE, HEADER_ERR,                    "", IDLE, "", ACTIVE, NO_MESSAGES),
ELSE(ACTIVE, OPEN_ERR,                      "", IDLE, "", ACTIVE, NO_MESSAGES),
SAME(ACTIVE, COLLISION_DUMP,                "keepalive-in", IDLE),
ELSE(ACTIVE, VERSION_ERR,                   "", IDLE, "", ACTIVE, NO_MESSAGES),
ELSE(ACTIVE, NOTIFICATION,                  "", IDLE, "", ACTIVE, NO_MESSAGES),
ELSE(ACTIVE, KEEPALIVE,                     "", IDLE, "", ACTIVE, NO_MESSAGES),
ELSE(ACTIVE, UPDATE,                        "", IDLE, "", ACTIVE, NO_MESSAGES),
ELSE(ACTIVE, UPDATE_ERR,                    "", IDLE, "", ACTIVE, NO_MESSAGES),
SAME(ACTIVE, SEND_HOLD_EXPIRES,             "", ACTIVE),

SAME(OPENSENT, MANUAL_START,                "", OPENSENT),
SAME(OPENSENT, MANUAL_STOP,                 "notify6/2 close", IDLE),
SAME(OPENSENT, AUTOMATIC_START,             "", OPENSENT),
SAME(OPENSENT, MANUAL_START_PASSIVE,        "", OPENSENT),
SAME(OPENSENT, AUTOMATIC_START_PASSIVE,     "", OPENSENT),
SAME(OPENSENT, AUTOMATIC_START_DAMPED,      "", OPENSENT),
SAME(OPENSENT, AUTOMATIC_START_DAMPED_PASSIVE, "", OPENSENT),
SAME(OPENSENT, AUTOMATIC_STOP,              "notify6/1 close", IDLE),
ELSE(OPENSENT, CONNECT_RETRY_EXPIRES,       "notify5/1 close", IDLE,
     "", OPENSENT, NO_TIMER),
SAME(OPENSENT, HOLD_EXPIRES,                "notify4/0 close", IDLE),
ELSE(OPENSENT, KEEPALIVE_EXPIRES,           "notify5/1 close", IDLE,
     "", OPENSENT, NO_TIMER),
ELSE(OPENSENT, DELAY_OPEN_EXPIRES,          "notify5/1 close", IDLE,
     "", OPENSENT, NO_DELAY),
ELSE(OPENSENT, IDLE_HOLD_EXPIRES,           "notify5/1 close", IDLE,
     "", OPENSENT, NO_TIMER),
SAME(OPENSENT, TCP_VALID,                   "", OPENSENT),
SAME(OPENSENT, TCP_INVALID,                 "", OPENSENT),
SAME(OPENSENT, TCP_ACKED,                   "", OPENSENT),
SAME(OPENSENT, TCP_CONFIRMED,               "open-in", OPENSENT),
SAME(OPENSENT, TCP_FAILS,                   "", ACTIVE),
SAME(OPENSENT, OPEN,                        "keepalive", CONFIRM),
ELSE(OPENSENT, OPEN_DELAYED,                "notify5/1 close", IDLE,
     "keepalive", CONFIRM,
     "DelayOpen is an option that we do not have: it is an OPEN like any other"),
SAME(OPENSENT, HEADER_ERR,                  "notify1/1 close", IDLE),
SAME(OPENSENT, OPEN_ERR,                    "notify2/2 close", IDLE),
SAME(OPENSENT, COLLISION_DUMP,              "notify6/7 close keepalive-in", IDLE),
SAME(OPENSENT, VERSION_ERR,                 "close", IDLE),
ELSE(OPENSENT, NOTIFICATION,                "notify5/1 close", IDLE,
     "close", IDLE, NEVER_ANSWERED),
SAME(OPENSENT, KEEPALIVE,                   "notify5/1 close", IDLE),
SAME(OPENSENT, UPDATE,                      "notify5/1 close", IDLE),
SAME(OPENSENT, UPDATE_ERR,                  "notify5/1 close", IDLE),
SAME(OPENSENT, SEND_HOLD_EXPIRES,           "", OPENSENT),
SAME(OPENSENT, REFRESH,                     "notify5/1 close", IDLE),

SAME(CONFIRM, MANUAL_START,                 "", CONFIRM),
SAME(CONFIRM, MANUAL_STOP,                  "notify6/2 close", IDLE),
SAME(CONFIRM, AUTOMATIC_START,              "", CONFIRM),
SAME(CONFIRM, MANUAL_START_PASSIVE,         "", CONFIRM),
SAME(CONFIRM, AUTOMATIC_START_PASSIVE,      "", CONFIRM),
SAME(CONFIRM, AUTOMATIC_START_DAMPED,       "", CONFIRM),
SAME(CONFIRM, AUTOMATIC_START_DAMPED_PASSIVE, "", CONFIRM),
SAME(CONFIRM, AUTOMATIC_STOP,               "notify6/1 close", IDLE),
ELSE(CONFIRM, CONNECT_RETRY_EXPIRES,        "notify5/2 close", IDLE,
     "", CONFIRM, NO_TIMER),
SAME(CONFIRM, HOLD_EXPIRES,                 "notify4/0 close", IDLE),
SAME(CONFIRM, KEEPALIVE_EXPIRES,            "keepalive", CONFIRM),
ELSE(CONFIRM, DELAY_OPEN_EXPIRES,           "notify5/2 close", IDLE,
     "", CONFIRM, NO_DELAY),
ELSE(CONFIRM, IDLE_HOLD_EXPIRES,            "notify5/2 close", IDLE,
     "", CONFIRM, NO_TIMER),
SAME(CONFIRM, TCP_VALID,                    "", CONFIRM),
SAME(CONFIRM, TCP_INVALID,                  "", CONFIRM),
SAME(CONFIRM, TCP_ACKED,                    "", CONFIRM),
ELSE(CONFIRM, TCP_CONFIRMED,                "open-in", CONFIRM,
     "notify6/7-in close-in", CONFIRM, TOO_LATE),
SAME(CONFIRM, TCP_FAILS,                    "", IDLE),
ELSE(CONFIRM, OPEN,                         "", CONFIRM,
     "notify5/2 close", IDLE,
     "the RFC means one on another connection; a second one here is RFC 6608 4"),
ELSE(CONFIRM, OPEN_DELAYED,                 "notify5/2 close", IDLE,
     "notify5/2 close", IDLE, NO_DELAY),
SAME(CONFIRM, HEADER_ERR,                   "notify1/1 close", IDLE),
SAME(CONFIRM, OPEN_ERR,                     "notify2/2 close", IDLE),
SAME(CONFIRM, COLLISION_DUMP,               "notify6/7 close keepalive-in", IDLE),
SAME(CONFIRM, VERSION_ERR,                  "close", IDLE),
SAME(CONFIRM, NOTIFICATION,                 "close", IDLE),
SAME(CONFIRM, KEEPALIVE,                    "up", UP),
SAME(CONFIRM, UPDATE,                       "notify5/2 close", IDLE),
SAME(CONFIRM, UPDATE_ERR,                   "notify5/2 close", IDLE),
ELSE(CONFIRM, SEND_HOLD_EXPIRES,            "notify8/0 close", IDLE,
     "", CONFIRM,
     "what we have said so far fits into any socket; the HoldTimer is enough"),
SAME(CONFIRM, REFRESH,                      "notify5/2 close", IDLE),

SAME(UP, MANUAL_START,                      "", UP),
SAME(UP, MANUAL_STOP,                       "notify6/2 close down", IDLE),
SAME(UP, AUTOMATIC_START,                   "", UP),
SAME(UP, MANUAL_START_PASSIVE,              "", UP),
SAME(UP, AUTOMATIC_START_PASSIVE,           "", UP),
SAME(UP, AUTOMATIC_START_DAMPED,            "", UP),
SAME(UP, AUTOMATIC_START_DAMPED_PASSIVE,    "", UP),
SAME(UP, AUTOMATIC_STOP,                    "notify6/1 close down", IDLE),
ELSE(UP, CONNECT_RETRY_EXPIRES,             "notify5/3 close down", IDLE,
     "", UP, NO_TIMER),
SAME(UP, HOLD_EXPIRES,                      "notify4/0 close down", IDLE),
SAME(UP, KEEPALIVE_EXPIRES,                 "keepalive", UP),
ELSE(UP, DELAY_OPEN_EXPIRES,                "notify5/3 close down", IDLE,
     "", UP, NO_DELAY),
ELSE(UP, IDLE_HOLD_EXPIRES,                 "notify5/3 close down", IDLE,
     "", UP, NO_TIMER),
SAME(UP, TCP_VALID,                         "", UP),
SAME(UP, TCP_INVALID,                       "", UP),
SAME(UP, TCP_ACKED,                         "", UP),
ELSE(UP, TCP_CONFIRMED,                     "open-in", UP,
     "notify6/7-in close-in", UP, TOO_LATE),
SAME(UP, TCP_FAILS,                         "down", IDLE),
ELSE(UP, OPEN,                              "", UP,
     "notify5/3 close down", IDLE,
     "the RFC means one on another connection; a second one here is RFC 6608 4"),
SAME(UP, OPEN_DELAYED,                      "notify5/3 close down", IDLE),
ELSE(UP, HEADER_ERR,                        "notify5/3 close down", IDLE,
     "notify1/1 close down", IDLE,
     "6.1 says that header errors have code 1, in every state"),
SAME(UP, OPEN_ERR,                          "notify5/3 close down", IDLE),
ELSE(UP, COLLISION_DUMP,                    "notify6/7 close down", IDLE,
     "notify6/7-in close-in", UP,
     "CollisionDetectEstablishedState is an option that we do not have"
     ": the newcomer goes"),
SAME(UP, VERSION_ERR,                       "close down", IDLE),
SAME(UP, NOTIFICATION,                      "close down", IDLE),
SAME(UP, KEEPALIVE,                         "", UP),
SAME(UP, UPDATE,                            "update", UP),
SAME(UP, UPDATE_ERR,                        "notify3/1 close down", IDLE),
SAME(UP, SEND_HOLD_EXPIRES,                 "notify8/0 close down", IDLE),
SAME(UP, REFRESH,                           "refresh", UP),
};
/* clang-format on */

enum { ROWS = sizeof table / sizeof *table };

/* Each pair of a state and an event has exactly one row. */
static void
complete(void **state)
{
	(void)state;
	for (int s = BGP_IDLE; s <= BGP_ESTABLISHED; s++) {
		for (int e = MANUAL_START; e <= SEND_HOLD_EXPIRES; e++) {
			size_t n = 0;

			for (size_t i = 0; i < ROWS; i++)
				n += (int)table[i].state == s &&
				     (int)table[i].event == e;
			if (n != 1)
				fail_msg("%s, event %d: %zu rows",
					 bgp_state_name((enum bgp_state)s), e,
					 n);
		}
	}
}

/* A deviation differs, and has a reason. */
static void
reasons(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS; i++) {
		const struct row *r = &table[i];

		if (r->ours == NULL)
			continue;
		assert_true(strlen(r->why) > 10);
		assert_true(strcmp(r->ours, r->rfc) != 0 ||
			    r->next != r->rfc_next || r->event == OPEN_DELAYED);
	}
}

static void
rfc_4271_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS; i++) {
		const struct row *r = &table[i];
		enum bgp_state next = r->ours ? r->next : r->rfc_next;
		char text[256];

		print_message("# %s, event %d%s%s\n", bgp_state_name(r->state),
			      r->event, r->ours ? ": " : "",
			      r->ours ? r->why : "");
		reach(r->state);
		happen(r->event);
		print_actions(text, sizeof text);
		assert_string_equal(text, r->ours ? r->ours : r->rfc);
		assert_string_equal(bgp_state_name(r->event == COLLISION_DUMP
						       ? fsm.conn[BGP_OUT].state
						       : bgp_fsm_state(&fsm)),
				    bgp_state_name(next));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(complete),
	    cmocka_unit_test(reasons),
	    cmocka_unit_test(rfc_4271_table),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
