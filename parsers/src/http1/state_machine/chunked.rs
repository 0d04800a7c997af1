//! The chunked transfer coding, byte by byte.

use super::{Field, MORE, Machine, State, Step, is_tchar, lenient, rules};

/// What the next byte is, outside of extensions.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Chunk {
    Start,
    Size,
    Space,
    /// The LF after a CR that whitespace precedes.
    SpaceLf,
    SizeLf,
    Data,
    DataCr,
    DataLf,
}

/// What the next byte is, in an extension.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Extension {
    /// After a semicolon.
    Semicolon,
    Name,
    /// Whitespace after a name.
    NameSpace,
    /// After an equals sign.
    Equals,
    Token,
    Quoted,
    /// After a backslash in a quoted-string.
    Escaped,
    /// After a quoted-string.
    Unquoted,
    /// Whitespace after a value.
    ValueSpace,
    /// The LF after a CR, and whether the extension may end there.
    Lf(Ending),
}

/// What a CR in an extension breaks off.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    Whole,
    Cut,
    InQuotes,
}

impl Machine<'_, '_> {
    pub(super) fn chunk(&mut self, state: Chunk, byte: u8) -> Step {
        match (state, byte) {
            (Chunk::Start, _) => {
                self.mark = self.at;
                self.left = 0;
                self.state = State::Chunk(Chunk::Size);
                match hex(byte) {
                    Some(_) => self.chunk(Chunk::Size, byte),
                    None => self.reject(&rules::CHUNK_SIZE, self.mark),
                }
            }
            (Chunk::Size, b'\r') => self.go(State::Chunk(Chunk::SizeLf)),
            (Chunk::Size, b'\n') => self.reject(&rules::CHUNK_LINE_END, self.at),
            (Chunk::Size | Chunk::Space, b';') => self.go(State::Extension(Extension::Semicolon)),
            (Chunk::Size, b' ' | b'\t') => {
                self.value = self.at;
                self.go(State::Chunk(Chunk::Space))
            }
            (Chunk::Size, _) => {
                let Some(digit) = hex(byte) else {
                    return self.reject(&rules::CHUNK_SIZE, self.mark);
                };
                if self.left >> 60 != 0 {
                    return self.reject(&rules::CHUNK_SIZE_OVERFLOW, self.mark);
                }
                self.left = self.left << 4 | digit;
                MORE
            }
            (Chunk::Space, b' ' | b'\t') => MORE,
            (Chunk::Space, b'\r') => self.go(State::Chunk(Chunk::SpaceLf)),
            (Chunk::SpaceLf, b'\n') => {
                self.draft.relax(&lenient::CHUNK_SPACE_AFTER, self.value);
                self.chunk_line_ends()
            }
            (Chunk::Space | Chunk::SpaceLf, _) => self.reject(&rules::CHUNK_SIZE_SPACE, self.value),
            (Chunk::SizeLf, b'\n') => self.chunk_line_ends(),
            (Chunk::SizeLf, _) => self.reject(&rules::CHUNK_LINE_END, self.at - 1),
            (Chunk::Data, _) => {
                self.left -= 1;
                if self.left == 0 {
                    self.draft.part(0, self.mark, self.at + 1);
                    self.state = State::Chunk(Chunk::DataCr);
                }
                MORE
            }
            (Chunk::DataCr, b'\r') => self.go(State::Chunk(Chunk::DataLf)),
            (Chunk::DataLf, b'\n') => self.go(State::Chunk(Chunk::Start)),
            (Chunk::DataCr, _) => self.reject(&rules::CHUNK_DATA_END, self.at),
            (Chunk::DataLf, _) => self.reject(&rules::CHUNK_DATA_END, self.at - 1),
        }
    }

    fn chunk_line_ends(&mut self) -> Step {
        self.mark = self.at + 1;
        if self.left > 0 {
            return self.go(State::Chunk(Chunk::Data));
        }
        self.in_trailer = true;
        self.first_line = true;
        self.go(State::Field(Field::Start))
    }

    /// chunk-ext = *( BWS ";" BWS chunk-ext-name [ BWS "=" BWS chunk-ext-val ] )
    pub(super) fn extension(&mut self, state: Extension, byte: u8) -> Step {
        use Extension::{
            Equals, Escaped, Lf, Name, NameSpace, Quoted, Semicolon, Token, Unquoted, ValueSpace,
        };
        let next = match (state, byte) {
            (Lf(Ending::Whole), b'\n') => return self.chunk_line_ends(),
            (Lf(Ending::Cut), b'\n') => return self.reject(&rules::CHUNK_EXTENSION, self.at - 1),
            (Lf(Ending::InQuotes), b'\n') => {
                return self.reject(&rules::CHUNK_EXTENSION_QUOTE, self.at - 1);
            }
            (Lf(_), _) => return self.reject(&rules::CHUNK_LINE_END, self.at - 1),
            (_, b'\n') => return self.reject(&rules::CHUNK_LINE_END, self.at),
            (Name | Token | Unquoted, b'\r') => Lf(Ending::Whole),
            (Quoted | Escaped, b'\r') => Lf(Ending::InQuotes),
            (_, b'\r') => Lf(Ending::Cut),
            (Quoted, b'"') => Unquoted,
            (Quoted, b'\\') => Escaped,
            (Quoted | Escaped, b'\t' | b' '..=b'~' | 0x80..) => Quoted,
            (Semicolon | Equals, b' ' | b'\t') => state,
            (Semicolon | Name, _) if is_tchar(byte) => Name,
            (Equals | Token, _) if is_tchar(byte) => Token,
            (Equals, b'"') => Quoted,
            (Name | NameSpace, b' ' | b'\t') => NameSpace,
            (Name | NameSpace, b'=') => Equals,
            (Token | Unquoted | ValueSpace, b' ' | b'\t') => ValueSpace,
            (Name | NameSpace | Token | Unquoted | ValueSpace, b';') => Semicolon,
            _ => return self.reject(&rules::CHUNK_EXTENSION, self.at),
        };
        self.go(State::Extension(next))
    }
}

fn hex(byte: u8) -> Option<u64> {
    char::from(byte).to_digit(16).map(u64::from)
}
