//! `brood down`: stops a cluster that `brood up` has started.

use std::path::PathBuf;

use clap::Args;

use super::up::{SPOOL, explain};
use crate::supervisor::{Keeper, Plain, Signals, Spool, ask_to_stop};

const NAME: &str = "brood down";

const EXAMPLES: &str = "\
Examples:
  brood down
  brood down --spool /var/spool/site

Workers stop first, then proxies, managers, and loggers. What a supervisor
that was killed has left behind is found and stopped too.";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// The folder that the cluster runs in.
    #[arg(long, value_name = "DIR", default_value = SPOOL)]
    spool: PathBuf,
}

pub(super) fn run(arguments: &Arguments) -> i32 {
    let nothing = || {
        eprintln!("{NAME}: no cluster runs in {}", arguments.spool.display());
        1
    };
    let Some(mut spool) = Spool::find(&arguments.spool) else { return nothing() };
    let Some(record) = spool.record() else { return nothing() };
    if spool.is_held() {
        match record.members.len() {
            1 => println!("stopping 1 node"),
            count => println!("stopping {count} nodes"),
        }
        return match ask_to_stop(&spool, &record) {
            Ok(()) => {
                println!("everything is stopped");
                0
            }
            Err(error) => {
                eprintln!("{NAME}: {}", explain(&error, &arguments.spool));
                1
            }
        };
    }
    match spool.take() {
        Ok(true) => {}
        _ => return nothing(),
    }
    let signals = match Signals::catch() {
        Ok(signals) => signals,
        Err(error) => {
            eprintln!("{NAME}: cannot catch signals: {error}");
            return 1;
        }
    };
    println!("the supervisor is gone; stopping what it has left");
    let mut view = Plain;
    let mut keeper = Keeper::of_left_behind(spool, record, signals, &mut view);
    keeper.stop();
    match keeper.keep() {
        Ok(_) => 0,
        Err(error) => {
            eprintln!("{NAME}: {}", explain(&error, &arguments.spool));
            1
        }
    }
}
