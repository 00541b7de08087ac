//! `Input::__*`: what the input framework's script functions rest on.

use std::rc::Rc;

use crate::input;
use crate::value::{RecordObject, Text};
use crate::vm::{Vm, natives};

/// Looks at what readers wait for.
pub(super) fn poll(vm: &mut Vm) {
    input::poll(vm);
}

natives! {
    /// Makes a stream whose rows go into a table. `Input::add_table` calls this.
    fn "Input::__create_table_stream" = "function(description: Input::TableDescription): bool";
    |vm, description: Rc<RecordObject>| -> bool {
        input::create_table_stream(vm, &description)
    }

    /// Makes a stream whose rows are events. `Input::add_event` calls this.
    fn "Input::__create_event_stream" = "function(description: Input::EventDescription): bool";
    |vm, description: Rc<RecordObject>| -> bool {
        input::create_event_stream(vm, &description)
    }

    /// Would hand a source to the analysis of files, which is not here: an error, and F. `Input::add_analysis` calls
    /// this.
    fn "Input::__create_analysis_stream" = "function(description: Input::AnalysisDescription): bool";
    |vm, description: Rc<RecordObject>| -> bool {
        Ok(input::create_analysis_stream(vm, &description))
    }

    /// Closes a stream, once what it is to do is done. `Input::remove` calls this.
    fn "Input::__remove_stream" = "function(id: string): bool";
    |vm, id: Rc<Text>| -> bool {
        Ok(input::remove_stream(vm, &id.to_lossy()))
    }

    /// Has a stream look at its source again. `Input::force_update` calls this.
    fn "Input::__force_update" = "function(id: string): bool";
    |vm, id: Rc<Text>| -> bool {
        Ok(input::force_update(vm, &id.to_lossy()))
    }
}
