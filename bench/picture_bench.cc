// Pictures of finger records decoded: WSQ beside JPEG 2000 (9-7, OpenJPEG) of the same picture in as many bytes.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "bench/population.h"
#include "templates/image/decode.h"
#include "templates/image/encode.h"
#include "tests/support/shared_data.h"

namespace whorl::bench {
namespace {

const image::GreyImage& picture() { return population()->impressions.front().image; }

// At 0.75 bits a pixel, which is about 15:1.
const Bytes& wsq() {
  static const Bytes file = image::encode_wsq(picture()).value();
  return file;
}

// What opj_compress makes of the same pixels at the same rate; empty where it is not installed.
Bytes made_by_openjpeg() {
  const tests::TemporaryDirectory folder;
  const std::filesystem::path in = folder.path() / "in.pgm";
  const std::filesystem::path out = folder.path() / "out.jp2";
  const image::GreyImage& from = picture();
  std::ofstream pgm(in, std::ios::binary);
  pgm << "P5\n" << from.width << " " << from.height << "\n255\n";
  pgm.write(reinterpret_cast<const char*>(from.pixels.data()), static_cast<std::streamsize>(from.pixels.size()));
  pgm.close();
  const double ratio = static_cast<double>(from.pixels.size()) / static_cast<double>(wsq().size());
  const std::string command = "opj_compress -I -r " + std::to_string(ratio) + " -i " + in.string() + " -o " +
                              out.string() + " > /dev/null 2>&1";
  if (std::system(command.c_str()) != 0) return {};
  std::ifstream file(out, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void decode(benchmark::State& state, const Bytes& file) {
  image::DecodeOptions options;
  options.ppi = 500;
  for (auto _ : state) {
    auto image = image::decode_image(file, options);
    if (!image.ok()) return state.SkipWithError("the picture cannot be decoded");
    benchmark::DoNotOptimize(image);
  }
  state.SetItemsProcessed(state.iterations());
  state.counters["bytes"] = static_cast<double>(file.size());
  state.counters["pixels"] = static_cast<double>(picture().pixels.size());
}

void decode_wsq(benchmark::State& state) { decode(state, wsq()); }
BENCHMARK(decode_wsq)->Name("decode WSQ at 15:1")->Unit(benchmark::kMillisecond);

void decode_jpeg_2000(benchmark::State& state) {
  static const Bytes file = made_by_openjpeg();
  if (file.empty()) return state.SkipWithError("opj_compress is not installed");
  decode(state, file);
}
BENCHMARK(decode_jpeg_2000)->Name("decode JPEG 2000 of the same bytes")->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace whorl::bench
