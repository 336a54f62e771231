//! A reader on a standby server that follows the sequencer's by streaming.

use crate::{
    absent::need,
    app::TestApp,
    engines::{Engines, run},
    postgres::PostgresServer,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_on_a_streaming_replica_follows_the_log() {
    let how = "Debian: apt-get install postgresql";
    let Some(server) = need("PostgreSQL", how, PostgresServer::own()) else {
        return;
    };
    let mut app = TestApp::with_lists_on(Engines::Postgres(server)).await;
    let Engines::Postgres(server) = &app.engines else {
        unreachable!()
    };
    // Who may read the tables, and nothing else, is enough.
    let primary = &app.config.store.database;
    run(primary, "CREATE ROLE reader LOGIN").await.unwrap();
    run(primary, "GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader")
        .await
        .unwrap();
    let mut standby = server.standby();
    let place = standby.here(primary.as_configured().unwrap());
    let place = place.replace("user=touchstone", "user=reader");
    let mut reader = app.reader();
    reader.config.store.database = place.parse().unwrap();
    reader.start().await.unwrap();
    app.hand_in(7).await;
    reader.until_it_shows(&app.checkpoint().await).await;
    let page = "/certificates/CQC26ZNZ000007R0";
    assert_eq!(reader.get(page).await.body, app.get(page).await.body);
    // The standby dies and comes back; the log went on meanwhile.
    standby.kill();
    let told = reader.until_database_is("away").await;
    assert_eq!(told["logSize"], 4);
    app.hand_in(8).await;
    let newest = app.checkpoint().await;
    assert_ne!(reader.get("/log/checkpoint").await.body, newest);
    standby.start();
    reader.until_it_shows(&newest).await;
    reader.until_database_is("current").await;
    reader.stop().await;
    app.stop().await;
}
