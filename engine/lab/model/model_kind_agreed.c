/*
 * What two ends of a session agreed on (RFC 5492), from what FRR, GoBGP and
 * OpenBGPD say of a neighbour, in the words of an exercise: ipv4, as4, refresh,
 * add-path-rx-ipv4 (we receive, they send), ..
 *
 * FRR says of each capability who named it, and OpenBGPD what came of it. GoBGP
 * prints both ends' lists, each capability as a message of protobuf in base64; it
 * has no roles, but keeps what it does not know, the far end's role too.
 */
#include <string.h>

#include "base/str.h"
#include "lab/model/model_kind_text.h"

#define AGREED_BYTES 512 /* of a capability */
#define AGREED_NAMES 32	 /* of a session */

static const char *const agreed_roles[] = {"provider", "rs", "rs-client",
					   "customer", "peer"};

static void
agreed_on(json_t *row, const char *name)
{
	json_t *names = json_object_get(row, "capabilities");

	if (json_array_size(names) < AGREED_NAMES)
		json_array_append_new(names, json_string(name));
}

/* Several paths of a prefix: rx, we receive them and they send. */
static void
agreed_paths(json_t *row, bool v6, bool rx, bool tx)
{
	if (rx)
		agreed_on(row, v6 ? "add-path-rx-ipv6" : "add-path-rx-ipv4");
	if (tx)
		agreed_on(row, v6 ? "add-path-tx-ipv6" : "add-path-tx-ipv4");
}

static void
agreed_role(json_t *row, const char *word)
{
	size_t i;

	for (i = 0; i < sizeof(agreed_roles) / sizeof(*agreed_roles); i++) {
		if (word && strcmp(word, agreed_roles[i]) == 0)
			json_object_set_new(row, "peer_role",
					    json_string(word));
	}
}

/* ---- FRR: {4byteAs: "advertisedAndReceived", addPath: {ipv4Unicast: {..}}} */

static bool
frr_both(const json_t *caps, const char *key)
{
	const char *word = kind_json_text(caps, key);

	return word && str_starts(word, "advertisedAndReceived");
}

static bool
frr_is(const json_t *of, const char *key, const char *more)
{
	return json_is_true(json_object_get(of, key)) ||
	       json_is_true(json_object_get(of, more));
}

static void
frr_add_path(json_t *row, const json_t *of, bool v6)
{
	agreed_paths(row, v6,
		     frr_is(of, "rxAdvertised", "rxAdvertisedAndReceived") &&
			 frr_is(of, "txReceived", "txAdvertisedAndReceived"),
		     frr_is(of, "txAdvertised", "txAdvertisedAndReceived") &&
			 frr_is(of, "rxReceived", "rxAdvertisedAndReceived"));
}

static void
frr_families(json_t *row, const json_t *caps)
{
	const json_t *of = json_object_get(caps, "multiprotocolExtensions");
	const json_t *paths = json_object_get(caps, "addPath");

	if (json_is_true(json_object_get(json_object_get(of, "ipv4Unicast"),
					 "advertisedAndReceived")))
		agreed_on(row, "ipv4");
	if (json_is_true(json_object_get(json_object_get(of, "ipv6Unicast"),
					 "advertisedAndReceived")))
		agreed_on(row, "ipv6");
	frr_add_path(row, json_object_get(paths, "ipv4Unicast"), false);
	frr_add_path(row, json_object_get(paths, "ipv6Unicast"), true);
	if (frr_both(caps, "extendedNexthop") &&
	    json_object_get(
		json_object_get(caps, "extendedNexthopFamililesByPeer"),
		"ipv4Unicast"))
		agreed_on(row, "extended-next-hop-ipv4");
}

void
kind_frr_agreed(json_t *row, const json_t *neighbour)
{
	static const struct {
		const char *key, *name;
	} words[] = {
	    {"4byteAs", "as4"},
	    {"routeRefresh", "refresh"},
	    {"enhancedRouteRefresh", "enhanced-refresh"},
	    {"extendedMessage", "extended-message"},
	    {"longLivedGracefulRestart", "long-lived-restart"},
	};
	const json_t *caps = json_object_get(neighbour, "neighborCapabilities");
	const char *role = kind_json_text(neighbour, "remoteRole");
	size_t i;

	if (row == NULL)
		return;
	json_object_set_new(row, "capabilities", json_array());
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (frr_both(caps, words[i].key))
			agreed_on(row, words[i].name);
	}
	frr_families(row, caps);
	agreed_role(row, role && strcmp(role, "rs-server") == 0 ? "rs" : role);
}

/* ---- OpenBGPD: {session: {capabilities: (agreed), remote: {capabilities}}} */

static void
openbgpd_add_path(json_t *row, const json_t *list)
{
	const json_t *of;
	const char *family, *mode;
	bool v6, both;
	size_t i;

	json_array_foreach(list, i, of)
	{
		family = kind_json_text(of, "family");
		mode = kind_json_text(of, "mode");
		if (family == NULL || mode == NULL)
			continue;
		v6 = strcmp(family, "IPv6 unicast") == 0;
		if (!v6 && strcmp(family, "IPv4 unicast") != 0)
			continue;
		both = strcmp(mode, "bidir") == 0;
		agreed_paths(row, v6, both || strcmp(mode, "recv") == 0,
			     both || strcmp(mode, "send") == 0);
	}
}

void
kind_openbgpd_agreed(json_t *row, const json_t *neighbour)
{
	static const struct {
		const char *key, *name;
	} words[] = {
	    {"as4byte", "as4"},
	    {"refresh", "refresh"},
	    {"enhanced_refresh", "enhanced-refresh"},
	};
	const json_t *session = json_object_get(neighbour, "session");
	const json_t *caps = json_object_get(session, "capabilities"), *family;
	const char *word;
	size_t i;

	if (row == NULL)
		return;
	json_object_set_new(row, "capabilities", json_array());
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (json_is_true(json_object_get(caps, words[i].key)))
			agreed_on(row, words[i].name);
	}
	json_array_foreach(json_object_get(caps, "multiprotocol"), i, family)
	{
		word = json_string_value(family);
		if (word && strcmp(word, "IPv4 unicast") == 0)
			agreed_on(row, "ipv4");
		if (word && strcmp(word, "IPv6 unicast") == 0)
			agreed_on(row, "ipv6");
	}
	openbgpd_add_path(row, json_object_get(caps, "add-path"));
	agreed_role(row, kind_json_text(
			     json_object_get(json_object_get(session, "remote"),
					     "capabilities"),
			     "open_policy_role"));
}

/* ---- GoBGP: [{type_url: "..apipb.AddPathCapability", value: (base64)}, ..] */

static int
base64_digit(char c)
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* How many bytes came out; what is no base64 ends it. */
static size_t
base64(const char *text, uint8_t out[AGREED_BYTES])
{
	uint32_t bits = 0;
	unsigned int n = 0;
	size_t len = 0;
	int d;

	for (; (d = base64_digit(*text)) >= 0 && len < AGREED_BYTES; text++) {
		bits = bits << 6 | (uint32_t)d;
		n += 6;
		if (n < 8)
			continue;
		n -= 8;
		out[len++] = (uint8_t)(bits >> n);
	}
	return len;
}

/* Is one of that kind in the list, with these bytes in it (none: any)? after gets
 * the byte that follows them, when it is not NULL. */
static bool
gobgp_has(const json_t *list, const char *kind, const uint8_t *bytes, size_t n,
	  uint8_t *after)
{
	uint8_t value[AGREED_BYTES], *found;
	const json_t *c;
	const char *url, *dot, *text;
	size_t i, len;

	json_array_foreach(list, i, c)
	{
		url = kind_json_text(c, "type_url");
		dot = url ? strrchr(url, '.') : NULL;
		if (dot == NULL || strcmp(dot + 1, kind) != 0)
			continue;
		if (n == 0)
			return true;
		text = kind_json_text(c, "value");
		len = base64(text ? text : "", value);
		found = memmem(value, len, bytes, n);
		if (found && after == NULL)
			return true;
		if (found && (size_t)(found - value) + n < len) {
			*after = found[n];
			return true;
		}
	}
	return false;
}

/* The numbers of RFC 7911: 1 receives, 2 sends, 3 does both. */
static unsigned int
gobgp_mode(const json_t *list, uint8_t afi)
{
	const uint8_t tuple[] = {0x0a, 4, 8, afi, 0x10, 1, 0x10};
	uint8_t mode = 0;

	gobgp_has(list, "AddPathCapability", tuple, sizeof(tuple), &mode);
	return mode;
}

static void
gobgp_family(json_t *row, const json_t *ours, const json_t *theirs, uint8_t afi)
{
	const uint8_t family[] = {0x0a, 4, 8, afi, 0x10, 1};
	unsigned int we = gobgp_mode(ours, afi), they = gobgp_mode(theirs, afi);
	const char *kind = "MultiProtocolCapability";

	if (gobgp_has(ours, kind, family, sizeof(family), NULL) &&
	    gobgp_has(theirs, kind, family, sizeof(family), NULL))
		agreed_on(row, afi == 2 ? "ipv6" : "ipv4");
	agreed_paths(row, afi == 2, we & 1 && they & 2, we & 2 && they & 1);
}

void
kind_gobgp_agreed(json_t *row, const json_t *neighbour)
{
	static const struct {
		const char *kind, *name;
		uint8_t bytes[14];
		size_t n;
	} words[] = {
	    {"FourOctetASNCapability", "as4", {0}, 0},
	    {"RouteRefreshCapability", "refresh", {0}, 0},
	    {"EnhancedRouteRefreshCapability", "enhanced-refresh", {0}, 0},
	    {"LongLivedGracefulRestartCapability",
	     "long-lived-restart",
	     {0},
	     0},
	    {"ExtendedNexthopCapability", /* of IPv4 unicast: by IPv6 */
	     "extended-next-hop-ipv4",
	     {0x0a, 4, 8, 1, 0x10, 1, 0x12, 4, 8, 2, 0x10, 1},
	     12},
	};
	static const uint8_t role[] = {8, 9, 0x12, 1}; /* code 9, one byte */
	const json_t *state = json_object_get(neighbour, "state");
	const json_t *ours = json_object_get(state, "local_cap");
	const json_t *theirs = json_object_get(state, "remote_cap");
	uint8_t is;
	size_t i;

	if (row == NULL)
		return;
	json_object_set_new(row, "capabilities", json_array());
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (gobgp_has(ours, words[i].kind, words[i].bytes, words[i].n,
			      NULL) &&
		    gobgp_has(theirs, words[i].kind, words[i].bytes, words[i].n,
			      NULL))
			agreed_on(row, words[i].name);
	}
	gobgp_family(row, ours, theirs, 1);
	gobgp_family(row, ours, theirs, 2);
	if (gobgp_has(theirs, "UnknownCapability", role, sizeof(role), &is) &&
	    is < sizeof(agreed_roles) / sizeof(*agreed_roles))
		agreed_role(row, agreed_roles[is]);
}
