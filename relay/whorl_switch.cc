// whorl-switch: the switch of a region, a program by itself. It knows no engine, no gallery and no image.
#include <malloc.h>
#include <openssl/crypto.h>
#include <signal.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>

#include "base/files.h"
#include "base/version.h"
#include "crypto/process_memory.h"
#include "crypto/secret_bytes.h"
#include "relay/switch.h"

namespace {

// Whatever is given back is overwritten first, OpenSSL's buffers as well: an envelope leaves nothing where it passed.
void wipe_and_free(void* memory) noexcept {
  if (memory == nullptr) return;
  whorl::crypto::wipe({static_cast<std::uint8_t*>(memory), ::malloc_usable_size(memory)});
  std::free(memory);
}

void* openssl_malloc(std::size_t size, const char*, int) { return std::malloc(size); }
void openssl_free(void* memory, const char*, int) { wipe_and_free(memory); }
void* openssl_realloc(void* memory, std::size_t size, const char*, int) {
  if (memory == nullptr) return std::malloc(size);
  void* grown = std::malloc(size);
  if (grown == nullptr) return nullptr;
  std::memcpy(grown, memory, std::min(size, ::malloc_usable_size(memory)));
  wipe_and_free(memory);
  return grown;
}

void say(const std::string& line) {
  std::fprintf(stderr, "whorl-switch: %s\n", line.c_str());
  std::fflush(stderr);
}

// A key by itself, or a file that holds one.
whorl::Result<whorl::crypto::NoteVerifier> office_key(const std::string& text) {
  if (auto key = whorl::crypto::NoteVerifier::parse(text); key.ok()) return key;
  WHORL_ASSIGN(const whorl::Bytes bytes, whorl::read_file(text, 1024));
  std::string line(whorl::as_text(bytes));
  line.erase(line.find_last_not_of("\r\n") + 1);
  return whorl::crypto::NoteVerifier::parse(line);
}

int failed(const whorl::Error& error) {
  say(error.text());
  return 3;
}

// Signals are taken by the main thread alone, which waits for them.
sigset_t signals_of_ours() {
  sigset_t out;
  sigemptyset(&out);
  for (const int signal : {SIGINT, SIGTERM, SIGQUIT}) sigaddset(&out, signal);
  return out;
}

}  // namespace

void operator delete(void* memory) noexcept { wipe_and_free(memory); }
void operator delete(void* memory, std::size_t) noexcept { wipe_and_free(memory); }
void operator delete[](void* memory) noexcept { wipe_and_free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { wipe_and_free(memory); }

int main(int argc, char** argv) {
  CRYPTO_set_mem_functions(openssl_malloc, openssl_realloc, openssl_free);
  whorl::guard_standard_streams();
  whorl::relay::SwitchConfig config;
  std::vector<std::string> office;
  bool allow_dumps = false;
  CLI::App app("The switch of a region: passes sealed messages between members, and keeps none (docs/exchange.md).",
               "whorl-switch");
  app.set_version_flag("--version", "whorl-switch " + std::string(whorl::kVersion));
  app.option_defaults()->always_capture_default();
  app.add_option("--directory", config.directory, "The directory of members, a signed note")->required();
  app.add_option("--policy", config.policy, "The policy, a signed note")->required();
  app.add_option("--office", office, "The regional office's key, or a file that holds it; several are taken")
      ->required();
  app.add_option("--certificate", config.tls.certificate, "This switch's certificate (PEM)")->required();
  app.add_option("--key", config.tls.key, "Its private key (PEM)")->required();
  app.add_option("--member-ca", config.tls.authorities, "The CAs of the members' certificates (PEM)")->required();
  app.add_option("--counters", config.counters, "Folder for hourly counts, the one thing that is written")->required();
  app.add_option("--address", config.address, "The address to listen on");
  app.add_option("--port", config.port, "The port; 0: any that is free");
  app.add_option("--switches", config.switches, "How many switches share the quotas of this region")
      ->check(CLI::Range(1, 16));
  app.add_flag("--allow-dumps", allow_dumps, "For tests: this process's memory may be looked at");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  for (const std::string& text : office) {
    auto key = office_key(text);
    if (!key.ok()) return failed(key.error().within(text));
    config.office.push_back(std::move(*key));
  }
  if (!allow_dumps) {
    if (const auto hidden = whorl::crypto::hide_process_memory(); !hidden.ok()) return failed(hidden.error());
  }
  const sigset_t signals = signals_of_ours();
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
  auto started = whorl::relay::Switch::start(std::move(config), whorl::real_world(), say);
  if (!started.ok()) return failed(started.error());
  std::printf("listening on port %u\n", (*started)->port());
  std::fflush(stdout);
  int signal = 0;
  ::sigwait(&signals, &signal);
  (*started)->request_stop();
  (*started)->wait();
  return 0;
}
