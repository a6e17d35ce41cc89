//! Object stores: `s3://bucket/key`, `az://container/key`, `gs://bucket/key`.
//!
//! Who may read is said by the environment, in the words of each store's own tools: `AWS_ACCESS_KEY_ID`, `AWS_REGION`,
//! `AWS_ENDPOINT`, `AWS_SKIP_SIGNATURE=true` for public buckets; `AZURE_STORAGE_ACCOUNT_NAME` and its relatives;
//! `GOOGLE_SERVICE_ACCOUNT` and its relatives. Endpoints are those of the environment, so they may be private; without keys,
//! the machine's own identity is asked for at its link-local address.
//!
//! So an address of a store must be one that the user has named. One that stands in a stranger's file (a catalog, a
//! manifest) would read the user's buckets with his credentials: [`crate::Download::stores`] is false for those.
//!
//! Objects are read whole by [`crate::Downloader`], and by ranges here, where little of them is wanted.

use std::fmt;
use std::fs;
use std::ops::Range;
use std::sync::Arc;

use futures_util::TryStreamExt as _;
use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use object_store::azure::{AzureConfigKey, MicrosoftAzureBuilder};
use object_store::gcp::{GoogleCloudStorageBuilder, GoogleConfigKey};
use object_store::path::Path;
use object_store::{
    Certificate, ClientConfigKey, ClientOptions, Error, GetOptions, GetRange, GetResult, ObjectStore,
    RetryConfig,
};
use reqwest::Url;
use tokio::sync::Mutex;

use crate::download::Listed;
use crate::error::{Failure, FetchError};
use crate::limits;
use crate::options::{FetchOptions, Proxy};
use crate::route::ONLY;

/// Schemes of addresses of stores.
pub(crate) const SCHEMES: [&str; 3] = ["s3", "az", "gs"];
/// Longest reason that is taken over from a store: they answer with pages of XML.
const LONGEST_REASON: usize = 300;

/// Every name and every address, in the words of `NO_PROXY`.
const EVERYWHERE: &str = "*,0.0.0.0/0,::/0";

/// Opens objects of stores; buckets are connected to once.
pub(crate) struct ObjectStores {
    options: FetchOptions,
    buckets: Mutex<Vec<Bucket>>,
}

/// A bucket that is connected to, with so many repetitions.
struct Bucket {
    name: String,
    retries: usize,
    store: Arc<dyn ObjectStore>,
}

/// One object, or a name that those of several begin with.
#[derive(Clone)]
pub(crate) struct Object {
    store: Arc<dyn ObjectStore>,
    path: Path,
    url: String,
}

/// What a store says of an object.
#[derive(Clone, Debug)]
pub(crate) struct ObjectVersion {
    /// Bytes.
    pub(crate) size: u64,
    /// What tells whether it is still the same.
    pub(crate) etag: Option<String>,
}

/// Stores hold credentials, and would show them.
impl fmt::Debug for ObjectStores {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ObjectStores").finish_non_exhaustive()
    }
}

impl fmt::Debug for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Object").field("path", &self.path).finish_non_exhaustive()
    }
}

impl ObjectStores {
    /// Nothing is asked yet.
    pub(crate) fn new(options: FetchOptions) -> ObjectStores {
        // Fails when there is one already, which is then used.
        let _ = rustls::crypto::ring::default_provider().install_default();
        ObjectStores { options, buckets: Mutex::default() }
    }

    /// The object at an address.
    ///
    /// # Errors
    /// When the address, the options or the environment cannot be used.
    pub(crate) async fn open(&self, text: &str) -> Result<Object, Failure> {
        self.open_with(text, self.options.retries).await
    }

    /// The same without repetitions. The store's client takes up bodies that are cut off by itself, as the same version
    /// when the entity tags are the same: which weak ones may be of two versions.
    pub(crate) async fn open_once(&self, text: &str) -> Result<Object, Failure> {
        self.open_with(text, 0).await
    }

    async fn open_with(&self, text: &str, retries: usize) -> Result<Object, Failure> {
        let bad = |why: &dyn fmt::Display| Failure::Url(why.to_string());
        if text.len() > limits::MAX_URL {
            return Err(bad(&format!("it is longer than {} bytes", limits::MAX_URL)));
        }
        let url = Url::parse(text).map_err(|error| bad(&error))?;
        let host =
            url.host_str().filter(|host| !host.is_empty()).ok_or_else(|| bad(&"it names no bucket"))?;
        let more = !url.username().is_empty()
            || url.password().is_some()
            || url.port().is_some()
            || url.query().is_some();
        if more {
            return Err(bad(&"it is more than a bucket and a key; who may read is said by the environment"));
        }
        let path = Path::from_url_path(url.path()).map_err(|error| bad(&error))?;
        let bucket = format!("{}://{host}", url.scheme());
        let mut buckets = self.buckets.lock().await;
        let known = buckets.iter().find(|own| own.name == bucket && own.retries == retries);
        let known = known.map(|own| Arc::clone(&own.store));
        let store = match known {
            Some(store) => store,
            None => {
                let store = connect(url.scheme(), &bucket, retries, &self.options)?;
                buckets.push(Bucket { name: bucket, retries, store: Arc::clone(&store) });
                store
            }
        };
        Ok(Object { store, path, url: text.to_owned() })
    }
}

impl Object {
    /// The address.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// What the store says of it.
    ///
    /// # Errors
    /// When the store has no such object or does not let it be read.
    pub(crate) async fn version(&self) -> Result<ObjectVersion, Failure> {
        let asked = self.store.get_opts(&self.path, GetOptions { head: true, ..GetOptions::default() }).await;
        let meta = asked.map_err(|error| refused(&error))?.meta;
        Ok(ObjectVersion { size: meta.size, etag: meta.e_tag })
    }

    /// Some bytes of one version; fewer at its end.
    ///
    /// # Errors
    /// When they cannot be read, or the object is another one meanwhile.
    pub(crate) async fn read(&self, version: &ObjectVersion, range: Range<u64>) -> Result<Vec<u8>, Failure> {
        let options = GetOptions {
            range: Some(GetRange::Bounded(range)),
            if_match: version.etag.clone(),
            ..GetOptions::default()
        };
        let got = self.store.get_opts(&self.path, options).await.map_err(|error| refused(&error))?;
        // Not every store looks at `If-Match`.
        let other = got.meta.e_tag.is_some() && got.meta.e_tag != version.etag;
        if other || got.meta.size != version.size {
            return Err(Failure::Replaced);
        }
        let bytes = got.bytes().await.map_err(|error| refused(&error))?;
        Ok(bytes.to_vec())
    }

    /// All objects whose names begin with this one's and a slash, in the order of their addresses.
    ///
    /// # Errors
    /// When the store does not list them, or there are more than [`limits::MAX_LISTED`].
    pub(crate) async fn list(&self) -> Result<Vec<Listed>, FetchError> {
        let failed = |error: Error| refused(&error).at(&self.url);
        let base = Url::parse(&self.url).map_err(|error| Failure::Url(error.to_string()).at(&self.url))?;
        let bucket = format!("{}://{}", base.scheme(), base.host_str().unwrap_or_default());
        let mut found = Vec::new();
        let mut listed = self.store.list(Some(&self.path));
        while let Some(meta) = listed.try_next().await.map_err(failed)? {
            if found.len() >= limits::MAX_LISTED {
                return Err(Failure::TooMany(limits::MAX_LISTED).at(&self.url));
            }
            let mut url =
                Url::parse(&bucket).map_err(|error| Failure::Url(error.to_string()).at(&self.url))?;
            url.set_path(&format!("/{}", meta.location));
            found.push(Listed { url: url.to_string(), size: Some(meta.size) });
        }
        found.sort();
        Ok(found)
    }

    /// The object from this byte on. `same` is the version that earlier bytes are of, `unless` the one that is had.
    pub(crate) async fn get(
        &self,
        from: u64,
        same: Option<&str>,
        unless: Option<&str>,
    ) -> Result<GetResult, Error> {
        let options = GetOptions {
            range: (from > 0).then_some(GetRange::Offset(from)),
            if_match: same.map(str::to_owned),
            if_none_match: unless.map(str::to_owned),
            ..GetOptions::default()
        };
        self.store.get_opts(&self.path, options).await
    }
}

/// What an error of a store is here.
pub(crate) fn refused(error: &Error) -> Failure {
    let mut reason: String = error.to_string().split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((end, _)) = reason.char_indices().nth(LONGEST_REASON) {
        reason.truncate(end);
        reason.push_str("...");
    }
    match error {
        Error::NotFound { .. } => Failure::NoObject,
        Error::PermissionDenied { .. } | Error::Unauthenticated { .. } => Failure::NotAllowed(reason),
        Error::Precondition { .. } => Failure::Replaced,
        _ => Failure::ObjectStore(reason),
    }
}

/// An address of a store.
pub(crate) fn address(text: &str) -> Option<Url> {
    Url::parse(text).ok().filter(|url| SCHEMES.contains(&url.scheme()))
}

fn connect(
    scheme: &str,
    bucket: &str,
    retries: usize,
    options: &FetchOptions,
) -> Result<Arc<dyn ObjectStore>, Failure> {
    let retry = RetryConfig { max_retries: retries, ..RetryConfig::default() };
    let bad = |error: Error| refused(&error);
    Ok(match scheme {
        "s3" => {
            let client = client(options, "AWS_", |key| match key.parse() {
                Ok(AmazonS3ConfigKey::Client(key)) => Some(key),
                _ => None,
            })?;
            let builder = AmazonS3Builder::from_env().with_url(bucket).with_retry(retry);
            Arc::new(builder.with_client_options(client).build().map_err(bad)?)
        }
        "az" => {
            let client = client(options, "AZURE_", |key| match key.parse() {
                Ok(AzureConfigKey::Client(key)) => Some(key),
                _ => None,
            })?;
            let builder = MicrosoftAzureBuilder::from_env().with_url(bucket).with_retry(retry);
            Arc::new(builder.with_client_options(client).build().map_err(bad)?)
        }
        "gs" => {
            let client = client(options, "GOOGLE_", |key| match key.parse() {
                Ok(GoogleConfigKey::Client(key)) => Some(key),
                _ => None,
            })?;
            let builder = GoogleCloudStorageBuilder::from_env().with_url(bucket).with_retry(retry);
            Arc::new(builder.with_client_options(client).build().map_err(bad)?)
        }
        _ => return Err(Failure::Url(ONLY.into())),
    })
}

/// How stores are reached: what the environment says in the store's own words, and over it what the caller says.
fn client(
    options: &FetchOptions,
    prefix: &str,
    known: impl Fn(&str) -> Option<ClientConfigKey>,
) -> Result<ClientOptions, Failure> {
    let bad = |why: &dyn fmt::Display| Failure::ObjectStore(why.to_string());
    let mut client = ClientOptions::new();
    for (name, value) in std::env::vars_os() {
        let (Some(name), Some(value)) = (name.to_str(), value.to_str()) else { continue };
        if let Some(key) = name.starts_with(prefix).then(|| known(&name.to_ascii_lowercase())).flatten() {
            client = client.with_config(key, value);
        }
    }
    client = match &options.proxy {
        Proxy::Url(proxy) => client.with_proxy_url(proxy),
        // A proxy of its own keeps the client from the environment's; this one is excluded everywhere.
        Proxy::Direct => client.with_proxy_url("http://proxy.invalid").with_proxy_excludes(EVERYWHERE),
        Proxy::Environment => client,
    };
    if let Some(path) = &options.extra_authorities {
        let pem = fs::read(path).map_err(|error| bad(&format!("{}: {error}", path.display())))?;
        for certificate in Certificate::from_pem_bundle(&pem).map_err(|error| bad(&error))? {
            client = client.with_root_certificate(certificate);
        }
    }
    // Large objects take as long as they take; what hardly arrives is left by who reads.
    Ok(client
        .with_timeout_disabled()
        .with_read_timeout(options.timeout)
        .with_connect_timeout(limits::CONNECT_TIMEOUT))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(url: &str) -> Result<Object, Failure> {
        let options = FetchOptions::new(std::time::SystemTime::UNIX_EPOCH);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(ObjectStores::new(options).open(url))
    }

    #[test]
    fn addresses_of_stores() {
        let object = open("s3://bucket/a%20b/c.msi").unwrap();
        assert_eq!((object.path.as_ref(), object.url()), ("a b/c.msi", "s3://bucket/a%20b/c.msi"));
        assert!(object.store.to_string().contains("bucket"), "{}", object.store);
        let object = open("gs://bucket/c.msi").unwrap();
        assert!(object.store.to_string().contains("bucket"), "{}", object.store);
        for url in [
            "s3:///a",
            "s3://key:secret@bucket/a",
            "s3://bucket:80/a",
            "s3://bucket/a?x=1",
            "ftp://bucket/a",
            "s3:a",
        ] {
            let error = open(url).unwrap_err();
            assert!(matches!(error, Failure::Url(_)), "{url}: {error}");
            assert!(!error.to_string().contains("secret"), "{error}");
        }
    }

    /// The account stands in the environment, which tests leave alone.
    #[test]
    fn azure_needs_an_account() {
        if std::env::vars().any(|(name, _)| name.starts_with("AZURE_")) {
            return;
        }
        let error = open("az://container/a.msi").unwrap_err();
        assert!(matches!(&error, Failure::ObjectStore(why) if why.contains("ccount")), "{error}");
    }
}
