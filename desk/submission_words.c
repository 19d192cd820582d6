/*
 * submission_words: what a configuration that a stranger wrote may not say.
 *
 * Refused is what reaches out of the node's own folder, or opens a door into the
 * daemon: other files (include), files that the daemon writes (log "FILE",
 * mrtdump, protocol mrt), further control sockets (cli), programs that it starts
 * (the ssh of protocol rpki).
 *
 * BIRD's file is cut into words as BIRD does it: comments and quoted texts are
 * none, a quote ends with its line. Other languages have quotes over several
 * lines, escapes and macros; there the word is refused wherever it stands, also in
 * a comment.
 */
#include <ctype.h>
#include <string.h>

#include "base/str.h"
#include "desk/submission.h"

struct words {
	const char *text;
	size_t len, pos;
	int line;
	bool bird; /* knows comments and quotes */
	char word[64], last[64];
	bool quoted;
};

static void
words_skip_to(struct words *w, const char *end)
{
	size_t n = strlen(end);

	while (w->pos < w->len) {
		if (w->len - w->pos >= n &&
		    memcmp(w->text + w->pos, end, n) == 0) {
			/* the newline itself is counted by the caller */
			w->pos += *end == '\n' ? 0 : n;
			return;
		}
		w->line += w->text[w->pos++] == '\n';
	}
}

static bool
words_at(const struct words *w, const char *text)
{
	size_t n = strlen(text);

	return w->len - w->pos >= n && memcmp(w->text + w->pos, text, n) == 0;
}

static bool
words_part(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* A quoted text, in its quotes: a name in BIRD's single ones, a text in double
 * ones. No quote is carried over the end of a line. */
static void
words_quoted(struct words *w, char quote)
{
	size_t n = 0;

	for (w->pos++; w->pos < w->len && w->text[w->pos] != quote &&
		       w->text[w->pos] != '\n';
	     w->pos++)
		if (n + 1 < sizeof(w->word))
			w->word[n++] = w->text[w->pos];
	w->word[n] = '\0';
	w->quoted = true;
	w->pos += w->pos < w->len && w->text[w->pos] == quote;
}

static void
words_plain(struct words *w)
{
	size_t n = 0;

	for (; w->pos < w->len && words_part(w->text[w->pos]); w->pos++)
		if (n + 1 < sizeof(w->word))
			w->word[n++] = w->text[w->pos];
	w->word[n] = '\0';
	w->quoted = false;
}

/* The next word into w->word; false at the end. What is neither a word nor
 * quoted is a word of one character. */
static bool
words_next(struct words *w)
{
	memcpy(w->last, w->word, sizeof(w->last));
	while (w->pos < w->len) {
		char c = w->text[w->pos];

		if (w->bird && c == '#') {
			words_skip_to(w, "\n");
		} else if (w->bird && words_at(w, "/*")) {
			w->pos += 2;
			words_skip_to(w, "*/");
		} else if (isspace((unsigned char)c)) {
			w->line += c == '\n';
			w->pos++;
		} else if (w->bird && (c == '"' || c == '\'')) {
			words_quoted(w, c);
			return true;
		} else if (words_part(c)) {
			words_plain(w);
			return true;
		} else {
			w->word[0] = c;
			w->word[1] = '\0';
			w->quoted = false;
			w->pos++;
			return true;
		}
	}
	return false;
}

static const char *
words_bird(const struct words *w)
{
	static const char *const refused[] = {"include", "mrtdump", "cli",
					      "ssh", "mrt"};
	size_t i;

	for (i = 0; !w->quoted && i < sizeof(refused) / sizeof(*refused); i++)
		if (strcmp(w->word, refused[i]) == 0)
			return refused[i];
	/* log stderr all; is what every start has */
	if (strcmp(w->last, "log") == 0 && w->quoted)
		return "a log file";
	return NULL;
}

static const char *
words_nft(const struct words *w)
{
	return strcmp(w->word, "include") == 0 ? "include" : NULL;
}

static const char *
words_frr(const struct words *w)
{
	if (strcmp(w->last, "log") == 0 && strcmp(w->word, "file") == 0)
		return "a log file";
	if (strcmp(w->word, "ssh") == 0)
		return "ssh";
	return strcmp(w->word, "dump") == 0 ? "dump" : NULL;
}

static const char *
words_openbgpd(const struct words *w)
{
	static const char *const refused[] = {"include", "dump", "socket"};
	size_t i;

	for (i = 0; i < sizeof(refused) / sizeof(*refused); i++)
		if (strcmp(w->word, refused[i]) == 0)
			return refused[i];
	return NULL;
}

static const struct words_rule {
	const char *file;
	bool bird;
	const char *(*bad)(const struct words *w);
} words_rules[] = {
    {"bird.conf", true, words_bird},
    {"nftables.conf", false, words_nft},
    {"frr.conf", false, words_frr},
    {"bgpd.conf", false, words_openbgpd},
};

const char *
submission_words_bad(const char *name, const char *text, size_t len, int *line)
{
	struct words w = {.text = text, .len = len, .line = 1};
	const char *base = strrchr(name, '/'), *bad;
	const struct words_rule *rule = NULL;
	size_t i;

	base = base ? base + 1 : name;
	for (i = 0; i < sizeof(words_rules) / sizeof(*words_rules); i++)
		if (strcmp(words_rules[i].file, base) == 0)
			rule = &words_rules[i];
	if (rule == NULL)
		return NULL;
	w.bird = rule->bird;
	while (words_next(&w)) {
		if ((bad = rule->bad(&w)) != NULL) {
			*line = w.line;
			return bad;
		}
	}
	return NULL;
}
