//! The request-line, byte by byte.

use super::{Field, MORE, Machine, Method, State, Step, host, is_tchar, lenient, rules};

/// What the next byte is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Request {
    Start,
    StartLf,
    Method,
    Target,
    /// The byte after a CR that stands before the three parts are there.
    EarlyLf,
    Version,
    End,
    Lf,
}

/// How far the target has shown its form.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Nothing,
    Origin,
    Asterisk,
    /// `ALPHA *( ALPHA / DIGIT / "+" / "-" / "." )`, its colon, a slash, digits only, anything else after it.
    Scheme,
    Colon,
    Slash,
    Digits,
    Path,
    /// After `//`, which is kept, and after that.
    Authority,
    Query,
    /// The target of CONNECT, which is kept.
    Host,
    Wrong,
}

impl Machine<'_, '_> {
    pub(super) fn request(&mut self, state: Request, byte: u8) -> Step {
        match (state, byte) {
            (Request::Start, b'\r') => {
                self.mark = self.at;
                self.go(State::Request(Request::StartLf))
            }
            (Request::Start, b'\n') => self.reject(&rules::LEADING_EMPTY_LINE, self.at),
            (Request::StartLf, b'\n') => {
                self.draft.relax(&lenient::LEADING_CRLFS, self.mark);
                self.line = self.at + 1;
                self.go(State::Request(Request::Start))
            }
            (Request::StartLf, _) => self.reject(&rules::LEADING_EMPTY_LINE, self.mark),
            (Request::Start | Request::Method, _) if is_tchar(byte) => {
                self.spell(byte);
                self.go(State::Request(Request::Method))
            }
            (Request::Start, _) => self.reject(&rules::METHOD_TOKEN, self.at),
            (Request::Method, b' ') => {
                self.method = match self.word() {
                    b"CONNECT" => Method::Connect,
                    b"TRACE" => Method::Trace,
                    b"OPTIONS" => Method::Options,
                    _ => Method::Other,
                };
                self.mark = self.at + 1;
                self.go(State::Request(Request::Target))
            }
            (Request::Method | Request::Target, b'\t' | 0x0b | 0x0c) => {
                self.reject(&rules::REQUEST_LINE_SPACE, self.at)
            }
            (Request::Method | Request::Target, b'\r') => self.go(State::Request(Request::EarlyLf)),
            (Request::Method | Request::Target, b'\n') => {
                self.reject(&rules::REQUEST_LINE_PARTS, self.at)
            }
            (Request::EarlyLf, b'\n') => self.reject(&rules::REQUEST_LINE_PARTS, self.at - 1),
            (Request::EarlyLf, _) => self.reject(&rules::BARE_CR, self.at - 1),
            (Request::Method, _) => self.reject(&rules::METHOD_TOKEN, self.at),
            (Request::Target, b' ') => self.target_end(),
            (Request::Target, _) => self.target(byte),
            (Request::Version, _) => self.version(byte),
            (Request::End, b'\r') => self.go(State::Request(Request::Lf)),
            (Request::End, b'\n') => self.reject(&rules::BARE_LF, self.at),
            (Request::End, b' ' | b'\t' | 0x0b | 0x0c) => {
                self.reject(&rules::REQUEST_LINE_SPACE, self.at)
            }
            (Request::End, _) => self.reject(&rules::HTTP_VERSION, self.mark),
            (Request::Lf, b'\n') => self.go(State::Field(Field::Start)),
            (Request::Lf, _) => self.reject(&rules::BARE_CR, self.at - 1),
        }
    }

    fn target(&mut self, byte: u8) -> Step {
        match byte {
            0x80.. => self.draft.relax(&lenient::TARGET_HIGH, self.at),
            b'"' | b'#' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}' => {
                self.draft.relax(&lenient::TARGET_DELIMITERS, self.at);
            }
            b'!'..=b'~' => {}
            _ => return self.reject(&rules::TARGET_CHARACTER, self.at),
        }
        self.form = match (self.form, byte) {
            (Form::Origin | Form::Query | Form::Wrong, _) => self.form,
            (_, b'/' | b'?' | b'#' | b'@') if self.method == Method::Connect => Form::Wrong,
            (Form::Nothing | Form::Host, _) if self.method == Method::Connect => {
                // The colon before the port cannot be told from others before the last byte.
                self.draft.scratch().text.push(byte);
                Form::Host
            }
            (Form::Nothing, b'/') => Form::Origin,
            (Form::Nothing, b'*') => Form::Asterisk,
            (Form::Nothing, _) if byte.is_ascii_alphabetic() => {
                self.word_len = 0;
                self.spell(byte.to_ascii_lowercase());
                Form::Scheme
            }
            (Form::Scheme, b':') => {
                self.is_http = matches!(self.word(), b"http" | b"https");
                Form::Colon
            }
            (Form::Scheme, _) if byte.is_ascii_alphanumeric() || b"+-.".contains(&byte) => {
                self.spell(byte.to_ascii_lowercase());
                self.form
            }
            (Form::Colon, b'/') => Form::Slash,
            (Form::Colon | Form::Digits, b'0'..=b'9') => Form::Digits,
            (Form::Slash, b'/') => Form::Authority,
            (Form::Authority, b'/' | b'?' | b'#') => Form::Query,
            (Form::Authority, _) => {
                self.draft.scratch().text.push(byte);
                self.form
            }
            (Form::Colon | Form::Slash | Form::Digits | Form::Path, _) => Form::Path,
            _ => Form::Wrong,
        };
        MORE
    }

    fn target_end(&mut self) -> Step {
        let text = std::mem::take(&mut self.draft.scratch().text);
        let fault = match self.form {
            Form::Nothing => Some((&rules::REQUEST_LINE_SPACE, self.at)),
            Form::Origin => None,
            Form::Asterisk if self.method == Method::Options => None,
            Form::Host => host::connect_fault(&text).map(|rule| (rule, self.mark)),
            Form::Authority | Form::Query => {
                host::authority_fault(&text, self.is_http).map(|rule| (rule, self.mark))
            }
            Form::Colon | Form::Slash | Form::Path if !self.is_http => None,
            _ => Some((&rules::TARGET_FORM, self.mark)),
        };
        let scratch = self.draft.scratch();
        scratch.text = text;
        scratch.text.clear();
        if let Some((rule, at)) = fault {
            return self.reject(rule, at);
        }
        self.mark = self.at + 1;
        self.go(State::Request(Request::Version))
    }

    /// HTTP-version = "HTTP" "/" DIGIT "." DIGIT
    fn version(&mut self, byte: u8) -> Step {
        let nth = self.at - self.mark;
        let fits = match nth {
            5 | 7 => byte.is_ascii_digit(),
            _ => b"HTTP/0.0".get(nth) == Some(&byte),
        };
        match (nth, byte) {
            (0, b' ' | b'\t' | 0x0b | 0x0c) => self.reject(&rules::REQUEST_LINE_SPACE, self.at),
            (0, b'\r') => self.go(State::Request(Request::EarlyLf)),
            (0, b'\n') => self.reject(&rules::REQUEST_LINE_PARTS, self.at),
            _ if !fits => self.reject(&rules::HTTP_VERSION, self.mark),
            (5, _) => {
                self.left = u64::from(byte - b'0');
                MORE
            }
            (7, _) if self.left != 1 => self.reject(&rules::MAJOR_VERSION, self.mark),
            (7, b'2'..) => self.reject(&rules::MINOR_VERSION, self.mark),
            (7, _) => {
                self.minor = byte - b'0';
                self.go(State::Request(Request::End))
            }
            _ => MORE,
        }
    }
}
