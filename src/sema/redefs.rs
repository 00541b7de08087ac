//! `redef` of variables, enums and records.

use super::names::full_name;
use super::{Action, Checker};
use crate::diag::{Code, Diagnostic};
use crate::hir::GlobalId;
use crate::program::GlobalKind;
use crate::source::Symbol;
use crate::syntax::ast::{self, AssignOp, AttributeKind, InitClass, VariableDecl};
use crate::types::TypeTag;
use crate::types::assign::same_type;

impl Checker<'_> {
    pub(super) fn check_redef(&mut self, decl: &VariableDecl) {
        let Some(id) = self.find_redefined(&decl.name) else { return };
        let global = self.program.global(id);
        let (ty, redefinable) = (global.ty.clone(), global.attributes.redef);
        if ty.is_error() {
            return;
        }
        if let Some(declared) = &decl.ty {
            let declared = self.check_type(declared);
            if !declared.is_error() && !same_type(&declared, &ty, false) {
                self.name_error(Code::BadRedef, decl.name.name, decl.name.span, "redefinition changes type");
                return;
            }
        }
        if decl.init.is_some() && !redefinable && !ty.is(TypeTag::Func) {
            let span = self.program.global(id).span;
            let name = full_name(self.module, decl.name.name);
            let diagnostic = Diagnostic::error(Code::BadRedef, decl.name.span, "already defined")
                .subject(name.as_str())
                .note("only what is declared with `&redef` can be redefined");
            self.report(if span.is_none() { diagnostic } else { diagnostic.related(span, "declared here") });
            return;
        }
        if !decl.attributes.is_empty() {
            let old = self.program.global(id).attributes.clone();
            let merged = self.check_attributes(&decl.attributes, &ty, old, true);
            self.program.global_mut(id).attributes = merged;
        }
        self.program.global_mut(id).redefs.push(decl.name.span);
        if let Some(init) = &decl.init {
            // `redef t[k] = v` has no `=` of its own: one entry is meant.
            let is_entry =
                decl.init_class == InitClass::None && matches!(init.kind, ast::ExprKind::Assign(AssignOp::Assign, ..));
            let class = if is_entry { InitClass::Extra } else { decl.init_class };
            self.initialize(id, init, class, decl);
        }
        if !decl.attributes.is_empty() {
            self.actions.push(Action::Attributes(id));
        }
    }

    /// The global a `redef` names, or Bro's report.
    fn find_redefined(&mut self, name: &ast::Ident) -> Option<GlobalId> {
        let found = match self.lookup(name.name, name.span) {
            Some(super::names::Resolved::Global(id)) => Some(id),
            _ => None,
        };
        if found.is_none() {
            let mut diagnostic =
                Diagnostic::error(Code::BadRedef, name.span, "\"redef\" used but not previously defined")
                    .subject(full_name(self.module, name.name).as_str());
            let suggestion = crate::diag::similar(
                name.name.as_str(),
                self.program.globals().map(|(_, global)| global.name.as_str()),
            );
            if let Some(suggestion) = suggestion {
                diagnostic = diagnostic.fix(name.span, suggestion, format!("did you mean `{suggestion}`?"));
            }
            self.report(diagnostic);
        }
        found
    }

    pub(super) fn check_redef_enum(&mut self, name: &ast::Ident, entries: &[ast::EnumEntry]) {
        let Some(id) = self.find_redefined(name) else { return };
        let global = self.program.global(id);
        let enumeration = match (&global.kind, global.ty.as_enum()) {
            (GlobalKind::Type, Some(enumeration)) => enumeration.clone(),
            _ => {
                let shown = global.name;
                self.name_error(Code::BadRedef, shown, name.span, "not an enum");
                return;
            }
        };
        self.program.global_mut(id).redefs.push(name.span);
        self.add_enum_entries(&enumeration, entries);
    }

    pub(super) fn check_redef_record(
        &mut self,
        name: &ast::Ident,
        fields: &[ast::FieldDecl],
        attributes: &[ast::Attribute],
    ) {
        let Some(id) = self.find_redefined(name) else { return };
        let global = self.program.global(id);
        let ty = global.ty.clone();
        let record = match (&global.kind, ty.as_record()) {
            (GlobalKind::Type, Some(record)) => record.clone(),
            _ => {
                let shown = global.name;
                self.name_error(Code::BadRedef, shown, name.span, "not a record type");
                return;
            }
        };
        self.program.global_mut(id).redefs.push(name.span);
        let log_all = attributes.iter().any(|attribute| attribute.kind == AttributeKind::Log);
        for mut field in self.check_fields(fields) {
            if record.offset(field.name).is_some() {
                let message = format!("duplicate field \"{}\" found in record definition", field.name);
                self.error_at(Code::AlreadyDefined, field.span, message);
                continue;
            }
            if !field.optional {
                let message = "extension field must be &optional or have &default";
                let diagnostic = Diagnostic::error(Code::BadRedef, field.span, message)
                    .subject(ty.short())
                    .note(format!("the field is {}", field.name));
                self.report(diagnostic);
                continue;
            }
            field.log = field.log || log_all;
            record.push(field);
        }
    }

    pub(super) fn check_redef_field(
        &mut self,
        name: &ast::Ident,
        field: &ast::Ident,
        add: bool,
        attributes: &[ast::Attribute],
    ) {
        let Some(id) = self.find_redefined(name) else { return };
        let ty = self.program.global(id).ty.clone();
        let Some(record) = ty.as_record().cloned() else {
            self.name_error(Code::BadRedef, name.name, name.span, "not a record type");
            return;
        };
        let Some(offset) = record.offset(field.name) else {
            let diagnostic = Diagnostic::error(Code::UnknownField, field.span, "no such field in record")
                .subject(Symbol::as_str(field.name));
            self.report(super::expr::unknown_field(&record, field.name, diagnostic, field.span));
            return;
        };
        for attribute in attributes {
            match attribute.kind {
                AttributeKind::Log => record.update(offset, |field| field.log = add),
                AttributeKind::Optional => record.update(offset, |field| field.optional = add),
                AttributeKind::Deprecated => record.update(offset, |field| field.deprecated = add),
                _ => self.note_ignored_attribute(attribute.kind.text(), attribute.span),
            }
        }
    }
}
