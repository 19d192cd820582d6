/*
 * What a node runs and may use, and what happens on its wires: the keys kind,
 * limits, and those of weather. They stand on many things and mean the same on
 * each.
 */
#include <string.h>

#include "lab/model/model_kind.h"
#include "lab/model/model_word.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define KINDS_MAX 32
#define COMMAND_MAX 64 /* words */

int
word_kind(const struct word_lab *w, const struct yaml *map, struct word_node *n,
	  struct err *e)
{
	const struct yaml *y = yaml_get(map, "kind");
	const char *names[KINDS_MAX];
	size_t i, count = 0, at = 0;

	n->kind = model_kind_default(n->role);
	if (y == NULL)
		return 0;
	for (i = 0; i < model_nkinds && count < KINDS_MAX; i++)
		if (model_kinds[i]->roles & LAB_ROLE(n->role))
			names[count++] = model_kinds[i]->name;
	if (yaml_word(&w->doc, y, names, count, &at, e) < 0)
		return -1;
	n->kind = model_kind_find(names[at]);
	return 0;
}

/* argv of a node that runs what the file says. */
static int
kind_command(struct word_lab *w, const struct yaml *map, struct word_node *n,
	     struct err *e)
{
	const struct yaml *y = yaml_get(map, "command");
	const char *text;
	size_t i;

	if (y == NULL && n->kind->command && n->command == NULL)
		return word_err(w, map, e,
				"%s is of kind plain and has no command: say "
				"what it runs, such as command: [sleep, 1h]",
				n->name);
	if (y == NULL)
		return 0;
	if (!n->kind->command)
		return word_err(
		    w, y, e, "%s is of kind %s: \"command\" is for kind plain",
		    n->name, n->kind->name);
	if (yaml_want(&w->doc, y, YAML_LIST, "command", e) < 0)
		return -1;
	if (y->n == 0 || y->n > COMMAND_MAX)
		return word_err(w, y, e,
				"a command of %zu words: give a program and at "
				"most %d arguments",
				y->n, COMMAND_MAX - 1);
	n->command = model_mem_alloc(&w->mem, y->n + 1, sizeof(char *));
	for (i = 0; i < y->n; i++) {
		if (yaml_str(&w->doc, y->items[i], &text, e) < 0)
			return -1;
		if (i == 0 && *text == '\0')
			return yaml_err(&w->doc, y->items[i], e,
					"a command begins with the name of a "
					"program");
		n->command[i] = model_mem_strdup(&w->mem, text);
	}
	return 0;
}

int
word_run(struct word_lab *w, const struct yaml *map, struct word_node *n,
	 struct err *e)
{
	if (word_kind(w, map, n, e) < 0)
		return -1;
	return kind_command(w, map, n, e);
}

/* Bytes, with K, M or G behind them. */
static int
limits_memory(const struct word_lab *w, const struct yaml *y, uint64_t *bytes,
	      struct err *e)
{
	static const char units[] = "KMG";
	const char *text, *unit;
	uint64_t v = 0;
	size_t i, n;

	if (yaml_str(&w->doc, y, &text, e) < 0)
		return -1;
	n = strspn(text, "0123456789");
	for (i = 0; i < n && n < 10; i++)
		v = 10 * v + (uint64_t)(text[i] - '0');
	unit = text[n] ? strchr(units, text[n]) : NULL;
	if (unit == NULL || text[n + 1] != '\0' || v == 0)
		return yaml_err(&w->doc, y, e,
				"\"%.40s\" is no amount of memory: say it in "
				"K, M or G, such as 64M",
				text);
	*bytes = v << (10 * (unit - units + 1));
	if (*bytes < 1u << 20 || *bytes > 1ull << 40)
		return yaml_err(&w->doc, y, e,
				"%s of memory: give from 1M to 1024G", text);
	return 0;
}

int
word_limits(const struct word_lab *w, const struct yaml *map,
	    struct lab_limits *l, struct err *e)
{
	static const char *const keys[] = {"memory", "processes", "cpu"};
	const struct yaml *y = yaml_get(map, "limits"), *v;

	if (y == NULL)
		return 0;
	if (yaml_keys(&w->doc, y, "limits", keys, COUNT(keys), e) < 0)
		return -1;
	if ((v = yaml_get(y, "memory")) &&
	    limits_memory(w, v, &l->memory, e) < 0)
		return -1;
	if ((v = yaml_get(y, "processes")) &&
	    yaml_u32(&w->doc, v, 1, MODEL_PROCESSES_MAX, &l->processes, e) < 0)
		return -1;
	if ((v = yaml_get(y, "cpu")) &&
	    yaml_u32(&w->doc, v, 1, MODEL_CPU_MAX, &l->cpu, e) < 0)
		return -1;
	return 0;
}

/* Its words are refused where they stand. */
static int
weather_key(const struct word_lab *w, const struct yaml *y, const char *key,
	    struct lab_weather *out, struct err *e)
{
	const char *text;
	struct err why = {0};

	if (y == NULL)
		return 0;
	if (yaml_str(&w->doc, y, &text, e) < 0)
		return -1;
	if (model_weather_parse(key, text, out, &why) < 0)
		return yaml_err(&w->doc, y, e, "%s", why.msg);
	return 0;
}

int
word_weather(const struct word_lab *w, const struct yaml *map,
	     struct lab_weather *out, struct err *e)
{
	static const char *const keys[] = {WORD_WEATHER};
	struct err why = {0};
	size_t i;

	for (i = 0; i + 1 < COUNT(keys); i++)
		if (weather_key(w, yaml_get(map, keys[i]), keys[i], out, e) < 0)
			return -1;
	if (word_bool(w, map, keys[i], &out->silent, e) < 0)
		return -1;
	if (model_weather_check(out, &why) < 0)
		return word_err(w, map, e, "%s", why.msg);
	return 0;
}
