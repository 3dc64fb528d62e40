class Newsletter < Formula
  desc "Write, check, send and archive a newsletter from a git repository"
  homepage "@REPOSITORY@"
  version "@VERSION@"
  license any_of: ["MIT", "Apache-2.0"]

  # @IF aarch64-apple-darwin@
  on_macos do
    depends_on arch: :arm64
    url "@URL aarch64-apple-darwin@"
    sha256 "@SHA256 aarch64-apple-darwin@"
  end

  # @END@
  # @IF x86_64-unknown-linux-gnu@
  on_linux do
    on_intel do
      url "@URL x86_64-unknown-linux-gnu@"
      sha256 "@SHA256 x86_64-unknown-linux-gnu@"
    end
    # @IF aarch64-unknown-linux-gnu@
    on_arm do
      url "@URL aarch64-unknown-linux-gnu@"
      sha256 "@SHA256 aarch64-unknown-linux-gnu@"
    end
    # @END@
  end
  # @END@

  def install
    bin.install "newsletter"
    man1.install Dir["man/*.1"]
    bash_completion.install "completions/newsletter.bash" => "newsletter"
    fish_completion.install "completions/newsletter.fish"
    zsh_completion.install "completions/newsletter.zsh" => "_newsletter"
  end

  test do
    system bin/"newsletter", "init", "weekly"
    system bin/"newsletter", "-C", "weekly", "check", "--strict"
  end
end
