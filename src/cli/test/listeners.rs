//! Who is told of tests, as the options of `brood test` have it.

use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::Arguments;
use crate::diag::terminal;
use crate::testing::report::{self, Listener, Told};

/// Those who are to be told. Where `is_asked` says that all is to end, none of them waits for anybody.
pub(super) fn listeners(arguments: &Arguments, is_asked: &Arc<AtomicBool>) -> Result<Vec<Box<dyn Listener>>, String> {
    let told = match (arguments.diagnostics_all, arguments.diagnostics) {
        (true, _) => Told::All,
        (_, true) => Told::Failed,
        _ => Told::LackingBaselines,
    };
    let pause = arguments.wait.then(|| report::Pause::new(is_asked.clone()));
    let is_terminal = io::stdout().is_terminal();
    let mut listeners: Vec<Box<dyn Listener>> = Vec::new();
    let is_brief = arguments.brief || arguments.quiet;
    if is_terminal && !terminal::is_dumb() && !arguments.verbose && !is_brief {
        listeners.push(Box::new(report::Console::new(arguments.show_all, told, pause, terminal::has_color())));
    } else {
        listeners.push(match (arguments.verbose, is_brief) {
            (true, _) => Box::new(report::Verbose::new()),
            (_, true) => Box::new(report::Brief::new()),
            _ => match arguments.simulated.seeds {
                Some(seeds) => Box::new(report::Seeds::new(seeds)),
                None => Box::new(report::Standard::new()),
            },
        });
        let told = if is_brief && told == Told::LackingBaselines { Told::Commands } else { told };
        listeners.push(Box::new(report::Diagnostics::new(told, pause)));
    }
    if let Some(path) = &arguments.file_diagnostics {
        let told = if arguments.diagnostics_all { Told::All } else { Told::Failed };
        listeners.push(Box::new(report::Diagnostics::to_file(told, create(path)?)));
    }
    if let Some(path) = &arguments.xml {
        listeners.push(Box::new(report::Junit::new(create(path)?)));
    }
    if let Some(path) = &arguments.json {
        listeners.push(Box::new(report::Json::new(create(path)?)));
    }
    if let Some(path) = &arguments.trace_file {
        listeners.push(Box::new(report::Trace::new(create(path)?)));
    }
    let has_bar = arguments.progress_bar || std::env::var_os("BTEST_OSC94_PROGRESS").is_some_and(|is| !is.is_empty());
    if has_bar && is_terminal {
        listeners.push(Box::new(report::TitleBar));
    }
    Ok(listeners)
}

fn create(path: &Path) -> Result<Box<dyn Write>, String> {
    match File::create(path) {
        Ok(file) => Ok(Box::new(file)),
        Err(error) => Err(format!("cannot open {}: {error}", path.display())),
    }
}
