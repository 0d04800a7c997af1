//! Standard output whose reader may go away.

use std::io::{self, Write};

/// Passes on what is written, until the reader of the pipe has gone.
pub struct Pipe<'a> {
    out: &'a mut dyn Write,
    /// Whether writing goes on, to nowhere, once the reader is gone.
    goes_on: bool,
    is_closed: bool,
}

impl<'a> Pipe<'a> {
    /// Passes on to `out`.
    pub fn new(out: &'a mut dyn Write, goes_on: bool) -> Self {
        Self {
            out,
            goes_on,
            is_closed: false,
        }
    }

    /// The result, or that all is written when the reader is gone and this goes on.
    fn forgive<T>(&mut self, done: io::Result<T>, all: T) -> io::Result<T> {
        match done {
            Err(error) if self.goes_on && error.kind() == io::ErrorKind::BrokenPipe => {
                self.is_closed = true;
                Ok(all)
            }
            done => done,
        }
    }
}

impl Write for Pipe<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.is_closed {
            return Ok(bytes.len());
        }
        let written = self.out.write(bytes);
        self.forgive(written, bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.is_closed {
            return Ok(());
        }
        let flushed = self.out.flush();
        self.forgive(flushed, ())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes so many bytes, then has no reader.
    struct Leaves(usize);

    impl Write for Leaves {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let taken = bytes.len().min(self.0);
            self.0 -= taken;
            match taken {
                0 => Err(io::ErrorKind::BrokenPipe.into()),
                taken => Ok(taken),
            }
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn only_a_verdict_goes_on_without_a_reader() {
        for (goes_on, is_well) in [(true, true), (false, false)] {
            let mut leaves = Leaves(3);
            let mut pipe = Pipe::new(&mut leaves, goes_on);
            assert!(pipe.write_all(b"abc").is_ok());
            assert_eq!(pipe.write_all(b"def").is_ok(), is_well);
            assert_eq!(pipe.write_all(b"ghi").is_ok(), is_well);
        }
    }
}
