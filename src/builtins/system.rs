//! The system around: environment, processes, commands, the engine's own end.

use std::rc::Rc;

use super::results::string_vector;
use crate::value::{Address, TableObject, Text, Value, VectorObject};
use crate::vm::{Raise, Vm, natives};

/// The release of Bro whose behaviour this engine has.
pub const VERSION: &str = "2.6.4";

/// The command line, as the engine was started.
#[derive(Default)]
struct CommandLine(Vec<String>);

/// Says what `zeek_args` gives.
pub fn set_command_line(vm: &mut Vm, arguments: Vec<String>) {
    vm.state::<CommandLine>().0 = arguments;
}

/// Runs a command in the background, what it prints going to standard error.
fn run_in_background(vm: &mut Vm, command: &Text, variables: &[(String, String)]) -> i64 {
    let command = format!("({}) 1>&2 &", command.to_lossy());
    vm.host.run_command(&command, variables, b"").map_or(-1, i64::from)
}

/// Variables out of a table: each name in capitals behind both prefixes that programs look for.
fn variables(env: &TableObject) -> Option<Vec<(String, String)>> {
    let mut all = Vec::new();
    let mut good = true;
    env.for_each(|key, value| {
        if let ([name], Some(value)) = (key, value.as_bytes())
            && let Some(name) = name.as_bytes()
        {
            let name = String::from_utf8_lossy(name).to_ascii_uppercase();
            let value = String::from_utf8_lossy(value);
            all.push((format!("BRO_ARG_{name}"), value.clone().into_owned()));
            all.push((format!("ZEEK_ARG_{name}"), value.into_owned()));
        } else {
            good = false;
        }
    });
    good.then_some(all)
}

natives! {
    /// Gives the value of an environment variable, the empty string where it is not set. What begins with `ZEEK_` is
    /// also found under `BRO_`, and the other way round.
    #[example("getenv(\"NO_SUCH_VARIABLE\")", "")]
    fn "getenv" = "function(var: string): string";
    |vm, var: Rc<Text>| -> String {
        Ok(vm.variable(&var.to_lossy()).unwrap_or_default())
    }

    /// Sets an environment variable, for this process and the commands it runs.
    #[example("setenv(\"LANGUAGE_OF_EXAMPLE\", \"bro\")", "T")]
    fn "setenv" = "function(var: string, val: string): bool";
    |vm, var: Rc<Text>, val: Rc<Text>| -> bool {
        let name = var.to_lossy();
        if name.is_empty() || name.contains(['=', '\0']) {
            return Ok(false);
        }
        vm.host.set_variable(&name, &val.to_lossy());
        Ok(true)
    }

    /// Ends the process at once with this exit status.
    fn "exit" = "function(code: int): any";
    |_vm, code: i64| -> () {
        Err(Raise::exit(code as i32))
    }

    /// Asks for the end: what is under way is finished, then the process ends. F where the end is under way already.
    fn "terminate" = "function(): bool";
    |vm| -> bool {
        if vm.is_terminating() {
            return Ok(false);
        }
        vm.terminate();
        Ok(true)
    }

    /// Tells whether the process is about to end.
    #[example("bro_is_terminating()", "F")]
    fn "bro_is_terminating" = "function(): bool";
    |vm| -> bool {
        Ok(vm.is_terminating())
    }

    /// Tells whether the process is about to end.
    #[example("zeek_is_terminating()", "F")]
    fn "zeek_is_terminating" = "function(): bool";
    |vm| -> bool {
        Ok(vm.is_terminating())
    }

    /// Runs a command of the shell in the background, what it prints going to standard error. Gives what the system's
    /// `system` gives, which tells about the start of the command, not about its end.
    fn "system" = "function(str: string): int";
    |vm, str: Rc<Text>| -> i64 {
        Ok(run_in_background(vm, &str, &[]))
    }

    /// As `system`, with variables in the environment of the command: for each entry of the table one whose name is
    /// that of the entry in capitals behind `BRO_ARG_`.
    fn "system_env" = "function(str: string, env: table[string] of string): int";
    |vm, str: Rc<Text>, env: Rc<TableObject>| -> i64 {
        if env.is_set() && !env.is_empty() {
            vm.builtin_error("system_env() requires a table argument");
            return Ok(-1);
        }
        let Some(variables) = variables(&env) else {
            vm.builtin_error("system_env() needs a table[string] of string");
            return Ok(-1);
        };
        Ok(run_in_background(vm, &str, &variables))
    }

    /// Runs a command of the shell with a text on its standard input, and waits for its end.
    fn "piped_exec" = "function(program: string, to_write: string): bool";
    |vm, program: Rc<Text>, to_write: Rc<Text>| -> bool {
        let command = program.to_lossy();
        if vm.host.run_command(&command, &[], to_write.as_bytes()).is_err() {
            vm.error_without_place(format!("Failed to popen {command}"));
            return Ok(false);
        }
        Ok(true)
    }

    /// Gives the number of this process.
    #[example("getpid() > 0", "T")]
    fn "getpid" = "function(): count";
    |vm| -> u64 {
        Ok(u64::from(vm.host.process_id()))
    }

    /// Gives the release of Bro whose language and scripts this engine has.
    #[example("bro_version()", "2.6.4")]
    fn "bro_version" = "function(): string";
    |_vm| -> &'static str {
        Ok(VERSION)
    }

    /// Gives what `bro_version` gives, under its later name.
    #[example("zeek_version() == bro_version()", "T")]
    fn "zeek_version" = "function(): string";
    |_vm| -> &'static str {
        Ok(VERSION)
    }

    /// Gives the command line that started this process.
    #[example("type_name(zeek_args())", "vector of string")]
    fn "zeek_args" = "function(): vector of string";
    |vm| -> Rc<VectorObject> {
        Ok(string_vector(&vm.state::<CommandLine>().0))
    }

    /// Gives the name of this machine.
    #[example("|gethostname()| > 0", "T")]
    fn "gethostname" = "function(): string";
    |vm| -> String {
        Ok(vm.host.host_name())
    }

    /// Tells whether an address is one of this machine's: a loopback address, or one that its name stands for.
    #[example("is_local_interface(127.0.0.1)", "T")]
    fn "is_local_interface" = "function(ip: addr): bool";
    |vm, ip: Address| -> bool {
        if ip.0.is_loopback() {
            return Ok(true);
        }
        let name = vm.host.host_name();
        Ok(vm.host.resolve(&name).into_iter().any(|own| Address::new(own) == ip))
    }

    /// Sends a text to the system's log, as a notice of the facility `local5`.
    fn "syslog" = "function(s: string): any";
    |vm, s: Rc<Text>| -> () {
        vm.host.syslog(&s.to_lossy());
        Ok(())
    }

    /// Writes a profile to the profiling log where one is kept, which this engine never does.
    fn "do_profiling" = "function(): any";
    |_vm| -> Value {
        Ok(Value::Unset)
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::variables;
    use crate::builtins::bench::Bench;
    use crate::types::Type;
    use crate::value::{TableObject, Value};
    use crate::vm::RaiseKind;

    #[test]
    fn variables_are_found_under_both_names() {
        let mut bench = Bench::new();
        let set = [Value::string("ZEEK_HOME"), Value::string("/opt")];
        assert_eq!(bench.text("setenv", &set), "T");
        assert_eq!(bench.text("getenv", &[Value::string("BRO_HOME")]), "/opt");
        assert_eq!(bench.text("setenv", &[Value::string("a=b"), Value::string("c")]), "F");
    }

    #[test]
    fn the_end_comes_once() {
        let mut bench = Bench::new();
        assert_eq!(bench.text("terminate", &[]), "T");
        assert_eq!(bench.text("terminate", &[]), "F");
        assert_eq!(bench.text("bro_is_terminating", &[]), "T");
        let exit = bench.try_call("exit", &[Value::Int(7)]).unwrap_err();
        assert!(matches!(exit.kind(), RaiseKind::Exit(7)));
    }

    #[test]
    fn a_table_becomes_variables() {
        let table = TableObject::new(Type::table(vec![Type::string()], Type::string()));
        table.insert(&[Value::string("path")], Value::string("/a"));
        let all = variables(&table).unwrap();
        assert_eq!(all, [("BRO_ARG_PATH".into(), "/a".into()), ("ZEEK_ARG_PATH".into(), "/a".into())]);
        let wrong = TableObject::new(Type::table(vec![Type::string()], Type::count()));
        wrong.insert(&[Value::string("n")], Value::Count(1));
        assert!(variables(&wrong).is_none());
        let mut bench = Bench::new();
        let arguments = [Value::string("true"), Value::Table(Rc::new(wrong))];
        assert_eq!(bench.text("system_env", &arguments), "-1");
        assert_eq!(bench.reports(), ["error: system_env() needs a table[string] of string"]);
    }
}
