//! `brood up` on a terminal.

use crate::cluster::{Cluster, signal};
use crate::terminal::Terminal;

fn start(cluster: &Cluster, size: (u16, u16)) -> Terminal {
    Terminal::run(&cluster.path(""), &["up", ".", "node.bro"], &[("NO_COLOR", "1")], size)
}

/// The last line that says something of a node in the table.
fn row<'s>(screen: &'s str, node: &str) -> Option<&'s str> {
    screen.lines().rev().find(|line| line.starts_with(node))
}

fn is_up(screen: &str, node: &str) -> bool {
    row(screen, node).is_some_and(|row| row.contains(" up "))
}

/// Whether a line was too long for the terminal.
fn is_wrapped(terminal: &Terminal) -> bool {
    let shown = terminal.screen.0.lock().unwrap();
    let screen = shown.0.screen();
    (0..screen.size().0.get()).any(|row| screen.row_wrapped(row))
}

#[test]
fn a_table_shows_how_it_is_until_ctrl_c() {
    let cluster = Cluster::new("");
    let terminal = start(&cluster, (30, 80));
    // A reader may see the line before it sees the table below.
    let screen = terminal.wait("a whole cluster", |screen| {
        screen.split_once("all 4 nodes are up").is_some_and(|(_, below)| below.contains("Ctrl-C stops"))
    });
    let table: Vec<&str> = screen.lines().skip_while(|line| !line.starts_with("node ")).collect();
    assert!(table[0].ends_with("memory"), "{screen}");
    for (line, node) in table[1..].iter().zip(["logger-1", "manager", "worker-1", "worker-2"]) {
        assert!(line.starts_with(node) && is_up(&screen, node), "{screen}");
    }
    assert_eq!(table[5].split(" up ").next(), Some("4 of 4 nodes"), "{screen}");
    assert!(table[6].starts_with("output and logs: spool/NODE") && table[6].ends_with("Ctrl-C stops"), "{screen}");
    assert!(!is_wrapped(&terminal), "{screen}");
    terminal.press("typed");
    let before = cluster.pid("worker-2").to_string();
    signal(cluster.pid("worker-2"), "KILL");
    terminal.see("worker-2 was ended by signal 9 (SIGKILL)");
    let screen = terminal.wait("another worker", |screen| {
        row(screen, "worker-2").is_some_and(|row| row.contains(" up ") && !row.contains(&before))
    });
    // It stands in one place, and nothing else in it.
    assert_eq!(screen.matches("memory").count(), 1, "{screen}");
    assert!(!screen.contains("typed"), "{screen}");
    terminal.press("\x03");
    let screen = terminal.wait("everything is stopped", |screen| screen.contains("none of 4 nodes is left after"));
    assert!(row(&screen, "manager").is_some_and(|row| row.contains("stopped")), "{screen}");
    assert!(screen.contains("output and logs: spool/NODE"), "{screen}");
    assert_eq!(terminal.end(), 0);
    cluster.nothing_is_left();
}

#[test]
fn the_last_table_stands_alone_when_somebody_else_has_stopped_it() {
    let cluster = Cluster::new("");
    let terminal = start(&cluster, (40, 80));
    terminal.wait("a whole cluster", |screen| screen.contains("all 4 nodes are up"));
    assert!(cluster.brood(&["down"]).status.success());
    let screen = terminal.wait("everything is stopped", |screen| screen.contains("none of 4 nodes is left after"));
    assert_eq!(screen.matches("memory").count(), 1, "{screen}");
    let last = screen.split_once("memory").unwrap().1;
    assert_eq!(last.matches(" stopped ").count(), 4, "{screen}");
    assert_eq!(terminal.end(), 0);
}

#[test]
fn a_table_fits_a_terminal_that_gets_smaller() {
    let cluster = Cluster::new("");
    let terminal = start(&cluster, (24, 100));
    terminal.wait("a whole cluster", |screen| screen.contains("all 4 nodes are up"));
    let (rows, columns) = (std::num::NonZeroU16::new(9).unwrap(), std::num::NonZeroU16::new(30).unwrap());
    terminal.screen.0.lock().unwrap().0.screen_mut().set_size(rows, columns);
    terminal.pty.resize(pty_process::Size::new(rows.get(), columns.get())).unwrap();
    let screen = terminal
        .wait("a small table", |screen| ["manager", "worker-1", "worker-2"].iter().all(|node| is_up(screen, node)));
    assert!(!is_wrapped(&terminal), "{screen}");
    signal(terminal.child.id(), "HUP");
    assert_eq!(terminal.end(), 0);
    cluster.nothing_is_left();
}
