/*
 * exercise_network: the network.yml of an exercise's folders, read as the lab will.
 *
 * Where a node's daemon would refuse its file, the author sees it when the daemon
 * runs. A network.yml is ours, and so is the sentence, at once and with its place.
 * Mistakes are left alone: one that cannot be read may be the point.
 */
#include <string.h>

#include "base/file.h"
#include "base/str.h"
#include "grader/exercise_priv.h"
#include "lab/model/model_netconf.h"

static int
network_file(const struct exercise *x, const char *folder,
	     const struct lab_node *n, struct err *e)
{
	_free_ char *dir = xasprintf("%s/%s/%s", x->dir, folder, n->name);
	_free_ char *path = xasprintf("%s/" MODEL_NETCONF_FILE, dir);
	_free_ char *text = NULL, *said = NULL;
	struct model_netconf c = {0};
	size_t len;

	if (!file_exists(path))
		return 0;
	if (file_read(path, MODEL_NETCONF_BYTES, &text, &len, e) < 0)
		return -1;
	if (model_netconf_parse(n, text, len, &c, e) < 0) {
		said = xstrdup(e->msg);
		return err_usage(e, "%s/%s", dir, said);
	}
	model_netconf_clear(&c);
	return 0;
}

static int
network_node(const struct exercise *x, const struct lab_node *n, struct err *e)
{
	size_t i;

	if (network_file(x, "start", n, e) < 0 ||
	    network_file(x, "solution", n, e) < 0)
		return -1;
	for (i = 0; i < x->nalso; i++) {
		_free_ char *folder = xasprintf("also/%s", x->also[i]);

		if (network_file(x, folder, n, e) < 0)
			return -1;
	}
	return 0;
}

int
exercise_check_network(const struct exercise *x, const struct lab *lab,
		       struct err *e)
{
	size_t i;

	for (i = 0; i < lab->nnodes; i++)
		if (lab->nodes[i].trainee &&
		    network_node(x, &lab->nodes[i], e) < 0)
			return -1;
	return 0;
}
