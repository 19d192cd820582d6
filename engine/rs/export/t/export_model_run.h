/* export_model_run: a sequence from its first byte to the last reference. */
#ifndef EXPORT_MODEL_RUN_H
#define EXPORT_MODEL_RUN_H

#include "rs/export/t/export_model_steps.h"

enum { HEAD = 8, STEP = 8 };

struct result {
	bool ok;
	char why[400];
	size_t step;
	uint64_t bytes;	   /* hash of all that was sent, in order */
	uint64_t holdings; /* of what the members held at the end */
	struct stats stats;
};

static uint32_t
word(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	       (uint32_t)p[3] << 24;
}

static void
on_changed(void *arg)
{
	((struct model *)arg)->told_changed = true;
}

static void
on_wake(void *arg, void *user)
{
	struct slot *s = user;

	(void)arg;
	if (s != NULL)
		s->awake = true;
}

/* ---- the beginning */

/* One of many: its number stands in it. */
static struct ip_prefix
numbered_prefix(enum ip_family f, int i)
{
	uint8_t bytes[16] = {0};

	bytes[0] = f == IP_V6 ? 0x2b : 20;
	bytes[1] = (uint8_t)(i >> 8);
	bytes[2] = (uint8_t)i;
	struct ip_addr a = ip_addr_from(f, bytes);
	return ip_prefix_of(&a, 24);
}

static void
make_prefixes(struct model *w)
{
	static const char *const text4[] = {"100.64.0.0/24", "100.64.1.0/24",
					    "100.64.0.0/16", "8.0.0.0/8",
					    "100.65.2.3/32", "100.65.2.128/25"};
	static const char *const text6[] = {
	    "2a00:1::/32",   "2a00:1::/48",	"2a00:8::/29",
	    "2a00:1:2::/48", "2a00:1:2:3::/64", "2a00:1:2:3::1/128"};

	for (int i = 0; i < PREFIXES; i++)
		w->prefix[i] = numbered_prefix(w->family, i);
	for (size_t i = 0; i < COUNT(text4); i++)
		if (!ip_prefix_parse(w->family == IP_V6 ? text6[i] : text4[i],
				     &w->prefix[i]))
			abort();
}

static void
add_dummies(struct model *w)
{
	for (int i = 0; i < DUMMIES; i++) {
		w->dummy[i] = (struct policy_session){
		    &w->policy->clients[i % 4],
		    address(w->family == IP_V6, 150u + (unsigned int)i)};
		w->dummies[i] = export_member_add(w->x, &w->dummy[i], NULL);
	}
}

static void
create(struct model *w, const uint8_t head[HEAD], uint64_t hash_seed)
{
	static const size_t behind[] = {64, 300, 1000, 5000, 0};
	static const size_t slice[] = {1, 0, 50, 100}; /* a net or two */
	static const uint32_t max_paths[] = {1, 2, 3, 64};
	struct export_hooks hooks = {w, on_changed, on_wake};

	w->family = head[0] & 1 ? IP_V6 : IP_V4;
	w->max_paths = max_paths[head[2] % COUNT(max_paths)];
	w->behind = behind[head[1] % COUNT(behind)];
	make_prefixes(w);
	w->common = word(head + 4);
	w->policy = policy_draw(w, word(head + 4));
	struct export_conf conf = {.family = w->family,
				   .behind = w->behind,
				   .slice = slice[head[2] / 4 % COUNT(slice)],
				   .add_paths = w->max_paths,
				   .seed = hash_seed};
	w->x = export_new(&conf, &w->policy->p, &hooks);
	if ((head[0] >> 1 & 7) == 7)
		add_dummies(w);
}

static void
everybody_up(struct model *w, uint8_t mask, uint32_t x)
{
	for (int i = 0; i < SLOTS; i++) {
		struct step t = {.slot = i, .x = draw(&x, 1 << 24)};
		if ((mask >> i & 1) == 0)
			continue;
		up(w, &t);
		check(w);
	}
}

static struct step
read_step(const uint8_t *p)
{
	return (struct step){.op = p[0] % COUNT(ops),
			     .slot = p[1] % SLOTS,
			     .prefix = p[2] % PREFIXES,
			     .id = p[3] % 4 % IDS,
			     .how = p[3] / 4,
			     .x = word(p + 4)};
}

/* ---- the end */

static uint64_t
holdings(const struct model *w)
{
	uint64_t sum = 0;

	for (int i = 0; i < SLOTS; i++)
		for (int p = 0; p < PREFIXES; p++)
			for (size_t j = 0; j < w->slot[i].n_held[p]; j++) {
				uint64_t h =
				    bgp_attrs_hash(w->slot[i].held[p][j].attrs);
				int where[] = {i, p};
				sum += hash_bytes(h, where, sizeof(where));
			}
	return sum;
}

/* Sets of members are left, in the rib's own notes: rib_free asserts. */
static void
check_empty(struct model *w)
{
	struct rib *rib = export_rib(w->x);
	struct export_stats s;

	export_stats(w->x, &s);
	if (rib_paths(rib) != 0 || rib_nets(rib) != 0)
		wrong(w, "%zu paths of %zu nets are left", rib_paths(rib),
		      rib_nets(rib));
	if (rib_attrs_count(rib) != 0 || s.attrs != 0)
		wrong(w, "%zu sets of attributes are left",
		      rib_attrs_count(rib));
	if (s.stream_bytes != 0)
		wrong(w, "%zu bytes of streams are left", s.stream_bytes);
}

static void
destroy(struct model *w)
{
	for (int i = 0; i < SLOTS; i++)
		remove_member(w, i);
	for (int i = 0; i < DUMMIES && w->dummies[i] != NULL; i++)
		export_member_del(w->dummies[i]);
	while (w->n_pieces > 0)
		release_one(w);
	decide(w, 0);
	check_empty(w);
	export_free(w->x);
	for (int i = 0; i < SLOTS; i++)
		for (int p = 0; p < PREFIXES; p++)
			free(w->slot[i].watch[p].seen);
	forget_all(w);
	policy_drop(w->policy);
}

static void
report(const struct model *w, bool ok, struct result *out)
{
	out->ok = ok;
	snprintf(out->why, sizeof(out->why), "%s", w->why);
	out->step = w->step;
	out->bytes = w->bytes_hash;
	out->stats = w->stats;
}

/* ---- the same paths, in another order */

/* A world with the members of another one, nothing announced. */
static void
copy_members(struct model *w, const struct model *from, uint32_t policy)
{
	change_policy(w, &(struct step){.x = policy});
	decide(w, 0);
	for (int i = SLOTS; i-- > 0;) {
		const struct slot *s = &from->slot[i];
		if (s->m == NULL)
			continue;
		configure(w, i, 0);
		w->slot[i].terms = s->terms;
		w->slot[i].router_id = s->router_id;
		w->slot[i].up = true;
		export_up(w->slot[i].m, &s->terms);
		clear_reader(&w->slot[i]);
		w->slot[i].awake = true;
		check(w);
	}
}

static void
announce_shuffled(struct model *w, const struct model *from, uint32_t seed)
{
	enum { ALL = SLOTS * PREFIXES * IDS };
	int order[ALL];

	for (int i = 0; i < ALL; i++) {
		int j = (int)draw(&seed, (uint32_t)i + 1);
		order[i] = order[j];
		order[j] = i;
	}
	for (int i = 0; i < ALL; i++) {
		int slot = order[i] % SLOTS, id = order[i] / SLOTS % IDS,
		    prefix = order[i] / SLOTS / IDS;
		const struct path *p = &from->slot[slot].said[prefix][id];
		if (from->slot[slot].m == NULL || !p->there)
			continue;
		w->slot[slot].said[prefix][id] = *p;
		w->slot[slot].said[prefix][id].attrs =
		    know(w, bgp_attrs_clone(p->attrs));
		announce_path(w, slot, prefix, id);
		check(w);
		if (draw(&seed, 4) == 0)
			decide(w, 1);
	}
}

static void
again(const struct model *from, const uint8_t head[HEAD], uint32_t policy,
      struct result *out)
{
	struct model *w = xcalloc(1, sizeof(*w));
	struct step none = {0};

	if (setjmp(w->failed) != 0) {
		report(w, false, out);
		snprintf(out->why, sizeof(out->why), "in another order: %.380s",
			 w->why);
		return;
	}
	create(w, head, 99);
	copy_members(w, from, policy);
	announce_shuffled(w, from, policy);
	for (int i = 0; i < SLOTS; i++)
		if (from->slot[i].m != NULL && !from->slot[i].up)
			down(w, &(struct step){.slot = i, .x = 1});
	synchronise(w, &none);
	if (holdings(w) != holdings(from))
		wrong(w, "the order of arrival matters");
	destroy(w);
	free(w);
}

/* ---- all of it */

enum { AGAIN = 1 };

static void
steps(struct model *w, const uint8_t *data, size_t len, uint32_t *policy)
{
	everybody_up(w, data[3], word(data + 4));
	for (size_t at = HEAD; at + STEP <= len; at += STEP) {
		struct step t = read_step(data + at);
		w->step = (at - HEAD) / STEP;
		if (ops[t.op].run == change_policy)
			*policy = t.x;
		ops[t.op].run(w, &t);
		check(w);
	}
	w->step++;
	synchronise(w, &(struct step){0});
}

/* Run a sequence. A failed one leaves its memory behind. */
static void
model_run(const uint8_t *data, size_t len, uint64_t hash_seed, int flags,
	  struct result *out)
{
	struct model *w;
	uint32_t policy;

	*out = (struct result){.ok = true};
	if (len < HEAD)
		return;
	w = xcalloc(1, sizeof(*w));
	if (setjmp(w->failed) != 0) {
		report(w, false, out);
		return;
	}
	create(w, data, hash_seed);
	policy = word(data + 4);
	steps(w, data, len, &policy);
	out->holdings = holdings(w);
	if (flags & AGAIN)
		again(w, data, policy, out);
	if (out->ok) {
		destroy(w);
		report(w, true, out);
		free(w);
	}
}

#endif
