// A panic is how a test fails.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::*;
use crate::traffic::wire::{
    self, pcap, pcapng_interface, pcapng_packet, pcapng_section, to_server,
};
use etherparse::PacketBuilder;
use proptest::prelude::*;
use std::io::Cursor;

fn read(file: &[u8]) -> Result<(Vec<Vec<u8>>, Vec<String>), CorpusError> {
    let format =
        CaptureFormat::of_bytes(file.get(..4).unwrap_or(file)).unwrap_or(CaptureFormat::Pcap);
    let mut payloads = Vec::new();
    let notes = read_packets(
        Path::new("a.pcap"),
        format,
        Cursor::new(file.to_vec()),
        &mut |segment| {
            payloads.push(segment.payload.to_vec());
        },
    )?;
    Ok((payloads, notes))
}

fn offset_and_message(file: &[u8]) -> (u64, String) {
    let error = read(file).unwrap_err();
    let said = error.to_string();
    match error {
        CorpusError::Capture { offset, .. } => (offset, said),
        _ => panic!("{said}"),
    }
}

#[test]
fn every_link_type() {
    let ip = to_server(1, "A", b"hello").ip();
    let mut ethernet = Vec::new();
    let builder = PacketBuilder::ethernet2([1; 6], [2; 6]).single_vlan(7.try_into().unwrap());
    let builder = builder
        .ipv4([10, 0, 0, 1], [10, 0, 0, 2], 64)
        .tcp(1, 2, 3, 4);
    builder.write(&mut ethernet, b"hello").unwrap();
    let mut six = Vec::new();
    let builder = PacketBuilder::ipv6([1; 16], [2; 16], 64).tcp(1, 2, 3, 4);
    builder.write(&mut six, b"hello").unwrap();
    let after = |head: &[u8]| [head, &ip].concat();
    let cooked = after(b"\0\x04\x03\x04\0\x06\0\0\0\0\0\0\0\0\x08\0");
    let cooked_2 = after(b"\x08\0\0\0\0\0\0\x01\x03\x04\0\x06\0\0\0\0\0\0\0\0");
    for (link, packet) in [
        (0, after(&[2, 0, 0, 0])),
        (1, ethernet),
        (12, ip.clone()),
        (14, ip.clone()),
        (101, ip.clone()),
        (108, after(&[0, 0, 0, 2])),
        (113, cooked),
        (228, ip.clone()),
        (229, six.clone()),
        (276, cooked_2),
        // The upper half of the field says that frames end with a check sequence.
        (0x2400_0065, six),
    ] {
        let length = packet.len() as u32;
        let (payloads, notes) = read(&pcap(link, &[(packet, length)])).unwrap();
        assert_eq!(
            (payloads, notes.len()),
            (vec![b"hello".to_vec()], 0),
            "link type {link}"
        );
    }
    let (payloads, notes) = read(&pcap(249, &[(ip.clone(), 9), (ip, 9)])).unwrap();
    assert_eq!(payloads.len(), 0);
    assert!(
        notes[0].starts_with("not read: 2 packets of link type 249;"),
        "{notes:?}"
    );
}

/// An Ethernet frame of a type.
fn frame(kind: u16, payload: &[u8]) -> Vec<u8> {
    [&[2; 12][..], &kind.to_be_bytes(), payload].concat()
}

/// What IP carries between two routers, without a link header.
fn routed(protocol: u8, payload: &[u8]) -> Vec<u8> {
    let builder = PacketBuilder::ipv4([192, 0, 2, 1], [192, 0, 2, 2], 64);
    let mut packet = Vec::new();
    builder
        .write(&mut packet, protocol.into(), payload)
        .unwrap();
    packet
}

fn datagram(port: u16, head: &[u8], payload: &[u8]) -> Vec<u8> {
    let builder = PacketBuilder::ipv4([192, 0, 2, 1], [192, 0, 2, 2], 64).udp(5555, port);
    let mut packet = Vec::new();
    let payload = [head, payload].concat();
    builder.write(&mut packet, &payload).unwrap();
    packet
}

/// A name, a link type, and a packet that carries `ip` inside of a tunnel, by the specification of each.
fn tunnels(ip: &[u8]) -> Vec<(&'static str, u32, Vec<u8>)> {
    let inner = frame(0x0800, ip);
    let gre = |head: &[u8], payload: &[u8]| routed(47, &[head, payload].concat());
    let labels = [&[0, 1, 0, 64][..], &[0, 2, 1, 64]].concat();
    let control_word = [0; 4];
    let six = {
        let builder = PacketBuilder::ipv6([1; 16], [2; 16], 64).tcp(1, 2, 3, 4);
        let mut packet = Vec::new();
        builder.write(&mut packet, b"hello").unwrap();
        packet
    };
    vec![
        ("IP in IP", 101, routed(4, ip)),
        ("6in4", 101, routed(41, &six)),
        ("GRE", 101, gre(b"\0\0\x08\0", ip)),
        (
            "GRE with a checksum, a key and a number",
            101,
            gre(b"\xb0\0\x08\0aaaabbbbcccc", ip),
        ),
        ("NVGRE", 101, gre(b"\x20\0\x65\x58abcd", &inner)),
        ("ERSPAN I", 101, gre(b"\0\0\x88\xbe", &inner)),
        (
            "ERSPAN II",
            101,
            gre(b"\x10\0\x88\xbe\0\0\0\x01\x10\0\0\0\0\0\0\0", &inner),
        ),
        (
            "ERSPAN III",
            101,
            gre(
                b"\x10\0\x22\xeb\0\0\0\x01\x20\0\0\0\0\0\0\0\0\0\0\0",
                &inner,
            ),
        ),
        (
            "VXLAN",
            101,
            datagram(4789, b"\x08\0\0\0\0\0\x01\0", &inner),
        ),
        (
            "Geneve with an option",
            101,
            datagram(6081, b"\x01\0\x65\x58\0\0\x01\0abcd", &inner),
        ),
        ("GTP", 101, datagram(2152, b"\x30\xff\0\x09\0\0\0\x01", ip)),
        (
            "GTP with an extension header",
            101,
            datagram(2152, b"\x34\xff\0\x09\0\0\0\x01\0\0\0\x85\x01\0\0\0", ip),
        ),
        ("MPLS", 1, frame(0x8847, &[&labels, ip].concat())),
        (
            "a frame in MPLS",
            1,
            frame(0x8847, &[&labels, &control_word[..], &inner].concat()),
        ),
        (
            "PPPoE",
            1,
            frame(0x8864, &[&b"\x11\0\0\x01\0\x09\0\x21"[..], ip].concat()),
        ),
        (
            "SNAP",
            1,
            frame(
                ip.len() as u16 + 8,
                &[&b"\xaa\xaa\x03\0\0\0\x08\0"[..], ip].concat(),
            ),
        ),
        (
            "MPLS in GRE in VXLAN",
            101,
            datagram(
                4789,
                b"\x08\0\0\0\0\0\x01\0",
                &frame(0x0800, &gre(b"\0\0\x88\x47", &[&labels, ip].concat())),
            ),
        ),
    ]
}

#[test]
fn what_tunnels_carry_is_read() {
    for (name, link, packet) in tunnels(&to_server(1, "A", b"hello").ip()) {
        let length = packet.len() as u32;
        let found = read(&pcap(link, &[(packet, length)])).unwrap();
        assert_eq!(found, (vec![b"hello".to_vec()], vec![]), "{name}");
    }
}

#[test]
fn a_packet_cut_short_in_a_tunnel_says_what_is_missing() {
    let ip = to_server(1, "A", b"hello world").ip();
    let packet = datagram(4789, b"\x08\0\0\0\0\0\x01\0", &frame(0x0800, &ip));
    let length = packet.len();
    let file = pcap(101, &[(packet[..length - 6].to_vec(), length as u32)]);
    let mut found = Vec::new();
    let mut take = |segment: Segment<'_>| found.push((segment.payload.to_vec(), segment.missing));
    read_packets(
        Path::new("a"),
        CaptureFormat::Pcap,
        Cursor::new(file),
        &mut take,
    )
    .unwrap();
    assert_eq!(found, [(b"hello".to_vec(), 6)]);
}

#[test]
fn what_a_tunnel_carries_and_is_not_read_is_counted() {
    let other = routed(47, b"\0\0\xff\xfeabcd");
    // A tunnel in a tunnel without end.
    let deep = (0..20).fold(to_server(1, "A", b"hello").ip(), |ip, _| routed(4, &ip));
    let packets = [other.clone(), other, deep];
    let packets = packets.map(|packet| (packet.clone(), packet.len() as u32));
    let (payloads, notes) = read(&pcap(101, &packets)).unwrap();
    assert_eq!(payloads.len(), 0);
    assert!(
        notes[0].starts_with("not read: 2 packets inside of GRE;"),
        "{notes:?}"
    );
    assert!(
        notes[1].starts_with("not read: 1 packet inside of too many tunnels;"),
        "{notes:?}"
    );
}

#[test]
fn the_new_format() {
    let ip = to_server(1, "A", b"hello!").ip();
    let mut file = [
        pcapng_section(),
        pcapng_interface(113),
        pcapng_interface(101),
    ]
    .concat();
    file.extend(pcapng_packet(1, &ip));
    // A new section has its own interfaces.
    file.extend([pcapng_section(), pcapng_interface(101)].concat());
    file.extend(pcapng_packet(0, &ip));
    let (payloads, _) = read(&file).unwrap();
    assert_eq!(payloads, [b"hello!", b"hello!"]);
    let before = file.len() as u64;
    file.extend(pcapng_packet(1, &ip));
    let (offset, said) = offset_and_message(&file);
    assert_eq!(offset, before);
    assert!(said.contains("interface 1"), "{said}");
}

#[test]
fn an_empty_capture_has_no_packets() {
    assert_eq!(read(&pcap(1, &[])).unwrap(), (vec![], vec![]));
    assert_eq!(read(&pcapng_section()).unwrap(), (vec![], vec![]));
}

#[test]
fn damage_is_placed() {
    let ip = to_server(1, "A", b"hello").ip();
    let length = ip.len() as u32;
    let whole = pcap(101, &[(ip.clone(), length), (ip.clone(), length)]);
    let second = 24 + 16 + u64::from(length);
    for cut in [1, 16, 17, length as usize + 15] {
        let (offset, said) = offset_and_message(&whole[..whole.len() - cut]);
        assert_eq!(offset, second);
        assert!(
            said.contains(&format!("in the first {second} bytes are read")),
            "{said}"
        );
    }
    // A length of almost 4 GiB, in a small file and in a large one.
    for padding in [0, 40 << 20] {
        let mut file = whole.clone();
        file[24 + 8..24 + 12].copy_from_slice(&0xffff_fff0u32.to_le_bytes());
        file.resize(file.len() + padding, 0);
        assert_eq!(offset_and_message(&file).0, 24);
    }
    assert_eq!(offset_and_message(&whole[..10]).0, 0);
    assert_eq!(offset_and_message(b"").0, 0);
    assert_eq!(offset_and_message(b"GET / HTTP/1.1\r\n\r\n........").0, 0);
    let cut = [
        pcapng_section(),
        pcapng_interface(101),
        pcapng_packet(0, &ip),
    ]
    .concat();
    assert_eq!(offset_and_message(&cut[..cut.len() - 1]).0, 28 + 20);
    assert_eq!(offset_and_message(&cut[..20]).0, 0);
}

#[test]
fn a_packet_cut_short_says_what_is_missing() {
    let ip = to_server(1, "A", b"hello world").ip();
    let file = pcap(101, &[(ip[..ip.len() - 6].to_vec(), ip.len() as u32)]);
    let mut found = Vec::new();
    read_packets(
        Path::new("a"),
        CaptureFormat::Pcap,
        Cursor::new(file),
        &mut |segment| {
            found.push((segment.payload.to_vec(), segment.missing));
        },
    )
    .unwrap();
    assert_eq!(found, [(b"hello".to_vec(), 6)]);
}

#[test]
fn packets_larger_than_the_first_buffer_are_read() {
    // Three segments around a block of another kind that is larger than the first buffer.
    let ip = to_server(1, "A", b"x").ip();
    let mut file = [
        pcapng_section(),
        pcapng_interface(101),
        pcapng_packet(0, &ip),
    ]
    .concat();
    let large = 3u32 << 20;
    file.extend(0x0bad_u32.to_be_bytes());
    file.extend((large + 12).to_be_bytes());
    file.resize(file.len() + large as usize, 0);
    file.extend((large + 12).to_be_bytes());
    file.extend(pcapng_packet(0, &ip));
    assert_eq!(read(&file).unwrap().0.len(), 2);
}

fn captures() -> impl Strategy<Value = Vec<u8>> {
    let ip = wire::to_server(1, "A", b"hello").ip();
    let old = pcap(101, &[(ip.clone(), ip.len() as u32), (ip.clone(), 99)]);
    let new = [
        pcapng_section(),
        pcapng_interface(101),
        pcapng_packet(0, &ip),
    ]
    .concat();
    let packets = tunnels(&ip).into_iter();
    let packets: Vec<_> = packets
        .map(|(_, link, packet)| match link {
            1 => packet,
            _ => frame(0x0800, &packet),
        })
        .map(|packet| (packet.clone(), packet.len() as u32))
        .collect();
    let inner = pcap(1, &packets);
    let changes = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6);
    let cut = any::<prop::sample::Index>();
    (prop_oneof![Just(old), Just(new), Just(inner)], changes, cut).prop_map(
        |(mut file, changes, cut)| {
            for (at, byte) in changes {
                let at = at.index(file.len());
                file[at] = byte;
            }
            let length = file.len();
            if cut.index(3) == 0 {
                file.truncate(cut.index(length));
            }
            file
        },
    )
}

proptest! {
    #[test]
    fn no_capture_panics_or_hangs(file in captures()) {
        let _ = read(&file);
    }
}
