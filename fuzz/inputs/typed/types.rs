//! Types of expressions, and their literals.

use std::fmt;

use super::super::dice::Dice;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Type {
    Void,
    /// By its name: basic types, those of the prelude, those of the base scripts.
    Named(&'static str),
    Bool,
    Count,
    Int,
    Double,
    String,
    Any,
    Table(Vec<Type>, Box<Type>),
    Set(Vec<Type>),
    Vector(Box<Type>),
    Function(Box<Type>, Box<Type>),
}

/// Types by name that literals are known of.
pub(super) const NAMED: &[&str] =
    &["time", "interval", "pattern", "port", "addr", "subnet", "Color", "Inner", "Outer", "Node"];

/// What may index a table.
const INDICES: &[&str] = &["time", "interval", "port", "addr", "subnet", "Color", "Inner"];

impl Type {
    /// Any type, containers at most `depth` deep.
    pub(super) fn any(dice: &mut Dice, depth: usize) -> Type {
        let inner = |dice: &mut Dice| Box::new(Type::any(dice, depth.saturating_sub(1)));
        match dice.below(if depth == 0 { 12 } else { 20 }) {
            0 => Type::Bool,
            1 | 2 => Type::Count,
            3 => Type::Int,
            4 => Type::Double,
            5 | 6 => Type::String,
            7 => Type::Any,
            8..=11 => Type::Named(dice.pick(NAMED)),
            12..=14 => Type::Table(Type::indices(dice), inner(dice)),
            15 | 16 => Type::Set(Type::indices(dice)),
            17 | 18 => Type::Vector(inner(dice)),
            _ => Type::Function(inner(dice), inner(dice)),
        }
    }

    fn indices(dice: &mut Dice) -> Vec<Type> {
        (0..=usize::from(dice.chance(20))).map(|_| Type::index(dice)).collect()
    }

    /// What may be an index.
    pub(super) fn index(dice: &mut Dice) -> Type {
        match dice.below(10) {
            0..=2 => Type::Count,
            3 | 4 => Type::String,
            5 => Type::Int,
            6 => Type::Bool,
            7 => Type::Double,
            8 => Type::Vector(Box::new(Type::Count)),
            _ => Type::Named(dice.pick(INDICES)),
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |types: &[Type]| types.iter().map(Type::to_string).collect::<Vec<_>>().join(", ");
        match self {
            Type::Void => f.write_str("void"),
            Type::Named(name) => f.write_str(name),
            Type::Bool => f.write_str("bool"),
            Type::Count => f.write_str("count"),
            Type::Int => f.write_str("int"),
            Type::Double => f.write_str("double"),
            Type::String => f.write_str("string"),
            Type::Any => f.write_str("any"),
            Type::Table(index, yields) => write!(f, "table[{}] of {yields}", list(index)),
            Type::Set(index) => write!(f, "set[{}]", list(index)),
            Type::Vector(yields) => write!(f, "vector of {yields}"),
            Type::Function(parameter, result) => write!(f, "function(p: {parameter}): {result}"),
        }
    }
}

/// Literals of basic types: those that something special holds for first.
pub(super) fn literals(ty: &Type) -> &'static [&'static str] {
    match ty {
        Type::Bool => &["T", "F"],
        Type::Count => &[
            "0",
            "1",
            "2",
            "3",
            "7",
            "10",
            "64",
            "255",
            "1000",
            "2147483648",
            "4294967296",
            "9223372036854775807",
            "9223372036854775808",
            "18446744073709551615",
        ],
        Type::Int => &["+0", "-1", "+1", "+7", "-255", "9223372036854775807 + 0", "-9223372036854775807", "+64"],
        Type::Double => &[
            "0.0",
            "-1.0",
            "1.5",
            "1e308",
            "-1e308",
            "1e-308",
            "9007199254740993.0",
            "18446744073709551616.0",
            "(1e308 * 10.0)",
            "(1e308 * 10.0 - 1e308 * 10.0)",
            "0.1",
        ],
        Type::String => &[
            "\"\"",
            "\"a\"",
            "\"abc\"",
            "\"a\\x00b\"",
            "\"\\xff\\xfe\"",
            "\"é\"",
            "\"%s %d %5.2f %x %%\"",
            "\"1.2.3.4\"",
            "\"-12\"",
            "\"0x1F\"",
            "\"a,b,,c\"",
            "\"{\\\"n\\\": [1, 2.5e3, null, {}]}\"",
            "\"%Y-%m-%d %H:%M:%S\"",
            "\"2019-02-28\"",
            "\"%\"",
            "\"10.0.0.0/8\"",
            "\"[a-\"",
            "\"\\n\\t \"",
            "\"80/tcp\"",
            "\"YWJj\"",
            "\"6162\"",
            "\"g1\"",
            "\"Color\"",
            "\"f1\"",
        ],
        Type::Named("time") => &[
            "network_time()",
            "current_time()",
            "double_to_time(0.0)",
            "double_to_time(-1e18)",
            "double_to_time(1e300)",
            "double_to_time(1e308 * 10.0 - 1e308 * 10.0)",
        ],
        Type::Named("interval") => &[
            "0 secs",
            "1 sec",
            "-1 sec",
            "1 usec",
            "1.5 days",
            "10000000 days",
            "double_to_interval(1e300)",
            "double_to_interval(1e308 * 10.0 - 1e308 * 10.0)",
            "double_to_interval(-1e308 * 10.0)",
        ],
        Type::Named("pattern") => &["/a/", "/a*/", "/(a|b)*c/i", "/^a.*$/", "/\"x\"/", "//", "/[^a]+/", "/\\x00/"],
        Type::Named("port") => &["0/tcp", "80/tcp", "65535/udp", "7/icmp", "0/unknown"],
        Type::Named("addr") => {
            &["1.2.3.4", "0.0.0.0", "255.255.255.255", "[::]", "[::1]", "[fe80::1]", "[::ffff:1.2.3.4]"]
        }
        Type::Named("subnet") => &["10.0.0.0/8", "0.0.0.0/0", "1.2.3.4/32", "[::]/0", "[fe80::]/10", "[::1]/128"],
        Type::Named("transport_proto") => &["tcp", "udp", "icmp", "unknown_transport"],
        Type::Named("Color") => &["RED", "GREEN", "BLUE"],
        Type::Named("Inner") => &["Inner()", "Inner($n=1)", "Inner($s=\"x\")", "Inner($n=2, $s=\"\")"],
        Type::Named("Outer") => {
            &["Outer()", "Outer($x=0.5)", "Outer($i=[$n=1], $a=1)", "Outer($v=vector([$n=1], [$n=2]))"]
        }
        Type::Named("Node") => {
            &["Node()", "Node($value=1)", "Node($link=[$value=2])", "Node($others=vector([$value=T]))"]
        }
        Type::Any => &[
            "as_any(1)",
            "as_any(\"any\")",
            "as_any(T)",
            "as_any(1.2.3.4)",
            "as_any(Inner())",
            "as_any(set(1, 2))",
            "as_any(vector(1))",
            "as_any(table([\"a\"] = 1))",
            "as_any(Color)",
            "as_any(bro_init)",
        ],
        _ => &[],
    }
}
