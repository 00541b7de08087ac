//! The commands that reach other processes: `:connect`, `:get`, `:publish`, `:monitor`, `:peers`.

use super::commands::{failed, needed};
use super::input::names_in_pure;
use super::monitor::data_text;
use super::session::Session;
use super::table::table;
use crate::broker::{Peering, from_data, to_data};
use crate::hir::GlobalId;
use crate::load::Consumer;
use crate::program::GlobalKind;
use crate::reference::type_text;
use crate::sema::full_name;
use crate::source::Symbol;
use crate::syntax::ast::{Expr, ExprKind, Flavor};
use crate::types::{TypeRef, TypeTag};
use crate::value::Value;

/// Other nodes print this much of a type's name at most.
const MOST_TYPE: usize = 60;

pub(super) fn connect(session: &mut Session, place: &str) -> Result<(), String> {
    needed(place, "a place", ":connect 127.0.0.1:47760")?;
    session.connect(place)
}

pub(super) fn get(session: &mut Session, text: &str) -> Result<(), String> {
    needed(text, "a variable", ":get Cluster::node")?;
    let expression = session.read_expression(text).ok_or_else(failed)?;
    match &expression.kind {
        ExprKind::Name(name) => get_variable(session, *name),
        _ => get_expression(session, &expression),
    }
}

/// What a name stands for here.
fn declared(session: &Session, name: Symbol) -> Option<GlobalId> {
    let program = &session.engine.vm.program;
    program.find(full_name(session.engine.module(), name)).or_else(|| program.find(name))
}

/// The full name and the type of a variable, where it is one here.
fn variable(session: &Session, id: GlobalId) -> Option<(String, TypeRef)> {
    let global = session.engine.vm.program.global(id);
    let is_variable = matches!(global.kind, GlobalKind::Variable | GlobalKind::Const | GlobalKind::Option);
    (is_variable && global.ty.as_func().is_none()).then(|| (global.name.to_string(), global.ty.clone()))
}

fn get_variable(session: &mut Session, name: Symbol) -> Result<(), String> {
    let known = declared(session, name).and_then(|id| variable(session, id));
    let full = known.as_ref().map_or_else(|| name.to_string(), |(full, _)| full.clone());
    let fetched = session.fetch(&full)?;
    if fetched.is_unknown() {
        return Err(format!("{} has no variable {full} with a value", session.other_side()));
    }
    let value = known.and_then(|(_, ty)| {
        let value = match &fetched.typed {
            Some((_, data)) => from_data(&mut session.engine.vm, data, &ty).ok().flatten(),
            None => read_simple(session, &fetched.text, &ty),
        };
        Some((value?, ty))
    });
    match (value, fetched.typed) {
        (Some((value, ty)), _) => {
            session.show_value(&value, &ty);
            session.remember(value, ty);
        }
        (None, Some((ty, data))) if session.style().rich && !fetched.text.contains('\n') => {
            let note = if ty.len() > MOST_TYPE { String::new() } else { format!("  : {ty}") };
            session.output().line(&format!("{}{note}", data_text(&data)));
        }
        _ => session.output().line(fetched.text.trim_end()),
    }
    Ok(())
}

/// The value that a text stands for as `print` writes it, where the type leaves no doubt.
fn read_simple(session: &mut Session, text: &str, ty: &TypeRef) -> Option<Value> {
    match ty.tag() {
        TypeTag::String => return Some(Value::string(text)),
        TypeTag::Bool
        | TypeTag::Count
        | TypeTag::Int
        | TypeTag::Double
        | TypeTag::Interval
        | TypeTag::Addr
        | TypeTag::Subnet
        | TypeTag::Port
        | TypeTag::Enum => {}
        _ => return None,
    }
    let output = session.output().clone();
    let errors = output.errors();
    let snapshot = session.engine.snapshot();
    let (value, _) = output.keeping(|| {
        let expression = session.read_expression(text).filter(|expression| names_in_pure(expression).is_some())?;
        let (body, found) = session.engine.prepare(&expression)?;
        let value = session.engine.evaluate(body).ok().flatten()?;
        (found.tag() == ty.tag()).then_some(value)
    });
    session.engine.restore(snapshot);
    value.filter(|_| output.errors() == errors)
}

/// The value of an expression here in which the variables have the values they have there.
fn get_expression(session: &mut Session, expression: &Expr) -> Result<(), String> {
    let names = names_in_pure(expression)
        .ok_or("only what changes nothing can be asked of another node: variables, indices, fields, operators")?;
    let mut values: Vec<(GlobalId, Value)> = Vec::new();
    for name in names {
        let Some(id) = declared(session, name) else { continue };
        let Some((full, ty)) = variable(session, id) else { continue };
        if values.iter().any(|(known, _)| *known == id) {
            continue;
        }
        let value = session
            .fetch_as(&full, &ty)?
            .ok_or_else(|| format!("{} tells {full} only as text; :get {full} shows it", session.other_side()))?;
        values.push((id, value));
    }
    let snapshot = session.engine.snapshot();
    for (id, value) in values {
        session.engine.vm.set_global(id, value);
    }
    let result = session.engine.prepare(expression).and_then(|(body, ty)| {
        let value = session.engine.evaluate(body).ok().flatten()?;
        Some((value, ty))
    });
    session.engine.restore(snapshot);
    let (value, ty) = result.ok_or_else(failed)?;
    session.show_value(&value, &ty);
    session.remember(value, ty);
    Ok(())
}

pub(super) fn publish(session: &mut Session, text: &str) -> Result<(), String> {
    let usage = || "a topic and an event are needed, as in :publish my/topic my_event(1, \"two\")".to_owned();
    let (topic, event) = text.split_once(char::is_whitespace).ok_or_else(usage)?;
    let topic = topic.trim_matches('"');
    let expression = session.read_expression(event.trim().trim_end_matches(';')).ok_or_else(failed)?;
    let ExprKind::Call(callee, arguments) = &expression.kind else { return Err(usage()) };
    let ExprKind::Name(name) = callee.kind else { return Err(usage()) };
    if !Peering::has_peers(&mut session.engine.vm) {
        return Err("nobody is connected; :connect HOST:PORT changes that".into());
    }
    let known = declared(session, name).map(|id| session.engine.vm.program.global(id));
    let known = known.map(|global| (global.name, global.ty.clone()));
    let mut values = evaluated(session, arguments)?;
    if let Some((full, ty)) = &known {
        values = fitting(session, full.as_str(), ty, values)?;
    }
    let mut converted = Vec::with_capacity(values.len());
    for value in &values {
        let data = to_data(&mut session.engine.vm, value);
        converted.push(data.map_err(|unsupported| format!("it cannot be sent: {}", unsupported.0))?);
    }
    let full = known.map_or(name, |(full, _)| full);
    session.publish_event(topic, full.as_str(), converted);
    let heard = Peering::with(&mut session.engine.vm, |endpoint, _| endpoint.is_wanted(topic.as_bytes()));
    session.tick();
    if !heard {
        return Err(format!("nobody who is connected hears {topic}"));
    }
    if session.style().rich {
        session.output().line("Published.");
    }
    Ok(())
}

/// The values of arguments; what is wrong with one is reported.
fn evaluated(session: &mut Session, arguments: &[Expr]) -> Result<Vec<Value>, String> {
    let one = |argument: &Expr| {
        let (body, _) = session.engine.prepare(argument)?;
        session.engine.evaluate(body).ok().flatten()
    };
    arguments.iter().map(one).collect::<Option<Vec<Value>>>().ok_or_else(failed)
}

/// Arguments as an event takes them.
fn fitting(session: &mut Session, name: &str, ty: &TypeRef, values: Vec<Value>) -> Result<Vec<Value>, String> {
    let event = ty.as_func().filter(|func| func.flavor == Flavor::Event);
    let event = event.ok_or_else(|| format!("{name} is no event"))?;
    let (expected, found) = (event.parameters.len(), values.len());
    if expected != found {
        return Err(format!("{name} takes {}, not {found}", super::layouts::count(expected, "argument")));
    }
    let fit = |(value, parameter): (Value, &crate::types::Parameter)| {
        session.engine.vm.fit(&value, &parameter.ty).ok_or_else(|| {
            let (found, expected) = (type_text(&value.type_of()), type_text(&parameter.ty));
            format!("{name} takes a {expected} for {}, not a {found}", parameter.name)
        })
    };
    values.into_iter().zip(&event.parameters).map(fit).collect()
}

pub(super) fn monitor(session: &mut Session, prefix: &str) -> Result<(), String> {
    let prefix = prefix.trim_matches('"');
    if !Peering::is_active(&mut session.engine.vm) {
        return Err("there is nobody to hear from; :connect HOST:PORT changes that".into());
    }
    let rich = session.style().rich;
    if rich {
        let topics = if prefix.is_empty() { "all topics".to_owned() } else { format!("topics like {prefix}...") };
        session.output().line(&format!("Watching {topics}; any key ends it."));
    }
    let count = session.monitor(prefix);
    if rich {
        session.output().line(&super::layouts::count(count, "message"));
    }
    Ok(())
}

pub(super) fn peers(session: &mut Session, _: &str) -> Result<(), String> {
    let width = session.style().width;
    let rows = |peers: Vec<[String; 3]>| peers.into_iter().map(Vec::from).collect::<Vec<Vec<String>>>();
    let headings = ["peer", "address", "state"];
    let here = rows(session.peers_here());
    let text = if here.is_empty() { "Nobody is connected.\n".to_owned() } else { table(&headings, &here, width) };
    session.output().text(text.as_bytes());
    if session.attached.is_some() {
        let there = rows(session.peers_there()?);
        let text = format!("\nPeers of {}:\n{}", session.other_side(), table(&headings, &there, width));
        session.output().text(text.as_bytes());
    }
    Ok(())
}
