//! Waking up at a moment, finer than the runtime's own clock, which counts milliseconds and rounds up twice.
//!
//! Scripts pace what they send by timers of a millisecond or two; twice as long would be half as much.

use std::io;
use std::time::Duration;

#[cfg(target_os = "linux")]
pub(super) use linux::Alarm;
#[cfg(not(target_os = "linux"))]
pub(super) use portable::Alarm;

#[cfg(target_os = "linux")]
mod linux {
    use std::os::fd::OwnedFd;

    use rustix::time::{
        Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create, timerfd_settime,
    };
    use tokio::io::Interest;
    use tokio::io::unix::AsyncFd;

    use super::{Duration, io};

    /// From here on a millisecond more or less makes no difference.
    const COARSE: Duration = Duration::from_millis(20);

    /// A timer of the system that one waits for as for a socket.
    pub(in crate::network) struct Alarm(AsyncFd<OwnedFd>);

    impl Alarm {
        /// To be called within the runtime.
        #[expect(
            deprecated,
            reason = "what came after it is unsafe, because not all descriptors are owned as this one is"
        )]
        pub(in crate::network) fn new() -> io::Result<Self> {
            let timer = timerfd_create(TimerfdClockId::Monotonic, TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC)?;
            Ok(Alarm(AsyncFd::with_interest(timer, Interest::READABLE)?))
        }

        /// Waits for so long; now and then less, when an earlier wait was given up.
        pub(in crate::network) async fn after(&self, time: Duration) {
            if time >= COARSE || self.set(time).is_err() {
                return tokio::time::sleep(time).await;
            }
            if let Ok(mut ready) = self.0.readable().await {
                // What is not read makes no difference: setting the timer anew forgets it.
                ready.clear_ready();
            }
        }

        fn set(&self, time: Duration) -> io::Result<()> {
            const NEVER: Timespec = Timespec { tv_sec: 0, tv_nsec: 0 };
            // Zero would mean never.
            let time = Timespec::try_from(time.max(Duration::from_nanos(1))).unwrap_or(NEVER);
            let once = Itimerspec { it_interval: NEVER, it_value: time };
            timerfd_settime(&self.0, TimerfdTimerFlags::empty(), &once)?;
            Ok(())
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod portable {
    use super::{Duration, io};

    /// The runtime's own timer.
    pub(in crate::network) struct Alarm;

    impl Alarm {
        pub(in crate::network) fn new() -> io::Result<Self> {
            Ok(Alarm)
        }

        pub(in crate::network) async fn after(&self, time: Duration) {
            tokio::time::sleep(time).await;
        }
    }
}
