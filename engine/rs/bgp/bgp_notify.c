/*
 * bgp_notify: the last words of a session, and their names.
 *
 * A NOTIFICATION is code, subcode and data (RFC 4271 4.5); the sender closes
 * right after it, and it is never answered. The codes are in one table here,
 * with the subcodes of RFC 4271 6, RFC 4486 and 8538 (Cease), RFC 6608 (which
 * state met an unexpected message), RFC 7313 (route refresh) and RFC 9234
 * (roles). A Cease of a shutdown or reset may carry a sentence for the other
 * operator (RFC 9003), which comes from outside and is cleaned before use.
 *
 * Between two speakers of graceful restart that set the N bit a NOTIFICATION ends
 * the session but not the routes (RFC 8538). Who means "and forget my routes"
 * puts the reason, code, subcode and data, into a Cease/Hard Reset.
 */
#include "rs/bgp/bgp_priv.h"

#include <stdio.h>
#include <string.h>

#include "base/str.h"

static const struct {
	uint8_t code, subcode; /* subcode 0 names the code itself */
	const char *name;
} names[] = {
    {1, 0, "Message Header Error"},
    {1, 1, "Connection Not Synchronized"},
    {1, 2, "Bad Message Length"},
    {1, 3, "Bad Message Type"},
    {2, 0, "OPEN Message Error"},
    {2, 1, "Unsupported Version Number"},
    {2, 2, "Bad Peer AS"},
    {2, 3, "Bad BGP Identifier"},
    {2, 4, "Unsupported Optional Parameter"},
    {2, 6, "Unacceptable Hold Time"},
    {2, 7, "Unsupported Capability"},
    {2, 11, "Role Mismatch"},
    {3, 0, "UPDATE Message Error"},
    {3, 1, "Malformed Attribute List"},
    {3, 2, "Unrecognized Well-known Attribute"},
    {3, 3, "Missing Well-known Attribute"},
    {3, 4, "Attribute Flags Error"},
    {3, 5, "Attribute Length Error"},
    {3, 6, "Invalid ORIGIN Attribute"},
    {3, 8, "Invalid NEXT_HOP Attribute"},
    {3, 9, "Optional Attribute Error"},
    {3, 10, "Invalid Network Field"},
    {3, 11, "Malformed AS_PATH"},
    {4, 0, "Hold Timer Expired"},
    {5, 0, "Finite State Machine Error"},
    {5, 1, "Unexpected Message in OpenSent"},
    {5, 2, "Unexpected Message in OpenConfirm"},
    {5, 3, "Unexpected Message in Established"},
    {6, 0, "Cease"},
    {6, 1, "Maximum Number of Prefixes Reached"},
    {6, 2, "Administrative Shutdown"},
    {6, 3, "Peer De-configured"},
    {6, 4, "Administrative Reset"},
    {6, 5, "Connection Rejected"},
    {6, 6, "Other Configuration Change"},
    {6, 7, "Connection Collision Resolution"},
    {6, 8, "Out of Resources"},
    {6, 9, "Hard Reset"},
    {6, 10, "BFD Down"},
    {7, 0, "ROUTE-REFRESH Message Error"},
    {7, 1, "Invalid Message Length"},
    {8, 0, "Send Hold Timer Expired"},
};

static const char *
find(uint8_t code, uint8_t subcode)
{
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (names[i].code == code && names[i].subcode == subcode)
			return names[i].name;
	return NULL;
}

const char *
bgp_notification_name(uint8_t code, uint8_t subcode)
{
	const char *name = find(code, subcode);

	if (name == NULL)
		name = find(code, 0);
	return name ? name : "Unknown Error";
}

const char *
bgp_treat_name(enum bgp_treat t)
{
	static const char *const words[] = {
	    "ok", "attribute-discard", "treat-as-withdraw", "session-reset"};

	return words[t];
}

/* A reason as part of a message; data borrowed. */
struct reason {
	uint8_t code, subcode;
	const uint8_t *data;
	size_t len;
};

static bool
is_hard(const struct reason *r)
{
	return r->code == BGP_ERR_CEASE && r->subcode == BGP_CEASE_HARD_RESET &&
	       r->len >= 2;
}

/* What a hard reset wraps; anything else is itself. */
static struct reason
inner(const struct bgp_notify *n)
{
	struct reason r = {n->code, n->subcode, n->data, n->len};

	if (is_hard(&r))
		r = (struct reason){r.data[0], r.data[1], r.data + 2,
				    r.len - 2};
	return r;
}

char *
bgp_notify_text(const struct bgp_notify *n, char *buf, size_t size)
{
	struct reason r = inner(n);
	size_t len;

	buf[0] = '\0';
	if (r.code != BGP_ERR_CEASE || r.len == 0 ||
	    (r.subcode != BGP_CEASE_SHUTDOWN && r.subcode != BGP_CEASE_RESET))
		return buf;
	len = r.data[0];
	if (len > r.len - 1)
		len = r.len - 1;
	if (len >= size)
		len = size - 1;
	memcpy(buf, r.data + 1, len);
	for (size_t i = 0; i < len; i++)
		if (buf[i] == '\0')
			buf[i] = '?';
	buf[len] = '\0';
	str_clean(buf);
	return buf;
}

/* "Cease/Administrative Shutdown" */
static void
print_name(uint8_t code, uint8_t subcode, char *buf, size_t size)
{
	const char *class = bgp_notification_name(code, 0);
	const char *name = find(code, subcode);

	if (subcode == 0)
		snprintf(buf, size, "%s", class);
	else if (name == NULL)
		snprintf(buf, size, "%s/%u", class, subcode);
	else
		snprintf(buf, size, "%s/%s", class, name);
}

char *
bgp_notify_print(const struct bgp_notify *n, char *buf, size_t size)
{
	struct reason r = inner(n);
	char text[256];
	size_t len;

	print_name(n->code, n->subcode, buf, size);
	len = strlen(buf);
	if (r.data != n->data && len + 2 < size) {
		snprintf(buf + len, size - len, ", ");
		print_name(r.code, r.subcode, buf + len + 2, size - len - 2);
		len = strlen(buf);
	}
	if (bgp_notify_text(n, text, sizeof text)[0] != '\0')
		snprintf(buf + len, size - len, ": %s", text);
	return buf;
}

void
bgp_notify_set(struct bgp_notify *n, uint8_t code, uint8_t subcode,
	       const void *data, size_t len)
{
	n->code = code;
	n->subcode = subcode;
	n->len = (uint16_t)(len < sizeof n->data ? len : sizeof n->data);
	if (n->len > 0)
		memcpy(n->data, data, n->len);
}

struct bgp_notify
bgp_notify_cease(enum bgp_cease subcode, const char *text)
{
	struct bgp_notify n = {.code = BGP_ERR_CEASE,
			       .subcode = (uint8_t)subcode};
	size_t len = text ? strlen(text) : 0;

	if (subcode != BGP_CEASE_SHUTDOWN && subcode != BGP_CEASE_RESET)
		return n;
	if (len > 255) /* not inside a UTF-8 character */
		for (len = 255; len > 0 && (text[len] & 0xC0) == 0x80;)
			len--;
	if (len > 0) {
		n.data[0] = (uint8_t)len;
		memcpy(n.data + 1, text, len);
		n.len = (uint16_t)(len + 1);
	}
	return n;
}

struct bgp_notify
bgp_notify_hard(const struct bgp_notify *reason)
{
	struct bgp_notify n = {.code = BGP_ERR_CEASE,
			       .subcode = BGP_CEASE_HARD_RESET,
			       .data = {reason->code, reason->subcode}};
	size_t len =
	    reason->len < sizeof n.data - 2 ? reason->len : sizeof n.data - 2;

	memcpy(n.data + 2, reason->data, len);
	n.len = (uint16_t)(len + 2);
	return n;
}

void
bgp_notify_encode(struct wbuf *w, const struct bgp_notify *n)
{
	struct wbuf m = bgp_msg_begin(w, BGP_NOTIFICATION, BGP_MSG_MAX);

	wbuf_u8(&m, n->code);
	wbuf_u8(&m, n->subcode);
	if (n->len > 0)
		wbuf_bytes(&m, n->data, n->len);
	bgp_msg_end(w, &m);
}
