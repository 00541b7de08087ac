//! Patterns against Bro's behaviour, and against a slow matcher that follows its definition.

use proptest::prelude::*;

use super::{Pattern, PatternSet};

fn pattern(text: &str) -> Pattern {
    Pattern::parse(text.as_bytes(), false, false).unwrap()
}

fn ignoring_case(text: &str) -> Pattern {
    Pattern::parse(text.as_bytes(), true, false).unwrap()
}

fn exactly(text: &str, subject: &str) -> bool {
    pattern(text).matches_exactly(subject.as_bytes())
}

fn anywhere(text: &str, subject: &str) -> bool {
    pattern(text).matches_anywhere(subject.as_bytes())
}

fn split<'t>(pattern: &Pattern, text: &'t str) -> Vec<&'t str> {
    pattern.split(text.as_bytes(), false, 0).map(|piece| str::from_utf8(piece).unwrap()).collect()
}

fn replace(text: &str, subject: &str, with: &str) -> String {
    String::from_utf8(pattern(text).substitute(subject.as_bytes(), with.as_bytes(), true).into_owned()).unwrap()
}

fn error(text: &str) -> (String, usize) {
    let error = Pattern::parse(text.as_bytes(), false, false).unwrap_err();
    (error.reason().to_owned(), error.offset())
}

#[test]
fn operators() {
    assert!(exactly("foo|bar", "foo"));
    assert!(!exactly("foo|bar", "foobar"));
    assert!(anywhere("foo|bar", "foobar"));
    assert!(anywhere("oob", "foobar"));
    assert!(!anywhere("^oob", "foobar"));
}

#[test]
fn or_and_and() {
    let (first, second) = (pattern("foo|bar"), pattern("oob"));
    assert!(first.and(&second).unwrap().matches_anywhere(b"baroob"));
    assert!(!second.and(&first).unwrap().matches_anywhere(b"baroob"));
    assert!(first.or(&second).unwrap().matches_anywhere(b"lazybarlazy"));
    assert!(!pattern("^oob").or(&pattern("foo")).unwrap().matches_anywhere(b"xoob"));

    let mixed = ignoring_case("bar").or(&pattern("bez")).unwrap();
    assert!(mixed.matches_exactly(b"bez"));
    assert!(!mixed.matches_exactly(b"bEz"));
    assert!(mixed.matches_exactly(b"bAr"));

    let mixed = ignoring_case("BAR").and(&pattern("bez")).unwrap();
    assert!(mixed.matches_exactly(b"bArbez"));
    assert!(!mixed.matches_exactly(b"barbEz"));
}

#[test]
fn union() {
    let all = Pattern::union([&pattern("foo"), &pattern("b.r"), &pattern("^x")]).unwrap();
    assert!(all.matches_exactly(b"foo") && all.matches_exactly(b"bar") && all.matches_exactly(b"x"));
    assert!(!all.matches_exactly(b"foobar"));
    assert!(all.matches_anywhere(b"..foo..") && all.matches_anywhere(b"xx"));
    assert!(!all.matches_anywhere(b"..x"));
}

#[test]
fn printed_texts() {
    assert_eq!(pattern("foo").text(), b"/^?(foo)$?/");
    assert_eq!(ignoring_case("foo").text(), b"/(?i:^?(foo)$?)/");
    assert_eq!(Pattern::parse(b"a.b", true, true).unwrap().text(), b"/(?s:(?i:^?(a.b)$?))/");
    assert_eq!(pattern("a").or(&pattern("b")).unwrap().text(), b"/^?((^?(a)$?)|(^?(b)$?))$?/");
    assert_eq!(pattern("a").and(&pattern("b")).unwrap().text(), b"/^?((^?(a)$?)(^?(b)$?))$?/");
    let merged = Pattern::union([&pattern("a"), &pattern("b")]).unwrap();
    assert_eq!(merged.text(), b"/(^?(^?(a)$?)$?)|(^?(^?(b)$?)$?)/");
    assert_eq!(merged.anywhere_text(), b"(^?(.|\\n)*(^?(a)$?))|(^?(.|\\n)*(^?(b)$?))");
    let sent = Pattern::from_texts(merged.exact_text(), merged.anywhere_text()).unwrap();
    assert_eq!(sent.text(), merged.text());
    assert!(sent.matches_exactly(b"b"));
}

#[test]
fn case() {
    assert!(ignoring_case("fOO").matches_anywhere(b"xFoObar"));
    assert!(!ignoring_case("\"fOO\"").matches_anywhere(b"xFoObar"));
    assert!(ignoring_case("\"fOO\"").matches_anywhere(b"xfOObar"));
    assert!(!ignoring_case("\\x41").matches_exactly(b"a"));
    assert!(ignoring_case("[\\x41]").matches_exactly(b"a"));
    assert!(ignoring_case("ba[0a-c99S-Z0]").matches_exactly(b"bAt"));
    assert!(!ignoring_case("ba[0a-c99M-S0]").matches_exactly(b"bAt"));
    assert!(ignoring_case("[[:lower:]][[:UPPER:]]").matches_exactly(b"Ab"));
    assert!(!exactly("[[:lower:]][[:UPPER:]]", "Ab"));
    assert!(anywhere("foo|(?i:bar)", "xBAry"));
    assert!(!anywhere("foo|(?i:bar)", "xFOoy"));
}

#[test]
fn the_end_of_an_inner_group_ends_all_ignoring_of_case() {
    assert!(exactly("(?i:a(?i:b)c)", "ABc"));
    assert!(!exactly("(?i:a(?i:b)c)", "ABC"));
    assert!(exactly("(?i:a(b)c)", "ABC"));
}

#[test]
fn a_class_is_known_by_its_text() {
    assert!(exactly("(?i:[a])[a]", "AA"));
    assert!(!exactly("[a](?i:[a])", "aA"));
    assert!(!exactly("[a](?i:a)", "aA"));
    assert!(exactly("[^]a][^]b]", "xxb]"));
}

#[test]
fn dots_and_newlines() {
    assert!(exactly("a.c", "a\0c"));
    assert!(!exactly("a.c", "a\nc"));
    assert!(exactly("a[^b]c", "a\nc"));
    assert!(Pattern::parse(b"a.c", false, true).unwrap().matches_exactly(b"a\nc"));
    assert!(exactly("(?s:a.)c", "a\nc"));
    assert!(!exactly("(?s:a).c", "a\nc"));
    assert!(anywhere("foo", "bar\nfoo"));
}

#[test]
fn classes() {
    assert!(exactly("[]x]+", "x]"));
    assert!(exactly("[^]x]", "a"));
    assert!(!exactly("[^]x]", "]"));
    assert!(exactly("[-a]+", "a-"));
    assert!(exactly("[^-a]", "b"));
    assert!(exactly("[a-]+", "a-"));
    assert!(exactly("[+--]+", "+,-"));
    assert!(exactly("[\\]\\x41-\\103]+", "]ABC"));
    assert!(exactly("[[:alpha:]_][[:alnum:]_-]*", "a_1-b"));
    assert!(exactly("[x[:digit:]y]+", "x1y"));
    assert!(exactly("[^[:space:]]+", "abc"));
    assert!(!exactly("[^[:space:]]+", "a c"));
    assert!(exactly("[a^]+", "^a"));
}

#[test]
fn bytes_that_are_no_ascii_stand_for_themselves() {
    let pattern = Pattern::parse(b"\xc3\xbc[\xf0-\xff]\0", true, false).unwrap();
    assert!(pattern.matches_exactly(b"\xc3\xbc\xf8\0"));
    assert!(!pattern.matches_exactly(b"\xc3\xbc\xe8\0"));
}

#[test]
fn quoted_parts() {
    assert!(exactly("\"a.b*\"+", "a.b*a.b*"));
    assert!(exactly("\"\"", ""));
    assert!(exactly("\"a\\\"b\"", "a\"b"));
}

#[test]
fn repetition() {
    for (text, accepted) in [
        ("a{3}", vec![3]),
        ("a{0}", vec![0]),
        ("a{0,0}", vec![0]),
        ("a{0,2}", vec![0, 1, 2]),
        ("a{2,4}", vec![2, 3, 4]),
        ("a{2,}", vec![2, 3, 4, 5, 6, 7, 8]),
        ("a{0,}", vec![0, 1, 2, 3, 4, 5, 6, 7, 8]),
        ("a{1,}", vec![1, 2, 3, 4, 5, 6, 7, 8]),
        ("(a{2}){1,3}", vec![2, 4, 6]),
        ("a{2}{3}", vec![6]),
        ("(a|aa){3}", vec![3, 4, 5, 6]),
        ("(a*){2}", vec![0, 1, 2, 3, 4, 5, 6, 7, 8]),
        ("(a{2})*", vec![0, 2, 4, 6, 8]),
        ("(){5}a?", vec![0, 1]),
    ] {
        let pattern = pattern(text);
        let matched: Vec<_> = (0..9).filter(|&count| pattern.matches_exactly(&b"a".repeat(count))).collect();
        assert_eq!(matched, accepted, "{text}");
    }
}

#[test]
fn anchors_are_consumed() {
    assert!(exactly("^foo$", "foo"));
    assert!(!exactly("^^foo", "foo"));
    assert!(!exactly("foo$$", "foo"));
    assert!(!exactly("fo^o", "foo"));
    assert!(exactly("(^foo|bar$)", "bar"));
    assert!(anywhere("foo$", "xfoo"));
    assert!(!anywhere("foo$", "foox"));
    assert!(anywhere("^foo", "foox"));
    assert!(anywhere("(^|x)foo", "axfoo"));
    assert!(anywhere("(^|x)foo", "foo"));
    assert!(!anywhere("(^|x)foo", "afoo"));
    assert!(anywhere("a($|b)", "ca"));
}

#[test]
fn matches_before_the_first_byte_are_in_no_text() {
    assert!(!anywhere("x*", ""));
    assert!(anywhere("x*", "a"));
    assert!(anywhere("x*$", ""));
    assert!(anywhere("^$", ""));
    assert!(!anywhere("^", "a"));
    assert!(!anywhere("^", ""));
    assert!(anywhere("^x*", "x"));
    assert!(!anywhere("^x*", "a"));
}

#[test]
fn wrapping_is_text() {
    // Only the second alternative gets the `$?` without which nothing ends, and only the first the `^?`.
    assert!(!exactly("a)|(b", "a"));
    assert!(!exactly("a)|(b", "b"));
    assert!(anywhere("a)|(b", "xa"));
    assert!(!anywhere("a)|(b", "xb"));
    assert!(anywhere("a)|(^b", "b"));
    assert!(exactly("a)(b", "ab"));
    // A newline ends a pattern.
    assert!(anywhere("a)\nfoo", "a"));
}

#[test]
fn longest_prefixes() {
    let prefix = |text: &str, subject: &str| pattern(text).longest_prefix(subject.as_bytes());
    assert_eq!(prefix("a|ab", "abc"), Some(2));
    assert_eq!(prefix("a*", "aab"), Some(2));
    assert_eq!(prefix("a*", "b"), Some(0));
    assert_eq!(prefix("a", "b"), None);
    assert_eq!(prefix("a(bcd)?", "abcx"), Some(1));
    assert_eq!(prefix("a$|ab", "a"), Some(1));
    assert_eq!(prefix("a$", "ab"), None);
    assert_eq!(prefix("$", ""), Some(0));
    assert_eq!(prefix("x", ""), None);
}

#[test]
fn splitting() {
    assert_eq!(split(&pattern("[ ?&]"), "GET /a?b&c "), ["GET", "/a", "b", "c", ""]);
    assert_eq!(split(&pattern(", *"), "a, b,c,  d"), ["a", "b", "c", "d"]);
    assert_eq!(split(&pattern(","), ""), [""]);
    assert_eq!(split(&pattern(","), ","), ["", ""]);
    assert_eq!(split(&pattern("x*"), "axxb"), ["a", "b"]);
    assert_eq!(split(&pattern("--"), "a----b-"), ["a", "", "b-"]);
    // The text is taken to start wherever the search stands.
    assert_eq!(split(&pattern("^a"), "aba"), ["", "b", ""]);
    assert_eq!(split(&pattern("a$"), "aba"), ["ab", ""]);
    let all: Vec<_> = pattern("-+").split(b"a-b--cd", true, 0).collect();
    assert_eq!(all, [&b"a"[..], b"-", b"b", b"--", b"cd"]);
    let some: Vec<_> = pattern("-+").split(b"a-b--cd-e", false, 2).collect();
    assert_eq!(some, [&b"a"[..], b"b", b"cd-e"]);
    let one: Vec<_> = pattern("-").split(b"a-b-c", true, 1).collect();
    assert_eq!(one, [&b"a"[..], b"-", b"b-c"]);
}

#[test]
fn substitution() {
    assert_eq!(replace("[0-9]+", "/index-12.html?u3", "#"), "/index-#.html?u#");
    assert_eq!(replace("a|ab", "abcab", "-"), "-c-");
    assert_eq!(replace("x*", "abc", "-"), "abc");
    assert_eq!(replace("", "abc", "-"), "abc");
    assert_eq!(pattern("b").substitute(b"abab", b"<>", false).as_ref(), b"a<>ab");
    assert!(matches!(pattern("z").substitute(b"abab", b"<>", true), std::borrow::Cow::Borrowed(_)));
}

#[test]
fn finding() {
    let pattern_of_digits = pattern("[0-9]+");
    assert_eq!(pattern_of_digits.find_from(b"ab12c3", 0), Some((2, 4)));
    assert_eq!(pattern_of_digits.find_from(b"ab12c3", 3), Some((3, 4)));
    assert_eq!(pattern_of_digits.find_from(b"ab12c3", 6), None);
    assert_eq!(pattern_of_digits.find_from(b"ab12c3", 99), None);
    assert_eq!(pattern_of_digits.find_last(b"ab12c34"), Some((6, 7)));
    assert_eq!(pattern("b*").find_first(b"abb"), Some((0, 0)));
    assert_eq!(pattern("b*").find_last(b"abb"), Some((2, 3)));
    let all: Vec<_> = pattern("b*").find_all(b"abbac").collect();
    assert_eq!(all, [(0, 0), (1, 3), (3, 3), (4, 4)]);
}

#[test]
fn sets_tell_all_that_match() {
    let patterns = [pattern("foo"), pattern("f.*"), pattern("bar"), pattern("^foo$")];
    let set = PatternSet::new(&patterns);
    assert_eq!(set.matching(b"foo"), [0, 1, 3]);
    assert_eq!(set.matching(b"bar"), [2]);
    assert!(set.matching(b"xbar").is_empty());
    assert!(set.matches_any(b"fx") && !set.matches_any(b""));
    assert!(PatternSet::new([]).matching(b"").is_empty());
}

#[test]
fn quoting() {
    let all: Vec<u8> = (1..=255).filter(|&byte| byte != b'\n').collect();
    assert!(Pattern::parse(&Pattern::quote(&all), false, false).unwrap().matches_exactly(&all));
}

#[test]
fn faults_and_their_places() {
    for (text, reason, offset) in [
        ("a|", "nothing between `|` and the end of the alternative", 2),
        ("(a|)", "nothing between `|` and the end of the alternative", 3),
        ("a||b", "nothing between `|` and the end of the alternative", 2),
        ("*a", "nothing to repeat", 0),
        ("(+)", "nothing to repeat", 1),
        ("(a", "parenthesis is not closed", 0),
        ("ab)", "parenthesis was not opened", 3),
        ("a}", "brace was not opened", 1),
        ("a{x", "brace without a number", 1),
        ("a{name}", "undefined definition", 1),
        ("a{3,2}", "bad iteration values", 1),
        ("a{3 }", "bad character inside {}'s", 3),
        ("a{1,2,3}", "more than two numbers in braces", 1),
        ("a{99999999999}", "pattern too large", 1),
        ("x[z-a]", "negative range in character class", 2),
        ("[a-[:digit:]]", "range without a last character", 3),
        ("[a-b-c]", "range without a first character", 4),
        ("[[:foo:]]", "bad character class expression", 1),
        ("ab[c", "character class is not closed", 2),
        ("a\"b", "quote is not closed", 1),
        ("a\\777", "bad symbol", 1),
        ("a\\", "parenthesis is not closed", 0),
        ("a(b\nc)", "parenthesis is not closed", 1),
    ] {
        assert_eq!(error(text), (reason.to_owned(), offset), "{text}");
    }
    let ambiguous = Pattern::parse(b"[a-Z]", true, false).unwrap_err();
    assert_eq!(ambiguous.reason(), "negative range in character class");
    let ambiguous = Pattern::parse(b"[0-z]", true, false).unwrap_err();
    assert_eq!(ambiguous.reason(), "ambiguous case-insensitive character class");
    let message = Pattern::parse(b"abc[", false, false).unwrap_err().to_string();
    assert_eq!(message, "error compiling pattern /^?(.|\\n)*(abc[)/");
    let message = Pattern::parse(b"a{2,1}", false, false).unwrap_err().to_string();
    assert_eq!(message, "bad iteration values (compiling pattern /^?(.|\\n)*(a{2,1})/)");
}

#[test]
fn explosions_are_refused_or_harmless() {
    assert_eq!(error("((a{1,1000}){1,1000})").0, "pattern too large");
    assert_eq!(error("(((a{100}){100}){100}){100}").0, "pattern too large");
    assert_eq!(error(&"(ab|b)".repeat(20_000)).0, "pattern too large");
    let nested = format!("{}a{}", "(".repeat(100_000), ")".repeat(100_000));
    assert!(exactly(&nested, "a"));
    // Its deterministic form has 2^200 states.
    let hard = pattern("(a|b)*a(a|b){200}");
    let mut random = 1u32;
    let mut text: Vec<u8> = std::iter::repeat_with(|| {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        b'a' + (random >> 31) as u8
    })
    .take(5000)
    .collect();
    let decisive = text.len() - 201;
    text[decisive] = b'a';
    assert!(hard.matches_exactly(&text));
    text[decisive] = b'b';
    assert!(!hard.matches_exactly(&text));
}

#[test]
fn searches_take_linear_time() {
    let text = vec![b'a'; 1_000_000];
    // No match, though one seems to begin everywhere.
    assert_eq!(pattern("a+b").find_from(&text, 0), None);
    assert_eq!(pattern("a+b").find_last(&text), None);
    // Matches everywhere, all of which seem to go on.
    assert_eq!(pattern("a|a+b").split(&text, false, 0).count(), text.len() + 1);
    assert_eq!(pattern("(a|a+b)?").find_all(&text).count(), text.len());
}

/// A pattern by its meaning.
#[derive(Clone, Debug)]
enum Tree {
    Empty,
    Bytes(&'static str, &'static [u8]),
    Begin,
    End,
    Then(Box<Tree>, Box<Tree>),
    Or(Box<Tree>, Box<Tree>),
    Repeat(Box<Tree>, usize, Option<usize>),
}

impl Tree {
    fn text(&self) -> String {
        match self {
            Tree::Empty => "()".to_owned(),
            Tree::Bytes(text, _) => (*text).to_owned(),
            Tree::Begin => "^".to_owned(),
            Tree::End => "$".to_owned(),
            Tree::Then(first, second) => format!("({}{})", first.text(), second.text()),
            Tree::Or(first, second) => format!("({}|{})", first.text(), second.text()),
            Tree::Repeat(inner, 0, None) => format!("({})*", inner.text()),
            Tree::Repeat(inner, 1, None) => format!("({})+", inner.text()),
            Tree::Repeat(inner, 0, Some(1)) => format!("({})?", inner.text()),
            Tree::Repeat(inner, least, None) => format!("({}){{{least},}}", inner.text()),
            Tree::Repeat(inner, least, Some(most)) => format!("({}){{{least},{most}}}", inner.text()),
        }
    }

    /// Where in `symbols` a match that begins at `from` may end. The text's bytes are between two symbols of their own.
    fn ends(&self, symbols: &[u16], from: usize) -> Vec<usize> {
        let step = |holds: bool| if holds { vec![from + 1] } else { Vec::new() };
        let next = symbols.get(from).copied();
        let mut ends = match self {
            Tree::Empty => vec![from],
            Tree::Bytes(_, bytes) => step(next.is_some_and(|next| bytes.iter().any(|&byte| u16::from(byte) == next))),
            Tree::Begin => step(next == Some(BEGIN)),
            Tree::End => step(next == Some(END)),
            Tree::Then(first, second) => {
                first.ends(symbols, from).into_iter().flat_map(|middle| second.ends(symbols, middle)).collect()
            }
            Tree::Or(first, second) => [first.ends(symbols, from), second.ends(symbols, from)].concat(),
            Tree::Repeat(inner, least, most) => {
                let mut all = Vec::new();
                let mut reached = vec![from];
                // More rounds than that reach nothing new.
                let rounds = most.unwrap_or(least + symbols.len() + 1);
                for round in 0..=rounds {
                    if round >= *least {
                        all.extend(&reached);
                    }
                    reached = reached.iter().flat_map(|&at| inner.ends(symbols, at)).collect();
                    reached.sort_unstable();
                    reached.dedup();
                }
                all
            }
        };
        ends.sort_unstable();
        ends.dedup();
        ends
    }

    fn optional(self) -> Tree {
        Tree::Repeat(Box::new(self), 0, Some(1))
    }

    fn then(self, next: Tree) -> Tree {
        Tree::Then(Box::new(self), Box::new(next))
    }

    fn exact(&self) -> Tree {
        Tree::Begin.optional().then(self.clone()).then(Tree::End.optional())
    }

    fn anywhere(&self) -> Tree {
        let any = Tree::Repeat(Box::new(Tree::Bytes("", b"abc\n")), 0, None);
        Tree::Begin.optional().then(any).then(self.clone())
    }
}

const BEGIN: u16 = 256;
const END: u16 = 257;

fn symbols(text: &[u8]) -> Vec<u16> {
    std::iter::once(BEGIN).chain(text.iter().map(|&byte| u16::from(byte))).chain([END]).collect()
}

/// Bro's `MatchAll`.
fn slow_exactly(tree: &Tree, text: &[u8]) -> bool {
    tree.exact().ends(&symbols(text), 0).contains(&(text.len() + 2))
}

/// Bro's Match: acceptance is looked for after each byte, and after the end.
fn slow_anywhere(tree: &Tree, text: &[u8]) -> bool {
    tree.anywhere().ends(&symbols(text), 0).iter().any(|&end| end >= 2)
}

/// Bro's `LongestMatch`.
fn slow_prefix(tree: &Tree, text: &[u8]) -> Option<usize> {
    let ends = tree.exact().ends(&symbols(text), 0);
    ends.into_iter().filter(|&end| end > 0).map(|end| (end - 1).min(text.len())).max()
}

/// The loop of Bro's split, sub and `find_all`.
fn slow_matches(tree: &Tree, text: &[u8], empty: bool) -> Vec<(usize, usize)> {
    let mut matches = Vec::new();
    let mut at = 0;
    while at < text.len() {
        match slow_prefix(tree, &text[at..]) {
            Some(length) if length > 0 || empty => {
                matches.push((at, at + length));
                at += length.max(1);
            }
            _ => at += 1,
        }
    }
    matches
}

fn trees() -> impl Strategy<Value = Tree> {
    let leaf = prop_oneof![
        1 => Just(Tree::Empty),
        4 => Just(Tree::Bytes("a", b"a")),
        4 => Just(Tree::Bytes("b", b"b")),
        1 => Just(Tree::Bytes("\\n", b"\n")),
        1 => Just(Tree::Bytes("[ab]", b"ab")),
        1 => Just(Tree::Bytes("[^a]", b"bc\n")),
        1 => Just(Tree::Bytes(".", b"abc")),
        1 => Just(Tree::Begin),
        1 => Just(Tree::End),
    ];
    leaf.prop_recursive(4, 16, 2, |inner| {
        prop_oneof![
            3 => (inner.clone(), inner.clone()).prop_map(|(first, second)| first.then(second)),
            2 => (inner.clone(), inner.clone()).prop_map(|(first, second)| Tree::Or(Box::new(first), Box::new(second))),
            2 => (inner, 0..3usize, proptest::option::of(0..3usize)).prop_map(|(inner, least, more)| {
                Tree::Repeat(Box::new(inner), least, more.map(|more| least + more))
            }),
        ]
    })
}

fn texts() -> impl Strategy<Value = Vec<u8>> {
    proptest::collection::vec(prop_oneof![4 => Just(b'a'), 3 => Just(b'b'), 1 => Just(b'c'), 1 => Just(b'\n')], 0..9)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn matching_follows_the_definition(tree in trees(), texts in proptest::collection::vec(texts(), 1..6)) {
        let pattern = pattern(&tree.text());
        for text in &texts {
            prop_assert_eq!(pattern.matches_exactly(text), slow_exactly(&tree, text), "== {:?}", text);
            prop_assert_eq!(pattern.matches_anywhere(text), slow_anywhere(&tree, text), "in {:?}", text);
            prop_assert_eq!(pattern.longest_prefix(text), slow_prefix(&tree, text), "prefix of {:?}", text);
            let found: Vec<_> = pattern.find_all(text).collect();
            prop_assert_eq!(found, slow_matches(&tree, text, true), "all in {:?}", text);
            prop_assert_eq!(pattern.find_last(text), (0..text.len()).rev().find_map(|at| {
                slow_prefix(&tree, &text[at..]).map(|length| (at, at + length))
            }), "last in {:?}", text);
            let mut at = 0;
            for found in slow_matches(&tree, text, false) {
                prop_assert_eq!(pattern.find_from(text, at), Some(found), "from {} in {:?}", at, text);
                at = found.1;
            }
            prop_assert_eq!(pattern.find_from(text, at), None);
        }
    }

    #[test]
    fn surveyed_searches_find_the_same(tree in trees(), text in texts()) {
        let pattern = pattern(&tree.text());
        let mut survey = pattern.survey(&text).unwrap();
        for _ in 0..2 {
            for at in 0..text.len() {
                let expected = slow_prefix(&tree, &text[at..]);
                prop_assert_eq!(pattern.longest_surveyed(&text, at, &mut survey), expected, "at {} of {:?}", at, &text);
            }
        }
    }

    #[test]
    fn sets_agree_with_their_patterns(trees in proptest::collection::vec(trees(), 0..5), text in texts()) {
        let patterns: Vec<_> = trees.iter().map(|tree| pattern(&tree.text())).collect();
        let expected: Vec<_> = (0..patterns.len()).filter(|&index| slow_exactly(&trees[index], &text)).collect();
        prop_assert_eq!(PatternSet::new(&patterns).matching(&text), expected);
    }

    #[test]
    fn no_text_panics(text in proptest::collection::vec(proptest::sample::select(&b"ab0,{}[]()^$|*+?.\\\"-:inx\n\xff"[..]), 0..12), flag: bool) {
        if let Ok(pattern) = Pattern::parse(&text, flag, false) {
            pattern.matches_anywhere(b"ab0");
            let _ = pattern.substitute(b"ab0ab0", b"", true);
        }
    }
}
