/*
 * The verbs of ixlab: the one table from which --help, completion, the manual's
 * list and the parser of the command line are made.
 */
#include "cmd_table.h"

#include <stdint.h>
#include <string.h>

#define ANY SIZE_MAX

const struct cmd_option cmd_common[] = {
    {"-L", "NAME", "the lab to speak to, where several run"},
    {"--json", NULL, "print the answer as JSON"},
    {"--no-color", NULL, "no colour (so do NO_COLOR and CLICOLOR=0)"},
    {"--help", NULL, "what a verb does"},
};
const size_t cmd_ncommon = sizeof(cmd_common) / sizeof(*cmd_common);

const struct cmd_verb cmd_verbs[] = {
    {"the course",
     "open",
     "[EXERCISE]",
     "open the interface",
     "Opens the list of exercises, or one of them: its text, a terminal on "
     "your router, a picture of the exchange and the checks, which follow the "
     "network. Without a verb, ixlab does this when it stands on a terminal.",
     CMD_EXERCISE,
     0,
     1,
     false,
     {{"--plain", NULL, "line mode: nothing moves on the screen"},
      {"--ascii", NULL, "no line drawing, no symbols beyond ASCII"},
      {"--no-mouse", NULL, "leave the mouse to the terminal"}},
     cmd_open},
    {NULL,
     "exercises",
     "",
     "list the exercises, in course order",
     "The column POINTS shows what you have reached.",
     CMD_NOTHING,
     0,
     0,
     false,
     {{0}},
     cmd_exercises},
    {NULL,
     "courses",
     "",
     "list the courses: exercises in days and blocks",
     NULL,
     CMD_NOTHING,
     0,
     0,
     false,
     {{0}},
     cmd_courses},
    {NULL,
     "course",
     "[COURSE]",
     "show a course, or follow it: what is done, what is next",
     "Without a name, the one that you follow; the interface lists the "
     "exercises in its order. Nothing is locked by a course. The clock of a "
     "block stands in a pause, while the machine sleeps, and from a power cut "
     "until --resume; in a pause the time of exercises stands, too. See "
     "course(5).",
     CMD_NOTHING,
     0,
     1,
     false,
     {{"--follow", NULL, "follow it, from its first block on"},
      {"--pause", NULL, "stop the clock: prayer, questions, a power cut"},
      {"--resume", NULL, "let it go on"},
      {"--next", NULL, "go to the next block, and start its clock"},
      {"--leave", NULL, "follow none any more"}},
     cmd_course},
    {NULL,
     "start",
     "EXERCISE",
     "start the lab of an exercise",
     "The lab gets the name of the exercise. Files that you do not have yet "
     "are laid out for you; what you typed before is left alone. A lab "
     "of that exercise that runs already is fine.",
     CMD_EXERCISE,
     1,
     1,
     false,
     {{0}},
     cmd_start},
    {NULL,
     "check",
     "[EXERCISE]",
     "say which checks hold, and why not",
     "Exit status 0 when all hold, 1 when one fails. With --watch the checks "
     "follow the network until they are interrupted. The forms of the report "
     "are in report(5). Whoever writes hints or symptoms sees with --facts "
     "what they can go by. Some checks try something that others would notice; "
     "where another ixlab checks the same lab, one waits for the other.",
     CMD_EXERCISE,
     0,
     1,
     false,
     {{"--watch", NULL, "stay, and show each change"},
      {"--format", "FORM", "text, json, tap13, tap14, junit, csv or html"},
      {"--tap", "[=VERSION]", "print TAP, version 13 or 14"},
      {"--facts", NULL, "with JSON: the facts of each failure, too"}},
     cmd_check},
    {NULL,
     "answer",
     "EXERCISE [QUESTION [TEXT...]]",
     "answer a question of an exercise",
     "Some checks are questions: a number, a prefix, an AS number, a choice. "
     "Without a question all are listed, with what you answered so far. An "
     "answer can be changed at any time; one that cannot be meant, such as a "
     "word where a number is asked for, is refused. Whether it is right is "
     "said by ixlab check.",
     CMD_EXERCISE,
     1,
     ANY,
     false,
     {{"--forget", NULL, "take the answer back"}},
     cmd_answer},
    {NULL,
     "note",
     "EXERCISE [TEXT...]",
     "keep a note on an exercise, or read them",
     "A note is a line with its time, kept beside the lab's files. Without a "
     "text all are printed.",
     CMD_EXERCISE,
     1,
     ANY,
     false,
     {{0}},
     cmd_note},
    {NULL,
     "report",
     "FILE...",
     "print stored reports in another form",
     "FILE is what check --json printed, a result of the desk, or a list of "
     "either. Several are a class: of csv a row is a person, of html a page "
     "begins with the table of all. Whose a report is stands in it; otherwise "
     "the file's name tells. See report(5).",
     CMD_FILE,
     1,
     ANY,
     false,
     {{"--format", "FORM", "text, json, tap13, tap14, junit, csv or html"},
      {"--whole", NULL, "with what is kept from the trainee"}},
     cmd_report},
    {NULL,
     "hint",
     "[EXERCISE]",
     "one hint for what fails now",
     NULL,
     CMD_EXERCISE,
     0,
     1,
     false,
     {{0}},
     cmd_hint},
    {NULL,
     "solve",
     "[EXERCISE]",
     "put the reference solution in place",
     "Your own text is kept beside it as FILE.mine.",
     CMD_EXERCISE,
     0,
     1,
     false,
     {{0}},
     cmd_solve},
    {NULL,
     "reset",
     "[EXERCISE | NODE]",
     "begin an exercise again, or one node of a lab",
     "Puts the files of the exercise back as they were at the start. A node "
     "that runs is made anew: its programs are ended, its links, addresses and "
     "files are as at first, and all other nodes go on. With --step the files "
     "are "
     "as they were when the interface showed that step first. Your own text is "
     "kept beside the files as FILE.mine.",
     CMD_EXERCISE,
     0,
     1,
     false,
     {{"--keep-config", NULL, "of a node: leave its files as they are"},
      {"--step", "N", "of an exercise: the files as when step N began"}},
     cmd_reset},
    {NULL,
     "play",
     "[EXERCISE]",
     "play an exercise by itself, as a proof",
     "In a lab of its own: start, show that the checks fail and why, put the "
     "reference solution in place, show that all checks pass, remove the lab. "
     "Your own work is not touched. Without a name, the first of the course.",
     CMD_EXERCISE,
     0,
     1,
     false,
     {{0}},
     cmd_play},

    {"work that is sent in",
     "submit",
     "[EXERCISE]",
     "put your work on an exercise into one file, to send in",
     "The file is plain text: who you are, what you wrote, and the journal of "
     "your attempts; see submission(5). The lab need not run; when it does and "
     "FRR has lines that you typed and did not write, you are told. Without "
     "-o it is ID-EXERCISE.ixs. Who you are is asked once.",
     CMD_EXERCISE,
     0,
     1,
     false,
     {{"-o", "FILE", "where to; - is standard output"},
      {"--id", "ID", "who you are: what the desk knows you by"},
      {"--name", "NAME", "your name, for people"}},
     cmd_submit},
    {NULL,
     "grade",
     "FILE|DIR...",
     "grade what was sent in, each in labs of its own",
     "Each submission is graded again from its declared files, with all checks "
     "of the desk's exercise, in a process tree of its own that ends after the "
     "deadline. The result is written beside it as FILE.result.json, signed "
     "with the "
     "desk's key; see result(5). A result that is there, by this desk, for the "
     "same submission, exercise and release, is kept: after an interruption "
     "the "
     "same call goes on. Exit status 0 when all pass, 1 when one fails, 4 when "
     "one is refused, 3 when one could not be graded. For tables of a class: "
     "ixlab report.",
     CMD_FILE,
     1,
     ANY,
     false,
     {{"-j", "N", "so many at a time (8 a processor)"},
      {"-o", "DIR", "where results go"},
      {"--exercise", "EXERCISE", "the desk's: a name, or a folder"},
      {"--deadline", "TIME", "for each submission (5m)"},
      {"--again", NULL, "keep no result"},
      {"--unsealed", NULL,
       "without the seal of result(5): the work of people that you trust"},
      {"--one", "INSTANCE",
       "grade one file here, in that lab; print its result, unsigned"}},
     cmd_grade},
    {NULL,
     "verify",
     "RESULT",
     "say whether a result is the desk's, and unchanged",
     "Needs no network and no lab. Exit status 0 when the signature holds, 1 "
     "when it does not, 2 when the file is no result, 3 without a key to "
     "compare with.",
     CMD_FILE,
     1,
     1,
     false,
     {{"--key", "KEY",
       "the desk's public key: 64 digits, or a file; without "
       "it, the key of the desk on this machine"}},
     cmd_verify},
    {NULL,
     "desk",
     "key | ticket ID... | similar|mistakes|class FILE...",
     "the desk's key and tickets; what a class did alike or wrong",
     "key prints the public half of the key that signs results, and makes one "
     "when there is none; the secret half stays in the state folder "
     "(desk/key). ticket prints what persons need for ixlab deal, drawn from "
     "the class secret (desk/class). Keep a copy of both files. similar lists "
     "pairs of submissions that look alike, or of which one has the other's "
     "parameters, in percent of what they have beyond the start: what the "
     "configuration does, numbers apart; in which order; and in which words, "
     "comments and names. It decides nothing: a short exercise has few right "
     "answers. mistakes counts in results of this desk how many people failed "
     "which check with which hint. class is the report of a class: its "
     "results, "
     "its mistakes, what the desk noted, and who looks like whom; FILE is a "
     "submission or a result. All take folders, too.",
     CMD_FILE,
     1,
     ANY,
     false,
     {{"--least", "N", "who looks like whom: a score from 0 to 100 (70)"},
      {"--exercise", "EXERCISE", "and what was given: a name or a folder"},
      {"--key", "KEY", "of results: another desk's public key"},
      {"--format", "FORM", "of class: text, json or html"}},
     cmd_desk},
    {NULL,
     "deal",
     "EXERCISE",
     "make a copy of an exercise with parameters of your own",
     "Of an exercise with a file params.yml; see params(5). The same ticket "
     "gives the same copy.",
     CMD_EXERCISE,
     1,
     1,
     false,
     {{"--ticket", "TICKET", "what the desk gave you"},
      {"-o", "DIR", "into which folder; without it, here"}},
     cmd_deal},

    {"labs",
     "labs",
     "",
     "list the labs that can be started",
     NULL,
     CMD_NOTHING,
     0,
     0,
     false,
     {{0}},
     cmd_labs},
    {NULL,
     "up",
     "LAB",
     "start a lab: its name, or a file; or change it while it runs",
     "Returns when every node is there and every daemon runs. What was typed "
     "in this lab before is still there. A lab that runs already becomes what "
     "its file says now: nodes come and go, and whatever does not change "
     "keeps its processes and its sessions. A route server hears of new "
     "members without a restart; a trainee's files are never written over; "
     "what was done by hand to links and ports stays where the file did not "
     "change. When something fails, all is as it was before. What this "
     "machine does not do for the lab, limits or a broadcast on a very large "
     "LAN, is told.",
     CMD_LAB_FILE,
     1,
     1,
     false,
     {{"--members", "N", "how many members, in a lab that generates them"},
      {"--name", "NAME", "run it under this name"},
      {"--dry-run", NULL,
       "print the steps, of a lab that runs the difference, and do nothing"}},
     cmd_up},
    {NULL,
     "down",
     "[NAME]",
     "stop a lab",
     NULL,
     CMD_RUNNING,
     0,
     1,
     false,
     {{"--all", NULL, "all that run"}},
     cmd_down},
    {NULL,
     "save",
     "[NAME]",
     "put a lab that runs into one file",
     "The file holds the lab file, the files that it names, all configurations "
     "as they are now, and what was set by hand: addresses and routes, "
     "interfaces, weather, ports of "
     "switches, daemons that were stopped. Without -o it is NAME.tar.gz. It is "
     "a tar that anybody can look into. What cannot be saved is told, such as "
     "interfaces made by hand; packet filters are saved when they stand in "
     "nftables.conf, sysctls are not.",
     CMD_RUNNING,
     0,
     1,
     false,
     {{"-o", "FILE", "where to"}},
     cmd_save},
    {NULL,
     "restore",
     "FILE",
     "bring a saved lab up, here or elsewhere",
     "The lab comes up as it was saved. All of the file is checked first, and "
     "nothing stays of a restore that fails. A lab of that name that runs, or "
     "whose files are there, is left alone: say another name. Restored files "
     "count as the trainee's: no start replaces what was typed in them, also "
     "where the text is usually ours; a reset of the node does.",
     CMD_FILE,
     1,
     1,
     false,
     {{"--as", "NAME", "under another name"}},
     cmd_restore},
    {NULL,
     "ps",
     "",
     "list the labs that run",
     NULL,
     CMD_NOTHING,
     0,
     0,
     false,
     {{0}},
     cmd_ps},
    {NULL,
     "inspect",
     "[NAME]",
     "nodes, addresses, daemons and BGP sessions",
     NULL,
     CMD_RUNNING,
     0,
     1,
     false,
     {{0}},
     cmd_inspect},
    {NULL,
     "events",
     "[NAME]",
     "what happens in a lab, a line for each event",
     "Links, addresses, routes, daemons, BGP sessions and the lab itself, "
     "until "
     "Ctrl-C or the lab's end. With --json one object a line. Sessions are "
     "told "
     "when they go up or down. A reader that is too slow loses events, and is "
     "told how many.",
     CMD_RUNNING,
     0,
     1,
     false,
     {{"--for", "TIME", "end after 10s, 500ms, 5m"},
      {"--node", "NODE", "only what concerns a node"},
      {"--all", NULL, "all states of sessions, and how they are now"}},
     cmd_events},
    {NULL,
     "graph",
     "[LAB]",
     "a picture of a lab, with the states of its sessions",
     "LAB is a lab that runs, or one that could, by its name or its file: then "
     "the structure is shown. Networks that look alike are one box in a large "
     "exchange. A state is a symbol and a word, and never a colour alone. "
     "Weather, and links that are down, silent, culled or in quarantine, are "
     "told at their lines.",
     CMD_LAB_FILE,
     0,
     1,
     false,
     {{"--text", NULL, "for 80 columns; this is what is printed by itself"},
      {"--svg", NULL, "SVG, by graphviz"},
      {"--dot", NULL, "what graphviz reads"}},
     cmd_graph},
    {NULL,
     "matrix",
     "[NAME]",
     "every host asks every host: loss and round trips",
     "ICMP echoes in both families, many pairs at a time; a network without a "
     "host asks from its router. As a map: a cell is as dense as its round "
     "trip "
     "is long, from a dot (below 1 ms) on; a digit lost so many "
     "tenths, X is silent, - has no address in that family. Exit status 1 when "
     "an echo was lost. The kernel's neighbour table is small and shared by "
     "all: pairs are asked in batches that fit into it.",
     CMD_RUNNING,
     0,
     1,
     false,
     {{"--pairs", NULL, "a line for each pair"},
      {"--svg", NULL, "the map as SVG"},
      {"--family", "4|6", "one family alone"},
      {"--count", "N", "echoes a pair (3)"},
      {"--interval", "TIME", "between two of them (20ms)"},
      {"--timeout", "TIME", "to wait for the last (1s)"},
      {"--size", "BYTES", "data in an echo (56)"},
      {"--whole", NULL, "never in fragments: with --size, finds a wrong MTU"}},
     cmd_matrix},
    {NULL,
     "spread",
     "PREFIX",
     "how far a prefix got: who has it, and why others have not",
     "From who announces it on, hop by hop: who has it from whom, who refused "
     "it, whom a route server did not tell, and why, as far as their daemons "
     "say; the trainee's own is not asked. With --watch what changes is told "
     "in a sentence, with the time since the beginning. Exit status 1 when "
     "nobody announces it.",
     CMD_NOTHING,
     1,
     1,
     false,
     {{"--watch", NULL, "stay, and tell each change"},
      {"--for", "TIME", "stay for so long"},
      {"--svg", NULL, "as SVG"}},
     cmd_spread},
    {NULL,
     "traffic",
     "NODE",
     "what a node sends and receives, and round trips, as line charts",
     "Measured at its port at the exchange, or at its first link; an ICMP "
     "echo goes to a route server, or to who is at the other end. On a "
     "terminal the charts follow until they are interrupted.",
     CMD_NODE,
     1,
     1,
     false,
     {{"--to", "NODE", "whom to send the echoes to"},
      {"--every", "TIME", "between two values (1s)"},
      {"--for", "TIME", "how long (10s where it is no terminal)"},
      {"--svg", NULL, "the charts as SVG"}},
     cmd_traffic},

    {"inside",
     "exec",
     "NODE [--] COMMAND...",
     "run a command in a node",
     "The command gets the three descriptors of ixlab, and a terminal of its "
     "own when ixlab stands on one; its exit status becomes that of ixlab.",
     CMD_NODE,
     2,
     ANY,
     true,
     {{0}},
     cmd_exec},
    {NULL,
     "shell",
     "NODE",
     "open a shell in a node",
     NULL,
     CMD_NODE,
     1,
     1,
     false,
     {{0}},
     cmd_shell},
    {NULL,
     "cli",
     "NODE [COMMAND...]",
     "speak to a node's daemon, whichever it is",
     "By its kind this is birdc(8), vtysh(1), gobgp, bgpctl(8) or ixrsctl(1); "
     "a robot is asked as by ixlab robot. Without a command they ask for some; "
     "the last three show the sessions.",
     CMD_NODE,
     1,
     ANY,
     true,
     {{0}},
     cmd_cli},
    {NULL,
     "birdc",
     "NODE [COMMAND...]",
     "speak to a node's BIRD, or to its route server",
     "On a route server of ours this is ixrsctl(1).",
     CMD_NODE,
     1,
     ANY,
     true,
     {{0}},
     cmd_birdc},
    {NULL,
     "robot",
     "NODE [QUESTION [WORD...]]",
     "ask a robot, or let it misbehave",
     "The questions are those of ixpeer(1) about one robot: robots, which is "
     "meant without any; routes, announced, announce, withdraw, behave, keep, "
     "stop, start, drop. Such as: ixlab robot m7 behave leak for=30s; ixlab "
     "robot m7 behave normal.",
     CMD_NODE,
     1,
     ANY,
     true,
     {{0}},
     cmd_robot},
    {NULL,
     "reload",
     "NODE",
     "let a node's daemon read its files again",
     "What an operator says after an edit, whatever runs in the node; its "
     "network.yml and nftables.conf, when it has them, are loaded again, too, "
     "and a mistake in these is told at once. A mistake in a file of the "
     "daemon "
     "is told by it: see the last line of inspect --json, or the lab's log.",
     CMD_NODE,
     1,
     1,
     false,
     {{0}},
     cmd_reload},
    {NULL,
     "capture",
     "NODE [IF] [FILTER...]",
     "what passes an interface, as pcap",
     "Writes pcap to standard output, to a file, or says it in words. Without "
     "an interface a switch's first LAN is meant, a node's only interface, or "
     "all of them; any means all, too. The filter is tcpdump's: ixlab capture "
     "rs1 tcp port 179 -w bgp.pcap. For Wireshark: ixlab capture m1 | "
     "wireshark -k -i -. A capture ends with Ctrl-C, with the lab, with -c, or "
     "when nobody reads it any more, and is whole each time.",
     CMD_NODE,
     1,
     ANY,
     false,
     {{"-w", "FILE", "write to a file"},
      {"-c", "N", "end after so many packets"},
      {"--text", NULL, "a line for each packet, by tcpdump"},
      {"--tshark", NULL, "the same by tshark, which knows more protocols"}},
     cmd_capture},

    {NULL,
     "link",
     "NODE NODE [WORD...]",
     "show or change the link between two nodes",
     "The words, of which several can be combined: up, down; delay 90ms, "
     "jitter "
     "5ms, loss 1%, rate 10mbit, each in both directions; silent: the link "
     "stays up and nothing passes; clear: fair weather again. What is not "
     "named stays as it is. A node may be written NODE:INTERFACE where "
     "several links join two nodes; two switches mean what carries the tunnels "
     "between them. Where the kernel has no netem, ixwire(8) "
     "makes the weather.",
     CMD_NODE,
     2,
     ANY,
     false,
     {{"--for", "TIME", "as long as that, for example 30s; then as before"}},
     cmd_link},

    {"the fabric",
     "ports",
     "[NODE|SWITCH]",
     "the ports of the switches, and what they refused",
     "For each port its LAN, its state, the addresses seen there, and what its "
     "guard did. DROPPED counts all that was not let in, VIOLATIONS the frames "
     "from a wrong address; --json has each counter by itself. A port that a "
     "wrong address took down is \"shut\" until --clear.",
     CMD_NODE,
     0,
     1,
     false,
     {{"--clear", NULL, "bring up what a wrong address took down"}},
     cmd_ports},
    {NULL,
     "move",
     "NODE LAN",
     "put a node's port on another LAN of its switch",
     "At once, as in: ixlab move m5 khi, out of quarantine (khi-q). A node "
     "with "
     "several ports is written NODE:INTERFACE, here and for pin.",
     CMD_NODE,
     2,
     2,
     false,
     {{0}},
     cmd_move},
    {NULL,
     "pin",
     "NODE MAC...|off",
     "say from which addresses a port lets frames in",
     "Name two while a member swaps its router; off lets in any.",
     CMD_NODE,
     2,
     ANY,
     false,
     {{0}},
     cmd_pin},
    {NULL,
     "cull",
     "LAN|SWITCH on|off",
     "cut BGP off before work on the fabric (RFC 8327)",
     "Sessions between addresses of the fabric end by their hold time while "
     "frames still pass, at all ports of a LAN or of a switch.",
     CMD_NOTHING,
     2,
     2,
     false,
     {{0}},
     cmd_cull},

    {"files and machine",
     "validate",
     "FILE...",
     "check lab and exercise files",
     "Every file is read; each error is one line FILE:LINE:COLUMN: SENTENCE.",
     CMD_FILE,
     1,
     ANY,
     false,
     {{0}},
     cmd_validate},
    {NULL,
     "import",
     "FILE",
     "make a lab of an exchange's IX-F Member Export",
     "FILE is what an exchange publishes about itself: IX-F Member Export, "
     "schema 1.0; 0.6 and 0.7 are read, too. The lab has its switches, peering "
     "LANs, route servers and members, with their AS numbers; addresses of the "
     "real world are replaced by reserved ones with the same host part, since "
     "captures and configurations of a lab are carried away. What members "
     "announce is made up. What cannot be had is told, also in the file.",
     CMD_FILE,
     1,
     1,
     false,
     {{"-o", "LAB.yml", "write to a file that is not there yet"},
      {"--name", "NAME", "the lab's name"},
      {"--kind", "KIND", "what members run, see lab(5)"},
      {"--keep-addresses", NULL, "even those of the real world"}},
     cmd_import},
    {NULL,
     "export",
     "LAB",
     "write a lab for the tools of the field",
     "LAB is a name or a file; it need not run. With --ixf, an IX-F Member "
     "Export (schema 1.0) of who is on the exchange is printed. With "
     "--arouteserver, general.yml and clients.yml are written into a folder, "
     "or "
     "into one below it for each of several route servers; ixrs(8) reads the "
     "same files. With --containerlab, a folder gets a topology, the files of "
     "its nodes, and the Dockerfile of the image they run; what containerlab's "
     "lab will lack is told. Its form is that of containerlab's schema as of "
     "commit b11ef1add1ee of its repository.",
     CMD_LAB_FILE,
     1,
     1,
     false,
     {{"--ixf", NULL, "IX-F Member Export, as JSON"},
      {"--arouteserver", "DIR", "files of each route server"},
      {"--containerlab", "DIR", "LAB.clab.yml, with its files"}},
     cmd_export},
    {NULL,
     "doctor",
     "",
     "what this machine can do, and what to install",
     "Each feature is tried for real; for what is missing there is the command "
     "that mends it, in the words of the place: a container, WSL, root. On "
     "Ubuntu 24.04 it loads the AppArmor profile that is installed with ixlab. "
     "Exit status 3 when something that a lab needs is missing.",
     CMD_NOTHING,
     0,
     0,
     false,
     {{0}},
     cmd_doctor},
    {NULL,
     "sandbox-test",
     "",
     "try what holds a stranger's work when it is graded",
     "From inside of the seal that ixlab grade puts around each submission, "
     "with "
     "all the rights that a lab's first process has, it tries to read the "
     "desk's "
     "secrets, to write, to reach a network, to use up the machine, and so on. "
     "It prints TAP, a point for each attack, which passes when the attack "
     "fails. What it does not cover is in result(5).",
     CMD_NOTHING,
     0,
     0,
     false,
     {{0}},
     cmd_sandbox_test},
    {NULL,
     "dev",
     "new FOLDER [EXERCISE] | lint [EXERCISE...] | run EXERCISE FOLDER | "
     "check [EXERCISE...] | kinds | man | keys",
     "for authors: write exercises, and prove them",
     "new copies an exercise as the beginning of another one; lint reads its "
     "words and tells, by file and line, what no exercise should have; run "
     "lays one of its folders (solution, wrong/NAME) over a lab of its own and "
     "prints "
     "what the checks say; check proves that lint finds nothing, the start "
     "fails, each solution "
     "passes and each wrong solution fails as it says, and prints TAP; kinds "
     "lists what a check can ask; man and keys print this list and the "
     "interface's keys for the manual. See ixlab-authors(7).",
     CMD_EXERCISE,
     1,
     ANY,
     false,
     {{"--mutants", NULL, "of check: spoil accepted solutions by rule, too"},
      {"--third", "N",
       "of check: of the mistakes each third one, from the Nth on"}},
     cmd_dev},
    {NULL,
     "completion",
     "bash",
     "print completion for a shell",
     "For bash: source <(ixlab completion bash)",
     CMD_NOTHING,
     1,
     2,
     false,
     {{0}},
     cmd_completion},
    {NULL,
     "help",
     "[VERB]",
     "this text, or more about a verb",
     NULL,
     CMD_VERB,
     0,
     1,
     false,
     {{0}},
     cmd_help},
    {NULL,
     "version",
     "",
     "print the version",
     NULL,
     CMD_NOTHING,
     0,
     0,
     false,
     {{0}},
     cmd_version},
};
const size_t cmd_nverbs = sizeof(cmd_verbs) / sizeof(*cmd_verbs);

const struct cmd_verb *
cmd_find(const char *name)
{
	size_t i;

	for (i = 0; i < cmd_nverbs; i++)
		if (strcmp(cmd_verbs[i].name, name) == 0)
			return &cmd_verbs[i];
	return NULL;
}
