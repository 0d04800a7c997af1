"""Derives three awkward captures from one plain capture: segments sent again and overlapping, segments out of order, and a gap."""

import argparse
import dataclasses
import pathlib
import struct
import sys

import packets
from packets import FIN, RST, SYN

PIECE = 40  # bytes of a piece that a segment is cut into
OVERLAP = 7  # bytes that an overlapping piece repeats of the one before
GAP = b"GET /kept/3 "  # the request of a kept-alive connection whose middle is taken out


def fold(data):
    """The checksum of RFC 1071."""
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def cut(packet, part, begin, end):
    """A packet that carries only the bytes `begin..end` of the payload of `packet`, with lengths and checksums to match."""
    data = bytearray(packet.data[: part.start]) + part.payload[begin:end]
    struct.pack_into(">H", data, part.ip + 2, len(data) - part.ip)
    struct.pack_into(">I", data, part.tcp + 4, (part.sequence + begin) & 0xFFFFFFFF)
    if end < len(part.payload):
        data[part.tcp + 13] &= ~FIN
    struct.pack_into(">H", data, part.ip + 10, 0)
    struct.pack_into(">H", data, part.ip + 10, fold(bytes(data[part.ip : part.tcp])))
    struct.pack_into(">H", data, part.tcp + 16, 0)
    pseudo = bytes(data[part.ip + 12 : part.ip + 20]) + struct.pack(">BBH", 0, 6, len(data) - part.tcp)
    struct.pack_into(">H", data, part.tcp + 16, fold(pseudo + bytes(data[part.tcp :])))
    return dataclasses.replace(packet, data=bytes(data), length=len(data))


def pieces(packet, part):
    """The packet as several, each with at most `PIECE` bytes of payload."""
    size = len(part.payload)
    return [cut(packet, part, at, min(at + PIECE, size)) for at in range(0, size, PIECE)]


def again(packet, part):
    """Every segment twice, and between them pieces that overlap their neighbours, each other and the whole."""
    size = len(part.payload)
    ends = range(PIECE, size, PIECE)
    overlapping = [cut(packet, part, max(0, end - PIECE - OVERLAP), end) for end in ends]
    return [*overlapping, cut(packet, part, 0, size), *overlapping[:1], cut(packet, part, 0, size)]


def shuffled(packet, part):
    """The pieces of a segment, every second one of them before all the others."""
    parts = pieces(packet, part)
    return parts[1::2] + parts[::2]


def gapped(packet, part):
    """The pieces of a segment; of the request that `GAP` begins, the second is missing."""
    if not part.payload.startswith(GAP):
        return [packet]
    first, _, *rest = pieces(packet, part)
    return [first, *rest]


def derive(source, ports, change):
    """The packets of a capture, with each segment of a client that carries bytes put through `change`."""
    link, plain = packets.read(source)
    if link != packets.ETHERNET:
        sys.exit(f"{source}: the link type is {link}; give a capture of Ethernet frames")
    out = []
    for packet in plain:
        part = packets.segment(link, packet)
        changed = part.target[1] in ports and part.payload and not part.flags & (SYN | RST)
        out += change(packet, part) if changed else [packet]
    return link, out


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=pathlib.Path, help="an Ethernet, IPv4 pcap file")
    parser.add_argument("port", type=int, nargs="+", help="the ports of the servers")
    options = parser.parse_args()
    stem = options.source.with_suffix("")
    for name, change in (("retransmitted", again), ("reordered", shuffled), ("gap", gapped)):
        packets.write(f"{stem}-{name}.pcap", *derive(options.source, options.port, change))


if __name__ == "__main__":
    main()
