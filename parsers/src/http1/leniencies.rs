//! Every named way to relax a rule while reading a request. This table is the dialect's documentation:
//! each text says exactly what a reader with that leniency does.
//!
//! `by` names the sentence that decides whether a reader may read so, where it is not what the rule demands of a recipient
//! of what breaks it.
//!
//! Where two leniencies of one dialect apply to the same bytes, the one higher up in the table wins.

use super::demands::*;
use super::rules::*;
use crate::core::rule::table::leniencies;

leniencies! {
    // The head as a whole.
    HEAD_WHOLE: HEAD_END "head-whole" "Judges a head only once CRLF CRLF (in a dialect that has field-lf, LF and an empty line) has come, or 64 KiB have: waits until then." by READING;
    HEAD_BLOCK: HEAD_END "head-block" "Waits for CRLF CRLF, reads a head out of what comes up to it, and drops what is left of that and is no part of the body.";
    HEAD_LINE_WHOLE: HEAD_END "head-line-whole" "Judges a line of the head only once its LF has come: waits until then." by READING;

    // Before the request-line. Skipped bytes belong to the message that follows.
    METHOD_ABSENT: REQUEST_LINE_PARTS "method-absent" "A line of whitespace, other than CRLF and LF, where a request is expected is a request-line without parts, and is read on as HTTP/1.0.";
    LEADING_CRLF: LEADING_EMPTY_LINE "leading-crlf" "Skips one CRLF before the request-line." by EMPTY_LINES;
    LEADING_CRLFS: LEADING_EMPTY_LINE "leading-crlfs" "Skips any number of CRLF before the request-line." by EMPTY_LINES;
    LEADING_LF: LEADING_EMPTY_LINE "leading-lf" "Skips bare LFs before the request-line." by LINE_FEED;
    LEADING_CR: LEADING_EMPTY_LINE "leading-cr" "Skips bare CRs (a CR that no LF follows) before the request-line." by WHITESPACE;
    LEADING_SPACE: METHOD_TOKEN "leading-space" "Skips SP and HTAB before the request-line." by WHITESPACE;
    LEADING_NUL: METHOD_TOKEN "leading-nul" "Skips NUL before the request-line.";
    LEADING_CONTROLS: METHOD_TOKEN "leading-controls" "Skips control characters (except HTAB, CR and LF) and DEL before the request-line.";
    STATUS_LINE: METHOD_TOKEN "status-line" "Reads a status-line (HTTP/1.0 or HTTP/1.1, SP, 3DIGIT, and anything up to CRLF) where a request is expected, and the fields and body that follow as it would those of a POST with a Host.";
    H2_PREFACE: TARGET_FORM "h2-preface" "Accepts PRI * HTTP/2.0 with its empty line and SM as a switch to HTTP/2: a message without a body, then a tunnel." by HTTP_2;

    // The method.
    METHOD_ANY_VISIBLE: METHOD_TOKEN "method-any-visible" "Accepts any visible ASCII in the method.";
    METHOD_SLASH: METHOD_TOKEN "method-slash" "Accepts a double quote and a slash in the method.";
    METHOD_HIGH: METHOD_TOKEN "method-high" "Accepts bytes from 0x80 in the method.";
    METHOD_CONTROL: METHOD_TOKEN "method-control" "Accepts control characters (except CR, LF, HTAB, VT and FF), DEL and bytes from 0x80 in the method.";
    METHOD_ANY_CASE: METHOD_CASE "method-any-case" "Knows CONNECT, TRACE, GET, HEAD, OPTIONS, DELETE and POST in any case.";

    // Separators and the end of the request-line.
    REQUEST_LINE_SPACES: REQUEST_LINE_SPACE "request-line-spaces" "Accepts several SP between the parts of the request-line." by WHITESPACE;
    REQUEST_LINE_TAB: REQUEST_LINE_SPACE "request-line-tab" "Reads HTAB as SP between the parts of the request-line." by WHITESPACE;
    REQUEST_LINE_VT_FF: REQUEST_LINE_SPACE "request-line-vt-ff" "Reads VT and FF as SP between the parts of the request-line." by WHITESPACE;
    TARGET_EMPTY: REQUEST_LINE_SPACE "target-empty" "Reads two SP after the method as an empty target between them.";
    REQUEST_LINE_TRAILING: REQUEST_LINE_SPACE "request-line-trailing-space" "Skips SP and HTAB between the version and the end of the line." by WHITESPACE;
    REQUEST_LINE_LF_SPACE: REQUEST_LINE_PARTS "request-line-lf-space" "Accepts one LF in place of the SP after the target.";
    HTTP_09: REQUEST_LINE_PARTS "http-09" "A request-line that ends (CRLF, or LF) after the target is a whole message; the connection closes after it." by VERSION_09;
    VERSION_ABSENT_PERSISTS: REQUEST_LINE_PARTS "version-absent-persists" "A request-line that ends (CRLF, or LF) after the target is read on as HTTP/1.0, and another request after it.";
    VERSION_ABSENT: REQUEST_LINE_PARTS "version-absent" "A request-line that ends (CRLF, or LF) after the target is read on as HTTP/1.0.";
    TARGET_ABSENT: REQUEST_LINE_PARTS "target-absent" "A request-line that ends (CRLF, or LF) after the method is read on as HTTP/1.0.";
    ABSENT_SPACE: REQUEST_LINE_PARTS "absent-space" "Where nothing but whitespace follows a request-line without a version, that whitespace is its body, or, when it begins with LF, ignored.";
    REQUEST_LINE_LF: BARE_LF "request-line-lf" "A bare LF ends the request-line." by LINE_FEED;
    REQUEST_LINE_LF_LF: BARE_LF "request-line-lf-lf" "Skips a second LF after one that ends the request-line.";
    REQUEST_LINE_CRCRLF: BARE_CR "request-line-crcrlf" "CR CR LF ends the request-line." by WHITESPACE;
    REQUEST_LINE_CR_SPACE: REQUEST_LINE_SPACE "request-line-cr-space" "Reads a bare CR, unless CRs and LF follow, as SP between the parts of the request-line." by WHITESPACE;
    REQUEST_LINE_CR: BARE_CR "request-line-cr" "A bare CR ends the request-line.";
    REQUEST_LINE_JUNK: REQUEST_LINE_SPACE "request-line-junk" "Skips everything between a space after the version and the end of the line (CRLF, or LF).";

    // The target.
    TARGET_CONTROL: TARGET_CHARACTER "target-control" "Accepts control characters (except CR, LF, HTAB, VT and FF) and DEL in the target.";
    TARGET_TAB_FF: TARGET_CHARACTER "target-tab-ff" "Accepts HTAB and FF in a target that begins with a slash or an asterisk.";
    TARGET_BLANKS: TARGET_CHARACTER "target-blanks" "Accepts HTAB, VT and FF in the target, also as its first bytes.";
    TARGET_HIGH: TARGET_CHARACTER "target-high" "Accepts bytes from 0x80 in the target.";
    TARGET_DELIMITERS: TARGET_CHARACTER "target-delimiters" "Accepts the visible characters that no URI holds (\" # < > \\ ^ ` { | }) in the target.";
    TARGET_CONNECT: TARGET_FORM "target-connect" "Accepts a target of any form with CONNECT.";
    TARGET_ASTERISK: TARGET_FORM "target-asterisk" "Accepts a target that begins with an asterisk with any method.";
    TARGET_ANY_FORM: TARGET_FORM "target-any-form" "Accepts a target of any form with any method.";
    TARGET_AUTHORITY: TARGET_FORM "target-authority" "Accepts any authority after ://, if it is not the end of the target, and with CONNECT any host before the last colon, without a slash, question mark or at sign.";
    TARGET_HOST_NONE: TARGET_HOST_EMPTY "target-host-none" "Accepts an http or https URI with an empty host.";
    TARGET_USER: TARGET_USERINFO "target-user" "Accepts an http or https URI with userinfo.";
    CONNECT_PORT_ANY: CONNECT_PORT "connect-port-any" "Accepts CONNECT with a port that is empty or no number, or above 65535.";
    CONNECT_PORT_LARGE: CONNECT_PORT "connect-port-large" "Accepts CONNECT with a port above 65535.";
    TARGET_SPACE: HTTP_VERSION "target-space" "In a line of more than three words, all between the first SP and the last is the target.";

    // The version.
    VERSION_ANY_CASE: HTTP_VERSION "version-any-case" "Accepts HTTP in any case.";
    VERSION_PROTOCOL: HTTP_VERSION "version-protocol" "Accepts any word of letters before the slash of the version.";
    VERSION_H_ANY: HTTP_VERSION "version-h-any" "Accepts any four bytes after the H of the version.";
    VERSION_ZEROS: HTTP_VERSION "version-zeros" "Accepts leading zeros in the version's numbers.";
    VERSION_SIGN: HTTP_VERSION "version-sign" "Accepts a plus sign before the version's numbers.";
    VERSION_WRAPS: HTTP_VERSION "version-wraps" "Accepts the version's numbers with many digits, modulo 2^16.";
    VERSION_MINOR_DIGITS: HTTP_VERSION "version-minor-digits" "Accepts a minor number of several digits.";
    VERSION_NO_MINOR: HTTP_VERSION "version-no-minor" "Reads a version without a minor number (HTTP/1 or HTTP/1.) as HTTP/1.0.";
    VERSION_SUFFIX: HTTP_VERSION "version-suffix" "Reads the longest valid prefix of the third word as the version.";
    VERSION_ANY: HTTP_VERSION "version-any" "Reads any third word as HTTP/1.1.";
    VERSION_MAJOR_0: MAJOR_VERSION "version-major-0" "Reads HTTP/0.x as HTTP/1.0.";
    VERSION_MAJOR_2: MAJOR_VERSION "version-major-2" "Reads HTTP/2.x and above as HTTP/1.1.";
    VERSION_MAJOR_ANY: MAJOR_VERSION "version-major-any" "Reads HTTP/2.x and above as HTTP/1.x.";
    VERSION_MINOR_11: MINOR_VERSION "version-minor-11" "Reads HTTP/1.2 to HTTP/1.9 as HTTP/1.1." by MINOR_TAKEN;
    VERSION_MINOR_10: MINOR_VERSION "version-minor-10" "Reads HTTP/1.2 to HTTP/1.9 as HTTP/1.0.";
    BAD_REQUEST_SKIPPED: ERROR_CLOSES "bad-request-skipped" "An invalid request-line, with all up to and including the next empty line (CRLF CRLF), is a message without a body; reading goes on after it.";

    // The end of a field line, and of the header section.
    FIRST_LF_SKIPPED: BARE_LF "first-lf-skipped" "Skips a bare LF right after the request-line.";
    FIELD_LF: BARE_LF "field-lf" "A bare LF ends a field line, and the header section." by LINE_FEED;
    EMPTY_LINE_LF: BARE_LF "empty-line-lf" "A bare LF in place of the empty line ends the header section." by LINE_FEED;
    EMPTY_LINE_LF_CRLF: BARE_LF "empty-line-lf-crlf" "A bare LF ends the header section, with the CRLF after it if there is one, for which it waits." by MEANING;
    FIELD_LFCR: BARE_LF "field-lfcr" "LF CR ends a field line." by CARRIAGE_RETURN;
    LINE_CR_SKIPPED: BARE_CR "line-cr-skipped" "Skips CRs at the start of a line of the header or trailer section, also before the LF of an empty line.";
    VALUE_LF_SPACE: BARE_LF "value-lf-space" "A bare LF in a field line is replaced by SP." by VALUE_REPLACED;
    VALUE_LF: BARE_LF "value-lf" "A bare LF in a field line is a byte of the value." by VALUE;
    FIELD_CRCRLF: BARE_CR "field-crcrlf" "CR CR LF ends a field line." by LINE_FEED;
    FIELD_CR: BARE_CR "field-cr" "A bare CR ends a field line, and the header section.";
    EMPTY_LINE_CR: BARE_CR "empty-line-cr" "A bare CR in place of the empty line ends the header section.";
    EMPTY_LINE_CR_ANY: BARE_CR "empty-line-cr-any" "A CR and any one byte in place of the empty line end the header section.";
    LINE_CR_SPACE: BARE_CR "line-cr-space" "A bare CR at the beginning of a field line is replaced by SP: the line continues the value before it, with SP between." by CARRIAGE_RETURN_SPACE;
    VALUE_CR: BARE_CR "value-cr" "A bare CR in a field line is replaced by SP." by CARRIAGE_RETURN_SPACE;
    HEAD_ENDS_AT_CLOSE: HEAD_BEFORE_ACT "head-ends-at-close" "The end of the stream at the start of a field line ends the header section.";

    // Lines that begin with whitespace.
    SPACE_LF_ENDS: OBS_FOLD "space-lf-ends" "A line of one SP or HTAB and a bare LF, after a field line, ends the header section, with a second LF if one follows.";
    SPACE_LINE_ENDS: OBS_FOLD "space-line-ends" "A line of SP and HTAB only ends the header section, also as the first line.";
    SPACE_LINE_SKIPPED: OBS_FOLD "space-line-skipped" "A line of SP and HTAB only is skipped, also as the first line." by FOLD_REPLACED;
    FIRST_SPACE_ENDS: FIRST_FIELD_SPACE "first-space-ends" "A line of SP only, ended by CRLF, LF or CR, right after the request-line ends the header section.";
    FIRST_FIELD_SKIPPED: FIRST_FIELD_SPACE "first-field-skipped" "A line that begins with SP or HTAB right after the request-line, or after such a line, is skipped." by FIRST_SPACE_CONSUMED;
    FIRST_FIELD_SP: FIRST_FIELD_SPACE "first-field-sp" "A line that begins with SP right after the request-line is a field line; the SP and HTAB are skipped.";
    FIRST_FIELD_TRIMMED: FIRST_FIELD_SPACE "first-field-trimmed" "A line that begins with SP or HTAB right after the request-line is a field line; the whitespace is skipped.";
    FIRST_FIELD_OTHER: FIRST_FIELD_SPACE "first-field-other" "A line that begins with SP right after the request-line is a field line, that of some other field.";
    FOLD_FIELD: OBS_FOLD "fold-field" "A line that begins with SP or HTAB is a field line of its own; the whitespace is skipped.";
    FOLD_DROPPED: OBS_FOLD "fold-dropped" "A line that begins with SP or HTAB is dropped.";
    FOLD_TIGHT: OBS_FOLD "fold-tight" "A line that begins with SP or HTAB continues the value before it, with nothing between.";
    FOLD_JOINED: OBS_FOLD "fold-joined" "A line that begins with SP or HTAB continues the value before it, with SP between." by FOLD_REPLACED;
    FOLD_VT_FF: FIELD_NAME "fold-vt-ff" "A line that begins with VT or FF, after a field line, continues the value before it, with SP between.";

    // Field names.
    NAME_BLANKS_TRIMMED: FIELD_NAME "name-blanks-trimmed" "Skips whitespace, also VT, FF and bare CR, around a name." by NAME_COLON;
    NAME_SPACE_TRIMMED: NAME_SPACE "name-space-trimmed" "Skips SP and HTAB between the name and the colon.";
    NAME_SPACE_KNOWN: NAME_SPACE "name-space-known" "Knows the name of a field that frames the message or keeps the connection (Connection, Content-Length, Proxy-Connection, Transfer-Encoding, Upgrade) before the line goes on, and skips SP after it; a name that goes on after the SP is that of some other field." past FIELD_NAME;
    NAME_SPACE_OTHER: NAME_SPACE "name-space-other" "A name with SP or HTAB between it and the colon is that of some other field.";
    NAME_SPACE_SKIPPED: NAME_SPACE "name-space-skipped" "A field line with SP or HTAB between its name and the colon is skipped.";
    NAME_FIRST_WORD: FIELD_NAME "name-first-word" "Of a name with SP or HTAB in it, and more before the colon, uses what comes before the whitespace.";
    NAME_SPACE_HYPHEN: FIELD_NAME "name-space-hyphen" "Reads SP in a name that goes on after it as a hyphen.";
    NAME_WORDS_OTHER: FIELD_NAME "name-words-other" "A name with SP or HTAB in it that goes on after that is that of some other field.";
    NAME_BACKSLASH_HYPHEN: FIELD_NAME "name-backslash-hyphen" "Reads a backslash in a name as a hyphen.";
    NAME_NUL_DROPPED: FIELD_NAME "name-nul-dropped" "Drops NUL from a name.";
    NAME_CONTROL_DROPPED: FIELD_NAME "name-control-dropped" "Drops control characters (except CR and LF) and DEL from a name.";
    NAME_CONTROL_OTHER: FIELD_NAME "name-control-other" "A name with a control character (except CR and LF) or DEL in it is that of some other field.";
    NAME_HIGH_DROPPED: OCTETS_PARSED "name-high-dropped" "Drops 0x85, 0xA0, 0xAD and 0xFF from a name." past FIELD_NAME;
    NAME_OCTETS_DROPPED: OCTETS_PARSED "name-octets-dropped" "Drops every byte from 0x80 from a name, as a decoder to ASCII does that ignores errors." past FIELD_NAME;
    NAME_UNICODE: OCTETS_PARSED "name-unicode" "Reads dotless i (C4 B1) as i and the Kelvin sign (E2 84 AA) as k in a name." past FIELD_NAME;
    NAME_HIGH_OTHER: FIELD_NAME "name-high-other" "A name with a byte from 0x80 in it is that of some other field.";
    NAME_SLASH: FIELD_NAME "name-slash" "A name with a double quote or a slash in it is that of some other field.";
    NAME_DELIMITERS: FIELD_NAME "name-delimiters" "A name with a visible character in it that no token holds is that of some other field.";
    NAME_CR_DROPPED: BARE_CR "name-cr-dropped" "Drops a bare CR from a name.";
    NAME_CR_OTHER: BARE_CR "name-cr-other" "A name with a bare CR in it is that of some other field.";
    NAME_EMPTY_ENDS: FIELD_NAME_EMPTY "name-empty-ends" "A line that holds a colon only ends the header section.";
    NAME_EMPTY_SKIPPED: FIELD_NAME_EMPTY "name-empty-skipped" "A field line without a name is skipped.";
    COLON_AT_SPACE: FIELD_COLON "colon-at-space" "A line without a colon is a name and a value, cut at its first SP.";
    COLON_NEXT_LINE: FIELD_COLON "colon-next-line" "A line without a colon that is all token characters is the beginning of the name on the next line.";
    COLON_LINE_END: FIELD_COLON "colon-line-end" "A line (up to CRLF) of token characters without a colon ends the header section, of which it is the last line with its first two bytes.";
    COLON_LINE_SKIPPED: FIELD_COLON "colon-line-skipped" "A line without a colon is skipped." past FIELD_NAME;
    BAD_NAME_SKIPPED: FIELD_NAME "bad-name-skipped" "A field line whose name is no token is skipped, unless it is one and SP or HTAB follow it.";
    COLON_SPACE: FIELD_COLON "colon-space" "A field line without SP or HTAB after the colon is that of some other field, unless it has no value." by WHITESPACE_EXCLUDED past LENGTH_SYNTAX;
    COLON_TWICE: FIELD_VALUE "colon-twice" "Skips further colons after the colon." by MEANING past LENGTH_SYNTAX;
    NAME_UNDERSCORE: NAME_WHOLE "name-underscore" "Reads an underscore in a name as a hyphen.";
    NAME_PERCENT: NAME_WHOLE "name-percent" "Decodes percent escapes in a name.";
    NAME_PREFIX: NAME_WHOLE "name-prefix" "Knows Content-Length and Transfer-Encoding by the beginning of a name.";
    NAME_SHORT: NAME_WHOLE "name-short" "Knows Content-Length and Transfer-Encoding by a name that is the beginning of theirs.";
    NAME_SUFFIX: NAME_WHOLE "name-suffix" "Knows Content-Length and Transfer-Encoding by the end of a name.";
    NAME_CGI: NAME_WHOLE "name-cgi" "Reads HTTP-Content-Length and HTTP_CONTENT_LENGTH as Content-Length.";
    NAME_LENGTH_WRAPS: HEAD_LIMIT "name-length-wraps" "Of a name of 256 bytes or more, uses only the first (length modulo 256) bytes.";
    FIELD_COUNT: HEAD_LIMIT "field-count" "Ignores what field lines after the 64th say.";
    LATE_FIELD: HEAD_LIMIT "late-field" "Ignores what field lines say that begin 8192 bytes or more after the start of the message.";

    // Field values.
    VALUE_NUL_CUTS: FIELD_VALUE "value-nul-cuts" "A NUL ends the value; the rest of the line is skipped.";
    VALUE_NUL_HIDES: FIELD_VALUE "value-nul-hides" "A NUL in a value makes the field lines after it go unread, up to the empty line.";
    VALUE_NUL_SPACE: FIELD_VALUE "value-nul-space" "Replaces NUL in a value by SP." by VALUE_REPLACED;
    VALUE_NUL: FIELD_VALUE "value-nul" "Accepts NUL as a byte of a value.";
    VALUE_CONTROL: FIELD_VALUE_CONTROL "value-control" "Accepts control characters (except NUL, CR and LF) and DEL as bytes of a value.";
    VALUE_LEADING_LF: FIELD_VALUE "value-leading-lf" "Skips CR and LF along with whitespace between the colon and the value.";
    VALUE_FIRST_ANY: FIELD_VALUE "value-first-any" "Accepts any byte but CR and LF as the first of a value.";
    VALUE_EMPTY_CR_ANY: BARE_CR "value-empty-cr-any" "A CR and any one byte in place of a value end the field line.";
    VALUE_EMPTY_CR: BARE_CR "value-empty-cr" "A bare CR in place of a value ends the field line.";
    VALUE_QUOTED_CRLF: FIELD_VALUE "value-quoted-crlf" "CR and LF between double quotes are bytes of a value.";
    CONNECTION_WHOLE: CONNECTION_LIST "connection-whole" "Knows a connection option only where it is the whole value of a Connection field.";
    CONNECTION_LAST: CONNECTION_LIST "connection-last" "Of several Connection fields with an option that it knows, looks at the last only.";
    CONNECTION_STRIPS: CONNECTION_OPTION "connection-strips" "Does not look at Content-Length or Transfer-Encoding when a connection option names it.";

    // Host.
    HOST_11_ONLY: HOST_MISSING "host-11-only" "Accepts a request of a later version than HTTP/1.1 without Host.";
    HOST_NONE: HOST_MISSING "host-none" "Accepts an HTTP/1.1 request without Host.";
    HOST_MANY: HOST_REPEATED "host-many" "Accepts a request with several Host field lines.";
    HOST_BYTES: HOST_VALUE "host-bytes" "Accepts a Host value of letters, digits and -._~!$&'()*+,;=%:[] in any order.";
    HOST_ANY: HOST_VALUE "host-any" "Accepts any Host value.";

    // Transfer-Encoding.
    CODING_IGNORED: CODING_COUNTS "coding-ignored" "Does not look at Transfer-Encoding.";
    CONTENT_CODING: CODING_NAME "content-coding" "Reads Content-Encoding: chunked as Transfer-Encoding: chunked.";
    CODING_FIRST_FIELD: CODING_NAME "coding-first-field" "Looks at the first Transfer-Encoding field line only.";
    CODING_LAST_FIELD: CODING_NAME "coding-last-field" "Looks at the last Transfer-Encoding field line only.";
    CODING_LINE_EXACT: CODING_NAME "coding-line-exact" "Does not look at a Transfer-Encoding field line whose value is not chunked and nothing else.";
    CODING_EXACT: CODING_NAME "coding-exact" "Does not look at a Transfer-Encoding unless its one value is chunked and nothing else.";
    CODING_10_IGNORED: CODING_IN_10 "coding-10-ignored" "Does not look at Transfer-Encoding in HTTP/1.0.";
    CODING_10_ACCEPTED: CODING_IN_10 "coding-10-accepted" "Reads Transfer-Encoding in HTTP/1.0 as in HTTP/1.1.";
    CODING_10_CLOSES: CODING_IN_10 "coding-10-closes" "Reads Transfer-Encoding in HTTP/1.0 as in HTTP/1.1, and closes the connection after the message." by CODING_10_PROCESSED;
    CODING_UNTRIMMED: CODING_NAME "coding-untrimmed" "Does not look at a Transfer-Encoding with other whitespace around its value than one SP before it." by WHITESPACE_EXCLUDED;
    CODING_CASE: CODING_NAME "coding-case" "Does not look at a Transfer-Encoding with a coding that is chunked in other than lower case.";
    CODING_TAB: CODING_NAME "coding-tab" "Reads a coding with HTAB after it as one that is not known.";
    CODING_GAP_LAST: LIST_EMPTY "coding-gap-last" "Reads an empty element at the end of a Transfer-Encoding value as a coding that is not known.";
    CODING_FOLDED: OBS_FOLD "coding-folded" "Reads the codings of a Transfer-Encoding value that goes on in another line, unless it is empty, as ones that are not known.";
    CODING_SUBSTRING: CODING_SYNTAX "coding-substring" "Reads a coding that holds chunked anywhere as chunked.";
    CODING_VT_FF: FIELD_VALUE_CONTROL "coding-vt-ff" "Accepts VT and FF in a Transfer-Encoding value, and trims them from a coding." by CODING;
    CODING_NUL_DROPPED: FIELD_VALUE "coding-nul-dropped" "Drops NUL from a Transfer-Encoding value.";
    CODING_NUL: FIELD_VALUE "coding-nul" "Accepts NUL in a Transfer-Encoding value, and trims it from a coding.";
    CODING_HIGH: CODING_SYNTAX "coding-high" "Trims 0x85, 0xA0 and 0xFF from a coding.";
    CODING_QUOTED: CODING_SYNTAX "coding-quoted" "Accepts a coding between single or double quotes.";
    CODING_BEST_FIT: CODING_SYNTAX "coding-best-fit" "Reads a byte from 0x80 in a coding as whichever letter makes it chunked.";
    CODING_RFC2047: CODING_SYNTAX "coding-rfc2047" "Reads a coding that is the encoded-word =?UTF-8?B?Y2h1bmtlZA==?= as chunked, its charset and B in any case.";
    CODING_SYNTAX_IGNORED: CODING_SYNTAX "coding-syntax-ignored" "Does not look at a Transfer-Encoding with a malformed coding.";
    CODING_SYNTAX_CLOSE: CODING_SYNTAX "coding-syntax-close" "A request with a malformed coding lasts until the connection closes.";
    CODING_PARAMETERS_DROPPED: CODING_PARAMETERS "coding-parameters-dropped" "Reads chunked with parameters as chunked.";
    CODING_PARAMETERS_IGNORED: CODING_PARAMETERS "coding-parameters-ignored" "Does not look at a Transfer-Encoding in which chunked has parameters." by CODING;
    CODING_PARAMETERS_CLOSE: CODING_PARAMETERS "coding-parameters-close" "A request in which chunked has parameters lasts until the connection closes." by CODING;
    CODING_PARAMETERS_ANY: CODING_SYNTAX "coding-parameters-any" "Reads chunked with a semicolon and anything after it, which are no parameters, as chunked.";
    CODING_SUFFIX: CODING_UNKNOWN "coding-suffix" "Reads a coding that ends in chunked as chunked.";
    CODING_PREFIX: CODING_UNKNOWN "coding-prefix" "Reads a coding that begins with chunked as chunked.";
    CODING_IDENTITY_FIRST: CODING_UNKNOWN "coding-identity-first" "Drops the coding identity from a list whose last coding is chunked." by CODING_UNDERSTOOD;
    CODING_IDENTITY: CODING_UNKNOWN "coding-identity" "Drops the coding identity from a list whose last coding is not chunked; a list of nothing else is as no Transfer-Encoding.";
    CODING_OTHERS: CODING_UNKNOWN "coding-others" "Accepts other codings before a final chunked." by CODING_UNDERSTOOD;
    CODING_UNKNOWN_CHUNKED: CODING_UNKNOWN "coding-unknown-chunked" "Reads an unknown coding as chunked.";
    CODING_UNKNOWN_IGNORED: CODING_UNKNOWN "coding-unknown-ignored" "Does not look at a Transfer-Encoding with an unknown coding.";
    CODING_UNKNOWN_CLOSE: CODING_UNKNOWN "coding-unknown-close" "A request with an unknown coding and no chunked lasts until the connection closes.";
    CODING_TWICE: CODING_REPEATED "coding-twice" "Reads chunked applied twice as chunked.";
    CODING_TWICE_IGNORED: CODING_REPEATED "coding-twice-ignored" "Does not look at a Transfer-Encoding in which chunked is applied twice." by MEANING;
    CODING_NOT_FINAL_CHUNKED: CODING_NOT_FINAL "coding-not-final-chunked" "Reads chunked that other codings follow as chunked.";
    CODING_NOT_FINAL_IGNORED: CODING_NOT_FINAL "coding-not-final-ignored" "Does not look at a Transfer-Encoding in which another coding follows chunked.";
    CODING_NOT_FINAL_CLOSE: CODING_NOT_FINAL "coding-not-final-close" "A request in which another coding follows chunked lasts until the connection closes.";
    CODING_EMPTY_IGNORED: CODING_EMPTY "coding-empty-ignored" "Does not look at a Transfer-Encoding without any coding.";
    CODING_EMPTY_CHUNKED: CODING_EMPTY "coding-empty-chunked" "Reads a Transfer-Encoding without any coding as chunked.";
    FRAMING_LAST: LENGTH_WITH_CODING "framing-last" "With both Content-Length and Transfer-Encoding, looks at the last of these fields only.";
    CODING_BEATS_LENGTH: LENGTH_WITH_CODING "coding-beats-length" "With both, uses Transfer-Encoding and reads on after the message.";
    LENGTH_BEATS_CODING: LENGTH_WITH_CODING "length-beats-coding" "With both, uses Content-Length.";
    CODING_BEATS_LENGTH_CLOSES: LENGTH_WITH_CODING "coding-beats-length-closes" "With both, uses Transfer-Encoding and closes the connection after the message." by BOTH_PROCESSED;

    // Content-Length: which of several.
    LENGTH_IGNORED: LENGTH_COUNTS "length-ignored" "Does not look at Content-Length.";
    LENGTH_EMPTY_IGNORED: LENGTH_EMPTY "length-empty-ignored" "Does not look at a Content-Length field without a value.";
    LENGTH_SAME: LENGTH_REPEATED "length-same" "Reads several Content-Length fields with the same value as one.";
    LENGTH_SAME_NUMBER: LENGTH_REPEATED "length-same-number" "Reads several Content-Length fields as one list, and a list whose elements, but for empty ones, are the same number as that number." by LENGTH_AS_LIST;
    LENGTH_FIRST: LENGTH_CONFLICT "length-first" "Of several Content-Length fields that differ, uses the first.";
    LENGTH_LAST: LENGTH_CONFLICT "length-last" "Of several Content-Length fields that differ, uses the last.";
    LENGTH_LIST_SAME: LENGTH_LIST "length-list-same" "Reads a list whose elements are the same digits as one value." by LENGTH_ONE;
    LENGTH_LIST_EQUAL: LENGTH_LIST "length-list-equal" "Reads a list whose elements are the same number as one value." by LENGTH_ONE;
    LENGTH_LIST_GAPS: LENGTH_LIST "length-list-gaps" "Reads a list that has one element that is not empty as that element." by LENGTH_AS_LIST;
    LENGTH_LIST_FIRST: LENGTH_LIST "length-list-first" "Of a list, reads the first element, as it would a value.";
    LENGTH_LIST_LAST: LENGTH_LIST "length-list-last" "Of a list, reads the last element, as it would a value.";

    // Content-Length: what a value says. The whole value is of the form given.
    LENGTH_OCTAL: LENGTH_DECIMAL "length-octal" "Reads digits 0 to 7 after a leading zero as octal." by MEANING;
    LENGTH_DIGITS: LENGTH_DECIMAL "length-digits" "Of more than 19 digits, uses the first 19.";
    LENGTH_WRAPS_32: LENGTH_DECIMAL "length-wraps-32" "Reads the number modulo 2^32.";
    LENGTH_SIGNED_63: LENGTH_DECIMAL "length-signed-63" "Reads a number from 2^63 up, being negative when signed, as zero.";
    LENGTH_LARGE: LENGTH_OVERFLOW "length-large" "Accepts a Content-Length from 2^64 up, and waits for more than ever comes." by LENGTH_LARGE_TAKEN;
    LENGTH_WRAPS_64: LENGTH_OVERFLOW "length-wraps-64" "Reads a number from 2^64 up modulo 2^64.";
    LENGTH_VT_FF: FIELD_VALUE_CONTROL "length-vt-ff" "Accepts VT, FF and BS in a Content-Length value, and trims them from it." by LENGTH;
    LENGTH_HIGH: LENGTH_SYNTAX "length-high" "Trims 0x85, 0xA0 and 0xFF from the value.";
    LENGTH_PLUS: LENGTH_SYNTAX "length-plus" "Accepts a number after a plus sign.";
    LENGTH_MINUS_ZERO: LENGTH_SYNTAX "length-minus-zero" "Reads zeros after a minus sign as zero.";
    LENGTH_MINUS_NONE: LENGTH_SYNTAX "length-minus-none" "Reads a number after a minus sign as zero.";
    LENGTH_MINUS_WRAPS: LENGTH_SYNTAX "length-minus-wraps" "Accepts a number after a minus sign modulo 2^64.";
    LENGTH_HEX: LENGTH_SYNTAX "length-hex" "Accepts hexadecimal digits after 0x or 0X.";
    LENGTH_OCTAL_PREFIX: LENGTH_SYNTAX "length-octal-prefix" "Accepts octal digits after 0o or 0O.";
    LENGTH_BINARY_PREFIX: LENGTH_SYNTAX "length-binary-prefix" "Accepts binary digits after 0b or 0B.";
    LENGTH_UNDERSCORE: LENGTH_SYNTAX "length-underscore" "Accepts single underscores between digits.";
    LENGTH_FLOAT: LENGTH_SYNTAX "length-float" "Accepts a number followed by a point and digits, dropping the fraction.";
    LENGTH_EXPONENT: LENGTH_SYNTAX "length-exponent" "Reads a number followed by e or E and one digit, as a power of ten.";
    LENGTH_PARAMETER: LENGTH_SYNTAX "length-parameter" "Accepts a number followed by a semicolon and anything.";
    LENGTH_QUOTED: LENGTH_SYNTAX "length-quoted" "Accepts a number between double quotes.";
    LENGTH_UNICODE: OCTETS_PARSED "length-unicode" "Accepts fullwidth (EF BC 90 to 99) and Arabic-Indic (D9 A0 to A9) digits." past LENGTH_SYNTAX;
    LENGTH_SPACE_JOINS: LENGTH_SYNTAX "length-space-joins" "Reads digits with SP between them as one number.";
    LENGTH_SPACE_CUTS: LENGTH_SYNTAX "length-space-cuts" "Accepts a number followed by SP and anything.";
    LENGTH_PREFIX: LENGTH_SYNTAX "length-prefix" "Accepts the digits at the front of the value, whatever follows.";
    LENGTH_INSIDE: LENGTH_SYNTAX "length-inside" "Uses the first digits in the value, whatever comes before and after them.";
    LENGTH_NAN: LENGTH_SYNTAX "length-nan" "A request whose Content-Length is no number has a body of one byte, which is not handed on: what arithmetic with NaN comes to.";
    LENGTH_INVALID_IGNORED: LENGTH_SYNTAX "length-invalid-ignored" "Does not look at a Content-Length that is no number.";
    LENGTH_INVALID_CLOSE: LENGTH_SYNTAX "length-invalid-close" "A message whose Content-Length is no number lasts until the connection closes.";
    LENGTH_EMPTY_ZERO: LENGTH_EMPTY "length-empty-zero" "Reads an empty Content-Length as zero.";
    LENGTH_EMPTY_CLOSE: LENGTH_EMPTY "length-empty-close" "A message whose Content-Length is empty lasts until the connection closes.";
    BODY_ENDS_AT_CLOSE: MESSAGE_COMPLETE "body-ends-at-close" "The end of the stream ends a body that is shorter than its Content-Length." by LENGTH_SHORT;

    // Bodies by method, expectations, and what happens to the connection.
    GET_NO_BODY: FRAMING_BY_METHOD "get-no-body" "Reads no body after GET, whatever the fields say.";
    HEAD_NO_BODY: FRAMING_BY_METHOD "head-no-body" "Reads no body after HEAD, whatever the fields say.";
    OPTIONS_NO_BODY: FRAMING_BY_METHOD "options-no-body" "Reads no body after OPTIONS, whatever the fields say.";
    DELETE_NO_BODY: FRAMING_BY_METHOD "delete-no-body" "Reads no body after DELETE, whatever the fields say.";
    HEAD_UNFRAMED: FRAMING_BY_METHOD "head-unframed" "Looks at neither Content-Length nor Transfer-Encoding of HEAD.";
    CONNECT_UNFRAMED: CONNECT_CONTENT "connect-unframed" "Looks at neither Content-Length nor Transfer-Encoding of CONNECT, also where these are invalid." by LENGTH;
    TRACE_BODY: TRACE_CONTENT "trace-body" "Reads a body after TRACE." by FRAMED;
    TRACE_NO_BODY: TRACE_CONTENT "trace-no-body" "Accepts TRACE with framing fields and reads no body.";
    CONNECT_BODY: CONNECT_CONTENT "connect-body" "Reads a body after CONNECT, then the tunnel begins." by FRAMED;
    CONNECT_NO_BODY: CONNECT_CONTENT "connect-no-body" "Accepts CONNECT with framing fields; the tunnel begins after the head.";
    CONNECT_ANY_CODING: CODING_UNKNOWN "connect-any-coding" "Accepts CONNECT with any Transfer-Encoding; the tunnel begins after the head.";
    CONNECT_CLOSES: CONNECT_TUNNEL "connect-closes" "Closes the connection after a CONNECT that does not let it persist: with close, or of HTTP/1.0 without keep-alive." by CONNECT_UNFORMED;
    CONNECT_ENDS: CONNECT_TUNNEL "connect-ends" "Closes the connection after any CONNECT: the tunnel was not granted." by CONNECT_UNFORMED;
    CONNECT_READS_ON: CONNECT_REJECTED_CLOSES "connect-reads-on" "Reads another request after CONNECT: the tunnel was not granted." by CONNECT_UNFORMED proxy CONNECT_CLOSED;
    UPGRADE_UNCHUNKED: UPGRADE_WAITS "upgrade-unchunked" "Does not look at Transfer-Encoding in a request with Upgrade and the connection option upgrade.";
    UPGRADE_10: UPGRADE_IN_10 "upgrade-10" "Reads all that follows a request of HTTP/1.0 with Upgrade and the connection option upgrade, after its body (or after its head, where the body would last until the connection closes), as the new protocol: it answers 101.";
    UPGRADE_TUNNELS: UPGRADE_WAITS "upgrade-tunnels" "Reads all that follows a request of HTTP/1.1 with Upgrade and the connection option upgrade, after its body (or after its head, where the body would last until the connection closes), as the new protocol: it answers 101." by UPGRADED;
    UPGRADE_H2C: UPGRADE_WAITS "upgrade-h2c" "Reads all that follows a request of HTTP/1.1 with Upgrade: h2c (any case) and the connection option upgrade, after its body, as HTTP/2: it answers 101." by UPGRADED;
    UPGRADE_SKIPS_BODY: UPGRADE_WAITS "upgrade-skips-body" "Reads all that follows the head of a request with Upgrade and the connection option upgrade as the new protocol.";
    UPGRADE_ENDS: UPGRADE_WAITS "upgrade-ends" "Reads nothing that follows a request with Upgrade and the connection option upgrade, after its body." by CLOSES;
    EXPECT_DROPS_BODY: READ_BODY "expect-drops-body" "Reads no body after a request of HTTP/1.1 with Expect: 100-continue.";
    EXPECT_10_DROPS_BODY: EXPECT_10 "expect-10-drops-body" "Reads no body after a request of HTTP/1.0 with Expect: 100-continue.";
    EXPECT_UNKNOWN: EXPECTATION "expect-unknown" "Ignores an expectation other than 100-continue.";
    EXPECT_UNKNOWN_DROPS: EXPECTATION "expect-unknown-drops" "Reads no body after a request with an expectation that holds 100-continue among other things, and ignores others." by READ_OR_CLOSE;
    POST_UNTIL_CLOSE: NO_LENGTH_NO_BODY "post-until-close" "A POST of HTTP/1.1 without a length lasts until the connection closes.";
    POST_10_UNTIL_CLOSE: NO_LENGTH_NO_BODY "post-10-until-close" "A POST of HTTP/1.0 without a length lasts until the connection closes.";
    DELETE_UNTIL_CLOSE: NO_LENGTH_NO_BODY "delete-until-close" "A DELETE of HTTP/1.1 without a length lasts until the connection closes.";
    POST_CHUNKED: NO_LENGTH_NO_BODY "post-chunked" "A POST, PUT or PATCH of HTTP/1.1 without a length is chunked.";
    BUFFER_IS_BODY: LENGTH_COUNTS "buffer-is-body" "All that follows a request with Content-Length: 0 and Connection: keep-alive is its body.";
    BODY_4096: LENGTH_COUNTS "body-4096" "Of a body with a Content-Length above 4096, reads 4096 bytes; another message follows them.";
    BODY_GOES_ON: LENGTH_COUNTS "body-goes-on" "In a dialect that has target-absent, lines (up to LF) that follow a request are part of its body, up to a bare LF, or to the first line whose first word is a method among those registered.";
    CLOSE_READS_ON: CLOSE_ENDS "close-reads-on" "Reads another request after Connection: close.";
    KEEP_ALIVE_BEATS_CLOSE: PERSISTENCE "keep-alive-beats-close" "Reads another request after one with both close and keep-alive." by CLOSED;
    KEEP_ALIVE_BEATS_CLOSE_10: PERSISTENCE "keep-alive-beats-close-10" "Reads another request after one of HTTP/1.0 with both close and keep-alive." by CLOSED;
    PROXY_CONNECTION: PERSISTENCE "proxy-connection" "Reads Proxy-Connection as Connection.";
    UPGRADE_PERSISTS_10: PERSISTENCE "upgrade-persists-10" "Reads another request after one of HTTP/1.0 with the connection option upgrade.";
    PERSISTS_10: PERSISTENCE "persists-10" "Reads another request after one of HTTP/1.0 without keep-alive.";
    CLOSES_10: PERSISTENCE "closes-10" "Closes the connection after every request of HTTP/1.0." by CLOSES;

    // Chunk sizes.
    CHUNK_SIZE_WHOLE: CHUNK_SIZE "chunk-size-whole" "Judges a chunk size only once what follows a CR, or a semicolon, or 17 bytes have come: waits until then." by READING;
    CHUNK_INSIDE: CHUNK_SIZE "chunk-inside" "Uses the first hexadecimal digits in a chunk line that its end (CRLF) or a semicolon follows, also after SP and HTAB, whatever comes before them.";
    CHUNK_SPACE_BEFORE: CHUNK_SIZE "chunk-space-before" "Skips SP and HTAB before the chunk size.";
    CHUNK_EMPTY_LINES: CHUNK_SIZE "chunk-empty-lines" "Skips empty lines (CRLF) before the chunk size.";
    CHUNK_EMPTY_ZERO: CHUNK_SIZE "chunk-empty-zero" "Reads an empty line (CRLF) in place of a chunk size as zero.";
    CHUNK_PLUS: CHUNK_SIZE "chunk-plus" "Accepts a plus sign before the chunk size.";
    CHUNK_MINUS_NONE: CHUNK_SIZE "chunk-minus-none" "Reads a chunk size after a minus sign as zero.";
    CHUNK_MINUS_WRAPS: CHUNK_SIZE "chunk-minus-wraps" "Accepts a chunk size after a minus sign modulo 2^64.";
    CHUNK_HEX_PREFIX: CHUNK_SIZE "chunk-hex-prefix" "Accepts 0x or 0X before the digits of the chunk size.";
    CHUNK_UNDERSCORE: CHUNK_SIZE "chunk-underscore" "Accepts single underscores between the digits of the chunk size.";
    CHUNK_NUL: CHUNK_SIZE "chunk-nul" "Skips NULs after the chunk size.";
    CHUNK_INVALID_ZERO: CHUNK_SIZE "chunk-invalid-zero" "Reads a line that begins with no hexadecimal digit, an empty one too, as size zero.";
    CHUNK_INVALID_SKIPPED: CHUNK_SIZE "chunk-invalid-skipped" "Skips a line that begins with no hexadecimal digit, an empty one too.";
    CHUNK_INVALID_ENDS: CHUNK_SIZE "chunk-invalid-ends" "A line that begins with no hexadecimal digit, an empty one too, ends the message; reading goes on after it.";
    CHUNK_LINE_LOOSE: CHUNK_SIZE "chunk-line-loose" "A chunk line ends at LF: skips whitespace, CR and LF before the size, and all that follows its digits.";
    CHUNK_PREFIX: CHUNK_SIZE "chunk-prefix" "Where another byte than CR, LF, SP, HTAB or a semicolon follows the digits of the chunk size, skips the rest of the line, up to CRLF.";
    CHUNK_DIGITS: CHUNK_SIZE_NUMBER "chunk-digits" "Of more than 16 digits of a chunk size, uses the first 16, whatever their number comes to.";
    CHUNK_WRAPS_32: CHUNK_SIZE_NUMBER "chunk-wraps-32" "Reads a chunk size from 2^32 up, of any number of digits, modulo 2^32.";
    CHUNK_SIGNED_32: CHUNK_SIZE_NUMBER "chunk-signed-32" "Reads a chunk size from 2^31 up to 2^32, being negative when signed, as zero.";
    CHUNK_SIGNED_63: CHUNK_SIZE_NUMBER "chunk-signed-63" "Reads a chunk size from 2^63 up to 2^64, being negative when signed, as zero.";
    CHUNK_LARGE: CHUNK_SIZE_OVERFLOW "chunk-large" "Accepts a chunk size from 2^64 up, and waits for more than ever comes." by CHUNK_LARGE_TAKEN;
    CHUNK_WRAPS_64: CHUNK_SIZE_OVERFLOW "chunk-wraps-64" "Reads a chunk size from 2^64 up modulo 2^64.";

    // The rest of the chunk line.
    CHUNK_SPACE_AFTER: CHUNK_SIZE_SPACE "chunk-space-after" "Skips SP and HTAB between the chunk size and the end of its line.";
    CHUNK_SPACE_JOINS: CHUNK_SIZE_SPACE "chunk-space-joins" "Skips SP and HTAB between the digits of the chunk size.";
    CHUNK_EXTENSION_SPACE: CHUNK_SIZE_SPACE "chunk-extension-space" "SP or HTAB after the chunk size begins an extension, which is skipped up to the end of the line (CRLF).";
    CHUNK_LINE_LF: CHUNK_LINE_END "chunk-line-lf" "A bare LF right after the chunk size (or the whitespace that follows it) ends the line.";
    CHUNK_LINE_LF_CRLF: CHUNK_LINE_END "chunk-line-lf-crlf" "Drops a bare LF between the chunk size and the CRLF that ends the line.";
    CHUNK_LINE_LF_KEPT: CHUNK_LINE_END "chunk-line-lf-kept" "A bare LF right after the chunk size is a byte of the line; the rest, up to CRLF, is skipped.";
    CHUNK_LINE_CR_SPACE: CHUNK_LINE_END "chunk-line-cr-space" "Reads a bare CR between the chunk size and the semicolon of an extension as whitespace.";
    CHUNK_LINE_CR_ANY: CHUNK_LINE_END "chunk-line-cr-any" "A CR and any one byte right after the chunk size end the line.";
    CHUNK_LINE_CR: CHUNK_LINE_END "chunk-line-cr" "A bare CR right after the chunk size ends the line.";
    CHUNK_LINE_CR_WAITS: CHUNK_LINE_END "chunk-line-cr-waits" "Waits without end at a bare CR in a chunk line: only the first CR is looked at.";
    EXTENSION_LF_ENDS: CHUNK_LINE_END "extension-lf-ends" "A bare LF in a chunk extension ends the line." as "term";
    EXTENSION_LF_KEPT: CHUNK_LINE_END "extension-lf-kept" "A bare LF in a chunk extension is a byte of it; the rest, up to CRLF, is skipped." as "ext";
    EXTENSION_CR_ANY: CHUNK_LINE_END "extension-cr-any" "A CR and any one byte in a chunk extension end the line." as "term";
    EXTENSION_CR_ENDS: CHUNK_LINE_END "extension-cr-ends" "A bare CR in a chunk extension ends the line." as "term";
    EXTENSION_CR_KEPT: CHUNK_LINE_END "extension-cr-kept" "A bare CR in a chunk extension is a byte of it; the rest, up to CRLF, is skipped." as "ext";
    EXTENSION_QUOTED_CRLF: CHUNK_EXTENSION_QUOTE "extension-quoted-crlf" "CRLF inside a quoted extension value is part of it." as "ext";
    EXTENSION_UNBALANCED: CHUNK_EXTENSION_QUOTE "extension-unbalanced" "CRLF ends the line also inside a quoted extension value." as "term";
    EXTENSION_EMPTY: CHUNK_EXTENSION "extension-empty" "Accepts a semicolon with no extension name after it, or an equals sign with no value, before CRLF or the next semicolon.";
    EXTENSION_VALUE_EMPTY: CHUNK_EXTENSION "extension-value-empty" "Accepts an equals sign with no value after it, before CRLF or the next semicolon.";
    EXTENSION_ANY: CHUNK_EXTENSION "extension-any" "Skips an extension of visible characters, whitespace and bytes from 0x80 up to CRLF, whatever its grammar and quotes.";
    EXTENSION_CONTROL: CHUNK_EXTENSION "extension-control" "Skips an extension with control characters (except CR and LF) up to CRLF.";
    EXTENSION_CUT: CHUNK_EXTENSION_LENGTH "extension-cut" "Of a chunk line longer than 255 bytes, the chunk data begins after the 255th.";
    CHUNK_LINE_WHOLE: CHUNK_LINE_END "chunk-line-whole" "Judges a chunk line, and what follows the chunk data, only once CRLF has come: waits until then." by READING;

    // Chunk data and what follows it.
    DATA_ANY_TWO: CHUNK_DATA_END "data-any-two" "Any two bytes follow the chunk data." as "two";
    DATA_ANY_ONE: CHUNK_DATA_END "data-any-one" "Any one byte follows the chunk data, unless CRLF does." as "one";
    DATA_LF: CHUNK_DATA_END "data-lf" "A bare LF may follow the chunk data." as "term";
    DATA_CR: CHUNK_DATA_END "data-cr" "A bare CR may follow the chunk data." as "term";
    DATA_CRCRLF: CHUNK_DATA_END "data-crcrlf" "CR CR LF may follow the chunk data.";
    DATA_SPILL: CHUNK_DATA_END "data-spill" "Skips all between the chunk data and the next CRLF." as "spill";
    DATA_SPILL_LF: CHUNK_DATA_END "data-spill-lf" "Skips all between the chunk data and the next LF." as "spill";
    DATA_NONE: CHUNK_DATA_END "data-none" "Nothing need follow the chunk data." as "zero";

    // The last chunk and the trailer section.
    LAST_CHUNK_EXACT: LAST_CHUNK "last-chunk-exact" "Only the line 0 CRLF is the last chunk; any other of size zero is an empty chunk." by DECODES;
    LAST_SEARCHED: LAST_CHUNK "last-searched" "0 CRLF CRLF in a chunk, its line without the first byte included, ends the message.";
    LAST_ANY_TWO: LAST_CHUNK "last-any-two" "Any two bytes after the last chunk end the message." as "two" by DECODES;
    LAST_ENDS: LAST_CHUNK "last-ends" "The last chunk ends the message, with CRLF if it follows; there is no trailer section." by DECODES;
    CLOSE_ENDS_CHUNKS: MESSAGE_COMPLETE "close-ends-chunks" "The end of the stream where a chunk size, or a line of the trailer section, would begin ends the message.";
    // RFC 9112 §2.2 speaks of "the line terminator for the start-line and fields". The line that ends the section is an empty one
    // in the words of §7.1: "possibly followed by a trailer section, and finally terminated by an empty line". The empty line that
    // ends the header section is no more of a field line than that one, and readers may end both with LF. A chunk line, and what
    // follows chunk data, are neither lines of a section nor fields.
    TRAILER_LF: BARE_LF "trailer-lf" "A bare LF ends a line of the trailer section, and the section." as "term" by LINE_FEED;
    // Nothing tells a reader that keeps LF or NUL in a trailer field from one that replaces them by SP, or drops the field, as
    // RFC 9110 §5.5 and RFC 9112 §7.1.2 permit: trailer fields are not looked at.
    TRAILER_LF_KEPT: BARE_LF "trailer-lf-kept" "A bare LF in the trailer section is a byte of its line, or SP; the rest, up to CRLF, is skipped." as "trail" by VALUE_REPLACED;
    TRAILER_EMPTY_CR_ANY: BARE_CR "trailer-empty-cr-any" "A CR and any one byte in place of the empty line end the trailer section." as "term";
    TRAILER_EMPTY_CR: BARE_CR "trailer-empty-cr" "A bare CR in place of the empty line ends the trailer section." as "term";
    TRAILER_CRCRLF: BARE_CR "trailer-crcrlf" "Two or more CR before LF end a line of the trailer section." by LINE_FEED;
    TRAILER_CR_SPACE: BARE_CR "trailer-cr-space" "A bare CR in a line of the trailer section, also at its beginning, is replaced by SP." as "trail" by CARRIAGE_RETURN_SPACE;
    TRAILER_CR: BARE_CR "trailer-cr" "Accepts a bare CR as a byte of a line of the trailer section." as "trail";
    TRAILER_FOLD: OBS_FOLD "trailer-fold" "A line of the trailer section that begins with SP or HTAB, after a field line, is skipped." by TRAILERS;
    TRAILER_SPACE_ENDS: TRAILER_SPACE "trailer-space-ends" "A line of SP and HTAB only ends the trailer section.";
    TRAILER_SPACE_ANY: TRAILER_SPACE "trailer-space-any" "A line of the trailer section that begins with SP or HTAB is skipped, also the first.";
    TRAILER_ANY_LINE: FIELD_COLON "trailer-any-line" "Skips a line of the trailer section that has no colon, whatever bytes it holds.";
    TRAILER_BAD_ENDS: FIELD_COLON "trailer-bad-ends" "A line of the trailer section that has no colon, and neither CR nor LF but at its end (CRLF), ends the message." past FIELD_NAME;
    TRAILER_LONG_ENDS: HEAD_LIMIT "trailer-long-ends" "A line of the trailer section of more than 8192 bytes ends the message.";
    TRAILER_VALUE_ANY: FIELD_VALUE "trailer-value-any" "Accepts any byte but CR and LF in the value of a trailer field, as it is or as SP." by VALUE_REPLACED;
    TRAILER_VALUE_CONTROL: FIELD_VALUE_CONTROL "trailer-value-control" "Accepts control characters (except NUL, CR and LF) and DEL in the value of a trailer field.";
    TRAILER_ANY_BYTE: FIELD_NAME "trailer-any-byte" "Accepts any byte but CR, LF and colon in the name, and but CR and LF in the value, of a trailer field.";
    TRAILER_NAME_EMPTY: FIELD_NAME_EMPTY "trailer-name-empty" "Accepts a trailer field without a name.";
    TRAILER_LENGTH: TRAILER_FRAMING "trailer-length" "A Content-Length of digits in the trailer section, the last one if several, is the length of a body that follows the section.";
}
