//! What nothing can do without: axum alone, with bytes in memory or with one row of the same database.

use std::str::FromStr;

use axum::{
    Router,
    body::Bytes,
    extract::{Path, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use sqlx::{
    PgPool, SqlitePool, postgres::PgPoolOptions, sqlite::SqliteConnectOptions, sqlite::SqlitePoolOptions,
};
use tokio::net::TcpListener;

use crate::child::{report, wait_for_end};

/// Connections to the database, as many as a registry has.
const CONNECTIONS: u32 = 8;
/// Longest static answer.
const LONGEST: usize = 1 << 20;

#[derive(Clone)]
enum Rows {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

#[derive(Clone)]
struct Floor {
    rows: Rows,
    digests: std::sync::Arc<[Vec<u8>]>,
    bytes: Bytes,
}

/// The process: serves until its standard input ends.
pub(crate) async fn serve(place: &str) {
    let (rows, digests) = open(place).await;
    let floor = Floor {
        rows,
        digests: digests.into(),
        bytes: Bytes::from(vec![b'x'; LONGEST]),
    };
    let router = Router::new()
        .route("/bytes/{length}", get(bytes))
        .route("/documents/{place}", get(document))
        .with_state(floor);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    report(&[listener.local_addr().unwrap()]);
    tokio::select! {
        served = axum::serve(listener, router) => served.unwrap(),
        () = wait_for_end() => {}
    }
}

/// The database, and the digests of its documents.
async fn open(place: &str) -> (Rows, Vec<Vec<u8>>) {
    const DIGESTS: &str = "SELECT digest FROM log_entry ORDER BY leaf_index";
    if place.starts_with("postgres:") {
        let pool = PgPoolOptions::new()
            .max_connections(CONNECTIONS)
            .connect(place)
            .await
            .unwrap();
        let digests = sqlx::query_scalar(DIGESTS).fetch_all(&pool).await.unwrap();
        return (Rows::Postgres(pool), digests);
    }
    let options = SqliteConnectOptions::from_str(&format!("sqlite://{place}"))
        .unwrap()
        .read_only(true);
    let pool = SqlitePoolOptions::new()
        .max_connections(CONNECTIONS)
        .connect_with(options)
        .await
        .unwrap();
    let digests = sqlx::query_scalar(DIGESTS).fetch_all(&pool).await.unwrap();
    (Rows::Sqlite(pool), digests)
}

async fn bytes(State(floor): State<Floor>, Path(length): Path<usize>) -> Response {
    let json = [(header::CONTENT_TYPE, "application/json")];
    (json, floor.bytes.slice(..length.min(LONGEST))).into_response()
}

async fn document(State(floor): State<Floor>, Path(place): Path<usize>) -> Result<Response, StatusCode> {
    let digest = floor
        .digests
        .get(place % floor.digests.len())
        .ok_or(StatusCode::NOT_FOUND)?;
    let document: Vec<u8> = match &floor.rows {
        Rows::Sqlite(pool) => {
            let query = sqlx::query_scalar("SELECT document FROM signed_document WHERE digest = ?");
            query.bind(digest).fetch_one(pool).await
        }
        Rows::Postgres(pool) => {
            let query = sqlx::query_scalar("SELECT document FROM signed_document WHERE digest = $1");
            query.bind(digest).fetch_one(pool).await
        }
    }
    .map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    Ok(([(header::CONTENT_TYPE, "application/json")], document).into_response())
}
