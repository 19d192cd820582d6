#include <stdio.h>
#include <string.h>

#include "base/out.h"
#include "grader/grader_evidence.h"
#include "grader/kind_port_priv.h"

bool
kind_port_is(const struct grader_params *p, const json_t *row)
{
	return strcmp(out_text(row, "kind"), "port") == 0 &&
	       strcmp(out_text(row, "node"), p->at) == 0 &&
	       (p->lan == NULL || strcmp(out_text(row, "home"), p->lan) == 0);
}

void
kind_port_where(const struct grader_params *p, const json_t *rows,
		struct grader_finding *f)
{
	const char *sw = NULL;
	const json_t *row;
	size_t i;

	json_array_foreach(rows, i, row)
	{
		if (kind_port_is(p, row) && sw == NULL)
			sw = out_text(row, "switch");
	}
	grader_finding_where(f, "%s, the port of %s", sw ? sw : "the switch",
			     p->at);
}

bool
kind_bound_absence(const struct grader_params *p)
{
	return p->least == GRADER_UNSAID;
}

int
kind_bound_sane(const struct grader_params *p, const struct yaml_doc *doc,
		const struct yaml *check, struct err *e)
{
	if (p->least == GRADER_UNSAID && p->most == GRADER_UNSAID)
		return yaml_err(doc, check, e,
				"say how many: \"least\", \"most\" or both");
	if (p->least != GRADER_UNSAID && p->most < p->least)
		return yaml_err(doc, yaml_get(check, "most"), e,
				"\"most\" is less than \"least\"");
	return 0;
}

bool
kind_bound_holds(const struct grader_params *p, json_int_t n)
{
	return (p->least == GRADER_UNSAID || n >= (json_int_t)p->least) &&
	       (p->most == GRADER_UNSAID || n <= (json_int_t)p->most);
}

const char *
kind_bound_words(const struct grader_params *p, char buf[64])
{
	if (p->least == GRADER_UNSAID)
		snprintf(buf, 64, "at most %u", p->most);
	else if (p->most == GRADER_UNSAID)
		snprintf(buf, 64, "at least %u", p->least);
	else
		snprintf(buf, 64, "%u to %u", p->least, p->most);
	return buf;
}
