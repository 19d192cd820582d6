/* export_model_attrs: attributes of all sorts, made from 32 bits. */
#ifndef EXPORT_MODEL_ATTRS_H
#define EXPORT_MODEL_ATTRS_H

#include "rs/export/t/export_model_policy.h"

static const char *const community_words[] = {
    "",
    "65530:1",
    "0:64500",
    "0:64500 64500:20",
    "64500:0:0 64500:1:30 64500:1:196615",
    "0:10",
    "0:20 0:30",
    "64500:0:196615",
    "64500:0:60 65530:1",
    "64500:2:10",
    "64500:3:10",
    "64500:0:0 64500:4:100",
    "64500:0:0 64500:5:10 64500:1:10",
    "65501:64500",
    "65503:64500 65511:20",
    "64500:111:10 64500:112:20 64500:113:30",
    "64500:102:0 64500:0:20",
    "64500:121:10 64500:132:10",
    "64500:140:0",
    "64500:142:20 64500:143:30",
    "64500:141:0 65512:10",
    "65535:65281",
    "65535:65282 0:50",
    "65535:666",
    "64500:666:0",
    "65535:0",
    "65535:6",
    "65520:2 64500:1000:4 64500:2000:7",
    "65530:9 65530:1 65530:9",
};

static void
add_communities(struct bgp_attrs *a, const char *words)
{
	char text[80], *save = NULL;
	uint32_t std[16];
	struct bgp_large large[16];
	size_t n = 0, m = 0;

	snprintf(text, sizeof(text), "%s", words);
	for (char *t = strtok_r(text, " ", &save); t != NULL;
	     t = strtok_r(NULL, " ", &save))
		if (bgp_community_parse(t, &std[n]))
			n++;
		else if (bgp_large_parse(t, &large[m]))
			m++;
		else
			abort();
	if (n > 0)
		bgp_attrs_set_communities(a, std, n);
	if (m > 0)
		bgp_attrs_set_large(a, large, m);
}

/* 320 fit in a message of 4096 bytes, 700 only in an extended one. */
static void
add_bulk(struct bgp_attrs *a, size_t n)
{
	struct bgp_large bulk[700];

	for (size_t i = 0; i < n; i++)
		bulk[i] = (struct bgp_large){65530, (uint32_t)i, 1};
	bgp_attrs_set_large(a, bulk, n);
}

static void
add_extra(struct bgp_attrs *a, uint32_t what)
{
	static const uint8_t ext[16] = {0, 2, 0, 99, 0, 0, 0, 1,
					2, 2, 0, 3,  0, 1, 0, 1};
	static const uint8_t unknown[] = {0xe0, 200, 0, 3, 1, 2, 3};

	switch (what) {
	case 1: a->atomic_aggregate = true; break;
	case 2:
		a->has_aggregator = true;
		a->aggregator_as = 196615;
		a->aggregator_id = 7;
		break;
	case 3: bgp_attrs_set_ext(a, ext, 2); break;
	case 4:
		a->unknown = xmalloc(sizeof(unknown));
		memcpy(a->unknown, unknown, sizeof(unknown));
		a->unknown_len = sizeof(unknown);
		break;
	case 5:
		a->has_otc = true;
		a->otc = 30;
		break;
	case 6:
		a->has_local_pref = true;
		a->local_pref = 200;
		break;
	case 7: add_bulk(a, 320); break;
	case 8: add_bulk(a, 700); break;
	case 9: a->partial = BGP_PARTIAL_COMMUNITIES; break;
	}
	if (a->n_communities == 0)
		a->partial = 0;
}

/* The member's AS, then up to three, among them those of other members. */
static void
add_path(struct bgp_attrs *a, uint32_t first, uint32_t x)
{
	static const uint32_t others[] = {10, 20, 30, 196615, 7, 8, 9, 3356};
	uint32_t path[4] = {first};
	size_t n = 1;

	while (n < 1 + (x & 3)) {
		path[n] = others[x >> 2 >> 3 * (n - 1) & 7];
		n++;
	}
	bgp_path_set(a, path, n);
}

static struct ip_addr
next_hop(const struct model *w, int slot, uint32_t x)
{
	struct ip_addr own = w->slot[slot].s.address;
	unsigned int last = 10u + (unsigned int)slots[slot].client;

	switch (x) {
	case 3:
	case 4: /* the first one's of its AS */
		return address(own.family == IP_V6, last == 12 ? 11 : last);
	case 5: return address(w->family == IP_V6, last); /* of its family */
	case 6: return address(own.family == IP_V6, 99);  /* nobody's */
	case 7: return address(own.family == IP_V6, last ^ 1);
	default: return own;
	}
}

/* Half of all are one of a few, so that prefixes and members share them. */
static uint32_t
common(const struct model *w, uint32_t x)
{
	uint32_t seed = w->common + (x & 3);

	draw(&seed, 2);
	return x >> 31 ? draw(&seed, 1 << 24) | draw(&seed, 16) << 24 : x;
}

static struct bgp_attrs *
attrs_draw(const struct model *w, int slot, uint32_t bits)
{
	struct bgp_attrs *a = bgp_attrs_new();
	uint32_t x = common(w, bits), med = x >> 12 & 3, extra = x >> 22 & 31;

	add_path(a, asn_of_client[slots[slot].client], x & 0x7ff);
	a->origin = x >> 11 & 1;
	a->has_med = med != 0;
	a->med = med == 0 ? 0 : med - 1;
	a->next_hop = next_hop(w, slot, x >> 14 & 7);
	add_communities(
	    a, community_words[(x >> 17 & 31) % COUNT(community_words)]);
	add_extra(a, extra);
	if (a->next_hop.family == IP_V6 && (x >> 27 & 3) == 0) {
		a->link_local = a->next_hop;
		memcpy(a->link_local.bytes, "\xfe\x80\x00\x00", 4);
	}
	return a;
}

#endif
