/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sink/json.h"

#include "base/escape.h"

enum text_class {
	TEXT_PLAIN, /* stands for itself in a JSON string */
	TEXT_ASCII, /* needs escapes */
	TEXT_HIGH,  /* has bytes that are UTF-8 or not */
};

static enum text_class
classify(struct text t)
{
	enum text_class class = TEXT_PLAIN;
	for (size_t i = 0; i < t.len; i++) {
		unsigned char c = (unsigned char)t.p[i];
		if (c >= 0x80)
			return TEXT_HIGH;
		if (c < 0x20 || c == 0x7f || c == '"' || c == '\\')
			class = TEXT_ASCII;
	}
	return class;
}

void
json_add_text(struct strbuf *b, const char *name, struct text t)
{
	enum text_class class = classify(t);
	strbuf_addch(b, '"');
	if (class == TEXT_PLAIN)
		strbuf_addmem(b, t.p, t.len);
	else
		escape_json(b, t.p, t.len);
	strbuf_addch(b, '"');
	if (class != TEXT_HIGH || utf8_valid(t.p, t.len))
		return;
	strbuf_adds(b, ",\"");
	strbuf_adds(b, name);
	strbuf_adds(b, "_raw\":\"");
	base64_encode(b, t.p, t.len);
	strbuf_addch(b, '"');
}
