//! Captures, pcap and pcapng, to TCP segments, one packet in memory at a time.

mod tunnel;

use crate::number::counted;
use std::collections::BTreeMap;
use std::io::Read;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;

use etherparse::{EtherType, LaxNetSlice, LaxSlicedPacket, TransportSlice};
use pcap_parser::pcapng::Block;
use pcap_parser::traits::{PcapNGPacketBlock as _, PcapReaderIterator};
use pcap_parser::{LegacyPcapReader, Linktype, PcapBlockOwned, PcapError, PcapNGReader};

use crate::error::CorpusError;

/// The buffer at first, in bytes: the largest packet that is usual. It grows as packets need it.
const BUFFER: usize = 256 << 10;
/// The buffer at most, in bytes: blocks of pcapng that hold no packet may be large.
const BUFFER_LIMIT: usize = 32 << 20;

/// How the names of captures end.
const EXTENSIONS: &[&str] = &["pcap", "pcapng", "cap"];

/// The two formats of captures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaptureFormat {
    /// The format of libpcap 0.4 and later.
    Pcap,
    /// Its successor, made of blocks.
    PcapNg,
}

/// Whether a file is named as a capture.
pub fn is_named(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|extension| EXTENSIONS.contains(&extension))
}

impl CaptureFormat {
    /// The format of a file with this name that begins with these bytes; `None` for one that is no
    /// capture.
    ///
    /// # Errors
    /// A file that is named as a capture and does not begin as one.
    pub fn of(path: &Path, magic: &[u8]) -> Result<Option<Self>, CorpusError> {
        match Self::of_bytes(magic) {
            None if is_named(path) && !magic.is_empty() => Err(CorpusError::Capture {
                path: path.to_owned(),
                offset: 0,
                what: "it is named as a capture, and does not begin as one".to_owned(),
                fix: "record or copy it again, or give a raw stream another extension".to_owned(),
            }),
            format => Ok(format),
        }
    }

    fn of_bytes(magic: &[u8]) -> Option<Self> {
        match magic {
            [0xd4, 0xc3, 0xb2, 0xa1] | [0xa1, 0xb2, 0xc3, 0xd4] => Some(Self::Pcap),
            // With times in nanoseconds.
            [0x4d, 0x3c, 0xb2, 0xa1] | [0xa1, 0xb2, 0x3c, 0x4d] => Some(Self::Pcap),
            // Kuznetzov's variant, with more in each packet's header.
            [0x34, 0xcd, 0xb2, 0xa1] => Some(Self::Pcap),
            [0x0a, 0x0d, 0x0d, 0x0a] => Some(Self::PcapNg),
            _ => None,
        }
    }
}

/// One TCP segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Segment<'a> {
    /// The sender.
    pub from: SocketAddr,
    /// The receiver.
    pub to: SocketAddr,
    /// The sequence number of its first byte, or of SYN.
    pub sequence: u32,
    /// It opens the direction.
    pub syn: bool,
    /// It acknowledges something.
    pub ack: bool,
    /// It ends the direction after its payload.
    pub fin: bool,
    /// It ends the connection.
    pub rst: bool,
    /// Its bytes, as far as they were captured.
    pub payload: &'a [u8],
    /// How many bytes of its payload were not captured, after those that were.
    pub missing: u32,
}

/// Reads a capture and hands on each TCP segment, also those inside of tunnels. Returns notes on the packets that could
/// not be used.
///
/// # Errors
/// A file that ends inside a packet, lengths that cannot be, blocks that cannot be read.
pub(crate) fn read_packets<R: Read + Send>(
    path: &Path,
    format: CaptureFormat,
    file: R,
    take: &mut dyn FnMut(Segment<'_>),
) -> Result<Vec<String>, CorpusError> {
    let mut reader: Box<dyn PcapReaderIterator + '_> = match format {
        CaptureFormat::Pcap => match LegacyPcapReader::new(BUFFER, file) {
            Ok(reader) => Box::new(reader),
            Err(error) => return Err(damaged(path, 0, &error, true)),
        },
        CaptureFormat::PcapNg => match PcapNGReader::new(BUFFER, file) {
            Ok(reader) => Box::new(reader),
            Err(error) => return Err(damaged(path, 0, &error, true)),
        },
    };
    let mut packets = Packets::default();
    let mut capacity = BUFFER;
    loop {
        let offset = reader.consumed() as u64;
        match reader.next() {
            Ok((length, block)) => {
                let read = packets.read_block(block, take);
                reader.consume(length);
                read.map_err(|what| CorpusError::Capture {
                    path: path.to_owned(),
                    offset,
                    what,
                    fix: only_what_precedes(offset),
                })?;
                continue;
            }
            Err(PcapError::Eof) => return Ok(packets.notes()),
            Err(PcapError::Incomplete(_) | PcapError::BufferTooSmall) => {}
            Err(error) => return Err(damaged(path, offset, &error, offset == 0)),
        }
        let held = reader.data().len();
        if let Err(error) = reader.refill() {
            return Err(damaged(path, offset, &error, false));
        }
        // The buffer is full. A length that cannot be must not make it grow without bound.
        if reader.data().len() == held && !reader.reader_exhausted() {
            if capacity >= BUFFER_LIMIT {
                return Err(damaged(path, offset, &PcapError::BufferTooSmall, false));
            }
            capacity *= 2;
            reader.grow(capacity);
        }
    }
}

fn damaged(path: &Path, offset: u64, error: &PcapError<&[u8]>, at_start: bool) -> CorpusError {
    let what = match error {
        PcapError::Eof | PcapError::UnexpectedEof | PcapError::Incomplete(_) => {
            "the packet or block that begins here goes on after the end of the file".to_owned()
        }
        PcapError::BufferTooSmall => {
            format!(
                "the packet or block that begins here claims an impossible length, above {BUFFER_LIMIT} bytes"
            )
        }
        PcapError::ReadError => "the file cannot be read on".to_owned(),
        PcapError::HeaderNotRecognized => "this is no header of a capture".to_owned(),
        PcapError::NomError(_, kind) | PcapError::OwnedNomError(_, kind) => {
            format!("the packet or block that begins here is malformed ({kind:?})")
        }
    };
    let fix = if at_start {
        "capture the traffic again".to_owned()
    } else {
        only_what_precedes(offset)
    };
    CorpusError::Capture {
        path: path.to_owned(),
        offset,
        what,
        fix,
    }
}

fn only_what_precedes(offset: u64) -> String {
    format!(
        "only the packets in the first {offset} bytes are read; capture the traffic again for the rest"
    )
}

/// What has to be known of the file to read its packets.
#[derive(Default)]
struct Packets {
    /// The link types of the interfaces of the section, in order.
    links: Vec<Linktype>,
    /// How many packets of each link type that is not known.
    unknown_links: BTreeMap<i32, u64>,
    /// How many packets inside of each kind of tunnel that are not read.
    tunnels: BTreeMap<&'static str, u64>,
    fragments: u64,
}

impl Packets {
    fn read_block(
        &mut self,
        block: PcapBlockOwned<'_>,
        take: &mut dyn FnMut(Segment<'_>),
    ) -> Result<(), String> {
        match block {
            PcapBlockOwned::LegacyHeader(header) => {
                // The upper half says whether frames end with a check sequence.
                self.links = vec![Linktype(header.network.0 & 0xffff)];
                Ok(())
            }
            PcapBlockOwned::Legacy(packet) => {
                self.read_packet(0, packet.data, packet.origlen, take)
            }
            PcapBlockOwned::NG(Block::SectionHeader(_)) => {
                self.links.clear();
                Ok(())
            }
            PcapBlockOwned::NG(Block::InterfaceDescription(interface)) => {
                self.links.push(interface.linktype);
                Ok(())
            }
            PcapBlockOwned::NG(Block::EnhancedPacket(packet)) => {
                let data = packet.packet_data();
                self.read_packet(packet.if_id, data, packet.origlen, take)
            }
            PcapBlockOwned::NG(Block::SimplePacket(packet)) => {
                self.read_packet(0, packet.packet_data(), packet.origlen, take)
            }
            PcapBlockOwned::NG(_) => Ok(()),
        }
    }

    fn read_packet(
        &mut self,
        interface: u32,
        data: &[u8],
        length: u32,
        take: &mut dyn FnMut(Segment<'_>),
    ) -> Result<(), String> {
        let link = self.links.get(interface as usize).copied();
        let link = link.ok_or_else(|| {
            format!("the packet names interface {interface}, which is not described before it")
        })?;
        let Some(packet) = slice_packet(link, data) else {
            if !is_known(link) {
                *self.unknown_links.entry(link.0).or_default() += 1;
            }
            return Ok(());
        };
        let not_captured = length.saturating_sub(data.len() as u32);
        self.read_sliced(packet, not_captured, take);
        Ok(())
    }

    /// Reads a packet, or the one that it carries inside of tunnels; so many bytes at its end were not captured.
    fn read_sliced(
        &mut self,
        mut packet: LaxSlicedPacket<'_>,
        not_captured: u32,
        take: &mut dyn FnMut(Segment<'_>),
    ) {
        let mut depth = 0;
        while let Some(inner) = tunnel::inner(&packet) {
            depth += 1;
            match inner {
                Ok(inner) if depth <= tunnel::DEPTH => packet = inner,
                inner => {
                    let kind = inner.err().unwrap_or("too many tunnels");
                    *self.tunnels.entry(kind).or_default() += 1;
                    return;
                }
            }
        }
        let Some(ip) = packet.net.as_ref().and_then(LaxNetSlice::ip_payload_ref) else {
            return;
        };
        if ip.fragmented {
            self.fragments += 1;
            return;
        }
        let missing = if ip.incomplete { not_captured } else { 0 };
        if let Some(segment) = tcp_segment(&packet, missing) {
            take(segment);
        }
    }

    fn notes(&self) -> Vec<String> {
        let links = self.unknown_links.iter().map(|(link, count)| {
            format!(
                "not read: {} of link type {link}; Ethernet, Linux cooked, loopback and raw IP are",
                counted(*count, "packet")
            )
        });
        let fragments = (self.fragments > 0).then(|| {
            format!(
                "not read: {} of IP packets; their bytes count as missing",
                counted(self.fragments, "fragment")
            )
        });
        let tunnels = self.tunnels.iter();
        let tunnels = tunnels.map(|(kind, count)| {
            format!(
                "not read: {} inside of {kind}; IP, Ethernet and MPLS are, in up to {} tunnels",
                counted(*count, "packet"),
                tunnel::DEPTH
            )
        });
        links.chain(tunnels).chain(fragments).collect()
    }
}

fn is_known(link: Linktype) -> bool {
    const RAW_OF_BSD: [Linktype; 2] = [Linktype(12), Linktype(14)];
    let known = [
        Linktype::ETHERNET,
        Linktype::NULL,
        Linktype::LOOP,
        Linktype::LINUX_SLL,
        Linktype::LINUX_SLL2,
        Linktype::RAW,
        Linktype::IPV4,
        Linktype::IPV6,
    ];
    known.contains(&link) || RAW_OF_BSD.contains(&link)
}

/// The headers of a packet, as far as they were captured.
fn slice_packet(link: Linktype, data: &[u8]) -> Option<LaxSlicedPacket<'_>> {
    let ether_type = |at: usize| match data.get(at..at + 2) {
        Some(&[high, low]) => Some(EtherType(u16::from_be_bytes([high, low]))),
        _ => None,
    };
    match link {
        Linktype::ETHERNET => LaxSlicedPacket::from_ethernet(data).ok(),
        // Four bytes name the address family, which the version of IP says again.
        Linktype::NULL | Linktype::LOOP => LaxSlicedPacket::from_ip(data.get(4..)?).ok(),
        // The pseudo-header of cooked captures ends with the protocol; that of the second version begins with it.
        Linktype::LINUX_SLL => Some(LaxSlicedPacket::from_ether_type(
            ether_type(14)?,
            data.get(16..)?,
        )),
        Linktype::LINUX_SLL2 => Some(LaxSlicedPacket::from_ether_type(
            ether_type(0)?,
            data.get(20..)?,
        )),
        _ if is_known(link) => LaxSlicedPacket::from_ip(data).ok(),
        _ => None,
    }
}

fn tcp_segment<'a>(packet: &LaxSlicedPacket<'a>, missing: u32) -> Option<Segment<'a>> {
    let (source, destination): (IpAddr, IpAddr) = match packet.net.as_ref()? {
        LaxNetSlice::Ipv4(ip) => {
            let header = ip.header();
            (
                header.source_addr().into(),
                header.destination_addr().into(),
            )
        }
        LaxNetSlice::Ipv6(ip) => {
            let header = ip.header();
            (
                header.source_addr().into(),
                header.destination_addr().into(),
            )
        }
        LaxNetSlice::Arp(_) => return None,
    };
    let Some(TransportSlice::Tcp(tcp)) = &packet.transport else {
        return None;
    };
    Some(Segment {
        from: SocketAddr::new(source, tcp.source_port()),
        to: SocketAddr::new(destination, tcp.destination_port()),
        sequence: tcp.sequence_number(),
        syn: tcp.syn(),
        ack: tcp.ack(),
        fin: tcp.fin(),
        rst: tcp.rst(),
        payload: tcp.payload(),
        missing,
    })
}

#[cfg(test)]
mod tests;
