//! Function, event and hook types.

use super::{ThunkId, TypeRef};
use crate::source::Symbol;
use crate::syntax::ast::Flavor;

#[derive(Clone, Debug)]
pub struct Parameter {
    pub name: Symbol,
    pub ty: TypeRef,
    pub default: Option<ThunkId>,
    pub deprecated: bool,
}

#[derive(Debug)]
pub struct FuncType {
    pub flavor: Flavor,
    pub parameters: Vec<Parameter>,
    /// `void` for events and functions without result, `bool` for hooks.
    pub result: TypeRef,
    /// A native that takes any number of arguments: declared with the one parameter `va_args: any`.
    pub variadic: bool,
}
