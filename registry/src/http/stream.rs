//! A body that is written while it is read: nothing of it is held whole, and its writer waits for its reader.

use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll},
};

use axum::body::{Body, Bytes};
use hyper::body::Frame;
use tokio::sync::mpsc;

/// Pieces that wait for the reader.
const WAITING: usize = 2;

/// Where a writer puts its pieces.
#[derive(Debug)]
pub(super) struct Pieces(mpsc::Sender<Result<Bytes, BrokenOff>>);

/// The writer could not go on: the connection ends without the end of the body, so that nobody takes it for whole.
#[derive(Clone, Copy, Debug)]
pub(super) struct BrokenOff;

impl fmt::Display for BrokenOff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the answer was broken off")
    }
}

impl std::error::Error for BrokenOff {}

impl Pieces {
    /// Whether there is still a reader.
    pub(super) async fn send(&self, piece: Bytes) -> bool {
        self.0.send(Ok(piece)).await.is_ok()
    }

    pub(super) async fn break_off(&self) {
        // The reader may have gone.
        let _ = self.0.send(Err(BrokenOff)).await;
    }
}

/// A body written by a task of its own, which ends when the reader goes.
pub(super) fn stream<F: Future<Output = ()> + Send + 'static>(write: impl FnOnce(Pieces) -> F) -> Body {
    let (sender, receiver) = mpsc::channel(WAITING);
    tokio::spawn(write(Pieces(sender)));
    Body::new(Written(receiver))
}

struct Written(mpsc::Receiver<Result<Bytes, BrokenOff>>);

impl hyper::body::Body for Written {
    type Data = Bytes;
    type Error = BrokenOff;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BrokenOff>>> {
        let piece = std::task::ready!(self.0.poll_recv(context));
        Poll::Ready(piece.map(|piece| piece.map(Frame::data)))
    }
}
