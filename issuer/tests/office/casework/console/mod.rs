//! The console: the office in a browser.

mod browser;
mod road;
mod routes;
mod safety;
