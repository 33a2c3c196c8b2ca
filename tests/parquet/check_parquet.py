#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads a Parquet file as the format's description says and nothing of iotrace's own code.

    check_parquet.py FILE.parquet [FILE.csv]

Every byte of the file must belong to something, every number in the metadata be that of the
data, statistics exactly those of the values. With FILE.csv, the same events as iotrace wrote
them there, every value is compared. Prints "rows N groups G plain P", where P is the number of
columns that gave up their dictionary, or says what is wrong and exits 1.

Sources: parquet-format README.md, Encodings.md, LogicalTypes.md and parquet.thrift; Thrift's
thrift-compact-protocol.md.
"""
import csv
import ctypes
import ctypes.util
import json
import struct
import sys

INT32, INT64, BYTE_ARRAY = 1, 2, 6
ZSTD = 6
PLAIN, RLE, RLE_DICTIONARY = 0, 3, 8
DATA_PAGE, DICTIONARY_PAGE = 0, 2
# of the converted types, whether they are signed
CONVERTED = {0: "STRING", 10: "TIMESTAMP", 13: "U32", 14: "U64", 17: "I32", 18: "I64"}


class Wrong(Exception):
    """The file is not as it should be."""


def check(condition, *what):
    if not condition:
        raise Wrong(" ".join(str(w) for w in what))


# ---- zstd, through the library that is there anyway ----

def load_zstd():
    name = ctypes.util.find_library("zstd") or "libzstd.so.1"
    try:
        lib = ctypes.CDLL(name)
    except OSError:
        print("libzstd is not installed")
        sys.exit(77)
    lib.ZSTD_decompress.restype = ctypes.c_size_t
    lib.ZSTD_decompress.argtypes = [ctypes.c_char_p, ctypes.c_size_t] * 2
    return lib


def unpack(lib, packed, size):
    out = ctypes.create_string_buffer(size + 1)
    n = lib.ZSTD_decompress(out, size + 1, packed, len(packed))
    check(n == size, "a page unpacks to", n, "bytes, its header says", size)
    return out.raw[:size]


# ---- Thrift's compact protocol: structures become {id: value} ----

class Thrift:
    def __init__(self, data, at):
        self.data, self.at = data, at

    def byte(self):
        check(self.at < len(self.data), "metadata ends early")
        self.at += 1
        return self.data[self.at - 1]

    def varint(self):
        value = shift = 0
        while True:
            b = self.byte()
            value |= (b & 0x7F) << shift
            shift += 7
            if b < 0x80:
                return value

    def zigzag(self):
        v = self.varint()
        return v >> 1 ^ -(v & 1)

    def value(self, kind):
        if kind == 3:
            return struct.unpack("b", bytes([self.byte()]))[0]
        if kind in (4, 5, 6):
            return self.zigzag()
        if kind == 8:
            n = self.varint()
            check(self.at + n <= len(self.data), "a string beyond the end")
            self.at += n
            return self.data[self.at - n:self.at]
        if kind == 9:
            head = self.byte()
            n = head >> 4 if head >> 4 != 15 else self.varint()
            return [self.value(head & 15) for _ in range(n)]
        check(kind == 12, "unexpected thrift type", kind)
        return self.struct()

    def struct(self):
        fields, last = {}, 0
        while True:
            head = self.byte()
            if head == 0:
                return fields
            last = last + (head >> 4) if head >> 4 else self.zigzag()
            check(last not in fields, "field", last, "is there twice")
            kind = head & 15
            fields[last] = kind == 1 if kind in (1, 2) else self.value(kind)


# ---- pages ----

def hybrid(data, width, n):
    """n values of the RLE / bit-packing hybrid, and how many bytes they took."""
    values, at = [], 0
    nbytes = (width + 7) // 8
    while len(values) < n:
        reader = Thrift(data, at)
        head = reader.varint()
        at = reader.at
        if head & 1:
            size = (head >> 1) * width
            check(at + size <= len(data), "packed values beyond the page")
            bits = int.from_bytes(data[at:at + size], "little")
            mask = (1 << width) - 1
            for _ in range((head >> 1) * 8):
                values.append(bits & mask)
                bits >>= width
            check(not any(values[n:]), "the last group is filled up with something")
            check(len(values) - n < 8, "more groups than values")
            del values[n:]
            at += size
        else:
            check(at + nbytes <= len(data) and head >> 1, "a bad run")
            values += [int.from_bytes(data[at:at + nbytes], "little")] * (head >> 1)
            at += nbytes
    check(len(values) == n, "runs of", len(values), "values, not", n)
    return values, at


def plain(data, physical, n):
    if physical != BYTE_ARRAY:
        code, size = ("i", 4) if physical == INT32 else ("q", 8)
        check(len(data) == n * size, len(data), "bytes for", n, "values")
        return list(struct.unpack("<%d%s" % (n, code), data))
    values, at = [], 0
    for _ in range(n):
        size = struct.unpack_from("<I", data, at)[0]
        check(at + 4 + size <= len(data), "a value beyond the page")
        values.append(data[at + 4:at + 4 + size])
        at += 4 + size
    check(at == len(data), "bytes behind the last value")
    return values


class Column:
    """A column of the schema, and reading of its chunks."""

    def __init__(self, element):
        self.name = element[4].decode()
        self.physical = element[1]
        check(element[3] == 1, self.name, "is not optional")
        self.type = CONVERTED[element[6]] if 6 in element else "BYTES"
        self.check_type(element.get(10))

    def check_type(self, logical):
        want = {"STRING": {1: {}}, "TIMESTAMP": {8: {1: True, 2: {2: {}}}}, "BYTES": None}
        for bits in 32, 64:
            want["U%d" % bits] = {10: {1: bits, 2: False}}
            want["I%d" % bits] = {10: {1: bits, 2: True}}
        check(logical == want[self.type], self.name, "logical type", logical)
        physical = {"STRING": BYTE_ARRAY, "BYTES": BYTE_ARRAY, "I32": INT32, "U32": INT32}
        check(self.physical == physical.get(self.type, INT64), self.name, "physical type")

    def typed(self, value):
        """A value as the column means it."""
        if value is None or self.type in ("STRING", "BYTES") or self.type[0] != "U":
            return value
        return value % (1 << int(self.type[1:]))

    def pages(self, data, meta, lib):
        """The values of a column chunk, None for null."""
        at = meta[11] if 11 in meta else meta[9]
        end = at + meta[7]
        unpacked, values, dictionary, encodings = 0, [], None, set()
        while at < end:
            reader = Thrift(data, at)
            head = reader.struct()
            body = unpack(lib, data[reader.at:reader.at + head[3]], head[2])
            unpacked += reader.at - at + head[2]
            if head[1] == DICTIONARY_PAGE:
                check(not values and dictionary is None and at == meta[11],
                      "a dictionary page in the wrong place")
                encodings.add(head[7][2])
                dictionary = plain(body, self.physical, head[7][1])
                check(len(set(dictionary)) == len(dictionary), "a value twice in it")
            else:
                check(head[1] == DATA_PAGE and (values or at == meta[9]), "page type or place")
                encodings |= {head[5][2], head[5][3]}
                values += self.data_page(body, head[5], dictionary)
            at = reader.at + head[3]
        check(at == end, "the chunk's size is wrong")
        check(unpacked == meta[6], "unpacked size", unpacked, "not", meta[6])
        check(encodings <= set(meta[2]), "encodings", encodings, "not all told of")
        self.gave_up = dictionary is not None and any(p == PLAIN for p in self.seen)
        return values

    def data_page(self, body, head, dictionary):
        size = struct.unpack_from("<I", body)[0]
        levels, used = hybrid(body[4:4 + size], 1, head[1])
        check(used == size, "levels are", used, "bytes, not", size)
        count = sum(levels)
        rest = body[4 + size:]
        if head[2] == RLE_DICTIONARY:
            check(dictionary, "indices without a dictionary")
            indices, used = hybrid(rest[1:], rest[0], count)
            check(used + 1 == len(rest), "bytes behind the indices")
            there = iter([dictionary[i] for i in indices])
        else:
            check(head[2] == PLAIN, "encoding", head[2])
            there = iter(plain(rest, self.physical, count))
        if count:
            self.seen.append(head[2])
        return [next(there) if level else None for level in levels]

    def read(self, data, chunk, rows, lib):
        meta = chunk[3]
        check(meta[3] == [self.name.encode()] and meta[1] == self.physical,
              "metadata is of another column")
        check(meta[4] == ZSTD and meta[5] == rows, "codec or number of values")
        self.seen = []
        values = [self.typed(v) for v in self.pages(data, meta, lib)]
        check(len(values) == rows, len(values), "values in", rows, "rows")
        self.check_statistics(meta[12], values)
        if self.type == "STRING":
            for v in set(values) - {None}:
                v.decode("utf-8")
        return values

    def check_statistics(self, stats, values):
        there = [v for v in values if v is not None]
        check(stats[3] == len(values) - len(there), "null_count", stats[3])
        for field, best in (5, max), (6, min):
            if not there:
                check(field not in stats, "a bound of nothing")
                continue
            want = best(there)
            if self.physical == BYTE_ARRAY:
                if len(want) > 256:
                    check(field not in stats, "a long bound")
                    continue
                got = stats[field]
            else:
                form = "<i" if self.physical == INT32 else "<q"
                got = self.typed(struct.unpack(form, stats[field])[0])
            check(got == want, best.__name__, got, "not", want)


# ---- the file ----

def read_file(data, lib):
    check(data[:4] == b"PAR1" and data[-4:] == b"PAR1", "no magic number")
    length = struct.unpack("<I", data[-8:-4])[0]
    reader = Thrift(data[:-8], len(data) - 8 - length)
    check(reader.at >= 4, "the footer's length is wrong")
    footer = reader.struct()
    check(reader.at == len(data) - 8, "bytes behind the footer")
    root, elements = footer[2][0], footer[2][1:]
    check(root[5] == len(elements) and 1 not in root, "the schema's root")
    columns = [Column(e) for e in elements]
    check(len({c.name for c in columns}) == len(columns), "two columns of a name")
    check(footer[7] == [{1: {}}] * len(columns), "column orders")
    table = {c.name: [] for c in columns}
    at, given_up = 4, set()
    for group in footer[4]:
        check(group[5] == at, "a row group begins elsewhere")
        check(len(group[1]) == len(columns) and group[3] > 0, "a row group's columns")
        sizes = [0, 0]
        for column, chunk in zip(columns, group[1]):
            meta = chunk[3]
            check((meta[11] if 11 in meta else meta[9]) == at, "bytes between chunks")
            try:
                table[column.name] += column.read(data, chunk, group[3], lib)
            except (Wrong, UnicodeDecodeError, struct.error) as e:
                raise Wrong("column %s: %s" % (column.name, e)) from e
            if column.gave_up:
                given_up.add(column.name)
            at += meta[7]
            sizes = [sizes[0] + meta[6], sizes[1] + meta[7]]
        check([group[2], group[6]] == sizes, "a row group's sizes")
    check(at == len(data) - 8 - length, "bytes in front of the footer")
    check(footer[3] == sum(g[3] for g in footer[4]), "the number of rows")
    notes = {n[1].decode(): n[2].decode() for n in footer[5]}
    return columns, table, footer, notes, given_up


def utf8(raw):
    """As iotrace shows bytes: U+FFFD for each that is not part of valid UTF-8."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        out, at = "", 0
        while at < len(raw):
            for n in 1, 2, 3, 4:
                try:
                    out += raw[at:at + n].decode("utf-8")
                    at += n
                    break
                except UnicodeDecodeError:
                    continue
            else:
                out += "\ufffd"
                at += 1
        return out


def compare(columns, table, notes, path):
    with open(path, encoding="latin-1", newline="") as f:
        rows = list(csv.reader(f))
    head, rows = rows[0], rows[1:]
    by_name = {c.name: c for c in columns}
    made = {n for n in by_name if n == "time" or n.endswith("_raw")}
    check([c.name for c in columns if c.name not in made] == head, "other columns than csv's")
    check(all(len(table[n]) == len(rows) for n in by_name), len(rows), "rows in the csv")
    for i, row in enumerate(rows):
        for name, field in zip(head, row):
            got = table[name][i]
            raw = field.encode("latin-1")
            if got is None:
                ok = raw == (b"-1" if name in ("fd", "offset") else b"")
            elif by_name[name].type == "STRING":
                ok = got.decode("utf-8") == utf8(raw)
            else:
                ok = str(got).encode() == raw
            check(ok, "row", i, name, got, "csv has", raw)
            if name + "_raw" in by_name:
                want = None if utf8(raw).encode() == raw else raw
                check(table[name + "_raw"][i] == want, "row", i, name + "_raw")
        if "time" in by_name:
            ns = int(row[head.index("time_ns")]) + int(notes["iotrace.epoch_offset_ns"])
            check(table["time"][i] == ns // 1000, "row", i, "time")


def check_notes(table, notes):
    note = {k.replace("iotrace.", "", 1): v for k, v in notes.items()}
    rows = len(next(iter(table.values())))
    check(int(note["events"]) == rows, "the footer tells of", note["events"], "events")
    check(int(note["end_ns"]) >= int(note["start_ns"]), "the end is before the start")
    check(note["complete"] in ("true", "false") and note["lost"].isdigit(), "the footer's notes")
    check(all(isinstance(word, str) for word in json.loads(note["command"])), "the command")
    sampling = json.loads(note.get("sampling", "[]"))
    left_out = sum(s["counted_only"] for s in sampling)
    check(left_out in (0, int(note["counted_only"])), left_out, "calls were sampled out")
    for s in sampling:
        if "syscall" in table:
            there = table["syscall"].count(s["syscall"].encode())
            check(there == s["events"] and s["counted_only"] > 0, "sampling of", s)


def main():
    lib = load_zstd()
    with open(sys.argv[1], "rb") as f:
        data = f.read()
    try:
        columns, table, footer, notes, given_up = read_file(data, lib)
        check(footer[6].startswith(b"iotrace version "), "created_by", footer[6])
        if len(sys.argv) > 2:
            compare(columns, table, notes, sys.argv[2])
        check_notes(table, notes)
    except (Wrong, struct.error, KeyError, IndexError) as e:
        print("%s: %s %s" % (sys.argv[1], type(e).__name__, e))
        sys.exit(1)
    print("rows %d groups %d plain %d" % (footer[3], len(footer[4]), len(given_up)))


main()
