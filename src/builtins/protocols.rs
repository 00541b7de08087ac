//! Text forms of network protocols that scripts take apart themselves.

use std::net::IpAddr;
use std::rc::Rc;

use crate::value::{Address, Text};
use crate::vm::{Port, natives};

fn hex(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).map(|digit| digit as u8)
}

/// The byte that two hexadecimal digits stand for.
fn hex_pair(digits: [u8; 2]) -> Option<u8> {
    Some(hex(digits[0])? << 4 | hex(digits[1])?)
}

/// What stands behind a `%`: how many bytes of it are taken, and what they become. The text is not empty.
fn unescape(rest: &[u8], out: &mut Vec<u8>) -> usize {
    match *rest {
        // The first of two is as if it were not there.
        [b'%', _, ..] => 0,
        [high, low, ..] if hex_pair([high, low]).is_some() => {
            out.extend(hex_pair([high, low]));
            2
        }
        [b'u', a, b, c, d, ..] if hex_pair([a, b]).is_some() && hex_pair([c, d]).is_some() => {
            out.extend(hex_pair([a, b]).filter(|high| *high != 0));
            out.extend(hex_pair([c, d]));
            5
        }
        [other, ..] => {
            out.extend([b'%', other]);
            1
        }
        [] => {
            out.push(b'%');
            0
        }
    }
}

/// The byte that a pair of letters from `A` on stands for.
fn letter_pair(name: &[u8], place: usize) -> u8 {
    let nibble = |place: usize| name.get(place).map_or(0, |letter| letter.to_ascii_uppercase().wrapping_sub(b'A'));
    (nibble(2 * place) << 4).wrapping_add(nibble(2 * place + 1))
}

natives! {
    /// Gives a URI with the byte in place of each `%NN`, and likewise of `%uNNNN`, of which a first byte that is zero
    /// is left out.
    #[example("unescape_URI(\"a%20b%u0041%\")", "a bA%")]
    fn "unescape_URI" = "function(URI: string): string";
    |_vm, uri: Rc<Text>| -> Vec<u8> {
        let mut rest = uri.as_bytes();
        let mut out = Vec::with_capacity(rest.len());
        while let Some((&byte, behind)) = rest.split_first() {
            rest = behind;
            if byte == b'%' {
                let taken = unescape(rest, &mut out);
                rest = rest.get(taken..).unwrap_or_default();
            } else {
                out.push(byte);
            }
        }
        Ok(out)
    }

    /// Gives the name that a NetBIOS name of 32 letters stands for, up to the first byte that is no letter, digit or
    /// punctuation.
    #[example("decode_netbios_name(\"FEEIEFCAEOEFFEECEJEPFDCAEOEBENEF\")", "THE")]
    fn "decode_netbios_name" = "function(name: string): string";
    |_vm, name: Rc<Text>| -> Vec<u8> {
        let is_shown = |byte: &u8| byte.is_ascii_alphanumeric() || byte.is_ascii_punctuation() || *byte < 3;
        let bytes = (0..15).map(|place| letter_pair(name.as_bytes(), place));
        Ok(bytes.take_while(is_shown).collect())
    }

    /// Gives the type of service that the last two letters of a NetBIOS name of 32 letters stand for.
    #[example("decode_netbios_name_type(\"FEEIEFCAEOEFFEECEJEPFDCAEOEBENEF\")", "69")]
    fn "decode_netbios_name_type" = "function(name: string): count";
    |_vm, name: Rc<Text>| -> u64 {
        // In Bro the byte has a sign.
        Ok(i64::from(letter_pair(name.as_bytes(), 15) as i8) as u64)
    }

    /// Gives an address of IPv4 and a port as the command PORT of FTP has them.
    #[example("fmt_ftp_port(192.168.0.2, 257/tcp)", "192,168,0,2,1,1")]
    fn "fmt_ftp_port" = "function(a: addr, p: port): string";
    |vm, a: Address, p: Port| -> String {
        let IpAddr::V4(address) = a.0 else {
            vm.builtin_error_about("conversion of non-IPv4 address in fmt_ftp_port", &a.to_value());
            return Ok(String::new());
        };
        let ([a, b, c, d], [high, low]) = (address.octets(), p.0.to_be_bytes());
        Ok(format!("{a},{b},{c},{d},{high},{low}"))
    }
}

#[cfg(test)]
mod tests {
    use crate::builtins::testing::Natives;
    use crate::value::Value;

    #[test]
    fn uris_as_bro_reads_them() {
        let mut natives = Natives::new();
        for (uri, text) in [
            ("%41%7a", "Az"),
            ("a%", "a%"),
            ("a%4", "a%4"),
            ("%%41", "A"),
            ("%zz", "%zz"),
            ("%u0041x", "Ax"),
            ("%u4142", "AB"),
            ("%%", "%%"),
            ("", ""),
        ] {
            assert_eq!(natives.text("unescape_URI", &[Value::string(uri)]), text, "{uri}");
        }
    }

    #[test]
    fn short_netbios_names_are_filled_up() {
        let mut natives = Natives::new();
        assert_eq!(natives.text("decode_netbios_name", &[Value::string("ebec")]), "AB\0\0\0\0\0\0\0\0\0\0\0\0\0");
        assert_eq!(natives.text("decode_netbios_name_type", &[Value::string("")]), "0");
    }
}
