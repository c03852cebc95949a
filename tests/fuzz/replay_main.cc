// Runs a fuzz target without libFuzzer: every file of a corpus as it is, every prefix of it, and seeded
// changes. Usage: <target> <corpus folder>. Fails when the folder holds no file.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::size_t kMaxPrefixes = 1000;
constexpr int kChanges = 500;

void run(const Bytes& input) { LLVMFuzzerTestOneInput(input.data(), input.size()); }

void run_prefixes(const Bytes& input) {
  const std::size_t step = std::max<std::size_t>(1, input.size() / kMaxPrefixes);
  for (std::size_t n = 0; n < input.size(); n += step) {
    run(Bytes(input.begin(),
              input.begin() + static_cast<std::ptrdiff_t>(n)));  // its own buffer: overreads show
  }
}

void run_changed(const Bytes& input) {
  std::mt19937_64 draw(input.size());
  for (int i = 0; i < kChanges && !input.empty(); ++i) {
    Bytes changed = input;
    for (std::uint64_t n = 1 + draw() % 4; n > 0; --n) {
      changed[draw() % changed.size()] = static_cast<std::uint8_t>(draw());
    }
    run(changed);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return std::fputs("usage: <target> <corpus folder>\n", stderr), 2;
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(argv[1])) {
    std::ifstream in(entry.path(), std::ios::binary);
    const Bytes input{std::istreambuf_iterator<char>(in), {}};
    run(input);
    run_prefixes(input);
    run_changed(input);
    ++files;
  }
  std::printf("%d files replayed\n", files);
  return files > 0 ? 0 : 1;
}
