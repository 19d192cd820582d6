#include "base/json_in.h"

#include "base/str.h"

int
json_in_fail(struct json_in *in, size_t pos, const char *what)
{
	int line = 1;
	size_t begin = 0;

	for (size_t i = 0; i < pos && i < in->len; i++) {
		if (in->text[i] != '\n')
			continue;
		line++;
		begin = i + 1;
	}
	return err_at(in->e, in->name, line, (int)(pos - begin) + 1, "%s",
		      what);
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

char
json_in_peek(struct json_in *in)
{
	while (in->pos < in->len && is_space(in->text[in->pos]))
		in->pos++;
	return in->pos < in->len ? in->text[in->pos] : '\0';
}

bool
json_in_take(struct json_in *in, char c)
{
	if (json_in_peek(in) != c || in->pos == in->len)
		return false;
	in->pos++;
	return true;
}

json_t *
json_in_value(struct json_in *in)
{
	json_error_t je;
	json_t *v;

	json_in_peek(in);
	in->last = in->pos;
	v = json_loadb(in->text + in->pos, in->len - in->pos,
		       JSON_DECODE_ANY | JSON_DISABLE_EOF_CHECK |
			   JSON_REJECT_DUPLICATES,
		       &je);
	if (v == NULL) {
		str_clean(je.text);
		json_in_fail(
		    in, in->pos + (je.position > 0 ? (size_t)je.position : 0),
		    je.text);
		return NULL;
	}
	in->pos += (size_t)je.position;
	return v;
}

int
json_in_skip(struct json_in *in)
{
	json_t *v = json_in_value(in);

	json_decref(v);
	return v != NULL ? 0 : -1;
}

int
json_in_list(struct json_in *in, int (*each)(void *arg, const json_t *element),
	     void *arg)
{
	json_t *v;
	int rc;

	if (!json_in_take(in, '['))
		return json_in_fail(in, in->pos, "a list was expected here");
	if (json_in_take(in, ']'))
		return 0;
	do {
		v = json_in_value(in);
		if (v == NULL)
			return -1;
		rc = each(arg, v);
		json_decref(v);
		if (rc < 0)
			return -1;
	} while (json_in_take(in, ','));
	if (json_in_take(in, ']'))
		return 0;
	return json_in_fail(in, in->pos, "\",\" or \"]\" is missing");
}

int
json_in_object(struct json_in *in, int (*member)(void *arg, const char *name),
	       void *arg)
{
	json_t *name;
	int rc;

	if (!json_in_take(in, '{'))
		return json_in_fail(in, in->pos, "\"{\" was expected here");
	if (json_in_take(in, '}'))
		return 0;
	do {
		name = json_in_value(in);
		if (name == NULL)
			return -1;
		if (!json_is_string(name))
			rc = json_in_fail(in, in->last,
					  "a name was expected here");
		else if (!json_in_take(in, ':'))
			rc = json_in_fail(in, in->pos, "\":\" is missing");
		else
			rc = member(arg, json_string_value(name));
		json_decref(name);
		if (rc < 0)
			return -1;
	} while (json_in_take(in, ','));
	if (json_in_take(in, '}'))
		return 0;
	return json_in_fail(in, in->pos, "\",\" or \"}\" is missing");
}

int
json_in_end(struct json_in *in)
{
	json_in_peek(in);
	if (in->pos == in->len)
		return 0;
	return json_in_fail(in, in->pos, "text follows after the end");
}
