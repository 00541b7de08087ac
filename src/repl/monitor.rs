//! Watching topics: messages are shown as they come, until the user has seen enough.

use std::cell::RefCell;
use std::fmt::Write;
use std::rc::Rc;
use std::sync::atomic::Ordering;

use nu_ansi_term::Color;

use super::session::Session;
use crate::broker::{Heard, Peering, Watch, from_data};
use crate::calendar::{local_time, strftime};
use crate::reference::value_text;
use crate::syntax::ast::Flavor;
use crate::types::TypeRef;
use crate::value::Value;
use crate::vm::Vm;
use crate::wire::{Data, Message};

/// The longest wait between two looks at what the user does, in seconds.
const LOOK: f64 = 0.05;

/// How the user says that it is enough.
pub trait Attention {
    /// From now on [`Attention::is_wanted`] is asked.
    fn begin(&mut self);
    /// Whether the user wants something else; does not wait.
    fn is_wanted(&mut self) -> bool;
    fn end(&mut self);
}

/// Who asks the user, and the session that wants to know.
pub type SharedAttention = Rc<RefCell<dyn Attention>>;

impl Session {
    /// Shows messages whose topics begin with `prefix` until the user wants something else. Gives how many came.
    pub(super) fn monitor(&mut self, prefix: &str) -> usize {
        Watch::begin(&mut self.engine.vm);
        Peering::subscribe(&mut self.engine.vm, prefix.as_bytes());
        let attention = self.attention.clone();
        if let Some(attention) = &attention {
            attention.borrow_mut().begin();
        }
        self.start.interrupt.store(false, Ordering::Relaxed);
        let mut count = 0;
        loop {
            self.tick();
            count += self.show_heard(prefix);
            self.output.flush();
            let enough = attention.as_ref().is_none_or(|attention| attention.borrow_mut().is_wanted());
            if enough || self.quit.is_some() || self.start.interrupt.swap(false, Ordering::Relaxed) {
                break;
            }
            self.engine.vm.host.wait(LOOK);
        }
        if let Some(attention) = &attention {
            attention.borrow_mut().end();
        }
        Peering::unsubscribe(&mut self.engine.vm, prefix.as_bytes());
        count
    }

    fn show_heard(&mut self, prefix: &str) -> usize {
        let mut count = 0;
        while let Some(heard) = Watch::next_heard(&mut self.engine.vm) {
            if !heard.topic.starts_with(prefix.as_bytes()) {
                continue;
            }
            let Heard { topic, message, .. } = heard;
            let topic = String::from_utf8_lossy(&topic).into_owned();
            for message in whole(message) {
                count += 1;
                let text = self.shown(&topic, &message);
                self.output.text(text.as_bytes());
            }
        }
        let forgotten = Watch::take_forgotten(&mut self.engine.vm);
        if forgotten > 0 {
            self.output.line(&format!("{forgotten} messages came too fast to be shown."));
        }
        count
    }

    /// A message on one line, or for people on several where one is not enough.
    fn shown(&mut self, topic: &str, message: &Message) -> String {
        let vm = &mut self.engine.vm;
        let now = vm.host.now();
        let zone = vm.time_zone();
        let clock = local_time(&zone, now).map(|time| strftime(b"%H:%M:%S", &time)).unwrap_or_default();
        let time = format!("{}.{:03}", String::from_utf8_lossy(&clock), (now.fract() * 1000.0) as u32);
        let body = message_text(vm, message);
        let (head, style) = (format!("{time} {topic}"), self.style);
        let is_wide = head.chars().count() + 1 + body.chars().count() > style.width;
        let head = if style.color { format!("{} {}", time, Color::Cyan.paint(topic)) } else { head };
        if !style.rich || !is_wide {
            return format!("{head} {body}\n");
        }
        let mut out = format!("{head}\n");
        for line in pieces(&body, style.width.saturating_sub(5)) {
            let _ = writeln!(out, "    {line}");
        }
        out
    }
}

/// The messages of a batch, and of batches in it.
fn whole(message: Message) -> Vec<Message> {
    match message {
        // Batches are never nested deeper than decoding allows.
        Message::Batch(messages) => messages.into_iter().flat_map(whole).collect(),
        other => vec![other],
    }
}

/// Lines of at most so many characters; they end behind a comma or a blank where there is one.
fn pieces(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut rest: Vec<char> = text.chars().collect();
    while rest.len() > width.max(1) {
        let most = width.max(1);
        let break_at = rest.iter().take(most).rposition(|letter| *letter == ' ').map_or(most, |at| at + 1);
        let tail = rest.split_off(break_at);
        lines.push(rest.iter().collect::<String>().trim_end().to_owned());
        rest = tail;
    }
    lines.push(rest.iter().collect());
    lines
}

fn message_text(vm: &mut Vm, message: &Message) -> String {
    let name = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    match message {
        Message::Event(event) => {
            let called = name(&event.name);
            let types = parameters(vm, &called, event.arguments.len());
            let arguments: Vec<String> = event
                .arguments
                .iter()
                .enumerate()
                .map(|(number, data)| argument_text(vm, data, types.get(number)))
                .collect();
            format!("{called}({})", arguments.join(", "))
        }
        Message::IdentifierUpdate { name: id, value } => {
            let id = name(id);
            let ty = vm.program.find(id.as_str().into()).map(|found| vm.program.global(found).ty.clone());
            format!("{id} = {}", argument_text(vm, value, ty.as_ref()))
        }
        Message::LogCreate(create) => {
            format!("log {} goes to {} by {}", name(&create.stream), name(&create.path), name(&create.writer))
        }
        Message::LogWrite { stream, path, record, .. } => {
            format!("log {}: a line for {} ({} bytes)", name(stream), name(path), record.len())
        }
        Message::Batch(messages) => format!("{} messages", messages.len()),
    }
}

/// The types of an event's parameters, where the event is declared here and takes so many.
fn parameters(vm: &Vm, name: &str, count: usize) -> Vec<TypeRef> {
    let Some(id) = vm.program.find(name.into()) else { return Vec::new() };
    let ty = &vm.program.global(id).ty;
    let event = ty.as_func().filter(|func| func.flavor == Flavor::Event && func.parameters.len() == count);
    event.map(|event| event.parameters.iter().map(|parameter| parameter.ty.clone()).collect()).unwrap_or_default()
}

/// Data as a value of its declared type prints; without one as its own kind says.
fn argument_text(vm: &mut Vm, data: &Data, ty: Option<&TypeRef>) -> String {
    let value = ty.and_then(|ty| from_data(vm, data, ty).ok().flatten());
    match value {
        // A parameter of type any has the data itself, which prints as a record around it.
        Some(value) if value.is_set() && !matches!(ty, Some(ty) if ty.is(crate::types::TypeTag::Any)) => {
            value_text(&value)
        }
        _ => data_text(data),
    }
}

/// Data with its strings quoted.
pub(super) fn data_text(data: &Data) -> String {
    let list = |elements: &mut dyn Iterator<Item = &Data>| elements.map(data_text).collect::<Vec<_>>().join(", ");
    match data {
        Data::None => "-".to_owned(),
        Data::String(text) => value_text(&Value::string(text)),
        Data::Vector(elements) => format!("[{}]", list(&mut elements.iter())),
        Data::Set(elements) => format!("{{{}}}", list(&mut elements.iter())),
        Data::Table(entries) => {
            let entry = |(key, value): (&Data, &Data)| format!("[{}] = {}", data_text(key), data_text(value));
            format!("{{{}}}", entries.iter().map(entry).collect::<Vec<_>>().join(", "))
        }
        Data::Timestamp(nanoseconds) => value_text(&Value::Time(*nanoseconds as f64 / 1e9)),
        Data::Timespan(nanoseconds) => value_text(&Value::Interval(*nanoseconds as f64 / 1e9)),
        _ => String::from_utf8_lossy(&data.to_text()).into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{data_text, pieces};
    use crate::wire::Data;

    #[test]
    fn data_shows_what_is_text_in_it() {
        let inner = Data::Vector(vec![Data::string("a, b"), Data::Count(7), Data::None]);
        let table = Data::Table([(Data::string("k"), inner)].into_iter().collect());
        assert_eq!(data_text(&table), r#"{["k"] = ["a, b", 7, -]}"#);
        assert_eq!(data_text(&Data::Timespan(1_500_000_000)), "1.0 sec 500.0 msecs");
    }

    #[test]
    fn long_messages_are_broken_at_blanks_where_there_are_some() {
        assert_eq!(pieces("ab cd ef", 6), ["ab cd", "ef"]);
        assert_eq!(pieces("abcdefgh", 3), ["abc", "def", "gh"]);
        assert_eq!(pieces("", 3), [""]);
        assert_eq!(pieces("ab", 0), ["a", "b"]);
    }
}
