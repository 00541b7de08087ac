//! Values as JSON and JSON as values, in the forms of Zeek.

mod parse;
mod read;
mod write;

use std::rc::Rc;

use super::results::record_named;
use crate::pattern::Pattern;
use crate::value::{FuncObject, Text, Value};
use crate::vm::natives;

natives! {
    /// Gives a value as JSON. Of records `only_loggable` takes only fields with the attribute `&log`, and what
    /// `field_escape_pattern` matches is cut off their names. Intervals are seconds with `interval_as_double`,
    /// otherwise text.
    #[example("to_json(vector(1, 2))", "[1,2]")]
    #[example("to_json([$a=\"x\", $b=T])", "{\"a\":\"x\",\"b\":true}")]
    fn "to_json" = "function(val: any, only_loggable: bool &default=F, field_escape_pattern: pattern &default=/^_/, \
        interval_as_double: bool &default=F): string";
    |vm, val: Value, only_loggable: bool, field_escape_pattern: Rc<Pattern>, interval_as_double: bool| -> Vec<u8> {
        let style = write::Style { only_loggable, escape: &field_escape_pattern, interval_as_double };
        write::to_json(vm, &val, &style)
    }

    /// Gives the value of type `t` that JSON text stands for, in a record with `valid` and `v`, or `err` where it does
    /// not fit. `key_func` gives the name of the field for each name in the text.
    #[example("from_json(\"[1, 2]\", index_vec)$v", "[1, 2]")]
    fn "from_json" = "function(s: string, t: any, \
        key_func: string_mapper &default=from_json_default_key_mapper): from_json_result";
    |vm, s: Rc<Text>, t: Value, key_func: Option<Rc<FuncObject>>| -> Value {
        let Value::Type(ty) = t else {
            vm.builtin_error("from_json() requires a type argument");
            return record_named(vm, "from_json_result", &[("valid", Value::Bool(false))]);
        };
        // The default leaves names as they are.
        let key_func = key_func.filter(|func| func.name.as_str() != "from_json_default_key_mapper");
        let fields = match read::from_json(vm, s.as_bytes(), &ty, key_func.as_ref())? {
            Ok(value) => [("v", value), ("valid", Value::Bool(true))],
            Err(problem) => [("err", Value::string(problem)), ("valid", Value::Bool(false))],
        };
        record_named(vm, "from_json_result", &fields)
    }
}
