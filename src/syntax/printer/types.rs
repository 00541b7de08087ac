//! Types.

use super::Printer;
use crate::syntax::ast::{BasicType, EnumEntry, FieldDecl, Flavor, Signature, TypeExpr, TypeExprKind};

impl Printer {
    pub(super) fn ty(&mut self, ty: &TypeExpr) {
        match &ty.kind {
            TypeExprKind::Basic(basic) => self.put(basic_name(*basic)),
            TypeExprKind::Name(name) => self.put(name.as_str()),
            TypeExprKind::Table { index, yields } => {
                self.put("table[");
                self.separated(index, ", ", Printer::ty);
                self.put("] of ");
                self.ty(yields);
            }
            TypeExprKind::Set(index) => {
                self.put("set[");
                self.separated(index, ", ", Printer::ty);
                self.put("]");
            }
            TypeExprKind::Vector(element) => {
                self.put("vector of ");
                self.ty(element);
            }
            TypeExprKind::Record(fields) => {
                self.put("record ");
                self.record_body(fields);
            }
            TypeExprKind::Enum(entries) => {
                self.put("enum ");
                self.enum_body(entries);
            }
            TypeExprKind::Function { flavor, signature } => {
                self.put(match flavor {
                    Flavor::Function => "function",
                    Flavor::Event => "event",
                    Flavor::Hook => "hook",
                });
                self.signature(signature);
            }
            TypeExprKind::File(None) => self.put("file"),
            TypeExprKind::File(Some(element)) => {
                self.put("file of ");
                self.ty(element);
            }
            TypeExprKind::Opaque(name) => {
                self.put("opaque of ");
                self.put(name.as_str());
            }
            TypeExprKind::Unsupported("union") => self.put("union { any }"),
            TypeExprKind::Unsupported(name) => self.put(name),
        }
    }

    pub(super) fn signature(&mut self, signature: &Signature) {
        self.put("(");
        self.separated(&signature.parameters, ", ", |printer, parameter| {
            printer.put(parameter.name.name.as_str());
            printer.put(": ");
            printer.ty(&parameter.ty);
            printer.attributes(&parameter.attributes);
        });
        self.put(")");
        if let Some(result) = &signature.result {
            self.put(": ");
            self.ty(result);
        }
    }

    pub(super) fn record_body(&mut self, fields: &[FieldDecl]) {
        if fields.is_empty() {
            self.put("{ }");
            return;
        }
        self.put("{");
        self.indented(|printer| {
            for (index, field) in fields.iter().enumerate() {
                if index > 0 {
                    printer.line();
                }
                printer.doc(field.doc.as_ref());
                printer.put(field.name.name.as_str());
                printer.put(": ");
                printer.ty(&field.ty);
                printer.attributes(&field.attributes);
                printer.put(";");
            }
        });
        self.line();
        self.put("}");
    }

    pub(super) fn enum_body(&mut self, entries: &[EnumEntry]) {
        self.put("{");
        self.indented(|printer| {
            for (index, entry) in entries.iter().enumerate() {
                if index > 0 {
                    printer.line();
                }
                printer.doc(entry.doc.as_ref());
                printer.put(entry.name.name.as_str());
                if let Some(value) = &entry.value {
                    printer.put(" = ");
                    printer.expr(value);
                }
                printer.attributes(&entry.attributes);
                printer.put(",");
            }
        });
        self.line();
        self.put("}");
    }
}

fn basic_name(basic: BasicType) -> &'static str {
    match basic {
        BasicType::Void => "void",
        BasicType::Bool => "bool",
        BasicType::Int => "int",
        BasicType::Count => "count",
        BasicType::Double => "double",
        BasicType::Time => "time",
        BasicType::Interval => "interval",
        BasicType::String => "string",
        BasicType::Pattern => "pattern",
        BasicType::Port => "port",
        BasicType::Addr => "addr",
        BasicType::Subnet => "subnet",
        BasicType::Any => "any",
    }
}
