//! Scripts that mostly make sense: names are declared, types fit, natives are called as their prototypes say. They get
//! past the checker, so that the machine sees what scripts do.

mod expressions;
mod natives;
mod statements;
mod types;

use super::dice::Dice;
use types::Type;

/// The first line of scripts that take the base scripts' types, which takes a while to load. Others declare those that
/// natives speak of most.
pub(crate) const BASE: &str = "# with base scripts\n";

const TYPES: &str = r"type string_vec: vector of string;
type index_vec: vector of count;
type any_vec: vector of any;
type addr_vec: vector of addr;
type subnet_vec: vector of subnet;
type string_set: set[string];
type string_array: table[count] of string;
type transport_proto: enum { unknown_transport, tcp, udp, icmp };
type TableChange: enum { TABLE_ELEMENT_NEW, TABLE_ELEMENT_CHANGED, TABLE_ELEMENT_REMOVED, TABLE_ELEMENT_EXPIRED };
";

/// What every script begins with: types for expressions to be of, and something of each kind to call.
const PRELUDE: &str = r"type Color: enum { RED, GREEN, BLUE };
type Inner: record { n: count &default=3; s: string &optional; };
type Outer: record {
	i: Inner &default=[];
	t: table[string] of count &default=table();
	v: vector of Inner &default=vector();
	a: any &optional;
	x: double &default=1.5 &log;
};
type Node: record { value: any &optional; link: Node &optional; others: vector of Node &default=vector(); };
function as_any(a: any): any { return a; }
";

/// A variable or parameter in scope.
#[derive(Clone)]
struct Variable {
    name: String,
    ty: Type,
}

#[derive(Clone)]
struct Function {
    name: String,
    parameters: Vec<Type>,
    result: Type,
}

/// A script.
pub(crate) fn script(dice: &mut Dice) -> Vec<u8> {
    let before = if dice.chance(20) { BASE } else { TYPES };
    let mut writer = Writer {
        dice,
        text: format!("{before}{PRELUDE}"),
        depth: 0,
        indent: 0,
        loops: 0,
        variables: Vec::new(),
        functions: Vec::new(),
        events: Vec::new(),
        hooks: Vec::new(),
        result: None,
        last: 0,
    };
    writer.program();
    writer.text.into_bytes()
}

struct Writer<'d> {
    dice: &'d mut Dice,
    text: String,
    depth: usize,
    indent: usize,
    /// How many loops are open around a statement.
    loops: usize,
    variables: Vec<Variable>,
    functions: Vec<Function>,
    events: Vec<Function>,
    hooks: Vec<Function>,
    /// What the function under way gives.
    result: Option<Type>,
    /// Names end in a number of their own.
    last: usize,
}

impl Writer<'_> {
    fn line(&mut self, text: &str) {
        for _ in 0..self.indent {
            self.text.push('\t');
        }
        self.text.push_str(text);
        self.text.push('\n');
    }

    fn fresh(&mut self, kind: &str) -> String {
        self.last += 1;
        format!("{kind}{}", self.last)
    }

    fn program(&mut self) {
        for _ in 0..self.dice.few(8) {
            self.global();
        }
        // All are declared before one is defined, so that each can call each.
        for _ in 0..self.dice.few(4) {
            let function = self.prototype("f");
            self.functions.push(function);
        }
        for _ in 0..self.dice.few(3) {
            let mut event = self.prototype("e");
            event.result = Type::Void;
            self.events.push(event);
        }
        for _ in 0..self.dice.few(2) {
            let mut hook = self.prototype("h");
            hook.result = Type::Bool;
            self.hooks.push(hook);
        }
        for (flavor, functions) in
            [("function", self.functions.clone()), ("event", self.events.clone()), ("hook", self.hooks.clone())]
        {
            for function in &functions {
                let signature = signature(flavor, function);
                self.line(&format!("global {}: {flavor}{signature};", function.name));
            }
            for function in functions {
                for _ in 0..=usize::from(flavor != "function" && self.dice.chance(30)) {
                    self.body(flavor, &function);
                }
            }
        }
        for _ in 0..=self.dice.few(2) {
            let when = self.dice.pick(&["bro_init", "bro_init", "zeek_init", "bro_done"]);
            let handler = Function { name: when.to_string(), parameters: Vec::new(), result: Type::Void };
            self.body("event", &handler);
        }
    }

    fn prototype(&mut self, kind: &str) -> Function {
        let parameters = (0..self.dice.few(3)).map(|_| Type::any(self.dice, 1)).collect();
        Function { name: self.fresh(kind), parameters, result: Type::any(self.dice, 1) }
    }

    fn global(&mut self) {
        let name = self.fresh("g");
        let ty = Type::any(self.dice, 2);
        let mut text = format!("global {name}: {ty}");
        if self.dice.chance(60) {
            text.push_str(&format!(" = {}", self.expression(&ty)));
        }
        text.push_str(&self.attributes(&ty, true));
        text.push_str(" &redef;");
        self.line(&text);
        self.variables.push(Variable { name, ty });
    }

    /// Attributes that a container of this type takes.
    fn attributes(&mut self, ty: &Type, expire: bool) -> String {
        let mut text = String::new();
        let (index, yields) = match ty {
            Type::Table(index, yields) => (index.clone(), Some((**yields).clone())),
            Type::Set(index) => (index.clone(), None),
            _ => return text,
        };
        let table = ty.to_string();
        let keys: Vec<String> = index.iter().enumerate().map(|(at, ty)| format!("k{at}: {ty}")).collect();
        let keys = keys.join(", ");
        if expire && self.dice.chance(30) {
            let expiry = self.dice.pick(&["&create_expire", "&read_expire", "&write_expire"]);
            let time = self.dice.pick(&["1 sec", "0 secs", "-1 sec", "1 usec", "1 day"]);
            text.push_str(&format!(" {expiry}={time}"));
            if self.dice.chance(60) && index.len() == 1 {
                let body = self.dice.pick(&[
                    "return 0 secs;",
                    "return 1 sec;",
                    "delete t[k0]; return 0 secs;",
                    "clear_table(t); return 1 sec;",
                ]);
                text.push_str(&format!(" &expire_func=function(t: {table}, {keys}): interval {{ {body} }}"));
            }
        }
        let Some(yields) = yields else { return text };
        if self.dice.chance(30) {
            let value = self.expression(&yields);
            match self.dice.below(2) {
                0 => text.push_str(&format!(" &default={value}")),
                _ => text.push_str(&format!(" &default=function({keys}): {yields} {{ return {value}; }}")),
            }
        }
        if self.dice.chance(10) {
            let body = self.dice.pick(&["print what;", "clear_table(t);"]);
            text.push_str(&format!(
                " &on_change=function(t: {table}, what: TableChange, {keys}, v: {yields}) {{ {body} }}"
            ));
        }
        text
    }
}

/// The parameters and result of a function as Bro writes them.
fn signature(flavor: &str, function: &Function) -> String {
    let parameters: Vec<String> =
        function.parameters.iter().enumerate().map(|(at, ty)| format!("p{at}: {ty}")).collect();
    let result = if flavor == "function" { format!(": {}", function.result) } else { String::new() };
    format!("({}){result}", parameters.join(", "))
}
