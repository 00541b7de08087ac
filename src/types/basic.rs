//! The basic types, once per thread, and short constructors for the others.

use std::rc::Rc;

use super::{FuncType, RecordType, Type, TypeKind, TypeRef};
use crate::source::Symbol;

macro_rules! basic {
    ($($function:ident $kind:ident;)*) => {
        struct Basics { $($function: TypeRef,)* }

        thread_local! {
            static BASICS: Basics = Basics { $($function: Type::new(TypeKind::$kind),)* };
        }

        impl Type {
            $(
                #[doc = concat!("The type of kind `", stringify!($kind), "`.")]
                pub fn $function() -> TypeRef {
                    BASICS.with(|basics| basics.$function.clone())
                }
            )*
        }
    };
}

basic! {
    error Error;
    void Void;
    bool Bool;
    int Int;
    count Count;
    double Double;
    time Time;
    interval Interval;
    string String;
    pattern Pattern;
    port Port;
    addr Addr;
    subnet Subnet;
    any Any;
}

impl Type {
    pub fn set(index: Vec<TypeRef>) -> TypeRef {
        Type::new(TypeKind::Table { index, yields: None })
    }

    pub fn table(index: Vec<TypeRef>, yields: TypeRef) -> TypeRef {
        Type::new(TypeKind::Table { index, yields: Some(yields) })
    }

    pub fn vector(element: TypeRef) -> TypeRef {
        Type::new(TypeKind::Vector(element))
    }

    pub fn record(record: RecordType) -> TypeRef {
        Type::new(TypeKind::Record(Rc::new(record)))
    }

    pub fn func(func: FuncType) -> TypeRef {
        Type::new(TypeKind::Func(Rc::new(func)))
    }

    pub fn opaque(name: &str) -> TypeRef {
        Type::new(TypeKind::Opaque(Symbol::new(name)))
    }

    pub fn list(parts: Vec<TypeRef>) -> TypeRef {
        Type::new(TypeKind::List(parts))
    }

    /// The type of the type name `of` used as a value.
    pub fn type_of(of: TypeRef) -> TypeRef {
        Type::new(TypeKind::Type(of))
    }
}
