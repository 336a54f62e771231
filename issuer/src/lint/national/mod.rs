//! Rules of Chinese national standards on codes.

pub(super) mod industry;
pub(super) mod region;
pub(super) mod uscc;
