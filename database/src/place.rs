//! Where a database is: a file of SQLite's, or a server of PostgreSQL's.

use std::{
    fmt,
    path::{Path, PathBuf},
    str::FromStr,
};

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize, Serializer, ser};
use sqlx::postgres::PgConnectOptions;

/// A database's place, as the configuration writes it: a path, or `postgres://user@host/name`.
///
/// Parameters of the URL are those of libpq (`sslmode`, `sslrootcert`, `host` for a socket's folder); what it leaves out
/// comes from `PGHOST`, `PGUSER`, `PGPASSWORD` and the like, or from `~/.pgpass`.
#[derive(Clone, Deserialize)]
#[serde(try_from = "String")]
pub enum Place {
    /// A file.
    File(PathBuf),
    /// A server's database.
    Server(Box<Server>),
}

/// A database on a server. Never shown with its password.
#[derive(Clone)]
pub struct Server {
    options: PgConnectOptions,
    url: SecretString,
}

impl Server {
    /// How it is reached.
    #[must_use]
    pub const fn options(&self) -> &PgConnectOptions {
        &self.options
    }
}

/// A URL that is none of PostgreSQL's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the database's URL: {reason}")]
pub struct PlaceError {
    /// What is wrong with it; the URL itself may hold a password.
    pub reason: String,
}

impl Place {
    /// The file, where it is one.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            Self::Server(_) => None,
        }
    }

    /// The place as the configuration writes it, its password with it; `None` for a path that is not UTF-8.
    #[must_use]
    pub fn as_configured(&self) -> Option<&str> {
        match self {
            Self::File(path) => path.to_str(),
            Self::Server(server) => Some(server.url.expose_secret()),
        }
    }

    /// The same place, a relative path counted from this folder.
    #[must_use]
    pub fn within(&self, folder: &Path) -> Self {
        match self {
            Self::File(path) => Self::File(folder.join(path)),
            Self::Server(server) => Self::Server(server.clone()),
        }
    }
}

/// Into the configuration, from which it came: a password that stands there stays there.
impl Serialize for Place {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let configured = self.as_configured();
        serializer.serialize_str(configured.ok_or_else(|| ser::Error::custom("the path is not UTF-8"))?)
    }
}

impl PartialEq for Place {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::File(path), Self::File(other)) => path == other,
            (Self::Server(server), Self::Server(other)) => {
                server.url.expose_secret() == other.url.expose_secret()
            }
            _ => false,
        }
    }
}

impl Eq for Place {}

impl FromStr for Place {
    type Err = PlaceError;

    fn from_str(text: &str) -> Result<Self, PlaceError> {
        if !["postgres://", "postgresql://"]
            .iter()
            .any(|scheme| text.starts_with(scheme))
        {
            return Ok(Self::File(PathBuf::from(text)));
        }
        let options = text.parse().map_err(|error: sqlx::Error| PlaceError {
            reason: error.to_string(),
        })?;
        Ok(Self::Server(Box::new(Server {
            options,
            url: text.into(),
        })))
    }
}

impl TryFrom<String> for Place {
    type Error = PlaceError;

    fn try_from(text: String) -> Result<Self, PlaceError> {
        text.parse()
    }
}

impl From<PathBuf> for Place {
    fn from(path: PathBuf) -> Self {
        Self::File(path)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::Server(server) => {
                let options = &server.options;
                let database = options.get_database().unwrap_or(options.get_username());
                match options.get_socket() {
                    Some(folder) => write!(f, "postgres://{}/{database}", folder.display()),
                    None => write!(
                        f,
                        "postgres://{}:{}/{database}",
                        options.get_host(),
                        options.get_port()
                    ),
                }
            }
        }
    }
}

/// Without the password.
impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Place({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_path_or_a_url_and_never_shows_its_password() {
        let file: Place = "registry.sqlite".parse().unwrap();
        assert_eq!(file.file(), Some(Path::new("registry.sqlite")));
        let within = file.within(Path::new("/registry"));
        assert_eq!(within.file(), Some(Path::new("/registry/registry.sqlite")));
        assert!(within != file && within == file.within(Path::new("/registry")));
        let server: Place = "postgres://registry:open-sesame@db.example:5433/touchstone?sslmode=verify-full"
            .parse()
            .unwrap();
        assert_eq!(server.file(), None);
        assert_eq!(server.to_string(), "postgres://db.example:5433/touchstone");
        assert!(!format!("{server:?}").contains("sesame"));
        let wrong = "postgres://db.example/x?sslmode=perhaps".parse::<Place>();
        assert!(wrong.is_err());
    }
}
