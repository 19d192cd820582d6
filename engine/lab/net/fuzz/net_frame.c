/* Any frame: no read past its end, a kind with a name, and a claim only of the
 * kinds that make one. A question of ours is a frame of the right kind. */
#include <stdlib.h>
#include <string.h>

#include "lab/net/net_frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum net_frame_kind k;
	struct ip_addr claim;

	k = frame_kind(data, size, &claim);
	if (k >= NET_FRAME_KINDS || net_frame_name(k) == NULL)
		abort();
	if (claim.family != IP_NONE && k != NET_FRAME_ARP_REPLY &&
	    k != NET_FRAME_ARP_TELL && k != NET_FRAME_ND)
		abort();
	if (size < 14 && k != NET_FRAME_SHORT)
		abort();
	return 0;
}
