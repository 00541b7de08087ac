//! What a call gets wrong that the language allows and that only shows when the call runs. For `check`; nothing here
//! keeps a program from running.

use crate::diag::{Code, Diagnostic};
use crate::hir::{ExprId, ExprKind};
use crate::program::GlobalKind;
use crate::sema::Checker;
use crate::syntax::ast::Flavor;
use crate::types::assign::same_type;
use crate::types::{TypeRef, TypeTag};

/// Natives that take an event and its arguments as arguments of any type, and how many stand before the event.
const PUBLISHING: &[(&str, usize)] = &[
    ("Broker::publish", 1),
    ("Cluster::publish", 1),
    ("Cluster::publish_hrw", 2),
    ("Cluster::publish_rr", 2),
    ("Broker::make_event", 0),
    ("Cluster::make_event", 0),
];

impl Checker<'_> {
    /// Looks at a call that is right as far as types go.
    pub(super) fn advise_on_call(&mut self, call: ExprId) {
        if !self.options.advise {
            return;
        }
        let Some(ExprKind::Call { callee, arguments }) = self.kind(call) else { return };
        let Some(ExprKind::Global(function)) = self.kind(*callee) else { return };
        let (function, arguments, callee) = (*function, arguments.clone(), *callee);
        let global = self.program.global(function);
        if !matches!(global.kind, GlobalKind::Native(_)) {
            return;
        }
        let name = global.name.as_str();
        if let Some(needs) = (self.program.natives)(name).and_then(|native| native.needs) {
            let message = format!("{name} needs {needs}: this call is an error where it runs");
            self.report(Diagnostic::warning(Code::Unavailable, self.span(callee), message));
        }
        if let Some((_, before)) = PUBLISHING.iter().find(|(known, _)| *known == name) {
            self.check_published(name, arguments.get(*before..).unwrap_or_default());
        }
    }

    /// An event and its arguments: each must have exactly its parameter's type, since nothing is converted on the way.
    fn check_published(&mut self, function: &str, arguments: &[ExprId]) {
        let Some((event, arguments)) = arguments.split_first() else { return };
        let Some(ExprKind::Global(event)) = self.kind(*event) else { return };
        let global = self.program.global(*event);
        let Some(func) = global.ty.as_func().filter(|func| func.flavor == Flavor::Event).cloned() else { return };
        let (name, place) = (global.name, global.span);
        if arguments.len() != func.parameters.len() {
            return;
        }
        for (argument, parameter) in arguments.iter().zip(&func.parameters) {
            let ty = self.ty(*argument);
            let is_open = ty.is_unspecified_table() || ty.is_unspecified_vector();
            if self.is_error(*argument) || is_open || ty.is(TypeTag::Any) || same_type(&ty, &parameter.ty, false) {
                continue;
            }
            let span = self.span(*argument);
            let label = format!("{} takes {}", parameter.name, described(&parameter.ty));
            let message = format!("{function} does not convert {} to {}", described(&ty), described(&parameter.ty));
            let mut diagnostic = Diagnostic::error(Code::PublishedType, span, message)
                .label(label)
                .related(place, format!("{name} is declared here"));
            if let Some(written) = self.converted(*argument, &ty, &parameter.ty) {
                let help = format!("write {written}");
                diagnostic = diagnostic.fix(span, written, help);
            }
            self.report(diagnostic);
        }
    }

    /// How the argument is written as a value of the other type.
    fn converted(&self, argument: ExprId, from: &TypeRef, to: &TypeRef) -> Option<String> {
        let text = String::from_utf8_lossy(self.program.sources.text(self.span(argument))).into_owned();
        let is_constant = matches!(self.kind(argument), Some(ExprKind::Const(_)));
        let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
        if text.is_empty() || text.len() > 60 || text.contains('\n') {
            return None;
        }
        Some(match (from.tag(), to.tag()) {
            (TypeTag::Record, TypeTag::Record) if from.name().is_none() => {
                let fields = text.strip_prefix('[')?.strip_suffix(']')?;
                format!("{}({fields})", to.name()?)
            }
            (TypeTag::Count, TypeTag::Int) if is_constant && is_number => format!("+{text}"),
            (TypeTag::Count, TypeTag::Double) if is_constant && is_number => format!("{text}.0"),
            (TypeTag::Count, TypeTag::Port) if is_constant && is_number => format!("{text}/tcp"),
            (TypeTag::Count, TypeTag::Int) => {
                let is_simple = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
                if is_simple { format!("+{text}") } else { format!("+({text})") }
            }
            (TypeTag::Count, TypeTag::Double) => format!("count_to_double({text})"),
            (TypeTag::Int, TypeTag::Double) => format!("int_to_double({text})"),
            (TypeTag::Int, TypeTag::Count) => format!("int_to_count({text})"),
            (TypeTag::Double, TypeTag::Interval) => format!("double_to_interval({text})"),
            (TypeTag::Double, TypeTag::Time) => format!("double_to_time({text})"),
            (TypeTag::String, TypeTag::Addr) => format!("to_addr({text})"),
            (TypeTag::String, TypeTag::Subnet) => format!("to_subnet({text})"),
            (TypeTag::String, TypeTag::Count) => format!("to_count({text})"),
            (TypeTag::String, TypeTag::Int) => format!("to_int({text})"),
            (TypeTag::String, TypeTag::Port) => format!("to_port({text})"),
            (
                TypeTag::Count
                | TypeTag::Int
                | TypeTag::Double
                | TypeTag::Addr
                | TypeTag::Port
                | TypeTag::Subnet
                | TypeTag::Enum,
                TypeTag::String,
            ) => format!("cat({text})"),
            _ => return None,
        })
    }
}

/// A type with its name where it has one.
fn described(ty: &TypeRef) -> String {
    match (ty.name(), ty.tag()) {
        (Some(name), _) => name.to_string(),
        (None, TypeTag::Record) => "a record without a name".into(),
        _ => ty.to_string(),
    }
}
