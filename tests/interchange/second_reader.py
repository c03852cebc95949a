#!/usr/bin/env python3
"""Reads records that Whorl wrote, from their standards alone: Python's standard library, no code of the product.

second_reader.py FILE prints a line a minutia ("fmr POSITION TYPE X Y ANGLE QUALITY"), an image ("fir POSITION WIDTH HEIGHT
PPI CODE BYTES"), a face ("fac WIDTH HEIGHT DATA COLOUR BYTES"), a BIR ("bir FORMAT TYPE SUBTYPE"), a picture ("jp2 WIDTH
HEIGHT COMPONENTS PPI" or "wsq WIDTH HEIGHT PPI"), or a record of a transaction ("itl TYPE FIELDS", of Type-4 "itl 4 POSITION
WIDTH HEIGHT CODE BYTES"; minutiae of Type-9 follow as "fmr"). With "card-normal" or "card-compact" after FILE it reads a card
format. It ends with an error where a length does not close.
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


def fac(data):
    length, faces = struct.unpack_from(">IH", data, 8)
    at = 14
    for _ in range(faces):
        size, points = struct.unpack_from(">IH", data, at)
        image = at + 20 + 8 * points
        kind, code, width, height, colour = struct.unpack_from(">BBHHB", data, image)
        picture = data[image + 12 : at + size]
        assert picture[:3] == b"\xff\xd8\xff" if code == 0 else picture[4:8] == b"jP  ", "data type"
        print("fac", width, height, code, colour, len(picture))
        at += size
    assert at == length == len(data), "length"


def type_4(data, at):
    length, _, _, position = struct.unpack_from(">IBBB", data, at)
    assert data[at + 7 : at + 12] == b"\xff" * 5, "unused positions"
    width, height, code = struct.unpack_from(">HHB", data, at + 13)
    print("itl 4", position, width, height, code, length - 18)
    return length


def type_9(fields):
    value = {tag: text for tag, text in (field.split(b":", 1) for field in fields)}
    number = lambda tag: int(value[b"9.%03d" % tag].split(b"\x1f")[0])
    assert number(130) == 2 and number(131) == number(132) == 197, "resolution"
    rows = value[b"9.137"].split(b"\x1e")
    assert len(rows) == number(136), "number of minutiae"
    for place, row in enumerate(rows):
        index, x, y, angle, kind, quality = (int(item) for item in row.split(b"\x1f"))
        assert index == place + 1, "index"
        print("fmr", number(134), kind, x, y, angle, quality)


def itl(data):
    at = 0
    kinds = None
    while at < len(data):
        if kinds and kinds[0] == 4:
            at += type_4(data, at)
            kinds.pop(0)
            continue
        match = re.match(rb"(\d+)\.001:(\d+)\x1d", data[at:])
        kind, length = int(match[1]), int(match[2])
        record = data[at : at + length]
        assert record[-1:] == b"\x1c", "file separator"
        image = record.find(b"\x1d%d.999:" % kind)
        fields = (record[:image] if image >= 0 else record[:-1]).split(b"\x1d")
        print("itl", kind, len(fields) + (1 if image >= 0 else 0))
        if kind == 1:
            contents = [field for field in fields if field.startswith(b"1.003:")][0].split(b"\x1e")
            kinds = [int(row.split(b"\x1f")[0]) for row in contents[1:]]
            assert int(contents[0].split(b"\x1f")[1]) == len(kinds), "number of records"
        else:
            assert kinds.pop(0) == kind, "order"
        if kind == 9:
            type_9(fields)
        at += length
    assert at == len(data) and not kinds, "length"


def jp2(data):
    boxes = {}

    def walk(at, end):
        while at < end:
            size, kind = struct.unpack_from(">I4s", data, at)
            boxes[kind] = data[at + 8 : at + size]
            if kind in (b"jp2h", b"res "):
                walk(at + 8, at + size)
            at += size
        assert at == end, "box"

    walk(0, len(data))
    height, width, components = struct.unpack_from(">IIH", boxes[b"ihdr"])
    over, under, _, _, exponent, _ = struct.unpack(">HHHHbb", boxes[b"resc"]) if b"resc" in boxes else (0, 1, 0, 1, 0, 0)
    assert boxes[b"jp2c"][:4] == b"\xff\x4f\xff\x51" and boxes[b"jp2c"][-2:] == b"\xff\xd9", "codestream"
    print("jp2", width, height, components, round(over / under * 10**exponent * 0.0254, 2))


def wsq(data):
    at, ppi = 2, None
    while True:
        marker, size = struct.unpack_from(">HH", data, at)
        if marker == 0xFFA8:
            found = re.search(rb"PPI (\d+)", data[at + 4 : at + 2 + size])
            ppi = int(found[1]) if found else ppi
        if marker == 0xFFA2:
            height, width = struct.unpack_from(">HH", data, at + 6)
        if marker == 0xFFA3:
            break
        at += 2 + size
    assert data[-2:] == b"\xff\xa1", "end of image"
    print("wsq", width, height, ppi)


def card(data, size):
    assert len(data) % size == 0, "length"
    for at in range(0, len(data), size):
        if size == 5:
            x, y, angle = struct.unpack_from(">HHB", data, at)
            print("card", x >> 14, x & 0x3FFF, y & 0x3FFF, angle)
        else:
            x, y, last = data[at : at + 3]
            print("card", last >> 6, x, y, last & 63)


def cbeff(data):
    space = "{http://standards.iso.org/iso-iec/19785/-3/ed-2/}"
    root = xml.fromstring(data)
    for bir in root.iter(space + "BIR"):
        block = bir.find(space + "BDB")
        if block is None:
            continue
        info = bir.find(space + "BDBInfo")
        text = lambda path: info.findtext("/".join(space + name for name in path.split("/")), "-")
        print("bir", text("Format/Type"), text("Type"), text("Subtype"))
        read(base64.b64decode(block.text, validate=True))


def read(data):
    if data[:4] == b"FMR\0":
        fmr(data)
    elif data[:4] == b"FIR\0":
        fir(data)
    elif data[:4] == b"FAC\0":
        fac(data)
    elif data[:2] == b"\xff\xa0":
        wsq(data)
    elif data[4:8] == b"jP  ":
        jp2(data)
    elif data[:1] == b"<":
        cbeff(data)
    else:
        itl(data)


with open(sys.argv[1], "rb") as file:
    if len(sys.argv) > 2:
        card(file.read(), 5 if sys.argv[2] == "card-normal" else 3)
    else:
        read(file.read())
