/* BIRD's control socket: any bytes, in any pieces. */
#include <stdint.h>
#include <stdlib.h>

#include "grader/grader_bird_parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
read_reply(struct bird_reply *reply)
{
	json_t *rows = bird_protocols(reply), *row;
	const char *since;
	size_t i;

	json_array_foreach(rows, i, row)
	{
		since = json_string_value(json_object_get(row, "since"));
		if (bird_age_ms(since ? since : "", 1.7e9) < 0)
			abort();
	}
	json_decref(rows);
	rows = bird_routes(reply);
	json_array_foreach(rows, i, row)
	{
		bird_route_marks(row, 64500, 65536);
	}
	json_decref(rows);
	json_decref(bird_config(reply));
	(void)bird_reconfigured(reply);
	bird_reply_clear(reply);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bird_reader r = {0};
	struct bird_reply reply;
	enum bird_what what;
	size_t at = 0, n;
	char *log;

	while (at < size) {
		n = 1 + data[at] % 61;
		if (n > size - at)
			n = size - at;
		bird_reader_add(&r, data + at, n);
		at += n;
		while ((what = bird_reader_next(&r, &reply, &log)) > 0) {
			if (what == BIRD_REPLY)
				read_reply(&reply);
			else
				free(log);
		}
		if (what == BIRD_RUBBISH)
			break;
	}
	bird_reader_clear(&r);
	return 0;
}
