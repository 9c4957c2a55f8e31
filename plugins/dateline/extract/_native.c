/* The hot loops of extraction, compiled. Each does exactly what its Python twin does:
 *
 *   cut       blocks.cut           strict HTML -> the columns of Blocks
 *   numbers   features.numbers     texts -> counts of their characters
 *   matrix    features.grouped     the numbers of a page's blocks and of what is around them
 *   sums      model.Trees          trees over a matrix -> log-odds
 *   tally     nesting.tally        a page -> counts of its tags, before it is parsed
 *
 * Built by local/native.py where there is a compiler; where there is none the twins are used.
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ALWAYS_INLINE static inline __attribute__((always_inline))

/* ---- reading text of any width ------------------------------------------------------------- */

typedef struct {
    int kind;
    const void *data;
    Py_ssize_t length;
} Text;

#define AT(text, i) PyUnicode_READ((text).kind, (text).data, (i))

static Text text_of(PyObject *object) {
    Text text = {PyUnicode_KIND(object), PyUnicode_DATA(object), PyUnicode_GET_LENGTH(object)};
    return text;
}

static Py_ssize_t find(Text text, Py_UCS4 wanted, Py_ssize_t from) {
    if (text.kind == PyUnicode_1BYTE_KIND) {
        const char *data = text.data;
        const char *found = from < text.length
            ? memchr(data + from, (int)wanted, (size_t)(text.length - from)) : NULL;
        return found ? found - data : text.length;
    }
    if (text.kind == PyUnicode_2BYTE_KIND) {
        const Py_UCS2 *data = text.data;
        /* Eight at a time, without a branch for each: the compiler makes one instruction of them. */
        for (; from + 8 <= text.length; from += 8) {
            int any = 0;
            for (int k = 0; k < 8; k++) any |= data[from + k] == (Py_UCS2)wanted;
            if (any) break;
        }
    }
    for (; from < text.length; from++)
        if (AT(text, from) == wanted) return from;
    return text.length;
}

ALWAYS_INLINE int is_space(Py_UCS4 c) { return c < 128 ? Py_ISSPACE(c) || (c >= 28 && c <= 31) : Py_UNICODE_ISSPACE(c); }

/* Length of the range without white space at its ends. */
static Py_ssize_t stripped(Text text, Py_ssize_t begin, Py_ssize_t end) {
    while (begin < end && is_space(AT(text, begin))) begin++;
    while (end > begin && is_space(AT(text, end - 1))) end--;
    return end - begin;
}

/* ---- cut ------------------------------------------------------------------------------------ */

enum { OPEN_OR_CLOSE, INLINE, LINK, LINK_END, BOLD, BOLD_END, BREAK };

static const char *const INLINE_TAGS =
    " abbr acronym bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q rp rt ruby"
    " s samp small span strike sub sup time tt u var wbr ";
static const char *const VOID_TAGS =
    " area base basefont col embed frame img input link meta param source track ";

static const char *const RAW_TAGS = " script style iframe noembed noframes xmp plaintext ";
static const char *const SILENT_TAGS =
    " noscript template svg math object select textarea canvas audio video picture map dialog button"
    " progress meter datalist ";

static int listed(const char *list, const char *name, size_t length) {
    char key[16];
    if (length > 12) return 0;
    key[0] = ' ';
    memcpy(key + 1, name, length);
    key[length + 1] = ' ';
    key[length + 2] = 0;
    return strstr(list, key) != NULL;
}

static int action_of(const char *name, size_t length) {
    int closing = name[0] == '/';
    const char *bare = name + closing;
    size_t size = length - (size_t)closing;
    if (size == 0) return OPEN_OR_CLOSE;
    if (size == 1 && bare[0] == 'a') return closing ? LINK_END : LINK;
    if ((size == 1 && bare[0] == 'b') || (size == 6 && memcmp(bare, "strong", 6) == 0))
        return closing ? BOLD_END : BOLD;
    if (!closing && size == 2 && memcmp(bare, "br", 2) == 0) return BREAK;
    switch (bare[0]) { /* what most tags are, at once */
    case 'h': case 'o':
        if (size == 2) return OPEN_OR_CLOSE;
        break;
    case 'p':
        if (size == 1) return OPEN_OR_CLOSE;
        break;
    case 'd':
        if (size == 3 && bare[1] == 'i') return OPEN_OR_CLOSE;
        break;
    case 'l':
        if (size == 2) return OPEN_OR_CLOSE;
        break;
    case 's':
        if (size == 4 && memcmp(bare, "span", 4) == 0) return INLINE;
        break;
    default:
        break;
    }
    if (listed(INLINE_TAGS, bare, size)) return INLINE;
    if (!closing && listed(VOID_TAGS, bare, size)) return INLINE;
    if (closing && (listed(RAW_TAGS, bare, size) || listed(SILENT_TAGS, bare, size))) return INLINE;
    return OPEN_OR_CLOSE;
}

typedef struct {
    Py_ssize_t element;
    unsigned long zone, hints;
    long depth;
} Open;

typedef struct {
    Text html;
    PyObject *source, *tag_zone, *zone_of, *word_hints, *paired, *clean, *row;
    PyObject *columns[18];
    PyObject *signatures;
    unsigned long *class_hints; /* of each signature */
    Py_ssize_t class_room;
    Open *stack;
    Py_ssize_t open, room;
    Py_ssize_t *piece_begin, *piece_end;
    Py_ssize_t pieces, piece_room;
    char *space_before; /* a <br> within a heading is a space */
    Py_ssize_t links, anchors, bolds, begun;
    int broken;
    Py_ssize_t most_blocks, longest_block, longest_attributes;
    Py_ssize_t longest_names;
    unsigned long heading;
} Cut;

enum { TEXT, ELEMENT, LINKS, ANCHORS, BOLDS, BROKEN, START, STOP, TAG, PARENT, DEPTH, SIGNATURE, ZONE, HINTS, ABOVE, BEGIN, END, H1 };

static int append_long(Cut *cut, int column, long long value) {
    PyObject *number = PyLong_FromLongLong(value);
    if (!number) return -1;
    int failed = PyList_Append(cut->columns[column], number);
    Py_DECREF(number);
    return failed;
}

static Py_ssize_t blocks_of(Cut *cut) { return PyList_GET_SIZE(cut->columns[TEXT]); }

static int append_block(Cut *cut, PyObject *line, Py_ssize_t links, Py_ssize_t anchors, Py_ssize_t bolds, int broken, Py_ssize_t start, Py_ssize_t stop) {
    if (!PyUnicode_GET_LENGTH(line) || blocks_of(cut) >= cut->most_blocks) return 0;
    Py_ssize_t element = cut->open > 1 ? cut->stack[cut->open - 1].element : 0;
    return PyList_Append(cut->columns[TEXT], line) || append_long(cut, ELEMENT, element)
        || append_long(cut, LINKS, links) || append_long(cut, ANCHORS, anchors) || append_long(cut, BOLDS, bolds)
        || PyList_Append(cut->columns[BROKEN], broken ? Py_True : Py_False) || append_long(cut, START, start)
        || append_long(cut, STOP, stop);
}

/* The references that strict HTML writes in text; the length of the one at `at`, and its character. */
static Py_ssize_t reference(Text text, Py_ssize_t at, Py_ssize_t end, Py_UCS4 *character) {
    static const struct { const char *name; Py_ssize_t length; Py_UCS4 character; } known[] = {
        {"&amp;", 5, '&'}, {"&lt;", 4, '<'}, {"&gt;", 4, '>'}, {"&nbsp;", 6, ' '}};
    for (size_t k = 0; k < 4; k++) {
        Py_ssize_t i = 0;
        while (i < known[k].length && at + i < end && AT(text, at + i) == (Py_UCS4)known[k].name[i]) i++;
        if (i == known[k].length) {
            *character = known[k].character;
            return i;
        }
    }
    return 0;
}

/* The pieces as one line: a new str, cleaned, perhaps empty. */
static PyObject *line_of(Cut *cut) {
    Text html = cut->html;
    Py_ssize_t most = 0;
    for (Py_ssize_t k = 0; k < cut->pieces; k++)
        most += cut->piece_end[k] - cut->piece_begin[k] + 1;
    if (most > cut->longest_block) most = cut->longest_block;
    Py_UCS4 *line = PyMem_Malloc((size_t)(most + 1) * sizeof(Py_UCS4));
    if (!line) return PyErr_NoMemory();
    Py_ssize_t length = 0;
    int space = 0, plain = 1;
    Py_ssize_t left = cut->longest_block;
    for (Py_ssize_t k = 0; k < cut->pieces && left > 0; k++) {
        if (cut->space_before[k]) space = 1, left--;
        Py_ssize_t end = cut->piece_end[k];
        if (end - cut->piece_begin[k] > left) end = cut->piece_begin[k] + left;
        left -= end - cut->piece_begin[k];
        for (Py_ssize_t i = cut->piece_begin[k]; i < end; i++) {
            Py_UCS4 c = AT(html, i);
            if (c == '&') {
                Py_ssize_t skip = reference(html, i, end, &c);
                if (skip) i += skip - 1;
            }
            if (is_space(c)) {
                space = 1;
                continue;
            }
            if (space && length) line[length++] = ' ';
            space = 0;
            if (c < 32 || c > 126) plain = 0;
            line[length++] = c;
        }
    }
    PyObject *result = PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, line, length);
    PyMem_Free(line);
    if (result && !plain) {
        PyObject *cleaned = PyObject_CallOneArg(cut->clean, result);
        Py_DECREF(result);
        result = cleaned;
    }
    return result;
}

static int flush(Cut *cut, Py_ssize_t position) {
    if (cut->pieces) {
        PyObject *line = line_of(cut);
        if (!line) return -1;
        int failed = append_block(cut, line, cut->links, cut->anchors, cut->bolds, cut->broken, cut->begun, position);
        Py_DECREF(line);
        if (failed) return -1;
        cut->pieces = 0;
    }
    cut->links = cut->anchors = cut->bolds = 0;
    cut->begun = position;
    return 0;
}

static int push(Cut *cut, Py_ssize_t element, unsigned long zone, unsigned long hints, long depth) {
    if (cut->open == cut->room) {
        Py_ssize_t room = cut->room ? cut->room * 2 : 64;
        Open *stack = PyMem_Realloc(cut->stack, (size_t)room * sizeof(Open));
        if (!stack) return PyErr_NoMemory(), -1;
        cut->stack = stack;
        cut->room = room;
    }
    Open top = {element, zone, hints, depth};
    cut->stack[cut->open++] = top;
    return 0;
}

static int piece(Cut *cut, Py_ssize_t begin, Py_ssize_t end, int space_before) {
    if (cut->pieces == cut->piece_room) {
        Py_ssize_t room = cut->piece_room ? cut->piece_room * 2 : 64;
        Py_ssize_t *begins = PyMem_Realloc(cut->piece_begin, (size_t)room * sizeof(Py_ssize_t));
        if (begins) cut->piece_begin = begins;
        Py_ssize_t *ends = PyMem_Realloc(cut->piece_end, (size_t)room * sizeof(Py_ssize_t));
        if (ends) cut->piece_end = ends;
        char *spaces = PyMem_Realloc(cut->space_before, (size_t)room);
        if (spaces) cut->space_before = spaces;
        if (!begins || !ends || !spaces) return PyErr_NoMemory(), -1;
        cut->piece_room = room;
    }
    cut->piece_begin[cut->pieces] = begin;
    cut->piece_end[cut->pieces] = end;
    cut->space_before[cut->pieces++] = (char)space_before;
    return 0;
}

static PyObject *slice(Cut *cut, Py_ssize_t begin, Py_ssize_t end) { return PyUnicode_Substring(cut->source, begin, end); }

static int is_at(Text text, Py_ssize_t at, const char *wanted, size_t length) {
    if (at + (Py_ssize_t)length > text.length) return 0;
    for (size_t i = 0; i < length; i++)
        if (AT(text, at + (Py_ssize_t)i) != (Py_UCS4)(unsigned char)wanted[i]) return 0;
    return 1;
}

static Py_ssize_t end_of_value(Text text, Py_ssize_t begin, Py_ssize_t end) {
    while (begin < end && AT(text, begin) != '"') begin++;
    return begin;
}

static int add_hints(Cut *cut, PyObject *word, unsigned long *hints) {
    if (!word) return -1;
    PyObject *found = PyObject_GetItem(cut->word_hints, word);
    if (!found) return -1;
    *hints |= PyLong_AsUnsignedLong(found);
    Py_DECREF(found);
    return PyErr_Occurred() ? -1 : 0;
}

#define IS_LOWER(c) ((c) >= 'a' && (c) <= 'z')
#define IS_UPPER(c) ((c) >= 'A' && (c) <= 'Z')

/* The hints of a class or an id; blocks._hints. */
static int hints_of(Cut *cut, Py_ssize_t begin, Py_ssize_t end, unsigned long *hints) {
    Text html = cut->html;
    PyObject *before = NULL;
    int failed = -1;
    if (end > begin + cut->longest_names) end = begin + cut->longest_names;
    while (begin < end) {
        Py_UCS4 c = AT(html, begin), next = begin + 1 < end ? AT(html, begin + 1) : 0;
        Py_ssize_t stop = begin + 1;
        if (IS_LOWER(c) || (IS_UPPER(c) && IS_LOWER(next))) while (stop < end && IS_LOWER(AT(html, stop))) stop++;
        else if (IS_UPPER(c) && IS_UPPER(next)) while (stop < end && IS_UPPER(AT(html, stop))) stop++;
        else {
            begin++;
            continue;
        }
        PyObject *word = slice(cut, begin, stop);
        if (add_hints(cut, word, hints)) {
            Py_XDECREF(word);
            goto done;
        }
        if (before) {
            PyObject *pair = PyUnicode_FromFormat("%U-%U", before, word);
            int wrong = add_hints(cut, pair, hints);
            Py_XDECREF(pair);
            Py_CLEAR(before);
            if (wrong) {
                Py_DECREF(word);
                goto done;
            }
        }
        int is_first = PySet_Contains(cut->paired, word);
        if (is_first > 0) before = word;
        else Py_DECREF(word);
        if (is_first < 0) goto done;
        begin = stop;
    }
    failed = 0;
done:
    Py_XDECREF(before);
    return failed;
}

/* The number of a tag with this class on this page; a new one's hints are read. */
static PyObject *signature_of(Cut *cut, PyObject *name, Py_ssize_t begin, Py_ssize_t end, unsigned long *hints) {
    PyObject *classes = slice(cut, begin, end), *key = classes ? PyTuple_Pack(2, name, classes) : NULL, *number = NULL;
    Py_XDECREF(classes);
    if (!key) return NULL;
    if ((number = PyDict_GetItemWithError(cut->signatures, key))) {
        *hints |= cut->class_hints[PyLong_AsSsize_t(number)];
        Py_INCREF(number);
    } else if (!PyErr_Occurred()) {
        Py_ssize_t index = PyDict_GET_SIZE(cut->signatures);
        unsigned long found = 0;
        if (index == cut->class_room) {
            Py_ssize_t room = index ? 2 * index : 64;
            unsigned long *grown = PyMem_Realloc(cut->class_hints, (size_t)room * sizeof(unsigned long));
            if (!grown) PyErr_NoMemory();
            else cut->class_hints = grown, cut->class_room = room;
        }
        if (!PyErr_Occurred() && !hints_of(cut, begin, end, &found) && (number = PyLong_FromSsize_t(index))) {
            cut->class_hints[index] = found;
            *hints |= found;
            if (PyDict_SetItem(cut->signatures, key, number)) Py_CLEAR(number);
        }
    }
    Py_DECREF(key);
    return number;
}

/* Signature, zone and hints of a tag with these attributes; blocks._read. */
static int read_attributes(Cut *cut, PyObject *name, Py_ssize_t begin, Py_ssize_t end, PyObject **signature, unsigned long *zone, unsigned long *hints) {
    Text html = cut->html;
    Py_ssize_t at, stop;
    PyObject *known = PyDict_GetItemWithError(cut->tag_zone, name);
    if (!known && PyErr_Occurred()) return -1;
    *zone = known ? PyLong_AsUnsignedLong(known) : 0;
    /* Where the values begin that are looked for, the first of each; blocks.attribute. */
    Py_ssize_t class_at = -1, id_at = -1;
    int has_zone = 0;
    for (at = begin; at + 4 < end; at++) {
        if (AT(html, at) != ' ') continue;
        switch (AT(html, at + 1)) {
        case 'c':
            if (class_at < 0 && at + 8 <= end && is_at(html, at, " class=\"", 8)) class_at = at + 8;
            break;
        case 'i':
            if (id_at < 0 && is_at(html, at, " id=\"", 5)) id_at = at + 5;
            else has_zone |= at + 11 <= end && is_at(html, at, " itemprop=\"", 11);
            break;
        case 's': has_zone |= at + 8 <= end && is_at(html, at, " style=\"", 8); break;
        case 'r': has_zone |= at + 7 <= end && is_at(html, at, " role=\"", 7); break;
        case 'h': has_zone |= at + 9 <= end && is_at(html, at, " hidden=\"", 9); break;
        case 'a': has_zone |= at + 14 <= end && is_at(html, at, " aria-hidden=\"", 14); break;
        default: break;
        }
    }
    stop = class_at < 0 ? 0 : end_of_value(html, class_at, end);
    if (!(*signature = signature_of(cut, name, class_at < 0 ? 0 : class_at, stop, hints))) return -1;
    if (id_at >= 0 && hints_of(cut, id_at, end_of_value(html, id_at, end), hints)) return -1;
    if (has_zone) {
        PyObject *attributes = slice(cut, begin, end);
        PyObject *more = attributes ? PyObject_CallOneArg(cut->zone_of, attributes) : NULL;
        Py_XDECREF(attributes);
        if (!more) return -1;
        *zone |= PyLong_AsUnsignedLong(more);
        Py_DECREF(more);
    }
    return PyErr_Occurred() ? -1 : 0;
}

static int open_element(Cut *cut, Py_ssize_t name_begin, Py_ssize_t name_end, Py_ssize_t attributes_end) {
    int failed = -1;
    unsigned long zone = 0, hints = 0;
    Open above = cut->stack[cut->open - 1];
    Py_ssize_t element = PyList_GET_SIZE(cut->columns[TAG]);
    PyObject *name = NULL, *number = NULL;
    if (attributes_end > name_end + cut->longest_attributes) attributes_end = name_end + cut->longest_attributes;
    if (!(name = slice(cut, name_begin, name_end))) goto done;
    if (read_attributes(cut, name, name_end, attributes_end, &number, &zone, &hints)) goto done;
    zone |= above.zone;
    if (PyList_Append(cut->columns[TAG], name) || append_long(cut, PARENT, above.element)
        || append_long(cut, DEPTH, above.depth + 1) || PyList_Append(cut->columns[SIGNATURE], number)
        || append_long(cut, ZONE, (long long)zone) || append_long(cut, HINTS, (long long)hints)
        || append_long(cut, ABOVE, (long long)above.hints) || append_long(cut, BEGIN, blocks_of(cut))
        || append_long(cut, END, 0)) goto done;
    failed = push(cut, element, zone, above.hints | hints, above.depth + 1);
done:
    Py_XDECREF(name);
    Py_XDECREF(number);
    return failed;
}

static int close_element(Cut *cut) {
    PyObject *number = PyLong_FromSsize_t(blocks_of(cut));
    if (!number) return -1;
    return PyList_SetItem(cut->columns[END], cut->stack[--cut->open].element, number);
}

/* A row of a table of data: its end, or 0 if it is none, or -1. */
static Py_ssize_t row(Cut *cut, Py_ssize_t position) {
    PyObject *found = PyObject_CallFunction(cut->row, "On", cut->source, position);
    if (!found) return -1;
    Py_ssize_t end = 0;
    if (found != Py_None) {
        PyObject *line = PyTuple_GET_ITEM(found, 0);
        Py_ssize_t links = PyLong_AsSsize_t(PyTuple_GET_ITEM(found, 1));
        Py_ssize_t anchors = PyLong_AsSsize_t(PyTuple_GET_ITEM(found, 2));
        end = PyLong_AsSsize_t(PyTuple_GET_ITEM(found, 3));
        if (PyErr_Occurred()) end = -1;
        else if (append_block(cut, line, links, anchors, 0, 0, position, end)) end = -1;
    }
    Py_DECREF(found);
    return end;
}

/* Where the end tag begins of a silent element whose content begins at `at`. */
static Py_ssize_t end_of_silent(Text html, const char *name, size_t length, int raw, Py_ssize_t at) {
    long depth = 1;
    for (at = find(html, '<', at); at < html.length; at = find(html, '<', at + 1)) {
        int closing = at + 1 < html.length && AT(html, at + 1) == '/';
        Py_ssize_t after = at + 1 + closing + (Py_ssize_t)length;
        if ((raw && !closing) || after >= html.length || !is_at(html, at + 1 + closing, name, length)) continue;
        Py_UCS4 c = AT(html, after);
        if (raw ? c != '>' : c != '>' && c != '/' && !is_space(c)) continue;
        depth += closing ? -1 : 1;
        if (!depth) return at;
    }
    return html.length;
}

static int run(Cut *cut) {
    Text html = cut->html;
    Py_ssize_t link = 0, bold = 0;
    Py_ssize_t at = find(html, '<', 0);
    while (at < html.length) {
        Py_ssize_t name_end = at + 1;
        char name[16];
        size_t length = 0;
        if (name_end < html.length && AT(html, name_end) == '/') name_end++, name[length++] = '/';
        Py_UCS4 first = name_end < html.length ? AT(html, name_end) : 0;
        Py_ssize_t tag_end;
        int action = INLINE, space_before = 0, is_long = 0;
        if (first == '!' && is_at(html, at, "<!--", 4)) {
            tag_end = at + 4;
            while (tag_end < html.length && !is_at(html, tag_end, "-->", 3)) tag_end = find(html, '-', tag_end + 1);
            if (tag_end >= html.length) break;
            tag_end += 2;
            goto text;
        }
        if (first < 'a' || first > 'z') {
            at = find(html, '<', at + 1);
            continue;
        }
        for (; name_end < html.length; name_end++) {
            Py_UCS4 c = AT(html, name_end);
            if (c == '>' || c == '/' || is_space(c)) break;
            if (length < 15 && c < 128) name[length++] = (char)c;
            else is_long = 1;
        }
        tag_end = find(html, '>', name_end);
        if (tag_end == html.length) break; /* a tag that never ends */
        if (!is_long && name[0] != '/') {
            int raw = listed(RAW_TAGS, name, length);
            if (raw || listed(SILENT_TAGS, name, length)) {
                at = end_of_silent(html, name, length, raw, tag_end + 1);
                continue;
            }
        }
        action = is_long ? OPEN_OR_CLOSE : action_of(name, length);
        if (action == OPEN_OR_CLOSE || (action == BREAK && !(cut->stack[cut->open - 1].zone & cut->heading))) {
            if (flush(cut, at)) return -1;
            cut->broken = action == BREAK;
            if (action == BREAK) {
            } else if (name[0] == '/') {
                if (cut->open > 1 && close_element(cut)) return -1;
            } else {
                if (open_element(cut, at + 1, name_end, tag_end)) return -1;
                if (!is_long && length == 2 && name[0] == 'h' && name[1] == '1') {
                    if (append_long(cut, H1, blocks_of(cut))) return -1;
                } else if (!is_long && length == 2 && name[0] == 't' && name[1] == 'r') {
                    Py_ssize_t end = row(cut, at);
                    if (end < 0) return -1;
                    if (end) {
                        at = end;
                        continue;
                    }
                }
            }
        } else if (action == LINK) link++, cut->anchors++;
        else if (action == LINK_END) link -= link > 0;
        else if (action == BOLD) bold++;
        else if (action == BOLD_END) bold -= bold > 0;
        else if (action == BREAK) space_before = 1;
    text:;
        Py_ssize_t text_begin = tag_end + 1, text_end = find(html, '<', text_begin);
        if (text_end > text_begin || space_before) {
            Py_ssize_t visible = 0;
            if (link || bold || !cut->pieces) visible = stripped(html, text_begin, text_end);
            if (cut->pieces || visible) {
                if (piece(cut, text_begin, text_end, space_before)) return -1;
                if (link) cut->links += visible;
                if (bold) cut->bolds += visible;
            }
        }
        at = text_end;
    }
    if (cut->open > 1 || PyList_GET_SIZE(cut->columns[TAG])) {
        if (flush(cut, html.length)) return -1;
    }
    while (cut->open > 1)
        if (close_element(cut)) return -1;
    return 0;
}

static PyObject *native_cut(PyObject *self, PyObject *args) {
    Cut cut = {0};
    PyObject *result = NULL;
    (void)self;
    if (!PyArg_ParseTuple(args, "UO!OOO!OOknnnn", &cut.source, &PyDict_Type, &cut.tag_zone, &cut.zone_of, &cut.word_hints,
                          &PyFrozenSet_Type, &cut.paired, &cut.clean, &cut.row, &cut.heading, &cut.longest_attributes,
                          &cut.longest_names, &cut.most_blocks, &cut.longest_block)) return NULL;
    cut.html = text_of(cut.source);
    for (int i = 0; i < 18; i++)
        if (!(cut.columns[i] = PyList_New(0))) goto done;
    if (!(cut.signatures = PyDict_New()) || push(&cut, -1, 0, 0, -1) || run(&cut)) goto done;
    if ((result = PyTuple_New(18)))
        for (int i = 0; i < 18; i++) {
            PyTuple_SET_ITEM(result, i, cut.columns[i]);
            cut.columns[i] = NULL;
        }
done:
    for (int i = 0; i < 18; i++) Py_XDECREF(cut.columns[i]);
    Py_XDECREF(cut.signatures);
    PyMem_Free(cut.class_hints);
    PyMem_Free(cut.stack);
    PyMem_Free(cut.piece_begin);
    PyMem_Free(cut.piece_end);
    PyMem_Free(cut.space_before);
    return result;
}

/* ---- trees ---------------------------------------------------------------------------------- */

static PyObject *native_sums(PyObject *self, PyObject *args) {
    Py_buffer feature, threshold, leaf, matrix, rows, out;
    int depth;
    Py_ssize_t width;
    (void)self;
    if (!PyArg_ParseTuple(args, "y*y*y*iy*ny*w*", &feature, &threshold, &leaf, &depth, &matrix, &width, &rows, &out))
        return NULL;
    Py_ssize_t leaves = (Py_ssize_t)1 << depth, inner = leaves - 1;
    Py_ssize_t trees = leaf.len / (Py_ssize_t)sizeof(float) / leaves;
    Py_ssize_t count = rows.len / (Py_ssize_t)sizeof(int);
    int fits = feature.len == trees * inner * (Py_ssize_t)sizeof(int) && threshold.len == trees * inner * (Py_ssize_t)sizeof(float)
        && out.len == count * (Py_ssize_t)sizeof(double);
    const int *at = feature.buf, *chosen = rows.buf;
    const float *split = threshold.buf, *value = leaf.buf, *table = matrix.buf;
    double *sum = out.buf;
    if (fits) {
        Py_ssize_t r = 0;
        /* Four rows side by side: each step down waits for memory, and they wait together. */
        for (; r + 4 <= count; r += 4) {
            const float *rows_[4];
            double totals[4] = {0, 0, 0, 0};
            for (int k = 0; k < 4; k++) rows_[k] = table + (Py_ssize_t)chosen[r + k] * width;
            for (Py_ssize_t t = 0; t < trees; t++) {
                const int *f = at + t * inner;
                const float *s = split + t * inner;
                int node[4] = {0, 0, 0, 0};
                for (int level = 0; level < depth; level++)
                    for (int k = 0; k < 4; k++) node[k] = 2 * node[k] + 1 + (rows_[k][f[node[k]]] > s[node[k]]);
                for (int k = 0; k < 4; k++) totals[k] += (double)value[t * leaves + node[k] - inner];
            }
            for (int k = 0; k < 4; k++) sum[r + k] = totals[k];
        }
        for (; r < count; r++) {
            const float *row_ = table + (Py_ssize_t)chosen[r] * width;
            double total = 0;
            for (Py_ssize_t t = 0; t < trees; t++) {
                Py_ssize_t node = 0;
                for (int level = 0; level < depth; level++)
                    node = 2 * node + 1 + (row_[at[t * inner + node]] > split[t * inner + node]);
                total += (double)value[t * leaves + node - inner];
            }
            sum[r] = total;
        }
    }
    PyBuffer_Release(&feature);
    PyBuffer_Release(&threshold);
    PyBuffer_Release(&leaf);
    PyBuffer_Release(&matrix);
    PyBuffer_Release(&rows);
    PyBuffer_Release(&out);
    if (!fits) return PyErr_Format(PyExc_ValueError, "sums: the arrays do not fit each other"), NULL;
    Py_RETURN_NONE;
}

/* ---- numbers of texts ------------------------------------------------------------------------ */

ALWAYS_INLINE int is_end(Py_UCS4 c) {
    switch (c) {
    case '.': case '!': case '?': case '"': case '\'': case ')': case 0x2026: case 0x3002: case 0xff01: case 0xff1f:
    case 0x201d: case 0x201c: case 0xbb: case 0x2019: case 0x964: case 0x61f:
        return 1;
    default:
        return 0;
    }
}

ALWAYS_INLINE int is_capital(Py_UCS4 c) {
    return (c >= 'A' && c <= 'Z') || (c >= 0xc0 && c <= 0xd6) || (c >= 0xd8 && c <= 0xde) || (c >= 0x391 && c <= 0x3a9)
        || (c >= 0x410 && c <= 0x42f);
}

/* (blocks, 9) of double: bytes in UTF-8, spaces, commas, stops, capitals, digits, ends, begins_lower, marks. */
static PyObject *native_numbers(PyObject *self, PyObject *args) {
    PyObject *texts;
    Py_buffer out;
    (void)self;
    if (!PyArg_ParseTuple(args, "O!w*", &PyList_Type, &texts, &out)) return NULL;
    Py_ssize_t count = PyList_GET_SIZE(texts);
    int fits = out.len == count * 9 * (Py_ssize_t)sizeof(double);
    for (Py_ssize_t n = 0; fits && n < count; n++) {
        PyObject *object = PyList_GET_ITEM(texts, n);
        if (!PyUnicode_Check(object) || !PyUnicode_GET_LENGTH(object)) {
            fits = 0;
            break;
        }
        Text text = text_of(object);
        long bytes = 0, spaces = 0, commas = 0, stops = 0, capitals = 0, digits = 0, pipes = 0, bullets = 0, arrows = 0;
        Py_UCS4 before = 0;
        for (Py_ssize_t i = 0; i < text.length; i++) {
            Py_UCS4 c = AT(text, i);
            bytes += c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
            if (c == ' ') {
                spaces++;
                stops += before == '.' || before == '?' || before == '!';
            } else if (c < 0x80) {
                commas += c == ',';
                digits += c >= '0' && c <= '9';
                capitals += c >= 'A' && c <= 'Z';
                pipes |= c == '|';
            } else {
                commas += c == 0xff0c || c == 0x3001;
                stops += c == 0x3002 || c == 0x964;
                capitals += is_capital(c);
                bullets |= c == 0x2022;
                arrows |= c == 0xbb && i < 3;
            }
            before = c;
        }
        double *row_ = (double *)out.buf + 9 * n;
        row_[0] = (double)bytes;
        row_[1] = (double)spaces;
        row_[2] = (double)commas;
        row_[3] = (double)(stops + is_end(before));
        row_[4] = (double)capitals;
        row_[5] = (double)digits;
        row_[6] = (double)is_end(before);
        row_[7] = (double)Py_UNICODE_ISLOWER(AT(text, 0));
        row_[8] = (double)(pipes + bullets + arrows);
    }
    PyBuffer_Release(&out);
    if (!fits) return PyErr_Format(PyExc_ValueError, "numbers: texts must not be empty, and out holds nine numbers for each"), NULL;
    Py_RETURN_NONE;
}

/* ---- matrix ---------------------------------------------------------------------------------- */

#define TEXTS 16
#define LIKENESS 5
#define LEVELS 5

static long *longs_of(PyObject *list, Py_ssize_t *count) {
    if (!PyList_Check(list)) return PyErr_Format(PyExc_TypeError, "matrix: lists are wanted"), NULL;
    *count = PyList_GET_SIZE(list);
    long *numbers = PyMem_Malloc((size_t)(*count + 1) * sizeof(long));
    if (!numbers) return (long *)PyErr_NoMemory();
    for (Py_ssize_t i = 0; i < *count; i++) numbers[i] = PyLong_AsLong(PyList_GET_ITEM(list, i));
    if (PyErr_Occurred()) {
        PyMem_Free(numbers);
        return NULL;
    }
    return numbers;
}

typedef struct {
    long long key;
    long index;
} Keyed;

static int by_key(const void *one, const void *other) {
    long long a = ((const Keyed *)one)->key, b = ((const Keyed *)other)->key;
    return (a > b) - (a < b);
}

typedef struct {
    Py_ssize_t blocks, elements;
    long *element, *parent, *depth, *signature, *zone, *hints, *above, *begin, *end, *h1, *tag;
    Py_ssize_t h1s;
    int phrases, zones, hint_kinds;
    const double *texts;
    const unsigned int *says;
    const float *likeness;
    double *mass, *linked, *weight, *sums; /* sums: (blocks + 1, 3), cumulated weight, mass, linked mass */
    long *chain;                           /* (LEVELS, blocks) */
    double total, whole;
    long head;
} Page;

static float *bits(float *out, unsigned long value, int width) {
    for (int bit = 0; bit < width; bit++) *out++ = (float)((value >> bit) & 1);
    return out;
}

static void prepare_page(Page *page) {
    Py_ssize_t n = page->blocks;
    page->sums[0] = page->sums[1] = page->sums[2] = 0;
    for (Py_ssize_t i = 0; i < n; i++) {
        double mass = page->texts[i * TEXTS], linked = page->texts[i * TEXTS + 1];
        double weight = mass >= 60 && linked < 0.35 ? mass * (1 - linked) : 0;
        page->mass[i] = mass;
        page->linked[i] = linked;
        page->weight[i] = weight;
        page->sums[3 * (i + 1)] = page->sums[3 * i] + weight;
        page->sums[3 * (i + 1) + 1] = page->sums[3 * i + 1] + mass;
        page->sums[3 * (i + 1) + 2] = page->sums[3 * i + 2] + mass * linked;
        long holder = page->element[i];
        for (int level = 0; level < LEVELS; level++) {
            page->chain[level * n + i] = holder;
            holder = page->parent[holder] < 0 ? 0 : page->parent[holder];
        }
    }
    page->total = page->sums[3 * n] != 0 ? page->sums[3 * n] : 1;
    page->whole = page->sums[3 * n + 1] != 0 ? page->sums[3 * n + 1] : 1;
    /* The block that the title stands in, as far as it can be told. */
    long first = -1, near = -1;
    page->head = -1;
    for (Py_ssize_t i = 0; i < page->h1s && page->head < 0; i++)
        if (page->h1[i] < n) {
            if (first < 0) first = page->h1[i];
            if (page->likeness[page->h1[i] * LIKENESS + 1] >= 0.5f) page->head = page->h1[i];
        }
    for (Py_ssize_t i = 0; i < n && near < 0; i++)
        if (page->likeness[i * LIKENESS + 1] >= 0.6f) near = (long)i;
    if (page->head < 0) page->head = near >= 0 ? near : first >= 0 ? first : 0;
}

/* Columns of one block that need no other pass over the page. */
static float *alone(const Page *page, Py_ssize_t i, float *out) {
    static const int logged[] = {0, 2, 3, 4, 5};
    Py_ssize_t n = page->blocks;
    const double *text = page->texts + i * TEXTS;
    for (int k = 0; k < 5; k++) *out++ = (float)log1p(text[logged[k]]);
    for (int k = 1; k < TEXTS; k++) *out++ = (float)text[k];
    out = bits(out, page->says[i], page->phrases);
    for (int k = 0; k < LIKENESS; k++) *out++ = page->likeness[i * LIKENESS + k];
    long own = page->chain[i], parent = page->chain[n + i], grand = page->chain[2 * n + i];
    *out++ = (float)page->depth[own];
    *out++ = (float)page->tag[own];
    *out++ = (float)page->tag[parent];
    *out++ = (float)page->tag[grand];
    out = bits(out, (unsigned long)page->zone[own], page->zones);
    out = bits(out, (unsigned long)page->hints[own], page->hint_kinds);
    out = bits(out, (unsigned long)(page->hints[parent] | page->hints[grand]), page->hint_kinds);
    out = bits(out, (unsigned long)page->above[grand], page->hint_kinds);
    return out;
}

static float *masses(const Page *page, Py_ssize_t i, float *out) {
    Py_ssize_t n = page->blocks;
    for (int level = 0; level < LEVELS; level++) {
        long e = page->chain[level * n + i];
        const double *from = page->sums + 3 * page->begin[e], *to = page->sums + 3 * page->end[e];
        double text = to[1] - from[1];
        *out++ = (float)((to[0] - from[0]) / page->total);
        *out++ = (float)(text / page->whole);
        *out++ = (float)((to[2] - from[2]) / (text > 1 ? text : 1));
        *out++ = (float)log1p((double)(page->end[e] - page->begin[e]));
    }
    for (int level = 1; level < 3; level++) {
        long e = page->chain[level * n + i];
        *out++ = (float)log1p(page->sums[3 * page->end[e]] - page->sums[3 * page->begin[e]]);
    }
    *out++ = (float)log1p(page->total);
    *out++ = (float)log1p((double)n);
    *out++ = (float)(page->sums[3 * n + 2] / page->whole);
    *out++ = (float)(page->total / page->whole);
    return out;
}

/* Mass, count and links of the blocks with the same key, into three columns of each block. */
static void same(const Page *page, Keyed *keyed, double *groups, long *group, float *out, Py_ssize_t width) {
    Py_ssize_t n = page->blocks, count = 0;
    qsort(keyed, (size_t)n, sizeof(Keyed), by_key);
    for (Py_ssize_t i = 0; i < n; i++) {
        if (i && keyed[i].key != keyed[i - 1].key) count++;
        group[keyed[i].index] = (long)count;
    }
    memset(groups, 0, (size_t)(4 * (count + 1)) * sizeof(double));
    for (Py_ssize_t i = 0; i < n; i++) {
        double *sum = groups + 4 * group[i];
        sum[0] += page->weight[i];
        sum[1] += 1;
        sum[2] += page->mass[i] * page->linked[i];
        sum[3] += page->mass[i];
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        const double *sum = groups + 4 * group[i];
        out[i * width] = (float)(sum[0] / page->total);
        out[i * width + 1] = (float)log1p(sum[1]);
        out[i * width + 2] = (float)(sum[2] / (sum[3] > 1 ? sum[3] : 1));
    }
}

static double clipped(double value) { return value < -100 ? -100 : value > 100 ? 100 : value; }

static void places(const Page *page, double *per_element, long *after, float *out, Py_ssize_t width) {
    Py_ssize_t n = page->blocks;
    const long *parent = page->chain + n;
    memset(per_element, 0, (size_t)page->elements * sizeof(double));
    for (Py_ssize_t i = 0; i < n; i++) per_element[parent[i]] += page->weight[i];
    long best = 0;
    for (Py_ssize_t e = 1; e < page->elements; e++)
        if (per_element[e] > per_element[best]) best = (long)e;
    long first = -1, end = -1, next = (long)n + 50, last = -50;
    for (Py_ssize_t i = n - 1; i >= 0; i--) {
        if (page->weight[i] > 0) next = (long)i;
        after[i] = next;
    }
    for (Py_ssize_t i = 0; i < n; i++)
        if (parent[i] == best) {
            if (first < 0) first = (long)i;
            end = (long)i;
        }
    if (first < 0) first = 0, end = (long)n;
    double text = page->sums[3 * n + 1], weight = page->sums[3 * n];
    text = text > 1 ? text : 1;
    weight = weight > 1 ? weight : 1;
    double before = page->sums[3 * (page->head + 1)];
    for (Py_ssize_t i = 0; i < n; i++, out += width) {
        double away = (double)(i - page->head), steps = away < 0 ? -away : away;
        if (page->weight[i] > 0) last = (long)i;
        out[0] = (float)((double)i / (double)n);
        out[1] = (float)(page->sums[3 * (i + 1) + 1] / text);
        out[2] = (float)(page->sums[3 * (i + 1)] / weight);
        out[3] = (float)((away > 0 ? 1 : away < 0 ? -1 : 0) * log1p(steps));
        out[4] = (float)((page->sums[3 * (i + 1)] - before) / weight);
        out[5] = (float)log1p((double)(i - last));
        out[6] = (float)log1p((double)(after[i] - i));
        out[7] = (float)(parent[i] == best);
        out[8] = (float)(page->chain[2 * n + i] == best || page->chain[i] == best);
        out[9] = (float)clipped((double)(i - first));
        out[10] = (float)clipped((double)(i - end));
    }
}

static void neighbours(const Page *page, float *out, Py_ssize_t width) {
    static const int steps[] = {-2, -1, 1, 2}, far[] = {-3, 3};
    Py_ssize_t n = page->blocks;
    for (Py_ssize_t i = 0; i < n; i++, out += width) {
        float *at = out;
        for (int k = 0; k < 4; k++, at += 4) {
            Py_ssize_t j = i + steps[k];
            int there = j >= 0 && j < n;
            at[0] = there ? (float)log1p(page->mass[j]) : -1;
            at[1] = there ? (float)page->linked[j] : -1;
            at[2] = there ? (float)log1p(page->weight[j]) : -1;
            at[3] = there ? (float)page->tag[page->chain[j]] : -1;
        }
        for (int k = 0; k < 4; k++, at += 2) {
            Py_ssize_t j = i + steps[k];
            int there = j >= 0 && j < n;
            at[0] = (float)(there && page->chain[j] == page->chain[i]);
            at[1] = (float)(there && page->chain[n + j] == page->chain[n + i]);
        }
        for (int k = 0; k < 2; k++, at += 2) {
            Py_ssize_t j = i + far[k];
            int there = j >= 0 && j < n;
            at[0] = there ? (float)log1p(page->mass[j]) : -1;
            at[1] = there ? (float)page->linked[j] : -1;
        }
        Py_ssize_t to = i + 5 < n ? i + 5 : n, from = i - 4 > 0 ? i - 4 : 0;
        *at = (float)log1p(page->sums[3 * to] - page->sums[3 * from]);
    }
}

static int fill(Page *page, float *out, Py_ssize_t width) {
    Py_ssize_t n = page->blocks;
    Keyed *keyed = PyMem_Malloc((size_t)n * sizeof(Keyed));
    double *groups = PyMem_Malloc((size_t)(4 * n + page->elements + 4) * sizeof(double));
    long *group = PyMem_Malloc((size_t)n * sizeof(long));
    int failed = !keyed || !groups || !group;
    if (failed) PyErr_NoMemory();
    else {
        Py_ssize_t done = 0, kinds = 1;
        prepare_page(page);
        for (Py_ssize_t e = 0; e < page->elements; e++)
            if (page->signature[e] >= kinds) kinds = page->signature[e] + 1;
        for (Py_ssize_t i = 0; i < n; i++) done = masses(page, i, alone(page, i, out + i * width)) - (out + i * width);
        for (int kind = 0; kind < 4; kind++, done += 3) {
            for (Py_ssize_t i = 0; i < n; i++) {
                long long mine = page->signature[page->chain[i]], parent = page->signature[page->chain[n + i]],
                          grand = page->signature[page->chain[2 * n + i]];
                keyed[i].index = (long)i;
                keyed[i].key = kind == 0 ? mine : kind == 1 ? parent : kind == 2 ? mine * kinds + parent : parent * kinds + grand;
            }
            same(page, keyed, groups, group, out + done, width);
        }
        places(page, groups, group, out + done, width);
        neighbours(page, out + done + 11, width);
        if (done + 11 + 29 != width) {
            PyErr_Format(PyExc_ValueError, "matrix: %zd columns are filled, not %zd", done + 40, width);
            failed = 1;
        }
    }
    PyMem_Free(keyed);
    PyMem_Free(groups);
    PyMem_Free(group);
    return failed ? -1 : 0;
}

static int fits_page(const Page *page) {
    for (Py_ssize_t i = 0; i < page->blocks; i++)
        if (page->element[i] < 0 || page->element[i] >= page->elements) return 0;
    for (Py_ssize_t e = 0; e < page->elements; e++)
        if (page->parent[e] >= page->elements || page->begin[e] < 0 || page->begin[e] > page->blocks || page->end[e] < 0
            || page->end[e] > page->blocks || page->signature[e] < 0) return 0;
    return 1;
}

static PyObject *native_matrix(PyObject *self, PyObject *args) {
    Page page = {0};
    Py_buffer out = {0}, texts = {0}, says = {0}, likeness = {0};
    PyObject *lists[11];
    Py_ssize_t sizes[11], width;
    (void)self;
    if (!PyArg_ParseTuple(args, "w*ny*y*y*(OOOOOOOOOOO)iii", &out, &width, &texts, &says, &likeness, &lists[0], &lists[1],
                          &lists[2], &lists[3], &lists[4], &lists[5], &lists[6], &lists[7], &lists[8], &lists[9], &lists[10],
                          &page.phrases, &page.zones, &page.hint_kinds)) return NULL;
    long **numbers[] = {&page.element, &page.parent, &page.depth, &page.signature, &page.zone, &page.hints, &page.above,
                        &page.begin, &page.end, &page.tag, &page.h1};
    int failed = 0;
    for (int k = 0; k < 11 && !failed; k++) failed = !(*numbers[k] = longs_of(lists[k], &sizes[k]));
    if (!failed) {
        Py_ssize_t n = page.blocks = sizes[0];
        page.elements = sizes[1];
        page.h1s = sizes[10];
        for (int k = 2; k < 10; k++) failed |= sizes[k] != page.elements;
        failed |= texts.len != n * TEXTS * (Py_ssize_t)sizeof(double) || says.len != n * 4 || likeness.len != n * LIKENESS * 4
            || out.len != n * width * 4 || !n || !fits_page(&page);
        if (failed) PyErr_Format(PyExc_ValueError, "matrix: the arrays do not fit each other");
    }
    if (!failed) {
        Py_ssize_t n = page.blocks;
        page.texts = texts.buf;
        page.says = says.buf;
        page.likeness = likeness.buf;
        page.mass = PyMem_Malloc((size_t)(3 * n + 3 * (n + 1)) * sizeof(double));
        page.chain = PyMem_Malloc((size_t)(LEVELS * n) * sizeof(long));
        failed = !page.mass || !page.chain;
        if (failed) PyErr_NoMemory();
        else {
            page.linked = page.mass + n;
            page.weight = page.linked + n;
            page.sums = page.weight + n;
            failed = fill(&page, out.buf, width);
        }
    }
    PyMem_Free(page.mass);
    PyMem_Free(page.chain);
    for (int k = 0; k < 11; k++) PyMem_Free(*numbers[k]);
    PyBuffer_Release(&out);
    PyBuffer_Release(&texts);
    PyBuffer_Release(&says);
    PyBuffer_Release(&likeness);
    if (failed) return NULL;
    Py_RETURN_NONE;
}

/* ---- tally ----------------------------------------------------------------------------------- */

ALWAYS_INLINE Py_UCS4 lower(Py_UCS4 c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; }

/* Whether what follows "<" is the name of a style with attributes: nesting._RICH_STYLE. */
static int is_rich_style(Text html, Py_ssize_t at) {
    static const char *const names[] = {"b", "i", "u", "s", "em", "font", "big", "code", "tt", "nobr"};
    char name[8];
    size_t length = 0;
    for (; at < html.length && length < 8; at++) {
        Py_UCS4 c = lower(AT(html, at));
        if (c < 'a' || c > 'z') break;
        name[length++] = (char)c;
    }
    if (!length || length == 8 || at >= html.length) return 0;
    Py_UCS4 c = AT(html, at);
    if (c != '/' && !is_space(c)) return 0;
    for (size_t k = 0; k < sizeof names / sizeof *names; k++)
        if (strlen(names[k]) == length && memcmp(names[k], name, length) == 0) return 1;
    return name[0] == 's' && (length == 6 || length == 7)
        && (memcmp(name + 1, "tr", 2) == 0 || memcmp(name + 1, "ma", 2) == 0);
}

static PyObject *native_tally(PyObject *self, PyObject *source) {
    (void)self;
    if (!PyUnicode_Check(source)) return PyErr_Format(PyExc_TypeError, "tally: a str is wanted"), NULL;
    Text html = text_of(source);
    Py_ssize_t tags = 0, ends = 0, options = 0, styles = 0;
    for (Py_ssize_t at = find(html, '<', 0); at < html.length; at = find(html, '<', at + 1)) {
        Py_UCS4 next = at + 1 < html.length ? AT(html, at + 1) : 0;
        tags++;
        ends += next == '/';
        options += next == 'o' || next == 'O';
        styles += is_rich_style(html, at + 1);
    }
    return Py_BuildValue("nnnn", tags, ends, options, styles);
}

static PyMethodDef methods[] = {
    {"cut", native_cut, METH_VARARGS, "cut(html, tag_zone, zone_of, word_hints, paired, clean, row, heading, longest_attributes, longest_names, most_blocks,"
     " longest_block) -> columns; see blocks.cut."},
    {"numbers", native_numbers, METH_VARARGS, "numbers(texts, out): see features.numbers."},
    {"tally", native_tally, METH_O, "tally(html) -> (tags, ends, options, styles); see nesting.tally."},
    {"matrix", native_matrix, METH_VARARGS, "matrix(out, width, texts, says, likeness, columns, phrases, zones, hints): see features.grouped."},
    {"sums", native_sums, METH_VARARGS, "sums(feature, threshold, leaf, depth, matrix, width, rows, out): see model.Trees."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_native", "The hot loops of body extraction.", -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__native(void) { return PyModule_Create(&module); }
