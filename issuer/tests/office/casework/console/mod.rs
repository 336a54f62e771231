//! The console: the office in a browser, and its API for programs.

mod api;
mod browser;
mod complaints;
mod downloads;
mod forms;
mod lists;
mod measures;
mod road;
mod routes;
mod safety;
