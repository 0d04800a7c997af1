//! For tests: packets and captures, written by hand.

// A panic is how a test fails.
#![allow(clippy::unwrap_used)]

use etherparse::PacketBuilder;

pub(crate) const CLIENT: ([u8; 4], u16) = ([10, 0, 0, 1], 40_000);
pub(crate) const SERVER: ([u8; 4], u16) = ([10, 0, 0, 2], 80);

/// A TCP segment in IPv4, without a link header.
#[derive(Clone, Copy)]
pub(crate) struct Packet<'a> {
    pub from: ([u8; 4], u16),
    pub to: ([u8; 4], u16),
    pub sequence: u32,
    /// Some of `SAFR`.
    pub flags: &'a str,
    pub payload: &'a [u8],
}

impl Packet<'_> {
    pub(crate) fn ip(&self) -> Vec<u8> {
        let builder = PacketBuilder::ipv4(self.from.0, self.to.0, 64);
        let mut builder = builder.tcp(self.from.1, self.to.1, self.sequence, 65_535);
        for flag in self.flags.chars() {
            builder = match flag {
                'S' => builder.syn(),
                'A' => builder.ack(1),
                'F' => builder.fin(),
                'R' => builder.rst(),
                _ => unreachable!("a flag of TCP"),
            };
        }
        let mut bytes = Vec::new();
        builder.write(&mut bytes, self.payload).unwrap();
        bytes
    }
}

pub(crate) fn to_server<'a>(sequence: u32, flags: &'a str, payload: &'a [u8]) -> Packet<'a> {
    Packet {
        from: CLIENT,
        to: SERVER,
        sequence,
        flags,
        payload,
    }
}

pub(crate) fn to_client<'a>(sequence: u32, flags: &'a str, payload: &'a [u8]) -> Packet<'a> {
    Packet {
        from: SERVER,
        to: CLIENT,
        sequence,
        flags,
        payload,
    }
}

/// A capture in the old format of packets, each with the length that it had on the wire.
pub(crate) fn pcap(link: u32, packets: &[(Vec<u8>, u32)]) -> Vec<u8> {
    let mut file = Vec::new();
    file.extend(0xa1b2_c3d4u32.to_le_bytes());
    file.extend(2u16.to_le_bytes());
    file.extend(4u16.to_le_bytes());
    file.extend([0; 8]);
    file.extend(65_535u32.to_le_bytes());
    file.extend(link.to_le_bytes());
    for (bytes, length) in packets {
        file.extend([0; 8]);
        file.extend((bytes.len() as u32).to_le_bytes());
        file.extend(length.to_le_bytes());
        file.extend(bytes);
    }
    file
}

/// The same of whole packets.
pub(crate) fn whole(link: u32, packets: &[Packet<'_>]) -> Vec<u8> {
    let ip = packets.iter().map(Packet::ip);
    let packets: Vec<_> = ip.map(|ip| (ip.clone(), ip.len() as u32)).collect();
    pcap(link, &packets)
}

fn block(kind: u32, body: &[u8]) -> Vec<u8> {
    let length = 12 + body.len() as u32;
    let mut block = Vec::new();
    block.extend(kind.to_be_bytes());
    block.extend(length.to_be_bytes());
    block.extend(body);
    block.extend(length.to_be_bytes());
    block
}

/// The head of a capture in the new format, big-endian.
pub(crate) fn pcapng_section() -> Vec<u8> {
    let mut body = Vec::new();
    body.extend(0x1a2b_3c4du32.to_be_bytes());
    body.extend(1u16.to_be_bytes());
    body.extend(0u16.to_be_bytes());
    body.extend((-1i64).to_be_bytes());
    block(0x0a0d_0d0a, &body)
}

pub(crate) fn pcapng_interface(link: u16) -> Vec<u8> {
    let mut body = Vec::new();
    body.extend(link.to_be_bytes());
    body.extend([0; 6]);
    block(1, &body)
}

pub(crate) fn pcapng_packet(interface: u32, bytes: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    body.extend(interface.to_be_bytes());
    body.extend([0; 8]);
    body.extend((bytes.len() as u32).to_be_bytes());
    body.extend((bytes.len() as u32).to_be_bytes());
    body.extend(bytes);
    body.resize(body.len().next_multiple_of(4), 0);
    block(6, &body)
}
