//! A connection of libhtp, which can be called only through its C interface. No panic may cross that: one
//! in libhtp ends the process.
#![allow(
    unsafe_code,
    reason = "outside its own tests, libhtp registers hooks and takes bytes through functions for C alone"
)]
#![deny(unsafe_op_in_unsafe_fn)]

use std::collections::VecDeque;
use std::ffi::c_void;
use std::ops::Range;
use std::ptr;

use parsers::http1::understood::{Understood, UnderstoodField};
use suricata_htp::HtpStatus;
use suricata_htp::bstr::Bstr;
use suricata_htp::c_api::bstr as strings;
use suricata_htp::c_api::config as settings;
use suricata_htp::c_api::connection_parser as calls;
use suricata_htp::c_api::header as fields;
use suricata_htp::c_api::transaction as requests;
use suricata_htp::config::{Config, HtpServerPersonality};
use suricata_htp::connection_parser::{ConnectionParser, HtpStreamState};
use suricata_htp::request::HtpMethod;
use suricata_htp::transaction::{Data, HtpRequestProgress, Transaction};

/// What libhtp said while it read, with how many bytes of what it was given last it had taken.
#[derive(Clone, Copy, Debug)]
pub(super) enum Event {
    /// It has read a request line.
    Line,
    /// It has read fields, of the head or of a trailer section, though not always all of them.
    Fields { taken: usize },
    /// It hands over the next so many bytes of [`Said::content`], which end where it has taken `taken`.
    Content { taken: usize, length: usize },
    /// A request is whole.
    Complete { taken: usize },
}

/// All that libhtp has said and that was not taken yet.
#[derive(Default)]
pub(super) struct Said {
    pub(super) events: VecDeque<Event>,
    pub(super) content: VecDeque<u8>,
    /// Of each request that is whole, what libhtp understood; it keeps trailer fields among those of the head.
    pub(super) requests: VecDeque<Understood>,
    /// Whether that is wanted.
    pub(super) wants_requests: bool,
    /// The addresses of what was given last.
    given: Range<usize>,
}

/// A configuration with the hooks of this module; it outlives every connection that is opened with it.
pub(super) struct Configuration(*mut Config);

impl Configuration {
    /// None when libhtp does not know the personality.
    pub(super) fn of(personality: HtpServerPersonality) -> Option<Self> {
        let configuration = Self(settings::htp_config_create());
        let raw = configuration.0;
        // SAFETY: `raw` was made above, is not null, and is not shared yet.
        let set = unsafe {
            settings::htp_config_register_request_line(raw, on_line);
            settings::htp_config_register_request_header_data(raw, on_fields);
            settings::htp_config_register_request_body_data(raw, on_content);
            settings::htp_config_register_request_trailer_data(raw, on_fields);
            settings::htp_config_register_request_complete(raw, on_complete);
            settings::htp_config_set_max_tx(raw, u32::MAX);
            settings::htp_config_set_server_personality(raw, personality)
        };
        (set == HtpStatus::OK).then_some(configuration)
    }

    /// A connection of which nothing has been read.
    pub(super) fn connect(&self) -> Connection<'_> {
        let said: *mut Said = Box::into_raw(Box::default());
        // SAFETY: the configuration is alive and stays so as long as the connection, which borrows it;
        // null stands for an address and for a time that are not known; `said` is freed only once the
        // parser that points to it has been.
        let parser = unsafe {
            let parser = calls::htp_connp_create(self.0);
            calls::htp_connp_open(parser, ptr::null(), 0, ptr::null(), 0, ptr::null());
            calls::htp_connp_set_user_data(parser, said.cast::<c_void>());
            parser
        };
        Connection {
            parser,
            said,
            _configuration: self,
        }
    }
}

impl Drop for Configuration {
    fn drop(&mut self) {
        // SAFETY: `htp_config_create` made it, nothing else frees it, and no connection is left.
        unsafe { settings::htp_config_destroy(self.0) }
    }
}

/// A connection and what libhtp says of it.
pub(super) struct Connection<'a> {
    parser: *mut ConnectionParser,
    said: *mut Said,
    _configuration: &'a Configuration,
}

impl Connection<'_> {
    /// Gives the next bytes, which must be some.
    pub(super) fn give(&mut self, piece: &[u8]) -> HtpStreamState {
        let given = piece.as_ptr_range();
        self.said().given = given.start.addr()..given.end.addr();
        let data = piece.as_ptr().cast::<c_void>();
        // SAFETY: the parser is alive, and `data` points to as many bytes as are announced; libhtp copies
        // what it keeps. The hooks that run meanwhile reach `said`, to which no reference is held here.
        unsafe { calls::htp_connp_request_data(self.parser, ptr::null(), data, piece.len()) }
    }

    /// Tells that nothing more comes from the client.
    pub(super) fn close(&mut self) {
        // SAFETY: as in `give`; a null time is one that is not known.
        unsafe { calls::htp_connp_request_close(self.parser, ptr::null()) }
    }

    /// How many bytes of those given last have been taken.
    pub(super) fn taken(&self) -> usize {
        // SAFETY: the parser is alive.
        unsafe { taken(self.parser) }
    }

    /// Whether a request has begun and is not whole.
    pub(super) fn is_in_request(&mut self) -> bool {
        // SAFETY: the parser is alive, and so thus is its current request, which is null only when there
        // is room for no more; null is asked about without harm.
        let progress = unsafe {
            let request = calls::htp_connp_get_request_tx(self.parser);
            requests::htp_tx_request_progress(request)
        };
        progress != HtpRequestProgress::NOT_STARTED
    }

    /// Whether the method of the request that has begun is CONNECT.
    pub(super) fn is_connect(&mut self) -> bool {
        // SAFETY: as in `is_in_request`.
        let method = unsafe {
            let request = calls::htp_connp_get_request_tx(self.parser);
            requests::htp_tx_request_method_number(request)
        };
        method == HtpMethod::CONNECT
    }

    /// What libhtp said and was not taken yet.
    pub(super) fn said(&mut self) -> &mut Said {
        // SAFETY: `said` was made by `connect`; only hooks use it otherwise, and they run only in calls
        // that need this connection exclusively, as does the reference that is returned.
        unsafe { &mut *self.said }
    }
}

impl Drop for Connection<'_> {
    fn drop(&mut self) {
        // SAFETY: both were made by `connect` and are freed here alone, the parser, which points to the
        // other, first.
        unsafe {
            calls::htp_connp_destroy_all(self.parser);
            drop(Box::from_raw(self.said));
        }
    }
}

/// How many bytes of those given last `parser` has taken.
///
/// # Safety
/// The parser is alive.
unsafe fn taken(parser: *const ConnectionParser) -> usize {
    // SAFETY: as the caller promises.
    let taken = unsafe { calls::htp_connp_request_data_consumed(parser) };
    usize::try_from(taken).unwrap_or(0)
}

/// Where to note what a hook of `parser` tells.
///
/// # Safety
/// The parser is that for which libhtp runs a hook, and the hook holds no other reference to what is
/// returned.
unsafe fn said<'a>(parser: *const ConnectionParser) -> Option<&'a mut Said> {
    // SAFETY: libhtp runs hooks for a parser that is alive. The data set for it is that of `connect`, which
    // outlives it, and to which nothing holds a reference in a call that may run a hook.
    unsafe { calls::htp_connp_user_data(parser).cast::<Said>().as_mut() }
}

unsafe extern "C" fn on_line(parser: *const ConnectionParser, _: *mut Transaction) -> HtpStatus {
    // SAFETY: libhtp runs this hook for the parser.
    if let Some(said) = unsafe { said(parser) } {
        said.events.push_back(Event::Line);
    }
    HtpStatus::OK
}

unsafe extern "C" fn on_fields(parser: *const ConnectionParser, _: *mut Data) -> HtpStatus {
    // SAFETY: libhtp runs this hook for the parser.
    if let (Some(said), taken) = unsafe { (said(parser), taken(parser)) } {
        said.events.push_back(Event::Fields { taken });
    }
    HtpStatus::OK
}

unsafe extern "C" fn on_content(parser: *const ConnectionParser, data: *mut Data) -> HtpStatus {
    // SAFETY: libhtp hands over data that lives as long as the hook runs; null, with no length, tells the
    // end of the content.
    let content = unsafe {
        let start = requests::htp_tx_data_data(data);
        let length = usize::try_from(requests::htp_tx_data_len(data)).unwrap_or(0);
        if start.is_null() || length == 0 {
            return HtpStatus::OK;
        }
        std::slice::from_raw_parts(start, length)
    };
    let (length, start) = (content.len(), content.as_ptr().addr());
    // SAFETY: libhtp runs this hook for the parser.
    if let (Some(said), taken) = unsafe { (said(parser), taken(parser)) } {
        // A body is handed over where it stands and taken afterwards. A line that comes after a request is
        // taken first, and a copy of it handed over.
        let taken = if said.given.contains(&start) {
            start - said.given.start + length
        } else {
            taken
        };
        said.events.push_back(Event::Content { taken, length });
        said.content.extend(content);
    }
    HtpStatus::OK
}

/// What libhtp has understood of a request.
///
/// # Safety
/// The request is alive.
unsafe fn understood(request: *const Transaction) -> Understood {
    // SAFETY: as the caller promises: what is there is alive, and what is not there is null.
    let text = |text: *const Bstr| unsafe {
        match text.is_null() {
            true => Vec::new(),
            false => bytes(strings::bstr_ptr(text), strings::bstr_len(text)),
        }
    };
    // SAFETY: as the caller promises.
    let (method, target, count) = unsafe {
        (
            text(requests::htp_tx_request_method(request)),
            text(requests::htp_tx_request_uri(request)),
            requests::htp_tx_request_headers_size(request),
        )
    };
    let fields = (0..usize::try_from(count).unwrap_or(0)).map(|nth| {
        // SAFETY: as the caller promises; a field that is not there is null, which is asked about without harm.
        unsafe {
            let field = requests::htp_tx_request_header_index(request, nth);
            let name_length = usize::try_from(fields::htp_header_name_len(field)).unwrap_or(0);
            UnderstoodField {
                name: bytes(fields::htp_header_name_ptr(field), name_length),
                value: text(fields::htp_header_value(field)),
            }
        }
    });
    Understood {
        method,
        target,
        fields: fields.collect(),
        trailers: Vec::new(),
    }
}

/// A copy of so many bytes.
///
/// # Safety
/// There are so many, or `start` is null.
unsafe fn bytes(start: *const u8, length: usize) -> Vec<u8> {
    match start.is_null() {
        true => Vec::new(),
        // SAFETY: as the caller promises.
        false => unsafe { std::slice::from_raw_parts(start, length).to_vec() },
    }
}

unsafe extern "C" fn on_complete(
    parser: *const ConnectionParser,
    request: *mut Transaction,
) -> HtpStatus {
    // SAFETY: libhtp runs this hook for the parser.
    if let (Some(said), taken) = unsafe { (said(parser), taken(parser)) } {
        if said.wants_requests {
            // SAFETY: libhtp runs this hook for the request.
            said.requests.push_back(unsafe { understood(request) });
        }
        said.events.push_back(Event::Complete { taken });
    }
    HtpStatus::OK
}
