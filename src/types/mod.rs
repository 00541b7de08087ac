//! The types of the script language.
//!
//! A [`TypeRef`] is shared: records and enums are *extended in place* by `redef`, and every holder sees it. Types are
//! compared by structure, see [`assign`]. Basic types exist once per thread.
//! Nothing here evaluates: a field's default is a [`ThunkId`] into the program's table of thunks.

pub mod assign;
mod basic;
mod describe;
mod enums;
mod func;
mod record;

use std::cell::{Cell, OnceCell};
use std::rc::Rc;

pub use enums::{EnumType, SavedEnum};
pub use func::{FuncType, Parameter};
pub use record::{Field, RecordType, ThunkId};

use crate::source::{Span, Symbol};

pub type TypeRef = Rc<Type>;

#[derive(Debug)]
pub struct Type {
    pub kind: TypeKind,
    /// The name of a `type NAME: ...` declaration, once it has one.
    name: OnceCell<Symbol>,
    /// Where it was written, for messages that point at a type.
    pub span: Cell<Span>,
}

#[derive(Debug)]
pub enum TypeKind {
    /// What an expression in error has; compatible with everything so that one mistake is reported once.
    Error,
    Void,
    Bool,
    Int,
    Count,
    Double,
    Time,
    Interval,
    String,
    Pattern,
    Port,
    Addr,
    Subnet,
    Any,
    Enum(Rc<EnumType>),
    /// A set where `yields` is `None`. `index` is empty for `table()`, `set()` and `{}` whose types are open yet.
    Table {
        index: Vec<TypeRef>,
        yields: Option<TypeRef>,
    },
    /// Element type `Void` means open: `vector()`.
    Vector(TypeRef),
    Record(Rc<RecordType>),
    Func(Rc<FuncType>),
    File(TypeRef),
    Opaque(Symbol),
    /// The type of a type name used as a value.
    Type(TypeRef),
    /// The type of `[a, b]` and of a braced initialiser.
    List(Vec<TypeRef>),
}

/// The kind of a type without its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TypeTag {
    Error,
    Void,
    Bool,
    Int,
    Count,
    Double,
    Time,
    Interval,
    String,
    Pattern,
    Port,
    Addr,
    Subnet,
    Any,
    Enum,
    Table,
    Set,
    Vector,
    Record,
    Func,
    File,
    Opaque,
    Type,
    List,
}

impl Type {
    pub fn new(kind: TypeKind) -> TypeRef {
        Rc::new(Type { kind, name: OnceCell::new(), span: Cell::new(Span::NONE) })
    }

    pub fn named(kind: TypeKind, name: Symbol) -> TypeRef {
        Rc::new(Type { kind, name: OnceCell::from(name), span: Cell::new(Span::NONE) })
    }

    pub fn name(&self) -> Option<Symbol> {
        self.name.get().copied()
    }

    /// Gives an anonymous type its name. A type keeps its first name.
    pub fn set_name(&self, name: Symbol) {
        let _ = self.name.set(name);
    }

    pub fn tag(&self) -> TypeTag {
        match &self.kind {
            TypeKind::Error => TypeTag::Error,
            TypeKind::Void => TypeTag::Void,
            TypeKind::Bool => TypeTag::Bool,
            TypeKind::Int => TypeTag::Int,
            TypeKind::Count => TypeTag::Count,
            TypeKind::Double => TypeTag::Double,
            TypeKind::Time => TypeTag::Time,
            TypeKind::Interval => TypeTag::Interval,
            TypeKind::String => TypeTag::String,
            TypeKind::Pattern => TypeTag::Pattern,
            TypeKind::Port => TypeTag::Port,
            TypeKind::Addr => TypeTag::Addr,
            TypeKind::Subnet => TypeTag::Subnet,
            TypeKind::Any => TypeTag::Any,
            TypeKind::Enum(_) => TypeTag::Enum,
            TypeKind::Table { yields: Some(_), .. } => TypeTag::Table,
            TypeKind::Table { yields: None, .. } => TypeTag::Set,
            TypeKind::Vector(_) => TypeTag::Vector,
            TypeKind::Record(_) => TypeTag::Record,
            TypeKind::Func(_) => TypeTag::Func,
            TypeKind::File(_) => TypeTag::File,
            TypeKind::Opaque(_) => TypeTag::Opaque,
            TypeKind::Type(_) => TypeTag::Type,
            TypeKind::List(_) => TypeTag::List,
        }
    }

    pub fn is(&self, tag: TypeTag) -> bool {
        self.tag() == tag
    }

    pub fn is_error(&self) -> bool {
        self.is(TypeTag::Error)
    }

    pub fn as_record(&self) -> Option<&Rc<RecordType>> {
        if let TypeKind::Record(record) = &self.kind { Some(record) } else { None }
    }

    pub fn as_enum(&self) -> Option<&Rc<EnumType>> {
        if let TypeKind::Enum(enumeration) = &self.kind { Some(enumeration) } else { None }
    }

    pub fn as_func(&self) -> Option<&Rc<FuncType>> {
        if let TypeKind::Func(func) = &self.kind { Some(func) } else { None }
    }

    /// Index columns and yield of a table or set.
    pub fn as_table(&self) -> Option<(&[TypeRef], Option<&TypeRef>)> {
        if let TypeKind::Table { index, yields } = &self.kind { Some((index, yields.as_ref())) } else { None }
    }

    /// The element type of a vector.
    pub fn as_vector(&self) -> Option<&TypeRef> {
        if let TypeKind::Vector(element) = &self.kind { Some(element) } else { None }
    }

    /// `table()`, `set()`, `{}` before anything fixed their types.
    pub fn is_unspecified_table(&self) -> bool {
        matches!(&self.kind, TypeKind::Table { index, .. } if index.is_empty())
    }

    /// `vector()` before anything fixed its type.
    pub fn is_unspecified_vector(&self) -> bool {
        matches!(&self.kind, TypeKind::Vector(element) if element.is(TypeTag::Void))
    }
}

impl TypeTag {
    /// count, int, double: what arithmetic promotes among.
    pub fn is_arithmetic(self) -> bool {
        matches!(self, TypeTag::Int | TypeTag::Count | TypeTag::Double)
    }

    pub fn is_integral(self) -> bool {
        matches!(self, TypeTag::Int | TypeTag::Count)
    }

    pub fn is_time_or_interval(self) -> bool {
        matches!(self, TypeTag::Time | TypeTag::Interval)
    }
}
