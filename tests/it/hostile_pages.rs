//! Tests `add` with pages and pictures that mean harm, in a network of the tests' own: a public address that serves them,
//! and private ones that only count.

use std::io::Cursor;
use std::process::Command;

use serde_json::Value;

use crate::support::Project;

/// A PNG of 16,384 × 16,384 pixels in 65 bytes.
const BOMB: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\x40\0\0\0\x40\0\x08\x02\0\0\0\0\0\0\0\0\0\0\x08IDAT\x78\x9c\x03\0\0\0\0\x01\0\0\0\0\0\0\0\0IEND\xae\x42\x60\x82";

/// An Exif segment of JPEG.
const EXIF: &[u8] = b"\xff\xe1\x00\x22Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x01\0\0\0\0\0\0";

const ISSUE: &str = "number = 2\ntitle = \"Second\"\ndate = 2026-12-01\n\n[[section]]\ntitle = \"Reading\"\n\n\
    [[section.link]]\nurl = \"https://lwn.net/\"\ntitle = \"LWN\"\n";

/// A photo as a camera writes it.
fn photo() -> Vec<u8> {
    let pixel = |x: u32, y: u32| image::Rgb([x, y, x ^ y].map(|value| u8::try_from(value % 256).unwrap()));
    let mut written = Vec::new();
    image::RgbImage::from_fn(1600, 800, pixel)
        .write_to(&mut Cursor::new(&mut written), image::ImageFormat::Jpeg)
        .unwrap();
    written.splice(2..2, EXIF.iter().copied());
    written
}

/// Adds each of `urls` with its picture to issue 2 of `project`, in a network of its own.
fn added(project: &Project, urls: &[&str]) -> Vec<Value> {
    project.write("public-files/photo.jpg", photo());
    project.write("public-files/bomb.png", BOMB);
    let program = project.command([""; 0]).get_program().to_str().unwrap().to_owned();
    let command = |url: &&str| {
        let root = project.root().to_str().unwrap();
        [&program, "-C", root, "add", url, "--issue", "2", "--image", "--again"].map(str::to_owned).to_vec()
    };
    let commands = serde_json::to_string(&urls.iter().map(command).collect::<Vec<_>>()).unwrap();
    let mut unshare = Command::new("unshare");
    if !rustix::process::geteuid().is_root() {
        unshare.arg("--map-root-user");
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/python/closed_network.py");
    unshare.args(["--net", "--mount", "/usr/bin/python3", script]).arg(project.path("public-files")).arg(commands);
    let output = unshare.env("NO_COLOR", "1").output().expect("unshare is missing; run ./check");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn project() -> Project {
    Project::new().file("issues/002-second.toml", ISSUE)
}

#[test]
#[ignore = "needs Python, unshare and iproute2; ./check runs it"]
fn the_picture_of_a_page_comes_along_without_its_metadata() {
    let project = project();
    let results = added(&project, &["http://public.example.net/with-photo.jpg"]);
    assert_eq!(
        (&results[0]["code"], &results[0]["arrived"]),
        (&Value::from(0), &Value::Array(Vec::new())),
        "{results:?}"
    );
    let issue = project.read("issues/002-second.toml");
    let expected = "[[section.link]]\nurl = \"http://public.example.net/with-photo.jpg\"\ntitle = \"Clocks\"\n\
        image = \"img/002-clocks.jpg\"\nalt = \"\" # describe it\n";
    assert_eq!(issue, format!("{ISSUE}\n{expected}"));
    let picture = std::fs::read(project.path("issues/img/002-clocks.jpg")).unwrap();
    assert!(!picture.windows(4).any(|bytes| bytes == b"Exif") && picture.len() <= 150 * 1024, "{}", picture.len());
    let size = imagesize::blob_size(&picture).unwrap();
    assert_eq!((size.width, size.height), (1200, 600));
    let checked = project.run(["check", "2"]).stderr;
    assert!(checked.contains("warning[image-undescribed]"), "{checked}");
    // `fill` does the same for a link that lacks it, and takes the file that is there.
    project.write(
        "issues/002-second.toml",
        issue.replace("image = \"img/002-clocks.jpg\"\nalt = \"\" # describe it\n", ""),
    );
    assert!(!project.run(["fill", "2", "--image", "-n"]).stderr.is_empty());
}

#[test]
#[ignore = "needs Python, unshare and iproute2; ./check runs it"]
fn bad_pages_and_pictures_are_named_in_time_and_without_much_memory() {
    // A page, and what is said of it.
    const CASES: [(&str, &str); 8] = [
        ("with-bomb.png", "has no picture: the picture has 16384 × 16384 pixels, more than 40 million"),
        ("with-endless.png", "has no picture: it is larger than 10 MB"),
        ("with-missing.png", "has no picture: 404"),
        ("endless", "has no picture: the page names none"),
        ("slow", "has no picture: the page names none"),
        ("silent", "was not read: no answer in time"),
        ("gzip", "was not read: not valid HTTP: a body in `gzip`, which was not asked for"),
        ("fields", "was not read: "),
    ];
    let urls = CASES.map(|(page, _)| format!("http://public.example.net/{page}"));
    let results = added(&project(), &urls.each_ref().map(String::as_str));
    for ((page, said), result) in CASES.iter().zip(&results) {
        assert!(result["stderr"].as_str().unwrap().contains(said), "{page}: {result}");
        assert_eq!(result["code"], 4, "{page}: {result}");
        assert!(result["megabytes"].as_u64().unwrap() < 100, "{page}: {result}");
        eprintln!("{page}: {} s, {} MB", result["seconds"], result["megabytes"]);
    }
}

#[test]
#[ignore = "needs Python, unshare and iproute2; ./check runs it"]
fn no_request_arrives_at_a_private_address() {
    const URLS: [&str; 11] = [
        "http://127.0.0.1/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://[::ffff:127.0.0.1]/",
        "http://169.254.169.254/latest/meta-data",
        "http://inner.example.net/",
        "http://public.example.net/leads-inside",
        "http://public.example.net/image-inside",
        "http://public.example.net/image-named-inside",
        "http://public.example.net/with-leads-inside.png",
        // Asked for JSON at a fixed host, whose name leads inside here.
        "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
    ];
    let results = added(&project(), &URLS);
    let arrived: Vec<String> =
        URLS.iter().zip(&results).map(|(url, result)| format!("{url} {}", result["arrived"])).collect();
    assert_eq!(arrived, URLS.map(|url| format!("{url} []")));
    for (url, result) in URLS.iter().zip(&results) {
        let said = result["stderr"].as_str().unwrap();
        assert!(result["code"] == 4 && said.contains(" is a "), "{url}: {result}");
    }
}
