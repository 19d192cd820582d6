/* Scripts once they are read: what was left out, the bytes they say, their end. */
#include <stdlib.h>

#include "base/str.h"
#include "cmd/ixpeer/ixpeer.h"

int
ixpeer_script_fill(struct ixpeer_script *s, const struct ixpeer_options *o,
		   struct err *e)
{
	for (size_t i = 0; i < s->n; i++) {
		struct ixpeer_step *step = &s->steps[i];
		bool extended =
		    o->bgp.ext_nexthop != 0 && o->local.family == IP_V6;

		if (step->verb != IXPEER_ANNOUNCE)
			continue;
		if (!step->has_path)
			bgp_path_set(step->attrs, &o->bgp.local_as, 1);
		if (step->attrs->next_hop.family != IP_NONE)
			continue;
		if (o->local.family != step->prefixes[0].addr.family &&
		    !extended)
			return err_at(
			    e, o->script_name, step->line, 1,
			    "say the next-hop, our own address is of the "
			    "other family");
		step->attrs->next_hop = o->local;
	}
	return 0;
}

/* These attributes, and the prefixes as classic NLRI. */
static void
put_update(struct wbuf *w, const struct ixpeer_step *s)
{
	wbuf_u16(w, 0);
	wbuf_u16(w, (uint16_t)s->n_bytes);
	wbuf_bytes(w, s->bytes, s->n_bytes);
	for (size_t i = 0; i < s->n_prefixes; i++) {
		wbuf_u8(w, s->prefixes[i].len);
		wbuf_bytes(w, s->prefixes[i].addr.bytes,
			   (s->prefixes[i].len + 7u) / 8);
	}
}

uint8_t *
ixpeer_step_message(const struct ixpeer_step *s, size_t *len)
{
	size_t size = BGP_HEADER + 4 + s->n_bytes + 17 * s->n_prefixes;
	uint8_t *bytes = xmalloc(size);
	struct wbuf w = wbuf_of(bytes, size);

	if (s->verb != IXPEER_RAW) {
		for (int i = 0; i < 16; i++)
			wbuf_u8(&w, 0xFF);
		wbuf_u16(&w, 0);
		wbuf_u8(&w, s->verb == IXPEER_UPDATE ? BGP_UPDATE : s->type);
	}
	if (s->verb == IXPEER_UPDATE)
		put_update(&w, s);
	else
		wbuf_bytes(&w, s->bytes, s->n_bytes);
	if (s->verb != IXPEER_RAW)
		wbuf_u16_at(&w, 16, (uint16_t)w.len);
	*len = w.len;
	return bytes;
}

void
ixpeer_step_clear(struct ixpeer_step *s)
{
	bgp_attrs_unref(s->attrs);
	free(s->prefixes);
	free(s->bytes);
	*s = (struct ixpeer_step){0};
}

void
ixpeer_script_clear(struct ixpeer_script *s)
{
	for (size_t i = 0; i < s->n; i++)
		ixpeer_step_clear(&s->steps[i]);
	free(s->steps);
	*s = (struct ixpeer_script){0};
}
