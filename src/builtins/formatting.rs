//! Values of any type as text.

use std::rc::Rc;

use jiff::tz::TimeZone;

use super::results::without_zeros;
use crate::value::describe::{Describer, Style};
use crate::value::format::{Subject, format, shows_time};
use crate::value::{Text, Value};
use crate::vm::{Raise, Rest, natives};

natives! {
    /// Joins the text of any values, as `%s` of `fmt` would show each.
    #[example("cat(1, \"a\", T)", "1aT")]
    fn "cat" = "function(va_args: any): string";
    |vm, values: Rest<'_>| -> Vec<u8> {
        Ok(vm.text_with_bodies(|| {
            let mut text = Describer::new(Style::TEXT);
            for value in &*values.0 {
                text.add_value(value);
            }
            text.finish()
        }))
    }

    /// Joins the text of any values behind the first two, with the first between them and the second in place of each
    /// empty string.
    #[example("cat_sep(\", \", \"-\", 1, \"\", T)", "1, -, T")]
    fn "cat_sep" = "function(va_args: any): string";
    |vm, sep: Rc<Text>, def: Rc<Text>, values: Rest<'_>| -> Vec<u8> {
        let separator = if values.0.len() > 1 { without_zeros(vm, &sep) } else { b"" };
        let def = Value::String(def);
        Ok(vm.text_with_bodies(|| {
            let mut text = Describer::new(Style::TEXT);
            for (place, value) in values.0.iter().enumerate() {
                if place > 0 {
                    text.add_bytes(separator);
                }
                let is_empty = value.as_bytes().is_some_and(<[u8]>::is_empty);
                text.add_value(if is_empty { &def } else { value });
            }
            text.finish()
        }))
    }

    /// Fills values into a template in the manner of `printf`. A directive is `%`, then `-` to align to the left, the
    /// width, a point and the number of digits, each as needed, and a letter: `d` and `x` for whole numbers, `e`, `f`
    /// and `g` for others, `s` for anything, `D` and `T` for times as a date. `%%` is a percent sign.
    #[example("fmt(\"%s is %04d or %.2f\", \"x\", 42, 1.5)", "x is 0042 or 1.50")]
    #[example("fmt(\"[%-5s][%5s]\", \"a\", \"b\")", "[a    ][    b]")]
    #[example("fmt(\"%x %%\", 255)", "ff %")]
    fn "fmt" = "function(va_args: any): string";
    |vm, arguments: Rest<'_>| -> Vec<u8> {
        let Some((template, values)) = arguments.0.split_first() else { return Ok(Vec::new()) };
        let bytes = template.as_bytes().ok_or_else(|| Raise::error("fmt() takes a string as its first argument"))?;
        let zone = if shows_time(bytes) { vm.time_zone() } else { TimeZone::UTC };
        let formatted = vm.text_with_bodies(|| format(bytes, values, &zone));
        for error in formatted.errors {
            match error.subject {
                Subject::Call => vm.builtin_error(error.message),
                Subject::Template => vm.builtin_error_about(error.message, template),
                Subject::Argument(place) => {
                    vm.builtin_error_about(error.message, values.get(place).unwrap_or(&Value::Unset));
                }
            }
        }
        Ok(formatted.text)
    }

    /// Prints values as `print` does, without an end of line and with their bytes as they are.
    fn "print_raw" = "function(va_args: any): bool";
    |vm, values: Rest<'_>| -> bool {
        let text = vm.text_with_bodies(|| values.0.iter().flat_map(Value::to_text).collect::<Vec<u8>>());
        vm.host.write_output(&text);
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use crate::builtins::testing::Natives;
    use crate::value::Value;

    #[test]
    fn joining_anything() {
        let mut natives = Natives::new();
        let values = [Value::Count(1), Value::string("a\nb"), Value::Bool(true)];
        assert_eq!(natives.text("cat", &values), "1a\nbT");
        let mut with_separator = vec![Value::string(", "), Value::string("-"), Value::string("")];
        with_separator.extend(values);
        assert_eq!(natives.text("cat_sep", &with_separator), "-, 1, a\nb, T");
    }

    #[test]
    fn mistakes_in_templates_are_reported() {
        let mut natives = Natives::new();
        assert_eq!(natives.text("fmt", &[Value::string("%d"), Value::string("x")]), "");
        assert_eq!(natives.messages(), "error: bad type for %d/%x format\n");
        assert_eq!(natives.text("fmt", &[Value::string("%d")]), "");
        assert_eq!(natives.messages(), "error: too few arguments for format\n");
    }
}
