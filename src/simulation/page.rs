//! What crossed the simulated network, for other programs and for browsers.

use serde_json::json;

use super::passage::Passage;
use super::{START, scenario};

/// A page that shows messages in columns of nodes. It loads nothing from elsewhere.
const PAGE: &str = include_str!("page.html");

/// Where the page has its messages.
const PLACE: &str = "/*messages*/";

fn seconds(time: std::time::Duration) -> f64 {
    // As many digits as the clock has, so that the text is the same everywhere.
    (time.saturating_sub(START).as_nanos() as f64) / 1e9
}

/// A message as a line of JSON: times in seconds since the beginning, `null` for one that was lost.
pub fn trace_line(passage: &Passage, names: &[String]) -> String {
    let name = |node: usize| names.get(node).map_or(scenario::NAME, String::as_str);
    json!({
        "time": passage.came.map(seconds),
        "sent": seconds(passage.sent),
        "from": name(passage.from),
        "to": name(passage.to),
        "kind": passage.kind,
        "topic": passage.topic,
        "message": passage.what,
        "bytes": passage.size,
    })
    .to_string()
}

/// A page with a diagram of the messages.
pub fn page(passages: &[Passage], names: &[String]) -> String {
    let rows: Vec<_> = passages
        .iter()
        .map(|passage| {
            let (sent, came) = (seconds(passage.sent), passage.came.map(seconds));
            json!([sent, came, passage.from, passage.to, passage.kind, passage.topic, passage.what, passage.size])
        })
        .collect();
    let has_scenario = passages.iter().any(|passage| passage.from.max(passage.to) >= names.len());
    let names: Vec<&str> = names.iter().map(String::as_str).chain(has_scenario.then_some(scenario::NAME)).collect();
    // Nothing in a script of a page may look like its end.
    let data = json!({ "nodes": names, "messages": rows }).to_string().replace("</", "<\\/");
    PAGE.replace(PLACE, &data)
}
