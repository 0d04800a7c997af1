//! What the specification demands of a server that receives what a rule is about, in its own words.
//!
//! The force of a rule says how strongly the grammar binds whoever writes a message. What a server has
//! to do when it receives something else is often weaker: for most malformed elements there is only
//! the SHOULD of RFC 9112 §2.2. A server is accused of no more than what is demanded of it.

use parsers::{Force, Leniency, Rule};

/// What is demanded of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Demand {
    /// How strongly.
    pub force: Force,
    /// Document and section.
    pub spec: &'static str,
    /// The sentence.
    pub text: &'static str,
}

const fn must(spec: &'static str, text: &'static str) -> Demand {
    Demand {
        force: Force::Must,
        spec,
        text,
    }
}

const fn should(spec: &'static str, text: &'static str) -> Demand {
    Demand {
        force: Force::Should,
        spec,
        text,
    }
}

const fn may(spec: &'static str, text: &'static str) -> Demand {
    Demand {
        force: Force::May,
        spec,
        text,
    }
}

const GRAMMAR: Demand = should(
    "RFC 9112 §2.2",
    "When a server [...] receives a sequence of octets that does not match the HTTP-message grammar aside from the robustness exceptions listed above, the server SHOULD respond with a 400 (Bad Request) response and close the connection.",
);

const REQUEST_LINE: Demand = should(
    "RFC 9112 §3.2",
    "Recipients of an invalid request-line SHOULD respond with either a 400 (Bad Request) error or a 301 (Moved Permanently) redirect with the request-target properly encoded.",
);

const WHITESPACE: Demand = may(
    "RFC 9112 §3",
    "recipients MAY instead parse on whitespace-delimited word boundaries and, aside from the CRLF terminator, treat any form of whitespace as the SP separator while ignoring preceding or trailing whitespace; such whitespace includes one or more of the following octets: SP, HTAB, VT (%x0B), FF (%x0C), or bare CR.",
);

const LINE_FEED: Demand = may(
    "RFC 9112 §2.2",
    "a recipient MAY recognize a single LF as a line terminator and ignore any preceding CR.",
);

const CONTROL: Demand = may(
    "RFC 9110 §5.5",
    "Field values containing other CTL characters are also invalid; however, recipients MAY retain such characters for the sake of robustness when they appear within a safe context",
);

const LENGTH: Demand = must(
    "RFC 9112 §6.3",
    "If a message is received without Transfer-Encoding and with an invalid Content-Length header field, then the message framing is invalid and the recipient MUST treat it as an unrecoverable error [...]. If the unrecoverable error is in a request message, the server MUST respond with a 400 (Bad Request) status code and then close the connection.",
);

const CODING: Demand = must(
    "RFC 9112 §6.3",
    "If a Transfer-Encoding header field is present in a request and the chunked transfer coding is not the final encoding, the message body length cannot be determined reliably; the server MUST respond with the 400 (Bad Request) status code and then close the connection.",
);

const HOST: Demand = must(
    "RFC 9112 §3.2",
    "A server MUST respond with a 400 (Bad Request) status code to any HTTP/1.1 request message that lacks a Host header field and to any request message that contains more than one Host header field line or a Host header field with an invalid field value.",
);

const LIMIT: Demand = must(
    "RFC 9110 §5.4",
    "A server that receives a request header field line, field value, or set of fields larger than it wishes to process MUST respond with an appropriate 4xx (Client Error) status code.",
);

const MEANING: Demand = must(
    "RFC 9110 §2.4",
    "A recipient MUST interpret a received protocol element according to the semantics defined for it by this specification",
);

const PARSEABLE: Demand = must(
    "RFC 9110 §2.3",
    "When a received protocol element is parsed, the recipient MUST be able to parse any value of reasonable length that is applicable to the recipient's role in the conversation and that matches the grammar defined by the corresponding ABNF rules.",
);

/// What is demanded where one of several requests is left without an answer.
pub const ORDER: Demand = must(
    "RFC 9112 §9.3.2",
    "A server MAY process a sequence of pipelined requests in parallel if they all have safe methods [...], but it MUST send the corresponding responses in the same order that the requests were received.",
);

/// What is demanded where `rule` is broken by what is received, or waived by the recipient.
pub fn of_rule(rule: &Rule) -> Demand {
    let name = rule.id.strip_prefix("http1/").unwrap_or(rule.id);
    match name {
        "bare-cr" => must(
            "RFC 9112 §2.2",
            "A recipient of such a bare CR MUST consider that element to be invalid or replace each bare CR with SP before processing the element or forwarding the message.",
        ),
        "first-field-space" => must(
            "RFC 9112 §2.2",
            "A recipient that receives whitespace between the start-line and the first header field MUST either reject the message as invalid or consume each whitespace-preceded line without further processing of it",
        ),
        "obs-fold" => must(
            "RFC 9112 §5.2",
            "A server that receives an obs-fold in a request message that is not within a \"message/http\" container MUST either reject the message by sending a 400 (Bad Request) [...] or replace each received obs-fold with one or more SP octets prior to interpreting the field value",
        ),
        "name-space" => must(
            "RFC 9112 §5.1",
            "A server MUST reject, with a response status code of 400 (Bad Request), any received request message that contains whitespace between a header field name and colon.",
        ),
        "field-value" => must(
            "RFC 9110 §5.5",
            "a recipient of CR, LF, or NUL within a field value MUST either reject the message or replace each of those characters with SP before further processing or forwarding of that message.",
        ),
        "host-missing" | "host-repeated" | "host-value" => HOST,
        "coding-in-10" => must(
            "RFC 9112 §6.1",
            "A server or client that receives an HTTP/1.0 message containing a Transfer-Encoding header field MUST treat the message as if the framing is faulty, even if a Content-Length is present, and close the connection after processing the message.",
        ),
        "coding-empty" | "coding-not-final" | "coding-syntax" | "coding-unknown" => CODING,
        "length-with-coding" => must(
            "RFC 9112 §6.1",
            "A server MAY reject a request that contains both Content-Length and Transfer-Encoding or process such a request in accordance with the Transfer-Encoding alone. Regardless, the server MUST close the connection after responding to such a request to avoid the potential attacks.",
        ),
        "length-conflict" | "length-empty" | "length-list" | "length-syntax" => LENGTH,
        "length-decimal" | "length-overflow" => must(
            "RFC 9110 §8.6",
            "a recipient MUST anticipate potentially large decimal numerals and prevent parsing errors due to integer conversion overflows or precision loss due to integer conversion",
        ),
        "chunk-size-number" | "chunk-size-overflow" => must(
            "RFC 9112 §7.1",
            "recipients MUST anticipate potentially large hexadecimal numerals and prevent parsing errors due to integer conversion overflows or precision loss due to integer representation.",
        ),
        "head-limit" => LIMIT,
        "connect-content" => may(
            "RFC 9110 §9.3.6",
            "A CONNECT request message does not have content. The interpretation of data sent after the header section of the CONNECT request message is specific to the version of HTTP in use.",
        ),
        "close-ends" => must(
            "RFC 9112 §9.6",
            "A server that receives a \"close\" connection option MUST initiate closure of the connection [...] after it sends the final response to the request that contained the \"close\" connection option. [...] The server MUST NOT process any further requests received on that connection.",
        ),
        "method-token" | "method-case" | "request-line-parts" | "request-line-space"
        | "target-character" | "target-form" | "http-version" => REQUEST_LINE,
        "field-name"
        | "field-name-empty"
        | "field-colon"
        | "head-end"
        | "error-closes"
        | "chunk-size"
        | "chunk-size-space"
        | "chunk-line-end"
        | "chunk-extension"
        | "chunk-extension-quote"
        | "chunk-data-end"
        | "last-chunk"
        | "coding-repeated"
        | "message-complete" => GRAMMAR,
        _ if rule.force == Force::Must => MEANING,
        _ => Demand {
            force: rule.force,
            spec: rule.spec,
            text: rule.text,
        },
    }
}

/// What is demanded where a server reads with `leniency`.
pub fn of_leniency(leniency: &Leniency) -> Demand {
    match leniency.id {
        "leading-space" | "leading-cr" | "request-line-crcrlf" => WHITESPACE,
        "field-crcrlf" => LINE_FEED,
        "value-control" => CONTROL,
        // It is senders who must not; "chunked" is the final coding all the same.
        "coding-twice" => may(
            "RFC 9112 §6.1",
            "A sender MUST NOT apply the chunked transfer coding more than once to a message body",
        ),
        // Nothing is folded where no field line comes before.
        "trailer-space-any" | "trailer-space-ends" => GRAMMAR,
        "length-vt-ff" => LENGTH,
        "coding-vt-ff" => CODING,
        "body-ends-at-close" => must(
            "RFC 9112 §6.3",
            "If the sender closes the connection or the recipient times out before the indicated number of octets are received, the recipient MUST consider the message to be incomplete and close the connection.",
        ),
        _ => of_rule(leniency.rule),
    }
}

/// What is demanded where a message that is fit to be taken, and is about `rules`, is refused.
pub fn of_refusal(rules: &[&Rule]) -> Demand {
    let of = |rule: &&Rule| match rule.id {
        "http1/field-value" => should(
            "RFC 9110 §5.5",
            "A recipient SHOULD treat other allowed octets in field content (i.e., obs-text) as opaque data.",
        ),
        // It is senders who must not generate such a field there.
        "http1/trailer-framing" => may(
            "RFC 9110 §6.5.1",
            "A sender MUST NOT generate a trailer field unless the sender knows the corresponding header field name's definition permits sending the field in trailers",
        ),
        // How many digits are reasonable is left to the server.
        "http1/length-decimal" | "http1/chunk-size-number" => {
            may("RFC 9110 §2.3", "any value of reasonable length")
        }
        "http1/target-form" => must(
            "RFC 9112 §3.2.2",
            "When an origin server receives a request with an absolute-form of request-target, the origin server MUST ignore the received Host header field (if any) and instead use the host information of the request-target. [...] A server MUST accept the absolute-form in requests",
        ),
        "http1/coding-counts" | "http1/last-chunk" | "http1/chunk-size" => must(
            "RFC 9112 §7.1",
            "A recipient MUST be able to parse and decode the chunked transfer coding.",
        ),
        _ if rule.force < Force::Must => Demand {
            force: rule.force,
            spec: rule.spec,
            text: rule.text,
        },
        _ => PARSEABLE,
    };
    let demands = rules.iter().map(of);
    demands
        .min_by_key(|demand| demand.force)
        .unwrap_or(PARSEABLE)
}

/// What is demanded of a server that has refused a message by `rule`: whether it must close. `None`
/// where it need not, the message being well framed.
pub fn of_closing(rule: &Rule) -> Option<Demand> {
    match rule.id {
        "http1/host-missing" | "http1/host-repeated" | "http1/host-value" => None,
        _ if of_rule(rule) == LENGTH || of_rule(rule) == CODING => Some(of_rule(rule)),
        _ => Some(GRAMMAR),
    }
}
