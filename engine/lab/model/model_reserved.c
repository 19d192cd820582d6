/*
 * Words that are no names here: each of these BIRD 2.0.12 refuses as the name
 * of a protocol (found by asking it, word by word), and "lo" is every
 * namespace's loopback. A trainee names a session after the neighbour, so a
 * neighbour called "rs" would teach nothing but a syntax error.
 */
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "lab/model/model_word.h"

static const char *const words[] = {
    "accept",	    "action",	  "add",	  "address",	 "advertise",
    "after",	    "aigp",	  "algorithm",	  "all",	 "allow",
    "always",	    "area",	  "as",		  "as4",	 "asn",
    "attribute",    "attributes", "auth",	  "autonomous",	 "aware",
    "babel",	    "base",	  "bcast",	  "bfd",	 "bgp",
    "bgpmask",	    "bgppath",	  "bind",	  "bird",	 "blackhole",
    "blake2b256",   "blake2b512", "blake2s128",	  "blake2s256",	 "block",
    "bool",	    "broadcast",  "buffer",	  "bug",	 "by",
    "capabilities", "case",	  "cease",	  "change",	 "channels",
    "check",	    "circuit",	  "class",	  "client",	 "clist",
    "cluster",	    "code",	  "collision",	  "commands",	 "communities",
    "config",	    "configure",  "confirm",	  "connect",	 "connection",
    "contains",	    "cost",	  "cost2",	  "count",	 "current",
    "data",	    "data1",	  "data2",	  "dead",	 "debug",
    "deconfigured", "default",	  "define",	  "defined",	 "delay",
    "delete",	    "demand",	  "description",  "dest",	 "dev",
    "device",	    "digits",	  "direct",	  "disable",	 "disabled",
    "dnssl",	    "do",	  "domain",	  "down",	 "dport",
    "drop",	    "dscp",	  "dst",	  "dump",	 "dynamic",
    "ebgp",	    "ec",	  "echo",	  "eclist",	 "ecmp",
    "eligible",	    "else",	  "empty",	  "enable",	 "enforce",
    "entries",	    "error",	  "eval",	  "events",	 "exit",
    "exp",	    "expire",	  "export",	  "exported",	 "extended",
    "external",	    "false",	  "fatal",	  "filename",	 "filter",
    "filtered",	    "filters",	  "first",	  "flags",	 "flow4",
    "flow6",	    "flush",	  "for",	  "forget",	 "format",
    "fragment",	    "free",	  "from",	  "function",	 "garbage",
    "gateway",	    "gc",	  "generate",	  "generic",	 "global",
    "graceful",	    "gw",	  "header",	  "hello",	 "help",
    "hidden",	    "high",	  "hit",	  "hmac",	 "hold",
    "hop",	    "horizon",	  "hostname",	  "ibgp",	 "icmp",
    "id",	    "idle",	  "if",		  "ifindex",	 "ifname",
    "ignore",	    "igp",	  "import",	  "in",		 "infinity",
    "info",	    "instance",	  "int",	  "interface",	 "interfaces",
    "internal",	    "interpret",  "interval",	  "ip",		 "ipv4",
    "ipv6",	    "iso",	  "keep",	  "keepalive",	 "kernel",
    "key",	    "keyed",	  "label",	  "large",	 "last",
    "latency",	    "lc",	  "lclist",	  "learn",	 "len",
    "length",	    "lifetime",	  "limit",	  "linger",	 "link",
    "lived",	    "lladdr",	  "lo",		  "local",	 "log",
    "long",	    "low",	  "lsa",	  "lsadb",	 "lsid",
    "mac",	    "managed",	  "mandatory",	  "mask",	 "master4",
    "master6",	    "match",	  "max",	  "maxlen",	 "md5",
    "med",	    "medium",	  "member",	  "memory",	 "merge",
    "messages",	    "meticulous", "metric",	  "min",	 "missing",
    "mode",	    "mpls",	  "mrt",	  "mrtdump",	 "ms",
    "mtu",	    "mult",	  "multicast",	  "multihop",	 "multiplier",
    "name",	    "nbma",	  "neighbor",	  "neighbors",	 "net",
    "netlink",	    "netmask",	  "networks",	  "next",	 "ng",
    "no",	    "noexport",	  "nonbroadcast", "none",	 "normal",
    "ns",	    "nssa",	  "of",		  "off",	 "offset",
    "older",	    "on",	  "onlink",	  "only",	 "originate",
    "ospf",	    "other",	  "out",	  "packets",	 "pair",
    "passive",	    "password",	  "passwords",	  "path",	 "paths",
    "pe",	    "perf",	  "period",	  "permissive",	 "persist",
    "pipe",	    "plaintext",  "pointopoint",  "poison",	 "poll",
    "port",	    "preexport",  "prefer",	  "preference",	 "preferred",
    "prefix",	    "prepend",	  "pri",	  "primary",	 "print",
    "printn",	    "priority",	  "private",	  "prohibit",	 "propagate",
    "proto",	    "protocol",	  "protocols",	  "ptmp",	 "ptp",
    "public",	    "quad",	  "quit",	  "ra",		 "radv",
    "randomize",    "range",	  "rd",		  "rdnss",	 "reachable",
    "real",	    "receive",	  "recursive",	  "refresh",	 "reject",
    "rejected",	    "reload",	  "remote",	  "repeat",	 "require",
    "reset",	    "resources",  "restart",	  "restrict",	 "retrans",
    "retransmit",   "retry",	  "return",	  "reverse",	 "rfc5838",
    "rip",	    "ro",	  "roa4",	  "roa6",	 "roles",
    "route",	    "router",	  "routes",	  "rpki",	 "rr",
    "rs",	    "rt",	  "rx",		  "rxcost",	 "sadr",
    "scan",	    "scope",	  "sec",	  "secondary",	 "security",
    "self",	    "sensitive",  "sessions",	  "set",	 "setkey",
    "sets",	    "settle",	  "sha1",	  "sha256",	 "sha384",
    "sha512",	    "short",	  "show",	  "shutdown",	 "simple",
    "skip",	    "sockets",	  "soft",	  "solicited",	 "sorted",
    "source",	    "split",	  "src",	  "ssh",	 "stability",
    "stale",	    "start",	  "startup",	  "state",	 "states",
    "static",	    "stats",	  "status",	  "stderr",	 "strict",
    "string",	    "stub",	  "stubnet",	  "summary",	 "suppression",
    "symbols",	    "syslog",	  "table",	  "tag",	 "tcp",
    "template",	    "then",	  "threshold",	  "tick",	 "time",
    "timeformat",   "timeout",	  "timer",	  "to",		 "topology",
    "trace",	    "translator", "transmit",	  "transport",	 "trie",
    "trigger",	    "true",	  "ttl",	  "tx",		 "type",
    "undo",	    "unicast",	  "unknown",	  "unreachable", "unset",
    "update",	    "us",	  "user",	  "v2",		 "v3",
    "valid",	    "validate",	  "version",	  "via",	 "virtual",
    "vpn",	    "vpn4",	  "vpn6",	  "vrf",	 "wait",
    "warn",	    "warning",	  "watchdog",	  "weight",	 "where",
    "wired",	    "wireless",	  "yes",	  "zero",
};

static int
cmp_word(const void *key, const void *word)
{
	return strcmp(key, *(const char *const *)word);
}

bool
word_is_wan(const char *name)
{
	return str_starts(name, "wan") && name[3] != '\0' &&
	       name[3 + strspn(name + 3, "0123456789")] == '\0';
}

bool
word_is_reserved(const char *name)
{
	return bsearch(name, words, sizeof(words) / sizeof(words[0]),
		       sizeof(words[0]), cmp_word) != NULL;
}
