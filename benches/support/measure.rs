//! Figures of real processes: medians of five runs, with the lowest and the highest behind them.
//!
//! A plain echo over the loopback is measured before each run. It tells what kind of day the machine has, and the ratio to
//! it can be compared where absolute figures cannot.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};

const RUNS: usize = 5;

pub(crate) struct Measure {
    runtime: Runtime,
}

impl Measure {
    pub(crate) fn new() -> Measure {
        Measure { runtime: Builder::new_current_thread().enable_io().build().unwrap() }
    }

    /// Measures one thing, and tells it.
    pub(crate) fn one(&self, what: &str, unit: &str, wanted: &str, run: impl Fn() -> f64) {
        self.several([(what, unit, wanted)], || [run()]);
    }

    /// Measures what comes out of the same runs.
    pub(crate) fn several<const N: usize>(&self, things: [(&str, &str, &str); N], run: impl Fn() -> [f64; N]) {
        let mut echoes = Vec::new();
        let mut figures = [(); N].map(|()| Vec::new());
        for _ in 0..RUNS {
            echoes.push(self.runtime.block_on(echo()));
            for (figures, figure) in figures.iter_mut().zip(run()) {
                figures.push(figure);
            }
        }
        let echo = median(&mut echoes);
        for ((what, unit, wanted), mut figures) in things.into_iter().zip(figures) {
            let middle = median(&mut figures);
            let (low, high) = (figures[0], figures[figures.len() - 1]);
            let ratio = match unit {
                "/s" => format!("{:.1} an echo", middle * echo / 1e6),
                "us" => format!("{:.1} echoes", middle / echo),
                "s" => format!("{:.0} echoes", middle * 1e6 / echo),
                _ => String::new(),
            };
            println!(
                "{what:<46} {middle:>12.3} {unit:<3} ({low:.3} .. {high:.3})  {ratio}, echo {echo:.1} us  {wanted}",
            );
        }
    }
}

fn median(figures: &mut [f64]) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

/// Microseconds of a round trip of a hundred bytes between two tasks.
async fn echo() -> f64 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let answering = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.set_nodelay(true).unwrap();
        let mut bytes = [0; 100];
        while stream.read_exact(&mut bytes).await.is_ok() {
            stream.write_all(&bytes).await.unwrap();
        }
    };
    let asking = async {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let (began, mut trips, mut bytes) = (Instant::now(), 0u32, [0; 100]);
        while began.elapsed() < Duration::from_millis(300) {
            stream.write_all(&bytes).await.unwrap();
            stream.read_exact(&mut bytes).await.unwrap();
            trips += 1;
        }
        began.elapsed().as_secs_f64() * 1e6 / f64::from(trips)
    };
    tokio::join!(answering, asking).1
}
