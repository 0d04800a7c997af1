// A panic is how a test fails.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::*;
use crate::traffic::wire::{CLIENT, Packet, SERVER, to_client, to_server};
use proptest::prelude::*;

fn segment<'a>(packet: &Packet<'a>) -> Segment<'a> {
    Segment {
        from: packet.from.into(),
        to: packet.to.into(),
        sequence: packet.sequence,
        syn: packet.flags.contains('S'),
        ack: packet.flags.contains('A'),
        fin: packet.flags.contains('F'),
        rst: packet.flags.contains('R'),
        payload: packet.payload,
        missing: 0,
    }
}

fn run(limits: ReassemblyLimits, packets: &[Packet<'_>]) -> Vec<TcpConnection> {
    let mut found = Vec::new();
    let mut connections = Connections::new(limits);
    for packet in packets {
        connections.add(&segment(packet), &mut |connection| found.push(connection));
    }
    connections.finish(&mut |connection| found.push(connection));
    found
}

fn one(packets: &[Packet<'_>]) -> TcpConnection {
    let mut found = run(ReassemblyLimits::default(), packets);
    assert_eq!(found.len(), 1, "{found:?}");
    found.pop().unwrap()
}

#[test]
fn a_whole_connection() {
    let packets = [
        to_server(99, "S", b""),
        to_client(499, "SA", b""),
        to_server(100, "A", b"abc"),
        to_client(500, "A", b"xyz"),
        to_server(103, "FA", b"d"),
        to_client(503, "FA", b""),
        to_server(105, "A", b""),
        // A retransmission after the end is no connection.
        to_server(103, "FA", b"d"),
    ];
    let connection = one(&packets);
    assert_eq!(connection.client, CLIENT.into());
    assert_eq!(connection.server, SERVER.into());
    assert_eq!(connection.to_server.bytes, b"abcd");
    assert_eq!(connection.to_client.bytes, b"xyz");
    assert!(connection.has_opening && connection.has_end);
    assert!(!connection.to_server.has_gap && !connection.to_client.has_gap);
}

#[test]
fn it_is_handed_on_when_it_ends() {
    let mut connections = Connections::new(ReassemblyLimits::default());
    let mut count = 0;
    for packet in [
        to_server(99, "S", b""),
        to_server(100, "FA", b"abc"),
        to_client(1, "FA", b""),
    ] {
        connections.add(&segment(&packet), &mut |_| count += 1);
    }
    assert_eq!(count, 1);
    connections.finish(&mut |_| count += 1);
    assert_eq!(count, 1);
}

#[test]
fn a_gap_ends_the_bytes() {
    let connection = one(&[
        to_server(99, "S", b""),
        to_server(100, "A", b"abc"),
        to_server(104, "A", b"efg"),
        to_server(107, "FA", b""),
        to_client(1, "FA", b""),
    ]);
    assert_eq!(connection.to_server.bytes, b"abc");
    assert!(connection.to_server.has_gap && !connection.to_client.has_gap && !connection.has_end);
}

#[test]
fn a_packet_cut_short_is_a_gap_until_it_is_sent_again() {
    let first = Segment {
        missing: 2,
        ..segment(&to_server(100, "A", b"abc"))
    };
    let again = to_server(100, "A", b"abcde");
    for (with_again, bytes) in [(false, &b"abc"[..]), (true, b"abcdef")] {
        let mut connections = Connections::new(ReassemblyLimits::default());
        let mut found = Vec::new();
        connections.add(&first, &mut |_| {});
        connections.add(&segment(&to_server(105, "A", b"f")), &mut |_| {});
        if with_again {
            connections.add(&segment(&again), &mut |_| {});
        }
        connections.finish(&mut |connection| found.push(connection));
        assert_eq!(found[0].to_server.bytes, bytes);
        assert_eq!(found[0].to_server.has_gap, !with_again);
    }
}

#[test]
fn of_bytes_sent_twice_the_first_count() {
    let connection = one(&[
        to_server(99, "S", b""),
        to_server(102, "A", b"CD"),
        to_server(100, "A", b"abcdef"),
        to_server(101, "A", b"xxxxxxxx"),
    ]);
    assert_eq!(connection.to_server.bytes, b"abCDefxxx");
}

#[test]
fn a_keep_alive_adds_nothing() {
    let connection = one(&[
        to_server(99, "S", b""),
        to_server(100, "A", b"abc"),
        to_server(102, "A", b"\0"),
        to_server(103, "A", b"d"),
    ]);
    assert_eq!(connection.to_server.bytes, b"abcd");
}

#[test]
fn a_port_is_used_again() {
    let packets = [
        to_server(99, "S", b""),
        to_server(100, "A", b"old"),
        to_server(7_000, "S", b""),
        // The same SYN again.
        to_server(7_000, "S", b""),
        to_server(7_001, "A", b"new"),
        to_server(7_004, "R", b""),
        to_server(50, "S", b""),
        to_server(51, "A", b"newer"),
    ];
    let found = run(ReassemblyLimits::default(), &packets);
    let sent: Vec<&[u8]> = found
        .iter()
        .map(|found| &found.to_server.bytes[..])
        .collect();
    assert_eq!(sent, [&b"old"[..], b"new", b"newer"]);
}

#[test]
fn a_connection_captured_midway_finds_its_client() {
    let server_first = one(&[
        to_client(9, "A", b"HTTP/1.1 200"),
        to_server(5, "A", b"GET"),
    ]);
    assert_eq!(server_first.client, CLIENT.into());
    assert_eq!(server_first.to_server.bytes, b"GET");
    let by_port = one(&[to_server(5, "A", b"GET")]);
    assert_eq!(by_port.client, CLIENT.into());
    assert!(!by_port.has_opening && !by_port.has_end);
}

#[test]
fn sequence_numbers_wrap_round() {
    let start = u32::MAX - 3;
    let connection = one(&[
        to_server(start.wrapping_sub(1), "S", b""),
        to_server(start.wrapping_add(6), "A", b"ghi"),
        to_server(start, "A", b"abcdef"),
    ]);
    assert_eq!(connection.to_server.bytes, b"abcdefghi");
}

#[test]
fn a_forged_reset_is_ignored() {
    let connection = one(&[
        to_server(99, "S", b""),
        to_server(100, "A", b"abc"),
        to_server(0x8000_0000, "R", b""),
        to_server(103, "A", b"d"),
    ]);
    assert_eq!(connection.to_server.bytes, b"abcd");
    assert!(!connection.has_end);
}

#[test]
fn a_reset_ends_a_connection() {
    let connection = one(&[
        to_server(99, "S", b""),
        to_server(103, "R", b""),
        // Sent before the reset.
        to_server(100, "A", b"abc"),
        // Under way when the reset was sent.
        to_client(1, "A", b"xyz"),
    ]);
    assert_eq!(connection.to_server.bytes, b"abc");
    assert!(connection.has_end);
}

#[test]
fn a_reset_by_a_side_that_sends_more_is_ignored() {
    let connection = one(&[
        to_server(99, "S", b""),
        to_client(0, "SA", b""),
        to_server(100, "R", b""),
        to_server(100, "A", b"abc"),
        to_client(1, "A", b"xyz"),
    ]);
    assert_eq!(connection.to_server.bytes, b"abc");
    assert_eq!(connection.to_client.bytes, b"xyz");
    assert!(connection.has_opening && !connection.has_end);
}

#[test]
fn memory_is_bounded() {
    let small = ReassemblyLimits {
        stream: 4,
        early: 4,
        connections: 2,
        total: 1 << 20,
    };
    let cut = run(
        small,
        &[
            to_server(99, "S", b""),
            to_server(100, "A", b"abcdef"),
            to_server(106, "A", b"g"),
        ],
    );
    assert_eq!(cut[0].to_server.bytes, b"abcd");
    assert!(cut[0].to_server.is_cut && !cut[0].to_server.has_gap);
    // Too much waits for bytes that may never come.
    let gap = run(
        small,
        &[
            to_server(99, "S", b""),
            to_server(101, "A", b"bcdef"),
            to_server(100, "A", b"a"),
        ],
    );
    assert!(gap[0].to_server.has_gap && gap[0].to_server.bytes.is_empty());
    let ports: Vec<Packet<'_>> = (1000..1005)
        .map(|port| Packet {
            from: (CLIENT.0, port),
            ..to_server(1, "A", b"a")
        })
        .collect();
    let mut connections = Connections::new(small);
    let mut handed_on = 0;
    for packet in &ports {
        connections.add(&segment(packet), &mut |_| handed_on += 1);
    }
    assert_eq!((handed_on, connections.open.len()), (3, 2));
    let total = ReassemblyLimits {
        total: 2,
        ..ReassemblyLimits::default()
    };
    assert_eq!(run(total, &ports).len(), 5);
    let mut connections = Connections::new(total);
    for packet in &ports {
        connections.add(&segment(packet), &mut |_| {});
        assert!(connections.held <= 2);
    }
}

prop_compose! {
    /// A stream, and ranges of it that cover it, some of them twice, in any order.
    fn segmentations()(
        stream in prop::collection::vec(any::<u8>(), 1..200),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
        extra in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 0..8),
    )(
        ranges in {
            let length = stream.len();
            let mut ends: Vec<usize> = cuts.iter().map(|cut| cut.index(length)).collect();
            ends.extend([0, length]);
            ends.sort_unstable();
            let mut ranges: Vec<(usize, usize)> = ends.windows(2).map(|pair| (pair[0], pair[1])).collect();
            for (a, b) in &extra {
                let (a, b) = (a.index(length + 1), b.index(length + 1));
                ranges.push((a.min(b), a.max(b)));
            }
            Just(ranges).prop_shuffle()
        },
        stream in Just(stream),
    ) -> (Vec<u8>, Vec<(usize, usize)>) {
        (stream, ranges)
    }
}

proptest! {
    #[test]
    fn any_segmentation_gives_back_the_stream((stream, ranges) in segmentations(), first: u32, fin_at: prop::sample::Index) {
        let mut packets = vec![to_server(first.wrapping_sub(1), "S", b"")];
        for &(start, end) in &ranges {
            packets.push(to_server(first.wrapping_add(start as u32), "A", &stream[start..end]));
        }
        let fin = to_server(first.wrapping_add(stream.len() as u32), "FA", b"");
        let at = 1 + fin_at.index(packets.len());
        packets.insert(at, fin);
        let connection = one(&packets);
        prop_assert_eq!(&connection.to_server.bytes, &stream);
        prop_assert!(!connection.to_server.has_gap && !connection.to_server.is_cut);
    }

    #[test]
    fn without_one_segment_what_precedes_it_is_left((stream, ranges) in segmentations(), lost: prop::sample::Index) {
        let lost = lost.index(ranges.len());
        let mut packets = vec![to_server(0, "S", b"")];
        let mut there = vec![false; stream.len()];
        for (nth, &(start, end)) in ranges.iter().enumerate() {
            if nth != lost {
                there[start..end].fill(true);
                packets.push(to_server(1 + start as u32, "A", &stream[start..end]));
            }
        }
        packets.push(to_server(1 + stream.len() as u32, "FA", b""));
        let expected = there.iter().position(|there| !there).unwrap_or(stream.len());
        let found = run(ReassemblyLimits::default(), &packets);
        if there.contains(&true) {
            prop_assert_eq!(&found[0].to_server.bytes[..], &stream[..expected]);
            prop_assert_eq!(found[0].to_server.has_gap, expected < stream.len());
        }
    }

    #[test]
    fn no_segments_panic(
        packets in prop::collection::vec((any::<bool>(), prop_oneof![0u32..40, any::<u32>()], "[SAFR]{0,2}", any::<Vec<u8>>(), 0u32..9), 0..30),
    ) {
        let mut connections = Connections::new(ReassemblyLimits { stream: 50, early: 20, connections: 2, total: 90 });
        for (side, sequence, flags, payload, missing) in &packets {
            let packet = if *side { to_server(*sequence, flags, payload) } else { to_client(*sequence, flags, payload) };
            connections.add(&Segment { missing: *missing, ..segment(&packet) }, &mut |_| {});
            prop_assert!(connections.held <= 90);
        }
        connections.finish(&mut |_| {});
    }
}
