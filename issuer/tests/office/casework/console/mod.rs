//! The console: the office in a browser.

mod browser;
mod measures;
mod road;
mod routes;
mod safety;
