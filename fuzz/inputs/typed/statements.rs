//! Bodies and what stands in them.

use super::types::Type;
use super::{Function, Variable, Writer, signature};

/// How deep statements stand inside each other.
const DEPTH: usize = 4;

impl Writer<'_> {
    pub(super) fn body(&mut self, flavor: &str, function: &Function) {
        let priority = if flavor == "function" || !self.dice.chance(20) { "" } else { " &priority=3" };
        let result = signature(flavor, function);
        self.line(&format!("{flavor} {}{result}{priority}", function.name));
        let outside = self.variables.len();
        let parameters = function.parameters.iter().enumerate();
        self.variables.extend(parameters.map(|(at, ty)| Variable { name: format!("p{at}"), ty: ty.clone() }));
        let result = (flavor == "function").then(|| function.result.clone());
        let before = std::mem::replace(&mut self.result, result.clone());
        self.indent += 1;
        self.line("{");
        self.statements();
        if let Some(result) = result {
            let value = self.expression(&result);
            self.line(&format!("return {value};"));
        }
        self.line("}");
        self.indent -= 1;
        self.result = before;
        self.variables.truncate(outside);
    }

    fn statements(&mut self) {
        let outside = self.variables.len();
        for _ in 0..=self.dice.few(6) {
            self.statement();
        }
        self.variables.truncate(outside);
    }

    fn block(&mut self) {
        self.line("{");
        self.indent += 1;
        self.statements();
        self.indent -= 1;
        self.line("}");
    }

    fn statement(&mut self) {
        let kinds = if self.indent > DEPTH { 13 } else { 20 };
        match self.dice.below(kinds) {
            0..=2 => self.local(),
            3 | 4 => {
                let ty = Type::any(self.dice, 2);
                let value = self.expression(&ty);
                self.line(&format!("print {value};"));
            }
            5..=7 => self.assignment(),
            9 => {
                let ty = Type::any(self.dice, 1);
                let call = self.native(&ty);
                self.line(&format!("print {call};"));
            }
            10 => self.event(),
            11 => self.show_part(),
            12 if self.loops > 0 => {
                let word = self.dice.pick(&["next;", "break;"]);
                self.line(word);
            }
            8 | 12 => self.change(),
            13 | 14 => {
                let condition = self.expression(&Type::Bool);
                self.line(&format!("if ( {condition} )"));
                self.block();
                if self.dice.chance(40) {
                    self.line("else");
                    self.block();
                }
            }
            15 | 16 => self.for_loop(),
            17 => {
                let condition = self.expression(&Type::Bool);
                self.line(&format!("while ( {condition} )"));
                self.loops += 1;
                self.block();
                self.loops -= 1;
            }
            18 => self.switch(),
            _ => self.when(),
        }
    }

    fn local(&mut self) {
        let name = self.fresh("l");
        let ty = Type::any(self.dice, 2);
        let value = self.expression(&ty);
        let attributes = if self.dice.chance(30) { self.attributes(&ty, false) } else { String::new() };
        let typed = if self.dice.chance(70) { format!(": {ty}") } else { String::new() };
        self.line(&format!("local {name}{typed} = {value}{attributes};"));
        self.variables.push(Variable { name, ty });
    }

    fn variable(&mut self) -> Option<Variable> {
        let count = self.variables.len();
        (count > 0).then(|| self.variables[self.dice.below(count)].clone())
    }

    fn assignment(&mut self) {
        let Some(Variable { name, ty }) = self.variable() else { return self.local() };
        let value = self.expression(&ty);
        let operator = match ty {
            Type::Count | Type::Int | Type::Double if self.dice.chance(40) => "+=",
            _ => "=",
        };
        self.line(&format!("{name} {operator} {value};"));
    }

    /// Changes what a variable holds in place.
    fn change(&mut self) {
        let Some(Variable { name, ty }) = self.variable() else { return self.local() };
        let line = match &ty {
            Type::Table(index, yields) => match self.dice.below(3) {
                0 => format!("{name}[{}] = {};", self.index(index), self.expression(yields)),
                1 => format!("delete {name}[{}];", self.index(index)),
                _ => format!("clear_table({name});"),
            },
            Type::Set(index) => {
                let word = self.dice.pick(&["add", "delete"]);
                format!("{word} {name}[{}];", self.index(index))
            }
            Type::Vector(yields) => match self.dice.below(4) {
                0 => format!("{name}[|{name}|] = {};", self.expression(yields)),
                1 => format!("{name} += {};", self.expression(yields)),
                2 => format!("{name}[{}:{}] = {name};", self.expression(&Type::Int), self.expression(&Type::Int)),
                _ => format!("{name}[{}] = {};", self.dice.below(70), self.expression(yields)),
            },
            Type::Named("Inner") => format!("{name}$s = {};", self.expression(&Type::String)),
            Type::Named("Outer") => format!("{name}$a = {};", self.expression(&Type::Any)),
            Type::Named("Node") => match self.dice.below(3) {
                0 => format!("{name}$value = {name};"),
                1 => format!("{name}$link = {};", self.expression(&ty)),
                _ => format!("{name}$others[|{name}$others|] = {name};"),
            },
            Type::Count | Type::Int => format!("{}{name};", self.dice.pick(&["++", "--"])),
            Type::Any => format!("{name} = {};", self.expression(&ty)),
            _ => format!("{name};"),
        };
        self.line(&line);
    }

    fn show_part(&mut self) {
        let Some(Variable { name, ty }) = self.variable() else { return self.local() };
        let shown = match ty {
            Type::Named("Inner") => "$s",
            Type::Named("Outer") => "$a",
            Type::Named("Node") => "$link$link",
            Type::Vector(_) => "[-1]",
            _ => "",
        };
        self.line(&format!("print {name}{shown};"));
    }

    fn event(&mut self) {
        let from_events = self.dice.chance(70);
        let known = if from_events { self.events.clone() } else { self.hooks.clone() };
        if known.is_empty() {
            return;
        }
        let event = &known[self.dice.below(known.len())];
        let arguments = self.arguments(&event.parameters);
        let name = &event.name;
        if !from_events {
            return self.line(&format!("hook {name}({arguments});"));
        }
        if self.dice.chance(50) {
            return self.line(&format!("event {name}({arguments});"));
        }
        let delay = self.expression(&Type::Named("interval"));
        self.line(&format!("schedule {delay} {{ {name}({arguments}) }};"));
    }

    fn for_loop(&mut self) {
        let container = Type::any(self.dice, 2);
        // Often one that the body can change. The loop's own variables are not known in it yet.
        let value = self.expression(&container);
        let outside = self.variables.len();
        let variables = match &container {
            Type::Table(index, yields) => {
                let keys: Vec<String> = index.iter().map(|ty| self.bound(ty)).collect();
                let value = self.bound(yields);
                format!("[{}], {value}", keys.join(", "))
            }
            Type::Set(index) => {
                let keys: Vec<String> = index.iter().map(|ty| self.bound(ty)).collect();
                format!("[{}]", keys.join(", "))
            }
            Type::Vector(_) => self.bound(&Type::Count),
            Type::String => self.bound(&Type::String),
            _ => return self.local(),
        };
        self.line(&format!("for ( {variables} in {value} )"));
        self.loops += 1;
        self.block();
        self.loops -= 1;
        self.variables.truncate(outside);
    }

    fn bound(&mut self, ty: &Type) -> String {
        let name = self.fresh("k");
        self.variables.push(Variable { name: name.clone(), ty: ty.clone() });
        name
    }

    fn switch(&mut self) {
        let ty = match self.dice.below(4) {
            0 => Type::Count,
            1 => Type::String,
            2 => Type::Named("Color"),
            _ => Type::Any,
        };
        let subject = self.expression(&ty);
        self.line(&format!("switch ( {subject} ) {{"));
        for index in 0..self.dice.few(3) {
            let label = match &ty {
                Type::Any => format!("type {}", Type::any(self.dice, 1)),
                Type::Named(_) => ["RED", "GREEN", "BLUE"][index].to_string(),
                Type::String => format!("\"{index}\""),
                _ => index.to_string(),
            };
            self.line(&format!("case {label}:"));
            self.block();
            let end = self.dice.pick(&["break;", "fallthrough;"]);
            self.line(end);
        }
        self.line("default:");
        self.block();
        self.line("break;");
        self.line("}");
    }

    fn when(&mut self) {
        let condition = self.expression(&Type::Bool);
        self.line(&format!("when ( {condition} )"));
        self.block();
        if self.dice.chance(60) {
            let time = self.expression(&Type::Named("interval"));
            self.line(&format!("timeout {time}"));
            self.block();
        }
    }
}
