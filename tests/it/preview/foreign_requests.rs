//! Requests that do not come from the pages of the preview.

use std::io::Write;
use std::net::TcpStream;

use crate::support::{ISSUE, Project, Served};

#[test]
fn requests_of_other_origins_are_rejected() {
    let project = Project::new();
    let preview = Served::start(&project, &[]);
    let port = preview.port;
    let own = format!("Host: 127.0.0.1:{port}");
    let cases = [
        ("GET", "/1", own.clone(), 200),
        ("HEAD", "/1", own.clone(), 200),
        ("GET", "/1", format!("Host: localhost:{port}\r\nOrigin: http://localhost:{port}"), 200),
        ("GET", "/1", "Host: 127.0.0.1".to_owned(), 403),
        ("GET", "/1", format!("Host: evil.example:{port}"), 403),
        ("GET", "/1", format!("Host: 127.0.0.1.evil.example:{port}"), 403),
        ("GET", "/1", format!("Host: [::1]:{port}"), 403),
        ("GET", "/1.eml", format!("{own}\r\nOrigin: http://evil.example"), 403),
        ("GET", "/events", format!("{own}\r\nOrigin: null"), 403),
        ("POST", "/1", format!("{own}\r\nContent-Length: 0"), 403),
        ("POST", "/1", format!("{own}\r\nOrigin: http://127.0.0.1:{port}\r\nContent-Length: 0"), 405),
        ("GET", "/1/test", own.clone(), 405),
        ("GET", "/1/check-links", own.clone(), 405),
        ("GET", "/1/links/put", own.clone(), 405),
        ("PUT", "/1", format!("{own}\r\nContent-Length: 0"), 405),
        ("OPTIONS", "/1", own.clone(), 405),
        ("GET", "http://evil.example/1", own.clone(), 404),
    ];
    for (method, path, headers, status) in cases {
        let request = format!("{method} {path} HTTP/1.1\r\n{headers}\r\nConnection: close\r\n\r\n");
        let answer = preview.say(&request);
        assert_eq!(answer.status, status, "{request}");
        assert!(!answer.headers.contains("access-control"), "{}", answer.headers);
    }
    assert_eq!(preview.say("GET /1 HTTP/1.0\r\n\r\n").status, 403);
}

#[test]
fn no_path_leads_to_a_file() {
    let project = Project::new().file("issues/img/secret.png", "a picture no issue has").file("secret", "secret");
    let preview = Served::start(&project, &[]);
    let paths = [
        "/newsletter.toml",
        "/issues/001-first-things.toml",
        "/secret",
        "/img/secret.png",
        "/img/",
        "/img",
        "/../secret",
        "/..%2fsecret",
        "/%2e%2e/secret",
        "/%2e%2e%2fsecret",
        "/..%5csecret",
        "/..\\secret",
        "/img/../../secret",
        "/img/..%2f..%2fsecret",
        "/img/%2e%2e/%2e%2e/secret",
        "/img/..%5c..%5csecret",
        "/img/%252e%252e%252fsecret",
        "/img/....//secret",
        "/1/../secret",
        "/1.html/../../secret",
        "/1.toml",
        "//secret",
        "///etc/passwd",
        "/etc/passwd",
        "/proc/self/environ",
        "/img//etc/passwd",
        "/img/%2fetc%2fpasswd",
        "/1%00",
        "/1.html%00.toml",
        "/02",
        "/01/",
        "/01.toml",
        "/no-such-slug",
        "/0",
        "/-1",
        "/1/",
        "/1.HTML",
        "/4294967296",
        "/preview.rs",
        "/.git/config",
        "/favicon.ico",
        "/%",
        "/%zz",
        "/\u{fffd}",
    ];
    for path in paths {
        let answer = preview.get(path);
        // A path that is not valid HTTP may be rejected before it is parsed.
        assert!(matches!(answer.status, 404 | 400), "{path} {}", answer.status);
        assert!(!answer.body.contains("secret"), "{path} {}", answer.body);
    }
}

#[test]
fn bytes_that_are_not_a_request_do_no_harm() {
    let project = Project::new();
    let preview = Served::start(&project, &[]);
    let long = format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", "a".repeat(200_000));
    let many = format!("GET / HTTP/1.1\r\n{}\r\n", "X: y\r\n".repeat(5_000));
    for bytes in ["\r\n\r\n", "GET\r\n\r\n", "\u{0}\u{16}\u{3}\u{1}", "GET / HTTP/9.9\r\n\r\n", &long, &many] {
        let mut stream = TcpStream::connect(("127.0.0.1", preview.port)).unwrap();
        // The server may hang up before it has read everything.
        let _ = stream.write_all(bytes.as_bytes());
    }
    assert_eq!(preview.get("/1").status, 200);
}

#[test]
fn every_response_has_the_security_headers() {
    let project = Project::new();
    let preview = Served::start(&project, &[]);
    for path in [
        "/",
        "/1",
        "/1/clients",
        "/1/compare",
        "/1/frame",
        "/1/frame?client=outlook-windows",
        "/1.html",
        "/1.txt",
        "/1.eml",
        "/preview.css",
        "/preview.js",
        "/subscribers",
        "/no",
    ] {
        let headers = preview.get(path).headers;
        for header in [
            "content-security-policy: default-src 'none'",
            "x-content-type-options: nosniff",
            "referrer-policy: no-referrer",
            "cross-origin-resource-policy: same-origin",
            "cache-control: no-store",
        ] {
            assert!(headers.contains(header), "{path} has no {header}: {headers}");
        }
    }
    let head =
        preview.say(&format!("HEAD /1 HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\n\r\n", preview.port));
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    let head =
        preview.say(&format!("HEAD /events HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\n\r\n", preview.port));
    assert_eq!((head.status, head.body.as_str()), (200, ""));
}

#[test]
fn a_picture_is_served_completely_unless_it_is_too_large() {
    let issue =
        ISSUE.replacen("title = \"On clocks\"", "title = \"On clocks\"\nimage = \"img/map.png\"\nalt = \"A map\"", 1);
    let picture = std::fs::read("tests/browser/src/map.png").unwrap();
    let project =
        Project::new().file("issues/001-first-things.toml", issue).file("issues/img/map.png", picture.clone());
    let preview = Served::start(&project, &[]);
    let frame = preview.get("/1/frame").body;
    let path = frame.split("src=\"").find(|rest| rest.starts_with("/img/")).expect("the picture in the letter");
    let path = path.split('"').next().unwrap();
    let shown = preview.get(path);
    assert_eq!(shown.status, 200);
    assert!(shown.headers.contains("content-type: image/png"), "{}", shown.headers);
    assert!(shown.body.len() >= picture.len() / 2 && shown.body.contains("IEND"), "not the whole picture");
    let file = std::fs::File::options().write(true).open(project.path("issues/img/map.png")).unwrap();
    file.set_len(10 << 20).unwrap();
    assert_eq!(preview.get(path).status, 200);
    file.set_len((10 << 20) + 1).unwrap();
    let refused = preview.get(path);
    assert_eq!(
        (refused.status, refused.body.as_str()),
        (413, "the picture is larger than 10 MB, too large for a letter\n")
    );
}

#[test]
fn a_band_is_drawn_for_the_letter_that_has_it() {
    let project = Project::new().config("[theme]\nornament = \"always\"");
    let preview = Served::start(&project, &[]);
    let frame = preview.get("/1/frame").body;
    let path = frame.split("src=\"").find(|rest| rest.starts_with("/ornament/")).expect("the band in the letter");
    let path = path.split('"').next().unwrap();
    let shown = preview.get(path);
    assert!(path.starts_with("/ornament/1-band.png?"), "{path}");
    assert_eq!(shown.status, 200);
    assert!(shown.headers.contains("content-type: image/png") && shown.body.contains("IEND"), "{}", shown.headers);
    assert_eq!(preview.get("/ornament/2-band.png").status, 404);
}
