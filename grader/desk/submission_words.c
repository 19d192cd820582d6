/*
 * submission_words: what a configuration that a stranger wrote may not say.
 *
 * Refused is what reaches out of the node's own folder, or opens a door into the
 * daemon: other files (include), files that the daemon writes (log "FILE",
 * mrtdump, protocol mrt), further control sockets (cli), programs that it starts
 * (the ssh of protocol rpki).
 */
#include <string.h>

#include "grader/desk/submission.h"
#include "grader/desk/words.h"

struct rule {
	const char *file;
	const char *const *words; /* up to NULL */
	const char *after_log;	  /* refused behind "log"; "": a quoted one */
};

static const char *const bird[] = {"include", "mrtdump", "cli",
				   "ssh",     "mrt",	 NULL};
static const char *const nft[] = {"include", NULL};
static const char *const frr[] = {"dump", "ssh", NULL};
static const char *const openbgpd[] = {"include", "dump", "socket", NULL};

static const struct rule rules[] = {
    {"bird.conf", bird, ""}, /* log stderr all; is what every start has */
    {"nftables.conf", nft, NULL},
    {"frr.conf", frr, "file"},
    {"bgpd.conf", openbgpd, NULL},
};

static const char *
rule_refuses(const struct rule *r, const struct words *w, bool log)
{
	size_t i;

	if (log && r->after_log &&
	    (*r->after_log ? words_is(w, r->after_log)
			   : w->kind == WORDS_QUOTED))
		return "a log file";
	for (i = 0; w->kind == WORDS_PLAIN && r->words[i]; i++)
		if (words_is(w, r->words[i]))
			return r->words[i];
	return NULL;
}

const char *
submission_words_bad(const char *name, const char *text, size_t len, int *line)
{
	const char *base = strrchr(name, '/'), *bad;
	struct words w = {.text = text, .len = len, .line = 1};
	const struct rule *rule = NULL;
	bool log = false;
	size_t i;

	for (i = 0; i < sizeof(rules) / sizeof(*rules); i++)
		if (strcmp(rules[i].file, base ? base + 1 : name) == 0)
			rule = &rules[i];
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
