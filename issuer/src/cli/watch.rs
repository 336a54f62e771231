//! `watch`, `alarms`, `lift-alarms`.

use std::io::Write;
use std::process::{Command, ExitCode, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use touchstone_issuer::{
    alarms::lift_alarms,
    office::Office,
    store::{Alarm, Finding},
    watch::{Round, Watch, WatchError},
};
use touchstone_schemas::text::Text;

use super::change::argument;
use super::commands::Session;
use super::error::CliError;
use super::print;
use super::watch_arguments::{LiftAlarms, WatchArguments};

impl Session {
    /// Once, or until the process is ended. Whatever a round meets, the next one comes.
    pub(super) async fn watch(self, arguments: &WatchArguments) -> Result<ExitCode, CliError> {
        loop {
            let round = self.watch_once().await;
            if arguments.once {
                let round = round?;
                return Ok(if round.standing > 0 {
                    ExitCode::from(2)
                } else {
                    ExitCode::SUCCESS
                });
            }
            if let Err(error) = &round {
                tracing::warn!("{error}");
                print::line(
                    self.json,
                    &json!({ "unwatched": error.to_string() }),
                    &error.to_string(),
                )?;
            }
            let every = self
                .folder
                .read_config()
                .map_or(30, |config| config.watch.every_seconds);
            tokio::time::sleep(Duration::from_secs(every)).await;
        }
    }

    async fn watch_once(&self) -> Result<Round, CliError> {
        // Opened anew each round: the trust list and the configuration may have changed.
        let mut watch = Watch::open(self.folder.clone(), self.clock).await?;
        let round = watch.round().await?;
        let raised: Vec<Value> = round.raised.iter().map(value).collect();
        for finding in &round.raised {
            tracing::error!(kind = finding.kind.name(), "alarm: {}", finding.detail);
        }
        let line = json!({
            "logSize": round.size,
            "entries": round.entries,
            "own": round.own,
            "raised": raised,
            "standing": round.standing,
        });
        let mut text = format!(
            "{} entries, {} new, {} of them ours, {} alarms stand",
            round.size, round.entries, round.own, round.standing
        );
        for finding in &round.raised {
            text.push_str(&format!("\n  ALARM {}: {}", finding.kind.name(), finding.detail));
        }
        print::line(self.json, &line, &text)?;
        if !round.raised.is_empty() {
            call(&watch.papers().config.watch.alarm_command, &line);
        }
        Ok(round)
    }

    pub(super) async fn alarms(self) -> Result<ExitCode, CliError> {
        let mut office = Office::open(self.folder.clone(), self.clock).await?;
        for alarm in office.store.alarms().await? {
            print_alarm(&alarm, self.json)?;
        }
        Ok(ExitCode::SUCCESS)
    }

    pub(super) async fn lift_alarms(self, arguments: &LiftAlarms) -> Result<ExitCode, CliError> {
        let person = argument("by", Text::parse(&arguments.by))?;
        let held = argument("office", Text::parse(&arguments.office))?;
        let reason = argument("reason", Text::parse(&arguments.reason))?;
        let mut office = Office::open(self.folder.clone(), self.clock).await?;
        let lifted = lift_alarms(&mut office, &person, &held, &reason).await?;
        print::line(
            self.json,
            &json!({ "lifted": lifted }),
            &format!("{lifted} alarms lifted"),
        )?;
        Ok(ExitCode::SUCCESS)
    }
}

fn value(finding: &Finding) -> Value {
    json!({ "kind": finding.kind.name(), "subject": finding.subject, "detail": finding.detail })
}

/// Tells the operator's program, with the round as JSON on its standard input. The alarm stands whatever becomes of it.
fn call(command: &[String], line: &Value) {
    let Some((program, arguments)) = command.split_first() else {
        return;
    };
    let told = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .and_then(|mut child| {
            if let Some(mut input) = child.stdin.take() {
                writeln!(input, "{line}")?;
            }
            child.wait()
        });
    match told {
        Ok(status) if status.success() => {}
        Ok(status) => tracing::error!("{program} ended with {status}"),
        Err(cause) => tracing::error!("{program}: {cause}"),
    }
}

fn print_alarm(alarm: &Alarm, json: bool) -> Result<(), CliError> {
    let finding = &alarm.finding;
    let mut text = format!("{} {}: {}", alarm.raised_at, finding.kind.name(), finding.detail);
    let lifted = alarm.lifted.as_ref().map(|lifting| {
        json!({
            "at": lifting.at,
            "by": lifting.person,
            "office": lifting.office,
            "reason": lifting.reason,
        })
    });
    match &alarm.lifted {
        Some(lifting) => text.push_str(&format!(
            "\n  lifted {} by {} ({}): {}",
            lifting.at, lifting.person, lifting.office, lifting.reason
        )),
        None => text.push_str("\n  stands: nothing is signed"),
    }
    let line = json!({ "alarm": value(finding), "raised": alarm.raised_at, "lifted": lifted });
    print::line(json, &line, &text)
}

impl From<WatchError> for CliError {
    fn from(error: WatchError) -> Self {
        Self::Watch(Box::new(error))
    }
}
