/*
 * ixlab import: an exchange's IX-F Member Export in, a lab file out. What comes
 * out is read again as "up" would read it, so that a twin that cannot be run is
 * told here.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/out.h"
#include "base/str.h"
#include "cmd_table.h"
#include "lab/field/field.h"

static size_t
import_count(const struct lab *lab, enum lab_role role)
{
	size_t i, n = 0;

	for (i = 0; i < lab->nnodes; i++)
		n += lab->nodes[i].role == role;
	return n;
}

static json_t *
import_json(const struct cmd *c, const struct lab *lab, const char *text,
	    const struct field *x)
{
	const char *rest = str_text(&x->notices);
	json_t *notices = json_array();
	size_t n;

	for (; *rest; rest += n + (rest[n] == '\n')) {
		n = strcspn(rest, "\n");
		json_array_append_new(notices, json_stringn(rest, n));
	}
	return json_pack(
	    "{so so sI sI sI sI so so}", "file", out_str(c->args[0]), "lab",
	    out_str(lab->name), "lans", (json_int_t)lab->nlans, "switches",
	    (json_int_t)import_count(lab, LAB_SWITCH), "route_servers",
	    (json_int_t)import_count(lab, LAB_ROUTE_SERVER), "members",
	    (json_int_t)import_count(lab, LAB_MEMBER), "notices", notices,
	    "text", cmd_option(c, "-o") ? json_null() : out_str(text));
}

static int
import_write(const struct cmd *c, const char *text, struct err *e)
{
	const char *to = cmd_option(c, "-o");

	if (to == NULL)
		return 0;
	if (file_exists(to))
		return err_usage(e,
				 "%s is there already: name another file, "
				 "or remove it",
				 to);
	return file_write(to, text, strlen(text), e);
}

static void
import_print(const struct cmd *c, const struct lab *lab, const char *text,
	     const struct field *x)
{
	const char *to = cmd_option(c, "-o");

	if (c->json) {
		json_t *o = import_json(c, lab, text, x);

		out_json(stdout, o);
		json_decref(o);
		return;
	}
	if (to == NULL) {
		fputs(text, stdout); /* the notices stand in it */
		return;
	}
	fputs(str_text(&x->notices), stderr);
	printf("%s: members: %zu, route servers: %zu, peering LANs: %zu; start "
	       "it with: ixlab up %s%s\n",
	       to, import_count(lab, LAB_MEMBER),
	       import_count(lab, LAB_ROUTE_SERVER), lab->nlans,
	       strchr(to, '/') ? "" : "./", to);
}

static int
import_twin(struct cmd *c, struct field *x, struct err *e)
{
	struct field_options o = {
	    .lab = cmd_option(c, "--name"),
	    .kind = cmd_option(c, "--kind"),
	    .keep_addresses = cmd_option(c, "--keep-addresses") != NULL,
	};
	_free_ char *text = field_twin(x, &o);
	const char *name = cmd_option(c, "-o");
	struct lab *lab =
	    model_parse(name ? name : "the twin", text, strlen(text), NULL, e);
	int rc;

	if (lab == NULL)
		return err_in(e, "%s makes no lab", c->args[0]);
	rc = import_write(c, text, e);
	if (rc == 0)
		import_print(c, lab, text, x);
	model_free(lab);
	return rc;
}

int
cmd_import(struct cmd *c, struct err *e)
{
	const char *name = cmd_option(c, "--name");
	const char *kind = cmd_option(c, "--kind");
	_free_ char *text = NULL;
	struct field x;
	size_t len;
	int rc;

	if (name && !model_is_lab_name(name))
		return err_usage(e,
				 "\"%s\" is no name for a lab: small "
				 "letters, digits and -",
				 name);
	if (kind && kind[strspn(kind, "abcdefghijklmnopqrstuvwxyz")] != '\0')
		return err_usage(e, "\"%s\" is no kind; see lab(5)", kind);
	if (file_read(c->args[0], FIELD_MAX_BYTES, &text, &len, e) < 0 ||
	    field_read(&x, c->args[0], text, len, e) < 0)
		return -1;
	rc = import_twin(c, &x, e);
	field_clear(&x);
	return rc;
}
