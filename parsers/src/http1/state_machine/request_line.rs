//! The request-line, byte by byte.

use super::{Field, MORE, Machine, Method, State, Step, is_tchar, lenient, rules};

/// What the next byte is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Request {
    Start,
    StartLf,
    Method,
    Target,
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
    /// `ALPHA *( ALPHA / DIGIT / "+" / "-" / "." )`, then as many bytes of `://`.
    Scheme(u8),
    Absolute,
    /// Of an authority: the host, the colon that may be its end, and digits after that.
    Host,
    Colon,
    Port,
    Wrong,
}

impl Machine<'_, '_> {
    pub(super) fn request(&mut self, state: Request, byte: u8) -> Step {
        match (state, byte) {
            (Request::Start, b'\r') => {
                self.mark = self.at;
                self.go(State::Request(Request::StartLf))
            }
            (Request::Start, b'\n') => self.refuse(&rules::LEADING_EMPTY_LINE, self.at),
            (Request::StartLf, b'\n') => {
                self.draft.waive(&lenient::LEADING_CRLFS, self.mark);
                self.line = self.at + 1;
                self.go(State::Request(Request::Start))
            }
            (Request::StartLf, _) => self.refuse(&rules::LEADING_EMPTY_LINE, self.mark),
            (Request::Start | Request::Method, _) if is_tchar(byte) => {
                self.spell(byte);
                self.go(State::Request(Request::Method))
            }
            (Request::Start, _) => self.refuse(&rules::METHOD_TOKEN, self.at),
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
                self.refuse(&rules::REQUEST_LINE_SPACE, self.at)
            }
            (Request::Method | Request::Target, b'\r' | b'\n') => {
                self.refuse(&rules::REQUEST_LINE_PARTS, self.at)
            }
            (Request::Method, _) => self.refuse(&rules::METHOD_TOKEN, self.at),
            (Request::Target, b' ') => self.target_end(),
            (Request::Target, _) => self.target(byte),
            (Request::Version, _) => self.version(byte),
            (Request::End, b'\r') => self.go(State::Request(Request::Lf)),
            (Request::End, b'\n') => self.refuse(&rules::BARE_LF, self.at),
            (Request::End, b' ' | b'\t' | 0x0b | 0x0c) => {
                self.refuse(&rules::REQUEST_LINE_SPACE, self.at)
            }
            (Request::End, _) => self.refuse(&rules::HTTP_VERSION, self.mark),
            (Request::Lf, b'\n') => self.go(State::Field(Field::Start)),
            (Request::Lf, _) => self.refuse(&rules::BARE_CR, self.at - 1),
        }
    }

    fn target(&mut self, byte: u8) -> Step {
        match byte {
            0x80.. => self.draft.waive(&lenient::TARGET_HIGH, self.at),
            b'"' | b'#' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}' => {
                self.draft.waive(&lenient::TARGET_DELIMITERS, self.at);
            }
            b'!'..=b'~' => {}
            _ => return self.refuse(&rules::TARGET_CHARACTER, self.at),
        }
        self.form = match (self.form, byte) {
            (Form::Origin | Form::Absolute | Form::Wrong, _) => self.form,
            _ if self.method == Method::Connect => match (self.form, byte) {
                (_, b'/' | b'?' | b'@') => Form::Wrong,
                (Form::Nothing, _) => Form::Host,
                (_, b':') => Form::Colon,
                (Form::Colon | Form::Port, b'0'..=b'9') => Form::Port,
                _ => Form::Host,
            },
            (Form::Nothing, b'/') => Form::Origin,
            (Form::Nothing, b'*') => Form::Asterisk,
            (Form::Nothing, _) if byte.is_ascii_alphabetic() => Form::Scheme(0),
            (Form::Scheme(0), b'+' | b'-' | b'.') => self.form,
            (Form::Scheme(0), _) if byte.is_ascii_alphanumeric() => self.form,
            (Form::Scheme(0), b':') => Form::Scheme(1),
            (Form::Scheme(seen @ (1 | 2)), b'/') => Form::Scheme(seen + 1),
            (Form::Scheme(3), _) => Form::Absolute,
            _ => Form::Wrong,
        };
        MORE
    }

    fn target_end(&mut self) -> Step {
        let fits = match self.form {
            Form::Nothing => return self.refuse(&rules::REQUEST_LINE_SPACE, self.at),
            Form::Origin | Form::Absolute | Form::Port => true,
            Form::Asterisk => self.method == Method::Options,
            Form::Scheme(_) | Form::Host | Form::Colon | Form::Wrong => false,
        };
        if !fits {
            return self.refuse(&rules::TARGET_FORM, self.mark);
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
            (0, b' ' | b'\t' | 0x0b | 0x0c) => self.refuse(&rules::REQUEST_LINE_SPACE, self.at),
            (0, b'\r' | b'\n') => self.refuse(&rules::REQUEST_LINE_PARTS, self.at),
            _ if !fits => self.refuse(&rules::HTTP_VERSION, self.mark),
            (5, _) => {
                self.left = u64::from(byte - b'0');
                MORE
            }
            (7, _) if self.left != 1 => self.refuse(&rules::MAJOR_VERSION, self.mark),
            (7, b'2'..) => self.refuse(&rules::MINOR_VERSION, self.mark),
            (7, _) => {
                self.minor = byte - b'0';
                self.go(State::Request(Request::End))
            }
            _ => MORE,
        }
    }
}
