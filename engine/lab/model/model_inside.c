/*
 * The inside of a network of several routers, resolved: in the last /24 of its
 * first IPv4 prefix the loopbacks are .224 and on and the links /31s from .128
 * on; in the last /64 of its first IPv6 prefix loopbacks are ::1000 and on and
 * links /127s from ::2000 on.
 */
#include <string.h>

#include "lab/model/model_resolve.h"

static const uint8_t block_len[FAMS] = {24, 64};
static const uint32_t first_loopback[FAMS] = {224, 0x1000};
static const uint32_t first_link[FAMS] = {128, 0x2000};

/* The last block of a prefix. */
static struct ip_addr
last_block(const struct ip_prefix *p, int f)
{
	struct ip_addr a = p->addr;
	unsigned int i;

	for (i = p->len; i < block_len[f]; i++)
		a.bytes[i / 8] |= (uint8_t)(0x80u >> i % 8);
	return a;
}

void
resolve_loopbacks(struct lab_node *n, const struct word_node *lead,
		  size_t router)
{
	const struct word_prefix *p;
	struct ip_addr block;
	int f;

	for (f = 0; f < FAMS; f++) {
		if ((p = word_first_prefix(lead, f)) == NULL)
			continue;
		block = last_block(&p->p, f);
		n->loopbacks[n->nloopbacks++] = (struct lab_addr){
		    ip_addr_add(&block, first_loopback[f] + (uint32_t)router),
		    (uint8_t)ip_bits(word_family[f])};
	}
}

static void
inside_addresses(const struct word_node *lead, size_t number, struct lab_if *a,
		 struct lab_if *b)
{
	const struct word_prefix *p;
	struct ip_addr block, addr;
	uint8_t len;
	int f;

	for (f = 0; f < FAMS; f++) {
		if ((p = word_first_prefix(lead, f)) == NULL)
			continue;
		block = last_block(&p->p, f);
		len = (uint8_t)(ip_bits(word_family[f]) - 1);
		addr =
		    ip_addr_add(&block, first_link[f] + 2 * (uint32_t)number);
		resolve_add_addr(a, &addr, len);
		addr = ip_addr_add(&addr, 1);
		resolve_add_addr(b, &addr, len);
	}
}

void
resolve_inside(struct resolve *r, const struct word_node *lead)
{
	struct lab_node *nodes =
	    &r->lab->nodes[r->w->nswitches + (size_t)(lead - r->w->nodes)];
	struct lab_if *a, *b;
	struct lab_link *l;
	size_t i;

	for (i = 0; i < lead->ninside; i++) {
		const struct word_inside *k = &lead->inside[i];

		a = resolve_private_if(r, &nodes[k->a], RESOLVE_IN, 1500);
		b = resolve_private_if(r, &nodes[k->b], RESOLVE_IN, 1500);
		a->igp = b->igp = lead->igp;
		inside_addresses(lead, i, a, b);
		l = resolve_add_link(r, LAB_LINK_INSIDE, SIZE_MAX, k->y->line);
		l->a = resolve_end(r->lab, &nodes[k->a]);
		l->b = resolve_end(r->lab, &nodes[k->b]);
	}
}
