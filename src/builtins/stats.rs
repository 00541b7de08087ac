//! Statistics of the engine. What only traffic would change is zero.

use std::rc::Rc;

use super::lookup::LookupCounts;
use super::reporter::weird_counts;
use super::results::{record_of, type_named};
use crate::procfs::{stat_fields, status_value};
use crate::types::{Type, TypeTag};
use crate::value::{TableObject, Value};
use crate::vm::{Raise, Vm, natives};

/// When the engine started, as far as natives know: set at the first question.
#[derive(Default)]
struct Started(Option<f64>);

/// Says when the process started.
pub fn set_start_time(vm: &mut Vm, time: f64) {
    vm.state::<Started>().0 = Some(time);
}

/// A record of all counts zero, except those given.
pub(super) fn counts(vm: &mut Vm, name: &str, known: &[(&str, Value)]) -> Result<Value, Raise> {
    let ty = type_named(vm, name)?;
    let mut fields: Vec<(&str, Value)> = Vec::new();
    if let Some(record) = ty.as_record() {
        record.with_fields(|all| {
            let counts = all.iter().filter(|field| field.ty.is(TypeTag::Count));
            fields.extend(counts.map(|field| (field.name.as_str(), Value::Count(0))));
        });
    }
    let all: Vec<(&str, Value)> = fields.into_iter().chain(known.iter().cloned()).collect();
    record_of(vm, &ty, &all)
}

/// What `/proc` tells about this process; all zero where there is no such thing.
#[derive(Debug, Default, PartialEq)]
struct Usage {
    user_time: f64,
    system_time: f64,
    peak_memory: u64,
    minor_faults: u64,
    major_faults: u64,
    switches: u64,
}

impl Usage {
    fn read(stat: &str, status: &str) -> Option<Self> {
        /// Ticks of the clock in which the kernel counts, the same on all machines of today.
        const TICKS: f64 = 100.0;
        let fields = stat_fields(stat);
        let field = |place: usize| fields.get(place)?.parse::<u64>().ok();
        let named = |name: &str| status_value(status, name)?.parse::<u64>().ok();
        Some(Usage {
            minor_faults: field(7)?,
            major_faults: field(9)?,
            user_time: field(11)? as f64 / TICKS,
            system_time: field(12)? as f64 / TICKS,
            peak_memory: named("VmHWM").unwrap_or(0) * 1024,
            switches: named("nonvoluntary_ctxt_switches").unwrap_or(0),
        })
    }
}

natives! {
    /// Gives statistics of captured packets: none, as this engine captures none.
    #[example("get_net_stats()$pkts_recvd", "0")]
    fn "get_net_stats" = "function(): NetStats";
    |vm| -> Value {
        counts(vm, "NetStats", &[])
    }

    /// Gives statistics of connections: none, as this engine sees none.
    #[example("get_conn_stats()$total_conns", "0")]
    fn "get_conn_stats" = "function(): ConnStats";
    |vm| -> Value {
        counts(vm, "ConnStats", &[])
    }

    /// Gives statistics of this process: when it started, time and memory used.
    #[example("get_proc_stats()$debug", "F")]
    fn "get_proc_stats" = "function(): ProcStats";
    |vm| -> Value {
        let now = vm.host.now();
        let start = *vm.state::<Started>().0.get_or_insert(now);
        let text = |vm: &Vm, path| vm.host.read_file(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        let stat = text(vm, "/proc/self/stat").unwrap_or_default();
        let status = text(vm, "/proc/self/status").unwrap_or_default();
        let usage = Usage::read(&stat, &status).unwrap_or_default();
        let known = [
            ("debug", Value::Bool(false)),
            ("start_time", Value::Time(start)),
            ("real_time", Value::Interval(now - start)),
            ("user_time", Value::Interval(usage.user_time)),
            ("system_time", Value::Interval(usage.system_time)),
            ("mem", Value::Count(usage.peak_memory)),
            ("minor_faults", Value::Count(usage.minor_faults)),
            ("major_faults", Value::Count(usage.major_faults)),
            ("num_context", Value::Count(usage.switches)),
        ];
        counts(vm, "ProcStats", &known)
    }

    /// Gives how many events were queued and how many have been handled.
    #[example("get_event_stats()$queued >= get_event_stats()$dispatched", "T")]
    fn "get_event_stats" = "function(): EventStats";
    |vm| -> Value {
        let (queued, dispatched) = vm.event_counts();
        counts(vm, "EventStats", &[("queued", Value::Count(queued)), ("dispatched", Value::Count(dispatched))])
    }

    /// Gives statistics of reassembly: none, as this engine reassembles nothing.
    #[example("get_reassembler_stats()$tcp_size", "0")]
    fn "get_reassembler_stats" = "function(): ReassemblerStats";
    |vm| -> Value {
        counts(vm, "ReassemblerStats", &[])
    }

    /// Gives statistics of questions about host names.
    #[example("get_dns_stats()$pending", "0")]
    fn "get_dns_stats" = "function(): DNSStats";
    |vm| -> Value {
        let LookupCounts { requests, successful, failed } = *vm.state::<LookupCounts>();
        let known = [
            ("requests", Value::Count(requests)),
            ("successful", Value::Count(successful)),
            ("failed", Value::Count(failed)),
            ("pending", Value::Count(requests.saturating_sub(successful + failed))),
        ];
        counts(vm, "DNSStats", &known)
    }

    /// Gives how many timers there are, how many there were at most, and how many were set in all.
    #[example("get_timer_stats()$current <= get_timer_stats()$cumulative", "T")]
    fn "get_timer_stats" = "function(): TimerStats";
    |vm| -> Value {
        let (current, most, all) = vm.timer_counts();
        let known =
            [("current", Value::Count(current)), ("max", Value::Count(most)), ("cumulative", Value::Count(all))];
        counts(vm, "TimerStats", &known)
    }

    /// Gives statistics of the analysis of files: none, as this engine analyses none.
    #[example("get_file_analysis_stats()$cumulative", "0")]
    fn "get_file_analysis_stats" = "function(): FileAnalysisStats";
    |vm| -> Value {
        counts(vm, "FileAnalysisStats", &[])
    }

    /// Gives the number of threads that work beside the main one: none, as logs are written by the main thread.
    #[example("get_thread_stats()$num_threads", "0")]
    fn "get_thread_stats" = "function(): ThreadStats";
    |vm| -> Value {
        counts(vm, "ThreadStats", &[])
    }

    /// Gives statistics of gaps in traffic: none, as this engine sees none.
    #[example("get_gap_stats()$gap_events", "0")]
    fn "get_gap_stats" = "function(): GapStats";
    |vm| -> Value {
        counts(vm, "GapStats", &[])
    }

    /// Gives statistics of the matching of signatures: none, as this engine matches none.
    #[example("get_matcher_stats()$matchers", "0")]
    fn "get_matcher_stats" = "function(): MatcherStats";
    |vm| -> Value {
        counts(vm, "MatcherStats", &[])
    }

    /// Gives how often `Reporter::net_weird` and its like were called, in all and by name.
    #[example("get_reporter_stats()$weirds >= 0", "T")]
    fn "get_reporter_stats" = "function(): ReporterStats";
    |vm| -> Value {
        let (all, by_name) = weird_counts(vm);
        let table = TableObject::new(Type::table(vec![Type::string()], Type::count()));
        for (name, count) in by_name {
            table.insert(&[Value::string(name)], Value::Count(count));
        }
        let known = [("weirds", Value::Count(all)), ("weirds_by_type", Value::Table(Rc::new(table)))];
        counts(vm, "ReporterStats", &known)
    }
}

#[cfg(test)]
mod tests {
    use super::Usage;

    #[test]
    fn usage_is_read_from_the_kernel_s_text() {
        let stat = "42 (a) b) S 1 42 42 0 -1 4194304 111 0 5 0 250 50 0 0 20 0 1 0 1 2 3";
        let status = "Name:\tb\nVmHWM:\t    2048 kB\nnonvoluntary_ctxt_switches:\t9\n";
        let usage = Usage::read(stat, status).unwrap();
        let expected = Usage {
            user_time: 2.5,
            system_time: 0.5,
            peak_memory: 2048 * 1024,
            minor_faults: 111,
            major_faults: 5,
            switches: 9,
        };
        assert_eq!(usage, expected);
        assert_eq!(Usage::read("", ""), None);
    }
}
