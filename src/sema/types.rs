//! From written types to types.

use std::rc::Rc;

use super::Checker;
use super::attributes::deprecation;
use super::names::full_name;
use crate::diag::Code;
use crate::program::{Attributes, Global, GlobalKind};
use crate::source::Symbol;
use crate::syntax::ast::{self, AttributeKind, BasicType, Flavor, TypeExpr, TypeExprKind};
use crate::types::{EnumType, Field, FuncType, Parameter, RecordType, Type, TypeKind, TypeRef, TypeTag};

impl Checker<'_> {
    /// The type that is written; the error type, after a report, where it is none.
    pub(crate) fn check_type(&mut self, expr: &TypeExpr) -> TypeRef {
        let ty = self.check_type_kind(expr);
        if ty.span.get().is_none() && ty.name().is_none() && !is_basic(&ty) {
            ty.span.set(expr.span);
        }
        ty
    }

    fn check_type_kind(&mut self, expr: &TypeExpr) -> TypeRef {
        match &expr.kind {
            TypeExprKind::Basic(basic) => basic_type(*basic),
            TypeExprKind::Name(name) => self.check_type_name(*name, expr),
            TypeExprKind::Table { index, yields } => {
                let index = self.check_index_types(index);
                let yields = self.check_type(yields);
                if yields.is_error() || index.iter().any(|ty| ty.is_error()) {
                    return Type::error();
                }
                Type::table(index, yields)
            }
            TypeExprKind::Set(index) => {
                let index = self.check_index_types(index);
                if index.iter().any(|ty| ty.is_error()) { Type::error() } else { Type::set(index) }
            }
            TypeExprKind::Vector(element) => {
                let element = self.check_type(element);
                if element.is_error() { element } else { Type::vector(element) }
            }
            TypeExprKind::Record(fields) => {
                let fields = self.check_fields(fields);
                Type::record(RecordType::new(fields))
            }
            TypeExprKind::Enum(entries) => {
                let name = self.context().name;
                let enumeration = Rc::new(EnumType::new(name));
                self.add_enum_entries(&enumeration, entries);
                enumeration.to_type()
            }
            TypeExprKind::Function { flavor, signature } => self.check_signature(*flavor, signature),
            TypeExprKind::File(element) => {
                let element = element.as_ref().map_or_else(Type::string, |element| self.check_type(element));
                Type::new(TypeKind::File(element))
            }
            TypeExprKind::Opaque(name) => Type::opaque(name.as_str()),
            TypeExprKind::Unsupported(name) => {
                self.error_at(Code::BadDeclaration, expr.span, format!("{name} type not implemented"));
                Type::error()
            }
        }
    }

    fn check_type_name(&mut self, name: Symbol, expr: &TypeExpr) -> TypeRef {
        let Some(ty) = self.named_type(name, expr.span) else {
            if self.find_global(name).is_some() {
                self.name_error(Code::BadDeclaration, name, expr.span, "not a Bro type");
            } else {
                self.unknown_identifier(name, expr.span);
            }
            return Type::error();
        };
        if let Some(id) = self.find_global(name) {
            let global = self.program.global(id);
            if let Some(text) = global.attributes.deprecated.clone() {
                let shown = global.name;
                self.warn_deprecated(shown.as_str(), Some(&text), expr.span);
            }
        }
        ty
    }

    fn check_index_types(&mut self, index: &[TypeExpr]) -> Vec<TypeRef> {
        let mut types = Vec::with_capacity(index.len());
        for expr in index {
            let ty = self.check_type(expr);
            if matches!(ty.tag(), TypeTag::Void | TypeTag::File | TypeTag::Opaque | TypeTag::Any) && index.len() == 1 {
                self.error_at(Code::BadDeclaration, expr.span, "bad index type");
                return vec![Type::error()];
            }
            types.push(ty);
        }
        types
    }

    /// The fields of a record type, attributes checked.
    pub(crate) fn check_fields(&mut self, fields: &[ast::FieldDecl]) -> Vec<Field> {
        let mut checked: Vec<Field> = Vec::with_capacity(fields.len());
        for field in fields {
            if checked.iter().any(|other| other.name == field.name.name) {
                let message = format!("duplicate field \"{}\" found in record definition", field.name.name);
                self.error_at(Code::AlreadyDefined, field.name.span, message);
                continue;
            }
            let field = self.check_field(field);
            checked.push(field);
        }
        checked
    }

    pub(crate) fn check_field(&mut self, field: &ast::FieldDecl) -> Field {
        let ty = self.check_type(&field.ty);
        let mut checked = Field::new(field.name.name, ty, field.name.span);
        checked.doc.clone_from(&field.doc);
        self.apply_field_attributes(&mut checked, &field.attributes);
        checked
    }

    pub(crate) fn apply_field_attributes(&mut self, field: &mut Field, attributes: &[ast::Attribute]) {
        for attribute in attributes {
            match attribute.kind {
                AttributeKind::Optional => field.optional = true,
                AttributeKind::Log => field.log = true,
                AttributeKind::Deprecated => field.deprecated = true,
                AttributeKind::Default | AttributeKind::DefaultInsert => {
                    field.default = self.field_default(&field.ty, attribute);
                    // Bro: a field with a default may be left out of a constructor.
                    field.optional = field.optional || field.default.is_some();
                }
                AttributeKind::TypeColumn if field.ty.is(TypeTag::Port) => {
                    field.type_column = self.type_column(attribute);
                }
                _ => self.check_other_attribute(attribute, &field.ty),
            }
        }
    }

    /// Parameters and result. Parameter defaults become thunks.
    pub(crate) fn check_signature(&mut self, flavor: Flavor, signature: &ast::Signature) -> TypeRef {
        let mut parameters: Vec<Parameter> = Vec::with_capacity(signature.parameters.len());
        for parameter in &signature.parameters {
            let ty = self.check_type(&parameter.ty);
            let mut checked = Parameter { name: parameter.name.name, ty, default: None, deprecated: false };
            for attribute in &parameter.attributes {
                match attribute.kind {
                    AttributeKind::Default => checked.default = self.field_default(&checked.ty, attribute),
                    AttributeKind::Deprecated => checked.deprecated = true,
                    AttributeKind::Optional => {}
                    _ => self.check_other_attribute(attribute, &checked.ty),
                }
            }
            parameters.push(checked);
        }
        let result = match (&signature.result, flavor) {
            (_, Flavor::Hook) => Type::bool(),
            (Some(result), _) => self.check_type(result),
            (None, _) => Type::void(),
        };
        let variadic = matches!(&parameters[..], [only] if only.ty.is(TypeTag::Any) && only.name.as_str() == "va_args");
        let ty = Type::func(FuncType { flavor, parameters, result, variadic });
        ty.span.set(signature.span);
        ty
    }

    /// Adds names to an enum and to the current module.
    pub(crate) fn add_enum_entries(&mut self, enumeration: &Rc<EnumType>, entries: &[ast::EnumEntry]) {
        let ty = enumeration.to_type();
        for entry in entries {
            let value = match &entry.value {
                None => None,
                Some(value) => {
                    let Some(value) = literal_count(value) else {
                        self.error_at(Code::BadDeclaration, value.span, "enumerator is not a count constant");
                        continue;
                    };
                    Some(value)
                }
            };
            self.add_enum_entry(enumeration, &ty, entry, value);
        }
    }

    fn add_enum_entry(&mut self, enumeration: &Rc<EnumType>, ty: &TypeRef, entry: &ast::EnumEntry, value: Option<i32>) {
        let full = full_name(self.module, entry.name.name);
        if let Some(existing) = self.program.find(full) {
            // Zeek's scripts repeat a name with the same enum where two branches declare it.
            let same = self.enum_value(existing).is_some_and(|(_, other)| Rc::ptr_eq(&other, enumeration));
            if !same {
                let message = "identifier or enumerator value in enumerated type definition already exists";
                self.error_at(Code::AlreadyDefined, entry.name.span, message);
            }
            return;
        }
        if enumeration.would_mix(value.is_some()) {
            let message = "cannot mix explicit enumerator assignment and implicit auto-increment";
            self.error_at(Code::BadDeclaration, entry.name.span, message);
            return;
        }
        let Some(value) = enumeration.add(full, value) else {
            let message = "identifier or enumerator value in enumerated type definition already exists";
            self.error_at(Code::AlreadyDefined, entry.name.span, message);
            return;
        };
        let deprecated = deprecation(&entry.attributes);
        self.program.add_global(Global {
            name: full,
            ty: ty.clone(),
            kind: GlobalKind::EnumConst(value),
            attributes: Attributes { deprecated, ..Attributes::default() },
            exported: self.exported,
            span: entry.name.span,
            doc: entry.doc.clone(),
            body_span: None,
            redefs: Vec::new(),
        });
    }
}

fn is_basic(ty: &TypeRef) -> bool {
    !matches!(
        ty.tag(),
        TypeTag::Table
            | TypeTag::Set
            | TypeTag::Vector
            | TypeTag::Record
            | TypeTag::Func
            | TypeTag::Enum
            | TypeTag::List
    )
}

/// The value of a written count constant that fits an enum.
fn literal_count(expr: &ast::Expr) -> Option<i32> {
    match &expr.kind {
        ast::ExprKind::Literal(ast::Literal::Count(value)) => i32::try_from(*value).ok(),
        _ => None,
    }
}

fn basic_type(basic: BasicType) -> TypeRef {
    match basic {
        BasicType::Void => Type::void(),
        BasicType::Bool => Type::bool(),
        BasicType::Int => Type::int(),
        BasicType::Count => Type::count(),
        BasicType::Double => Type::double(),
        BasicType::Time => Type::time(),
        BasicType::Interval => Type::interval(),
        BasicType::String => Type::string(),
        BasicType::Pattern => Type::pattern(),
        BasicType::Port => Type::port(),
        BasicType::Addr => Type::addr(),
        BasicType::Subnet => Type::subnet(),
        BasicType::Any => Type::any(),
    }
}
