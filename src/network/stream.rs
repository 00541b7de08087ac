//! One open stream: a task that reads and a task that writes.
//!
//! Reading stops while much of what was read waits to be looked at, so that a fast sender fills its own queue and not
//! this process's memory. What is handed over for writing is
//! written in order.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::sync::Notify;

use super::{Event, StreamId, tls};

/// The most that one read takes.
const READ: usize = 64 * 1024;

/// What may wait to be looked at from one stream before it is read on.
const MOST_UNREAD: usize = 512 * 1024;

/// What happened and has not been looked at, for all streams of a transport.
#[derive(Default)]
pub(super) struct Events {
    queue: RefCell<VecDeque<Event>>,
    /// What is read goes through here. One for all streams: idle ones, of which there may be hundreds, need no memory.
    buffer: RefCell<Vec<u8>>,
    pub(super) changed: Notify,
}

impl Events {
    pub(super) fn push(&self, event: Event) {
        self.queue.borrow_mut().push_back(event);
        self.changed.notify_one();
    }

    pub(super) fn pop(&self) -> Option<Event> {
        self.queue.borrow_mut().pop_front()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.queue.borrow().is_empty()
    }

    /// The next bytes of a stream; none at its end.
    fn poll_read(&self, from: Pin<&mut impl AsyncRead>, context: &mut Context<'_>) -> Poll<io::Result<Vec<u8>>> {
        let mut buffer = self.buffer.borrow_mut();
        buffer.resize(READ, 0);
        let mut read = ReadBuf::new(&mut buffer);
        ready!(from.poll_read(context, &mut read))?;
        Poll::Ready(Ok(read.filled().to_vec()))
    }
}

/// What the tasks of a stream share with its owner.
#[derive(Default)]
pub(super) struct Shared {
    to_write: RefCell<VecDeque<Vec<u8>>>,
    handed_over: Notify,
    closing: Cell<bool>,
    unread: Cell<usize>,
    held: Cell<bool>,
    looked_at: Notify,
}

impl Shared {
    pub(super) fn write(&self, bytes: Vec<u8>) {
        self.to_write.borrow_mut().push_back(bytes);
        self.handed_over.notify_one();
    }

    /// Lets the writer end after what it has. Nothing that is read matters any more.
    pub(super) fn close(&self) {
        self.closing.set(true);
        self.handed_over.notify_one();
        self.looked_at.notify_one();
    }

    /// Stops reading, or goes on.
    pub(super) fn hold(&self, held: bool) {
        self.held.set(held);
        self.looked_at.notify_one();
    }

    /// Whether nothing more is to be read now.
    fn has_enough(&self) -> bool {
        !self.closing.get() && (self.held.get() || self.unread.get() > MOST_UNREAD)
    }

    /// So many bytes of what was read are out of the way.
    pub(super) fn look_at(&self, bytes: usize) {
        self.unread.set(self.unread.get().saturating_sub(bytes));
        self.looked_at.notify_one();
    }
}

/// Reads until the other side ends.
pub(super) async fn read(mut from: impl AsyncRead + Unpin, id: StreamId, shared: Rc<Shared>, events: Rc<Events>) {
    let reason = loop {
        match poll_fn(|context| events.poll_read(Pin::new(&mut from), context)).await {
            Ok(bytes) if bytes.is_empty() => break None,
            Ok(bytes) => {
                // What comes behind the end is read so that the other side sees an end and not a reset, which may
                // overtake the last words.
                if shared.closing.get() {
                    continue;
                }
                shared.unread.set(shared.unread.get() + bytes.len());
                events.push(Event::Received(id, bytes));
                while shared.has_enough() {
                    shared.looked_at.notified().await;
                }
            }
            Err(error) => break Some(tls::reason(&error)),
        }
    };
    if !shared.closing.get() {
        events.push(Event::Closed(id, reason));
    }
}

/// Writes what is handed over until the stream is to end. An error is left to the reader, which sees it too.
pub(super) async fn write(mut to: impl AsyncWrite + Unpin, id: StreamId, shared: Rc<Shared>, events: Rc<Events>) {
    loop {
        let bytes = shared.to_write.borrow_mut().pop_front();
        match bytes {
            Some(bytes) => {
                let written = async {
                    to.write_all(&bytes).await?;
                    to.flush().await
                };
                if written.await.is_err() {
                    return;
                }
                if shared.to_write.borrow().is_empty() && !shared.closing.get() {
                    events.push(Event::Ready(id));
                }
            }
            None if shared.closing.get() => {
                // Whether the other side still hears the end is its own matter.
                let _ = to.shutdown().await;
                return;
            }
            None => shared.handed_over.notified().await,
        }
    }
}
