//! Broker's messages for scripts: events for other nodes, subscriptions, peers.
//!
//! There are no peers as long as there is no network: what is published reaches nobody, as in Bro where no peer is
//! there, and what would need a socket says so once and fails.

use std::rc::Rc;

use super::results::type_named;
use crate::broker::{Endpoint, Stores, data_record, to_data};
use crate::syntax::ast::{Flavor, Protocol};
use crate::types::assign::same_type;
use crate::types::{TypeRef, TypeTag};
use crate::value::{RecordObject, Text, Value, VectorObject};
use crate::vm::{Interval, Port, Raise, Rest, Vm, natives};

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
            record.set(0, Value::string(name));
            record.set(1, Value::Vector(Rc::new(VectorObject::new(of_arguments, arguments))));
        }
        Err(message) => vm.builtin_error(message),
    }
    Ok(Value::Record(record))
}

/// The name of an event, with its arguments as records of data; or what is wrong.
pub(super) type EventParts = Result<(String, Vec<Value>), String>;

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
        if got.name().is_some_and(|name| name.as_str() == "Broker::Data") {
            converted.push(value.clone());
            continue;
        }
        match to_data(vm, value) {
            Ok(data) => converted.push(data_record(vm, data)?),
            Err(unsupported) => {
                vm.error_without_place(format!("unsupported Broker::Data type: {}", unsupported.0));
                let got = type_word(&got);
                return Ok(Err(format!("failed to convert param #{number} of type {got} to broker data")));
            }
        }
    }
    Ok(Ok((event.name.as_str().to_owned(), converted)))
}

/// The word for a type without its parts.
fn type_word(ty: &TypeRef) -> String {
    match ty.tag() {
        TypeTag::Table | TypeTag::Set => "table".to_owned(),
        TypeTag::Vector => "vector".to_owned(),
        TypeTag::Record => "record".to_owned(),
        TypeTag::Func => "func".to_owned(),
        TypeTag::File => "file".to_owned(),
        TypeTag::Opaque => "opaque".to_owned(),
        TypeTag::List => "types".to_owned(),
        _ => ty.to_string(),
    }
}

/// Publishes an event to all peers, of which there are none. False where it is no event.
pub(super) fn publish(vm: &mut Vm, arguments: &[Value]) -> Result<bool, Raise> {
    match arguments.first() {
        Some(Value::Record(_)) => Ok(true),
        Some(_) => {
            make_event(vm, arguments)?;
            Ok(true)
        }
        None => {
            vm.builtin_error("attempt to convert non-event into an event type");
            Ok(false)
        }
    }
}

/// Publishes to the topic that a function of scripts chooses for a key.
fn publish_by(vm: &mut Vm, chooser: &str, pool: Value, key: Value, arguments: &[Value]) -> Result<bool, Raise> {
    let Some(Value::Func(chooser)) = vm.global_by_name(chooser) else {
        return Err(Raise::error(format!("{chooser} is not declared")));
    };
    let topic = vm.call(&chooser, &[pool, key])?;
    if topic.as_bytes().is_none_or(<[u8]>::is_empty) {
        return Ok(false);
    }
    publish(vm, arguments)
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
            Some((Value::String(_), arguments)) => publish(vm, arguments),
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
    |_vm| -> u64 {
        Ok(0)
    }

    /// Publishes the value of a global. `Broker::publish_id` calls this.
    fn "Broker::__publish_id" = "function(topic: string, id: string): bool";
    |_vm, _topic: Rc<Text>, _id: Rc<Text>| -> bool {
        // As Bro without peers: nothing is looked up.
        Ok(true)
    }

    /// Has an event published to a topic whenever it is raised. `Broker::auto_publish` calls this.
    fn "Broker::__auto_publish" = "function(topic: string, ev: any): bool";
    |vm, topic: Rc<Text>, ev: Value| -> bool {
        let Some(name) = event_name(vm, &ev, "auto_publish") else { return Ok(false) };
        vm.state::<Endpoint>().auto_published.entry(name).or_default().insert(topic.to_lossy().into_owned());
        Ok(true)
    }

    /// Ends what `Broker::auto_publish` began. `Broker::auto_unpublish` calls this.
    fn "Broker::__auto_unpublish" = "function(topic: string, ev: any): bool";
    |vm, topic: Rc<Text>, ev: Value| -> bool {
        let Some(name) = event_name(vm, &ev, "auto_event_stop") else { return Ok(false) };
        if let Some(topics) = vm.state::<Endpoint>().auto_published.get_mut(&name) {
            topics.remove(&*topic.to_lossy());
        }
        Ok(true)
    }

    /// Asks for all messages whose topic begins with a prefix. `Broker::subscribe` calls this.
    fn "Broker::__subscribe" = "function(topic_prefix: string): bool";
    |vm, topic_prefix: Rc<Text>| -> bool {
        vm.state::<Endpoint>().subscriptions.insert(topic_prefix.to_lossy().into_owned());
        Ok(true)
    }

    /// Has messages whose topic begins with a prefix passed on to other peers. `Broker::forward` calls this.
    fn "Broker::__forward" = "function(topic_prefix: string): bool";
    |vm, topic_prefix: Rc<Text>| -> bool {
        let prefix = topic_prefix.to_lossy().into_owned();
        let endpoint = vm.state::<Endpoint>();
        endpoint.forwarded.insert(prefix.clone());
        endpoint.subscriptions.insert(prefix);
        Ok(true)
    }

    /// Ends what `Broker::subscribe` began; what is passed on stays subscribed. `Broker::unsubscribe` calls this.
    fn "Broker::__unsubscribe" = "function(topic_prefix: string): bool";
    |vm, topic_prefix: Rc<Text>| -> bool {
        let prefix = topic_prefix.to_lossy();
        let endpoint = vm.state::<Endpoint>();
        if !endpoint.forwarded.contains(&*prefix) {
            endpoint.subscriptions.remove(&*prefix);
        }
        Ok(true)
    }

    /// Waits for peers at an address and port; gives 0/tcp where that fails. `Broker::listen` calls this.
    fn "Broker::__listen" = "function(a: string, p: port): port";
    |vm, _a: Rc<Text>, p: Port| -> Port {
        if p.1 != Protocol::Tcp {
            vm.builtin_error("listen port must use tcp");
            return Ok(Port(0, Protocol::Unknown));
        }
        Endpoint::tell_of_no_network(vm);
        Ok(Port(0, Protocol::Tcp))
    }

    /// Connects to a peer; false where that cannot even be tried. `Broker::peer` calls this.
    fn "Broker::__peer" = "function(a: string, p: port, retry: interval): bool";
    |vm, _a: Rc<Text>, p: Port, _retry: Interval| -> bool {
        if p.1 != Protocol::Tcp {
            vm.builtin_error("remote connection port must use tcp");
            return Ok(false);
        }
        Endpoint::tell_of_no_network(vm);
        Ok(false)
    }

    /// Ends the connection to a peer, if there is one. `Broker::unpeer` calls this.
    fn "Broker::__unpeer" = "function(a: string, p: port): bool";
    |vm, _a: Rc<Text>, p: Port| -> bool {
        if p.1 != Protocol::Tcp {
            vm.builtin_error("remote connection port must use tcp");
            return Ok(false);
        }
        Ok(true)
    }

    /// Gives all peers: none. `Broker::peers` calls this.
    fn "Broker::__peers" = "function(): Broker::PeerInfos";
    |vm| -> Value {
        let ty = type_named(vm, "Broker::PeerInfos")?;
        Ok(Value::Vector(Rc::new(VectorObject::new(ty, Vec::new()))))
    }

    /// Gives the id of this node, which is another one in each run. `Broker::node_id` calls this.
    fn "Broker::__node_id" = "function(): string";
    |vm| -> String {
        Ok(Endpoint::id(vm))
    }

    /// Gives statistics of Broker: its stores; peers and messages there are none.
    #[example("get_broker_stats()$num_peers", "0")]
    fn "get_broker_stats" = "function(): BrokerStats";
    |vm| -> Value {
        let stores = vm.state::<Stores>().count() as u64;
        super::stats::counts(vm, "BrokerStats", &[("num_stores", Value::Count(stores))])
    }
}
