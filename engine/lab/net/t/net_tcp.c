/*
 * Sockets against the real kernel: who listens, who calls in vain or not, and
 * passwords, told apart and never told. Where there are no namespaces, skipped.
 */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include "net_test.h"

#define PORT 179

static int
tcp_socket(struct net *n, enum ip_family f)
{
	struct err e = {0};
	int fd =
	    net_socket(n, f == IP_V4 ? AF_INET : AF_INET6, SOCK_STREAM, 0, &e);

	ok(fd, &e);
	return fd;
}

static void
password(int fd, const char *peer, const char *word)
{
	struct tcp_md5sig key = {.tcpm_keylen = (uint16_t)strlen(word)};
	struct ip_addr a = addr(peer);

	ip_to_sockaddr(&a, 0, (struct sockaddr_storage *)&key.tcpm_addr);
	memcpy(key.tcpm_key, word, strlen(word));
	if (setsockopt(fd, IPPROTO_TCP, TCP_MD5SIG, &key, sizeof(key)) < 0)
		fail_msg("TCP_MD5SIG: %s", strerror(errno));
}

static int
listener(struct net *n, const char *at)
{
	struct ip_addr a = addr(at);
	struct sockaddr_storage ss;
	socklen_t len = ip_to_sockaddr(&a, PORT, &ss);
	int fd = tcp_socket(n, (enum ip_family)a.family);

	assert_int_equal(bind(fd, (struct sockaddr *)&ss, len), 0);
	assert_int_equal(listen(fd, 1), 0);
	return fd;
}

static void
call(int fd, const char *to)
{
	struct ip_addr a = addr(to);
	struct sockaddr_storage ss;
	socklen_t len = ip_to_sockaddr(&a, PORT, &ss);

	assert_int_equal(connect(fd, (struct sockaddr *)&ss, len), -1);
	assert_int_equal(errno, EINPROGRESS);
}

static json_t *
sockets(struct net *n)
{
	struct err e = {0};
	json_t *j = net_tcp(n, &e);

	if (j == NULL)
		fail_msg("%s", e.msg);
	return j;
}

static json_int_t
number(const json_t *r, const char *key)
{
	return json_integer_value(json_object_get(r, key));
}

/* The row of the only listener, and the word for its password for that address;
 * NULL when it has none. */
static const char *
word_for(const json_t *all, const char *peer)
{
	const json_t *r = row(all, "state", "listens"), *p;
	size_t i;

	assert_int_equal(number(r, "local_port"), PORT);
	json_array_foreach(json_object_get(r, "passwords"), i, p)
	{
		if (strcmp(text(p, "address"), peer) == 0)
			return text(p, "word");
	}
	return NULL;
}

static void
passwords_are_compared(void **state)
{
	struct star s = star_new();
	int a = listener(s.a, "192.0.2.1"), b = listener(s.b, "192.0.2.2");
	int a6 = tcp_socket(s.a, IP_V6);
	json_t *at_a, *at_b;

	(void)state;
	password(a, "192.0.2.2", "secret");
	password(a, "192.0.2.3", "other");
	password(b, "192.0.2.1", "secret");
	at_a = sockets(s.a);
	at_b = sockets(s.b);
	assert_string_equal(word_for(at_a, "192.0.2.2"),
			    word_for(at_b, "192.0.2.1"));
	assert_string_not_equal(word_for(at_a, "192.0.2.2"),
				word_for(at_a, "192.0.2.3"));
	assert_null(word_for(at_b, "192.0.2.3"));
	json_decref(at_b);
	json_decref(at_a);
	close(a);
	/* one that is for IPv6, too */
	password(a6, "2001:db8::2", "secret");
	assert_int_equal(listen(a6, 1), 0);
	at_a = sockets(s.a);
	assert_non_null(strstr(
	    text(json_array_get(json_object_get(row(at_a, "state", "listens"),
						"passwords"),
				0),
		 "address"),
	    "2001:db8::2"));
	json_decref(at_a);
	close(a6);
	close(b);
	star_free(&s);
}

static void
calls_in_vain_are_seen(void **state)
{
	struct star s = star_new();
	int b = listener(s.b, "192.0.2.2"), a, nobody, i;
	const json_t *r;
	json_t *all;

	(void)state;
	comes_up(s.sw, "b");
	password(b, "192.0.2.1", "secret");
	a = tcp_socket(s.a, IP_V4);
	nobody = tcp_socket(s.a, IP_V4);
	call(a, "192.0.2.2");
	call(nobody, "192.0.2.9");
	for (i = 0; i < 12000; i++) {
		all = sockets(s.a);
		r = row(all, "remote", "192.0.2.2");
		if (number(r, "repeated") > 0)
			break;
		json_decref(all);
		usleep(5000);
	}
	assert_string_equal(text(r, "state"), "calls");
	assert_int_equal(number(r, "remote_port"), PORT);
	assert_true(number(r, "repeated") > 0);
	assert_true(json_is_true(json_object_get(r, "there")));
	json_decref(all);
	close(nobody);
	nobody = tcp_socket(s.a, IP_V4);
	call(nobody, "192.0.2.9");
	all = sockets(s.a);
	r = row(all, "remote", "192.0.2.9");
	assert_true(json_is_false(json_object_get(r, "there")));
	json_decref(all);
	close(nobody);
	close(a);
	close(b);
	star_free(&s);
}

/* The established row of that namespace, once there is one; of all, the caller's. */
static const json_t *
established(struct net *n, json_t **all)
{
	const json_t *r;
	size_t i;
	int tries;

	for (tries = 0; tries < 12000; tries++) {
		*all = sockets(n);
		json_array_foreach(*all, i, r)
		{
			if (strcmp(text(r, "state"), "established") == 0)
				return r;
		}
		json_decref(*all);
		usleep(5000);
	}
	fail_msg("no call is answered");
	return NULL;
}

/* The far end listens for both families, with a password or without. */
static void
answered(const char *word)
{
	struct star s = star_new();
	int a = listener(s.a, "::"), b = tcp_socket(s.b, IP_V4);
	const json_t *r, *keys;
	json_t *all;
	char *dumped;

	if (word) {
		password(a, "::ffff:192.0.2.2", word);
		password(b, "192.0.2.1", word);
	}
	comes_up(s.sw, "b");
	call(b, "192.0.2.1");
	r = established(s.b, &all);
	assert_string_equal(text(r, "local"), "192.0.2.2");
	assert_string_equal(text(r, "remote"), "192.0.2.1");
	assert_int_equal(number(r, "remote_port"), PORT);
	keys = json_object_get(r, "passwords");
	assert_int_equal(json_array_size(keys), word ? 1 : 0);
	if (word) {
		assert_string_equal(text(json_array_get(keys, 0), "address"),
				    "192.0.2.1");
		assert_int_equal(number(json_array_get(keys, 0), "len"), 32);
		dumped = json_dumps(all, 0);
		assert_null(strstr(dumped, word));
		free(dumped);
	}
	json_decref(all);
	r = established(s.a, &all);
	assert_string_equal(text(r, "local"), "192.0.2.1");
	assert_string_equal(text(r, "remote"), "192.0.2.2");
	assert_int_equal(number(r, "local_port"), PORT);
	r = row(all, "state", "listens");
	assert_string_equal(text(r, "local"), "::");
	assert_true(json_is_null(json_object_get(r, "remote")));
	if (word)
		assert_non_null(word_for(all, "192.0.2.2"));
	json_decref(all);
	close(b);
	close(a);
	star_free(&s);
}

static void
answered_calls_are_seen(void **state)
{
	(void)state;
	answered(NULL);
	answered("sesame");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(passwords_are_compared),
	    cmocka_unit_test(calls_in_vain_are_seen),
	    cmocka_unit_test(answered_calls_are_seen),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	world();
	if (skip_reason != NULL) {
		printf("1..0 # SKIP %s\n", skip_reason);
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
