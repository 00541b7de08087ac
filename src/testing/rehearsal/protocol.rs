//! What a command of a test says to whoever rehearses it, and how it gets there.
//!
//! A command connects, sends one call with its standard output and error, and waits for one number: its exit status. A
//! byte behind the call says that somebody asked the command to end, and the end of the connection that it is gone.

use std::collections::BTreeMap;
use std::io::{self, IoSlice, IoSliceMut, Read, Write};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;

use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer, SendAncillaryMessage, SendFlags,
    recvmsg, sendmsg,
};
use serde::{Deserialize, Serialize};

use crate::launch::Launch;

/// The variable that names the socket. Where it is set, commands are part of a rehearsal.
pub(super) const SOCKET: &str = "BROOD_REHEARSAL";

/// The variable that says in which of the shells in the background a command runs.
pub(super) const SHELL: &str = "BROOD_REHEARSAL_SHELL";

/// A call that is longer was not made by a client.
const LONGEST_CALL: usize = 256 << 20;

/// What a command is asked to do.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Request {
    /// To be a node.
    Node {
        launch: Box<Launch>,
        /// The whole command line.
        words: Vec<String>,
        status_file: Option<String>,
        /// What it reads that only its process has: standard input, as `-`, and what is open there, by its path.
        inputs: BTreeMap<String, Vec<u8>>,
    },
    /// `btest-bg-run`: a command line in the background, in a folder of this name.
    Background { name: String, line: String },
    /// `btest-bg-wait`, with the simulated seconds that it waits at most.
    Wait { seconds: f64, may_be_late: bool },
    /// `sleep`
    Sleep { seconds: f64 },
    /// Something that is not possible here.
    Refused { what: String },
}

/// A request with where it comes from.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Call {
    pub(super) request: Request,
    /// The working directory.
    pub(super) folder: String,
    pub(super) variables: Vec<(String, String)>,
}

impl Call {
    pub(super) fn variable(&self, name: &str) -> Option<&str> {
        self.variables.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// Sends a call along with this process's standard output and error.
pub(super) fn send(stream: &mut UnixStream, call: &Call) -> io::Result<()> {
    let text = serde_json::to_vec(call)?;
    let length = u32::try_from(text.len()).map_err(|_| io::ErrorKind::FileTooLarge)?.to_be_bytes();
    let (output, errors) = (io::stdout(), io::stderr());
    let streams = [output.as_fd(), errors.as_fd()];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(2))];
    let mut ancillary = SendAncillaryBuffer::new(&mut space);
    if !ancillary.push(SendAncillaryMessage::ScmRights(&streams)) {
        return Err(io::ErrorKind::OutOfMemory.into());
    }
    let sent = sendmsg(&*stream, &[IoSlice::new(&length)], &mut ancillary, SendFlags::empty())?;
    stream.write_all(length.get(sent..).unwrap_or_default())?;
    stream.write_all(&text)
}

/// Receives a call with the two streams of the caller.
pub(super) fn receive(stream: &mut UnixStream) -> io::Result<(Call, [OwnedFd; 2])> {
    let mut length = [0; 4];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(2))];
    let mut ancillary = RecvAncillaryBuffer::new(&mut space);
    let slices = &mut [IoSliceMut::new(&mut length)];
    let received = recvmsg(&*stream, slices, &mut ancillary, RecvFlags::CMSG_CLOEXEC)?.bytes;
    let mut streams = Vec::new();
    for message in ancillary.drain() {
        if let RecvAncillaryMessage::ScmRights(descriptors) = message {
            streams.extend(descriptors);
        }
    }
    stream.read_exact(length.get_mut(received..).unwrap_or_default())?;
    let length = u32::from_be_bytes(length) as usize;
    if length > LONGEST_CALL {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    let mut text = vec![0; length];
    stream.read_exact(&mut text)?;
    let streams = streams.try_into().map_err(|_| io::Error::from(io::ErrorKind::InvalidData))?;
    Ok((serde_json::from_slice(&text)?, streams))
}

/// Answers a call. Somebody who is gone needs no answer.
pub(super) fn answer(stream: &mut UnixStream, status: i32) {
    let _ = stream.write_all(&status.to_be_bytes());
}

/// Waits for the answer.
pub(super) fn answered(stream: &mut UnixStream) -> io::Result<i32> {
    let mut status = [0; 4];
    stream.read_exact(&mut status)?;
    Ok(i32::from_be_bytes(status))
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixStream;

    use super::{Call, Request, answer, answered, receive, send};

    #[test]
    fn a_call_arrives_with_two_streams_and_is_answered() {
        let (mut here, mut there) = UnixStream::pair().unwrap();
        let call = Call {
            request: Request::Sleep { seconds: 1.5 },
            folder: "/tmp".into(),
            variables: vec![("A".into(), "b=c".into())],
        };
        let caller = std::thread::spawn(move || {
            send(&mut here, &call).unwrap();
            answered(&mut here).unwrap()
        });
        let (call, streams) = receive(&mut there).unwrap();
        assert!(matches!(call.request, Request::Sleep { seconds } if seconds == 1.5));
        assert_eq!((call.folder.as_str(), call.variable("A"), call.variable("B")), ("/tmp", Some("b=c"), None));
        assert_eq!(streams.len(), 2);
        answer(&mut there, 77);
        assert_eq!(caller.join().unwrap(), 77);
    }

    #[test]
    fn what_is_no_call_is_refused() {
        use std::io::Write;
        let (mut here, mut there) = UnixStream::pair().unwrap();
        here.write_all(&[0, 0, 0, 2, b'{', b'}']).unwrap();
        assert!(receive(&mut there).is_err());
    }
}
