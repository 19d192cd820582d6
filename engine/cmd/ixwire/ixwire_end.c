/*
 * One direction: out of the ring (linux Documentation/networking/packet_mmap,
 * TPACKET_V2), into the queue, out of the queue, onto the interface.
 */
#include "cmd/ixwire/ixwire.h"

#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define END_READ 256 /* frames at once, so that sending is in time */
#define END_SEND 64
#define END_PAST_NS 10000000000ull /* older is a clock that was set */
#define END_TAG 4		   /* bytes of 802.1Q */

static uint64_t
end_clock(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

uint64_t
ixwire_now(void)
{
	return end_clock(CLOCK_MONOTONIC);
}

/* The table is read by another process. */
static void
end_count(uint64_t *value, uint64_t n)
{
	__atomic_store_n(value, *value + n, __ATOMIC_RELAXED);
}

static void
end_set(uint64_t *value, uint64_t n)
{
	__atomic_store_n(value, n, __ATOMIC_RELAXED);
}

/* ---- in */

static struct tpacket2_hdr *
end_frame(const struct ixwire_end *end, uint32_t i)
{
	return (struct tpacket2_hdr *)(void *)(end->ring +
					       (size_t)i * end->frame_size);
}

static bool
end_is_ours(const struct ixwire_end *end, uint32_t i)
{
	return __atomic_load_n(&end_frame(end, i)->tp_status,
			       __ATOMIC_ACQUIRE) &
	       TP_STATUS_USER;
}

/* The one before us may have died between a frame and the note of it: the first
 * frame that is there, from where it stood, is the oldest. */
static void
end_find(struct ixwire_end *end)
{
	uint32_t i, at = end->next;

	for (i = 0; i < end->frames; i++, at = (at + 1) % end->frames) {
		if (end_is_ours(end, at)) {
			end->next = at;
			return;
		}
	}
}

/* The kernel takes a VLAN tag out of the frame; it goes back in. data has room
 * before it. */
static uint8_t *
end_tag(const struct tpacket2_hdr *h, uint8_t *data, size_t *len)
{
	uint16_t tpid = h->tp_status & TP_STATUS_VLAN_TPID_VALID
			    ? h->tp_vlan_tpid
			    : ETH_P_8021Q;
	uint8_t *out = data - END_TAG;

	if (!(h->tp_status & TP_STATUS_VLAN_VALID) || *len < ETH_HLEN ||
	    h->tp_mac < sizeof(*h) + END_TAG)
		return data;
	memmove(out, data, 2 * ETH_ALEN);
	out[12] = (uint8_t)(tpid >> 8);
	out[13] = (uint8_t)tpid;
	out[14] = (uint8_t)(h->tp_vlan_tci >> 8);
	out[15] = (uint8_t)h->tp_vlan_tci;
	*len += END_TAG;
	return out;
}

static void
end_put(struct ixwire_end *end, struct tpacket2_hdr *h, uint64_t now,
	uint64_t real)
{
	uint64_t at = (uint64_t)h->tp_sec * 1000000000 + h->tp_nsec;
	uint64_t ago = at < real && real - at < END_PAST_NS ? real - at : 0;
	size_t len = h->tp_snaplen;
	uint8_t *data = (uint8_t *)h + h->tp_mac;

	if (h->tp_len != len || h->tp_mac + len > end->frame_size) {
		end_count(&end->slot->unsent, 1);
		return;
	}
	data = end_tag(h, data, &len);
	switch (wire_put(end->wire, now - ago, data, len)) {
	case WIRE_QUEUED: break;
	case WIRE_LOST: end_count(&end->slot->lost, 1); break;
	case WIRE_DROPPED: end_count(&end->slot->dropped, 1); break;
	}
}

bool
ixwire_end_read(struct ixwire_end *end, size_t *held)
{
	uint64_t now, real;
	unsigned int i;

	if (!end_is_ours(end, end->next))
		end_find(end);
	*held -= wire_held(end->wire);
	real = end_clock(CLOCK_REALTIME);
	now = ixwire_now();
	for (i = 0; i < END_READ && end_is_ours(end, end->next); i++) {
		struct tpacket2_hdr *h = end_frame(end, end->next);

		if (*held + wire_held(end->wire) < IXWIRE_HELD_MAX)
			end_put(end, h, now, real);
		else
			end_count(&end->slot->dropped, 1);
		__atomic_store_n(&h->tp_status, TP_STATUS_KERNEL,
				 __ATOMIC_RELEASE);
		end->next = (end->next + 1) % end->frames;
		end_set(&end->slot->ring_next, end->next);
	}
	*held += wire_held(end->wire);
	end_set(&end->slot->queued, wire_queued(end->wire));
	return i == END_READ;
}

void
ixwire_end_calm(struct ixwire_end *end)
{
	int why;
	socklen_t len = sizeof(why);

	(void)getsockopt(end->rx, SOL_SOCKET, SO_ERROR, &why, &len);
}

/* ---- out */

/* The number that left; one that cannot is passed over. An interface that was
 * down says so once more when it is up again. */
static size_t
end_write(struct ixwire_end *end, struct mmsghdr *m, unsigned int n)
{
	unsigned int at = 0;
	size_t sent = 0;
	bool again = true;
	int k;

	while (at < n) {
		k = sendmmsg(end->tx, m + at, n - at, MSG_DONTWAIT);
		if (k > 0) {
			at += (unsigned int)k;
			sent += (unsigned int)k;
		} else if (errno == EINTR) {
			continue;
		} else if (errno == ENETDOWN && again) {
			again = false;
		} else {
			end_count(&end->slot->unsent, 1);
			at++;
		}
	}
	return sent;
}

static void
end_late(struct ixwire_end *end, const struct wire_frame *f, size_t n)
{
	uint64_t now = ixwire_now(), late;
	size_t i;

	for (i = 0; i < n; i++) {
		late = now > f[i].due ? now - f[i].due : 0;
		if (late > IXWIRE_LATE_NS)
			end_count(&end->slot->late, 1);
		if (late / 1000 > end->slot->late_max)
			end_set(&end->slot->late_max, late / 1000);
	}
}

void
ixwire_end_send(struct ixwire_end *end, uint64_t now, size_t *held)
{
	struct wire_frame f[END_SEND];
	struct iovec v[END_SEND];
	struct mmsghdr m[END_SEND];
	size_t n, i;

	*held -= wire_held(end->wire);
	while ((n = wire_due(end->wire, now, f, END_SEND)) > 0) {
		memset(m, 0, n * sizeof(*m));
		for (i = 0; i < n; i++) {
			v[i].iov_base = (void *)(uintptr_t)f[i].data;
			v[i].iov_len = f[i].len;
			m[i].msg_hdr.msg_iov = &v[i];
			m[i].msg_hdr.msg_iovlen = 1;
		}
		end_late(end, f, n);
		end_count(&end->slot->passed,
			  end_write(end, m, (unsigned int)n));
		wire_done(end->wire, n);
	}
	*held += wire_held(end->wire);
	end_set(&end->slot->queued, wire_queued(end->wire));
}

/* ---- life */

int
ixwire_end_open(struct ixwire_end *end, const struct wire_msg *m, int rx,
		int tx, struct wire_slot *slot, struct err *e)
{
	size_t len = (size_t)m->frame_size * m->frames;
	void *ring = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, rx, 0);

	if (ring == MAP_FAILED) {
		err_sys(e, "cannot map a ring of %zu bytes", len);
		close(rx);
		close(tx);
		return -1;
	}
	*end = (struct ixwire_end){.rx = rx,
				   .tx = tx,
				   .ring = ring,
				   .frame_size = m->frame_size,
				   .frames = m->frames,
				   .wire = wire_new(m->seed),
				   .slot = slot};
	end->next = (uint32_t)(slot->ring_next % m->frames);
	wire_set(end->wire, &m->weather, ixwire_now());
	return 0;
}

void
ixwire_end_close(struct ixwire_end *end, size_t *held)
{
	const struct wire_weather none = {0};

	wire_set(end->wire, &none, ixwire_now());
	while (ixwire_end_read(end, held))
		ixwire_end_send(end, ixwire_now(), held);
	ixwire_end_send(end, ixwire_now(), held);
	*held -= wire_held(end->wire);
	(void)munmap(end->ring, (size_t)end->frame_size * end->frames);
	close(end->rx);
	close(end->tx);
	wire_free(end->wire);
	*end = (struct ixwire_end){0};
}
