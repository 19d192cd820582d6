/*
 * A save and its reader: what comes back is what went in; each hostile or
 * damaged archive is refused with its own sentence.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <archive.h>
#include <archive_entry.h>
#include <cmocka.h>
#include <sha256.h>

#include "base/out.h"
#include "base/str.h"
#include "lab/save/save.h"

/* ---- archives made by hand */

struct entry {
	const char *path; /* NULL ends the list */
	const char *text; /* NULL: "x" */
	int type;	  /* 0: a plain file */
};

struct row { /* of the manifest */
	const char *path;
	long long bytes; /* -1: as the text "x" */
};

static la_ssize_t
more(struct archive *a, void *arg, const void *data, size_t len)
{
	(void)a;
	str_addn(arg, data, len);
	return (la_ssize_t)len;
}

static void
put(struct archive *a, const char *path, const char *text, int type)
{
	struct archive_entry *x = archive_entry_new();

	archive_entry_set_pathname(x, path);
	archive_entry_set_perm(x, 0644);
	archive_entry_set_filetype(x, type ? (unsigned int)type : AE_IFREG);
	if (type == AE_IFLNK)
		archive_entry_set_symlink(x, "/etc/passwd");
	else if (type == -1) {
		archive_entry_set_filetype(x, AE_IFREG);
		archive_entry_set_hardlink(x, "lab.yml");
	} else if (type == 0)
		archive_entry_set_size(x, (la_int64_t)strlen(text));
	assert_int_equal(archive_write_header(a, x), ARCHIVE_OK);
	if (type == 0)
		assert_int_equal(archive_write_data(a, text, strlen(text)),
				 strlen(text));
	archive_entry_free(x);
}

static char *
manifest(const struct row *rows, int version)
{
	json_t *files = json_array(), *m;
	char digest[SHA256_DIGEST_STRING_LENGTH], *text;
	const struct row *r;

	SHA256Data((const uint8_t *)"x", 1, digest);
	for (r = rows; r->path; r++)
		json_array_append_new(
		    files,
		    json_pack("{ss sI si sb ss}", "path", r->path, "bytes",
			      (json_int_t)(r->bytes < 0 ? 1 : r->bytes), "mode",
			      0644, "own", 0, "sha256", digest));
	m = json_pack("{si ss si si so s{}}", "ixlab-save", version, "lab", "x",
		      "members", 0, "made", 1, "files", files, "state");
	text = json_dumps(m, 0);
	json_decref(m);
	return text;
}

/* The digest it must have, when it is an object. */
static char *
signed_text(const char *text)
{
	json_t *m = json_loads(text, 0, NULL);
	char digest[SHA256_DIGEST_STRING_LENGTH], *bare, *out;

	if (!json_is_object(m)) {
		json_decref(m);
		return xstrdup(text);
	}
	bare = json_dumps(m, JSON_COMPACT | JSON_SORT_KEYS);
	json_object_set_new(
	    m, "sha256",
	    json_string(SHA256Data((uint8_t *)bare, strlen(bare), digest)));
	out = json_dumps(m, 0);
	free(bare);
	json_decref(m);
	return out;
}

static void
tar_of(const char *head, const char *text, const struct entry *entries,
       struct str *to)
{
	struct archive *a = archive_write_new();
	const struct entry *x;

	archive_write_add_filter_gzip(a);
	archive_write_set_format_pax_restricted(a);
	archive_write_open(a, to, NULL, more, NULL);
	if (head) {
		_free_ char *whole = strstr(text, "\"a\": 2")
					 ? xstrdup(text)
					 : signed_text(text);

		put(a, head, whole, 0);
	}
	for (x = entries; x->path; x++)
		put(a, x->path, x->text ? x->text : "x", x->type);
	archive_write_close(a);
	archive_write_free(a);
}

static void
refused(const struct str *tar, const char *sentence)
{
	struct err e = {0};
	struct save s;

	if (save_read("f.tgz", tar->text, tar->len, &s, &e) == 0)
		fail_msg("taken, but expected: %s", sentence);
	if (strstr(e.msg, sentence) == NULL || !str_starts(e.msg, "f.tgz: "))
		fail_msg("got:      %s\nexpected: %s", e.msg, sentence);
	assert_int_equal(e.class, ERR_USAGE);
	assert_null(strchr(e.msg, '\n'));
}

/* ---- what comes back */

static char *
bytes(size_t n, size_t *len)
{
	char *data = xmalloc(n + 1);
	size_t i;

	for (i = 0; i < n; i++)
		data[i] = (char)(i * 7 + i / 251);
	*len = n;
	return data;
}

static void
same(const struct save *s, const struct save *t)
{
	size_t i;

	assert_string_equal(s->lab, t->lab);
	assert_int_equal(s->members, t->members);
	assert_true(json_equal(s->state, t->state));
	assert_int_equal(s->n, t->n);
	for (i = 0; i < s->n; i++) {
		assert_string_equal(s->files[i].path, t->files[i].path);
		assert_int_equal(s->files[i].len, t->files[i].len);
		assert_int_equal(s->files[i].own, t->files[i].own);
		assert_memory_equal(s->files[i].data, t->files[i].data,
				    s->files[i].len);
	}
}

static void
test_round(void **arg)
{
	static const char *const paths[] = {"lab.yml", "nodes/m1/bird.conf",
					    "nodes/m1/a/b/c.txt",
					    "files/dump.gz",
					    "nodes/rs1/\xc3\xbc"
					    "ber \xe2\x82\xac.yml"};
	struct err e = {0};
	struct save s, t;
	char *tar;
	size_t i, len;

	(void)arg;
	save_init(&s, "two-words", 12, 1700000000);
	s.state = json_pack("{s[]}", "stopped");
	for (i = 0; i < 5; i++) {
		char *data = bytes(i * 50000, &len);

		assert_int_equal(save_add(&s, paths[i], i == 2 ? 07777 : 0600,
					  data, len, &e),
				 0);
	}
	s.files[1].own = true;
	assert_int_equal(save_write(&s, &tar, &len, &e), 0);
	if (save_read("f", tar, len, &t, &e) < 0)
		fail_msg("%s", e.msg);
	assert_string_equal(t.lab, "two-words");
	assert_int_equal(t.made, 1700000000);
	same(&s, &t);
	for (i = 0; i < 5; i++)
		assert_int_equal(t.files[i].mode, i == 2 ? 0755 : 0600);
	/* cut anywhere, it is refused; a changed byte changes nothing unseen */
	for (i = 0; i < len; i += i + 200 < len ? len / 97 + 1 : 1) {
		struct save u;

		assert_int_equal(save_read("f", tar, i, &u, &e), -1);
	}
	for (i = 0; i < len; i += len / 397 + 1) {
		struct save u;

		tar[i] = (char)(tar[i] ^ 0x20);
		if (save_read("f", tar, len, &u, &e) == 0) {
			same(&s, &u); /* a time in a tar's head */
			save_clear(&u);
		}
		tar[i] = (char)(tar[i] ^ 0x20);
	}
	free(tar);
	save_clear(&s);
	save_clear(&t);
}

/* ---- what is refused */

#define ROW(p)        \
	{             \
		p, -1 \
	}
#define LAB ROW("lab.yml")
#define X(p)               \
	{                  \
		p, NULL, 0 \
	}
#define XT(p, text)        \
	{                  \
		p, text, 0 \
	}

static const struct {
	struct row rows[4];
	struct entry entries[4];
	const char *sentence;
} bad[] = {
    {{LAB, ROW("/etc/passwd")},
     {X("lab.yml"), X("/etc/passwd")},
     "\"/etc/passwd\" is an absolute path"},
    {{LAB, ROW("nodes/../../x")},
     {X("lab.yml"), X("nodes/../../x")},
     "\"nodes/../../x\" is no path inside a lab"},
    {{LAB, ROW("nodes/m1/./x")}, {X("lab.yml")}, "is no path inside a lab"},
    {{LAB, ROW("nodes//x")}, {X("lab.yml")}, "is no path inside a lab"},
    {{LAB, ROW("nodes/m1/x\nnodes")},
     {X("lab.yml")},
     "is no path inside a lab"},
    {{LAB, ROW("nodes/1/2/3/4/5/6/7/8/9/10/11/12/13")},
     {X("lab.yml")},
     "is no path inside a lab"},
    {{LAB, ROW("log")}, {X("lab.yml")}, "belongs neither to the lab file nor"},
    {{LAB, ROW("nodes/x")}, {X("lab.yml")}, "belongs neither"},
    {{LAB, ROW("files/x/y")}, {X("lab.yml")}, "belongs neither"},
    {{LAB, ROW("files/..")}, {X("lab.yml")}, "is no path inside a lab"},
    {{LAB, LAB}, {X("lab.yml"), X("lab.yml")}, "lab.yml is there twice"},
    {{LAB, ROW("nodes/m1/x"), ROW("nodes/m1/x/y")},
     {X("lab.yml")},
     "nodes/m1/x is a file and a folder"},
    {{LAB, ROW("nodes/m1/x/y"), ROW("nodes/m1/x")},
     {X("lab.yml")},
     "nodes/m1/x is a file and a folder"},
    {{LAB, {"nodes/m1/x", SAVE_FILE_MAX + 1}},
     {X("lab.yml")},
     "nodes/m1/x is larger than 16777216 bytes"},
    {{LAB, {"nodes/m1/x", 4}},
     {X("lab.yml"), X("nodes/m1/x")},
     "nodes/m1/x is not what was saved"},
    {{LAB, ROW("nodes/m1/x")},
     {X("lab.yml"), XT("nodes/m1/x", "y")},
     "nodes/m1/x is not what was saved"},
    {{LAB, ROW("nodes/m1/x")},
     {X("lab.yml"), XT("nodes/m1/x", "xyz")},
     "nodes/m1/x: it holds more than it says"},
    {{LAB, ROW("nodes/m1/x")}, {X("lab.yml")}, "nodes/m1/x is missing"},
    {{LAB, ROW("nodes/m1/x")},
     {X("lab.yml"), X("nodes/m1/y")},
     "there is another file where nodes/m1/x should be"},
    {{LAB},
     {X("lab.yml"), X("nodes/m1/y")},
     "files that its manifest does not"},
    {{ROW("nodes/m1/x")}, {X("nodes/m1/x")}, "lab.yml is missing"},
    {{LAB, ROW("nodes/m1/x")},
     {X("lab.yml"), {"nodes/m1/x", NULL, AE_IFLNK}},
     "\"nodes/m1/x\" is a link"},
    {{LAB, ROW("nodes/m1/x")},
     {X("lab.yml"), {"nodes/m1/x", NULL, -1}},
     "\"nodes/m1/x\" is a link"},
    {{LAB, ROW("nodes/m1/x")},
     {X("lab.yml"), {"nodes/m1/x", NULL, AE_IFCHR}},
     "\"nodes/m1/x\" is no plain file"},
    {{LAB, ROW("nodes/m1/x")},
     {X("lab.yml"), {"nodes/m1/x", NULL, AE_IFIFO}},
     "\"nodes/m1/x\" is no plain file"},
    {{LAB, ROW("nodes/m1/x")},
     {X("lab.yml"), {"nodes/m1/x", NULL, AE_IFDIR}},
     "\"nodes/m1/x/\" is no plain file"},
};

static void
test_bad(void **arg)
{
	size_t i;

	(void)arg;
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		_free_ char *text = manifest(bad[i].rows, SAVE_VERSION);
		struct str tar = {0};

		tar_of("manifest.json", text, bad[i].entries, &tar);
		refused(&tar, bad[i].sentence);
		str_clear(&tar);
	}
}

static const struct {
	const char *name, *text, *sentence;
} heads[] = {
    {"lab.yml", "x", "no manifest stands at its beginning"},
    {NULL, NULL, "no manifest stands at its beginning"},
    {"manifest.json", "{", "its manifest is no JSON object: line 1"},
    {"manifest.json", "[]", "its manifest is no JSON object"},
    {"manifest.json", "{\"a\": 1, \"a\": 2}", "its manifest is no JSON object"},
    {"manifest.json", "{}", "it is no save of a lab"},
    {"manifest.json", "{\"ixlab-save\": 2}",
     "it is of version 2, and this ixlab reads version 1"},
    {"manifest.json", "{\"ixlab-save\": 1, \"a\": 2}",
     "its manifest is not what was saved"},
    {"manifest.json", "{\"ixlab-save\": 1, \"lab\": \"../x\"}",
     "its manifest names no lab"},
    {"manifest.json", "{\"ixlab-save\": 1, \"lab\": \"x\", \"members\": -1}",
     "members of its manifest is no number from 0 to 4096"},
    {"manifest.json",
     "{\"ixlab-save\": 1, \"lab\": \"x\", \"members\": 0, \"made\": 0}",
     "its manifest has no state"},
    {"manifest.json",
     "{\"ixlab-save\": 1, \"lab\": \"x\", \"members\": 0, \"made\": 0, "
     "\"state\": {}}",
     "its manifest lists no files"},
    {"manifest.json",
     "{\"ixlab-save\": 1, \"lab\": \"x\", \"members\": 0, \"made\": 0, "
     "\"state\": {}, \"files\": [1]}",
     "its manifest has a file without a path"},
    {"manifest.json",
     "{\"ixlab-save\": 1, \"lab\": \"x\", \"members\": 0, \"made\": 0, "
     "\"state\": {}, \"files\": [{\"path\": \"lab.yml\", \"mode\": 1, "
     "\"bytes\": 1, \"own\": true, \"sha256\": \"z\"}]}",
     "lab.yml has no digest"},
};

static void
test_heads(void **arg)
{
	static const struct entry none[] = {X(NULL)};
	struct str tar = {0};
	size_t i;

	(void)arg;
	for (i = 0; i < sizeof(heads) / sizeof(*heads); i++) {
		tar_of(heads[i].name, heads[i].text, none, &tar);
		refused(&tar, heads[i].sentence);
		str_clear(&tar);
	}
	str_add(&tar, "hello\n");
	refused(&tar, "it is no save of a lab");
	str_clear(&tar);
}

/* Thousands of files, and one archive that unpacks to far more than it is. */
static void
test_many(void **arg)
{
	struct row *rows = xcalloc(SAVE_FILES_MAX + 2, sizeof(*rows));
	static const struct entry lab[] = {X("lab.yml"), X(NULL)};
	struct str tar = {0};
	struct err e = {0};
	char *text, *big = xcalloc(SAVE_FILE_MAX + 2, 1);
	struct entry bomb[] = {XT("lab.yml", big), X(NULL)};
	struct row one[] = {LAB, {NULL, 0}};
	struct save s;
	size_t i;

	(void)arg;
	for (i = 0; i <= SAVE_FILES_MAX; i++)
		rows[i] = (struct row){xasprintf("nodes/m1/%zu", i), -1};
	text = manifest(rows, SAVE_VERSION);
	tar_of("manifest.json", text, lab, &tar);
	refused(&tar, "it has 20001 files, and 20000 are the most");
	str_clear(&tar);
	free(text);
	memset(big, 'x', SAVE_FILE_MAX + 1);
	text = manifest(one, SAVE_VERSION);
	tar_of("manifest.json", text, bomb, &tar);
	assert_true(tar.len < 100000);
	refused(&tar, "lab.yml: it holds more than it says");
	str_clear(&tar);
	free(text);
	save_init(&s, "x", 0, 0);
	for (i = 0; i < 4; i++)
		assert_int_equal(save_add(&s, i ? rows[i].path : "lab.yml",
					  0644, xcalloc(1, SAVE_FILE_MAX),
					  SAVE_FILE_MAX, &e),
				 0);
	assert_int_equal(save_add(&s, "nodes/m1/z", 0644, xstrdup("z"), 1, &e),
			 -1);
	assert_non_null(strstr(e.msg, "all files together are larger"));
	save_clear(&s);
	for (i = 0; i <= SAVE_FILES_MAX; i++)
		free((char *)(uintptr_t)rows[i].path);
	free(rows);
	free(big);
}

static void
test_nodes(void **arg)
{
	static const char lab_text[] =
	    "lab: two\n"
	    "members:\n"
	    "  m1: {asn: 65536, prefixes: [100.64.0.0/22]}\n"
	    "  m2: {asn: 65537, prefixes: [100.64.4.0/22]}\n"
	    "links: [{between: [m1, m2], ipv4: 100.127.0.0/31, relation: "
	    "peer}]\n";
	struct err e = {0};
	struct save s;
	struct lab *lab =
	    model_parse("t.yml", lab_text, strlen(lab_text), NULL, &e);

	if (lab == NULL)
		fail_msg("%s", e.msg);
	(void)arg;
	save_init(&s, "x", 0, 0);
	assert_int_equal(save_add(&s, "nodes/m1/a", 0644, xstrdup("a"), 1, &e),
			 0);
	assert_int_equal(save_check_nodes(&s, lab, &e), 0);
	assert_int_equal(
	    save_add(&s, "nodes/m1-x/a", 0644, xstrdup("a"), 1, &e), 0);
	assert_int_equal(save_check_nodes(&s, lab, &e), -1);
	assert_string_equal(
	    e.msg, "it has files of a node m1-x, which its lab has not");
	save_clear(&s);
	model_free(lab);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_round), cmocka_unit_test(test_bad),
	    cmocka_unit_test(test_heads), cmocka_unit_test(test_many),
	    cmocka_unit_test(test_nodes),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
