/*
 * super: one lab is one process tree, and this is its root.
 *
 * super_start makes a child that is process 1 of its own user (unless root),
 * mount, pid, network, ipc and uts namespaces. The child builds the lab step by
 * step, holds one network namespace per node, runs the daemons and restarts them
 * with back-off, and answers on the lab's control socket (abstract, so it dies
 * with its owner). Because everything hangs on this one process, killing it is
 * the complete clean-up.
 *
 * Inside: /run is a tmpfs of the lab's own; /run/netns/NODE are the namespaces,
 * so "ip -n NODE" works; /run/ixlab/NODE is what node NODE sees as its /run;
 * the state folder's nodes/NODE is what it sees as /etc/bird (and as its current
 * folder). So "birdc" and "nano /etc/bird/bird.conf" work in a node as on any
 * router, and nothing of it exists outside.
 *
 * On disk, in the state folder labs/NAME/: lab.yml (the file it was made from),
 * nodes/NODE/ (configurations; the trainee's survive everything), log (what the
 * supervisor and the daemons said).
 *
 * ---- verbs on the control socket (args -> result)
 *
 * inspect {ports?: true} ->
 *	{lab, title, exchange, state: "building"|"up"|"stopping"|"failed",
 *	 since_ms (in this state), age_ms (since the lab began, on the clock
 *	 of the events' ms), pid (of the supervisor, as the host sees it),
 *	 state_dir,
 *	 model: (model_json),
 *	 nodes: [{name, role, kind, title, asn, trainee, daemon: "bird"|"ixrs"|"-",
 *	          state: "running"|"starting"|"backoff"|"stopped"|"-",
 *	          pid, restarts, reason, log (its last line), limits: [{what:
 *	          "memory"|"processes"|"cpu", max, by: "cgroup"|"rlimit"|null,
 *	          why: (not enforced)|null}]}],
 *	 links: [{a, b: {node, interface}, weather: {delay_us, jitter_us,
 *	          loss_ppm, rate_bps, silent}|null, by: "netem"|"wire"|null,
 *	          for_ms: (left, then it has what it had)|null,
 *	          directions: [{from (a node), passed, lost, queued; by wire
 *	          also dropped, overrun, unsent, late, late_max_us}], up? (with
 *	          ports: do both ends pass frames)}] as in model.links,
 *	 wire: {state: "running"|"backoff", pid, restarts, reason}|null,
 *	 robots: {state, pid, restarts, reason, robots (how many)}|null,
 *	 built: [{op: (as in plan_json), steps, ms}] (what took how long when the
 *	 lab began)}
 *	Counters are frames, see ixwire(8); netem counts what its full queue
 *	dropped as lost.
 * connect {node, service?: "bird"|"ixrs"} -> {} and a connected descriptor of
 *	that daemon's control socket. Fails while the daemon is not listening.
 * exec {node, argv: [..], cwd?, env?: {..}, pty: bool} with descriptors stdin,
 *	stdout, stderr (with pty: one descriptor, a pty's slave, becomes all
 *	three and the controlling terminal) -> {pid}; later, to this client only,
 *	event "exit" {pid, status} or {pid, signal}. The process group is killed
 *	when the client goes away.
 * signal {pid, signal} -> {}           to the group of a process that this client started
 * kernel {node, what: "routes"|"other-routes"|"addresses"|"neighbours"|"links"|
 *	"fdb"|"tcp"} -> {rows: [..]}; of fdb (on a switch): {dev, bridge, mac,
 *	own}
 *	routes: {to, via|null, dev|null, type: "unicast"|"blackhole"|..,
 *	protocol: "bird"|"kernel"|"static"|.., metric, family} of table main;
 *	other-routes: the same and table (a number), of all but main and local;
 *	addresses: {dev, address, len, family, flags: [..]}; neighbours: {dev,
 *	address, mac, state}; links: {dev, up, on (set up, though the far end may be down),
 *	mac, mtu, master|null, rx_packets, tx_packets, rx_bytes, tx_bytes};
 *	tcp: {state: "listens"|"calls"|"established", local, local_port, remote:
 *	address|null, remote_port, repeated (how often it called again), there:
 *	(whom it calls is known on its LAN), passwords (of TCP-MD5): [{address,
 *	len, word (the same for the same password)}]}
 * forget {node, keep?: [address, ..]} -> {forgotten}   the node's learned
 *	neighbours but those kept; permanent entries stay. The kernel's table is
 *	one for all namespaces, so who has asked many asks for this
 * probe {node, to, from?, count, interval_ms, timeout_ms, size?, whole?: bool} ->
 *	{sent, received, rtt_us: {min, avg, max}|null, error?}   ICMP echo, both
 *	families; error is why the last echo could not even leave; whole: never
 *	in fragments
 * trace {node, to, hops?, timeout_ms?} -> {hops: [address|null, ..], reached,
 *	error?}   who answers at each distance on the way to an address, up to
 *	it; null: nobody
 * frames {node, lan?, ms?} -> {frames, lost, kinds: {NAME: how many}, claims:
 *	[{address, mac}], more}   what comes from the node, heard at its port of
 *	the switch for a while, before any rule; the names are those of
 *	net_frame_name; claims are the addresses that it says to be its own (ARP,
 *	neighbour discovery), the first 32 of them, and more if there were more
 * whohas {node, address, lan?, timeout_ms?} -> {claims: [{address, mac}], more,
 *	error?}   who answers when the node asks its LAN for an address
 * fetch {node, to, port?, path?, timeout_ms?} -> {connected, text (the beginning of
 *	the answer, cleaned), bytes, ms, whole, error?}   what a server says to the
 *	node over TCP; with path it is asked for that page (HTTP/1.0)
 * start|stop|restart {node} -> {}      the node's daemon
 * reload {node} -> {}  set the node's network.yml, flush its nftables rules and load its
 *	nftables.conf, if there are such (also done when the node starts), then let
 *	the daemon read its configuration: SIGHUP, or a start when it is down
 * reset {node, keep?: true} -> {state, reason, kept: [..], ms, own_ms}  make the
 *	node as it was at first: programs in it are killed, its daemon is asked to
 *	go; its namespace and all its links are made anew; its configuration is
 *	written again and what stood there is kept as FILE.mine (kept: those
 *	names), or with keep is left as it is; its daemon starts. Answered when
 *	that answers or has died. own_ms is what we took, without waiting for the
 *	old daemon's end and the new one's start. One at a time, in order
 * apply {text, file?, folder?, members?, dry?: true} -> {same, dry, added, removed,
 *	remade, changed, untouched (how many nodes), nodes, left (as of
 *	plan_diff_json), kept: [FILE.mine], ms}  the running lab becomes that of
 *	another text of its file, under the name it has; file is for messages,
 *	members as in ixlab up. With same nothing was to be done and nothing was
 *	written; with dry nothing is. What both have goes on: processes,
 *	sessions, counters, and what was done by hand to links and ports.
 *	Daemons whose files change read them again; other limits hold at once
 *	for what runs; a trainee's file is left
 *	alone, or kept when it is ours now. When a step fails, all that was done
 *	is undone. One at a time: another is refused meanwhile; a reset waits.
 *	An exercise's lab is not changed
 *	reset, apply and save of a lab whose state folder was removed are refused
 *	before anything is done
 * link {node, dev, up, for_ms?} -> {}  take an interface down or up; one that
 *	comes up gets its routes of the lab file again; with for_ms one that goes
 *	down comes back by itself after so long
 * link {a, b, up?, clear?: true, delay_us?, jitter_us?, loss_ppm?, rate_bps?,
 *	silent?, for_ms?} -> {as in inspect's links, up: (both ends pass frames),
 *	wire: (as in inspect)}  the link that joins a and b, each "NODE" or
 *	"NODE:INTERFACE" (a switch's interface is the port): both ends down or
 *	up; weather, of which what is not named stays as it is; with for_ms for a
 *	while only, unless another word about it comes first. With neither: what
 *	it is. By netem where the kernel has it, else by ixwire(8)
 * ports {node?, clear?: true} -> {ports: [{switch, port, node, kind:
 *	"port"|"site", lan (now), home (of the lab file), vlans: [{vlan, tagged,
 *	lan}] (as its switch has them)|null (one that is a bridge for each LAN),
 *	state: "up"|"down"|
 *	"shut" (by a wrong address), tunnel: {by: "vxlan"|"tags", id, mtu, carrier (an
 *	interface)}|null, culled, macs: [seen there], pins: [allowed,
 *	empty: any], shut: (when a wrong one comes), counters: {mac, type, bh,
 *	bcast, control (to 01-80-C2-00-00-0x), copied (to a monitor):
 *	{packets, bytes}, each where there is a
 *	rule}}], cull: {SWITCH: {packets, bytes}}}  of all switches, of a switch, of a node; clear brings ports up
 *	that a wrong address took down; inspect with ports has the same
 * move {node, dev?, lan} -> {ports: 1} put a node's port on another LAN of its
 *	switch, at once (quarantine: LAN-q); what it may send goes with it
 * pin {node, dev?, macs: [..]} -> {ports: 1}  the source addresses its port may
 *	use; none: any
 * cull {what, on} -> {ports}           cut BGP off between the addresses of the
 *	fabric at all ports of a LAN or a switch, before work on it (RFC 8327).
 *	ports is how many changed. What nft refuses, of move, pin or cull, is
 *	an error and has not happened
 * save {} -> {lab, members, state_dir, nodes: [name], files: [{name, path, line,
 *	col}], own: [path], state: (save.h), left_out: [sentence]}  what was set
 *	by hand and is in no file: whoever saves the lab adds the files of the
 *	state folder, and those that the lab file names. own are those
 *	that do not say any more what we wrote; left_out is what cannot be saved
 * lease {ms?, who?} -> {mine, who: (words)|null, left_ms}   who tries something
 *	that others would take for the network's own doing; with ms it is the
 *	client that asks, for so long, unless it is another; with 0 it is over.
 *	It outlives its client
 * down {} -> {}                        stop daemons, then exit; answered first
 * subscribe {} -> {}                   then events:
 *	"lab" {state, changed?: true (it is another one)}; "node" {name, state, reason, restarts}; "link" {node, dev,
 *	up}, with weather: {..}|null when that was set; "wire" (as in inspect)
 *	when ixwire begins or dies; "address" {node, dev, address:
 *	"ADDRESS/LENGTH"|null, added: bool}; "route" {node, added, removed, lost:
 *	bool} (coalesced, at most one per node in 50 ms; lost: the kernel could
 *	not tell all); "progress" {done, total, text} while building
 *	or changing;
 *	"sessions" {node} (of a kind whose sessions are asked for by a program:
 *	its log tells of one; at most one in 50 ms);
 *	"violation" {switch, port, node, mac, shut}, at most one a second and
 *	port; "move" {switch, port, node, lan}; "lease" {who|null, left_ms} when
 *	one begins or ends. Each has
 *	ms, since the lab began on a clock that only goes forward, and time_ms,
 *	since 1970. In a lab of more than 64 nodes only the trainee's and the
 *	switches tell of links, addresses and routes
 */
#ifndef LAB_SUPER_SUPER_H
#define LAB_SUPER_SUPER_H

#include "lab/model/model.h"
#include "lab/save/save.h"

struct super_opts {
	const struct lab *lab; /* borrowed; its name is the instance's */
	const char *lab_text;  /* what to keep as lab.yml; may be NULL */
	const char *state_dir; /* .../labs/NAME; made when absent */
	const char
	    *program_dir; /* where ixrs, ixwire are; NULL: beside the program */
	const char
	    *overlay; /* folder NODE/FILE copied over nodes/ first, or NULL */
	uint32_t members; /* that the lab was told to generate; 0: as it says */
	/* What was set by hand in a lab that is restored, or NULL. The nodes'
	 * folders are there already; STATE/own lists those files that count as the
	 * trainee's although we usually write them. */
	const struct save_state *saved;
	bool exercise;	/* nobody changes its lab while it runs */
	int timeout_ms; /* for the whole start; 0: super's own limit */
	/* Called as the plan advances; may be NULL. */
	void (*progress)(void *arg, size_t done, size_t total,
			 const char *text);
	void *arg;
};

/* Start a lab and return when all steps are done and each daemon answers (not:
 * when sessions are up). A trainee's daemon that does not take its own file may
 * be in back-off then: the way to mend it is a running lab. On failure nothing
 * is left, and e names the lab file's line. ERR_HERE when a lab of that name runs
 * already, when user namespaces are refused, when a program is missing. */
int super_start(const struct super_opts *o, struct err *e);

/* Ask a running lab to go, and wait until its process is gone. */
int super_down(const char *name, int timeout_ms, struct err *e);

/* What this machine can do: [{feature, ok, needed, note, why, fix}], each tried
 * for real in a throw-away process (user namespace, veth, bridge, sysctl,
 * mounts, bird, nftables, ...). No lab runs without what is needed; why and fix
 * are null when ok, note is what else is to be told. */
json_t *super_doctor(void);
/* Has this kernel 802.1Q? Tried likewise, once: the answer of "up" is that of
 * the lab's supervisor later. */
bool super_tags(void);
/* Do its bridges filter VLANs? Likewise. */
bool super_filtering(void);
/* Whether a broadcast on a LAN of so many ports reaches them all: 0, or -1 with e
 * set (also when that cannot be seen from here), and the command that mends it,
 * owned by the caller. */
int super_backlog(size_t ports, struct err *e);
char *super_backlog_fix(void);

#endif
