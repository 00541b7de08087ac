use crate::source::{FileId, Symbol};
use crate::syntax::ast::{AttributeKind, Protocol};
use crate::syntax::lexer::{LexErrorKind, Lexer};
use crate::syntax::token::{Directive, DocPlace, FIXED, Token};

fn lex(text: &str) -> Vec<Token> {
    Lexer::new(FileId(0), text.as_bytes()).map(|item| item.unwrap().0).collect()
}

fn one(text: &str) -> Token {
    let tokens = lex(text);
    assert_eq!(tokens.len(), 1, "{text}: {tokens:?}");
    tokens[0].clone()
}

fn errors(text: &[u8]) -> Vec<LexErrorKind> {
    Lexer::new(FileId(0), text).filter_map(|item| item.err().map(|error| error.kind)).collect()
}

fn name(text: &str) -> Token {
    Token::Identifier(Symbol::new(text))
}

fn string(text: &[u8]) -> Token {
    Token::String(text.into())
}

fn address(text: &str) -> Token {
    Token::Address(text.parse().unwrap())
}

fn subnet(text: &str, width: u8) -> Token {
    Token::Subnet((text.parse().unwrap(), width))
}

#[test]
fn fixed_words_are_themselves() {
    for (text, token) in FIXED {
        if !["|", "/"].contains(text) {
            assert_eq!(&one(text), token);
        }
        if text.as_bytes()[0].is_ascii_alphabetic() {
            let longer = format!("{text}x");
            assert_eq!(one(&longer), name(&longer));
        }
    }
}

#[test]
fn names() {
    assert_eq!(one("_"), name("_"));
    assert_eq!(one("Cluster::nodes"), name("Cluster::nodes"));
    assert_eq!(one("A::B::c_9"), name("A::B::c_9"));
    assert_eq!(one("::x"), name("GLOBAL::x"));
    assert_eq!(lex("T F TF"), [Token::Bool(true), Token::Bool(false), name("TF")]);
    assert_eq!(lex("a:b"), [name("a"), Token::Colon, name("b")]);
}

#[test]
fn numbers() {
    assert_eq!(one("0"), Token::Count(0));
    assert_eq!(one("18446744073709551615"), Token::Count(u64::MAX));
    assert_eq!(one("99999999999999999999"), Token::Count(u64::MAX));
    assert_eq!(one("0xfF"), Token::Count(255));
    for (text, value) in
        [("1.5", 1.5), (".5", 0.5), ("5.", 5.0), ("1e3", 1000.0), ("1.5E-2", 0.015), ("2.e+1", 20.0), (".5e1", 5.0)]
    {
        assert_eq!(one(text), Token::Double(value), "{text}");
    }
    assert_eq!(lex("1e"), [Token::Count(1), name("e")]);
    assert_eq!(lex("0xg"), [Token::Count(0), name("xg")]);
    assert_eq!(lex("-1"), [Token::Minus, Token::Count(1)]);
}

#[test]
fn intervals() {
    for (text, seconds) in [
        ("1 sec", 1.0),
        ("2.5hrs", 9000.0),
        ("3 min", 180.0),
        ("1day", 86400.0),
        ("2 \t days", 172_800.0),
        ("10msecs", 10.0 * 1e-3),
        ("7 usec", 7.0 * 1e-6),
        ("1e2secs", 100.0),
        (".5hr", 1800.0),
    ] {
        assert_eq!(one(text), Token::Interval(seconds), "{text}");
    }
    assert_eq!(lex("5 secx"), [Token::Interval(5.0), name("x")]);
    assert_eq!(lex("5 se"), [Token::Count(5), name("se")]);
}

#[test]
fn ports_and_addresses() {
    assert_eq!(one("80/tcp"), Token::Port((80, Protocol::Tcp)));
    assert_eq!(one("65535/udp"), Token::Port((65535, Protocol::Udp)));
    assert_eq!(one("8/icmp"), Token::Port((8, Protocol::Icmp)));
    assert_eq!(one("0/unknown"), Token::Port((0, Protocol::Unknown)));
    assert_eq!(one("192.168.0.1"), address("192.168.0.1"));
    assert_eq!(one("010.001.0.09"), address("10.1.0.9"));
    assert_eq!(one("10.0.0.0/8"), subnet("10.0.0.0", 8));
    assert_eq!(one("10.0.0.0 / 8"), subnet("10.0.0.0", 8));
    assert_eq!(lex("10.0.0.0/x"), [address("10.0.0.0"), Token::Slash, name("x")]);
    assert_eq!(one("[fe80::1]"), address("fe80::1"));
    assert_eq!(one("[::]"), address("::"));
    assert_eq!(one("[0xfe80::1]"), address("fe80::1"));
    assert_eq!(one("[fe80::1%eth0]"), address("fe80::1"));
    assert_eq!(one("[1:2:3:4:5:6:7:8]"), address("1:2:3:4:5:6:7:8"));
    assert_eq!(one("[::ffff:1.2.3.4]"), address("1.2.3.4"));
    assert_eq!(one("[2001:db8::]/32"), subnet("2001:db8::", 32));
    assert_eq!(one("[::ffff:1.2.0.0]/112"), subnet("1.2.0.0", 16));
}

#[test]
fn brackets_behind_an_operand_are_an_index() {
    let index = [name("t"), Token::LeftBracket, name("a::b"), Token::RightBracket];
    assert_eq!(lex("t[a::b]"), index);
    assert_eq!(lex("[a::b]"), [address("a::b")]);
    assert_eq!(lex("set[a::b]")[1], Token::LeftBracket);
    assert_eq!(lex("[x::y]")[1], name("x::y"));
}

#[test]
fn bad_values_are_reported_and_replaced() {
    let items: Vec<_> = Lexer::new(FileId(0), b"70000/tcp 1.2.3.400;").collect();
    assert_eq!(items[0].as_ref().unwrap_err().kind, LexErrorKind::BadPort("70000/tcp".into()));
    assert_eq!(items[1].as_ref().unwrap().0, Token::Port((0, Protocol::Tcp)));
    assert_eq!(items[2].as_ref().unwrap_err().kind, LexErrorKind::BadAddress("1.2.3.400".into()));
    assert_eq!(items[3].as_ref().unwrap().0, address("::"));
    assert_eq!(items[4].as_ref().unwrap().0, Token::Semicolon);
    assert_eq!(errors(b"256/icmp"), [LexErrorKind::BadPort("256/icmp".into())]);
}

#[test]
fn host_names() {
    for text in ["www.example.org", "a-b.c", "3com.com", "1.2.3", "in-addr.arpa", "1.5e", "x-0.5"] {
        assert_eq!(one(text), Token::HostName(text.into()));
    }
    assert_eq!(lex("a-b"), [name("a"), Token::Minus, name("b")]);
    assert_eq!(lex("a-b-c"), [name("a"), Token::Minus, name("b"), Token::Minus, name("c")]);
    assert_eq!(lex("a_b-c.d"), [name("a_b"), Token::Minus, Token::HostName("c.d".into())]);
}

#[test]
fn strings() {
    assert_eq!(one(r#""""#), string(b""));
    assert_eq!(one(r#""a\"b\\c\n\t\a\b\f\r\v""#), string(b"a\"b\\c\n\t\x07\x08\x0c\r\x0b"));
    assert_eq!(one(r#""\x41\x4""#), string(b"A\x04"));
    assert_eq!(one(r#""\x0ddir""#), string(b"\rdir"));
    assert_eq!(one(r#""\0100""#), string(b"\x080"));
    assert_eq!(one(r#""\0\q""#), string(b"\0q"));
    assert_eq!(one("\"\u{e9}\""), string("\u{e9}".as_bytes()));
    let bytes: Vec<_> = Lexer::new(FileId(0), b"\"\xff\xfe\"").collect();
    assert_eq!(bytes[0].as_ref().unwrap().0, string(b"\xff\xfe"));
}

#[test]
fn patterns_and_divisions() {
    let pattern = |text: &str| match one(text) {
        Token::Pattern(pattern) => *pattern,
        other => panic!("{other:?}"),
    };
    assert_eq!(&*pattern("/foo|bar/").text, b"foo|bar");
    assert_eq!(&*pattern(r"/a\/b\\/").text, br"a\/b\\");
    assert!(pattern("/x/i").ignore_case);
    assert!(pattern("/x/is").single_line);
    assert_eq!(lex("x / y / z").iter().filter(|token| **token == Token::Slash).count(), 2);
    assert_eq!(lex("f(x) / 2")[4], Token::Slash);
    assert_eq!(lex("t[1] / 2")[4], Token::Slash);
    assert!(matches!(lex("x = /a/ in s")[2], Token::Pattern(_)));
    assert!(matches!(lex("f(/a/)")[2], Token::Pattern(_)));
    assert!(matches!(lex("/a/ | /b/")[2], Token::Pattern(_)));
    assert!(matches!(lex("return /a/;")[1], Token::Pattern(_)));
    assert_eq!(lex("|x| / 2")[3], Token::Slash);
    assert!(matches!(lex("/x/in s")[..], [Token::Pattern(_), Token::In, Token::Identifier(_)]));
}

#[test]
fn conditions_leave_no_trace() {
    assert!(matches!(lex("x = @if ( f(y) ) /a/ @endif")[9], Token::Pattern(_)));
    assert!(matches!(lex("{\n@ifdef ( y )\n/a/, @endif")[5], Token::Pattern(_)));
    assert_eq!(lex("x @if ( y ) / 2 @endif")[5], Token::Slash);
    assert!(matches!(lex("@if ( /a/ in y ) z")[2], Token::Pattern(_)));
}

#[test]
fn bars() {
    use Token::{Pipe, SizeClose, SizeOpen};
    let bars = |text: &str| -> Vec<Token> {
        lex(text).into_iter().filter(|token| [Pipe, SizeOpen, SizeClose].contains(token)).collect()
    };
    assert_eq!(bars("a | b"), [Pipe]);
    assert_eq!(bars("|a|"), [SizeOpen, SizeClose]);
    assert_eq!(bars("|a | b|"), [SizeOpen, Pipe, SizeClose]);
    assert_eq!(bars("| |a| - |b| |"), [SizeOpen, SizeOpen, SizeClose, SizeOpen, SizeClose, SizeClose]);
    assert_eq!(bars("|a| - 1"), [SizeOpen, SizeClose]);
    assert_eq!(bars("|a| | b"), [SizeOpen, SizeClose, Pipe]);
    assert_eq!(bars("|f(a | b)|"), [SizeOpen, Pipe, SizeClose]);
    assert_eq!(bars("|x as string|"), [SizeOpen, SizeClose]);
    assert_eq!(bars("|a | set(1)|"), [SizeOpen, Pipe, SizeClose]);
    assert_eq!(bars("|a ## doc\n| ; | b"), [SizeOpen, SizeClose, SizeOpen]);
}

#[test]
fn not_in() {
    assert_eq!(lex("x !in y")[1], Token::NotIn);
    assert_eq!(lex("x ! in y")[1], Token::NotIn);
    assert_eq!(lex("!in_use"), [Token::Not, name("in_use")]);
    assert_eq!(lex("x ! info")[1], Token::Not);
    assert_eq!(lex("x != y")[1], Token::NotEqual);
}

#[test]
fn attributes() {
    assert_eq!(one("&log"), Token::Attribute(AttributeKind::Log));
    assert_eq!(one("&default"), Token::AttributeWithValue(AttributeKind::Default));
    assert_eq!(one("&deprecated"), Token::AttributeMaybeValue(AttributeKind::Deprecated));
    assert_eq!(one("&no_ZAM_opt"), Token::Attribute(AttributeKind::NoZamOpt));
    assert_eq!(lex("a &logs"), [name("a"), Token::Ampersand, name("logs")]);
    assert_eq!(lex("a && b")[1], Token::AndAnd);
}

#[test]
fn directives() {
    let directive = |text: &str| match one(text) {
        Token::Directive(directive) => directive,
        other => panic!("{other:?}"),
    };
    assert_eq!(directive("@load base/utils"), Directive::Load("base/utils".into()));
    assert_eq!(directive("@load-sigs ./x.sig\r\n"), Directive::LoadSigs("./x.sig".into()));
    assert_eq!(directive("@load-plugin A::B"), Directive::LoadPlugin("A::B".into()));
    assert_eq!(directive("@unload x"), Directive::Unload("x".into()));
    assert_eq!(directive("@prefixes += a:b"), Directive::AddPrefixes("a:b".into()));
    assert_eq!(directive("@prefixes = a"), Directive::SetPrefixes("a".into()));
    assert_eq!(directive("@deprecated use  that "), Directive::Deprecated("use  that".into()));
    assert_eq!(directive("@pragma push x"), Directive::Pragma("push x".into()));
    assert_eq!(directive("@DIR"), Directive::Dir);
    assert_eq!(lex("@load x # why\nfoo").len(), 2);
    assert_eq!(lex("@if ( x )\n@else\n@endif").len(), 6);
    assert_eq!(errors(b"@load\n"), [LexErrorKind::MissingArgument("@load")]);
    assert_eq!(errors(b"@foo"), [LexErrorKind::UnknownDirective("foo".into())]);
}

#[test]
fn dead_branches_are_not_lexed() {
    let mut lexer = Lexer::new(FileId(0), b"@if\n \"open /x @iffy \x00 @load @else a");
    assert_eq!(lexer.next().unwrap().unwrap().0, Token::Directive(Directive::If));
    let (directive, span) = lexer.skip_to_conditional().unwrap();
    // Like Bro: the first letters decide.
    assert_eq!((directive, span.end - span.start), (Directive::If, 3));
    assert_eq!(lexer.skip_to_conditional().unwrap().0, Directive::Else);
    assert_eq!(lexer.next().unwrap().unwrap().0, name("a"));
    assert_eq!(lexer.skip_to_conditional(), None);
    assert_eq!(lexer.next(), None);
}

#[test]
fn comments() {
    let docs: Vec<_> = lex("# no\n## next\n##<  previous \n##! script\n#### no")
        .into_iter()
        .map(|token| match token {
            Token::Doc(doc) => (doc.place, doc.text.to_string()),
            other => panic!("{other:?}"),
        })
        .collect();
    let expected = [(DocPlace::Next, "next"), (DocPlace::Previous, " previous"), (DocPlace::Script, "script")]
        .map(|(a, b)| (a, b.to_string()));
    assert_eq!(docs, expected);
}

#[test]
fn what_is_skipped_takes_no_stack() {
    let many = 50_000;
    for line in ["# no\n", "\n", " \t\r\n", "\t#### no \r\n\n", "#\n \n"] {
        let text = line.repeat(many) + "## doc\n" + &line.repeat(many) + "x";
        let small = std::thread::Builder::new().stack_size(256 << 10);
        let kinds =
            small.spawn(move || lex(&text).iter().map(|token| matches!(token, Token::Doc(_))).collect::<Vec<_>>());
        assert_eq!(kinds.unwrap().join().unwrap(), [true, false], "{line:?}");
    }
    assert_eq!(errors(b"# no\n\r# no\n"), [LexErrorKind::Unrecognized(b'\r')]);
}

#[test]
fn errors_do_not_stop_the_lexer() {
    assert_eq!(errors(b"\x00\x01\xff a"), [LexErrorKind::Unrecognized(0)]);
    assert_eq!(
        errors(b"x = \"open;\ny = `z`;"),
        [LexErrorKind::UnterminatedString, LexErrorKind::Unrecognized(b'`'), LexErrorKind::Unrecognized(b'`')]
    );
    assert_eq!(errors(b"x = /open;\n"), [LexErrorKind::UnterminatedPattern]);
    assert_eq!(errors(b"x = //;"), [LexErrorKind::EmptyPattern]);
    assert_eq!(errors(b"\"a\0b\""), [LexErrorKind::NulInString]);
    assert_eq!(errors(b"\"a\\"), [LexErrorKind::UnterminatedString]);
    assert_eq!(errors(b"a \\\\.. .5"), [LexErrorKind::Unrecognized(b'\\')]);
}

#[test]
fn spans_are_bytes() {
    let spans: Vec<_> = Lexer::new(FileId(3), b"a  1.5 secs\n\"x\"")
        .map(|item| item.unwrap().1)
        .map(|s| (s.file, s.start, s.end))
        .collect();
    assert_eq!(spans, [(FileId(3), 0, 1), (FileId(3), 3, 11), (FileId(3), 12, 15)]);
}
