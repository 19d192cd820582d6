/* Whatever comes over the socket: what is taken for a message is one, byte for
 * byte, and says only what can be. */
#include <stdlib.h>
#include <string.h>

#include "lab/wire/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t again[WIRE_MSG_MAX];
	struct wire_msg m;

	if (!wire_msg_decode(data, size, &m))
		return 0;
	if (m.slot > WIRE_SLOTS || m.weather.loss_ppm > 1000000 ||
	    wire_msg_encode(&m, again) != size ||
	    memcmp(again, data, size) != 0)
		abort();
	return 0;
}
