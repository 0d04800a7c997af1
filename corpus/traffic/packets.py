"""Reads and writes captures, and checks that one has lost nothing between the first SYN and the last byte."""

import argparse
import dataclasses
import ipaddress
import pathlib
import struct
import subprocess
import sys

ETHERNET, LINUX_SLL2 = 1, 276
LINK_HEADER = {ETHERNET: (14, 12), LINUX_SLL2: (20, 0)}  # bytes of the header, offset of the EtherType
IPV4, IPV6 = 0x0800, 0x86DD
FIN, SYN, RST = 0x01, 0x02, 0x04


@dataclasses.dataclass
class Packet:
    """One captured packet; `fraction` is in microseconds or nanoseconds, as the file has it."""

    seconds: int
    fraction: int
    length: int
    data: bytes


@dataclasses.dataclass
class Segment:
    """One TCP segment; `ip`, `tcp` and `start` are offsets into the packet's bytes."""

    source: tuple
    target: tuple
    sequence: int
    flags: int
    payload: bytes
    ip: int
    tcp: int
    start: int

    def stream(self):
        return (self.source, self.target)


def read(path):
    """The link type and the packets of a pcap file; a pcapng file is read through tcpdump."""
    raw = pathlib.Path(path).read_bytes()
    if raw[:4] == b"\x0a\x0d\x0d\x0a":
        raw = subprocess.run(["tcpdump", "-r", path, "-w", "-"], check=True, capture_output=True).stdout
    magic = struct.unpack_from("<I", raw)[0]
    if magic not in (0xA1B2C3D4, 0xA1B23C4D):
        raise ValueError(f"{path}: not a little-endian pcap file")
    link = struct.unpack_from("<I", raw, 20)[0]
    packets, at = [], 24
    while at < len(raw):
        seconds, fraction, captured, length = struct.unpack_from("<IIII", raw, at)
        data = raw[at + 16 : at + 16 + captured]
        if len(data) != captured:
            raise ValueError(f"{path}: the file ends inside packet {len(packets) + 1}")
        packets.append(Packet(seconds, fraction, length, data))
        at += 16 + captured
    return link, packets


def write(path, link, packets):
    """Writes a pcap file with microsecond times."""
    out = bytearray(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, link))
    for packet in packets:
        out += struct.pack("<IIII", packet.seconds, packet.fraction, len(packet.data), packet.length) + packet.data
    pathlib.Path(path).write_bytes(out)


def segment(link, packet):
    """The TCP segment that a packet carries."""
    data = packet.data
    ip, kind = LINK_HEADER[link]
    version = struct.unpack_from(">H", data, kind)[0]
    if version == IPV4:
        tcp = ip + (data[ip] & 15) * 4
        end = ip + struct.unpack_from(">H", data, ip + 2)[0]
        protocol, hosts = data[ip + 9], (data[ip + 12 : ip + 16], data[ip + 16 : ip + 20])
    elif version == IPV6:
        tcp = ip + 40
        end = tcp + struct.unpack_from(">H", data, ip + 4)[0]
        protocol, hosts = data[ip + 6], (data[ip + 8 : ip + 24], data[ip + 24 : ip + 40])
    else:
        raise ValueError(f"EtherType {version:#06x} is neither IPv4 nor IPv6")
    if protocol != 6:
        raise ValueError(f"IP protocol {protocol} is not TCP")
    ports = struct.unpack_from(">HH", data, tcp)
    start = tcp + (data[tcp + 12] >> 4) * 4
    source, target = ((ipaddress.ip_address(host), port) for host, port in zip(hosts, ports))
    sequence = struct.unpack_from(">I", data, tcp + 4)[0]
    return Segment(source, target, sequence, data[tcp + 13], data[start:end], ip, tcp, start)


class Stream:
    """The bytes of one direction of one connection, put in the order of their sequence numbers."""

    def __init__(self, syn):
        self.first = (syn.sequence + 1) & 0xFFFFFFFF
        self.pieces = {}

    def add(self, part):
        if part.payload:
            at = (part.sequence - self.first) & 0xFFFFFFFF
            if len(part.payload) > len(self.pieces.get(at, b"")):
                self.pieces[at] = part.payload

    def assemble(self):
        """The bytes up to the first gap, and whether there is one."""
        out = bytearray()
        for at, payload in sorted(self.pieces.items()):
            if at > len(out):
                return bytes(out), True
            out += payload[len(out) - at :]
        return bytes(out), False


def streams(path):
    """Every direction of every connection in a capture, in order of its SYN."""
    link, packets = read(path)
    found, order = {}, []
    for number, packet in enumerate(packets, 1):
        if len(packet.data) != packet.length:
            raise ValueError(f"{path}: packet {number} has {len(packet.data)} of {packet.length} bytes")
        part = segment(link, packet)
        known = found.get(part.stream())
        syn = part.flags & SYN and (known is None or known.first != (part.sequence + 1) & 0xFFFFFFFF)
        if syn:
            known = found[part.stream()] = Stream(part)
            order.append((part.stream(), known))
        if known is None:
            raise ValueError(f"{path}: packet {number} belongs to a connection without a SYN")
        known.add(part)
    return order


def check(path, ports, gaps):
    """The number of connections to `ports`, and the bytes that their clients sent up to the first gap."""
    connections = octets = seen = 0
    for (source, target), stream in streams(path):
        payload, gap = stream.assemble()
        seen += gap
        if target[1] in ports:
            connections += 1
            octets += len(payload)
        elif source[1] not in ports:
            raise ValueError(f"{path}: a connection between other ports, {source[1]} and {target[1]}")
    if seen != gaps:
        raise ValueError(f"{path}: {seen} streams with a gap, {gaps} expected")
    return connections, octets


def main():
    parser = argparse.ArgumentParser(description=__doc__, epilog="Prints the connections and the bytes of the clients.")
    parser.add_argument("--gaps", type=int, default=0, help="how many streams are meant to have a gap")
    parser.add_argument("capture")
    parser.add_argument("port", type=int, nargs="+", help="the ports of the servers")
    options = parser.parse_args()
    print(*check(options.capture, options.port, options.gaps))


if __name__ == "__main__":
    try:
        main()
    except (OSError, ValueError, KeyError) as error:
        sys.exit(f"{error}")
