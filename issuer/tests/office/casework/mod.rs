//! Casework: from an application to a certificate, everybody at their own step.

mod road;
mod staff;
