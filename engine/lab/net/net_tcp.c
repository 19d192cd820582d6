/*
 * Sockets of TCP: those that wait for calls, those that wait for an answer to
 * theirs, and those that got one.
 *
 * The kernel keeps the passwords of TCP-MD5 (RFC 2385) at the sockets, by the
 * other end's address, whatever daemon gave them. They do not leave here: a word
 * stands for each, the same for the same password while this process lives.
 */
#include "lab/net/net.h"

#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <sha256.h>
#include <string.h>
#include <sys/random.h>

#include "base/out.h"
#include "lab/net/net_rt.h"

/* Of RFC 9293, in the kernel's numbers (net/tcp_states.h). */
enum { TCP_IS_UP = 1, TCP_IS_CALLING = 2, TCP_IS_LISTENING = 10 };

#define TCP_ROWS 16384

/* struct tcp_diag_md5sig of linux/tcp.h, which does not go with the C library's
 * netinet/tcp.h. */
struct tcp_key {
	uint8_t family, prefix_len;
	uint16_t len;
	uint8_t address[16], key[80];
};

struct tcp_dump {
	json_t *rows;
	size_t begin; /* rows before this are of another family */
};

/* Of a socket for both families, ::ffff:192.0.2.1 is 192.0.2.1. */
static struct ip_addr
tcp_address(int family, const void *bytes)
{
	struct in6_addr a;

	if (family == AF_INET)
		return ip_addr_from(IP_V4, bytes);
	memcpy(&a, bytes, sizeof(a));
	if (IN6_IS_ADDR_V4MAPPED(&a))
		return ip_addr_from(IP_V4, a.s6_addr + 12);
	return ip_addr_from(IP_V6, bytes);
}

static json_t *
tcp_text(const struct ip_addr *a)
{
	char text[IP_ADDRSTRLEN];

	return json_string(ip_addr_print(a, text));
}

/* "" when there is no chance to keep it to ourselves. */
static const char *
tcp_word(const struct tcp_key *key, char word[SHA256_DIGEST_STRING_LENGTH])
{
	static uint8_t salt[32];
	static bool salted;
	size_t len = key->len;
	SHA256_CTX sha;

	if (!salted && getrandom(salt, sizeof(salt), 0) != sizeof(salt))
		return "";
	salted = true;
	if (len > sizeof(key->key))
		len = sizeof(key->key);
	SHA256Init(&sha);
	SHA256Update(&sha, salt, sizeof(salt));
	SHA256Update(&sha, key->key, len);
	SHA256End(&sha, word);
	word[16] = '\0';
	return word;
}

static void
tcp_password(json_t *list, const struct tcp_key *key)
{
	struct ip_addr a = tcp_address(key->family, key->address);
	char word[SHA256_DIGEST_STRING_LENGTH];
	int len = key->prefix_len;

	if (key->family == AF_INET6 && a.family == IP_V4)
		len = len > 96 ? len - 96 : 0;
	json_array_append_new(list, json_pack("{so si ss}", "address",
					      tcp_text(&a), "len", len, "word",
					      tcp_word(key, word)));
}

static json_t *
tcp_passwords(const struct nlattr *a)
{
	json_t *list = json_array();
	struct tcp_key key;
	int left = a ? nla_len(a) : 0;
	const uint8_t *p = a ? nla_data(a) : NULL;

	for (; left >= (int)sizeof(key); left -= (int)sizeof(key)) {
		memcpy(&key, p, sizeof(key));
		p += sizeof(key);
		if (key.family == AF_INET || key.family == AF_INET6)
			tcp_password(list, &key);
	}
	explicit_bzero(&key, sizeof(key));
	return list;
}

static const char *
tcp_state(uint8_t state)
{
	return state == TCP_IS_UP	 ? "established"
	       : state == TCP_IS_CALLING ? "calls"
					 : "listens";
}

static void
tcp_socket(void *arg, struct nlmsghdr *h)
{
	struct tcp_dump *d = arg;
	const struct inet_diag_msg *s = nlmsg_data(h);
	struct nlattr *tb[INET_DIAG_MAX + 1];
	struct ip_addr local, remote;
	bool calls, listens;

	if (h->nlmsg_type != SOCK_DIAG_BY_FAMILY ||
	    nlmsg_parse(h, sizeof(*s), tb, INET_DIAG_MAX, NULL) < 0 ||
	    json_array_size(d->rows) >= TCP_ROWS)
		return;
	calls = s->idiag_state == TCP_IS_CALLING;
	listens = s->idiag_state == TCP_IS_LISTENING;
	local = tcp_address(s->idiag_family, s->id.idiag_src);
	remote = tcp_address(s->idiag_family, s->id.idiag_dst);
	json_array_append_new(
	    d->rows,
	    json_pack("{ss so si so si si sb so}", "state",
		      tcp_state(s->idiag_state), "local", tcp_text(&local),
		      "local_port", (int)ntohs(s->id.idiag_sport), "remote",
		      listens ? json_null() : tcp_text(&remote), "remote_port",
		      (int)ntohs(s->id.idiag_dport), "repeated",
		      calls ? (int)s->idiag_retrans : 0, "there", false,
		      "passwords", tcp_passwords(tb[INET_DIAG_MD5SIG])));
}

static void
tcp_again(void *arg)
{
	struct tcp_dump *d = arg;

	while (json_array_size(d->rows) > d->begin)
		json_array_remove(d->rows, json_array_size(d->rows) - 1);
}

static int
tcp_dump(struct net *diag, uint8_t family, json_t *rows, struct err *e)
{
	const struct inet_diag_req_v2 ask = {
	    .sdiag_family = family,
	    .sdiag_protocol = IPPROTO_TCP,
	    /* passwords come with what is known of the connection */
	    .idiag_ext = 1u << (INET_DIAG_INFO - 1),
	    .idiag_states =
		1u << TCP_IS_UP | 1u << TCP_IS_CALLING | 1u << TCP_IS_LISTENING,
	};
	struct tcp_dump d = {rows, json_array_size(rows)};

	return rt_dump(diag, SOCK_DIAG_BY_FAMILY, &ask, sizeof(ask), tcp_socket,
		       tcp_again, &d, e);
}

/* ---- who is called, and has a place on the LAN */

static bool
tcp_is_there(const json_t *neighbours, const char *to)
{
	const json_t *n;
	size_t i;

	json_array_foreach(neighbours, i, n)
	{
		const char *state = out_text(n, "state");

		if (strcmp(out_text(n, "address"), to) == 0 &&
		    *out_text(n, "mac") && strcmp(state, "failed") != 0 &&
		    strcmp(state, "incomplete") != 0)
			return true;
	}
	return false;
}

static int
tcp_places(struct net *n, json_t *rows, struct err *e)
{
	json_t *neighbours = NULL, *row;
	size_t i;

	json_array_foreach(rows, i, row)
	{
		if (strcmp(out_text(row, "state"), "calls") != 0)
			continue;
		if (neighbours == NULL &&
		    (neighbours = net_dump(n, NET_NEIGHBOURS, e)) == NULL)
			return -1;
		json_object_set_new(row, "there",
				    json_boolean(tcp_is_there(
					neighbours, out_text(row, "remote"))));
	}
	json_decref(neighbours);
	return 0;
}

json_t *
net_tcp(struct net *n, struct err *e)
{
	json_t *rows = json_array();
	struct net diag;
	int rc = rt_open(n, &diag, NETLINK_SOCK_DIAG, e);

	if (rc == 0) {
		rc = tcp_dump(&diag, AF_INET, rows, e);
		rc = rc < 0 ? rc : tcp_dump(&diag, AF_INET6, rows, e);
		rc = rc < 0 ? rc : tcp_places(n, rows, e);
		nl_socket_free(diag.nl);
	}
	if (rc == 0)
		return rows;
	err_in(e, "the kernel does not tell of sockets of TCP");
	json_decref(rows);
	return NULL;
}
