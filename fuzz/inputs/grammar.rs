//! Scripts made from the grammar: every form of declaration, statement, expression and type, of names that mean nothing.

use brood::syntax::ast::AttributeKind;

use super::dice::Dice;

/// How deep forms stand inside each other.
const DEPTH: usize = 5;

const NAMES: &[&str] = &["a", "b", "x1", "A::b", "GLOBAL::c", "_", "Long_Name", "event_", "c::d::e"];

const LITERALS: &[&str] = &[
    "T",
    "F",
    "0",
    "18446744073709551615",
    "0x1F",
    "1.5",
    ".5",
    "1e300",
    "2.5e-3",
    "5 secs",
    "1.5day",
    "3 usecs",
    "2hrs",
    "\"\"",
    "\"a\\x41\\\"\\n%s\"",
    "/a|b/",
    "/[^\\/]+/i",
    "/\"q\"/s",
    "80/tcp",
    "0/unknown",
    "1.2.3.4",
    "10.0.0.0/8",
    "[::1]",
    "[fe80::]/10",
    "[::ffff:1.2.3.4]",
    "www.example.org",
    "@DIR",
    "@FILENAME",
];

const OPERATORS: &[&str] = &[
    "+", "-", "*", "/", "%", "&", "|", "^", "<<", ">>", "&&", "||", "==", "!=", "<", "<=", ">", ">=", "in", "!in", "=",
    "+=", "-=",
];

const BASIC: &[&str] = &[
    "bool", "int", "count", "double", "time", "interval", "string", "pattern", "port", "addr", "subnet", "any", "void",
];

const GAPS: &[&str] = &[" ", "\n", "\t", "  ", " # comment\n", "\r\n", "\n\n"];

/// A script.
pub(crate) fn script(dice: &mut Dice) -> Vec<u8> {
    let mut writer = Writer { dice, text: String::new(), depth: 0 };
    for _ in 0..=writer.dice.few(6) {
        writer.declaration();
        writer.text.push('\n');
    }
    writer.text.into_bytes()
}

struct Writer<'d> {
    dice: &'d mut Dice,
    text: String,
    depth: usize,
}

impl Writer<'_> {
    fn word(&mut self, word: &str) {
        self.text.push_str(word);
        let gap = if self.dice.chance(95) { " " } else { self.dice.pick(GAPS) };
        self.text.push_str(gap);
    }

    fn words(&mut self, words: &[&str]) {
        words.iter().for_each(|word| self.word(word));
    }

    fn name(&mut self) {
        let name = self.dice.pick(NAMES);
        self.word(name);
    }

    fn maybe(&mut self, percent: usize, write: impl FnOnce(&mut Self)) {
        if self.dice.chance(percent) {
            write(self);
        }
    }

    /// Some of a thing, with something between them.
    fn list(&mut self, most: usize, between: &str, mut write: impl FnMut(&mut Self)) {
        let count = self.dice.few(most);
        for index in 0..count {
            if index > 0 {
                self.word(between);
            }
            write(self);
        }
    }

    /// One level deeper, unless that is too deep: then something small.
    fn deeper(&mut self, write: impl FnOnce(&mut Self), otherwise: impl FnOnce(&mut Self)) {
        if self.depth >= DEPTH {
            return otherwise(self);
        }
        self.depth += 1;
        write(self);
        self.depth -= 1;
    }

    fn declaration(&mut self) {
        self.maybe(10, |w| w.text.push_str("## about it\n"));
        match self.dice.below(12) {
            0 => self.words(&["module", "M", ";"]),
            1 => {
                self.words(&["export", "{"]);
                self.deeper(Self::declaration, |_| {});
                self.word("}");
            }
            2 | 3 => {
                let class = self.dice.pick(&["global", "const", "option", "redef"]);
                self.word(class);
                self.name();
                self.variable();
            }
            4 => {
                self.word("type");
                self.name();
                self.word(":");
                self.declared_type();
                self.attributes();
                self.word(";");
            }
            5 => {
                self.words(&["redef", "enum"]);
                self.name();
                self.word("+=");
                self.enum_entries();
                self.word(";");
            }
            6 => {
                self.words(&["redef", "record"]);
                self.name();
                self.word("+=");
                self.fields_in_braces();
                self.attributes();
                self.word(";");
            }
            7 => {
                self.words(&["redef", "record", "R$f"]);
                let sign = self.dice.pick(&["+=", "-="]);
                self.words(&[sign, "&log", ";"]);
            }
            8 => self.directive(),
            9 => self.statement(),
            _ => {
                self.maybe(10, |w| w.word("redef"));
                let flavor = self.dice.pick(&["function", "event", "hook"]);
                self.word(flavor);
                self.name();
                self.signature();
                self.attributes();
                self.block();
            }
        }
    }

    fn directive(&mut self) {
        let condition = self.dice.pick(&["@if ( T )\n", "@if ( F )\n", "@ifdef ( x )\n", "@ifndef ( x )\n"]);
        self.text.push('\n');
        self.text.push_str(condition);
        self.deeper(Self::declaration, |_| {});
        self.maybe(50, |w| {
            w.text.push_str("\n@else\n");
            w.deeper(Self::declaration, |_| {});
        });
        self.text.push_str("\n@endif\n");
    }

    /// What follows a variable's name.
    fn variable(&mut self) {
        self.maybe(60, |w| {
            w.word(":");
            w.ty();
        });
        self.maybe(70, |w| {
            let sign = w.dice.pick(&["=", "+=", "-="]);
            w.word(sign);
            w.initializer();
        });
        self.attributes();
        self.word(";");
    }

    fn initializer(&mut self) {
        if self.dice.chance(70) {
            return self.expression();
        }
        self.word("{");
        self.list(4, ",", |w| {
            w.expression();
            w.maybe(50, |w| {
                w.word("=");
                w.deeper(Self::initializer, |w| w.word("1"));
            });
        });
        self.maybe(10, |w| w.word(","));
        self.word("}");
    }

    fn attributes(&mut self) {
        let count = if self.dice.chance(70) { 0 } else { self.dice.few(3) };
        for _ in 0..count {
            let kind = AttributeKind::ALL[self.dice.below(AttributeKind::ALL.len())];
            self.word(kind.text());
            self.maybe(50, |w| {
                w.word("=");
                w.deeper(Self::expression, |w| w.word("1"));
            });
        }
    }

    fn declared_type(&mut self) {
        match self.dice.below(3) {
            0 => {
                self.word("record");
                self.fields_in_braces();
            }
            1 => {
                self.word("enum");
                self.enum_entries();
            }
            _ => self.ty(),
        }
    }

    fn fields_in_braces(&mut self) {
        self.word("{");
        self.list(4, "", |w| {
            w.maybe(10, |w| w.text.push_str("## field\n"));
            let name = w.dice.pick(&["f", "g", "count_", "h"]);
            w.words(&[name, ":"]);
            w.deeper(Self::declared_type, |w| w.word("count"));
            w.attributes();
            w.word(";");
            w.maybe(10, |w| w.text.push_str("##< behind\n"));
        });
        self.word("}");
    }

    fn enum_entries(&mut self) {
        self.word("{");
        self.list(4, ",", |w| {
            w.name();
            w.maybe(20, |w| w.words(&["=", "7"]));
            w.maybe(10, |w| w.word("&deprecated"));
        });
        self.maybe(30, |w| w.word(","));
        self.word("}");
    }

    fn ty(&mut self) {
        self.deeper(
            |w| match w.dice.below(9) {
                0 => {
                    w.words(&["table", "["]);
                    w.ty();
                    w.maybe(20, |w| {
                        w.word(",");
                        w.ty();
                    });
                    w.words(&["]", "of"]);
                    w.ty();
                }
                1 => {
                    w.words(&["set", "["]);
                    w.ty();
                    w.word("]");
                }
                2 => {
                    w.words(&["vector", "of"]);
                    w.ty();
                }
                3 => {
                    let flavor = w.dice.pick(&["function", "event", "hook"]);
                    w.word(flavor);
                    w.signature();
                }
                4 => w.words(&["opaque", "of", "Broker::Data"]),
                5 => {
                    w.words(&["file", "of"]);
                    w.ty();
                }
                6 => w.name(),
                _ => {
                    let basic = w.dice.pick(BASIC);
                    w.word(basic);
                }
            },
            |w| w.word("count"),
        );
    }

    fn signature(&mut self) {
        self.word("(");
        let between = self.dice.pick(&[",", ";"]);
        self.list(3, between, |w| {
            let name = w.dice.pick(&["p", "q", "r"]);
            w.words(&[name, ":"]);
            w.ty();
            w.maybe(10, |w| w.words(&["&default", "=", "1"]));
        });
        self.word(")");
        self.maybe(50, |w| {
            w.word(":");
            w.ty();
        });
    }

    fn block(&mut self) {
        self.word("{");
        for _ in 0..self.dice.few(4) {
            self.statement();
        }
        self.word("}");
    }

    fn statement(&mut self) {
        self.deeper(Self::any_statement, |w| w.word(";"));
        self.maybe(10, |w| w.text.push('\n'));
    }

    fn any_statement(&mut self) {
        match self.dice.below(20) {
            0 => self.block(),
            1 => self.with_expressions("print"),
            2 => self.call("event"),
            3 => {
                let class = self.dice.pick(&["local", "const"]);
                self.words(&[class, "l"]);
                self.variable();
            }
            4 | 5 => {
                self.in_parentheses("if");
                self.statement();
                self.maybe(50, |w| {
                    w.word("else");
                    w.statement();
                });
            }
            6 => self.switch(),
            7 | 8 => self.for_loop(),
            9 => {
                self.in_parentheses("while");
                self.statement();
            }
            10 => {
                let word = self.dice.pick(&["next", "break", "fallthrough", "return", ""]);
                self.words(&[word, ";"]);
            }
            11 => self.with_expressions("return"),
            12 => self.when(),
            13 => self.with_expressions("add"),
            14 => self.with_expressions("delete"),
            15 => self.with_expressions("assert"),
            16 => self.directive_in_body(),
            _ => {
                self.expression();
                self.word(";");
            }
        }
    }

    fn directive_in_body(&mut self) {
        self.text.push_str("\n@if ( T )\n");
        self.statement();
        self.text.push_str("\n@endif\n");
    }

    fn in_parentheses(&mut self, word: &str) {
        self.words(&[word, "("]);
        self.expression();
        self.word(")");
    }

    fn with_expressions(&mut self, word: &str) {
        self.word(word);
        self.expression();
        self.maybe(30, |w| {
            w.word(",");
            w.expression();
        });
        self.word(";");
    }

    fn switch(&mut self) {
        self.word("switch");
        self.expression();
        self.word("{");
        self.list(3, "", |w| {
            match w.dice.below(4) {
                0 => w.word("default"),
                1 => {
                    w.words(&["case", "type"]);
                    w.ty();
                    w.maybe(50, |w| w.words(&["as", "n"]));
                }
                _ => {
                    w.word("case");
                    w.expression();
                    w.maybe(30, |w| {
                        w.word(",");
                        w.expression();
                    });
                }
            }
            w.word(":");
            w.statement();
            w.maybe(50, |w| {
                let word = w.dice.pick(&["break", "fallthrough"]);
                w.words(&[word, ";"]);
            });
        });
        self.word("}");
    }

    fn for_loop(&mut self) {
        let variables = self.dice.pick(&["k", "[k, l]", "k, v", "[k, l], v", "_, v", "k, l, m"]);
        self.words(&["for", "(", variables, "in"]);
        self.expression();
        self.word(")");
        self.statement();
    }

    fn when(&mut self) {
        self.maybe(20, |w| w.word("return"));
        self.word("when");
        self.maybe(30, |w| w.word("[a, copy b]"));
        self.word("(");
        self.maybe(30, |w| w.words(&["local", "r", "="]));
        self.expression();
        self.word(")");
        self.statement();
        self.maybe(50, |w| {
            w.word("timeout");
            w.expression();
            w.block();
        });
    }

    fn call(&mut self, word: &str) {
        self.word(word);
        self.name();
        self.arguments();
        self.word(";");
    }

    fn arguments(&mut self) {
        self.word("(");
        self.list(3, ",", Self::expression);
        self.word(")");
    }

    fn expression(&mut self) {
        self.deeper(Self::any_expression, |w| {
            let literal = w.dice.pick(&["a", "1", "T", "\"s\"", "b"]);
            w.word(literal);
        });
    }

    fn any_expression(&mut self) {
        match self.dice.below(34) {
            0..=3 => self.name(),
            4..=7 => {
                let literal = self.dice.pick(LITERALS);
                self.word(literal);
            }
            8..=13 => {
                self.expression();
                let operator = self.dice.pick(OPERATORS);
                self.word(operator);
                self.expression();
            }
            14 | 15 => {
                let operator = self.dice.pick(&["!", "-", "+", "~", "++", "--"]);
                self.word(operator);
                self.expression();
            }
            16 => self.between("(", ")"),
            17 => self.between("|", "|"),
            18 => self.between("copy (", ")"),
            19 => {
                self.expression();
                let field = self.dice.pick(&["$f", "?$f"]);
                self.word(field);
            }
            20 => {
                self.expression();
                self.between("[", "]");
            }
            21 => {
                self.expression();
                self.word("[");
                self.maybe(70, Self::expression);
                self.word(":");
                self.maybe(70, Self::expression);
                self.word("]");
            }
            22 | 23 => {
                self.expression();
                self.arguments();
            }
            24 => {
                self.word("hook");
                self.name();
                self.arguments();
            }
            25 => {
                self.word("[");
                self.list(3, ",", |w| {
                    let field = w.dice.pick(&["$f", "$g"]);
                    w.words(&[field, "="]);
                    w.expression();
                });
                self.word("]");
            }
            26 => {
                let container = self.dice.pick(&["set", "vector", "table", "record", "R"]);
                self.word(container);
                self.arguments();
                self.attributes();
            }
            27 => {
                self.words(&["table", "("]);
                self.list(3, ",", |w| {
                    w.between("[", "]");
                    w.word("=");
                    w.expression();
                });
                self.word(")");
                self.attributes();
            }
            28 => {
                self.word("function");
                self.maybe(30, |w| w.word("[a, copy b]"));
                self.signature();
                self.block();
            }
            29 => {
                self.word("schedule");
                self.expression();
                self.word("{");
                self.name();
                self.arguments();
                self.word("}");
            }
            30 => {
                self.expression();
                let operator = self.dice.pick(&["as", "is"]);
                self.word(operator);
                self.ty();
            }
            31 => {
                self.expression();
                self.word("?");
                self.expression();
                self.word(":");
                self.expression();
            }
            32 => {
                self.word("[");
                self.list(3, ",", Self::expression);
                self.word("]");
            }
            _ => self.ty(),
        }
    }

    fn between(&mut self, open: &str, close: &str) {
        self.word(open);
        self.expression();
        self.word(close);
    }
}
