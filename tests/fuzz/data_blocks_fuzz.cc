// Any body with encryption and integrity blocks, read with keys that the corpus knows: refused as invalid input that
// names its property, or opened, and then no block is left and opening it again changes nothing. A node that requires
// more takes nothing that another one does not, and reads the same. Input: the body.
#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "engine/access/block_keys.h"
#include "server/json/json_parser.h"
#include "server/osia/data_blocks.h"
#include "tests/fuzz/require.h"

namespace {

using namespace whorl;
using fuzz::require;
namespace fs = std::filesystem;

constexpr server::BlockBody kEncounter{.names_encounter = true};

// Those of RFC 7515, appendix A.3, and RFC 8037, appendix A.1: everybody has them.
constexpr std::string_view kDecryption =
    R"({"kty":"EC","crv":"P-256","kid":"d","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
    R"("y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"})";
constexpr std::string_view kSigner =
    R"({"keys":[{"kty":"OKP","crv":"Ed25519","kid":"s","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]})";

void write(const fs::path& file, std::string_view text) {
  std::ofstream(file) << text;
  fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
}

std::shared_ptr<const access::BlockKeys> keys_of(bool required) {
  std::string name = (fs::temp_directory_path() / "whorl-fuzz-XXXXXX").string();
  require(::mkdtemp(name.data()) != nullptr);
  const fs::path folder = name;
  write(folder / "d", kDecryption);
  write(folder / "s", kSigner);
  const auto read = access::BlockKeys::read({.decrypt = {folder / "d"},
                                             .signers = {{"s", folder / "s"}},
                                             .encryption_required = required,
                                             .integrity_required = required});
  fs::remove_all(folder);
  require(read.ok());
  return *read;
}

void check_error(const Error& error) {
  require(error.kind == ErrorKind::kInvalidInput && !error.message.empty());
  const std::string field = error.field.text();
  require(std::all_of(field.begin(), field.end(), [](char c) { return c >= ' ' && c <= '~'; }));
}

bool has_blocks(const boost::json::value& value) {
  const auto* object = value.if_object();
  return object != nullptr && (object->contains("encryption") || object->contains("integrity"));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto lenient = keys_of(false);
  static const auto strict = keys_of(true);
  auto body = server::parse_json(as_text({data, size}));
  if (!body.ok()) return 0;
  boost::json::value first = *body;
  boost::json::value second = *body;
  const Status opened = server::open_blocks(first, kEncounter, *lenient);
  const Status required = server::open_blocks(second, kEncounter, *strict);
  if (!required.ok()) check_error(required.error());
  if (!opened.ok()) {
    check_error(opened.error());
    require(!required.ok());
    return 0;
  }
  require(!required.ok() || first == second);
  require(!has_blocks(first));
  if (const auto* object = first.if_object(); object != nullptr && object->contains("biometricData")) {
    if (const auto* items = object->at("biometricData").if_array()) {
      require(std::none_of(items->begin(), items->end(), has_blocks));
    }
  }
  boost::json::value again = first;
  require(server::open_blocks(again, kEncounter, *lenient).ok() && again == first);
  return 0;
}
