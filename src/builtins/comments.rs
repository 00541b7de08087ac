//! What the `##` comments in scripts say.

use std::rc::Rc;

use super::results::message_text;
use crate::source::SourceText;
use crate::types::Field;
use crate::value::Text;
use crate::vm::{Vm, natives};

/// The text of a comment without the space behind its marks.
fn lines(doc: &str) -> String {
    let lines: Vec<&str> = doc.lines().map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
    lines.join("\n")
}

/// The first script that was loaded by this name, as far as the name goes from the end.
fn script_ending(vm: &Vm, name: &str) -> Option<(String, SourceText)> {
    let sources = &vm.program.sources;
    let is_it = |path: &str| path.strip_suffix(name).is_some_and(|before| before.is_empty() || before.ends_with('/'));
    let file = sources.files().filter_map(|id| sources.get(id)).find(|file| is_it(&file.name))?;
    Some((file.name.to_string(), file.text.clone()))
}

natives! {
    /// Gives what the comment in front of a global, a type or the name of an enum says.
    #[example("|get_identifier_comments(\"bro_init\")| > 0", "T")]
    fn "get_identifier_comments" = "function(name: string): string";
    |vm, name: Rc<Text>| -> String {
        let name = message_text(vm, &name);
        let global = vm.program.find((&*name).into()).map(|id| vm.program.global(id));
        Ok(global.and_then(|global| global.doc.as_deref()).map(lines).unwrap_or_default())
    }

    /// Gives what the comment at a field of a record says; the field is written as `Type$field`.
    #[example("get_record_field_comments(\"conn_id$orig_h\")", "Address of the side that opened the connection.")]
    fn "get_record_field_comments" = "function(name: string): string";
    |vm, name: Rc<Text>| -> String {
        let name = message_text(vm, &name);
        let Some((ty, field)) = name.split_once('$') else { return Ok(String::new()) };
        let global = vm.program.find(ty.into()).map(|id| vm.program.global(id));
        let record = global.and_then(|global| global.ty.as_record());
        let doc = record.and_then(|record| {
            record.with_fields(|fields: &[Field]| {
                fields.iter().find(|known| known.name.as_str() == field).and_then(|known| known.doc.clone())
            })
        });
        Ok(doc.as_deref().map(lines).unwrap_or_default())
    }

    /// Gives what the comments about a whole script say, those that begin with `##!`. The script is named as far as it
    /// takes to know it, from the end of its path.
    #[example("|get_script_comments(\"base/init-bare.bro\")| > 0", "T")]
    fn "get_script_comments" = "function(name: string): string";
    |vm, name: Rc<Text>| -> String {
        let name = message_text(vm, &name);
        let text = script_ending(vm, &name).map(|(_, text)| String::from_utf8_lossy(&text).into_owned());
        let text = text.unwrap_or_default();
        Ok(lines(&text.lines().filter_map(|line| line.trim_start().strip_prefix("##!")).collect::<Vec<_>>().join("\n")))
    }

    /// Gives the file `README` of a package that was loaded.
    #[example("get_package_readme(\"base/frameworks/none\")", "")]
    fn "get_package_readme" = "function(name: string): string";
    |vm, name: Rc<Text>| -> Vec<u8> {
        let name = message_text(vm, &name);
        let loader = ["bro", "zeek"].iter().find_map(|ending| script_ending(vm, &format!("{name}/__load__.{ending}")));
        let Some((path, _)) = loader else { return Ok(Vec::new()) };
        let folder = path.rsplit_once('/').map_or(".", |(folder, _)| folder);
        Ok(vm.host.read_file(&format!("{folder}/README")).unwrap_or_default())
    }
}
