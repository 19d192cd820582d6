/*
 * ixlab capture: what passes an interface of a node, by tcpdump in that node.
 *
 *	tcpdump in the node ── pcap ──> our standard output, or -w FILE
 *	tcpdump or tshark in the node ── text ──> the terminal
 *
 * tcpdump writes each packet when it comes (-U), so that a capture is whole up
 * to its last packet however it ends: by Ctrl-C, which is passed on and lets
 * tcpdump count; by the lab's end; or by a reader that closes the pipe, which is
 * watched here, because tcpdump would notice it at the next packet only, and
 * there may be none.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/out.h"
#include "base/str.h"
#include "cmd_table.h"
#include "lab/node/node.h"

#define CAPTURE_BUFFER "4096" /* KiB of the kernel's, for a slow disk */

static bool
capture_among(const json_t *names, const char *name)
{
	const json_t *item;
	size_t i;

	json_array_foreach(names, i, item)
	{
		const char *s = json_string_value(item);

		if (s && strcmp(s, name) == 0)
			return true;
	}
	return false;
}

/* The names of the node's interfaces, owned. Those of a switch are its LANs (all
 * that passes) and its ports. */
static json_t *
capture_interfaces(const json_t *state, const json_t *node)
{
	const json_t *model = json_object_get(state, "model"), *o, *end;
	const json_t *name = json_object_get(node, "name");
	json_t *all = json_array();
	size_t i;
	int k;

	json_array_foreach(json_object_get(node, "interfaces"), i, o)
	    json_array_append(all, json_object_get(o, "name"));
	json_array_foreach(json_object_get(model, "lans"), i, o)
	{
		if (capture_among(json_object_get(o, "switches"),
				  json_string_value(name)))
			json_array_append(all, json_object_get(o, "name"));
	}
	json_array_foreach(json_object_get(model, "links"), i, o)
	{
		for (k = 0; k < 2; k++) {
			end = json_object_get(o, k ? "b" : "a");
			if (json_array_size(
				json_object_get(node, "interfaces")) == 0 &&
			    json_equal(json_object_get(end, "node"), name))
				json_array_append(
				    all, json_object_get(end, "interface"));
		}
	}
	json_array_append_new(all, json_string("lo"));
	return all;
}

static bool
capture_has(const json_t *names, const char *name)
{
	return strcmp(name, "any") == 0 || capture_among(names, name);
}

/* Which interface, and where the filter begins in c->args. Without a word a
 * node's only interface is meant, a switch's first LAN, else all. The first word
 * is an interface when the node has one of that name. */
static char *
capture_choose(const struct cmd *c, const json_t *state, size_t *filter,
	       struct err *e)
{
	const json_t *node = cmd_lab_node(state, c->args[0], e);
	json_t *names = node ? capture_interfaces(state, node) : NULL;
	size_t own = json_array_size(json_object_get(node, "interfaces"));
	const char *first;
	char *chosen;

	if (names == NULL)
		return NULL;
	first = json_string_value(json_array_get(names, 0));
	*filter = 1;
	if (c->nargs > 1 && capture_has(names, c->args[1])) {
		*filter = 2;
		chosen = xstrdup(c->args[1]);
	} else {
		chosen = xstrdup(own > 1 || first == NULL ? "any" : first);
	}
	json_decref(names);
	return chosen;
}

/* One word that is neither an interface nor a filter is a mistyped interface;
 * tcpdump's "syntax error" would help nobody. */
static int
capture_typo(const struct cmd *c, const json_t *state, struct err *e)
{
	static const char *const words[] = {
	    "arp", "icmp", "icmp6", "igmp", "ip",	 "ip6",	      "tcp",
	    "udp", "esp",  "ah",    "rarp", "multicast", "broadcast", "vlan",
	    "stp", "lldp", "pim",   "vrrp", "sctp"};
	_free_ char *list = NULL;
	json_t *names;
	size_t i;

	if (c->nargs != 2 || strpbrk(c->args[1], " =<>[]()!&|"))
		return 0;
	for (i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (strcmp(c->args[1], words[i]) == 0)
			return 0;
	names = capture_interfaces(state, cmd_lab_node(state, c->args[0], e));
	if (!capture_has(names, c->args[1]))
		list = out_word(names);
	json_decref(names);
	if (list == NULL)
		return 0;
	return err_usage(e, "%s has no interface \"%s\"; it has: %s",
			 c->args[0], c->args[1], list);
}

/* ---- the command */

static void
capture_add(json_t *argv, const char *const *words)
{
	for (; *words; words++)
		json_array_append_new(argv, out_str(*words));
}

static json_t *
capture_tcpdump(const char *dev, bool text)
{
	static const char *const common[] = {"tcpdump", "-n", "-Z",
					     "root",	"-i", NULL};
	static const char *const pcap[] = {"-U",	   "-s", "0", "-B",
					   CAPTURE_BUFFER, "-w", "-", NULL};
	static const char *const lines[] = {"-l", "-e", NULL};
	json_t *argv = json_array();

	capture_add(argv, common);
	json_array_append_new(argv, out_str(dev));
	capture_add(argv, text ? lines : pcap);
	return argv;
}

static json_t *
capture_tshark(const char *dev)
{
	return json_pack("[s, s, s, s, s]", "tshark", "-n", "-l", "-i", dev);
}

static void
capture_filter(const struct cmd *c, json_t *argv, size_t from, bool tshark)
{
	struct str s = {0};

	for (; from < c->nargs; from++)
		str_addf(&s, "%s%s", s.len ? " " : "", c->args[from]);
	if (s.len > 0) {
		json_array_append_new(argv, json_string(tshark ? "-f" : "--"));
		json_array_append_new(argv, out_str(str_text(&s)));
	}
	str_clear(&s);
}

static int
capture_count(const struct cmd *c, json_t *argv, struct err *e)
{
	const char *text = cmd_option(c, "-c");
	unsigned int n;

	if (text == NULL)
		return 0;
	if (!str_to_u32(text, 1, 1000000000, &n))
		return err_usage(e, "-c wants a number of packets, not \"%s\"",
				 text);
	json_array_append_new(argv, json_string("-c"));
	json_array_append_new(argv, out_str(text));
	return 0;
}

/* ---- where it goes */

static int
capture_words(const struct cmd *c, bool text, bool tshark, struct err *e)
{
	const char *file = cmd_option(c, "-w"), *program;
	_free_ char *path = NULL;

	if (file && (text || tshark))
		return err_usage(e, "-w and %s cannot go together",
				 text ? "--text" : "--tshark");
	if (text && tshark)
		return err_usage(e, "--text and --tshark cannot go together");
	if (c->json)
		return err_usage(e,
				 "a capture has no JSON form; try: ixlab "
				 "capture %s | tshark -r - -T json",
				 c->args[0]);
	if (file == NULL && !text && !tshark && isatty(STDOUT_FILENO))
		return err_usage(e,
				 "a capture is binary and this is a terminal: "
				 "use -w FILE, --text, or a pipe (ixlab "
				 "capture %s | wireshark -k -i -)",
				 c->args[0]);
	program = tshark ? "tshark" : "tcpdump";
	if ((path = node_which(program)) == NULL)
		return err_here(e,
				"%s is not installed: sudo apt-get install %s",
				program, program);
	return 0;
}

/* Before anything is overwritten: tcpdump says what is wrong with a filter. */
static int
capture_try(struct cmd *c, const char *lab, const char *dev, size_t filter,
	    struct err *e)
{
	const int fds[3] = {-1, -1, STDERR_FILENO};
	json_t *argv;
	int rc;

	if (filter >= c->nargs)
		return 0;
	argv = capture_tcpdump(dev, true);
	json_array_append_new(argv, json_string("-d"));
	capture_filter(c, argv, filter, false);
	rc = cmd_run_on(c, lab, c->args[0], argv, json_object(), fds, e);
	if (rc == 0 && c->status != 0)
		rc = err_usage(e, "this is no filter (see pcap-filter(7))");
	return rc;
}

static int
capture_end(const struct cmd *c, const char *program, struct err *e)
{
	if (c->status == 0)
		return 0;
	return err_here(e, "%s ended with status %d", program, c->status);
}

/* Wherever it ended, what was captured is whole: only tcpdump's own refusal is
 * a failure. */
static int
capture_run(struct cmd *c, const char *lab, json_t *argv, int out,
	    struct err *e)
{
	const int fds[3] = {-1, out, STDERR_FILENO};
	json_t *env = json_object();
	int rc = cmd_run_on(c, lab, c->args[0], argv, env, fds, e);

	if (rc < 0 && !cmd_lab_runs(lab)) {
		c->status = 0;
		rc = 0;
	}
	if (c->status > 128)
		c->status = 0;
	return rc;
}

static int
capture_pcap(struct cmd *c, const char *lab, json_t *argv, struct err *e)
{
	const char *file = cmd_option(c, "-w");
	int out = STDOUT_FILENO, rc;

	if (file == NULL || strcmp(file, "-") == 0)
		return capture_run(c, lab, argv, out, e);
	out = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (out < 0) {
		json_decref(argv);
		return err_sys(e, "cannot write %s", file);
	}
	rc = capture_run(c, lab, argv, out, e);
	if (close(out) < 0 && rc == 0)
		rc = err_sys(e, "cannot write %s", file);
	return rc;
}

/* Text may go to a terminal: as any command in the node. */
static int
capture_text(struct cmd *c, const char *lab, json_t *argv, struct err *e)
{
	const char *term = getenv("TERM");
	json_t *env = json_object();
	int rc;

	if (term)
		json_object_set_new(env, "TERM", out_str(term));
	rc = cmd_run(c, lab, c->args[0], argv, env, e);
	if (c->status > 128)
		c->status = 0;
	return rc;
}

int
cmd_capture(struct cmd *c, struct err *e)
{
	bool tshark = cmd_option(c, "--tshark"), text = cmd_option(c, "--text");
	_free_ char *lab = NULL, *dev = NULL;
	json_t *state = NULL, *argv = NULL;
	size_t filter = 1;
	int rc;

	if (capture_words(c, text, tshark, e) < 0 ||
	    (lab = cmd_lab_pick(c, NULL, e)) == NULL ||
	    (state = cmd_lab_inspect(lab, e)) == NULL)
		return -1;
	dev = capture_choose(c, state, &filter, e);
	rc = dev ? capture_typo(c, state, e) : -1;
	json_decref(state);
	if (rc < 0 || capture_try(c, lab, dev, filter, e) < 0)
		return -1;
	argv = tshark ? capture_tshark(dev) : capture_tcpdump(dev, text);
	if (capture_count(c, argv, e) < 0) {
		json_decref(argv);
		return -1;
	}
	capture_filter(c, argv, filter, tshark);
	rc = text || tshark ? capture_text(c, lab, argv, e)
			    : capture_pcap(c, lab, argv, e);
	return rc < 0 ? -1 : capture_end(c, tshark ? "tshark" : "tcpdump", e);
}
