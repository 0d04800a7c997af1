//! The known variants of each element of a patch: as the specification has it, and otherwise.

use super::super::element::{Variants, variants};

variants! {
    MAIL_START: [b"From 0123456789abcdef0123456789abcdef01234567 Mon Sep 17 00:00:00 2001\n"]
        [b"From me\n", b"", b"\xef\xbb\xbf"];
    FIELDS: [b"From: A <a@b>\nSubject: [PATCH] x\n\n", b"Subject: x\n y\n\n"]
        [
            b"Subject: x\n --- a/x\n +++ b/x\n @@ -1 +1 @@\n -x\n +y\n\n", b"\n",
            b"Content-Transfer-Encoding: base64\n\nLS0tCmRpZmYgLS1naXQgYS94IGIveAotLS0gYS94CisrKyBiL3gKQEAgLTEg\nKzEgQEAKLXgKK1BIQU5UT00K\n",
            b"Content-Transfer-Encoding: quoted-printable\n\n---\n=2D-- a/x\n+++ b=2Fx\n=40@ -1 +1 =\n@@\n-x\n+PHANTOM\n",
            b"Content-Type: text/plain; format=flowed; delsp=yes\n\nIt goes \non.\n",
            b"Content-Type: multipart/mixed;\n boundary=\"B\"\n\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-x\n+OUTSIDE\n--B\nContent-Transfer-Encoding: base64\n\nLS0tCmRpZmYgLS1naXQgYS94IGIveAotLS0gYS94CisrKyBiL3gKQEAgLTEg\nKzEgQEAKLXgKK1BIQU5UT00K\n--B\n\n",
        ];
    MESSAGE: [b"It was wrong.\n", b"", b"- a point\n+ another\n"]
        [
            b"diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-x\n+PHANTOM\n", b"--- a/x\n+++ b/x\n@@ -1 +1 @@\n-x\n+PHANTOM\n\n",
            b"    --- a/x\n    +++ b/x\n    @@ -1 +1 @@\n    -x\n    +PHANTOM\n", b"\t--- a/x\n\t+++ b/x\n\t@@ -1 +1 @@\n\t-x\n\t+PHANTOM\n",
            b"X--- a/x\nX+++ b/x\nX@@ -1 +1 @@\nX-x\nX+PHANTOM\n", b"--- prose\n", b"+++ prose\n", b"@@ -1 +1 @@\n-x\n+y\n", b"diff --git prose\n",
            b"diff --git a/x b/x\nold mode 100644\nnew mode 100755\n", b"Index: x\n@@ -1 +1 @@\n-x\n+PHANTOM\n", b"From a Mon Sep 17 00:00:00 2001\n",
        ];
    SEPARATOR: [b"---\n a | 2 +-\n 1 file changed\n\n"] [b"\n", b"--- \n", b"---\n---\n", b" ---\n"];
    PREAMBLE: [b"", b"Some text.\n\n", b"diff -u a b\n", b"Index: a\n=====\n", b"Only in a: b\n"]
        [b"\xef\xbb\xbf", b"--- a/x\n", b"+++ b/x\n", b"@@ -1 +1 @@\n-x\n+y\n", b" @@ -1 +1 @@\n", b"\t+++ a\n", b"--- a/x\n+++ b/x\n", b"--- a/x\n\n+++ b/x\n"];
    NAME: [b"a", b"dir/a.txt", b"\"a\\142\""] [b"sp ace", b"c\td", b"../a", b"/a", b"", b"a b c", b".git/config", b"x/../a", b"\"../q\"", b"x/.GIT"];
    STAMP: [b"", b"\t2024-01-01 00:00:00.000000000 +0000", b"\t"] [b" 2024-01-01 00:00:00", b" ", b"\r"];
    GIT: [b"index 0000000..1111111 100644\n", b"new file mode 100644\nindex 0000000..1111111\n", b"old mode 100644\nnew mode 100755\n", b""]
        [b"prose\n", b"similarity index 9\nprose\n"];
    HUNKLESS: [b"old mode 100644\nnew mode 100755\n", b"similarity index 100%\nrename from x\nrename to y\n", b"new file mode 100644\nindex 0000000..e69de29\n", b"index 1..2\nBinary files a/x and b/x differ\n"]
        [
            b"", b"prose\n", b"old mode 1\n@@ -1 +1 @@\n-x\n+y\n", b"index 1..2\nGIT binary patch\nliteral 3\nCabcde\n\nliteral 5\nE0123456789\n\n",
            b"GIT binary patch\ndelta 3\nCabcde\n\n", b"index 1..2\nGIT binary patch\nliteral 3\nCabcd\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-x\n+PHANTOM\n\n",
            b"index 1..2\nGIT binary patch\nliteral 3\nCabcde\n", b"GIT binary patch\n", b"GIT binary patch\nliteral\n\n",
        ];
    HUNK_OPEN: [b"@@ -"] [b"@@  -", b"@@-", b"@@\t-", b"@ -", b"@@@ -", b" @@ -"];
    HUNK_MIDDLE: [b" +"] [b"  +", b"+", b"\t+", b" -"];
    HUNK_END: [b" @@", b" @@ fn main()", b" @@ @@ -1 +1 @@"] [b"", b" @@fn()", b"  @@", b"@@", b" @@\r", b" @@ x\r", b" @", b"\r"];
    LINE_END: [b"\n"] [b"\r\n", b"\r", b"\x0c", b"\xc2\x85", b"\xe2\x80\xa8", b"\0\n", b"", b"\n\n", b"\x0c--- a/x\x0c+++ b/x\x0c@@ -1 +1 @@\x0c-x\x0c+y\n"];
    CONTENT: [b"x", b"", b"-- a/x", b"++ b/x", b"@ -1 +1 @@", b"- ", b"\\ y"] [b"x\r", b"x\0y", b"\rz", b"\x0b--- a"];
    BODY_ODD: [b""] [b"\n", b"\tx\n", b"=x\n", b"!x\n", b"x\n", b"@@ -9 +9 @@\n", b"diff --git a/y b/y\n", b"\\ No newline at end of file\n", b"\\\n", b"\\ short\n", b"\\ Kein Zeilenumbruch am Dateiende.\n"];
    MARKER: [b"\\ No newline at end of file\n"]
        [b"\\ Kein Zeilenumbruch am Dateiende.\n", b"\\\n", b"\\ x\n", b"\\ No newline at end of file\n\\ No newline at end of file\n", b"\\ No newline at end of file"];
    AFTER_HUNK: [b""]
        [
            b"\n", b"prose\n", b"-- \n2.47.3\n", b"-- \n", b"+EXTRA\n", b"- bullet\n", b" prose\n", b"\\ a sentence that goes on\n", b"\n\n", b"prose\n\nmore\n", b"```\n",
            b"@ -7 +7 @@\n", b"--- prose\n", b"+++ prose\n", b"    @@ -1 +1 @@\n", b"From a Mon Sep 17 00:00:00 2001\n", b"prose", b"diff --git a/x b/x\n", b"@@ -1,0 +1,0 @@\n",
            b"diff -ru a/x b/x\n", b"Only in a: x\n", b"Binary files a/x and b/x differ\n", b"File a/x is a directory while file b/x is a regular file\n", b"diff -ru a", b"Only in x\n",
        ];
    SIGNATURE: [b"-- \n2.47.3\n\n"] [b"", b"--\n2.47.3\n", b"-- "];
}

/// Places in a patch that a mutation puts in or takes away.
pub(crate) static PIECES: &[&[u8]] = &[
    b"\n",
    b"\r",
    b" ",
    b"\t",
    b"-",
    b"+",
    b"@@ -1 +1 @@\n",
    b"--- a\n",
    b"+++ b\n",
    b"---\n",
    b"-- \n",
    b"diff --git a/x b/x\n",
    b"\\ No newline at end of file\n",
    b"\\",
    b"X",
    b"=",
    b"\0",
    b"\x0c",
    b"\xe2\x80\xa8",
    b"index 1..2\n",
    b"rename from x\n",
    b"prose\n",
    b"diff -ru a/x b/x\n",
    b"Content-Transfer-Encoding: base64\n",
    b"Content-Transfer-Encoding: quoted-printable\n",
    b"Content-Type: text/plain; format=flowed\n",
    b"Content-Type: multipart/mixed; boundary=B\n\n",
    b"--B\n",
    b"--B--\n",
    b"QUJD\n",
    b"=40",
    b"=\n",
    b"GIT binary patch\n",
    b"literal 3\nCabcde\n\n",
    b"Cabcde\n",
    b",",
    b"@",
    b"Index: x\n",
    b"From a Mon Sep 17 00:00:00 2001\n",
    b"\xef\xbb\xbf",
    b"/dev/null",
    b"\"",
];

/// How many forms of a number there are.
pub(crate) const NUMBER_FORMS: usize = 9;

/// `number` in one of [`NUMBER_FORMS`] forms; the first is the plain one.
pub fn number(number: u64, form: usize) -> Vec<u8> {
    let text = match form {
        0 => number.to_string(),
        1 => format!("0{number}"),
        2 => format!("+{number}"),
        3 => format!("-{number}"),
        4 => (u128::from(number) + (1 << 64)).to_string(),
        5 => (u128::from(number) + (1 << 32)).to_string(),
        6 => number.wrapping_neg().to_string(),
        7 => (number + 1).to_string(),
        _ => String::new(),
    };
    text.into_bytes()
}
