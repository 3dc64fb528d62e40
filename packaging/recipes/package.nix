# @IF x86_64-unknown-linux-gnu@
{ lib, stdenv, fetchurl, autoPatchelfHook, installShellFiles }:

stdenv.mkDerivation {
  pname = "newsletter";
  version = "@VERSION@";

  src = fetchurl {
    url = "@URL x86_64-unknown-linux-gnu@";
    sha256 = "@SHA256 x86_64-unknown-linux-gnu@";
  };

  nativeBuildInputs = [ autoPatchelfHook installShellFiles ];
  buildInputs = [ stdenv.cc.cc.lib ];

  installPhase = ''
    runHook preInstall
    install -Dm755 newsletter $out/bin/newsletter
    installManPage man/*.1
    installShellCompletion --cmd newsletter --bash completions/newsletter.bash \
      --fish completions/newsletter.fish --zsh completions/newsletter.zsh
    runHook postInstall
  '';

  meta = {
    description = "Write, check, send and archive a newsletter from a git repository";
    homepage = "@REPOSITORY@";
    license = with lib.licenses; [ mit asl20 ];
    platforms = [ "x86_64-linux" ];
    sourceProvenance = [ lib.sourceTypes.binaryNativeCode ];
    mainProgram = "newsletter";
  };
}
# @END@
