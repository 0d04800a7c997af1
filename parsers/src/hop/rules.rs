//! The rules that bind an intermediary, as a server, or as a client of the next, when it forwards, each with its section.

use crate::core::rule::table::rules;

rules! {
    "hop" binds Proxy:
    NAMED_REMOVED: Must "named-removed" "RFC 9110 §7.6.1" "For each connection option, an intermediary removes the fields of that name, and then Connection itself, or replaces it by its own.";
    KNOWN_REMOVED: Should "known-removed" "RFC 9110 §7.6.1" "Intermediaries should remove or replace Proxy-Connection, Keep-Alive, TE, Transfer-Encoding and Upgrade, whether or not Connection names them.";
    FORWARDED: Must "forwarded" "RFC 9110 §5.1" "A proxy forwards unrecognized fields unless Connection names them, or it is configured to block or transform them.";
    HOST_SENT: Must "host-sent" "RFC 9112 §3.2" "A client sends Host in every request of HTTP/1.1; an intermediary is a client to the next.";
    FRAMING_MEANT: Must "framing-meant" "RFC 9112 §6.3" "What is forwarded ends where the sender means it to end.";
    CONTENT_MEANT: Must "content-meant" "RFC 9112 §6" "What the next reader reads as the content is what the sender sent as the content.";
    LENGTH_REMOVED: Must "length-removed" "RFC 9112 §6.3" "Of a message with both, an intermediary removes Content-Length before it forwards it.";
    TRAILERS_MAY_GO: May "trailers-may-go" "RFC 9112 §7.1.2" "A recipient that removes the chunked coding may retain or discard the trailer fields.";
    TRAILERS_APART: Must "trailers-apart" "RFC 9110 §6.5.1" "A trailer field is not merged into the header section unless its definition permits it.";
    UPGRADE_OPTION: Must "upgrade-option" "RFC 9110 §7.8" "A sender of Upgrade also sends the connection option upgrade.";
    UPGRADE_10: Must "upgrade-http10" "RFC 9110 §7.8" "A server ignores Upgrade in a request of HTTP/1.0.";
    UPGRADE_SWITCHES: Must "upgrade-switches" "RFC 9110 §7.8" "A connection changes its protocol when the server has sent 101, and not by any other response.";
    CONNECT_WAITS: Must "connect-waits" "RFC 9931 §8" "A client of a proxy that sends CONNECT for another client waits for a 2xx before it sends what comes behind it, or sends the option close.";
    TE_OPTION: Must "te-option" "RFC 9110 §10.1.4" "A sender of TE also sends the connection option TE.";
    CODING_10: Must "coding-http10" "RFC 9112 §6.1" "A client sends Transfer-Encoding only to a server that it knows to handle HTTP/1.1.";
}
