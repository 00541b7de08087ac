//! Advice for mistakes that layouts and cluster scripts in the wild have: keys of node.cfg taken for fields, names of
//! releases before 2.6. The finding stays as it is; a note is added.

use crate::diag::{Code, Diagnostic};
use crate::source::SourceMap;

/// What node.cfg calls it, the field of `Cluster::Node`, and more advice.
const NODE_CFG: &[(&str, Option<&str>, &str)] = &[
    ("type", Some("node_type"), "a node's type is $node_type=Cluster::WORKER and the like"),
    ("host", Some("ip"), "a node's address is $ip, an address such as 10.0.0.1"),
    ("address", Some("ip"), "a node's address is $ip, an address such as 10.0.0.1"),
    ("addr", Some("ip"), "a node's address is $ip, an address such as 10.0.0.1"),
    ("hostname", Some("ip"), "a node's address is $ip, an address such as 10.0.0.1"),
    ("port", Some("p"), "a node's port is $p, with its protocol: $p=47760/tcp"),
    ("interfaces", Some("interface"), "a node has one $interface"),
    ("lb_procs", None, "list each of the worker's processes as a node of its own"),
    ("lb_method", None, "it tells the control program how to start processes"),
    ("lb_interfaces", None, "it tells the control program how to start processes"),
    ("pin_cpus", None, "it tells the control program how to start processes"),
    ("env_vars", None, "it tells the control program how to start processes"),
    ("aux_scripts", None, "it tells the control program which scripts to load"),
];

/// Names of other releases and what took their place.
const MOVED: &[(&str, &str)] = &[
    ("Cluster::workers", "there is one table for all types of nodes: Cluster::nodes"),
    ("Cluster::managers", "there is one table for all types of nodes: Cluster::nodes"),
    ("Cluster::proxies", "there is one table for all types of nodes: Cluster::nodes"),
    ("Cluster::loggers", "there is one table for all types of nodes: Cluster::nodes"),
    ("Cluster::node_name", "a node's own name is Cluster::node"),
    ("Cluster::worker2manager_events", "before 2.6; now: Broker::publish(Cluster::manager_topic, EVENT, ARGUMENTS)"),
    ("Cluster::manager2worker_events", "before 2.6; now: Broker::publish(Cluster::worker_topic, EVENT, ARGUMENTS)"),
    ("Cluster::manager2proxy_events", "before 2.6; now: Broker::publish(Cluster::proxy_topic, EVENT, ARGUMENTS)"),
    ("Cluster::proxy2manager_events", "before 2.6; now: Broker::publish(Cluster::manager_topic, EVENT, ARGUMENTS)"),
    ("Cluster::proxy2worker_events", "before 2.6; now: Broker::publish(Cluster::worker_topic, EVENT, ARGUMENTS)"),
    ("Cluster::worker2proxy_events", "before 2.6; now: Broker::publish(Cluster::proxy_topic, EVENT, ARGUMENTS)"),
    ("Cluster::worker2logger_events", "before 2.6; now: Broker::publish(Cluster::logger_topic, EVENT, ARGUMENTS)"),
    ("Cluster::manager2logger_events", "before 2.6; now: Broker::publish(Cluster::logger_topic, EVENT, ARGUMENTS)"),
    ("get_event_peer", "before 2.6; events carry no sender now: pass Cluster::node as an argument"),
    ("get_local_event_peer", "before 2.6; a node's own name is Cluster::node"),
    ("send_id", "before 2.6; now: Broker::publish_id(TOPIC, NAME)"),
    ("enable_communication", "before 2.6; the cluster framework and Broker::listen, Broker::peer do this now"),
    ("listen", "before 2.6; now: Broker::listen(ADDRESS, PORT)"),
    ("connect", "before 2.6; now: Broker::peer(ADDRESS, PORT)"),
    ("disconnect", "before 2.6; now: Broker::unpeer(ADDRESS, PORT)"),
    ("terminate_communication", "before 2.6; now: Broker::unpeer(ADDRESS, PORT) for each peer"),
    ("complete_handshake", "before 2.6; Broker does this by itself: remove the call"),
    ("request_remote_events", "before 2.6; now: Broker::subscribe(TOPIC)"),
    ("request_remote_logs", "before 2.6; loggers subscribe to logs by themselves: remove the call"),
    ("request_remote_sync", "before 2.6; now: a store, see Cluster::create_store"),
    ("set_accept_state", "before 2.6; now: a store, see Cluster::create_store"),
    ("set_compression_level", "before 2.6; Broker has no such setting: remove the call"),
    ("send_ping", "before 2.6; publish an event that the other node answers"),
    ("split", "now: split_string, which gives a vector that counts from 0"),
    ("split1", "now: split_string1, which gives a vector that counts from 0"),
    ("split_all", "now: split_string_all, which gives a vector that counts from 0"),
    ("split_n", "now: split_string_n, which gives a vector that counts from 0"),
    ("cat_string_array", "now: join_string_vec(STRINGS, \"\")"),
    ("cat_string_array_n", "now: join_string_vec with a slice of a vector"),
    ("join_string_array", "now: join_string_vec(STRINGS, SEPARATOR)"),
    ("sort_string_array", "now: sort(STRINGS, strcmp) on a vector"),
    ("merge_pattern", "now: the operators `&` and `|` between patterns"),
    ("find_ip_addresses", "now: extract_ip_addresses, which gives a vector"),
    ("Communication::nodes", "before 2.6; the cluster framework and Broker::peer do this now"),
    ("Communication::listen_port", "before 2.6; the cluster framework and Broker::listen do this now"),
    ("BrokerComm::event", "before 2.6; now: Broker::publish(TOPIC, EVENT, ARGUMENTS)"),
    ("BrokerComm::subscribe_to_events", "before 2.6; now: Broker::subscribe(TOPIC)"),
    ("BrokerComm::connect", "before 2.6; now: Broker::peer(ADDRESS, PORT)"),
    ("Broker::send_event", "before 2.6; now: Broker::publish(TOPIC, EVENT, ARGUMENTS)"),
    ("Broker::event_args", "before 2.6; now: Broker::make_event(EVENT, ARGUMENTS)"),
    ("Broker::auto_event", "before 2.6; now: Broker::auto_publish(TOPIC, EVENT)"),
    ("Broker::subscribe_to_events", "before 2.6; now: Broker::subscribe(TOPIC)"),
    ("Broker::connect", "before 2.6; now: Broker::peer(ADDRESS, PORT)"),
    ("Broker::enable", "before 2.6; Broker needs no switching on now: remove the call"),
];

/// What Zeek lets scripts set of a store in SQLite, beside what Bro 2.6 has.
const ZEEKS_SETTINGS: &[&str] = &["synchronous", "journal_mode", "failure_mode", "integrity_check"];

/// The field that a key of node.cfg stands for, and advice.
pub(super) fn node_cfg(key: &str) -> Option<(Option<&'static str>, &'static str)> {
    NODE_CFG.iter().find(|(known, ..)| *known == key).map(|(_, field, advice)| (*field, *advice))
}

/// The finding with advice where there is some.
pub(super) fn improve(sources: &SourceMap, diagnostic: Diagnostic) -> Diagnostic {
    match diagnostic.code {
        Code::SyntaxError => closing(sources, key_of_node_cfg(sources, diagnostic)),
        Code::UnfinishedDeclaration => closing(sources, diagnostic),
        Code::UnknownIdentifier | Code::BadRedef | Code::Deprecated | Code::Unavailable => moved(sources, diagnostic),
        Code::DroppedField => {
            let field = String::from_utf8_lossy(sources.text(diagnostic.span)).into_owned();
            if ZEEKS_SETTINGS.contains(&field.trim_start_matches('$')) {
                return diagnostic.note(format!("with `@load policy/zeek-compat` stores in SQLite have ${field}"));
            }
            diagnostic
        }
        Code::BadPattern if sources.text(diagnostic.span).starts_with(b"/*") => {
            diagnostic.note("comments begin with `#`")
        }
        _ => diagnostic,
    }
}

/// A name behind `$` that is a reserved word, and that node.cfg has as a key.
fn key_of_node_cfg(sources: &SourceMap, diagnostic: Diagnostic) -> Diagnostic {
    let span = diagnostic.span;
    let Some(file) = sources.get(span.file) else { return diagnostic };
    let start = span.start as usize;
    let word_at = |at: usize| {
        let rest = file.text.get(at..).unwrap_or_default();
        let end = rest.iter().position(|byte| !(byte.is_ascii_alphanumeric() || *byte == b'_')).unwrap_or(rest.len());
        String::from_utf8_lossy(rest.get(..end).unwrap_or_default()).into_owned()
    };
    // Findings stand at the name or at the `$` before it.
    let name = match file.text.get(start) {
        Some(b'$') => start + 1,
        _ if start > 0 && file.text.get(start - 1) == Some(&b'$') => start,
        _ => return diagnostic,
    };
    let word = word_at(name);
    let Some((field, advice)) = node_cfg(&word) else { return diagnostic };
    let diagnostic = diagnostic.note(format!("`{word}` is a key of node.cfg: {advice}"));
    match field {
        Some(field) => {
            let from = u32::try_from(name).unwrap_or(span.start);
            let place = crate::source::Span::new(span.file, from, from + u32::try_from(word.len()).unwrap_or(0));
            diagnostic.fix(place, field, format!("the field is called ${field}"))
        }
        None => diagnostic,
    }
}

/// A bracket that is open where the syntax breaks: where the piece that lacks was most likely lost. An entry's bracket
/// belongs on the line where it was opened; a declaration's brace belongs behind the last line before the error.
fn closing(sources: &SourceMap, diagnostic: Diagnostic) -> Diagnostic {
    let Some((open, _)) = diagnostic.related.iter().find(|(_, text)| text == "this is not closed").cloned() else {
        return diagnostic;
    };
    let Some(file) = sources.get(open.file).filter(|_| open.file == diagnostic.span.file) else { return diagnostic };
    let opened = file.location(open.start);
    let text = |from: u32, to: u32| file.text.get(from as usize..to as usize).unwrap_or_default();
    let (end, closing) = match file.text.get(open.start as usize) {
        Some(b'[') if opened.line < file.location(diagnostic.span.start).line => {
            let start = open.start - (opened.column - 1);
            let line = file.line(opened.line).trim_ascii_end();
            let line = line.strip_suffix(b",").unwrap_or(line);
            (start + u32::try_from(line.len()).unwrap_or(0), "]")
        }
        // Nothing stands in it: what follows is wrong in it, and does not follow it.
        Some(b'{') if text(open.start + 1, diagnostic.span.start).trim_ascii().is_empty() => return diagnostic,
        Some(b'{') => {
            let before = text(open.start, diagnostic.span.start).trim_ascii_end();
            let is_initializer = text(0, open.start).trim_ascii_end().ends_with(b"=");
            let closing = if is_initializer { "\n};" } else { "\n}" };
            (open.start + u32::try_from(before.len()).unwrap_or(0), closing)
        }
        _ => return diagnostic,
    };
    if end <= open.start || diagnostic.fix.is_some() {
        return diagnostic;
    }
    let line = file.location(end.saturating_sub(1)).line;
    let place = crate::source::Span::new(open.file, end, end);
    let shown = closing.trim();
    let message = format!("perhaps `{shown}` is missing at the end of line {line}");
    diagnostic.fix(place, closing, message)
}

fn moved(sources: &SourceMap, mut diagnostic: Diagnostic) -> Diagnostic {
    let text = String::from_utf8_lossy(sources.text(diagnostic.span)).into_owned();
    let names = [Some(text.as_str()), diagnostic.subject.as_deref()];
    let found = MOVED.iter().find(|(name, _)| names.contains(&Some(*name)));
    if let Some((_, advice)) = found {
        // What is similar by spelling is not what is meant.
        diagnostic.fix = None;
        return diagnostic.note(*advice);
    }
    diagnostic
}
