//! Declarations.

use super::Printer;
use crate::syntax::ast::{Attribute, Decl, DeclKind, Expr, ExprKind, Flavor, FunctionDecl, InitClass, VariableClass};

impl Printer {
    pub(super) fn file(&mut self, declarations: &[Decl]) {
        let mut rest = declarations;
        let mut before: Option<&Decl> = None;
        while let Some(first) = rest.first() {
            let same = rest.iter().take_while(|declaration| declaration.exported == first.exported).count();
            let (group, more) = rest.split_at(same);
            if before.is_some() && first.exported {
                self.line();
            }
            if first.exported {
                self.put("export {");
                self.indented(|printer| printer.group(group, None));
                self.line();
                self.put("}");
                self.line();
            } else {
                self.group(group, before);
                self.line();
            }
            before = group.last();
            rest = more;
        }
    }

    fn group(&mut self, declarations: &[Decl], before: Option<&Decl>) {
        let mut before = before;
        for (index, declaration) in declarations.iter().enumerate() {
            if index > 0 {
                self.line();
            }
            if before.is_some_and(|before| !(is_line(before) && is_line(declaration))) {
                self.line();
            }
            self.declaration(declaration);
            before = Some(declaration);
        }
    }

    pub(super) fn declaration(&mut self, declaration: &Decl) {
        self.doc(declaration.doc.as_ref());
        match &declaration.kind {
            DeclKind::Module(name) => {
                self.put("module ");
                self.put(name.name.as_str());
                self.put(";");
            }
            DeclKind::Variable(variable) => {
                self.put(match variable.class {
                    VariableClass::Global => "global ",
                    VariableClass::Const => "const ",
                    VariableClass::Option => "option ",
                    VariableClass::Redef => "redef ",
                });
                self.put(variable.name.name.as_str());
                if let Some(ty) = &variable.ty {
                    self.put(": ");
                    self.ty(ty);
                }
                self.init(variable.init_class, variable.init.as_ref());
                self.attributes(&variable.attributes);
                self.put(";");
            }
            DeclKind::Type { name, ty, attributes } => {
                self.put("type ");
                self.put(name.name.as_str());
                self.put(": ");
                self.ty(ty);
                self.attributes(attributes);
                self.put(";");
            }
            DeclKind::RedefEnum { name, entries } => {
                self.put("redef enum ");
                self.put(name.name.as_str());
                self.put(" += ");
                self.enum_body(entries);
                self.put(";");
            }
            DeclKind::RedefRecord { name, fields, attributes } => {
                self.put("redef record ");
                self.put(name.name.as_str());
                self.put(" += ");
                self.record_body(fields);
                self.attributes(attributes);
                self.put(";");
            }
            DeclKind::RedefField { record, field, add, attributes } => {
                self.put("redef record ");
                self.put(record.name.as_str());
                self.put("$");
                self.put(field.name.as_str());
                self.put(if *add { " += {" } else { " -= {" });
                self.attributes(attributes);
                self.put(" };");
            }
            DeclKind::Function(function) => self.function(function),
            DeclKind::Statement(statement) => self.statement(statement),
        }
    }

    fn function(&mut self, function: &FunctionDecl) {
        if function.redef {
            self.put("redef ");
        }
        self.put(match function.flavor {
            Flavor::Function => "function ",
            Flavor::Event => "event ",
            Flavor::Hook => "hook ",
        });
        self.put(function.name.name.as_str());
        self.signature(&function.signature);
        self.attributes(&function.attributes);
        self.body(&function.body);
    }

    pub(super) fn init(&mut self, class: InitClass, init: Option<&Expr>) {
        let Some(init) = init else { return };
        // Without a sign the value is braces, or `[key] = value` right behind the name.
        self.put(match class {
            InitClass::None if matches!(init.kind, ExprKind::Assign(..)) => "",
            InitClass::None => " ",
            InitClass::Full => " = ",
            InitClass::Extra => " += ",
            InitClass::Remove => " -= ",
        });
        self.expr(init);
    }

    /// Each with a blank before it.
    pub(super) fn attributes(&mut self, attributes: &[Attribute]) {
        for attribute in attributes {
            self.put(" ");
            self.put(attribute.kind.text());
            if let Some(value) = &attribute.value {
                self.put("=");
                self.expr(value);
            }
        }
    }
}

/// A declaration that needs no room around it.
fn is_line(declaration: &Decl) -> bool {
    declaration.doc.is_none()
        && match &declaration.kind {
            DeclKind::Variable(variable) => {
                !variable.init.as_ref().is_some_and(|init| matches!(init.kind, ExprKind::Braces(_)))
            }
            DeclKind::Statement(_) => true,
            _ => false,
        }
}
