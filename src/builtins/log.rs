//! `Log::__*`: what the logging framework's script functions rest on.

use std::rc::Rc;

use crate::logging;
use crate::value::{RecordObject, Text, Value};
use crate::vm::{EnumValue, natives};

natives! {
    /// Makes a stream of records. `Log::create_stream` calls this.
    fn "Log::__create_stream" = "function(id: Log::ID, stream: Log::Stream): bool";
    |vm, id: EnumValue, stream: Rc<RecordObject>| -> bool {
        Ok(logging::create_stream(vm, &id, &stream))
    }

    /// Closes the logs of a stream and forgets it. `Log::remove_stream` calls this.
    fn "Log::__remove_stream" = "function(id: Log::ID): bool";
    |vm, id: EnumValue| -> bool {
        Ok(logging::remove_stream(vm, &id))
    }

    /// Lets a stream write. `Log::enable_stream` calls this.
    fn "Log::__enable_stream" = "function(id: Log::ID): bool";
    |vm, id: EnumValue| -> bool {
        Ok(logging::enable_stream(vm, &id, true))
    }

    /// Keeps a stream from writing. `Log::disable_stream` calls this.
    fn "Log::__disable_stream" = "function(id: Log::ID): bool";
    |vm, id: EnumValue| -> bool {
        Ok(logging::enable_stream(vm, &id, false))
    }

    /// Adds a filter to a stream. `Log::add_filter` calls this.
    fn "Log::__add_filter" = "function(id: Log::ID, filter: Log::Filter): bool";
    |vm, id: EnumValue, filter: Rc<RecordObject>| -> bool {
        logging::add_filter(vm, &id, &filter)
    }

    /// Removes a filter from a stream. `Log::remove_filter` calls this.
    fn "Log::__remove_filter" = "function(id: Log::ID, name: string): bool";
    |vm, id: EnumValue, name: Rc<Text>| -> bool {
        Ok(logging::remove_filter(vm, &id, &name.to_lossy()))
    }

    /// Writes a record to a stream. `Log::write` calls this.
    fn "Log::__write" = "function(id: Log::ID, columns: any): bool";
    |vm, id: EnumValue, columns: Value| -> bool {
        logging::write(vm, &id, &columns)
    }

    /// Says whether records may be held back for a while. `Log::set_buf` calls this.
    fn "Log::__set_buf" = "function(id: Log::ID, buffered: bool): bool";
    |vm, id: EnumValue, buffered: bool| -> bool {
        Ok(logging::set_buffered(vm, &id, buffered))
    }

    /// Brings out what is held back. `Log::flush` calls this.
    fn "Log::__flush" = "function(id: Log::ID): bool";
    |vm, id: EnumValue| -> bool {
        Ok(logging::flush(vm, &id))
    }

    /// Brings out what the logs of all streams hold back.
    fn "Log::flush_all" = "function(): any";
    |vm| -> () {
        logging::flush_all(vm);
        Ok(())
    }
}
