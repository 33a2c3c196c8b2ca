/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "event/event.h"

#include <assert.h>
#include <string.h>

_Static_assert(EV_FIELD_COUNT <= 64, "struct event.has is one word");

/* The types of fields.def as they are in struct event. */
enum {
	TYPE_U64 = FIELD_U64,
	TYPE_I64 = FIELD_I64,
	TYPE_U32 = FIELD_U32,
	TYPE_I32 = FIELD_I32,
	TYPE_ASCII = FIELD_TEXT,
	TYPE_TEXT = FIELD_TEXT,
};

/* Which of them hold bytes of the tracee. */
enum { ANY_U64, ANY_I64 = 0, ANY_U32 = 0, ANY_I32 = 0, ANY_ASCII = 0, ANY_TEXT = 1 };

const struct field_desc event_fields[EV_FIELD_COUNT] = {
#define FIELD(field, kind, absent_, unit_, help_)                                        \
	[EV_##field] = { .name = #field,                                                 \
		         .absent = absent_,                                              \
		         .unit = unit_,                                                  \
		         .help = help_,                                                  \
		         .type = (enum field_type)TYPE_##kind,                           \
		         .any_bytes = ANY_##kind,                                        \
		         .at = offsetof(struct event, field) },
#include "event/fields.def"
#undef FIELD
};

int
event_field_find(const char *name, size_t len)
{
	for (int i = 0; i < EV_FIELD_COUNT; i++)
		if (strlen(event_fields[i].name) == len &&
		    !memcmp(event_fields[i].name, name, len))
			return i;
	return -1;
}

int64_t
event_field_num(const struct event *ev, enum event_field_id id)
{
	assert(event_fields[id].type != FIELD_TEXT);
	if (!event_has(ev, id))
		return 0;
	const char *p = (const char *)ev + event_fields[id].at;
	switch (event_fields[id].type) {
	case FIELD_U64:
	case FIELD_I64:
		return *(const int64_t *)(const void *)p;
	case FIELD_U32:
		return *(const uint32_t *)(const void *)p;
	case FIELD_I32:
		return *(const int32_t *)(const void *)p;
	case FIELD_TEXT:
		break;
	}
	return 0;
}

struct text
event_field_text(const struct event *ev, enum event_field_id id)
{
	assert(event_fields[id].type == FIELD_TEXT);
	if (!event_has(ev, id))
		return (struct text){ 0 };
	return *(const struct text *)(const void *)((const char *)ev +
						    event_fields[id].at);
}
