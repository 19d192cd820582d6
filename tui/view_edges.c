#include "tui/view_edges.h"
#include "tui/tui_words.h"

const struct edge_face edge_faces[] = {
    [GRAPH_NONE] = {' ', ST_NORMAL, ""},
    [GRAPH_UNSEEN] = {'?', ST_DIM, N_("not seen")},
    [GRAPH_DOWN] = {0x25cb, ST_BAD, N_("down")},
    [GRAPH_UP] = {0x25cf, ST_GOOD, N_("up")},
};
