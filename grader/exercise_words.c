/*
 * exercise_words: what a configuration that a stranger wrote may not say.
 *
 * Refused is what reaches out of the node's own folder, or opens a door into the
 * daemon: other files (include), files that the daemon writes (log "FILE",
 * mrtdump, protocol mrt), further control sockets (cli), programs that it starts
 * (the ssh of protocol rpki).
 *
 * FRR's language has lines, and each of their words may be shortened: "outp fi X",
 * which vtysh obeys while it reads a configuration, and even while it only checks
 * one, writes the file X (8.4.4). What its cache of RPKI is asked over ssh with a
 * key from a file has no word for it, so all but the form without is refused.
 */
#include <ctype.h>
#include <string.h>

#include "grader/exercise.h"
#include "grader/words.h"

struct rule {
	const char *file;
	const char *const *words; /* up to NULL */
	bool log;		  /* refused: a quoted text behind "log" */
};

static const char *const bird[] = {"include", "mrtdump", "cli",
				   "ssh",     "mrt",	 NULL};
static const char *const nft[] = {"include", NULL};
static const char *const openbgpd[] = {"include", "dump", "socket", NULL};

static const struct rule rules[] = {
    {"bird.conf", bird, true}, /* log stderr all; is what every start has */
    {"nftables.conf", nft, false},
    {"bgpd.conf", openbgpd, false},
};

static const char *
rule_refuses(const struct rule *r, const struct words *w, bool log)
{
	size_t i;

	if (log && r->log && w->kind == WORDS_QUOTED)
		return "a log file";
	for (i = 0; w->kind == WORDS_PLAIN && r->words[i]; i++)
		if (words_is(w, r->words[i]))
			return r->words[i];
	return NULL;
}

/* ---- FRR */

#define FRR_WORDS 5

static const struct frr_rule {
	const char *words[4]; /* "": any */
	const char *what;
} frr_rules[] = {
    {{"log", "file"}, "a log file"},
    {{"log", "filtered-file"}, "a log file"},
    {{"destination", "file"}, "a log file"},
    {{"output", "file"}, "output file"},
    {{"banner", "", "file"}, "banner file"},
    {{"dump"}, "dump"},
    {{"copy"}, "copy"},
};

/* Is it the word, or the beginning of it? */
static bool
frr_means(const struct words *w, const char *word)
{
	return w->n > 0 && w->n <= strlen(word) &&
	       memcmp(w->at, word, w->n) == 0;
}

/* The words of a line, without a "no" or "do" before them. */
static size_t
frr_split(const char *at, size_t len, struct words w[FRR_WORDS])
{
	size_t n = 0, i = 0, from;

	while (i < len && n < FRR_WORDS) {
		for (; i < len && isspace((unsigned char)at[i]); i++)
			;
		for (from = i; i < len && !isspace((unsigned char)at[i]); i++)
			;
		w[n] = (struct words){.at = at + from, .n = i - from};
		n += i > from && (n > 0 || (!words_is(&w[0], "no") &&
					    !words_is(&w[0], "do")));
	}
	return n;
}

/* rpki cache HOST PORT preference N: what else there is, is for ssh. */
static bool
frr_ssh(const struct words *w, size_t n)
{
	return n > 1 && frr_means(&w[0], "rpki") && frr_means(&w[1], "cache") &&
	       (n < FRR_WORDS || !frr_means(&w[4], "preference"));
}

static const char *
frr_line_bad(const char *at, size_t len)
{
	struct words w[FRR_WORDS];
	size_t n = frr_split(at, len, w), i, k;

	for (i = 0; i < sizeof(frr_rules) / sizeof(*frr_rules); i++) {
		const char *const *want = frr_rules[i].words;

		for (k = 0; want[k] && k < n; k++)
			if (*want[k] && !frr_means(&w[k], want[k]))
				break;
		if (want[k] == NULL)
			return frr_rules[i].what;
	}
	return frr_ssh(w, n) ? "ssh" : NULL;
}

static const char *
frr_bad(const char *text, size_t len, int *line)
{
	const char *end = text + len, *bad, *nl;
	int n;

	for (n = 1; text < end; n++, text = nl + 1) {
		if ((nl = memchr(text, '\n', (size_t)(end - text))) == NULL)
			nl = end;
		if ((bad = frr_line_bad(text, (size_t)(nl - text))) != NULL) {
			*line = n;
			return bad;
		}
	}
	return NULL;
}

const char *
exercise_words_bad(const char *name, const char *text, size_t len, int *line)
{
	const char *base = strrchr(name, '/'), *bad;
	struct words w = {.text = text, .len = len, .line = 1};
	const struct rule *rule = NULL;
	bool log = false;
	size_t i;

	for (i = 0; i < sizeof(rules) / sizeof(*rules); i++)
		if (strcmp(rules[i].file, base ? base + 1 : name) == 0)
			rule = &rules[i];
	if (strcmp(base ? base + 1 : name, "frr.conf") == 0)
		return frr_bad(text, len, line);
	w.bird = words_bird(name);
	while (rule && words_next(&w)) {
		if (w.kind == WORDS_COMMENT)
			continue;
		if ((bad = rule_refuses(rule, &w, log)) != NULL) {
			*line = w.line;
			return bad;
		}
		log = words_is(&w, "log");
	}
	return NULL;
}
