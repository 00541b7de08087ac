//! Broker's messages for scripts: events for other nodes, subscriptions, peers.
//!
//! As in Bro, where no peer is there nothing is sent, and nothing is looked up for it.

use std::io::ErrorKind;
use std::rc::Rc;
use std::time::Duration;

use super::results::type_named;
use crate::broker::metadata::outgoing;
use crate::broker::{Peering, Stores, data_record, flush_logs, peer_info, to_data, type_word, with_data, write_value};
use crate::endpoint::Endpoint;
use crate::syntax::ast::{Flavor, Protocol};
use crate::types::assign::same_type;
use crate::types::{Parameter, TypeTag};
use crate::value::{FuncObject, RecordObject, TableObject, Text, Value, VectorObject};
use crate::vm::{Interval, Port, Raise, Rest, Vm, natives};
use crate::wire::{Data, Event, Message, encode, put_event, put_metadata};

/// A record `Broker::Event` out of an event and its arguments. Where they do not fit that is reported, and the
/// record names no event.
fn make_event(vm: &mut Vm, values: &[Value]) -> Result<Value, Raise> {
    let ty = type_named(vm, "Broker::Event")?;
    let of_arguments = ty.as_record().and_then(|record| record.field(1)).map(|field| field.ty);
    let of_arguments = of_arguments.ok_or_else(|| Raise::error("type Broker::Event has no arguments"))?;
    let empty = Value::Vector(Rc::new(VectorObject::new(of_arguments.clone(), Vec::new())));
    let record = Rc::new(RecordObject::new(ty, vec![Value::Unset, empty]));
    match event_parts(vm, values)? {
        Ok((name, arguments)) => {
            let records = arguments.into_iter().map(|data| data_record(vm, data)).collect::<Result<_, _>>()?;
            record.set(0, Value::string(name));
            record.set(1, Value::Vector(Rc::new(VectorObject::new(of_arguments, records))));
        }
        Err(message) => vm.builtin_error(message),
    }
    Ok(Value::Record(record))
}

/// The name of an event, with its arguments as data; or what is wrong.
pub(super) type EventParts = Result<(String, Vec<Data>), String>;

pub(super) fn event_parts(vm: &mut Vm, values: &[Value]) -> Result<EventParts, Raise> {
    let no_event = || Ok(Err("attempt to convert non-event into an event type".to_owned()));
    let Some((Value::Func(event), arguments)) = values.split_first() else { return no_event() };
    let Some(ty) = event.ty.as_func().filter(|ty| ty.flavor == Flavor::Event) else { return no_event() };
    if ty.parameters.len() != arguments.len() {
        let (got, expected) = (values.len(), ty.parameters.len() + 1);
        return Ok(Err(format!("bad # of arguments: got {got}, expect {expected}")));
    }
    let mut converted = Vec::with_capacity(arguments.len());
    for ((number, value), parameter) in (1..).zip(arguments).zip(&ty.parameters) {
        let got = value.type_of();
        if !same_type(&got, &parameter.ty, false) {
            let (got, expected) = (type_word(&got), type_word(&parameter.ty));
            return Ok(Err(format!("event parameter #{number} type mismatch, got {got}, expect {expected}")));
        }
        match &value {
            Value::Record(record) if got.name().is_some_and(|name| name.as_str() == "Broker::Data") => {
                converted.push(with_data(record, |data| data.clone()).unwrap_or_default());
                continue;
            }
            _ => {}
        }
        match to_data(vm, value) {
            Ok(data) => converted.push(data),
            Err(unsupported) => {
                vm.error_without_place(unsupported.0);
                let got = type_word(&got);
                return Ok(Err(format!("failed to convert param #{number} of type {got} to broker data")));
            }
        }
    }
    Ok(Ok((event.name.as_str().to_owned(), converted)))
}

/// The number that a text begins with, and 0 where it begins with none.
fn leading_number(text: &str) -> f64 {
    let text = text.trim_start();
    let end = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    text.get(..end).and_then(|digits| digits.parse().ok()).unwrap_or(0.0)
}

/// Who publishes, which shows in an event with which nothing goes: Broker sends an empty list, the cluster none.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Publisher {
    Broker,
    Cluster,
}

fn goes_with(vm: &mut Vm, publisher: Publisher) -> Option<Vec<(u64, Data)>> {
    let metadata = outgoing(vm);
    (publisher == Publisher::Broker || !metadata.is_empty()).then_some(metadata)
}

/// Whether what is no event counts as published: with Broker all goes well where nobody is there.
fn is_done(vm: &mut Vm, publisher: Publisher) -> bool {
    publisher == Publisher::Broker && !Peering::is_heard(vm)
}

/// Publishes an event to those who want the topic. False where it is no event.
pub(super) fn publish(vm: &mut Vm, topic: &Text, arguments: &[Value], publisher: Publisher) -> Result<bool, Raise> {
    if let [Value::Func(event), arguments @ ..] = arguments
        && let Some(ty) = event.ty.as_func().filter(|ty| ty.flavor == Flavor::Event)
        && let Some(payload) = written(vm, event, &ty.parameters, arguments, publisher)
    {
        Peering::publish_event(vm, topic.as_bytes(), payload);
        return Ok(true);
    }
    let parts = match arguments {
        [Value::Record(record)] => match (record.get(0), record.get(1)) {
            // `Broker::make_event` could not make it, and has said so.
            (Value::Unset, _) => return Ok(is_done(vm, publisher)),
            // What `Cluster::make_event` made.
            (event @ Value::Func(_), Value::Vector(arguments)) => {
                let mut parts = vec![event];
                parts.extend(arguments.with(<[Value]>::to_vec));
                event_parts(vm, &parts)?
            }
            _ => Ok(event_of(record)),
        },
        _ => event_parts(vm, arguments)?,
    };
    let (name, arguments) = match parts {
        Ok(parts) => parts,
        Err(message) => {
            vm.builtin_error(message);
            return Ok(is_done(vm, publisher));
        }
    };
    if Peering::is_heard(vm) {
        let metadata = goes_with(vm, publisher);
        let event = Event { name: name.into_bytes(), arguments, metadata };
        Peering::statistics(vm).events_out += 1;
        send(vm, topic.as_bytes(), Message::Event(event));
    }
    Ok(true)
}

/// An event as it is sent, of arguments that need no more than to be written down. Others are looked at closer.
fn written(
    vm: &mut Vm,
    event: &FuncObject,
    parameters: &[Parameter],
    arguments: &[Value],
    publisher: Publisher,
) -> Option<Vec<u8>> {
    if parameters.len() != arguments.len() {
        return None;
    }
    let metadata = goes_with(vm, publisher);
    let mut out = Peering::scratch(vm);
    put_event(event.name.as_str().as_bytes(), arguments.len(), metadata.is_some(), &mut out);
    for (value, parameter) in arguments.iter().zip(parameters) {
        let plain = match value {
            Value::Bool(_) => TypeTag::Bool,
            Value::Count(_) => TypeTag::Count,
            Value::Int(_) => TypeTag::Int,
            Value::Double(_) => TypeTag::Double,
            Value::Time(_) => TypeTag::Time,
            Value::Interval(_) => TypeTag::Interval,
            Value::String(_) => TypeTag::String,
            Value::Addr4(_) | Value::Addr6(_) => TypeTag::Addr,
            Value::Subnet4(..) | Value::Subnet6(_) => TypeTag::Subnet,
            Value::Port(..) => TypeTag::Port,
            _ => return None,
        };
        if !parameter.ty.is(plain) || write_value(vm, value, &mut out).is_err() {
            return None;
        }
    }
    metadata.iter().for_each(|metadata| put_metadata(metadata, &mut out));
    Some(out)
}

fn send(vm: &mut Vm, topic: &[u8], message: Message) {
    let mut payload = Vec::new();
    encode(&message.into_data(), &mut payload);
    Peering::publish(vm, topic, &payload);
}

/// Publishes an event that was raised to the topics it goes to automatically.
fn publish_raised(vm: &mut Vm, event: &Rc<FuncObject>, arguments: &[Value]) {
    let Some(topics) = vm.state::<Peering>().auto_published.get(event.name.as_str()).cloned() else { return };
    if topics.is_empty() || !Peering::is_heard(vm) {
        return;
    }
    let mut converted = Vec::with_capacity(arguments.len());
    for argument in arguments {
        match to_data(vm, argument) {
            Ok(data) => converted.push(data),
            Err(unsupported) => {
                vm.error_without_place(unsupported.0);
                vm.error_without_place(format!("failed auto-remote event '{}', disabled", event.name));
                vm.state::<Peering>().auto_published.remove(event.name.as_str());
                return;
            }
        }
    }
    let event = Event { name: event.name.as_str().into(), arguments: converted, metadata: Some(outgoing(vm)) };
    for topic in topics {
        Peering::statistics(vm).events_out += 1;
        send(vm, topic.as_bytes(), Message::Event(event.clone()));
    }
}

/// The event in a record `Broker::Event`.
fn event_of(event: &Rc<RecordObject>) -> (String, Vec<Data>) {
    let name = event.get(0).as_bytes().map(|name| String::from_utf8_lossy(name).into_owned()).unwrap_or_default();
    let data = |value: &Value| match value {
        Value::Record(record) => with_data(record, |data| data.clone()).unwrap_or_default(),
        _ => Data::None,
    };
    let arguments = match event.get(1) {
        Value::Vector(arguments) => arguments.with(|arguments| arguments.iter().map(data).collect()),
        _ => Vec::new(),
    };
    (name, arguments)
}

/// Publishes to the topic that a function of scripts chooses for a key.
fn publish_by(vm: &mut Vm, chooser: &str, pool: Value, key: Value, arguments: &[Value]) -> Result<bool, Raise> {
    let Some(Value::Func(chooser)) = vm.global_by_name(chooser) else {
        return Err(Raise::error(format!("{chooser} is not declared")));
    };
    let topic = vm.call(&chooser, &[pool, key])?;
    match &topic {
        Value::String(topic) if !topic.as_bytes().is_empty() => publish(vm, topic, arguments, Publisher::Broker),
        _ => Ok(false),
    }
}

/// The name of an event that is published automatically; what is none is reported.
fn event_name(vm: &mut Vm, ev: &Value, what: &str) -> Option<String> {
    if let Value::Func(event) = ev
        && event.ty.as_func().is_some_and(|ty| ty.flavor == Flavor::Event)
    {
        return Some(event.name.as_str().to_owned());
    }
    vm.builtin_error(format!("Broker::{what} must operate on an event"));
    None
}

natives! {
    /// Makes a record that stands for an event with its arguments, for `Broker::publish`.
    fn "Broker::make_event" = "function(va_args: any): Broker::Event";
    |vm, values: Rest<'_>| -> Value {
        make_event(vm, values.0)
    }

    /// Publishes an event to a topic: the event itself followed by its arguments, or what `Broker::make_event` made.
    fn "Broker::publish" = "function(va_args: any): bool";
    |vm, values: Rest<'_>| -> bool {
        match values.0.split_first() {
            Some((Value::String(topic), arguments)) => publish(vm, topic, arguments, Publisher::Broker),
            _ => Err(Raise::error("Broker::publish takes a topic first")),
        }
    }

    /// Publishes an event to one node of a pool, which all take turns at.
    fn "Cluster::publish_rr" = "function(va_args: any): bool";
    |vm, values: Rest<'_>| -> bool {
        let [pool, key, arguments @ ..] = &values.0[..] else {
            return Err(Raise::error("Cluster::publish_rr takes a pool and a key first"));
        };
        publish_by(vm, "Cluster::rr_topic", pool.clone(), key.clone(), arguments)
    }

    /// Publishes an event to the node of a pool that a key belongs to.
    fn "Cluster::publish_hrw" = "function(va_args: any): bool";
    |vm, values: Rest<'_>| -> bool {
        let [pool, key, arguments @ ..] = &values.0[..] else {
            return Err(Raise::error("Cluster::publish_hrw takes a pool and a key first"));
        };
        publish_by(vm, "Cluster::hrw_topic", pool.clone(), key.clone(), arguments)
    }

    /// Sends the log records that wait to be sent, and gives their number. `Broker::flush_logs` calls this.
    fn "Broker::__flush_logs" = "function(): count";
    |vm| -> u64 {
        Ok(flush_logs(vm))
    }

    /// Publishes the value of a global. `Broker::publish_id` calls this.
    fn "Broker::__publish_id" = "function(topic: string, id: string): bool";
    |vm, topic: Rc<Text>, id: Rc<Text>| -> bool {
        if !Peering::has_peers(vm) {
            return Ok(true);
        }
        let name = id.to_lossy().into_owned();
        let Some(value) = vm.global_by_name(&name).filter(Value::is_set) else { return Ok(false) };
        match to_data(vm, &value) {
            Ok(value) => {
                Peering::statistics(vm).ids_out += 1;
                send(vm, topic.as_bytes(), Message::IdentifierUpdate { name: name.into_bytes(), value });
                Ok(true)
            }
            Err(unsupported) => {
                vm.error_without_place(unsupported.0);
                let ty = type_word(&value.type_of());
                vm.builtin_error(format!("Failed to publish ID with unsupported type: {name} ({ty})"));
                Ok(false)
            }
        }
    }

    /// Has an event published to a topic whenever it is raised. `Broker::auto_publish` calls this.
    fn "Broker::__auto_publish" = "function(topic: string, ev: any): bool";
    |vm, topic: Rc<Text>, ev: Value| -> bool {
        let Some(name) = event_name(vm, &ev, "auto_publish") else { return Ok(false) };
        vm.state::<Peering>().auto_published.entry(name).or_default().insert(topic.to_lossy().into_owned());
        vm.observe_events(publish_raised);
        Ok(true)
    }

    /// Ends what `Broker::auto_publish` began. `Broker::auto_unpublish` calls this.
    fn "Broker::__auto_unpublish" = "function(topic: string, ev: any): bool";
    |vm, topic: Rc<Text>, ev: Value| -> bool {
        let Some(name) = event_name(vm, &ev, "auto_event_stop") else { return Ok(false) };
        if let Some(topics) = vm.state::<Peering>().auto_published.get_mut(&name) {
            topics.remove(&*topic.to_lossy());
        }
        Ok(true)
    }

    /// Asks for all messages whose topic begins with a prefix. `Broker::subscribe` calls this.
    fn "Broker::__subscribe" = "function(topic_prefix: string): bool";
    |vm, topic_prefix: Rc<Text>| -> bool {
        Peering::subscribe(vm, topic_prefix.as_bytes());
        Ok(true)
    }

    /// Has messages whose topic begins with a prefix passed on to other peers. `Broker::forward` calls this.
    fn "Broker::__forward" = "function(topic_prefix: string): bool";
    |vm, topic_prefix: Rc<Text>| -> bool {
        Ok(Peering::forward(vm, topic_prefix.as_bytes()))
    }

    /// Ends what `Broker::subscribe` or `Broker::forward` began. `Broker::unsubscribe` calls this.
    fn "Broker::__unsubscribe" = "function(topic_prefix: string): bool";
    |vm, topic_prefix: Rc<Text>| -> bool {
        Peering::unsubscribe(vm, topic_prefix.as_bytes());
        Ok(true)
    }

    /// Waits for peers at an address and port; gives 0/tcp where that fails. `Broker::listen` calls this.
    fn "Broker::__listen" = "function(a: string, p: port): port";
    |vm, a: Rc<Text>, p: Port| -> Port {
        if p.1 != Protocol::Tcp {
            vm.builtin_error("listen port must use tcp");
            return Ok(Port(0, Protocol::Unknown));
        }
        let address = a.to_lossy();
        match Peering::listen(vm, &address, p.0) {
            Ok(port) => Ok(Port(port, Protocol::Tcp)),
            // A node that is only looked at neither listens nor dials.
            Err(error) if error.kind() == ErrorKind::Unsupported => Ok(Port(0, Protocol::Tcp)),
            Err(error) => {
                let address = if address.is_empty() { "INADDR_ANY" } else { &address };
                let reason = if error.kind() == ErrorKind::InvalidInput { format!(": {error}") } else { String::new() };
                vm.error_without_place(format!("Failed to listen on {address}:{}{reason}", p.0));
                Ok(Port(0, Protocol::Tcp))
            }
        }
    }

    /// Connects to a peer; false where that cannot even be tried. `Broker::peer` calls this.
    fn "Broker::__peer" = "function(a: string, p: port, retry: interval): bool";
    |vm, a: Rc<Text>, p: Port, retry: Interval| -> bool {
        if p.1 != Protocol::Tcp {
            vm.builtin_error("remote connection port must use tcp");
            return Ok(false);
        }
        let retry = vm.variable("BRO_DEFAULT_CONNECT_RETRY").map_or(retry.0, |text| leading_number(&text));
        // Broker counts whole seconds, and 0 means that there is one attempt.
        let seconds = if retry > 0.0 { retry.max(1.0).trunc() } else { 0.0 };
        let retry = Duration::try_from_secs_f64(seconds).ok().filter(|retry| !retry.is_zero());
        match Peering::peer(vm, &a.to_lossy(), p.0, retry) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == ErrorKind::Unsupported => Ok(false),
            Err(error) => {
                vm.error_without_place(format!("Failed to peer with {}:{}: {error}", a.to_lossy(), p.0));
                Ok(false)
            }
        }
    }

    /// Ends the connection to a peer, if there is one. `Broker::unpeer` calls this.
    fn "Broker::__unpeer" = "function(a: string, p: port): bool";
    |vm, a: Rc<Text>, p: Port| -> bool {
        if p.1 != Protocol::Tcp {
            vm.builtin_error("remote connection port must use tcp");
            return Ok(false);
        }
        Peering::unpeer(vm, &a.to_lossy(), p.0);
        Ok(true)
    }

    /// Tells whether this node began the peering with whoever is at an address and port. `Broker::is_outbound_peering`
    /// calls this.
    fn "Broker::__is_outbound_peering" = "function(a: string, p: port): bool";
    |vm, a: Rc<Text>, p: Port| -> bool {
        Ok(Peering::asks_for(vm, &a.to_lossy(), p.0))
    }

    /// Gives all peers, and all addresses at which one is sought. `Broker::peers` calls this.
    fn "Broker::__peers" = "function(): Broker::PeerInfos";
    |vm| -> Value {
        let ty = type_named(vm, "Broker::PeerInfos")?;
        let peers = Peering::with(vm, |endpoint, _| endpoint.peers());
        let infos = peers.iter().filter_map(|peer| peer_info(vm, peer)).collect();
        Ok(Value::Vector(Rc::new(VectorObject::new(ty, infos))))
    }

    /// Gives the id of this node, which is another one in each run. `Broker::node_id` calls this.
    fn "Broker::__node_id" = "function(): string";
    |vm| -> String {
        Ok(Peering::id(vm).to_string())
    }

    /// Gives what waits for each peer, by the ids of their endpoints. `Broker::peering_stats` calls this.
    fn "Broker::__peering_stats" = "function(): BrokerPeeringStatsTable";
    |vm| -> Value {
        let table = TableObject::new(type_named(vm, "BrokerPeeringStatsTable")?);
        for queue in Peering::with(vm, Endpoint::queues) {
            let count = |number: usize| Value::Count(number as u64);
            let record = super::stats::counts(vm, "BrokerPeeringStats", &[
                ("num_queued", count(queue.waiting)),
                ("max_queued_recently", count(queue.peak)),
                ("num_overflows", Value::Count(queue.overflows)),
            ])?;
            table.insert(&[Value::string(queue.peer.to_string())], record);
        }
        Ok(Value::Table(Rc::new(table)))
    }

    /// Gives statistics of Broker: peers, stores, and what was sent and received.
    #[example("get_broker_stats()$num_peers", "0")]
    fn "get_broker_stats" = "function(): BrokerStats";
    |vm| -> Value {
        let (stores, pending) = (vm.state::<Stores>().count(), vm.state::<Stores>().pending());
        let peers = Peering::with(vm, |endpoint, _| endpoint.peered());
        let counts = *Peering::statistics(vm);
        let count = |number: u64| Value::Count(number);
        super::stats::counts(vm, "BrokerStats", &[
            ("num_peers", count(peers as u64)),
            ("num_stores", count(stores as u64)),
            ("num_pending_queries", count(pending as u64)),
            ("num_events_incoming", count(counts.events_in)),
            ("num_events_outgoing", count(counts.events_out)),
            ("num_logs_incoming", count(counts.logs_in)),
            ("num_logs_outgoing", count(counts.logs_out)),
            ("num_ids_incoming", count(counts.ids_in)),
            ("num_ids_outgoing", count(counts.ids_out)),
        ])
    }
}
