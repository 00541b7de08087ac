//! One open stream: a task that reads and a task that writes.
//!
//! Reading stops while much of what was read waits to be looked at, so that a fast sender fills its own queue and not
//! this process's memory. One piece at a time is handed over for writing.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::Notify;

use super::{Event, StreamId};

/// The most that one read takes.
const READ: usize = 64 * 1024;

/// What may wait to be looked at from one stream before it is read on.
const MOST_UNREAD: usize = 512 * 1024;

/// What happened and has not been looked at, for all streams of a transport.
#[derive(Default)]
pub(super) struct Events {
    queue: RefCell<VecDeque<Event>>,
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
}

/// What the tasks of a stream share with its owner.
#[derive(Default)]
pub(super) struct Shared {
    to_write: RefCell<Option<Vec<u8>>>,
    handed_over: Notify,
    closing: Cell<bool>,
    unread: Cell<usize>,
    held: Cell<bool>,
    looked_at: Notify,
}

impl Shared {
    pub(super) fn write(&self, bytes: Vec<u8>) {
        let mut to_write = self.to_write.borrow_mut();
        match to_write.as_mut() {
            Some(waiting) => waiting.extend_from_slice(&bytes),
            None => *to_write = Some(bytes),
        }
        self.handed_over.notify_one();
    }

    /// Lets the writer end after what it has.
    pub(super) fn close(&self) {
        self.closing.set(true);
        self.handed_over.notify_one();
    }

    /// Stops reading, or goes on.
    pub(super) fn hold(&self, held: bool) {
        self.held.set(held);
        self.looked_at.notify_one();
    }

    /// Whether nothing more is to be read now.
    fn has_enough(&self) -> bool {
        self.held.get() || self.unread.get() > MOST_UNREAD
    }

    /// So many bytes of what was read are out of the way.
    pub(super) fn look_at(&self, bytes: usize) {
        self.unread.set(self.unread.get().saturating_sub(bytes));
        self.looked_at.notify_one();
    }
}

/// Reads until the other side ends.
pub(super) async fn read(mut from: impl AsyncRead + Unpin, id: StreamId, shared: Rc<Shared>, events: Rc<Events>) {
    let mut buffer = vec![0; READ];
    let reason = loop {
        match from.read(&mut buffer).await {
            Ok(0) => break None,
            Ok(count) => {
                let bytes = buffer.get(..count).unwrap_or_default().to_vec();
                shared.unread.set(shared.unread.get() + count);
                events.push(Event::Received(id, bytes));
                while shared.has_enough() {
                    shared.looked_at.notified().await;
                }
            }
            Err(error) => break Some(error.to_string()),
        }
    };
    if !shared.closing.get() {
        events.push(Event::Closed(id, reason));
    }
}

/// Writes what is handed over until the stream is to end. An error is left to the reader, which sees it too.
pub(super) async fn write(mut to: impl AsyncWrite + Unpin, id: StreamId, shared: Rc<Shared>, events: Rc<Events>) {
    loop {
        let bytes = shared.to_write.borrow_mut().take();
        match bytes {
            Some(bytes) => {
                let written = async {
                    to.write_all(&bytes).await?;
                    to.flush().await
                };
                if written.await.is_err() {
                    return;
                }
                if shared.to_write.borrow().is_none() && !shared.closing.get() {
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
