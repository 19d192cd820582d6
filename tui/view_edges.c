#include "tui/view_edges.h"

const struct edge_face edge_faces[] = {
    [GRAPH_NONE] = {' ', ST_NORMAL, ""},
    [GRAPH_UNSEEN] = {'?', ST_DIM, "not seen"},
    [GRAPH_DOWN] = {0x25cb, ST_BAD, "down"},
    [GRAPH_UP] = {0x25cf, ST_GOOD, "up"},
};
