/*
 * Random announcements, withdrawals, sessions that come and go, refreshes in both
 * directions, changed policies and slow readers, against a reference that is
 * obviously right (export_model_reference.h). What is checked:
 *
 *   - when all is decided and a member has read everything, it holds what the
 *     reference says, attributes compared as values;
 *   - it never receives a route that was not the reference's answer at some
 *     moment since all was last in order, under the policy of now;
 *   - End-of-RIB once, after the table; BoRR and EoRR in pairs; no message
 *     larger than agreed; nobody waits without having been woken;
 *   - at the end nothing is left; the same sequence gives the same bytes, with
 *     another seed of the hash tables too; another order of arrival gives the
 *     same routes.
 *
 * 10,000 sequences of 20 to 100 steps, about 15 seconds. IXLAB_SEED repeats a run
 * (sequence i has the seed IXLAB_SEED + i), IXLAB_RUNS is the number of sequences.
 * They run in a child, so that a crash is a failure like others; a failed one
 * is shortened, step by step, and printed.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "rs/export/t/export_model_run.h"

enum { STEPS_MIN = 20, STEPS_MAX = 100, ROOM = HEAD + STEPS_MAX * STEP };
enum { BAD = 3 }; /* exit status; a sanitizer has others */

static struct shared { /* with the child */
	uint64_t at;   /* the seed of the sequence that runs */
	struct result r;
	struct stats sum;
} * shared;

/* ---- random sequences */

static uint64_t
next(uint64_t *s) /* splitmix64 */
{
	uint64_t z = *s += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

static uint8_t
pick_op(uint64_t r)
{
	unsigned int sum = 0, at = 0;
	uint8_t op = 0;

	for (size_t i = 0; i < COUNT(ops); i++)
		sum += ops[i].weight;
	at = (unsigned int)(r % sum);
	while (at >= ops[op].weight)
		at -= ops[op++].weight;
	return op;
}

static size_t
make(uint64_t seed, uint8_t data[ROOM])
{
	size_t n = STEPS_MIN + next(&seed) % (STEPS_MAX - STEPS_MIN + 1);
	uint64_t r = next(&seed);

	memcpy(data, &r, HEAD);
	data[3] |= (uint8_t)next(&seed); /* three of four come at once */
	for (size_t i = 0; i < n; i++) {
		uint8_t *p = data + HEAD + i * STEP;
		r = next(&seed);
		memcpy(p, &r, STEP);
		p[0] = pick_op(next(&seed));
	}
	return HEAD + n * STEP;
}

/* ---- running them */

static void
add_stats(const struct stats *s)
{
	size_t *sum = (size_t *)&shared->sum;
	const size_t *one = (const size_t *)s;

	for (size_t i = 0; i < sizeof(*s) / sizeof(*sum); i++)
		sum[i] += one[i];
}

static bool
run(const uint8_t *data, size_t len, bool thorough)
{
	struct result *r = &shared->r, twice;

	model_run(data, len, 1, thorough ? AGAIN : 0, r);
	if (!r->ok || !thorough)
		return r->ok;
	model_run(data, len, 0x123456789abcdef, 0, &twice);
	if (!twice.ok || twice.bytes != r->bytes) {
		snprintf(r->why, sizeof(r->why),
			 "the same steps, but not the same bytes");
		r->ok = false;
	}
	return r->ok;
}

static void
run_all(uint64_t seed, unsigned long runs)
{
	uint8_t data[ROOM];

	for (unsigned long i = 0; i < runs; i++) {
		shared->at = seed + i;
		if (!run(data, make(shared->at, data), i % 8 == 0))
			_exit(BAD);
		add_stats(&shared->r.stats);
	}
	exit(0); /* the leak checker's time */
}

/* cmocka has handlers, which would go on with the next test. */
static void
own_signals(void)
{
	static const int all[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};

	for (size_t i = 0; i < COUNT(all); i++)
		signal(all[i], SIG_DFL);
}

/* Whether the child was content; its words when it crashed. */
static bool
wait_for(pid_t pid)
{
	int status = 0;

	while (waitpid(pid, &status, 0) != pid)
		continue;
	if (WIFSIGNALED(status))
		snprintf(shared->r.why, sizeof(shared->r.why), "signal %d",
			 WTERMSIG(status));
	else if (WEXITSTATUS(status) != 0 && WEXITSTATUS(status) != BAD)
		snprintf(shared->r.why, sizeof(shared->r.why),
			 "a sanitizer's complaint");
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool
is_bad(const uint8_t *data, size_t len, bool quiet)
{
	fflush(NULL);
	pid_t pid = fork();

	if (pid != 0)
		return !wait_for(pid);
	own_signals();
	int null = open("/dev/null", O_WRONLY);
	if (quiet)
		dup2(null, 2);
	_exit(run(data, len, true) ? 0 : BAD);
}

/* ---- a failure, made small */

static size_t
shorten(uint8_t *data, size_t len)
{
	for (size_t n = STEPS_MAX / 2; n > 0; n /= 2)
		for (size_t at = HEAD; at + n * STEP <= len;) {
			uint8_t less[ROOM];
			size_t cut = n * STEP;
			memcpy(less, data, at);
			memcpy(less + at, data + at + cut, len - at - cut);
			if (is_bad(less, len - cut, true)) {
				len -= cut;
				memcpy(data, less, len);
			} else {
				at += cut;
			}
		}
	for (int i = 0; i < SLOTS; i++) { /* who need not be there */
		data[3] ^= data[3] & 1u << i;
		if (!is_bad(data, len, true))
			data[3] |= (uint8_t)(1u << i);
	}
	return len;
}

static void
print_announced(const struct model *w, const struct step *t)
{
	struct bgp_attrs *a = attrs_draw(w, t->slot, t->x);

	printf("; %s", print_attrs(a));
	bgp_attrs_unref(a);
}

static void
print_steps(const uint8_t *data, size_t len)
{
	struct model *w = xcalloc(1, sizeof(*w));

	w->family = data[0] & 1 ? IP_V6 : IP_V4;
	w->common = word(data + 4);
	for (int i = 0; i < SLOTS; i++)
		w->slot[i].s.address = session_address(w->family, i);
	printf("# head %02x %02x %02x %02x %08x\n", data[0], data[1], data[2],
	       data[3], word(data + 4));
	for (size_t at = HEAD; at + STEP <= len; at += STEP) {
		struct step t = read_step(data + at);
		printf("# %2zu %s member %d prefix %d id %d how %d x 0x%08x",
		       (at - HEAD) / STEP, ops[t.op].name, t.slot, t.prefix,
		       t.id, t.how, t.x);
		if (ops[t.op].run == announce || ops[t.op].run == burst)
			print_announced(w, &t);
		printf("\n");
	}
	free(w);
}

static void
explain_failure(void)
{
	uint64_t seed = shared->at;
	uint8_t data[ROOM];
	size_t len = make(seed, data);

	printf("# IXLAB_SEED=%llu IXLAB_RUNS=1 fails: %s (step %zu of %zu)\n",
	       (unsigned long long)seed, shared->r.why, shared->r.step,
	       (len - HEAD) / STEP);
	if (is_bad(data, len, true)) {
		len = shorten(data, len);
		is_bad(data, len, false);
		printf("# shortened: %s (step %zu)\n", shared->r.why,
		       shared->r.step);
	}
	print_steps(data, len);
}

/* ---- the tests */

static unsigned long
number(const char *name, unsigned long otherwise)
{
	const char *text = getenv(name);

	return text ? strtoul(text, NULL, 10) : otherwise;
}

/* A test that sees nothing proves nothing. */
static void
check_stats(unsigned long runs)
{
	const struct stats *s = &shared->sum;

	printf(
	    "# compared %zu times: %zu routes and %zu withdrawals (%zu of "
	    "nothing) received, %zu with an IPv6 next hop for IPv4, %zu more "
	    "than one of a prefix, %zu End-of-RIB, %zu refreshes, %zu "
	    "resynchronised\n",
	    s->compared, s->announced, s->withdrawn, s->useless, s->foreign,
	    s->several, s->ends, s->refreshes, s->resyncs);
	if (runs < 1000)
		return;
	assert_true(s->compared > runs && s->announced > 10 * runs);
	assert_true(s->withdrawn > runs && s->ends > runs);
	assert_true(s->foreign > 0 && s->several > 0 && s->refreshes > 0);
	assert_true(s->resyncs > runs / 10);
}

static void
model(void **state)
{
	unsigned long runs = number("IXLAB_RUNS", 10000);
	uint64_t seed = number("IXLAB_SEED", (unsigned long)time(NULL) << 16);

	(void)state;
	printf("# IXLAB_SEED=%llu\n", (unsigned long long)seed);
	fflush(NULL);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		own_signals();
		run_all(seed, runs);
	}
	if (!wait_for(pid)) {
		explain_failure();
		fail_msg("a member does not hold what it should");
	}
	check_stats(runs);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(model)};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		abort();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
