//! Requests to peer with whoever is at an address, which go on until they are withdrawn.
//!
//! Nodes of a cluster start together, so that most first attempts find nobody who listens yet. Broker then waits for a
//! whole retry interval. Here, where an address could not be reached, it is knocked at again and again for the first
//! second; such a knock that fails is nothing that anybody is told of, and the attempts that count take place as if it
//! had not been.

use std::time::Duration;

use super::connection::{ConnectionId, Phase, Remote};
use super::{Action, Endpoint, Notice};
use crate::wire::{EndpointId, ErrorCode};

/// How long after a first failure it is knocked at.
const EAGER: Duration = Duration::from_secs(1);

/// The pauses between knocks: the first, each twice as long as the one before, but none longer than the last.
const FIRST_KNOCK: Duration = Duration::from_millis(10);
const LAST_KNOCK: Duration = Duration::from_millis(40);

/// What a request is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Trying,
    /// There is a peering; when it breaks, the request goes on.
    Linked(EndpointId),
    WaitsUntil(Duration),
}

#[derive(Clone, Debug)]
pub(super) struct Dial {
    pub(super) remote: Remote,
    /// `None`: one attempt and no more.
    retry: Option<Duration>,
    state: State,
    pub(super) was_peered: bool,
    knocking: Knocking,
}

/// How far the knocking between attempts is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Knocking {
    /// Nothing has failed since the request or since the last peering.
    NotYet,
    Knocks {
        pause: Duration,
        /// When it ends.
        until: Duration,
        /// When the next attempt is that counts.
        due: Duration,
    },
    Over,
}

impl Dial {
    /// When to try again.
    pub(super) fn deadline(&self) -> Option<Duration> {
        match self.state {
            State::WaitsUntil(time) => Some(time),
            _ => None,
        }
    }
}

impl Endpoint {
    /// Peers with whoever is at an address. With `retry`, a failed attempt is followed by another after that time, and a
    /// peering that broke is taken up again.
    pub fn peer(&mut self, remote: Remote, retry: Option<Duration>) {
        if self.closing {
            return;
        }
        // Asked twice for the same address, the later retry interval counts.
        if let Some(dial) = self.dials.values_mut().find(|dial| dial.remote == remote) {
            dial.retry = retry;
            return;
        }
        let id = self.next_dial;
        self.next_dial += 1;
        self.dials
            .insert(id, Dial { remote, retry, state: State::Trying, was_peered: false, knocking: Knocking::NotYet });
        self.open_dial(id);
    }

    pub(super) fn open_dial(&mut self, dial: usize) {
        let Some(found) = self.dials.get_mut(&dial) else {
            return;
        };
        found.state = State::Trying;
        let remote = found.remote.clone();
        let connection = self.add_connection(remote.clone(), Some(dial), Phase::Opening);
        self.actions.push_back(Action::Open { connection, remote });
    }

    /// An attempt failed; `reached` says whether somebody answered at all.
    pub(super) fn dial_failed(&mut self, dial: usize, reached: bool, now: Duration) {
        let Some(found) = self.dials.get_mut(&dial) else {
            return;
        };
        if let (Knocking::Knocks { pause, until, due }, false) = (found.knocking, reached)
            && now < due
        {
            let next = now + pause;
            found.knocking = Knocking::Knocks { pause: (2 * pause).min(LAST_KNOCK), until, due };
            found.state = State::WaitsUntil(if next < until { next.min(due) } else { due });
            return;
        }
        let remote = found.remote.clone();
        match found.retry {
            Some(retry) if found.knocking == Knocking::NotYet && !reached => {
                let due = now + retry;
                found.knocking = Knocking::Knocks { pause: 2 * FIRST_KNOCK, until: now + EAGER, due };
                found.state = State::WaitsUntil(due.min(now + FIRST_KNOCK));
            }
            Some(retry) => {
                found.knocking = Knocking::Over;
                found.state = State::WaitsUntil(now + retry);
            }
            None => drop(self.dials.remove(&dial)),
        }
        self.notices.push_back(Notice::Error { code: ErrorCode::PeerUnavailable, remote, reached });
    }

    /// The request behind a connection, if there is one, is served by the peering with this endpoint. A peering that the
    /// other side opened goes by the address that was asked for from now on.
    pub(super) fn link(&mut self, connection: ConnectionId, peer: EndpointId) {
        let dial = self.connections.get(&connection).and_then(|found| found.dial);
        let Some(found) = dial.and_then(|dial| self.dials.get_mut(&dial)) else {
            return;
        };
        found.state = State::Linked(peer);
        found.was_peered = true;
        found.knocking = Knocking::NotYet;
        let remote = found.remote.clone();
        if let Some(super::Peer::Peered(other)) = self.peers.get(&peer)
            && let Some(other) = self.connections.get_mut(other)
        {
            other.remote = remote;
        }
    }

    /// The peering with an endpoint is over: what was asked for goes on at once.
    pub(super) fn redial(&mut self, peer: EndpointId, now: Duration) {
        let linked = |dial: &Dial| dial.state == State::Linked(peer);
        let dials: Vec<usize> = self.dials.iter().filter(|(_, dial)| linked(dial)).map(|(id, _)| *id).collect();
        for dial in dials {
            match self.dials.get_mut(&dial) {
                Some(found) if found.retry.is_some() => found.state = State::WaitsUntil(now),
                _ => drop(self.dials.remove(&dial)),
            }
        }
    }
}
