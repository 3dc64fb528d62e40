//! Runs an nginx in front of a web server of this machine, as a reader's request comes in.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::postfix::free_port;

/// A running nginx; stopped when dropped.
pub(crate) struct Nginx {
    pub(crate) address: SocketAddr,
    process: Child,
    _folder: TempDir,
}

impl Nginx {
    /// Starts one that passes everything to `behind`, with the lines that `newsletter serve --unit` prints.
    pub(crate) fn start(behind: SocketAddr, location: &str) -> Self {
        assert!(location.contains(&format!("proxy_pass http://{behind};")), "{location}");
        let folder = TempDir::with_prefix("nginx-").unwrap();
        let root = folder.path().display();
        // Every address of the loopback, so that a client may have another one than nginx.
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, free_port()));
        let port = address.port();
        let text = format!(
            "daemon off;\nmaster_process off;\npid {root}/pid;\nerror_log {root}/log;\nevents {{}}\nhttp {{\n  access_log off;\n\
             client_body_temp_path {root}/a;\n  proxy_temp_path {root}/b;\n  fastcgi_temp_path {root}/c;\n\
             uwsgi_temp_path {root}/d;\n  scgi_temp_path {root}/e;\n  server {{\n    listen 0.0.0.0:{port};\n{location}\n  }}\n}}\n"
        );
        fs::write(folder.path().join("nginx.conf"), text).unwrap();
        let mut process = Command::new("/usr/sbin/nginx")
            .arg("-c")
            .arg(folder.path().join("nginx.conf"))
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("nginx (`./check` installs nginx-light)");
        let deadline = Instant::now() + Duration::from_secs(20);
        while TcpStream::connect(address).is_err() {
            let log = || fs::read_to_string(folder.path().join("log")).unwrap_or_default();
            assert!(process.try_wait().unwrap().is_none() && Instant::now() < deadline, "nginx: {}", log());
            std::thread::sleep(Duration::from_millis(10));
        }
        Self { address, process, _folder: folder }
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
