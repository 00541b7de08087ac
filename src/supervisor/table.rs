//! A cluster as a table that fits a terminal: one line a node, whatever the width.
//!
//! What does not fit is shortened first, then left out, what matters least first.

use nu_ansi_term::{Color, Style};

use super::status::{ClusterStatus, NodeStatus};

/// How it is to look.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    pub color: bool,
    pub width: usize,
    /// No more lines than these; nodes that have trouble are shown before those that have none.
    pub height: usize,
}

impl Default for Look {
    fn default() -> Self {
        Look { color: false, width: 80, height: usize::MAX }
    }
}

/// Node names may take so much of a narrow terminal.
const SHORT_NAME: usize = 20;

struct Column {
    heading: &'static str,
    is_number: bool,
    cells: Vec<(String, Style)>,
    /// What it takes even where it needs less, so that the table does not move all the time.
    usual: usize,
}

impl Column {
    fn width(&self) -> usize {
        let cells = self.cells.iter().map(|(text, _)| text.chars().count());
        cells.chain([self.heading.len(), self.usual]).max().unwrap_or(0)
    }
}

/// The nodes under headings, and what is to be said of all of them: lines, none longer than the terminal is wide.
pub fn table(status: &ClusterStatus, look: Look) -> Vec<String> {
    let summary = summary(status, look);
    let room = look.height.saturating_sub(summary.len() + 1);
    let nodes = shown(&status.nodes, room);
    let mut lines = rows(&nodes, look);
    if nodes.len() < status.nodes.len() {
        lines.push(cut(&format!("and {} more", status.nodes.len() - nodes.len()), look.width));
    }
    lines.extend(summary);
    lines
}

/// As many nodes as there is room for, in their order.
fn shown(nodes: &[NodeStatus], room: usize) -> Vec<&NodeStatus> {
    if nodes.len() <= room {
        return nodes.iter().collect();
    }
    // One line goes to the number of the others.
    let room = room.saturating_sub(1);
    let mut chosen: Vec<usize> = (0..nodes.len()).collect();
    chosen.sort_by_key(|place| nodes.get(*place).is_some_and(NodeStatus::is_complete));
    chosen.truncate(room);
    chosen.sort_unstable();
    chosen.into_iter().filter_map(|place| nodes.get(place)).collect()
}

fn rows(nodes: &[&NodeStatus], look: Look) -> Vec<String> {
    let column = |heading, is_number, cell: &dyn Fn(&NodeStatus) -> (String, Style)| Column {
        heading,
        is_number,
        cells: nodes.iter().map(|node| cell(node)).collect(),
        usual: match heading {
            "state" => "starting".len(),
            "in" | "out" | "logs" | "keys" | "pid" => 5,
            _ => 0,
        },
    };
    let plain = |text: String| (text, Style::new());
    let mut columns = vec![
        column("node", false, &|node| plain(node.name.clone())),
        column("type", false, &|node| plain(node.role.name().to_lowercase().replace('_', " "))),
        column("address", false, &|node| plain(node.address.clone())),
        column("pid", true, &|node| plain(node.pid.map_or("-".into(), |pid| pid.to_string()))),
        column("state", false, &state),
        column("peers", true, &|node| {
            if is_over(node) {
                return ("-".to_owned(), Style::new().dimmed());
            }
            let enough = node.peers >= node.peers_expected;
            let style = if enough { Style::new() } else { Color::Yellow.normal() };
            (format!("{}/{}", node.peers, node.peers_expected), style)
        }),
        column("in", true, &|node| plain(count(node.events_in))),
        column("out", true, &|node| plain(count(node.events_out))),
        column("logs", true, &|node| plain(count(node.logs_in + node.logs_out))),
        column("keys", true, &|node| plain(count(node.store_keys))),
        column("memory", true, &|node| plain(bytes(node.memory))),
    ];
    let gap = fit(&mut columns, look.width);
    let widths: Vec<usize> = columns.iter().map(Column::width).collect();
    let line = |cells: Vec<(String, Style)>| {
        let mut line = Line::new(look);
        for (place, ((text, style), (column, width))) in cells.into_iter().zip(columns.iter().zip(&widths)).enumerate()
        {
            let blanks = " ".repeat(width.saturating_sub(text.chars().count()));
            if place > 0 {
                line.push(&" ".repeat(gap), Style::new());
            }
            if column.is_number {
                line.push(&blanks, Style::new());
            }
            line.push(&text, style);
            if !column.is_number && place + 1 < columns.len() {
                line.push(&blanks, Style::new());
            }
        }
        line.text
    };
    let heading = columns.iter().map(|column| (column.heading.to_owned(), Style::new().dimmed())).collect();
    let mut lines = vec![line(heading)];
    for place in 0..nodes.len() {
        lines.push(line(columns.iter().filter_map(|column| column.cells.get(place).cloned()).collect()));
    }
    lines
}

/// Makes columns fit as well as they can; gives the gap between them.
fn fit(columns: &mut Vec<Column>, width: usize) -> usize {
    let needs = |columns: &[Column], gap: usize| {
        columns.iter().map(Column::width).sum::<usize>() + gap * columns.len().saturating_sub(1)
    };
    let shorten = |columns: &mut Vec<Column>, heading: &str, short: &dyn Fn(&str) -> String| {
        for column in columns.iter_mut().filter(|column| column.heading == heading) {
            column.cells.iter_mut().for_each(|(text, _)| *text = short(text));
        }
    };
    if needs(columns, 2) <= width {
        return 2;
    }
    columns.retain(|column| column.heading != "logs");
    for gap in [2, 1] {
        if needs(columns, gap) <= width {
            return gap;
        }
    }
    columns.iter_mut().for_each(|column| column.usual = 0);
    if needs(columns, 1) <= width {
        return 1;
    }
    shorten(columns, "node", &|text| cut(text, SHORT_NAME));
    for leave_out in ["", "type", "address", "pid", "memory", "keys", "out", "in", "peers"] {
        if leave_out == "address" && needs(columns, 1) > width {
            // Of an address the port tells most.
            shorten(columns, "address", &|text| text.rfind(':').map_or("", |at| &text[at..]).to_owned());
            if needs(columns, 1) <= width {
                break;
            }
        }
        if needs(columns, 1) > width {
            columns.retain(|column| column.heading != leave_out);
        }
    }
    1
}

/// What one says of all nodes.
fn summary(status: &ClusterStatus, look: Look) -> Vec<String> {
    if !status.nodes.is_empty() && status.nodes.iter().all(is_over) {
        let text = format!("none of {} is left after {}", nodes(status.nodes.len()), time(status.seconds));
        return vec![cut(&text, look.width)];
    }
    let up = status.nodes.iter().filter(|node| matches!(node.state, "up" | "busy")).count();
    let (peers, expected) = status
        .nodes
        .iter()
        .fold((0, 0), |(peers, expected), node| (peers + node.peers, expected + node.peers_expected));
    let mut lines = vec![format!(
        "{up} of {} up for {}, {peers} of {expected} peers",
        nodes(status.nodes.len()),
        time(status.seconds)
    )];
    // Whom one misses while everything stops is no news.
    let is_stopping = status.nodes.iter().any(|node| matches!(node.state, "stopping" | "stopped"));
    let lacks = |node: &&NodeStatus| node.state == "up" && !node.missing.is_empty() && !is_stopping;
    let lacking: Vec<&NodeStatus> = status.nodes.iter().filter(lacks).collect();
    match &lacking[..] {
        [] => {}
        [one] => lines.push(format!("{} misses {}", one.name, names(&one.missing))),
        [one, another] => lines.push(format!(
            "{} misses {}, {} misses {}",
            one.name,
            names(&one.missing),
            another.name,
            names(&another.missing)
        )),
        several => lines.push(format!("{} nodes miss some of their peers", several.len())),
    }
    lines.iter().map(|line| cut(line, look.width)).collect()
}

/// Whether it does not run and nobody is about to start it.
fn is_over(node: &NodeStatus) -> bool {
    matches!(node.state, "stopped" | "ended" | "failed" | "gone")
}

fn nodes(count: usize) -> String {
    if count == 1 { "1 node".to_owned() } else { format!("{count} nodes") }
}

/// The first few of some names.
fn names(names: &[String]) -> String {
    match names {
        [first, second, _, rest @ ..] => format!("{first}, {second} and {} more", rest.len() + 1),
        _ => names.join(" and "),
    }
}

fn state(node: &NodeStatus) -> (String, Style) {
    let (color, text) = match node.state {
        "up" => (Color::Green, format!("up {}", time(node.seconds))),
        "busy" => (Color::Yellow, "busy".to_owned()),
        "pausing" => {
            let pause = node.again_in.map(|pause| format!(" {}", time(pause.ceil()))).unwrap_or_default();
            (Color::Red, format!("again{pause}"))
        }
        "failed" | "gone" => (Color::Red, node.state.to_owned()),
        "stopped" | "ended" => return (node.state.to_owned(), Style::new().dimmed()),
        other => (Color::Yellow, other.to_owned()),
    };
    (text, color.normal())
}

/// `8s`, `12m`, `3h`, `40d`.
pub(super) fn time(seconds: f64) -> String {
    match seconds.max(0.0) as u64 {
        seconds @ 0..60 => format!("{seconds}s"),
        seconds @ 60..3600 => format!("{}m", seconds / 60),
        seconds @ 3600..86400 => format!("{}h", seconds / 3600),
        seconds => format!("{}d", seconds / 86400),
    }
}

/// A number in at most five letters.
fn count(number: u64) -> String {
    scaled(number, 100_000, 1000, &["", "k", "M", "G", "T", "P"])
}

fn bytes(number: u64) -> String {
    if number == 0 { "-".to_owned() } else { scaled(number / 1024, 1000, 1024, &["K", "M", "G", "T", "P"]) }
}

/// A number below `limit`, with one digit behind the point where there is only one before it.
fn scaled(number: u64, limit: u64, step: u64, units: &[&str]) -> String {
    let mut units = units.iter();
    let mut unit = units.next().copied().unwrap_or("");
    let (mut whole, mut tenths) = (number, None);
    let mut limit = limit;
    while whole >= limit {
        let Some(next) = units.next() else { break };
        tenths = Some(whole % step * 10 / step);
        whole /= step;
        unit = next;
        limit = 1000;
    }
    match tenths {
        Some(tenths) if whole < 10 => format!("{whole}.{tenths}{unit}"),
        _ => format!("{whole}{unit}"),
    }
}

/// The beginning of a text that is too long.
pub(super) fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(width.saturating_sub(1)).collect();
    if width > 0 {
        short.push('…');
    }
    short
}

/// A line that ends at the edge of the terminal.
struct Line {
    text: String,
    room: usize,
    color: bool,
}

impl Line {
    fn new(look: Look) -> Line {
        Line { text: String::new(), room: look.width, color: look.color }
    }

    fn push(&mut self, text: &str, style: Style) {
        let text: String = text.chars().take(self.room).collect();
        self.room -= text.chars().count();
        if self.color && style != Style::new() && !text.is_empty() {
            self.text.push_str(&style.paint(text).to_string());
        } else {
            self.text.push_str(&text);
        }
    }
}
