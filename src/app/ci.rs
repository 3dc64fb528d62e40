//! Recognizes machines of continuous integration, which are deleted after a run.

use std::ffi::OsString;

/// Set by systems that do not set `CI`.
const OTHER_MARKS: [&str; 4] = ["TF_BUILD", "JENKINS_URL", "TEAMCITY_VERSION", "CODEBUILD_BUILD_ID"];

/// Whether the environment `variable` is that of a CI run. `CI=false` denies it.
pub(crate) fn is_ci(variable: impl Fn(&str) -> Option<OsString>) -> bool {
    let set = |name| variable(name).filter(|value| !value.is_empty());
    match set("CI") {
        Some(value) => value != "0" && !value.eq_ignore_ascii_case("false"),
        None => OTHER_MARKS.into_iter().any(|name| set(name).is_some()),
    }
}

/// Returns the address of the page about this run, from the environment `variable`.
pub(crate) fn run_page(variable: impl Fn(&str) -> Option<OsString>) -> Option<String> {
    let text = |name| variable(name)?.into_string().ok().filter(|value| !value.is_empty());
    let github = || {
        let [server, repository, run] = ["GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID"].map(text);
        Some(format!("{}/{}/actions/runs/{}", server?, repository?, run?))
    };
    github()
        .or_else(|| ["CI_JOB_URL", "BUILDKITE_BUILD_URL", "CIRCLE_BUILD_URL", "BUILD_URL"].into_iter().find_map(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of<'a>(variables: &'a [(&'a str, &'a str)]) -> impl Fn(&str) -> Option<OsString> + 'a {
        move |name| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| value.into())
    }

    #[test]
    fn what_says_that_it_is_ci_is_taken_at_its_word() {
        for value in ["true", "1", "yes", "woodpecker", "TRUE", " "] {
            assert!(is_ci(of(&[("CI", value)])), "{value}");
        }
        for value in ["", "0", "false", "False", "FALSE"] {
            assert!(!is_ci(of(&[("CI", value)])), "{value}");
        }
        assert!(!is_ci(of(&[])));
        assert!(OTHER_MARKS.iter().all(|name| is_ci(of(&[(name, "x")]))));
        assert!(!is_ci(of(&[("CI", "false"), ("TF_BUILD", "True")])));
    }

    #[test]
    fn a_run_has_its_page() {
        let github = [
            ("GITHUB_SERVER_URL", "https://github.example"),
            ("GITHUB_REPOSITORY", "ada/letter"),
            ("GITHUB_RUN_ID", "7"),
        ];
        assert_eq!(run_page(of(&github)).unwrap(), "https://github.example/ada/letter/actions/runs/7");
        assert_eq!(run_page(of(&[("CI_JOB_URL", "https://ci.example/7")])).unwrap(), "https://ci.example/7");
        assert_eq!(run_page(of(&github[..2])), None);
    }
}
