/* Whatever a raw socket gives: no read past its end, and what is taken for a
 * reply really carries what it says. The first byte chooses the family. */
#include <stdlib.h>
#include <string.h>

#include "lab/net/net_echo.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum ip_family family;
	struct echo_reply r;
	struct echo_error x;
	size_t head;

	if (size == 0)
		return 0;
	family = data[0] & 1 ? IP_V6 : IP_V4;
	data++;
	size--;
	if (echo_decode_error(family, data, size, &x) &&
	    size < (family == IP_V4 ? 20 + 8 + 20 + 8u : 8 + 40 + 8u))
		abort();
	if (!echo_decode(family, data, size, &r))
		return 0;
	head = family == IP_V4 ? (size_t)(data[0] & 0xf) * 4 : 0;
	if (size < head + ECHO_HEAD + ECHO_COOKIE ||
	    memcmp(r.cookie, data + head + ECHO_HEAD, ECHO_COOKIE) != 0 ||
	    r.seq != (data[head + 6] << 8 | data[head + 7]))
		abort();
	return 0;
}
