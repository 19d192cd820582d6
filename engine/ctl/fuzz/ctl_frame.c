/* Bytes in pieces, whose sizes the first byte chooses: the same frames come out
 * as from the whole, and each goes there and back. */
#include <assert.h>
#include <stdlib.h>

#include "ctl/ctl.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_frame(const json_t *value)
{
	struct ctl_frames f = {0};
	struct err e;
	json_t *again;
	size_t len;
	uint8_t *bytes = ctl_frame_encode(value, &len);

	assert(json_is_object(value));
	assert(bytes && len > 4);
	ctl_frames_add(&f, bytes, len);
	assert(ctl_frames_next(&f, &again, &e) == 1);
	assert(json_equal(value, again));
	assert(f.pos == f.len);
	json_decref(again);
	ctl_frames_clear(&f);
	free(bytes);
}

/* The frames of data, taken in pieces: how many, and what the end was. */
static size_t
take(const uint8_t *data, size_t size, size_t piece, int *end)
{
	struct ctl_frames f = {0};
	size_t at, n, count = 0;
	struct err e;
	json_t *value;
	int rc = 0;

	for (at = 0; at < size && rc >= 0; at += n) {
		n = size - at < piece ? size - at : piece;
		ctl_frames_add(&f, data + at, n);
		while ((rc = ctl_frames_next(&f, &value, &e)) == 1) {
			check_frame(value);
			json_decref(value);
			count++;
		}
		assert(f.pos <= f.len && f.len <= f.size);
	}
	ctl_frames_clear(&f);
	*end = rc;
	return count;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int whole, pieces;

	if (size == 0)
		return 0;
	assert(take(data + 1, size - 1, size, &whole) ==
	       take(data + 1, size - 1, (size_t)data[0] + 1, &pieces));
	assert(whole == pieces);
	return 0;
}
