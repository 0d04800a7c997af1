//! Packets inside of packets: what a tunnel carries, known by the header of the tunnel.

use etherparse::{EtherType, IpNumber, LaxNetSlice, LaxSlicedPacket, TransportSlice};

/// The most tunnels inside of one another that are opened.
pub(crate) const DEPTH: usize = 8;

const IP: IpNumber = IpNumber::IPV4;
const IPV6: IpNumber = IpNumber::IPV6;
const GRE: IpNumber = IpNumber::GRE;
/// Ethernet frames inside of GRE (RFC 7637).
const BRIDGING: EtherType = EtherType(0x6558);
const ERSPAN_2: EtherType = EtherType(0x88be);
const ERSPAN_3: EtherType = EtherType(0x22eb);
const PPPOE_SESSION: EtherType = EtherType(0x8864);
const MPLS: EtherType = EtherType(0x8847);
const MPLS_MULTICAST: EtherType = EtherType(0x8848);
/// The largest number of the field of an Ethernet frame that is a length and no type (IEEE 802.3).
const LAST_LENGTH: u16 = 1500;
const VXLAN_PORTS: [u16; 2] = [4789, 8472];
const GENEVE_PORT: u16 = 6081;
const GTP_PORT: u16 = 2152;

/// What a tunnel carries, or why that is not read.
pub(crate) type Inner<'a> = Result<LaxSlicedPacket<'a>, &'static str>;

/// What `packet` carries inside of it; none where it is no tunnel.
pub(crate) fn inner<'a>(packet: &LaxSlicedPacket<'a>) -> Option<Inner<'a>> {
    let Some(net) = &packet.net else {
        let frame = packet.ether_payload()?;
        return in_frame(frame.ether_type, frame.payload);
    };
    let ip = net.ip_payload_ref().filter(|ip| !ip.fragmented)?;
    match (ip.ip_number, &packet.transport) {
        (IP | IPV6, _) => Some(of_ip(ip.payload).ok_or("IP inside of IP")),
        (GRE, _) => Some(in_gre(ip.payload).ok_or("GRE")),
        (_, Some(TransportSlice::Udp(udp))) => in_udp(udp.destination_port(), udp.payload()),
        _ => None,
    }
}

fn in_frame(kind: EtherType, payload: &[u8]) -> Option<Inner<'_>> {
    match kind {
        MPLS | MPLS_MULTICAST => Some(in_mpls(payload).ok_or("MPLS")),
        PPPOE_SESSION => in_ppp(payload),
        EtherType(0..=LAST_LENGTH) => in_snap(payload),
        _ => None,
    }
}

/// RFC 2784 and 2890: flags, a type, and a word for each of checksum, key and sequence number that the flags name.
fn in_gre(packet: &[u8]) -> Option<LaxSlicedPacket<'_>> {
    let (flags, rest) = word(packet)?;
    let (kind, _) = word(rest)?;
    let has = |bit: u16| flags & bit != 0;
    // Neither source routes nor the version of PPTP.
    if has(0x4000) || flags & 7 != 0 {
        return None;
    }
    let words = [0x8000, 0x2000, 0x1000].into_iter().filter(|bit| has(*bit));
    let payload = packet.get(4 + 4 * words.count()..)?;
    match EtherType(kind) {
        BRIDGING => of_frame(payload),
        // The first version has neither a sequence number nor a header of its own.
        ERSPAN_2 if !has(0x1000) => of_frame(payload),
        ERSPAN_2 => of_frame(payload.get(8..)?),
        ERSPAN_3 => {
            let has_more = payload.get(11)? & 1 == 1;
            of_frame(payload.get(if has_more { 20 } else { 12 }..)?)
        }
        kind => of_type(kind, payload),
    }
}

/// RFC 7348 (VXLAN), RFC 8926 (Geneve) and 3GPP TS 29.281 (GTP-U).
fn in_udp(port: u16, payload: &[u8]) -> Option<Inner<'_>> {
    match (port, payload) {
        (port, [0x08, 0, 0, 0, _, _, _, 0, frame @ ..]) if VXLAN_PORTS.contains(&port) => {
            Some(of_frame(frame).ok_or("VXLAN"))
        }
        (GENEVE_PORT, [first @ 0..=0x3f, _, kind_0, kind_1, _, _, _, 0, rest @ ..]) => {
            let frame = rest.get(usize::from(*first) * 4..)?;
            let kind = EtherType(u16::from_be_bytes([*kind_0, *kind_1]));
            let inner = match kind {
                BRIDGING => of_frame(frame),
                kind => of_type(kind, frame),
            };
            Some(inner.ok_or("Geneve"))
        }
        // Version 1, a message that carries a packet.
        (GTP_PORT, [flags @ 0x30..=0x37, 0xff, ..]) => Some(in_gtp(*flags, payload).ok_or("GTP")),
        _ => None,
    }
}

fn in_gtp(flags: u8, packet: &[u8]) -> Option<LaxSlicedPacket<'_>> {
    if flags & 7 == 0 {
        return of_ip(packet.get(8..)?);
    }
    let (mut at, mut next) = (12, *packet.get(11)?);
    if flags & 4 == 0 {
        next = 0;
    }
    // Each extension header has its length, in words, first, and the type of the next one last.
    while next != 0 {
        let length = usize::from(*packet.get(at)?) * 4;
        if length == 0 {
            return None;
        }
        at += length;
        next = *packet.get(at - 1)?;
    }
    of_ip(packet.get(at..)?)
}

/// RFC 3032: labels, of which the last has a bit set. What follows is IP, or a frame behind a control word (RFC 4448).
fn in_mpls(packet: &[u8]) -> Option<LaxSlicedPacket<'_>> {
    let labels = packet.chunks_exact(4);
    let last = labels
        .clone()
        .position(|label| matches!(label, [_, _, bottom, _] if bottom & 1 == 1));
    let payload = packet.get(4 * (last? + 1)..)?;
    match payload.first()? >> 4 {
        4 | 6 => of_ip(payload),
        0 => of_frame(payload.get(4..)?),
        _ => None,
    }
}

/// RFC 2516: a header of six bytes, and the protocol of PPP. What is no IP sets up the line.
fn in_ppp(payload: &[u8]) -> Option<Inner<'_>> {
    let (protocol, packet) = word(payload.get(6..)?)?;
    match protocol {
        0x0021 | 0x0057 => Some(of_ip(packet).ok_or("PPPoE")),
        _ => None,
    }
}

/// IEEE 802: a type behind the header of the sublayer for Ethernet types.
fn in_snap(payload: &[u8]) -> Option<Inner<'_>> {
    match payload {
        [0xaa, 0xaa, 0x03, 0, 0, 0, kind_0, kind_1, packet @ ..] => {
            let kind = EtherType(u16::from_be_bytes([*kind_0, *kind_1]));
            Some(of_type(kind, packet).ok_or("SNAP"))
        }
        _ => None,
    }
}

fn of_ip(packet: &[u8]) -> Option<LaxSlicedPacket<'_>> {
    LaxSlicedPacket::from_ip(packet).ok()
}

fn of_frame(frame: &[u8]) -> Option<LaxSlicedPacket<'_>> {
    LaxSlicedPacket::from_ethernet(frame).ok()
}

/// A packet of a type; none where the type is neither IP nor a further tunnel.
fn of_type(kind: EtherType, packet: &[u8]) -> Option<LaxSlicedPacket<'_>> {
    let sliced = LaxSlicedPacket::from_ether_type(kind, packet);
    let is_known = matches!(
        sliced.net,
        Some(LaxNetSlice::Ipv4(_) | LaxNetSlice::Ipv6(_))
    ) || matches!(kind, MPLS | MPLS_MULTICAST | PPPOE_SESSION);
    is_known.then_some(sliced)
}

/// Two bytes in network order, and what follows them.
fn word(bytes: &[u8]) -> Option<(u16, &[u8])> {
    let (first, rest) = bytes.split_first_chunk()?;
    Some((u16::from_be_bytes(*first), rest))
}
