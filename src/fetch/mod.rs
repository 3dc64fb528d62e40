//! Fetches web pages that strangers may have named, without letting them reach this machine's network.
//!
//! All reading of web pages goes through it: `check --online` checks the links of an issue through it, and
//! `doctor` and `send` look at the newsletter's own pages.
//!
//! | module | contents |
//! |---|---|
//! | [`result`] | the outcome of one fetch, and what it means for a reader |
//! | [`special_purpose`] | IP addresses that are not on the public internet |
//! | [`resolver`] | host names to IP addresses |
//! | [`address_policy`] | the IP addresses that may be contacted |
//! | `request` | one request to one server |
//! | [`fetcher`] | one page, along its redirects |
//! | [`download`] | one page with its body, within limits |
//! | `by_host` | work for many addresses, politely |
//! | [`page_batch`] | many pages, politely |
//! | [`cache`] | earlier results |
//! | [`own_page`] | a page of the newsletter itself |
//! | `tls` | the certificate authorities and the TLS library |
//!
//! A host name is looked up once for each request. All of its addresses must be public, and the connection
//! is made to one of those addresses, at every redirect. No cookies and no proxy. Only [`download`] reads bodies.

pub mod address_policy;
mod by_host;
pub mod cache;
pub mod download;
pub mod fetcher;
mod limits;
pub mod own_page;
pub mod page_batch;
mod request;
pub mod resolver;
pub mod result;
pub mod special_purpose;
mod tls;

pub use address_policy::AddressPolicy;
pub use by_host::by_host;
pub use cache::Cache;
pub use download::{AllowedHost, Download, Downloader, NamedBy};
pub use fetcher::Fetcher;
pub use limits::Limits;
pub use own_page::{PAGE_TIMEOUT, PageFailure, PageResponse, get_page, post_one_click};
pub use page_batch::{PageBatch, PageBatchResult};
pub use request::Validators;
pub use resolver::{Resolve, SystemResolver};
pub use result::{FetchOutcome, FetchResult, LinkHealth, Redirect};
pub use tls::tls_config;
