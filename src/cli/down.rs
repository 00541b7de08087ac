//! `brood down`: stops a cluster that `brood up` has started.

use std::path::PathBuf;

use clap::Args;

use super::output::print;
use super::up::{SPOOL, explain};
use crate::diag::say;
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
        say!("{NAME}: no cluster runs in {}", arguments.spool.display());
        1
    };
    let Some(mut spool) = Spool::find(&arguments.spool) else { return nothing() };
    let Some(record) = spool.record() else { return nothing() };
    if spool.is_held() {
        let count = record.members.len();
        print(NAME, if count == 1 { "stopping 1 node\n".to_owned() } else { format!("stopping {count} nodes\n") });
        return match ask_to_stop(&spool, &record) {
            Ok(()) => print(NAME, "everything is stopped\n"),
            Err(error) => {
                say!("{NAME}: {}", explain(&error, &arguments.spool));
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
            say!("{NAME}: cannot catch signals: {error}");
            return 1;
        }
    };
    print(NAME, "the supervisor is gone; stopping what it has left\n");
    let mut view = Plain;
    let mut keeper = Keeper::of_left_behind(spool, record, signals, &mut view);
    keeper.stop();
    match keeper.keep() {
        Ok(_) => 0,
        Err(error) => {
            say!("{NAME}: {}", explain(&error, &arguments.spool));
            1
        }
    }
}
