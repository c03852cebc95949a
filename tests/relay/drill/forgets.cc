#include <atomic>
#include <chrono>
#include <future>
#include <thread>

#include "base/files.h"
#include "crypto/jose/base64url.h"
#include "crypto/random.h"
#include "tests/relay/drill/drills.h"
#include "tests/relay/drill/needles.h"
#include "tests/relay/drill/receiver.h"
#include "tests/relay/drill/switch_process.h"

namespace whorl::drill {
namespace {

using namespace exchange;
namespace fs = std::filesystem;

constexpr std::size_t kMarkers = 13;  // in one check: ten fingers, reference, two pseudonyms
constexpr std::size_t kOpenConnections = 5;
constexpr std::chrono::seconds kForgottenAfter{20};

std::string random_marker() {
  std::string out(16, '\0');
  if (!crypto::system_random().fill({reinterpret_cast<std::uint8_t*>(out.data()), out.size()}).ok())
    throw std::runtime_error("no randomness");
  return out;
}

// What is looked for. The numbers of messages are held for 15 minutes, to tell duplicates, and written nowhere.
struct Sought {
  Needles markers;
  Needles envelopes;
  Needles numbers;
};

// A check whose templates, reference and pseudonyms hold random markers, sealed for nobody that can open it.
std::string marked_check(const Region& region, const std::string& to, std::uint32_t number, std::string& id,
                         Sought& sought) {
  exchange::Message message = tests::check_between(kA, to, tests::agreement_key().public_key(), 10, 1600);
  auto& check = std::get<Check>(message.body);
  const auto mark = [&] {
    std::string marker = random_marker();
    sought.markers.add_forms(marker, number);
    return marker;
  };
  for (auto& finger : check.probe.fingers) {
    const std::string marker = mark();
    std::copy(marker.begin(), marker.end(), finger.data.writable().begin() + 640);
  }
  for (std::string* text : {&check.ref, &check.by.officer, &check.by.matter})
    *text = crypto::base64url(as_bytes(mark()));
  id = message.common.jti;
  std::string envelope =
      sure(seal(message, Size::kSmall, region.keys(kA).identity, tests::agreement_key().public_key(), nullptr))
          .envelope;
  sought.envelopes.add_pieces(envelope, number);
  sought.numbers.add(id, number);
  return envelope;
}

Needles::Found in_memory(const Needles& needles, const SwitchProcess& process) {
  Needles::Found out;
  process.read_memory([&](ByteView piece) { needles.look(piece, out); });
  return out;
}

// While a message waits for its receipt, the same search finds it, and what is written in it.
struct Control {
  std::size_t pieces = 0;
  std::size_t forms = 0;
  std::size_t forms_all = 0;
  std::size_t in_folder = 0;
};
Control control(const Region& region, const SwitchProcess& process, const fs::path& folder) {
  const std::string marker = random_marker();
  std::string body;
  Needles forms;
  Needles pieces;
  for (int i = 0; i < 400; ++i) body += random_marker();
  pieces.add_pieces(body, 0);
  for (const std::string& form : forms_of(marker)) {
    forms.add(form, 0);
    body += "|" + form;
  }
  Control out;
  out.forms_all = forms.size();
  std::promise<void> looked;
  std::promise<void> arrived;
  std::atomic<bool> again{false};  // a busy machine may look for longer than the five seconds until it is handed again
  Receiver held(region, kC, process.port(), [&](const relay::HopReply&) {
    if (again.exchange(true)) return;
    arrived.set_value();
    looked.get_future().wait();
  });
  std::thread sending([&] {
    Line line(region, kA, process.port());
    (void)line->send(kC, relay::WireLane::kBorder, sure(new_id()), soon(), body);
  });
  arrived.get_future().wait();
  Needles::Found in_forms;
  Needles::Found in_pieces;
  process.read_memory([&](ByteView piece) {
    forms.look(piece, in_forms);
    pieces.look(piece, in_pieces);
  });
  out.forms = in_forms.needles.size();
  out.pieces = in_pieces.needles.size();
  looked.set_value();
  sending.join();
  const fs::path file = folder / "control";
  tests::write_private(file, body);
  out.in_folder = forms.look_in(folder).needles.size();
  fs::remove(file);
  return out;
}

}  // namespace

bool switch_forgets(const Options& options) {
  const std::size_t checks = options.full ? 200 : 100;
  const Region region;
  const fs::path own = region.folder() / "switch";  // all that the switch may write, and its journal
  fs::create_directory(own);
  auto arguments = region.options("switch/counters");
  arguments.emplace_back("--allow-dumps");
  SwitchProcess process(options.program, arguments, own / "journal");
  Control known;
  // A machine that is busy may look when the message's 15 seconds are over already.
  for (int tries = 0; tries < 5 && known.forms == 0; ++tries) known = control(region, process, own);

  Sought sought;
  Needles::Found open;
  std::size_t delivered = 0;
  {
    const Receiver of_b(region, kB, process.port(), [](const relay::HopReply&) {});
    const Receiver also_of_b(region, kB, process.port(), [](const relay::HopReply&) {});
    const Receiver of_c(region, kC, process.port(), [](const relay::HopReply&) {});
    Line first(region, kA, process.port());
    Line second(region, kA, process.port());
    for (std::uint32_t i = 0; i < checks; ++i) {
      const std::string& to = i % 2 == 0 ? kB : kC;
      std::string id;
      const std::string envelope = marked_check(region, to, i, id, sought);
      Line& line = i % 3 == 0 ? first : second;
      if (sure(line->send(to, relay::WireLane::kBorder, id, soon(), envelope)).status == 200) ++delivered;
    }
    open = in_memory(sought.envelopes, process);
  }
  const auto closed = std::chrono::steady_clock::now();
  Needles::Found after;
  std::chrono::duration<double> waited{};
  do {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    after = in_memory(sought.envelopes, process);
    waited = std::chrono::steady_clock::now() - closed;
  } while (after.times > 0 && waited < kForgottenAfter);
  const auto markers = in_memory(sought.markers, process);
  const auto numbers = in_memory(sought.numbers, process);
  process.stop();

  const auto folder_markers = sought.markers.look_in(own);
  const auto folder_envelopes = sought.envelopes.look_in(own);
  const auto folder_numbers = sought.numbers.look_in(own);
  std::size_t others = 0;  // files that are neither counts nor journal
  std::string files;
  for (const auto& each : fs::recursive_directory_iterator(own)) {
    if (!each.is_regular_file()) continue;
    const std::string name = each.path().filename();
    files += (files.empty() ? "\"" : ",\"") + name + "\"";
    if (name != "journal" && name != "quotas" && (name.size() != 10 || !name.starts_with("20"))) ++others;
  }
  std::cout << R"({"test":"switch-forgets","checks":)" << checks << R"(,"delivered":)" << delivered << R"(,"markers":)"
            << checks * kMarkers << R"(,"needles":)"
            << sought.markers.size() + sought.envelopes.size() + sought.numbers.size() << R"(,"memory_bytes":)"
            << markers.bytes << R"(,"control":{"pieces_found":)" << known.pieces << R"(,"forms_found":)" << known.forms
            << R"(,"forms":)" << known.forms_all << R"(,"forms_found_in_folder":)" << known.in_folder
            << R"(},"envelopes_in_memory_connected":)" << open.owners.size() << R"(,"connections":)" << kOpenConnections
            << R"(,"envelopes_in_memory_after":)" << after.owners.size() << R"(,"seconds_after":)" << waited.count()
            << R"(,"markers_in_memory":)" << markers.needles.size() << R"(,"message_numbers_in_memory":)"
            << numbers.owners.size() << R"(,"in_folder_and_journal":{"markers":)" << folder_markers.needles.size()
            << R"(,"envelopes":)" << folder_envelopes.owners.size() << R"(,"message_numbers":)"
            << folder_numbers.owners.size() << R"(},"files":[)" << files << "]}\n";
  return delivered == checks && known.pieces > 0 && known.forms == known.forms_all &&
         known.in_folder == known.forms_all && open.owners.size() <= 2 * kOpenConnections && after.times == 0 &&
         markers.times == 0 && folder_markers.times + folder_envelopes.times + folder_numbers.times == 0 && others == 0;
}

}  // namespace whorl::drill
