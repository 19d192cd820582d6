#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/str.h"
#include "ctl/ctl.h"

#define CTL_HEAD 4

void
ctl_frames_add(struct ctl_frames *f, const void *data, size_t n)
{
	if (f->pos > 0 && f->pos == f->len)
		f->pos = f->len = 0;
	if (n > f->size - f->len && f->pos > 0) {
		memmove(f->data, f->data + f->pos, f->len - f->pos);
		f->len -= f->pos;
		f->pos = 0;
	}
	if (n > f->size - f->len) {
		f->size = (f->len + n) * 2;
		f->data = xrealloc(f->data, f->size);
	}
	if (n > 0)
		memcpy(f->data + f->len, data, n);
	f->len += n;
}

static int
ctl_frame_decode(const uint8_t *text, size_t n, json_t **out, struct err *e)
{
	json_error_t je;
	json_t *value;

	value = json_loadb((const char *)text, n, JSON_REJECT_DUPLICATES, &je);
	if (value == NULL) {
		str_clean(je.text);
		return err_here(e, "a frame is not JSON: %s", je.text);
	}
	if (!json_is_object(value)) {
		json_decref(value);
		return err_here(e, "a frame is not a JSON object");
	}
	*out = value;
	return 1;
}

int
ctl_frames_next(struct ctl_frames *f, json_t **out, struct err *e)
{
	struct rbuf r;
	const uint8_t *text;
	size_t n;

	if (f->len - f->pos < CTL_HEAD)
		return 0;
	r = rbuf_of(f->data + f->pos, f->len - f->pos);
	n = rbuf_u32(&r);
	if (n > CTL_MAX)
		return err_here(e,
				"a frame announces %zu bytes, at most %u "
				"are allowed",
				n, CTL_MAX);
	if ((text = rbuf_bytes(&r, n)) == NULL)
		return 0;
	f->pos += CTL_HEAD + n;
	return ctl_frame_decode(text, n, out, e);
}

void
ctl_frames_clear(struct ctl_frames *f)
{
	free(f->data);
	*f = (struct ctl_frames){0};
}

uint8_t *
ctl_frame_encode(const json_t *value, size_t *len)
{
	size_t n = json_dumpb(value, NULL, 0, JSON_COMPACT);
	uint8_t *data;
	struct wbuf w;

	if (n == 0 || n > CTL_MAX)
		return NULL;
	data = xmalloc(CTL_HEAD + n);
	w = wbuf_of(data, CTL_HEAD);
	wbuf_u32(&w, (uint32_t)n);
	json_dumpb(value, (char *)data + CTL_HEAD, n, JSON_COMPACT);
	*len = CTL_HEAD + n;
	return data;
}
