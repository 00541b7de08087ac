//! Expressions of a given type.

use super::natives::{self, Native};
use super::types::{Type, literals};
use super::{Variable, Writer};

/// How deep expressions stand inside each other.
const DEPTH: usize = 5;

impl Writer<'_> {
    /// An expression of this type; now and then of another.
    pub(super) fn expression(&mut self, ty: &Type) -> String {
        if self.depth >= DEPTH {
            return self.leaf(ty);
        }
        self.depth += 1;
        let text = if self.dice.chance(2) && self.dice.chance(20) {
            let other = Type::any(self.dice, 1);
            self.any_form(&other)
        } else {
            self.any_form(ty)
        };
        self.depth -= 1;
        text
    }

    fn any_form(&mut self, ty: &Type) -> String {
        match self.dice.below(20) {
            0..=5 => self.leaf(ty),
            6..=9 => self.operation(ty),
            10 => format!("({})", self.expression(ty)),
            11 => {
                let (condition, one, other) = (self.expression(&Type::Bool), self.expression(ty), self.expression(ty));
                format!("({condition} ? {one} : {other})")
            }
            12 => self.call(ty),
            13 => format!("copy({})", self.expression(ty)),
            14 => format!("({} as {ty})", self.expression(&Type::Any)),
            15 => self.element(ty),
            _ => self.native(ty),
        }
    }

    /// A variable or a constant.
    fn leaf(&mut self, ty: &Type) -> String {
        let known: Vec<&Variable> = self.variables.iter().filter(|variable| variable.ty == *ty).collect();
        if !known.is_empty() && self.dice.chance(60) {
            return known[self.dice.below(known.len())].name.clone();
        }
        let literals = literals(ty);
        if !literals.is_empty() {
            return self.dice.pick(literals).to_string();
        }
        self.constructor(ty)
    }

    /// A container or a function with something in it.
    fn constructor(&mut self, ty: &Type) -> String {
        self.depth += 1;
        let few = if self.depth > DEPTH { 0 } else { self.dice.few(3) };
        let text = match ty {
            Type::Table(index, yields) => {
                let entries: Vec<String> =
                    (0..few).map(|_| format!("[{}] = {}", self.index(index), self.expression(yields))).collect();
                format!("table({})", entries.join(", "))
            }
            Type::Set(index) => {
                let entries: Vec<String> = (0..few).map(|_| format!("[{}]", self.index(index))).collect();
                format!("set({})", entries.join(", "))
            }
            Type::Vector(yields) => {
                let entries: Vec<String> = (0..few).map(|_| self.expression(yields)).collect();
                format!("vector({})", entries.join(", "))
            }
            Type::Function(parameter, result) => {
                let result_value = self.expression(result);
                format!("function(p: {parameter}): {result} {{ return {result_value}; }}")
            }
            Type::Named("file") => "open(\"x\")".to_string(),
            Type::Named("opaque of md5") => "md5_hash_init()".to_string(),
            Type::Named("opaque of topk") => format!("topk_init({})", self.expression(&Type::Count)),
            Type::Named("opaque of bloomfilter") => {
                format!("bloomfilter_basic_init({}, {})", self.expression(&Type::Double), self.expression(&Type::Count))
            }
            Type::Named("opaque of cardinality") => {
                format!("hll_cardinality_init({}, {})", self.expression(&Type::Double), self.expression(&Type::Double))
            }
            Type::Named("opaque of entropy") => "entropy_test_init()".to_string(),
            _ => "1".to_string(),
        };
        self.depth -= 1;
        text
    }

    /// Values for each part of an index.
    pub(super) fn index(&mut self, index: &[Type]) -> String {
        let parts: Vec<String> = index.iter().map(|ty| self.expression(ty)).collect();
        parts.join(", ")
    }

    fn binary(&mut self, operators: &[&str], left: &Type, right: &Type) -> String {
        let operator = self.dice.pick(operators);
        format!("({} {operator} {})", self.expression(left), self.expression(right))
    }

    fn operation(&mut self, ty: &Type) -> String {
        match ty {
            Type::Bool => self.condition(),
            Type::Count => match self.dice.below(3) {
                0 => {
                    let of = Type::any(self.dice, 2);
                    format!("|{}|", self.expression(&of))
                }
                1 => format!("~ {}", self.expression(ty)),
                _ => self.binary(&["+", "-", "*", "/", "%", "&", "|", "^", "<<", ">>"], ty, ty),
            },
            Type::Int => match self.dice.below(2) {
                0 => format!("(-{})", self.expression(ty)),
                _ => self.binary(&["+", "-", "*", "/", "%"], ty, ty),
            },
            Type::Double => {
                let other = if self.dice.chance(70) { Type::Double } else { Type::Count };
                self.binary(&["+", "-", "*", "/"], ty, &other)
            }
            Type::String => match self.dice.below(3) {
                0 => self.binary(&["+"], ty, ty),
                1 => format!("{}[{}]", self.expression(ty), self.expression(&Type::Int)),
                _ => {
                    let (text, from, to) =
                        (self.expression(ty), self.expression(&Type::Int), self.expression(&Type::Int));
                    format!("{text}[{from}:{to}]")
                }
            },
            Type::Named("interval") => match self.dice.below(3) {
                0 => self.binary(&["+", "-"], ty, ty),
                1 => self.binary(&["*", "/"], ty, &Type::Double),
                _ => self.binary(&["-"], &Type::Named("time"), &Type::Named("time")),
            },
            Type::Named("time") => self.binary(&["+", "-"], ty, &Type::Named("interval")),
            Type::Named("pattern") => self.binary(&["|", "&"], ty, ty),
            Type::Named("subnet") => {
                format!("({} / {})", self.expression(&Type::Named("addr")), self.expression(&Type::Count))
            }
            Type::Set(_) => self.binary(&["|", "&", "-"], ty, ty),
            Type::Vector(yields) if matches!(**yields, Type::Count | Type::Double) => {
                self.binary(&["+", "*", "/"], ty, ty)
            }
            Type::Vector(_) => {
                let (vector, from, to) =
                    (self.expression(ty), self.expression(&Type::Int), self.expression(&Type::Int));
                format!("{vector}[{from}:{to}]")
            }
            Type::Any => {
                let of = Type::any(self.dice, 2);
                format!("as_any({})", self.expression(&of))
            }
            _ => self.leaf(ty),
        }
    }

    fn condition(&mut self) -> String {
        let of = Type::any(self.dice, 2);
        match self.dice.below(9) {
            0 => format!("! {}", self.expression(&Type::Bool)),
            1 => self.binary(&["&&", "||"], &Type::Bool, &Type::Bool),
            2 => self.binary(&["==", "!=", "<", "<=", ">", ">="], &of, &of),
            3 => self.binary(&["in", "!in"], &Type::Named("pattern"), &Type::String),
            4 => self.binary(&["in", "!in"], &Type::Named("addr"), &Type::Named("subnet")),
            5 => {
                let index = vec![Type::index(self.dice)];
                let container = Type::Set(index.clone());
                format!("({} in {})", self.expression(&index[0]), self.expression(&container))
            }
            6 => format!("{}?$s", self.expression(&Type::Named("Inner"))),
            7 => format!("({} is {of})", self.expression(&Type::Any)),
            _ => self.binary(&["in", "=="], &Type::String, &Type::String),
        }
    }

    /// A field or an element of something.
    fn element(&mut self, ty: &Type) -> String {
        let record = match ty {
            Type::Count => ("Inner", "$n"),
            Type::String => ("Inner", "$s"),
            Type::Named("Inner") => ("Outer", "$i"),
            Type::Double => ("Outer", "$x"),
            Type::Any => ("Node", "$value"),
            Type::Named("Node") => ("Node", "$link"),
            _ if self.dice.chance(50) => {
                let vector = Type::Vector(Box::new(ty.clone()));
                return format!("{}[{}]", self.expression(&vector), self.expression(&Type::Count));
            }
            _ => {
                let index = Type::index(self.dice);
                let table = Type::Table(vec![index.clone()], Box::new(ty.clone()));
                return format!("{}[{}]", self.expression(&table), self.expression(&index));
            }
        };
        format!("{}{}", self.expression(&Type::Named(record.0)), record.1)
    }

    /// A call of a function of the script.
    fn call(&mut self, ty: &Type) -> String {
        let known = self.functions.iter().filter(|function| function.result == *ty);
        let known: Vec<_> = known.cloned().collect();
        if known.is_empty() {
            return self.leaf(ty);
        }
        let function = &known[self.dice.below(known.len())];
        let arguments = self.arguments(&function.parameters);
        format!("{}({arguments})", function.name)
    }

    pub(super) fn arguments(&mut self, parameters: &[Type]) -> String {
        let arguments: Vec<String> = parameters.iter().map(|ty| self.expression(ty)).collect();
        arguments.join(", ")
    }

    /// A call of a native.
    pub(super) fn native(&mut self, ty: &Type) -> String {
        let fitting: Vec<&Native> = natives::all().iter().filter(|native| native.result == *ty).collect();
        if fitting.is_empty() {
            return self.leaf(ty);
        }
        let native = fitting[self.dice.below(fitting.len())];
        let arguments = if native.variadic {
            let types: Vec<Type> = (0..self.dice.few(4)).map(|_| Type::any(self.dice, 2)).collect();
            let first = matches!(native.name, "fmt" | "cat_sep").then_some(Type::String);
            let types: Vec<Type> = first.into_iter().chain(types).collect();
            self.arguments(&types)
        } else {
            self.arguments(&native.parameters)
        };
        format!("{}({arguments})", native.name)
    }
}
