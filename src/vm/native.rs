//! Native functions: how one is declared, how it takes its arguments and gives its result.
//!
//! One entry of [`natives!`] is everything about a native: documentation, examples that run as tests, the prototype in
//! Bro, and the Rust body with typed arguments:
//!
//! ```text
//! natives! {
//!     /// Gives `str` with ASCII letters in upper case.
//!     #[example("to_upper(\"Abc\")", "ABC")]
//!     fn "to_upper" = "function(str: string): string";
//!     |_vm, str: Rc<Text>| -> Vec<u8> {
//!         Ok(str.as_bytes().to_ascii_uppercase())
//!     }
//! }
//! ```
//!
//! The body runs with `vm: &mut Vm` and gives `Result<T, Raise>` for the `T` behind the arrow. The checker has made the
//! arguments fit the prototype before; parameters of type `any` are taken as [`Value`], further arguments of a
//! variadic native as [`Rest`]. A problem that Bro reports with `builtin_error` goes to
//! [`Vm::builtin_error`](super::Vm::builtin_error) and the body gives back what Bro's gives.

use std::rc::Rc;

use super::{Raise, Vm};
use crate::pattern::Pattern;
use crate::types::{EnumType, TypeRef};
use crate::value::{
    Address, FileObject, FuncObject, OpaqueObject, Protocol, RecordObject, Subnet, TableObject, Text, Value,
    VectorObject,
};

/// A native that a program brings along which this library is in.
pub type OwnNative = Rc<dyn Fn(&mut Vm, &mut Arguments<'_>) -> Result<Value, Raise>>;

pub type NativeCall = fn(&mut Vm, &mut Arguments<'_>) -> Result<Value, Raise>;

/// A native function as data.
pub struct Native {
    /// The full name: `strlen`, `Broker::__listen`.
    pub name: &'static str,
    /// The type as Bro declares it: `function(str: string): string`.
    pub prototype: &'static str,
    /// One sentence a line or more, without marks.
    pub doc: &'static str,
    /// Expressions with the text that `print` shows for them.
    pub examples: &'static [(&'static str, &'static str)],
    /// What it needs that is never there, as the end of a sentence: calling it is an error.
    pub needs: Option<&'static str>,
    pub call: NativeCall,
}

/// The natives of one file.
pub struct Family {
    pub name: &'static str,
    pub natives: &'static [Native],
    /// Called in every round of the main loop: takes what came from outside.
    pub poll: Option<fn(&mut Vm)>,
}

impl Family {
    pub const fn new(name: &'static str, natives: &'static [Native]) -> Self {
        Family { name, natives, poll: None }
    }

    /// With something to do in every round of the main loop.
    #[must_use]
    pub const fn polling(mut self, poll: fn(&mut Vm)) -> Self {
        self.poll = Some(poll);
        self
    }
}

/// In place of a family's number.
const OWN: usize = 0xffff;

/// A native's place among the families, as [`crate::value::FuncKind::Native`] holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NativeIndex(pub u32);

impl NativeIndex {
    pub fn new(family: usize, entry: usize) -> Self {
        NativeIndex((family as u32) << 16 | entry as u32)
    }

    /// The place of a native that is of no family.
    pub(super) fn own(entry: usize) -> Self {
        NativeIndex::new(OWN, entry)
    }

    /// The place among those of no family.
    fn own_entry(self) -> Option<usize> {
        ((self.0 >> 16) as usize == OWN).then_some((self.0 & 0xffff) as usize)
    }

    pub fn get(self, families: &'static [Family]) -> Option<&'static Native> {
        families.get((self.0 >> 16) as usize)?.natives.get((self.0 & 0xffff) as usize)
    }
}

impl Vm {
    /// Calls a native by its place.
    #[inline]
    pub(super) fn call_by_index(&mut self, index: u32, arguments: &mut [Value]) -> Result<Value, Raise> {
        if !self.mocks.is_empty()
            && let Some(result) = self.call_mocked_native(index, arguments)
        {
            return result;
        }
        let index = NativeIndex(index);
        match index.get(self.families) {
            Some(native) => (native.call)(self, &mut Arguments::new(arguments)),
            None => self.call_own(index, arguments),
        }
    }

    /// A native from outside may give what it did not promise; scripts rely on its type.
    #[cold]
    fn call_own(&mut self, index: NativeIndex, arguments: &mut [Value]) -> Result<Value, Raise> {
        let call = index.own_entry().and_then(|entry| self.own_natives.get(entry)).cloned();
        let call = call.ok_or_else(|| Raise::error("no such native function"))?;
        let value = call(self, &mut Arguments::new(arguments))?;
        let result = self.program.native_result(index.0);
        match result {
            Some(ty) if value.is_set() => {
                let found = value.type_of();
                self.fit(&value, &ty).ok_or_else(|| Raise::error(format!("native gave a {found}, not a {ty}")))
            }
            _ => Ok(value),
        }
    }
}

/// The arguments of one call, taken from left to right.
pub struct Arguments<'a> {
    values: &'a mut [Value],
    next: usize,
}

impl<'a> Arguments<'a> {
    pub fn new(values: &'a mut [Value]) -> Self {
        Arguments { values, next: 0 }
    }

    /// The next argument, unset where there are no more.
    pub fn take_value(&mut self) -> Value {
        let value = self.values.get_mut(self.next).map(std::mem::take).unwrap_or_default();
        self.next += 1;
        value
    }

    /// The next argument as a `T`.
    pub fn take<T: FromArguments<'a>>(&mut self) -> Result<T, Raise> {
        T::from_arguments(self)
    }

    #[cold]
    fn mismatch(&self) -> Raise {
        Raise::error(format!("argument {} has the wrong type", self.next))
    }
}

/// What a native's parameter can be.
pub trait FromArguments<'a>: Sized {
    fn from_arguments(arguments: &mut Arguments<'a>) -> Result<Self, Raise>;
}

/// What one value can be taken as.
pub trait FromValue: Sized {
    /// `None` where the value is of another kind.
    fn from_value(value: Value) -> Option<Self>;
}

impl<T: FromValue> FromArguments<'_> for T {
    fn from_arguments(arguments: &mut Arguments<'_>) -> Result<Self, Raise> {
        let value = arguments.take_value();
        T::from_value(value).ok_or_else(|| arguments.mismatch())
    }
}

/// All arguments from here on, where they stand.
pub struct Rest<'a>(pub &'a mut [Value]);

impl<'a> FromArguments<'a> for Rest<'a> {
    fn from_arguments(arguments: &mut Arguments<'a>) -> Result<Self, Raise> {
        let values = std::mem::take(&mut arguments.values);
        Ok(Rest(values.get_mut(arguments.next..).unwrap_or_default()))
    }
}

/// Seconds since the epoch as a script's `time`.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Time(pub f64);

/// Seconds as a script's `interval`.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Interval(pub f64);

/// A script's `port`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Port(pub u16, pub Protocol);

/// An enum value of any enum.
#[derive(Clone, Debug)]
pub struct EnumValue(pub i32, pub Rc<EnumType>);

impl FromValue for Value {
    fn from_value(value: Value) -> Option<Self> {
        Some(value)
    }
}

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: Value) -> Option<Self> {
        if value.is_set() { T::from_value(value).map(Some) } else { Some(None) }
    }
}

impl FromValue for f64 {
    /// A double, time or interval.
    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::Double(number) | Value::Time(number) | Value::Interval(number) => Some(number),
            _ => None,
        }
    }
}

impl FromValue for Time {
    fn from_value(value: Value) -> Option<Self> {
        if let Value::Time(seconds) = value { Some(Time(seconds)) } else { None }
    }
}

impl FromValue for Interval {
    fn from_value(value: Value) -> Option<Self> {
        if let Value::Interval(seconds) = value { Some(Interval(seconds)) } else { None }
    }
}

impl FromValue for Vec<u8> {
    /// A string's bytes.
    fn from_value(value: Value) -> Option<Self> {
        value.as_bytes().map(<[u8]>::to_vec)
    }
}

impl FromValue for String {
    /// A string; bytes that are no text are replaced.
    fn from_value(value: Value) -> Option<Self> {
        value.as_bytes().map(|bytes| String::from_utf8_lossy(bytes).into_owned())
    }
}

impl FromValue for Address {
    fn from_value(value: Value) -> Option<Self> {
        value.as_address()
    }
}

impl FromValue for Subnet {
    fn from_value(value: Value) -> Option<Self> {
        value.as_subnet()
    }
}

impl FromValue for Port {
    fn from_value(value: Value) -> Option<Self> {
        if let Value::Port(number, protocol) = value { Some(Port(number, protocol)) } else { None }
    }
}

impl FromValue for EnumValue {
    fn from_value(value: Value) -> Option<Self> {
        if let Value::Enum(number, ty) = value { Some(EnumValue(number, ty)) } else { None }
    }
}

/// What a native can give.
pub trait IntoValue {
    fn into_value(self) -> Value;
}

impl IntoValue for Value {
    fn into_value(self) -> Value {
        self
    }
}

impl IntoValue for () {
    fn into_value(self) -> Value {
        Value::Unset
    }
}

impl<T: IntoValue> IntoValue for Option<T> {
    fn into_value(self) -> Value {
        self.map(T::into_value).unwrap_or_default()
    }
}

macro_rules! direct {
    ($($kind:ident($ty:ty)),* $(,)?) => {
        $(
            impl FromValue for $ty {
                fn from_value(value: Value) -> Option<Self> {
                    if let Value::$kind(inner) = value { Some(inner) } else { None }
                }
            }

            impl IntoValue for $ty {
                fn into_value(self) -> Value {
                    Value::$kind(self)
                }
            }
        )*
    };
}

direct! {
    Bool(bool),
    Int(i64),
    Count(u64),
    String(Rc<Text>),
    Pattern(Rc<Pattern>),
    Table(Rc<TableObject>),
    Vector(Rc<VectorObject>),
    Record(Rc<RecordObject>),
    Func(Rc<FuncObject>),
    File(Rc<FileObject>),
    Opaque(Rc<OpaqueObject>),
    Type(TypeRef),
}

macro_rules! into_value {
    ($($ty:ty: |$self:ident| $value:expr;)*) => {
        $(
            impl IntoValue for $ty {
                fn into_value(self) -> Value {
                    let $self = self;
                    $value
                }
            }
        )*
    };
}

into_value! {
    f64: |number| Value::Double(number);
    Time: |time| Value::Time(time.0);
    Interval: |interval| Value::Interval(interval.0);
    Address: |address| address.to_value();
    Subnet: |subnet| subnet.to_value();
    Port: |port| Value::Port(port.0, port.1);
    EnumValue: |name| Value::Enum(name.0, name.1);
    &str: |text| Value::string(text);
    String: |text| Value::String(Rc::new(text.into_bytes().into()));
    Vec<u8>: |bytes| Value::String(Rc::new(bytes.into()));
    &[u8]: |bytes| Value::string(bytes);
    Text: |text| Value::String(Rc::new(text));
}

/// Declares a family: `pub(crate) const NATIVES`. See the module's head.
macro_rules! natives {
    ($(
        $(#[doc = $doc:literal])+
        $(#[example($expr:literal, $text:literal)])*
        fn $name:literal = $prototype:literal;
        |$vm:ident $(, $argument:ident: $ty:ty)* $(,)?| -> $result:ty $body:block
    )*) => {
        /// The natives of this family.
        pub(crate) const NATIVES: &[$crate::vm::Native] = &[$(
            $crate::vm::Native {
                name: $name,
                prototype: $prototype,
                doc: concat!($($doc, "\n"),+),
                examples: &[$(($expr, $text)),*],
                needs: None,
                call: {
                    fn call(
                        vm: &mut $crate::vm::Vm,
                        arguments: &mut $crate::vm::Arguments<'_>,
                    ) -> Result<$crate::value::Value, $crate::vm::Raise> {
                        #[allow(clippy::needless_pass_by_value, clippy::unnecessary_wraps)]
                        fn body(
                            $vm: &mut $crate::vm::Vm
                            $(, $argument: $ty)*
                        ) -> Result<$result, $crate::vm::Raise> $body
                        $(let $argument = arguments.take::<$ty>()?;)*
                        let _ = &arguments;
                        body(vm $(, $argument)*).map($crate::vm::IntoValue::into_value)
                    }
                    call
                },
            },
        )*];
    };
}

pub(crate) use natives;

#[cfg(test)]
mod tests {
    use super::{Arguments, Rest};
    use crate::value::Value;

    #[test]
    fn arguments_are_taken_by_type() {
        let mut values = [Value::Count(3), Value::Unset, Value::Bool(true), Value::Int(-1)];
        let mut arguments = Arguments::new(&mut values);
        assert_eq!(arguments.take::<u64>().unwrap(), 3);
        assert_eq!(arguments.take::<Option<f64>>().unwrap(), None);
        assert_eq!(arguments.take::<Rest>().unwrap().0.len(), 2);
        assert!(arguments.take::<u64>().is_err());
    }

    #[test]
    fn a_value_of_another_kind_is_refused() {
        let mut values = [Value::Count(3)];
        assert!(Arguments::new(&mut values).take::<bool>().is_err());
    }
}
