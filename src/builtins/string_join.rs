//! Strings put together from several, and cut at given places.

use std::rc::Rc;

use super::results::{string_array, string_vector, string_vector_from_one, without_zeros};
use crate::types::TypeTag;
use crate::value::{TableObject, Text, Value, VectorObject};
use crate::vm::{Raise, Rest, natives};

/// The strings of a `string_array` from one number to another, up to the first that is missing.
fn numbered(array: &TableObject, start: u64, end: u64) -> impl Iterator<Item = Rc<Text>> {
    (start..=end).map_while(|number| match array.get(&[Value::Count(number)]) {
        Some(Value::String(text)) => Some(text),
        _ => None,
    })
}

fn concatenated(strings: impl Iterator<Item = Rc<Text>>) -> Vec<u8> {
    strings.fold(Vec::new(), |mut all, text| {
        all.extend_from_slice(text.as_bytes());
        all
    })
}

/// The pieces of a text between cutting points: in order, each once, those outside the text left out.
fn pieces<'t>(text: &'t [u8], cuts: &VectorObject) -> Vec<&'t [u8]> {
    let mut places = cuts.with(|cuts| {
        let place = |cut: &Value| if let Value::Count(place) = cut { usize::try_from(*place).ok() } else { None };
        cuts.iter().filter_map(place).filter(|&place| place < text.len()).collect::<Vec<_>>()
    });
    if cuts.is_empty() {
        return Vec::new();
    }
    places.extend([0, text.len()]);
    places.sort_unstable();
    places.dedup();
    if text.is_empty() {
        return vec![text];
    }
    places.windows(2).filter_map(|ends| text.get(*ends.first()?..*ends.last()?)).collect()
}

natives! {
    /// Joins strings.
    #[example("string_cat(\"a\", \"b\", \"c\")", "abc")]
    fn "string_cat" = "function(va_args: any): string";
    |_vm, strings: Rest<'_>| -> Vec<u8> {
        let mut joined = Vec::new();
        for value in strings.0 {
            let bytes = value.as_bytes().ok_or_else(|| Raise::error("string_cat() takes strings"))?;
            joined.extend_from_slice(bytes);
        }
        Ok(joined)
    }

    /// Joins the strings of a table numbered from 1.
    #[example("cat_string_array(table([1] = \"a\", [2] = \"b\"))", "ab")]
    fn "cat_string_array" = "function(a: string_array): string &deprecated";
    |_vm, a: Rc<TableObject>| -> Vec<u8> {
        Ok(concatenated(numbered(&a, 1, a.len() as u64)))
    }

    /// Joins the strings of a table from number `start` to number `end`.
    #[example("cat_string_array_n(table([1] = \"a\", [2] = \"b\"), 2, 2)", "b")]
    fn "cat_string_array_n" = "function(a: string_array, start: count, end: count): string &deprecated";
    |_vm, a: Rc<TableObject>, start: u64, end: u64| -> Vec<u8> {
        Ok(concatenated(numbered(&a, start, end)))
    }

    /// Joins the strings of a table numbered from 1, with `sep` between them.
    #[example("join_string_array(\"-\", table([1] = \"a\", [2] = \"b\"))", "a-b")]
    fn "join_string_array" = "function(sep: string, a: string_array): string &deprecated";
    |_vm, sep: Rc<Text>, a: Rc<TableObject>| -> Vec<u8> {
        let strings: Vec<_> = numbered(&a, 1, a.len() as u64).collect();
        if strings.len() < a.len() {
            return Err(Raise::null());
        }
        let strings: Vec<&[u8]> = strings.iter().map(|text| text.as_bytes()).collect();
        Ok(strings.join(sep.as_bytes()))
    }

    /// Joins the strings of a vector, with `sep` between them. Elements that are missing count as empty.
    #[example("join_string_vec(vector(\"a\", \"b\"), \", \")", "a, b")]
    fn "join_string_vec" = "function(vec: string_vec, sep: string): string";
    |vm, vec: Rc<VectorObject>, sep: Rc<Text>| -> Vec<u8> {
        let separator = if vec.len() > 1 { without_zeros(vm, &sep) } else { b"" };
        let mut joined = Vec::new();
        vec.with(|elements| {
            for (place, element) in elements.iter().enumerate() {
                if place > 0 {
                    joined.extend_from_slice(separator);
                }
                match element {
                    Value::String(text) => joined.extend_from_slice(text.as_bytes()),
                    Value::Unset => {}
                    other => joined.extend(other.to_text()),
                }
            }
        });
        Ok(joined)
    }

    /// Joins the strings of a set in its order, with `sep` between them.
    #[example("join_string_set(set(\"a\", \"b\"), \"-\")", "a-b")]
    fn "join_string_set" = "function(ss: string_set, sep: string): string";
    |vm, ss: Rc<TableObject>, sep: Rc<Text>| -> Vec<u8> {
        let index = ss.ty.as_table().map_or(&[][..], |(index, _)| index);
        if !ss.is_set() || !matches!(index, [only] if only.is(TypeTag::String)) {
            vm.builtin_error("join_string_set() requires a string set argument");
            return Ok(Vec::new());
        }
        let mut joined = Vec::new();
        let mut first = true;
        ss.for_each(|key, _| {
            if !std::mem::take(&mut first) {
                joined.extend_from_slice(sep.as_bytes());
            }
            joined.extend_from_slice(key.first().and_then(Value::as_bytes).unwrap_or_default());
        });
        Ok(joined)
    }

    /// Gives the strings of a table numbered from 1 in sorted order.
    #[example("sort_string_array(table([1] = \"b\", [2] = \"a\"))[1]", "a")]
    fn "sort_string_array" = "function(a: string_array): string_array &deprecated";
    |_vm, a: Rc<TableObject>| -> Rc<TableObject> {
        let mut strings: Vec<_> = numbered(&a, 1, a.len() as u64).collect();
        strings.sort();
        Ok(string_array(strings.iter().map(|text| text.as_bytes())))
    }

    /// Cuts `s` at the places `idx`, counted from 0. The pieces are numbered from 1: the vector's first element is
    /// missing.
    #[example("str_split(\"abcdef\", vector(2, 4))[1]", "ab")]
    fn "str_split" = "function(s: string, idx: index_vec): string_vec";
    |_vm, s: Rc<Text>, idx: Rc<VectorObject>| -> Rc<VectorObject> {
        Ok(string_vector_from_one(pieces(s.as_bytes(), &idx)))
    }

    /// Cuts `s` at the places `idx`, counted from 0.
    #[example("str_split_indices(\"abcdef\", vector(2, 4))", "[ab, cd, ef]")]
    fn "str_split_indices" = "function(s: string, idx: index_vec): string_vec";
    |_vm, s: Rc<Text>, idx: Rc<VectorObject>| -> Rc<VectorObject> {
        Ok(string_vector(pieces(s.as_bytes(), &idx)))
    }
}

#[cfg(test)]
mod tests {
    use crate::builtins::results::{count_vector, string_array, string_vector};
    use crate::builtins::testing::Natives;
    use crate::value::Value;

    #[test]
    fn pieces_count_from_one() {
        let mut natives = Natives::new();
        let mut cut = |name: &str, places: &[u64]| {
            let places = Value::Vector(count_vector(places.iter().copied()));
            natives.text(name, &[Value::string("abcdef"), places])
        };
        assert_eq!(cut("str_split", &[2, 4]), "[, ab, cd, ef]");
        assert_eq!(cut("str_split_indices", &[4, 2, 2, 0, 99]), "[ab, cd, ef]");
        assert_eq!(cut("str_split_indices", &[]), "[]");
    }

    #[test]
    fn joining() {
        let mut natives = Natives::new();
        let vector = string_vector(["a", "", "c"]);
        vector.with_mut(|elements| elements.push(Value::Unset));
        assert_eq!(natives.text("join_string_vec", &[Value::Vector(vector), Value::string("-")]), "a--c-");
        let array = Value::Table(string_array(["b", "a"]));
        assert_eq!(natives.text("join_string_array", &[Value::string("-"), array.clone()]), "b-a");
        assert_eq!(natives.text("cat_string_array", std::slice::from_ref(&array)), "ba");
        assert_eq!(natives.text("sort_string_array", &[array]), "{\n\t[1] = a,\n\t[2] = b\n}");
    }
}
