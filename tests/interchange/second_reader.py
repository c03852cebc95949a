#!/usr/bin/env python3
"""Reads records that Whorl wrote, from their standards alone: Python's standard library, no code of the product.

second_reader.py FILE prints a line a minutia ("fmr POSITION TYPE X Y ANGLE QUALITY"), an image ("fir POSITION WIDTH HEIGHT
PPI CODE BYTES"), or a record of a transaction ("itl TYPE FIELDS"). It ends with an error where a length does not close.
"""
import re
import struct
import sys
import base64
import xml.etree.ElementTree as xml


def minutiae(data, at, count, position):
    for _ in range(count):
        x, y, angle, quality = struct.unpack_from(">HHBB", data, at)
        assert y >> 14 == 0, "reserved bits"
        print("fmr", position, x >> 14, x & 0x3FFF, y & 0x3FFF, angle, quality)
        at += 6
    assert struct.unpack_from(">H", data, at)[0] == 0, "extended data"
    return at + 2


def fmr(data):
    version = data[4:8]
    if version == b" 20\0":
        ansi = struct.unpack_from(">H", data, 8)[0] >= 26
        length = struct.unpack_from(">H" if ansi else ">I", data, 8)[0]
        at = 26 if ansi else 24
        views = data[at - 2]
        for _ in range(views):
            position, _, _, count = data[at : at + 4]
            at = minutiae(data, at + 4, count, position)
    elif struct.unpack_from(">I", data, 15)[0] + 15 <= len(data) and data[14] == 0 and struct.unpack_from(">H", data, 12)[0] < 200:
        length, representations = struct.unpack_from(">IH", data, 8)
        at = 15
        for _ in range(representations):
            end = at + struct.unpack_from(">I", data, at)[0]
            at += 4 + 9 + 1 + 2 + 2
            at += 1 + 5 * data[at]
            position = data[at]
            at += 1 + 1 + 2 + 2 + 1 + 2 + 2
            assert data[at] >> 4 == 6, "minutia size"
            at = minutiae(data, at + 2, data[at + 1], position)
            assert at == end, "representation length"
    else:
        length = struct.unpack_from(">I", data, 8)[0]
        views, at = data[19], 21
        for _ in range(views):
            position = data[at]
            at = minutiae(data, at + 17, data[at + 16], position)
    assert at == length == len(data), "length %d, structure %d, file %d" % (length, at, len(data))


def fir(data):
    if data[4:8] == b"020\0":
        length, representations = struct.unpack_from(">IH", data, 8)
        at = 16
        for _ in range(representations):
            end = at + struct.unpack_from(">I", data, at)[0]
            at += 4 + 9 + 1 + 4
            at += 1 + 5 * data[at]
            position, _, units, _, _, ppi, _, depth, code, _, width, height, size = struct.unpack_from(">BBBHHHHBBBHHI", data, at)
            at += 22 + size
            assert units == 1 and depth == 8 and at == end, "representation"
            print("fir", position, width, height, ppi, code, size)
    else:
        length = int.from_bytes(data[8:14], "big")
        at = 14 if data[19] in (1, 2) else 18
        images, units, _, _, ppi, _, depth, code = struct.unpack_from(">BBHHHHBB", data, at + 4)
        assert units == 1 and depth == 8, "units"
        at += 18
        for _ in range(images):
            size, position, _, _, _, _, width, height = struct.unpack_from(">IBBBBBHH", data, at)
            at += size
            print("fir", position, width, height, ppi, code, size - 14)
    assert at == length == len(data), "length %d, structure %d, file %d" % (length, at, len(data))


def itl(data):
    at = 0
    while at < len(data):
        match = re.match(rb"(\d+)\.001:(\d+)\x1d", data[at:])
        kind, length = int(match[1]), int(match[2])
        record = data[at : at + length]
        assert record[-1:] == b"\x1c", "file separator"
        image = record.find(b"\x1d%d.999:" % kind)
        text = record[:image] if image >= 0 else record[:-1]
        print("itl", kind, len(text.split(b"\x1d")) + (1 if image >= 0 else 0))
        at += length
    assert at == len(data), "length"


def cbeff(data):
    space = "{http://standards.iso.org/iso-iec/19785/-3/ed-2/}"
    for block in xml.fromstring(data).iter(space + "BDB"):
        read(base64.b64decode(block.text, validate=True))


def read(data):
    if data[:4] == b"FMR\0":
        fmr(data)
    elif data[:4] == b"FIR\0":
        fir(data)
    elif data[:1] == b"<":
        cbeff(data)
    else:
        itl(data)


with open(sys.argv[1], "rb") as file:
    read(file.read())
