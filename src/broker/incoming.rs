//! What other nodes say, done here: events are raised and globals set.
//!
//! Nothing that comes in is believed: what does not fit its declaration is reported with the node that sent it, and
//! dropped.

use smallvec::SmallVec;

use super::metadata::known;
use super::remote_event::{self, Misfit};
use super::{Peering, from_data, logs, stores, type_word, watch, websocket};
use crate::endpoint::Inbox;
use crate::program::GlobalKind;
use crate::vm::Vm;
use crate::wire::{Argument, Command, Data, EndpointId, EventReader, Invalid, Kind, LogPlace, Message, decode};

/// Does what the messages in the endpoint's inbox say.
pub(super) fn dispatch(vm: &mut Vm) {
    let mut inbox = Peering::with(vm, |endpoint, _| std::mem::take(endpoint.inbox()));
    if inbox.is_empty() {
        return;
    }
    let has_guests = websocket::is_listening(vm);
    let forwarded = vm.state::<Peering>().forwarded.clone();
    for delivery in inbox.iter() {
        watch::hear(vm, &delivery);
        if delivery.kind == Kind::Command {
            if let Ok(command) = Command::decode(delivery.payload) {
                stores::receive(vm, delivery.sender, delivery.topic, command);
            }
            continue;
        }
        if has_guests {
            websocket::deliver(vm, delivery.topic, delivery.payload);
            if !Peering::with(vm, |endpoint, _| endpoint.subscriptions().wants(delivery.topic)) {
                continue;
            }
        }
        let passed_on = forwarded.iter().any(|prefix| delivery.topic.starts_with(prefix));
        if passed_on || !raise_at_once(vm, delivery.sender, delivery.payload) {
            receive(vm, delivery.sender, delivery.payload, passed_on);
        }
    }
    // The memory goes back for the next messages.
    inbox.clear();
    Peering::with(vm, |endpoint, _| {
        if endpoint.inbox().is_empty() {
            *endpoint.inbox() = inbox;
        }
    });
}

/// Writes the records of logs among messages that came too late for anything else.
pub(super) fn keep_records(vm: &mut Vm, inbox: &Inbox) {
    for delivery in inbox.iter().filter(|delivery| delivery.kind == Kind::Data) {
        let message = decode(delivery.payload).ok().and_then(|data| Message::from_data(data).ok());
        let messages = match message {
            Some(Message::Batch(messages)) => messages,
            message => message.into_iter().collect(),
        };
        for message in messages {
            if matches!(message, Message::LogCreate(_) | Message::LogWrite { .. }) {
                perform(vm, delivery.sender, message, false);
            }
        }
    }
}

/// `passed_on`: this node has the topic only for others, and raises no events of it.
pub(super) fn receive(vm: &mut Vm, sender: EndpointId, payload: &[u8], passed_on: bool) {
    // As with Broker, bytes that are no data are dropped without a word.
    let Ok(data) = decode(payload) else { return };
    match Message::from_data(data) {
        Ok(message) => perform(vm, sender, message, passed_on),
        Err(invalid) => {
            if invalid == Invalid::Version {
                vm.host.write_error(b"outer fields invalid\n");
            }
            let text = decode(payload).map(|data| data.to_text()).unwrap_or_default();
            let text = String::from_utf8_lossy(&text);
            vm.warning_without_place(format!("received invalid broker message: {text} (from {sender})"));
        }
    }
}

fn perform(vm: &mut Vm, sender: EndpointId, message: Message, passed_on: bool) {
    match message {
        Message::Event(event) if !passed_on => {
            raise(vm, sender, &event.name, event.arguments.into_iter().map(Argument::Other), event.metadata);
        }
        Message::Event(_) => vm.state::<Peering>().statistics.events_in += 1,
        Message::IdentifierUpdate { name, value } => set_global(vm, &name, &value),
        Message::LogCreate(create) => logs::create(vm, create),
        Message::LogWrite { stream, writer, path, record } => {
            let place = LogPlace { stream: &stream, writer: &writer, path: &path };
            logs::write(vm, sender, place, &record);
        }
        Message::Batch(messages) => {
            messages.into_iter().for_each(|message| perform(vm, sender, message, passed_on));
        }
    }
}

/// Raises the event in a payload. False where it is not an ordinary event, and nothing has been done.
fn raise_at_once(vm: &mut Vm, sender: EndpointId, payload: &[u8]) -> bool {
    let Some(mut event) = EventReader::new(payload) else { return false };
    let mut arguments: SmallVec<[Argument<'_>; 4]> = SmallVec::new();
    for _ in 0..event.arguments {
        let Ok(argument) = event.next_argument() else { return false };
        arguments.push(argument);
    }
    let name = event.name;
    if !event.is_at_end() {
        return false;
    }
    raise(vm, sender, name, arguments, None);
    true
}

/// Raises an event that another node sent, where somebody here handles it.
fn raise<'a>(
    vm: &mut Vm,
    sender: EndpointId,
    name: &[u8],
    arguments: impl IntoIterator<Item = Argument<'a>, IntoIter: ExactSizeIterator>,
    metadata: Option<Vec<(u64, Data)>>,
) {
    vm.state::<Peering>().statistics.events_in += 1;
    let name = String::from_utf8_lossy(name);
    let fitting = match remote_event::declared(vm, &name) {
        // Nobody here would hear it.
        Ok(event) if !event.has_bodies() => return,
        Ok(event) => remote_event::fit(vm, &event, arguments).map(|values| (event, values)),
        Err(misfit) => Err(misfit),
    };
    match fitting {
        Ok((event, values)) => {
            let metadata = known(vm, metadata);
            vm.queue_remote_event(&event, values, metadata);
        }
        Err(misfit) => report(vm, sender, &name, &misfit),
    }
}

fn report(vm: &mut Vm, sender: EndpointId, name: &str, misfit: &Misfit) {
    let text = match misfit {
        // As with Bro, what nobody here knows is for others.
        Misfit::Undeclared => return,
        Misfit::Count { got, expected } => {
            format!("got event message '{name}' with invalid # of args, got {got}, expected {expected} (from {sender})")
        }
        Misfit::Argument { number, data, expected } => format!(
            "failed to convert remote event '{name}' arg #{number}, got {}, expected {expected} (from {sender})",
            data.data_type().name(),
        ),
    };
    vm.warning_without_place(text);
}

/// Gives a global the value that another node published.
fn set_global(vm: &mut Vm, name: &[u8], data: &Data) {
    vm.state::<Peering>().statistics.ids_in += 1;
    let name = String::from_utf8_lossy(name);
    let Some(id) = vm.program.find((&*name).into()) else {
        return vm.warning_without_place(format!("Received id-update request for unknown id: {name}"));
    };
    let global = vm.program.global(id);
    let ty = global.ty.clone();
    let holds_value = matches!(global.kind, GlobalKind::Variable | GlobalKind::Const | GlobalKind::Option);
    match from_data(vm, data, &ty) {
        Ok(Some(value)) if holds_value => vm.set_global(id, value),
        _ => vm.error_without_place(format!("Failed to receive ID with unsupported type: {name} ({})", type_word(&ty))),
    }
}
